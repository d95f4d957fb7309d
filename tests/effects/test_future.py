"""Plans for later weeks: the quick look agrees with the engine, and its derivatives with finite differences."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

import omnimix as om
from omnimix.effects.future import Future
from omnimix.mechanics import Array
from tests.fits import fit
from tests.funnel_fits import SETTINGS, funnel_frame, whole_funnel

WEEKS = 5
type Made = Callable[..., Future]


def some_money(future: Future, seed: int = 0) -> Array:
    """Return money of every channel and week; some weeks are silent."""
    generator = np.random.default_rng(seed)
    drawn = generator.gamma(2.0, 1_500.0, (len(future.names), WEEKS))
    return np.where(generator.random(drawn.shape) < 0.2, 0.0, drawn)


def outcome_values(future: Future) -> dict[str, float]:
    return {o.name: float(o.value or 1.0) for o in future.posterior.funnel.outcomes}


@pytest.fixture(scope="module")
def two_answer() -> om.Posterior:
    """Two channels that answer to the same stage, and bring visits themselves."""
    answering = [om.Channel(name, responds_to="visits") for name in ("mail", "search")]
    funnel = whole_funnel(channels=["tv", om.Channel("retargeting", fuelled_by="visits"), *answering])
    return fit(funnel, om.Panel(funnel_frame()), **{**SETTINGS, "draws": 40, "tune": 100})


@pytest.fixture(scope="module")
def changing() -> om.Posterior:
    """The whole funnel with effects that change by half-year."""
    funnel = whole_funnel(effects_change="half_year")
    return fit(funnel, om.Panel(funnel_frame()), **{**SETTINGS, "draws": 40, "tune": 100})


FUNNELS = [
    ("funnel_posterior", ()),
    ("funnel_posterior", ("search",)),
    ("plain_posterior", ()),
    ("two_answer", ()),
    ("two_answer", ("mail",)),
    ("changing", ()),
]


@pytest.fixture(
    params=FUNNELS,
    ids=["answering and fuelled", "search set", "levers alone", "two answer", "one of two set", "changing"],
)
def future(request: pytest.FixtureRequest) -> Future:
    name, levers = request.param
    return Future(request.getfixturevalue(name), WEEKS, levers=levers, discount=0.1)


def test_a_look_agrees_with_the_engine(future: Future) -> None:
    money = some_money(future)
    none = np.zeros(money.shape)
    wanted = future.weights(outcome_values(future))
    seen = future.plan_value(money, wanted).value - future.plan_value(none, wanted).value
    with_plan, without = future.accounts([future.plan(money), future.plan(none)])
    levers = [k for k, n in enumerate(future.names) if n in future.set_channels]
    set_money = float((money[levers] @ future.discount[:WEEKS]).sum())
    told = (with_plan.value - without.value).sum(axis=1) - (with_plan.spend - without.spend - set_money)
    np.testing.assert_allclose(seen, told, rtol=0, atol=1e-6 * np.abs(told).mean())


def test_what_answers_is_seen_as_the_engine_has_it(future: Future) -> None:
    money = some_money(future)
    spent = future.answered(future.plan(money))
    seen = future.plan_value(money, future.weights({})).answered
    for k, channel in enumerate(future.answering):
        np.testing.assert_allclose(seen[:, k], spent[channel.name].sum(axis=1), rtol=1e-9)


@pytest.mark.parametrize("goal", ["all outcomes", "a stage", "direct effects"])
def test_derivatives_equal_finite_differences(future: Future, goal: str) -> None:
    nodes = {"all outcomes": outcome_values(future), "a stage": {"visits": 1.0}, "direct effects": {}}[goal]
    direct = {("online", "search"): 0.3, ("online", "retargeting"): 0.2} if goal == "direct effects" else {}
    wanted, money = future.weights(nodes, direct=direct), some_money(future, seed=1) + 500.0
    slopes = future.plan_value(money, wanted).slopes
    for name in future.set_channels:
        channel = future.names.index(name)
        for week in (0, WEEKS - 1):
            more, less = money.copy(), money.copy()
            more[channel, week] += 1.0
            less[channel, week] -= 1.0
            up, down = (future.plan_value(m, wanted, slopes=False) for m in (more, less))
            by_hand = np.column_stack([up.value - down.value, up.answered - down.answered]) / 2
            size = np.abs(slopes[:, :, channel]).max()
            np.testing.assert_allclose(slopes[:, :, channel, week], by_hand, rtol=0, atol=2e-6 * size + 1e-9)


def test_money_of_a_channel_that_answers_is_not_read(funnel_posterior: om.Posterior) -> None:
    future = Future(funnel_posterior, WEEKS)
    money, other = some_money(future), some_money(future)
    other[future.names.index("search")] = 1e6
    wanted = future.weights(outcome_values(future))
    assert np.array_equal(future.plan_value(money, wanted).value, future.plan_value(other, wanted).value)
    assert future.plan(money).spend.equals(future.plan(other).spend)


def test_a_longer_horizon_counts_all_of_a_shorter_one(plain_posterior: om.Posterior) -> None:
    money = some_money(Future(plain_posterior, WEEKS))
    totals = []
    for horizon in (2, WEEKS, 20, None):
        future = Future(plain_posterior, WEEKS, horizon=horizon)
        totals.append(future.accounts([future.plan(money)])[0].value.sum(axis=1))
    assert all((later >= earlier - 1e-9).all() for earlier, later in itertools.pairwise(totals))


def test_draws_can_be_looked_at_alone(future: Future) -> None:
    money, wanted = some_money(future), future.weights(outcome_values(future))
    whole, few = future.plan_value(money, wanted), future.plan_value(money, wanted, np.array([3, 17]))
    assert np.array_equal(whole.value[[3, 17]], few.value)
    assert np.array_equal(whole.slopes[[3, 17]], few.slopes)


def test_money_that_goes_on_is_a_longer_plan_of_that_money(plain_posterior: om.Posterior) -> None:
    """What one plan brings more than another is the same where the weeks after both are planned in a longer window."""
    future = Future(plain_posterior, WEEKS)
    after = np.linspace(500.0, 2_000.0, len(future.names))
    longer = Future(plain_posterior, future.followed)
    rest = np.repeat(after[:, None], future.followed - WEEKS, axis=1)
    going_on, found = future.followed_by(after), []
    for seed in (0, 1):
        money = some_money(future, seed)
        short = going_on.plan_value(money, future.weights(outcome_values(future)))
        whole = longer.plan_value(np.hstack([money, rest]), longer.weights(outcome_values(future)))
        np.testing.assert_allclose(short.slopes, whole.slopes[..., :WEEKS], rtol=1e-9, atol=1e-12)
        found.append((short.value, whole.value))
    more = [(one - other) for one, other in zip(*found, strict=True)]
    np.testing.assert_allclose(more[0], more[1], rtol=1e-7, atol=1e-6 * np.abs(more[1]).max())
