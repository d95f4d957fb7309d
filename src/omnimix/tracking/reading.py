"""What orders and touches have in common when they are read: times, customers, channels, and rows that cannot be."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from omnimix.data.phrases import quoted
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding
from omnimix.tracking import times
from omnimix.tracking.columns import Columns
from omnimix.tracking.engine import fetch
from omnimix.tracking.faults import Fault, counted
from omnimix.tracking.sources import Source

CUSTOMER, TIME, CHANNEL, REVENUE = "customer", "time", "channel", "revenue"
EARLIEST = "1990-01-01"
PART_ROWS = 4_000_000  # rows that are sorted at a time
MOST_PARTS = 4096
ALL_NUMBERS = 1 << 64
MANY_CHANNELS = 200

type Unusable = Literal["refuse", "leave_out"]


@dataclass(frozen=True)
class Asked:
    """What the caller said of how to read.

    Attributes:
        timezone: zone of times that name none.
        day_first: whether the day stands before the month, ``None`` to find it.
        today: after this day there can be no row.
        unusable: what to do with rows that cannot be used.
    """

    timezone: str | None
    day_first: bool | None
    today: dt.date
    unusable: Unusable

    def __post_init__(self) -> None:
        if self.unusable not in ("refuse", "leave_out"):
            raise DataError(f"unusable is 'refuse' or 'leave_out', not {self.unusable!r}.")
        known = zoneinfo.available_timezones()
        if self.timezone is not None and self.timezone not in known:
            raise DataError(f"there is no time zone {self.timezone!r}{did_you_mean(self.timezone, known) or '.'}")


def traits(source: Source, columns: Columns, more: Mapping[str, str]) -> dict[str, int]:
    """Return counts that have to be known before the cells can be read, from one pass over the source."""
    wanted = {"rows": "count(*)", **more}
    if TIME in columns and times.is_text(columns.kind(TIME)):
        wanted |= {f"time_{k}": sql for k, sql in times.traits(columns.sql(TIME)).items()}
    query = f"SELECT {', '.join(wanted.values())} FROM {source.view}"
    return dict(zip(wanted, fetch(source.connection, query)[0], strict=True))


def clock_of(seen: Mapping[str, int], columns: Columns, asked: Asked) -> tuple[times.Clock, list[str], list[Fault]]:
    """Return how times are read, and what stands in the way."""
    problems: list[str] = []
    faults: list[Fault] = []
    if TIME not in columns:
        return times.Clock(), problems, faults
    column, name = columns.sql(TIME), columns.names[TIME]
    day, month = seen.get("time_day_first", 0), seen.get("time_month_first", 0)
    day_first = asked.day_first
    if day_first is None and day and month:
        problems.append(
            f"column '{name}': {day:,} times have their day first and {month:,} their month first; write all the same "
            "way, such as 2024-03-31 14:05."
        )
    elif day_first is None and seen.get("time_split", 0) and not day and not month:
        problems.append(
            f"column '{name}': nothing tells whether 03-04-2024 is in March or in April; pass day_first=True or False."
        )
    aware, naive = seen.get("time_aware", 0), seen.get("time_naive", 0)
    if aware and naive and asked.timezone is None:
        fewer_aware = aware < naive
        test = f"regexp_matches(trim({column}), '{times.AWARE}')"
        faults.append(
            Fault(
                name,
                test if fewer_aware else f"trim({column}) <> '' AND NOT {test}",
                f"{'a time zone is named' if fewer_aware else 'no time zone is named'}, unlike elsewhere,",
                "two clocks are mixed: pass timezone='Europe/Amsterdam', or whichever it is, for those that name none",
                column,
            )
        )
    return times.Clock(asked.timezone, bool(day) if day_first is None else day_first), problems, faults


def time_faults(columns: Columns, clock: times.Clock, asked: Asked) -> list[Fault]:
    """Return why a row's time cannot be used."""
    if TIME not in columns:
        return []
    column, name, kind = columns.sql(TIME), columns.names[TIME], columns.kind(TIME)
    empty = f"{column} IS NULL" + (f" OR trim({column}) = ''" if times.is_text(kind) else "")
    when = times.moment(column, kind, clock)
    last = asked.today + dt.timedelta(days=1)
    return [
        Fault(name, f"({empty})", "there is no time", "fill it in"),
        Fault(
            name,
            f"NOT ({empty}) AND ({when}) IS NULL",
            "what stands there is no time",
            "write 2024-03-31 14:05",
            column,
        ),
        Fault(
            name,
            times.is_skipped(column, kind, clock),
            f"the time does not exist in {clock.zone}, where the clock goes forward then,",
            "they are of another clock, such as UTC: pass timezone='UTC', or whichever it is",
            column,
        ),
        Fault(
            name,
            f"({when}) >= TIMESTAMP '{last + dt.timedelta(days=1)}'",
            f"the time is after today, {asked.today},",
            "correct them, or pass today= if they are right",
            column,
        ),
        Fault(name, f"({when}) < TIMESTAMP '{EARLIEST}'", f"the time is before {EARLIEST}", "correct them", column),
    ]


def channel_faults(columns: Columns) -> list[Fault]:
    """Return why a row's channel cannot be used."""
    if CHANNEL not in columns:
        return []
    column, name = f"CAST({columns.sql(CHANNEL)} AS VARCHAR)", columns.names[CHANNEL]
    return [
        Fault(name, f"coalesce(trim({column}), '') = ''", "there is no channel", "fill in where each was"),
        Fault(
            name, f"contains({column}, '@')", "an e-mail address stands where a channel belongs", "name another column"
        ),
    ]


def settle_channels(connection: Any, draft: str) -> tuple[str, tuple[str, ...], list[Finding]]:
    """Return the SQL of a channel's one spelling, all channels, and what was seen.

    Spellings that differ in capitals or blanks are one channel: two would make everybody who met both omnichannel.
    """
    query = f"SELECT {CHANNEL}, count(*) AS n FROM {draft} WHERE faults = 0 GROUP BY 1 ORDER BY n DESC, 1"
    spelled: dict[str, list[str]] = {}
    for name, _ in fetch(connection, query):
        spelled.setdefault(" ".join(name.casefold().replace("_", " ").replace("-", " ").split()), []).append(name)
    several = [names for names in spelled.values() if len(names) > 1]
    findings = []
    for first, *others in several:
        message = f"{quoted(others)} {'is' if len(others) == 1 else 'are'} read as channel '{first}'."
        findings.append(Finding("channel_spelling", "notes", message, "Write a channel one way.", where=first))
    if len(spelled) > MANY_CHANNELS:
        message = f"There are {len(spelled):,} channels."
        findings.append(
            Finding("many_channels", "warns", message, "Name a column of channels, not of campaigns.", len(spelled))
        )
    whens = "".join(
        f" WHEN '{_escaped(other)}' THEN '{_escaped(first)}'" for first, *others in several for other in others
    )
    channels = tuple(names[0] for names in spelled.values())
    return (f"CASE {CHANNEL}{whens} ELSE {CHANNEL} END" if whens else CHANNEL), channels, findings


def ranges(rows: int) -> list[str]:
    """Return SQL conditions that part the customers into ranges of a few million rows, in their order."""
    parts = max(1, min(MOST_PARTS, -(-rows // PART_ROWS)))
    edges = [ALL_NUMBERS * k // parts for k in range(parts + 1)]
    return [f"{CUSTOMER} BETWEEN {a}::UBIGINT AND {b - 1}::UBIGINT" for a, b in pairwise(edges)]


def clock_word(columns: Columns, seen: Mapping[str, int], asked: Asked) -> str:
    """Return ``UTC`` where times are in UTC, ``as written`` where no zone is known."""
    kind = columns.kind(TIME)
    aware = times.is_aware(columns.sql(TIME), kind) == "true" or (
        seen.get("time_aware", 0) and not seen.get("time_naive")
    )
    return "UTC" if aware or asked.timezone else "as written"


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def left_out(told: list[str], count: int) -> list[Finding]:
    """Return the finding on rows that were left out, as the caller asked."""
    if not told:
        return []
    return [Finding("left_out", "warns", f"{counted(count, 'row')} left out: {' '.join(told)}", "", count)]
