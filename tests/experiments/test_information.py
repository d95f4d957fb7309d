"""What a measurement is worth: never more than knowing the quantity, and less the larger its error."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from omnimix.experiments.information import learn

DRAWS = 2_000


def two_plans(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return a quantity and what two plans bring: one for sure, one as the quantity says, with other things in it."""
    generator = np.random.default_rng(seed)
    quantity = generator.normal(-0.3, 1.0, DRAWS)
    return quantity, np.column_stack([np.zeros(DRAWS), quantity + generator.normal(0, 0.5, DRAWS)])


def closed_form(mean: float, spread: float) -> float:
    return float(spread * norm.pdf(mean / spread) + mean * norm.cdf(mean / spread) - max(mean, 0.0))


@pytest.mark.parametrize("error", [0.25, 0.5, 1.0, 2.0])
def test_the_worth_of_a_normal_measurement_is_the_known_one(error: float) -> None:
    quantity, brings = two_plans()
    known = closed_form(float(quantity.mean()), float(quantity.std() / np.sqrt(1 + error**2 / quantity.var())))
    assert learn(quantity, brings).sample(error) == pytest.approx(known, rel=0.1)


def test_the_worth_is_that_of_nested_simulation() -> None:
    generator = np.random.default_rng(5)
    quantity = generator.gamma(2.0, 0.5, DRAWS)
    brings = np.column_stack([np.full(DRAWS, 0.9), quantity, 1.6 * np.sqrt(quantity) - 0.6])
    error, worth = 0.4, []
    for draw in generator.choice(DRAWS, 800, replace=False):  # a result, then what is believed after it
        seen = quantity[draw] + generator.normal(0, error)
        weights = np.exp(-0.5 * ((seen - quantity) / error) ** 2)
        worth.append((weights @ brings / weights.sum()).max())
    nested = float(np.mean(worth) - brings.mean(axis=0).max())
    spread = float(np.std(worth) / np.sqrt(len(worth)))
    assert learn(quantity, brings).sample(error) == pytest.approx(nested, abs=3 * spread)


def test_it_falls_with_the_error_and_never_exceeds_knowing() -> None:
    learning = learn(*two_plans(3))
    worth = [learning.sample(e) for e in (0.0, 0.05, 0.1, 0.3, 1.0, 3.0, 30.0)]
    assert worth[0] == learning.perfect
    assert all(a >= b - 1e-9 for a, b in pairwise(worth))
    assert worth[-1] < 0.02 * worth[0]


def test_a_quantity_that_tells_nothing_is_worth_next_to_nothing() -> None:
    generator = np.random.default_rng(2)
    brings = generator.normal(0, 1, (DRAWS, 30)) + generator.normal(0, 0.05, 30)
    everything = float(brings.max(axis=1).mean() - brings.mean(axis=0).max())
    assert learn(generator.normal(0, 1, DRAWS), brings).perfect < 0.03 * everything


def test_a_quantity_without_spread_is_worth_nothing() -> None:
    assert learn(np.ones(DRAWS), two_plans()[1]).perfect == pytest.approx(0.0, abs=1e-9)
