"""What a person reached is worth by how often, and the frequency at which the same contacts do most."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from omnimix.curves.frequency import BY_HALF, BY_SLOPE, MET, ROWS, best_of, meet, worth_of

REACH = np.array([0.0, 1.0, 2.5, 0.7])
FREQUENCY = np.array([1.0, 1.0, 3.7, 12.0])


@njit
def _meet(reach: np.ndarray, log_frequency: np.ndarray, slope: float, half: float, out: np.ndarray) -> None:
    meet(reach, log_frequency, slope, half, out)  # what is left to its caller to be finished


def met(slope: float, half: float) -> np.ndarray:
    out = np.empty((ROWS, len(REACH)))
    _meet(REACH, np.log(FREQUENCY), slope, half, out)
    return out


@pytest.mark.parametrize(("slope", "half"), [(0.7, 1.2), (1.5, 3.0), (3.0, 6.0)])
def test_the_derivatives_equal_finite_differences(slope: float, half: float) -> None:
    step, found = 1e-6, met(slope, half)
    np.testing.assert_allclose(found[MET], REACH * worth_of(FREQUENCY, slope, half), rtol=1e-12)
    by_slope = (met(slope + step, half)[MET] - met(slope - step, half)[MET]) / (2 * step)
    by_half = (met(slope, half + step)[MET] - met(slope, half - step)[MET]) / (2 * step)
    np.testing.assert_allclose(found[BY_SLOPE], by_slope, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found[BY_HALF], by_half, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("slope", [0.5, 1.0, 1.3, 2.0, 4.0])
@pytest.mark.parametrize("half", [0.4, 2.0, 7.0])
def test_no_other_frequency_does_more_with_the_same_contacts(slope: float, half: float) -> None:
    best = float(best_of(np.array([slope]), np.array([half]))[0])
    tried = np.geomspace(1.0, 100.0, 2_000)
    assert best >= 1.0
    assert worth_of(best, slope, half) / best >= (worth_of(tried, slope, half) / tried).max() * (1 - 1e-12)


def test_worth_never_falls_with_frequency_and_stays_below_one() -> None:
    worth = worth_of(np.geomspace(1.0, 1e6, 500), 2.5, 3.0)
    assert (np.diff(worth) >= 0).all()
    assert 0 < worth[0] < worth[-1] <= 1
