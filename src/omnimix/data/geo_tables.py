"""A long table, one row a geo and week, becomes one weekly table a geo; what is wrong is told at once.

A geo is a region, a store cluster, a market or a brand: one dimension beside the week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.data.amounts import is_empty, read_numbers
from omnimix.data.dates import DateColumn
from omnimix.data.geo_problems import geo_problems, told_histories
from omnimix.data.phrases import ended, quoted, refusal, row_list
from omnimix.data.population import read_population
from omnimix.data.raw import RawTable
from omnimix.data.stamps import on_first_days
from omnimix.data.table import (
    Reading,
    WeeklyTable,
    ambiguous_marks,
    assembled,
    only,
    repeated_names,
    unknown_blanks,
)
from omnimix.data.totals import split_rows
from omnimix.data.week_column import find_weeks
from omnimix.data.weeks import calendar_problems
from omnimix.errors import did_you_mean
from omnimix.findings import Finding, Severity

Population = str | Mapping[str, float] | None


@dataclass(frozen=True)
class GeoTables:
    """One weekly table a geo, in the order in which geos first appear, each with its own weeks only.

    ``population`` has how many live in each geo, and is empty where nobody said so.
    """

    tables: Mapping[str, WeeklyTable]
    population: Mapping[str, float]
    notes: tuple[Finding, ...]
    source: str
    stamp: str

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """All weeks in which any geo has a row, in order."""
        days = [table.frame.index.to_numpy() for table in self.tables.values()]
        return pd.DatetimeIndex(np.unique(np.concatenate(days)))


def geo_tables(raw: RawTable, reading: Reading, *, geo: str, population: Population = None) -> GeoTables:
    """Check a long table and part it by geo.

    Raises DataError with every problem of names, dates, geos, population, calendar and marks, numbered.
    """
    names = repeated_names(raw)
    if not raw.rows:
        raise refusal(raw.source, [*names, "the table has a header but no rows."])
    raw = raw.with_unique_names()
    _require_columns(raw, geo, population)
    week, dates, found = _weeks(raw, reading)
    aside = {week, geo, population} if isinstance(population, str) else {week, geo}
    numbers = read_numbers(
        {n: cells for n, cells in zip(raw.names, raw.columns, strict=True) if n not in aside}, decimal=reading.decimal
    )
    split = split_rows(raw, ~np.asarray(dates.days.isna()), week, numbers)
    raw, dates, numbers = only(raw, dates, numbers, split.data)
    problems = [*names, *split.problems, *dates.problems, *ambiguous_marks(raw, numbers, reading.decimal)]
    problems += unknown_blanks(reading.blank_is_zero, raw, week)
    if dates.problems or not split.data:
        raise refusal(raw.source, problems)
    labels = [geo_label(cell) for cell in raw.column(geo)]
    nameless = [row for row, label in zip(raw.rows, labels, strict=True) if not label]
    if nameless:
        problems.append(f"column '{geo}' is empty in {row_list(nameless)}; every row needs its geo.")
    people, wrong = read_population(raw, labels, population, decimal=reading.decimal)
    rows = {name: [k for k, label in enumerate(labels) if label == name] for name in dict.fromkeys(labels) if name}
    every_day = pd.DatetimeIndex(np.unique(dates.days.to_numpy()))
    problems += calendar_problems(every_day, list(range(1, len(every_day) + 1)), week, {})
    problems += [*geo_problems(rows, dates.days, raw.rows, geo, numbers), *wrong]
    if problems:
        raise refusal(raw.source, problems)
    tables = {name: _table(places, raw, dates, numbers, reading) for name, places in rows.items()}
    told = [Finding("dates", "notes", note, "", where=week) for note in dates.notes]
    told += [Finding("time_of_day", "warns", doubt, "", where=week) for doubt in dates.doubts]
    notes = [*raw.notes, *found, *told, *split.notes, *by_geo({n: t.notes for n, t in tables.items()})]
    notes += told_histories({name: pd.DatetimeIndex(t.frame.index) for name, t in tables.items()})
    stamp = next(iter(tables.values())).stamp
    return GeoTables(tables, people, tuple(notes), raw.source, stamp)


def geo_label(cell: object) -> str:
    """Return the name of a geo as text; a whole number as it is written.

    >>> geo_label(" North "), geo_label(12.0), geo_label(None)
    ('North', '12', '')
    """
    if is_empty(cell):
        return ""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def by_geo(notes: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """Tell once what was found in several geos: the first of them in full, the others by name."""
    places: dict[tuple[str, str | None, Severity], list[str]] = {}
    first: dict[tuple[str, str | None, Severity], Finding] = {}
    for name, findings in notes.items():
        for finding in findings:
            key = (finding.name, finding.where, finding.severity)
            first.setdefault(key, finding)
            places.setdefault(key, []).append(name)
    told = []
    for key, finding in first.items():
        names = list(dict.fromkeys(places[key]))
        also = f" So it is in {quoted(names[1:], 3)}." if len(names) > 1 else ""
        everywhere = len(names) == len(notes) > 1
        also = " So it is in all geos." if everywhere else also
        told.append(replace(finding, message=f"Geo '{names[0]}': {finding.message}{also}"))
    return told


def _weeks(raw: RawTable, reading: Reading) -> tuple[str, DateColumn, tuple[Finding, ...]]:
    """Read every week once: whether a date is day first is told by a calendar, in which geos repeat the weeks."""
    week, whole, found = find_weeks(raw, reading.week, reading.day_first)
    beside = [n for n in raw.names if n == week or n.casefold() in ("year", "jahr", "jaar", "isoyear", "iso_year")]
    keys = [tuple(map(str, cells)) for cells in zip(*(raw.column(n) for n in beside), strict=True)]
    first: dict[tuple[str, ...], int] = {}
    for place, key in enumerate(keys):
        first.setdefault(key, place)
    once = raw.keep(list(first.values()))
    _, dates, _ = find_weeks(once, week, reading.day_first)
    order = {key: k for k, key in enumerate(first)}
    at = np.array([order[key] for key in keys])
    return week, replace(dates, days=dates.days[at], unread=whole.unread), found


def _table(
    places: Sequence[int],
    raw: RawTable,
    dates: DateColumn,
    numbers: Mapping[str, object],
    reading: Reading,
) -> WeeklyTable:
    part, days, figures = only(raw, dates, numbers, places)  # type: ignore[arg-type]
    blanks = reading.blank_is_zero
    own = reading if isinstance(blanks, bool) else replace(reading, blank_is_zero=tuple(blanks))
    table = assembled(part, days.days, figures, own, [])
    by_form = dates.form in ("isoweek", "range")
    notes = tuple(n for n in table.notes if n.name != "rows_sorted")
    return on_first_days(replace(table, notes=notes, stamp=dates.stamp if by_form else raw.stamp or dates.stamp))


def _require_columns(raw: RawTable, geo: str, population: Population) -> None:
    wanted = {"geo": geo} | ({"population": population} if isinstance(population, str) else {})
    wrong = [
        f"{ended(f'there is no column {name!r} for {what}' + did_you_mean(name, raw.names))}"
        for what, name in wanted.items()
        if name not in raw.names
    ]
    if wrong:
        raise refusal(raw.source, [*wrong[:-1], f"{wrong[-1]} The columns are {quoted(raw.names)}."])
