"""A plan becomes a workbook that a manager can edit."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from omnimix.budget.plan import BudgetPlan
from omnimix.budget.rounding import rounded
from omnimix.errors import DataError
from omnimix.labels import GEO, TEAM
from omnimix.whole_file import why_not_writable, write_whole
from omnimix.words import texts
from omnimix.workbook.plan_groups import Group, groups_of

SHEETS = ("summary", "calendar", "assumptions", "advised", "today")
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LONGEST_TITLE = 31
ROUNDINGS = (100, 1000)
LARGEST_STEP = 0.01  # of the total
MOST_GEO_SHEETS = 12


def write_plan(
    plan: BudgetPlan,
    path: str | Path,
    *,
    language: str = "en",
    rounding: int | None = None,
    response: pd.DataFrame | None = None,
) -> Path:
    """Write a plan as a workbook that can be edited; :func:`omnimix.read_plan` reads it back.

    Sheets: ``summary``, ``calendar`` (the one to edit: money by channel and week, with live totals and the difference
    to the agreed total), one a team, of a plan by geo one a geo where there are at most twelve, ``assumptions``, and
    ``advised`` and ``today``, with which edits are compared. ``language`` is ``en`` or ``nl``; the file can be read in
    both. ``rounding`` of 100 or 1,000 rounds money a week and channel, so that channels add up to the rounded total,
    which is the one agreed then. ``response``, the table of :func:`omnimix.plan_response`, adds a sheet that estimates
    live what an edit brings.

    Raises :class:`DataError` for another rounding, a path that does not end in ``.xlsx`` or lies in no folder, and
    :class:`OmnimixError` for another language. An existing file is replaced.
    """
    from openpyxl import Workbook  # only workbooks need it, and it takes a moment

    from omnimix.workbook.sheet_assumptions import write_assumptions
    from omnimix.workbook.sheet_calendar import name_the_advised, write_calendar, write_kept
    from omnimix.workbook.sheet_response import write_response
    from omnimix.workbook.sheet_summary import write_group, write_summary

    say = texts("workbook", language)
    file = workbook_path(path)
    plan = plan if rounding is None else rounded_plan(plan, rounding)
    titles = {name: say[name] for name in SHEETS}
    pages = _own_pages(plan, say, titles)
    book = Workbook()
    book.remove(book.active)
    write_summary(book.create_sheet(titles["summary"]), plan, language, say, titles)
    write_calendar(book.create_sheet(titles["calendar"]), plan, say, titles)
    for title, (rows, name) in pages.items():
        write_group(book.create_sheet(title), plan, rows, name, say, titles["calendar"])
    write_assumptions(book.create_sheet(titles["assumptions"]), plan, language, say)
    write_kept(book.create_sheet(titles["advised"]), plan, plan.spend, say, say["advised_title"], marks=True)
    write_kept(book.create_sheet(titles["today"]), plan, plan.today, say, say["today_title"], marks=False)
    if response is not None:
        write_response(book.create_sheet(say["response"], 2), plan, response, say, titles["calendar"])
    name_the_advised(book, plan, titles["advised"])
    book.calculation.fullCalcOnLoad = True
    return save_book(book, file)


def _own_pages(plan: BudgetPlan, say: Mapping[str, str], titles: Mapping[str, str]) -> dict[str, tuple[Group, str]]:
    """Return the title of every sheet that follows the calendar, with the group of rows that it shows.

    A geo has a sheet for whoever buys there. Many of them would hide the calendar, which has sums by geo anyway.
    """
    taken = list(titles.values())
    found: dict[str, tuple[Group, str]] = {}
    for rows in groups_of(plan):
        names = list(dict.fromkeys(rows.owner[c] for c in plan.channels if c in rows.owner))
        if rows.kind == TEAM or (rows.kind == GEO and len(names) <= MOST_GEO_SHEETS):
            own = team_titles(names, say[f"{rows.kind}_sheet"].replace(f"{{{rows.kind}}}", "{team}"), [*taken, *found])
            found |= {title: (rows, name) for name, title in own.items()}
    return found


def rounded_plan(plan: BudgetPlan, step: int) -> BudgetPlan:
    """Return a plan whose money a week and channel is in whole steps, channels adding up to the rounded total.

    Raises :class:`DataError` for a step that is not offered, and for one that is too large for this plan.
    """
    if step not in ROUNDINGS:
        raise DataError(f"rounding is one of {', '.join(f'{s:,}' for s in ROUNDINGS)}, not {step!r}.")
    if step > LARGEST_STEP * plan.total:
        raise DataError(f"rounding to {step:,} would change this plan of {plan.total:,.0f} too much; leave it out.")
    by_channel = rounded({c: float(plan.spend[c].sum()) for c in plan.channels}, step)
    spend = plan.spend.copy()
    for channel, money in by_channel.items():
        before = float(spend[channel].sum())
        scale = money / before if before > 0 else 0.0
        weeks = {str(k): float(m) * scale for k, m in enumerate(spend[channel])}
        spend[channel] = list(rounded(weeks, step).values())
    total = float(spend.to_numpy().sum())
    today = plan.today * (total / float(plan.today.to_numpy().sum()))
    return replace(plan, spend=spend, today=today, total=total)


def workbook_path(path: str | Path) -> Path:
    """Return the path of a workbook to write. Raises DataError where none can be written."""
    if not isinstance(path, str | Path):
        raise DataError(f"a workbook is written to a path such as 'plan.xlsx', not to {type(path).__name__}.")
    file = Path(path).expanduser()
    if file.suffix.lower() != ".xlsx":
        raise DataError(f"{file.name}: a plan is written as an Excel workbook; let the name end in .xlsx.")
    reason = why_not_writable(file)
    if reason:
        raise DataError(f"the workbook cannot be written to {file}: {reason}.")
    return file


def save_book(book: object, file: Path) -> Path:
    """Save a workbook whole. Raises DataError where it cannot be written, as when it is open elsewhere."""
    held = io.BytesIO()
    try:
        book.save(held)  # type: ignore[attr-defined]
    except OSError as problem:  # openpyxl lays sheets in temporary files
        raise DataError(f"the workbook cannot be written to {file}: {problem.strerror or problem}.") from None
    return write_whole(held.getvalue(), file, kind="the workbook", error=DataError)


def team_titles(teams: list[str], form: str, taken: list[str]) -> dict[str, str]:
    """Return a title for the sheet of every team: of lawful signs and length, none twice.

    >>> team_titles(["brand", "a/b", "a b"], "team {team}", ["summary"])
    {'brand': 'team brand', 'a/b': 'team a b', 'a b': 'team a b 2'}
    """
    used = {title.casefold() for title in taken}
    titles = {}
    for team in teams:
        whole = " ".join(form.format(team=team).translate(_NOT_IN_TITLES).split())
        title, number = whole[:LONGEST_TITLE].strip(), 1
        while title.casefold() in used:
            number += 1
            title = f"{whole[: LONGEST_TITLE - 1 - len(str(number))].strip()} {number}"
        used.add(title.casefold())
        titles[team] = title
    return titles
