"""Where the table is on the sheet: preamble above it, header, body, empty margins."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from omnimix.data.amounts import is_empty, tokenise
from omnimix.data.phrases import listed, quoted, refusal, row_list
from omnimix.data.raw import RawTable
from omnimix.data.written_dates import read_cell
from omnimix.findings import Finding, Severity

_SEARCHED = 60
_UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"))


@dataclass(frozen=True)
class Grid:
    """Lines of cells as they stand in a file, each with its row number (1 is the first line)."""

    lines: tuple[Sequence[object], ...]
    rows: tuple[int, ...]
    source: str
    notes: tuple[Finding, ...] = ()


def find_table(grid: Grid, *, week: str) -> RawTable:
    """Find the header and the rows below it; what stands above is noted.

    Raises DataError for an empty sheet, a missing header, or rows longer than the header.
    """
    filled = [(row, line) for row, line in zip(grid.rows, grid.lines, strict=True) if not _is_blank(line)]
    if not filled:
        raise refusal(grid.source, ["the file holds no cells."])
    at = _header_at([line for _, line in filled], week, grid)
    header_row, header = filled[at]
    body = filled[at + 1 :]
    width = max((_width(line) for line in [header, *(line for _, line in body)]), default=0)
    notes = [*grid.notes, *_preamble(filled[:at]), *_gaps(grid, header_row, body)]
    names = [_name(header[i] if i < len(header) else "", i) for i in range(width)]
    problems = _long_rows(header, body, notes)
    if problems:
        raise refusal(grid.source, problems)
    columns = [[line[i] if i < len(line) else "" for _, line in body] for i in range(width)]
    kept = [i for i in range(width) if not _is_blank(header[i : i + 1]) or not _is_blank(columns[i])]
    nameless = [i for i in kept if _is_blank(header[i : i + 1])]
    notes += _unnamed([names[i] for i in nameless], width - len(kept), behind=any(i > kept[0] for i in nameless))
    rows = tuple(row for row, _ in body)
    chosen = tuple(columns[i] for i in kept)
    return RawTable(tuple(names[i] for i in kept), chosen, rows, grid.source, tuple(notes))


def _is_blank(line: Sequence[object]) -> bool:
    return all(cell is None or not str(cell).strip() or (isinstance(cell, float) and math.isnan(cell)) for cell in line)


def _width(line: Sequence[object]) -> int:
    """Count the cells up to the last one that holds something."""
    return max((i + 1 for i, cell in enumerate(line) if not _is_blank([cell])), default=0)


def _filled(line: Sequence[object]) -> int:
    return sum(not _is_blank([cell]) for cell in line)


def _name(cell: object, position: int) -> str:
    return _plain(cell) if not _is_blank([cell]) else f"column_{position + 1}"


def _plain(cell: object) -> str:
    """Return a name with single spaces and without characters that nobody sees."""
    return " ".join(str(cell).translate(_UNSEEN).split())


def _header_at(lines: list[Sequence[object]], week: str, grid: Grid) -> int:
    """Find the header: the fullest line of texts above the first run of dates."""
    usual = Counter(map(_filled, lines)).most_common(1)[0][0]
    enough = max(1, usual / 2)
    for at, line in enumerate(lines[:_SEARCHED]):
        if week in [_plain(cell) for cell in line] and _filled(line) >= enough:
            return at
    first = _first_dated(lines, enough)
    if first == 0:
        message = f"there is no header: row {grid.rows[grid.lines.index(lines[0])]} already holds a date"
        raise refusal(grid.source, [f"{message}; put a line of column names above it."])
    above = range(first if first is not None else min(len(lines), _SEARCHED))
    texts = [at for at in above if _filled(lines[at]) >= enough and _is_names(lines[at])]
    if not texts:
        return max(above, key=lambda at: _filled(lines[at])) if first else 0
    if first is None:
        return texts[0]
    return max(texts, key=lambda at: (len({str(cell) for cell in lines[at] if not _is_blank([cell])}), -at))


def _first_dated(lines: list[Sequence[object]], enough: float) -> int | None:
    """Return the first line that holds a date in a column where the next lines hold dates too."""
    for at, line in enumerate(lines[:_SEARCHED]):
        if _filled(line) < enough:
            continue
        below = lines[at + 1 : at + 4]
        for i, cell in enumerate(line):
            if _is_date(cell) and all(i < len(other) and _is_date(other[i]) for other in below):
                return at
    return None


def _is_date(cell: object) -> bool:
    if is_empty(cell) or isinstance(cell, int | float) or (isinstance(cell, str) and cell.replace(".", "").isdigit()):
        return isinstance(cell, str) and len(cell) == 8 and read_cell(cell) is not None
    return read_cell(cell) is not None


def _is_names(line: Sequence[object]) -> bool:
    held = [cell for cell in line if not _is_blank([cell])]
    numbers = sum(not isinstance(cell, str) or tokenise(cell.strip()) is not None for cell in held)
    return 2 * numbers < len(held)


def _unnamed(unnamed: list[str], blank: int, *, behind: bool) -> list[Finding]:
    """Tell of columns without a name; `behind` the first one they may be cells that a decimal comma parted."""
    notes = []
    if unnamed:
        message = f"Columns without a name were called {quoted(unnamed)}."
        remedy = "See whether all cells stand below their own heading; a decimal comma may have parted some."
        severity: Severity = "warns" if behind else "notes"
        notes.append(Finding("unnamed_column", severity, message, remedy if behind else "", where=unnamed[0]))
    if blank:
        message = f"{blank} column(s) without a name and without cells were left out."
        notes.append(Finding("blank_column", "notes", message, "", figure=float(blank)))
    return notes


def _preamble(lines: list[tuple[int, Sequence[object]]]) -> list[Finding]:
    if not lines:
        return []
    rows = [row for row, _ in lines]
    texts = quoted([str(cell) for _, line in lines for cell in line if not _is_blank([cell])], 3)
    were = "was" if len(rows) == 1 else "were"
    message = f"{row_list(rows).capitalize()} above the header ({texts}) {were} left out."
    return [Finding("preamble", "notes", message, "", where=row_list(rows))]


def _gaps(grid: Grid, header_row: int, body: list[tuple[int, Sequence[object]]]) -> list[Finding]:
    """Note blank lines inside and below the table."""
    held = {row for row, _ in body}
    blank = [row for row in grid.rows if row > header_row and row not in held]
    if not blank:
        return []
    message = f"{row_list(blank).capitalize()} {'is' if len(blank) == 1 else 'are'} blank and left out."
    return [Finding("blank_row", "notes", message, "", where=row_list(blank))]


def _long_rows(header: Sequence[object], body: list[tuple[int, Sequence[object]]], notes: list[Finding]) -> list[str]:
    """Refuse rows with more cells than the header names; note rows that break off early."""
    width = _width(header)
    long = [row for row, line in body if _width(line) > width]
    ruled = any(_width(line) > len(header) for _, line in body)  # the header has no cell, not even an empty one, there
    if long and (ruled or len(long) < len(body)):
        have = f"{row_list(long)} {'has' if len(long) == 1 else 'have'}"
        return [
            f"{have} more cells than the header's {width}; a separator or decimal comma inside a cell must "
            "be quoted (or pass separator=...)."
        ]
    short = [row for row, line in body if len(line) < width]
    if short:
        message = f"{row_list(short).capitalize()} broke off before the last column; the rest counts as empty."
        notes.append(Finding("short_row", "warns", message, "See whether the file is whole.", where=listed(short)))
    return []
