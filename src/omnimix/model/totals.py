"""The joint prior of totals and how their parts share them, with derivatives. Compiled.

The equations are those of :mod:`omnimix.mechanics.beliefs`. Every part x has a gamma density of its own among the
priors of single parameters (shape a, rate b); what is added here turns their product into the joint prior.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.model.constrain import digamma, log_density

PARENT_COLUMNS = 8


@njit(nogil=True, error_model="numpy")
def total_priors(ints: Any, floats: Any, theta: Any, grad: Any) -> float:
    """Return what the joint priors have beyond the gamma factors and add its derivatives to ``grad``."""
    nodes, channels = ints[10], ints[3]
    brought, by_brought = np.zeros((nodes, channels)), np.zeros((nodes, channels))
    total, by_total = np.zeros(nodes), np.zeros(nodes)
    worth, by_worth = np.empty(nodes), np.zeros(nodes)
    _totals(ints, theta, brought, total)
    _worths(ints, floats, theta, worth)
    value = 0.0
    for group in range(ints[11]):
        at = ints[ints[12] + group]
        value += _belief(ints, floats, at, theta, total, worth, by_total, by_worth, grad)
        value += _following(ints, floats, at, theta, brought, by_brought, grad)
    _back_through_worths(ints, theta, worth, by_worth, grad)
    for node in range(nodes):
        for channel in range(channels):
            by_brought[node, channel] += by_total[node]
    _back_through_totals(ints, theta, brought, by_brought, grad)
    return value


@njit(nogil=True, error_model="numpy")
def _belief(
    ints: Any,
    floats: Any,
    at: int,
    theta: Any,
    total: Any,
    worth: Any,
    by_total: Any,
    by_worth: Any,
    grad: Any,
) -> float:
    numbers, direct_count, other_count = ints[at + 1], ints[at + 2], ints[at + 3]
    concentration, rate, inner = floats[numbers + 2], floats[numbers + 3], floats[numbers + 4]
    others = at + 6 + 3 * direct_count
    direct = 0.0
    for k in range(direct_count):
        direct += theta[ints[at + 6 + 3 * k]]
    whole, sum_of_all, value = direct, 0.0, 0.0
    for k in range(other_count):
        row = others + 4 * k
        factor = total[ints[row + 2]] if ints[row + 1] == 1 else worth[ints[row + 2]]
        part = theta[ints[row]]
        whole += factor * part
        a, b = floats[ints[row + 3]], floats[ints[row + 3] + 1]
        sum_of_all += a
        value += a * math.log(factor / b) + b * part
    if direct_count > 0:
        sum_of_all += concentration
        value += math.lgamma(inner) - math.lgamma(concentration) - inner * math.log(rate) + rate * direct
        value += (concentration - inner) * math.log(direct)
    wanted, slope = log_density(ints[at], floats[numbers], floats[numbers + 1], whole)
    value += wanted + math.lgamma(sum_of_all) - (sum_of_all - 1.0) * math.log(whole)
    slope -= (sum_of_all - 1.0) / whole
    for k in range(direct_count):
        grad[ints[at + 6 + 3 * k]] += slope + rate + (concentration - inner) / direct
    for k in range(other_count):
        row = others + 4 * k
        node, part = ints[row + 2], theta[ints[row]]
        a, b = floats[ints[row + 3]], floats[ints[row + 3] + 1]
        if ints[row + 1] == 1:
            grad[ints[row]] += slope * total[node] + b
            by_total[node] += slope * part + a / total[node]
        else:
            grad[ints[row]] += slope * worth[node] + b
            by_worth[node] += slope * part + a / worth[node]
    return value


@njit(nogil=True, error_model="numpy")
def _following(ints: Any, floats: Any, at: int, theta: Any, brought: Any, by_brought: Any, grad: Any) -> float:
    """Let the direct split follow that of the parents: concentrations become functions of what channels bring there.

    With own concentrations a_k and those in force c_k = (1 - f) a_k + f sum(a) pattern_k, the Dirichlet density of the
    direct split changes by sum_k (c_k - a_k) log d_k - lgamma(c_k) + lgamma(a_k); sum(c) is sum(a).
    """
    count, parents, share = ints[at + 2], ints[at + 5], floats[ints[at + 1] + 5]
    value = 0.0
    if parents == 0:
        return value
    list_at, whole = ints[at + 4], 0.0
    rows = ints[at + 6 : at + 6 + 3 * count].reshape((count, 3))
    sums, pulls = np.zeros(parents), np.zeros(count)
    for row in rows:
        if row[1] >= 0:
            whole += floats[row[2]]
            for j in range(parents):
                sums[j] += brought[ints[list_at + j], row[1]]
    for k in range(count):
        if rows[k, 1] >= 0:
            pattern = 0.0
            for j in range(parents):
                pattern += brought[ints[list_at + j], rows[k, 1]] / sums[j] / parents
            own, part = floats[rows[k, 2]], theta[rows[k, 0]]
            in_force = (1.0 - share) * own + share * whole * pattern
            value += (in_force - own) * math.log(part) - math.lgamma(in_force) + math.lgamma(own)
            grad[rows[k, 0]] += (in_force - own) / part
            pulls[k] = (math.log(part) - digamma(in_force)) * share * whole / parents
    for j in range(parents):
        _pull_pattern(rows, pulls, brought[ints[list_at + j]], sums[j], by_brought[ints[list_at + j]])
    return value


@njit(nogil=True, error_model="numpy")
def _pull_pattern(rows: Any, pulls: Any, brought: Any, total: float, out: Any) -> None:
    """Add the derivatives by what channels bring to a parent, given those by their shares of it."""
    along = 0.0
    for k in range(rows.shape[0]):
        if rows[k, 1] >= 0:
            along += pulls[k] * brought[rows[k, 1]] / total
    for k in range(rows.shape[0]):
        if rows[k, 1] >= 0:
            out[rows[k, 1]] += (pulls[k] - along) / total


@njit(nogil=True, error_model="numpy")
def _totals(ints: Any, theta: Any, brought: Any, total: Any) -> None:
    """Fill what every sharing channel brings to every node over all paths, and the sum over channels."""
    for node in range(ints[10]):
        at = ints[ints[8] + node]
        for k in range(ints[at + 22]):
            place = ints[at + 23] + 2 * k
            brought[node, ints[place + 1]] += theta[ints[place]]
        for k in range(ints[at + 13]):
            row = ints[at + 14] + PARENT_COLUMNS * k
            if ints[row + 7] == 1:
                for channel in range(brought.shape[1]):
                    brought[node, channel] += theta[ints[row + 3]] * brought[ints[row], channel]
        for channel in range(brought.shape[1]):
            total[node] += brought[node, channel]


@njit(nogil=True, error_model="numpy")
def _back_through_totals(ints: Any, theta: Any, brought: Any, by_brought: Any, grad: Any) -> None:
    for node in range(ints[10] - 1, -1, -1):
        at = ints[ints[8] + node]
        for k in range(ints[at + 22]):
            place = ints[at + 23] + 2 * k
            grad[ints[place]] += by_brought[node, ints[place + 1]]
        for k in range(ints[at + 13]):
            row = ints[at + 14] + PARENT_COLUMNS * k
            if ints[row + 7] == 1:
                for channel in range(brought.shape[1]):
                    grad[ints[row + 3]] += by_brought[node, channel] * brought[ints[row], channel]
                    by_brought[ints[row], channel] += by_brought[node, channel] * theta[ints[row + 3]]


@njit(nogil=True, error_model="numpy")
def _worths(ints: Any, floats: Any, theta: Any, worth: Any) -> None:
    """Fill what a typical week of every node is worth with all that it feeds."""
    for node in range(ints[10]):
        worth[node] = floats[ints[13] + node]
    for node in range(ints[10] - 1, -1, -1):
        at = ints[ints[8] + node]
        for k in range(ints[at + 13]):
            row = ints[at + 14] + PARENT_COLUMNS * k
            if ints[row + 7] == 1:
                worth[ints[row]] += theta[ints[row + 3]] * worth[node]


@njit(nogil=True, error_model="numpy")
def _back_through_worths(ints: Any, theta: Any, worth: Any, by_worth: Any, grad: Any) -> None:
    for node in range(ints[10]):
        at = ints[ints[8] + node]
        for k in range(ints[at + 13]):
            row = ints[at + 14] + PARENT_COLUMNS * k
            if ints[row + 7] == 1:
                grad[ints[row + 3]] += by_worth[ints[row]] * worth[node]
                by_worth[node] += by_worth[ints[row]] * theta[ints[row + 3]]
