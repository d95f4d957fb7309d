r"""How likely the observed weeks of one node are, with derivatives. Compiled.

With residual r = y - f, design Z and coefficients b ~ N(0, D^2), Sigma = noise^2 I + Z D^2 Z'. By the matrix identities
of Woodbury and Sylvester, with M = noise^2 I + D Z'Z D and w = M^{-1} D Z' r,

    log p = -1/2 [ T log 2 pi + (T - K) log noise^2 + log |M| + (r'r - (D Z' r)' w) / noise^2 ],
    d log p / d f = (r - Z D w) / noise^2.

The derivatives by noise and by the scale of a group of coefficients follow from M^{-1}. K is some thirty, T some
150, so one pass costs tens of microseconds. For Student-t noise the coefficients are sampled instead.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.mechanics.response import REASSOCIATE
from omnimix.model.constrain import LOG_TWO_PI, digamma


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def cholesky(matrix: Any) -> bool:
    """Overwrite the lower triangle by its Cholesky factor; False where the matrix is not positive definite."""
    size = matrix.shape[0]
    for column in range(size):
        for row in range(column, size):
            total = matrix[row, column]
            for k in range(column):
                total -= matrix[row, k] * matrix[column, k]
            if row == column:
                if not total > 0.0:
                    return False
                matrix[row, row] = math.sqrt(total)
            else:
                matrix[row, column] = total / matrix[column, column]
    return True


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def invert_lower(factor: Any, out: Any) -> None:
    """Fill ``out`` with the transposed inverse of a lower triangular factor: out[j, i] = inverse[i, j]."""
    size = factor.shape[0]
    for column in range(size):
        for row in range(column):
            out[column, row] = 0.0
        out[column, column] = 1.0 / factor[column, column]
        for row in range(column + 1, size):
            total = 0.0
            for k in range(column, row):
                total += factor[row, k] * out[column, k]
            out[column, row] = -total / factor[row, row]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def project(design_t: Any, vector: Any, out: Any) -> None:
    """Fill ``out`` with Z'v, given Z transposed."""
    for k in range(design_t.shape[0]):
        total = 0.0
        for week in range(vector.shape[0]):
            total += design_t[k, week] * vector[week]
        out[k] = total


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def posterior_precision(columns: Any, gram: Any, scales: Any, noise: float, out: Any) -> bool:
    """Fill ``out`` with the Cholesky factor of M = noise^2 I + D Z'Z D; ``gram`` is that of the first columns."""
    size, fixed = columns.shape[0], gram.shape[0]
    for i in range(size):
        for j in range(i + 1):
            if i < fixed:
                total = gram[i, j]
            else:
                total = 0.0
                for week in range(columns.shape[1]):
                    total += columns[i, week] * columns[j, week]
            out[i, j] = scales[i] * total * scales[j]
        out[i, i] += noise * noise
    return cholesky(out)


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def normal_node(
    residual: Any,
    columns: Any,
    gram: Any,
    scales: Any,
    noise: float,
    pull: Any,
    by_scale: Any,
    by_column: Any,
    noise_at: int,
    grad: Any,
) -> float:
    """Return log p(residual) with the linear part integrated out.

    Fills ``pull`` with d log p / d mean, ``by_scale`` with the derivative by every column's scale, ``by_column`` with
    that by the columns after those of ``gram``, and adds that by the noise to ``grad``. With c the posterior mean of
    the coefficients and V their covariance, the derivative by column k is pull c_k - Z V_k / noise^2.
    """
    weeks, size = residual.shape[0], columns.shape[0]
    variance = noise * noise
    right, middle = np.empty(size), np.empty(size)
    factor, inverse = np.empty((size, size)), np.empty((size, size))
    if not posterior_precision(columns, gram, scales, noise, factor):
        return -np.inf
    invert_lower(factor, inverse)
    project(columns, residual, right)
    for k in range(size):
        right[k] *= scales[k]
    for i in range(size):  # middle = L^{-1} right
        total = 0.0
        for k in range(i + 1):
            total += inverse[k, i] * right[k]
        middle[i] = total
    log_det, explained, trace = 0.0, 0.0, 0.0
    for i in range(size):
        log_det += 2.0 * math.log(factor[i, i])
        explained += middle[i] * middle[i]
    for week in range(weeks):
        pull[week] = residual[week]
    for k in range(size):  # weight = (M^{-1} right)_k, and the diagonal of M^{-1}
        weight, diagonal = 0.0, 0.0
        for i in range(k, size):
            weight += inverse[k, i] * middle[i]
            diagonal += inverse[k, i] * inverse[k, i]
        trace += diagonal
        by_scale[k] = (weight * weight - (1.0 - variance * diagonal)) / scales[k]
        coefficient = scales[k] * weight
        right[k] = coefficient
        for week in range(weeks):
            pull[week] -= columns[k, week] * coefficient
    squares, rest = 0.0, 0.0
    for week in range(weeks):
        squares += residual[week] * residual[week]
        rest += pull[week] * pull[week]
        pull[week] /= variance
    _by_columns(columns, scales, inverse, right, pull, by_column)
    grad[noise_at] += (rest / variance - (weeks - size) - variance * trace) / noise
    return -0.5 * (
        weeks * LOG_TWO_PI + 2.0 * (weeks - size) * math.log(noise) + log_det + (squares - explained) / variance
    )


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _by_columns(columns: Any, scales: Any, inverse: Any, coefficients: Any, pull: Any, by_column: Any) -> None:
    """Fill the derivatives by the last columns: pull c_k - Z V_k / noise^2."""
    size, weeks = columns.shape
    fixed = size - by_column.shape[0]
    for k in range(fixed, size):
        for week in range(weeks):
            by_column[k - fixed, week] = pull[week] * coefficients[k]
        for j in range(size):
            covariance = 0.0
            for i in range(max(j, k), size):
                covariance += inverse[j, i] * inverse[k, i]
            covariance *= scales[j] * scales[k]
            for week in range(weeks):
                by_column[k - fixed, week] -= columns[j, week] * covariance


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def draw_coefficients(
    residual: Any, columns: Any, gram: Any, scales: Any, noise: float, normals: Any, out: Any
) -> None:
    """Fill ``out`` with coefficients drawn from their conditional.

    Given the other parameters they are Gaussian with mean D w and covariance noise^2 D M^{-1} D, where M is that of
    :func:`posterior_precision` and w = M^{-1} D Z'r.
    """
    size = columns.shape[0]
    right, middle = np.empty(size), np.empty(size)
    factor, inverse = np.empty((size, size)), np.empty((size, size))
    posterior_precision(columns, gram, scales, noise, factor)
    invert_lower(factor, inverse)
    project(columns, residual, right)
    for i in range(size):
        middle[i] = noise * normals[i]
        for k in range(i + 1):
            middle[i] += inverse[k, i] * scales[k] * right[k]
    for k in range(size):
        total = 0.0
        for i in range(k, size):
            total += inverse[k, i] * middle[i]
        out[k] = scales[k] * total


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def student_node(
    residual: Any,
    columns: Any,
    scales: Any,
    theta: Any,
    noise_at: int,
    freedom_at: int,
    pull: Any,
    by_scale: Any,
    by_column: Any,
    grad: Any,
) -> float:
    """Return log p(residual) under Student-t noise with sampled coefficients; fills as :func:`normal_node` does.

    The degrees of freedom and after them the raw coefficients stand in ``theta`` from ``freedom_at`` on.
    """
    weeks, size, fixed, noise = (
        residual.shape[0],
        scales.shape[0],
        scales.shape[0] - by_column.shape[0],
        theta[noise_at],
    )
    freedom, raw_at = theta[freedom_at], freedom_at + 1
    for k in range(size):
        coefficient = scales[k] * theta[raw_at + k]
        for week in range(weeks):
            residual[week] -= columns[k, week] * coefficient
    total, by_noise, by_freedom = 0.0, 0.0, 0.0
    for week in range(weeks):
        ratio = residual[week] / noise
        over = ratio * ratio / freedom
        total -= 0.5 * (freedom + 1.0) * math.log1p(over)
        pull[week] = (freedom + 1.0) * ratio / (noise * freedom * (1.0 + over))
        by_noise += pull[week] * residual[week]
        by_freedom += 0.5 * (freedom + 1.0) * over / (freedom * (1.0 + over)) - 0.5 * math.log1p(over)
    grad[noise_at] += (by_noise - weeks) / noise
    grad[freedom_at] += by_freedom + weeks * 0.5 * (
        digamma(0.5 * (freedom + 1.0)) - digamma(0.5 * freedom) - 1.0 / freedom
    )
    for k in range(size):
        by_coefficient = 0.0
        for week in range(weeks):
            by_coefficient += columns[k, week] * pull[week]
        grad[raw_at + k] += by_coefficient * scales[k]
        by_scale[k] = by_coefficient * theta[raw_at + k]
    for k in range(fixed, size):
        coefficient = scales[k] * theta[raw_at + k]
        for week in range(weeks):
            by_column[k - fixed, week] = pull[week] * coefficient
    constant = math.lgamma(0.5 * (freedom + 1.0)) - math.lgamma(0.5 * freedom)
    return total + weeks * (constant - 0.5 * math.log(freedom * math.pi) - math.log(noise))
