"""Settle the account of a chained campaign on the whole funnel: what it earns, and what each link is to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.chains.coalitions import Coalitions, evaluate_coalitions, shapley
from omnimix.chains.layout import Laid, lay_out
from omnimix.chains.link_rule import own_gains
from omnimix.chains.order import later_links
from omnimix.chains.result import ChainVerdict, judged
from omnimix.chains.verdict import Losses, PricedTests
from omnimix.effects import Figures, require_usable
from omnimix.effects.accounts import Account, accounts
from omnimix.effects.engine import Engine
from omnimix.effects.payback import HORIZONS, require_weeks
from omnimix.effects.plan import Plan, frozen
from omnimix.effects.respond import answer, money_by_week
from omnimix.effects.roas import BASES, STEP, unit_of_spend
from omnimix.labels import DEFAULT_INTERVAL, DRAW, HORIZON, LINK, MEASURE, OUTCOME, SPEND, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.progress import bar
from omnimix.spec import Chain

MANY_SETS = 128  # from here on it takes seconds, and a progress bar is shown
HALF = 0.5


@checked
def evaluate_chain(
    posterior: Posterior,
    chain: Chain,
    *,
    losses: Losses | None = None,
    tests: PricedTests | None = None,
    horizons: Sequence[int] = HORIZONS,
    interval: float = DEFAULT_INTERVAL,
    progress: bool = True,
    allow_unconverged: bool = False,
) -> ChainVerdict:
    """Return what a chain earned together, what each link was to that, and what to do with each.

    Everything is a difference of two runs of the funnel, tail included: with the chain as it was carried out (or as its
    links ask, where they say what if), and with some of its links silent; everything outside the chain stays as it was,
    channels that answer to a stage answer. Costs are what is spent on the links and what they make answering channels
    spend.

    Without a value of the outcomes there is no verdict, no profit and no payback: units cannot be held against money.
    Returns are units for one unit of money then.

    Args:
        posterior: a fitted model.
        chain: links, weeks and hurdle.
        losses: what every verdict costs where something else is true; see :class:`Losses`.
        tests: tests that could be done next (:func:`omnimix.design_tests`). What has no test that is worth its cost
            is then kept or stopped, and not tested; without them, ``test`` says nothing of that.
        horizons: weeks since the chain's first week at which payback is told.
        interval: probability mass of the intervals.
        progress: show a progress bar for a chain of many links: 2**links sets of links are worked out.
        allow_unconverged: report a fit that did not converge all the same.

    Raises :class:`SpecError` for a chain that cannot be laid on the calendar, and :class:`FitError` for a fit that did
    not converge, unless ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    require_weeks(horizons)
    laid = lay_out(posterior, chain)
    engine = laid.engine(posterior)
    names = chain.link_names
    plans = _what_if(laid)
    steps = (1 << len(names)) + len(plans)
    with bar("Sets of links", steps, progress and steps >= MANY_SETS) as done:
        coalitions = evaluate_coalitions(engine, laid, done)
        found = dict(zip(plans, accounts(engine, plans.values(), done), strict=True))
    later = later_links(posterior.funnel, chain)
    own = own_gains(coalitions, later)
    measures = _measures(laid, coalitions, found, own)
    returns = Figures("combined_roas", _returns(laid, coalitions, found), unit_of_spend(posterior), interval)
    links = Figures("links", measures, "ROAS and value by link", interval)
    following = {n: tuple(k for k in names if k in later[n]) for n in names}
    rule, worth = losses or Losses(), None if tests is None else tests.worth
    return ChainVerdict(
        chain=chain,
        weeks=laid.window,
        currency=posterior.panel.currency,
        channels=posterior.funnel.channel_names,
        outcomes=tuple(o.name for o in posterior.funnel.outcomes),
        spend={n: laid.spent(n) for n in names},
        later=following,
        returns=returns,
        value=_value(posterior, found, interval),
        links=links,
        payback=_payback(engine, laid, (laid.keeping(names), laid.keeping(())), horizons, interval),
        coalitions=coalitions,
        losses=rule,
        extrapolated=laid.extrapolated,
        unvalued=posterior.funnel.unvalued,
        tests=worth,
        **judged(chain, coalitions, following, returns, links, rule, worth, is_money=posterior.value_unit.is_money),
    )


def _what_if(laid: Laid) -> dict[tuple[str, str], Plan]:
    """Return the plans beside the sets of links: a little more and less of each and of all, half of them, frozen."""
    names = laid.chain.link_names
    groups = {n: [n] for n in names} | {"": list(names)}
    plans: dict[tuple[str, str], Plan] = {}
    for label, group in groups.items():
        for what, factor in (("more", 1 + STEP / 2), ("less", 1 - STEP / 2), ("half", HALF)):
            plans[what, label] = laid.keeping(names, dict.fromkeys(group, factor))
    whole, none = laid.keeping(names), laid.keeping(())
    return plans | {
        ("whole", ""): whole,
        ("none", ""): none,
        ("frozen", "whole"): frozen(whole),
        ("frozen", "none"): frozen(none),
    }


def _measures(
    laid: Laid, coalitions: Coalitions, found: Mapping[tuple[str, str], Account], own: Mapping[str, tuple[Array, Array]]
) -> xr.DataArray:
    """Return every figure of every link, dimensions draw, measure and link."""
    names = coalitions.links
    value_shares, cost_shares = shapley(coalitions.value), shapley(coalitions.cost)
    by_link = {}
    for k, name in enumerate(names):
        value, cost = coalitions.gain(name, names)
        direct, direct_cost = own[name]
        alone, alone_cost = coalitions.gain(name, ())
        rest = coalitions.number([n for n in names if n != name])
        by_link[name] = {
            "roas": _over(value, cost),
            "roas_direct": _over(direct, direct_cost),
            "roas_standalone": _over(alone, alone_cost),
            "roas_marginal": _slope(found["more", name], found["less", name]),
            "roas_half": _half(
                found["half", name],
                found["whole", ""],
                coalitions.value[rest] - coalitions.value[-1],
                coalitions.cost[rest] - coalitions.cost[-1],
            ),
            "roas_shapley": _over(value_shares[k], cost_shares[k]),
            "value": value,
            "value_direct": direct,
            "value_standalone": alone,
            "passed_on": value - direct,
            "shapley_value": value_shares[k],
            "shapley_cost": cost_shares[k],
            "cost": cost,
            "induced_spend": cost - laid.spent(name),
        }
    coords = {MEASURE: list(by_link[names[0]]), LINK: list(names)}
    stacked = np.stack([np.stack(list(by_link[n].values())) for n in names], axis=-1)
    return xr.DataArray(stacked, coords=coords, dims=(MEASURE, DRAW, LINK)).transpose(DRAW, MEASURE, LINK)


def _returns(laid: Laid, coalitions: Coalitions, found: Mapping[tuple[str, str], Account]) -> xr.DataArray:
    """Return the combined ROAS on every basis, that of the next money and that of half the spend."""
    spent = np.array([sum(laid.spent(n) for n in coalitions.links)])
    held = _value_of(found["frozen", "whole"], found["frozen", "none"])
    parts = {
        "net": _over(coalitions.value[-1], coalitions.cost[-1]),
        "gross": _over(coalitions.value[-1], spent),
        "frozen": _over(held, spent),
        "marginal": _slope(found["more", ""], found["less", ""]),
        "half": _half(found["half", ""], found["whole", ""], -coalitions.value[-1], -coalitions.cost[-1]),
    }
    assert {*BASES} <= {*parts}
    return xr.DataArray(np.stack(list(parts.values()), axis=1), coords={"basis": list(parts)}, dims=(DRAW, "basis"))


def _value(posterior: Posterior, found: Mapping[tuple[str, str], Account], interval: float) -> Figures:
    names = [o.name for o in posterior.funnel.outcomes]
    draws = found["whole", ""].value - found["none", ""].value
    return Figures(
        "value",
        xr.DataArray(draws, coords={OUTCOME: names}, dims=(DRAW, OUTCOME)),
        f"{posterior.value_unit.noun} brought by the chain",
        interval,
    )


def _payback(engine: Engine, laid: Laid, plans: tuple[Plan, Plan], horizons: Sequence[int], interval: float) -> Figures:
    """Return value less cost so far, by weeks since the chain's first week; nan where value is no money."""
    posterior, rows = engine.posterior, engine.rows
    weeks = pd.DatetimeIndex(laid.plan.spend.index[rows], name=WEEK)
    whole, none = (answer(engine, plan, weeks) for plan in plans)
    value = (money_by_week(posterior, whole.nodes) - money_by_week(posterior, none.nodes)).to_numpy()
    answering = {c.name for c in posterior.funnel.responding}
    spend = (whole.spend - none.spend).sum("channel").to_numpy()
    for channel in posterior.funnel.channels:
        if channel.name not in answering:
            with_chain, without = (plan.spend_by_channel[channel.name][rows] for plan in plans)
            spend = spend + (with_chain - without)
    at = [min(h, value.shape[1]) - 1 for h in horizons]
    brought, paid = np.cumsum(value, axis=1)[:, at], np.cumsum(spend, axis=1)[:, at]
    left = brought - paid if posterior.value_unit.is_money else np.full(brought.shape, np.nan)
    balance = xr.DataArray(left, coords={HORIZON: list(horizons)}, dims=(DRAW, HORIZON))
    known = {
        "probability_paid_back": (balance >= 0).where(np.isfinite(balance)).mean(DRAW, skipna=False),
        "value": xr.DataArray(brought.mean(axis=0), coords={HORIZON: list(horizons)}, dims=HORIZON),
        SPEND: xr.DataArray(paid.mean(axis=0), coords={HORIZON: list(horizons)}, dims=HORIZON),
    }
    unit = posterior.value_unit
    return Figures("payback", balance, "money brought in less money spent so far", interval, known, unit)


def _over(value: Array, cost: Array) -> Array:
    """Return value over cost; what costs nothing has no return."""
    nothing = np.full(np.broadcast_shapes(value.shape, cost.shape), np.nan)
    return np.asarray(np.divide(value, cost, out=nothing, where=cost != 0))


def _value_of(one: Account, other: Account) -> Array:
    return np.asarray((one.value - other.value).sum(axis=1))


def _slope(more: Account, less: Account) -> Array:
    """Return the ROAS of the next money: the difference of a little more and a little less."""
    return _over(_value_of(more, less), more.spend - less.spend)


def _half(half: Account, whole: Account, rest_value: Array, rest_cost: Array) -> Array:
    """Return ROAS at half the spend: what half brings beyond nothing, where nothing is given against the whole."""
    return _over(_value_of(half, whole) - rest_value, half.spend - whole.spend - rest_cost)
