"""A start and a stop are told from flights and seasons."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.data.starts_and_stops import YEAR, last_start, last_stop
from tests.data.made_spend import WEEKS, flights, only, season, steady


@pytest.mark.parametrize("ago", [1, 4, 10, 30, 51])
def test_a_channel_that_began_within_the_year_started_then(ago: int) -> None:
    for run in (steady(), flights(1, 3, first=WEEKS - ago)):
        assert last_start(only(run, (WEEKS - ago, WEEKS)), WEEKS - YEAR) == WEEKS - ago


def test_a_channel_that_runs_again_after_more_than_a_year_started_again() -> None:
    assert last_start(only(steady(), (0, 40), (110, WEEKS)), WEEKS - YEAR) == 110


@pytest.mark.parametrize("ago", [4, 10, 30, 51])
def test_a_channel_that_ran_and_runs_no_more_stopped(ago: int) -> None:
    assert last_stop(only(steady(), (0, WEEKS - ago))) == WEEKS - ago


def test_flights_stop_when_they_stay_away_half_as_long_again_as_ever() -> None:
    for ago in (5, 7, 12, 40):
        spend = only(flights(3, 5), (0, WEEKS - ago))
        silent = len(spend) - 1 - np.flatnonzero(spend)[-1]
        assert last_stop(spend) == (len(spend) - silent if silent > 7.5 else None)


@pytest.mark.parametrize("later", [-4, -2, 2, 4])
@pytest.mark.parametrize("length", [4, 13, 26])
def test_a_season_that_comes_some_weeks_early_or_late_neither_starts_nor_stops(length: int, later: int) -> None:
    for weeks in range(104, WEEKS):
        spend = only(steady(weeks), (30, 30 + length), (82 + later, 82 + later + length))
        assert last_start(spend, weeks - YEAR) is None
        assert last_stop(spend) is None


@pytest.mark.parametrize("trial", [40, 60, 90])
def test_a_trial_some_time_before_is_no_part_of_a_run(trial: int) -> None:
    assert last_start(only(steady(), (trial, trial + 1), (110, WEEKS)), WEEKS - YEAR) == 110


@pytest.mark.parametrize("pause", [26, 40, 51])
def test_a_channel_that_runs_again_after_a_long_pause_started_again(pause: int) -> None:
    spend = only(steady(), (0, WEEKS - 10 - pause), (WEEKS - 10, WEEKS))
    assert last_start(spend, WEEKS - YEAR) == WEEKS - 10
    assert last_start(only(steady(), (0, 110), (120, WEEKS)), WEEKS - YEAR) is None


def test_a_pause_of_old_does_not_hide_a_stop() -> None:
    assert last_stop(only(steady(156), (0, 60), (90, 145))) == 145


@pytest.mark.parametrize("weeks", [45, 60, 104, WEEKS, 157])
@pytest.mark.parametrize(("on", "off"), [(1, 3), (3, 5), (6, 20), (13, 13)])
def test_flights_neither_start_nor_stop(weeks: int, on: int, off: int) -> None:
    for first in range(on + off):
        spend = flights(on, off, weeks, first)
        assert last_start(spend, max(weeks - YEAR, 0)) is None or np.flatnonzero(spend)[0] > off
        assert last_stop(spend) is None


@pytest.mark.parametrize("length", [2, 5, 13, 26, 39])
@pytest.mark.parametrize("weeks", [104, WEEKS, 157])
def test_a_season_neither_starts_nor_stops(weeks: int, length: int) -> None:
    for first in range(YEAR):
        spend = season(first, length, weeks)
        assert last_start(spend, weeks - YEAR) is None
        assert last_stop(spend) is None


def test_a_season_seen_once_does_not_stop() -> None:
    """December of the only year known, data to the end of February."""
    spend = only(steady(60), (48, 52))
    assert last_stop(spend) is None
    assert last_start(spend, 8) is None


def test_in_short_data_a_long_run_that_ended_stopped_and_a_short_one_may_be_a_season() -> None:
    assert last_stop(only(steady(45), (0, 38))) == 38
    assert last_stop(only(steady(45), (0, 6))) is None


@pytest.mark.parametrize("spend", [np.zeros(20), np.full(20, 5.0), np.r_[np.full(19, 5.0), 0.0], np.zeros(0)])
def test_what_always_or_never_ran_neither_starts_nor_stops(spend: np.ndarray) -> None:
    assert last_start(spend, 0) is None
    assert last_stop(spend) is None


def test_a_few_coins_neither_delay_a_start_nor_a_stop() -> None:
    started, stopped = only(steady(), (120, WEEKS)), only(steady(), (0, 120))
    started[80], stopped[123] = 0.2, 0.2
    assert last_start(started, WEEKS - YEAR) == 120
    assert last_stop(stopped) == 120
