"""Where the weeks of a campaign sheet stand, and which weeks they are: every heading must say one week."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from omnimix.data.amounts import is_empty
from omnimix.data.book import SheetCells
from omnimix.data.dates import read_dates
from omnimix.data.phrases import listed
from omnimix.data.written_dates import YEARLESS, DateCell, day_of, read_cell, week_day
from omnimix.errors import DataError

MANY = 5
SEARCHED = 60  # rows in which the headings are looked for
DAYS, NUMBERS, ORDER = ("date", "isoweek", "range"), "week number", "order"
REMEDY = "write every week as its Monday (2026-08-31) or as 2026-W36"
_year = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True)
class Headings:
    """The row of the weeks, the Monday (or other first day) of every column, and what is wrong with them."""

    row: int
    weeks: Mapping[int, pd.Timestamp]
    problems: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns of the weeks, from left to right."""
        return tuple(sorted(self.weeks))


def find_headings(sheet: SheetCells, source: str) -> Headings:
    """Find the row that names the weeks and read them.

    Raises DataError where no row names weeks.
    """
    row, columns = _heading_row(sheet, source)
    cells = [sheet.cell(row, c) for c in columns]
    read = {c: read_cell(cell) for c, cell in zip(columns, cells, strict=True)}
    numbers = {c: (found.month, found.part) for c, found in read.items() if found and found.form in (NUMBERS, YEARLESS)}
    dated = read_dates(cells, columns, name=f"row {row}")
    if dated.problems:
        first = sheet.address(row, columns[0])
        problem = f"{first} and the headings beside it read day first and month first; {REMEDY}."
        return Headings(row, {}, (problem,))
    years, problems = _years(sheet, row, numbers) if numbers else ({}, [])
    weeks = {}
    for c, day in zip(columns, dated.days, strict=True):
        found = _first_day(years[c], *numbers[c]) if c in numbers and c in years else day
        if found is not None and not pd.isna(found):
            weeks[c] = pd.Timestamp(found).as_unit("ns")
        elif c not in numbers or c in years:
            year = f" of {years[c]}" if c in years else ""
            problems.append(f"{sheet.address(row, c)} holds '{sheet.cell(row, c)}', which is no week{year}; {REMEDY}.")
    problems += _order(sheet, row, weeks) + _contradictions(sheet, row, weeks)
    return Headings(row, weeks, tuple(problems))


def plain_week(cell: object) -> DateCell | None:
    """Return what a cell says if it plainly names a week: a day, or a number with a word for week.

    >>> plain_week("wk 36").part, plain_week(36), plain_week("25.000 launch")
    (36, None, None)
    """
    if isinstance(cell, dt.time | dt.timedelta | bool | int | float) or is_empty(cell):
        return None
    found = read_cell(cell)
    if found is None or (found.form == NUMBERS and not any(map(str.isalpha, str(cell)))):
        return None
    return found if found.form in (*DAYS, YEARLESS, ORDER, NUMBERS) else None


def is_year(cell: object) -> bool:
    """Tell whether a cell holds a year and nothing else.

    >>> is_year(2026.0), is_year("Summer 2026")
    (True, False)
    """
    return re.fullmatch(r"20\d\d(\.0)?", str(cell).strip()) is not None


def _heading_row(sheet: SheetCells, source: str) -> tuple[int, list[int]]:
    """Return the row with most cells that plainly name weeks, days before numbers, and their columns."""
    best: tuple[int, int] = (0, 0)
    at = 0
    for row, line in enumerate(sheet.lines[:SEARCHED], start=1):
        found = [plain for cell in line[1:] if (plain := plain_week(cell))]
        score = len(found), sum(plain.form != NUMBERS for plain in found)
        if score > best:
            best, at = score, row
    if at:
        width = len(sheet.lines[at - 1])
        return at, [c for c in range(2, width + 1) if plain_week(sheet.cell(at, c))]
    for row, line in enumerate(sheet.lines[:SEARCHED], start=1):
        bare = [c for c, cell in enumerate(line, start=1) if c > 1 and _number(cell) is not None]
        values = [_number(sheet.cell(row, c)) or 0 for c in bare]
        if len(bare) > 1 and (_counts_weeks(values) or _counts_days(values)):
            return row, bare
    raise DataError(
        f"{source}, sheet '{sheet.title}': no row names weeks beside one another; put the channels below each other "
        f"and the weeks in one row above them, and {REMEDY}."
    )


def _first_day(year: int, month: int, part: int) -> dt.date | None:
    """Return the first day of a week: of a number (month 0), or of a range of days."""
    return day_of(year, month, part) if month else week_day(year, part)


def _number(cell: object) -> int | None:
    cell = int(cell) if isinstance(cell, str) and cell.strip().isdecimal() else cell
    whole = isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer()
    return int(cell) if whole else None  # type: ignore[call-overload]


def _counts_weeks(values: Sequence[int]) -> bool:
    """Tell whether numbers count weeks: 36, 37, 38, or over the new year."""
    return all(1 <= v <= 53 for v in values) and all(b - a == 1 or (a >= 52 and b == 1) for a, b in pairwise(values))


def _counts_days(values: Sequence[int]) -> bool:
    """Tell whether numbers are days, as a spreadsheet counts them, a week apart."""
    return all(40_000 <= v < 60_000 for v in values) and all(b - a == 7 for a, b in pairwise(values))


def _years(sheet: SheetCells, row: int, numbers: Mapping[int, tuple[int, int]]) -> tuple[dict[int, int], list[str]]:
    """Return the year of every column that names a week without one: a year above it, else that of the text above."""
    above = _years_above(sheet, row)
    if above:
        first = min(above)
        years = {c: above[max(y for y in above if y <= c)] for c in numbers if c >= first}
        lost = [sheet.address(row, c) for c in numbers if c not in years]
        return years, [f"{listed(lost)}: no year stands above or left above; {REMEDY}."] if lost else []
    texts = [str(cell) for line in sheet.lines[: row - 1] for cell in line if isinstance(cell, str)]
    texts += [str(cell) for cell in sheet.lines[row - 1] if isinstance(cell, str)]
    found = sorted({int(year) for text in [*texts, sheet.title] for year in _year.findall(text)})
    columns = sorted(numbers)
    turns = [b for a, b in pairwise(columns) if numbers[b] <= numbers[a]]
    if len(found) == 1 and not turns:
        return dict.fromkeys(columns, found[0]), []
    if len(found) == 2 and found[1] == found[0] + 1 and len(turns) == 1:
        return {c: found[c >= turns[0]] for c in columns}, []
    where = f"{sheet.address(row, columns[0])} to {sheet.address(row, columns[-1])} name weeks without a year"
    told = f"the text above names {listed(found)}" if found else "the text above names none"
    over = ", the numbers run over a new year" if turns else ""
    return {}, [f"{where} ({told}{over}); {REMEDY}, or put the year above the first week."]


def _years_above(sheet: SheetCells, row: int) -> dict[int, int]:
    """Return years that stand alone in a cell above the headings, by column."""
    for above in range(row - 1, 0, -1):
        line = sheet.lines[above - 1]
        years = {c: int(float(str(cell))) for c, cell in enumerate(line, start=1) if is_year(cell)}
        if years:
            return years
    return {}


def _order(sheet: SheetCells, row: int, weeks: Mapping[int, pd.Timestamp]) -> list[str]:
    """Return where weeks do not follow one another."""
    problems = []
    for a, b in pairwise(sorted(weeks)):
        days = (weeks[b] - weeks[a]).days
        if days == 7:
            continue
        both = f"{sheet.address(row, a)} is the week of {weeks[a]:%Y-%m-%d} and {sheet.address(row, b)} that of "
        both += f"{weeks[b]:%Y-%m-%d}"
        if days > 7 and days % 7 == 0:
            missing = listed([f"{day:%Y-%m-%d}" for day in pd.date_range(weeks[a], weeks[b], freq="7D")[1:-1]])
            problems.append(f"{both}; add a column for {missing}.")
        else:
            problems.append(f"{both}; weeks follow one another every 7 days.")
    if len(problems) > MANY:
        return [f"{problems[0][:-1]}, and so at {len(problems) - 1} more places."]
    return problems


def _contradictions(sheet: SheetCells, row: int, weeks: Mapping[int, pd.Timestamp]) -> list[str]:
    """Return week numbers in a row beside the headings that name another week than the day does."""
    problems = []
    for other in (row - 1, row + 1):
        for c, day in weeks.items():
            found = plain_week(sheet.cell(other, c))
            number = day.isocalendar().week
            if found and found.form == NUMBERS and day.day_of_week == 0 and found.part != number:
                told = f"{sheet.address(other, c)} says week {found.part}"
                problems.append(
                    f"{told} and {sheet.address(row, c)} is week {number} ({day:%Y-%m-%d}); mend one of them."
                )
    return problems
