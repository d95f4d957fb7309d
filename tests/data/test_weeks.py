from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from omnimix.data import Panel, read_panel, to_weekly
from omnimix.errors import DataError
from tests.data.conftest import mondays

Write = Callable[..., Path]
DAYS = mondays(30)


@pytest.mark.parametrize("label", ["2022", "Q1 2022", "Jan 2022"])
def test_a_subtotal_named_by_its_year_is_no_first_week(written: Write, label: str) -> None:
    rows = [f"{day};{i + 1};{i + 100}" for i, day in enumerate(DAYS[1:])]
    with pytest.raises(DataError, match=f"row 31: '{label}' in column 'week'"):
        read_panel(written("\n".join(["week;tv;sales", *rows, f"{label};435;3306"])))


@pytest.mark.parametrize("form", ["{0}-{1}", "{0}/{1}", "{0}-{1:02}"])
def test_week_numbers_after_the_year_need_no_leading_zero(written: Write, form: str) -> None:
    rows = [f"{form.format(*day.isocalendar()[:2])};{i}" for i, day in enumerate(DAYS)]
    assert list(read_panel(written("\n".join(["week;tv", *rows]))).weeks.date) == DAYS


def test_the_week_counts_and_not_the_month_beside_it(written: Write) -> None:
    rows = [f"{d.isocalendar()[0]};{d.month};{d.isocalendar()[1]};{i}" for i, d in enumerate(DAYS)]
    panel = read_panel(written("\n".join(["year;month;week;tv", *rows])))
    assert list(panel.weeks.date) == DAYS


def local_midnights(days: pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    return days.tz_localize("Europe/Amsterdam").tz_convert(zone)


def test_a_local_midnight_told_in_utc_is_doubted() -> None:
    weeks = pd.DatetimeIndex(DAYS)
    doubts = {}
    for zone in ("UTC", "Europe/Amsterdam"):
        panel = Panel(pd.DataFrame({"week": local_midnights(weeks, zone), "tv": 1.0}))
        doubts[zone] = [note.severity for note in panel.notes if note.name == "time_of_day"]
    assert doubts == {"UTC": ["warns"], "Europe/Amsterdam": []}


def test_days_stamped_at_a_midnight_in_utc_make_no_weeks() -> None:
    days = pd.date_range("2024-01-01", periods=28)
    with pytest.raises(DataError, match="one day early"):
        to_weekly(pd.DataFrame({"day": local_midnights(days, "UTC"), "tv": 1.0}), how="sum", incomplete="drop")
    assert len(to_weekly(pd.DataFrame({"day": local_midnights(days, "Europe/Amsterdam"), "tv": 1.0}), how="sum")) == 4


def test_stamps_with_the_name_of_a_zone_are_read(written: Write) -> None:
    rows = [f"{day} 00:00:00 {'CEST' if 4 <= day.month <= 10 else 'CET'};{i}" for i, day in enumerate(DAYS)]
    assert list(read_panel(written("\n".join(["week;tv", *rows]))).weeks.date) == DAYS


def test_an_index_of_categories_holds_the_weeks() -> None:
    index = pd.CategoricalIndex([f"{day}" for day in DAYS])
    assert list(Panel(pd.DataFrame({"tv": np.arange(30.0)}, index=index)).weeks.date) == DAYS


def test_everything_wrong_with_days_is_told_at_once() -> None:
    days = pd.date_range("2024-01-01", periods=28).delete(3).append(pd.DatetimeIndex(["2024-01-02"]))
    with pytest.raises(DataError) as caught:
        to_weekly(pd.DataFrame({"day": days, "tv": ["much", *"1" * 27]}), how="sum")
    for told in ("more than one row: 2024-01-02", "missing in the middle: 2024-01-04", "row 1 'much'"):
        assert told in str(caught.value)


@pytest.mark.parametrize("how", [None, {"tv"}, 5])
def test_a_rule_of_another_kind_is_refused(how: object) -> None:
    days = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=14), "tv": 1.0})
    with pytest.raises(DataError, match="how is one of"):
        to_weekly(days, how=how)  # type: ignore[arg-type]


@pytest.mark.parametrize("last", ["Total;435", ";435", "", "Source: shop"])
def test_a_row_below_the_weeks_silences_no_doubt(written: Write, last: str) -> None:
    rows = [f"{day - dt.timedelta(days=1)}T23:00:00Z;{i}" for i, day in enumerate(DAYS)]
    panel = read_panel(written("\n".join(["week;tv", *rows, last])))
    assert [note.severity for note in panel.notes if note.name == "time_of_day"] == ["warns"]
    assert len(panel) == 30
