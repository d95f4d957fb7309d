r"""How one channel acts on one node, week by week, with derivatives. Compiled; the only place that knows it.

With exposure x in typical weeks, kernel w and saturation S::

    u(t) = sum_k w_k x(t - k)        R(t) = S(u(t))        f(t) = contribution * R(t) / mean_window(R)

``contribution`` is the mean weekly effect over the training window, in units of the outcome: the quantity a
prior can be stated on. The density calls :func:`response_with_gradient` on the training weeks, the engine
:func:`response` on any plan, so that what was fitted and what is reported cannot drift apart.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from omnimix.curves import lag_weights, saturate

REASSOCIATE = {"reassoc", "contract", "nsz"}  # lets sums be vectorised, keeps nan and inf as they are


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def carry_over(exposure: Any, weights: Any, out: Any) -> None:
    """Fill ``out`` with the exposure of every week after carryover; weeks before the first are empty."""
    weeks = exposure.shape[0]
    out[:] = 0.0
    for lag in range(min(weights.shape[0], weeks)):
        weight = weights[lag]
        for week in range(weeks - lag):
            out[week + lag] += weight * exposure[week]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def response(codes: Any, curve: Any, exposure: Any, out: Any) -> None:
    """Fill ``out`` with the unscaled response R.

    ``codes`` holds adstock code, saturation code and number of lags; ``curve`` the two adstock and the two
    saturation parameters; ``exposure`` and ``out`` one value a week.
    """
    weights = lag_weights(codes[0], curve[0], curve[1], codes[2])
    carry_over(exposure, weights[0], out)
    for week in range(out.shape[0]):
        out[week] = saturate(codes[1], out[week], curve[2], curve[3])[0]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def response_with_gradient(codes: Any, curve: Any, exposure: Any, out: Any) -> Any:
    """Fill ``out``, shape (4, weeks), with R and its derivatives by u and both saturation parameters.

    Returns the kernel and its derivatives, shape (3, lags), for :func:`pull_back`.
    """
    weights = lag_weights(codes[0], curve[0], curve[1], codes[2])
    carry_over(exposure, weights[0], out[0])
    for week in range(out.shape[1]):
        out[0, week], out[1, week], out[2, week], out[3, week] = saturate(codes[1], out[0, week], curve[2], curve[3])
    return weights


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def pull_back(weights: Any, exposure: Any, parts: Any, pull: Any, out: Any) -> None:
    """Add to ``out[0:4]`` the derivative by the four curve parameters, given ``pull`` = d log p / d R(t).

    ``pull`` is overwritten.
    """
    weeks = exposure.shape[0]
    third, fourth = 0.0, 0.0
    for week in range(weeks):
        third += pull[week] * parts[2, week]
        fourth += pull[week] * parts[3, week]
        pull[week] *= parts[1, week]
    out[2] += third
    out[3] += fourth
    for lag in range(min(weights.shape[1], weeks)):
        by_weight = 0.0
        for week in range(weeks - lag):
            by_weight += pull[week + lag] * exposure[week]
        out[0] += by_weight * weights[1, lag]
        out[1] += by_weight * weights[2, lag]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def responses_over_draws(codes: Any, curves: Any, scales: Any, exposure: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, weeks), with f for one channel on one node, before its audience.

    ``curves`` has shape (draws, 4); ``scales`` (draws,) is the contribution over the mean response of the data window.
    ``exposure`` in typical weeks has one row for all draws or one a draw.
    """
    weeks = out.shape[1]
    for draw in range(curves.shape[0]):
        row = draw if exposure.shape[0] > 1 else 0
        response(codes, curves[draw], exposure[row], out[draw])
        for week in range(weeks):
            out[draw, week] *= scales[draw]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def carried_over_draws(code: int, lags: int, curves: Any, series: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, weeks), with a series a draw after carryover; ``curves`` has shape (draws, 2)."""
    for draw in range(curves.shape[0]):
        weights = lag_weights(code, curves[draw, 0], curves[draw, 1], lags)
        carry_over(series[draw], weights[0], out[draw])
