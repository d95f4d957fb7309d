"""A long table, one row a market and day or week, becomes one series a market; everything wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.data.amounts import is_empty, read_numbers
from omnimix.data.dates import read_dates
from omnimix.data.phrases import ended, listed, quoted, refusal, row_list
from omnimix.data.raw import RawTable, raw_from_frame
from omnimix.data.table_file import read_table
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding

WEEKLY, DAILY = 7, 1
SMALL = 0.5  # the quantile of market sizes below which a day without a row may be a day without sales
MOST_ABSENT = 0.25  # of the days of a market


@dataclass(frozen=True)
class Markets:
    """The series of every market.

    Attributes:
        frame: the outcome, one row a day or week, one column a market.
        spend: the money spent there, likewise; ``None`` where no column of it was named.
        step: days from one row to the next, 1 or 7.
        source: where the table came from.
        notes: what was noticed while reading.
    """

    frame: pd.DataFrame
    spend: pd.DataFrame | None
    step: int
    source: str
    notes: tuple[Finding, ...]


def read_markets(table: Any, *, outcome: str, geo: str, week: str, spend: str | None = None) -> Markets:
    """Read a long table of a file, a dataframe or a panel with markets.

    Raises :class:`DataError` that lists everything wrong at once, with row numbers.
    """
    raw = _raw(table, week)
    wanted = {"geo": geo, "week": week, "outcome": outcome} | ({} if spend is None else {"spend": spend})
    wrong = [
        ended(f"there is no column '{name}'{did_you_mean(name, raw.names)}")
        + f" Pass {argument}='...': the columns are {quoted(raw.names)}."
        for argument, name in wanted.items()
        if name not in raw.names
    ]
    if wrong or not raw.rows:
        raise refusal(raw.source, wrong or ["the table has a header but no rows."])
    days = _days(raw, week, wrong)
    names = [None if is_empty(c) else _name(c) for c in raw.column(geo)]
    wrong += [f"column '{geo}' is empty in {row_list(_rows(raw, [n is None for n in names]))}."] * (None in names)
    values = {column: _numbers(raw, column, wrong) for column in (outcome, spend) if column is not None}
    if wrong:
        raise refusal(raw.source, wrong)
    long = pd.DataFrame({"geo": names, "week": days, **values})
    twice = long.duplicated(["geo", "week"], keep=False).to_numpy()
    if twice.any():
        first = long[twice].iloc[0]
        raise refusal(
            raw.source,
            [
                f"{row_list(_rows(raw, twice))} hold a market and day that another row holds too, such as "
                f"{first['geo']} on {first['week']:%Y-%m-%d}; add them up, or leave out the dimension that parts them."
            ],
        )
    wide = long.pivot_table(index="week", columns="geo", values=outcome, aggfunc="sum").sort_index()
    step = _step(pd.DatetimeIndex(wide.index), raw.source)
    filled, notes = _without_holes(wide, raw.source)
    paid = None
    if spend is not None:
        paid = long.pivot_table(index="week", columns="geo", values=spend, aggfunc="sum").reindex_like(wide).fillna(0.0)
    return Markets(filled, paid, step, raw.source, (*raw.notes, *notes))


def _raw(table: Any, week: str) -> RawTable:
    if isinstance(table, Panel) and table.frame.index.nlevels < 2:
        raise DataError(
            "this panel holds one row a week and no markets; give the long table, one row a market and day or week, as "
            "a dataframe or the path of a file."
        )
    if isinstance(table, Panel):
        return raw_from_frame(table.frame.reset_index(), week=week)
    if not isinstance(table, str | Path):
        return raw_from_frame(table, week=week)
    return read_table(table, head=week, index=week)


def _name(cell: object) -> str:
    number = isinstance(cell, float | np.floating) and float(cell).is_integer()
    return str(int(cell)) if number else " ".join(str(cell).split())  # type: ignore[call-overload]


def _rows(raw: RawTable, where: Sequence[bool] | np.ndarray) -> list[int]:
    return [raw.rows[k] for k in np.flatnonzero(np.asarray(where, dtype=bool))]


def _days(raw: RawTable, week: str, wrong: list[str]) -> pd.DatetimeIndex:
    """Read the days: each different text once, as a long table repeats them for every market."""
    places, different = pd.factorize(pd.Series(list(raw.column(week)), dtype=object), use_na_sentinel=False)
    first = [raw.rows[int(k)] for k in np.unique(places, return_index=True)[1]]
    read = read_dates(list(different), first, name=week)
    wrong += read.problems
    if read.unread or read.days.isna().any():
        bad = np.asarray(read.days.isna())[places]
        wrong.append(f"column '{week}' holds no day in {row_list(_rows(raw, bad))}.")
    return pd.DatetimeIndex(read.days[places])


def _numbers(raw: RawTable, column: str, wrong: list[str]) -> np.ndarray:
    read = read_numbers({column: raw.column(column)})[column]
    for places, what in ((read.unread, "no number"), (read.ambiguous, "a number that reads in two ways")):
        if places:
            rows = row_list(raw.rows[p] for p, _ in places)
            wrong.append(f"column '{column}' holds {what} in {rows}, such as '{places[0][1]}'.")
    unread = {p for p, _ in (*read.unread, *read.ambiguous)}
    empty = [k for k in np.flatnonzero(np.isnan(read.figures)) if int(k) not in unread]
    if empty:
        wrong.append(
            f"column '{column}' is empty in {row_list(raw.rows[int(k)] for k in empty)}; write 0 where it was 0."
        )
    return np.asarray(read.figures)


def _step(days: pd.DatetimeIndex, source: str) -> int:
    gaps = np.diff(days.to_numpy()).astype("timedelta64[D]").astype(int)
    step = int(np.median(gaps)) if len(gaps) else 0
    if step not in (DAILY, WEEKLY):
        raise refusal(source, [f"its rows are {step} days apart; a geo test is read from daily or weekly rows."])
    wrong = [
        f"after {days[k]:%Y-%m-%d} comes {days[k + 1]:%Y-%m-%d}: there are no rows of the days between."
        for k in np.flatnonzero(gaps != step)[:5]
    ]
    if wrong:
        raise refusal(source, wrong)
    return step


def _without_holes(wide: pd.DataFrame, source: str) -> tuple[pd.DataFrame, Iterator[Finding]]:
    """Read a day without a row as a day without sales where that is plausible, and say so; refuse it elsewhere.

    An export of sales has no row for a small market on a day on which nothing was sold. In a market of usual size, or
    with many such days, a missing row is a hole.
    """
    absent = wide.isna().sum()
    size = wide.mean()
    small = size <= size.quantile(SMALL)
    odd = [str(g) for g in wide.columns[((absent > 0) & ~(small & (absent <= MOST_ABSENT * len(wide)))).to_numpy()]]
    if odd:
        day = wide.index[wide[odd[0]].isna().to_numpy()][0]
        raise refusal(
            source,
            [
                f"{quoted(odd)} have no row on some days, such as {odd[0]} on {day:%Y-%m-%d}; add the rows, with 0 "
                "where nothing was sold, or leave these markets out."
            ],
        )
    holes = [str(g) for g in wide.columns[(absent > 0).to_numpy()]]
    notes = []
    if holes:
        message = (
            f"{int(absent.sum())} rows are not there, all of small markets ({listed(holes)}); a day without a row was "
            "read as a day without sales."
        )
        notes.append(Finding("absent_rows", "notes", message, "Write 0 in such rows.", float(absent.sum())))
    return wide.fillna(0.0), iter(notes)
