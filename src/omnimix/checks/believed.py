"""Contributions and effects as they were believed before the data and as they are after them, draw by draw."""

from __future__ import annotations

from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, NODE, PARENT
from omnimix.mechanics import Draws, design, draw_prior, over_paths, sampled_parameters
from omnimix.mechanics.parameters import STAGE_EFFECT
from omnimix.posterior import Posterior

PRIOR_DRAWS = 20_000


def before(posterior: Posterior, *, size: int = PRIOR_DRAWS, seed: int = 0) -> Draws:
    """Return prior draws of contributions by (node, channel) and of effects by (node, parent)."""
    funnel, scaling = posterior.funnel, posterior.scaling
    wanted = sampled_parameters(funnel, scaling, design(funnel, scaling, scaling.window_weeks, None))
    draws = draw_prior(funnel, scaling, wanted, size=size, seed=seed)
    return {
        (s.node, s.channel or s.parent or ""): draws[:, k]
        for k, s in enumerate(wanted)
        if s.name in (CONTRIBUTION_SHARE, STAGE_EFFECT)
    }


def after(posterior: Posterior) -> Draws:
    """Return posterior draws of the same."""
    funnel, out = posterior.funnel, {}
    for node in funnel.nodes:
        for channel in funnel.drivers(node):
            place = {NODE: node.name, CHANNEL: channel.name}
            out[node.name, channel.name] = posterior.numbers(CONTRIBUTION_SHARE, **place)
        for parent in node.parents:
            out[node.name, parent] = posterior.numbers(STAGE_EFFECT, **{NODE: node.name, PARENT: parent})
    return out


def shares_before(posterior: Posterior, *, size: int = PRIOR_DRAWS) -> Draws:
    """Return prior draws of the share of a typical week that a channel brings over all paths, by (node, channel)."""
    return over_paths(posterior.funnel, before(posterior, size=size))


def shares_after(posterior: Posterior) -> Draws:
    """Return posterior draws of the same."""
    return over_paths(posterior.funnel, after(posterior))
