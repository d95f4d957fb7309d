"""Plans of a channel with reach and frequency: what money moves, and what another frequency would."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.curves.frequency import worth_of
from omnimix.effects.accounts import accounts
from omnimix.effects.engine import Engine
from omnimix.effects.future import Future
from omnimix.effects.plan import data_window, scaled_spend
from omnimix.frequency.verb import at_frequency
from omnimix.mechanics.frequency import known_frequency, usual_frequency
from omnimix.truth import Medium, simulate
from tests.truth.posteriors import reached, true_posterior

WEEKS = 6


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    return true_posterior(reached())


@pytest.fixture(scope="module")
def alone() -> om.Posterior:
    tv = om.Channel("tv", reach="tv_reach", frequency="tv_frequency", adstock="none")
    return true_posterior(simulate(seed=2, weeks=60, channels=[Medium(tv, style="flighted"), "radio"]))


def test_a_look_at_a_plan_agrees_with_the_engine(posterior: om.Posterior) -> None:
    future = Future(posterior, WEEKS)
    money = np.random.default_rng(1).gamma(2.0, 400.0, (3, WEEKS))
    wanted = future.weights({o.name: float(o.value or 1.0) for o in posterior.funnel.outcomes})
    some, none = (future.plan_value(m, wanted) for m in (money, np.zeros(money.shape)))
    told = [a.net(posterior.value_unit) for a in future.accounts([future.plan(m) for m in (money, 0.0 * money)])]
    np.testing.assert_allclose(some.value - none.value, told[0] - told[1] + money.sum(), rtol=1e-8)
    for channel in range(2):
        more, less = money.copy(), money.copy()
        more[channel, 2] += 1.0
        less[channel, 2] -= 1.0
        slope = (future.plan_value(more, wanted).value - future.plan_value(less, wanted).value) / 2
        np.testing.assert_allclose(some.slopes[:, 0, channel, 2], slope, rtol=1e-5)


def test_more_money_reaches_more_people_as_often(alone: om.Posterior) -> None:
    plan = data_window(alone)
    engine = Engine(alone, plan.spend.index)
    sizes = [a.value.sum(axis=1) for a in accounts(engine, [scaled_spend(plan, ["tv"], k) for k in (0.0, 1.0, 2.0)])]
    np.testing.assert_allclose(sizes[2] - sizes[1], sizes[1] - sizes[0], rtol=1e-9)


def test_the_usual_frequency_is_contacts_over_people_of_the_last_year(alone: om.Posterior) -> None:
    frame, channel = alone.panel.frame, alone.funnel.channel("tv")
    last = frame.iloc[-52:]
    contacts = (last["tv_reach"] * last["tv_frequency"]).sum()
    assert usual_frequency(alone.scaling, channel, frame) == pytest.approx(contacts / last["tv_reach"].sum())
    nobody = frame["tv_reach"].to_numpy() == 0
    assert nobody.any()
    assert (known_frequency(alone.scaling, channel, frame)[nobody] == 1.0).all()


def test_the_same_contacts_at_another_frequency_do_as_much_as_its_worth_over_it(alone: om.Posterior) -> None:
    plan = data_window(alone)
    engine = Engine(alone, plan.spend.index)
    slope, half = alone.curve_draws("sales", "tv")[0, 3:]
    silent, four, two = (
        a.value.sum(axis=1)
        for a in accounts(
            engine,
            [
                scaled_spend(plan, ["tv"], 0.0),
                at_frequency(engine, plan, "tv", 4.0),
                at_frequency(engine, plan, "tv", 2.0),
            ],
        )
    )
    expected = (worth_of(4.0, slope, half) / 4.0) / (worth_of(2.0, slope, half) / 2.0)
    np.testing.assert_allclose((four - silent) / (two - silent), expected, rtol=1e-9)


def test_where_the_frequency_never_moved_going_there_changes_nothing(alone: om.Posterior) -> None:
    frame = alone.panel.frame
    steady = frame.assign(tv_frequency=np.where(frame["tv_reach"] > 0, 3.0, 0.0))
    posterior = replace(alone, panel=alone.panel.with_frame(steady))
    plan = data_window(posterior)
    engine = Engine(posterior, plan.spend.index)
    as_it_was, moved = accounts(engine, [plan, at_frequency(engine, plan, "tv", 3.0)])
    np.testing.assert_allclose(moved.value, as_it_was.value, atol=1e-6)
