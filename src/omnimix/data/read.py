"""A person's file becomes one checked Panel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from omnimix.data.geo_panel import GeoPanel
from omnimix.data.join import joined
from omnimix.data.panel import Panel, require_no_geos
from omnimix.data.phrases import ended, quoted
from omnimix.data.stamps import on_first_days, untold_stamps
from omnimix.data.table import Reading, weekly_table
from omnimix.data.table_file import read_table
from omnimix.data.week_column import WEEK_STAMPS
from omnimix.errors import DataError, did_you_mean
from omnimix.labels import WEEK


def read_panel(  # noqa: PLR0913  what a file does not tell, one argument each
    path: str | Path | Sequence[str | Path],
    *,
    week: str = WEEK,
    currency: str = "EUR",
    sheet: str | int | None = None,
    day_first: bool | None = None,
    decimal: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    blank_is_zero: bool | str | Iterable[str] = (),
    week_stamp: str | Mapping[str, str] | None = None,
    geo: str | None = None,
    population: str | Mapping[str, float] | None = None,
) -> Panel:
    """Read weekly data from a csv, tsv, txt, xlsx or parquet file, or from several that join on the week.

    Encoding, separator, decimal mark, date form, preamble and totals row are found by evidence and noted in
    ``panel.notes``; what the file does not tell is refused with the argument to pass. An empty cell is
    empty, never 0, unless `blank_is_zero` names its column (True: every column). `week_stamp` says whether dates
    are the "first day" or the "last day" of their weeks, by file name, or for all files that do not tell it themselves;
    a panel is stamped on first days wherever that is known. `geo` names the column of regions, store clusters, markets
    or brands of a long table with one row a geo and week, `population` the column of how many live in a geo (or a dict
    of that by geo); files without a column of geos then hold what all geos share. The answer is a :class:`GeoPanel`.
    Raises DataError that lists everything wrong at once, with row numbers.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "weekly.csv"
    >>> days = [f"2024-{month:02}-{day:02}" for month, day in [(1, 1), (1, 8), (1, 15), (1, 22), (1, 29)]]
    >>> days += ["2024-02-05", "2024-02-12", "2024-02-19", "2024-02-26", "2024-03-04"]
    >>> _ = file.write_text("Woche;TV\\n" + "\\n".join(f"{day};1.234,5 €" for day in days))
    >>> float(read_panel(file).frame["TV"].iloc[0])
    1234.5
    """
    if decimal not in (None, ".", ","):
        raise DataError(f"decimal is '.' or ',', not {decimal!r}.")
    paths = _paths(path)
    stamps = _stamps(week_stamp, paths)
    of_all = week_stamp if isinstance(week_stamp, str) else ""
    reading = Reading(week, currency, day_first, decimal, _names(blank_is_zero), of_all)
    for name, text in {"separator": separator, "encoding": encoding}.items():
        if text is not None and not isinstance(text, str):
            raise DataError(f"{name} is a text, not {text!r}.")
    if isinstance(sheet, bool) or not isinstance(sheet, str | int | None):
        raise DataError(f"sheet is the name of a sheet or its place counted from 0, not {sheet!r}.")
    raws = [
        read_table(one, head=week, index=week, sheet=sheet, separator=separator, encoding=encoding) for one in paths
    ]
    raws = [replace(raw, stamp=stamp) for raw, stamp in zip(raws, stamps, strict=True)]
    if geo is not None:
        return GeoPanel.from_raws(raws, reading, geo=geo, population=population)
    require_no_geos(population, None)
    table = on_first_days(weekly_table(raws[0], reading)) if len(raws) == 1 else joined(raws, reading)
    table = replace(table, notes=(*table.notes, *untold_stamps(table)))
    return Panel.from_table(table, currency=currency)


def _paths(path: object) -> list[str | Path]:
    paths = [path] if isinstance(path, str | Path) else path
    if not isinstance(paths, list | tuple) or not all(isinstance(one, str | Path) for one in paths):
        message = f"read_panel reads a file, or a list of files, not {type(path).__name__}"
        raise DataError(f"{message}; make a panel of a dataframe with om.Panel(frame).")
    if not paths:
        raise DataError("read_panel was given no file.")
    return list(paths)


def _stamps(week_stamp: str | Mapping[str, str] | None, paths: Sequence[str | Path]) -> list[str]:
    """Return what was said of each file's own stamps; a file is named by its name or by the end of its path."""
    if week_stamp is None or (isinstance(week_stamp, str) and week_stamp in WEEK_STAMPS):
        return [week_stamp or "" if len(paths) == 1 else ""] * len(paths)
    by_file = dict(week_stamp) if isinstance(week_stamp, Mapping) else {}
    wrong = any(said not in WEEK_STAMPS or not isinstance(name, str) for name, said in by_file.items())
    if wrong or not by_file:
        raise DataError(f"week_stamp is {quoted(WEEK_STAMPS)}, or says it by file name, not {week_stamp!r}.")
    names = [Path(path).name for path in paths]
    unknown = [name for name in by_file if not any(_is_named(path, name) for path in paths)]
    if unknown:
        missing = [f"week_stamp names a file '{name}' that is not read{did_you_mean(name, names)}" for name in unknown]
        raise DataError(" ".join([*map(ended, missing), f"The files are {quoted(names)}."]))
    return [next((said for name, said in by_file.items() if _is_named(path, name)), "") for path in paths]


def _is_named(path: str | Path, name: str) -> bool:
    parts = Path(name).parts
    return Path(path).parts[-len(parts) :] == parts


def _names(blank_is_zero: bool | str | Iterable[str]) -> bool | tuple[str, ...]:
    if isinstance(blank_is_zero, bool):
        return blank_is_zero
    names = (blank_is_zero,) if isinstance(blank_is_zero, str) else blank_is_zero
    if not isinstance(names, Iterable) or not all(isinstance(name, str) for name in names):
        raise DataError(f"blank_is_zero is True, False, or the names of columns, not {blank_is_zero!r}.")
    return tuple(names)
