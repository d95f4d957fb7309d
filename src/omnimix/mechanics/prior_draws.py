"""Draw the sampled parameters from their joint prior: totals first, then how their parts share them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy

from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics.parameters import STAGE_EFFECT, Parameter
from omnimix.mechanics.scaling import Array, Scaling
from omnimix.mechanics.total_priors import (
    FOLLOWS,
    Part,
    TotalPrior,
    ValuePrior,
    following,
    node_values,
    positive_parents,
    total_priors,
    value_prior,
)
from omnimix.spec import Funnel, Prior, frozen_distribution

Draws = dict[tuple[str, str], Array]  # (node, channel or parent) -> draws


def draw_prior(funnel: Funnel, scaling: Scaling, parameters: Sequence[Parameter], *, size: int, seed: int = 0) -> Array:
    """Return draws of all parameters from their joint prior, shape (size, parameters)."""
    generator = np.random.default_rng(seed)
    out = np.empty((size, len(parameters)))
    labels = [s.label for s in parameters]
    for k, parameter in enumerate(parameters):
        if parameter.follows is None:
            out[:, k] = frozen_distribution(parameter.prior).rvs(size, random_state=generator)
        else:
            leader = unbounded(parameter.prior, out[:, labels.index(parameter.follows)])
            spread = 1.0 if parameter.spread is None else out[:, labels.index(parameter.spread)]
            out[:, k] = bounded(
                parameter.prior, leader + parameter.looseness * spread * generator.standard_normal(size)
            )
    at = {
        (s.node, s.channel or s.parent or ""): k
        for k, s in enumerate(parameters)
        if s.name in (CONTRIBUTION_SHARE, STAGE_EFFECT)
    }
    drawn = {place: out[:, k] for place, k in at.items()}
    groups = total_priors(funnel, scaling)
    nodes = {n.name for n in funnel.nodes}
    joint = _outcome_totals(value_prior(funnel, scaling), size, generator)
    for group in (g for g in groups if g.name in nodes):  # parents come before their children
        there = totals(funnel, groups, drawn)
        total = _total(group, size, generator) if group.name not in joint else joint[group.name]
        _divide(group, total, drawn, there, direct_concentrations(funnel, group, there), generator)
    for group in (g for g in groups if g.name not in nodes):
        values = drawn_node_values(funnel, scaling, drawn)
        _divide(group, _total(group, size, generator), drawn, values, np.empty((0, 0)), generator)
    return out


def _outcome_totals(together: ValuePrior | None, size: int, generator: np.random.Generator) -> dict[str, Array]:
    """Draw what media bring over all outcomes and divide it; each outcome's share is of its own typical week."""
    if together is None:
        return {}
    whole = frozen_distribution(together.total).rvs(size, random_state=generator)
    split = generator.dirichlet([p.concentration for p in together.parts], size)
    return {p.node: whole * split[:, k] / p.worth for k, p in enumerate(together.parts)}


def _total(group: TotalPrior, size: int, generator: np.random.Generator) -> Array:
    assert group.total is not None
    return np.asarray(frozen_distribution(group.total).rvs(size, random_state=generator))


def unbounded(prior: Prior, values: Array) -> Array:
    """Return values of a parameter on the unbounded scale on which its family is sampled."""
    match prior.family:
        case "Beta":
            return np.asarray(scipy.special.logit(values))
        case "LogNormal":
            return np.log(values)
        case "Normal":
            return values
        case _:  # the normal number below which as much probability lies as below the half-normal value
            return np.asarray(-scipy.special.ndtri(2 * scipy.special.ndtr(-values / _size(prior))))


def bounded(prior: Prior, places: Array) -> Array:
    """Return what stands at given places of the unbounded scale: the inverse of :func:`unbounded`."""
    match prior.family:
        case "Beta":
            return np.asarray(scipy.special.expit(places))
        case "LogNormal":
            return np.exp(places)
        case "Normal":
            return places
        case _:
            return np.asarray(-scipy.special.ndtri(0.5 * scipy.special.ndtr(-places)) * _size(prior))


def _size(prior: Prior) -> float:
    return prior.arguments[0] if prior.family == "HalfNormal" else prior.arguments[0] / prior.arguments[1]


def over_paths(funnel: Funnel, drawn: Draws) -> Draws:
    """Return what every channel brings to every node that it reaches, directly and through parents.

    ``drawn`` has contributions by (node, channel) and effects by (node, parent), from the prior or the posterior; the
    result is keyed (node, channel), in shares of a typical week. Unlike :func:`totals` it counts every channel and
    parent, those with a prior of their own and those whose effect may be negative among them.
    """
    out: Draws = {}
    for node in funnel.nodes:
        direct = {c.name for c in funnel.drivers(node)}
        for channel in funnel.channel_names:
            parts = [drawn[node.name, channel]] if channel in direct else []
            parts += [drawn[node.name, p] * out[p, channel] for p in node.parents if (p, channel) in out]
            if parts:
                out[node.name, channel] = np.asarray(np.sum(parts, axis=0))
    return out


def totals(funnel: Funnel, groups: Sequence[TotalPrior], drawn: Draws) -> Draws:
    """Return what every channel brings to a node it shares the total of, over all paths, keyed (node, channel).

    The key ``(node, "")`` is their sum.
    """
    out: Draws = {}
    by_name = {g.name: g for g in groups}
    for node in funnel.nodes:
        group = by_name.get(node.name)
        direct = {str(p.channel): drawn[node.name, str(p.channel)] for p in group.direct} if group else {}
        for channel in funnel.channel_names:
            parts = [direct[channel]] if channel in direct else []
            parts += [drawn[node.name, p] * out[p, channel] for p in positive_parents(node) if (p, channel) in out]
            if parts:
                out[node.name, channel] = np.asarray(np.sum(parts, axis=0))
        found = [v for (n, _), v in out.items() if n == node.name]
        if found:
            out[node.name, ""] = np.asarray(np.sum(found, axis=0))
    return out


def direct_concentrations(funnel: Funnel, group: TotalPrior, there: Draws) -> Array:
    """Return the concentrations of the direct split in every draw, shape (draws, channels); see `following`."""
    own = np.array([p.concentration for p in group.direct])
    channels, follow = [str(p.channel) for p in group.direct], following(funnel, group)
    at = [channels.index(c) for c in follow]
    if not at:
        return own[None, :]
    size = there[group.follows[0], ""].size
    pattern = np.zeros((size, len(at)))
    for parent in group.follows:
        brought = np.column_stack([there.get((parent, c), np.zeros(size)) for c in follow])
        pattern += brought / brought.sum(axis=1, keepdims=True) / len(group.follows)
    out = np.tile(own, (size, 1))
    out[:, at] = (1 - FOLLOWS) * own[at] + FOLLOWS * own[at].sum() * pattern
    return out


def drawn_node_values(funnel: Funnel, scaling: Scaling, drawn: Draws) -> Draws:
    """Return what a typical week of every node is worth with all that it feeds, keyed ``(node, "")``."""
    own = node_values(funnel, scaling)
    size = next(iter(drawn.values())).size
    out: Draws = {(name, ""): np.full(size, worth) for name, worth in own.items()}
    for node in reversed(funnel.nodes):
        for parent in positive_parents(node):
            out[parent, ""] = out[parent, ""] + drawn[node.name, parent] * out[node.name, ""]
    return out


def _divide(
    group: TotalPrior,
    total: Array,
    drawn: Draws,
    factors: Draws,
    concentrations: Array,
    generator: np.random.Generator,
) -> None:
    """Split a total that was drawn, and put its parts in place."""
    size = total.size
    ways: list[Part | None] = [None] * bool(group.direct) + list(group.others)
    split = generator.dirichlet([group.direct_concentration if w is None else w.concentration for w in ways], size)
    for k, way in enumerate(ways):
        if way is None:
            inner = generator.standard_gamma(np.broadcast_to(concentrations, (size, len(group.direct))))
            inner = np.maximum(inner, np.finfo(float).tiny)
            inner /= inner.sum(axis=1, keepdims=True)
            for j, part in enumerate(group.direct):
                drawn[part.node, part.channel or ""][:] = total * split[:, k] * inner[:, j]
        else:
            place = (way.node, way.channel or way.parent or "")
            drawn[place][:] = total * split[:, k] / factors[way.of, ""]
