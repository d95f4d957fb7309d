from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy.best_split import best_split
from omnimix.errors import OmnimixError
from omnimix.truth import Truth, simulate


@pytest.fixture(scope="module")
def truth() -> Truth:
    return simulate("answering_search", seed=3, weeks=104).truth


def value_of(truth: Truth, factors: dict[str, float]) -> float:
    counterfactuals = truth.counterfactuals
    return -float(counterfactuals.lost_money(counterfactuals.scaled(factors)).sum())


def test_the_best_split_spends_the_same_total_on_levers_only(truth: Truth) -> None:
    found = best_split(truth)
    assert found.table["best_spend"].sum() == pytest.approx(found.table["spend"].sum())
    assert "search" not in set(found.table["channel"])
    assert found.table["factor"].between(0, 3).all()
    assert found.gain > 0


def test_no_other_split_of_the_total_brings_more(truth: Truth) -> None:
    found = best_split(truth)
    best = value_of(truth, dict(zip(found.table["channel"], found.table["factor"], strict=True)))
    assert best == pytest.approx(found.gain)
    spend, numbers = found.table["spend"].to_numpy(), np.random.default_rng(1)
    for _ in range(200):
        share = numbers.dirichlet(np.ones(len(spend))) * spend.sum()
        if (share <= 3 * spend).all():
            assert value_of(truth, dict(zip(found.table["channel"], share / spend, strict=True))) <= best


def test_the_next_euro_brings_the_same_wherever_a_channel_is_within_its_bounds(truth: Truth) -> None:
    table = best_split(truth).table
    factors = dict(zip(table["channel"], table["factor"], strict=True))
    inner = [c for c, f in factors.items() if 0.01 < f < 2.99]
    spend = table.set_index("channel")["spend"]
    margins = [
        (value_of(truth, {**factors, c: factors[c] + 1e-3}) - value_of(truth, {**factors, c: factors[c] - 1e-3}))
        / (2e-3 * spend[c])
        for c in inner
    ]
    assert len(inner) >= 2
    np.testing.assert_allclose(margins, margins[0], rtol=0.02)


def test_another_total_is_split_too(truth: Truth) -> None:
    half = 0.5 * best_split(truth).table["spend"].sum()
    assert best_split(truth, half).table["best_spend"].sum() == pytest.approx(half)
    with pytest.raises(OmnimixError, match="a total must be above 0"):
        best_split(truth, 1e12)
