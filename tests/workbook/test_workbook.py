"""The workbook of a plan: what is written, what people do to it, and what comes back."""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from omnimix.budget import BudgetPlan, PlanSheet
from omnimix.colours import channel_colours
from omnimix.errors import DataError, OmnimixError
from omnimix.spec import Cvar, Limit, Limits, Target
from omnimix.words import LANGUAGES, texts
from omnimix.workbook import read_plan
from omnimix.workbook.plan_writing import team_titles, write_plan
from omnimix.workbook.sheet_calendar import CHANNELS_NAME, bounds
from omnimix.workbook.sheet_geometry import HEAD_ROW, geometry
from omnimix.workbook.sheet_style import channel_colour
from tests.budget.made_plans import LIMITS, made_plan

CALENDAR = {"en": "calendar", "nl": "kalender"}
ODD = {"=tv": 9e5, "Télé & co": 0.125, "a_very_long_channel_name_that_goes_on_and_on": 7.0, "12": 1e-3}


def written(plan: BudgetPlan, folder: Path, language: str = "en") -> Path:
    return write_plan(plan, folder / f"plan_{language}.xlsx", language=language)


def change(file: Path, edit: Callable[[Any], None], sheet: str = "calendar") -> Path:
    book = openpyxl.load_workbook(file)
    edit(book[sheet])
    book.save(file)
    return file


def same(read: pd.DataFrame, wanted: pd.DataFrame) -> None:
    assert list(read.columns) == list(wanted.columns)
    assert list(read.index) == list(wanted.index)
    np.testing.assert_allclose(read.to_numpy(), wanted.to_numpy(), rtol=1e-12, atol=0)


def calculated(page: Any, address: str) -> float:
    """Work out a cell of sums and differences of other cells of its own sheet."""
    value = page[address].value
    if not isinstance(value, str) or not value.startswith("="):
        return float(value or 0.0)
    if match := re.fullmatch(r"=SUM\((.*)\)", value):
        cells = [cell for part in match[1].split(",") for cell in np.ravel(np.array(page[part], dtype=object))]
        return sum(calculated(page, cell.coordinate) for cell in cells)
    parts = re.fullmatch(r"=\$?([A-Z]+\d+)(?:-\$?([A-Z]+\d+))?", value)
    assert parts, value
    return calculated(page, parts[1]) - (calculated(page, parts[2]) if parts[2] else 0.0)


# Laws


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "plan",
    [
        made_plan(),
        made_plan(seed=8, weeks=1, start="2026-12-28"),
        made_plan(seed=9, weeks=53, answering=()),
        made_plan(start="2026-09-06", teams={}, pools={}),  # weeks from Sunday
        made_plan(
            ODD, dict.fromkeys(ODD, 0.0), teams={"=tv": "summary", "12": "a/b"}, currency="kr", answering=("12",)
        ),
        made_plan(limits=Limits(), seed=4),
    ],
    ids=["usual", "one week", "a year", "Sundays", "odd names", "no limits"],
)
def test_a_workbook_that_nobody_edited_is_the_plan(plan: BudgetPlan, language: str, tmp_path: Path) -> None:
    sheet = read_plan(plan.to_excel(tmp_path / "plan.xlsx", language=language))
    for read, wanted in ((sheet.spend, plan.spend), (sheet.advised, plan.spend), (sheet.today, plan.today)):
        same(read, wanted)
    assert (sheet.total, sheet.currency, sheet.answering) == (plan.total, plan.currency, plan.answering)
    assert (dict(sheet.teams), dict(sheet.pools)) == (dict(plan.teams), dict(plan.pools))
    assert sheet.edited.empty
    assert sheet.difference == 0.0


@pytest.mark.parametrize("seed", range(6))
def test_an_edit_comes_back_as_that_edit_and_no_other(seed: int, tmp_path: Path) -> None:
    generator = np.random.default_rng(seed)
    plan = made_plan(seed=seed, weeks=int(generator.integers(2, 20)))
    at, wanted = geometry(plan), plan.spend.copy()
    free = [c for c in plan.channels if c not in plan.answering]
    cells = {(int(generator.integers(len(plan.spend))), str(generator.choice(free))) for _ in range(5)}

    def edit(page: Any) -> None:
        for k, channel in cells:
            money = float(np.round(generator.uniform(0, 50_000), 2))
            page.cell(at.row(channel), at.first_week + k).value = money
            wanted.iloc[k, wanted.columns.get_loc(channel)] = money

    sheet = read_plan(change(written(plan, tmp_path), edit))
    same(sheet.spend, wanted)
    same(sheet.advised, plan.spend)
    edited = sheet.edited
    assert {(plan.weeks.get_loc(w), c) for w, c in zip(edited["week"], edited["channel"], strict=True)} == cells
    assert sheet.difference == pytest.approx(wanted.to_numpy().sum() - plan.total)
    assert edited["change"].sum() == pytest.approx(sheet.difference)
    assert sheet.table()["change"].sum() == pytest.approx(sheet.difference)
    assert sheet.table()["weeks_edited"].sum() == len(cells)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_totals_of_the_calendar_are_those_of_the_plan(language: str, tmp_path: Path) -> None:
    plan = made_plan()
    page = openpyxl.load_workbook(written(plan, tmp_path, language))[CALENDAR[language]]
    at = geometry(plan)
    weeks = range(at.first_week, at.last_week + 1)

    def row_of(label: str) -> int:
        return next(r for r in range(at.sum_row, page.max_row + 1) if page.cell(r, 1).value == label)

    word = texts("workbook", language)
    rows = {at.row(c): plan.spend[c] for c in plan.channels} | {at.sum_row: plan.spend.sum(axis=1)}
    rows |= {row_of(f"{word['team']} {team}"): money for team, money in plan.by("team").items()}
    rows |= {row_of(f"{word['pool']} {pool}"): money for pool, money in plan.by("pool").items()}
    for row, money in rows.items():
        assert [calculated(page, page.cell(row, c).coordinate) for c in weeks] == pytest.approx(list(money))
        planned = page.cell(row, at.column("planned")).coordinate
        assert calculated(page, planned) == pytest.approx(money.sum())
    assert calculated(page, "B4") == pytest.approx(plan.total)
    for row in set(rows) - {at.row(c) for c in plan.channels}:
        assert page.cell(row, at.column("advised")).value.startswith("=SUM(")


def test_every_word_of_the_workbook_stands_in_both_languages() -> None:
    english, dutch = (texts("workbook", language) for language in ("en", "nl"))
    assert list(english) == list(dutch)

    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {k for k in english if names(english[k]) != names(dutch[k])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_tell_rows_and_columns_apart_are_not_the_same(language: str) -> None:
    say = texts("workbook", language)
    heads = ["channel", "team", "pool", "who", "total", "planned", "advised", "difference", "data", "limits"]
    assert len({say[name] for name in heads}) == len(heads)
    assert len({say[name] for name in ("summary", "calendar", "assumptions", "advised", "today")}) == 5


# What is on the sheets


def test_what_lies_outside_the_data_is_said_in_words_and_not_by_colour_alone(tmp_path: Path) -> None:
    plan = made_plan()
    outside = {c for c in plan.channels if plan.extrapolated[c].any()}
    assert outside
    assert outside != set(plan.channels)
    book = openpyxl.load_workbook(written(plan, tmp_path))
    at, kept = geometry(plan), book["advised"]
    for channel in plan.channels:
        words = kept.cell(at.row(channel), at.last_week + 2).value or ""
        assert words.startswith("extrapolated") == (channel in outside)
        for k in range(at.weeks):
            filled = kept.cell(at.row(channel), at.first_week + k).fill.fgColor.rgb.endswith("FBD9A5")
            assert filled == plan.extrapolated[channel].iloc[k]
            word = kept.cell(at.row(channel), at.last_week + 4 + k).value or ""
            assert word == ("extrapolated" if plan.extrapolated[channel].iloc[k] else "")
        live = book["calendar"].cell(at.row(channel), at.column("data")).value
        assert "extrapolated" in live
        assert "advised" in live
    told = {row[0].value: row[-1].value for row in book["summary"].iter_rows(min_row=1, max_row=40, max_col=14)}
    assert {c for c in plan.channels if str(told.get(c) or "").startswith("extrapolated")} == outside


def test_money_that_answers_to_demand_is_marked_and_locked(tmp_path: Path) -> None:
    plan = made_plan(answering=("search", "social"))
    page, at = openpyxl.load_workbook(written(plan, tmp_path))["calendar"], geometry(plan)
    for channel in plan.channels:
        answers = channel in plan.answering
        cells = [page.cell(at.row(channel), at.first_week + k) for k in range(at.weeks)]
        assert {cell.protection.locked for cell in cells} == {answers}
        assert len({cell.fill.fgColor.rgb for cell in cells}) == 1
        said = page.cell(at.row(channel), at.column("who")).value
        assert (said == "expected, answers to demand; not edited") == answers
        assert (page.cell(at.row(channel), at.column("who")).comment is not None) == answers
    assert page.protection.sheet
    assert not page.protection.password


def test_rules_on_looks_point_at_no_other_sheet(tmp_path: Path) -> None:
    """Excel takes no other sheet in such a rule; a name that stands for its cells will do."""
    book = openpyxl.load_workbook(written(made_plan(), tmp_path))
    rules = [rule for found in book["calendar"].conditional_formatting for rule in found.rules]
    assert rules
    assert not [rule for rule in rules if any("!" in text for text in rule.formula)]
    assert book.defined_names[CHANNELS_NAME].attr_text == "'advised'!$A$9:$A$14"
    assert [v.type for v in book["calendar"].data_validations.dataValidation] == ["decimal"]


def test_there_is_a_sheet_a_team_that_follows_the_calendar(tmp_path: Path) -> None:
    plan = made_plan()
    book = openpyxl.load_workbook(written(plan, tmp_path))
    assert book.sheetnames == [
        "summary",
        "calendar",
        "team brand",
        "team e-commerce",
        "assumptions",
        "advised",
        "today",
    ]
    page, at = book["team e-commerce"], geometry(plan)
    members = [c for c, team in plan.teams.items() if team == "e-commerce"]
    assert [page.cell(5 + k, 1).value for k in range(len(members))] == members
    there = book["calendar"].cell(at.row(members[0]), at.first_week).coordinate
    assert page["C5"].value == f"='calendar'!{there}"
    assert len(page._charts) == len(book["summary"]._charts) == 1


def test_a_team_gets_a_title_that_a_spreadsheet_takes() -> None:
    titles = team_titles(["summary", "x" * 40, "X" * 40, "a:b[c]*?/\\"], "{team}", ["summary"])
    assert titles["summary"] == "summary 2"
    assert len({t.casefold() for t in titles.values()}) == 4
    assert all(len(t) <= 31 and not set("[]:*?/\\") & set(t) for t in titles.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_of_assumptions_says_every_limit_and_aim(language: str, tmp_path: Path) -> None:
    limits = Limits(
        channels={
            "tv": Limit(lock=True),
            "radio": Limit(lock=61_000.0, weekly_max=9_000),
            "social": Limit(min=1_000, max=2_500.5, weekly_min=500, flights=[("2026-09-07", "2026-10-18")]),
        },
        levers=["search"],
        widen=0.25,
    )
    plan = made_plan(limits=limits)
    rests = type(plan.assumptions)(Cvar(0.8), Target("visits", 1_250_000), limits, "free", 30, 0.075, 400, ("So.",))
    page = openpyxl.load_workbook(written(made_plan(limits=limits, assumptions=rests), tmp_path, language))[
        texts("workbook", language)["assumptions"]
    ]
    said = "\n".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell is not None)
    number = str.maketrans("", "") if language == "en" else str.maketrans(",.", ".,")
    for figure in ("61,000", "9,000", "1,000", "2,500", "500", "1,250,000", "7.5%"):
        assert figure.translate(number) in said
    for text in ("25%", "20%", "400", "30", "7 September 2026", "search", "So."):
        assert text.casefold() in said.casefold()


def test_a_limit_is_brought_to_money() -> None:
    assert bounds(None, 10.0) == (None, None, None)
    assert bounds(Limit(lock=True, weekly_max=3.0), 10.0) == (10.0, 10.0, 3.0)
    assert bounds(Limit(lock=4.0), 10.0) == (4.0, 4.0, None)
    assert bounds(Limit(min=2.0, max=12.0, change=(-0.5, 0.5)), 10.0) == (5.0, 12.0, None)
    assert bounds(LIMITS.pools["video"], 10.0) == (None, 400_000, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sheet_says_what_the_plan_says(language: str, tmp_path: Path) -> None:
    plan = made_plan()
    page = openpyxl.load_workbook(written(plan, tmp_path, language)).worksheets[0]
    said = {row[0] for row in page.iter_rows(values_only=True)}
    assert set(plan.sentences(language).values()) <= said


def test_channels_have_the_colours_of_the_pictures() -> None:
    names = [f"channel {k}" for k in range(21)]
    drawn = channel_colours(names)
    assert [f"#{channel_colour(k)}" for k in range(21)] == [drawn[name] for name in names]


# What programs do to a file


DAYS: dict[str, Callable[[dt.datetime], object]] = {
    "texts": lambda day: f"{day:%Y-%m-%d}",
    "Dutch dates": lambda day: f"{day.day}-{day.month}-{day.year}",
    "American dates": lambda day: f"{day.month}/{day.day}/{day.year}",
    "day numbers": lambda day: (day - dt.datetime(1899, 12, 30)).days,
    "weeks": lambda day: f"{day.isocalendar().year}-W{day.isocalendar().week}",
    "days only": lambda day: day.date(),
}


@pytest.mark.parametrize("form", DAYS)
def test_weeks_are_read_however_a_program_saved_them(form: str, tmp_path: Path) -> None:
    plan = made_plan()
    file, at = written(plan, tmp_path), geometry(plan)
    for sheet in ("calendar", "advised", "today"):

        def edit(page: Any) -> None:
            for cell in page[HEAD_ROW][at.first_week - 1 : at.last_week]:
                cell.value = DAYS[form](cell.value)

        change(file, edit, sheet)
    same(read_plan(file).spend, plan.spend)


def dutch(money: float) -> str:
    return f"{money:,.2f}".translate(str.maketrans(",.", ".,"))


@pytest.mark.parametrize("form", [dutch, "€ {}".format, "{:.2f}".format], ids=["Dutch", "with a sign", "plain"])
def test_amounts_are_read_however_a_program_saved_them(form: Callable[[Any], str], tmp_path: Path) -> None:
    plan = made_plan()
    file, at = written(plan, tmp_path), geometry(plan)
    for sheet in ("calendar", "advised", "today"):

        def edit(page: Any) -> None:
            for channel in plan.channels:
                for cell in page[at.row(channel)][at.first_week - 1 : at.last_week]:
                    cell.value = form(round(cell.value, 2))

        change(file, edit, sheet)
    np.testing.assert_allclose(read_plan(file).spend, plan.spend, atol=0.0051)


def test_rows_columns_and_remarks_may_move(tmp_path: Path) -> None:
    plan = made_plan()

    def edit(page: Any) -> None:
        page.insert_rows(2, 3)
        page["A3"] = "our own remark"
        page.cell(page.max_row + 3, 1).value = "agreed with both teams"
        page.cell(15, page.max_column + 2).value = "call the agency"
        page["A12"], page["A13"] = page["A13"].value, page["A12"].value

    sheet = read_plan(change(written(plan, tmp_path), edit))
    assert sheet.edited["channel"].unique().tolist() == ["tv", "online_video"]
    same(sheet.spend[["tv"]], plan.spend[["online_video"]].set_axis(["tv"], axis=1))


def test_sheets_may_carry_the_name_of_a_table(tmp_path: Path) -> None:
    file = written(made_plan(), tmp_path, "nl")
    book = openpyxl.load_workbook(file)
    for page in book:
        page.title = f"{page.title} - Tabel 1"
    book.save(file)
    assert read_plan(file).edited.empty


# What is refused


def put(address: str, value: object) -> Callable[[Any], None]:
    def edit(page: Any) -> None:
        page[address] = value

    return edit


def all_of(*edits: Callable[[Any], None]) -> Callable[[Any], None]:
    def edit(page: Any) -> None:
        for one in edits:
            one(page)

    return edit


REFUSED: dict[str, tuple[Callable[[Any], None], str]] = {
    "text": (put("E9", "about 20k"), r"calendar!E9 \(tv, week 2026-09-07\) holds 'about 20k'; write a plain amount"),
    "beyond measure": (put("E9", 1e308), r"calendar!E9 \(tv, week 2026-09-07\) holds 1e\+308, more than any plan"),
    "negative": (put("F10", -5), r"calendar!F10 \(online_video, week 2026-09-14\) holds -5.00; money starts at 0"),
    "emptied": (put("Q11", None), r"calendar!Q11 \(radio, week 2026-11-30\) is empty; write 0"),
    "a day": (put("E9", dt.datetime(2026, 1, 2)), r"calendar!E9 .* holds the day 2026-01-02"),
    "an error": (put("E9", "#REF!"), r"holds the error #REF! of a formula"),
    "a yes": (put("E9", True), r"holds 'True'"),
    "a percentage": (put("E9", "12%"), r"calendar!E9"),
    "another currency": (put("E9", "$ 100"), r"is in USD and the plan in EUR; convert it"),
    "a formula without result": (put("E9", "=1+1"), r"calendar!E9 .* a formula without a stored result"),
    "an open amount": (put("E9", "25.000"), r"reads as 25000 or as 25.000, and no other cell tells which"),
    "deleted channel": (lambda page: page.delete_rows(11), "sheet 'calendar': channel 'radio' has no row; put it back"),
    "renamed channel": (put("A11", "raido"), "calendar!A11: 'raido' is no channel of this plan; did you mean 'radio'?"),
    "nameless row": (put("A11", None), "calendar!A11: has money in its row but names no channel"),
    "second row": (put("A11", "tv"), "calendar!A11 names 'tv' a second time; keep one row a channel"),
    "new channel": (all_of(put("A30", "tiktok"), put("E30", 5)), "calendar!A30: 'tiktok' is no channel of this plan"),
    "deleted week": (lambda page: page.delete_cols(6), "these week is missing: 2026-09-14"),
    "unreadable week": (put("F8", "next week"), "calendar!F8 holds 'next week' where a week belongs"),
    "unknown week": (put("Q8", dt.datetime(2027, 3, 1)), "calendar!Q8 is week 2027-03-01, which is not in this plan"),
    "week twice": (put("F8", dt.datetime(2026, 9, 7)), "calendar!E8 and calendar!F8 are both week 2026-09-07"),
    "no head": (put("A8", None), "sheet 'calendar' has no row that begins with 'channel'"),
    "answering": (put("E12", 1.0), r"calendar!E12: 'search' answers to demand.*put the advised.*levers=\['search'\]"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_its_cell(case: str, tmp_path: Path) -> None:
    edit, message = REFUSED[case]
    with pytest.raises(DataError, match=message) as refused:
        read_plan(change(written(made_plan(), tmp_path), edit))
    assert str(refused.value).startswith("plan_en.xlsx: ")


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    edit = all_of(put("E9", "x"), put("F10", -1), put("G11", None), put("A13", "socail"), put("H14", "=2"))
    file = change(written(made_plan(), tmp_path), edit)
    change(file, put("H9", "soon"), "today")
    with pytest.raises(DataError) as refused:
        read_plan(file)
    said = str(refused.value)
    assert said.startswith("plan_en.xlsx: 6 things are wrong.")
    for part in ("calendar!E9", "calendar!F10", "calendar!G11", "calendar!A13", "calendar!H14", "today!H9"):
        assert part in said


def test_an_amount_left_open_is_read_when_the_mark_is_given(tmp_path: Path) -> None:
    file = change(written(made_plan(), tmp_path), put("E9", "25.000"))
    assert read_plan(file, decimal=",").edited["edited"].tolist() == [25_000.0]
    with pytest.raises(DataError, match="decimal is"):
        read_plan(file, decimal=";")


@pytest.mark.parametrize("sheet", ["advised", "today"])
def test_sheets_to_be_left_alone_are_held_to_the_total(sheet: str, tmp_path: Path) -> None:
    file = change(written(made_plan(), tmp_path), put("E9", 1e6), sheet)
    with pytest.raises(DataError, match=f"sheet '{sheet}' adds up to .* and the agreed total is 660,000"):
        read_plan(file)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (put("B3", None), "sheet 'advised' no longer says 'currency'"),
        (put("B4", None), "sheet 'advised' no longer says 'agreed total'"),
        (put("B4", "a lot"), "the agreed total on sheet 'advised' holds 'a lot'"),
    ],
)
def test_an_agreement_that_is_gone_is_refused(edit: Callable[[Any], None], message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        read_plan(change(written(made_plan(), tmp_path), edit, "advised"))


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(DataError, match=r"is no plan that plan\.to_excel wrote; its sheets are 'Sheet'"):
        read_plan(tmp_path / "other.xlsx")
    with pytest.raises(DataError, match="There is no file"):
        read_plan(tmp_path / "none.xlsx")
    (tmp_path / "plan.csv").write_text("channel,1")
    with pytest.raises(DataError, match=r"a plan is a workbook; save it as '.xlsx'"):
        read_plan(tmp_path / "plan.csv")
    (tmp_path / "broken.xlsx").write_text("no workbook")
    with pytest.raises(DataError, match="does not open as a workbook"):
        read_plan(tmp_path / "broken.xlsx")
    with pytest.raises(DataError, match="not from DataFrame"):
        read_plan(pd.DataFrame())  # type: ignore[arg-type]


def test_a_workbook_of_another_version_or_without_its_sheets_is_refused(tmp_path: Path) -> None:
    file = written(made_plan(), tmp_path)
    book = openpyxl.load_workbook(file)
    book["calendar"].title = "calender"
    book.save(file)
    with pytest.raises(DataError, match=r"there is no sheet .calendar.; did you mean .calender."):
        read_plan(file)
    for sheet in ("advised", "today"):
        change(file, put("B5", "omnimix plan 9"), sheet)
    with pytest.raises(DataError, match="made by another version of omnimix"):
        read_plan(file)


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("advised", "today", "channel")), ("nl", ("advies", "nu", "kanaal"))]
)
def test_what_is_missing_is_asked_for_in_the_language_of_the_workbook(
    language: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    advised, today, channel = words
    for title in (advised, today):
        file = made_plan().to_excel(tmp_path / f"{title}.xlsx", language=language)
        book = openpyxl.load_workbook(file)
        del book[title]
        book.save(file)
        with pytest.raises(DataError, match=f"there is no sheet '{title}'"):
            read_plan(file)
    file = made_plan().to_excel(tmp_path / "plan.xlsx", language=language)
    book = openpyxl.load_workbook(file)
    for line in book[today].iter_rows():
        for cell in line:
            cell.value = "name" if cell.value == channel else cell.value
    book.save(file)
    with pytest.raises(DataError, match=f"no row that begins with '{channel}'"):
        read_plan(file)


@pytest.mark.parametrize(
    ("path", "message"),
    [("plan.xls", "let the name end in .xlsx"), ("none/plan.xlsx", "there is no folder"), (3, "not to int")],
)
def test_a_place_that_cannot_be_written_is_refused(path: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        write_plan(made_plan(), tmp_path / path if isinstance(path, str) else path)
    with pytest.raises(OmnimixError, match="language is one of en, nl"):
        write_plan(made_plan(), tmp_path / "plan.xlsx", language="fr")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(DataError, match="cannot be written"):
        write_plan(made_plan(), tmp_path / "folder.xlsx")


def test_a_sheet_shows_itself(tmp_path: Path) -> None:
    sheet = read_plan(change(written(made_plan(), tmp_path), put("E9", 50_000)))
    assert isinstance(sheet, PlanSheet)
    assert repr(sheet).startswith("Edited plan of EUR 660,000 over 13 weeks from 2026-09-07: 1 cell edited, +5,300")
    assert "<table" in sheet._repr_html_()
    assert (len(sheet.weeks), sheet.channels) == (13, made_plan().channels)
