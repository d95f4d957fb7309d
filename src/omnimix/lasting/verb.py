"""What a campaign of every channel brings soon and in the long run, and whether the data say anything of the latter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from omnimix.arguments import checked
from omnimix.effects.figures import require_usable
from omnimix.effects.payback import busiest, require_weeks, so_far
from omnimix.effects.plan import Plan, data_window, within, without
from omnimix.effects.respond import PlanOutcome, simulate_plans
from omnimix.effects.roas import channel_groups
from omnimix.effects.slow_part import half_life, long_share
from omnimix.effects.survey import half_life_learned, survey_table
from omnimix.errors import OmnimixError
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, MEAN_RESPONSE, NODE
from omnimix.lasting.record import DATA, LITTLE, NO_SLOW_PART, PRIOR, LongRun, RangeOf
from omnimix.mechanics import Array
from omnimix.mechanics.parameters import LONG_SHARE
from omnimix.posterior import GeoPart, Posterior
from omnimix.spec import LONG_SHARE_PRIOR, frozen_distribution, prior_mean

HORIZONS = (13, 26, 52, 104)
CAMPAIGN = 13  # weeks
WEEKS_A_YEAR = 52.18
LEARNED = 0.8  # of the prior's spread of a slow share; above it the data have not said how large it is


@checked
def long_run(
    posterior: Posterior | GeoPart,
    *,
    discount: float = 0.1,
    horizons: Sequence[int] = HORIZONS,
    weeks: int = CAMPAIGN,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> LongRun:
    """Return what a campaign of every channel brings soon and in the long run, or that the data cannot say.

    The campaign is that of :func:`omnimix.payback`: the stretch of ``weeks`` weeks in which the channel spent most, all
    else as it was. What it brings *soon* does not go through the slow stock; the rest is the long run, followed for
    five years. A long-run figure is given only where the data say that there is one: the posterior spread of the
    channel's slow share is at most 0.8 of its prior's, else it would be the prior in other words, and its mean is not
    below the prior's, else little is told from nothing by the prior alone. The table says so under ``told``.
    The half-life of the stock is held to the same rule. With a brand tracker :meth:`LongRun.survey_table` has what it
    found beside what the model expects of it.

    Args:
        posterior: a fitted model; with a stage that has a stock (``om.Stage("brand", stock=om.Stock())``), or without.
        discount: yearly rate by which later money counts less, in the net present value.
        horizons: weeks since the campaign's first week, that week included, at which payback is told.
        weeks: length of the campaign.
        interval: probability mass of the intervals.
        allow_unconverged: report a fit that did not converge all the same.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``, and :class:`OmnimixError`
    for horizons that are no weeks, a rate below 0, and outcomes without a value: units cannot be held against money.

    >>> import omnimix as om
    >>> print(om.long_run(posterior, discount=0.08).sentences()["anchors"])                   # doctest: +SKIP
    """
    posterior.value_unit.require_money("the long run")
    require_usable(posterior, allow_unconverged)
    require_weeks([*horizons, weeks])
    if not 0 <= discount < 1:
        raise OmnimixError(f"discount is a yearly rate from 0, such as 0.1 for 10 %, not {discount}")
    groups, plan = channel_groups(posterior), data_window(posterior, at_least=max(horizons))
    first = {k: busiest(plan.spend, v, weeks, posterior.scaling.window, plan.silent_from) for k, v in groups.items()}
    plans: dict[str | None, Plan] = {None: plan}
    plans |= {k: without(within(plan, first[k], weeks), v) for k, v in groups.items()}
    whole = simulate_plans(posterior, plans, weeks=plan.weeks)
    soon = whole if posterior.funnel.stock is None else simulate_plans(_soon(posterior), plans, weeks=plan.weeks)
    learned = learned_shares(posterior)
    rows = []
    for label, group in groups.items():
        at = _Account.of(posterior, plan, (whole, soon), (label, group), first[label], weeks)
        known: dict[str, object] = {CHANNEL: label, "spend": at.spend, "told": _told(label, learned)}
        known["learned"] = learned[label].spread_ratio if label in learned else np.nan
        rows.append(known | _figures(known["told"] == DATA, at, discount, horizons, interval))
    ratio = np.nan if posterior.funnel.stock is None else half_life_learned(posterior)
    said = ratio <= LEARNED and (posterior.funnel.roles.tracker is not None or DATA in {r["told"] for r in rows})
    return LongRun(
        rows=rows,
        stock=None if posterior.funnel.stock is None else posterior.funnel.stock.name,
        half_life=_range(half_life(posterior), interval) if said else None,
        discount=discount,
        horizons=tuple(horizons),
        weeks=weeks,
        interval=interval,
        currency=posterior.panel.currency,
        half_life_learned=ratio,
        survey=survey_table(posterior, interval),
    )


@dataclass(frozen=True)
class SlowShare:
    """What is known of how much of what a channel brings comes slowly.

    ``spread_ratio`` is the posterior spread of that share over its prior's: near 1 the data did not speak.
    """

    mean: float
    spread_ratio: float

    @property
    def told(self) -> str:
        """What a long-run figure would rest on.

        >>> [SlowShare(mean, ratio).told for mean, ratio in ((0.5, 0.4), (0.1, 0.4), (0.3, 0.95))]
        ['data', 'little', 'prior']
        """
        if self.spread_ratio > LEARNED:
            return PRIOR
        return DATA if self.mean >= prior_mean(LONG_SHARE_PRIOR) else LITTLE


def learned_shares(posterior: Posterior) -> dict[str, SlowShare]:
    """Return what is known of the slow share of every channel that costs money and has one."""
    believed = float(frozen_distribution(LONG_SHARE_PRIOR).std())
    slow = {c.name: long_share(posterior, c) for c in posterior.funnel.bought if posterior.funnel.slow_nodes(c)}
    return {name: SlowShare(float(x.mean()), float(x.std()) / believed) for name, x in slow.items()}


@dataclass(frozen=True)
class _Account:
    """A campaign by week since its start, shape (draws, weeks): what it brings in all and soon, and what it costs."""

    whole: Array
    soon: Array
    cost: Array
    spend: float

    @classmethod
    def of(
        cls,
        posterior: Posterior,
        plan: Plan,
        found: tuple[dict[str | None, PlanOutcome], dict[str | None, PlanOutcome]],
        named: tuple[str, tuple[str, ...]],
        first: int,
        weeks: int,
    ) -> _Account:
        """Return the account of a group of channels, named by its label."""
        label, group = named
        (whole, cost, spend), (soon, _, _) = (
            so_far(posterior, plan, each[None], each[label], group, first, weeks) for each in found
        )
        by_week = [np.diff(x, axis=1, prepend=0.0) for x in (whole, soon, cost)]
        return cls(by_week[0], by_week[1], by_week[2], float(spend[-1]))


def _soon(posterior: Posterior) -> Posterior:
    """Return the posterior with nothing coming through the stock, all else as large as it is."""
    held = posterior.draws["posterior"].to_dataset()
    sizes, shares = held[MEAN_RESPONSE].copy(), held[LONG_SHARE]
    for channel in posterior.funnel.channels:
        for name in posterior.funnel.slow_nodes(channel):
            own = shares.sel({NODE: posterior.funnel.slow_nodes(channel)[0], CHANNEL: channel.name}, drop=True)
            place = {NODE: name, CHANNEL: channel.name}
            sizes.loc[place] = (sizes.sel(place, drop=True) / (1.0 - own)).transpose(*sizes.dims[:2])
    changed = held.assign({MEAN_RESPONSE: sizes, LONG_SHARE: shares * 0.0})
    groups = {g: posterior.draws[g].to_dataset() for g in posterior.draws.children}
    return replace(posterior, draws=xr.DataTree.from_dict({**groups, "posterior": changed}))


def _told(label: str, learned: dict[str, SlowShare]) -> str:
    """Return what the long run of a channel rests on; of all media on the data only if that of every channel does."""
    if not learned or (label != ALL_MEDIA and label not in learned):
        return NO_SLOW_PART
    if label != ALL_MEDIA:
        return learned[label].told
    found = {one.told for one in learned.values()}
    return next(how for how in (PRIOR, LITTLE, DATA) if how in found)


def _figures(told: bool, at: _Account, discount: float, horizons: Sequence[int], interval: float) -> dict[str, object]:
    """Return the figures of a row; what the data cannot say is nan."""
    later = (1.0 + discount) ** (-np.arange(at.cost.shape[1]) / WEEKS_A_YEAR)
    whole, soon, cost = (x.sum(axis=1) for x in (at.whole, at.soon, at.cost))
    balance = np.cumsum((at.whole if told else at.soon) - at.cost, axis=1)
    nothing = np.full(cost.shape, np.nan)
    figures = {
        "short_roas": soon / cost,
        "break_even_multiplier": cost / soon - 1.0,
        "short_npv": (at.soon - at.cost) @ later,
        "long_roas": whole / cost if told else nothing,
        "npv": (at.whole - at.cost) @ later if told else nothing,
    }
    row: dict[str, object] = dict(_columns(figures, interval))
    row |= {f"probability_paid_back_{h}": float((balance[:, h - 1] >= 0).mean()) for h in horizons}
    row["probability_above_break_even"] = float((whole > cost).mean()) if told else np.nan
    return row


def _columns(figures: dict[str, Array], interval: float) -> Iterator[tuple[str, float]]:
    for name, draws in figures.items():
        yield from zip((name, f"{name}_lower", f"{name}_upper"), _range(draws, interval), strict=True)


def _range(draws: Array, interval: float) -> RangeOf:
    """Return the median and both ends of the central interval; nan where there are no draws of it."""
    low, middle, high = np.quantile(draws, [(1 - interval) / 2, 0.5, (1 + interval) / 2])
    return float(middle), float(low), float(high)
