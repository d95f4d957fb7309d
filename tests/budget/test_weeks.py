"""Weeks planned freely, on demand that is constant and one channel: money has no reason to drift."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.budget.phasing import level_by_week
from omnimix.budget.problem import pose_problem
from omnimix.budget.support import carried
from omnimix.spec import Limits
from tests.fits import converged, fit

A_WEEK, LAST, WEEKS = 1_000.0, 26, 8
QUICK = om.Outlook(draws=40)


@pytest.fixture(scope="module", params=["michaelis_menten", "logistic"])
def steady(request: pytest.FixtureRequest) -> om.Posterior:
    """One channel that has spent the same for longer than it works, with a curve that bends from the start."""
    weeks = pd.date_range("2023-01-02", periods=70, freq="7D", name="week")
    generator = np.random.default_rng(4)
    tv = np.r_[generator.gamma(4.0, A_WEEK / 3.0, 70 - LAST), np.full(LAST, A_WEEK)]
    sales = 9_000.0 + 900.0 * np.sqrt(tv / A_WEEK) + generator.normal(0.0, 300.0, 70)
    channel = om.Channel("tv", saturation=request.param)
    funnel = om.Funnel(channels=[channel], outcomes=[om.Outcome("sales", value=2.0)])
    panel = om.Panel(pd.DataFrame({"tv": tv, "sales": sales}, index=weeks))
    return converged(fit(funnel, panel, draws=40, tune=60, chains=1, seed=2, progress=False))


def test_the_best_weeks_of_one_channel_under_constant_demand_are_even(steady: om.Posterior) -> None:
    """What goes on before and after is what the plan has a week, so every week is like every other: no edge is left."""
    plan = om.optimize_budget(steady, WEEKS * A_WEEK, weeks=WEEKS, phasing="free", outlook=QUICK, progress=False)
    np.testing.assert_allclose(plan.spend["tv"], A_WEEK, rtol=0.05)


def test_in_a_steady_state_next_money_returns_the_same_in_every_week(steady: om.Posterior) -> None:
    silent = pose_problem(steady, WEEKS * A_WEEK, WEEKS, Limits(), QUICK)
    flat = np.full((1, WEEKS), A_WEEK)
    slopes = {
        name: posed.future.plan_value(flat, posed.future.weights(posed.unit_values)).slopes[:, 0, 0].mean(axis=0)
        for name, posed in {"silent": silent, "going on": silent.followed_by(silent.today)}.items()
    }
    np.testing.assert_allclose(slopes["going on"], slopes["going on"][0], rtol=1e-9)
    assert slopes["silent"][-1] > slopes["silent"][0] * 1.001, "silence after the window is what draws money there"


def test_more_than_before_leans_to_the_weeks_that_meet_less(steady: om.Posterior) -> None:
    """Twice as much as went before: the first weeks meet less of it. The last ones draw nothing."""
    widened = om.Limits(widen=2.0)
    plan = om.optimize_budget(
        steady, 2 * WEEKS * A_WEEK, weeks=WEEKS, phasing="free", limits=widened, outlook=QUICK, progress=False
    )
    weeks = plan.spend["tv"].to_numpy()
    assert weeks[-1] < 1.5 * weeks.mean()
    assert weeks[: WEEKS // 2].sum() >= weeks[WEEKS // 2 :].sum() - 0.02 * weeks.sum()


@pytest.mark.parametrize("kernel", [(1.0,), (0.6, 0.3, 0.1), (0.2, 0.5, 0.3), (0.1, 0.2, 0.7)])
def test_levels_of_an_even_plan_go_on_after_the_window_as_they_were(kernel: tuple[float, ...]) -> None:
    """Where carryover peaks late, the level that money of the last weeks makes lies after the window."""
    weights, money = np.array(kernel), np.random.default_rng(6).gamma(2.0, 1.0, WEEKS)
    works = level_by_week(weights, WEEKS)
    np.testing.assert_allclose(works[:WEEKS] @ money, carried(money, weights))
    assert len(works) == WEEKS + int(np.argmax(weights))
    np.testing.assert_allclose(works[len(kernel) - 1 :] @ np.full(WEEKS, 3.0), 3.0)
