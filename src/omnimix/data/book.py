"""The cells of a workbook one by one, with their addresses: for sheets that people edit and that are no tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from omnimix.data.files import BOOK_SUFFIXES, chosen_sheet, existing_file
from omnimix.data.phrases import quoted
from omnimix.data.sheet_extent import Place, column_letters
from omnimix.data.workbook_file import Workbook, open_workbook
from omnimix.errors import DataError


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


def read_sheets(path: str | Path, *, what: str) -> tuple[str, Mapping[str, SheetCells]]:
    """Return the file's name and every sheet of the workbook by title; ``what`` says what the workbook is read as.

    Raises DataError when there is no such file, it is no workbook, or it does not open.
    """
    file = _book_file(path, what)
    with open_workbook(file) as book:
        return file.name, {title: _cells(book, title) for title in book.titles}


def read_sheet(path: str | Path, *, what: str, sheet: str | int | None) -> tuple[str, SheetCells]:
    """Return the file's name and one sheet of the workbook: the one asked for, else the only one that holds cells.

    Raises DataError as :func:`read_sheets` does, and for a sheet that is not there, or several and none named.
    """
    file = _book_file(path, what)
    with open_workbook(file) as book:
        return file.name, _cells(book, chosen_sheet(file.name, book.titles, book.held, sheet))


def _book_file(path: str | Path, what: str) -> Path:
    if not isinstance(path, str | Path):
        raise DataError(f"{what} is read from the path of a workbook, not from {type(path).__name__}.")
    file = existing_file(path)
    if file.suffix.lower() not in BOOK_SUFFIXES:
        raise DataError(f"{file.name}: {what} is a workbook; save it as {quoted(BOOK_SUFFIXES)}.")
    return file


def _cells(book: Workbook, title: str) -> SheetCells:
    lines = book.lines(title)
    width = max(map(len, lines), default=0)
    for line in lines:
        line.extend([None] * (width - len(line)))
    return SheetCells(title, lines, book.unsaved(title), book.merged(title))
