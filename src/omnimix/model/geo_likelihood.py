r"""The likelihood of one node in all geos, baselines and common shocks integrated out. Compiled.

With r_g the residual of geo g, noise_g its noise, Z the design in prior sds, b ~ N(0, D^2) the shared part of the
baselines, noise_g v_g with v_g ~ N(0, Delta^2) their own parts and u ~ N(0, s_u^2 I) shocks that all geos share,

    r_g = Z (b + noise_g v_g) + u + noise_g e_g.

Put a_g = 1 / noise_g, E = (a_1 r_1, ...), A = |a|^2, q = E a / |a|, C = I + Z Delta^2 Z' and
C1 = (1 + A s_u^2) I + Z (Delta^2 + A D^2) Z'. Turning E so that a comes to lie along the first axis leaves noise and
own parts as they are and puts all that geos share into the first column, hence

    -2 log p = tr(E' C^-1 E) - q' C^-1 q + (G - 1) log |C| + q' C1^-1 q + log |C1| - 2 T sum log a + T G log 2 pi:

two Cholesky factors, however many geos. With M = I + Delta Z'Z Delta and M1 = s I + F Z'Z F, where s and F^2 are those
of C1, every product with C^-1 and C1^-1 is one with M^-1 or M1^-1, of which

    Delta Z' C^-1 e = M^-1 Delta Z' e        Delta Z' C^-1 Z Delta = I - M^-1
    F Z' C1^-1 q = M1^-1 F Z' q              F Z' C1^-1 Z F = I - s M1^-1        tr C1^-1 = (T - K) / s + tr M1^-1.

All geos have all weeks: a figure that one lacks is a parameter.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.machine_code import INSIDE, OUTER, REASSOCIATE
from omnimix.model.transforms import LOG_TWO_PI


@njit(fastmath=REASSOCIATE, **INSIDE)
def invert(gram: Any, scales: Any, ridge: float, inverse: Any) -> float:
    """Fill ``inverse`` with (ridge I + S gram S)^-1, S the scales, and return the log determinant; -inf: none."""
    size, log_determinant = scales.shape[0], 0.0
    upper, root = np.empty((size, size)), np.zeros((size, size))
    for i in range(size):
        for j in range(i, size):
            upper[i, j] = scales[i] * gram[i, j] * scales[j]
        upper[i, i] += ridge
    for k in range(size):
        if not upper[k, k] > 0.0:
            return -np.inf
        log_determinant += math.log(upper[k, k])
        pivot = 1.0 / math.sqrt(upper[k, k])
        for j in range(k, size):
            upper[k, j] *= pivot
        for i in range(k + 1, size):
            factor = upper[k, i]
            for j in range(i, size):
                upper[i, j] -= factor * upper[k, j]
    for k in range(size - 1, -1, -1):
        pivot = 1.0 / upper[k, k]
        for i in range(k + 1, size):
            factor = upper[k, i] * pivot
            for j in range(i, size):
                root[k, j] -= factor * root[i, j]
        root[k, k] = pivot
    for i in range(size):
        for j in range(i, size):
            total = 0.0
            for k in range(j, size):
                total += root[i, k] * root[j, k]
            inverse[i, j] = inverse[j, i] = total
    return log_determinant


@njit(fastmath=REASSOCIATE, **INSIDE)
def _times(matrix: Any, vector: Any, out: Any) -> None:
    for i in range(out.shape[0]):
        total = 0.0
        for j in range(out.shape[0]):
            total += matrix[i, j] * vector[j]
        out[i] = total


@njit(fastmath=REASSOCIATE, **OUTER)
def geo_likelihood(
    residual: Any,
    design: Any,
    gram: Any,
    noise: Any,
    shared: Any,
    own: Any,
    common: float,
    by_residual: Any,
    by_noise: Any,
    by_shared: Any,
    by_own: Any,
) -> tuple[float, float]:
    """Return log p of the residuals, shape (geos, weeks), and its derivative by the size of common shocks.

    ``design`` has shape (terms, weeks), ``shared`` and ``own`` are D and Delta. Fills the derivatives by the residuals,
    by every geo's noise, and by D and Delta.
    """
    geos, weeks = residual.shape
    size = design.shape[0]
    precision = 0.0  # A
    for g in range(geos):
        precision += 1.0 / (noise[g] * noise[g])
    length = math.sqrt(precision)
    ridge, total_scales = 1.0 + precision * common * common, np.empty(size)
    for k in range(size):
        total_scales[k] = math.sqrt(own[k] * own[k] + precision * shared[k] * shared[k])
    inverse, inverse_first = np.empty((size, size)), np.empty((size, size))
    log_rest = invert(gram, own, 1.0, inverse)
    log_first = invert(gram, total_scales, ridge, inverse_first)
    if log_rest == -np.inf or log_first == -np.inf:
        return -np.inf, 0.0
    first, part, weight = np.zeros(weeks), np.empty(size), np.empty(size)
    along = np.zeros(size)  # sum over geos of (z_k' C^-1 e_g)^2 own_k^2
    value = (geos - 1.0) * log_rest + log_first + (weeks - size) * math.log(ridge) + weeks * geos * LOG_TWO_PI
    for g in range(geos):  # by_residual becomes C^-1 e_g
        inner, squares, by_geo = 0.0, 0.0, by_residual[g]
        for week in range(weeks):
            by_geo[week] = residual[g, week] / noise[g]
            squares += by_geo[week] * by_geo[week]
            first[week] += by_geo[week] / (noise[g] * length)
        for k in range(size):
            total = 0.0
            for week in range(weeks):
                total += design[k, week] * by_geo[week]
            part[k] = own[k] * total
        _times(inverse, part, weight)
        for k in range(size):
            inner += part[k] * weight[k]
            along[k] += weight[k] * weight[k]
            factor = own[k] * weight[k]
            for week in range(weeks):
                by_geo[week] -= factor * design[k, week]
        value += squares - inner + 2.0 * weeks * math.log(noise[g])
    rest, shared_rest, squares, within = first.copy(), first.copy(), 0.0, 0.0  # C^-1 q and C1^-1 q
    by_precision, by_common = 0.0, 0.0
    sums = np.empty(size)
    for week in range(weeks):
        squares += first[week] * first[week]
    for k in range(size):
        total = 0.0
        for week in range(weeks):
            total += design[k, week] * first[week]
        sums[k] = total
        part[k] = own[k] * total
    _times(inverse, part, weight)
    inner = 0.0
    for k in range(size):
        inner += part[k] * weight[k]
        along[k] -= weight[k] * weight[k]
        factor = own[k] * weight[k]
        for week in range(weeks):
            rest[week] -= factor * design[k, week]
        by_own[k] = (along[k] - (geos - 1.0) * (1.0 - inverse[k, k])) / own[k]
    value -= squares - inner
    for k in range(size):
        part[k] = total_scales[k] * sums[k]
    _times(inverse_first, part, weight)
    inner, trace = 0.0, 0.0
    for k in range(size):
        inner += part[k] * weight[k]
        trace += inverse_first[k, k]
        factor = total_scales[k] * weight[k]
        for week in range(weeks):
            shared_rest[week] -= factor * design[k, week]
    for week in range(weeks):
        shared_rest[week] /= ridge
        within += shared_rest[week] * shared_rest[week]
    value += (squares - inner) / ridge
    by_ridge = -0.5 * ((weeks - size) / ridge + trace - within)
    for k in range(size):
        square = total_scales[k] * total_scales[k]
        by_square = -0.5 * ((1.0 - ridge * inverse_first[k, k]) - weight[k] * weight[k]) / square
        by_own[k] += 2.0 * by_square * own[k]
        by_shared[k] = 2.0 * by_square * precision * shared[k]
        by_precision += by_square * shared[k] * shared[k]
    by_precision += by_ridge * common * common
    by_common = 2.0 * by_ridge * precision * common
    across, all_across = np.empty(geos), 0.0  # e_g' (C^-1 q - C1^-1 q)
    for g in range(geos):
        total = 0.0
        for week in range(weeks):
            total += residual[g, week] * (rest[week] - shared_rest[week])
        across[g] = total / noise[g]
        all_across += across[g] / (noise[g] * length)
    for g in range(geos):
        a = 1.0 / noise[g]
        own_way = 0.0
        for week in range(weeks):
            by_scaled = -by_residual[g, week] + a / length * (rest[week] - shared_rest[week])
            own_way += residual[g, week] * by_scaled
            by_residual[g, week] = a * by_scaled
        by_a = own_way + (across[g] - a / length * all_across) / length + 2.0 * a * by_precision + weeks * noise[g]
        by_noise[g] = -a * a * by_a
    return -0.5 * value, by_common
