"""The joint prior of totals and how their parts share them, with derivatives. Compiled.

The equations are those of :mod:`omnimix.mechanics.beliefs`. Every part x has a gamma density of its own among the
priors of single parameters (shape a, rate b); what is added here turns their product into the joint prior.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.model.constrain import log_density

PARENT_COLUMNS = 8


@njit(nogil=True, error_model="numpy")
def total_priors(ints: Any, floats: Any, theta: Any, grad: Any) -> float:
    """Return what the joint priors have beyond the gamma factors and add its derivatives to ``grad``."""
    nodes = ints[10]
    total, worth = np.zeros(nodes), np.empty(nodes)
    by_total, by_worth = np.zeros(nodes), np.zeros(nodes)
    _totals(ints, theta, total)
    _worths(ints, floats, theta, worth)
    value = 0.0
    for group in range(ints[11]):
        value += _belief(ints, floats, ints[ints[12] + group], theta, total, worth, by_total, by_worth, grad)
    _back_through_worths(ints, theta, worth, by_worth, grad)
    _back_through_totals(ints, theta, total, by_total, grad)
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
    others = at + 4 + direct_count
    direct = 0.0
    for k in range(direct_count):
        direct += theta[ints[at + 4 + k]]
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
        grad[ints[at + 4 + k]] += slope + rate + (concentration - inner) / direct
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
def _totals(ints: Any, theta: Any, total: Any) -> None:
    """Fill the share of every node that its sharing channels bring over all paths."""
    for node in range(ints[10]):
        at = ints[ints[8] + node]
        for k in range(ints[at + 22]):
            total[node] += theta[ints[ints[at + 23] + k]]
        for k in range(ints[at + 13]):
            row = ints[at + 14] + PARENT_COLUMNS * k
            if ints[row + 7] == 1:
                total[node] += theta[ints[row + 3]] * total[ints[row]]


@njit(nogil=True, error_model="numpy")
def _back_through_totals(ints: Any, theta: Any, total: Any, by_total: Any, grad: Any) -> None:
    for node in range(ints[10] - 1, -1, -1):
        at = ints[ints[8] + node]
        for k in range(ints[at + 22]):
            grad[ints[ints[at + 23] + k]] += by_total[node]
        for k in range(ints[at + 13]):
            row = ints[at + 14] + PARENT_COLUMNS * k
            if ints[row + 7] == 1:
                grad[ints[row + 3]] += by_total[node] * total[ints[row]]
                by_total[ints[row]] += by_total[node] * theta[ints[row + 3]]


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
