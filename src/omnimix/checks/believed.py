"""Contributions and effects as they were believed before the data and as they are after them, draw by draw."""

from __future__ import annotations

import numpy as np

from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, GEO, NODE, PARENT
from omnimix.mechanics import Array, Draws, design, draw_prior, over_paths, sampled_parameters
from omnimix.mechanics.geo_parameters import SPREAD_PRIOR
from omnimix.mechanics.parameters import STAGE_EFFECT
from omnimix.posterior import GeoPosterior, Posterior

PRIOR_DRAWS = 20_000


def before(posterior: Posterior, *, size: int = PRIOR_DRAWS, seed: int = 0) -> Draws:
    """Return prior draws of contributions by (node, channel) and of effects by (node, parent)."""
    funnel, scaling = posterior.funnel, posterior.scaling
    wanted = sampled_parameters(funnel, scaling, design(funnel, scaling, scaling.window_weeks, None))
    draws = draw_prior(funnel, scaling, wanted, size=size, seed=seed)
    around = _around(posterior, size, seed)
    return {
        (s.node, s.channel or s.parent or ""): draws[:, k] * around.get((s.node, s.channel or ""), 1.0)
        for k, s in enumerate(wanted)
        if s.name in (CONTRIBUTION_SHARE, STAGE_EFFECT)
    }


def after(posterior: Posterior) -> Draws:
    """Return posterior draws of the same."""
    funnel, out = posterior.funnel, {}
    for node in funnel.nodes:
        for channel in funnel.drivers(node):
            place = {NODE: node.name, CHANNEL: channel.name}
            out[node.name, channel.name] = _of_all(posterior, place)
        for parent in node.parents:
            out[node.name, parent] = posterior.numbers(STAGE_EFFECT, **{NODE: node.name, PARENT: parent})
    return out


def shares_before(posterior: Posterior, *, size: int = PRIOR_DRAWS) -> Draws:
    """Return prior draws of the share of a typical week that a channel brings over all paths, by (node, channel)."""
    return over_paths(posterior.funnel, before(posterior, size=size))


def shares_after(posterior: Posterior) -> Draws:
    """Return posterior draws of the same."""
    return over_paths(posterior.funnel, after(posterior))


def _of_all(posterior: Posterior, place: dict[str, str]) -> Array:
    """Return what a channel brings to a node as a share of a typical week, of all geos together."""
    if not isinstance(posterior, GeoPosterior):
        return posterior.numbers(CONTRIBUTION_SHARE, **place)
    parts = posterior.parts(place[NODE])
    each = [part * posterior.numbers(CONTRIBUTION_SHARE, **place, **{GEO: geo}) for geo, part in parts.items()]
    return np.asarray(np.sum(each, axis=0))


def _around(posterior: Posterior, size: int, seed: int) -> Draws:
    """Return prior draws of what geos bring together over what they are spread around, by (node, channel)."""
    if not isinstance(posterior, GeoPosterior) or posterior.pooling != "partial":
        return {}
    generator, out = np.random.default_rng([seed, 1]), {}
    for node in posterior.funnel.nodes:
        parts = np.array(list(posterior.parts(node.name).values()))
        for channel in posterior.funnel.drivers(node):
            spread = SPREAD_PRIOR.arguments[0] * np.abs(generator.standard_normal(size))
            away = generator.standard_normal((size, len(parts)))
            out[node.name, channel.name] = np.exp(spread[:, None] * away) @ parts
    return out
