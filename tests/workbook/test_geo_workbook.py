"""The workbook of a plan by geo: one calendar that ties to one total, and that is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import omnimix as om
from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.posterior import GeoPosterior
from tests.geo_worlds import late_fit

FEW = om.Outlook(draws=30)
HEAD = 8


@pytest.fixture(scope="module")
def posterior() -> GeoPosterior:
    return late_fit()


@pytest.fixture(scope="module")
def plan(posterior: GeoPosterior) -> GeoBudgetPlan:
    limits = om.Limits(
        channels={"radio": om.Limit(change=(-0.5, 0.5))},
        geos={"geo 1": om.Limit(change=(-0.2, 0.2))},
        channels_in_geos={"tv": {"geo 2": om.Limit(change=(-0.1, 0.1))}},
    )
    made = om.optimize_budget(posterior, weeks=4, by="geo", limits=limits, outlook=FEW, progress=False)
    assert isinstance(made, GeoBudgetPlan)
    return made


@pytest.mark.parametrize("language", ["en", "nl"])
def test_rows_of_channels_in_geos_add_up_to_the_agreed_total(
    plan: GeoBudgetPlan, tmp_path: Path, language: str
) -> None:
    plan.to_excel(tmp_path / "plan.xlsx", language=language)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    region, calendar = {"en": ("region", "calendar"), "nl": ("regio", "kalender")}[language]
    assert {f"{region} geo {k}" for k in range(3)} <= set(book.sheetnames)
    page = book[calendar]
    rows = {page.cell(HEAD + 1 + k, 1).value: HEAD + 1 + k for k in range(len(plan.channels))}
    assert list(rows) == list(plan.channels)
    money = [float(page.cell(r, 5 + week).value) for r in rows.values() for week in range(4)]
    assert sum(money) == pytest.approx(plan.total, abs=0.01)
    labels = {str(page.cell(r, 1).value): r for r in range(1, page.max_row + 1)}
    summed = page.cell(labels[f"{region} geo 1"], 5).value
    assert summed == f"=SUM(E{rows['tv (geo 1)']},E{rows['radio (geo 1)']})"


def test_it_is_read_back_as_it_was_and_tells_what_an_edit_breaks(
    plan: GeoBudgetPlan, posterior: GeoPosterior, tmp_path: Path
) -> None:
    file = tmp_path / "plan.xlsx"
    plan.to_excel(file)
    sheet = om.read_plan(file)
    assert sheet.edited.empty
    assert sheet.broken == ()
    assert sheet.spend.to_numpy() == pytest.approx(plan.spend.to_numpy())
    book = openpyxl.load_workbook(file)
    for row in book["calendar"].iter_rows(min_row=HEAD + 1, max_row=HEAD + len(plan.channels)):
        if row[0].value in ("tv (geo 1)", "radio (geo 2)"):
            for cell in row[4:8]:
                cell.value = 10.0 * float(cell.value) + 1_000.0
    book.save(file)
    sheet = om.read_plan(file)
    broken = {(b.kind, b.name, b.rule) for b in sheet.broken}
    assert ("geo", "geo 1", "most") in broken
    assert ("channel", "radio", "most") in broken
    assert any(text.startswith("Region geo 1 gets") for text in sheet.sentences())
    assert len(om.evaluate_plan(posterior, sheet, outlook=FEW).table()) == 3


def test_many_geos_have_rows_of_sums_and_no_sheets(plan: GeoBudgetPlan, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("omnimix.workbook.plan_writing.MOST_GEO_SHEETS", 2)
    plan.to_excel(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert not [name for name in book.sheetnames if name.startswith("region")]
    assert "region geo 2" in [str(c.value) for c in book["calendar"]["A"]]


def test_a_national_plan_of_several_geos_has_the_workbook_of_any_plan(posterior: GeoPosterior, tmp_path: Path) -> None:
    om.optimize_budget(posterior, weeks=4, outlook=FEW, progress=False).to_excel(tmp_path / "plan.xlsx")
    assert om.read_plan(tmp_path / "plan.xlsx").channels == ("tv", "radio")
