"""Rows become orders: what stands there twice counts once, rows of one order are one, sorted by customer and time."""

from __future__ import annotations

from dataclasses import dataclass

from omnimix.findings import Finding
from omnimix.progress import bar
from omnimix.tracking.engine import Store, run
from omnimix.tracking.faults import counted
from omnimix.tracking.reading import CHANNEL, CUSTOMER, REVENUE, TIME, ranges, settle_channels

DOUBLED = 0.2  # share of rows that stand there twice from which an export was loaded twice


@dataclass(frozen=True)
class Settled:
    """Orders, their places, and what was seen on the way.

    Attributes:
        store: one row an order: customer, time, channel, revenue.
        channels: places, most rows first.
        addresses: customers who are named by an e-mail address.
        findings: what was seen.
    """

    store: Store
    channels: tuple[str, ...]
    addresses: int
    findings: tuple[Finding, ...]


def settle_orders(draft: Store, before: list[Finding], *, numbered: bool, progress: bool) -> Settled:
    """Make orders of rows.

    Args:
        draft: rows as they were read.
        before: what was seen until now.
        numbered: whether orders have numbers.
        progress: whether to show a bar.
    """
    spelling, channels, spelled = settle_channels(draft.connection, draft.name)
    (count, addresses, clocks), *_ = draft.rows(
        f"SELECT count(*), count(DISTINCT {CUSTOMER}) FILTER (address), count(*) FILTER (minute({TIME}) <> 0 OR "
        f"second({TIME}) <> 0) FROM {{table}} WHERE faults = 0"
    )
    dated = not clocks
    once, twice = _twice(draft, count, dated=dated and not numbered)
    if numbered:
        same = "number"
    else:  # by the moment; a guest, or a day without a clock, does not tell one order from another
        same = "row_number() OVER ()" if dated else f"CASE WHEN {CUSTOMER} IS NULL THEN row_number() OVER () END"
    moment = "NULL" if numbered or dated else TIME
    unique = "QUALIFY row_number() OVER (PARTITION BY whole ORDER BY file) = 1" if once else ""
    store = Store.made(
        draft.connection, f"SELECT {CUSTOMER}, {TIME}, {CHANNEL}, {REVENUE} FROM {draft.name} LIMIT 0", "orders"
    )
    parts = [*ranges(count), f"{CUSTOMER} IS NULL"]
    with bar("Sorting orders", len(parts), progress) as advance:
        for part in parts:
            run(
                draft.connection,
                f"""INSERT INTO {store.name}
                WITH rows_once AS (SELECT * FROM {draft.name} WHERE faults = 0 AND {part} {unique}),
                told AS (SELECT {CUSTOMER}, {TIME}, {spelling} AS {CHANNEL}, {REVENUE}, {same} AS same,
                    {moment} AS moment FROM rows_once)
                SELECT {CUSTOMER}, min({TIME}), {CHANNEL}, sum({REVENUE}) FROM told
                GROUP BY {CUSTOMER}, {CHANNEL}, same, moment ORDER BY 1, 2, 3""",
            )
            if advance:
                advance()
    (made,), *_ = store.rows("SELECT count(*) FROM {table}")
    lines = count - made - (twice[0].figure or 0 if once else 0)
    findings = [*before, *spelled, *twice]
    if lines > 0:
        how = "one number" if numbered else "one customer at one moment in one place"
        message = f"{lines + made:,.0f} rows are {made:,} orders: rows of {how} are one order."
        findings.append(Finding("order_lines", "notes", message, "", made))
    return Settled(store, channels, addresses, tuple(findings))


def _twice(draft: Store, count: int, *, dated: bool) -> tuple[bool, list[Finding]]:
    """Return whether rows that stand there twice count once, and what to say of them."""
    (different, files, crossing), *_ = draft.rows(
        "SELECT count(DISTINCT whole), count(DISTINCT file), 0 FROM {table} WHERE faults = 0"
    )
    twice = count - different
    if not twice:
        return False, []
    if files > 1:
        (crossing,), *_ = draft.rows(
            "SELECT count(*) FROM (SELECT whole FROM {table} WHERE faults = 0 GROUP BY whole "
            "HAVING count(DISTINCT file) > 1)"
        )
    if dated and not crossing and twice < DOUBLED * count:
        message = f"{counted(twice, 'row')} like another in every column, and counted, for these days have no clock."
        remedy = "If they are one order twice, pass order= with the column of its number."
        return False, [Finding("alike", "warns", message, remedy, twice)]
    where = f" ({crossing:,} of them in several files)" if crossing else ""
    message = f"{counted(twice, 'row')} standing there again, the same in every column{where}: each counts once."
    return True, [Finding("duplicates", "warns", message, "Look whether exports overlap.", twice)]
