"""The prior written again in PyTensor: totals, how they are divided, and the change of variables, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from scipy.special import gammaln

import omnimix as om
from omnimix.mechanics import TotalPrior, node_values, total_priors

HALF_LOG = 0.5 * np.log(2 * np.pi)
Values = dict[tuple[str, str | None, str], Any]  # (node, channel, parent or term; name)


def log_prior(funnel: om.Funnel, scaling: Any, parameters: Any, z: Any) -> tuple[Values, Any]:
    """Return every parameter and the log prior density of z."""
    groups = total_priors(funnel, scaling)
    shared = {(p.node, p.channel or p.parent) for g in groups for p in g.parts}
    value: Values = {}
    place: dict[str, Any] = {}
    terms: list[Any] = []
    for k, parameter in enumerate(parameters):
        other = parameter.channel or parameter.parent or parameter.term
        place[parameter.label] = z[k]
        if parameter.follows is not None:  # a standard normal number says how far it stands from the one it follows
            place[parameter.label] = place[parameter.follows] + parameter.looseness * z[k]
            terms.append(-0.5 * z[k] ** 2 - HALF_LOG)
        x, log_slope = _from_unbounded(parameter.prior, place[parameter.label])
        name = parameter.name if parameter.name != "effect_away" else f"effect_away {parameter.term}"
        value[parameter.node, other, name] = x
        if parameter.follows is not None:
            continue
        terms.append(log_slope)
        is_part = parameter.name in ("contribution_share", "stage_effect") and (parameter.node, other) in shared
        if not is_part:
            terms.append(_log_density(parameter.prior, x))
    brought = _brought(funnel, groups, value)
    total = {n.name: sum((v for (at, _), v in brought.items() if at == n.name), pt.constant(0.0)) for n in funnel.nodes}
    worth = _worths(funnel, scaling, value)
    terms += [_of_group(g, value, brought, total, worth) for g in groups]
    if funnel.media_roas is not None:
        terms.append(_of_outcomes(funnel, scaling, brought, total))
    return value, pt.stack([pt.as_tensor_variable(t).astype("float64") for t in terms]).sum()


def _brought(funnel: om.Funnel, groups: tuple[TotalPrior, ...], value: Values) -> dict[tuple[str, str], Any]:
    """Return what every channel without a prior of its own brings to every node that it reaches, by all paths."""
    nodes = {n.name for n in funnel.nodes}
    stated = {(p.node, p.channel) for g in groups if g.name not in nodes for p in g.parts}
    brought: dict[tuple[str, str], Any] = {}
    for node in funnel.nodes:
        for channel in funnel.channel_names:
            paths = []
            acts = funnel.channel(channel) in funnel.drivers(node) and not funnel.channel(channel).signed
            if acts and (node.name, channel) not in stated:
                paths.append(value[node.name, channel, "contribution_share"])
            for parent in node.parents:
                if parent not in node.signed and (parent, channel) in brought:
                    paths.append(value[node.name, parent, "stage_effect"] * brought[parent, channel])
            if paths:
                brought[node.name, channel] = sum(paths[1:], paths[0])
    return brought


def _worths(funnel: om.Funnel, scaling: Any, value: Values) -> dict[str, Any]:
    """Return the worth of a typical week of every node, its own and what it feeds."""
    worth: dict[str, Any] = {k: pt.constant(v) for k, v in node_values(funnel, scaling).items()}
    for node in reversed(funnel.nodes):
        for parent in node.parents:
            if parent not in node.signed:
                worth[parent] += value[node.name, parent, "stage_effect"] * worth[node.name]
    return worth


def _of_group(
    group: TotalPrior,
    value: Values,
    brought: dict[tuple[str, str], Any],
    total: dict[str, Any],
    worth: dict[str, Any],
) -> Any:
    """Return the log density of the sampled parts: of the whole, of its splits, and of the change of variables."""
    out: Any = 0.0
    ways, concentrations = [], []
    if group.direct:
        parts = [value[p.node, p.channel, "contribution_share"] for p in group.direct]
        direct = sum(parts[1:], parts[0])
        out += _log_dirichlet([p / direct for p in parts], _in_force(group, brought))
        out -= (len(parts) - 1) * pt.log(direct)  # parts = direct * split
        ways, concentrations = [direct], [group.direct_concentration]
    for part in group.others:
        name = "contribution_share" if part.channel else "stage_effect"
        factor = {"total": total, "worth": worth}[part.factor][part.of]
        ways.append(factor * value[part.node, part.channel or part.parent, name])
        concentrations.append(part.concentration)
        out += pt.log(factor)  # way = factor * parameter
    whole = sum(ways[1:], ways[0])
    if group.total is not None:
        out += _log_density(group.total, whole)
    out += _log_dirichlet([w / whole for w in ways], concentrations)
    return out - (len(ways) - 1) * pt.log(whole)  # ways = whole * split


def _of_outcomes(funnel: om.Funnel, scaling: Any, brought: dict[tuple[str, str], Any], total: dict[str, Any]) -> Any:
    """Return the log density of what a euro in the media that share returns, and of how outcomes divide it."""
    assert funnel.media_roas is not None
    reached = {o.name: [c for c in funnel.channel_names if (o.name, c) in brought] for o in funnel.outcomes}
    reached = {name: found for name, found in reached.items() if found}
    if not reached:
        return pt.constant(0.0)
    value = {o.name: o.value or 1.0 for o in funnel.outcomes}
    money = {name: v * scaling.scale(name).level for name, v in value.items()}
    spend = sum(scaling.mean_spend[c] for c in {c for found in reached.values() for c in found})
    size = {n: money[n] * sum(scaling.mean_spend[c] for c in found) for n, found in reached.items()}
    alphas = [3.0 * len(size) * s / sum(size.values()) for s in size.values()]
    earned = [money[n] * total[n] for n in size]
    whole = sum(earned[1:], earned[0])
    out = _log_density(funnel.media_roas, whole / spend) - np.log(spend)  # roas = whole / spend
    out += _log_dirichlet([e / whole for e in earned], alphas) - (len(earned) - 1) * pt.log(whole)
    return out + np.log([money[n] for n in size]).sum()  # total = earned / money


def _in_force(group: TotalPrior, brought: dict[tuple[str, str], Any]) -> list[Any]:
    """Return the concentrations of the direct split: 70 % of them divided as the same channels divide the parents."""
    own = {str(p.channel): p.concentration for p in group.direct}
    parents = [str(p.parent) for p in group.others if any((p.parent, c) in brought for c in own)]
    followers = [c for c in own if any((p, c) in brought for p in parents)]
    whole = sum(own[c] for c in followers)
    out: list[Any] = []
    for channel, concentration in own.items():
        if channel not in followers:
            out.append(concentration)
            continue
        shares = [
            brought[p, channel] / sum(brought.get((p, c), 0.0) for c in followers)
            for p in parents
            if (p, channel) in brought
        ]
        out.append(0.3 * concentration + 0.7 * whole * sum(shares) / len(parents))
    return out


def _log_dirichlet(split: list[Any], concentrations: list[Any]) -> Any:
    alphas = [pt.as_tensor_variable(np.float64(c)) if isinstance(c, float) else c for c in concentrations]
    alpha = pt.stack([pt.as_tensor_variable(a).astype("float64") for a in alphas])
    return pt.gammaln(alpha.sum()) - pt.gammaln(alpha).sum() + ((alpha - 1) * pt.log(pt.stack(split))).sum()


def _from_unbounded(prior: om.Prior, z: Any) -> tuple[Any, Any]:
    """Return the parameter and the log of its derivative by z."""
    a = prior.arguments
    if prior.family == "Normal":
        return z, pt.zeros(())
    if prior.family == "Beta":
        x = pt.sigmoid(z)
        return x, pt.log(x) + pt.log1p(-x)
    if prior.family == "LogNormal":
        return pt.exp(z), z
    # Half-normal and gamma go by half-normal quantiles: the probability below the parameter is Phi(z).
    size = a[0] if prior.family == "HalfNormal" else a[0] / a[1]
    x = size * np.sqrt(2) * pt.erfinv(0.5 * pt.erfc(-z / np.sqrt(2)))
    return x, pt.log(pt.grad(x, z))


def _log_density(prior: om.Prior, x: Any) -> Any:
    a = prior.arguments
    match prior.family:
        case "Normal":
            return -0.5 * ((x - a[0]) / a[1]) ** 2 - np.log(a[1]) - HALF_LOG
        case "HalfNormal":
            return np.log(2) - HALF_LOG - np.log(a[0]) - 0.5 * (x / a[0]) ** 2
        case "LogNormal":
            return -HALF_LOG - np.log(a[1]) - pt.log(x) - 0.5 * ((pt.log(x) - a[0]) / a[1]) ** 2
        case "Gamma":
            return a[0] * np.log(a[1]) - gammaln(a[0]) + (a[0] - 1) * pt.log(x) - a[1] * x
        case _:
            constant = gammaln(a[0] + a[1]) - gammaln(a[0]) - gammaln(a[1])
            return constant + (a[0] - 1) * pt.log(x) + (a[1] - 1) * pt.log1p(-x)
