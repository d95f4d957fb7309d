"""Laws of the multipliers of campaigns around their channel."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.mechanics.campaigns import SMALLEST, multipliers, widths

SHARES = np.array([0.6, 0.3, 0.1])


def _drawn(shares: np.ndarray, seed: int = 3, size: int = 4_000) -> np.ndarray:
    generator = np.random.default_rng(seed)
    looseness = np.abs(generator.normal(0, 0.4, size))
    return multipliers(shares, looseness, generator.normal(size=(size, len(shares))))


def test_the_logarithms_add_up_to_zero_by_spend() -> None:
    np.testing.assert_allclose(np.log(_drawn(SHARES)) @ SHARES, 0.0, atol=1e-12)


def test_without_looseness_every_campaign_is_as_its_channel() -> None:
    assert (multipliers(SHARES, np.zeros(2), np.ones((2, 3))) == 1.0).all()


def test_one_campaign_alone_is_its_channel() -> None:
    np.testing.assert_allclose(_drawn(np.array([1.0])), 1.0)


def test_two_halves_together_are_spread_as_the_whole_was() -> None:
    halves = np.array([0.3, 0.3, 0.3, 0.1])
    whole, split = np.log(_drawn(SHARES, 1)), np.log(_drawn(halves, 2))
    together = split[:, :2].mean(axis=1)
    assert together.std() == pytest.approx(whole[:, 0].std(), rel=0.08)
    np.testing.assert_allclose(split[:, 2:].std(axis=0), whole[:, 1:].std(axis=0), rtol=0.08)


def test_the_smallest_campaigns_are_no_freer_than_a_small_one() -> None:
    np.testing.assert_allclose(widths(np.array([0.0, 1e-6, SMALLEST])), widths(np.array([SMALLEST] * 3)))


def test_order_of_campaigns_changes_nothing() -> None:
    generator = np.random.default_rng(5)
    looseness, away = np.abs(generator.normal(size=20)), generator.normal(size=(20, 3))
    turned = multipliers(SHARES[::-1], looseness, away[:, ::-1])
    np.testing.assert_allclose(turned[:, ::-1], multipliers(SHARES, looseness, away))
