"""Which middle a quantity is told by: one rule, by its name."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.effects import middle
from omnimix.words import told

MEDIANS = (
    "roas", "marginal_roas", "combined_roas", "next_roas", "roas_direct", "roas_standalone", "roas_marginal",
    "roas_half", "roas_shapley", "traffic_share", "share", "best_share", "payback", "crossover",
)  # fmt: skip
MEANS = (
    "contribution", "paths", "value", "cost", "profit", "synergy", "gain", "regret", "silo_cost", "plan_response",
    "prediction", "shapley_value", "shapley_cost", "shapley_share", "passed_on", "induced_spend", "spend", "chain",
)  # fmt: skip
DRAWS = np.array([0.1, 0.2, 0.3, 0.4, 4.0])


@pytest.mark.parametrize("quantity", MEDIANS)
def test_what_is_never_added_up_is_told_by_its_median(quantity: str) -> None:
    assert told(quantity) == "median"
    assert middle(DRAWS, quantity) == pytest.approx(0.3)


@pytest.mark.parametrize("quantity", MEANS)
def test_what_adds_up_is_told_by_its_mean(quantity: str) -> None:
    assert told(quantity) == "mean"
    assert middle(DRAWS, quantity) == pytest.approx(1.0)


def test_means_of_parts_add_up_to_that_of_the_whole_and_medians_do_not() -> None:
    parts = np.random.default_rng(1).lognormal(0.0, 1.0, (2_000, 3))
    whole = parts.sum(axis=1)
    assert sum(middle(part, "contribution") for part in parts.T) == pytest.approx(middle(whole, "contribution"))
    assert sum(middle(part, "roas") for part in parts.T) < 0.9 * middle(whole, "roas")
