"""Which day of its week a stamp names, and how the weeks of several files meet. What may be either is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import pandas as pd

from omnimix.data.phrases import listed, quoted
from omnimix.data.table import UnreadCell, WeeklyTable
from omnimix.data.week_column import FIRST_DAY, LAST_DAY
from omnimix.findings import Finding
from omnimix.labels import WEEK

_REMEDY = "If it is otherwise, say so with week_stamp (of read_panel, or below [data] in omnimix.toml)."


@dataclass(frozen=True)
class Meeting:
    """One way to lay the weeks of several files beside one another.

    Attributes:
        readings: what the stamp of each file is taken for.
        moves: days by which the stamps of each file move to become the first days of the joint weeks.
        apart: days by which the weeks of each file begin before (-) or after (+) the joint ones.
    """

    readings: tuple[str, ...]
    moves: tuple[int, ...]
    apart: tuple[int, ...]


def on_first_days(table: WeeklyTable) -> WeeklyTable:
    """Stamp weeks on their first day where the file says that it stamps the last one."""
    if table.stamp != LAST_DAY:
        return table
    message = f"The weeks of {table.source} are stamped on their last day; they are stamped on the first one now."
    note = Finding("week_stamp", "notes", message, "", where=table.source)
    moved = _moved(table, -6)
    return replace(moved, notes=(*moved.notes, note), stamp=FIRST_DAY)


def untold_stamps(table: WeeklyTable) -> list[Finding]:
    """Note that weeks stamped on another day than Monday are taken to begin there, where nothing says so."""
    if table.stamp or len(_options(table)) == 1:
        return []
    message = f"The weeks are stamped on {_first(table).day_name()}s and taken to begin there."
    remedy = f"If that is the last day of a week, pass week_stamp='{LAST_DAY}': holidays are counted by it."
    return [Finding("week_stamp", "notes", message, remedy)]


def as_said(tables: Sequence[WeeklyTable], week_stamp: str) -> list[WeeklyTable]:
    """Give `week_stamp` to the tables that do not tell their own; of several weekdays, a Monday is a first day."""
    alike = len({_first(table).day_of_week for table in tables}) == 1
    return [
        replace(table, stamp=week_stamp) if not table.stamp and (alike or len(_options(table)) > 1) else table
        for table in tables
    ]


def stamped_alike(tables: Sequence[WeeklyTable]) -> tuple[list[WeeklyTable], list[Finding], list[str]]:
    """Stamp the weeks of all tables on the same weekday; return them with what to tell and what to ask.

    Files that name the first and the last day of their weeks meet where the form, the heading or the argument says
    which, or where only one reading gives weeks of the same days that begin and end together.
    """
    meetings = _meetings(tables)
    meet = [meeting for meeting in meetings if not any(meeting.apart) and _begin_and_end_together(tables, meeting)]
    chosen = meet[0] if meet else meetings[0]
    decided = len(meetings) > 1
    clear = not decided or len(meet) == 1
    if not clear or _may_be_a_week_apart(tables):
        return list(tables), [], [_question(tables)]
    known = FIRST_DAY if any(chosen.moves) or any(table.stamp for table in tables) else ""
    moved = [replace(_moved(t, move), stamp=known) for t, move in zip(tables, chosen.moves, strict=True)]
    return moved, [*_told(tables, chosen, decided=decided), *_a_week_apart(moved)], []


def _first(table: WeeklyTable) -> pd.Timestamp:
    return pd.DatetimeIndex(table.frame.index)[0]


def _last(table: WeeklyTable) -> pd.Timestamp:
    return pd.DatetimeIndex(table.frame.index)[-1]


def _options(table: WeeklyTable) -> tuple[str, ...]:
    """Return what the stamp may name; a week that ends on a Monday is not thought of unless the file says so."""
    if table.stamp:
        return (table.stamp,)
    return (FIRST_DAY,) if _first(table).day_of_week == 0 else (FIRST_DAY, LAST_DAY)


def _meetings(tables: Sequence[WeeklyTable]) -> list[Meeting]:
    """Return every way to pair the weeks, of equal pairings the one whose weeks lie closest.

    Files that stamp the same weekday and say nothing of it are read alike.
    """
    kinds = {(_first(table).day_of_week, _options(table)): _options(table) for table in tables}
    found: dict[tuple[int, ...], Meeting] = {}
    for reading in product(*kinds.values()):
        by_kind = dict(zip(kinds, reading, strict=True))
        meeting = _meeting(tables, [by_kind[_first(table).day_of_week, _options(table)] for table in tables])
        firsts = [_first(table) + pd.Timedelta(days=m) for table, m in zip(tables, meeting.moves, strict=True)]
        pairing = tuple((first - firsts[0]).days for first in firsts)
        known = found.get(pairing)
        if known is None or sum(map(abs, meeting.apart)) < sum(map(abs, known.apart)):
            found[pairing] = meeting
    return list(found.values())


def _meeting(tables: Sequence[WeeklyTable], readings: Sequence[str]) -> Meeting:
    to_start = [-6 if reading == LAST_DAY else 0 for reading in readings]
    weekdays = [(_first(table).day_of_week + days) % 7 for table, days in zip(tables, to_start, strict=True)]
    joint = 0 if 0 in weekdays else weekdays[0]
    apart = [(weekday - joint + 3) % 7 - 3 for weekday in weekdays]  # at most 3: most days of a week are shared
    moves = [days - over for days, over in zip(to_start, apart, strict=True)]
    return Meeting(tuple(readings), tuple(moves), tuple(apart))


def _begin_and_end_together(tables: Sequence[WeeklyTable], meeting: Meeting) -> bool:
    """Tell whether every kind of stamp has a file that begins and ends with a file of another kind."""
    moved = [_moved(table, move) for table, move in zip(tables, meeting.moves, strict=True)]
    ends = [(_first(table), _last(table)) for table in moved]
    kinds = [(_first(table).day_of_week, _options(table)) for table in tables]
    together = {
        kind
        for one, other in combinations(range(len(tables)), 2)
        for kind in (kinds[one], kinds[other])
        if kinds[one] != kinds[other] and ends[one] == ends[other]
    }
    return together == set(kinds)


def _is_a_week_apart(one: WeeklyTable, other: WeeklyTable) -> bool:
    firsts, lasts = (_first(other) - _first(one)).days, (_last(other) - _last(one)).days
    return firsts == lasts and abs(firsts) == 7 and len(one.frame) == len(other.frame)


def _may_be_a_week_apart(tables: Sequence[WeeklyTable]) -> bool:
    """Tell whether one of two files may name the first and the other the last day of the same weeks."""
    pairs = [pair for pair in combinations(tables, 2) if all(len(_options(table)) > 1 for table in pair)]
    return any(_is_a_week_apart(*pair) for pair in pairs)


def _a_week_apart(tables: Sequence[WeeklyTable]) -> list[Finding]:
    pairs = [(one, other) for one, other in combinations(tables, 2) if _is_a_week_apart(one, other)]
    return [
        Finding(
            "files_a_week_apart",
            "warns",
            f"{one.source} and {other.source} hold equally many weeks, and one begins and ends a week after the other.",
            "Do their stamps name the same weeks? If one is a week late, every effect is estimated a week off.",
            where=other.source,
        )
        for one, other in pairs
    ]


def _question(tables: Sequence[WeeklyTable]) -> str:
    is_open = [len(_options(table)) > 1 for table in tables]
    open_files = [table for table, asked in zip(tables, is_open, strict=True) if asked]
    known = [
        f"in {table.source} {_span(table, _options(table)[0])}"
        for table, asked in zip(tables, is_open, strict=True)
        if not asked
    ]
    readings = [
        f"{table.source} stamps its {len(table.frame)} weeks on {_first(table).day_name()}s: if that is their first "
        f"day, they run {_span(table, FIRST_DAY)}; if it is their last, {_span(table, LAST_DAY)}."
        for table in open_files
    ]
    others = f" The weeks run {' and '.join(known)}." if known else ""
    first = "{" + ", ".join(f"{table.source!r}: '{FIRST_DAY}'" for table in open_files) + "}"
    return (
        f"which weeks belong together is not clear. {' '.join(readings)}{others} Say which day a stamp is: "
        f"week_stamp={first}, or '{LAST_DAY}', of read_panel; in omnimix.toml below [data] "
        f'week_stamp = {{ "{open_files[0].source}" = "{LAST_DAY}" }}.'
    )


def _span(table: WeeklyTable, reading: str) -> str:
    start = pd.Timedelta(days=-6 if reading == LAST_DAY else 0)
    first, last = _first(table) + start, _last(table) + start + pd.Timedelta(days=6)
    return f"from {_day(first)} to {_day(last)}"


def _day(day: pd.Timestamp) -> str:
    return f"{day.day_name()[:3]} {day:%Y-%m-%d}"


def _told(tables: Sequence[WeeklyTable], meeting: Meeting, *, decided: bool) -> list[Finding]:
    if not any(meeting.moves):
        return []
    joint = _first(_moved(tables[0], meeting.moves[0])).day_name()
    stamps = listed([f"{table.source} on {_first(table).day_name()}s" for table in tables])
    last = [t.source for t, reading in zip(tables, meeting.readings, strict=True) if reading == LAST_DAY]
    message = f"The files stamp their weeks differently ({stamps})"
    if len({_first(table).day_of_week for table in tables}) == 1:
        message = f"The files stamp their weeks on {_first(tables[0]).day_name()}s"
    week = "ISO week" if joint == "Monday" else "week"
    message = f"{message}; joined on the {week}, stamped {joint}."
    if last:
        why = ": only then do the files begin and end together" if decided else ""
        message = f"{message} The stamps of {quoted(last)} were taken for the last day of their weeks{why}."
    name = "joined_on_iso_week" if joint == "Monday" else "joined_on_week"
    return [Finding(name, "notes", message, _REMEDY if decided else ""), *_sharing(tables, meeting)]


def _sharing(tables: Sequence[WeeklyTable], meeting: Meeting) -> list[Finding]:
    """Tell where joined weeks are not the same seven days."""
    shared = {t.source: 7 - abs(apart) for t, apart in zip(tables, meeting.apart, strict=True) if apart}
    if not shared:
        return []
    held = listed([f"{days} of 7 in {source}" for source, days in shared.items()])
    spans = listed([f"{_weekdays(t, r)} in {t.source}" for t, r in zip(tables, meeting.readings, strict=True)])
    message = f"The weeks are not the same days ({spans}); joined where they share most of them ({held})."
    remedy = "Export the files by the same weeks if you can: what falls on the other days counts in another week."
    return [Finding("weeks_share_some_days", "warns", message, remedy, figure=float(min(shared.values())))]


def _weekdays(table: WeeklyTable, reading: str) -> str:
    start = _first(table) + pd.Timedelta(days=-6 if reading == LAST_DAY else 0)
    return f"{start.day_name()} to {(start + pd.Timedelta(days=6)).day_name()}"


def _moved(table: WeeklyTable, days: int) -> WeeklyTable:
    """Move every stamp of a table by so many days."""
    if not days:
        return table
    by = pd.Timedelta(days=days)
    index = pd.DatetimeIndex(table.frame.index) + by
    unread: Mapping[str, tuple[UnreadCell, ...]] = {
        name: tuple(replace(cell, week=cell.week + by) for cell in cells) for name, cells in table.unread.items()
    }
    return replace(table, frame=table.frame.set_axis(index.rename(WEEK), axis=0), unread=unread)
