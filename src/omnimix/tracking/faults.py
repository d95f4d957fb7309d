"""Rows that cannot be used: why, how many, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omnimix.data.phrases import listed, row_list
from omnimix.tracking.engine import fetch
from omnimix.tracking.identity import without_addresses
from omnimix.tracking.sources import FILE, Source

SHOWN = 5  # rows that are named


@dataclass(frozen=True)
class Fault:
    """One reason for which a row cannot be used.

    Attributes:
        column: as the source names it.
        test: the SQL that is true for such a row of the source.
        rule: what is wrong, before "in 12 rows".
        remedy: what to do.
        shown: the SQL of the cell that is quoted, empty where it may hold something personal.
    """

    column: str
    test: str
    rule: str
    remedy: str
    shown: str = ""


def counted(count: float, noun: str) -> str:
    """Write how many of something.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count:,.0f} {noun}{'' if count == 1 else 's'}"


def bits(faults: Sequence[Fault]) -> str:
    """Return the SQL of all faults of a row as one number, a bit each."""
    if not faults:
        return "0"
    return " + ".join(
        f"CASE WHEN coalesce({fault.test}, false) THEN {1 << k} ELSE 0 END" for k, fault in enumerate(faults)
    )


def located(source: Source, faults: Sequence[Fault], found: int) -> list[str]:
    """Return a sentence on every fault whose bit is in ``found``, with rows and cells."""
    return [_told(source, fault) for k, fault in enumerate(faults) if found >> k & 1]


def _told(source: Source, fault: Fault) -> str:
    file, order = (FILE, f"{FILE}, omnimix_row") if source.files else ("''", "omnimix_row")
    numbered = f"SELECT *, row_number() OVER () + {source.first_row - 1} AS omnimix_row FROM {source.view}"
    if source.files:
        numbered = (
            f"SELECT * REPLACE (omnimix_row - min(omnimix_row) OVER (PARTITION BY {FILE}) + {source.first_row} "
            f"AS omnimix_row) FROM ({numbered})"
        )
    cell = f"CAST({fault.shown} AS VARCHAR)" if fault.shown else "''"
    query = (
        f"SELECT count(*), list({{'file': {file}, 'row': omnimix_row, 'cell': {cell}}} ORDER BY {order})[:{SHOWN}] "
        f"FROM ({numbered}) WHERE {fault.test}"
    )
    (count, examples), *_ = fetch(source.connection, query)
    rows = [e["row"] for e in examples]
    if source.files:
        names = [f"{e['file'].rsplit('/', 1)[-1]} row {e['row']}" for e in examples]
        where = listed(names) + (f" and {count - len(names):,} more" if count > len(names) else "")
    else:
        where = row_list(rows) + (f" and {count - len(rows):,} more" if count > len(rows) else "")
    cells = list(dict.fromkeys(without_addresses(e["cell"])[:40] for e in examples if e["cell"]))[:3]
    quoted = f" ({', '.join(repr(c) for c in cells)})" if cells and fault.shown else ""
    many = counted(count, "row")
    return f"column '{without_addresses(fault.column)}': {fault.rule} in {many}{quoted}: {where}; {fault.remedy}."


def unparted(source: Source) -> list[str]:
    """Return a sentence on lines that could not be parted into cells."""
    if not source.rejects:
        return []
    found = fetch(source.connection, f"SELECT line, error_type FROM {source.rejects} ORDER BY line")
    lines = sorted({line for line, _ in found})
    if not lines:
        return []
    return [
        f"{len(lines):,} {'line has' if len(lines) == 1 else 'lines have'} more or fewer cells than the header, or a "
        f"quote that is not closed: {row_list(lines[:SHOWN])}"
        + (f" and {len(lines) - SHOWN:,} more" if len(lines) > SHOWN else "")
        + "; correct these lines."
    ]
