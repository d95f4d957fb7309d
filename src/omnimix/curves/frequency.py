r"""Reach and frequency: what a person reached is worth by how often, in a week. Compiled.

With R the reach of a week and F its frequency, what is carried over is not exposure but::

    x(t) = R(t) h(F(t))        h(F) = F^a / (F^a + k^a)

so that twice the people at one frequency do twice as much, and a contact more to the same people does less and less,
or, with a > 1, first more and then less. No saturation follows: reach has its ceiling in itself. With d = log(F / k)::

    dx/da = x (1 - h) d        dx/dk = -x (1 - h) a / k

At the same money, that is the same contacts R F, x is in proportion to h(F) / F. Its derivative is zero where
F^a = (a - 1) k^a; a contact more than one never pays where a <= 1, and nobody is reached less than once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from omnimix.curves.elementary import exp, log
from omnimix.curves.record import Curve, CurveParameter
from omnimix.machine_code import CONTRACT, INSIDE

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

FREQUENCY_SLOPE, HALF_FREQUENCY = "frequency_slope", "half_frequency"
MET, BY_SLOPE, BY_HALF, ROWS = 0, 1, 2, 3  # rows of what a reached effect leaves: x, dx/da, dx/dk; and their number


@njit(fastmath=CONTRACT, **INSIDE)
def meet(reach: Any, log_frequency: Any, slope: float, half: float, out: Any) -> None:
    """Fill ``out``, shape (ROWS, weeks), with x and its derivatives; ``log_frequency`` is the logarithm of F."""
    middle = log(half)
    for week in range(out.shape[1]):
        distance = log_frequency[week] - middle
        worth = 1.0 / (1.0 + exp(-slope * distance))
        met = reach[week] * worth
        left = met * (1.0 - worth)
        out[MET, week], out[BY_SLOPE, week], out[BY_HALF, week] = met, left * distance, -left * slope / half


def worth_of(frequency: Array | float, slope: Array | float, half: Array | float) -> Array:
    """Return h(F): what a person reached so often is worth, between 0 and 1; arguments go together as arrays do.

    >>> worth_of(3.0, 1.5, 3.0)
    array(0.5)
    """
    with np.errstate(over="ignore"):  # so far below that nothing is left
        return np.asarray(1.0 / (1.0 + (np.asarray(half) / frequency) ** slope))


def best_of(slope: Array, half: Array) -> Array:
    """Return the frequency at which the same contacts do most: argmax of h(F) / F over F >= 1.

    >>> best_of(np.array([0.8, 2.0, 1.5]), np.array([3.0, 3.0, 1.0]))
    array([1., 3., 1.])
    """
    above = np.maximum(slope - 1.0, 0.0)
    return np.asarray(np.maximum(1.0, half * above ** (1.0 / slope)))


# The response to what is carried over is a straight line, so the code is that of the saturation "none".
FREQUENCY = Curve(
    "frequency",
    3,
    (
        CurveParameter(
            FREQUENCY_SLOPE,
            "LogNormal",
            (0.4054651081081644, 0.4),
            "1 or less: the first contact of a week does most; above 1 a person has to be met more than once",
            r"a",
        ),
        CurveParameter(
            HALF_FREQUENCY,
            "LogNormal",
            (1.0986122886681098, 0.5),
            "contacts of a person in a week that do half of what any number of them can",
            r"k",
        ),
    ),
    meet,
    "reach times what a person reached is worth at the frequency of the week",
    r"R\,\frac{F^{a}}{F^{a} + k^{a}}",
    "Jin et al. 2017, eq. 5, of frequency; the media of reach and frequency of Google's Meridian (2024)",
)
