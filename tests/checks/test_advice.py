"""What the gain of a plan hangs on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.budget import BudgetPlan
from omnimix.checks import PlanSensitivity
from omnimix.checks.advice import _halves

FEW = om.Outlook(draws=120)


@pytest.fixture(scope="module")
def plan(plain_posterior: om.Posterior) -> BudgetPlan:
    return om.optimize_budget(plain_posterior, weeks=6, outlook=FEW, progress=False, allow_unconverged=True)


@pytest.fixture(scope="module")
def found(plain_posterior: om.Posterior, plan: BudgetPlan) -> PlanSensitivity:
    return om.plan_sensitivity(plain_posterior, plan, allow_unconverged=True)


def test_returns_stated_values_and_unseen_demand_are_looked_at(
    found: PlanSensitivity, plain_posterior: om.Posterior
) -> None:
    rows = found.table()
    named = rows.groupby("assumption")["name"].apply(set)
    assert named["return"] == set(plain_posterior.funnel.channel_names)
    assert named["value"] == {"online", "store"}
    assert set(rows[rows["assumption"] == "value"]["rests_on"]) == {"stated"}
    assert "unseen_demand" in named


def test_the_widest_swing_comes_first(found: PlanSensitivity) -> None:
    swing = found.table()["swing"].to_numpy()
    assert (np.diff(swing) <= 0).all()
    assert len(found.most(3)) == 3


def test_a_stated_value_moved_either_way_lies_on_both_sides_of_the_gain(
    found: PlanSensitivity, plan: BudgetPlan
) -> None:
    """The gain is linear in what a unit is worth, so that it lies in the middle of both ends."""
    gain = float(plan.gain.draws.sel(versus="today").mean())
    for row in found.table().query("assumption == 'value'").to_dict("records"):
        assert (row["gain_low"] + row["gain_high"]) / 2 == pytest.approx(gain, rel=1e-4, abs=1e-2)


def test_a_gain_that_follows_a_quantity_is_told_so_and_one_that_does_not_is_not() -> None:
    generator = np.random.default_rng(1)
    quantity = generator.normal(1.0, 0.5, 4_000)
    low, _, gain_low, gain_high, _, odds_high, swing, turns, explained = _halves(quantity, 100.0 * (quantity - 0.9))
    assert low == pytest.approx(1.0 - 0.5 * 1.150, abs=0.05)  # the median of a normal's lowest quarter
    assert gain_high - gain_low == pytest.approx(100.0 * 0.5 * 2 * 1.271, rel=0.05)  # means of both quarters
    assert swing == pytest.approx(gain_high - gain_low)
    assert odds_high == 1.0
    assert turns
    assert explained == pytest.approx(1.0)
    noise = _halves(quantity, 50.0 + generator.normal(0.0, 1.0, 4_000))
    assert not noise[7]
    assert noise[8] < 0.01


def test_the_next_test_is_of_the_channel_that_explains_most(found: PlanSensitivity) -> None:
    rows = found.table().query("assumption == 'return'")
    assert found.next_test == rows.loc[rows["explained"].idxmax(), "name"]


def test_a_plan_of_another_fit_is_refused(plain_posterior: om.Posterior, plan: BudgetPlan) -> None:
    other = replace(plan, gain=replace(plan.gain, draws=plan.gain.draws.isel(draw=slice(0, 50))))
    with pytest.raises(om.BudgetError, match="give the posterior that the plan was made from"):
        om.plan_sensitivity(plain_posterior, other, allow_unconverged=True)
