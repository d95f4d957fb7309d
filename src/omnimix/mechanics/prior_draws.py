"""Draw the sampled parameters from their joint prior: totals first, then how their parts share them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics.beliefs import Belief, Part, beliefs, links, worths
from omnimix.mechanics.learned import Array, Learned
from omnimix.mechanics.parameters import STAGE_EFFECT, Slot
from omnimix.spec import Funnel, frozen_distribution

Draws = dict[tuple[str, str], Array]  # (node, channel or parent) -> draws


def draw_prior(funnel: Funnel, learned: Learned, slots: Sequence[Slot], *, size: int, seed: int = 0) -> Array:
    """Return draws of all parameters from their joint prior, shape (size, parameters)."""
    generator = np.random.default_rng(seed)
    out = np.empty((size, len(slots)))
    for k, slot in enumerate(slots):
        out[:, k] = frozen_distribution(slot.prior).rvs(size, random_state=generator)
    at = {
        (s.node, s.channel or s.parent or ""): k
        for k, s in enumerate(slots)
        if s.name in (CONTRIBUTION_SHARE, STAGE_EFFECT)
    }
    drawn = {place: out[:, k] for place, k in at.items()}
    groups = beliefs(funnel, learned)
    nodes = {n.name for n in funnel.nodes}
    for group in (g for g in groups if g.name in nodes):  # parents come before their children
        _divide(group, drawn, totals(funnel, groups, drawn), generator)
    for group in (g for g in groups if g.name not in nodes):
        _divide(group, drawn, node_worths(funnel, learned, drawn), generator)
    return out


def totals(funnel: Funnel, groups: Sequence[Belief], drawn: Draws) -> Draws:
    """Return the total share of every node that its sharing channels bring over all paths, keyed ``(node, "")``."""
    out: Draws = {}
    by_name = {g.name: g for g in groups}
    for node in funnel.nodes:
        group = by_name.get(node.name)
        direct = [drawn[node.name, p.channel or ""] for p in group.direct] if group else []
        through = [drawn[node.name, p] * out[p, ""] for p in links(node) if (p, "") in out]
        if direct or through:
            out[node.name, ""] = np.asarray(np.sum([*direct, *through], axis=0))
    return out


def node_worths(funnel: Funnel, learned: Learned, drawn: Draws) -> Draws:
    """Return what a typical week of every node is worth with all that it feeds, keyed ``(node, "")``."""
    own = worths(funnel, learned)
    size = next(iter(drawn.values())).size
    out: Draws = {(name, ""): np.full(size, worth) for name, worth in own.items()}
    for node in reversed(funnel.nodes):
        for parent in links(node):
            out[parent, ""] = out[parent, ""] + drawn[node.name, parent] * out[node.name, ""]
    return out


def _divide(group: Belief, drawn: Draws, factors: Draws, generator: np.random.Generator) -> None:
    """Draw a total, split it, and put its parts in place."""
    size = next(iter(drawn.values())).size
    total = frozen_distribution(group.total).rvs(size, random_state=generator)
    ways: list[Part | None] = [None] * bool(group.direct) + list(group.others)
    concentrations = [group.direct_concentration if w is None else w.concentration for w in ways]
    split = generator.dirichlet(concentrations, size)
    for k, way in enumerate(ways):
        if way is None:
            inner = generator.dirichlet([p.concentration for p in group.direct], size)
            for j, part in enumerate(group.direct):
                drawn[part.node, part.channel or ""][:] = total * split[:, k] * inner[:, j]
        else:
            place = (way.node, way.channel or way.parent or "")
            drawn[place][:] = total * split[:, k] / factors[way.of, ""]
