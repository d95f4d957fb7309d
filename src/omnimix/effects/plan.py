"""A spend plan laid on the calendar: training weeks, the weeks after them, and the exposure each channel buys."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from omnimix.effects.by_week import by_week
from omnimix.errors import OmnimixError
from omnimix.labels import WEEK
from omnimix.mechanics import Array, scaled_exposure
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Names

ONE_WEEK = pd.Timedelta(weeks=1)
SLOW_WEEKS = 260  # for which what comes through a slow stock is followed: five years, as its docs say
WEEKS_BEFORE = 52  # after the data, what is not paid runs as in the same weeks of the year before


@dataclass(frozen=True)
class Plan:
    """Spend of every channel on a timeline that begins with the training weeks.

    ``spend`` and ``exposure`` have one row a week and one column a channel, in money and in typical weeks;
    ``reported`` says which rows were asked for. Weeks before a plan carry over into it. ``answering`` names the
    channels whose spend answers to a stage under this plan; all others spend what it says. From row ``silent_from`` on
    nothing is spent, whatever the demand. ``parts`` holds, for answering channels of which only a part answers, that
    part of every week (1 as it was); what else they spend is set. ``campaigns`` holds the money of a channel's
    campaigns, shape (campaigns, weeks of the timeline), where the plan divides it otherwise than was done;
    ``frequency`` how often a channel reaches people, shape (weeks of the timeline), where that is another than it was.
    Channels that are not paid spend nothing; their exposure is as carried out, and after the data that of the same
    weeks of the year before.
    """

    spend: pd.DataFrame
    exposure: pd.DataFrame
    reported: slice
    answering: frozenset[str]
    silent_from: int
    parts: Mapping[str, Array] = field(default_factory=dict)
    campaigns: Mapping[str, Array] = field(default_factory=dict)
    frequency: Mapping[str, Array] = field(default_factory=dict)

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """The weeks that were asked for."""
        return pd.DatetimeIndex(self.spend.index[self.reported], name=WEEK)

    def split(self, channel: str) -> Array | None:
        """Return what it changes of a channel beside the money: the split over campaigns, or the frequency."""
        return self.campaigns.get(channel, self.frequency.get(channel))

    @functools.cached_property
    def spend_by_channel(self) -> dict[str, Array]:
        """Spend by channel as plain arrays, one value a week of the timeline."""
        return _columns(self.spend)

    @functools.cached_property
    def exposure_by_channel(self) -> dict[str, Array]:
        """Exposure by channel as plain arrays, one value a week of the timeline."""
        return _columns(self.exposure)


def history(posterior: Posterior) -> pd.DataFrame:
    """Return the training spend in money, one row a week (media history included), one column a channel."""
    frame = posterior.panel.frame.reindex(posterior.scaling.weeks)
    return pd.DataFrame(
        {c.name: frame[c.spend_column].astype(float) if c.paid else 0.0 for c in posterior.funnel.channels},
        index=frame.index,
    )


def data_window(posterior: Posterior, *, tail: bool = True, at_least: int = 0) -> Plan:
    """Return the plan that was carried out: the data window, with or without the weeks in which it still works.

    In the tail nothing is spent; it has at least ``at_least`` weeks.
    """
    spend = history(posterior)
    trained = len(spend)
    if tail:
        spend = pd.concat([spend, _silence(posterior, spend.index[-1], at_least)])
    return _plan(posterior, spend, slice(posterior.scaling.window, None), silent_from=trained)


def as_carried_out(posterior: Posterior, weeks: pd.DatetimeIndex) -> Plan:
    """Return what was carried out, followed by silence to the end of a timeline; nothing answers."""
    spend = history(posterior).reindex(weeks, fill_value=0.0)
    return frozen(_plan(posterior, spend, slice(0, None)))


def as_plan(posterior: Posterior, spend: pd.DataFrame | None) -> Plan:
    """Lay a user's plan on the calendar; ``None`` is the data window without a tail.

    Training weeks that a plan does not name keep what was spent. A channel that responds to a stage may be left out:
    then it answers to the stage; with a column of its own it is a lever and spends what the plan says.

    Raises :class:`OmnimixError` for a channel that is unknown or missing, an empty or negative amount, or weeks that do
    not continue the training calendar.
    """
    if spend is None:
        return data_window(posterior, tail=False)
    asked = _checked(posterior, spend)
    whole = history(posterior)
    after = asked.loc[asked.index > whole.index[-1]]
    whole = pd.concat([whole, after]).fillna(0.0)
    whole.loc[asked.index, list(asked.columns)] = asked
    first, last = (int(whole.index.get_loc(w)) for w in (asked.index[0], asked.index[-1]))
    return _plan(posterior, whole, slice(first, last + 1), levers=asked.columns)


def planned_ahead(posterior: Posterior, spend: pd.DataFrame, tail: int, *, levers: Iterable[str]) -> Plan:
    """Return a plan for the weeks after the data, followed by a tail of weeks in which nothing is spent.

    Channels that are no levers answer to their stage in the weeks of the plan.
    """
    before = history(posterior)
    last = spend.index[-1]
    silence = pd.date_range(last + ONE_WEEK, periods=tail, freq="7D", name=WEEK)
    asked = spend.reindex(columns=before.columns, fill_value=0.0)  # what is not paid has no column in it
    whole = pd.concat([before, asked, pd.DataFrame(0.0, index=silence, columns=before.columns)])
    first = len(before)
    return _plan(posterior, whole, slice(first, first + len(spend)), levers=levers, silent_from=first + len(spend))


def without(plan: Plan, channels: Iterable[str]) -> Plan:
    """Return the plan with the named channels silent in its own weeks; what came before stays and carries over.

    Channels that answer to a stage and are not named still answer.
    """
    return scaled_spend(plan, channels, 0.0)


def frozen(plan: Plan) -> Plan:
    """Return the plan with every channel held at its spend: nothing answers."""
    return replace(plan, answering=frozenset())


def scaled_spend(plan: Plan, channels: Iterable[str], factor: float) -> Plan:
    """Return the plan with the named channels multiplied by a factor in its own weeks; none of them answers then."""
    names = list(channels)
    parts: dict[str, Any] = {"answering": plan.answering - set(names)}
    for part in ("spend", "exposure"):
        frame = getattr(plan, part).copy()
        rows = frame.index[plan.reported]
        frame.loc[rows, names] = frame.loc[rows, names] * factor
        parts[part] = frame
    return replace(plan, **parts)


def with_money(
    plan: Plan,
    spend: Mapping[str, Array],
    exposure: Mapping[str, Array],
    parts: Mapping[str, Array],
    campaigns: Mapping[str, Array] | None = None,
) -> Plan:
    """Return the plan with channels at the given money and exposure (typical weeks), one value a week of the timeline.

    ``parts`` says which part of every week still answers, of the channels that answer to a stage; ``campaigns`` is the
    money of campaigns where their split changes.
    """
    return replace(
        plan,
        spend=_frame(plan.spend, {**plan.spend_by_channel, **spend}),
        exposure=_frame(plan.exposure, {**plan.exposure_by_channel, **exposure}),
        parts={**plan.parts, **{name: part for name, part in parts.items() if name in plan.answering}},
        campaigns={**plan.campaigns, **(campaigns or {})},
    )


def _columns(frame: pd.DataFrame) -> dict[str, Array]:
    return dict(zip(map(str, frame.columns), np.ascontiguousarray(frame.to_numpy(dtype=np.float64).T), strict=True))


def _frame(like: pd.DataFrame, columns: Mapping[str, Array]) -> pd.DataFrame:
    return pd.DataFrame(np.stack([columns[str(c)] for c in like.columns], axis=1), like.index, like.columns)


def within(plan: Plan, first: int, weeks: int) -> Plan:
    """Return the plan with ``weeks`` rows from ``first`` on as its own weeks."""
    return replace(plan, reported=slice(first, first + weeks))


def everywhere(plan: Plan) -> Plan:
    """Return the plan with every week of its timeline among its own, media history included."""
    return replace(plan, reported=slice(0, None))


def longest_effect(posterior: Posterior, *, answers: bool = False) -> int:
    """Return the weeks in which spend may still work after its own week, over the longest path of the funnel.

    ``answers`` says whether channels answer in those weeks and what they then spend works as well; in the weeks after
    the data window they do not.
    """
    funnel = posterior.funnel
    reach: dict[str, int] = {}
    for node in funnel.nodes:
        drivers = funnel.drivers(node)
        fuel = [reach[str(c.fuelled_by)] + c.fuel_weeks - 1 for c in drivers if c.fuelled_by is not None]
        answered = [reach[str(c.responds_to)] + c.lags - 1 for c in drivers if answers and c.responds_to in reach]
        paths = [reach[p] + node.lags - 1 for p in node.parents]
        slow = [c.lags - 1 + SLOW_WEEKS for c in drivers if funnel.is_slow(node, c)]
        longest = max([c.lags - 1 for c in drivers] + paths + fuel + answered + slow, default=0)
        own = [c.lags - 1 for c in drivers if answers and c.responds_to == node.name]
        reach[node.name] = longest + max(own, default=0)
    return max(reach[o.name] for o in funnel.outcomes)


def _silence(posterior: Posterior, last: pd.Timestamp, at_least: int) -> pd.DataFrame:
    weeks = max(longest_effect(posterior), at_least)
    index = pd.date_range(last + ONE_WEEK, periods=weeks, freq="7D", name=WEEK)
    return pd.DataFrame(0.0, index=index, columns=list(posterior.funnel.channel_names))


def _plan(
    posterior: Posterior,
    spend: pd.DataFrame,
    reported: slice,
    *,
    levers: Iterable[str] = (),
    silent_from: int | None = None,
) -> Plan:
    exposure = pd.DataFrame(
        {c.name: _exposure(posterior, c.name, spend[c.name]) for c in posterior.funnel.channels}, index=spend.index
    )
    answering = frozenset(c.name for c in posterior.funnel.responding) - set(levers)
    return Plan(spend, exposure, reported, answering, len(spend) if silent_from is None else silent_from)


def _exposure(posterior: Posterior, name: str, spend: pd.Series[float]) -> Array:
    return buy_exposure(posterior, name, spend.to_numpy(dtype=np.float64))


def _as_sent(posterior: Posterior, channel: Channel, weeks: int) -> Array:
    """Return the exposure of a channel that is not paid on a timeline that begins with the training weeks.

    Weeks after the data are those of the year before; data shorter than a year are begun again.
    """
    seen = scaled_exposure(posterior.scaling, channel, posterior.panel.frame)
    known = len(seen)
    return np.concatenate([seen, np.resize(seen[-min(WEEKS_BEFORE, known) :], max(weeks - known, 0))])[:weeks]


def buy_exposure(posterior: Posterior, name: str, money: Any) -> Array:
    """Buy exposure with spend: at that week's own price where the week was observed, else at the average price.

    ``money`` has shape (..., weeks) on a timeline that begins with the training weeks; the answer is in typical weeks.
    What is not paid is as carried out, whatever the money.
    """
    scaling, channel = posterior.scaling, posterior.funnel.channel(name)
    if not channel.paid:
        return np.array(np.broadcast_to(_as_sent(posterior, channel, money.shape[-1]), money.shape))
    out = money * scaling.exposure_per_spend[name]
    if channel.measured is not None:
        columns = (channel.exposure_column, channel.spend_column)
        seen, paid = (posterior.panel.series(c).reindex(scaling.weeks).to_numpy(dtype=float) for c in columns)
        known = money[..., : len(paid)]
        ratio = np.divide(known, paid, out=np.zeros_like(known), where=paid > 0)
        out[..., : len(paid)] = np.where(paid > 0, ratio * seen, out[..., : len(paid)])
        unpaid = (paid <= 0) & (known <= 0)
        out[..., : len(paid)] = np.where(unpaid, seen, out[..., : len(paid)])
    return np.asarray(out / scaling.typical_exposure[name], dtype=np.float64)


def _checked(posterior: Posterior, spend: pd.DataFrame) -> pd.DataFrame:
    frame = spend.drop(columns=WEEK) if WEEK in spend.columns else spend
    empty = frame.empty
    known, names = posterior.funnel.bought_names, Names.of(posterior.funnel)
    wrong = [why for c in frame.columns if (why := names.no_channel(str(c)))]
    answering = {c.name for c in posterior.funnel.responding}
    wrong += [
        f"channel `{c}` has no column; plan 0 where it should be silent"
        for c in known
        if c not in frame.columns and c not in answering
    ]
    if not empty and not wrong:
        frame, wrong = by_week(spend, known)
        if not wrong:
            wrong = _wrong_amounts(frame) + _wrong_weeks(posterior, pd.DatetimeIndex(frame.index))
    if empty:
        wrong.append("it has no weeks")
    if wrong:
        raise OmnimixError("the spend plan is not usable: " + "; ".join(wrong) + ".")
    return frame


def _wrong_amounts(frame: pd.DataFrame) -> list[str]:
    bad = pd.DataFrame(~(np.isfinite(frame) & (frame >= 0)))
    return [
        f"`{c}` is empty, negative or infinite in week {frame.index[bad[c].to_numpy()][0].date()}"
        for c in frame.columns
        if bad[c].any()
    ]


def _wrong_weeks(posterior: Posterior, weeks: pd.DatetimeIndex) -> list[str]:
    trained = posterior.scaling.weeks
    steps = weeks.to_series().diff().dropna()
    if (steps != ONE_WEEK).any():
        return ["its weeks do not follow one another every 7 days"]
    if (weeks[0] - trained[0]).days % 7:
        return [f"its weeks start on {weeks[0].day_name()}, the training weeks on {trained[0].day_name()}"]
    if not trained[0] <= weeks[0] <= trained[-1] + ONE_WEEK:
        first, last = trained[0].date(), (trained[-1] + ONE_WEEK).date()
        return [f"it starts {weeks[0].date()}; it must start between {first} and {last}"]
    return []
