"""The Panel: a weekly table that was checked once, at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.data.raw import raw_from_frame
from omnimix.data.stamps import on_first_days
from omnimix.data.table import Reading, UnreadCell, WeeklyTable, weekly_table
from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.labels import WEEK


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Panel:
    """A checked weekly table: one row a week, float columns, no hole in the calendar.

    `frame` is a pandas, polars or pyarrow dataframe whose column (or pandas index) `week` holds one stamp a
    week. With `geo`, the column that names a region, store cluster, market or brand, it has one row a geo and week, and
    the panel is a :class:`GeoPanel`; `population` is then the column of how many live in a geo, or a dict of that by
    geo, and `national` a second frame of columns that all geos share, one row a week.
    Raises DataError that lists everything wrong with the calendar and the geos at once.

    >>> weeks = pd.date_range("2024-01-01", periods=12, freq="7D")
    >>> Panel(pd.DataFrame({"week": weeks, "tv": range(12)}))
    Panel(12 weeks 2024-01-01 to 2024-03-18, 1 column: tv, EUR)
    """

    currency: str
    source: str
    notes: tuple[Finding, ...]
    unread: Mapping[str, tuple[UnreadCell, ...]]
    _frame: pd.DataFrame

    def __new__(cls, *_: Any, geo: str | None = None, **__: Any) -> Panel:
        """Make a panel of several geos where a column of geos is named."""
        if geo is None:
            return object.__new__(cls)
        from omnimix.data.geo_panel import GeoPanel

        return object.__new__(GeoPanel)

    def __init__(
        self,
        frame: Any,
        *,
        week: str = WEEK,
        currency: str = "EUR",
        geo: str | None = None,
        population: str | Mapping[str, float] | None = None,
        national: Any = None,
    ) -> None:
        """Check the frame."""
        require_no_geos(population, national)
        table = weekly_table(raw_from_frame(frame, week=week), Reading(week=week, currency=currency))
        self._hold(on_first_days(table), currency)

    @classmethod
    def from_table(cls, table: WeeklyTable, *, currency: str = "EUR") -> Panel:
        """Wrap a table that was checked already (as `read_panel` does)."""
        panel = object.__new__(cls)
        panel._hold(table, currency)
        return panel

    def _hold(self, table: WeeklyTable, currency: str) -> None:
        object.__setattr__(self, "currency", currency)
        object.__setattr__(self, "source", table.source)
        object.__setattr__(self, "notes", table.notes)
        object.__setattr__(self, "unread", dict(table.unread))
        object.__setattr__(self, "_frame", table.frame)

    @property
    def frame(self) -> pd.DataFrame:
        """The weekly table: float columns, index ``week``. Yours to change: the panel keeps its own."""
        return self._frame.copy(deep=False)  # pandas copies when it is written to, not before

    def series(self, column: str) -> pd.Series:
        """Return one column by week. Nothing is copied; what is written to the answer does not reach the panel."""
        return self._frame[column]

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """The week stamps, in order, seven days apart."""
        return pd.DatetimeIndex(self._frame.index, name=WEEK)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that hold numbers."""
        return tuple(self._frame.columns)

    def with_frame(self, frame: pd.DataFrame) -> Panel:
        """Return a panel of the same source that holds another weekly table, such as some of its weeks.

        Its weeks are not checked: it has been made from this panel's own frame. Raises :class:`DataError` for a column
        that holds anything but numbers, and for an index that is no weeks.

        >>> weeks = pd.date_range("2024-01-01", periods=12, freq="7D")
        >>> panel = Panel(pd.DataFrame({"week": weeks, "tv": range(12)}))
        >>> len(panel.with_frame(panel.frame.loc[:"2024-02-01"]))
        5
        """
        require_numbers(frame)
        panel = object.__new__(Panel)
        for name, value in vars(self).items():
            object.__setattr__(panel, name, value)
        object.__setattr__(panel, "_frame", frame.astype(float))
        return panel

    def table(self) -> pd.DataFrame:
        """Return one row a column: total, mean, range, empty and zero weeks."""
        frame = self._frame
        return pd.DataFrame(
            {
                "column": list(frame.columns),
                "total": frame.sum(min_count=1).to_numpy(),
                "mean": frame.mean().to_numpy(),
                "smallest": frame.min().to_numpy(),
                "largest": frame.max().to_numpy(),
                "empty_weeks": frame.isna().sum().to_numpy(),
                "zero_weeks": frame.eq(0).sum().to_numpy(),
            }
        )

    def __len__(self) -> int:
        """Return the number of weeks."""
        return len(self._frame)

    def __repr__(self) -> str:
        """Tell the weeks, their range and the columns in one line."""
        count = len(self.columns)
        names = ", ".join(self.columns[:8]) + (", ..." if count > 8 else "")
        return f"Panel({self._span()}, {count} column{'s' if count != 1 else ''}: {names}, {self.currency})"

    def _repr_html_(self) -> str:
        """Show the columns with their totals, and what was noted while reading, in a notebook."""
        columns = self.table()
        forms = dict.fromkeys(("total", "mean", "smallest", "largest"), words.amount)
        return notebook.card(
            f"Panel: {self._span()}, {self.currency}",
            notebook.table(columns, forms),
            notebook.findings(self.notes),
            under=f"{self.source}; `om.check_panel(panel, funnel.roles)` has every finding before a fit.",
        )

    def _span(self) -> str:
        weeks = self.weeks
        return f"{len(weeks)} weeks {weeks[0]:%Y-%m-%d} to {weeks[-1]:%Y-%m-%d}"


def require_numbers(frame: pd.DataFrame) -> None:
    """Refuse a weekly table that holds anything but numbers by week, such as texts that were put into a column."""
    if not isinstance(frame, pd.DataFrame) or not isinstance(frame.index, pd.DatetimeIndex):
        kind = type(frame.index if isinstance(frame, pd.DataFrame) else frame).__name__
        raise DataError(f"a panel holds a pandas table with its weeks as the index, not a {kind}; change panel.frame.")
    wrong = []
    for name, column in zip(map(str, frame.columns), (frame.iloc[:, k] for k in range(frame.shape[1])), strict=True):
        if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_complex_dtype(column.dtype):
            continue
        odd = next((k for k, cell in enumerate(column) if not isinstance(cell, int | float)), None)
        where = f" such as {column.iloc[odd]!r} in week {frame.index[odd].date()}" if odd is not None else ""
        wrong.append(f"column '{name}' holds {column.dtype}{where}")
    twice = sorted({str(c) for c in frame.columns[frame.columns.duplicated()]})
    wrong += [f"there are several columns '{name}'" for name in twice]
    if wrong:
        raise DataError(f"a panel holds numbers, one column a name: {'; '.join(wrong)}. Make them numbers first.")


def require_no_geos(population: object, national: object) -> None:
    """Refuse what belongs to geos where none are named."""
    named = [n for n, given in (("population", population), ("national", national)) if given is not None]
    if named:
        told = " and ".join(named)
        raise DataError(f"{told}: this belongs to a table of geos; name its column with geo=, or leave {told} out.")
