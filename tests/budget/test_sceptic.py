"""What a sceptic expects of a plan, on returns and gains that are known."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.budget.plan import TODAY, VERSUS
from omnimix.budget.problem import pose_problem
from omnimix.budget.sceptic import next_returns, sceptical_gain
from omnimix.mechanics import Array
from omnimix.spec import Limits

MONEY = np.array([3.0, 1.0, 2.0])
QUICK = om.Outlook(draws=60)


def drawn(spread: float = 0.3, size: int = 1_000) -> tuple[Array, Array]:
    """Return returns of three channels, and the gain of moving money from the first to the third."""
    returns = 1.5 + np.random.default_rng(5).normal(0.0, spread, (size, 3)) + np.array([-0.2, 0.0, 0.3])
    return returns, 1_000.0 * (returns[:, [2]] - returns[:, [0]])


def test_an_infinitely_weak_sceptic_expects_what_the_model_does() -> None:
    returns, gains = drawn()
    found = sceptical_gain(gains, returns, MONEY, 0.9, spread=np.inf)
    assert found.mean[0] == pytest.approx(gains.mean())
    assert (found.lower[0], found.upper[0]) == pytest.approx(tuple(np.quantile(gains, [0.05, 0.95])))


def test_the_stronger_the_sceptic_the_smaller_the_gain_of_moving_money() -> None:
    returns, gains = drawn()
    means = [sceptical_gain(gains, returns, MONEY, 0.9, spread=s).mean[0] for s in (100.0, 1.0, 0.5, 0.3, 0.2)]
    assert means[0] == pytest.approx(gains.mean(), rel=0.01)
    assert (np.diff(means) < 0).all()
    assert means[-1] > 0


def test_gains_in_other_money_are_the_same_gains() -> None:
    returns, gains = drawn()
    one = sceptical_gain(gains, returns, MONEY, 0.9)
    other = sceptical_gain(100.0 * gains, 7.0 * returns, 100.0 * MONEY, 0.9)
    assert other.mean == pytest.approx(100.0 * one.mean)
    assert other.shape == pytest.approx(one.shape)


def test_where_channels_return_the_same_there_is_nothing_to_doubt() -> None:
    returns, gains = np.ones((200, 3)), drawn(size=200)[1]
    assert sceptical_gain(gains, returns, MONEY, 0.9).mean == pytest.approx(gains.mean(axis=0))
    alone = sceptical_gain(gains, drawn(size=200)[0][:, :1], MONEY[:1], 0.9)
    assert alone.mean == pytest.approx(gains.mean(axis=0)), "one channel differs from none"


def test_where_data_leave_nothing_of_what_the_sceptic_believes_no_figure_is_told() -> None:
    returns, gains = drawn(spread=0.4)
    found = sceptical_gain(gains, returns + np.array([0.0, 0.0, 9.0]), MONEY, 0.9, spread=0.1)
    assert np.isnan([found.mean, found.lower, found.upper]).all()
    assert found.shape > 0.6


def test_next_returns_are_differences_of_plans(levers: om.Posterior) -> None:
    problem = pose_problem(levers, None, 6, Limits(), QUICK)
    returns, money = next_returns(problem)
    wanted = problem.future.weights(problem.unit_values, cost=problem.value_unit.price)
    usual = problem.future.plan_value(problem.today, wanted, slopes=False).value
    for row in range(len(money)):
        more = problem.today.copy()
        more[row] *= 1.0 + 1e-6
        gained = problem.future.plan_value(more, wanted, slopes=False).value - usual
        np.testing.assert_allclose(gained / (1e-6 * money[row]), returns[:, row], rtol=1e-3, atol=1e-3)


def test_the_luck_of_draws_is_the_mean_less_the_corrected_one_and_none_where_there_is_no_choice(
    levers: om.Posterior,
) -> None:
    asked = {"weeks": 6, "outlook": QUICK, "progress": False}
    chosen = om.optimize_budget(levers, **asked).gain.table()
    np.testing.assert_allclose(chosen["mean"] - chosen["corrected"], chosen["draw_luck"], rtol=1e-9, atol=1e-6)
    assert (chosen["draw_luck"] >= 0).all()
    locked = om.Limits(channels={name: om.Limit(lock=True) for name in ("tv", "mail", "retargeting", "search")})
    only = om.optimize_budget(levers, limits=locked, **asked)
    assert float(only.gain.known["draw_luck"].sel({VERSUS: TODAY})) == pytest.approx(0.0, abs=1e-6 * only.total)
