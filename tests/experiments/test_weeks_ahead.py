"""How sure a test in weeks to come is, on numbers whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.experiments.weeks_ahead import error_against_forecast

DRAWS = 4000


def made(seed: int, *, wander: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Eight weeks with noise 2 and a level that is unknown by ``wander``; the test takes 3 h away in each."""
    generator = np.random.default_rng(seed)
    quantity = generator.normal(1.0, 0.3, DRAWS)
    level = generator.normal(100.0, wander, (DRAWS, 1))
    usual = level + generator.normal(0.0, 2.0, (DRAWS, 8))
    return quantity, usual, usual - 3.0 * quantity[:, None]


@pytest.mark.parametrize("seed", range(3))
def test_against_a_known_level_the_error_is_that_of_a_mean(seed: int) -> None:
    assert error_against_forecast(*made(seed, wander=1e-6)) == pytest.approx(2.0 / np.sqrt(8) / 3.0, rel=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_a_level_that_is_not_known_adds_to_it_however_long_the_test(seed: int) -> None:
    expected = np.sqrt(2.0**2 / 8 + 5.0**2) / 3.0
    assert error_against_forecast(*made(seed, wander=5.0)) == pytest.approx(expected, rel=0.05)


def test_a_test_that_changes_nothing_tells_nothing() -> None:
    quantity, usual, _ = made(0, wander=1.0)
    assert error_against_forecast(quantity, usual, usual) == np.inf
