r"""The likelihood of the observed weeks of one cell, with derivatives. Compiled.

With residual r = y - f, design Z and coefficients b ~ N(0, D^2), Sigma = noise^2 I + Z D^2 Z'. By the matrix identities
of Woodbury and Sylvester, with M = noise^2 I + D Z'Z D = U'U and w = M^{-1} D Z' r,

    log p = -1/2 [ T log 2 pi + (T - K) log noise^2 + log |M| + (r'r - (D Z' r)' w) / noise^2 ],
    d log p / d f = (r - Z D w) / noise^2.

The derivatives by noise and by the scale of a coefficient follow from M^{-1} = V V' with V = U^{-1}. Matrices are kept
by rows and worked on a row at a time, so that every inner loop adds a multiple of one row to another: that is what
processors do several numbers at once. Weeks that were not observed have zeros in r and Z. K is some thirty, T some 150.
For Student-t noise the coefficients are sampled instead.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.machine_code import INSIDE, OUTER, REASSOCIATE
from omnimix.model.transforms import LOG_TWO_PI, digamma


@njit(fastmath=REASSOCIATE, **INSIDE)
def posterior_precision(columns: Any, gram: Any, scales: Any, noise: float, upper: Any) -> None:
    """Fill the upper half of M = noise^2 I + D Z'Z D; ``gram`` is Z'Z of the first columns."""
    size, fixed = columns.shape[0], gram.shape[0]
    for i in range(size):
        for j in range(i, size):
            if j < fixed:
                upper[i, j] = scales[i] * gram[i, j] * scales[j]
                continue
            total = 0.0
            for week in range(columns.shape[1]):
                total += columns[i, week] * columns[j, week]
            upper[i, j] = scales[i] * total * scales[j]
        upper[i, i] += noise * noise


@njit(fastmath=REASSOCIATE, **INSIDE)
def factorise(columns: Any, gram: Any, scales: Any, noise: float, upper: Any, inverse: Any) -> float:
    """Fill ``upper`` with U of M = noise^2 I + D Z'Z D = U'U and ``inverse`` with U^{-1}; return log |M|.

    Where M is not positive definite, -inf is returned and nothing is filled.
    """
    size, log_determinant = columns.shape[0], 0.0
    posterior_precision(columns, gram, scales, noise, upper)
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
        for j in range(size):
            inverse[k, j] = 0.0
        for i in range(k + 1, size):
            factor = upper[k, i] * pivot
            for j in range(i, size):
                inverse[k, j] -= factor * inverse[i, j]
        inverse[k, k] = pivot
    return log_determinant


@njit(fastmath=REASSOCIATE, **INSIDE)
def whiten(residual: Any, columns: Any, scales: Any, inverse: Any, out: Any) -> None:
    """Fill ``out`` with V'D Z'r."""
    size = columns.shape[0]
    for k in range(size):
        out[k] = 0.0
    for k in range(size):
        total = 0.0
        for week in range(residual.shape[0]):
            total += columns[k, week] * residual[week]
        total *= scales[k]
        for j in range(k, size):
            out[j] += total * inverse[k, j]


@njit(fastmath=REASSOCIATE, **INSIDE)
def normal_likelihood(
    residual: Any,
    columns: Any,
    gram: Any,
    scales: Any,
    noise: float,
    seen: float,
    by_mean: Any,
    by_scale: Any,
    by_column: Any,
) -> tuple[float, float]:
    """Return log p(residual) with the linear part integrated out, and its derivative by the noise.

    Fills the derivatives by the mean, by every column's scale, and by the columns after those of ``gram``. With c the
    posterior mean of the coefficients and C their covariance, that by column k is by_mean c_k - Z C_k / noise^2.
    """
    size, weeks, variance = columns.shape[0], residual.shape[0], noise * noise
    upper, inverse = np.empty((size, size)), np.empty((size, size))
    middle, coefficients = np.empty(size), np.empty(size)
    log_determinant = factorise(columns, gram, scales, noise, upper, inverse)
    if log_determinant == -np.inf:
        return -np.inf, 0.0
    whiten(residual, columns, scales, inverse, middle)
    for week in range(weeks):
        by_mean[week] = residual[week]
    explained, trace = 0.0, 0.0
    for k in range(size):
        weight, diagonal = 0.0, 0.0  # of w, and of M^{-1}
        for j in range(k, size):
            weight += inverse[k, j] * middle[j]
            diagonal += inverse[k, j] * inverse[k, j]
        explained += middle[k] * middle[k]
        trace += diagonal
        by_scale[k] = (weight * weight - (1.0 - variance * diagonal)) / scales[k]
        coefficients[k] = scales[k] * weight
        for week in range(weeks):
            by_mean[week] -= columns[k, week] * coefficients[k]
    squares, rest = 0.0, 0.0
    for week in range(weeks):
        squares += residual[week] * residual[week]
        rest += by_mean[week] * by_mean[week]
        by_mean[week] /= variance
    fixed = gram.shape[0]
    for k in range(fixed, size):
        for week in range(weeks):
            by_column[k - fixed, week] = by_mean[week] * coefficients[k]
        for j in range(size):
            covariance = 0.0
            for i in range(max(j, k), size):
                covariance += inverse[j, i] * inverse[k, i]
            covariance *= scales[j] * scales[k]
            for week in range(weeks):
                by_column[k - fixed, week] -= columns[j, week] * covariance
    value = seen * LOG_TWO_PI + 2.0 * (seen - size) * math.log(noise) + log_determinant
    value += (squares - explained) / variance
    return -0.5 * value, (rest / variance - (seen - size) - variance * trace) / noise


@njit(fastmath=REASSOCIATE, **OUTER)
def student_likelihood(
    residual: Any,
    seen: Any,
    columns: Any,
    scales: Any,
    raw: Any,
    noise: float,
    freedom: float,
    by_mean: Any,
    by_scale: Any,
    by_raw: Any,
) -> tuple[float, float, float]:
    """Return log p(residual) under Student-t noise, and its derivatives by noise and degrees of freedom.

    ``seen`` is 1 in observed weeks and 0 in others. The coefficients are scales times ``raw``; the derivatives by the
    mean, by scales and by ``raw`` are filled, and ``residual`` loses the linear part.
    """
    weeks, size = residual.shape[0], scales.shape[0]
    for k in range(size):
        for week in range(weeks):
            residual[week] -= columns[k, week] * scales[k] * raw[k]
    total, by_noise, by_freedom, count = 0.0, 0.0, 0.0, 0.0
    for week in range(weeks):
        ratio = residual[week] / noise
        over = ratio * ratio / freedom
        total -= 0.5 * (freedom + 1.0) * math.log1p(over)
        by_mean[week] = (freedom + 1.0) * ratio / (noise * freedom * (1.0 + over))
        by_noise += by_mean[week] * residual[week]
        by_freedom += 0.5 * (freedom + 1.0) * over / (freedom * (1.0 + over)) - 0.5 * math.log1p(over)
        count += seen[week]
    by_freedom += count * 0.5 * (digamma(0.5 * (freedom + 1.0)) - digamma(0.5 * freedom) - 1.0 / freedom)
    for k in range(size):
        by_coefficient = 0.0
        for week in range(weeks):
            by_coefficient += columns[k, week] * by_mean[week]
        by_raw[k] = by_coefficient * scales[k]
        by_scale[k] = by_coefficient * raw[k]
    constant = math.lgamma(0.5 * (freedom + 1.0)) - math.lgamma(0.5 * freedom)
    total += count * (constant - 0.5 * math.log(freedom * math.pi) - math.log(noise))
    return total, (by_noise - count) / noise, by_freedom
