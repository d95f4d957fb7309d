"""Orders: who bought when, in which place, for how much. The record, with what stands in its table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from omnimix import notebook, words
from omnimix.findings import Finding
from omnimix.tracking.engine import Store


@dataclass(frozen=True, eq=False, repr=False)
class Orders:
    """Orders of customers, in a table of DuckDB.

    Attributes:
        store: the table, sorted by customer and time: `customer` (a number that stands for a person, the same in
            touches that were read with the same key; NULL for a guest), `time` (UTC, or as written where no zone is
            known), `channel` (the place), `revenue` (below 0 for a return).
        tokens: a table of `customer`, `token` (what stands for a person outside: HMAC-SHA256 with the key) and
            `consent` (as last stated, NULL where it was not).
        channels: the places, most orders first.
        customers: how many are named.
        rows: orders and returns.
        guests: orders of nobody who is named.
        returns: how many are below 0.
        first: the first moment.
        last: the last moment.
        clock: ``"UTC"``, or ``"as written"`` where no zone is known.
        currency: of revenue, empty where none is named.
        keyed: whether customers were hashed with a key.
        findings: what was seen when it was read.
    """

    store: Store
    tokens: Store
    channels: tuple[str, ...]
    customers: int
    rows: int
    guests: int
    returns: int
    first: dt.datetime
    last: dt.datetime
    clock: str
    currency: str
    keyed: bool
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return self.rows

    @property
    def match_rate(self) -> float:
        """Share of the orders that are of a customer who is named, returns not counted."""
        (named, every), *_ = self.store.rows(
            "SELECT count(*) FILTER (customer IS NOT NULL), count(*) FROM {table} WHERE revenue >= 0"
        )
        return float(named / every) if every else 0.0

    def frame(self) -> Any:
        """Return all orders as a pandas frame; of many millions, ask ``store`` instead."""
        return self.store.frame()

    def __repr__(self) -> str:
        return "\n".join([self._title, *(f"{f.severity}: {f.message} {f.remedy}".rstrip() for f in self.findings)])

    def _repr_html_(self) -> str:
        return notebook.card(self._title, notebook.findings(self.findings))

    @property
    def _title(self) -> str:
        return (
            f"Orders: {words.exact(self.rows)} of {words.exact(self.customers)} customers in {len(self.channels)} "
            f"places, {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}"
        )
