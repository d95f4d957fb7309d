"""Shapley credit is that of the definition, at the price of one pass over the sets that occur."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from omnimix.attribution.shapley import shapley
from tests.attribution.worked import Worth, shapley_by_definition


def test_three_channels_by_hand() -> None:
    """6 orders of a alone are a's; 4 of a and b are 2 each; 3 of all are 1 each."""
    assert shapley({(0,): 6.0, (0, 1): 4.0, (0, 1, 2): 3.0}, 3) == [9.0, 3.0, 1.0]


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_mean_of_what_a_channel_adds_to_those_before_it(seed: int) -> None:
    draw = np.random.default_rng(seed)
    worth: Worth = {}
    for _ in range(12):
        members = tuple(sorted({int(k) for k in draw.integers(0, 6, draw.integers(1, 5))}))
        worth[members] = worth.get(members, 0.0) + float(draw.integers(1, 50))
    assert shapley(worth, 6) == pytest.approx(shapley_by_definition(worth, 6), abs=1e-9)


def test_a_channel_in_no_set_gets_nothing_and_two_of_the_same_sets_get_the_same() -> None:
    assert shapley({(0, 1): 8.0, (0, 1, 2): 3.0}, 4) == [5.0, 5.0, 1.0, 0.0]


def test_sixty_channels_add_up_to_all_orders() -> None:
    sets: Worth = {tuple(sorted(pair)): 2.0 for pair in pairwise(range(60))} | {tuple(range(60)): 30.0}
    assert sum(shapley(sets, 60)) == pytest.approx(sum(sets.values()))
