"""The same week of last year, by the calendar and not by counting to 52."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnimix.backtests.seasonal_naive import seasonal_naive

DAYS = ["2018-01-01", "2017-12-31", "2018-01-03", "2018-01-06"]  # Monday, Sunday, Wednesday, Saturday


def by_iso_week(first: str, weeks: int) -> pd.Series:
    """Weeks whose value is their ISO year and week, as that of the day in their middle."""
    index = pd.date_range(first, periods=weeks, freq="7D")
    middle = (index + pd.Timedelta(days=3)).isocalendar()
    return pd.Series(100.0 * middle["year"].to_numpy(dtype=float) + middle["week"].to_numpy(dtype=float), index)


@pytest.mark.parametrize("first", DAYS)
def test_a_week_is_forecast_by_the_week_of_that_number_a_year_before(first: str) -> None:
    """2020 has a week 53; counting back 52 weeks would be one week off in all of 2021."""
    series = by_iso_week(first, 52 * 5)
    for stop in range(110, len(series) - 13, 7):
        found, fallen_back = seasonal_naive(series.iloc[:stop], pd.DatetimeIndex(series.index[stop : stop + 13]))
        wanted = series.iloc[stop : stop + 13].to_numpy() - 100
        wanted = np.where(wanted % 100 == 53, wanted - 1, wanted)
        np.testing.assert_array_equal(found, wanted)
        assert fallen_back == 0


def test_week_53_is_forecast_by_the_last_week_of_the_year_before() -> None:
    series = by_iso_week("2019-01-07", 103)  # up to 2020-12-21
    found, _ = seasonal_naive(series, pd.DatetimeIndex(["2020-12-28", "2021-01-04"]))
    assert found.tolist() == [201952.0, 202001.0]


def test_a_week_53_of_an_earlier_year_is_found_where_last_year_is_not_known() -> None:
    series = by_iso_week("2020-06-01", 31)  # up to 2020-12-28, week 53
    found, fallen_back = seasonal_naive(series, pd.DatetimeIndex(["2026-12-28"]))
    assert (found.tolist(), fallen_back) == ([202053.0], 0)


def test_beyond_a_year_ahead_it_is_the_year_before_that() -> None:
    series = by_iso_week("2022-01-03", 104)
    ahead = pd.date_range("2024-01-01", periods=104, freq="7D")
    found, fallen_back = seasonal_naive(series, ahead)
    assert fallen_back == 0
    np.testing.assert_array_equal(found[52:103] % 100, by_iso_week("2024-12-30", 51).to_numpy() % 100)
    assert set(found[52:103] // 100) == {2023.0}


def test_without_an_earlier_year_the_last_value_stands_and_is_counted() -> None:
    series = by_iso_week("2023-06-05", 20)
    series.iloc[-1] = np.nan
    found, fallen_back = seasonal_naive(series, pd.date_range("2023-10-23", periods=3, freq="7D"))
    assert found.tolist() == [series.iloc[-2]] * 3
    assert fallen_back == 3


def test_a_week_that_was_not_observed_is_looked_for_a_year_earlier() -> None:
    series = by_iso_week("2021-01-04", 156)
    series.loc["2023-01-02"] = np.nan
    assert seasonal_naive(series, pd.DatetimeIndex(["2024-01-01"]))[0].tolist() == [202201.0]
