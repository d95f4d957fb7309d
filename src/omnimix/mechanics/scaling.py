"""What was learned from the training data before any sampling: scales, codings, the design of the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.errors import DataError
from omnimix.labels import WEEK
from omnimix.mechanics.periods import require_periods
from omnimix.mechanics.unspent import unspent
from omnimix.spec import Channel, Funnel, Node

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


LEFT_OVERS = 0.01
MOST_MISSING = 0.2  # of the data window; above it a stage says too little about what came through it


def spend_equation(channel: Channel) -> str:
    """Return the name of the equation of a channel's spend, where that spend answers to a stage."""
    return f"spend of {channel.name}"


@dataclass(frozen=True)
class NodeScale:
    """How a node's series is put on the model's scale: ``(series - shift) / scale``, of its logarithm if ``log``.

    ``spread`` is the standard deviation on that scale: the yardstick of the baseline's priors.
    """

    name: str
    shift: float
    scale: float
    spread: float
    log: bool

    @property
    def level(self) -> float:
        """A typical week of the series, in its own units."""
        return math.exp(self.shift) if self.log else self.scale


@dataclass(frozen=True)
class Scaling:
    """Constants learned from the training panel, kept with the posterior.

    ``weeks`` are all training weeks; those before ``window`` are media history. ``typical_exposure`` is the median
    exposure of a running week per channel, ``exposure_per_spend`` its exposure for one unit of money. ``nodes`` are
    in the funnel's order; ``spendings`` scale the spend of the channels that answer to a stage; ``missing`` names the
    empty weeks in the data window of the nodes that other nodes read, which are estimated along; ``unspent``, by spend
    equation, the weeks in which so little was asked for that nothing was spent (:mod:`omnimix.mechanics.unspent`).
    A channel that is not paid has 0 for ``exposure_per_spend`` and ``mean_spend``.
    ``campaign_spend`` is the mean spend of every campaign in the data window. ``tracker_level`` is the mean share of
    the survey that follows the stock, 0 without one.
    """

    weeks: pd.DatetimeIndex
    window: int
    typical_exposure: dict[str, float]
    exposure_per_spend: dict[str, float]
    mean_spend: dict[str, float]
    control_center: dict[str, float]
    control_spread: dict[str, float]
    holiday_columns: tuple[str, ...]
    knots: tuple[int, ...]
    nodes: tuple[NodeScale, ...]
    spendings: tuple[NodeScale, ...] = ()
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unspent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    campaign_spend: dict[str, float] = field(default_factory=dict)
    tracker_level: float = 0.0

    @property
    def window_weeks(self) -> pd.DatetimeIndex:
        """The weeks on which outcomes are fitted: the data window."""
        return self.weeks[self.window :]

    @property
    def equations(self) -> tuple[NodeScale, ...]:
        """The nodes, then the spend of the channels that answer to a stage."""
        return (*self.nodes, *self.spendings)

    def scale(self, name: str) -> NodeScale:
        """Return the scale of a node or of a spend equation."""
        return next(s for s in self.equations if s.name == name)

    def missing_weeks(self, name: str) -> pd.DatetimeIndex:
        """Return the empty weeks of a node that are estimated along."""
        return pd.DatetimeIndex(pd.to_datetime(list(self.missing.get(name, ()))))

    def unspent_weeks(self, name: str) -> pd.DatetimeIndex:
        """Return the weeks of a spend equation in which demand called for less than nothing."""
        return pd.DatetimeIndex(pd.to_datetime(list(self.unspent.get(name, ()))))


def fit_scaling(funnel: Funnel, panel: Panel) -> Scaling:
    """Learn scales and codings from a checked panel. Raises :class:`DataError` where an outcome cannot be scaled."""
    frame = panel.frame
    observed = frame[[n.name for n in funnel.nodes]].notna().any(axis=1).to_numpy()
    window, stop = int(np.argmax(observed)), len(observed) - int(np.argmax(observed[::-1]))
    frame = frame.iloc[:stop]
    in_window = frame.iloc[window:]
    _require_movement(funnel, in_window)
    require_periods(funnel, pd.DatetimeIndex(in_window.index))
    exposure = {c.name: frame[c.exposure_column] for c in funnel.channels}
    spend = {c.name: frame[c.spend_column] for c in funnel.bought}
    free = {c.name: 0.0 for c in funnel.unpaid}
    controls = {c: in_window[c] for c in funnel.controls}
    return Scaling(
        weeks=pd.DatetimeIndex(frame.index, name=WEEK),
        window=window,
        typical_exposure={k: typical_week(x.to_numpy(dtype=float)) for k, x in exposure.items()},
        exposure_per_spend={k: float(exposure[k].sum() / x.sum()) for k, x in spend.items()} | free,
        mean_spend={k: float(x.iloc[window:].mean()) for k, x in spend.items()} | free,
        control_center={k: float(x.mean()) for k, x in controls.items()},
        control_spread={k: float(x.std(ddof=0)) for k, x in controls.items()},
        holiday_columns=_holiday_columns(funnel, pd.DatetimeIndex(in_window.index)),
        knots=_knots(len(in_window), funnel.baseline.knot_weeks),
        nodes=tuple(fit_node_scale(n, in_window[n.name]) for n in funnel.nodes),
        spendings=tuple(_spend_scale(c, in_window[c.spend_column]) for c in funnel.responding),
        missing=_missing(funnel, in_window),
        unspent=_unspent(funnel, in_window),
        campaign_spend={k: float(in_window[k].mean()) for c in funnel.channels for k in c.campaigns},
        tracker_level=_tracker_level(funnel, frame),
    )


def extend_scaling(scaling: Scaling, funnel: Funnel, panel: Panel) -> Scaling:
    """Return constants for a panel that goes on longer, every scale and coding frozen at what was learned first.

    So a parameter means the same in both fits, and what is believed of it is the same. What belongs to weeks is added:
    holidays, empty weeks, and knots of the level at the old spacing after the last one, which keep the old ones where
    they are. Raises :class:`DataError` where the panel cannot be fitted.
    """
    fresh = fit_scaling(funnel, panel)
    return replace(
        scaling,
        weeks=fresh.weeks,
        window=fresh.window,
        knots=_knots_on(scaling.knots, len(fresh.weeks) - fresh.window) or fresh.knots,
        holiday_columns=fresh.holiday_columns,
        missing=fresh.missing,
        unspent=fresh.unspent,
    )


def _knots_on(knots: tuple[int, ...], weeks: int) -> tuple[int, ...]:
    """Add knots at the old spacing; fewer weeks than half of it add none.

    >>> _knots_on((0, 13, 26), 30), _knots_on((0, 13, 26), 40)
    ((0, 13, 26), (0, 13, 26, 39))
    """
    if not knots:
        return ()
    spacing = (knots[-1] - knots[0]) / (len(knots) - 1)
    more = round((weeks - 1 - knots[-1]) / spacing)
    if more < 1:
        return knots
    return (*knots, *(int(k) for k in np.linspace(knots[-1], weeks - 1, more + 1).round()[1:]))


def _missing(funnel: Funnel, window: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Name the empty weeks of the nodes that others read; refuse a node that is empty too often to be read."""
    read = {p for n in funnel.nodes for p in n.parents} | {c.responds_to for c in funnel.responding}
    found = {n.name: window.index[window[n.name].isna()] for n in funnel.nodes if n.name in read}
    wrong = [
        f"`{name}` is empty in {len(weeks)} of the {len(window)} weeks {_span(window)} (from {weeks[0].date()}), too "
        f"many to tell what came through it (at most {MOST_MISSING:.0%}); fit the weeks in which it is known, leave it "
        "out of the funnel, or complete it at its source"
        for name, weeks in found.items()
        if len(weeks) > MOST_MISSING * len(window)
    ]
    if wrong:
        raise DataError("the data cannot be fitted: " + "; ".join(wrong) + ". Nothing was filled.")
    return {name: tuple(str(w.date()) for w in weeks) for name, weeks in found.items() if len(weeks)}


def _unspent(funnel: Funnel, window: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    found = {spend_equation(c): unspent(window[c.spend_column].to_numpy(dtype=float)) for c in funnel.responding}
    return {name: tuple(str(w.date()) for w in window.index[weeks]) for name, weeks in found.items() if weeks.any()}


def _spend_scale(channel: Channel, spend: pd.Series[float]) -> NodeScale:
    """Put spend on the scale of a mean running week; weeks without spend were set by hand."""
    running = spend[spend > 0]
    if len(running) < len(spend) / 2:
        raise DataError(
            f"channel `{channel.name}` is said to respond to {channel.responds_to}, but it is silent in "
            f"{len(spend) - len(running)} of {len(spend)} weeks: what answers to demand runs most weeks. Leave "
            "responds_to out; a channel that is switched by hand is a lever."
        )
    size = float(running.mean())
    return NodeScale(spend_equation(channel), 0.0, size, float(running.std()) / size, log=False)


def _require_movement(funnel: Funnel, window: pd.DataFrame) -> None:
    """Refuse what is silent or constant in the data window, whatever it did in the media history."""
    wrong = [
        f"channel `{c.name}` does not run in the data window {_span(window)}, so the data cannot speak about it; "
        "leave it out"
        for c in funnel.channels
        if not all((window[column] > 0).any() for column in c.columns)
    ]
    wrong += [
        f"control `{c}` does not change in the data window {_span(window)}; leave it out"
        for c in funnel.controls
        if window[c].nunique() < 2
    ]
    if funnel.stock is not None and funnel.stock.name in window.columns and funnel.roles.tracker is None:
        name = funnel.stock.name
        wrong.append(
            f"the table has a column `{name}`, which a stage with a stock does not read by its name, so it would go "
            f"unread; if it is a survey that follows the brand, say tracker={name!r} and tracker_n=..., the column of "
            "how many were asked, else leave the column out or give the stage another name"
        )
    if wrong:
        raise DataError("the data cannot be fitted: " + "; ".join(wrong) + ".")


def _tracker_level(funnel: Funnel, frame: pd.DataFrame) -> float:
    """Return the mean share of the survey that follows the stock; within what leaves it room on both sides."""
    if funnel.roles.tracker is None:
        return 0.0
    share, asked = (frame[name] for name in funnel.roles.tracker)
    return float(np.clip(share[share.notna() & asked.notna()].mean(), 0.005, 0.995))


def _span(window: pd.DataFrame) -> str:
    return f"{window.index[0].date()} to {window.index[-1].date()}"


def typical_week(exposure: Array) -> float:
    """Return the median running week: the yardstick of exposure that no single week moves.

    The smallest weeks that together hold one percent of all exposure are left-overs of invoicing, not running
    weeks, and are passed over.

    >>> typical_week(np.array([0.0, 100.0, 300.0, 200.0, 0.5, 0.5, 0.5, 0.5, 0.5]))
    200.0
    """
    largest_first = np.sort(exposure[exposure > 0])[::-1]
    reached = np.cumsum(largest_first) / largest_first.sum()
    return float(np.median(largest_first[: int(np.searchsorted(reached, 1 - LEFT_OVERS)) + 1]))


def _knots(weeks: int, spacing: int) -> tuple[int, ...]:
    """Spread knots evenly over the window, first and last week included."""
    if spacing == 0 or weeks <= spacing:
        return ()
    return tuple(int(k) for k in np.linspace(0, weeks - 1, round((weeks - 1) / spacing) + 1).round())


def _holiday_columns(funnel: Funnel, weeks: pd.DatetimeIndex) -> tuple[str, ...]:
    if funnel.holidays is None:
        return ()
    from omnimix.data.season import holiday_terms

    return tuple(holiday_terms(weeks, funnel.holidays).columns)


def fit_node_scale(node: Node, series: pd.Series[float]) -> NodeScale:
    """Put a node on the scale of its typical week. Raises :class:`DataError` for a logarithm of what is not above 0."""
    seen = series.dropna()
    if node.likelihood == "log_normal":
        if (seen <= 0).any():
            raise DataError(
                f"`{node.name}` must be above 0 in every observed week for likelihood='log_normal', but is not in week "
                f"{seen.index[(seen <= 0).to_numpy()][0].date()}; leave that week empty or use likelihood='normal'."
            )
        logs = np.log(seen)
        return NodeScale(node.name, float(logs.mean()), 1.0, float(logs.std()), log=True)
    size = float(seen.abs().mean())
    return NodeScale(node.name, 0.0, size, float(seen.std()) / size, log=False)


def scaled_series(scale: NodeScale, series: pd.Series[float]) -> Array:
    """Put a node's series on the model's scale; empty weeks stay nan."""
    values = series.to_numpy(dtype=float)
    scaled = ((np.log(values) if scale.log else values) - scale.shift) / scale.scale
    return np.asarray(scaled, dtype=np.float64)


def scaled_exposure(scaling: Scaling, channel: Channel, frame: pd.DataFrame) -> Array:
    """Return a channel's exposure over the training weeks in typical weeks."""
    exposure = frame[channel.exposure_column].reindex(scaling.weeks).to_numpy(dtype=float)
    return exposure / scaling.typical_exposure[channel.name]
