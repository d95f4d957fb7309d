"""Several files become one table: joined on the ISO week, whatever weekday each file stamps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from omnimix.data.dates import mondays
from omnimix.data.phrases import ended, quoted, refusal
from omnimix.data.raw import RawTable
from omnimix.data.table import Reading, UnreadCell, WeeklyTable, WeeksError, weekly_table
from omnimix.data.weeks import calendar_problems
from omnimix.errors import did_you_mean
from omnimix.findings import Finding
from omnimix.labels import WEEK


def joined(raws: Sequence[RawTable], reading: Reading) -> WeeklyTable:
    """Check every table on its own and join them on the ISO week; weeks that one lacks are empty there.

    Raises DataError when a column is in two tables or the joined calendar has a hole.
    """
    source = " + ".join(raw.source for raw in raws)
    problems = _unknown_blanks(raws, reading)
    tables: list[WeeklyTable] = []
    for raw in raws:
        try:
            tables.append(weekly_table(raw, _own(raw, reading)))
        except WeeksError as refused:
            problems += [f"{raw.source}: {problem}" for problem in refused.problems]
            tables.append(refused.table)
    problems += _in_two(tables)
    if problems:
        raise refusal(source, problems)
    weekdays = {day for table in tables for day in pd.DatetimeIndex(table.frame.index).day_of_week}
    stamped = tables if len(weekdays) == 1 else [_on_mondays(table) for table in tables]
    frame = pd.concat([table.frame for table in stamped], axis=1, sort=True)
    days = pd.DatetimeIndex(frame.index, name=WEEK).as_unit("ns")
    problems = calendar_problems(days, list(range(1, len(days) + 1)), WEEK, {})
    if problems:
        raise refusal(source, problems)
    frame.index = days
    notes = [replace(note, message=f"{table.source}: {note.message}") for table in tables for note in table.notes]
    notes += _restamped(tables, stamped) + [note for table in stamped for note in _shorter(table, days)]
    unread = {name: cells for table in stamped for name, cells in table.unread.items()}
    return WeeklyTable(frame, source, tuple(notes), unread)


def _own(raw: RawTable, reading: Reading) -> Reading:
    """Keep the blank columns that this file has; the others belong to another file."""
    if isinstance(reading.blank_is_zero, bool):
        return reading
    return replace(reading, blank_is_zero=tuple(n for n in reading.blank_is_zero if n in raw.names))


def _unknown_blanks(raws: Sequence[RawTable], reading: Reading) -> list[str]:
    names = [name for raw in raws for name in raw.names]
    asked = () if isinstance(reading.blank_is_zero, bool) else reading.blank_is_zero
    unknown = [name for name in asked if name not in names]
    return [ended(f"blank_is_zero names column '{n}' that is in no file{did_you_mean(n, names)}") for n in unknown]


def _in_two(tables: Sequence[WeeklyTable]) -> list[str]:
    holders: dict[str, list[str]] = {}
    for table in tables:
        for name in dict.fromkeys([*table.frame.columns, *table.unread]):
            holders.setdefault(name, []).append(table.source)
    return [
        f"column '{name}' is in {' and in '.join(sources)}; rename or remove it in all but one."
        for name, sources in holders.items()
        if len(sources) > 1
    ]


def _on_mondays(table: WeeklyTable) -> WeeklyTable:
    monday = mondays(pd.DatetimeIndex(table.frame.index)).rename(WEEK)
    frame = table.frame.set_axis(monday, axis=0)
    unread = {
        name: tuple(UnreadCell(c.row, c.week - pd.Timedelta(days=c.week.weekday()), c.text) for c in cells)
        for name, cells in table.unread.items()
    }
    return replace(table, frame=frame, unread=unread)


def _restamped(tables: Sequence[WeeklyTable], stamped: Sequence[WeeklyTable]) -> list[Finding]:
    stamps = {table.source: pd.DatetimeIndex(table.frame.index)[0].day_name() for table in tables}
    if all(old is new for old, new in zip(tables, stamped, strict=True)):
        return []
    told = ", ".join(f"{source} on {day}s" for source, day in stamps.items())
    message = f"The files stamp their weeks differently ({told}); joined on the ISO week, stamped Monday."
    remedy = "If a file's weeks run from Sunday to Saturday, shift its dates by one day before joining."
    return [Finding("joined_on_iso_week", "warns" if _off_by_one(stamped) else "notes", message, remedy)]


def _off_by_one(stamped: Sequence[WeeklyTable]) -> bool:
    """Tell whether two tables would cover the same weeks if one were moved by a week."""
    first = [pd.DatetimeIndex(table.frame.index)[0] for table in stamped]
    last = [pd.DatetimeIndex(table.frame.index)[-1] for table in stamped]
    apart = {abs((day - first[0]).days) for day in first} | {abs((day - last[0]).days) for day in last}
    same_length = len({len(table.frame) for table in stamped}) == 1
    return same_length and apart == {0, 7}


def _shorter(table: WeeklyTable, days: pd.DatetimeIndex) -> list[Finding]:
    lacking = np.asarray(~days.isin(table.frame.index))
    if not lacking.any():
        return []
    own = pd.DatetimeIndex(table.frame.index)
    message = (
        f"{table.source} runs from {own[0]:%Y-%m-%d} to {own[-1]:%Y-%m-%d}; in the other "
        f"{lacking.sum()} weeks {quoted(table.frame.columns)} are empty."
    )
    return [Finding("file_is_shorter", "notes", message, "", figure=float(lacking.sum()), where=table.source)]
