from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from omnimix.data import Panel
from omnimix.errors import DataError

FORMS: dict[str, Any] = {
    "pandas": lambda f: f,
    "index": lambda f: f.set_index("week"),
    "unnamed index": lambda f: f.set_index("week").rename_axis(None),
    "text dates": lambda f: f.assign(week=f["week"].dt.strftime("%Y-%m-%d")),
    "dates": lambda f: f.assign(week=f["week"].dt.date),
    "periods": lambda f: f.assign(week=f["week"].dt.to_period("W-SUN")),
    "time zone": lambda f: f.assign(week=f["week"].dt.tz_localize("Europe/Amsterdam")),
    "polars": pl.from_pandas,
    "lazy polars": lambda f: pl.from_pandas(f).lazy(),
    "pyarrow": pa.Table.from_pandas,
    "turned round": lambda f: f.iloc[::-1],
    "nullable": lambda f: f.convert_dtypes(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_frame_gives_the_same_panel(weekly: pd.DataFrame, form: str) -> None:
    expected = weekly.set_index("week")
    got = Panel(FORMS[form](weekly)).frame
    pd.testing.assert_frame_equal(got, expected, check_column_type=False, check_freq=False, check_index_type=False)
    assert (got.index == expected.index).all()


def test_changing_a_frame_changes_no_panel(weekly: pd.DataFrame) -> None:
    before = weekly.copy()
    panel = Panel(weekly)
    taken = panel.frame
    taken.iloc[0, 0] = -1.0
    weekly.loc[0, "tv"] = -2.0
    assert panel.frame.iloc[0, 0] == before["tv"].iloc[0]
    with pytest.raises(AttributeError):
        panel.currency = "USD"  # type: ignore[misc]


def test_reading_a_column_copies_nothing_and_writing_to_it_changes_no_panel(weekly: pd.DataFrame) -> None:
    panel = Panel(weekly)
    one, other = panel.series("tv"), panel.series("tv")
    assert np.shares_memory(one.to_numpy(), other.to_numpy())
    with pytest.raises(ValueError, match="read-only"):
        one.to_numpy()[0] = -1.0
    one.iloc[0] = -1.0
    assert panel.series("tv").iloc[0] == weekly["tv"].iloc[0]
    assert other.iloc[0] == weekly["tv"].iloc[0]


@pytest.mark.parametrize("bad", [[1, 2], None, "weekly.csv", {"week": [1]}, 3])
def test_what_is_no_frame_is_refused(bad: object) -> None:
    with pytest.raises(DataError, match="made of a dataframe"):
        Panel(bad)


def test_rows_of_a_frame_are_counted_from_one(weekly: pd.DataFrame) -> None:
    cells = [f"{value}" for value in weekly["tv"]]
    cells[0] = "unknown"
    (cell,) = Panel(weekly.assign(tv=cells)).unread["tv"]
    assert (cell.row, cell.text) == (1, "unknown")


def test_the_notebook_shows_weeks_columns_and_escapes_names(weekly: pd.DataFrame) -> None:
    html = Panel(weekly.rename(columns={"tv": "<b>tv</b>"}))._repr_html_()
    assert "104 weeks 2022-01-03 to 2023-12-25" in html
    assert "<b>tv</b>" not in html


def test_the_table_counts_empty_weeks_and_never_sums_them_to_zero(weekly: pd.DataFrame) -> None:
    table = Panel(weekly.assign(nothing=np.nan)).table().set_index("column")
    assert table.loc["nothing", "empty_weeks"] == 104
    assert table["total"].isna().tolist() == [name == "nothing" for name in table.index]
    assert table.loc["tv", "total"] == pytest.approx(weekly["tv"].sum())


def test_a_panel_survives_pickling(weekly: pd.DataFrame) -> None:
    panel = Panel(weekly)
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(panel)).frame, panel.frame)


def test_duplicated_column_names_are_refused(weekly: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="'tv'"):
        Panel(weekly.rename(columns={"search": "tv"}))


def test_only_numbers_by_week_are_put_into_a_panel(weekly: pd.DataFrame) -> None:
    panel = Panel(weekly)
    frame = panel.frame
    with pytest.raises(DataError, match=r"column 'tv' holds \w+ such as 'much' in week 2022-01-03"):
        panel.with_frame(frame.assign(tv="much"))
    with pytest.raises(DataError, match="weeks as the index, not a RangeIndex"):
        panel.with_frame(frame.reset_index())
    with pytest.raises(DataError, match="several columns 'tv'"):
        panel.with_frame(pd.concat([frame, frame[["tv"]]], axis=1))
    assert panel.with_frame(frame.assign(promo=[1, 0] * 52)).series("promo").dtype == float
