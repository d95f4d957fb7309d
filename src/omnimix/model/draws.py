"""From the sampler's flat numbers to labelled draws, with what was integrated out drawn back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from omnimix.labels import (
    BASELINE_COEFFICIENT,
    CAMPAIGN,
    CHAIN,
    CHANNEL,
    CONTRIBUTION,
    CONTRIBUTION_SHARE,
    DRAW,
    MEAN_RESPONSE,
    NODE,
    PARENT,
    PERIOD,
    TERM,
)
from omnimix.mechanics import Array, Parameter, Scaling, design
from omnimix.mechanics.campaigns import (
    CAMPAIGN_AWAY,
    CAMPAIGN_LOOSENESS,
    CAMPAIGN_MULTIPLIER,
    all_multipliers,
    campaign_names,
)
from omnimix.mechanics.parameters import (
    LAG,
    LATER_SHOCK,
    RAW_BASELINE,
    SAMPLED_WEEKS,
    SHOCK_COEFFICIENT,
    equations,
    shocks,
)
from omnimix.mechanics.periods import EFFECT_AWAY, EFFECT_LEVEL, EFFECT_SPREAD
from omnimix.model.build import Layout
from omnimix.model.native import machine
from omnimix.spec import Funnel

TOLD_APART = (RAW_BASELINE, CAMPAIGN_AWAY, CAMPAIGN_LOOSENESS, EFFECT_AWAY, EFFECT_SPREAD)  # not by node and channel


def draws_tree(
    funnel: Funnel,
    scaling: Scaling,
    layout: Layout,
    theta: Array,
    statistics: dict[str, Array],
    generator: np.random.Generator,
) -> xr.DataTree:
    """Return draws, shape (chains, draws, parameters), as a tree with groups ``posterior`` and ``sample_stats``."""
    posterior = labelled(funnel, scaling, layout.parameters, theta)
    posterior = posterior.merge(_drawn_back(funnel, scaling, layout, theta, generator))
    stats = xr.Dataset({k: ((CHAIN, DRAW), v) for k, v in statistics.items()}, coords=_sizes(theta))
    return xr.DataTree.from_dict({"posterior": posterior, "sample_stats": stats})


def labelled(funnel: Funnel, scaling: Scaling, parameters: Sequence[Parameter], theta: Array) -> xr.Dataset:
    """Name the sampled numbers: one variable a parameter, with dimensions node, channel and parent where it has them.

    A combination that has no such parameter (the slope of a channel with a logistic curve) is nan.
    """
    coords = _coords(funnel, scaling, theta)
    variables: dict[str, xr.DataArray] = {}
    for name, dim in SAMPLED_WEEKS.items():
        found = [(k, s) for k, s in enumerate(parameters) if s.name == name]
        if found:
            labels = [f"{s.node} {s.term}" for _, s in found]
            coords_of_weeks = {**_sizes(theta), dim: labels}
            values = theta[:, :, [k for k, _ in found]]
            variables[name] = xr.DataArray(values, coords=coords_of_weeks, dims=(CHAIN, DRAW, dim))
    variables |= _of_campaigns(funnel, scaling, parameters, theta)
    variables |= _of_periods(funnel, parameters, theta)
    for k, parameter in enumerate(parameters):
        if parameter.name in (*TOLD_APART, *SAMPLED_WEEKS):
            continue
        dims = (NODE, *([CHANNEL] if parameter.channel else []), *([PARENT] if parameter.parent else []))
        if parameter.name not in variables:
            variables[parameter.name] = _empty(coords, dims)
        place = {NODE: parameter.node, CHANNEL: parameter.channel, PARENT: parameter.parent}
        variables[parameter.name].loc[{d: place[d] for d in dims}] = theta[:, :, k]
    levels = [np.nan if n.log else n.level for n in scaling.equations]  # log points are no units
    scale = xr.DataArray(levels, coords={NODE: coords[NODE]}, dims=NODE)
    variables[CONTRIBUTION] = (variables[CONTRIBUTION_SHARE] * scale).assign_attrs(units="units of the node a week")
    return xr.Dataset(variables)


def _of_campaigns(
    funnel: Funnel, scaling: Scaling, parameters: Sequence[Parameter], theta: Array
) -> dict[str, xr.DataArray]:
    """Return how far campaigns may differ, how far each lies from its channel, and the multiplier that makes."""
    places = [k for k, p in enumerate(parameters) if p.name == CAMPAIGN_AWAY]
    if not places:
        return {}
    spread = next(k for k, p in enumerate(parameters) if p.name == CAMPAIGN_LOOSENESS)
    flat = theta.reshape(-1, theta.shape[2])
    factors = all_multipliers(funnel, scaling.campaign_spend, flat[:, spread], flat[:, places])
    coords = {**_sizes(theta), CAMPAIGN: list(campaign_names(funnel))}
    dims = (CHAIN, DRAW, CAMPAIGN)
    return {
        CAMPAIGN_LOOSENESS: xr.DataArray(theta[:, :, spread], coords=_sizes(theta), dims=(CHAIN, DRAW)),
        CAMPAIGN_AWAY: xr.DataArray(theta[:, :, places], coords=coords, dims=dims),
        CAMPAIGN_MULTIPLIER: xr.DataArray(factors.reshape(*theta.shape[:2], -1), coords=coords, dims=dims),
    }


def _of_periods(funnel: Funnel, parameters: Sequence[Parameter], theta: Array) -> dict[str, xr.DataArray]:
    """Return how far effects differ between periods, how far each lies away, and the factor that makes."""
    places = [k for k, p in enumerate(parameters) if p.name == EFFECT_AWAY]
    if not places:
        return {}
    spread = theta[:, :, next(k for k, p in enumerate(parameters) if p.name == EFFECT_SPREAD)]
    names = list(dict.fromkeys(str(parameters[k].term) for k in places))
    away = theta[:, :, places].reshape(*theta.shape[:2], -1, len(names))
    coords = {**_sizes(theta), CHANNEL: list(funnel.channel_names), PERIOD: names}
    dims = (CHAIN, DRAW, CHANNEL, PERIOD)
    return {
        EFFECT_SPREAD: xr.DataArray(spread, coords=_sizes(theta), dims=(CHAIN, DRAW)),
        EFFECT_AWAY: xr.DataArray(away, coords=coords, dims=dims),
        EFFECT_LEVEL: xr.DataArray(np.exp(spread[:, :, None, None] * away), coords=coords, dims=dims),
    }


def _sizes(theta: Array) -> dict[str, Any]:
    return {CHAIN: np.arange(theta.shape[0]), DRAW: np.arange(theta.shape[1])}


def _coords(funnel: Funnel, scaling: Scaling, theta: Array) -> dict[str, Any]:
    read = {p for n in funnel.nodes for p in n.parents} | {s.parent for e in funnel.responding for s in shocks(e)}
    return {
        **_sizes(theta),
        NODE: [s.name for s in scaling.equations],
        CHANNEL: list(funnel.channel_names),
        PARENT: [n.name for n in funnel.nodes if n.name in read],
    }


def _empty(coords: dict[str, Any], dims: tuple[str, ...]) -> xr.DataArray:
    wanted = (CHAIN, DRAW, *dims)
    shape = [len(coords[d]) for d in wanted]
    return xr.DataArray(np.full(shape, np.nan), coords={d: coords[d] for d in wanted}, dims=wanted)


def _drawn_back(
    funnel: Funnel, scaling: Scaling, layout: Layout, theta: Array, generator: np.random.Generator
) -> dict[str, xr.DataArray]:
    """Return the baseline of every equation, the coefficients of its parents' demand and the mean responses."""
    coords, shape = _coords(funnel, scaling, theta), theta.shape[:2]
    flat = np.ascontiguousarray(theta.reshape(-1, theta.shape[2]))
    window = design(funnel, scaling, scaling.window_weeks, None)
    links = [(n.name, c.name) for n in funnel.nodes for c in funnel.drivers(n)]
    unseen = [shocks(equation) for equation in equations(funnel)]
    columns = sum(len(window.terms) + len(found) for found in unseen)
    out, sizes = np.empty((flat.shape[0], columns)), np.empty((flat.shape[0], len(links)))
    machine().draw_back(layout.packed, flat, generator.standard_normal(out.shape), out, sizes)
    found = {
        BASELINE_COEFFICIENT: _empty({**coords, TERM: list(window.terms)}, (NODE, TERM)),
        MEAN_RESPONSE: _empty(coords, (NODE, CHANNEL)),
    }
    lags = sorted({s.lag for one in unseen for s in one})
    if lags:
        found[SHOCK_COEFFICIENT] = _empty(coords, (NODE, PARENT))
    if any(lags):
        found[LATER_SHOCK] = _empty({**coords, LAG: [k for k in lags if k]}, (NODE, PARENT, LAG))
    start = 0
    for scale, columns_of_demand in zip(scaling.equations, unseen, strict=True):
        stop = start + len(window.terms)
        found[BASELINE_COEFFICIENT].loc[{NODE: scale.name}] = (out[:, start:stop] * window.sds(scale)).reshape(
            *shape, -1
        )
        start = stop
        for shock in columns_of_demand:
            place = {NODE: scale.name, PARENT: shock.parent} | ({LAG: shock.lag} if shock.lag else {})
            found[LATER_SHOCK if shock.lag else SHOCK_COEFFICIENT].loc[place] = out[:, start].reshape(shape)
            start += 1
    for k, (node, channel) in enumerate(links):
        found[MEAN_RESPONSE].loc[{NODE: node, CHANNEL: channel}] = sizes[:, k].reshape(shape)
    return found
