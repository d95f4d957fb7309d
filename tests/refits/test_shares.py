"""Parts of causes: they add up, causes that do nothing have none, and orders that cannot be are passed over."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from omnimix.refits.shares import Coalition, part, part_error, shapley_weights


def every(causes: list[str]) -> list[Coalition]:
    return [frozenset(c) for k in range(len(causes) + 1) for c in itertools.combinations(causes, k)]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_parts_add_up_to_the_whole_move(size: int) -> None:
    causes = [f"cause {k}" for k in range(size)]
    generator = np.random.default_rng(size)
    values = {c: generator.normal(size=3) for c in every(causes)}
    parts = [part(w, values) for w in shapley_weights(causes).values()]
    np.testing.assert_allclose(sum(parts), values[frozenset(causes)] - values[frozenset()])


def test_a_cause_that_changes_nothing_has_no_part() -> None:
    values = {c: np.array([1.0 + 2.0 * ("a" in c)]) for c in every(["a", "b"])}
    weights = shapley_weights(["a", "b"])
    assert part(weights["a"], values) == pytest.approx(2.0)
    assert part(weights["b"], values) == pytest.approx(0.0)


def test_an_order_that_cannot_be_is_passed_over_and_parts_still_add_up() -> None:
    weights = shapley_weights(["a", "b"], lambda c: c != frozenset("b"))
    values = {frozenset(): np.zeros(1), frozenset("a"): np.ones(1), frozenset("ab"): np.full(1, 5.0)}
    assert part(weights["a"], values) == 1.0
    assert part(weights["b"], values) == 4.0


def test_one_cause_has_the_error_of_both_ends() -> None:
    errors = {frozenset(): np.array([3.0]), frozenset("a"): np.array([4.0])}
    assert part_error(shapley_weights(["a"])["a"], errors) == 5.0
