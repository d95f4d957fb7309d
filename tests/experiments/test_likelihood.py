"""How a result counts, and when results cannot all be right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate

from omnimix.experiments import contradictions
from omnimix.experiments.likelihood import log_likelihood, surprise
from tests.experiments.made_tests import result


def test_the_likelihood_of_results_is_a_density() -> None:
    one = result(error=2.0)

    def density(value: float) -> float:
        return float(np.exp(log_likelihood(replace(one, value=value), np.array([5.0]))[0])) / (2.0 * np.sqrt(2 * np.pi))

    assert integrate.quad(density, -60, 70, limit=200)[0] == pytest.approx(1.0, abs=1e-6)


def test_a_result_far_off_pulls_less_than_one_nearby() -> None:
    one, step = result(value=0.0, error=1.0), 1e-5

    def pull(at: float) -> float:
        near = log_likelihood(one, np.array([at + step, at - step]))
        return abs(float(near[0] - near[1]) / (2 * step))

    assert pull(6.0) < pull(2.0)


def test_discounts_widen_the_error_and_are_told() -> None:
    one = result(error=3.0, discounts={"recency": 1.0, "other creative": 2.0})
    assert one.standard_error == 6.0
    assert one.stated_error == 3.0
    assert surprise(one, one.result - 6.0, 0.0) == 1.0


def test_tests_that_contradict_each_other_are_named_with_the_odd_one() -> None:
    tests = [result(n, value=v, error=1_000.0) for n, v in (("a", 10_000), ("b", 10_500), ("c", 30_000))]
    (found,) = contradictions(tests, [12_000.0] * 3, [5_000.0] * 3)
    assert found.names == ("a", "b", "c")
    assert found.odd == "c"
    assert found.odds < 0.001
    assert found.without > 0.5


def test_tests_of_other_sizes_that_agree_on_the_effect_do_not_contradict() -> None:
    small, large = result("a", value=5_000.0, error=1_000.0), result("b", value=50_000.0, error=8_000.0)
    other = result("c", channels="search", value=-90_000.0, error=500.0)
    assert contradictions([small, large, other], [4_000.0, 40_000.0, 100.0], [2_000.0, 20_000.0, 90.0]) == []
