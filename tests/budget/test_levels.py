"""Plans at other totals."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.budget import BudgetLevels, BudgetPlan
from omnimix.posterior import Posterior
from tests.plot.dutch import assert_dutch


@pytest.fixture(scope="module")
def plan(levers: Posterior) -> BudgetPlan:
    return om.optimize_budget(levers, outlook=om.Outlook(draws=100), progress=False, allow_unconverged=True)


@pytest.fixture(scope="module")
def levels(levers: Posterior, plan: BudgetPlan) -> BudgetLevels:
    return om.budget_levels(
        levers, plan, [0.7 * plan.total, plan.total, 1.2 * plan.total], progress=False, allow_unconverged=True
    )


def test_the_plans_own_total_has_the_plan_and_its_gain(levels: BudgetLevels, plan: BudgetPlan) -> None:
    assert levels.spend[plan.total].to_numpy() == pytest.approx(plan.spend.sum().to_numpy())
    own = levels.gain.draws.sel(total=plan.total).to_numpy()
    assert own == pytest.approx(plan.gain.draws.sel(versus="today").to_numpy(), rel=1e-6, abs=1e-3)


def test_money_of_every_level_adds_up_to_its_total(levels: BudgetLevels) -> None:
    assert levels.spend.sum().to_numpy() == pytest.approx(np.array(levels.totals), abs=0.01)


def test_more_budget_never_lowers_what_the_best_plan_brings(levels: BudgetLevels) -> None:
    value = levels.value.draws.mean("draw").to_numpy()
    assert (np.diff(value) > 0).all()


def test_the_next_money_is_the_median_of_the_step_in_value_over_the_step_in_money(levels: BudgetLevels) -> None:
    """Nothing is discounted and every channel is set, so what a level costs is its total."""
    value, totals = levels.value.draws.transpose("draw", "total").to_numpy(), np.array(levels.totals)
    earned = levels.table()["next_roas"].to_numpy()
    assert np.isnan(earned[0])
    assert earned[1:] == pytest.approx(np.median(np.diff(value) / np.diff(totals), axis=0), rel=1e-6)


def test_totals_that_limits_cannot_spend_are_left_out_with_the_reason(levers: Posterior, plan: BudgetPlan) -> None:
    limits = om.Limits(channels={"tv": om.Limit(min=0.5 * plan.total)})
    least = om.optimize_budget(
        levers, plan.total, limits=limits, outlook=om.Outlook(draws=50), progress=False, allow_unconverged=True
    )
    found = om.budget_levels(levers, least, [0.2 * plan.total, plan.total], progress=False, allow_unconverged=True)
    assert found.totals == (plan.total,)
    assert "tv" in found.left_out[round(0.2 * plan.total, 2)]


@pytest.mark.parametrize("totals", [[], [0.0], [-5.0]])
def test_totals_that_are_no_money_are_refused(levers: Posterior, plan: BudgetPlan, totals: list[float]) -> None:
    with pytest.raises(om.BudgetError, match="totals are money above 0"):
        om.budget_levels(levers, plan, totals, progress=False, allow_unconverged=True)


def test_levels_draw_themselves(levels: BudgetLevels) -> None:
    assert "gain most" in levels.plot().get_title(loc="left")
    assert "levert naar verwachting" in levels.plot(language="nl").get_title(loc="left")
    assert_dutch(levels)
