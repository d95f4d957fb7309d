from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from omnimix.data import read_panel
from omnimix.errors import DataError
from tests.data.conftest import mondays

Write = Callable[..., Path]
DAYS = mondays(30)
PLAIN = [f"{day};{i + 1};{i + 100}" for i, day in enumerate(DAYS)]


def text(rows: list[str], header: str = "week;tv;sales") -> str:
    return "\n".join([header, *rows])


def test_decimal_commas_between_commas_are_refused_in_every_row(written: Write) -> None:
    rows = [f"{day},{i + 1},5,{i + 100},0" for i, day in enumerate(DAYS)]
    with pytest.raises(DataError, match="more cells than the header's 3"):
        read_panel(written(text(rows, "week,tv,sales")))


def test_a_column_without_a_name_is_read_where_the_header_has_its_cell(written: Write) -> None:
    rows = [f"{row};{i}" for i, row in enumerate(PLAIN)]
    assert read_panel(written(text(rows, "week;tv;sales;"))).columns == ("tv", "sales", "column_4")


def test_a_quote_that_is_never_closed_is_refused_by_its_line(written: Write) -> None:
    rows = [row.replace(f"{DAYS[9]};", f'{DAYS[9]};"') for row in PLAIN]
    with pytest.raises(DataError, match="quote opened in line 11 is never closed"):
        read_panel(written(text(rows)))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", ""])
def test_the_last_line_needs_no_ending(written: Write, ending: str) -> None:
    panel = read_panel(written(text([*PLAIN[:-1], PLAIN[-1] + ending])))
    assert len(panel) == 30
    assert [note.name for note in panel.notes] == ["separator"]


def test_a_cell_of_endless_text_is_refused_in_words(written: Write) -> None:
    with pytest.raises(DataError, match="was a quote opened"):
        read_panel(written(text([*PLAIN, '"' + "x" * 200_000])))


def test_quotes_after_a_space_are_quotes(written: Write) -> None:
    rows = [f'"{day}", "{i + 1},5", "{i + 100},25"' for i, day in enumerate(DAYS)]
    assert read_panel(written(text(rows, '"week", "tv", "sales"'))).frame["tv"].iloc[0] == 1.5


def test_signs_that_nobody_sees_are_no_part_of_a_name(written: Write) -> None:
    panel = read_panel(written(text(PLAIN, "\ufeff\ufeffweek;tv\u200b;\u00a0sales")))
    assert panel.columns == ("tv", "sales")
    assert "week_column_found" not in {note.name for note in panel.notes}


def test_weeks_in_the_header_are_told(tmp_path: Path) -> None:
    frame = pd.DataFrame([range(30)], index=["tv"], columns=[dt.datetime.combine(d, dt.time()) for d in DAYS])
    frame.to_excel(tmp_path / "wide.xlsx")
    with pytest.raises(DataError, match="turn the table, so that every week is a row"):
        read_panel(tmp_path / "wide.xlsx")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"separator": 5}, "separator is a text"),
        ({"separator": "\n"}, "a separator is one character"),
        ({"encoding": 8}, "encoding is a text"),
        ({"sheet": True}, "sheet is the name"),
        ({"sheet": 0.5}, "sheet is the name"),
        ({"blank_is_zero": 5}, "blank_is_zero is True, False"),
        ({"blank_is_zero": [5]}, "blank_is_zero is True, False"),
        ({"week": None}, "week is the name of a column"),
        ({"currency": None}, "currency is a code"),
        ({"day_first": "yes"}, "day_first is True or False"),
    ],
)
def test_arguments_of_another_kind_are_refused_in_words(
    written: Write, arguments: dict[str, object], told: str
) -> None:
    with pytest.raises(DataError, match=told):
        read_panel(written(text(PLAIN)), **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [None, 3, b"weekly.csv", pd.DataFrame({"week": []})])
def test_what_is_no_file_is_sent_to_the_panel(path: object) -> None:
    with pytest.raises(DataError, match=r"om\.Panel\(frame\)"):
        read_panel(path)  # type: ignore[arg-type]


def test_a_decimal_comma_that_parts_cells_is_warned_of(written: Write) -> None:
    rows = [f"{day},{i},5,100" for i, day in enumerate(DAYS)]
    (note,) = (n for n in read_panel(written("\n".join(["week,tv,sales,", *rows]))).notes if n.name == "unnamed_column")
    assert note.severity == "warns"
    assert "decimal comma" in note.remedy
