"""Spend of every week: steady, in stretches, in flights, in a season."""

from __future__ import annotations

import numpy as np

WEEKS = 130


def steady(weeks: int = WEEKS) -> np.ndarray:
    return 100.0 + 10.0 * np.sin(np.arange(weeks))


def only(spend: np.ndarray, *stretches: tuple[int, int]) -> np.ndarray:
    """Return spend in some stretches of weeks, silence in all others."""
    on = np.zeros(len(spend), dtype=bool)
    for first, end in stretches:
        on[first:end] = True
    return np.where(on, spend, 0.0)


def flights(on: int, off: int, weeks: int = WEEKS, first: int = 0) -> np.ndarray:
    return np.where((np.arange(weeks) - first) % (on + off) < on, steady(weeks), 0.0)


def season(first: int, length: int, weeks: int) -> np.ndarray:
    """Return spend in the same weeks of every year."""
    return np.where((np.arange(weeks) - first) % 52 < length, steady(weeks), 0.0)
