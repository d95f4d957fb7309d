"""Validation of rows: what cannot be is listed with its row, column and value, and left out of every figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.campaigns.columns import (
    CAMPAIGN,
    CLICKS,
    DETAIL,
    IMPRESSIONS,
    LABELS,
    LEADS,
    NUMBERS,
    ORDERS,
    PERIOD,
    REVENUE,
    ROW,
    STEP,
    VISITS,
)
from omnimix.campaigns.reading import CampaignRows
from omnimix.campaigns.returns import NETTED, is_booking, negative_amounts, outweighed
from omnimix.campaigns.total_rows import total_rows
from omnimix.data.amounts import is_empty
from omnimix.labels import CHAIN

BOUNDS = ((IMPRESSIONS, CLICKS), (VISITS, ORDERS), (LEADS, ORDERS))  # the second cannot be more than the first


@dataclass(frozen=True)
class RowProblem:
    """One reason to leave one row out."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class ValidRows:
    """Rows that every figure rests on, why each of the others is left out, and rows whose amounts were netted."""

    frame: pd.DataFrame
    problems: tuple[RowProblem, ...]
    netted: tuple[RowProblem, ...] = ()


def validate_rows(rows: CampaignRows) -> ValidRows:
    """Part the rows that can be used from those that cannot; no cell is changed."""
    frame = rows.frame
    totals = [RowProblem(c.row, c.column, c.value, "totals_row") for c in total_rows(rows)]
    rest = frame[~frame[ROW].isin([t.row for t in totals])]
    empty = list(_empty(rest, {c.row for c in rows.unread}))
    rest = rest[~rest[ROW].isin([e.row for e in empty])]
    found = [RowProblem(c.row, c.column, c.value, "not_a_number") for c in rows.unread]
    found += [*_impossible(rest, _bounds(rows)), *_duplicates(rest)]
    if not rows.matched.platform_name and not _counts_conversions(rows):
        found += _revenue_apart_from_orders(rest)
    found = [*totals, *empty, *(f for f in found if f.row in set(rest[ROW]))]
    left_out = {f.row for f in found}
    kept = frame[~frame[ROW].isin(left_out)].reset_index(drop=True)
    netted = [p for column, mask in negative_amounts(kept) for p in _where(kept, mask, column, "netted")]
    return ValidRows(kept, tuple(sorted(found, key=lambda f: (f.row, f.reason))), tuple(netted))


def _bounds(rows: CampaignRows) -> tuple[tuple[str, str], ...]:
    """Return the counts that bound one another; a platform also credits orders to people who only saw an ad."""
    return BOUNDS[:1] if rows.matched.platform_name else BOUNDS


def _counts_conversions(rows: CampaignRows) -> bool:
    """Tell whether orders are conversions, some of which have no value."""
    return any(remark.name in ("conversions_as_orders", "wider_used") for remark in rows.matched.remarks)


def _empty(frame: pd.DataFrame, unread: set[int]) -> Iterator[RowProblem]:
    """Give the rows without any figure; texts in the place of figures are no reason to keep a footer."""
    bare = frame[[c for c in NUMBERS if c in frame]].isna().all(axis=1)
    last = frame.loc[~bare, ROW].max()
    footer = frame[ROW] > (last if not bare.all() else 0)
    yield from _where(frame, bare & (footer | ~frame[ROW].isin(unread)), CAMPAIGN, "empty_row")


def _impossible(frame: pd.DataFrame, bounds: tuple[tuple[str, str], ...]) -> Iterator[RowProblem]:
    """Give the rows without a name, and those with a figure that cannot be beside the others."""
    labels, numbers = ([c for c in names if c in frame] for names in ((CHAIN, STEP, CAMPAIGN), NUMBERS))
    for column in labels:
        yield from _where(frame, frame[column] == "", column, f"no_{column}")
    for column in numbers:
        if column not in NETTED:
            yield from _where(frame, frame[column] < 0, column, "negative")
        yield from _where(frame, np.isinf(frame[column]), column, "infinite")
    beyond = outweighed(frame)
    for column, mask in negative_amounts(frame):
        yield from _where(frame, mask & beyond, column, "negative")
    yield from _where(frame, beyond & ~is_booking(frame), CAMPAIGN, "negative_campaign")
    for earlier, later in bounds:
        if earlier in frame and later in frame:
            more = frame[later] > frame[earlier]
            if earlier == LEADS:  # a campaign that sells without leads writes 0 leads in every row
                more &= frame.groupby(labels, sort=False)[LEADS].transform("sum") > 0
            yield from _where(frame, more, later, f"more_{later}_than_{earlier}", beside=earlier)


def _revenue_apart_from_orders(frame: pd.DataFrame) -> Iterator[RowProblem]:
    """Give the rows in which something was sold for nothing, or money came from no order."""
    if ORDERS in frame and REVENUE in frame:
        without = (frame[ORDERS] == 0) & (frame[REVENUE] > 0)
        yield from _where(frame, without, REVENUE, "revenue_without_orders", beside=ORDERS)
        without = (frame[ORDERS] > 0) & (frame[REVENUE] == 0)
        yield from _where(frame, without, ORDERS, "orders_without_revenue", beside=REVENUE)


def _duplicates(frame: pd.DataFrame) -> Iterator[RowProblem]:
    """List copies of a row, and rows that say different things of one campaign, step, period and detail.

    The first of several equal rows stays, since the others add nothing; of rows that differ none can be believed,
    unless one of them books back. Without periods every row stands alone, and only a copy of a whole row is one too
    many.
    """
    labels = [c for c in (*LABELS, DETAIL) if c in frame]
    numbers = [c for c in NUMBERS if c in frame]
    known = frame[frame[PERIOD] != ""] if PERIOD in frame else frame
    copies = known.duplicated([*labels, *numbers])
    yield from _where(known, copies, CAMPAIGN, "copied_row", beside=PERIOD)
    if PERIOD in frame:
        left = known[~copies & ~is_booking(known)]
        yield from _where(left, left.duplicated(labels, keep=False), CAMPAIGN, "rows_disagree", beside=PERIOD)


def _where(
    frame: pd.DataFrame, mask: pd.Series | np.ndarray, column: str, reason: str, *, beside: str | None = None
) -> Iterator[RowProblem]:
    """Name the rows of a mask; the value of a second column that makes a cell impossible stands beside it."""
    for _, row in frame[np.asarray(mask, dtype=bool)].iterrows():
        value = plain_number(row[column])
        if beside is not None and beside in frame:
            value = f"{value} ({beside} {plain_number(row[beside])})"
        yield RowProblem(int(row[ROW]), column, value, reason)


def plain_number(value: object) -> str:
    """Write a cell: a label as it is, a number without needless decimals.

    >>> plain_number(12.0), plain_number("spring"), plain_number(float("nan"))
    ('12', 'spring', 'empty')
    """
    if isinstance(value, str):
        return value or "empty"
    number = float(str(value))
    return "empty" if is_empty(number) else f"{number:g}" if abs(number) < 1e6 or np.isinf(number) else f"{number:.0f}"
