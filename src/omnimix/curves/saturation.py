r"""Saturation: how the effect of a week flattens as its carried-over exposure grows.

``u`` is the exposure after adstock in typical weeks (1 = the median running week), so ``half_saturation`` reads
"how many typical weeks at once reach half of the ceiling". The ceiling itself is no parameter: the model
scales each curve by its mean over the training weeks (see :mod:`omnimix.mechanics.forward`).

To add a curve: write its formula, add a branch to :func:`saturate_weeks`, add its record to ``SATURATIONS``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.curves.elementary import exp, log
from omnimix.curves.record import Curve, CurveParameter
from omnimix.machine_code import CONTRACT, FORMULA, INSIDE

_ARTANH_HALF = 0.5493061443340549  # artanh(1/2): puts the logistic curve at one half where u = half_saturation


@njit(fastmath=CONTRACT, **FORMULA)
def _hill(u: float, half_saturation: float, slope: float) -> tuple[float, float, float, float]:
    runs = not u <= 0.0  # true of nan, which stays nan; without a branch, so that several weeks are worked on at once
    distance = log((u if runs else 1.0) / half_saturation)
    below = 1.0 + exp(-slope * distance)
    value = 1.0 / below
    bend = value * (1.0 - value)
    by_u = bend * slope / (u if runs else 1.0)
    return (
        value if runs else 0.0,
        by_u if runs else 0.0,
        -bend * slope / half_saturation if runs else 0.0,
        bend * distance if runs else 0.0,
    )


@njit(fastmath=CONTRACT, **FORMULA)
def _logistic(u: float, half_saturation: float, _: float) -> tuple[float, float, float, float]:
    value = math.tanh(_ARTANH_HALF * u / half_saturation)
    bend = (1.0 - value * value) * _ARTANH_HALF / half_saturation
    return value, bend, -bend * u / half_saturation, 0.0


@njit(fastmath=CONTRACT, **FORMULA)
def _michaelis_menten(u: float, half_saturation: float, _: float) -> tuple[float, float, float, float]:
    below = u + half_saturation
    return u / below, half_saturation / (below * below), -u / (below * below), 0.0


@njit(fastmath=CONTRACT, **FORMULA)
def _elastic(u: float, elasticity: float, bend: float) -> tuple[float, float, float, float]:
    runs = not u <= 0.0
    logarithm = log(u if runs else 1.0)
    slope, rest = 1.0 + bend, 1.0 - elasticity
    power = exp(slope * logarithm)
    below = rest * power + elasticity
    value = power / below
    by_log = value * elasticity / below  # the derivative by slope times log(u)
    return (
        value if runs else 0.0,
        by_log * slope / (u if runs else 1.0) if runs else 0.0,
        value * (power - 1.0) / below if runs else 0.0,
        by_log * logarithm if runs else 0.0,
    )


@njit(fastmath=CONTRACT, **FORMULA)
def _none(u: float, _: float, __: float) -> tuple[float, float, float, float]:
    return u, 1.0, 0.0, 0.0


@njit(fastmath=CONTRACT, **INSIDE)
def saturate_weeks(code: int, p0: float, p1: float, out: Any) -> None:
    """Saturate ``out[0]``, carried-over exposure a week; rows 1 to 3 get its derivatives by u and both parameters.

    One loop a curve, so that each runs over several weeks at once.
    """
    value, by_u, by_first, by_second = out[0], out[1], out[2], out[3]
    if code == 0:
        for k in range(value.shape[0]):
            value[k], by_u[k], by_first[k], by_second[k] = _hill(value[k], p0, p1)
    elif code == 1:
        for k in range(value.shape[0]):
            value[k], by_u[k], by_first[k], by_second[k] = _logistic(value[k], p0, p1)
    elif code == 2:
        for k in range(value.shape[0]):
            value[k], by_u[k], by_first[k], by_second[k] = _michaelis_menten(value[k], p0, p1)
    elif code == 3:
        for k in range(value.shape[0]):
            value[k], by_u[k], by_first[k], by_second[k] = _none(value[k], p0, p1)
    elif code == 4:
        for k in range(value.shape[0]):
            value[k], by_u[k], by_first[k], by_second[k] = _elastic(value[k], p0, p1)
    else:  # a record without its branch here must not pass for a straight line
        out[:] = np.nan


@njit
def saturate(code: int, u: float, p0: float, p1: float) -> tuple[float, float, float, float]:
    """Return the saturated value at ``u`` and its derivatives by ``u`` and the two parameters.

    >>> saturate(2, 1.0, 1.0, 0.0)[0]
    0.5
    """
    out = np.full((4, 1), u)
    saturate_weeks(code, p0, p1, out)
    return out[0, 0], out[1, 0], out[2, 0], out[3, 0]


_HALF = CurveParameter(
    "half_saturation",
    "LogNormal",
    (0.4054651081081644, 0.8),
    "exposure, in typical weeks, at which half of the ceiling is reached",
    r"h",
)

SATURATIONS: dict[str, Curve] = {
    curve.name: curve
    for curve in (
        Curve(
            "elastic",
            4,
            (
                CurveParameter(
                    "elasticity",
                    "Beta",
                    (1.5, 1.0),
                    "percent more effect for one percent more in a typical week, before the bend; 1 is a straight line",
                    r"\epsilon",
                ),
                CurveParameter(
                    "bend",
                    "Gamma",
                    (1.0, 2.0),
                    "0 flattens from the first euro on; above 0 it starts slowly: an S",
                    r"b",
                ),
            ),
            _elastic,
            "from a straight line to an early ceiling, stated by how it bends at a typical week",
            r"\frac{u^{1+b}}{(1-\epsilon)\, u^{1+b} + \epsilon}",
            "the Hill curve with a slope of at least 1, stated by its elasticity at a typical week, (1 + b) epsilon",
        ),
        Curve(
            "hill",
            0,
            (
                _HALF,
                CurveParameter(
                    "slope",
                    "LogNormal",
                    (0.26236426446749106, 0.35),
                    "1 or less flattens from the start; above 1 is S-shaped: little happens at low levels",
                    r"s",
                ),
            ),
            _hill,
            "flattens towards a ceiling; with a slope above 1 it starts slowly",
            r"\frac{u^{s}}{u^{s} + h^{s}}",
            "Hill 1910; Jin et al. 2017, eq. 5",
        ),
        Curve(
            "logistic",
            1,
            (_HALF,),
            _logistic,
            "nearly straight at first, then flattens to a ceiling",
            r"\tanh\!\left(\operatorname{artanh}(\tfrac12)\, u / h\right)",
            "the logistic saturation of PyMC-Marketing, stated by its half-saturation point",
        ),
        Curve(
            "michaelis_menten",
            2,
            (_HALF,),
            _michaelis_menten,
            "flattens from the first euro on; the Hill curve with slope 1",
            r"\frac{u}{u + h}",
            "Michaelis and Menten 1913",
        ),
        Curve("none", 3, (), _none, "a straight line: twice the exposure, twice the effect", r"u", ""),
    )
}
