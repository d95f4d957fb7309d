"""One written date: every form it can have, and both readings where day and month could change places."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from omnimix.data.month_names import months, without_accents

Day = dt.date | None
End = tuple[int, int, int]
LONGEST_RANGE = 60  # characters
LEAP_YEAR = 2024

YEARLESS = "days without a year"
_ZONE = r"(?:Z|UTC|GMT|BST|CES?T|MES?Z|[+-]\d{2}:?\d{2})"
_TIME = rf"(?:[T ]+\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?\s*{_ZONE}?)?"
_CLOCK = re.compile(r"\d[T ]+([01]?\d|2[0-3]):([0-5]\d)(?!.*[AaPp][Mm])")
_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_DAY_NAME = re.compile(rf"(\d{{1,2}})(?:\.|er|st|nd|rd|th)?[\s-]*([^\W\d]{{3,10}})\.?[\s,-]*(\d{{4}}|\d{{2}}){_TIME}")
_NAME_DAY = re.compile(rf"([^\W\d]{{3,10}})\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,-]+(\d{{4}}){_TIME}")
_WEEKDAY = re.compile(
    r"(?<!\w)(?:[^\W\d]+(?:day|tag|dag)|mittwoch|mon|tues?|wed|thu|thurs?|fri|sat|sun|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mer|jeu|ven|sam|dim|mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo)"
    r"\.?,?\s+(?=\d|[^\W\d]{3,}\.?\s\d)",
    re.IGNORECASE,
)
_WEEK = r"(?:ISO[\s-]?)?(?:CW|KW|WK|Week|Woche|Semaine|Sem|W|S)"
_YEAR_WEEK = re.compile(rf"(\d{{4}})[\s/-]*{_WEEK}[\s.-]*(\d{{1,2}})(?:-1)?", re.IGNORECASE)
_WEEK_YEAR = re.compile(rf"{_WEEK}[\s.-]*(\d{{1,2}})[\s,./-]+(\d{{4}}|['\u2019]\d\d)", re.IGNORECASE)
_WEEK_ONLY = re.compile(rf"(?:{_WEEK}[\s.-]*)?(\d{{1,2}})(?:\.0)?", re.IGNORECASE)
_YEAR_PART = re.compile(r"((?:18|19|20)\d\d)(?:[-/.]?(\d{2})|[-/](\d))")
_PART_YEAR = re.compile(r"(\d{1,2})[-/.]((?:19|20)\d\d)")
_MONTH_NAME = re.compile(r"([^\W\d]{3,10})\.?[\s-]*(\d{4})")
_QUARTER = re.compile(r"(?:((?:19|20)\d\d)[\s-]*Q([1-4])|Q([1-4])[\s-]*((?:19|20)\d\d))", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.0+)?")
_BEGINS = re.compile(
    r"(?:w\s?/?\s?[cb]\.?|(?:week|wk\.?)\s(?:of|commencing|beginning|starting|from|van|vanaf)|woche\s(?:vom|ab)|"
    r"semaine\sdu)\s*:?\s*(?=\d|[^\W\d]{3,}\.?\s\d)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:w\s?/\s?e\.?|(?:week|wk\.?)\s(?:ending|ended|ends))\s*:?\s*(?=\d|[^\W\d]{3,}\.?\s\d)", re.IGNORECASE
)
_FROM = re.compile(r"(?:from|van|vom|von|du)\s+(?=\S)", re.IGNORECASE)
_UNTIL = re.compile(r"\s*[-–—]\s*|\s+(?:bis|to|till|until|through|tot|t/m|au|à)\s+", re.IGNORECASE)  # noqa: RUF001
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\.|er|st|nd|rd|th)?[\s-]*([^\W\d]{3,10})\.?")
_MONTH_DAY = re.compile(r"([^\W\d]{3,10})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?")
_TWO_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})\.?")
_ONE_NUMBER = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?(?:,?\s+((?:19|20)\d\d))?")
_DIGIT = re.compile(r"\d")
WEEK_LONG = (4, 6, 7)  # days from the first to the last, at work or in all, or to the first of the next week
_APOSTROPHES = str.maketrans({"'": "20", "\u2019": "20"})
EXCEL_DAY_ZERO = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class DateCell:
    """One cell's readings: the day, the day if the month stands first, and the form it was written in."""

    form: str
    day: Day = None
    swapped: Day = None
    year: int = 0
    part: int = 0
    month: int = 0


def read_cell(cell: object) -> DateCell | None:
    """Read one cell on its own, both ways where day and month could change places.

    >>> read_cell("2024-W05").day, read_cell("03/04/2024").swapped
    (datetime.date(2024, 1, 29), datetime.date(2024, 3, 4))
    """
    if isinstance(cell, pd.Period | np.datetime64):
        cell = cell.start_time if isinstance(cell, pd.Period) else pd.Timestamp(cell)
    if isinstance(cell, dt.date):
        return _dated(cell.date() if isinstance(cell, dt.datetime) else cell)
    if isinstance(cell, float | np.floating):
        cell = str(int(cell)) if np.isfinite(cell) and cell == int(cell) else str(cell)
    text = unicodedata.normalize("NFC", " ".join(str(cell).split()))
    if ends := _ENDS.match(text):
        return _six_days_earlier(_first_day(text[ends.end() :]))
    if begins := _BEGINS.match(text):
        return _first_day(text[begins.end() :])
    text = _WEEKDAY.sub("", text, count=1)
    readers = (_full_date, _numeric_date, _named_date, _iso_week, _coarse, _serial, _range)
    return next(filter(None, (read(text) for read in readers)), None)


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
    return months().get(without_accents(name.casefold()), 0)


def _iso_week(text: str) -> DateCell | None:
    if match := _YEAR_WEEK.fullmatch(text):
        year, week = int(match[1]), int(match[2])
    elif match := _WEEK_YEAR.fullmatch(text):
        year, week = int(match[2].translate(_APOSTROPHES)), int(match[1])
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
    """Read the days of one week; the last day may say month and year for the first, and no year may be there."""
    whole = _FROM.sub("", text, count=1) if len(text) <= LONGEST_RANGE else ""
    for joint in _UNTIL.finditer(whole):
        before, after = whole[: joint.start()], whole[joint.end() :]
        if not (_DIGIT.search(before) and _DIGIT.search(after)):
            continue
        for first, last in product(_ends(before), _ends(after)):
            found = _week_between(first, last)
            if found:
                return found
    return None


def _ends(text: str) -> list[End]:
    """Return what an end of a range may say: year, month and day, 0 where it says nothing of it."""
    text = _WEEKDAY.sub("", text, count=1)
    found = next(filter(None, (read(text) for read in (_full_date, _numeric_date, _named_date))), None)
    if found:
        return [(day.year, day.month, day.day) for day in (found.day, found.swapped) if day]
    if match := _DAY_MONTH.fullmatch(text):
        return [(0, month, int(match[1]))] if (month := _month(match[2])) else []
    if match := _MONTH_DAY.fullmatch(text):
        return [(0, month, int(match[2]))] if (month := _month(match[1])) else []
    if match := _TWO_NUMBERS.fullmatch(text):
        one, two = int(match[1]), int(match[2])
        return [(0, month, day) for month, day in ((two, one), (one, two)) if month <= 12]
    match = _ONE_NUMBER.fullmatch(text)
    return [(int(match[2] or 0), 0, int(match[1]))] if match else []


def _week_between(first: End, last: End) -> DateCell | None:
    """Return the week from one day to another where they are a week apart."""
    month, until = first[1] or last[1], last[1] or first[1]
    if not month or not first[2] or not last[2]:
        return None
    over = month > until  # the new year
    known = first[0] or (last[0] - over if last[0] else 0)
    for year in [known] if known else [LEAP_YEAR, LEAP_YEAR + 1]:
        begin, end = day_of(year, month, first[2]), day_of(last[0] or year + over, until, last[2])
        if begin and end and (end - begin).days in WEEK_LONG:
            return DateCell("range", begin) if known else DateCell(YEARLESS, month=month, part=first[2])
    return None


def _first_day(text: str) -> DateCell | None:
    """Return the week that begins on a day, with its year or without."""
    found = read_cell(text)
    if found and found.form in ("date", "order", "range", YEARLESS):
        return found
    ends = [] if found or _TWO_NUMBERS.fullmatch(text) else [end for end in _ends(text) if end[1] and end[2]]
    return DateCell(YEARLESS, month=ends[0][1], part=ends[0][2]) if ends else None


def _six_days_earlier(last: DateCell | None) -> DateCell | None:
    """Return the week that ends on a day."""
    if last and last.form == YEARLESS:
        days = (day_of(year, last.month, last.part) for year in (LEAP_YEAR, LEAP_YEAR + 1))
        firsts = {((day - dt.timedelta(days=6)).month, (day - dt.timedelta(days=6)).day) for day in days if day}
        month, part = firsts.pop() if len(firsts) == 1 else (0, 0)  # two around the end of February
        return DateCell(YEARLESS, month=month, part=part) if month else None
    if last is None or last.form not in ("date", "order"):
        return None
    first, swapped = (day - dt.timedelta(days=6) if day else None for day in (last.day, last.swapped))
    return DateCell("range" if last.form == "date" else "order", first, swapped)
