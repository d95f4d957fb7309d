r"""What comes through a slow stock, there and back, in one walk over the weeks. Compiled.

With R the response of an effect, s its share that is slow and rho what the stock keeps of itself in a week::

    L(t) = rho L(t-1) + (1 - rho) R(t)        brought(t) = (1 - s) R(t) + s L(t)

Given the derivative p(t) by what is brought, the way back is b(t) = s p(t) + rho b(t+1)::

    by R(t): (1 - s) p(t) + (1 - rho) b(t)    by s: sum p (L - R)    by rho: sum b(t) (L(t-1) - R(t))

A stock has stood for longer than any table: on the weeks that were fitted to it starts at the mean response of the data
window, so that spend which never changes says nothing about it. All of R comes through in the end, now or later: s is
the share of the whole effect.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.machine_code import INSIDE, REASSOCIATE

SHARE, FADING, START, SLOW = 0, 1, 2, 3  # places in a row: s, rho, L before the first week; and their number
NO_STOCK = -1.0  # for a share
LOG_TWO = math.log(2.0)


@njit(**INSIDE)
def fading_of(half_life: float) -> float:
    """Return what a stock keeps of itself in a week: rho = 2^(-1 / half-life)."""
    return math.exp(-LOG_TWO / half_life)


@njit(**INSIDE)
def by_half_life(fading: float, half_life: float) -> float:
    """Return the derivative of rho by the half-life."""
    return fading * LOG_TWO / (half_life * half_life)


@njit(fastmath=REASSOCIATE, **INSIDE)
def mean_from(series: Any, window: int) -> float:
    """Return the mean of a series from a week on."""
    total = 0.0
    for week in range(window, series.shape[0]):
        total += series[week]
    return float(total / (series.shape[0] - window))


@njit(**INSIDE)
def mix(response: Any, slow: Any, out: Any) -> None:
    """Fill ``out`` with what a response brings now and through the stock."""
    share, fading, level = slow[SHARE], slow[FADING], slow[START]
    for week in range(response.shape[0]):
        level = fading * level + (1.0 - fading) * response[week]
        out[week] = (1.0 - share) * response[week] + share * level


@njit(**INSIDE)
def fill_up(response: Any, slow: Any, level: Any) -> None:
    """Fill the stock of every week, L(t)."""
    held, fading = slow[START], slow[FADING]
    for week in range(response.shape[0]):
        held = fading * held + (1.0 - fading) * response[week]
        level[week] = held


@njit(**INSIDE)
def pull_up(response: Any, slow: Any, level: Any, pull: Any) -> Any:
    """Turn ``pull``, the derivative by the stock, into that by the response; return those by rho and start."""
    fading, by_fading, later = slow[FADING], 0.0, 0.0
    for week in range(response.shape[0] - 1, -1, -1):
        later = pull[week] + fading * later
        before = level[week - 1] if week > 0 else slow[START]
        by_fading += later * (before - response[week])
        pull[week] = (1.0 - fading) * later
    return by_fading, fading * later


@njit(**INSIDE)
def pull_back(response: Any, slow: Any, pull: Any) -> Any:
    """Turn ``pull``, the derivative by what is brought, into that by the response; return those by s, rho and start."""
    share, weeks = slow[SHARE], response.shape[0]
    level, by_level, by_share = np.empty(weeks), np.empty(weeks), 0.0
    fill_up(response, slow, level)
    for week in range(weeks):
        by_share += pull[week] * (level[week] - response[week])
        by_level[week] = share * pull[week]
    by_fading, by_start = pull_up(response, slow, level, by_level)
    for week in range(weeks):
        pull[week] = (1.0 - share) * pull[week] + by_level[week]
    return by_share, by_fading, by_start
