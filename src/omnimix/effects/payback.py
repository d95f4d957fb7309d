"""How long until a campaign has earned its money back?"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.effects.figures import Figures, require_usable
from omnimix.effects.geos import parts_of
from omnimix.effects.plan import Plan, data_window, within, without
from omnimix.effects.respond import PlanOutcome, money_by_week, simulate_plans
from omnimix.effects.roas import channel_groups, induced_by_week
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import DEFAULT_INTERVAL, DRAW, HORIZON, SPEND, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import GeoPart, GeoPosterior, Posterior

By = Literal["channel", "team"]
BY: tuple[str, ...] = get_args(By)
HORIZONS = (2, 4, 13, 26, 52)
CAMPAIGN = 13  # weeks


@checked
def payback(
    posterior: Posterior | GeoPosterior | GeoPart,
    *,
    horizons: Sequence[int] = HORIZONS,
    weeks: int = CAMPAIGN,
    by: By = "channel",
    common: bool = False,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return what a campaign of every channel has brought in less what it has cost, by week since its start.

    The campaign is the stretch of ``weeks`` weeks of the data window in which the channel spent most, from the first
    week in which it spent; everything else stays as it was, and after the data window nothing is spent. Costs are the
    campaign's spend so far and what it made answering channels spend; value is that of all outcomes over all paths.

    Args:
        posterior: a fitted model; of several geos, a campaign runs in all of them, in the weeks in which all together
            spent most.
        horizons: weeks since the campaign's first week, that week included.
        weeks: length of the campaign.
        by: ``channel``, all media together as well, or ``team``: all channels of a team as one, in the stretch of weeks
            in which the team spent most.
        common: one stretch of weeks for all of them, that in which all media together spent most: balances of channels,
            teams and all media are then of the same weeks, as the shared page and the shell tell them. What spent
            nothing so far has neither balance nor odds (nan).
        interval: probability mass of the intervals.
        allow_unconverged: report a fit that did not converge all the same.

    The table has, a channel and horizon, the balance in money with its interval, ``probability_paid_back``, the mean
    ``value`` so far, the ``spend`` so far and the campaign's ``start``.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``, and
    :class:`OmnimixError` for horizons that are no weeks, for teams where no channel has one, and for outcomes without a
    value: units cannot be held against money.
    """
    posterior.value_unit.require_money("payback")
    require_usable(posterior, allow_unconverged)
    require_weeks(horizons)
    require_weeks([weeks])
    groups = _groups(posterior, by)
    parts = [part for _, part in parts_of(posterior)]
    plans = [data_window(part, at_least=max(horizons)) for part in parts]
    calendar = _calendar(plans)
    whole = functools.reduce(operator.add, [plan.spend for plan in plans])
    every, window, end = posterior.funnel.bought_names, parts[0].scaling.window, plans[0].silent_from
    first = {k: busiest(whole, every if common else v, weeks, window, end) for k, v in groups.items()}
    each = [_of_one(*pair, groups, first, weeks) for pair in zip(parts, plans, strict=True)]
    balances, values, spends = [], [], []
    at = [h - 1 for h in horizons]
    for label in groups:
        value, cost, spend = (functools.reduce(operator.add, [one[label][k] for one in each]) for k in range(3))
        balances.append((value - cost)[:, at])
        values.append(value[:, at].mean(axis=0))
        spends.append(spend[at])
    coords = {by: list(groups), HORIZON: list(horizons)}
    draws = xr.DataArray(np.stack(balances, axis=1), coords=coords, dims=(DRAW, by, HORIZON))
    spent = xr.DataArray(np.stack(spends), coords=coords, dims=(by, HORIZON))
    draws = draws.where(spent > 0) if common else draws
    known = {
        "probability_paid_back": (draws >= 0).where(np.isfinite(draws)).mean(DRAW, skipna=False),
        "value": xr.DataArray(np.stack(values), coords=coords, dims=(by, HORIZON)),
        SPEND: spent,
        "start": xr.DataArray([calendar[first[k]] for k in groups], coords={by: list(groups)}, dims=by),
    }
    return Figures("payback", draws, "money brought in less money spent so far", interval, known)


def _groups(posterior: Posterior, by: str) -> Mapping[str, tuple[str, ...]]:
    if by == "channel":
        return channel_groups(posterior)
    if by not in BY:
        raise OmnimixError(f"by is one of {', '.join(BY)}, not {by!r}{did_you_mean(str(by), BY)}")
    channels = posterior.funnel.bought
    teams = dict.fromkeys(c.team for c in channels if c.team is not None)
    if not teams:
        raise OmnimixError("no channel of this funnel has a team; give channels team=..., or ask by='channel'.")
    return {t: tuple(c.name for c in channels if c.team == t) for t in teams}


def require_weeks(given: Iterable[int]) -> None:
    """Refuse horizons that are no weeks. Raises :class:`OmnimixError`."""
    weeks = list(given)
    if not weeks:
        raise OmnimixError("there is no horizon; give at least one number of weeks, such as horizons=[13, 52].")
    wrong = [w for w in weeks if not isinstance(w, int) or not 1 <= w <= 520]
    if wrong:
        raise OmnimixError(f"horizons and weeks are whole numbers of weeks from 1 to 520, not {wrong[0]!r}")


def _calendar(plans: Sequence[Plan]) -> pd.DatetimeIndex:
    """Return the weeks of plans. Raises :class:`OmnimixError` for geos with calendars of their own."""
    first = pd.DatetimeIndex(plans[0].spend.index)
    if any(not first.equals(pd.DatetimeIndex(plan.spend.index)) for plan in plans):
        raise OmnimixError(
            "geos that were fitted by themselves and have other weeks are not followed together; ask it of one of "
            "them, om.payback(posterior.of(geo))."
        )
    return first


def _of_one(
    posterior: Posterior, plan: Plan, groups: Mapping[str, Sequence[str]], first: Mapping[str, int], weeks: int
) -> dict[str, tuple[Array, Array, Array]]:
    """Return value, cost and spend so far of every group's campaign; see :func:`so_far`."""
    plans = {k: without(within(plan, first[k], weeks), v) for k, v in groups.items()}
    found = simulate_plans(posterior, {None: plan, **plans}, weeks=plan.weeks)
    return {k: so_far(posterior, plan, found[None], found[k], group, first[k], weeks) for k, group in groups.items()}


def busiest(spent: pd.DataFrame, group: Sequence[str], weeks: int, window: int, end: int) -> int:
    """Return the row of the first week with spend in the busiest stretch of the data window.

    A stretch that began before its money would have paid back nothing, and be called paid back.
    """
    spend = spent[list(group)].sum(axis=1).to_numpy()[window:end]
    length = min(weeks, len(spend))
    sums = np.convolve(spend, np.ones(length), mode="valid")
    begin = int(np.argmax(sums))
    return window + begin + int(np.argmax(spend[begin : begin + length] > 0))


def so_far(
    posterior: Posterior,
    plan: Plan,
    planned: PlanOutcome,
    silent: PlanOutcome,
    group: Sequence[str],
    first: int,
    weeks: int,
) -> tuple[Array, Array, Array]:
    """Return value and cost so far, shape (draws, weeks since the start), and the spend among the cost."""
    later = slice(first - posterior.scaling.window, None)
    value = money_by_week(posterior, planned.nodes) - money_by_week(posterior, silent.nodes)
    spend = plan.spend[list(group)].sum(axis=1).to_numpy()[first:].copy()
    spend[weeks:] = 0.0
    induced = induced_by_week(planned, silent, group).isel({WEEK: later}).to_numpy()
    paid = np.cumsum(spend)
    return np.cumsum(value.isel({WEEK: later}).to_numpy(), axis=1), paid + np.cumsum(induced, axis=1), paid
