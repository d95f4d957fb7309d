"""Verdicts on chains of which everything is stated: what links bring alone and in pairs, and what they spend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import xarray as xr

import omnimix as om
from omnimix.chains import ChainComparison, ChainVerdict, Losses, Returns, judge
from omnimix.chains.coalitions import Coalitions, shapley
from omnimix.chains.link_rule import link_rule
from omnimix.effects import Figures
from omnimix.mechanics import Array

DRAWS = 400


def made_verdict(
    alone: Mapping[str, float],
    spend: Mapping[str, float],
    *,
    pairs: Mapping[tuple[str, str], float] | None = None,
    links: Sequence[om.Link | str] = (),
    hurdle: float = 1.0,
    noise: float = 0.3,
    name: str = "spring",
) -> ChainVerdict:
    """Return the verdict on links of which each precedes those after it.

    Args:
        alone: value of every link had only it run.
        spend: money spent on it.
        pairs: value that two links bring only together.
        links: the links as the chain has them, by default one a channel of its name.
        hurdle: the ROAS to reach.
        noise: how far draws lie apart, as a standard deviation of their logarithm.
        name: the chain's name.
    """
    names = tuple(alone)
    coalitions = _coalitions(names, alone, spend, pairs or {}, noise)
    later = {n: names[k + 1 :] for k, n in enumerate(names)}
    own = {n: coalitions.gain(n, [k for k in names if k not in later[n]]) for n in names}
    measures = _measures(coalitions, spend, own)
    net = _over(coalitions.value[-1], coalitions.cost[-1])
    returns = {"net": net, "gross": net, "frozen": net, "marginal": 0.6 * net, "half": 1.2 * net}
    three = ("roas", "roas_marginal", "roas_half")
    judged = {n: Returns(*(measures.sel(measure=m, link=n).to_numpy() for m in three)) for n in names}
    totals = {"value": coalitions.value[-1], "cost": coalitions.cost[-1], "profit": coalitions.profit(hurdle)[-1]}
    return ChainVerdict(
        chain=om.Chain(name, links=links or names, hurdle=hurdle),
        weeks=pd.date_range("2024-03-04", periods=13, freq="7D"),
        currency="EUR",
        channels=tuple(dict.fromkeys(c for k in om.Chain(name, links=links or names).links for c in k.channels)),
        outcomes=("sales",),
        spend=dict(spend),
        later=later,
        returns=Figures("combined_roas", _stacked(returns, "basis"), "value for one unit of money spent"),
        value=Figures("value", _stacked({"sales": coalitions.value[-1]}, "outcome"), "money"),
        totals=Figures("chain", _stacked(totals, "measure"), "money"),
        links=Figures("links", measures, "ROAS and value by link"),
        payback=Figures("payback", _stacked({"13": totals["profit"]}, "horizon"), "money"),
        judgement=judge(Returns(net, 0.6 * net, 1.2 * net), hurdle, Losses()),
        judgements={n: judge(figures, hurdle, Losses()) for n, figures in judged.items()},
        link_rule=link_rule(coalitions, own, hurdle),
        coalitions=coalitions,
        losses=Losses(),
    )


def made_comparison(gains: Mapping[str, float], extrapolated: Mapping[str, tuple[str, ...]]) -> ChainComparison:
    """Return the comparison of chain ``spring`` with others that gain so much over it."""
    generator = np.random.default_rng(3)
    profits = {"spring": generator.normal(50_000.0, 20_000.0, DRAWS)}
    profits |= {n: profits["spring"] + g + generator.normal(0.0, 0.4 * abs(g), DRAWS) for n, g in gains.items()}
    returns = {n: 1.0 + p / 500_000.0 for n, p in profits.items()}
    return ChainComparison(
        roas=Figures("combined_roas", _stacked(returns, "chain"), "value for one unit of money spent"),
        profit=Figures("profit", _stacked(profits, "chain"), "money beyond the hurdle"),
        spend=dict.fromkeys(profits, 500_000.0),
        currency="EUR",
        hurdle=1.0,
        extrapolated={n: extrapolated.get(n, ()) for n in profits},
    )


def _coalitions(
    names: tuple[str, ...],
    alone: Mapping[str, float],
    spend: Mapping[str, float],
    pairs: Mapping[tuple[str, str], float],
    noise: float,
) -> Coalitions:
    generator = np.random.default_rng(1)
    brought = {n: alone[n] * np.exp(generator.normal(-(noise**2) / 2, noise, DRAWS)) for n in names}
    together = {p: v * np.exp(generator.normal(-(noise**2) / 2, noise, DRAWS)) for p, v in pairs.items()}
    value, cost = np.zeros((1 << len(names), DRAWS)), np.zeros((1 << len(names), DRAWS))
    for number in range(1 << len(names)):
        kept = [n for k, n in enumerate(names) if number >> k & 1]
        value[number] = sum((brought[n] for n in kept), np.zeros(DRAWS))
        value[number] += sum((together[p] for p in combinations(kept, 2) if p in together), np.zeros(DRAWS))
        cost[number] = sum(spend[n] for n in kept)
    return Coalitions(names, value, cost)


def _measures(
    coalitions: Coalitions, spend: Mapping[str, float], own: Mapping[str, tuple[Array, Array]]
) -> xr.DataArray:
    value_shares, cost_shares = shapley(coalitions.value), shapley(coalitions.cost)
    by_link = {}
    for k, name in enumerate(coalitions.links):
        value, cost = coalitions.gain(name, coalitions.links)
        roas = _over(value, cost)
        by_link[name] = {
            "roas": roas,
            "roas_direct": _over(*own[name]),
            "roas_marginal": 0.6 * roas,
            "roas_half": 1.2 * roas,
            "value_standalone": coalitions.gain(name, ())[0],
            "passed_on": value - own[name][0],
            "shapley_value": value_shares[k],
            "shapley_cost": cost_shares[k],
            "cost": cost,
            "induced_spend": cost - spend[name],
        }
    stacked = np.stack([np.stack(list(figures.values())) for figures in by_link.values()], axis=-1)
    coords = {"measure": list(by_link[coalitions.links[0]]), "link": list(coalitions.links)}
    return xr.DataArray(stacked, coords=coords, dims=("measure", "draw", "link")).transpose("draw", "measure", "link")


def _stacked(draws: Mapping[str, Array], label: str) -> xr.DataArray:
    return xr.DataArray(np.stack(list(draws.values()), axis=1), coords={label: list(draws)}, dims=("draw", label))


def _over(value: Array, cost: Array) -> Array:
    return np.asarray(np.divide(value, cost, out=np.full(value.shape, np.nan), where=cost != 0))
