"""Exponential and logarithm in plain arithmetic are those of the C library, to a few units in the last place."""

from __future__ import annotations

import numpy as np
from numba import njit

from omnimix.curves import SATURATIONS, lag_weights, saturate
from omnimix.curves.elementary import exp, log

ULPS = 4 * np.finfo(float).eps


@njit
def _each_exp(values: np.ndarray, out: np.ndarray) -> None:
    for k in range(values.size):
        out[k] = exp(values[k])


@njit
def _each_log(values: np.ndarray, out: np.ndarray) -> None:
    for k in range(values.size):
        out[k] = log(values[k])


def test_the_exponential_is_right_wherever_it_has_a_value() -> None:
    values = np.concatenate([np.linspace(-707.9, 707.9, 40_001), np.linspace(-1, 1, 10_001), [0.0]])
    out = np.empty_like(values)
    _each_exp(values, out)
    np.testing.assert_allclose(out, np.exp(values), rtol=ULPS)
    assert out[-1] == 1.0


def test_the_exponential_is_nothing_far_below_and_finite_far_above() -> None:
    values = np.array([-np.inf, -1e308, -709.0, 709.0, 1e308, np.inf])
    out = np.empty_like(values)
    _each_exp(values, out)
    assert (out[:3] == 0.0).all()
    np.testing.assert_allclose(out[3:], np.exp(708.0), rtol=ULPS)


def test_what_is_no_number_stays_none() -> None:
    out = np.empty(1)
    _each_exp(np.array([np.nan]), out)
    assert np.isnan(out[0])
    for x in (np.nan, -1.0):
        _each_log(np.array([x]), out)
        assert np.isnan(out[0])
    assert np.isnan(saturate(SATURATIONS["hill"].code, np.nan, 1.0, 1.0)[0])
    assert np.isnan(saturate(SATURATIONS["hill"].code, 1.0, np.nan, 1.0)[0])


def test_a_curve_without_a_branch_in_the_compiled_code_is_no_curve() -> None:
    assert np.isnan(saturate(99, 1.0, 1.0, 1.0)).all()
    assert np.isnan(lag_weights(99, 0.5, 1.0, 1.0, 3)).all()


def test_the_logarithm_is_right_over_all_positive_numbers() -> None:
    values = np.concatenate([np.geomspace(1e-300, 1e300, 40_001), np.linspace(0.5, 2.0, 10_001)])
    out = np.empty_like(values)
    _each_log(values, out)
    np.testing.assert_allclose(out, np.log(values), rtol=ULPS, atol=np.finfo(float).eps)
    assert out[np.flatnonzero(values == 1.0)] == 0.0
