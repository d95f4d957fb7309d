"""Whether touches and orders can be followed from one to the other; what stands in the way is said at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.tracking import Orders, Touches
from omnimix.tracking.engine import Store
from omnimix.words import percent

MOST_CHANNELS = 100
FEW_MATCH = 0.05  # of customers with an order, below which credit speaks of a few
ALIKE = 0.8  # of two names, from which one may be a slip
NEAR_HOURS = 3  # around an order
LOOKED_AT = 20  # touches near orders, from which their sides are compared


def require_joinable(touches: Touches, orders: Orders, seen: Store, window: int, few: str) -> tuple[Finding, ...]:
    """Return what should be known of touches and orders that are followed.

    Args:
        touches: who was met when.
        orders: who bought when.
        seen: the touches' table in the connection of the orders.
        window: days before an order that count.
        few: condition on customers, of those by whom clocks are compared.

    Raises :class:`DataError` with everything that makes it impossible.
    """
    matched = _matched(orders.store, seen)
    wrong = list(_problems(touches, orders, matched, window))
    if wrong:
        raise DataError(f"journeys: {' '.join(wrong)}")
    return tuple(_findings(touches, orders, seen, matched, few))


def _matched(orders: Store, seen: Store) -> int:
    query = (
        "SELECT count(*) FROM (SELECT DISTINCT customer FROM {table} WHERE customer IS NOT NULL AND revenue >= 0) AS o "
        f"WHERE EXISTS (SELECT 1 FROM {seen.name} AS t WHERE t.customer = o.customer)"
    )
    ((found,),) = orders.rows(query)
    return int(found)


def _problems(touches: Touches, orders: Orders, matched: int, window: int) -> Iterator[str]:
    if touches.clock != orders.clock:
        named, other = ("touches", "orders") if touches.clock == "UTC" else ("orders", "touches")
        yield (
            f"The clocks differ: the times of the {named} are in UTC, those of the {other} name no time zone. Read the "
            f"{other} with timezone='Europe/Amsterdam', or whichever it is."
        )
    if not matched:
        yield (
            f"None of the {touches.customers:,} customers of the touches is among the {orders.customers:,} of the "
            "orders. Both must hold the same kind of identifier, read with the same key; a column that joins card "
            "and web account may be missing."
        )
    if len(touches.channels) > MOST_CHANNELS:
        yield (
            f"There are {len(touches.channels):,} channels and {MOST_CHANNELS} are the most; name a column of "
            "channels, not of campaigns, when you read the touches."
        )
    if touches.first > orders.last:
        yield f"The first touch ({touches.first:%Y-%m-%d}) comes after the last order ({orders.last:%Y-%m-%d})."
    if orders.first > touches.last + dt.timedelta(days=window):
        yield (
            f"The first order ({orders.first:%Y-%m-%d}) comes more than {window} days after the last touch "
            f"({touches.last:%Y-%m-%d})."
        )


def _findings(touches: Touches, orders: Orders, seen: Store, matched: int, few: str) -> Iterator[Finding]:
    share = matched / max(orders.customers, 1)
    if share < FEW_MATCH:
        yield Finding(
            "few_matched",
            "warns",
            f"{matched:,} of {orders.customers:,} customers with an order ({percent(share)}) have a touch.",
            "What follows speaks of these alone; see whether both sides hold the same identifier.",
            share,
        )
    for name, other in _alike(touches.channels):
        yield Finding(
            "channels_alike",
            "warns",
            f"'{name}' and '{other}' count as two channels and may be one.",
            "Write a channel one way.",
            where=name,
        )
    before, after = _sides(orders.store, seen, few)
    if before + after >= LOOKED_AT and after > before:
        yield Finding(
            "touches_after_orders",
            "warns",
            f"{after:,} touches come within {NEAR_HOURS} hours after an order and {before:,} within {NEAR_HOURS} hours "
            "before one.",
            "People are met before they buy: the two clocks may differ by some hours. Compare one order in both.",
            after / (before + after),
        )


def _alike(channels: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield names that differ by a slip; not those that differ by a number."""
    for name, other in combinations(channels, 2):
        plain = ["".join(c for c in text.casefold() if not c.isdigit()) for text in (name, other)]
        if plain[0] != plain[1] and SequenceMatcher(None, plain[0], plain[1]).ratio() >= ALIKE:
            yield name, other


def _sides(orders: Store, seen: Store, few: str) -> tuple[int, int]:
    """Return how many touches come shortly before an order of their customer and how many shortly after one."""
    near = f"INTERVAL {NEAR_HOURS} HOUR"
    bought = "SELECT customer, time FROM {table} WHERE customer IS NOT NULL AND revenue >= 0"
    sides = []
    for order, difference in (("<=", "o.time - t.time"), (">", "t.time - o.time")):
        query = (
            f"SELECT count(*) FROM (SELECT customer, time FROM {seen.name} WHERE {few}) AS t ASOF JOIN ({bought}) AS o "
            f"ON t.customer = o.customer AND t.time {order} o.time WHERE {difference} < {near}"
        )
        ((found,),) = orders.rows(query)
        sides.append(int(found))
    return sides[0], sides[1]
