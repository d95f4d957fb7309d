"""A table as it came: named columns of cells, and the row number each cell has in its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd

from omnimix.errors import DataError
from omnimix.findings import Finding


@dataclass(frozen=True)
class RawTable:
    """Columns by position (names may repeat until they are checked), and the source's own row numbers.

    ``stamp`` is which day of its week a stamp names, where the caller said so.
    """

    names: tuple[str, ...]
    columns: tuple[Sequence[object], ...]
    rows: tuple[int, ...]
    source: str
    notes: tuple[Finding, ...] = ()
    stamp: str = ""

    def column(self, name: str) -> Sequence[object]:
        """Return the cells of the first column of that name."""
        return self.columns[self.names.index(name)]

    def with_unique_names(self) -> RawTable:
        """Return the table with only the first column of each name."""
        first = [i for i, name in enumerate(self.names) if self.names.index(name) == i]
        if len(first) == len(self.names):
            return self
        return replace(self, names=tuple(self.names[i] for i in first), columns=tuple(self.columns[i] for i in first))

    def keep(self, positions: Sequence[int]) -> RawTable:
        """Return the table with only those rows."""
        if len(positions) == len(self.rows):
            return self
        columns = tuple(
            column[np.asarray(positions, dtype=int)]
            if isinstance(column, np.ndarray)
            else [column[i] for i in positions]
            for column in self.columns
        )
        return replace(self, columns=columns, rows=tuple(self.rows[i] for i in positions))


def raw_from_frame(frame: Any, *, week: str, source: str = "the table") -> RawTable:
    """Take any dataframe apart; rows are counted from 1.

    >>> raw_from_frame(pd.DataFrame({"week": ["2024-01-01"], "tv": [1]}), week="week").names
    ('week', 'tv')
    """
    table = _with_index(_as_pandas(frame), week)
    names = tuple(str(name) for name in table.columns)
    columns = tuple(_cells(table.iloc[:, position]) for position in range(table.shape[1]))
    notes = tuple(Finding(**note) for note in table.attrs.get("omnimix_notes", ()))
    return RawTable(names, columns, tuple(range(1, len(table) + 1)), source, notes)


def _as_pandas(frame: Any) -> pd.DataFrame:
    if isinstance(frame, pd.DataFrame):
        return frame
    import narwhals as nw  # only other dataframes need it

    try:
        native = nw.from_native(frame)
    except TypeError as error:
        message = f"A panel is made of a dataframe (pandas, polars, pyarrow), not of {type(frame).__name__}."
        raise DataError(f"{message} Use read_panel for a file.") from error
    if isinstance(native, nw.LazyFrame):
        native = native.collect()
    table: pd.DataFrame = native.to_pandas()
    return table


def _with_index(table: pd.DataFrame, week: str) -> pd.DataFrame:
    """Make a column of an index that says something: dates, or a name."""
    index = table.index
    dated = pd.DatetimeIndex | pd.PeriodIndex | pd.CategoricalIndex | pd.MultiIndex
    tells = isinstance(index, dated) or index.dtype == object
    if not tells and index.name is None and not pd.api.types.is_string_dtype(index.dtype):
        return table
    if isinstance(index, pd.MultiIndex):
        return table.reset_index()
    name = index.name if index.name is not None else week
    return table if name in table.columns else table.reset_index(names=str(name))


def _cells(column: pd.Series[Any]) -> Sequence[object]:
    """Return numbers as a float array and everything else, yes and no too, as a list of cells."""
    dtype = column.dtype
    number = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    if number and not pd.api.types.is_complex_dtype(dtype):
        return cast(Sequence[object], column.to_numpy(dtype=np.float64, na_value=np.nan))
    return list(column.astype(object))
