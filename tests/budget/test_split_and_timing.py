"""What comes from the split between channels and what from when money is spent: parts that add up, limits kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.budget.plan import PART, PLAN_EVENLY, SPLIT, TIMING, TODAY, TODAY_EVENLY, VERSUS
from omnimix.budget.problem import pose_problem
from omnimix.budget.split_and_timing import evenly, in_other_weeks
from omnimix.spec import Limits

QUICK = om.Outlook(draws=60)
WEEKS = 6
ASKED = {"weeks": WEEKS, "outlook": QUICK, "progress": False}


@pytest.fixture(scope="module", params=["answering", "levers"])
def posterior(request: pytest.FixtureRequest) -> om.Posterior:
    found: om.Posterior = request.getfixturevalue(request.param)
    return found


def limited(**channels: om.Limit) -> Limits:
    return om.Limits(channels=channels)


@pytest.mark.parametrize("phasing", ["pattern", "free"])
def test_split_and_timing_add_up_to_the_gain(posterior: om.Posterior, phasing: str) -> None:
    plan = om.optimize_budget(posterior, phasing=phasing, **ASKED)
    parts = {p: plan.phasing.draws.sel({PART: p}).to_numpy() for p in (SPLIT, TIMING, TODAY_EVENLY, PLAN_EVENLY)}
    gain = plan.gain.draws.sel({VERSUS: TODAY}).to_numpy()
    np.testing.assert_allclose(parts[SPLIT] + parts[TIMING], gain, atol=1e-9 * plan.total)
    if phasing == "pattern":
        np.testing.assert_array_equal(parts[TIMING], 0.0)


def test_what_even_weeks_bring_is_what_plans_side_by_side_say(posterior: om.Posterior) -> None:
    plan = om.optimize_budget(posterior, **ASKED)
    set_ = [c for c in plan.channels if c not in plan.answering]
    for frame, part in ((plan.today, TODAY_EVENLY), (plan.spend, PLAN_EVENLY)):
        own = frame[set_]
        even = own * 0.0 + own.mean()
        side = om.compare_plans(posterior, {"own": own, "even": even}, outlook=QUICK)
        told = plan.phasing.draws.sel({PART: part}).to_numpy()
        np.testing.assert_allclose(side.gain.draws.sel(plan="even").to_numpy(), told, atol=1e-6 * plan.total)


def test_a_plan_that_is_even_gains_nothing_by_being_spread(posterior: om.Posterior) -> None:
    problem = pose_problem(posterior, None, WEEKS, Limits(), QUICK)
    even = evenly(problem, problem.today)
    np.testing.assert_allclose(evenly(problem, even), even, rtol=1e-12)
    rows = [lever.row for lever in problem.constraints.levers]
    np.testing.assert_allclose(even[rows].sum(axis=1), problem.today[rows].sum(axis=1))


def test_answering_channels_spend_what_their_stage_calls_for(answering: om.Posterior) -> None:
    problem = pose_problem(answering, None, WEEKS, Limits(), QUICK)
    for laid in in_other_weeks(problem, problem.today).values():
        for name, spent in problem.future.answered(problem.future.plan(laid)).items():
            np.testing.assert_allclose(laid[problem.future.names.index(name)], spent.mean(axis=0))


def test_spreading_keeps_flights_and_least_weeks_and_ceilings_of_groups(levers: om.Posterior) -> None:
    def laid(limits: Limits) -> tuple[np.ndarray, np.ndarray]:
        problem = replace(pose_problem(levers, None, WEEKS, limits, QUICK))
        return evenly(problem, problem.today), problem.today

    tv = list(levers.funnel.channel_names).index("tv")
    even, _ = laid(limited(tv=om.Limit(flights=[("2024-10-01", "2024-10-16")])))
    assert (even[tv, [0, 4, 5]] == 0).all()
    assert np.ptp(even[tv, 1:4]) == pytest.approx(0.0, abs=1e-9)
    even, today = laid(limited(tv=om.Limit(weekly_min=1e9)))
    np.testing.assert_array_equal(even[tv], today[tv])
    even, today = laid(om.Limits(pools={"reach": om.Limit(weekly_max=1.0)}))
    np.testing.assert_array_equal(even[tv], today[tv])
