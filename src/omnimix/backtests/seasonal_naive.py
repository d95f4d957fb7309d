"""The forecast that anybody can make: what it was in the same week of last year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.mechanics import Array

MIDDLE = pd.Timedelta(days=3)  # of a week, whatever weekday its stamp is: most of its days lie in that ISO week
LONG_YEAR = 53


def seasonal_naive(series: pd.Series, ahead: pd.DatetimeIndex) -> tuple[Array, int]:
    """Forecast each week ahead by the same ISO week a year before, of a week 53 by the last week of that year.

    Where that week lies ahead as well, or was not observed, it is the year before that; where no year has it, the last
    value that was observed.

    Args:
        series: what was observed up to the origin, by week.
        ahead: the weeks to forecast.

    Returns the forecasts, and for how many of them it was the last value.

    >>> weeks = pd.date_range("2022-01-03", periods=60, freq="7D")
    >>> values, last = seasonal_naive(pd.Series(range(52), weeks[:52], dtype=float), weeks[52:54])
    >>> values.tolist(), last
    ([0.0, 1.0], 0)
    """
    known = series.dropna()
    if known.empty:
        return np.full(len(ahead), np.nan), 0
    by_week = dict(zip(_iso_weeks(pd.DatetimeIndex(known.index)), known.to_numpy(dtype=float), strict=True))
    earliest = min(year for year, _ in by_week)
    found = [_last_known(by_week, year, week, earliest) for year, week in _iso_weeks(ahead)]
    fallen_back = sum(f is None for f in found)
    return np.array([float(known.iloc[-1]) if f is None else f for f in found]), fallen_back


def _last_known(by_week: dict[tuple[int, int], float], year: int, week: int, earliest: int) -> float | None:
    for before in range(year - 1, earliest - 1, -1):
        for same in (week, week - 1) if week == LONG_YEAR else (week,):
            if (before, same) in by_week:
                return by_week[before, same]
    return None


def _iso_weeks(weeks: pd.DatetimeIndex) -> list[tuple[int, int]]:
    calendar = (weeks + MIDDLE).isocalendar()
    return list(zip(calendar["year"].astype(int), calendar["week"].astype(int), strict=True))
