"""The cells of a workbook one by one, with their addresses: for sheets that people edit and that are no tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnimix.data.files import BOOK_SUFFIXES, existing_file, open_book
from omnimix.data.phrases import quoted
from omnimix.errors import DataError

Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""


@dataclass(frozen=True)
class SheetCells:
    """One sheet of a workbook.

    Attributes:
        title: its name.
        lines: the cells by row, all rows of one length; ``None`` where a cell is empty.
        unsaved: cells with a formula whose result was never stored.
        merged: top left and bottom right cell of every merged range.
    """

    title: str
    lines: Sequence[Sequence[object]]
    unsaved: frozenset[Place] = frozenset()
    merged: tuple[tuple[Place, Place], ...] = ()

    def cell(self, row: int, column: int) -> object:
        """Return what a cell holds; beyond the last row or column nothing."""
        inside = 1 <= row <= len(self.lines) and 1 <= column <= len(self.lines[row - 1])
        return self.lines[row - 1][column - 1] if inside else None

    def address(self, row: int, column: int) -> str:
        """Return how a spreadsheet names a cell.

        >>> SheetCells("calendar", []).address(6, 28)
        'calendar!AB6'
        """
        title = self.title if self.title.replace("_", "").isalnum() else f"'{self.title}'"
        return f"{title}!{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """Return the letters of a column, counted from 1.

    >>> column_letters(1), column_letters(26), column_letters(27)
    ('A', 'Z', 'AA')
    """
    from openpyxl.utils import get_column_letter  # only workbooks need it

    return str(get_column_letter(column))


def read_sheets(path: str | Path, *, what: str) -> tuple[str, Mapping[str, SheetCells]]:
    """Return the file's name and every sheet of the workbook by title; ``what`` says what the workbook is read as.

    Raises DataError when there is no such file, it is no workbook, or it does not open.
    """
    if not isinstance(path, str | Path):
        raise DataError(f"{what} is read from the path of a workbook, not from {type(path).__name__}.")
    file = existing_file(path)
    if file.suffix.lower() not in BOOK_SUFFIXES:
        raise DataError(f"{file.name}: {what} is a workbook; save it as {quoted(BOOK_SUFFIXES)}.")
    results, formulas = open_book(file), open_book(file, formulas=True)
    pairs = zip(results.worksheets, formulas.worksheets, strict=True)
    return file.name, {page.title: _cells(page, written) for page, written in pairs}


def _cells(page: Any, written: Any) -> SheetCells:
    lines = [list(line) for line in page.iter_rows(min_row=1, min_col=1, values_only=True)]
    unsaved = {
        (cell.row, cell.column)
        for line in written.iter_rows()
        for cell in line
        if cell.data_type == "f" and lines[cell.row - 1][cell.column - 1] is None
    }
    merged = tuple(((area.min_row, area.min_col), (area.max_row, area.max_col)) for area in page.merged_cells.ranges)
    return SheetCells(str(page.title), lines, frozenset(unsaved), merged)
