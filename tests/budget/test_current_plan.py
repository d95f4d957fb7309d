"""Which weeks of the data today's plan is read from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.budget.current_plan import (
    LAST_WEEKS,
    LAST_YEAR,
    SINCE_START,
    STOPPED,
    basis_of,
    current_basis,
    current_spend,
)
from omnimix.budget.problem import pose_problem
from omnimix.effects.future import Future
from tests.data.made_spend import flights, only, season, steady


def read(money: np.ndarray, weeks: int) -> np.ndarray:
    return basis_of(money, weeks).spend(money, weeks)


@pytest.mark.parametrize("weeks", [1, 13, 26, 52])
@pytest.mark.parametrize(
    "money", [steady(), flights(3, 5), flights(6, 20), season(48, 4, 130), season(20, 26, 157)], ids=len
)
def test_what_runs_steadily_in_flights_or_in_a_season_spends_as_in_the_same_weeks_of_the_last_year(
    money: np.ndarray, weeks: int
) -> None:
    assert basis_of(money, weeks).rule == LAST_YEAR
    np.testing.assert_array_equal(read(money, weeks), money[-52:][:weeks])


@pytest.mark.parametrize("weeks", [4, 13, 60])
@pytest.mark.parametrize("ago", [10, 45])
def test_a_channel_that_started_has_its_average_week_since(ago: int, weeks: int) -> None:
    money = only(steady(), (130 - ago, 130))
    assert basis_of(money, weeks) == replace(basis_of(money, weeks), rule=SINCE_START, first=130 - ago, end=130)
    assert read(money, weeks).sum() == pytest.approx(weeks * money.sum() / ago)


@pytest.mark.parametrize("known", [45, 130])
def test_a_channel_that_stopped_has_nothing(known: int) -> None:
    money = only(steady(known), (0, known - 8))
    assert basis_of(money, 13).rule == STOPPED
    assert not read(money, 13).any()


@pytest.mark.parametrize("weeks", [4, 13, 45, 60])
def test_data_shorter_than_a_year_are_read_from_their_last_weeks(weeks: int) -> None:
    money = steady(45)
    found = basis_of(money, weeks)
    assert (found.rule, found.end) == (LAST_WEEKS, 45)
    np.testing.assert_array_equal(read(money, weeks)[:45], money[-weeks:])


def test_more_weeks_than_a_year_begin_again_with_its_first() -> None:
    np.testing.assert_array_equal(read(steady(), 60)[52:], steady()[-52:][:8])


def changed(posterior: om.Posterior) -> om.Posterior:
    """Return a posterior of whose channels tv started and mail stopped ten weeks before the end of its data."""
    frame = posterior.panel.frame.copy()
    frame.iloc[:-10, frame.columns.get_loc("tv")] = 0.0
    frame.iloc[-10:, frame.columns.get_loc("mail")] = 0.0
    return replace(posterior, panel=om.Panel(frame, currency="EUR"))


def test_a_table_says_which_weeks_were_read_for_which_channel(levers: om.Posterior) -> None:
    posterior = changed(levers)
    future, last = Future(posterior, 6), posterior.scaling.weeks[-1]
    found = current_basis(posterior, future, given=False)
    first = last - pd.Timedelta(weeks=9)
    assert found["rule"].to_dict() == {
        "tv": SINCE_START, "mail": STOPPED, "retargeting": LAST_YEAR, "search": LAST_YEAR
    }  # fmt: skip
    assert found.loc["tv", ["first", "last"]].tolist() == found.loc["mail", ["first", "last"]].tolist() == [first, last]
    assert found.loc["search", "first"] == last - pd.Timedelta(weeks=51)
    assert set(current_basis(posterior, future, given=True)["rule"]) == {"given"}
    spend = current_spend(posterior, future, None)
    np.testing.assert_allclose(spend[0], posterior.panel.frame["tv"].iloc[-10:].mean())
    assert not spend[1].any()


def test_without_a_total_it_is_what_that_plan_spends(levers: om.Posterior) -> None:
    posterior = changed(levers)
    problem = pose_problem(posterior, None, 6, om.Limits(), om.Outlook(draws=20))
    assert problem.total_from == "today"
    assert problem.total == pytest.approx(current_spend(posterior, problem.future, None).sum(), abs=0.01)
    assert pose_problem(posterior, 1e5, 6, om.Limits(), om.Outlook(draws=20)).total_from == "given"


def test_where_every_channel_stopped_there_is_no_plan_to_compare_with(levers: om.Posterior) -> None:
    frame = levers.panel.frame.copy()
    frame.iloc[-10:, [frame.columns.get_loc(c) for c in levers.funnel.channel_names]] = 0.0
    silent = replace(levers, panel=om.Panel(frame, currency="EUR"))
    with pytest.raises(om.BudgetError, match="spends nothing on any channel"):
        pose_problem(silent, None, 6, om.Limits(), om.Outlook(draws=20))
