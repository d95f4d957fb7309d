"""What an edit breaks, what a rounded workbook holds, and the sheet that estimates while somebody edits."""

from __future__ import annotations

import bisect
import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from omnimix.budget import BudgetPlan
from omnimix.errors import DataError
from omnimix.words import LANGUAGES, texts
from omnimix.workbook import read_plan
from omnimix.workbook.plan_writing import write_plan
from omnimix.workbook.sheet_geometry import geometry
from omnimix.workbook.sheet_response import HEAD_ROW
from omnimix.workbook.sheet_style import CHANGE, MONEY
from tests.budget.made_plans import made_plan


def edited(plan: BudgetPlan, folder: Path, language: str, edits: dict[tuple[str, int], float]) -> Path:
    """Write a plan and put money into cells of its calendar, by channel and week."""
    file = write_plan(plan, folder / "plan.xlsx", language=language)
    book, at = openpyxl.load_workbook(file), geometry(plan)
    for (channel, week), money in edits.items():
        book[texts("workbook", language)["calendar"]].cell(at.row(channel), at.first_week + week, money)
    book.save(file)
    return file


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_limit_that_an_edit_breaks_is_listed_when_it_is_read(tmp_path: Path, language: str) -> None:
    plan = made_plan()
    sheet = read_plan(edited(plan, tmp_path, language, {("tv", 0): 310_000.0, ("social", 2): 20_000.0}))
    found = {(b.kind, b.name, b.rule) for b in sheet.broken}
    assert {("channel", "tv", "highest"), ("channel", "social", "weekly_most"), ("pool", "video", "most")} <= found
    assert {name for _, name, _ in found} == {"tv", "social", "video"}
    pool = next(b for b in sheet.broken if b.kind == "pool")
    assert pool.limit == pytest.approx(400_000)
    assert pool.spend == pytest.approx(sheet.spend[["tv", "online_video"]].to_numpy().sum())
    told = sheet.sentences(language)
    assert len(told) == 2 + len(sheet.broken)
    assert {"en": "2 cells were edited.", "nl": "Er zijn 2 cellen aangepast."}[language] == told[0]
    assert "video" in " ".join(told)
    assert "agreed" in repr(sheet)


def test_what_nobody_edited_breaks_nothing(tmp_path: Path) -> None:
    sheet = read_plan(edited(made_plan(), tmp_path, "en", {}))
    assert sheet.broken == ()
    assert sheet.sentences() == ("Nothing was edited: this is the advised plan.",)


@pytest.mark.parametrize("step", [100, 1000])
def test_a_rounded_workbook_adds_up_in_whole_steps(tmp_path: Path, step: int) -> None:
    plan = made_plan()
    sheet = read_plan(write_plan(plan, tmp_path / "plan.xlsx", rounding=step))
    assert np.all(np.mod(sheet.spend.to_numpy(), step) == 0)
    assert sheet.spend.to_numpy().sum() == pytest.approx(sheet.total)
    assert abs(sheet.total - plan.total) <= step
    assert (sheet.spend.sum() - plan.spend.sum()).abs().max() <= step
    assert sheet.edited.empty


@pytest.mark.parametrize("step", [10, 500, 0])
def test_another_rounding_is_refused(tmp_path: Path, step: int) -> None:
    with pytest.raises(DataError, match="rounding is one of 100, 1,000"):
        write_plan(made_plan(), tmp_path / "plan.xlsx", rounding=step)


def test_a_small_plan_is_not_rounded_to_pieces(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="would change this plan"):
        write_plan(made_plan({"tv": 900.0, "radio": 800.0}, {}, answering=()), tmp_path / "plan.xlsx", rounding=1000)


def test_no_amount_is_written_as_minus_nothing() -> None:
    """A spreadsheet takes the part of the first condition that holds; less than half a unit falls to the last."""
    for form in (MONEY, CHANGE):
        assert form.startswith("[>=0.5]")
        assert "[<=-0.5]" in form
        assert form.endswith(";0")


def response(plan: BudgetPlan) -> pd.DataFrame:
    """Return a curve a channel that bends, in the form of the table of om.plan_response."""
    rows = []
    for channel in (c for c in plan.channels if c not in plan.answering):
        money = float(plan.spend[channel].sum())
        for spend in (*np.linspace(0.0, 2.0 * money, 9), money):
            rows.append({"channel": channel, "spend": spend, "mean": 900.0 * np.sqrt(spend)})
    return pd.DataFrame(rows)


def worked_out(book: Any, sheet: str, address: str) -> float:
    """Work out a cell of the response sheet as a spreadsheet does."""
    value = book[sheet][address].value
    if not isinstance(value, str) or not value.startswith("="):
        return float(value or 0.0)

    def cell(match: re.Match[str]) -> str:
        return repr(worked_out(book, match[1] or sheet, match[2].replace("$", "")))

    def cells(match: re.Match[str]) -> str:
        page = match[1] or sheet
        return repr([worked_out(book, page, c.coordinate) for c in np.ravel(book[page][match[2].replace("$", "")])])

    text = re.sub(r"(?:'([^']+)'!)?(\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+)", cells, value[1:])
    text = re.sub(r"(?:'([^']+)'!)?(?<![A-Z\d.])(\$?[A-Z]{1,2}\$?\d+)(?![\d(])", cell, text)
    known = {
        "INDEX": lambda values, k: values[int(k) - 1],
        "MATCH": lambda x, values, _: bisect.bisect_right(values, x),
        "MIN": min,
        "SUM": sum,
    }
    return float(eval(text, {"__builtins__": {}}, known))


def test_the_response_sheet_estimates_what_the_calendar_brings(tmp_path: Path) -> None:
    plan = made_plan()
    curves = response(plan)
    file = write_plan(plan, tmp_path / "plan.xlsx", response=curves)
    book, at = openpyxl.load_workbook(file), geometry(plan)
    names = list(dict.fromkeys(curves["channel"]))
    book["calendar"].cell(at.row("tv"), at.first_week, 0.0)
    for k, name in enumerate(names):
        row = HEAD_ROW + 1 + k
        rows = curves[curves["channel"] == name].sort_values("spend")
        money = float(plan.spend[name].sum()) - (float(plan.spend[name].iloc[0]) if name == "tv" else 0.0)
        assert worked_out(book, "response", f"B{row}") == pytest.approx(money)
        wanted = np.interp(money, rows["spend"], rows["mean"])
        assert worked_out(book, "response", f"C{row}") == pytest.approx(wanted), name
        assert worked_out(book, "response", f"D{row}") == pytest.approx(900.0 * np.sqrt(float(plan.spend[name].sum())))
    assert worked_out(book, "response", f"E{HEAD_ROW + 1 + len(names)}") < 0
    assert read_plan(file).total == pytest.approx(plan.total)
