"""The door for orders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from omnimix.arguments import checked
from omnimix.data.phrases import refusal
from omnimix.tracking import times
from omnimix.tracking.columns import Columns, match_columns
from omnimix.tracking.consent import consent_fault, consents
from omnimix.tracking.engine import Store
from omnimix.tracking.faults import bits, located, unparted
from omnimix.tracking.identity import named, person, require_key, token
from omnimix.tracking.orders import Orders
from omnimix.tracking.reading import (
    CHANNEL,
    CUSTOMER,
    REVENUE,
    TIME,
    Asked,
    Unusable,
    channel_faults,
    clock_of,
    clock_word,
    left_out,
    time_faults,
    traits,
)
from omnimix.tracking.remarks import remarks
from omnimix.tracking.revenue import CURRENCY, Money, money_of, revenue_traits
from omnimix.tracking.settle import Settled, settle_orders
from omnimix.tracking.sources import FILE, Source, opened

ORDER, CONSENT = "order", "consent"


@checked
def read_orders(  # noqa: PLR0913
    source: Any,
    *,
    customer: str = CUSTOMER,
    time: str = TIME,
    channel: str = CHANNEL,
    revenue: str = REVENUE,
    order: str | None = None,
    consent: str | None = None,
    currency: str = "",
    key: str | bytes | None = None,
    timezone: str | None = None,
    day_first: bool | None = None,
    decimal: str | None = None,
    unusable: Unusable = "refuse",
    today: dt.date | None = None,
    table: str | None = None,
    progress: bool = False,
) -> Orders:
    """Read who bought when, in which place and for how much, from files of any size, a frame, or DuckDB.

    Returns (revenue below 0) are netted with what their customer bought and count as no order. An order without a
    customer is a guest's. Rows of one order (by ``order``, else of one customer at one moment in one place) are one
    order. A row that stands there twice counts once, with a finding.

    Args:
        source: path of a csv or parquet file or a folder of them, of a DuckDB file; a pandas, polars or pyarrow frame;
            a DuckDB relation; or your own DuckDB connection, in which the work is done then (in temporary tables).
        customer: column of who bought; an empty cell is a guest.
        time: column of when.
        channel: column of where: the shop, the web, the app.
        revenue: column of what was paid, in units of one currency; or the margin, if value is to be margin.
        order: column of the number of the order, where an order has several rows.
        consent: column of whether the customer may be approached; what was stated last counts.
        currency: code such as ``"EUR"``, where the source names none; a column `currency` is read where there is one.
        key: of HMAC-SHA256, at least 16 bytes, by which customers are told apart; the same as for the touches.
        timezone: of times that name none, such as ``"Europe/Amsterdam"``.
        day_first: whether the day stands before the month, where the times do not show it.
        decimal: the decimal mark of written amounts, where they do not show it.
        unusable: ``"refuse"`` rows that cannot be used, or ``"leave_out"``, with a finding.
        today: after this day there can be no order; the day of the reading if not given.
        table: which table of a DuckDB file or connection.
        progress: whether to show a bar.

    Raises :class:`DataError` with everything that is wrong at once, and :class:`OmnimixError` where DuckDB is not
    installed. No identifier of a customer is in a message; an e-mail address is never stored.

    >>> import pandas as pd
    >>> bought = pd.DataFrame({"customer": [7, 7, 8, None], "channel": ["store", "web", "web", "store"],
    ...     "time": pd.to_datetime(["2024-03-01 20:00", "2024-03-02 09:00", "2024-03-02 10:00", "2024-03-03 11:00"]),
    ...     "revenue": [20.0, 35.0, 15.0, 5.0]})
    >>> read_orders(bought).match_rate
    0.75
    """
    secret = require_key(key)
    asked = Asked(timezone, day_first, today or dt.datetime.now(dt.UTC).date(), unusable)
    with opened(source, table=table) as rows:
        wanted = {CUSTOMER: customer, TIME: time, CHANNEL: channel, REVENUE: revenue}
        columns = match_columns(rows, wanted, {ORDER: order, CONSENT: consent, CURRENCY: None})
        seen = traits(rows, columns, revenue_traits(columns))
        clock, problems, faults = clock_of(seen, columns, asked)
        money = money_of(rows, columns, seen, currency, decimal)
        faults = [*faults, *time_faults(columns, clock, asked), *channel_faults(columns), *money.faults]
        faults += consent_fault(columns, CONSENT)
        draft = _draft(rows, columns, clock, money, bits(faults), secret)
        marks = dict(draft.rows("SELECT faults, count(*) FROM {table} GROUP BY 1"))
        found = 0
        for mark in marks:
            found |= mark
        told = located(rows, faults, found)
        wrong = [*columns.problems, *problems, *money.problems, *unparted(rows)]
        wrong += [] if unusable == "leave_out" else told
        if not seen["rows"]:
            wrong.append("there are no rows.")
        if wrong:
            raise refusal(rows.said, wrong)
        findings = [*rows.notes, *left_out(told, sum(n for mark, n in marks.items() if mark))]
        settled = settle_orders(draft, findings, numbered=ORDER in columns, progress=progress)
        return _record(settled, draft, rows, money.currency, clock_word(columns, seen, asked), secret is not None)


def _draft(rows: Source, columns: Columns, clock: times.Clock, money: Money, faults: str, key: bytes | None) -> Store:
    """Read every row, with a number for what is wrong with it; addresses end here."""
    who = person(columns.sql(CUSTOMER), columns.kind(CUSTOMER)) if CUSTOMER in columns else "CAST(NULL AS VARCHAR)"
    when = times.moment(columns.sql(TIME), columns.kind(TIME), clock) if TIME in columns else "NULL"
    where = named(columns.sql(CHANNEL)) if CHANNEL in columns else "NULL"
    number = f"hash(CAST({columns.sql(ORDER)} AS VARCHAR))" if ORDER in columns else "NULL"
    may = consents(columns.sql(CONSENT), columns.kind(CONSENT)) if CONSENT in columns else "NULL"
    file = f"hash({FILE})" if rows.files else "0"
    whole = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in rows.kinds)
    query = (
        f"SELECT CASE WHEN token IS NULL THEN NULL ELSE hash(token) END AS {CUSTOMER}, * FROM (SELECT "
        f"{token(who, key)} AS token, contains({who}, '@') AS address, CAST({when} AS TIMESTAMP) AS {TIME}, "
        f"CAST({where} AS VARCHAR) AS {CHANNEL}, "
        f"CAST({money.amount} AS DOUBLE) AS {REVENUE}, CAST({number} AS UBIGINT) AS number, CAST({may} AS BOOLEAN) AS "
        f"{CONSENT}, hash({whole}) AS whole, CAST({file} AS UBIGINT) AS file, {faults} AS faults FROM {rows.view})"
    )
    return Store.made(rows.connection, query, "draft")


def _record(orders: Settled, draft: Store, rows: Source, currency: str, clock: str, keyed: bool) -> Orders:
    (count, named, customers, returns, first, last), *_ = orders.store.rows(
        f"SELECT count(*), count({CUSTOMER}), count(DISTINCT {CUSTOMER}), count(*) FILTER ({REVENUE} < 0), "
        f"min({TIME}), max({TIME}) FROM {{table}}"
    )
    if not count:
        raise refusal(rows.said, ["no row can be used."])
    tokens = Store.made(
        draft.connection,
        f"SELECT {CUSTOMER}, any_value(token) AS token, arg_max({CONSENT}, {TIME}) AS {CONSENT} FROM {draft.name} "
        f"WHERE faults = 0 AND {CUSTOMER} IS NOT NULL GROUP BY {CUSTOMER}",
        "tokens",
    )
    seen = remarks(orders.store, currency, keyed=keyed, addresses=orders.addresses)
    return Orders(
        store=orders.store,
        tokens=tokens,
        channels=orders.channels,
        customers=customers,
        rows=count,
        guests=count - named,
        returns=returns,
        first=first,
        last=last,
        clock=clock,
        currency=currency,
        keyed=keyed,
        findings=(*orders.findings, *seen),
    )
