"""Weeks without spend: too little demand, or switched off by hand."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.mechanics.unspent import LONGEST, unspent


def bell(mean: float, weeks: int = 150, seed: int = 1) -> np.ndarray:
    """Return spend that demand makes, cut off at zero, ``mean`` standard deviations above it."""
    return np.maximum(np.random.default_rng(seed).normal(mean, 1.0, weeks), 0.0)


@pytest.mark.parametrize("mean", [0.6, 1.0, 1.6])
def test_weeks_of_a_bell_curve_cut_off_at_zero_are_too_little_demand(mean: float) -> None:
    spend = bell(mean)
    assert (spend == 0).any()
    np.testing.assert_array_equal(unspent(spend), spend == 0)


@pytest.mark.parametrize("share", [0.03, 0.1, 0.2])
def test_weeks_without_spend_among_weeks_of_usual_size_were_switched_off(share: float) -> None:
    generator = np.random.default_rng(2)
    spend = generator.normal(100.0, 20.0, 150)
    spend[generator.random(150) < share] = 0.0
    assert not unspent(spend).any()


def test_a_long_run_was_switched_off_whatever_the_other_weeks_say() -> None:
    spend = bell(1.0)
    spend[40 : 40 + LONGEST + 1] = 0.0
    found = unspent(spend)
    assert not found[40 : 40 + LONGEST + 1].any()
    assert found.any()


def test_the_unit_of_money_does_not_matter() -> None:
    spend = bell(1.0)
    np.testing.assert_array_equal(unspent(spend), unspent(1_000.0 * spend))


def test_spend_without_a_silent_week_has_none() -> None:
    assert not unspent(np.ones(20)).any()
