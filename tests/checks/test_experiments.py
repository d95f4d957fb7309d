"""Results of tests that the model did not expect are named; those that it did are not."""

from __future__ import annotations

from dataclasses import replace

import omnimix as om
from omnimix.checks.experiments import experiments_check
from omnimix.posterior import Evidence
from tests.experiments.made_tests import result


def found(posterior: om.Posterior, *evidence: Evidence) -> list[tuple[str, str | None]]:
    return [(f.name, f.where) for f in experiments_check(replace(posterior, evidence=evidence))]


def taken(name: str, value: float, z: float, **changes: object) -> Evidence:
    return Evidence(result(name, value=value, error=1_000.0, **changes), 10_000.0, 3_000.0, z, "reweighted")


def test_a_surprise_is_named_and_a_usual_result_is_not(small_posterior: om.Posterior) -> None:
    assert found(small_posterior) == []
    assert found(small_posterior, taken("tv off", 10_500.0, 0.2)) == []
    assert found(small_posterior, taken("tv off", 20_000.0, 3.2)) == [("experiment_conflict", "tv off")]


def test_a_discount_is_never_silent(small_posterior: om.Posterior) -> None:
    one = taken("tv off", 10_500.0, 0.2, discounts={"recency": 1.0})
    assert found(small_posterior, one) == [("experiment_discounted", "tv off")]


def test_tests_that_contradict_each_other_are_named(small_posterior: om.Posterior) -> None:
    tests = (taken("a", 10_000.0, 0.0), taken("b", 10_500.0, 0.1), taken("c", 16_000.0, 1.9))
    assert found(small_posterior, *tests) == [("experiments_contradict", "c")]
