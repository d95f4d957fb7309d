"""Journeys as plain rows, for JSON."""

from __future__ import annotations

from typing import Any

from omnimix.attribution import Journeys
from omnimix.attribution.credit import METHODS, REMOVAL_EFFECT
from omnimix.labels import CHANNEL
from omnimix.rows.findings import check_rows
from omnimix.rows.table import records

SCHEMA = 1
FIRST = (CHANNEL, "first", "last", "linear", "markov", "shapley")  # the keys that come first, as they always did


def journeys_rows(found: Journeys, language: str = "en") -> dict[str, Any]:
    """Return starts, credit by every method in orders, what it rests on, and sentences as plain rows.

    The credit of every method adds up to ``orders``: the orders that had a touch in the window before them.
    """
    rest = [name for name in (*METHODS, REMOVAL_EFFECT) if name not in FIRST]
    values = [f"value_{name}" for name in METHODS]
    return {
        "schema": SCHEMA,
        "window": found.rules.window,
        "orders": found.orders,
        "value": found.value,
        "all_orders": found.all_orders,
        "journeys": found.journeys,
        "touches": found.touches,
        "starts": records(found.starts),
        "credit": records(found.credit, [*FIRST, *rest, *values]),
        "lengths": records(found.lengths),
        "days": records(found.days),
        "robustness": records(found.robustness),
        "sentences": found.sentences(language),
        **check_rows(found.findings),
    }
