"""The panel of several geos: one checked weekly table each, and one that all of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pandas as pd

from omnimix.data.geo_tables import GeoTables, Population, geo_tables
from omnimix.data.panel import Panel
from omnimix.data.phrases import quoted, refusal
from omnimix.data.raw import RawTable, raw_from_frame
from omnimix.data.stamps import as_said, on_first_days, stamped_alike
from omnimix.data.table import Reading, UnreadCell, WeeklyTable, weekly_table
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding
from omnimix.labels import GEO, WEEK


class GeoPanel(Panel):
    """A checked table of several geos: one row a geo and week; made by ``om.Panel(frame, geo=...)``.

    Every geo keeps the weeks that it has: one that starts late or lacks weeks is not filled. ``geos`` are in the order
    in which they first appear. ``population`` is empty where nobody said how many live in each. ``national_columns``
    are those of the table that all geos share.

    >>> weeks = pd.date_range("2024-01-01", periods=12, freq="7D")
    >>> rows = [{"week": w, "region": g, "tv": k} for g in ("north", "south") for k, w in enumerate(weeks)]
    >>> panel = Panel(pd.DataFrame(rows), geo="region")
    >>> panel
    Panel(2 geos: north, south; 12 weeks 2024-01-01 to 2024-03-18, 1 column: tv, EUR)
    >>> panel.of("south")
    Panel(12 weeks 2024-01-01 to 2024-03-18, 1 column: tv, EUR)
    """

    by_geo: ClassVar[bool] = True  # a verb takes it only where it says so; see omnimix.arguments

    geos: tuple[str, ...]
    population: Mapping[str, float]
    national_columns: tuple[str, ...]
    _parts: Mapping[str, Panel]
    _shared: pd.DataFrame

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
        long = raw_from_frame(frame, week=week)
        beside = [] if national is None else [raw_from_frame(national, week=week, source="the national table")]
        self._read([long, *beside], Reading(week=week, currency=currency), geo=geo or "", population=population)

    @classmethod
    def from_raws(
        cls, raws: Sequence[RawTable], reading: Reading, *, geo: str, population: Population = None
    ) -> GeoPanel:
        """Check tables that were read from files: one with a column of geos, others that all geos share."""
        panel: GeoPanel = object.__new__(cls)
        panel._read(list(raws), reading, geo=geo, population=population)
        return panel

    @classmethod
    def from_parts(
        cls,
        parts: Mapping[str, pd.DataFrame],
        shared: pd.DataFrame,
        *,
        population: Mapping[str, float],
        currency: str,
        source: str = "the table",
    ) -> GeoPanel:
        """Wrap tables that were checked already: one a geo without the columns that all share, and those."""
        panel: GeoPanel = object.__new__(cls)
        tables = {name: WeeklyTable(frame, source, (), {}) for name, frame in parts.items()}
        panel._put(GeoTables(tables, population, (), source, ""), WeeklyTable(shared, source, (), {}), currency)
        return panel

    def _read(self, raws: list[RawTable], reading: Reading, *, geo: str, population: Population) -> None:
        if not isinstance(geo, str) or not geo.strip():
            raise DataError(f"geo is the name of a column such as 'region', not {geo!r}.")
        long = [raw for raw in raws if geo in raw.names] or raws[:1]
        shared = [raw for raw in raws if raw not in long]
        if len(long) > 1:
            sources = quoted([raw.source for raw in long])
            raise DataError(f"{sources} both have a column '{geo}'; give one table of geos, and others that all share.")
        blanks = reading.blank_is_zero
        names = [name for raw in raws for name in raw.names]

        def own(raw: RawTable) -> Reading:
            if isinstance(blanks, bool) or len(raws) == 1:
                return reading
            kept = tuple(n for n in blanks if n in raw.names or (n not in names and raw is long[0]))
            return Reading(reading.week, reading.currency, reading.day_first, reading.decimal, kept, reading.week_stamp)

        problems: list[str] = []
        tables, beside = None, []
        for raw in (*long, *shared):
            try:
                if raw is long[0]:
                    tables = geo_tables(raw, own(raw), geo=geo, population=population)
                else:
                    beside.append(on_first_days(weekly_table(raw, own(raw))))
            except DataError as refused:
                problems.append(str(refused))
        if problems or tables is None:
            raise DataError("\n".join(problems))
        columns = {name for table in tables.tables.values() for name in (*table.frame.columns, *table.unread)}
        twice = [n for table in beside for n in (*table.frame.columns, *table.unread) if n in columns]
        if twice:
            raise DataError(
                f"{quoted(twice)} are in the table of geos and in the national one; keep each in one of the two."
            )
        self._put(*_on_one_calendar(tables, beside, reading), reading.currency)

    def _put(self, tables: GeoTables, shared: WeeklyTable, currency: str) -> None:
        put = object.__setattr__
        parts = {name: _with_shared(table, shared, currency) for name, table in tables.tables.items()}
        put(self, "currency", currency)
        put(self, "source", tables.source)
        put(self, "notes", (*tables.notes, *shared.notes))
        put(self, "geos", tuple(parts))
        put(self, "population", dict(tables.population))
        put(self, "national_columns", tuple(map(str, shared.frame.columns)))
        put(self, "_parts", parts)
        put(self, "_shared", shared.frame)
        put(self, "unread", _every_unread(parts))
        frames = {name: part.frame for name, part in parts.items()}
        put(self, "_frame", pd.concat(frames, names=[GEO, WEEK]))

    def of(self, geo: str) -> Panel:
        """Return the panel of one geo with the columns that all share, over its own weeks.

        Raises DataError with the nearest name for a geo that is not there.
        """
        if geo not in self._parts:
            raise DataError(
                f"there is no geo {geo!r}{did_you_mean(str(geo), self.geos)} The geos are {quoted(self.geos)}."
            )
        return self._parts[geo]

    @property
    def national(self) -> pd.DataFrame:
        """The columns that all geos share: float columns, index ``week``."""
        return self._shared.copy(deep=False)

    @property
    def frame(self) -> pd.DataFrame:
        """The long table: float columns, indexed by geo and week; columns that all geos share stand in every row."""
        return self._frame.copy(deep=False)

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """All weeks in which any geo has a row, in order, seven days apart."""
        return pd.DatetimeIndex(self._frame.index.get_level_values(WEEK).unique().sort_values(), name=WEEK)

    def with_frame(self, frame: pd.DataFrame) -> Panel:
        """Refuse: one table does not say which geo its rows are of."""
        raise DataError("a panel of geos holds a table a geo; take one of them with panel.of(geo).")

    def table(self) -> pd.DataFrame:
        """Return one row a geo and column: total, mean, range, empty and zero weeks."""
        rows = [part.table().assign(**{GEO: name}) for name, part in self._parts.items()]
        whole = pd.concat(rows, ignore_index=True)
        return whole[[GEO, *(c for c in whole.columns if c != GEO)]]

    def __len__(self) -> int:
        return len(self.weeks)

    def _span(self) -> str:
        count = len(self.geos)
        names = ", ".join(self.geos[:5]) + (", ..." if count > 5 else "")
        return f"{count} geo{'s' * (count != 1)}: {names}; {super()._span()}"


def _on_one_calendar(
    tables: GeoTables, beside: Sequence[WeeklyTable], reading: Reading
) -> tuple[GeoTables, WeeklyTable]:
    """Stamp all weeks alike; of the shared columns the weeks of the geos are kept, and lacking ones are empty."""
    weeks = tables.weeks
    if not beside:
        return tables, WeeklyTable(pd.DataFrame(index=pd.DatetimeIndex(weeks, name=WEEK)), tables.source, (), {})
    calendar = WeeklyTable(pd.DataFrame(index=weeks), tables.source, (), {}, tables.stamp)
    moved, told, problems = stamped_alike(as_said([calendar, *beside], reading.week_stamp))
    if problems:
        raise refusal(tables.source, problems)
    by = pd.DatetimeIndex(moved[0].frame.index)[0] - weeks[0]
    shifted = {
        name: WeeklyTable(t.frame.set_axis(t.frame.index + by, axis=0), t.source, t.notes, t.unread, t.stamp)
        for name, t in tables.tables.items()
    }
    frame = pd.concat([t.frame for t in moved[1:]], axis=1).reindex(pd.DatetimeIndex(weeks + by, name=WEEK))
    unread: dict[str, tuple[UnreadCell, ...]] = {n: cells for t in moved[1:] for n, cells in t.unread.items()}
    notes: list[Finding] = [*(note for t in moved[1:] for note in t.notes), *told]
    whole = GeoTables(shifted, tables.population, tables.notes, tables.source, moved[0].stamp)
    return whole, WeeklyTable(frame, tables.source, tuple(notes), unread)


def _with_shared(table: WeeklyTable, shared: WeeklyTable, currency: str) -> Panel:
    weeks = pd.DatetimeIndex(table.frame.index, name=WEEK)
    frame = pd.concat([table.frame, shared.frame.reindex(weeks)], axis=1)
    whole = WeeklyTable(frame, table.source, table.notes, {**table.unread, **shared.unread}, table.stamp)
    return Panel.from_table(whole, currency=currency)


def _every_unread(parts: Mapping[str, Panel]) -> dict[str, tuple[UnreadCell, ...]]:
    found: dict[str, tuple[UnreadCell, ...]] = {}
    for part in parts.values():
        for name, cells in part.unread.items():
            found[name] = (*found.get(name, ()), *cells)
    return found
