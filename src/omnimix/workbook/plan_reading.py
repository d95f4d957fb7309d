"""An edited workbook becomes a PlanSheet again, or one error that names every cell that cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from omnimix.budget.plan_sheet import CENT, PlanSheet
from omnimix.data.amounts import is_empty
from omnimix.data.book import SheetCells, read_sheets
from omnimix.data.dates import read_dates
from omnimix.data.phrases import ended, listed, quoted, refusal
from omnimix.errors import DataError, did_you_mean
from omnimix.labels import WEEK
from omnimix.words import LANGUAGES, texts
from omnimix.workbook.limits_reading import broken_limits, owners_by_geo
from omnimix.workbook.money_cells import read_money
from omnimix.workbook.plan_groups import KINDS
from omnimix.workbook.sheet_geometry import MADE_BY, PLANS

PAGES = ("calendar", "advised", "today")
SEARCHED = 40  # rows in which a header is looked for; people put remarks above it
EURO = 0.5


@dataclass(frozen=True)
class WeeklyPage:
    """One weekly sheet: where its weeks and channels stand, and what is wrong with that."""

    page: SheetCells
    weeks: Mapping[pd.Timestamp, int]
    channels: Mapping[str, int]
    labels: Mapping[str, int]
    problems: tuple[str, ...] = ()

    def text(self, name: str, channel: str) -> str:
        """Return what a label column says of a channel."""
        column = self.labels.get(name)
        cell = self.page.cell(self.channels[channel], column) if column else None
        return "" if is_empty(cell) else str(cell).strip()


def read_plan(path: str | Path, *, decimal: str | None = None) -> PlanSheet:
    """Read a workbook that :meth:`BudgetPlan.to_excel` wrote and people edited.

    Money is read from the calendar alone; the other sheets say what was advised. English and Dutch workbooks are read,
    saved by Excel, LibreOffice or Numbers: dates and amounts may have become texts. ``decimal`` is ``.`` or ``,``,
    for amounts as texts that leave it open.

    Raises :class:`DataError` that lists everything wrong with its sheet and cell: text instead of money, negative or
    missing money, formulas without a stored result, channels or weeks that are missing or unknown, money of channels
    that answer to demand, sheets that were to be left alone, and a file that is no such workbook. A limit that an edit
    breaks is no error: ``broken`` lists every one, and so does the record when it is printed.
    """
    if decimal not in (None, ".", ","):
        raise DataError(f"decimal is '.' or ',', not {decimal!r}.")
    source, sheets = read_sheets(path, what="a plan")
    found = _own_pages(source, sheets)
    advised = _weekly(found["advised"], None, source)
    pages = {name: advised if name == "advised" else _weekly(found[name], advised, source) for name in PAGES}
    total, currency, problems = _agreed(found["advised"])
    problems += [problem for name in PAGES for problem in pages[name].problems]
    frames, wrong = _money(pages, advised, currency, decimal)
    problems += wrong
    answering = tuple(c for c in advised.channels if advised.text("who", c).casefold() in _spoken("answers"))
    if not problems:
        problems = _moved(pages["calendar"], frames, answering) + _left_alone(frames, total, found)
    if problems:
        raise refusal(source, problems)
    owners = {w: {c: advised.text(w, c) for c in advised.channels if advised.text(w, c)} for w in ("team", "pool")}
    owners |= owners_by_geo(pages["calendar"])
    broken = broken_limits(pages["calendar"], frames["calendar"], frames["advised"], owners, currency)
    return PlanSheet(
        frames["calendar"], frames["advised"], frames["today"], answering, total, currency, **_by(owners), broken=broken
    )


def _by(owners: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    return {"teams": owners["team"], "pools": owners["pool"]}


def _spoken(*names: str) -> frozenset[str]:
    """Return the words of every language for something on the sheets, in small letters."""
    return frozenset(texts("workbook", language)[name].casefold() for language in LANGUAGES for name in names)


def _language(sheets: Mapping[str, SheetCells]) -> str:
    """Return the language of a workbook: the one of which most words stand on its sheets."""
    cells = (cell for page in sheets.values() for line in page.lines[:SEARCHED] for cell in line)
    said = {str(cell).strip().casefold() for cell in (*sheets, *cells) if cell is not None}
    words = {code: {text.casefold() for text in texts("workbook", code).values()} for code in LANGUAGES}
    return max(LANGUAGES, key=lambda code: len(said & words[code]))


def _own_pages(source: str, sheets: Mapping[str, SheetCells]) -> dict[str, SheetCells]:
    """Return calendar, advised and today, whatever the language; refuse any other workbook."""
    marks = {str(cell) for page in sheets.values() for line in page.lines[:SEARCHED] for cell in line[:4]}
    if MADE_BY not in marks:
        newer = sorted(mark for mark in marks if mark.startswith(PLANS))
        if newer:
            raise DataError(f"{source} was made by another version of omnimix ({newer[0]}, not {MADE_BY}).")
        raise DataError(
            f"{source} is no plan that plan.to_excel wrote; its sheets are {quoted(sheets)}. "
            "A campaign sheet is read by read_campaign_sheet."
        )
    # Numbers puts the name of a table behind that of its sheet
    titles = {title.split(" - ")[0].strip().casefold(): title for title in sheets}
    found, problems = {}, []
    for name in PAGES:
        title = next((titles[word] for word in _spoken(name) if word in titles), None)
        if title is None:
            wanted = texts("workbook", _language(sheets))[name]
            near = did_you_mean(wanted, sheets)
            problems.append(ended(f"there is no sheet '{wanted}'{near}") + f" Its sheets are {quoted(sheets)}.")
        else:
            found[name] = sheets[title]
    if problems:
        raise refusal(source, problems)
    return found


def _weekly(page: SheetCells, plan: WeeklyPage | None, source: str) -> WeeklyPage:
    """Find weeks and channels of a sheet and hold them against those of the plan."""
    places = ((r, c) for r, line in enumerate(page.lines[:SEARCHED], 1) for c, cell in enumerate(line, 1) if cell)
    heads = _spoken("channel")
    head = next(((r, c) for r, c in places if str(page.cell(r, c)).strip().casefold() in heads), None)
    if head is None:
        wanted = texts("workbook", _language({page.title: page}))["channel"]
        message = f"{source}: sheet '{page.title}' has no row that begins with '{wanted}'"
        raise DataError(f"{message}; the line above the channels names the columns, put it back.")
    weeks, problems = _weeks(page, head[0], head[1], plan)
    labels = {
        name: column
        for column in range(head[1] + 1, len(page.lines[head[0] - 1]) + 1)
        for name in ("team", "pool", "who")
        if str(page.cell(head[0], column)).strip().casefold() in _spoken(name)
    }
    channels, wrong = _channels(page, head[0], head[1], tuple(weeks.values()), plan)
    return WeeklyPage(page, weeks, channels, labels, tuple(problems + wrong))


def _weeks(
    page: SheetCells, row: int, column: int, plan: WeeklyPage | None
) -> tuple[dict[pd.Timestamp, int], list[str]]:
    own = _spoken("team", "pool", "who", "planned", "advised", "difference", "data", "limits", "total")
    own |= _spoken("lowest", "highest", "highest_week", "least", "most", "weekly_most")
    columns = [
        c
        for c in range(column + 1, len(page.lines[row - 1]) + 1)
        if not is_empty(page.cell(row, c)) and str(page.cell(row, c)).strip().casefold() not in own
    ]
    read = read_dates([page.cell(row, c) for c in columns], columns, name=f"{page.title}, row {row}")
    if read.problems:
        message = f"the weeks in row {row} of sheet '{page.title}' read day first and month first"
        return {}, [f"{message}; write them as yyyy-mm-dd."]
    weeks: dict[pd.Timestamp, int] = {}
    problems = []
    for c, day in zip(columns, read.days, strict=True):
        if pd.isna(day):
            continue
        if day in weeks:
            both = f"{page.address(row, weeks[day])} and {page.address(row, c)}"
            problems.append(f"{both} are both week {day:%Y-%m-%d}; name every week once.")
        elif plan is not None and day not in plan.weeks:
            problems.append(f"{page.address(row, c)} is week {day:%Y-%m-%d}, which is not in this plan; remove it.")
        else:
            weeks[day] = c
    between = range(min(weeks.values(), default=0), max(weeks.values(), default=0))
    odd = [c for c, day in zip(columns, read.days, strict=True) if pd.isna(day) and c in between]
    problems += [f"{page.address(row, c)} holds '{page.cell(row, c)}' where a week belongs." for c in odd]
    spanned = pd.date_range(min(weeks), max(weeks), freq="7D") if weeks else ()
    missing = [f"{week:%Y-%m-%d}" for week in (spanned if plan is None else plan.weeks) if week not in weeks]
    if missing:
        told = "weeks are" if len(missing) > 1 else "week is"
        problems.append(f"sheet '{page.title}': these {told} missing: {listed(missing, 12)}; put the columns back.")
    return weeks, problems


def _channels(
    page: SheetCells, head: int, column: int, weeks: Sequence[int], plan: WeeklyPage | None
) -> tuple[dict[str, int], list[str]]:
    """Return the row of every channel; below the totals only names of channels of the plan count."""
    channels: dict[str, int] = {}
    problems, suggested, totals = [], "", _spoken("total")
    below = False
    for row in range(head + 1, len(page.lines) + 1):
        cell = page.cell(row, column)
        name = "" if is_empty(cell) else str(cell).strip()
        filled = [c for c in weeks if not is_empty(page.cell(row, c))]
        known = plan.channels if plan is not None else channels
        if name.casefold() in totals:
            below = True
        elif name in known and name in channels:
            problems.append(f"{page.address(row, column)} names '{name}' a second time; keep one row a channel.")
        elif name and (name in known or (plan is None and not below)):
            channels[name] = row
        elif filled and not (below and (_is_group(name) or not name)):
            near = did_you_mean(name, plan.channels if plan else ())
            suggested += near
            told = f"'{name}' is no channel of this plan" if name else "has money in its row but names no channel"
            problems.append(f"{page.address(row, column)}: {told}{near}" + ("" if near else "; remove the row."))
    missing = [c for c in (plan.channels if plan else ()) if c not in channels and f"'{c}'" not in suggested]
    problems += [
        f"sheet '{page.title}': channel '{c}' has no row; put it back (0 where nothing runs)." for c in missing
    ]
    return channels, problems


def _is_group(label: str) -> bool:
    """Tell whether a row adds up a team, a pool, a geo or a channel in all geos."""
    folded = label.casefold()
    starts = tuple(f"{word} " for word in _spoken(*KINDS))
    return folded.startswith(starts) or folded in _spoken("no_team", *(f"group_{kind}" for kind in KINDS))


def _agreed(page: SheetCells) -> tuple[float, str, list[str]]:
    """Return the agreed total and the currency that stand above the advised money."""
    beside = {
        str(line[c]).strip().casefold(): (r, c + 2)
        for r, line in enumerate(page.lines[:SEARCHED], start=1)
        for c in range(min(3, len(line) - 1))
        if line[c] is not None
    }
    problems, held = [], {}
    for name in ("agreed", "currency"):
        place = next((beside[word] for word in _spoken(name) if word in beside), None)
        held[name] = page.cell(*place) if place else None
        if is_empty(held[name]):
            wanted = texts("workbook", _language({page.title: page}))[name]
            problems.append(f"sheet '{page.title}' no longer says '{wanted}'; it is to be left as it was written.")
    currency = str(held["currency"] or "").strip()
    figures, wrong = read_money([held["agreed"]], currency=currency, decimal=None)
    if wrong and not problems:
        problems.append(f"the agreed total on sheet '{page.title}' {wrong[0]}")
    return float(figures[0]), currency, problems


def _money(
    pages: Mapping[str, WeeklyPage], plan: WeeklyPage, currency: str, decimal: str | None
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read the cells of all sheets at once: one program saved them, so that one decimal mark holds."""
    places = [
        (name, channel, week, page.channels[channel], page.weeks[week])
        for name, page in pages.items()
        for channel in plan.channels
        for week in plan.weeks
        if channel in page.channels and week in page.weeks
    ]
    cells = [pages[name].page.cell(row, column) for name, _, _, row, column in places]
    figures, wrong = read_money(cells, currency=currency, decimal=decimal)
    frames = {
        name: pd.DataFrame(
            np.nan, pd.DatetimeIndex(list(plan.weeks), name=WEEK), pd.Index(list(plan.channels), dtype=object)
        )
        for name in pages
    }
    problems = []
    for position, (name, channel, week, row, column) in enumerate(places):
        page = pages[name].page
        frames[name].loc[week, channel] = figures[position]
        complaint = wrong.get(position)
        if (row, column) in page.unsaved:
            complaint = "holds a formula without a stored result; open the file in Excel or LibreOffice and save it."
        if complaint:
            problems.append(f"{page.address(row, column)} ({channel}, week {week:%Y-%m-%d}) {complaint}")
    return frames, problems


def _moved(page: WeeklyPage, frames: Mapping[str, pd.DataFrame], answering: Sequence[str]) -> list[str]:
    """Refuse edits of money that answers to demand: nobody can set it."""
    problems = []
    for channel in answering:
        off = (frames["calendar"][channel] - frames["advised"][channel]).abs() >= CENT
        if off.any():
            cells = [page.page.address(page.channels[channel], page.weeks[w]) for w in off.index[off]]
            problems.append(
                f"{listed(cells)}: '{channel}' answers to demand, so that its money is expected and cannot be set; put "
                f"the advised amounts back, or make a plan with Limits(levers=['{channel}'])."
            )
    return problems


def _left_alone(frames: Mapping[str, pd.DataFrame], total: float, found: Mapping[str, SheetCells]) -> list[str]:
    """Refuse sheets that were to be left alone and no longer add up to the agreed total."""
    return [
        f"sheet '{found[name].title}' adds up to {frames[name].to_numpy().sum():,.0f} and the agreed total is "
        f"{total:,.0f}; it was to be left alone, put its figures back."
        for name in ("advised", "today")
        if abs(float(frames[name].to_numpy().sum()) - total) > EURO
    ]
