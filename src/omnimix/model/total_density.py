"""The joint prior of totals and how their parts share them, with derivatives. Compiled.

The equations are those of :mod:`omnimix.mechanics.beliefs`. Every part x has a gamma density of its own among the
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
    effects, parents, cells = tables.effects, tables.parents, tables.cells
    for k in range(effects.shape[0]):
        if effects[k].shares == 1:
            at.brought[effects[k].cell, effects[k].channel] += theta[effects[k].contribution]
    for node in range(nodes):
        at.worth[node] = cells[node].worth
        for k in range(cells[node].first_parent, cells[node].stop_parent):
            if parents[k].positive == 1:
                for channel in range(channels):
                    at.brought[node, channel] += theta[parents[k].effect] * at.brought[parents[k].parent, channel]
        for channel in range(channels):
            at.total[node] += at.brought[node, channel]
    for node in range(nodes - 1, -1, -1):
        for k in range(cells[node].first_parent, cells[node].stop_parent):
            if parents[k].positive == 1:
                at.worth[parents[k].parent] += theta[parents[k].effect] * at.worth[node]
    value = 0.0
    for k in range(tables.totals.shape[0]):
        value += _total(tables.totals[k], tables.parts, theta, at, grad)
        value += _following(tables.totals[k], tables, theta, at, grad)
    for node in range(nodes):  # back through worths
        for k in range(cells[node].first_parent, cells[node].stop_parent):
            if parents[k].positive == 1:
                by = at.by_worth[parents[k].parent]
                grad[parents[k].effect] += by * at.worth[node]
                at.by_worth[node] += by * theta[parents[k].effect]
    for node in range(nodes - 1, -1, -1):  # and through totals
        for channel in range(channels):
            at.by_brought[node, channel] += at.by_total[node]
        for k in range(cells[node].first_parent, cells[node].stop_parent):
            if parents[k].positive == 1:
                for channel in range(channels):
                    by = at.by_brought[node, channel]
                    grad[parents[k].effect] += by * at.brought[parents[k].parent, channel]
                    at.by_brought[parents[k].parent, channel] += by * theta[parents[k].effect]
    for k in range(effects.shape[0]):
        if effects[k].shares == 1:
            grad[effects[k].contribution] += at.by_brought[effects[k].cell, effects[k].channel]
    return value


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
def _following(row: Any, tables: Any, theta: Any, at: Any, grad: Any) -> float:
    """Let the direct split follow that of the parents: concentrations become functions of what channels bring there.

    With own concentrations a_k and those in force c_k = (1 - f) a_k + f sum(a) pattern_k, the Dirichlet density of the
    direct split changes by sum_k (c_k - a_k) log d_k - lgamma(c_k) + lgamma(a_k); sum(c) is sum(a).
    """
    parts, value, share = tables.parts, 0.0, row.follows
    count = row.stop_followed - row.first_followed
    if count == 0:
        return value
    pulls, whole = np.zeros(row.stop_direct - row.first_direct), 0.0
    for k in range(row.first_direct, row.stop_direct):
        if parts[k].channel >= 0:
            whole += parts[k].concentration
    sums = np.zeros(count)
    for j in range(count):
        for k in range(row.first_direct, row.stop_direct):
            if parts[k].channel >= 0:
                sums[j] += at.brought[tables.followed[row.first_followed + j], parts[k].channel]
    for k in range(row.first_direct, row.stop_direct):
        part = parts[k]
        if part.channel < 0:
            continue
        pattern = 0.0
        for j in range(count):
            pattern += at.brought[tables.followed[row.first_followed + j], part.channel] / sums[j] / count
        in_force, log_part = (1.0 - share) * part.concentration + share * whole * pattern, math.log(theta[part.parameter])
        value += (in_force - part.concentration) * log_part - math.lgamma(in_force) + math.lgamma(part.concentration)
        grad[part.parameter] += (in_force - part.concentration) / theta[part.parameter]
        pulls[k - row.first_direct] = (log_part - digamma(in_force)) * share * whole / count
    for j in range(count):
        parent, along = tables.followed[row.first_followed + j], 0.0
        for k in range(row.first_direct, row.stop_direct):
            if parts[k].channel >= 0:
                along += pulls[k - row.first_direct] * at.brought[parent, parts[k].channel] / sums[j]
        for k in range(row.first_direct, row.stop_direct):
            if parts[k].channel >= 0:
                at.by_brought[parent, parts[k].channel] += (pulls[k - row.first_direct] - along) / sums[j]
    return value
