"""The planning sheet of a campaign: what people write in it, and that what is written comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from omnimix.errors import DataError
from omnimix.words import LANGUAGES, texts
from omnimix.workbook.campaign_cells import cell_parts, cell_text, read_cells
from omnimix.workbook.campaign_reading import read_campaign_sheet
from omnimix.workbook.campaign_sheet import CampaignSheet

MONDAYS = [dt.datetime(2026, 8, 31) + dt.timedelta(weeks=k) for k in range(4)]
WEEKS = pd.DatetimeIndex(MONDAYS, name="week")
HEAD = ["channel", *MONDAYS]


def book(folder: Path, *rows: list[object], sheet: str = "plan", merged: tuple[str, ...] = ()) -> Path:
    made = openpyxl.Workbook()
    page = made.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for area in merged:
        page.merge_cells(area)
    file = folder / "campaign.xlsx"
    made.save(file)
    return file


def same(read: CampaignSheet, wanted: CampaignSheet) -> None:
    assert read.name == wanted.name
    pd.testing.assert_frame_equal(read.spend, wanted.spend)
    pd.testing.assert_frame_equal(read.messages, wanted.messages)
    assert {c: t for c, t in read.teams.items() if t} == {c: t for c, t in wanted.teams.items() if t}
    assert read.notes == ()


# Laws

SAID = (
    "Back to school|2 for 1|25.000|€ 9,99 off|| bar first|a / b|- dashed|=SUM(A1)|nan|#REF!|#backtoschool|TRUE|50 %|"
    "25k|25m|wk 36|2026-09-07|1.234,56 a|Line one\nline two|Totaal|  |é ü ß|12:30 live|1e5|5\nlines|-|0|0 | 0"
)
PIECES = [*SAID.split("|"), "| bar first", "a | b", "||", "25,000 | x"]
MONEY = (0.0, 25_000.0, 1e-7, 123.567, 0.1 + 0.2, 1e15 + 0.5, 1 / 3, 999.999, 1_234.567, 12.5, 5.0, 2026.0, 36.0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seed", range(12))
def test_what_is_written_comes_back(seed: int, language: str, tmp_path: Path) -> None:
    generator = np.random.default_rng(seed)
    weeks = pd.date_range("2025-01-01", periods=int(generator.integers(1, 15)), freq="7D")
    weeks += pd.Timedelta(days=int(generator.integers(0, 700)))
    channels = ["tv", "=search", "12", "Télé  2", "nan", "medium"][: int(generator.integers(1, 7))]
    shape = (len(weeks), len(channels))
    drawn = generator.choice(MONEY, shape), generator.choice(np.array(PIECES, dtype=object), shape)
    teams = {c: str(generator.choice(["brand", "e-commerce", ""])) for c in channels if generator.random() < 0.5}
    sheet = CampaignSheet(
        str(generator.choice(["Back to school", "Summer 2027!", "=A1", "Sale [50%] / a:b?", "x" * 60])),
        pd.DataFrame(drawn[0], weeks, channels),
        pd.DataFrame(drawn[1], weeks, channels, dtype=object),
        teams if generator.random() < 0.7 else {},
    )
    same(read_campaign_sheet(sheet.to_excel(tmp_path / "campaign.xlsx", language=language)), sheet)


@pytest.mark.parametrize("comma", [False, True])
@pytest.mark.parametrize("message", PIECES)
def test_a_cell_that_is_written_reads_as_it_was(message: str, comma: bool) -> None:
    for money in MONEY:
        read, said, wrong = read_cells([cell_text(money, message.strip(), comma=comma)])
        assert (read[0], said[0], wrong) == (money, message.strip(), {})


def test_cells_do_not_change_each_other() -> None:
    """One decimal mark holds for a whole sheet; what is written in one form is read in it."""
    for comma in (False, True):
        cells = [cell_text(m, "said", comma=comma) for m in MONEY[1:]] + [cell_text(m, "", comma=comma) for m in MONEY]
        read, _, wrong = read_cells(cells)
        assert read.tolist() == [*MONEY[1:], *MONEY]
        assert not wrong


def test_every_word_stands_in_both_languages() -> None:
    english, dutch = (texts("campaign_sheet", language) for language in ("en", "nl"))
    assert list(english) == list(dutch)


def test_a_sheet_can_be_made_of_a_plan_without_messages() -> None:
    sheet = CampaignSheet("Spring", pd.DataFrame({"tv": [1, 2, 3, 4]}, index=MONDAYS))
    assert sheet.spend.dtypes.tolist() == [np.dtype(float)]
    assert (sheet.messages == "").all(axis=None)
    assert sheet.weeks.equals(WEEKS)


# Cells that people write


@pytest.mark.parametrize(
    ("cell", "money", "message"),
    [
        (25_000, 25_000, ""),
        (12.5, 12.5, ""),
        ("25.000 Back to school", 25_000, "Back to school"),
        ("EUR 25,000 | Back to school", 25_000, "Back to school"),
        ("25k - message", 25_000, "message"),
        ("€ 25.000,- Terug naar school", 25_000, "Terug naar school"),
        ("25 000 Back to school", 25_000, "Back to school"),
        ("€25k BTS", 25_000, "BTS"),
        ("2,5k | x", 2_500, "x"),
        ("1,5 mln TV", 1_500_000, "TV"),
        ("1,2 mln", 1_200_000, ""),
        ("1.1 mln", 1_100_000, ""),
        ("0.1M", 100_000, ""),
        ("0.5m", 500_000, ""),
        ("€ 0,25M | x", 250_000, "x"),
        ("1.2M - launch", 1_200_000, "launch"),
        ("EUR 25k", 25_000, ""),
        ("100 dzd", 100_000, ""),
        ("25 Tsd.", 25_000, ""),
        ("1,5 mld", 1_500_000_000, ""),
        ("25000|BTS", 25_000, "BTS"),
        ("25.000\nBTS", 25_000, "BTS"),
        ("€ 500 - 2e golf", 500, "2e golf"),
        ("25000 Back to school", 25_000, "Back to school"),
        ("500 | actie", 500, "actie"),
        ("1.234,56 € | a | b", 1_234.56, "a | b"),
        ("Back to school", 0, "Back to school"),
        ("50% korting", 0, "50% korting"),
        ("1+1 gratis", 0, "1+1 gratis"),
        ("3e week", 0, "3e week"),
        ("| 2 for 1", 0, "2 for 1"),
        ("#backtoschool", 0, "#backtoschool"),
        ("", 0, ""),
        ("-", 0, ""),
        (None, 0, ""),
        (0, 0, ""),
    ],
)
def test_a_cell_says_budget_message_or_both(cell: object, money: float, message: str) -> None:
    read, said, wrong = read_cells([cell])
    assert (read[0], said[0], wrong) == (money, message, {})


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2 for 1", "begins with the number 2, which may be a budget or a message; write '2 | for 1'"),
        ("2026 collection", "begins with the number 2026"),
        ("12.30 live", "begins with the number 12.30"),
        ("5 - 7 Sept", "begins with the number 5"),
        ("Back to school € 25.000", "has an amount behind its message, '€ 25.000'"),
        ("Bags from € 9,99", "has an amount behind its message"),
        ("25m campaign", "begins with '25m', an amount that is not clear"),
        ("TV | radio", "'TV' before the bar is no amount"),
        ("50%", "holds a percentage"),
        ("#REF!", "holds the error #REF! of a formula"),
        ("1.234k | x", "with a mark between thousands or before cents, before a word for thousands"),
        ("EUR -500 | x", "holds a budget of -500.00; budgets start at 0"),
        (-5, "holds a budget of -5.00"),
        (float("inf"), "budgets start at 0"),
        (True, "neither a budget nor a message"),
        (dt.datetime(2026, 9, 7), "neither a budget nor a message"),
        ("1.2.3 | x", "holds '1.2.3', which is no amount"),
    ],
)
def test_a_cell_that_may_be_either_is_refused(cell: object, why: str) -> None:
    _, _, wrong = read_cells(["Back to school", cell])
    assert list(wrong) == [1]
    assert why in wrong[1]


def test_a_mark_before_cents_is_none_between_thousands() -> None:
    read, _, wrong = read_cells(["25.000 | a", "12,50 | b"])
    assert (read.tolist(), wrong) == ([25_000.0, 12.5], {})
    _, _, wrong = read_cells(["25.000 | a", "12.50 | b"])
    assert list(wrong) == [0]
    assert "as another cell writes cents" in wrong[0]


def test_two_currencies_are_refused() -> None:
    _, _, wrong = read_cells(["€ 25.000", "€ 5.000", "$ 25.000 | x"])
    assert list(wrong) == [2]
    assert "is in USD and other cells in EUR" in wrong[2]


def test_a_cell_is_taken_apart_without_its_sheet() -> None:
    assert cell_parts("25k - x").factor == 1e3
    assert cell_parts("x").amount is None


# Weeks that people write

FORMS: Mapping[str, tuple[list[list[object]], str]] = {
    "Mondays": ([["Back to school"], HEAD], "Back to school"),
    "iso weeks": ([["Back to school"], ["channel", "2026-W36", "2026-W37", "2026-W38", "2026-W39"]], "Back to school"),
    "written": ([["BTS"], ["Kanaal", "week 36 2026", "wk 37 2026", "Wk. 38 2026", "W39-2026"]], "BTS"),
    "year in the title": ([["BTS 2026"], ["kanaal", "wk 36", "wk 37", "wk 38", "wk 39"]], "BTS 2026"),
    "year above": ([["BTS"], [None, 2026], ["kanaal", "wk 36", "wk 37", "wk 38", "wk 39"]], "BTS"),
    "year in the corner": ([["kanaal 2026", "wk 36", "wk 37", "wk 38", "wk 39"]], "plan"),
    "bare numbers": ([["BTS 2026"], ["week", 36, 37, 38, 39]], "BTS 2026"),
    "Dutch dates": ([["BTS"], ["kanaal", "31-8-2026", "7-9-2026", "14-9-2026", "21-9-2026"]], "BTS"),
    "American dates": ([["BTS"], ["channel", "8/31/2026", "9/7/2026", "9/14/2026", "9/21/2026"]], "BTS"),
    "day numbers": ([["BTS"], ["channel", 46265, 46272, 46279, 46286]], "BTS"),
    "numbers over days": ([["BTS"], [None, "wk 36", "wk 37", "wk 38", "wk 39"], HEAD], "BTS"),
    "days over numbers": ([["BTS"], HEAD, [None, "wk 36", "wk 37", "wk 38", "wk 39"]], "BTS"),
    "months above": ([["BTS"], [None, "augustus", "september"], HEAD], "BTS"),
}


@pytest.mark.parametrize("form", FORMS)
def test_weeks_are_read_however_they_are_written(form: str, tmp_path: Path) -> None:
    rows, name = FORMS[form]
    read = read_campaign_sheet(book(tmp_path, *rows, ["tv", 100, "25k - BTS", None, "BTS"]))
    assert read.name == name
    assert read.spend["tv"].tolist() == [100.0, 25_000.0, 0.0, 0.0]
    assert read.messages["tv"].tolist() == ["", "BTS", "", "BTS"]
    assert read.weeks.equals(WEEKS)


def test_weeks_may_run_over_a_new_year(tmp_path: Path) -> None:
    rows = [["Winter 2026/2027"], ["kanaal", "wk 52", "wk 53", "wk 1"], ["tv", 1, 2, 3]]
    weeks = read_campaign_sheet(book(tmp_path, *rows)).weeks
    assert [f"{week:%Y-%m-%d}" for week in weeks] == ["2026-12-21", "2026-12-28", "2027-01-04"]
    above = [["Winter"], [None, 2026, None, 2027], *rows[1:]]
    assert read_campaign_sheet(book(tmp_path, *above)).weeks.equals(weeks)


@pytest.mark.parametrize(
    ("heads", "why"),
    [
        (["wk 36", "wk 37"], "plan!B2 to plan!C2 name weeks without a year (the text above names none)"),
        (["wk 52", "wk 1"], "name weeks without a year (the text above names none, the numbers run over a new year)"),
        ([MONDAYS[0], MONDAYS[2]], "add a column for 2026-09-07"),
        ([MONDAYS[0], MONDAYS[0]], "weeks follow one another every 7 days"),
        ([MONDAYS[1], MONDAYS[0]], "weeks follow one another every 7 days"),
        ([MONDAYS[0], MONDAYS[1] + dt.timedelta(days=1)], "weeks follow one another every 7 days"),
        (["2026-W36", "wekk 37"], "plan!C2: 'wekk 37' is no week above cells that hold something; name the week"),
        ([MONDAYS[0], None], "plan!C2: no week is named above cells"),
    ],
)
def test_a_heading_that_is_no_week_is_refused(heads: list[object], why: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        read_campaign_sheet(book(tmp_path, ["BTS"], ["channel", *heads], ["tv", 1, 2]))
    assert why in str(refused.value)


def test_two_readings_of_a_week_are_refused(tmp_path: Path) -> None:
    rows = [["BTS"], [None, "wk 36", "wk 99", "wk 38", "wk 39"], HEAD, ["tv", 1, 2, 3, 4]]
    rows[1][2] = "wk 35"
    with pytest.raises(
        DataError, match=r"plan!C2 says week 35 and plan!C3 is week 37 \(2026-09-07\); mend one of them"
    ):
        read_campaign_sheet(book(tmp_path, *rows))
    years = [["Plan 2025, was 2026"], ["kanaal", "wk 36", "wk 37"], ["tv", 1, 2]]
    with pytest.raises(DataError, match="the text above names 2025, 2026"):
        read_campaign_sheet(book(tmp_path, *years))
    days = [["BTS"], ["channel", "1-2-2026"], ["tv", 1]]
    with pytest.raises(DataError, match="read day first and month first"):
        read_campaign_sheet(book(tmp_path, *days))
    beyond = [["BTS 2025"], ["channel", "wk 52", "wk 53"], ["tv", 1, 2]]
    with pytest.raises(DataError, match="plan!C2 holds 'wk 53', which is no week of 2025"):
        read_campaign_sheet(book(tmp_path, *beyond))


@pytest.mark.parametrize(
    ("title", "heads"),
    [
        ("Back to school 2026", ["31 Aug - 6 Sep", "7 Sep - 13 Sep", "14 - 20 Sep"]),
        ("Terug naar school 2026", ["31 aug t/m 6 sep", "7 t/m 13 sep", "14 t/m 20 sep"]),
        ("Plan 2026", ["31/08-06/09", "07/09-13/09", "14/09-20/09"]),
        ("Plan", ["w/c 31 Aug 2026", "w/c 7 Sep 2026", "w/c 14 Sep 2026"]),
        ("Plan 2026", ["S36", "S37", "S38"]),
    ],
)
def test_ranges_of_days_are_headings(title: str, heads: list[object], tmp_path: Path) -> None:
    read = read_campaign_sheet(book(tmp_path, [title], ["channel", *heads], ["tv", 1, 2, 3]))
    assert read.weeks.equals(WEEKS[:3])


def test_ranges_over_the_new_year_take_both_years(tmp_path: Path) -> None:
    heads = ["channel", "21 Dec - 27 Dec", "28 Dec - 3 Jan", "4 Jan - 10 Jan"]
    read = read_campaign_sheet(book(tmp_path, ["Winter 2026/2027"], heads, ["tv", 1, 2, 3]))
    assert read.weeks.equals(pd.DatetimeIndex(["2026-12-21", "2026-12-28", "2027-01-04"], name="week"))
    with pytest.raises(DataError, match=r"name weeks without a year .* the numbers run over a new year"):
        read_campaign_sheet(book(tmp_path, ["Winter 2026"], heads, ["tv", 1, 2, 3]))


# Sheets that people make


def test_teams_totals_remarks_and_other_columns_are_told_apart(tmp_path: Path) -> None:
    file = book(
        tmp_path,
        ["Back to school", None, "draft of the agency"],
        ["team", "kanaal", "doelgroep", *MONDAYS[:2], "Totaal", None, "KPI"],
        ["brand", "tv", "25-54", "25.000 BTS", 5_000, 30_000, None, 7],
        [None, "radio", None, None, "2k", 2_000],
        ["brand totaal", "subtotaal", None, 25_000, 7_000, 32_000],
        ["e-com", "search", None, 400, "| always on", 400],
        [None, "Totaal", None, 25_400, "€ 7.000", "€ 32.400"],
        [],
        [None, "* prices without VAT"],
        merged=("A3:A4",),
    )
    read = read_campaign_sheet(file)
    assert read.teams == {"tv": "brand", "radio": "brand", "search": "e-com"}
    assert read.spend.to_dict("list") == {"tv": [25_000, 5_000], "radio": [0, 2_000], "search": [400, 0]}
    assert read.messages["search"].tolist() == ["", "always on"]
    told = [note.message for note in read.notes]
    assert len(told) == 4
    for part in ("'draft of the agency'", "'doelgroep'", "'KPI'", "'* prices without VAT'"):
        assert any(part in message for message in told)


def test_a_message_over_several_weeks_is_that_of_each(tmp_path: Path) -> None:
    file = book(tmp_path, ["BTS"], HEAD, ["tv", "Bags", None, None, "Books"], merged=("B3:D3",))
    assert read_campaign_sheet(file).messages["tv"].tolist() == ["Bags", "Bags", "Bags", "Books"]
    file = book(tmp_path, ["BTS"], HEAD, ["tv", "25k - Bags", None, None, 5], merged=("B3:D3",))
    with pytest.raises(DataError, match=r"plan!B3 to plan!D3 is one merged cell with a budget \('25k - Bags'\)"):
        read_campaign_sheet(file)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["tv", 1, 2, 3, 4], ["Total", 1, 2, 3, 5]], "plan!E4 says 5 in all and the cells add up to 4; mend it"),
        ([["tv", 1, 2], ["tv", 3]], "plan!A4 names 'tv' a second time"),
        ([["tv", 1], [None, 5]], "plan!A4 names no channel and its row holds something"),
        ([["ONLINE"], ["tv", 1]], "plan!A3: 'ONLINE' has neither budget nor message in any week"),
        ([["Total", 1]], "no channel stands below row 2"),
        ([["tv", "=1+1", "x"]], "plan!B3 (tv, 2026-08-31) holds a formula without a stored result"),
    ],
)
def test_rows_that_may_be_two_things_are_refused(rows: list[list[object]], why: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        read_campaign_sheet(book(tmp_path, ["BTS"], HEAD, *rows))
    assert why in str(refused.value)


def test_everything_wrong_is_told_at_once_with_its_cell(tmp_path: Path) -> None:
    file = book(
        tmp_path,
        ["BTS (x € 1.000)"],
        [*HEAD[:3], None, HEAD[4]],
        ["tv", "2 for 1", 100, 7, "bags € 500"],
        ["radio", -5, None, None, "$ 10 | a"],
        ["social", "€ 5 | a", "€ 6 | b", None, 1],
        ["radio", 1],
    )
    with pytest.raises(DataError) as refused:
        read_campaign_sheet(file)
    said = str(refused.value)
    for part in (
        "plan!A1 says that amounts are in thousands",
        "add a column for 2026-09-14",
        "plan!D2: no week is named",
        "plan!B3 (tv, 2026-08-31) begins with the number 2",
        "plan!E3 (tv, 2026-09-21) has an amount behind its message, '€ 500'",
        "plan!B4 (radio, 2026-08-31) holds a budget of -5.00",
        "plan!E4 (radio, 2026-09-21) is in USD and other cells in EUR",
        "plan!A6 names 'radio' a second time",
    ):
        assert part in said
    assert said.startswith("campaign.xlsx: 8 things are wrong.")


def test_columns_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["BTS"], ["medium", "channel", *MONDAYS], ["tv", "RTL", 1], ["tv", "SBS", 1]]
    with pytest.raises(DataError, match="several columns stand before the weeks; call the one"):
        read_campaign_sheet(book(tmp_path, *rows))
    with pytest.raises(DataError, match="no column stands before the weeks"):
        read_campaign_sheet(book(tmp_path, ["BTS"], [None, *MONDAYS], [None, 1, 2, 3, 4]))
    with pytest.raises(DataError, match="no row names weeks beside one another"):
        read_campaign_sheet(book(tmp_path, ["week", "tv"], [MONDAYS[0], 1], [MONDAYS[1], 2]))


def test_a_csv_is_read_like_a_workbook(tmp_path: Path) -> None:
    file = tmp_path / "campaign.csv"
    file.write_text('Back to school;;\nkanaal;"wk 36 2026";"wk 37 2026"\ntv;25.000 Back to school;\nradio;;"2k"\n')
    read = read_campaign_sheet(file)
    assert (read.name, read.spend["tv"].tolist(), read.spend["radio"].tolist()) == (
        "Back to school",
        [25e3, 0],
        [0, 2e3],
    )
    file.write_text("kanaal;wk 36 2026\ntv;2 for 1\n")
    with pytest.raises(DataError, match=r"campaign.csv: campaign!B2 \(tv, 2026-08-31\) begins with the number 2"):
        read_campaign_sheet(file)


def test_a_sheet_is_chosen_by_name_or_place(tmp_path: Path) -> None:
    file = book(tmp_path, ["BTS"], HEAD, ["tv", 1])
    made = openpyxl.load_workbook(file)
    other = made.create_sheet("other")
    other.append(HEAD)
    other.append(["radio", 2])
    made.save(file)
    with pytest.raises(DataError, match="several sheets: 'plan', 'other'"):
        read_campaign_sheet(file)
    assert read_campaign_sheet(file, sheet="other").channels == ("radio",)
    assert read_campaign_sheet(file, sheet=0).channels == ("tv",)
    with pytest.raises(DataError, match="has no sheet 'plann'; did you mean 'plan'"):
        read_campaign_sheet(file, sheet="plann")


# The record

BAD: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "negative": (
        lambda: {"spend": pd.DataFrame({"tv": [1, -1]}, MONDAYS[:2])},
        "the budget of 'tv' is empty, negative",
    ),
    "empty money": (lambda: {"spend": pd.DataFrame({"tv": [1, None]}, MONDAYS[:2])}, "in week 2026-09-07"),
    "no table": (lambda: {"spend": pd.DataFrame({"tv": ["a"]}, MONDAYS[:1])}, "`spend` is a table of money"),
    "nothing": (lambda: {"spend": pd.DataFrame()}, "`spend` holds no week or no channel"),
    "gap": (lambda: {"spend": pd.DataFrame({"tv": [1, 2]}, MONDAYS[::2][:2])}, "do not follow one another"),
    "other shape": (lambda: {"messages": pd.DataFrame({"tv": [""]}, MONDAYS[:1])}, "other weeks or channels"),
    "no text": (lambda: {"messages": pd.DataFrame({"tv": [1] * 4}, MONDAYS)}, "`messages` holds what is no text"),
    "unseen sign": (lambda: {"messages": pd.DataFrame({"tv": ["\x00"] * 4}, MONDAYS)}, "signs that no spreadsheet"),
    "team": (lambda: {"teams": {"tvv": "brand"}}, "`teams` names 'tvv', which is no channel; did you mean 'tv'?"),
    "no name": (lambda: {"name": " "}, "it has no name"),
    "week as name": (lambda: {"name": "wk 36"}, "its name is a week or a year"),
    "thousands": (lambda: {"name": "BTS (x 1.000)"}, "its name says that amounts are in thousands"),
    "total": (lambda: {"spend": pd.DataFrame({"Total": [1]}, MONDAYS[:1])}, "a channel cannot be called 'Total'"),
    "twice": (lambda: {"spend": pd.DataFrame([[1, 2]], MONDAYS[:1], ["a", "a"])}, "channel 'a' is there twice"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_record_that_cannot_be_is_refused(case: str) -> None:
    changes, why = BAD[case]
    parts: dict[str, Any] = {"name": "BTS", "spend": pd.DataFrame({"tv": [1.0] * 4}, MONDAYS)}
    with pytest.raises(DataError) as refused:
        CampaignSheet(**{**parts, **changes()})
    assert why in str(refused.value)


def test_a_record_shows_itself() -> None:
    messages = pd.DataFrame({"tv": ["Bags", "", "", ""], "radio": [""] * 4}, MONDAYS)
    spend = pd.DataFrame({"tv": [1_000.0, 0, 0, 0], "radio": [0.0, 0, 0, 5]}, MONDAYS)
    sheet = CampaignSheet("BTS", spend, messages, {"tv": "brand"})
    assert repr(sheet).startswith("Campaign 'BTS': 1,005 over 4 weeks from 2026-08-31")
    assert "<table" in sheet._repr_html_()
    assert sheet.table().to_dict("list") == {
        "week": [WEEKS[0], WEEKS[3]],
        "channel": ["tv", "radio"],
        "team": ["brand", ""],
        "spend": [1_000.0, 5.0],
        "message": ["Bags", ""],
    }


def test_rows_that_add_up_others_without_saying_so_are_told(tmp_path: Path) -> None:
    file = tmp_path / "flow.csv"
    rows = ["tv;100;200;300", "radio;10;10;10", "offline;110;210;310", "social;7;8;9", "all in;117;218;319"]
    file.write_text("\n".join(["kanaal;2026-08-03;2026-08-10;2026-08-17", *rows]) + "\n", encoding="utf-8")
    told = [finding for finding in read_campaign_sheet(file).notes if finding.name == "may_be_total"]
    assert [(finding.severity, finding.message.split("'")[1]) for finding in told] == [
        ("warns", "offline"),
        ("warns", "all in"),
    ]
    assert "WARNING: 'offline' holds" in repr(read_campaign_sheet(file))
    file.write_text(file.read_text(encoding="utf-8") + "Totaal;344;646;948\n", encoding="utf-8")
    names = [finding.name for finding in read_campaign_sheet(file).notes]
    assert "may_be_total" not in names, "a total of the sheet counts these rows in"
