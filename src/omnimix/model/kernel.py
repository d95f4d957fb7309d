r"""The density and its gradient in one compiled pass over arrays that describe the nodes.

One node with baseline integrated out. With residual r = y - f, design Z and coefficients b ~ N(0, D^2),
Sigma = noise^2 I + Z D^2 Z'. By the matrix identities of Woodbury and Sylvester, with M = noise^2 I + D Z'Z D and
w = M^{-1} D Z' r,

    log p = -1/2 [ T log 2 pi + (T - K) log noise^2 + log |M| + (r'r - (D Z' r)' w) / noise^2 ],
    d log p / d f = (r - Z D w) / noise^2.

The derivatives by noise and by the scale of a group of coefficients follow from M^{-1}. K is some thirty, T some
150, so one pass costs tens of microseconds. For Student-t noise the coefficients are sampled instead.

Everything travels in two flat arrays (``ints``, ``floats``), laid out by :mod:`omnimix.model.layout`; a new funnel
therefore needs no new machine code.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.mechanics.response import REASSOCIATE, pull_back, response, response_with_gradient

LOG_TWO_PI = math.log(2 * math.pi)
SQRT_HALF = math.sqrt(0.5)


@njit(nogil=True, error_model="numpy")
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of ``0 < p <= 1/2``: a first guess and two Halley steps to full precision.

    The guess is formula 26.2.23 of Abramowitz and Stegun 1964, right to 4.5e-4.
    """
    t = math.sqrt(-2.0 * math.log(p))
    x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in range(2):
        error = (0.5 * math.erfc(-x * SQRT_HALF) - p) * math.exp(0.5 * (x * x + LOG_TWO_PI))
        x -= error / (1.0 + 0.5 * x * error)
    return x


@njit(nogil=True, error_model="numpy")
def half_normal_quantile(z: float) -> tuple[float, float]:
    """Return the half-normal value below which lies the same probability as below ``z``, and its derivative."""
    x = -normal_quantile(0.25 * math.erfc(z * SQRT_HALF))
    return x, 0.5 * math.exp(0.5 * (x * x - z * z))


@njit(nogil=True, error_model="numpy")
def log_density(code: int, a: float, b: float, x: float) -> tuple[float, float]:
    """Return the log density of a positive family at ``x`` and its derivative."""
    if code == 1:  # HalfNormal
        return 0.5 * math.log(2 / math.pi) - math.log(a) - 0.5 * x * x / (a * a), -x / (a * a)
    if code == 2:  # LogNormal
        away = (math.log(x) - a) / b
        return -0.5 * (away * away + LOG_TWO_PI) - math.log(b * x), -(away / b + 1.0) / x
    return a * math.log(b) - math.lgamma(a) + (a - 1.0) * math.log(x) - b * x, (a - 1.0) / x - b  # Gamma


@njit(nogil=True, error_model="numpy")
def constrain(code: int, a: float, b: float, z: float) -> tuple[float, float, float, float]:
    """Map an unbounded ``z`` to its parameter: value, d value / dz, log prior with Jacobian, its derivative."""
    if code == 0:  # Normal
        away = (z - a) / b
        return z, 1.0, -0.5 * (away * away + LOG_TWO_PI) - math.log(b), -away / b
    if code == 3:  # Beta, by the logit
        x = 1.0 / (1.0 + math.exp(-z))
        norm = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
        log_x, log_rest = -math.log1p(math.exp(-z)), -math.log1p(math.exp(z))
        return x, x * (1.0 - x), a * log_x + b * log_rest - norm, a * (1.0 - x) - b * x
    if code == 1:  # HalfNormal, by its quantiles: z is standard normal, so a value near zero has no long tail in z
        x, unit_slope = half_normal_quantile(z)
        return a * x, a * unit_slope, -0.5 * (z * z + LOG_TWO_PI), -z
    if code == 2:  # LogNormal, by the logarithm
        x = math.exp(z)
        value, slope = log_density(code, a, b, x)
        return x, x, value + z, slope * x + 1.0
    # Gamma: on the scale of half-normal quantiles too, which tames its tail towards zero whatever its shape
    size = a / b
    x, unit_slope = half_normal_quantile(z)
    value, slope = log_density(code, a, b, size * x)
    log_slope = 0.5 * (x * x - z * z) + math.log(0.5 * size)
    return size * x, size * unit_slope, value + log_slope, slope * size * unit_slope + x * unit_slope - z


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
def column_scales(groups: Any, positions: Any, theta: Any, out: Any) -> None:
    """Fill ``out`` with the sampled scale of every column; 1 where its group has none."""
    for k in range(groups.shape[0]):
        out[k] = theta[positions[groups[k]]] if groups[k] >= 0 else 1.0


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def posterior_precision(gram: Any, scales: Any, noise: float, out: Any) -> bool:
    """Fill ``out`` with the Cholesky factor of M = noise^2 I + D Z'Z D."""
    size = gram.shape[0]
    for i in range(size):
        for j in range(i + 1):
            out[i, j] = scales[i] * gram[i, j] * scales[j]
        out[i, i] += noise * noise
    return cholesky(out)


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def normal_node(
    residual: Any, design_t: Any, gram: Any, groups: Any, positions: Any, noise_at: int, theta: Any, pull: Any, grad: Any
) -> float:
    """Return log p(residual) with the baseline integrated out; fill ``pull`` with d log p / d mean, add to ``grad``."""
    weeks, size, noise = residual.shape[0], gram.shape[0], theta[noise_at]
    variance = noise * noise
    scales, right, middle = np.empty(size), np.empty(size), np.empty(size)
    column_scales(groups, positions, theta, scales)
    factor, inverse = np.empty((size, size)), np.empty((size, size))
    if not posterior_precision(gram, scales, noise, factor):
        return -np.inf
    invert_lower(factor, inverse)
    project(design_t, residual, right)
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
        if groups[k] >= 0:
            at = positions[groups[k]]
            grad[at] += (weight * weight - (1.0 - variance * diagonal)) / theta[at]
        coefficient = scales[k] * weight
        for week in range(weeks):
            pull[week] -= design_t[k, week] * coefficient
    squares, rest = 0.0, 0.0
    for week in range(weeks):
        squares += residual[week] * residual[week]
        rest += pull[week] * pull[week]
        pull[week] /= variance
    grad[noise_at] += (rest / variance - (weeks - size) - variance * trace) / noise
    return -0.5 * (
        weeks * LOG_TWO_PI + 2.0 * (weeks - size) * math.log(noise) + log_det + (squares - explained) / variance
    )


@njit(nogil=True, error_model="numpy")
def _digamma(x: float) -> float:
    total = 0.0
    while x < 6.0:
        total -= 1.0 / x
        x += 1.0
    inverse = 1.0 / (x * x)
    series = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132))))
    return total + math.log(x) - 0.5 / x - series


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def student_node(
    residual: Any, design_t: Any, groups: Any, positions: Any, noise_at: int, theta: Any, pull: Any, grad: Any
) -> float:
    """Return log p(residual) under Student-t noise with sampled coefficients; fill ``pull``, add to ``grad``.

    The degrees of freedom and the raw coefficients stand in ``theta`` at ``positions[3]`` and after it.
    """
    weeks, size, noise = residual.shape[0], groups.shape[0], theta[noise_at]
    freedom_at = positions[3]
    freedom, raw_at = theta[freedom_at], positions[3] + 1
    scales = np.empty(size)
    column_scales(groups, positions, theta, scales)
    for k in range(size):
        coefficient = scales[k] * theta[raw_at + k]
        for week in range(weeks):
            residual[week] -= design_t[k, week] * coefficient
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
        _digamma(0.5 * (freedom + 1.0)) - _digamma(0.5 * freedom) - 1.0 / freedom
    )
    for k in range(size):
        by_coefficient = 0.0
        for week in range(weeks):
            by_coefficient += design_t[k, week] * pull[week]
        grad[raw_at + k] += by_coefficient * scales[k]
        if groups[k] >= 0:
            grad[positions[groups[k]]] += by_coefficient * theta[raw_at + k]
    constant = math.lgamma(0.5 * (freedom + 1.0)) - math.lgamma(0.5 * freedom)
    return total + weeks * (constant - 0.5 * math.log(freedom * math.pi) - math.log(noise))


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def log_likelihood(ints: Any, floats: Any, theta: Any, grad: Any) -> float:
    """Return the log likelihood of all nodes at ``theta`` and fill ``grad``, shape (parameters,)."""
    grad[:] = 0.0
    total = 0.0
    for node in range(ints[1]):
        total += node_likelihood(ints, floats, node, theta, grad)
    return total


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def node_likelihood(ints: Any, floats: Any, node: int, theta: Any, grad: Any) -> float:
    """Return the log likelihood of one node and add its derivatives to ``grad``."""
    at = ints[ints[8] + node]
    weeks, window, count = ints[2], ints[9], ints[at + 3]
    exposures = floats[ints[4] : ints[4] + ints[3] * weeks].reshape((ints[3], weeks))
    links = ints[ints[at + 11] : ints[at + 11] + count * 9].reshape((count, 9))
    parts = np.empty((count, 4, weeks))
    kernels = np.zeros((count, 3, weeks + 105))
    means, mean = np.empty(count), np.zeros(weeks)
    curve = np.empty(4)
    for link in range(count):
        _curve(links[link], theta, curve)
        exposure = exposures[links[link, 0]]
        weights = response_with_gradient(links[link, 1:4], curve, exposure, parts[link])
        kernels[link, :, : weights.shape[1]] = weights
        means[link] = parts[link, 0, window:].mean()
        scale = theta[links[link, 4]] / means[link]
        for week in range(weeks):
            mean[week] += scale * parts[link, 0, week]
    pull = np.zeros(weeks)
    value = _observe(ints, floats, at, theta, mean, pull, grad)
    chain, by_curve = np.empty(weeks), np.empty(4)
    for link in range(count):
        contribution, size = theta[links[link, 4]], means[link]
        along = 0.0
        for week in range(weeks):
            along += pull[week] * parts[link, 0, week]
        grad[links[link, 4]] += along / size
        for week in range(weeks):
            chain[week] = contribution * pull[week] / size
        drift = contribution * along / (size * size * (weeks - window))
        for week in range(window, weeks):
            chain[week] -= drift
        by_curve[:] = 0.0
        lags = links[link, 3]
        pull_back(kernels[link, :, :lags], exposures[links[link, 0]], parts[link], chain, by_curve)
        for k in range(4):
            if links[link, 5 + k] >= 0:
                grad[links[link, 5 + k]] += by_curve[k]
    return value


@njit(nogil=True, error_model="numpy")
def _curve(link: Any, theta: Any, out: Any) -> None:
    for k in range(4):
        out[k] = theta[link[5 + k]] if link[5 + k] >= 0 else 1.0


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _observe(ints: Any, floats: Any, at: int, theta: Any, mean: Any, pull: Any, grad: Any) -> float:
    """Return log p(observed weeks) and spread its derivative by the mean over all weeks."""
    seen, size = ints[at + 1], ints[at + 2]
    series = floats[ints[at + 4] : ints[at + 4] + seen]
    design_t = floats[ints[at + 5] : ints[at + 5] + size * seen].reshape((size, seen))
    gram = floats[ints[at + 6] : ints[at + 6] + size * size].reshape((size, size))
    index = ints[ints[at + 7] : ints[at + 7] + seen]
    groups = ints[ints[at + 8] : ints[at + 8] + size]
    positions = ints[ints[at + 9] : ints[at + 9] + 4]
    residual, by_mean = np.empty(seen), np.empty(seen)
    for k in range(seen):
        residual[k] = series[k] - mean[index[k]]
    if ints[at] == 1:
        value = student_node(residual, design_t, groups, positions, ints[at + 10], theta, by_mean, grad)
    else:
        value = normal_node(residual, design_t, gram, groups, positions, ints[at + 10], theta, by_mean, grad)
    for k in range(seen):
        pull[index[k]] = by_mean[k]
    return value


@njit(nogil=True, error_model="numpy")
def constrain_all(ints: Any, floats: Any, z: Any, theta: Any, slope: Any, by_z: Any) -> float:
    """Map the unbounded vector to parameters; return the log prior with Jacobian and fill its derivatives."""
    codes, a, b = ints[5], ints[6], ints[7]
    total = 0.0
    for k in range(ints[0]):
        theta[k], slope[k], value, by_z[k] = constrain(ints[codes + k], floats[a + k], floats[b + k], z[k])
        total += value
    return total


@njit(nogil=True, error_model="numpy")
def total_priors(ints: Any, floats: Any, theta: Any, grad: Any) -> float:
    """Return what the joint prior of contributions has beyond its gamma factors and add its derivatives to ``grad``.

    See :class:`omnimix.mechanics.parameters.TotalPrior`.
    """
    value = 0.0
    for node in range(ints[1]):
        at = ints[ints[8] + node]
        count, members, numbers = ints[at + 12], ints[at + 13], ints[at + 15]
        if count == 0:
            continue
        total = 0.0
        for k in range(count):
            total += theta[ints[members + k]]
        wanted, by_wanted = log_density(ints[at + 14], floats[numbers], floats[numbers + 1], total)
        implied, by_implied = log_density(4, floats[numbers + 2], floats[numbers + 3], total)
        value += wanted - implied
        for k in range(count):
            grad[ints[members + k]] += by_wanted - by_implied
    return value


@njit(nogil=True, error_model="numpy")
def log_posterior(ints: Any, floats: Any, z: Any, grad: Any) -> float:
    """Return log prior + log likelihood on the unbounded scale and fill the gradient, shape (parameters,)."""
    count = ints[0]
    theta, slope, by_z = np.empty(count), np.empty(count), np.empty(count)
    total = constrain_all(ints, floats, z, theta, slope, by_z)
    total += log_likelihood(ints, floats, theta, grad)
    total += total_priors(ints, floats, theta, grad)
    for k in range(count):
        grad[k] = grad[k] * slope[k] + by_z[k]
    return total


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def node_mean(ints: Any, floats: Any, node: int, theta: Any, out: Any) -> None:
    """Fill ``out``, shape (weeks,), with the media part of a node's mean on the model's scale."""
    at = ints[ints[8] + node]
    weeks, window, count = ints[2], ints[9], ints[at + 3]
    exposures = floats[ints[4] : ints[4] + ints[3] * weeks].reshape((ints[3], weeks))
    links = ints[ints[at + 11] : ints[at + 11] + count * 9].reshape((count, 9))
    curve, seen = np.empty(4), np.empty(weeks)
    out[:] = 0.0
    for link in range(count):
        _curve(links[link], theta, curve)
        response(links[link, 1:4], curve, exposures[links[link, 0]], seen)
        scale = theta[links[link, 4]] / seen[window:].mean()
        for week in range(weeks):
            out[week] += scale * seen[week]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def draw_baseline(ints: Any, floats: Any, node: int, theta: Any, normals: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, terms), with coefficients in units of their prior sd, drawn from their conditional.

    Given the other parameters the coefficients are Gaussian with mean D w and covariance noise^2 D M^{-1} D (see
    the head of this module); ``normals`` are standard normal numbers of the same shape. For Student-t noise the
    coefficients were sampled and are only put in place.
    """
    at = ints[ints[8] + node]
    seen, size = ints[at + 1], ints[at + 2]
    series = floats[ints[at + 4] : ints[at + 4] + seen]
    design_t = floats[ints[at + 5] : ints[at + 5] + size * seen].reshape((size, seen))
    gram = floats[ints[at + 6] : ints[at + 6] + size * size].reshape((size, size))
    index = ints[ints[at + 7] : ints[at + 7] + seen]
    groups = ints[ints[at + 8] : ints[at + 8] + size]
    positions = ints[ints[at + 9] : ints[at + 9] + 4]
    scales, right, middle = np.empty(size), np.empty(size), np.empty(size)
    factor, inverse = np.empty((size, size)), np.empty((size, size))
    mean, residual = np.empty(ints[2]), np.empty(seen)
    for draw in range(theta.shape[0]):
        column_scales(groups, positions, theta[draw], scales)
        if ints[at] == 1:
            for k in range(size):
                out[draw, k] = scales[k] * theta[draw, positions[3] + 1 + k]
            continue
        noise = theta[draw, ints[at + 10]]
        node_mean(ints, floats, node, theta[draw], mean)
        for k in range(seen):
            residual[k] = series[k] - mean[index[k]]
        posterior_precision(gram, scales, noise, factor)
        invert_lower(factor, inverse)
        project(design_t, residual, right)
        for i in range(size):
            middle[i] = noise * normals[draw, i]
            for k in range(i + 1):
                middle[i] += inverse[k, i] * scales[k] * right[k]
        for k in range(size):
            total = 0.0
            for i in range(k, size):
                total += inverse[k, i] * middle[i]
            out[draw, k] = scales[k] * total
