"""The joint prior of totals and how their parts share them, with derivatives. Compiled.

The equations are those of :mod:`omnimix.mechanics.total_priors`. Every part x has a gamma density of its own among the
priors of single parameters (shape a, rate b); what is added here turns their product into the joint prior.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.machine_code import OUTER
from omnimix.model.transforms import digamma, log_density


class Totals(NamedTuple):
    """What channels bring to nodes over all paths and what nodes are worth, with derivatives beside them."""

    brought: Any  # (nodes, channels)
    total: Any  # (nodes,): over channels
    worth: Any  # (nodes,): of a typical week with all that it feeds
    by_brought: Any
    by_total: Any
    by_worth: Any


@njit(**OUTER)
def total_log_density(tables: Any, theta: Any, grad: Any) -> float:
    """Return what the joint priors have beyond the gamma factors and add its derivatives to ``grad``."""
    nodes, channels = tables.sizes[0].nodes, tables.sizes[0].channels
    at = Totals(
        np.zeros((nodes, channels)), np.zeros(nodes), np.empty(nodes),
        np.zeros((nodes, channels)), np.zeros(nodes), np.zeros(nodes),
    )  # fmt: skip
    _sum_up(tables, theta, at)
    value = 0.0
    for k in range(tables.totals.shape[0]):
        value += _total(tables.totals[k], tables.parts, theta, at, grad)
        value += _following(tables.totals[k], tables, theta, at, grad)
    value += _outcomes(tables.outcomes, at)
    _back(tables, theta, at, grad)
    return value


@njit(**OUTER)
def _sum_up(tables: Any, theta: Any, at: Any) -> None:
    """Fill what channels bring to nodes over all paths, parents first, and what nodes are worth, children first."""
    effects, parents = tables.effects, tables.parents
    for k in range(effects.shape[0]):
        if effects[k].shares == 1:
            at.brought[effects[k].cell, effects[k].channel] += theta[effects[k].contribution]
    for k in range(parents.shape[0]):  # rows are sorted by cell
        if parents[k].positive == 1:
            for channel in range(at.brought.shape[1]):
                more = theta[parents[k].effect] * at.brought[parents[k].parent, channel]
                at.brought[parents[k].cell, channel] += more
    for node in range(at.total.shape[0]):
        at.worth[node] = tables.cells[node].worth
        for channel in range(at.brought.shape[1]):
            at.total[node] += at.brought[node, channel]
    for k in range(parents.shape[0] - 1, -1, -1):
        if parents[k].positive == 1:
            at.worth[parents[k].parent] += theta[parents[k].effect] * at.worth[parents[k].cell]


@njit(**OUTER)
def _back(tables: Any, theta: Any, at: Any, grad: Any) -> None:
    """Pull the derivatives by totals and worths back to effects and contributions."""
    effects, parents = tables.effects, tables.parents
    for k in range(parents.shape[0]):
        if parents[k].positive == 1:
            by_worth = at.by_worth[parents[k].parent]
            grad[parents[k].effect] += by_worth * at.worth[parents[k].cell]
            at.by_worth[parents[k].cell] += by_worth * theta[parents[k].effect]
    for node in range(at.total.shape[0]):
        for channel in range(at.brought.shape[1]):
            at.by_brought[node, channel] += at.by_total[node]
    for k in range(parents.shape[0] - 1, -1, -1):
        if parents[k].positive == 1:
            for channel in range(at.brought.shape[1]):
                by_brought = at.by_brought[parents[k].cell, channel]
                grad[parents[k].effect] += by_brought * at.brought[parents[k].parent, channel]
                at.by_brought[parents[k].parent, channel] += by_brought * theta[parents[k].effect]
    for k in range(effects.shape[0]):
        if effects[k].shares == 1:
            grad[effects[k].contribution] += at.by_brought[effects[k].cell, effects[k].channel]


@njit(**OUTER)
def _total(row: Any, parts: Any, theta: Any, at: Any, grad: Any) -> float:
    """Return the density of a total and of how direct and other parts share it, less the parts' own gamma densities."""
    direct = 0.0
    for k in range(row.first_direct, row.stop_direct):
        direct += theta[parts[k].parameter]
    whole, concentrations, value = direct, 0.0, 0.0
    for k in range(row.first_other, row.stop_other):
        part = parts[k]
        factor = at.total[part.total] if part.total >= 0 else at.worth[part.worth]
        whole += factor * theta[part.parameter]
        concentrations += part.concentration
        value += part.concentration * math.log(factor / part.rate) + part.rate * theta[part.parameter]
    if row.stop_direct > row.first_direct:
        concentrations += row.concentration
        value += math.lgamma(row.inner) - math.lgamma(row.concentration) - row.inner * math.log(row.rate)
        value += row.rate * direct + (row.concentration - row.inner) * math.log(direct)
    prior, slope = 0.0, 0.0  # of an outcome that shares a total with the others
    if row.family >= 0:
        prior, slope = log_density(row.family, row.first, row.second, whole)
    value += prior + math.lgamma(concentrations) - (concentrations - 1.0) * math.log(whole)
    slope -= (concentrations - 1.0) / whole
    for k in range(row.first_direct, row.stop_direct):
        grad[parts[k].parameter] += slope + row.rate + (row.concentration - row.inner) / direct
    for k in range(row.first_other, row.stop_other):
        part = parts[k]
        factor = at.total[part.total] if part.total >= 0 else at.worth[part.worth]
        grad[part.parameter] += slope * factor + part.rate
        by_factor = slope * theta[part.parameter] + part.concentration / factor
        if part.total >= 0:
            at.by_total[part.total] += by_factor
        else:
            at.by_worth[part.worth] += by_factor
    return value


@njit(**OUTER)
def _outcomes(rows: Any, at: Any) -> float:
    """Return the density of what media bring over all outcomes, and of how outcomes share it.

    With parts x_k = worth_k total_k and V their sum: log p(V) + log Dirichlet(x / V) - (K - 1) log V + sum log worth_k.
    """
    if rows.shape[0] == 0:
        return 0.0
    whole, concentrations, value = 0.0, 0.0, 0.0
    for k in range(rows.shape[0]):
        row = rows[k]
        part = row.worth * at.total[row.cell]
        whole += part
        concentrations += row.concentration
        value += (row.concentration - 1.0) * math.log(part) - math.lgamma(row.concentration) + math.log(row.worth)
    prior, slope = log_density(rows[0].family, rows[0].first, rows[0].second, whole)
    value += prior + math.lgamma(concentrations) - (concentrations - 1.0) * math.log(whole)
    slope -= (concentrations - 1.0) / whole
    for k in range(rows.shape[0]):
        row = rows[k]
        at.by_total[row.cell] += slope * row.worth + (row.concentration - 1.0) / at.total[row.cell]
    return value


@njit(**OUTER)
def _following(row: Any, tables: Any, theta: Any, at: Any, grad: Any) -> float:
    """Let the direct split follow that of the parents: concentrations become functions of what channels bring there.

    With own concentrations a_k and those in force c_k = (1 - f) a_k + f sum(a) pattern_k, the Dirichlet density of the
    direct split changes by sum_k (c_k - a_k) log d_k - lgamma(c_k) + lgamma(a_k); sum(c) is sum(a).
    """
    parts, value, share = tables.parts, 0.0, row.follows
    count = row.stop_followed - row.first_followed
    pulls, sums, whole = np.zeros(row.stop_direct - row.first_direct), np.zeros(count), 0.0
    for k in range(row.first_direct, row.stop_direct):
        part = parts[k]
        if part.channel >= 0:
            whole += part.concentration
            for j in range(count):
                sums[j] += at.brought[tables.followed[row.first_followed + j], part.channel]
    for k in range(row.first_direct, row.stop_direct):
        part, pattern = parts[k], 0.0
        if part.channel < 0 or count == 0:
            continue
        for j in range(count):
            pattern += at.brought[tables.followed[row.first_followed + j], part.channel] / sums[j] / count
        in_force = (1.0 - share) * part.concentration + share * whole * pattern
        logarithm = math.log(theta[part.parameter])
        value += (in_force - part.concentration) * logarithm - math.lgamma(in_force) + math.lgamma(part.concentration)
        grad[part.parameter] += (in_force - part.concentration) / theta[part.parameter]
        pulls[k - row.first_direct] = (logarithm - digamma(in_force)) * share * whole / count
    for j in range(count):
        parent = tables.followed[row.first_followed + j]
        _pull_pattern(row, parts, pulls, at.brought[parent], sums[j], at.by_brought[parent])
    return value


@njit(**OUTER)
def _pull_pattern(row: Any, parts: Any, pulls: Any, brought: Any, total: float, out: Any) -> None:
    """Add the derivatives by what channels bring to a parent, given those by their shares of it."""
    along = 0.0
    for k in range(row.first_direct, row.stop_direct):
        if parts[k].channel >= 0:
            along += pulls[k - row.first_direct] * brought[parts[k].channel] / total
    for k in range(row.first_direct, row.stop_direct):
        if parts[k].channel >= 0:
            out[parts[k].channel] += (pulls[k - row.first_direct] - along) / total
