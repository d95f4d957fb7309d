from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pytest

from omnimix.data import fourier_terms, holiday_terms
from omnimix.errors import DataError

WEEKS = pd.date_range("2021-01-04", periods=208, freq="7D")


def test_future_weeks_continue_the_same_waves() -> None:
    whole = fourier_terms(WEEKS, 3)
    parts = pd.concat([fourier_terms(WEEKS[:150], 3), fourier_terms(WEEKS[150:], 3)])
    np.testing.assert_array_equal(whole.to_numpy(), parts.to_numpy())
    assert list(whole.columns) == ["sin_1", "cos_1", "sin_2", "cos_2", "sin_3", "cos_3"]
    assert fourier_terms(WEEKS, 0).shape == (208, 0)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_unit_of_the_stamps_changes_nothing(unit: Literal["s", "ms", "us", "ns"]) -> None:
    stamps = pd.DatetimeIndex(WEEKS.as_unit(unit))
    np.testing.assert_array_equal(fourier_terms(stamps, 2).to_numpy(), fourier_terms(WEEKS, 2).to_numpy())
    np.testing.assert_array_equal(holiday_terms(stamps, "NL").to_numpy(), holiday_terms(WEEKS, "NL").to_numpy())


def test_a_holiday_counts_in_the_seven_days_from_its_stamp() -> None:
    terms = holiday_terms(WEEKS, "NL")
    kings_day = terms["King's Day"]
    assert kings_day.sum() == 4
    assert kings_day.loc["2022-04-25"] == 1
    sundays = holiday_terms(WEEKS - pd.Timedelta(days=1), "NL")
    assert sundays["King's Day"].loc["2022-04-24"] == 1


def test_holidays_of_the_same_weeks_share_a_column() -> None:
    terms = holiday_terms(WEEKS, "NL")
    assert "Good Friday / Easter Sunday" in terms.columns
    assert terms["Good Friday / Easter Sunday"].max() == 2
    columns = [tuple(terms[name] > 0) for name in terms.columns]
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("country", ["NL", "DE", "GB", "US", "BE", "FR", "JP", "nl"])
def test_observed_days_are_not_holidays_of_their_own(country: str) -> None:
    terms = holiday_terms(WEEKS, country)
    assert terms.shape[1] > 5
    assert not [name for name in terms.columns if "observed" in name.lower()]


def test_later_weeks_get_the_same_columns() -> None:
    fitted = holiday_terms(WEEKS, "NL")
    future = pd.date_range("2025-01-06", periods=8, freq="7D")
    later = holiday_terms(future, "NL", columns=list(fitted.columns))
    assert list(later.columns) == list(fitted.columns)
    assert later.to_numpy().sum() == 0
    again = holiday_terms(WEEKS, "NL", columns=list(fitted.columns))
    pd.testing.assert_frame_equal(again, fitted)
    part = holiday_terms(WEEKS[60:], "NL", columns=list(fitted.columns))
    pd.testing.assert_frame_equal(part, fitted.iloc[60:], check_freq=False)


def test_an_unknown_country_gets_a_suggestion() -> None:
    with pytest.raises(DataError, match="did you mean"):
        holiday_terms(WEEKS, "NLL")
    with pytest.raises(DataError, match="0 or more"):
        fourier_terms(WEEKS, -1)
