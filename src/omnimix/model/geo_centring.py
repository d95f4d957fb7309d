r"""How deviations of geos are sampled: by themselves, as what a channel brings in the geo, or in between. Compiled.

With m = log beta - middle and a weight w of 0 to 1 for every channel and geo,

    u ~ N(w m, tau^w)        z = (u - w m) / tau^w        beta_g = beta exp(tau z)

w = 0 samples z: right where a geo's weeks say little, for then z is what its prior says. w = 1 samples log beta_g:
right where they say much, for then tau and beta move z and leave beta_g where it is. Whatever the weights, the
posterior is the same. This is the partially non-centred form of Papaspiliopoulos, Roberts and Skold (2003) and the
one of Gorinova, Moore and Hoffman (2020). What may be negative has no logarithm: there m is left out.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from omnimix.machine_code import OUTER


@njit(**OUTER)
def _middle(own: Any, row: Any, theta: Any) -> float:
    """Return m, which a channel's deviations are centred at."""
    return math.log(theta[row.contribution]) - own.middle if own.located == 1 else 0.0


@njit(**OUTER)
def place_deviations(data: Any, u: Any, theta: Any, by_z: Any) -> float:
    """Put the deviations z of ``u`` into ``theta``; return what that adds to the log prior of ``constrain_all``."""
    value = 0.0
    for k in range(data.effects.shape[0]):
        own, row = data.effects[k], data.tables.effects[k]
        if own.spread < 0:
            continue
        middle, log_spread = _middle(own, row, theta), math.log(theta[own.spread])
        for g in range(data.centring.shape[1]):
            weight, at = data.centring[k, g], own.first + g
            z = (u[at] - weight * middle) * math.exp(-weight * log_spread)
            value += 0.5 * (u[at] * u[at] - z * z) - weight * log_spread
            theta[at], by_z[at] = z, -z
    return value


@njit(**OUTER)
def pull_deviations(data: Any, theta: Any, by_z: Any, grad: Any) -> None:
    """Turn derivatives by z, prior included, into those by u, by tau and by beta; takes ``by_z`` of z in."""
    for k in range(data.effects.shape[0]):
        own, row = data.effects[k], data.tables.effects[k]
        if own.spread < 0:
            continue
        spread = theta[own.spread]
        for g in range(data.centring.shape[1]):
            weight, at = data.centring[k, g], own.first + g
            by_deviation, size = grad[at] + by_z[at], spread**-weight
            grad[at], by_z[at] = by_deviation * size, 0.0
            grad[own.spread] -= weight * (by_deviation * theta[at] + 1.0) / spread
            if own.located == 1:
                grad[row.contribution] -= weight * by_deviation * size / theta[row.contribution]
