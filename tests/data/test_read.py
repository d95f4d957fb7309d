from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from omnimix.data import read_panel
from omnimix.errors import DataError

MONDAYS = [dt.date(2023, 12, 4) + dt.timedelta(days=7 * i) for i in range(30)]
Write = Callable[..., Path]

DATE_FORMS: dict[str, Callable[[dt.date], str]] = {
    "iso": lambda d: f"{d:%Y-%m-%d}",
    "dots": lambda d: f"{d:%d.%m.%Y}",
    "slashes": lambda d: f"{d:%d/%m/%Y}",
    "american": lambda d: f"{d:%m/%d/%Y}",
    "dashes": lambda d: f"{d:%d-%m-%Y}",
    "short": lambda d: f"{d.day}.{d.month}.{d:%y}",
    "isoweek": lambda d: f"{d.isocalendar()[0]}-W{d.isocalendar()[1]:02}",
    "isoweek_tight": lambda d: f"{d.isocalendar()[0]}W{d.isocalendar()[1]:02}",
    "week_first": lambda d: f"W{d.isocalendar()[1]:02} {d.isocalendar()[0]}",
    "kalenderwoche": lambda d: f"KW {d.isocalendar()[1]} / {d.isocalendar()[0]}",
    "yearweek": lambda d: f"{d.isocalendar()[0]}{d.isocalendar()[1]:02}",
    "compact": lambda d: f"{d:%Y%m%d}",
    "timestamp": lambda d: f"{d:%Y-%m-%d} 00:00:00",
    "zulu": lambda d: f"{d:%Y-%m-%d}T00:00:00Z",
    "named": lambda d: f"{d.day} {d:%b} {d.year}",
    "weekday": lambda d: f"Mon {d:%d/%m/%Y}",
    "range": lambda d: f"{d:%d.%m.%Y} - {d + dt.timedelta(days=6):%d.%m.%Y}",
    "serial": lambda d: str((d - dt.date(1899, 12, 30)).days),
}


def number(value: float, decimal: str, thousands: str) -> str:
    if np.isnan(value):
        return ""
    plain = f"{value:,.2f}"
    return plain.replace(",", "~").replace(".", decimal).replace("~", thousands)


@pytest.fixture
def figures() -> pd.DataFrame:
    numbers = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "Fernsehen": numbers.gamma(2.0, 9000.0, 30).round(2),
            "Suche & Größe": numbers.gamma(2.0, 3.0, 30).round(2),
            "Umsatz": numbers.normal(2e6, 3e5, 30).round(2),
        },
        index=pd.DatetimeIndex(MONDAYS, name="week").as_unit("ns"),
    )
    frame.iloc[3, 0] = 0.0
    frame.iloc[5, 2] = np.nan
    return frame


def lines(frame: pd.DataFrame, separator: str, decimal: str, thousands: str, form: str, week: str = "week") -> str:
    def cell(text: str) -> str:
        return f'"{text}"' if separator in text else text

    rows = [separator.join([week, *frame.columns])]
    for day, values in zip(frame.index, frame.to_numpy(), strict=True):
        cells = [DATE_FORMS[form](day.date()), *(number(value, decimal, thousands) for value in values)]
        rows.append(separator.join(map(cell, cells)))
    return "\r\n".join(rows) + "\r\n"


MARKS = [(".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (",", "\u00a0"), (".", "'")]


@pytest.mark.parametrize(
    ("separator", "marks", "encoding"),
    list(product([",", ";", "\t", "|"], MARKS, ["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
)
def test_every_way_to_write_amounts_reads_back_equal(
    figures: pd.DataFrame, written: Write, separator: str, marks: tuple[str, str], encoding: str
) -> None:
    file = written(lines(figures, separator, *marks, "iso"), encoding=encoding)
    pd.testing.assert_frame_equal(read_panel(file).frame, figures, check_column_type=False, check_freq=False)


@pytest.mark.parametrize(("form", "separator", "week"), list(product(DATE_FORMS, [",", ";"], ["week", "Datum"])))
def test_every_way_to_write_weeks_reads_back_equal(
    figures: pd.DataFrame, written: Write, form: str, separator: str, week: str
) -> None:
    decimal = "." if separator == "," else ","
    file = written(lines(figures, separator, decimal, "", form, week))
    pd.testing.assert_frame_equal(read_panel(file).frame, figures, check_column_type=False, check_freq=False)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_workbooks_and_parquet_read_back_equal(figures: pd.DataFrame, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"weekly{suffix}"
    if suffix == ".xlsx":
        figures.reset_index().to_excel(file, index=False, startrow=2)
    else:
        figures.reset_index().to_parquet(file)
    pd.testing.assert_frame_equal(read_panel(file).frame, figures, check_column_type=False, check_freq=False)


AMOUNTS = [
    ("1.234,50 €", 1234.5),
    ("€ 1.234,50", 1234.5),
    ("EUR 1.234,50", 1234.5),
    ("-1.234,50", -1234.5),
    ("(1.234,50)", -1234.5),
    ("1.234,50-", -1234.5),
    ("+12,5", 12.5),
    ("1.234.567,5", 1234567.5),
    ("1\u202f234,5", 1234.5),
    ("1'234,5", 1234.5),
    ("0,5", 0.5),
    (",5", 0.5),
    ("1,5E+03", 1500.0),
    ("-", np.nan),
    ("–", np.nan),  # noqa: RUF001
    ("n/a", np.nan),
    ("k.A.", np.nan),
    ("", np.nan),
    ("0", 0.0),
]


@pytest.mark.parametrize(("text", "value"), AMOUNTS)
def test_one_written_amount(written: Write, text: str, value: float) -> None:
    rows = [f"{day};{text if i == 4 else '7,25'}" for i, day in enumerate(MONDAYS)]
    panel = read_panel(written("week;tv\n" + "\n".join(rows)))
    assert panel.frame["tv"].iloc[4] == pytest.approx(value, nan_ok=True)
    assert not panel.unread


@pytest.mark.parametrize("text", ["abc", "1,2,3", "12.34.56,7", "5 MM", "#DIV/0!", "1.23,45", "7 $", "??"])
def test_a_cell_that_is_no_amount_is_kept_with_its_row(written: Write, text: str) -> None:
    rows = [f"{day};{text if i == 4 else '7,25 €'}" for i, day in enumerate(MONDAYS)]
    panel = read_panel(written("week;tv\n" + "\n".join(rows)))
    assert np.isnan(panel.frame["tv"].iloc[4])
    (cell,) = panel.unread["tv"]
    assert (cell.row, cell.text, cell.week) == (6, text, panel.weeks[4])


def simple(rows: list[str], header: str = "week;tv;radio") -> str:
    return "\n".join([header, *rows])


def test_a_thousand_or_a_decimal_is_refused_without_evidence(written: Write) -> None:
    file = written(simple([f"{day};{i + 1}.234" for i, day in enumerate(MONDAYS)], "week;tv"))
    with pytest.raises(DataError, match=r"1234 or as 1.234 .*decimal=',' or decimal='\.'"):
        read_panel(file)
    assert read_panel(file, decimal=",").frame["tv"].iloc[0] == 1234.0
    assert read_panel(file, decimal=".").frame["tv"].iloc[0] == 1.234


@pytest.mark.parametrize(("evidence", "value"), [("0,5", 1234.0), ("1.000.000", 1234.0)])
def test_another_column_gives_the_evidence(written: Write, evidence: str, value: float) -> None:
    file = written(simple([f"{day};1.234;{evidence}" for day in MONDAYS]))
    assert read_panel(file).frame["tv"].iloc[0] == value


PLAIN = [f"{day};{i},5;2,0" for i, day in enumerate(MONDAYS)]
TV_SUM = sum(range(30)) + 15


@pytest.mark.parametrize("label", ["Summe", "Total", "Totaal", "Gesamt", "", "Grand Total", "Summe 2024"])
def test_a_totals_row_that_adds_up_is_left_out_with_a_note(written: Write, label: str) -> None:
    panel = read_panel(written(simple([*PLAIN, f"{label};{TV_SUM},0;60,0"])))
    assert len(panel) == 30
    assert any("Row 32" in note.message and "totals row" in note.message for note in panel.notes)


@pytest.mark.parametrize("row", [f"Total;{TV_SUM + 9};60", ";999;1", "Mittelwert;15,5;2", "Total;1;1"])
def test_a_last_row_that_does_not_add_up_is_refused_by_its_number(written: Write, row: str) -> None:
    with pytest.raises(DataError, match="row 32"):
        read_panel(written(simple([*PLAIN, row])))


def test_a_totals_row_above_the_weeks_is_left_out_too(written: Write) -> None:
    panel = read_panel(written(simple([f"Total;{TV_SUM},0;60,0", *PLAIN])))
    assert len(panel) == 30


def test_no_row_is_swallowed_in_silence(written: Write) -> None:
    preamble = "Bericht Media\nZeitraum: 01.01.2024 - 31.12.2024;;\n\n"
    text = preamble + simple([*PLAIN, "", "Quelle: Agentur;;"])
    panel = read_panel(written(text))
    told = " ".join(note.message for note in panel.notes)
    assert len(panel) == 30
    assert "Rows 1, 2 above the header" in told
    assert "Row 35 is blank" in told
    assert "Row 36 ('Quelle: Agentur')" in told


CALENDARS = [
    (PLAIN[:10] + PLAIN[12:], "2024-02-12, 2024-02-19"),
    ([*PLAIN, PLAIN[3]], r"2023-12-25 \(rows 5, 32\)"),
    (
        [f"{d + dt.timedelta(days=6 * (i > 20))};1;2" for i, d in enumerate(MONDAYS)],
        "21 on Monday, 9 on Sunday",
    ),
    ([f"{MONDAYS[0] + dt.timedelta(days=i)};1;2" for i in range(30)], "om.to_weekly"),
    ([f"2024-{m:02}-01;1;2" for m in range(1, 13)], "monthly dates"),
    ([f"{y}-{m:02};1;2" for y in (2022, 2023) for m in range(1, 13)], "monthly dates"),
    ([f"{y} Q{q};1;2" for y in range(2015, 2024) for q in range(1, 5)], "quarterly dates"),
    ([f"{y};1;2" for y in range(1960, 1999)], "yearly dates"),
    ([f"{d};1;2" for d in MONDAYS[::2]], "two-weekly dates"),
    (PLAIN[:4], "4 weeks; at least 10"),
    ([row.replace("2024-01-08", "soon") for row in PLAIN], "row 7: 'soon'"),
    (["31/12/2023;1;2", "12/31/2023;1;2", *PLAIN], "mixes day/month and month/day"),
]


@pytest.mark.parametrize(("rows", "told"), CALENDARS)
def test_a_broken_calendar_is_refused_with_its_weeks(written: Write, rows: list[str], told: str) -> None:
    with pytest.raises(DataError, match=told):
        read_panel(written(simple(rows)))


def test_everything_wrong_is_listed_at_once(written: Write) -> None:
    rows = [*PLAIN[:5], *PLAIN[7:], PLAIN[1], "later;1;1"]
    with pytest.raises(DataError) as caught:
        read_panel(written(simple(rows)))
    for told in ["3 things are wrong", "1. row", "'later'", "more than one row", "2 weeks are missing"]:
        assert told in str(caught.value)


def test_dates_that_read_both_ways_need_the_argument(written: Write) -> None:
    file = written(simple([f"0{m}/01/{y};1;2" for y in (2022, 2023) for m in range(1, 10)]))
    with pytest.raises(DataError, match="day_first=True or day_first=False"):
        read_panel(file)


def test_week_numbers_join_the_year_beside_them(written: Write) -> None:
    rows = [f"{d.isocalendar()[0]};{d.isocalendar()[1]};{i}" for i, d in enumerate(MONDAYS)]
    panel = read_panel(written(simple(rows, "Jahr;KW;tv")))
    assert list(panel.weeks.date) == MONDAYS
    with pytest.raises(DataError, match="without a year"):
        read_panel(written(simple([row[5:] for row in rows], "KW;tv")))


def test_several_rows_a_week_name_the_column_that_splits_them(written: Write) -> None:
    rows = [f"{day};{geo};{i},5" for i, day in enumerate(MONDAYS) for geo in ("north", "south")]
    with pytest.raises(DataError, match="several rows a week by column 'geo'"):
        read_panel(written(simple(rows, "week;geo;tv")))


def test_two_date_columns_that_disagree_must_be_chosen_between(written: Write) -> None:
    rows = [f"{day};{day - dt.timedelta(days=350)};1" for day in MONDAYS]
    file = written(simple(rows, "booked;paid;tv"))
    with pytest.raises(DataError, match="'booked', 'paid'"):
        read_panel(file)
    assert read_panel(file, week="booked").weeks[0].date() == MONDAYS[0]


def test_a_week_column_named_wrongly_gets_a_suggestion(written: Write) -> None:
    with pytest.raises(DataError, match="did you mean 'Woche'"):
        read_panel(written(simple(PLAIN, "Woche;tv;radio")), week="woche")


def test_blank_is_zero_only_where_it_was_said(written: Write) -> None:
    rows = [f"{day};{'-' if i < 4 else i};{'' if i < 3 else 1}" for i, day in enumerate(MONDAYS)]
    file = written(simple(rows))
    assert read_panel(file).frame.isna().sum().tolist() == [4, 3]
    panel = read_panel(file, blank_is_zero=("tv",))
    assert panel.frame.isna().sum().tolist() == [0, 3]
    assert any("4 empty cells of 'tv'" in note.message for note in panel.notes)
    assert read_panel(file, blank_is_zero=True).frame.isna().sum().tolist() == [0, 0]
    with pytest.raises(DataError, match="did you mean 'radio'"):
        read_panel(file, blank_is_zero=("radios",))


LAYOUTS = [
    (simple([*PLAIN[:3], "2024-01-01;1;2;3", *PLAIN[4:]]), "row 5 has more cells"),
    (simple(PLAIN, "week;tv;tv"), "'tv'; give every column its own name"),
    ("\n".join(PLAIN), "no header: row 1 already holds a date"),
    (simple([]), "no rows"),
    ("week\n" + "\n".join(map(str, MONDAYS)), "no separator"),
    ("\n \n", "blank lines only"),
    ("", "empty file"),
]


@pytest.mark.parametrize(("text", "told"), LAYOUTS)
def test_a_file_without_a_whole_table_is_refused(written: Write, text: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        read_panel(written(text))


def test_files_that_do_not_open_are_refused_in_words(tmp_path: Path) -> None:
    contents = {"a.xlsx": b"junk", "b.xlsx": b"\xd0\xcf\x11\xe0junk", "c.parquet": b"junk", "d.xls": b"x"}
    contents |= {
        "e.csv": b"PK\x03\x04junk",
        "f.json": b"{}",
        "g.csv": bytes(range(256)),
        "h.csv.gz": b"\x1f\x8b",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match=name):
            read_panel(tmp_path / name)
    with pytest.raises(DataError, match="is a folder"):
        read_panel(tmp_path)
    with pytest.raises(DataError, match=r"did you mean 'e.csv'\? Looked in"):
        read_panel(tmp_path / "e.cvs")


def test_a_workbook_with_several_sheets_asks_which(figures: pd.DataFrame, tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    with pd.ExcelWriter(file) as book:
        figures.reset_index().to_excel(book, sheet_name="weekly", index=False)
        pd.DataFrame({"note": ["hello"]}).to_excel(book, sheet_name="notes")
    with pytest.raises(DataError, match="'weekly', 'notes'"):
        read_panel(file)
    with pytest.raises(DataError, match="did you mean 'weekly'"):
        read_panel(file, sheet="weakly")
    assert len(read_panel(file, sheet="weekly")) == len(read_panel(file, sheet=0)) == 30


def test_a_wrong_encoding_is_told(written: Write) -> None:
    file = written(simple(PLAIN, "week;Fernsehen größe;radio"), encoding="cp1252")
    with pytest.raises(DataError, match="not written in utf-8"):
        read_panel(file, encoding="utf-8")
    with pytest.raises(DataError, match="no encoding 'utf-9'"):
        read_panel(file, encoding="utf-9")


def test_another_currency_than_the_panels_is_told(written: Write) -> None:
    file = written(simple([f"{day};{i},50 $;2" for i, day in enumerate(MONDAYS)]))
    assert [n.name for n in read_panel(file).notes if n.severity == "warns"] == ["currency_differs"]
    assert not [n for n in read_panel(file, currency="USD").notes if n.severity == "warns"]


def test_files_that_share_a_column_do_not_join(written: Write) -> None:
    one = written(simple(PLAIN), name="one.csv")
    two = written(simple(PLAIN, "week;tv;online"), name="two.csv")
    with pytest.raises(DataError, match=r"column 'tv' is in one.csv and in two.csv"):
        read_panel([one, two])


def test_a_shorter_file_leaves_its_columns_empty(written: Write) -> None:
    one = written(simple(PLAIN), name="one.csv")
    two = written(simple(PLAIN[12:], "week;sales;orders"), name="two.csv")
    panel = read_panel([one, two])
    assert panel.frame["sales"].isna().sum() == 12
    assert any("12 weeks 'sales', 'orders' are empty" in note.message for note in panel.notes)


def test_subtotals_and_a_total_are_each_proven(written: Write) -> None:
    first, second = sum(range(15)) + 7.5, sum(range(15, 30)) + 7.5
    rows = [
        *PLAIN[:15],
        f"Subtotal;{first};30",
        *PLAIN[15:],
        f"Subtotal;{second};30",
        f"Total;{first + second};60",
    ]
    panel = read_panel(written(simple([row.replace(".", ",") for row in rows])))
    assert len(panel) == 30
    assert [note.name for note in panel.notes].count("totals_row") == 3


def test_an_explicit_decimal_mark_that_does_not_fit_is_refused(written: Write) -> None:
    with pytest.raises(DataError, match=r"'0,5' \(row 2\) does not read with decimal='\.'"):
        read_panel(written(simple(PLAIN)), decimal=".")


def test_formulas_without_stored_results_are_not_empty_cells(tmp_path: Path) -> None:
    file = tmp_path / "formulas.xlsx"
    frame = pd.DataFrame({"week": MONDAYS, "tv": [f"=C{i + 2}*2" for i in range(30)], "radio": range(30)})
    frame.to_excel(file, index=False)
    with pytest.raises(DataError, match="formulas without stored results"):
        read_panel(file)


def test_a_workbook_as_people_keep_it_reads_whole(tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    frame = pd.DataFrame({"Woche": MONDAYS, "TV": [f"1.{100 + i},50 €" for i in range(30)], "Index": 1.5})
    total = pd.DataFrame({"Woche": ["Gesamt"], "TV": [sum(1100.5 + i for i in range(30))], "Index": [45.0]})
    pd.concat([frame.astype(object), total.astype(object)]).to_excel(file, index=False, startrow=3, startcol=1)
    panel = read_panel(file)
    assert panel.columns == ("TV", "Index")
    assert panel.frame["TV"].tolist() == [1100.5 + i for i in range(30)]
    assert {"blank_column", "totals_row"} <= {note.name for note in panel.notes}


def test_an_export_with_comments_and_a_currency_column_reads(written: Write) -> None:
    head = "# ------\n# Google Ads\n# 20231204-20240630\n\nWeek,Currency code,Cost,Clicks\n"
    rows = [f'{day},EUR,"1,2{i:02}.50",{i}' for i, day in enumerate(MONDAYS)]
    panel = read_panel(written(head + "\n".join(rows)))
    assert panel.columns == ("Cost", "Clicks")
    assert panel.frame["Cost"].iloc[-1] == 1229.5


def test_plain_numbers_beside_percentages_are_not_mixed_up(written: Write) -> None:
    rows = [f"{day};{'0,05' if i == 3 else '5 %'};{i}" for i, day in enumerate(MONDAYS)]
    (cell,) = read_panel(written(simple(rows))).unread["tv"]
    assert (cell.row, cell.text) == (5, "0,05")


def test_one_repeated_week_is_no_geography(written: Write) -> None:
    rows = [f"{day};{i};{'a' if i % 2 else 'b'}" for i, day in enumerate([*MONDAYS, MONDAYS[3]])]
    with pytest.raises(DataError, match=r"2023-12-25 \(rows 5, 32\)"):
        read_panel(written(simple(rows, "week;tv;note")))


def test_many_unreadable_dates_are_one_sentence(written: Write) -> None:
    rows = [f"{day:%d/%m/%Y};1;2" for day in MONDAYS]
    with pytest.raises(DataError, match="rows have in column 'week'") as caught:
        read_panel(written(simple(rows)), day_first=False)
    assert "monthly" not in str(caught.value)
