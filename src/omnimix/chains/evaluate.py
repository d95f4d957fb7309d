"""Settle the account of a chained campaign on the whole funnel: what it earns, and what each link is to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from omnimix.arguments import checked
from omnimix.chains.coalitions import Coalitions, shapley
from omnimix.chains.link_rule import own_gains
from omnimix.chains.order import later_links
from omnimix.chains.result import ChainVerdict, judged
from omnimix.chains.settled import Settled, Which, settle, steps_of
from omnimix.chains.verdict import Losses, PricedTests
from omnimix.effects import Figures, require_usable
from omnimix.effects.accounts import Account
from omnimix.effects.payback import HORIZONS, require_weeks
from omnimix.effects.roas import BASES, unit_of_spend
from omnimix.labels import DEFAULT_INTERVAL, DRAW, HORIZON, LINK, MEASURE, OUTCOME, SPEND
from omnimix.mechanics import Array
from omnimix.posterior import GeoPart, GeoPosterior, Posterior
from omnimix.progress import bar
from omnimix.spec import Chain

MANY_SETS = 128  # from here on it takes seconds, and a progress bar is shown


@checked
def evaluate_chain(
    posterior: Posterior | GeoPosterior | GeoPart,
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
        posterior: a fitted model; of several geos, the chain runs in all of them and is settled over them together.
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
    names, steps = chain.link_names, steps_of(posterior, chain)
    with bar("Sets of links", steps, progress and steps >= MANY_SETS) as done:
        laid, settled = settle(posterior, chain, horizons, done)
    coalitions, found = settled.coalitions, settled.found
    spent = {n: sum(one.spent(n) for one in laid) for n in names}
    later = later_links(posterior.funnel, chain)
    own = own_gains(coalitions, later)
    measures = _measures(spent, coalitions, found, own)
    returns = Figures("combined_roas", _returns(spent, coalitions, found), unit_of_spend(posterior), interval)
    links = Figures("links", measures, "ROAS and value by link", interval)
    following = {n: tuple(k for k in names if k in later[n]) for n in names}
    rule, worth = losses or Losses(), None if tests is None else tests.worth
    return ChainVerdict(
        chain=chain,
        weeks=laid[0].window,
        currency=posterior.panel.currency,
        channels=posterior.funnel.channel_names,
        outcomes=tuple(o.name for o in posterior.funnel.outcomes),
        spend=spent,
        later=following,
        returns=returns,
        value=_value(posterior, found, interval),
        links=links,
        payback=_payback(posterior, settled, horizons, interval),
        coalitions=coalitions,
        losses=rule,
        extrapolated=tuple(dict.fromkeys(c for one in laid for c in one.extrapolated)),
        unvalued=posterior.funnel.unvalued,
        tests=worth,
        made_from=posterior.fingerprint,
        **judged(chain, coalitions, following, returns, links, rule, worth, is_money=posterior.value_unit.is_money),
    )


def _measures(
    spent: Mapping[str, float],
    coalitions: Coalitions,
    found: Mapping[Which, Account],
    own: Mapping[str, tuple[Array, Array]],
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
            "induced_spend": cost - spent[name],
        }
    coords = {MEASURE: list(by_link[names[0]]), LINK: list(names)}
    stacked = np.stack([np.stack(list(by_link[n].values())) for n in names], axis=-1)
    return xr.DataArray(stacked, coords=coords, dims=(MEASURE, DRAW, LINK)).transpose(DRAW, MEASURE, LINK)


def _returns(spent: Mapping[str, float], coalitions: Coalitions, found: Mapping[Which, Account]) -> xr.DataArray:
    """Return the combined ROAS on every basis, that of the next money and that of half the spend."""
    whole = np.array([sum(spent[n] for n in coalitions.links)])
    held = _value_of(found["frozen", "whole"], found["frozen", "none"])
    parts = {
        "net": _over(coalitions.value[-1], coalitions.cost[-1]),
        "gross": _over(coalitions.value[-1], whole),
        "frozen": _over(held, whole),
        "marginal": _slope(found["more", ""], found["less", ""]),
        "half": _half(found["half", ""], found["whole", ""], -coalitions.value[-1], -coalitions.cost[-1]),
    }
    assert {*BASES} <= {*parts}
    return xr.DataArray(np.stack(list(parts.values()), axis=1), coords={"basis": list(parts)}, dims=(DRAW, "basis"))


def _value(posterior: Posterior, found: Mapping[Which, Account], interval: float) -> Figures:
    names = [o.name for o in posterior.funnel.outcomes]
    draws = found["whole", ""].value - found["none", ""].value
    return Figures(
        "value",
        xr.DataArray(draws, coords={OUTCOME: names}, dims=(DRAW, OUTCOME)),
        f"{posterior.value_unit.noun} brought by the chain",
        interval,
    )


def _payback(posterior: Posterior, settled: Settled, horizons: Sequence[int], interval: float) -> Figures:
    """Return value less cost so far, by weeks since the chain's first week; nan where value is no money."""
    brought, paid, unit = settled.brought, settled.paid, posterior.value_unit
    left = brought - paid if unit.is_money else np.full(brought.shape, np.nan)
    balance = xr.DataArray(left, coords={HORIZON: list(horizons)}, dims=(DRAW, HORIZON))
    known = {
        "probability_paid_back": (balance >= 0).where(np.isfinite(balance)).mean(DRAW, skipna=False),
        "value": xr.DataArray(brought.mean(axis=0), coords={HORIZON: list(horizons)}, dims=HORIZON),
        SPEND: xr.DataArray(paid.mean(axis=0), coords={HORIZON: list(horizons)}, dims=HORIZON),
    }
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
