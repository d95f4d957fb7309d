"""What the verbs on budgets answer, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.budget import BudgetPlan, search
from omnimix.budget.objective import ObjectiveFunction
from omnimix.budget.plan import PLAN, TODAY, VERSUS
from omnimix.errors import BudgetError
from omnimix.mechanics import Array
from tests.fits import converged

QUICK = om.Outlook(draws=60)
WEEKS = 6
USUAL = {"weeks": WEEKS, "outlook": QUICK, "progress": False}


def best(posterior: om.Posterior, total: float | None = None, **asked: object) -> BudgetPlan:
    return om.optimize_budget(posterior, total, **{**USUAL, **asked})  # type: ignore[arg-type]


def limited(**channels: om.Limit) -> om.Limits:
    return om.Limits(channels=channels)


# --- what cannot be kept is told before anything is solved ---------------------------------------------------------


def test_limits_that_clash_are_named_with_how_far_they_are_apart(levers: om.Posterior) -> None:
    limits = om.Limits(channels={"tv": om.Limit(min=90_000)}, pools={"reach": om.Limit(max=60_000)})
    with pytest.raises(BudgetError, match="30,000 apart") as refused:
        best(levers, limits=limits)
    assert "at least EUR 90,000 for tv" in str(refused.value)
    assert "at most EUR 60,000 for pool reach" in str(refused.value)
    assert "total" not in str(refused.value)


def test_a_total_above_all_ceilings_is_refused(levers: om.Posterior) -> None:
    with pytest.raises(BudgetError, match=r"160,000 apart(.|\n)*a total of EUR 200,000"):
        best(levers, 200_000, limits=limited(**dict.fromkeys(levers.funnel.channel_names, om.Limit(max=10_000))))


def test_a_total_below_what_answers_by_itself_is_refused(answering: om.Posterior) -> None:
    with pytest.raises(BudgetError, match=r"answers to demand \(search\)"):
        best(answering, 1_000)


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (om.Limits(channels={"tvv": om.Limit(max=1)}), "did you mean 'tv'"),
        (om.Limits(pools={"reech": om.Limit(max=1)}), "did you mean 'reach'"),
        (om.Limits(teams={"brnd": om.Limit(max=1)}), "did you mean 'brand'"),
        (om.Limits(levers=["tv"]), "no channel that responds"),
    ],
)
def test_limits_on_what_is_not_there_are_refused(levers: om.Posterior, limits: om.Limits, word: str) -> None:
    with pytest.raises(BudgetError, match=word):
        best(levers, limits=limits)


def test_no_flight_in_these_weeks_is_told(levers: om.Posterior) -> None:
    limits = limited(tv=om.Limit(min=5_000, flights=[("2026-01-05", "2026-01-20")]))
    with pytest.raises(BudgetError, match="no flight of tv falls into these weeks"):
        best(levers, limits=limits)


@pytest.mark.parametrize("wrong", [{"weeks": 0}, {"total": -5.0}, {"phasing": "both"}, {"objective": "valu"}])
def test_a_question_that_is_none_is_refused(levers: om.Posterior, wrong: dict[str, object]) -> None:
    with pytest.raises(BudgetError):
        best(levers, **wrong)


def test_a_fit_that_is_not_usable_gives_no_plan(levers: om.Posterior) -> None:
    bad = replace(levers.run, diagnostics=replace(levers.run.diagnostics, rhat_max=1.9))
    with pytest.raises(om.FitError):
        best(replace(levers, run=bad))


def test_a_search_that_did_not_end_gives_no_plan(levers: om.Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "certificate", lambda _, at: (np.inf, at))
    with pytest.raises(BudgetError, match="did not end at a plan"):
        best(levers)


def test_where_the_best_ends_lead_to_no_plan_the_others_are_followed(
    levers: om.Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, tried = search.settle, []

    def settle(function: ObjectiveFunction, start: Array) -> search.Best | None:
        tried.append(start)
        return None if len(tried) <= search.FOLLOWED else usual(function, start)

    monkeypatch.setattr(search, "settle", settle)
    monkeypatch.setattr(search, "distinct", lambda ends, _: sorted(ends, key=lambda end: -end[0]))
    expected = best(levers, weeks=3).spend.sum().sum()
    assert len(tried) > search.FOLLOWED
    assert expected > 0


# --- support ------------------------------------------------------------------------------------------------------


def test_a_plan_stays_inside_what_the_data_have_seen(levers: om.Posterior) -> None:
    for phasing in ("pattern", "free"):
        plan = best(levers, phasing=phasing)
        assert not plan.extrapolated.to_numpy().any()
        assert (plan.spend.sum() <= plan.region["highest"] * 1.001).all()


def test_what_lies_outside_is_marked_everywhere(levers: om.Posterior) -> None:
    plan = best(levers, 3.0 * best(levers).total)
    assert plan.extrapolated.to_numpy().any()
    assert plan.table()["extrapolated"].any()
    assert plan.calendar()["extrapolated"].any()
    assert any("extrapolated" in r for r in plan.assumptions.remarks)
    assert "outside what the data have seen" in plan.sentences()["extrapolated"]


def test_a_wider_region_never_hurts(levers: om.Posterior) -> None:
    usual, wide = best(levers), best(levers, limits=om.Limits(widen=0.5))
    worth, usually = (float(p.value.known["profit"].sel(plan=PLAN)) for p in (wide, usual))
    assert worth >= usually - search.FORGONE * usual.total


# --- levers or answering, never both --------------------------------------------------------------------------------


def test_a_channel_that_answers_shows_what_it_is_expected_to_spend(answering: om.Posterior) -> None:
    plan = best(answering)
    assert plan.answering == ("search",)
    assert (plan.spend["search"] > 0).all()
    assert plan.table().set_index("channel").loc["search", "answers"]


def test_money_limits_make_an_answering_channel_a_lever(answering: om.Posterior) -> None:
    plan = best(answering, limits=limited(search=om.Limit(lock=25_000.0)))
    assert plan.answering == ()
    assert round(plan.spend["search"].sum(), 2) == 25_000
    assert any("search is set by the plan" in r for r in plan.assumptions.remarks)


# --- open totals ----------------------------------------------------------------------------------------------------


def test_the_next_money_earns_the_target_where_no_limit_binds(levers: om.Posterior) -> None:
    low, high = (best(levers, target=om.Target("marginal_roas", at)).total for at in (1.5, 0.5))
    assert low < high


def test_the_whole_earns_the_target_roas(levers: om.Posterior) -> None:
    usual = best(levers)
    value = usual.value.table().set_index("plan").loc[PLAN]
    earned = float(value["mean"]) / float(value["spend"])
    plan = best(levers, target=om.Target("roas", 0.97 * earned))
    found = plan.value.table().set_index("plan").loc[PLAN]
    assert float(found["mean"]) / float(found["spend"]) == pytest.approx(0.97 * earned, rel=0.01)
    assert plan.total > usual.total


def test_the_cheapest_plan_reaches_its_outcome(levers: om.Posterior) -> None:
    from omnimix.effects.future import Future
    from omnimix.effects.respond import respond

    usual = best(levers)
    few = levers.thinned(QUICK.draws)

    def online(plan: BudgetPlan) -> float:
        nodes = respond(few, Future(few, WEEKS).plan(plan.spend.to_numpy().T))
        return float(nodes.sel(node="online").mean("draw").sum())

    target = 0.999 * online(usual)
    plan = best(levers, target=om.Target("online", target))
    assert online(plan) == pytest.approx(target, rel=2e-3)
    assert plan.total < usual.total


def test_targets_that_cannot_be_reached_are_refused(levers: om.Posterior) -> None:
    with pytest.raises(BudgetError, match="no total between"):
        best(levers, target=om.Target("roas", 50.0))
    with pytest.raises(BudgetError, match="the best brings"):
        best(levers, target=om.Target("online", 1e12))
    with pytest.raises(BudgetError, match="did you mean 'online'"):
        best(levers, target=om.Target("onlin", 1.0))


# --- honesty --------------------------------------------------------------------------------------------------------


def test_the_cautious_plan_is_best_in_the_worst_draws(levers: om.Posterior) -> None:
    def worst(plan: BudgetPlan) -> float:
        gains = np.sort(plan.gain.draws.sel({VERSUS: TODAY}).to_numpy())
        return float(gains[: len(gains) // 5].mean())

    cautious, usual = best(levers, objective=om.Cvar(0.8)), best(levers)
    assert worst(cautious) >= worst(usual) - search.FORGONE * usual.total


def test_the_corrected_gain_is_no_more_than_the_plain_one(levers: om.Posterior) -> None:
    table = best(levers).gain.table()
    assert (table["corrected"] <= table["mean"] + 1e-9).all()


def test_knowing_the_truth_is_worth_something_and_staying_costs_more(levers: om.Posterior) -> None:
    plan = best(levers)
    assert 0 <= plan.regret[PLAN] <= plan.regret[TODAY]


def test_negotiable_ranges_hold_the_plan(levers: om.Posterior) -> None:
    plan = best(levers)
    spend = plan.spend.sum()
    assert (plan.free["lower"] <= spend + 1).all()
    assert (plan.free["upper"] >= spend - 1).all()


def test_limits_that_shut_todays_plan_out_are_named_and_never_advised_away(levers: om.Posterior) -> None:
    usual = best(levers)
    money = usual.today.sum()
    assert usual.today_breaks == {"limits": (), "data": ()}
    limits = om.Limits(
        channels={"tv": om.Limit(max=0.7 * money["tv"]), "mail": om.Limit(max=2 * money["mail"])},
        teams={"ecommerce": om.Limit(change=(0.01, 0.5))},
    )
    plan = best(levers, limits=limits)
    assert plan.today_breaks["limits"] == ("tv", "ecommerce")
    assert plan.sentences()["advice"].startswith("Within these limits")
    assert "the limits on TV and e-commerce" in plan.sentences()["gain"]
    assert "grenzen voor tv en e-commerce" in plan.sentences("nl")["gain"]


def test_flights_shut_out_a_plan_that_runs_in_other_weeks(levers: om.Posterior) -> None:
    elsewhere = str(best(levers).today.iloc[2:].sum().idxmax())
    limits = limited(**{elsewhere: om.Limit(flights=[("2024-09-23", "2024-10-06")])})
    assert best(levers, limits=limits).today_breaks["limits"] == (elsewhere,)


def test_a_plan_speaks_both_languages(answering: om.Posterior) -> None:
    plan = best(answering)
    told = {k: plan.sentences(k) for k in ("en", "nl")}
    assert set(told["en"]) == set(told["nl"])
    assert all("{" not in s for t in told.values() for s in t.values())


def test_what_would_get_next_to_nothing_gets_nothing(levers: om.Posterior) -> None:
    """By the cent as well; tests/budget/test_search.py holds the law itself, on returns that are known."""
    limits = om.Limits(widen=1.0)  # channels may be left out
    usual = best(levers).total
    for total in (0.6 * usual, usual):
        spend = best(levers, total, limits=limits).spend.sum()
        assert ((spend == 0) | (spend > 1e-4 * total)).all()


# --- silos ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["answering", "levers"])
def test_the_parts_of_the_silo_cost_add_up(kind: str, request: pytest.FixtureRequest) -> None:
    found = om.silo_cost(request.getfixturevalue(kind), **USUAL)  # type: ignore[arg-type]
    draws = found.cost.draws
    whole, split, goal = (draws.sel(part=p) for p in ("silo_cost", "wrong_split", "wrong_goal"))
    np.testing.assert_allclose(whole, split + goal, atol=1e-6)
    room = search.FORGONE * float(found.budgets["today"].sum())
    assert float(split.mean()) >= -room
    assert float(goal.mean()) >= -room
    teams = found.plans["silos"].T.groupby(["brand", "brand", "ecommerce", "ecommerce"]).sum().T.sum()
    np.testing.assert_allclose(teams, found.budgets["today"], rtol=1e-3)
    assert "{" not in found.sentence("nl")


def test_teams_with_the_right_goal_lose_only_by_the_split(levers: om.Posterior) -> None:
    both = om.TeamGoal(("online", "store"))
    found = om.silo_cost(levers, **USUAL, goals={"brand": both, "ecommerce": both})  # type: ignore[arg-type]
    goal = float(found.cost.draws.sel(part="wrong_goal").mean())
    assert abs(goal) <= 2e-3 * float(found.budgets["today"].sum())


def test_silos_need_two_teams(plain_posterior: om.Posterior) -> None:
    with pytest.raises(BudgetError, match="no channel has a team"):
        om.silo_cost(converged(plain_posterior), **USUAL)  # type: ignore[arg-type]


def test_goals_of_unknown_teams_and_nodes_are_refused(levers: om.Posterior) -> None:
    with pytest.raises(BudgetError, match=r"did you mean 'brand'(.|\n)*did you mean 'store'"):
        om.silo_cost(levers, **USUAL, goals={"brnd": om.TeamGoal("store"), "brand": om.TeamGoal("stor")})  # type: ignore[arg-type]


# --- pools ----------------------------------------------------------------------------------------------------------


def test_shares_of_a_pool_add_up_and_follow_the_best_division(levers: om.Posterior) -> None:
    found = om.pool_split(levers, "reach", weeks=WEEKS, sizes=[30_000.0, 80_000.0], outlook=QUICK, progress=False)
    np.testing.assert_allclose(found.shares.draws.sum("channel"), 1.0)
    share = float(found.shares.known["share"].sel(channel="tv", pool_spend=80_000.0))
    rest = {n: om.Limit(lock=True) for n in ("retargeting", "search")}
    today = best(levers).today.sum()
    total = 80_000.0 + float(today[["retargeting", "search"]].sum())
    plan = best(
        levers, total, limits=om.Limits(channels=rest, widen=5.0), outlook=om.Outlook(draws=60, today=dict(today))
    )
    own = plan.spend[["tv", "mail"]].sum()
    assert share == pytest.approx(float(own["tv"] / own.sum()), abs=0.05)


def test_a_pool_that_is_none_is_refused(levers: om.Posterior) -> None:
    with pytest.raises(BudgetError, match="did you mean 'reach'"):
        om.pool_split(levers, "reahc", weeks=WEEKS, outlook=QUICK, progress=False)
    with pytest.raises(BudgetError, match="money above 0"):
        om.pool_split(levers, "reach", weeks=WEEKS, sizes=[-1.0], outlook=QUICK, progress=False)


# --- given plans ----------------------------------------------------------------------------------------------------


def test_a_plan_by_hand_is_valued_beside_todays(levers: om.Posterior) -> None:
    today = best(levers).today
    same = om.evaluate_plan(levers, today, outlook=QUICK)
    assert float(same.gain.draws.sel(plan="plan").mean()) == pytest.approx(
        0.0, abs=1e-3 * float(today.to_numpy().sum())
    )
    by_channel = om.evaluate_plan(
        levers, {str(k): float(v) for k, v in today.sum().items()}, weeks=WEEKS, outlook=QUICK
    )
    np.testing.assert_allclose(by_channel.value.draws, same.value.draws, rtol=1e-6)


def test_everything_wrong_with_a_plan_is_told_at_once(levers: om.Posterior) -> None:
    weeks = pd.date_range("2024-09-23", periods=WEEKS, freq="7D", name="week")
    frame = pd.DataFrame({"tv": [-1.0] * WEEKS, "mial": 3.0, "retargeting": 2.0, "search": 1.0}, index=weeks)
    with pytest.raises(BudgetError) as refused:
        om.evaluate_plan(levers, frame, outlook=QUICK)
    for word in ("did you mean 'mail'", "no column for mail", "`tv` is empty, negative"):
        assert word in str(refused.value)


def test_plans_of_different_lengths_are_not_compared(levers: om.Posterior) -> None:
    plan = best(levers)
    with pytest.raises(BudgetError, match="same weeks"):
        om.compare_plans(levers, {"a": plan, "b": plan.spend.iloc[:3]}, outlook=QUICK)


def test_the_response_goes_through_both_plans(levers: om.Posterior) -> None:
    plan = best(levers)
    table = om.plan_response(levers, plan, outlook=QUICK).table()
    for name in plan.channels:
        own = table[table["channel"] == name]
        assert own.loc[own["is_plan"], "spend"].item() == pytest.approx(plan.spend[name].sum())
        assert own.loc[own["is_today"], "spend"].item() == pytest.approx(plan.today[name].sum())
        assert own.loc[own["point"] == 0, "mean"].item() == 0
