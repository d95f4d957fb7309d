"""Laws of plans: what every plan keeps, and what no change of unit, order or limit may do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.budget import BudgetPlan
from omnimix.budget.objective import ObjectiveFunction
from omnimix.budget.plan import PLAN, TODAY, VERSUS
from omnimix.budget.problem import pose_problem
from omnimix.budget.search import FORGONE
from omnimix.budget.starts import pattern_starts
from omnimix.effects.future import Future
from omnimix.effects.respond import money, respond_each
from omnimix.spec import Limits

QUICK = om.Outlook(draws=60)
WEEKS = 6


@pytest.fixture(scope="module", params=["answering", "levers"])
def posterior(request: pytest.FixtureRequest) -> om.Posterior:
    found: om.Posterior = request.getfixturevalue(request.param)
    return found


def best(posterior: om.Posterior, total: float | None = None, **asked: object) -> BudgetPlan:
    return om.optimize_budget(posterior, total, **{"weeks": WEEKS, "outlook": QUICK, "progress": False, **asked})  # type: ignore[arg-type]


def worth(plan: BudgetPlan) -> float:
    """Expected value less all money spent."""
    return float(plan.value.known["profit"].sel(plan=PLAN))


def spend_of(plan: BudgetPlan, *channels: str) -> float:
    return float(plan.spend[list(channels)].to_numpy().sum())


@pytest.mark.parametrize("phasing", ["pattern", "free"])
def test_weeks_and_channels_sum_to_the_total(posterior: om.Posterior, phasing: str) -> None:
    plan = best(posterior, 123_456.78, phasing=phasing)
    assert round(plan.spend.to_numpy().sum(), 2) == 123_456.78
    assert (plan.spend.to_numpy() >= 0).all()
    assert plan.today.to_numpy().sum() == pytest.approx(plan.total, abs=0.01)
    assert plan.proportional.to_numpy().sum() == pytest.approx(plan.total, abs=0.01)
    assert list(plan.spend.index) == list(pd.date_range("2024-09-23", periods=WEEKS, freq="7D"))


def test_a_lock_is_kept_to_the_cent(posterior: om.Posterior) -> None:
    plan = best(posterior, limits=om.Limits(channels={"tv": om.Limit(lock=31_234.56)}))
    assert round(spend_of(plan, "tv"), 2) == 31_234.56


def test_a_lock_on_today_keeps_today(posterior: om.Posterior) -> None:
    plan = best(posterior, limits=om.Limits(channels={"mail": om.Limit(lock=True)}))
    assert spend_of(plan, "mail") == pytest.approx(float(plan.today["mail"].sum()), abs=0.01)


def test_every_kind_of_limit_is_kept(posterior: om.Posterior) -> None:
    today = best(posterior).today.sum()
    limits = om.Limits(
        channels={
            "tv": om.Limit(weekly_max=1.1 * float(best(posterior).today["tv"].max())),
            "mail": om.Limit(change=(-0.1, 0.1)),
            "retargeting": om.Limit(max=float(today["retargeting"]) * 1.02),
        },
        pools={"reach": om.Limit(max=float(today["tv"] + today["mail"]) * 1.05)},
        teams={"ecommerce": om.Limit(min=float(today["retargeting"] + today["search"]) * 0.98)},
    )
    for phasing in ("pattern", "free"):
        plan = best(posterior, limits=limits, phasing=phasing)
        assert plan.spend["tv"].max() <= 1.1 * float(best(posterior).today["tv"].max()) + 0.02
        assert 0.9 * today["mail"] - 0.5 <= spend_of(plan, "mail") <= 1.1 * today["mail"] + 0.5
        assert spend_of(plan, "retargeting") <= 1.02 * today["retargeting"] + 0.02
        assert spend_of(plan, "tv", "mail") <= 1.05 * (today["tv"] + today["mail"]) + 1.0
        assert spend_of(plan, "retargeting", "search") >= 0.98 * (today["retargeting"] + today["search"]) - 1.0


def test_flights_and_least_weeks_are_kept(posterior: om.Posterior) -> None:
    tv = om.Limit(flights=[("2024-10-01", "2024-10-16")], weekly_min=6_000)
    for phasing in ("pattern", "free"):
        plan = best(posterior, limits=om.Limits(channels={"tv": tv}), phasing=phasing)
        off = plan.spend["tv"].iloc[[0, 4, 5]]
        on = plan.spend["tv"].iloc[1:4]
        assert (off == 0).all()
        assert ((on == 0) | (on >= 6_000 - 0.01)).all()


def test_more_budget_never_lowers_what_the_best_plan_brings(posterior: om.Posterior) -> None:
    usual = best(posterior).total
    brings = [float(best(posterior, f * usual).value.draws.sel(plan=PLAN).mean()) for f in (0.8, 1.0, 1.2)]
    room = FORGONE * usual
    assert brings[0] <= brings[1] + room <= brings[2] + 2.0 * room


def test_the_best_plan_is_no_worse_than_any_other_that_keeps_the_limits(posterior: om.Posterior) -> None:
    problem = pose_problem(posterior, None, WEEKS, Limits(), QUICK)
    feasible, _ = problem.constraints.feasible_set(problem.total, problem.total, "pattern")
    plan = best(posterior)
    function = ObjectiveFunction(problem.future, feasible, problem.objective("value"))
    top = function.evaluate(feasible.variables(plan.spend.to_numpy().T))[0]
    from omnimix.budget.current_plan import scaled_to

    other = replace(problem, outlook=replace(QUICK, seed=5))
    for start in [*pattern_starts(other, feasible), feasible.variables(problem.today)]:
        laid = scaled_to(problem.future, feasible.spend(start), problem.total)
        variables = feasible.variables(laid)
        if (variables >= feasible.lower - 1e-6).all() and (variables <= feasible.upper + 1e-6).all():
            assert function.evaluate(variables)[0] <= top + 1e-4 * problem.total


def test_a_limit_relaxed_never_hurts(posterior: om.Posterior) -> None:
    today = best(posterior).today.sum()
    brings = []
    for room in (0.0, 0.1, 0.3):
        limits = om.Limits(channels={n: om.Limit(change=(-room, room)) for n in ("tv", "mail", "retargeting")})
        brings.append(worth(best(posterior, limits=limits)))
    free = worth(best(posterior))
    slack = FORGONE * float(today.sum())
    assert brings[0] <= brings[1] + slack
    assert brings[1] <= brings[2] + slack
    assert brings[2] <= free + slack


def test_money_in_other_units_changes_nothing_else(posterior: om.Posterior) -> None:
    wanted = pose_problem(posterior, None, WEEKS, Limits(), QUICK)
    hundred = 100.0
    frame = posterior.panel.frame.copy()
    names = list(posterior.funnel.channel_names)
    frame[names] = frame[names] * hundred
    scaling = replace(
        posterior.scaling,
        typical_exposure={k: v * hundred for k, v in posterior.scaling.typical_exposure.items()},
        spendings=tuple(
            replace(s, scale=s.scale * hundred, shift=s.shift * hundred) for s in posterior.scaling.spendings
        ),
    )
    outcomes = tuple(replace(o, value=(o.value or 1.0) * hundred) for o in posterior.funnel.outcomes)
    funnel = replace(posterior.funnel, outcomes=outcomes)
    in_cents = replace(posterior, panel=om.Panel(frame), scaling=scaling, funnel=funnel)
    one, other = best(posterior, wanted.total), best(in_cents, wanted.total * hundred)
    np.testing.assert_allclose(other.spend.sum(), one.spend.sum() * hundred, rtol=2e-3, atol=2e-3 * one.total * hundred)
    assert worth(other) == pytest.approx(worth(one) * hundred, rel=1e-4)


def test_the_order_of_channels_changes_nothing(posterior: om.Posterior) -> None:
    turned = replace(posterior, funnel=replace(posterior.funnel, channels=posterior.funnel.channels[::-1]))
    one, other = best(posterior), best(turned)
    assert worth(other) == pytest.approx(worth(one), abs=1e-4 * one.total)
    np.testing.assert_allclose(other.spend.sum()[list(one.channels)], one.spend.sum(), atol=0.01 * one.total)


def test_the_value_of_a_plan_equals_respond(posterior: om.Posterior) -> None:
    plan = best(posterior)
    few = posterior.thinned(QUICK.draws)
    future = Future(few, WEEKS)
    laid = {
        k: future.plan(
            frame.drop(columns=list(plan.answering)).reindex(columns=list(plan.channels), fill_value=0.0).to_numpy().T
        )
        for k, frame in (("plan", plan.spend), ("today", plan.today))
    }
    silent = future.accounts([laid["plan"]])[0]
    weeks = pd.date_range(plan.weeks[0], periods=future.followed, freq="7D", name="week")
    found = respond_each(few, laid, weeks=weeks)
    gross = (money(few, found["plan"]) - money(few, found["today"])).to_numpy()
    told = (plan.value.draws.sel(plan=PLAN) - plan.value.draws.sel(plan=TODAY)).to_numpy()
    np.testing.assert_allclose(gross, told, atol=1e-6 * np.abs(silent.value).sum(axis=1).mean())


def test_the_aim_has_the_derivatives_that_it_says(posterior: om.Posterior) -> None:
    problem = pose_problem(posterior, None, WEEKS, Limits(), QUICK)
    for objective in ("value", "profit", om.Cvar(0.7)):
        feasible, _ = problem.constraints.feasible_set(problem.total, problem.total, "free")
        function = ObjectiveFunction(problem.future, feasible, problem.objective(objective))
        at = feasible.variables(problem.today) * 0.9 + 40.0
        slopes = function.evaluate(at)[1]
        for k in range(0, len(at), 7):
            step = np.eye(len(at))[k]
            by_hand = (function.evaluate(at + step)[0] - function.evaluate(at - step)[0]) / 2
            assert by_hand == pytest.approx(slopes[k], rel=2e-4, abs=2e-5)


def test_a_longer_wait_for_value_never_makes_a_plan_worth_less(levers: om.Posterior) -> None:
    node_values = [worth(best(levers, outlook=om.Outlook(draws=60, horizon=h))) for h in (3, WEEKS, 20)]
    assert node_values[0] < node_values[1] < node_values[2]


def test_the_gain_is_that_of_the_two_plans_side_by_side(posterior: om.Posterior) -> None:
    plan = best(posterior)
    side = (
        om.compare_plans(posterior, {"today": plan.today, "plan": plan}, outlook=QUICK)
        if not plan.answering
        else (om.evaluate_plan(posterior, plan, outlook=QUICK))
    )
    told = plan.gain.draws.sel({VERSUS: TODAY}).to_numpy()
    np.testing.assert_allclose(side.gain.draws.sel(plan="plan").to_numpy(), told, atol=1e-6 * plan.total)
