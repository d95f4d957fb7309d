"""Touches: who was met when, by which channel. The door, and the record that it gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.data.phrases import refusal
from omnimix.findings import Finding
from omnimix.progress import bar
from omnimix.tracking import times
from omnimix.tracking.columns import Columns, match_columns
from omnimix.tracking.engine import Store, run
from omnimix.tracking.faults import bits, located, unparted
from omnimix.tracking.identity import named, person, require_key, token
from omnimix.tracking.reading import (
    CHANNEL,
    CUSTOMER,
    TIME,
    Asked,
    Unusable,
    channel_faults,
    clock_of,
    clock_word,
    left_out,
    ranges,
    settle_channels,
    time_faults,
    traits,
)
from omnimix.tracking.sources import Source, opened

KIND = "kind"


@dataclass(frozen=True, eq=False, repr=False)
class Touches:
    """Touches of customers, in a table of DuckDB.

    Attributes:
        store: the table, sorted by customer and time: `customer` (a number that stands for a person, the same in
            orders that were read with the same key), `time` (UTC, or as written where no zone is known), `channel`,
            `kind` (such as click or view; NULL where the source has none).
        channels: the channels, most touches first.
        customers: how many there are.
        rows: touches of customers.
        anonymous: touches of nobody who is named; they are not in the table.
        first: the first moment.
        last: the last moment.
        clock: ``"UTC"``, or ``"as written"`` where no zone is known.
        findings: what was seen when it was read.
    """

    store: Store
    channels: tuple[str, ...]
    customers: int
    rows: int
    anonymous: int
    first: dt.datetime
    last: dt.datetime
    clock: str
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return self.rows

    def frame(self) -> Any:
        """Return all touches as a pandas frame; of many millions, ask ``store`` instead."""
        return self.store.frame()

    def __repr__(self) -> str:
        return "\n".join([self._title, *(f"{f.severity}: {f.message} {f.remedy}".rstrip() for f in self.findings)])

    def _repr_html_(self) -> str:
        return notebook.card(self._title, notebook.findings(self.findings))

    @property
    def _title(self) -> str:
        return (
            f"Touches: {words.exact(self.rows)} of {words.exact(self.customers)} customers in {len(self.channels)} "
            f"channels, {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}"
        )


@checked
def read_touches(  # noqa: PLR0913
    source: Any,
    *,
    customer: str = CUSTOMER,
    time: str = TIME,
    channel: str = CHANNEL,
    kind: str | None = None,
    key: str | bytes | None = None,
    timezone: str | None = None,
    day_first: bool | None = None,
    bot_rate: int | None = 1000,
    unusable: Unusable = "refuse",
    today: dt.date | None = None,
    table: str | None = None,
    progress: bool = False,
) -> Touches:
    """Read who was met when, by which channel, from files of any size, a frame, or DuckDB.

    Args:
        source: path of a csv or parquet file or a folder of them, of a DuckDB file; a pandas, polars or pyarrow frame;
            a DuckDB relation; or your own DuckDB connection, in which the work is done then (in temporary tables).
        customer: column of who it was; an empty cell is nobody who is named.
        time: column of when.
        channel: column of which channel.
        kind: column of what kind of touch; a column `kind` is taken where there is one.
        key: of HMAC-SHA256, at least 16 bytes, by which customers are told apart; the same as for the orders.
        timezone: of times that name none, such as ``"Europe/Amsterdam"``.
        day_first: whether the day stands before the month, where the times do not show it.
        bot_rate: touches a day above which somebody is no person and left out, with a finding; ``None`` keeps all.
        unusable: ``"refuse"`` rows that cannot be used, or ``"leave_out"``, with a finding.
        today: after this day there can be no touch; the day of the reading if not given.
        table: which table of a DuckDB file or connection.
        progress: whether to show a bar.

    Raises :class:`DataError` with everything that is wrong at once, and :class:`OmnimixError` where DuckDB is not
    installed. No identifier of a customer is in a message, and none is stored.

    >>> import pandas as pd
    >>> seen = pd.DataFrame({"customer": [7, 7, 8], "channel": ["tv", "search", "search"],
    ...     "time": pd.to_datetime(["2024-03-01 20:00", "2024-03-02 09:00", "2024-03-02 10:00"])})
    >>> read_touches(seen)
    Touches: 3 of 2 customers in 2 channels, 2024-03-01 to 2024-03-02
    """
    secret = require_key(key)
    asked = Asked(timezone, day_first, today or dt.datetime.now(dt.UTC).date(), unusable)
    with opened(source, table=table) as rows:
        columns = match_columns(rows, {CUSTOMER: customer, TIME: time, CHANNEL: channel}, {KIND: kind})
        seen = traits(rows, columns, {})
        clock, problems, faults = clock_of(seen, columns, asked)
        faults = [*faults, *time_faults(columns, clock, asked), *channel_faults(columns)]
        draft = _draft(rows, columns, clock, bits(faults), secret)
        marks = dict(draft.rows("SELECT faults, count(*) FROM {table} GROUP BY 1"))
        found = 0
        for mark in marks:
            found |= mark
        told = located(rows, faults, found)
        wrong = [*columns.problems, *problems, *unparted(rows), *([] if unusable == "leave_out" else told)]
        if not seen["rows"]:
            wrong.append("there are no rows.")
        if wrong:
            raise refusal(rows.said, wrong)
        findings = [*rows.notes, *left_out(told, sum(n for mark, n in marks.items() if mark))]
        return _sorted(draft, rows, bot_rate, findings, clock_word(columns, seen, asked), progress)


def _draft(rows: Source, columns: Columns, clock: times.Clock, faults: str, key: bytes | None) -> Store:
    who = "NULL"
    if CUSTOMER in columns:
        who = f"hash({token(person(columns.sql(CUSTOMER), columns.kind(CUSTOMER)), key)})"
        who = f"CASE WHEN ({person(columns.sql(CUSTOMER), columns.kind(CUSTOMER))}) IS NULL THEN NULL ELSE {who} END"
    when = times.moment(columns.sql(TIME), columns.kind(TIME), clock) if TIME in columns else "NULL"
    where = named(columns.sql(CHANNEL)) if CHANNEL in columns else "NULL"
    what = named(columns.sql(KIND)) if KIND in columns else "NULL"
    query = (
        f"SELECT CAST({who} AS UBIGINT) AS {CUSTOMER}, CAST({when} AS TIMESTAMP) AS {TIME}, "
        f"CAST({where} AS VARCHAR) AS {CHANNEL}, CAST({what} AS VARCHAR) AS {KIND}, {faults} AS faults FROM {rows.view}"
    )
    return Store.made(rows.connection, query, "draft")


def _sorted(
    draft: Store, rows: Source, bot_rate: int | None, findings: list[Finding], clock: str, progress: bool
) -> Touches:
    """Sort touches by customer and time, part by part, each once."""
    spelling, channels, seen = settle_channels(draft.connection, draft.name)
    findings = [*findings, *seen]
    bots, found = _bots(draft, bot_rate)
    kept = f"faults = 0 AND {CUSTOMER} IS NOT NULL" + (
        f" AND {CUSTOMER} NOT IN (SELECT {CUSTOMER} FROM {bots.name})" if bots else ""
    )
    (usable, named, kept_rows), *_ = draft.rows(
        f"SELECT count(*) FILTER (faults = 0), count(*) FILTER (faults = 0 AND {CUSTOMER} IS NOT NULL), "
        f"count(*) FILTER ({kept}) FROM {{table}}"
    )
    empty = f"SELECT {CUSTOMER}, {TIME}, {CHANNEL}, {KIND} FROM {draft.name} LIMIT 0"
    store = Store.made(draft.connection, empty, "touches")
    parts = ranges(kept_rows)
    with bar("Sorting touches", len(parts), progress) as advance:
        for part in parts:
            run(
                draft.connection,
                f"INSERT INTO {store.name} SELECT DISTINCT {CUSTOMER}, {TIME}, {spelling} AS {CHANNEL}, {KIND} "
                f"FROM {draft.name} WHERE {kept} AND {part} ORDER BY {CUSTOMER}, {TIME}, {CHANNEL}, {KIND}",
            )
            if advance:
                advance()
    (count, customers, first, last), *_ = store.rows(
        f"SELECT count(*), count(DISTINCT {CUSTOMER}), min({TIME}), max({TIME}) FROM {{table}}"
    )
    if not count:
        raise refusal(rows.said, ["no touch is of a customer who is named; nothing can be followed."])
    findings += found
    if usable > named:
        message = f"{usable - named:,} of {usable:,} touches are of nobody who is named; no path can be followed there."
        findings.append(Finding("anonymous", "notes", message, "", (usable - named) / usable))
    if kept_rows > count:
        message = f"{kept_rows - count:,} times a touch stood there again; each counts once."
        findings.append(Finding("duplicates", "warns", message, "Look whether exports overlap.", kept_rows - count))
    return Touches(store, channels, customers, count, usable - named, first, last, clock, tuple(findings))


def _bots(draft: Store, rate: int | None) -> tuple[Store | None, list[Finding]]:
    """Return those who are met more often in a day than a person is."""
    if rate is None:
        return None, []
    named = f"FROM {draft.name} WHERE faults = 0 AND {CUSTOMER} IS NOT NULL"
    busy = f"SELECT {CUSTOMER} {named} GROUP BY 1 HAVING count(*) > {rate}"
    found = Store.made(
        draft.connection,
        f"SELECT DISTINCT {CUSTOMER} FROM (SELECT {CUSTOMER} {named} AND {CUSTOMER} IN ({busy}) "
        f"GROUP BY {CUSTOMER}, date_trunc('day', {TIME}) HAVING count(*) > {rate})",
        "bots",
    )
    (count, touches), *_ = draft.rows(
        f"SELECT count(DISTINCT {CUSTOMER}), count(*) FROM {{table}} "
        f"WHERE {CUSTOMER} IN (SELECT {CUSTOMER} FROM {found.name})"
    )
    if not count:
        return None, []
    message = (
        f"{count:,} {'customer' if count == 1 else 'customers'} with more than {rate:,} touches in a day cannot be "
        f"people; their {touches:,} touches are left out."
    )
    return found, [Finding("bots", "warns", message, "Pass bot_rate=None to keep them.", cast(float, count))]
