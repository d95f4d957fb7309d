"""A file or dataframe becomes campaign rows: names in their places, written amounts as numbers, unknown as NaN."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from omnimix.campaigns.columns import (
    CAMPAIGN,
    COUNTS,
    CURRENCY,
    DETAIL,
    LABELS,
    MONEY,
    NUMBERS,
    PERIOD,
    ROW,
)
from omnimix.campaigns.matching import Matched, campaign_column, matched
from omnimix.campaigns.results import with_results
from omnimix.campaigns.total_labels import is_total_label
from omnimix.data.amounts import CURRENCIES, NumberColumn, both_readings, is_empty, read_numbers, tokenise
from omnimix.data.dates import date_share, read_dates
from omnimix.data.layout import Grid
from omnimix.data.phrases import listed, quoted, refusal
from omnimix.data.raw import RawTable, raw_from_frame
from omnimix.data.table_file import read_table
from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.labels import SPEND

_COMPACT_DATE = re.compile(r"20\d{6}")
_BELOW = re.compile(r"[<>]=?\s*[\d.,]+\s*%?")
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
            the cell is), `detail` where columns part the rows of a campaign further, and the numbers that are there
            (NaN where the cell is empty or unread).
        matched: which column plays which part.
        unread: cells that hold something else where a number belongs.
        below: cells that only say that a number is below a threshold, such as "<5"; their numbers are unknown.
        totals: cells of columns that are not of labels and call their row a total.
        groups: the cells of other columns of labels, by which an export may add up its rows.
        texts: parts whose columns hold texts and no numbers.
        currency: the one currency that money carries, empty when none does.
        notes: what reading the file found.
    """

    frame: pd.DataFrame
    source: str
    matched: Matched
    unread: tuple[Cell, ...]
    below: tuple[Cell, ...]
    totals: tuple[Cell, ...]
    groups: tuple[list[str], ...]
    texts: tuple[str, ...]
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
    parts, columns = with_results(raw, parts)
    parts = replace(parts, details=tuple(_parting(raw, parts)))
    told, below = _thresholds(raw, parts, columns)
    numbers = read_numbers(told, decimal=decimal)
    currencies = _currencies(columns, parts)
    texts = {part for part, column in numbers.items() if column.is_text}
    problems = [*parts.problems, *_unclear(raw, parts, numbers, currencies)]
    if not problems and sum(c in numbers and c not in texts for c in COUNTS) < 2:
        names = quoted(parts.columns[part] for part in sorted(texts))
        problems = [f"the columns {names} hold texts, which leaves fewer than two counts; write plain numbers there."]
    if problems:
        raise refusal(raw.source, problems)
    values = {part: column.figures for part, column in numbers.items() if part not in texts}
    labels = {part: _texts(columns[part]) for part in LABELS if part in columns}
    if PERIOD in labels:
        held = ~np.all([np.isnan(figures) for figures in values.values()], axis=0)  # a footer is no period
        cells = [None if is_total_label(c) or not own else c for c, own in zip(columns[PERIOD], held, strict=True)]
        labels[PERIOD] = _periods(cells, raw.rows, labels[PERIOD])
    if parts.details:
        each = zip(*(_texts(raw.column(name)) for name in parts.details), strict=True)
        labels[DETAIL] = [" | ".join(filter(None, cells)) for cells in each]
    return CampaignRows(
        frame=pd.DataFrame({ROW: raw.rows, **labels, **values}),
        source=raw.source,
        matched=parts,
        unread=tuple(Cell(raw.rows[p], parts.columns[n], t) for n in values for p, t in numbers[n].unread),
        below=below,
        totals=tuple(_total_cells(raw, parts)),
        groups=tuple(_groups(raw, parts)),
        texts=tuple(sorted(texts)),
        currency=next((code for _, code in currencies), ""),
        notes=raw.notes,
    )


def _raw(table: Any, sheet: str | int | None) -> RawTable:
    if not isinstance(table, str | Path):
        kind = type(table).__name__
        if not hasattr(table, "columns") and not hasattr(table, "__dataframe__") and not hasattr(table, "collect"):
            raise DataError(
                f"A campaign table is a dataframe (pandas, polars, pyarrow) or the path of a file, not {kind}."
            )
        return raw_from_frame(table, week=CAMPAIGN, source="the table")
    return read_table(table, head=_head, index=CAMPAIGN, sheet=sheet)


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
    held = [text for text, cell in zip(texts, cells, strict=True) if not is_empty(cell)]
    if held and all(map(_COMPACT_DATE.fullmatch, held)):  # as analytics write them; a number would be a day count
        cells = [None if is_empty(cell) else text for text, cell in zip(texts, cells, strict=True)]
    elif date_share(cells, plain_numbers=False) < DATES:
        return texts
    read = read_dates(cells, rows, name=PERIOD)
    if read.problems:  # day or month first is open: as labels they still tell the periods apart
        return texts
    return [text if pd.isna(day) else f"{day:%Y-%m-%d}" for text, day in zip(texts, read.days, strict=True)]


def _unclear(
    raw: RawTable, parts: Matched, numbers: dict[str, NumberColumn], currencies: list[tuple[str, str]]
) -> list[str]:
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
            problems.append(
                f"column '{name}' holds percentages where {kind_of(part)} belong; give the {kind_of(part)}."
            )
        if column.ambiguous:
            position, text = column.ambiguous[0]
            one, other = both_readings(text)
            problems.append(
                f"column '{name}': '{text}' (row {raw.rows[position]}) reads as {one} or as {other} and no other cell "
                "tells which; pass decimal=',' or decimal='.' (from the shell --decimal)."
            )
    if len({code for _, code in currencies}) > 1:
        told = listed(f"'{name}' in {code}" for name, code in dict.fromkeys(currencies))
        problems.append(f"money stands in two currencies ({told}); convert it to one.")
    return problems


def kind_of(part: str) -> str:
    """Return what kind of number a part holds."""
    return "amounts" if part in MONEY else "seconds" if part not in COUNTS else "counts"


def _currencies(columns: Mapping[str, Sequence[object]], parts: Matched) -> list[tuple[str, str]]:
    """Return the currencies that money carries, each with its column: in the heading, most cells, or a column of codes.

    Two codes in a column of codes are two currencies, since its rows are added up.
    """
    found = [(parts.columns[part], code) for part, code in parts.currencies.items() if code]
    for part in (p for p in MONEY if p in columns and not isinstance(columns[p], np.ndarray)):
        tokens = [tokenise(cell.strip()) for cell in columns[part] if isinstance(cell, str)]
        met = Counter(token.currency for token in tokens if token and token.currency)
        found += [(parts.columns[part], met.most_common(1)[0][0])] if met else []
    codes = dict.fromkeys(str(cell).strip().casefold() for cell in columns.get(CURRENCY, ()) if not is_empty(cell))
    known = [CURRENCIES.get(code, code.upper()) for code in codes]
    return [*found, *((parts.columns[CURRENCY], code) for code in known if len(code) == 3 and code.isalpha())]


def _thresholds(
    raw: RawTable, parts: Matched, columns: Mapping[str, Sequence[object]]
) -> tuple[dict[str, Sequence[object]], tuple[Cell, ...]]:
    """Empty the cells that only say "less than": their number is unknown, and the rest of their row is not."""
    told: dict[str, Sequence[object]] = {part: columns[part] for part in NUMBERS if part in columns}
    below = []
    for part, cells in told.items():
        if isinstance(cells, np.ndarray):
            continue
        at = [k for k, cell in enumerate(cells) if isinstance(cell, str) and _BELOW.fullmatch(cell.strip())]
        below += [Cell(raw.rows[k], parts.columns[part], str(cells[k]).strip()) for k in at]
        if at:
            told[part] = [None if k in set(at) else cell for k, cell in enumerate(cells)]
    return told, tuple(below)


def _parting(raw: RawTable, parts: Matched) -> Iterator[str]:
    """Give the details of which some campaign has more than one."""
    if CAMPAIGN not in parts.columns:
        return
    campaigns = _texts(raw.column(parts.columns[CAMPAIGN]))
    for name in parts.details:
        pairs = zip(campaigns, _texts(raw.column(name)), strict=True)
        if len({pair for pair in pairs if pair[0]}) > len(set(filter(None, campaigns))):
            yield name


def _groups(raw: RawTable, parts: Matched) -> Iterator[list[str]]:
    """Give the columns without a part that hold fewer labels than rows, and more than one."""
    for name in parts.unused:
        cells = raw.column(name)
        texts = [] if isinstance(cells, np.ndarray) else _texts(cells)
        if 1 < len(set(texts)) < len(texts):
            yield texts


def _total_cells(raw: RawTable, parts: Matched) -> Iterator[Cell]:
    """Give the first cell of each row that calls the row a total, in a column that is not one of labels.

    Some exports write it into their first column, even where that is one of currencies or of numbers.
    """
    labels = {parts.columns.get(part) for part in LABELS}
    others = [(name, raw.column(name)) for name in dict.fromkeys(raw.names) if name not in labels]
    texts = [(name, cells) for name, cells in others if not isinstance(cells, np.ndarray)]
    for place, row in enumerate(raw.rows):
        said = ((name, cells[place]) for name, cells in texts if is_total_label(cells[place]))
        yield from (Cell(row, name, " ".join(str(text).split())) for name, text in islice(said, 1))
