r"""Adstock: how the effect of one week's exposure spreads over the weeks after it.

A carryover kernel is a set of weights over lags 0..max_lag that sum to one, so that adstock moves exposure in
time and never creates any. Every kernel is stated by the logarithm of its weight; :func:`lag_weights`
normalises it and carries the derivatives through. One kernel is a mixture: its fast part is stated like the others,
its slow part is mixed in after.

To add a kernel: write its formula, add a branch to :func:`_log_weight`, add its record to ``ADSTOCKS``. The
density, the engine, the laws, the docs and the plots read that table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from omnimix.curves.elementary import exp, log
from omnimix.curves.record import Curve, CurveParameter
from omnimix.machine_code import CONTRACT, FORMULA, INSIDE

SLOWER = 3.0  # half-lives of the fast part in one of the slow part


@njit(fastmath=CONTRACT, **FORMULA)
def _gamma(lag: int, retention: float, delay: float) -> tuple[float, float, float]:
    return delay * log(lag + 1.0) + lag * log(retention), lag / retention, log(lag + 1.0)


@njit(fastmath=CONTRACT, **FORMULA)
def _geometric(lag: int, retention: float, _: float) -> tuple[float, float, float]:
    return lag * log(retention), lag / retention, 0.0


@njit(fastmath=CONTRACT, **FORMULA)
def _delayed(lag: int, retention: float, peak: float) -> tuple[float, float, float]:
    away = lag - peak
    return away * away * log(retention), away * away / retention, -2.0 * away * log(retention)


@njit(fastmath=CONTRACT, **FORMULA)
def _weibull(lag: int, scale: float, shape: float) -> tuple[float, float, float]:
    logarithm = log((lag + 1.0) / scale)
    power = exp(shape * logarithm)
    value = log(shape / scale) + (shape - 1.0) * logarithm - power
    return value, shape * (power - 1.0) / scale, 1.0 / shape + logarithm * (1.0 - power)


@njit(fastmath=CONTRACT, **FORMULA)
def _none(lag: int, _: float, __: float) -> tuple[float, float, float]:
    return (0.0, 0.0, 0.0) if lag == 0 else (-np.inf, 0.0, 0.0)


@njit(fastmath=CONTRACT, **INSIDE)
def _log_weight(code: int, lag: int, p0: float, p1: float) -> tuple[float, float, float]:
    if code in (0, 5):
        return _gamma(lag, p0, p1)
    if code == 1:
        return _geometric(lag, p0, p1)
    if code == 2:
        return _delayed(lag, p0, p1)
    if code == 3:
        return _weibull(lag, p0, p1)
    if code == 4:
        return _none(lag, p0, p1)
    return np.nan, np.nan, np.nan  # a record without its branch here must not pass for no carryover


@njit(error_model="numpy", forceinline=True)
def _mix_in_slow(retention: float, share: float, out: Any) -> None:
    """Make the weights ``out[0]`` the fast part of a kernel whose slow part fades ``SLOWER`` times as slowly."""
    lags = out.shape[1]
    pace, whole, mean = exp(log(retention) / SLOWER), 0.0, 0.0
    slow = np.empty(lags)
    for lag in range(lags):
        slow[lag] = pace**lag
        whole += slow[lag]
        mean += lag * slow[lag]
    for lag in range(lags):
        slow[lag] /= whole
        by_retention = slow[lag] * (lag - mean / whole) / (SLOWER * retention)
        out[3, lag] = slow[lag] - out[0, lag]
        out[0, lag] += share * out[3, lag]
        out[1, lag] += share * (by_retention - out[1, lag])
        out[2, lag] *= 1.0 - share


@njit(error_model="numpy", forceinline=True)
def lag_weights(code: int, p0: float, p1: float, p2: float, lags: int) -> Any:
    """Return the normalised weights of ``lags`` lags and their derivatives, shape (4, lags).

    Row 0 holds the weights, rows 1 to 3 the derivatives by the three parameters.

    >>> lag_weights(1, 0.5, 0.0, 0.0, 3)[0].round(3)
    array([0.571, 0.286, 0.143])
    """
    out = np.empty((4, lags))
    top = -np.inf
    for lag in range(lags):
        out[0, lag], out[1, lag], out[2, lag] = _log_weight(code, lag, p0, p1)
        top = max(top, out[0, lag])
    total = 0.0
    for lag in range(lags):
        out[0, lag] = exp(out[0, lag] - top)
        total += out[0, lag]
    mean0, mean1 = 0.0, 0.0
    for lag in range(lags):
        out[0, lag] /= total
        mean0 += out[0, lag] * out[1, lag]
        mean1 += out[0, lag] * out[2, lag]
    for lag in range(lags):
        out[1, lag] = out[0, lag] * (out[1, lag] - mean0)
        out[2, lag] = out[0, lag] * (out[2, lag] - mean1)
        out[3, lag] = 0.0 * out[0, lag]  # stays nan where there is no such curve
    if code == 5:
        _mix_in_slow(p0, p2, out)
    return out


_RETENTION = CurveParameter(
    "retention",
    "Beta",
    (2.0, 3.0),
    "share of the effect that is left over to the next week",
    r"\alpha",
)

_DELAY = CurveParameter("delay", "HalfNormal", (2.0,), "how much later than geometric; 0 is geometric", r"\delta")

ADSTOCKS: dict[str, Curve] = {
    curve.name: curve
    for curve in (
        Curve(
            "two_speed",
            5,
            (
                _RETENTION,
                _DELAY,
                CurveParameter("slow_share", "Beta", (1.0, 6.0), "share of the effect that fades slowly", r"\sigma"),
            ),
            _gamma,
            "a fast part that may peak late, and a slow part with three times its half-life",
            r"w_k = (1-\sigma)\,\frac{(k+1)^{\delta} \alpha^{k}}{\sum_j (j+1)^{\delta} \alpha^{j}}"
            r" + \sigma\,\frac{\alpha^{k/3}}{\sum_j \alpha^{j/3}}",
            "the gamma kernel with a slow share, as short- and long-term effects are told apart",
        ),
        Curve(
            "gamma",
            0,
            (_RETENTION, _DELAY),
            _gamma,
            "rises to a peak and then fades; contains the geometric kernel at delay 0",
            r"w_k \propto (k+1)^{\delta} \alpha^{k}",
            "gamma distributed lag, Schmidt 1974; used here with geometric as its border",
        ),
        Curve(
            "geometric",
            1,
            (_RETENTION,),
            _geometric,
            "largest in the week itself, then fades by the same share every week",
            r"w_k \propto \alpha^{k}",
            "Koyck 1954; Jin et al. 2017, eq. 1",
        ),
        Curve(
            "delayed",
            2,
            (
                CurveParameter(
                    "retention", "Beta", (2.0, 3.0), "how slowly the effect fades around its peak", r"\alpha"
                ),
                CurveParameter("peak", "HalfNormal", (2.0,), "week in which the effect is largest", r"\theta"),
            ),
            _delayed,
            "a bell around a peak week",
            r"w_k \propto \alpha^{(k-\theta)^2}",
            "Jin et al. 2017, eq. 2",
        ),
        Curve(
            "weibull",
            3,
            (
                CurveParameter(
                    "lag_scale", "LogNormal", (0.7, 0.6), "weeks within which most of the effect falls", r"\lambda"
                ),
                CurveParameter(
                    "lag_shape", "LogNormal", (0.2, 0.4), "1 is exponential fading; above 1 rises first", r"s"
                ),
            ),
            _weibull,
            "Weibull density over lags",
            r"w_k \propto (\tfrac{k+1}{\lambda})^{s-1} e^{-((k+1)/\lambda)^{s}}",
            "Weibull density as carryover, as in Robyn",
        ),
        Curve("none", 4, (), _none, "the effect falls in the week itself", r"w_0 = 1", ""),
    )
}
