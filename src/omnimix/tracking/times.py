"""How times are written, and the SQL that reads them: zones, day before month, seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass

AWARE = r"^\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d{2}.*([zZ]|UTC|[+-]\d{2}(:?\d{2})?)$"
SPLIT = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M:%S %p", " %I:%M %p", ", %H:%M", "T%H:%M:%S")
OTHERS = ("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y")
MOST_SECONDS = 100_000_000_000  # a number above it counts thousandths


@dataclass(frozen=True)
class Clock:
    """How the times of a source are read.

    Attributes:
        zone: of times that name none, ``None`` where they are left as they are written.
        day_first: whether 03-04-2024 is the third of April.
    """

    zone: str | None = None
    day_first: bool = True


def is_text(kind: str) -> bool:
    """Tell whether a column holds texts."""
    return kind == "VARCHAR"


def traits(column: str) -> dict[str, str]:
    """Return the SQL of what has to be known before texts can be read, each a count of rows."""
    text = f"trim({column})"
    first, second = (f"CAST(regexp_extract({text}, '{SPLIT}', {k}) AS INTEGER)" for k in (1, 2))
    split = f"regexp_matches({text}, '{SPLIT}')"
    return {
        "aware": f"count(*) FILTER (regexp_matches({text}, '{AWARE}'))",
        "naive": f"count(*) FILTER ({text} <> '' AND NOT regexp_matches({text}, '{AWARE}'))",
        "split": f"count(*) FILTER ({split})",
        "day_first": f"count(*) FILTER (CASE WHEN {split} THEN {first} > 12 ELSE false END)",
        "month_first": f"count(*) FILTER (CASE WHEN {split} THEN {second} > 12 ELSE false END)",
    }


def is_aware(column: str, kind: str) -> str:
    """Return the SQL of whether a time names its zone."""
    if is_text(kind):
        return f"regexp_matches(trim({column}), '{AWARE}')"
    return "true" if "WITH TIME ZONE" in kind or _is_number(kind) else "false"


def moment(column: str, kind: str, clock: Clock) -> str:
    """Return the SQL of a moment: in UTC where its zone is known, else as it is written; NULL where it is unread."""
    if "WITH TIME ZONE" in kind:
        return f"timezone('UTC', {column})"
    if _is_number(kind):
        seconds = f"CAST({column} AS DOUBLE)"
        return (
            f"CASE WHEN isfinite({seconds}) AND abs({seconds}) < 1e15 THEN make_timestamp(CAST({seconds} * "
            f"CASE WHEN abs({seconds}) > {MOST_SECONDS} THEN 1000 ELSE 1000000 END AS BIGINT)) END"
        )
    if not is_text(kind):
        return _in_utc(f"TRY_CAST({column} AS TIMESTAMP)", clock)
    text = f"trim({column})"
    days = ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y") if clock.day_first else ("%m-%d-%Y", "%m/%d/%Y", "%m.%d.%Y")
    formats = ", ".join(f"'{d}{c}'" for d in (*days, *OTHERS) for c in CLOCKS)
    naive = f"coalesce(TRY_CAST({text} AS TIMESTAMP), try_strptime({text}, [{formats}]))"
    return (
        f"CASE WHEN regexp_matches({text}, '{AWARE}') THEN timezone('UTC', TRY_CAST({text} AS TIMESTAMPTZ)) "
        f"WHEN regexp_matches({text}, '^\\d{{10}}$') THEN make_timestamp(CAST({text} AS BIGINT) * 1000000) "
        f"WHEN regexp_matches({text}, '^\\d{{13}}$') THEN make_timestamp(CAST({text} AS BIGINT) * 1000) "
        f"ELSE {_in_utc(naive, clock)} END"
    )


def is_skipped(column: str, kind: str, clock: Clock) -> str:
    """Return the SQL of whether a time does not exist in the zone: of the hour that is passed over in spring."""
    if clock.zone is None or is_aware(column, kind) == "true":
        return "false"
    written = moment(column, kind, Clock(None, clock.day_first))
    again = f"timezone('{clock.zone}', timezone('{clock.zone}', {written}))"
    skipped = f"{again} <> {written} AND {written} <> date_trunc('day', {written})"  # a day alone names no hour
    if not is_text(kind):
        return skipped
    return f"NOT regexp_matches(trim({column}), '{AWARE}|^\\d{{10}}$|^\\d{{13}}$') AND {skipped}"


def _in_utc(naive: str, clock: Clock) -> str:
    return naive if clock.zone is None else f"timezone('UTC', timezone('{clock.zone}', {naive}))"


def _is_number(kind: str) -> bool:
    return kind in ("BIGINT", "UBIGINT", "HUGEINT", "INTEGER", "UINTEGER", "DOUBLE", "FLOAT") or kind.startswith(
        "DECIMAL"
    )
