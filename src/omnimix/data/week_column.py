"""Which column holds the weeks: the one that was named, or the only one that plainly does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from omnimix.data.amounts import is_empty
from omnimix.data.dates import DateColumn, date_share, mondays, read_dates
from omnimix.data.phrases import ended, quoted
from omnimix.data.raw import RawTable
from omnimix.data.written_dates import DateCell, read_cell, week_day
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding

DEFAULT_WEEK = "week"
_WORDS = """
    week weeks wk date dates datum day days dag tag woche kw cw time ds dt timestamp period periode zeitraum
    year jahr jaar month monat maand semaine quarter isoweek yearweek weekstart jaarweek kalenderwoche weeknr
"""
_DATE_WORDS = frozenset(_WORDS.split())
_YEAR_WORDS = frozenset(["year", "jahr", "jaar", "annee", "jr", "isoyear", "iso_year"])
_MONTH_WORDS = frozenset(["month", "monat", "maand", "mois", "quarter", "day", "dag", "tag"])
_PLAIN = 0.8
SUNDAY = 6

FIRST_DAY, LAST_DAY = "first day", "last day"
WEEK_STAMPS = (FIRST_DAY, LAST_DAY)
_LAST_WORDS = re.compile(
    r"\b(?:ending|ended|ends?|enddate|enddatum|einde?|einddatum|eindigend|eindigt|endet?|ende|bis|until|till|tot|through"
    r"|t/m|w/e|(?:week|wk)ending)\b"
)
_FIRST_WORDS = re.compile(
    r"\b(?:commencing|begins?|beginning|beginnt?|begint|begindatum|starts?|starting|startdate|startdatum|from|vanaf|van"
    r"|von|ab|anfang|week of|w/c|(?:week|wk)(?:start|begin|starting|commencing|beginning))\b"
)


def find_weeks(raw: RawTable, week: str, day_first: bool | None) -> tuple[str, DateColumn, tuple[Finding, ...]]:
    """Return the name of the week column, its days, and a note when it was found and not named.

    Raises DataError when there is none, or several that disagree.
    """
    name, note = _choose(raw, week, day_first)
    numbered = _week_numbers(raw, name)
    if numbered:
        return name, replace(numbered[0], form="isoweek", stamp=FIRST_DAY), (*note, numbered[1])
    dates = read_dates(raw.column(name), raw.rows, name=name, day_first=day_first)
    return name, replace(dates, stamp=_stamp(raw, name, dates)), note


def _stamp(raw: RawTable, name: str, dates: DateColumn) -> str:
    """Return what a file says of its stamps: by their form, the heading, or the ISO week numbers beside them."""
    if dates.form in ("isoweek", "range"):
        return FIRST_DAY
    said = heading_stamp(name)
    if said or not all(dates.days.dropna().day_of_week == SUNDAY):
        return said
    for other in raw.names:
        weeks = [read_cell(cell) for cell in raw.column(other)] if other != name and is_named_like_date(other) else []
        if weeks and all(cell and cell.form == "isoweek" for cell in weeks):
            numbered = pd.DatetimeIndex([cell.day for cell in weeks if cell])
            return LAST_DAY if bool((numbered == mondays(dates.days)).all()) else ""
    return ""


def is_named_like_date(name: str) -> bool:
    """Tell whether a column is called after time.

    >>> is_named_like_date("date_week"), is_named_like_date("weekend_promo_total")
    (True, False)
    """
    words = re.split(r"[\W_]+", name.casefold())
    return not _DATE_WORDS.isdisjoint(words)


def heading_stamp(name: str) -> str:
    """Return which day of the week a heading says that its dates are, or nothing.

    >>> heading_stamp("Week ending"), heading_stamp("week_start"), heading_stamp("week")
    ('last day', 'first day', '')
    """
    words = " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
    last, first = bool(_LAST_WORDS.search(words)), bool(_FIRST_WORDS.search(words))
    return "" if last == first else LAST_DAY if last else FIRST_DAY


def _choose(raw: RawTable, week: str, day_first: bool | None) -> tuple[str, tuple[Finding, ...]]:
    found = _date_columns(raw)
    if week in raw.names and (week != DEFAULT_WEEK or not found or week in found):
        return week, ()
    if week != DEFAULT_WEEK:
        raise DataError(_no_such_column(raw, week, found))
    if not found:
        raise DataError(_no_such_column(raw, week, [n for n in raw.names if is_named_like_date(n)]))
    name, same = _agreeing(raw, found, day_first)
    message = f"Column '{name}' holds the weeks." + (
        f" The columns {quoted(same)} name the same weeks." if len(same) > 1 else ""
    )
    return name, (Finding("week_column_found", "notes", message, f"Pass week='{name}' to say so.", where=name),)


def _no_such_column(raw: RawTable, week: str, candidates: Sequence[str]) -> str:
    missing = ended(f"{raw.source} has no column '{week}'{did_you_mean(week, raw.names)}")
    if 2 * sum(read_cell(name) is not None for name in raw.names if not name.isdigit()) > len(raw.names):
        return f"{missing} The weeks stand in the header: turn the table, so that every week is a row."
    holds = f" These look like dates: {quoted(candidates)}; set week={candidates[0]!r}." if candidates else ""
    return f"{missing} Its columns are {quoted(raw.names)}.{holds}"


def _date_columns(raw: RawTable) -> list[str]:
    """Return the columns that plainly hold dates; bare numbers count only under a name of time."""
    by_name = {name: is_named_like_date(name) for name in raw.names}
    shares = {
        name: date_share(cells, plain_numbers=by_name[name]) for name, cells in zip(raw.names, raw.columns, strict=True)
    }
    dates = [name for name in raw.names if shares[name] >= _PLAIN and not _is_counter(raw.column(name))]
    counters = [name for name in raw.names if by_name[name] and _is_counter(raw.column(name))]
    counters.sort(key=_counts_months)
    if counters and all(name.casefold() in _YEAR_WORDS for name in dates):
        return counters[:1]
    return dates


def _is_counter(cells: Sequence[object]) -> bool:
    """Tell week numbers without a year (or days of a month) from dates."""
    read = [read_cell(cell) for cell in cells if not is_empty(cell)]
    return 2 * sum(cell is not None and cell.form == "week number" for cell in read) > len(read)


def _counts_months(name: str) -> bool:
    return not _MONTH_WORDS.isdisjoint(re.split(r"[\W_]+", name.casefold()))


def _agreeing(raw: RawTable, found: list[str], day_first: bool | None) -> tuple[str, list[str]]:
    if len(found) == 1:
        return found[0], found
    read = {n: read_dates(raw.column(n), raw.rows, name=n, day_first=day_first) for n in found}
    full = [n for n in found if read[n].form not in ("year", "month", "quarter")] or found
    weeks = [mondays(read[n].days) for n in full]
    if not all(one.equals(weeks[0]) for one in weeks):
        message = f"{raw.source} has several columns of dates: {quoted(found)}. Pass week=... to say which"
        raise DataError(f"{message} column holds the weeks.")
    return min(full, key=lambda n: (read[n].form == "isoweek", read[n].days.min())), full


def _week_numbers(raw: RawTable, name: str) -> tuple[DateColumn, Finding] | None:
    """Join week numbers 1 to 53 with the column that holds their year."""
    if not _is_counter(raw.column(name)):
        return None
    years = [n for n in raw.names if n.casefold() in _YEAR_WORDS]
    if len(years) != 1:
        message = f"{raw.source}: column '{name}' holds numbers up to 53 without a year, not dates"
        raise DataError(
            f"{message}; add a column 'year' beside week numbers, or write weeks as 2024-W05 or 2024-01-29."
        )
    pairs = zip(raw.column(name), raw.column(years[0]), strict=True)
    cells = [_monday(read_cell(w), read_cell(y)) for w, y in pairs]
    message = f"The week numbers in '{name}' and the years in '{years[0]}' were read as ISO weeks."
    note = Finding("week_and_year_joined", "notes", message, "", where=name)
    shown = [cell if cell else raw.column(name)[i] for i, cell in enumerate(cells)]
    return read_dates(shown, raw.rows, name=name), note


def _monday(week: DateCell | None, year: DateCell | None) -> object:
    if not week or not year or week.form != "week number" or year.form != "year" or not year.day:
        return None
    return week_day(year.day.year, week.part)
