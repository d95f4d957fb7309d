"""What a plan for later weeks is truly worth, and the best one: laws, and the engine fed with the true parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from omnimix.effects.controls_ahead import known_controls
from omnimix.effects.future import Future as PlansAhead
from omnimix.effects.plan import as_plan
from omnimix.effects.respond import money, simulate_plans
from omnimix.errors import OmnimixError
from omnimix.truth import Surroundings, Truth, World, simulate
from omnimix.truth.future import Future
from tests.truth.funnels import funnel
from tests.truth.posteriors import multiplying, still, true_posterior, two_stages

WEEKS = 13
KINDS = [{}, {"answers": True}, {"fuelled": True}, {"answers": True, "fuelled": True}]
SCENARIOS = ("retailer", "answering_search", "fuelled", "chained")


def later(truth: Truth, weeks: int = WEEKS, skip: int = 0) -> pd.DatetimeIndex:
    return pd.date_range(truth.window[-1] + pd.Timedelta(weeks=1 + skip), periods=weeks, freq="7D")


def last_year(truth: Truth) -> pd.DataFrame:
    """Return what was spent in the same weeks of the last year."""
    return truth.spend.loc[truth.window].iloc[-52 : -52 + WEEKS].set_axis(later(truth))


def levers(world: World) -> list[str]:
    return [c for c in world.truth.channels if c not in [r.name for r in world.funnel.responding]]


def value(truth: Truth, plan: pd.DataFrame) -> pd.Series:
    """Return the money of all outcomes by week."""
    worth = {n.name: n.value for n in truth.nodes}
    return (truth.respond(plan) * worth).sum(axis=1)


@pytest.fixture(scope="module", params=SCENARIOS)
def world(request: pytest.FixtureRequest) -> World:
    return simulate(request.param, seed=3, weeks=104)


def test_a_plan_is_worth_what_the_response_is_more_than_that_to_silence(world: World) -> None:
    truth = world.truth
    found = truth.plan_value(last_year(truth)[levers(world)])
    weeks = later(truth, 300)
    whole = found.spent.reindex(weeks, fill_value=0.0)
    gained = value(truth, whole) - value(truth, 0.0 * whole)
    assert found.value == pytest.approx(gained.sum(), rel=1e-10)
    assert found.spend == pytest.approx(found.spent.to_numpy().sum())
    assert found.profit == pytest.approx(found.value - found.spend)
    for horizon in (4, WEEKS, 20):
        counted = truth.plan_value(last_year(truth)[levers(world)], horizon=horizon).value
        assert counted == pytest.approx(gained.iloc[:horizon].sum(), rel=1e-10)
    assert truth.plan_value(last_year(truth)[levers(world)], horizon=300).value == pytest.approx(found.value)


def test_channels_that_answer_spend_what_they_truly_would(world: World) -> None:
    truth, plan = world.truth, last_year(world.truth)[levers(world)]
    np.testing.assert_allclose(truth.plan_value(plan).spent, truth.resulting_spend(plan), rtol=1e-12)
    more = truth.plan_value(2.0 * plan).spent
    for channel in world.funnel.responding:
        assert (more[channel.name] > truth.plan_value(plan).spent[channel.name]).all()


def test_a_channel_that_is_named_is_a_lever(world: World) -> None:
    truth, plan = world.truth, last_year(world.truth)
    pd.testing.assert_frame_equal(truth.plan_value(plan).spent, plan, check_names=False, check_freq=False)


def test_silence_is_worth_and_costs_nothing(world: World) -> None:
    found = world.truth.plan_value(0.0 * last_year(world.truth))
    assert (found.value, found.spend, found.profit) == (0.0, 0.0, 0.0)


def test_a_plan_has_to_follow_the_simulated_weeks(world: World) -> None:
    truth, plan = world.truth, last_year(world.truth)
    with pytest.raises(OmnimixError, match="follow the simulated ones every 7 days from 2024-01-01"):
        truth.plan_value(plan.set_axis(later(truth, skip=1)))
    with pytest.raises(OmnimixError, match="`televison` is no channel"):
        truth.plan_value(plan.rename(columns={truth.channels[0]: "televison"}))
    with pytest.raises(OmnimixError, match="negative"):
        truth.plan_value(-plan)
    with pytest.raises(OmnimixError, match="horizon"):
        truth.plan_value(plan, horizon=0)


@pytest.mark.parametrize("kind", [*KINDS, two_stages, multiplying], ids=lambda p: getattr(p, "__name__", str(p)))
@pytest.mark.parametrize("lever", [True, False])
def test_the_engine_fed_with_the_truth_finds_the_true_worth(kind: Any, lever: bool) -> None:
    world = still(**kind) if isinstance(kind, dict) else kind()
    posterior, truth = true_posterior(world), world.truth
    plan = last_year(truth) * np.linspace(0.5, 1.5, WEEKS)[:, None]
    plan = plan if lever else plan[levers(world)]
    whole = plan.reindex(later(truth, 100), fill_value=0.0)
    laid = as_plan(posterior, whole)
    laid = replace(laid, silent_from=len(truth.spend) + WEEKS)
    silent = as_plan(posterior, pd.DataFrame(0.0, index=whole.index, columns=list(truth.channels)))
    found = simulate_plans(posterior, {"plan": laid, "silence": silent})
    gained = (money(posterior, found["plan"].nodes) - money(posterior, found["silence"].nodes)).to_numpy()
    true = truth.plan_value(plan)
    np.testing.assert_allclose(gained, true.value, rtol=1e-7)
    spent = found["plan"].spend.isel(draw=0).to_pandas()
    np.testing.assert_allclose(spent.sum(), true.spent[list(spent)].sum(), rtol=1e-8)


@pytest.mark.parametrize("kind", [*KINDS, two_stages, multiplying], ids=lambda p: getattr(p, "__name__", str(p)))
@pytest.mark.parametrize("lever", [True, False])
@pytest.mark.parametrize("horizon", [None, 8, 16])
def test_what_searches_and_tables_read_is_the_true_worth(kind: Any, lever: bool, horizon: int | None) -> None:
    world = still(**kind) if isinstance(kind, dict) else kind()
    truth, set_too = world.truth, [c.name for c in world.funnel.responding] if lever else []
    ahead = PlansAhead(true_posterior(world), WEEKS, levers=set_too, horizon=horizon)
    today = last_year(truth) * np.linspace(0.5, 1.5, WEEKS)[:, None]
    silence, plan = (f * today[list(ahead.names)].to_numpy().T for f in (0.0, 1.0))
    true = truth.plan_value(today if lever else today[levers(world)], horizon=horizon)
    seen = ahead.weights({o.name: o.value or 1.0 for o in world.funnel.outcomes}, cost=0.0)
    everything_set = PlansAhead(true_posterior(world), WEEKS, levers=[c.name for c in world.funnel.responding])
    nothing = everything_set.accounts([everything_set.plan(silence)])[0]
    assert nothing.value.sum() == pytest.approx(0.0, abs=1e-6 * true.value)
    told = ahead.accounts([ahead.plan(plan)])[0]
    np.testing.assert_allclose(told.value.sum(axis=-1), true.value, rtol=1e-7)
    np.testing.assert_allclose(told.spend, true.spend, rtol=1e-8)
    looked = ahead.plan_value(plan, seen, slopes=False)
    answered = true.spent[[c.name for c in ahead.answering]].sum()
    np.testing.assert_allclose(looked.answered, np.tile(answered, (2, 1)), rtol=1e-8)
    if lever or not world.funnel.responding:
        np.testing.assert_allclose(
            looked.value - ahead.plan_value(silence, seen, slopes=False).value, true.value, rtol=1e-7
        )


def test_controls_of_later_weeks_are_those_that_a_fit_assumes() -> None:
    world = funnel(history=30, seed=6)
    truth, posterior = world.truth, true_posterior(world)
    ahead = Future(truth.mechanism, pd.DatetimeIndex(truth.spend.index), later(truth))
    assumed = truth.mechanism.demand(ahead.calendar, known_controls(posterior, ahead.calendar, None))
    for node in truth.nodes:
        np.testing.assert_allclose(ahead.demand.expected[node.name], assumed.expected[node.name], rtol=1e-12)


@pytest.mark.parametrize("answers", [True, False])
def test_the_best_plan_costs_its_total_within_bounds_in_the_pattern_of_the_reference(answers: bool) -> None:
    world = simulate("answering_search", seed=3, weeks=104)
    truth, today = world.truth, last_year(world.truth)
    names = levers(world) if answers else list(truth.channels)
    total = truth.plan_value(today[names]).spend
    lower, upper = (f * today.sum() for f in (0.6, 1.5))
    best = truth.best_plan(today, total, answering=None if answers else (), lower=lower, upper=upper)
    assert list(best) == names
    assert truth.plan_value(best).spend == pytest.approx(total, rel=1e-8)
    assert (best.sum() >= lower[names] * (1 - 1e-9)).all()
    assert (best.sum() <= upper[names] * (1 + 1e-9)).all()
    np.testing.assert_allclose(best / best.sum(), today[names] / today[names].sum(), rtol=1e-9)


def profit_of(truth: Truth) -> Callable[[pd.DataFrame], tuple[float, float]]:
    """Return a quick way to profit and cost of a plan of that window."""
    ahead = Future(truth.mechanism, pd.DatetimeIndex(truth.spend.index), later(truth))

    def found(plan: pd.DataFrame) -> tuple[float, float]:
        value, spend = ahead.worth({c: plan[c].to_numpy() for c in plan})
        return value - spend, spend

    return found


def test_no_random_plan_within_its_bounds_beats_the_best_one(world: World) -> None:
    truth, today = world.truth, last_year(world.truth)[levers(world)]
    worth, numbers = profit_of(truth), np.random.default_rng(2)
    profit, total = worth(today)
    best = worth(truth.best_plan(today, total, lower=0.4 * today.sum(), upper=2.0 * today.sum()))[0]
    assert best > profit
    for _ in range(25):
        inside, cheap, dear = numbers.uniform(0.4, 2.0, today.shape[1]), 0.0, 1.0
        end = 2.0 if worth(today * inside)[1] < total else 0.4
        for _ in range(40):  # moved towards an end until the plan costs the total
            step = (cheap + dear) / 2
            plan = today * (inside + step * (end - inside))
            reached = (worth(plan)[1] < total) == (end == 2.0)
            cheap, dear = (step, dear) if reached else (cheap, step)
        assert worth(plan)[1] == pytest.approx(total)
        assert worth(plan)[0] <= best + 1e-6 * total


def test_no_small_move_within_the_bounds_beats_the_best_plan(world: World) -> None:
    truth, today = world.truth, last_year(world.truth)[levers(world)]
    worth, numbers = profit_of(truth), np.random.default_rng(4)
    total = worth(today)[1]
    best = truth.best_plan(today, total)
    for _ in range(60):
        moved = best * np.exp(numbers.normal(0.0, 0.03, best.shape[1]))
        for _ in range(4):
            moved *= total / worth(moved)[1]
        assert worth(moved)[0] <= worth(best)[0] + 1e-6 * total


def test_wider_bounds_and_more_money_never_bring_less(world: World) -> None:
    truth, today = world.truth, last_year(world.truth)[levers(world)]
    total = truth.plan_value(today).spend
    found = [
        truth.plan_value(truth.best_plan(today, total, lower=(1 - w) * today.sum(), upper=(1 + w) * today.sum())).value
        for w in (0.1, 0.3, 0.6)
    ]
    assert found == sorted(found)
    more = [truth.plan_value(truth.best_plan(today, f * total)).value for f in (0.8, 1.0, 1.3)]
    assert more == sorted(more)


def test_the_order_of_channels_changes_nothing() -> None:
    truth = simulate("retailer", seed=3, weeks=104).truth
    today = last_year(truth)
    total = float(today.to_numpy().sum())
    one, other = truth.best_plan(today, total), truth.best_plan(today[list(reversed(truth.channels))], total)
    pd.testing.assert_frame_equal(one, other)


def test_a_channel_without_a_pattern_stays_silent() -> None:
    truth = simulate(seed=2, weeks=104, surroundings=Surroundings(controls={})).truth
    today = last_year(truth).assign(radio=0.0)
    best = truth.best_plan(today, float(today.to_numpy().sum()))
    assert best["radio"].sum() == 0.0
    assert best.to_numpy().sum() == pytest.approx(today.to_numpy().sum())


def test_what_cannot_be_planned_is_refused() -> None:
    world = simulate("answering_search", seed=3, weeks=104)
    truth, today = world.truth, last_year(world.truth)
    total = float(today.to_numpy().sum())
    with pytest.raises(OmnimixError, match="bounds let a plan cost"):
        truth.best_plan(today, total, upper=0.5 * today.sum())
    with pytest.raises(OmnimixError, match="`tv` cannot answer"):
        truth.best_plan(today, total, answering=["tv"])
    with pytest.raises(OmnimixError, match="no column `radio`"):
        truth.best_plan(today.drop(columns="radio"), total)
