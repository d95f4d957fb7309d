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
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.machine_code import INSIDE, OUTER, REASSOCIATE
from omnimix.model.likelihood import factorise
from omnimix.model.transforms import LOG_TWO_PI


class Baselines(NamedTuple):
    """The linear part of a node: ``shared`` and ``own`` are D and Delta."""

    design: Any  # (terms, weeks)
    gram: Any  # (terms, terms)
    shared: Any  # (terms,)
    own: Any  # (terms,)


class Factors(NamedTuple):
    """What the likelihood and the draws of baselines need of C and C1."""

    inverse: Any  # M^-1
    inverse_first: Any  # M1^-1
    total: Any  # F
    length: float  # |a|
    ridge: float  # s
    log_rest: float  # log |M|
    log_first: float  # log |M1|


class Pulls(NamedTuple):
    """Derivatives of the log likelihood, filled by it."""

    residual: Any  # (geos, weeks)
    noise: Any  # (geos,)
    shared: Any  # (terms,)
    own: Any  # (terms,)


@njit(fastmath=REASSOCIATE, **INSIDE)
def _invert(baseline: Any, scales: Any, ridge: float, inverse: Any) -> float:
    """Fill ``inverse`` with (ridge I + S Z'Z S)^-1, S the scales, and return the log determinant; -inf: none."""
    size = scales.shape[0]
    upper, root = np.empty((size, size)), np.empty((size, size))
    log_determinant = factorise(baseline.design, baseline.gram, scales, math.sqrt(ridge), upper, root)
    if log_determinant == -np.inf:
        return log_determinant
    for i in range(size):
        for j in range(i, size):
            total = 0.0
            for k in range(j, size):
                total += root[i, k] * root[j, k]
            inverse[i, j] = inverse[j, i] = total
    return log_determinant


@njit(**OUTER)
def geo_factors(baseline: Any, noise: Any, common: float) -> Any:
    """Factorise what geos have of their own and what they share; ``common`` is the size of common shocks."""
    size, precision = baseline.own.shape[0], 0.0
    for g in range(noise.shape[0]):
        precision += 1.0 / (noise[g] * noise[g])
    ridge, total = 1.0 + precision * common * common, np.empty(size)
    for k in range(size):
        total[k] = math.sqrt(baseline.own[k] ** 2 + precision * baseline.shared[k] ** 2)
    inverse, inverse_first = np.empty((size, size)), np.empty((size, size))
    log_rest = _invert(baseline, baseline.own, 1.0, inverse)
    log_first = _invert(baseline, total, ridge, inverse_first)
    return Factors(inverse, inverse_first, total, math.sqrt(precision), ridge, log_rest, log_first)


@njit(fastmath=REASSOCIATE, **INSIDE)
def _explain(baseline: Any, scales: Any, inverse: Any, series: Any, weight: Any) -> float:
    """Take S Z' (what the linear part explains) out of a series: fill w = M^-1 S Z' x, return w' S Z' x, x -= Z S w."""
    size, weeks = scales.shape[0], series.shape[0]
    part, explained = np.empty(size), 0.0
    for k in range(size):
        total = 0.0
        for week in range(weeks):
            total += baseline.design[k, week] * series[week]
        part[k] = scales[k] * total
    for k in range(size):
        total = 0.0
        for j in range(size):
            total += inverse[k, j] * part[j]
        weight[k] = total
        explained += total * part[k]
        factor = scales[k] * total
        for week in range(weeks):
            series[week] -= factor * baseline.design[k, week]
    return explained


@njit(fastmath=REASSOCIATE, **INSIDE)
def _squares(series: Any) -> float:
    total = 0.0
    for week in range(series.shape[0]):
        total += series[week] * series[week]
    return total


@njit(fastmath=REASSOCIATE, **INSIDE)
def _of_geos(residual: Any, baseline: Any, noise: Any, factors: Any, pulls: Any, first: Any, along: Any) -> float:
    """Add up all geos as if they shared nothing: fill C^-1 e_g in the pulls, q, and sum of (Delta z_k' C^-1 e_g)^2."""
    geos, weeks = residual.shape
    value, weight = 0.0, np.empty(along.shape[0])
    for g in range(geos):
        scaled, part = pulls.residual[g], 1.0 / (noise[g] * factors.length)
        for week in range(weeks):
            scaled[week] = residual[g, week] / noise[g]
            first[week] += scaled[week] * part
        value += _squares(scaled) + 2.0 * weeks * math.log(noise[g])
        value -= _explain(baseline, baseline.own, factors.inverse, scaled, weight)
        for k in range(along.shape[0]):
            along[k] += weight[k] * weight[k]
    return value


@njit(fastmath=REASSOCIATE, **INSIDE)
def _by_noise(residual: Any, noise: Any, length: float, difference: Any, by_precision: float, pulls: Any) -> None:
    """Fill the derivatives by residuals and noise; ``difference`` is C^-1 q - C1^-1 q."""
    geos, weeks = residual.shape
    across, all_across = np.empty(geos), 0.0
    for g in range(geos):
        total = 0.0
        for week in range(weeks):
            total += residual[g, week] * difference[week]
        across[g] = total / noise[g]
        all_across += across[g] / (noise[g] * length)
    for g in range(geos):
        a, by_a = 1.0 / noise[g], 0.0
        for week in range(weeks):
            by_scaled = a / length * difference[week] - pulls.residual[g, week]
            by_a += residual[g, week] * by_scaled
            pulls.residual[g, week] = a * by_scaled
        by_a += (across[g] - a / length * all_across) / length + 2.0 * a * by_precision + weeks * noise[g]
        pulls.noise[g] = -a * a * by_a


@njit(fastmath=REASSOCIATE, **OUTER)
def geo_likelihood(residual: Any, baseline: Any, noise: Any, common: float, pulls: Any) -> tuple[float, float]:
    """Return log p of the residuals, shape (geos, weeks), and its derivative by the size of common shocks.

    Fills ``pulls`` with the derivatives by the residuals, by every geo's noise, and by D and Delta.
    """
    geos, weeks = residual.shape
    size, own, shared = baseline.own.shape[0], baseline.own, baseline.shared
    factors = geo_factors(baseline, noise, common)
    if factors.log_rest == -np.inf or factors.log_first == -np.inf:
        return -np.inf, 0.0
    ridge, precision = factors.ridge, factors.length * factors.length
    first, along, weight = np.zeros(weeks), np.zeros(size), np.empty(size)
    value = _of_geos(residual, baseline, noise, factors, pulls, first, along)
    value += (geos - 1.0) * factors.log_rest + factors.log_first
    value += (weeks - size) * math.log(ridge) + weeks * geos * LOG_TWO_PI
    squares, alone, together = _squares(first), first.copy(), first.copy()
    value -= squares - _explain(baseline, own, factors.inverse, alone, weight)  # what q has if geos shared nothing
    for k in range(size):
        more = along[k] - weight[k] * weight[k] - (geos - 1.0) * (1.0 - factors.inverse[k, k])
        pulls.own[k] = more / own[k]
    value += (squares - _explain(baseline, factors.total, factors.inverse_first, together, weight)) / ridge
    trace, by_precision = 0.0, 0.0
    for k in range(size):
        trace += factors.inverse_first[k, k]
        free = 1.0 - ridge * factors.inverse_first[k, k]
        by_square = -0.5 * (free - weight[k] * weight[k]) / (factors.total[k] * factors.total[k])
        pulls.own[k] += 2.0 * by_square * own[k]
        pulls.shared[k] = 2.0 * by_square * precision * shared[k]
        by_precision += by_square * shared[k] * shared[k]
    for week in range(weeks):
        together[week] /= ridge
        alone[week] -= together[week]
    by_ridge = -0.5 * ((weeks - size) / ridge + trace - _squares(together))
    _by_noise(residual, noise, factors.length, alone, by_precision + by_ridge * common * common, pulls)
    return -0.5 * value, 2.0 * by_ridge * precision * common
