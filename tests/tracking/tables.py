"""Small tables of orders and touches, and the people in them."""

from __future__ import annotations

import pandas as pd

PEOPLE = ("jan.de.vries@example.org", "An.Peeters@Example.com", "kees+actie@voorbeeld.nl")


def orders_table(**columns: list[object]) -> pd.DataFrame:
    """Six orders, of which one is a guest's and one a return; ``columns`` replace or add."""
    table = {
        "customer": ["c1", "c2", "c1", "c3", None, "c2"],
        "time": [f"2024-03-{day:02d} 1{day % 10}:05" for day in (1, 2, 13, 14, 15, 26)],
        "channel": ["store", "web", "web", "store", "store", "web"],
        "revenue": [20.0, 35.5, 12.25, 80.0, 9.99, -35.5],
    }
    return pd.DataFrame({**table, **columns})


def touches_table(**columns: list[object]) -> pd.DataFrame:
    """Five touches, of which one is of nobody."""
    table = {
        "customer": ["c1", "c1", "c2", None, "c3"],
        "time": [f"2024-02-{day:02d} 09:30" for day in (1, 2, 13, 14, 15)],
        "channel": ["tv", "search", "search", "social", "email"],
    }
    return pd.DataFrame({**table, **columns})
