"""Several files become one table: joined on their weeks, whatever day of it each file stamps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from omnimix.data.phrases import ended, quoted, refusal
from omnimix.data.raw import RawTable
from omnimix.data.stamps import as_said, stamped_alike
from omnimix.data.table import Reading, WeeklyTable, WeeksError, weekly_table
from omnimix.data.weeks import calendar_problems
from omnimix.errors import did_you_mean
from omnimix.findings import Finding
from omnimix.labels import WEEK


def joined(raws: Sequence[RawTable], reading: Reading) -> WeeklyTable:
    """Check every table on its own and join them on the week; weeks that one lacks are empty there.

    Raises DataError when a column is in two tables, the joined calendar has a hole, or it is not clear whether a file
    stamps the first or the last day of its weeks.
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
    stamped, told, problems = stamped_alike(as_said(tables, reading.week_stamp))
    if problems:
        raise refusal(source, problems)
    frame = pd.concat([table.frame for table in stamped], axis=1, sort=True)
    days = pd.DatetimeIndex(frame.index, name=WEEK).as_unit("ns")
    problems = calendar_problems(days, list(range(1, len(days) + 1)), WEEK, {})
    if problems:
        raise refusal(source, problems)
    frame.index = days
    notes = [replace(note, message=f"{table.source}: {note.message}") for table in tables for note in table.notes]
    notes += told + [note for table in stamped for note in _shorter(table, days)]
    unread = {name: cells for table in stamped for name, cells in table.unread.items()}
    return WeeklyTable(frame, source, tuple(notes), unread, stamped[0].stamp)


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


def _shorter(table: WeeklyTable, days: pd.DatetimeIndex) -> list[Finding]:
    lacking = np.asarray(~days.isin(table.frame.index))
    if not lacking.any():
        return []
    own = pd.DatetimeIndex(table.frame.index)
    other = "week" if lacking.sum() == 1 else f"{lacking.sum()} weeks"
    are = "is" if len(table.frame.columns) == 1 else "are"
    message = (
        f"{table.source} runs from {own[0]:%Y-%m-%d} to {own[-1]:%Y-%m-%d}; in the other {other} "
        f"{quoted(table.frame.columns)} {are} empty."
    )
    return [Finding("file_is_shorter", "notes", message, "", figure=float(lacking.sum()), where=table.source)]
