"""The density and its gradient in one compiled pass over arrays that describe the nodes.

Everything travels in two flat arrays (``ints``, ``floats``), laid out by :mod:`omnimix.model.layout`; a new funnel
therefore needs no new machine code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from omnimix.mechanics.response import REASSOCIATE, pull_back, response, response_with_gradient
from omnimix.model.constrain import constrain_all, total_priors
from omnimix.model.observe import (
    column_scales,
    invert_lower,
    normal_node,
    posterior_precision,
    project,
    student_node,
)


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
