"""The sheet that estimates, while somebody edits, what the money in the calendar brings: curves and live formulas."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from omnimix.budget.plan import BudgetPlan
from omnimix.data.sheet_extent import column_letters as letter
from omnimix.workbook.sheet_geometry import geometry, sheet_name
from omnimix.workbook.sheet_style import CHANGE, MONEY, formula, widths, write, write_heads, write_text

HEADS = ("channel", "response_now", "response_value", "response_advised", "response_change", "response_money")
HEAD_ROW = 4
MEAN, SPEND, CHANNEL = "mean", "spend", "channel"


def write_response(
    page: Worksheet, plan: BudgetPlan, response: pd.DataFrame, say: Mapping[str, str], calendar: str
) -> None:
    """Write a row a channel that estimates what its money in the calendar brings, and the curves it reads below."""
    curves = {
        name: rows.drop_duplicates(SPEND).sort_values(SPEND)
        for name in plan.channels
        if not (rows := response[response[CHANNEL] == name]).empty
    }
    points = max(len(rows) for rows in curves.values())
    widths(page, [22, *[15] * max(points, len(HEADS))])
    write(page, 1, 1, say["response_title"].format(currency=plan.value_unit.name()), "title")
    write_text(page, 2, say["response_how"], columns=8, kind="note")
    heads = [*(say[name] for name in HEADS), *([say["response_net"]] if plan.value_unit.is_money else [])]
    write_heads(page, HEAD_ROW, dict(enumerate(heads, start=1)), left=1, height=32)
    first, last = HEAD_ROW + 1, HEAD_ROW + len(curves)
    for k, (name, rows) in enumerate(curves.items()):
        money, value = last + 4 + 2 * k, last + 5 + 2 * k
        _curve(page, name, rows, say, money)
        _estimate(page, plan, name, (first + k, money, value), len(rows), calendar)
    write(page, last + 1, 1, say["total"], "sum")
    for column in range(2, len(heads) + 1):
        cells = f"SUM({letter(column)}{first}:{letter(column)}{last})"
        formula(page, last + 1, column, cells, "sum", CHANGE if column > 4 else MONEY)
    page.protection.sheet = True


def _curve(page: Worksheet, name: str, rows: pd.DataFrame, say: Mapping[str, str], row: int) -> None:
    """Write the points of a curve: money, and below it what that brings."""
    for k, (label, column) in enumerate((("response_curve", SPEND), ("response_curve_value", MEAN))):
        write(page, row + k, 1, f"{name}: {say[label]}", "note")
        for at, figure in enumerate(rows[column], start=2):
            write(page, row + k, at, float(figure), "note", MONEY)


def _estimate(
    page: Worksheet, plan: BudgetPlan, name: str, rows: tuple[int, int, int], points: int, calendar: str
) -> None:
    """Write what a channel's money brings, by a straight line between the two points beside it."""
    row, money, value = rows
    at = geometry(plan)
    planned = f"{sheet_name(calendar)}!{at.cell('planned', at.row(name))}"
    advised = f"{sheet_name(calendar)}!{at.cell('advised', at.row(name))}"
    write(page, row, 1, name)
    formula(page, row, 2, planned, number=MONEY)
    formula(page, row, 3, _between(f"$B{row}", money, value, points), number=MONEY)
    formula(page, row, 4, _between(advised, money, value, points), number=MONEY)
    formula(page, row, 5, f"C{row}-D{row}", number=CHANGE)
    formula(page, row, 6, f"B{row}-{advised}", number=CHANGE)
    if plan.value_unit.is_money:
        formula(page, row, 7, f"E{row}-F{row}", number=CHANGE)


def _between(spent: str, money: int, value: int, points: int) -> str:
    """Return the formula of a value between two points of a curve; beyond the last one it stays what it is there."""
    ends = f"${letter(2)}${{}}:${letter(points + 1)}${{}}"
    x, y = ends.format(money, money), ends.format(value, value)
    k = f"MIN(MATCH({spent},{x},1),{points - 1})"
    low, high = f"INDEX({x},{k})", f"INDEX({x},{k}+1)"
    share = f"MIN(1,({spent}-{low})/({high}-{low}))"
    return f"INDEX({y},{k})+{share}*(INDEX({y},{k}+1)-INDEX({y},{k}))"
