"""Money out for money in: ROAS and marginal ROAS per channel and of all media, and response curves."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import xarray as xr

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.effects.by_campaign import campaign_roas
from omnimix.effects.by_period import period_roas
from omnimix.effects.figures import Figures, require_usable, summarise
from omnimix.effects.geos import parts_of, require_by
from omnimix.effects.plan import Plan, data_window, frozen, scaled_spend, without
from omnimix.effects.respond import PlanOutcome, money, respond_each, simulate_plans
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import (
    ALL_MEDIA,
    CAMPAIGN,
    CHANNEL,
    DEFAULT_INTERVAL,
    DRAW,
    GEO,
    INDUCED_SPEND,
    INTERVAL,
    LOWER,
    MARGINAL_ROAS,
    MEAN,
    PERIOD,
    ROAS,
    SPEND,
    WEEK,
)
from omnimix.mechanics import Array
from omnimix.posterior import GeoPart, GeoPosterior, Posterior

Basis = Literal["net", "gross", "frozen"]
BASES: tuple[str, ...] = get_args(Basis)
STEP = 0.01  # marginal ROAS compares half a percent more with half a percent less


@checked
def roas(
    posterior: Posterior | GeoPosterior | GeoPart,
    *,
    by: str | None = None,
    basis: Basis = "net",
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return ROAS per channel and of all media: value brought by the data window's spend over that spend.

    Where outcomes have no value it is units for one unit of money (sign-ups per euro), and ``unit`` says so: 1 is no
    break-even then.

    Value counts every outcome at its value per unit over every path, in the window and in the weeks after it in which
    its spend still works. The last label, ``all_media``, is all channels together. Channels that are not paid have no
    ROAS and are left out; :func:`omnimix.contributions` has them.

    Args:
        posterior: a fitted model; of several geos, the figures are those of all of them together.
        by: ``"geo"`` for one row a geo and channel; a channel that never ran in a geo has no figure there.
            ``"campaign"`` for one row a campaign: what is lost without its spend, the others of its channel as they
            were, over that spend. They share a curve, so that these losses do not add up to what the channel brings.
            ``"period"`` for one row a channel and half-year or year, of a fit whose effects change over time
            (:class:`Funnel`, ``effects_change``): what its spend brought over that spend. The last is the one that
            plans go by.
        basis: ``net`` counts what the channel makes answering channels spend among its costs, ``gross`` leaves that
            spend out, ``frozen`` holds answering channels at what they spent. Without channels that respond to a
            stage the three are one.
        interval: probability mass of the intervals.
        allow_unconverged: report a fit that did not converge all the same.

    ``induced_spend`` in the table is the mean of what the channel makes answering channels spend, in money.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``, and
    :class:`OmnimixError` for an unknown basis or ``by``.
    """
    require_by(posterior, by, CAMPAIGN, PERIOD)
    require_usable(posterior, allow_unconverged)
    if basis not in BASES:
        raise OmnimixError(f"basis is one of {', '.join(BASES)}, not {basis!r}{did_you_mean(str(basis), BASES)}")
    if by == CAMPAIGN:
        return campaign_roas(posterior, basis, interval, unit_of_returns(posterior))
    if by == PERIOD:
        return period_roas(posterior, basis, interval, unit_of_period(posterior))
    found = {geo: _returns(part, basis) for geo, part in parts_of(posterior)}
    return _told(posterior, ROAS, found, by, interval, induced_costs=basis == "net")


@dataclass(frozen=True)
class _Returns:
    """What groups of channels bring and cost: value a draw, money, and money they make answering channels spend."""

    gain: dict[str, xr.DataArray]
    spend: dict[str, float]
    induced: dict[str, xr.DataArray]

    def ratios(self, *, induced_costs: bool) -> dict[str, xr.DataArray]:
        """Return value over cost; nan where nothing was spent."""
        costs = {k: self.spend[k] + self.induced[k] if induced_costs else self.spend[k] for k in self.gain}
        return {k: self.gain[k] / costs[k] if self.spend[k] > 0 else self.gain[k] * np.nan for k in self.gain}

    def __add__(self, other: _Returns) -> _Returns:
        return _Returns(
            *({k: a[k] + b[k] for k in a} for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )


def _returns(posterior: Posterior, basis: Basis) -> _Returns:
    whole = data_window(posterior)
    plan = frozen(whole) if basis == "frozen" else whole
    groups = channel_groups(posterior)
    found = simulate_plans(posterior, {"plan": plan, **{k: without(plan, v) for k, v in groups.items()}})
    worth = {k: money(posterior, a.nodes) for k, a in found.items()}
    induced = {k: induced_by_week(found["plan"], found[k], v).sum(WEEK) for k, v in groups.items()}
    return _Returns({k: worth["plan"] - worth[k] for k in groups}, _spend(plan, groups), induced)


def _told(
    posterior: Posterior, name: str, found: dict[str, _Returns], by: str | None, interval: float, *, induced_costs: bool
) -> Figures:
    """Return the returns of all geos together, or of each."""
    if by is None:
        together = functools.reduce(operator.add, found.values())
        draws, known = _labelled(together.ratios(induced_costs=induced_costs)), _known(together.spend, together.induced)
    else:
        geos = pd.Index(list(found), name=GEO, dtype=object)
        ratios = [_labelled(one.ratios(induced_costs=induced_costs)) for one in found.values()]
        draws = xr.concat(ratios, dim=geos).transpose(DRAW, GEO, CHANNEL)
        each = [_known(one.spend, one.induced) for one in found.values()]
        known = {k: xr.concat([one[k] for one in each], dim=geos) for k in (SPEND, INDUCED_SPEND)}
    return Figures(name, draws, unit_of_returns(posterior), interval, known, posterior.value_unit)


def induced_by_week(planned: PlanOutcome, silent: PlanOutcome, group: Sequence[str]) -> xr.DataArray:
    """Return what a group makes answering channels outside it spend; dimensions draw and week."""
    outside = [c for c in planned.spend[CHANNEL].to_numpy() if c not in group]
    return (planned.spend - silent.spend).sel({CHANNEL: outside}).sum(CHANNEL)


@checked
def marginal_roas(
    posterior: Posterior | GeoPosterior | GeoPart,
    *,
    by: str | None = None,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return what the next unit of money would bring, spent in proportion to the data window's spend.

    Its cost includes what it makes answering channels spend. ``by`` is as in :func:`roas`.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    require_by(posterior, by)
    require_usable(posterior, allow_unconverged)
    found = {geo: _next_returns(part) for geo, part in parts_of(posterior)}
    return _told(posterior, MARGINAL_ROAS, found, by, interval, induced_costs=True)


def _next_returns(posterior: Posterior) -> _Returns:
    """Return value and cost of the next unit of money, both for a whole window more."""
    plan = data_window(posterior)
    groups = channel_groups(posterior)
    plans = {("more", k): scaled_spend(plan, v, 1 + STEP / 2) for k, v in groups.items()}
    plans |= {("less", k): scaled_spend(plan, v, 1 - STEP / 2) for k, v in groups.items()}
    found = simulate_plans(posterior, plans)
    worth = {k: money(posterior, a.nodes) for k, a in found.items()}
    induced = {k: induced_by_week(found["more", k], found["less", k], v).sum(WEEK) / STEP for k, v in groups.items()}
    gain = {k: (worth["more", k] - worth["less", k]) / STEP for k in groups}
    return _Returns(gain, _spend(plan, groups), induced)


@dataclass(frozen=True, repr=False)
class ResponseCurves:
    """Value brought by each channel as its spend of the data window is multiplied by a factor.

    Attributes:
        draws: value; dimensions draw, channel, factor.
        spend: money over the window; dimensions channel, factor.
        value_unit: what value is counted in.
    """

    draws: xr.DataArray
    spend: xr.DataArray
    interval: float = DEFAULT_INTERVAL
    value_unit: words.ValueUnit = words.MONEY

    def table(self, interval: float | None = None) -> pd.DataFrame:
        """Return one row a channel and factor; ``extrapolated`` marks more than was ever spent."""
        mass = interval or self.interval
        summary = summarise(self.draws, mass)
        frame = xr.Dataset({SPEND: self.spend, **summary}).to_dataframe().reset_index()
        return frame.assign(extrapolated=frame["factor"] > 1.0, **{INTERVAL: mass})

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the curves on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        told = notebook.text(self.table(), {**notebook.summary(words.amount), "factor": words.ratio})
        return f"response curves, {self.interval:.0%} interval\n{told}"

    def _repr_html_(self) -> str:
        forms = {**dict.fromkeys((MEAN, LOWER), words.amount), "factor": words.ratio}
        return notebook.card(
            "Response curves",
            notebook.table(self.table(), forms),
            under=f"{self.value_unit.noun} brought at other spend over the data window, with the weeks after; "
            "`.plot()` draws them",
        )


@checked
def response_curves(
    posterior: Posterior | GeoPosterior | GeoPart,
    *,
    factors: Sequence[float] = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> ResponseCurves:
    """Return the value each channel brings when its spend in every week of the window is multiplied by a factor.

    The value is that of the channel at that spend less that of the channel silent, tail included.

    Raises :class:`OmnimixError` for factors that are none or below 0, and :class:`FitError` for a fit that did not
    converge, unless ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    factors, names = list(dict.fromkeys(factors)), posterior.funnel.bought_names
    if not factors or min(factors) < 0:
        raise OmnimixError(f"factors are one or more numbers of 0 or more, such as [0.5, 1, 2], not {factors}.")
    values: Array | float = 0.0
    spend: pd.Series[float] | float = 0.0
    for _, part in parts_of(posterior):
        plan = data_window(part)
        plans = {(n, f): scaled_spend(plan, [n], f) for n in names for f in (0.0, *factors)}
        worth = {k: money(part, v) for k, v in respond_each(part, plans).items()}
        values = values + np.stack([[worth[n, f] - worth[n, 0.0] for f in factors] for n in names])
        spend = spend + plan.spend.iloc[plan.reported].sum()
    assert isinstance(spend, pd.Series)
    coords = {CHANNEL: list(names), "factor": list(factors)}
    return ResponseCurves(
        draws=xr.DataArray(values, coords=coords, dims=(CHANNEL, "factor", DRAW)).transpose(DRAW, CHANNEL, "factor"),
        spend=xr.DataArray(np.outer([spend[n] for n in names], factors), coords=coords, dims=(CHANNEL, "factor")),
        interval=interval,
        value_unit=posterior.value_unit,
    )


def unit_of_spend(posterior: Posterior) -> str:
    """Return what a return is counted in."""
    unit = posterior.value_unit
    return f"{'value for one unit of money' if unit.is_money else f'{unit.name()} for 1 {unit.currency}'} spent"


def unit_of_returns(posterior: Posterior) -> str:
    """Return what a return of the data window is counted in."""
    return f"{unit_of_spend(posterior)}, with the weeks after the window"


def unit_of_period(posterior: Posterior) -> str:
    """Return what a return of a period is counted in."""
    return f"{unit_of_spend(posterior)} in a period, with the weeks after it"


def channel_groups(posterior: Posterior) -> dict[str, tuple[str, ...]]:
    """Return every channel that costs money alone, and all of them together, by label."""
    names = posterior.funnel.bought_names
    return {**{n: (n,) for n in names}, ALL_MEDIA: names}


def _spend(plan: Plan, groups: dict[str, tuple[str, ...]]) -> dict[str, float]:
    total = plan.spend.iloc[plan.reported].sum()
    return {k: float(total[list(v)].sum()) for k, v in groups.items()}


def _labelled(parts: dict[str, xr.DataArray]) -> xr.DataArray:
    return xr.concat(list(parts.values()), dim=pd.Index(list(parts), name=CHANNEL, dtype=object)).transpose(
        DRAW, CHANNEL
    )


def _known(spend: dict[str, float], induced: dict[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    coords = {CHANNEL: list(spend)}
    means = [float(induced[k].mean()) for k in spend]
    return {
        SPEND: xr.DataArray(list(spend.values()), coords=coords, dims=CHANNEL),
        INDUCED_SPEND: xr.DataArray(means, coords=coords, dims=CHANNEL),
    }
