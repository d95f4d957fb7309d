"""Tables of tests, and everything that is wrong with them at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import omnimix as om
from omnimix.errors import DataError

ROWS = """test;channels;geos;start;end;scale;outcome;metric;value;error;lower;upper;tail_weeks
tv south;tv;south;02.03.2026;29.03.2026;0;store_sales;increment;48.000,5;15.000,25;;;4
all video;tv + online_video;;30.03.2026;26.04.2026;1,5;;roas;1,9;;1,2;2,6;2
"""


def test_a_table_of_tests_is_read_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "tests.csv"
    file.write_text(ROWS, encoding="utf-8")
    south, video = om.read_experiments(file)
    assert (south.channels, south.geos, south.value, south.error) == (("tv",), ("south",), 48_000.5, 15_000.25)
    assert (f"{south.start}", f"{south.end}", south.tail_weeks) == ("2026-03-02", "2026-03-29", 4)
    assert (video.channels, video.geos, video.outcome) == (("tv", "online_video"), None, None)
    assert video.interval == (1.2, 2.6)


def test_a_workbook_says_the_same_as_text(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "Test": ["tv off"],
            "Channel": ["tv"],
            "Start": pd.to_datetime(["2026-03-02"]),
            "End": pd.to_datetime(["2026-03-29"]),
            "Scale": [0.0],
            "Outcome": ["sales"],
            "Metric": ["increment"],
            "Value": [48_000],
            "Standard error": [15_000],
            "Tail weeks": [4],
        }
    )
    table.to_excel(tmp_path / "tests.xlsx", index=False)
    table.assign(Start="2026-03-02", End="2026-03-29").to_csv(tmp_path / "tests.csv", index=False)
    assert om.read_experiments(tmp_path / "tests.xlsx") == om.read_experiments(tmp_path / "tests.csv")


def test_everything_wrong_with_a_table_is_told_with_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "tests.csv"
    file.write_text(
        "test,channels,start,end,scale,outcome,metric,value,error,tail_weeks\n"
        "a,tv,2026-03-02,2026-03-29,0,sales,increment,many,15,4\n"
        "b,tv,2026-03-29,2026-03-02,0,sales,rois,10,15,4\n"
        "b,tv,someday,2026-03-02,0,sales,increment,10,,1.5\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as told:
        om.read_experiments(file)
    for text in (
        "row 2: value is no number: 'many'",
        "row 3",
        "before it starts",
        "did you mean 'roas'?",
        "row 4",
        "someday",
        "no uncertainty",
        "tail_weeks is a whole number",
    ):
        assert text in str(told.value)


def test_a_table_without_its_columns_says_which(tmp_path: Path) -> None:
    file = tmp_path / "tests.csv"
    file.write_text("test,chanels,start,value\na,tv,2026-03-02,1\n", encoding="utf-8")
    with pytest.raises(DataError) as told:
        om.read_experiments(file)
    for text in ("did you mean 'channels'?", "no column `end`", "no column `tail_weeks`", "needs its uncertainty"):
        assert text in str(told.value)
