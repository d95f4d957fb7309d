"""Validation of rows: what cannot be is listed with its row, column and value, and left out of every figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.campaigns.columns import (
    CAMPAIGN,
    CLICKS,
    IMPRESSIONS,
    LABELS,
    LEADS,
    NUMBERS,
    ORDERS,
    PERIOD,
    REVENUE,
    ROW,
    STEP,
    TIME_ON_SITE,
    VISITS,
)
from omnimix.campaigns.reading import CampaignRows
from omnimix.data.amounts import is_empty
from omnimix.data.totals import TOTAL_WORDS
from omnimix.labels import CHAIN

Floats = npt.NDArray[np.float64]

BOUNDS = ((IMPRESSIONS, CLICKS), (VISITS, ORDERS), (LEADS, ORDERS))  # the second cannot be more than the first
BESIDE_TOTAL = frozenset(["grand", "general", "overall", "algemeen", "generaal", "all", "alle", "account"])
SUMMED = 3  # a row is a total without saying so if so many of its figures are the sums of all other rows


@dataclass(frozen=True)
class RowProblem:
    """One reason to leave one row out."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class ValidRows:
    """Rows that every figure rests on, and why each of the others is left out."""

    frame: pd.DataFrame
    problems: tuple[RowProblem, ...]


def validate_rows(rows: CampaignRows) -> ValidRows:
    """Part the rows that can be used from those that cannot; no cell is changed."""
    frame = rows.frame
    totals = list(_totals(frame))
    rest = frame[~frame[ROW].isin([t.row for t in totals])]
    found = [*totals, *(RowProblem(c.row, c.column, c.value, "not_a_number") for c in rows.unread)]
    found += [*_impossible(rest), *_duplicates(rest)]
    total_rows = {t.row for t in totals}
    found = [f for f in found if f.reason == "totals_row" or f.row not in total_rows]
    left_out = {f.row for f in found}
    kept = frame[~frame[ROW].isin(left_out)].reset_index(drop=True)
    return ValidRows(kept, tuple(sorted(found, key=lambda f: (f.row, f.reason))))


def _totals(frame: pd.DataFrame) -> Iterator[RowProblem]:
    """Find rows that are sums: by a label that says nothing else, or by figures that are the sums of other rows."""
    columns = [c for c in LABELS if c in frame]
    numbers = [c for c in NUMBERS if c in frame and c != TIME_ON_SITE]
    values = np.nan_to_num(frame[numbers].to_numpy(dtype=float), posinf=0.0, neginf=0.0)
    chains = frame[CHAIN].to_numpy() if CHAIN in frame else np.full(len(frame), "")
    is_sum = _equals(values, values.sum(axis=0)) & (len(frame) > 3)
    plain = np.ones(len(frame), dtype=bool)
    for place, cells in enumerate(frame[columns].itertuples(index=False)):
        said = next((c for c, text in zip(columns, cells, strict=True) if _is_total_label(text)), None)
        named = next(
            (c for c, text in zip(columns, cells, strict=True) if not _words(text).isdisjoint(TOTAL_WORDS)), None
        )
        if said is None and named is not None:
            parts = [plain, plain & (chains == chains[place]), plain & (np.arange(len(frame)) < place)]
            sums = [values[part].sum(axis=0) + np.where(part[place], 0.0, values[place]) for part in parts]
            said = named if any(_equals(values[[place]], total)[0] for total in sums) else None
        if said is None and is_sum[place]:
            said = CAMPAIGN
        if said is not None:
            plain[place] = False
            yield RowProblem(int(frame[ROW].iloc[place]), said, plain_number(frame[said].iloc[place]), "totals_row")


def _equals(values: Floats, with_itself: Floats) -> npt.NDArray[np.bool_]:
    """Tell which rows are the sum of all others, given sums that count the row itself as well."""
    equal = np.abs(with_itself - 2.0 * values) <= 1e-6 * np.abs(values) + 0.011
    held = values != 0.0
    enough = (equal & held).sum(axis=1) >= min(SUMMED, values.shape[1])
    return np.asarray(enough & ~(held & ~equal).any(axis=1), dtype=bool)


@lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[\W\d_]+", text.casefold()) if word)


def _is_total_label(text: str) -> bool:
    words = _words(text)
    return not words.isdisjoint(TOTAL_WORDS) and words <= TOTAL_WORDS | BESIDE_TOTAL


def _impossible(frame: pd.DataFrame) -> Iterator[RowProblem]:
    """Give the rows without a figure or a name, and those with a figure that cannot be beside the others."""
    labels, numbers = ([c for c in names if c in frame] for names in ((CHAIN, STEP, CAMPAIGN), NUMBERS))
    yield from _where(frame, frame[numbers].isna().all(axis=1), CAMPAIGN, "empty_row")
    for column in labels:
        yield from _where(frame, frame[column] == "", column, f"no_{column}")
    for column in numbers:
        yield from _where(frame, frame[column] < 0, column, "negative")
        yield from _where(frame, np.isposinf(frame[column]), column, "infinite")
    for earlier, later in BOUNDS:
        if earlier in frame and later in frame:
            more = frame[later] > frame[earlier]
            if earlier == LEADS:  # a campaign that sells without leads writes 0 leads in every row
                more &= frame.groupby(labels, sort=False)[LEADS].transform("sum") > 0
            yield from _where(frame, more, later, f"more_{later}_than_{earlier}", beside=earlier)
    if ORDERS in frame and REVENUE in frame:
        without = (frame[ORDERS] == 0) & (frame[REVENUE] > 0)
        yield from _where(frame, without, REVENUE, "revenue_without_orders", beside=ORDERS)
        without = (frame[ORDERS] > 0) & (frame[REVENUE] == 0)
        yield from _where(frame, without, ORDERS, "orders_without_revenue", beside=REVENUE)


def _duplicates(frame: pd.DataFrame) -> Iterator[RowProblem]:
    """List copies of a row, and rows that say different things of one campaign, step and period.

    The first of several equal rows stays, since the others add nothing; of rows that differ none can be believed.
    Without periods every row stands alone, and only a copy of a whole row is one too many.
    """
    labels = [c for c in LABELS if c in frame]
    numbers = [c for c in NUMBERS if c in frame]
    known = frame[frame[PERIOD] != ""] if PERIOD in frame else frame
    copies = known.duplicated([*labels, *numbers])
    yield from _where(known, copies, CAMPAIGN, "copied_row", beside=PERIOD)
    if PERIOD in frame:
        left = known[~copies]
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
