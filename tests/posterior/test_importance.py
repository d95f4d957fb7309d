"""Draws weighed anew: as ArviZ does it, and nothing changes where nothing is weighed."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.posterior.importance import smoothed_weights


@pytest.mark.parametrize("size", [60, 225, 400, 1_000])
@pytest.mark.parametrize("spread", [0.01, 0.5, 1.0, 2.0, 4.0])
def test_weights_and_shape_are_those_of_arviz(size: int, spread: float) -> None:
    from arviz_stats.base import array_stats

    logs = np.random.default_rng([size, int(100 * spread)]).normal(0.0, spread, size)
    found = smoothed_weights(logs)
    smoothed, shape = array_stats.psislw(-logs)  # it reads log likelihoods, whose weights are their inverse
    np.testing.assert_allclose(found.of_draws, np.exp(smoothed), rtol=1e-8)
    assert found.shape == pytest.approx(float(shape), rel=1e-8)


def test_equal_weights_change_nothing() -> None:
    draws = np.random.default_rng(1).normal(size=101)
    found = smoothed_weights(np.full(101, -3.0))
    assert found.usable
    assert found.mean(draws) == pytest.approx(draws.mean())
    for at in (0.05, 0.5, 0.9):
        assert found.quantile(draws, at) == pytest.approx(np.quantile(draws, at))


def test_a_belief_on_one_side_of_known_draws_moves_them_as_algebra_says() -> None:
    """Standard normal draws seen through a normal belief around 1 with spread 1: half way, with half the variance."""
    draws = np.random.default_rng(2).normal(size=4_000)
    found = smoothed_weights(-0.5 * (draws - 1.0) ** 2)
    assert found.usable
    assert found.mean(draws) == pytest.approx(0.5, abs=0.08)
    width = found.quantile(draws, 0.95) - found.quantile(draws, 0.05)
    assert width == pytest.approx(2 * 1.645 * np.sqrt(0.5), rel=0.1)


def test_what_hangs_on_a_few_draws_is_not_usable() -> None:
    draws = np.random.default_rng(3).normal(size=400)
    assert not smoothed_weights(-0.5 * ((draws - 8.0) / 0.1) ** 2).usable
    assert not smoothed_weights(np.array([0.0, -1e3, -1e4])).usable
