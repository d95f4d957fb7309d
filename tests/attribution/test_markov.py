"""Markov credit against examples worked by hand, a public package, and laws that hold for any journeys."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.attribution import markov
from omnimix.attribution.markov import Steps, chance_of_order, in_proportion, removal_effects, steps_of
from tests.attribution.worked import MIXED, MIXED_CREDIT, MIXED_REMOVAL

ORDERS = sum(orders for _, orders, _ in MIXED)


def test_the_published_example_of_three_channels() -> None:
    """S. Bryl, "Marketing Multi-Channel Attribution model with R", analyzecore.com, 3 August 2016: removal effects
    0.5, 1 and 1, and with the R package ChannelAttribution credit of 0.2, 0.4 and 0.4 of the one conversion."""
    steps = steps_of([(["c1", "c2", "c3"], 1, 0), (["c1"], 0, 1), (["c2", "c3"], 0, 1)])
    assert chance_of_order(steps) == pytest.approx(1 / 3, abs=1e-12)
    effects = removal_effects(steps)
    assert effects == pytest.approx({"c1": 0.5, "c2": 1.0, "c3": 1.0}, abs=1e-9)
    assert in_proportion(effects, 1.0) == pytest.approx({"c1": 0.2, "c2": 0.4, "c3": 0.4}, abs=1e-9)


def test_the_readme_example_of_pychattr_is_exact_here_and_simulated_there() -> None:
    """github.com/jmwoloso/pychattr prints 1.991106 and 1.008894 from 10,000 simulated walks; the limit is 2 and 1."""
    journeys = [(path.split(), 1.0, 0.0) for path in ("A B A B B A", "A B B A A", "A A")]
    credit = in_proportion(removal_effects(steps_of(journeys)), 3.0)
    assert credit == pytest.approx({"A": 2.0, "B": 1.0}, abs=1e-9)
    assert credit == pytest.approx({"A": 1.991106, "B": 1.008894}, abs=0.02)


def test_the_public_package_gives_the_same_removal_effects_and_credit() -> None:
    effects = removal_effects(steps_of(MIXED))
    assert effects == pytest.approx(MIXED_REMOVAL, abs=1e-9)
    assert in_proportion(effects, ORDERS) == pytest.approx(MIXED_CREDIT, abs=1e-6)


def test_two_states_of_memory_by_hand() -> None:
    """After a, b orders always; after c, b never does. One channel of memory cannot know that, two can.

    Of order 2 the walks are a, ab, order and c, cb, nothing, a half each: without a nothing is ordered, without c
    nothing changes. Of order 1 half of all b end in an order, so that without c half of those orders are lost.
    """
    journeys = [(["a", "b"], 10.0, 0.0), (["c", "b"], 0.0, 10.0)]
    assert removal_effects(steps_of(journeys, 2)) == pytest.approx({"a": 1.0, "b": 1.0, "c": 0.0}, abs=1e-12)
    assert removal_effects(steps_of(journeys, 1)) == pytest.approx({"a": 0.5, "b": 1.0, "c": 0.5}, abs=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_chance_of_an_order_is_the_share_of_journeys_with_one(order: int) -> None:
    nothing = sum(times for _, _, times in MIXED)
    assert chance_of_order(steps_of(MIXED, order)) == pytest.approx(ORDERS / (ORDERS + nothing), abs=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_credit_adds_up_to_all_orders_and_none_is_negative(order: int) -> None:
    credit = in_proportion(removal_effects(steps_of(MIXED, order)), ORDERS)
    assert sum(credit.values()) == pytest.approx(ORDERS)
    assert min(credit.values()) >= 0.0


def test_a_memory_as_long_as_the_journeys_loses_exactly_the_journeys_with_the_channel() -> None:
    journeys = [(path, orders, nothing) for path, orders, nothing in MIXED if len(path) <= 3]
    whole = sum(orders for _, orders, _ in journeys)
    lost = {c: sum(o for path, o, _ in journeys if c in path) / whole for path, _, _ in journeys for c in path}
    assert removal_effects(steps_of(journeys, 3)) == pytest.approx(lost, abs=1e-9)


def test_touching_a_channel_again_at_once_changes_no_credit_of_order_one() -> None:
    twice = [([name for name in path for _ in range(2)], orders, nothing) for path, orders, nothing in MIXED]
    assert removal_effects(steps_of(twice)) == pytest.approx(removal_effects(steps_of(MIXED)), abs=1e-9)


def test_a_thousand_times_the_journeys_change_no_removal_effect() -> None:
    more = [(path, 1e3 * orders, 1e3 * nothing) for path, orders, nothing in MIXED]
    assert removal_effects(steps_of(more, 2)) == pytest.approx(removal_effects(steps_of(MIXED, 2)), abs=1e-9)


def test_where_nothing_was_ordered_nobody_gets_credit() -> None:
    effects = removal_effects(steps_of([(["a", "b"], 0, 4)]))
    assert effects == {"a": 0.0, "b": 0.0}
    assert in_proportion(effects, 0.0) == {"a": 0.0, "b": 0.0}
    none = np.zeros(0)
    assert removal_effects(Steps(("a",), none, none, none)) == {"a": 0.0}


@pytest.mark.parametrize("order", [1, 3])
def test_forty_channels_are_quick_and_add_up(order: int) -> None:
    draw = np.random.default_rng(3)
    names = [f"c{k}" for k in range(40)]
    journeys = [(list(draw.choice(names, draw.integers(1, 7))), 1.0, 3.0) for _ in range(800)]
    assert sum(in_proportion(removal_effects(steps_of(journeys, order)), 800.0).values()) == pytest.approx(800.0)


def test_adding_up_steps_gives_what_elimination_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = removal_effects(steps_of(MIXED, 2))
    monkeypatch.setattr(markov, "FEW_STATES", 0)
    assert removal_effects(steps_of(MIXED, 2)) == pytest.approx(exact, abs=1e-11)
