from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from omnimix.data import Panel, to_weekly
from omnimix.errors import DataError


@pytest.fixture
def daily() -> pd.DataFrame:
    days = pd.date_range("2024-01-01", periods=84)
    return pd.DataFrame({"day": days, "tv": np.arange(84.0), "price": 2.0, "stock": np.arange(84.0)})


def test_each_rule_does_what_it_says(daily: pd.DataFrame) -> None:
    weekly = to_weekly(daily, how={"tv": "sum", "price": "mean", "stock": "last"})
    assert weekly["tv"].iloc[:2].tolist() == [21.0, 70.0]
    assert weekly["price"].tolist() == [2.0] * 12
    assert weekly["stock"].iloc[0] == 6.0
    assert to_weekly(daily, how="max")["tv"].iloc[1] == 13.0
    assert len(Panel(weekly)) == 12


def test_row_order_and_kind_of_frame_change_nothing(daily: pd.DataFrame) -> None:
    expected = to_weekly(daily, how="sum")
    pd.testing.assert_frame_equal(to_weekly(daily.iloc[::-1], how="sum"), expected)
    pd.testing.assert_frame_equal(to_weekly(pl.from_pandas(daily), how="sum"), expected)
    pd.testing.assert_frame_equal(to_weekly(daily.rename(columns={"day": "date"}), how="sum"), expected)


def test_an_empty_day_makes_an_empty_week_and_never_a_part_of_a_sum(daily: pd.DataFrame) -> None:
    daily.loc[9, "tv"] = np.nan
    weekly = to_weekly(daily, how="sum")
    assert weekly["tv"].isna().tolist() == [False, True] + [False] * 10


def test_cut_off_weeks_are_refused_or_dropped_with_a_note(daily: pd.DataFrame) -> None:
    cut = daily.iloc[3:-2]
    with pytest.raises(DataError, match=r"2024-01-01, 2024-03-18.*4 of 7 days, 5 of 7.*incomplete='drop'"):
        to_weekly(cut, how="sum")
    panel = Panel(to_weekly(cut, how="sum", incomplete="drop"))
    assert len(panel) == 10
    assert "2024-03-18" in next(note.message for note in panel.notes if note.name == "incomplete_week")


BAD: list[tuple[Any, Any, str]] = [
    (lambda f: f.drop(index=[20, 21]), "sum", "2024-01-21, 2024-01-22"),
    (lambda f: pd.concat([f, f.iloc[:2]]), "sum", "more than one row: 2024-01-01"),
    (lambda f: f.assign(remark="x"), "sum", "'remark' holds cells that are no plain numbers"),
    (lambda f: f, {"tv": "sum"}, "nothing of 'price', 'stock'"),
    (lambda f: f, {"tv": "sum", "price": "mean", "stock": "lst"}, "'lst' for column 'stock'"),
    (lambda f: f, {"tv": "sum", "price": "mean", "stock": "sum", "tvv": "sum"}, "did you mean 'tv'"),
    (lambda f: f, "median", "'median'"),
    (lambda f: f.iloc[::7], "sum", "not daily"),
    (lambda f: f.iloc[:5], "sum", "not whole"),
]


@pytest.mark.parametrize(("spoil", "how", "told"), BAD)
def test_what_cannot_be_summed_is_refused(daily: pd.DataFrame, spoil: Any, how: Any, told: str) -> None:
    with pytest.raises(DataError, match=told):
        to_weekly(spoil(daily), how=how)


def test_days_of_true_and_false_are_counted_and_told() -> None:
    days = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=84), "tv": 1.0, "promo": [True, False] * 42})
    panel = Panel(to_weekly(days, how="sum"))
    assert panel.frame["promo"].iloc[:2].tolist() == [4.0, 3.0]
    assert [note.name for note in panel.notes] == ["true_and_false"]


def test_returns_on_a_day_lower_its_week_and_keep_the_spend() -> None:
    days = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=84), "tv": 1.0, "sales": [-30.0, *[10.0] * 6] * 12})
    weekly = to_weekly(days, how="sum")
    assert weekly["tv"].tolist() == [7.0] * 12
    assert weekly["sales"].tolist() == [30.0] * 12


def test_a_column_that_stands_twice_is_refused_and_not_overwritten(daily: pd.DataFrame) -> None:
    twice = pd.concat([daily, daily.iloc[:, [-1]] * 2], axis=1)
    with pytest.raises(DataError, match=f"occur more than once: '{daily.columns[-1]}'"):
        to_weekly(twice, how="sum")
