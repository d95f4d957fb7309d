"""The sampled parameters as ordinary PyMC variables: totals and how their parts share them, then all the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, NODE
from omnimix.mechanics import (
    Parameter,
    Part,
    Scaling,
    TotalPrior,
    ValuePrior,
    node_values,
    positive_parents,
    total_priors,
    value_prior,
)
from omnimix.mechanics.parameters import STAGE_EFFECT
from omnimix.mechanics.total_priors import FOLLOWS, following
from omnimix.spec import FAMILIES, Funnel, Prior, scaled

MEDIA_ROAS = "media_roas"  # what a euro in all media returns over all outcomes
MEDIA_SHARE = "media_share"  # after a node's name: what its channels bring over all paths
VALUE_SHARE = "value_share"  # after a channel's name: what it brings of the value of all outcomes
DIRECT = "direct"
Pieces = dict[tuple[str, str], Any]  # (node, channel or parent) -> its contribution or effect


def declare_all(funnel: Funnel, scaling: Scaling, parameters: Sequence[Parameter]) -> Any:
    """Declare every parameter in the open model and return them as one vector, in the order of ``parameters``.

    The totals of nodes come first, parents before children, because the effect of a parent is what comes through it
    over the parent's own total; the channels with a prior of their own come last, because what they bring to a node is
    worth what that node feeds.
    """
    groups = total_priors(funnel, scaling)
    nodes = {n.name for n in funnel.nodes}
    pieces: Pieces = {}
    brought: Pieces = {}
    totals: dict[str, Any] = {}
    totals.update(_outcome_totals(value_prior(funnel, scaling)))
    for group in (g for g in groups if g.name in nodes):
        if group.total is not None:
            totals[group.name] = _positive(f"{group.name}_{MEDIA_SHARE}", group.total)
        _share(funnel, group, totals, pieces, brought)
        _brought(funnel, group, pieces, brought)
    of_channels = [g for g in groups if g.name not in nodes]
    later = {(p.node, p.channel or p.parent or "") for g in of_channels for p in g.parts}
    plain = [s for s in parameters if s.follows is None and _place(s) not in {*pieces, *later}]
    found = dict(zip((s.label for s in plain), _declare_plain(plain), strict=True))
    _declare_followers([s for s in parameters if s.follows is not None], found)
    pieces |= {place: found[s.label] for s in plain if (place := _place(s)) is not None}
    for group in of_channels:
        _share_value(group, _worths(funnel, scaling, pieces), pieces)
    return pt.stack(
        [found[s.label] if s.label in found else pieces[s.node, s.channel or s.parent or ""] for s in parameters]
    )


def _outcome_totals(together: ValuePrior | None) -> dict[str, Any]:
    """Declare what a euro in all media returns and divide it over the outcomes: each gets its own total."""
    if together is None:
        return {}
    whole = together.spend * _positive(MEDIA_ROAS, scaled(together.total, 1.0 / together.spend))
    names = [p.node for p in together.parts]
    split = _split(f"{MEDIA_ROAS}_split", "outcome", names, np.array([p.concentration for p in together.parts]))
    return {
        p.node: pm.Deterministic(f"{p.node}_{MEDIA_SHARE}", whole * share / p.worth)
        for p, share in zip(together.parts, split, strict=True)
    }


def _place(parameter: Parameter) -> tuple[str, str] | None:
    """Return where a contribution or an effect belongs; ``None`` for any other parameter."""
    return (
        (parameter.node, parameter.channel or parameter.parent or "")
        if parameter.name in (CONTRIBUTION_SHARE, STAGE_EFFECT)
        else None
    )


def _positive(name: str, prior: Prior) -> Any:
    arguments = dict(zip(FAMILIES[prior.family].arguments, prior.arguments, strict=True))
    return getattr(pm, prior.family)(name, **arguments)


def _split(name: str, dim: str, labels: Sequence[str], concentrations: Any) -> list[Any]:
    """Declare how a whole is divided; a single part has all of it and needs no variable."""
    if len(labels) == 1:
        return [1.0]
    pm.modelcontext(None).add_coord(dim, list(labels))
    split = pm.Dirichlet(name, concentrations, dims=dim)
    return [split[k] for k in range(len(labels))]


def _concentrations(funnel: Funnel, group: TotalPrior, brought: Pieces) -> Any:
    """Return the concentrations of the direct split, which follows that of the parents."""
    own = [p.concentration for p in group.direct]
    follow = following(funnel, group)
    if not follow:
        return np.array(own)
    whole = sum(p.concentration for p in group.direct if p.channel in follow)
    out: list[Any] = []
    for part in group.direct:
        if part.channel not in follow:
            out.append(part.concentration)
            continue
        pattern = 0.0
        for parent in group.follows:
            there = sum(brought.get((parent, c), 0.0) for c in follow)
            pattern = pattern + brought.get((parent, str(part.channel)), 0.0) / there / len(group.follows)
        out.append((1 - FOLLOWS) * part.concentration + FOLLOWS * whole * pattern)
    return pt.stack([pt.as_tensor_variable(c) for c in out])


def _brought(funnel: Funnel, group: TotalPrior, pieces: Pieces, brought: Pieces) -> None:
    """Keep what every sharing channel brings to a node over all paths."""
    node = funnel.node(group.name)
    direct = {str(p.channel) for p in group.direct}
    for channel in funnel.channel_names:
        parts = [pieces[node.name, channel]] if channel in direct else []
        parts += [pieces[node.name, p] * brought[p, channel] for p in positive_parents(node) if (p, channel) in brought]
        if parts:
            brought[node.name, channel] = sum(parts[1:], parts[0])


def _share(funnel: Funnel, group: TotalPrior, totals: dict[str, Any], pieces: Pieces, brought: Pieces) -> None:
    """Divide the total of a node over its paths, and what is direct over its channels."""
    name, total = group.name, totals[group.name]
    labels = [DIRECT] * bool(group.direct) + [str(p.parent) for p in group.others]
    ways = [group.direct_concentration] * bool(group.direct) + [p.concentration for p in group.others]
    paths = dict(zip(labels, _split(f"{name}_paths", f"{name}_path", labels, np.array(ways)), strict=True))
    if group.direct:
        direct = total * paths[DIRECT]
        channels = [str(p.channel) for p in group.direct]
        dim = f"{name}_split_channel"
        split = _split(f"{name}_split", dim, channels, _concentrations(funnel, group, brought))
        shares = [direct * part for part in split]
        pieces.update({(name, c): s for c, s in zip(channels, shares, strict=True)})
        _name(f"{name}_{CONTRIBUTION_SHARE}", dim, channels, shares)
    effects = [total * paths[str(p.parent)] / totals[p.of] for p in group.others]
    parents = [str(p.parent) for p in group.others]
    pieces.update({(name, p): e for p, e in zip(parents, effects, strict=True)})
    _name(f"{name}_{STAGE_EFFECT}", f"{name}_parent", parents, effects)


def _share_value(group: TotalPrior, worth: dict[str, Any], pieces: Pieces) -> None:
    """Divide the value that a channel brings over the nodes it acts on; a node's share becomes a contribution."""
    assert group.total is not None
    total = _positive(f"{group.name}_{VALUE_SHARE}", group.total)
    parts: tuple[Part, ...] = group.others
    names = [p.node for p in parts]
    split = _split(f"{group.name}_split", f"{group.name}_split_node", names, np.array([p.concentration for p in parts]))
    for part, share in zip(parts, split, strict=True):
        pieces[part.node, group.name] = total * share / worth[part.of]


def _name(name: str, dim: str, labels: Sequence[str], values: Sequence[Any]) -> None:
    """Keep values that follow from others under a name, where there are several channels or any parent."""
    if not labels or (len(labels) == 1 and name.endswith(CONTRIBUTION_SHARE)):
        return
    coords = pm.modelcontext(None).coords
    if dim not in coords:
        pm.modelcontext(None).add_coord(dim, list(labels))
    pm.Deterministic(name, pt.stack(list(values)), dims=dim)


def _worths(funnel: Funnel, scaling: Scaling, pieces: Pieces) -> dict[str, Any]:
    """Return what a typical week of every node is worth with all that it feeds."""
    out: dict[str, Any] = dict(node_values(funnel, scaling))
    for node in reversed(funnel.nodes):
        for parent in positive_parents(node):
            out[parent] = out[parent] + pieces[node.name, parent] * out[node.name]
    return out


def _declare_plain(members: Sequence[Parameter]) -> list[Any]:
    """Declare the parameters with a prior of their own, one variable a name."""
    out: dict[str, Any] = {}
    for name in dict.fromkeys(s.name for s in members):
        of_name = [s for s in members if s.name == name]
        out.update(zip((s.label for s in of_name), _declare(name, of_name), strict=True))
    return [out[s.label] for s in members]


def _declare_followers(members: Sequence[Parameter], found: dict[str, Any]) -> None:
    """Declare the curve parameters that stand around those of the same channel at the parent."""
    for name in dict.fromkeys(s.name for s in members):
        of_name = [s for s in members if s.name == name]
        dim = f"{name}_follower"
        pm.modelcontext(None).add_coord(dim, [s.label.rsplit("/", 1)[0] for s in of_name])
        away = pm.Normal(f"{name}_away", dims=dim)
        for k, parameter in enumerate(of_name):
            spread = 1.0 if parameter.spread is None else found[parameter.spread]
            place = _unbounded(parameter.prior, found[str(parameter.follows)]) + parameter.looseness * spread * away[k]
            found[parameter.label] = _bounded(parameter.prior, place)


def _unbounded(prior: Prior, value: Any) -> Any:
    """Return a parameter on the unbounded scale of its family, as :func:`omnimix.mechanics.prior_draws.unbounded`."""
    match prior.family:
        case "Beta":
            return pt.log(value) - pt.log1p(-value)
        case "LogNormal":
            return pt.log(value)
        case "Normal":
            return value
        case _:
            return np.sqrt(2.0) * pt.erfcinv(2.0 * pt.erfc(value / _size(prior) / np.sqrt(2.0)))


def _bounded(prior: Prior, place: Any) -> Any:
    match prior.family:
        case "Beta":
            return pt.sigmoid(place)
        case "LogNormal":
            return pt.exp(place)
        case "Normal":
            return place
        case _:
            return np.sqrt(2.0) * pt.erfcinv(0.5 * pt.erfc(place / np.sqrt(2.0))) * _size(prior)


def _size(prior: Prior) -> float:
    return prior.arguments[0] if prior.family == "HalfNormal" else prior.arguments[0] / prior.arguments[1]


def _declare(name: str, members: list[Parameter]) -> list[Any]:
    families = {s.prior.family for s in members}
    if len(families) > 1:  # one variable a family where channels differ in it
        parts = {f: _declare(f"{name}_{f.lower()}", [s for s in members if s.prior.family == f]) for f in families}
        order = {f: iter(v) for f, v in parts.items()}
        return [next(order[s.prior.family]) for s in members]
    model = pm.modelcontext(None)
    family = FAMILIES[members[0].prior.family]
    arguments = {a: np.array([s.prior.arguments[k] for s in members]) for k, a in enumerate(family.arguments)}
    dims = _dims(members, model.coords)
    shape = [len(model.coords[d]) for d in dims] if dims else [len(members)]
    if not dims:
        dims = (f"{name}_at",)
        model.add_coord(dims[0], [s.label.rsplit("/", 1)[0] for s in members])
    shaped = {a: v.reshape(shape) for a, v in arguments.items()}
    variable = getattr(pm, family.name)(name, **shaped, dims=dims)
    flat = variable.reshape((len(members),))
    return [flat[k] for k in range(len(members))]


def _dims(members: list[Parameter], coords: Any) -> tuple[str, ...]:
    """Return (node, channel) or (node,) where the members fill that grid in order, else nothing."""
    places = [(s.node, s.channel) for s in members]
    if any(s.term or s.parent for s in members):
        return ()
    if places == [(n, c) for n in coords[NODE] for c in coords[CHANNEL]]:
        return (NODE, CHANNEL)
    return (NODE,) if places == [(n, None) for n in coords[NODE]] else ()
