"""A file or dataframe becomes campaign rows: names in their places, written amounts as numbers, unknown as NaN."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from omnimix.campaigns.columns import (
    CAMPAIGN,
    COUNTS,
    LABELS,
    MONEY,
    NUMBERS,
    PERIOD,
    REVENUE,
    ROW,
    Matched,
    campaign_column,
    matched,
)
from omnimix.data.amounts import NumberColumn, is_empty, read_numbers, tokenise
from omnimix.data.dates import date_share, read_dates
from omnimix.data.files import BOOK_SUFFIXES, PARQUET_SUFFIXES, existing_file, read_book, read_parquet, read_text
from omnimix.data.layout import Grid, find_table
from omnimix.data.phrases import listed, quoted, refusal
from omnimix.data.raw import RawTable, raw_from_frame
from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.labels import SPEND

DATES = 0.9  # share of the periods that must read as dates for all of them to be dates


@dataclass(frozen=True)
class Cell:
    """A cell that cannot be used, as it stands in the source."""

    row: int
    column: str
    value: str


@dataclass(frozen=True)
class CampaignRows:
    """Every row of a campaign table, nothing left out yet.

    Attributes:
        frame: one row a row of the source: `row` (its number there), the labels that are there as texts (empty where
            the cell is), and the numbers that are there (NaN where the cell is empty or unread).
        unread: cells that hold something else where a number belongs.
        currency: the one currency that cells of money carry, empty when none does.
        notes: what reading the file found.
    """

    frame: pd.DataFrame
    source: str
    unread: tuple[Cell, ...]
    currency: str
    notes: tuple[Finding, ...]

    @property
    def counts(self) -> tuple[str, ...]:
        """The counts that are there, in the order of the funnel."""
        return tuple(c for c in COUNTS if c in self.frame)


def read_rows(table: Any, *, decimal: str | None = None, sheet: str | int | None = None) -> CampaignRows:
    """Read a dataframe (pandas, polars, pyarrow) or the path of a csv, xlsx or parquet file.

    Raises DataError that lists everything wrong with the names, marks and currencies at once.
    """
    if decimal not in (None, ".", ","):
        raise DataError(f"decimal is '.' or ',', not {decimal!r}.")
    raw = _raw(table, sheet)
    parts = matched(raw.names)
    if not raw.rows:
        raise refusal(raw.source, [*parts.problems, "the table has a header but no rows."])
    columns = {part: raw.column(name) for part, name in parts.columns.items()}
    numbers = read_numbers({part: columns[part] for part in NUMBERS if part in columns}, decimal=decimal)
    currencies = _currency(columns)
    texts = {part for part, column in numbers.items() if column.is_text}
    problems = [*parts.problems, *_unclear(raw, parts, numbers, currencies)]
    if not problems and sum(c in numbers and c not in texts for c in COUNTS) < 2:
        told = quoted(parts.columns[part] for part in sorted(texts))
        problems = [f"the columns {told} hold texts, which leaves fewer than two counts; write plain numbers there."]
    if problems:
        raise refusal(raw.source, problems)
    values = {part: column.figures for part, column in numbers.items() if part not in texts}
    labels = {part: _texts(columns[part]) for part in LABELS if part in columns}
    if PERIOD in labels:
        labels[PERIOD] = _periods(columns[PERIOD], raw.rows, labels[PERIOD])
    unread = [Cell(raw.rows[p], parts.columns[n], t) for n in values for p, t in numbers[n].unread]
    frame = pd.DataFrame({ROW: raw.rows, **labels, **values})
    notes = (*raw.notes, *_notes(parts, texts))
    return CampaignRows(frame, raw.source, tuple(unread), next(iter(currencies.values()), ""), notes)


def _raw(table: Any, sheet: str | int | None) -> RawTable:
    if not isinstance(table, str | Path):
        kind = type(table).__name__
        if not hasattr(table, "columns") and not hasattr(table, "__dataframe__") and not hasattr(table, "collect"):
            raise DataError(
                f"A campaign table is a dataframe (pandas, polars, pyarrow) or the path of a file, not {kind}."
            )
        return raw_from_frame(table, week=CAMPAIGN, source="the table")
    file = existing_file(table)
    suffix = file.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        return raw_from_frame(read_parquet(file), week=CAMPAIGN, source=file.name)
    grid = read_book(file, sheet=sheet) if suffix in BOOK_SUFFIXES else read_text(file, separator=None, encoding=None)
    return find_table(grid, week=_head(grid))


def _head(grid: Grid) -> str:
    """Return how the header writes `campaign`, so that it is found below a preamble."""
    heads = (campaign_column(line) for line in grid.lines[:60] if sum(not is_empty(c) for c in line) > 2)
    return next((head for head in heads if head), CAMPAIGN)


def _texts(cells: Sequence[object]) -> list[str]:
    return ["" if is_empty(cell) else _text(cell) for cell in cells]


def _text(cell: object) -> str:
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _periods(cells: Sequence[object], rows: Sequence[int], texts: list[str]) -> list[str]:
    """Write periods that read as dates in one form; any other label stands as it is."""
    if date_share(cells, plain_numbers=False) < DATES:
        return texts
    read = read_dates(cells, rows, name=PERIOD)
    if read.problems:  # day or month first is open: as labels they still tell the periods apart
        return texts
    return [text if pd.isna(day) else f"{day:%Y-%m-%d}" for text, day in zip(texts, read.days, strict=True)]


def _unclear(raw: RawTable, parts: Matched, numbers: dict[str, NumberColumn], currencies: dict[str, str]) -> list[str]:
    """Return what keeps columns of numbers from being read at all."""
    problems = []
    for part, column in numbers.items():
        name = parts.columns[part]
        if column.is_text and part == SPEND:
            problems.append(
                f"column '{name}' holds texts such as {quoted(t for _, t in column.unread[:3])}, no amounts."
            )
        if column.is_text:
            continue
        if column.percents:
            problems.append(f"column '{name}' holds percentages where {_kind(part)} belong; give the {_kind(part)}.")
        if column.ambiguous:
            position, text = column.ambiguous[0]
            one, other = text.replace(".", "").replace(",", ""), text.replace(",", ".")
            problems.append(
                f"column '{name}': '{text}' (row {raw.rows[position]}) reads as {one} or as {other} and no other cell "
                "tells which; pass decimal=',' or decimal='.' (from the shell --decimal)."
            )
    if len(set(currencies.values())) > 1:
        told = listed(f"'{parts.columns[part]}' in {code}" for part, code in currencies.items())
        problems.append(f"money stands in two currencies ({told}); convert one of the columns.")
    return problems


def _kind(part: str) -> str:
    return "amounts" if part in MONEY else "seconds" if part not in COUNTS else "counts"


def _currency(columns: dict[str, Sequence[object]]) -> dict[str, str]:
    """Return the currency that most cells of each column of money carry, where any does."""
    found = {}
    for part in (p for p in MONEY if p in columns and not isinstance(columns[p], np.ndarray)):
        tokens = [tokenise(cell.strip()) for cell in columns[part] if isinstance(cell, str)]
        met = Counter(token.currency for token in tokens if token and token.currency)
        if met:
            found[part] = met.most_common(1)[0][0]
    return found


def _notes(parts: Matched, texts: set[str]) -> list[Finding]:
    notes = []
    if parts.renamed:
        told = listed([f"'{name}' as {part}" for part, name in parts.renamed.items()], 12)
        notes.append(Finding("columns_matched", "notes", f"Columns were read by their usual names: {told}.", ""))
    if parts.unused:
        message = f"Columns that play no part were not used: {quoted(parts.unused)}."
        absent = [part for part in (*COUNTS, REVENUE) if part not in parts.columns]
        remedy = f"If one of them holds {listed(absent, 9)}, call it so." if absent else ""
        notes.append(Finding("columns_not_used", "notes", message, remedy))
    for part in sorted(texts):
        name = parts.columns[part]
        message = f"Column '{name}' holds texts and not {_kind(part)}; it is treated as if it were not there."
        remedy = "Write the time in seconds." if _kind(part) == "seconds" else "Write plain numbers."
        notes.append(Finding("text_column", "warns", message, remedy, where=name))
    return notes
