"""A column of written dates becomes days.

One cell alone is never decided: whether ``03/04/2024`` is 3 April or 4 March is decided by the whole column,
and refused when the column does not tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from omnimix.data.amounts import is_empty
from omnimix.data.phrases import listed, row_list
from omnimix.data.written_dates import DateCell, Day, clock, day_of, read_cell, week_day

_FINE = ("date", "order", "isoweek", "range", "serial")
_COARSE = ("year", "month", "quarter")  # among days or weeks these name a subtotal, not a week
LATE = 12  # hour: a midnight east of Greenwich, told in UTC, is a full hour after noon of the day before


@dataclass(frozen=True)
class DateColumn:
    """A column of days (NaT where unreadable or empty), the form most cells have, and what to tell.

    ``stamp`` is which day of its week each names ("first day", "last day"), or empty where the file does not say.
    """

    days: pd.DatetimeIndex
    form: str
    unread: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    stamp: str = ""


def read_dates(cells: Sequence[object], rows: Sequence[int], *, name: str, day_first: bool | None = None) -> DateColumn:
    """Read a column of dates; the notes and problems are sentences that name rows.

    >>> read_dates(["05.02.2024", "26.02.2024"], [2, 3], name="Woche").days[0]
    Timestamp('2024-02-05 00:00:00')
    """
    read = [None if is_empty(cell) else read_cell(cell) for cell in cells]
    forms = [cell.form for cell in read if cell]
    form = max(set(forms), key=forms.count) if forms else ""
    notes: list[str] = []
    problems: list[str] = []
    if any(cell and cell.form == "order" for cell in read):
        read, problem = _decide_order(read, rows, name, day_first)
        problems += [problem] if problem else []
    if form == "part":
        parts = [cell.part for cell in read if cell and cell.form == "part"]
        form = "isoweek" if max(parts) > 12 else "month"
        read = [_place_part(cell, form) for cell in read]
    if form in _FINE:
        read = [None if cell and cell.form in _COARSE else cell for cell in read]
    if form == "serial":
        notes.append(f"column '{name}' holds Excel day numbers; they were read as dates.")
    if form == "range":
        notes.append(f"column '{name}' holds ranges of days; the first day stands for the week.")
    days = pd.DatetimeIndex([cell.day if cell and cell.day else pd.NaT for cell in read])
    unread = tuple(i for i, day in enumerate(days.isna()) if day and not is_empty(cells[i]))
    return DateColumn(days.as_unit("ns"), form, unread, tuple(notes), tuple(problems), _day_early(cells, name))


def date_share(cells: Sequence[object], *, plain_numbers: bool) -> float:
    """Return the share of the cells that hold something and read as a date (a bare number only if asked)."""
    if isinstance(cells, np.ndarray) and not plain_numbers:
        return 0.0
    held = [cell for cell in cells if not is_empty(cell)]
    dates = sum((plain_numbers or not _is_bare_number(c)) and read_cell(c) is not None for c in held)
    return dates / len(held) if held else 0.0


def mondays(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return the Monday of each day's ISO week.

    >>> mondays(pd.DatetimeIndex(["2024-02-04"]))[0]
    Timestamp('2024-01-29 00:00:00')
    """
    return pd.DatetimeIndex(days - pd.to_timedelta(np.asarray(days.day_of_week), unit="D"))


def _day_early(cells: Sequence[object], name: str) -> tuple[str, ...]:
    """Doubt stamps that all stand on a full hour after noon: a local midnight told in UTC names the day before."""
    times = {clock(cell) for cell in cells if not is_empty(cell) and read_cell(cell)}  # a totals row has no time
    if not times or not all(time and time.hour >= LATE and time.minute == 0 for time in times):
        return ()
    told = listed(sorted(f"{time:%H:%M}" for time in times if time))
    return (
        f"column '{name}' is stamped at {told}, which looks like midnight of the next day told in UTC: every "
        "date is then one day early. Turn the stamps into local time, or leave the time of day out.",
    )


def _is_bare_number(cell: object) -> bool:
    return not isinstance(cell, dt.date | pd.Period | np.datetime64) and str(cell).replace(".", "", 1).isdigit()


def _place_part(cell: DateCell | None, form: str) -> DateCell | None:
    if not cell or cell.form != "part":
        return cell
    day = week_day(cell.year, cell.part) if form == "isoweek" else day_of(cell.year, cell.part, 1)
    return DateCell(form, day)


def _decide_order(
    read: list[DateCell | None], rows: Sequence[int], name: str, day_first: bool | None
) -> tuple[list[DateCell | None], str]:
    """Decide for the whole column whether the day or the month stands first."""
    open_cells = [(row, cell) for row, cell in zip(rows, read, strict=True) if cell and cell.form == "order"]
    only_day = [row for row, cell in open_cells if cell.day and not cell.swapped]
    only_month = [row for row, cell in open_cells if cell.swapped and not cell.day]
    problem = ""
    if day_first is None and only_day and only_month:
        problem = (
            f"column '{name}' mixes day/month and month/day: {row_list(only_day)} can only be day first, "
            f"{row_list(only_month)} only month first; write every date as yyyy-mm-dd."
        )
    elif day_first is None and (only_day or only_month):
        day_first = bool(only_day)
    elif day_first is None:
        day_first, problem = _decide_by_calendar(read, name)
    if day_first is None:
        return read, problem
    return [_place_order(cell, day_first) for cell in read], problem


def _decide_by_calendar(read: list[DateCell | None], name: str) -> tuple[bool | None, str]:
    held = [cell for cell in read if cell and cell.form in ("order", "date")]
    days = [cell.day for cell in held]
    swapped = [cell.swapped if cell.form == "order" else cell.day for cell in held]
    if days == swapped or (_is_weekly(days) and not _is_weekly(swapped)):
        return True, ""
    if _is_weekly(swapped) and not _is_weekly(days):
        return False, ""
    both = listed([f"{a} or {b}" for a, b in zip(days, swapped, strict=True) if a != b], 2)
    return None, (
        f"column '{name}': every date reads both day first and month first ({both}) and the calendar does "
        "not tell which; pass day_first=True or day_first=False to read_panel (for a frame: turn the column "
        "into dates with pandas.to_datetime(..., dayfirst=...))."
    )


def _is_weekly(days: Sequence[Day]) -> bool:
    held = sorted(day for day in days if day)
    return len(held) > 1 and all((b - a).days == 7 for a, b in pairwise(held))


def _place_order(cell: DateCell | None, day_first: bool) -> DateCell | None:
    if not cell or cell.form != "order":
        return cell
    day = cell.day if day_first else cell.swapped
    return DateCell("date", day)
