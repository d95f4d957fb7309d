"""From the sampler's flat numbers to labelled draws of several geos, with baselines drawn back."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from omnimix.labels import (
    BASELINE_COEFFICIENT,
    CHAIN,
    CHANNEL,
    CONTRIBUTION,
    CONTRIBUTION_SHARE,
    DRAW,
    GEO,
    MEAN_RESPONSE,
    NODE,
    PARENT,
    TERM,
)
from omnimix.mechanics import Array, Parameter, design
from omnimix.mechanics.geo_parameters import (
    COMMON_NOISE,
    CONTROL_EFFECT,
    GEO_NOISE,
    NOISE_LOOSENESS,
    SHOCK_RATIO,
)
from omnimix.mechanics.geo_scaling import GeoScaling
from omnimix.mechanics.parameters import (
    LAG,
    LATER_SHOCK,
    MISSING_WEEK,
    NOISE,
    SAMPLED_WEEKS,
    SHOCK_COEFFICIENT,
    shocks,
)
from omnimix.model.draws import labelled
from omnimix.model.geo_build import GeoLayout
from omnimix.model.geo_native import geo_machine
from omnimix.posterior.geo_posterior import POOLED, missing_label
from omnimix.spec import Funnel

OWN_NOISE = "own_noise"


def geo_draws_tree(
    funnel: Funnel,
    scaling: GeoScaling,
    layout: GeoLayout,
    theta: Array,
    statistics: dict[str, Array],
    generator: np.random.Generator,
) -> xr.DataTree:
    """Return draws, shape (chains, draws, parameters), as a tree with groups ``posterior`` and ``sample_stats``."""
    by_name: dict[str, list[tuple[int, Parameter]]] = {}
    for k, parameter in enumerate(layout.parameters):
        by_name.setdefault(parameter.name, []).append((k, parameter))
    own = {p.name for p in layout.parameters if p.geo is not None} | {SHOCK_RATIO, CONTROL_EFFECT}
    shared = [k for k, p in enumerate(layout.parameters) if p.name not in own]
    held = labelled(funnel, scaling.pooled, [layout.parameters[k] for k in shared], theta[:, :, shared])
    held = held.rename({n: POOLED + n for n in (CONTRIBUTION_SHARE, CONTRIBUTION, NOISE)})
    held = held.merge(_by_geo(funnel, scaling, layout, theta, by_name, generator))
    sizes = {CHAIN: np.arange(theta.shape[0]), DRAW: np.arange(theta.shape[1])}
    stats = xr.Dataset({k: ((CHAIN, DRAW), v) for k, v in statistics.items()}, coords=sizes)
    return xr.DataTree.from_dict({"posterior": held, "sample_stats": stats})


def _by_geo(
    funnel: Funnel,
    scaling: GeoScaling,
    layout: GeoLayout,
    theta: Array,
    by_name: dict[str, list[tuple[int, Parameter]]],
    generator: np.random.Generator,
) -> dict[str, xr.DataArray]:
    """Return what every geo has of its own: contributions, noise, baseline, kappa and figures that it lacks."""
    flat = np.ascontiguousarray(theta.reshape(-1, theta.shape[2]))
    draws, nodes, geos, terms = flat.shape[0], len(funnel.nodes), len(scaling.geos), len(layout.design.terms)
    effects = len(layout.tables.effects)
    out, brought = np.empty((draws, nodes, geos, terms)), np.empty((draws, effects, geos))
    sizes, figures = np.empty((draws, effects)), np.empty((draws, len(layout.missing)))
    normals = generator.standard_normal((draws, nodes, geos + 2, terms))
    geo_machine().draw_back(layout.packed, flat, normals, out, brought, sizes, figures)
    names = [n.name for n in funnel.nodes]
    whole = design(funnel, scaling.pooled, scaling.pooled.window_weeks, None)
    coords: dict[str, Any] = {
        CHAIN: np.arange(theta.shape[0]),
        DRAW: np.arange(theta.shape[1]),
        NODE: names,
        CHANNEL: list(funnel.channel_names),
        PARENT: [n for n in names if any(n in m.parents for m in funnel.nodes)],
        GEO: list(scaling.geos),
        TERM: list(whole.terms),
        LAG: sorted({s.lag for n in funnel.nodes for s in shocks(n) if s.lag}),
    }
    found = {
        CONTRIBUTION_SHARE: _empty(coords, NODE, CHANNEL, GEO),
        MEAN_RESPONSE: _empty(coords, NODE, CHANNEL),
        BASELINE_COEFFICIENT: _empty(coords, NODE, TERM, GEO),
        NOISE: _empty(coords, NODE, GEO),
        OWN_NOISE: _empty(coords, NODE, GEO),
    }
    shape = theta.shape[:2]
    links = [(n.name, c.name) for n in funnel.nodes for c in funnel.drivers(n)]
    for k, (node, channel) in enumerate(links):
        found[CONTRIBUTION_SHARE].loc[{NODE: node, CHANNEL: channel}] = brought[:, k].reshape(*shape, geos)
        found[MEAN_RESPONSE].loc[{NODE: node, CHANNEL: channel}] = sizes[:, k].reshape(shape)
    levels = [[np.nan if s.scale(n).log else s.scale(n).level for s in scaling.by_geo.values()] for n in names]
    level = xr.DataArray(levels, coords={NODE: names, GEO: coords[GEO]}, dims=(NODE, GEO))
    found[CONTRIBUTION] = (found[CONTRIBUTION_SHARE] * level).assign_attrs(units="units of the node a week")
    for number, name in enumerate(names):
        sds = layout.design.sds(scaling.pooled.scale(name))
        place = {NODE: name, TERM: list(layout.design.terms)}
        values = (out[:, number] * sds).transpose(0, 2, 1)  # (draws, terms, geos)
        found[BASELINE_COEFFICIENT].loc[place] = values.reshape(*shape, terms, geos)
        for k, parameter in by_name.get(CONTROL_EFFECT, []):
            if parameter.node == name:
                where = {NODE: name, TERM: str(parameter.term)}
                found[BASELINE_COEFFICIENT].loc[where] = theta[:, :, k][:, :, None]
        own = _own_noise(scaling, name, theta, by_name)
        found[OWN_NOISE].loc[{NODE: name}] = own
        common = next(theta[:, :, k] for k, p in by_name[COMMON_NOISE] if p.node == name)
        found[NOISE].loc[{NODE: name}] = np.sqrt(own**2 + common[:, :, None] ** 2)
    _put_kappa(funnel, found, coords, theta, by_name)
    _put_missing(funnel, scaling, layout, found, coords, figures.reshape(*shape, -1))
    return found


def _own_noise(scaling: GeoScaling, node: str, theta: Array, by_name: dict[str, list[tuple[int, Parameter]]]) -> Array:
    together = next(theta[:, :, k] for k, p in by_name[NOISE] if p.node == node)
    places = [k for k, p in by_name[GEO_NOISE] if p.node == node]
    spreads = np.array([own.scale(node).spread for own in scaling.by_geo.values()]) / scaling.pooled.scale(node).spread
    return np.asarray(together[:, :, None] * spreads * np.exp(NOISE_LOOSENESS * theta[:, :, places]))


def _put_kappa(
    funnel: Funnel,
    found: dict[str, xr.DataArray],
    coords: dict[str, Any],
    theta: Array,
    by_name: dict[str, list[tuple[int, Parameter]]],
) -> None:
    """Put in how unseen demand of parents moves nodes, in every geo: the shared ratio times those of the noises."""
    places = iter(by_name.get(SHOCK_RATIO, []))
    for node in funnel.nodes:
        for shock in shocks(node):
            ratio = theta[:, :, next(places)[0]][:, :, None] * shock.spread
            noise = (found[OWN_NOISE].sel({NODE: n}).to_numpy() for n in (node.name, shock.parent))
            variable, dims = (
                (LATER_SHOCK, (NODE, PARENT, LAG, GEO)) if shock.lag else (SHOCK_COEFFICIENT, (NODE, PARENT, GEO))
            )
            if variable not in found:
                found[variable] = _empty(coords, *dims)
            place = {NODE: node.name, PARENT: shock.parent} | ({LAG: shock.lag} if shock.lag else {})
            own, their = noise
            found[variable].loc[place] = ratio * own / their


def _put_missing(
    funnel: Funnel,
    scaling: GeoScaling,
    layout: GeoLayout,
    found: dict[str, xr.DataArray],
    coords: dict[str, Any],
    figures: Array,
) -> None:
    """Put in the figures that geos lack of nodes which others read, on the scale of the model."""
    weeks, read = scaling.pooled.window_weeks, set(coords[PARENT])
    labels, places, levels = [], [], []
    for k, (node, geo, week) in enumerate(layout.missing.astype(int)):
        name = funnel.nodes[node].name
        if name in read:
            labels.append(missing_label(scaling.geos[geo], name, weeks[week]))
            places.append(k)
            levels.append(0.0 if scaling.pooled.scale(name).log else 1.0)
    if labels:
        dim = SAMPLED_WEEKS[MISSING_WEEK]
        kept = {CHAIN: coords[CHAIN], DRAW: coords[DRAW], dim: labels}
        found[MISSING_WEEK] = xr.DataArray(
            figures[:, :, places] + np.array(levels), coords=kept, dims=(CHAIN, DRAW, dim)
        )


def _empty(coords: dict[str, Any], *dims: str) -> xr.DataArray:
    wanted = (CHAIN, DRAW, *dims)
    return xr.DataArray(np.full([len(coords[d]) for d in wanted], np.nan), {d: coords[d] for d in wanted}, wanted)
