"""Verdicts: the one that loses least."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.chains import STATES, VERDICTS, Returns, Worth, judge
from omnimix.chains.verdict import STEPS_APART, best_worth

SURE = {"scale": (1.5, 1.2, 1.8), "keep": (1.2, 0.7, 1.5), "fix": (0.8, 0.5, 1.1), "stop": (0.5, 0.3, 0.6)}


def mixed(shares: dict[str, float], draws: int = 1000) -> Returns:
    """Return draws of which so large a share calls for each verdict."""
    parts = [np.tile(SURE[v], (round(share * draws), 1)) for v, share in shares.items()]
    return Returns(*np.concatenate(parts).T)


@pytest.mark.parametrize("verdict", STATES)
def test_certainty_gives_the_verdict_of_what_is_true(verdict: str) -> None:
    found = judge(mixed({verdict: 1.0}), 1.0, om.Losses())
    assert found.verdict == verdict
    assert found.probability == 1.0
    assert found.losses[verdict] == 0.0


def test_what_would_earn_if_larger_is_to_be_fixed() -> None:
    thin = Returns(np.full(9, 0.8), np.full(9, 1.3), np.full(9, 0.4))
    assert judge(thin, 1.0, om.Losses()).verdict == "fix"


@pytest.mark.parametrize(
    "shares", [dict.fromkeys(STATES, 0.25), {"scale": 0.5, "stop": 0.5}, {"keep": 0.4, "stop": 0.6}]
)
def test_what_the_data_cannot_decide_is_put_to_the_test(shares: dict[str, float]) -> None:
    assert judge(mixed(shares), 1.0, om.Losses()).verdict == "test"


def test_the_verdict_has_the_smallest_expected_loss() -> None:
    generator = np.random.default_rng(2)
    for _ in range(50):
        shares = dict(zip(STATES, generator.dirichlet(np.full(4, 0.5)), strict=True))
        found = judge(mixed(shares, 4000), 1.0, om.Losses())
        assert found.losses[found.verdict] == min(found.losses.values())
        if found.verdict != "test":
            assert found.probability == found.probabilities[found.verdict]


def test_probabilities_of_what_is_true_add_up_to_one() -> None:
    found = judge(Returns(*np.random.default_rng(3).normal(1.0, 0.4, (3, 500))), 1.0, om.Losses())
    assert sum(found.probabilities.values()) == pytest.approx(1.0)
    assert found.above_hurdle == pytest.approx(found.probabilities["scale"] + found.probabilities["keep"])


def test_a_cheaper_test_is_asked_for_more_often() -> None:
    returns = mixed({"keep": 0.7, "scale": 0.3})
    assert judge(returns, 1.0, om.Losses.with_test(0.2)).verdict == "test"
    assert judge(returns, 1.0, om.Losses.with_test(0.4)).verdict == "keep"


def test_losses_of_ones_own_move_the_verdict() -> None:
    returns = mixed({"keep": 0.8, "scale": 0.2})
    timid = {**STEPS_APART, "scale": dict.fromkeys(STATES, 0.0), "test": dict.fromkeys(STATES, 9.0)}
    assert judge(returns, 1.0, om.Losses(timid)).verdict == "scale"


def test_what_spent_nothing_has_no_verdict() -> None:
    found = judge(Returns(*np.full((3, 5), np.nan)), 1.0, om.Losses())
    assert found.verdict is None
    assert np.isnan(found.probability)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "it has no losses of 'scale'"),
        ({**STEPS_APART, "tst": {}}, "'tst' is no verdict; did you mean 'test'?"),
        ({**STEPS_APART, "test": {"scale": 1, "keep": 1, "fix": 1}}, "none is given where 'stop' is true"),
        ({**STEPS_APART, "test": dict.fromkeys(STATES, -1)}, "-1 is no number of 0 or more"),
    ],
)
def test_losses_that_are_no_table_are_refused(table: dict[str, dict[str, float]], said: str) -> None:
    with pytest.raises(om.OmnimixError, match="the table of losses is not usable") as refused:
        om.Losses(table)
    assert said in str(refused.value)


def test_every_verdict_has_its_losses() -> None:
    assert set(om.Losses().table) == set(VERDICTS)


OPEN = {"keep": 0.4, "stop": 0.6}


def test_a_test_that_is_not_worth_its_cost_is_no_verdict() -> None:
    for worth in (Worth(evsi=900.0, cost=1_000.0), Worth(evsi=0.0, cost=0.0), Worth(evsi=5.0, cost=5.0)):
        found = judge(mixed(OPEN), 1.0, om.Losses(), worth)
        assert (found.verdict, found.test_declined, found.test) == ("stop", True, worth)
        assert found.probability == found.probabilities["stop"]
    assert judge(mixed({"keep": 0.6, "stop": 0.4}), 1.0, om.Losses(), Worth(0.0, 1.0)).verdict == "keep"


def test_a_test_that_pays_and_one_of_which_nobody_knows_stay_the_verdict() -> None:
    for worth in (Worth(evsi=1_001.0, cost=1_000.0), None):
        found = judge(mixed(OPEN), 1.0, om.Losses(), worth)
        assert (found.verdict, found.test_declined) == ("test", False)


@pytest.mark.parametrize("verdict", STATES)
def test_the_price_of_a_test_changes_nothing_where_the_data_decide(verdict: str) -> None:
    found = judge(mixed({verdict: 1.0}), 1.0, om.Losses(), Worth(0.0, 1e9))
    assert (found.verdict, found.test_declined) == (verdict, False)


def test_the_best_test_of_several_channels_counts_and_none_where_one_of_them_is_unknown() -> None:
    known = {"tv": Worth(1.0, 9.0), "radio": Worth(4.0, 2.0)}
    assert best_worth(["tv", "radio"], known) == known["radio"]
    assert best_worth(["tv", "search"], known) is None
    assert best_worth(["tv"], None) is None
    assert best_worth([], known) is None
