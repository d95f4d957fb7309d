"""A table as plain rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from omnimix.words import ValueUnit

type Row = dict[str, Any]


def records(table: pd.DataFrame, keys: Iterable[str] | None = None) -> list[Row]:
    """Return the rows of a table, of some columns in their order where these are given.

    >>> records(pd.DataFrame({"channel": ["tv"], "mean": [1.0]}), ["mean"])
    [{'mean': 1.0}]
    """
    chosen = table if keys is None else table[list(keys)]
    return [{str(k): v for k, v in row.items()} for row in chosen.to_dict("records")]


def value_rows(unit: ValueUnit) -> Row:
    """Return what value and returns of the rows beside it are counted in.

    >>> value_rows(ValueUnit("EUR", ("signups",)))
    {'counted_in': 'signups', 'unit': 'signups per EUR'}
    """
    return {"counted_in": unit.name(), "unit": unit.per_money()}


def by_label(table: pd.DataFrame, label: str) -> dict[str, Row]:
    """Return the rows of a table by one label.

    >>> by_label(pd.DataFrame({"channel": ["tv"], "mean": [1.0]}), "channel")["tv"]["mean"]
    1.0
    """
    return {str(row[label]): row for row in records(table)}
