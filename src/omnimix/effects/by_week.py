"""Tables by week that a verb is given beside a fit: numbers, one row a week, or all that is wrong with them."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from omnimix.labels import WEEK


def by_week(table: pd.DataFrame, wanted: Iterable[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the wanted columns that are there as numbers by week, in the order of the weeks, and what is wrong.

    TRUE and FALSE are 1 and 0, as in a panel. An empty cell stays empty: whether it may is for the caller to say. Where
    the weeks cannot be read no row is returned.

    >>> found, wrong = by_week(pd.DataFrame({"week": ["2024-01-01"], "tv": ["much"]}), ["tv"])
    >>> wrong
    ["`tv` holds the text 'much' in week 2024-01-01, where a number stands"]
    """
    names = [str(c) for c in table.columns]
    known = list(dict.fromkeys(n for n in wanted if n in names))
    twice = [f"there are several columns `{n}`" for n in (WEEK, *known) if names.count(n) > 1]
    frame = table.set_axis(names, axis=1)
    if twice:
        return pd.DataFrame(columns=known), twice
    weeks, wrong = _weeks(frame[WEEK] if WEEK in names else frame.index)
    if wrong:
        return pd.DataFrame(columns=known), wrong
    out = pd.DataFrame(index=weeks)
    for name in known:
        out[name], said = _numbers(name, frame[name], weeks)
        wrong += said
    return out.sort_index(), wrong


def _weeks(stamps: Any) -> tuple[pd.DatetimeIndex, list[str]]:
    """Return the weeks, or none and what is wrong with them; a text is a date as ISO 8601 writes it."""
    none, values = pd.DatetimeIndex([], name=WEEK), pd.Index(stamps)
    if isinstance(values, pd.PeriodIndex):
        values = values.to_timestamp()
    if isinstance(values, pd.MultiIndex) or pd.api.types.is_numeric_dtype(values.dtype):
        return none, [] if not len(values) else ["its weeks are no dates; give them in a column `week` or as its index"]
    try:
        weeks = pd.DatetimeIndex(pd.to_datetime(values, format="ISO8601"), name=WEEK)
    except (TypeError, ValueError, OverflowError):
        return none, ["its weeks are not all dates such as 2024-12-30"]
    if weeks.tz is not None:
        return none, ["its weeks have a time zone; give plain dates"]
    if weeks.isna().any():
        return none, ["a row has no week"]
    twice = weeks[weeks.duplicated()]
    return (none, [f"week {twice[0].date()} is there twice"]) if len(twice) else (weeks, [])


def _numbers(name: str, column: pd.Series[Any], weeks: pd.DatetimeIndex) -> tuple[Any, list[str]]:
    """Return a column as floats and what cannot be one."""
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_complex_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan), []
    cells, wrong = np.full(len(column), np.nan), []
    for k, cell in enumerate(column):
        if isinstance(cell, numbers.Real):
            cells[k] = _float(cell)
        elif not pd.api.types.is_scalar(cell) or not pd.isna(cell):
            wrong.append(f"`{name}` holds {_said(cell)} in week {weeks[k].date()}, where a number stands")
    return cells, wrong[:1]


def _float(cell: numbers.Real) -> float:
    try:
        return float(cell)
    except OverflowError:  # a whole number that no float can hold
        return math.inf


def _said(cell: object) -> str:
    return f"the text {cell[:40]!r}" if isinstance(cell, str) else f"a {type(cell).__name__}"
