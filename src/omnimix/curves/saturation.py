r"""Saturation: how the effect of a week flattens as its carried-over exposure grows.

``u`` is the exposure after adstock in typical weeks (1 = the median running week), so ``half_saturation`` reads
"how many typical weeks at once reach half of the ceiling". The ceiling itself is no parameter: the model
scales each curve by its mean over the training weeks (see :mod:`omnimix.mechanics.response`).

To add a curve: write its formula, add a branch to :func:`saturate`, add its record to ``SATURATIONS``.
"""

from __future__ import annotations

import math

from numba import njit

from omnimix.curves.record import Curve, Parameter

_ARTANH_HALF = 0.5493061443340549  # artanh(1/2): puts the logistic curve at one half where u = half_saturation


@njit(inline="always")
def _hill(u: float, half_saturation: float, slope: float) -> tuple[float, float, float, float]:
    if u <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    distance = math.log(u / half_saturation)
    value = 1.0 / (1.0 + math.exp(-slope * distance))
    bend = value * (1.0 - value)
    return value, bend * slope / u, -bend * slope / half_saturation, bend * distance


@njit(inline="always")
def _logistic(u: float, half_saturation: float, _: float) -> tuple[float, float, float, float]:
    value = math.tanh(_ARTANH_HALF * u / half_saturation)
    bend = (1.0 - value * value) * _ARTANH_HALF / half_saturation
    return value, bend, -bend * u / half_saturation, 0.0


@njit(inline="always")
def _michaelis_menten(u: float, half_saturation: float, _: float) -> tuple[float, float, float, float]:
    below = u + half_saturation
    return u / below, half_saturation / (below * below), -u / (below * below), 0.0


@njit(inline="always")
def _none(u: float, _: float, __: float) -> tuple[float, float, float, float]:
    return u, 1.0, 0.0, 0.0


@njit(error_model="numpy", inline="always")
def saturate(code: int, u: float, p0: float, p1: float) -> tuple[float, float, float, float]:
    """Return the saturated value at ``u`` and its derivatives by ``u`` and the two parameters.

    >>> saturate(2, 1.0, 1.0, 0.0)[0]
    0.5
    """
    if code == 0:
        return _hill(u, p0, p1)
    if code == 1:
        return _logistic(u, p0, p1)
    if code == 2:
        return _michaelis_menten(u, p0, p1)
    return _none(u, p0, p1)


_HALF = Parameter(
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
            "hill",
            0,
            (
                _HALF,
                Parameter(
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
