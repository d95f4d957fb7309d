"""Customers who take a second place into use, and those who might have: what each bought before and after.

An *event* is an order of a customer: the first one in a second place (an adoption), or any order of somebody who until
then had bought in one place only (a candidate to be compared with). The order itself is left out of both, because an
adopter was chosen for having it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from omnimix.tracking.engine import Store
from omnimix.tracking.orders import Orders

DAY = 86_400
LONGEST_BEFORE, LONGEST_AFTER = 364, 182  # days that are looked at
SHORTEST_BEFORE = 56
GAP = 56  # days before the event that are left out: who already goes to both places is seen there only some time later
BACK = 2  # orders before the event that are left out at least, for the same reason
BLOCK = 28  # days of a row of the event study
MOST_ADOPTERS, MOST_CANDIDATES = 5_000, 100_000  # drawn by chance where there are more


@dataclass(frozen=True)
class Windows:
    """How many days before and after an event are looked at.

    Attributes:
        before: days of the baseline at most.
        least_before: days of the baseline at least.
        gap: days between the baseline and the event.
        after: days afterwards at most; half of them are needed.
    """

    before: int
    least_before: int
    gap: int
    after: int

    @classmethod
    def of(cls, days: float) -> Windows:
        """Return windows that leave room in so many days of data.

        >>> Windows.of(728)
        Windows(before=364, least_before=56, gap=56, after=182)
        """
        after = int(np.clip(days / 4, BLOCK, LONGEST_AFTER) // 7 * 7)
        gap = int(np.clip(days / 13, 7, GAP) // 7 * 7)
        return cls(LONGEST_BEFORE, min(SHORTEST_BEFORE, after // 14 * 14), gap, after)


def placed(orders: Orders, places: Mapping[str, str] | None) -> str:
    """Return the SQL of all orders of customers with the place of each channel."""
    cases = "".join(f" WHEN '{_escaped(c)}' THEN '{_escaped(p)}'" for c, p in (places or {}).items())
    place = f"CASE channel{cases} ELSE channel END" if cases else "channel"
    return f"(SELECT customer, time, {place} AS place, revenue FROM {orders.store.name} WHERE customer IS NOT NULL)"


def histories(orders: Orders, source: str) -> Store:
    """Make one row a customer: ``first`` order, ``home`` place, when they ``adopt`` a second, ``places, n, value``."""
    return Store.made(
        orders.store.connection,
        f"""WITH by_place AS (SELECT customer, place, min(time) AS begins, count(*) AS n FROM {source}
                WHERE revenue >= 0 GROUP BY customer, place),
            money AS (SELECT customer, sum(revenue) AS value, max(time) AS last FROM {source} GROUP BY customer)
        SELECT customer, min(begins) AS first, arg_min(place, begins) AS home, count(*)::INTEGER AS places,
            CASE WHEN count(*) > 1 THEN list_sort(list(begins))[2] END AS adopts, sum(n)::BIGINT AS n,
            any_value(value) AS value, any_value(last) AS last
        FROM by_place JOIN money USING (customer) GROUP BY customer""",
        "histories",
    )


def events(orders: Orders, source: str, history: Store, windows: Windows, seed: int) -> pd.DataFrame:
    """Return adoptions and candidates with what was bought around each.

    One row an event: ``adopter``, ``customer``, ``when`` (days since the first order of all), ``home``, ``before`` and
    ``after`` (days looked at), ``total`` (events of its kind, of which these were drawn). Orders are ``n``, revenue is
    ``v``: in even and odd weeks of the baseline (``n_0, n_1``), afterwards up to an adoption of their own (``n_own``)
    and beyond it (``n_other``); ``b_k`` are orders in block ``k`` of four weeks, counted from the event.
    """
    start, end = orders.first, orders.last
    room = windows.gap + windows.least_before
    edges = (
        f"e.time >= h.first + INTERVAL {room} DAY AND e.time >= TIMESTAMP '{start}' + INTERVAL {room} DAY "
        f"AND e.time <= TIMESTAMP '{end}' - INTERVAL {windows.after // 2} DAY"
    )
    both = "h.customer, e.time, h.first, h.home, h.adopts, count(*) OVER () AS total"
    adopters = f"{history.name} h, LATERAL (SELECT h.adopts AS time) e WHERE h.adopts IS NOT NULL AND {edges}"
    candidates = f"{source} e JOIN {history.name} h USING (customer) WHERE e.revenue >= 0 AND {edges}"
    chosen = Store.made(
        orders.store.connection,
        f"""WITH adopters AS (SELECT {both}, true AS adopter FROM {adopters}
                ORDER BY hash(h.customer, {seed}) LIMIT {MOST_ADOPTERS}),
            candidates AS (SELECT {both}, false AS adopter FROM {candidates} AND (h.adopts IS NULL OR e.time < h.adopts)
                ORDER BY hash(h.customer, e.time, {seed}) LIMIT {MOST_CANDIDATES}),
            every AS (SELECT row_number() OVER (ORDER BY adopter DESC, customer, time) AS event, *
                FROM (SELECT * FROM adopters UNION ALL SELECT * FROM candidates)),
            backward AS (SELECT e.event, max(o.time, {BACK})[{BACK}] AS back FROM every e JOIN {source} o
                ON o.customer = e.customer AND o.time < e.time AND o.revenue >= 0 GROUP BY e.event),
            ended AS (SELECT e.*, least(e.time - INTERVAL {windows.gap} DAY, b.back) AS until
                FROM every e JOIN backward b USING (event) WHERE b.back IS NOT NULL)
        SELECT *, least({windows.before}, date_diff('second', first, until) / {DAY}) // 14 * 14 AS before,
            least({windows.after}, date_diff('second', time, TIMESTAMP '{end}') / {DAY}) AS after
        FROM ended WHERE until >= first + INTERVAL {windows.least_before} DAY""",
        "events",
    )
    return _around(chosen, source, windows, start)


def _around(chosen: Store, source: str, windows: Windows, start: Any) -> pd.DataFrame:
    days = f"date_diff('second', e.time, o.time) / {DAY}"
    past = f"date_diff('second', o.time, e.until) / {DAY}"
    baseline = f"o.time < e.until AND {past} < e.before AND o.time > e.first"
    later = f"o.time > e.time AND {days} <= e.after"
    own = "(e.adopts IS NULL OR o.time <= e.adopts OR e.adopter)"
    sums = []
    for half in (0, 1):
        test = f"{baseline} AND (floor({past} / 7)::INTEGER % 2) = {half}"
        sums += [f"count(*) FILTER ({test} AND o.revenue >= 0) AS n_{half}", _sum(test, f"v_{half}")]
    for name, test in (("own", f"{later} AND {own}"), ("other", f"{later} AND NOT {own}")):
        sums += [f"count(*) FILTER ({test} AND o.revenue >= 0) AS n_{name}", _sum(test, f"v_{name}")]
    first, last = -((windows.gap + windows.least_before) // BLOCK), windows.after // BLOCK
    for block in range(first, last):
        test = f"floor({days} / {BLOCK}) = {block} AND o.time <> e.time AND o.time > e.first AND o.revenue >= 0"
        sums.append(f'count(*) FILTER ({test}) AS "b_{block}"')
    told = {name: f"any_value(e.{name})" for name in ("adopter", "customer", "home")}
    told |= {"when": f"any_value(date_diff('second', TIMESTAMP '{start}', e.time) / {DAY})"}
    told |= {name: f"any_value(e.{name})::DOUBLE" for name in ("before", "after", "total")}
    heads = ", ".join(f"{sql} AS {name}" for name, sql in told.items())
    found: pd.DataFrame = chosen.frame(
        f"""SELECT e.event, {heads}, {", ".join(sums)} FROM {{table}} e LEFT JOIN {source} o
            ON o.customer = e.customer AND o.time > e.until - INTERVAL {windows.before + 1} DAY
            AND o.time <= e.time + INTERVAL {windows.after + 1} DAY
        GROUP BY e.event ORDER BY e.event"""
    )
    return found


def _sum(test: str, name: str) -> str:
    return f"coalesce(sum(o.revenue) FILTER ({test}), 0) AS {name}"


def _escaped(text: str) -> str:
    return text.replace("'", "''")
