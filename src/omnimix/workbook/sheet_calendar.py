"""The weekly sheets of a plan: the calendar that people edit, and what edits are compared with."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from omnimix.budget.plan import BudgetPlan
from omnimix.data.sheet_extent import column_letters as letter
from omnimix.spec import Limit
from omnimix.workbook.plan_groups import groups_of, limit_on_row
from omnimix.workbook.sheet_geometry import (
    AFTER,
    AGREED_ROW,
    CURRENCY_ROW,
    FACTS,
    HEAD_ROW,
    LABELS,
    MADE_BY,
    MADE_BY_ROW,
    Geometry,
    geometry,
    literal,
    sheet_name,
    summed,
)
from omnimix.workbook.sheet_style import (
    CHANGE,
    EDITED,
    MONEY,
    OUTSIDE,
    WRONG,
    aside,
    for_paper,
    formula,
    note,
    widths,
    write,
    write_heads,
    write_text,
)

CENT, EURO = 0.005, 0.5  # what counts as a difference of a cell, of a sum
NEAR = 1e-6  # relative, likewise of what the data have seen
ABOVE, BELOW = f"*{1 + NEAR:.6f}+{NEAR:.6f}", f"*{1 - NEAR:.6f}-{NEAR:.6f}"  # the same in formulas
ADVISED_NAME, MARKS_NAME = "omnimix_advised", "omnimix_marks"
CHANNELS_NAME, WEEKS_NAME = "omnimix_channels", "omnimix_weeks"
MARKS_AFTER = 4  # columns from the last week of the advised sheet to the marks of its first week
Say = Mapping[str, str]


def write_calendar(page: Worksheet, plan: BudgetPlan, say: Say, titles: Mapping[str, str]) -> None:
    """Write the calendar: money by channel and week, live totals, and words where an edit leaves data or limits."""
    at, kept = geometry(plan), sheet_name(titles["advised"])
    widths(page, [22, 14, 10, 25, *[12] * at.weeks, 13, 13, 12, 46, 28, *[12] * len(FACTS)])
    write(page, 1, 1, say["calendar_title"].format(currency=plan.currency), "title")
    write_text(page, 2, say["calendar_how"], columns=min(at.last_week, 12), kind="note")
    _agreement(page, say, at, kept)
    _heads(page, plan, say, at, [*AFTER, *FACTS])
    for name in ("data", "limits"):
        aside(page.cell(HEAD_ROW, at.column(name)))
    note(page.cell(HEAD_ROW, at.column("data")), say["outside_rule"])
    for channel in plan.channels:
        _channel_row(page, plan, say, at, channel, kept)
    rows = [at.row(c) for c in plan.channels]
    _sum_row(page, say, at, at.sum_row, say["total"], rows)
    _groups(page, plan, say, at)
    _guard(page, plan, say, at)
    page.freeze_panes = page.cell(HEAD_ROW + 1, at.first_week)
    for_paper(page, head_row=HEAD_ROW, large=True)
    page.print_area = f"A1:{letter(at.column('limits'))}{page.max_row}"


def write_kept(page: Worksheet, plan: BudgetPlan, spend: pd.DataFrame, say: Say, title: str, *, marks: bool) -> None:
    """Write money that is to stay as it is; with ``marks`` what of it lies outside the data is told by cell."""
    at = geometry(plan)
    widths(page, [22, 14, 10, 25, *[12] * at.weeks, 13, 36, 4, *[14] * (at.weeks if marks else 0)])
    write(page, 1, 1, title, "title")
    write(page, 2, 1, say["keep"], "note").alignment = None
    write(page, CURRENCY_ROW, 1, say["currency"])
    write(page, CURRENCY_ROW, 2, plan.currency)
    write(page, AGREED_ROW, 1, say["agreed"])
    write(page, AGREED_ROW, 2, plan.total, number=MONEY)
    write(page, MADE_BY_ROW, 1, say["made_by"])
    write(page, MADE_BY_ROW, 2, MADE_BY)
    _heads(page, plan, say, at, ["total", "data"] if marks else ["total"])
    aside(page.cell(HEAD_ROW, at.last_week + 2))
    for channel in plan.channels:
        row = at.row(channel)
        _labels(page, plan, say, row, channel)
        for k, money in enumerate(spend[channel]):
            cell = write(page, row, at.first_week + k, float(money), "fixed", MONEY)
            if marks and plan.extrapolated[channel].iloc[k]:
                cell.fill = PatternFill("solid", fgColor=OUTSIDE)
        write(page, row, at.last_week + 1, float(spend[channel].sum()), "sum", MONEY)
        if marks:
            aside(write(page, row, at.last_week + 2, outside_words(plan, channel, say)))
            for k, outside in enumerate(plan.extrapolated[channel]):
                column = at.last_week + MARKS_AFTER + k
                write(page, HEAD_ROW, column, f"{say['data']}: {plan.weeks[k]:%Y-%m-%d}", "note")
                write(page, row, column, say["extrapolated"] if outside else None, "note")
    write(page, at.sum_row, 1, say["total"], "sum")
    for column in range(2, at.last_week + 2):
        write(page, at.sum_row, column, None, "sum")
    for k, money in enumerate([*spend.sum(axis=1), float(spend.to_numpy().sum())]):
        write(page, at.sum_row, at.first_week + k, float(money), "sum", MONEY)
    page.protection.sheet = True
    page.freeze_panes = page.cell(HEAD_ROW + 1, at.first_week)
    for_paper(page, head_row=HEAD_ROW, large=True)
    page.print_area = f"A1:{letter(at.last_week + 2)}{page.max_row}"


def name_the_advised(book: Any, plan: BudgetPlan, title: str) -> None:
    """Name the advised cells: rules on how a cell looks may not point at another sheet, but at a name."""
    at, sheet = geometry(plan), sheet_name(title)
    first, last = letter(at.first_week), letter(at.last_week)
    marks = letter(at.last_week + MARKS_AFTER), letter(at.last_week + MARKS_AFTER + at.weeks - 1)
    top, bottom = HEAD_ROW + 1, at.sum_row - 1
    for name, cells in (
        (ADVISED_NAME, f"${first}${top}:${last}${bottom}"),
        (MARKS_NAME, f"${marks[0]}${top}:${marks[1]}${bottom}"),
        (CHANNELS_NAME, f"$A${top}:$A${bottom}"),
        (WEEKS_NAME, f"${first}${HEAD_ROW}:${last}${HEAD_ROW}"),
    ):
        book.defined_names[name] = DefinedName(name, attr_text=f"{sheet}!{cells}")


def outside_words(plan: BudgetPlan, channel: str, say: Say) -> str:
    """Return in which way the plan of a channel lies outside the data; empty where it does not."""
    if not plan.extrapolated[channel].any():
        return ""
    money, seen = plan.spend[channel], plan.region.loc[channel]
    if money.sum() > seen["highest"] * (1 + NEAR):
        return say["more"]
    if money.sum() < seen["lowest"] * (1 - NEAR):
        return say["less"]
    return say["week_more"]


def bounds(limit: Limit | None, today: float) -> tuple[float | None, float | None, float | None]:
    """Return the least and the most money over the window, and the most in a week, that a limit allows.

    >>> bounds(Limit(max=90.0, change=(-0.5, 0.5)), today=40.0)
    (20.0, 60.0, None)
    """
    if limit is None:
        return None, None, None
    if limit.locked:
        money = today if limit.lock is True else float(limit.lock)
        return money, money, limit.weekly_max
    low, high = limit.change or (None, None)
    least = [x for x in (limit.min, None if low is None else (1 + low) * today) if x is not None]
    most = [x for x in (limit.max, None if high is None else (1 + high) * today) if x is not None]
    return max(least, default=None), min(most, default=None), limit.weekly_max


def _agreement(page: Worksheet, say: Say, at: Geometry, kept: str) -> None:
    """Write the agreed total beside what the calendar adds up to, with the difference in words."""
    write(page, 3, 1, say["agreed"], "section")
    formula(page, 3, 2, f"{kept}!$B${AGREED_ROW}", "section")
    write(page, 4, 1, say["planned"], "section")
    formula(page, 4, 2, at.cell("planned", at.sum_row), "section")
    write(page, 5, 1, say["difference"], "section")
    formula(page, 5, 2, "B4-B3", "section")
    fits, over, under = (literal(say[k]) for k in ("fits", "over", "under"))
    formula(page, 5, 3, f"IF(ABS(B5)<{EURO},{fits},IF(B5>0,{over},{under}))", "section").alignment = Alignment(indent=1)
    fill = PatternFill("solid", bgColor=WRONG)
    page.conditional_formatting.add("A5:E5", FormulaRule(formula=[f"ABS($B$5)>={EURO}"], fill=fill))


def _heads(page: Worksheet, plan: BudgetPlan, say: Say, at: Geometry, after: list[str]) -> None:
    texts = [say[name] for name in LABELS], [week.to_pydatetime() for week in plan.weeks], [say[n] for n in after]
    write_heads(page, HEAD_ROW, dict(enumerate(itertools.chain(*texts), start=1)), left=len(LABELS))
    mondays = set(plan.weeks.day_of_week) == {0}
    for k, week in enumerate(plan.weeks):
        if mondays:  # only then are the weeks of the plan those of the calendar
            cell = write(
                page, HEAD_ROW - 1, at.first_week + k, say["week"].format(week=week.isocalendar().week), "note"
            )
            cell.alignment = Alignment(horizontal="right")


def _labels(page: Worksheet, plan: BudgetPlan, say: Say, row: int, channel: str) -> None:
    answers = channel in plan.answering
    texts = (channel, plan.teams.get(channel, ""), plan.pools.get(channel, ""), say["answers" if answers else "set"])
    for column, text in enumerate(texts, start=1):
        cell = write(page, row, column, text or None, "note" if column == len(texts) else "plain")
    if answers:
        page.row_dimensions[row].height = 31
        note(cell, say["answers_note"])


def _channel_row(page: Worksheet, plan: BudgetPlan, say: Say, at: Geometry, channel: str, kept: str) -> None:
    row, answers = at.row(channel), channel in plan.answering
    _labels(page, plan, say, row, channel)
    for k, money in enumerate(plan.spend[channel]):
        cell = write(page, row, at.first_week + k, float(money), "fixed" if answers else "set", MONEY)
        cell.protection = Protection(locked=answers)
    _sums(page, at, row, f"{kept}!{at.cell('planned', row)}")
    seen = plan.region.astype(float).to_dict("index")[channel]
    limit = limit_on_row(plan, channel)
    bounded = bounds(limit, float(plan.today[channel].sum()))
    _facts(page, at, row, [*(seen[name] for name in FACTS[:3]), *bounded])
    aside(formula(page, row, at.column("data"), _outside(say, at, row, kept)))
    aside(formula(page, row, at.column("limits"), _beyond(say, at, row)))


def _sums(page: Worksheet, at: Geometry, row: int, advised: str) -> None:
    formula(page, row, at.column("planned"), f"SUM({at.week_cells(row)})", "sum")
    formula(page, row, at.column("advised"), advised, "sum")
    difference = f"{at.cell('planned', row)}-{at.cell('advised', row)}"
    formula(page, row, at.column("difference"), difference, "sum", CHANGE)


def _facts(page: Worksheet, at: Geometry, row: int, figures: Iterable[float | None]) -> None:
    for name, figure in zip(FACTS, figures, strict=True):
        write(page, row, at.column(name), None if figure is None else float(figure), "note", MONEY)


def _outside(say: Say, at: Geometry, row: int, kept: str) -> str:
    """Return the formula that says in which way the money of a row lies outside the data.

    Whole windows are decided here. Of weeks the sheet knows what was advised; an edited one it can only hold against
    the highest week seen, because what earlier weeks leave behind is not in it.
    """
    planned, weeks = at.cell("planned", row), at.week_cells(row)
    high = f"({weeks}>{at.cell('highest_week', row)}{ABOVE})*(ABS({weeks}-{kept}!{weeks})>={CENT})"
    cases = [
        (f"{planned}>{at.cell('highest', row)}{ABOVE}", say["more"]),
        (f"{planned}<{at.cell('lowest', row)}{BELOW}", say["less"]),
        (f"{kept}!${letter(at.last_week + 2)}{row}={literal(say['week_more'])}", say["week_more"]),
        (f"SUMPRODUCT({high})>0", say["week_high"]),
    ]
    return _first_that_holds(cases)


def _beyond(say: Say, at: Geometry, row: int) -> str:
    """Return the formula that says which limit the money of a row breaks."""
    planned, weeks = at.cell("planned", row), at.week_cells(row)
    least, most, weekly = (at.cell(name, row) for name in ("least", "most", "weekly_most"))
    cases = [
        (f'AND({most}<>"",{planned}>{most}+{CENT})', say["above"]),
        (f'AND({least}<>"",{planned}<{least}-{CENT})', say["below"]),
        (f'AND({weekly}<>"",MAX({weeks})>{weekly}+{CENT})', say["week_above"]),
    ]
    return _first_that_holds(cases)


def _first_that_holds(cases: list[tuple[str, str]]) -> str:
    text = literal("")
    for condition, words in reversed(cases):
        text = f"IF({condition},{literal(words)},{text})"
    return text


def _sum_row(page: Worksheet, say: Say, at: Geometry, row: int, label: str, rows: list[int]) -> None:
    for column in range(1, at.column("limits") + 1):
        write(page, row, column, label if column == 1 else None, "sum")
    for column in range(at.first_week, at.last_week + 1):
        formula(page, row, column, summed(column, rows), "sum")
    _sums(page, at, row, summed(at.column("advised"), rows))


def _groups(page: Worksheet, plan: BudgetPlan, say: Say, at: Geometry) -> None:
    """Write a row of totals for every team and pool, of a plan by geo for every geo and channel, with its limits."""
    row = at.sum_row + 2
    for rows in groups_of(plan):
        word, owner, allowed = rows.kind, rows.owner, rows.limits
        names = list(dict.fromkeys(owner[c] for c in plan.channels if c in owner))
        write(page, row, 1, say[f"group_{word}"], "section")
        groups = {f"{say[word]} {name}": (name, [c for c in plan.channels if owner.get(c) == name]) for name in names}
        rest = [c for c in plan.channels if c not in owner]
        if word == "team" and rest:
            groups[say["no_team"]] = ("", rest)
        for label, (name, members) in groups.items():
            row += 1
            _sum_row(page, say, at, row, label, [at.row(c) for c in members])
            if name in allowed:
                today = float(plan.today[members].to_numpy().sum())
                _facts(page, at, row, (None, None, None, *bounds(allowed[name], today)))
                aside(formula(page, row, at.column("limits"), _beyond(say, at, row), "sum"))
        row += 2


def _guard(page: Worksheet, plan: BudgetPlan, say: Say, at: Geometry) -> None:
    """Let money alone be written, show what was changed and what lies outside the data, guard against slips."""
    first, last = HEAD_ROW + 1, at.sum_row - 1
    cells = f"{letter(at.first_week)}{first}:{letter(at.last_week)}{last}"
    rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=False)
    rule.error, rule.showErrorMessage = say["not_money"], True
    page.add_data_validation(rule)
    rule.add(cells)
    cell, row = f"{letter(at.first_week)}{first}", first
    asked = f"MATCH($A{row},{CHANNELS_NAME},0),MATCH({letter(at.first_week)}${HEAD_ROW},{WEEKS_NAME},0)"
    changed = f"ABS({cell}-INDEX({ADVISED_NAME},{asked}))>={CENT}"
    planned, highest, lowest, week = (at.cell(n, row) for n in ("planned", "highest", "lowest", "highest_week"))
    marked = f"AND(NOT({changed}),LEN(INDEX({MARKS_NAME},{asked}))>0)"
    above = f"AND({changed},{cell}>{week}{ABOVE}),AND({cell}>0,{planned}>{highest}{ABOVE})"
    beyond = f"OR({marked},{above},{planned}<{lowest}{BELOW})"
    edited, orange = Font(bold=True, color=EDITED), PatternFill("solid", bgColor=OUTSIDE)
    # LibreOffice takes the first rule that holds and no other, Excel all of them
    both = FormulaRule(formula=[f"AND({changed},{beyond})"], font=edited, fill=orange)
    for look in (both, FormulaRule(formula=[changed], font=edited), FormulaRule(formula=[beyond], fill=orange)):
        page.conditional_formatting.add(cells, look)
    words = f"{letter(at.column('data'))}{first}:{letter(at.column('limits'))}{page.max_row}"
    said = FormulaRule(formula=[f"LEN({letter(at.column('data'))}{first})>0"], font=Font(bold=True))
    page.conditional_formatting.add(words, said)
    page.protection.sheet = True
    page.protection.formatCells = page.protection.formatColumns = page.protection.formatRows = False
