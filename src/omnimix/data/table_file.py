"""A file of any kind that is read becomes one table of cells, found below whatever stands above it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from omnimix.data.files import BOOK_SUFFIXES, PARQUET_SUFFIXES, existing_file, read_book, read_parquet, read_text
from omnimix.data.layout import Grid, find_table
from omnimix.data.raw import RawTable, raw_from_frame


def read_table(
    path: str | Path,
    *,
    head: str | Callable[[Grid], str],
    index: str,
    sheet: str | int | None = None,
    separator: str | None = None,
    encoding: str | None = None,
) -> RawTable:
    """Read the table of a csv, xlsx or parquet file.

    Args:
        path: the file.
        head: the heading by which the header of a text or a sheet is known, or how to find it in the cells.
        index: what the index of a parquet file is called where it has no name of its own.
        sheet: which sheet of a workbook.
        separator: of a text; found where it is not given.
        encoding: of a text; found where it is not given.

    Raises :class:`DataError` for a file that is not there, of a kind that is not read, or damaged.
    """
    file = existing_file(path)
    suffix = file.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        return raw_from_frame(read_parquet(file), week=index, source=file.name)
    grid = (
        read_book(file, sheet=sheet)
        if suffix in BOOK_SUFFIXES
        else read_text(file, separator=separator, encoding=encoding)
    )
    return find_table(grid, week=head if isinstance(head, str) else head(grid))
