"""One written date: every form it can have, and both readings where day and month could change places."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

Day = dt.date | None

_MONTH_NAMES = """
    jan; feb fév; mar mär mrt maa mrz; apr avr; may mai mei; jun juin; jul juil; aug aoû; sep;
    oct okt; nov; dec dez déc
"""
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split(";"), start=1) for name in names.split()}
_ZONE = r"(?:Z|UTC|GMT|BST|CES?T|MES?Z|[+-]\d{2}:?\d{2})"
_TIME = rf"(?:[T ]+\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?\s*{_ZONE}?)?"
_CLOCK = re.compile(r"\d[T ]+([01]?\d|2[0-3]):([0-5]\d)(?!.*[AaPp][Mm])")
_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_DAY_NAME = re.compile(rf"(\d{{1,2}})\.?[\s-]*([^\W\d]{{3,10}})\.?[\s,-]*(\d{{4}}|\d{{2}}){_TIME}")
_NAME_DAY = re.compile(rf"([^\W\d]{{3,10}})\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,-]+(\d{{4}}){_TIME}")
_WEEKDAY = re.compile(
    r"(?:[^\W\d]+(?:day|tag|dag)|mittwoch|mon|tues?|wed|thu|thurs?|fri|sat|sun|mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo)"
    r"\.?,?\s+(?=\d)",
    re.IGNORECASE,
)
_WEEK = r"(?:ISO[\s-]?)?(?:CW|KW|WK|Week|Woche|W)"
_YEAR_WEEK = re.compile(rf"(\d{{4}})[\s/-]*{_WEEK}[\s.-]*(\d{{1,2}})(?:-1)?", re.IGNORECASE)
_WEEK_YEAR = re.compile(rf"{_WEEK}[\s.-]*(\d{{1,2}})[\s,./-]+(\d{{4}})", re.IGNORECASE)
_WEEK_ONLY = re.compile(rf"(?:{_WEEK}[\s.-]*)?(\d{{1,2}})(?:\.0)?", re.IGNORECASE)
_YEAR_PART = re.compile(r"((?:18|19|20)\d\d)(?:[-/.]?(\d{2})|[-/](\d))")
_PART_YEAR = re.compile(r"(\d{1,2})[-/.]((?:19|20)\d\d)")
_MONTH_NAME = re.compile(r"([^\W\d]{3,10})\.?[\s-]*(\d{4})")
_QUARTER = re.compile(r"(?:((?:19|20)\d\d)[\s-]*Q([1-4])|Q([1-4])[\s-]*((?:19|20)\d\d))", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.0+)?")
_RANGE = re.compile(r"(.*\d)\s*(?:\s[-–—]\s|\s(?:bis|to|tot|t/m)\s|–|—)\s*(\S.*)")  # noqa: RUF001
EXCEL_DAY_ZERO = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class DateCell:
    """One cell's readings: the day, the day if the month stands first, and the form it was written in."""

    form: str
    day: Day = None
    swapped: Day = None
    year: int = 0
    part: int = 0


def read_cell(cell: object) -> DateCell | None:
    """Read one cell on its own, both ways where day and month could change places.

    >>> read_cell("2024-W05").day, read_cell("03/04/2024").swapped
    (datetime.date(2024, 1, 29), datetime.date(2024, 3, 4))
    """
    if isinstance(cell, pd.Period):
        return _dated(cell.start_time.date())
    if isinstance(cell, dt.datetime):
        return _dated(cell.date())
    if isinstance(cell, dt.date):
        return _dated(cell)
    if isinstance(cell, np.datetime64):
        return _dated(pd.Timestamp(cell).date())
    if isinstance(cell, float | np.floating):
        cell = str(int(cell)) if np.isfinite(cell) and cell == int(cell) else str(cell)
    text = _WEEKDAY.sub("", " ".join(str(cell).split()), count=1)
    for read in (_full_date, _numeric_date, _named_date, _iso_week, _coarse, _serial, _range):
        found = read(text)
        if found:
            return found
    return None


def clock(cell: object) -> dt.time | None:
    """Return the time of day that a stamp tells, in its own time zone.

    >>> clock("2024-02-04T23:00:00Z"), clock("2024-02-05")
    (datetime.time(23, 0), None)
    """
    if isinstance(cell, dt.datetime):
        return cell.time()
    match = _CLOCK.search(cell) if isinstance(cell, str) else None
    return dt.time(int(match[1]), int(match[2])) if match else None


def week_day(year: int, week: int) -> Day:
    """Return the Monday of an ISO week, or None where the year has no such week.

    >>> week_day(2024, 1), week_day(2024, 53)
    (datetime.date(2024, 1, 1), None)
    """
    try:
        return dt.date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def day_of(year: int, month: int, day: int) -> Day:
    """Return a day of this or a neighbouring century, or None where there is no such day.

    >>> day_of(24, 2, 29), day_of(2023, 2, 29)
    (datetime.date(2024, 2, 29), None)
    """
    try:
        return _plausible(dt.date(year + 2000 if year < 100 else year, month, day))
    except ValueError:
        return None


def _plausible(day: dt.date) -> Day:
    return day if 1700 <= day.year <= 2200 else None


def _dated(day: dt.date) -> DateCell | None:
    return DateCell("date", day) if _plausible(day) else None


def _full_date(text: str) -> DateCell | None:
    if match := _ISO.fullmatch(text):
        day = day_of(int(match[1]), int(match[3]), int(match[4]))
        return DateCell("date", day) if day else None
    if match := _COMPACT.fullmatch(text):
        day = day_of(int(match[1]), int(match[2]), int(match[3]))
        return DateCell("date", day) if day else None
    return None


def _numeric_date(text: str) -> DateCell | None:
    match = _NUMERIC.fullmatch(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    reading = DateCell("order", day_of(year, second, first), day_of(year, first, second))
    return reading if reading.day or reading.swapped else None


def _named_date(text: str) -> DateCell | None:
    if match := _DAY_NAME.fullmatch(text):
        name, day, year = match[2], int(match[1]), int(match[3])
    elif match := _NAME_DAY.fullmatch(text):
        name, day, year = match[1], int(match[2]), int(match[3])
    else:
        return None
    month = _month(name)
    found = day_of(year, month, day) if month else None
    return DateCell("date", found) if found else None


def _month(name: str) -> int:
    folded = name.casefold()
    return MONTHS.get(folded[:4], 0) or MONTHS.get(folded[:3], 0)


def _iso_week(text: str) -> DateCell | None:
    if match := _YEAR_WEEK.fullmatch(text):
        year, week = int(match[1]), int(match[2])
    elif match := _WEEK_YEAR.fullmatch(text):
        year, week = int(match[2]), int(match[1])
    else:
        match = _WEEK_ONLY.fullmatch(text)
        return DateCell("week number", part=int(match[1])) if match and 1 <= int(match[1]) <= 53 else None
    day = week_day(year, week)
    return DateCell("isoweek", day) if day else None


def _coarse(text: str) -> DateCell | None:
    if _YEAR.fullmatch(text):
        return DateCell("year", dt.date(int(text), 1, 1))
    if match := _YEAR_PART.fullmatch(text):
        year, part = int(match[1]), int(match[2] or match[3])
        return DateCell("part", year=year, part=part) if 1 <= part <= 53 else None
    if match := _PART_YEAR.fullmatch(text):
        year, part = int(match[2]), int(match[1])
        return DateCell("part", year=year, part=part) if 1 <= part <= 53 else None
    if (match := _MONTH_NAME.fullmatch(text)) and _month(match[1]):
        return DateCell("month", dt.date(int(match[2]), _month(match[1]), 1))
    if match := _QUARTER.fullmatch(text):
        year, quarter = int(match[1] or match[4]), int(match[2] or match[3])
        return DateCell("quarter", dt.date(year, 3 * quarter - 2, 1))
    return None


def _serial(text: str) -> DateCell | None:
    if not _SERIAL.fullmatch(text):
        return None
    return DateCell("serial", EXCEL_DAY_ZERO + dt.timedelta(days=int(float(text))))


def _range(text: str) -> DateCell | None:
    match = _RANGE.fullmatch(text)
    first = read_cell(match[1].strip()) if match else None
    last = read_cell(match[2].strip()) if match and first else None
    if not first or not last or first.form != last.form or first.form not in ("date", "order"):
        return None
    for a, b in ((first.day, last.day), (first.swapped, last.swapped)):
        if a and b and (b - a).days in (6, 7):
            return DateCell("range", a)
    return None
