"""From unbounded numbers to parameters with their prior density and derivatives. Compiled.

The codes of the families are those of :data:`omnimix.spec.FAMILIES`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.machine_code import OUTER

LOG_TWO_PI = math.log(2 * math.pi)
SQRT_HALF = math.sqrt(0.5)


@njit(**OUTER)
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


@njit(**OUTER)
def half_normal_quantile(z: float) -> tuple[float, float]:
    """Return the half-normal value below which lies the same probability as below ``z``, and its derivative."""
    if z < -5.0:  # far below, half-normal and uniform density are one; the quantile would lose its digits
        x = math.sqrt(0.5 * math.pi) * 0.5 * math.erfc(-z * SQRT_HALF)
    else:
        x = -normal_quantile(0.25 * math.erfc(z * SQRT_HALF))
    return x, 0.5 * math.exp(0.5 * (x * x - z * z))


@njit(**OUTER)
def digamma(x: float) -> float:
    """Return the derivative of the log gamma function: recursion up to 6, then the asymptotic series."""
    total = 0.0
    while x < 6.0:
        total -= 1.0 / x
        x += 1.0
    inverse = 1.0 / (x * x)
    series = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132))))
    return total + math.log(x) - 0.5 / x - series


@njit(**OUTER)
def log_density(code: int, a: float, b: float, x: float) -> tuple[float, float]:
    """Return the log density of a positive family at ``x`` and its derivative."""
    if code == 1:  # HalfNormal
        return 0.5 * math.log(2 / math.pi) - math.log(a) - 0.5 * x * x / (a * a), -x / (a * a)
    if code == 2:  # LogNormal
        away = (math.log(x) - a) / b
        return -0.5 * (away * away + LOG_TWO_PI) - math.log(b * x), -(away / b + 1.0) / x
    return a * math.log(b) - math.lgamma(a) + (a - 1.0) * math.log(x) - b * x, (a - 1.0) / x - b  # Gamma


@njit(**OUTER)
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


@njit(**OUTER)
def constrain_all(parameters: Any, z: Any, theta: Any, slope: Any, by_z: Any) -> float:
    """Map the unbounded vector to parameters; return the log prior with Jacobian and fill its derivatives.

    A parameter that follows an earlier one, its leader, stands at the leader's place on the unbounded scale plus its
    looseness times a standard normal number, which is what is sampled; see :func:`pull_followers`. Where a looseness
    has a spread, another earlier parameter, it is multiplied by that: how far members of a pool lie apart is learned.
    """
    place = np.empty(z.shape[0])
    total = 0.0
    for k in range(z.shape[0]):
        row = parameters[k]
        place[k] = z[k]
        if row.leader >= 0:
            spread = theta[row.spread] if row.spread >= 0 else 1.0
            place[k] = place[row.leader] + row.looseness * spread * z[k]
        theta[k], slope[k], value, by_z[k] = constrain(row.family, row.first, row.second, place[k])
        if row.leader >= 0:
            value, by_z[k] = -0.5 * (z[k] * z[k] + LOG_TWO_PI), 0.0
        total += value
    return total


@njit(**OUTER)
def pull_followers(parameters: Any, z: Any, theta: Any, slope: Any, grad: Any) -> None:
    """Turn derivatives by places on the unbounded scale into derivatives by what is sampled, from last to first."""
    for k in range(z.shape[0] - 1, -1, -1):
        row = parameters[k]
        if row.leader < 0:
            continue
        loose = row.looseness
        if row.spread >= 0:
            grad[row.spread] += grad[k] * loose * z[k] * slope[row.spread]
            loose *= theta[row.spread]
        grad[row.leader] += grad[k]
        grad[k] = loose * grad[k] - z[k]
