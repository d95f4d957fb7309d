"""How far a sheet of a workbook goes, from the bytes of its part: told before a cell is made of any of them.

A sheet may name its last cell in a million rows, or hold formats down to there and no figure. Its cells are counted
and its last written row is found in one pass that keeps a chunk at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from omnimix.errors import DataError

Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""

LONGEST_TEXT = 1_000_000  # bytes without a tag; a spreadsheet keeps 32,767 characters in a cell
MOST_MERGED = 100_000
NEAR_COLUMNS = 26  # A to Z: what needs two letters is looked at one by one
_root = re.compile(rb"<(\w+:)?worksheet[\s>]")
_declared = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_SPACES = bytes.maketrans(b"\t\r\n", b"   ")
_number = re.compile(rb"^[^<>]*?\sr\s*=\s*[\"'](\d{1,15})[\"']")
_place = re.compile(rb"\sr\s*=\s*[\"']([A-Z]+)(\d+)[\"']")


@dataclass
class Extent:
    """What a sheet holds.

    Attributes:
        last_row: the last row in which something is written; 0 where nothing is.
        last_column: no cell is written to the right of it; at least :data:`NEAR_COLUMNS`.
        cells: cells down to the last row, written or only formatted.
        far: the written cell furthest to the right, where its column needs two letters or more.
        sized: whether the part names its own size.
        unsaved: cells with a formula whose result was never stored.
        merged: top left and bottom right cell of every merged range.
    """

    last_row: int = 0
    last_column: int = NEAR_COLUMNS
    cells: int = 0
    far: str = ""
    sized: bool = False
    unsaved: set[Place] = field(default_factory=set)
    merged: list[tuple[Place, Place]] = field(default_factory=list)


def measure(chunks: Iterable[bytes], source: str) -> Extent | None:
    """Return how far a sheet goes, or None for a part that is no sheet; its bytes are read to the end either way.

    Raises :class:`DataError` for a text that no cell can hold, and for a part that declares entities of its own.

    >>> measure([b'<worksheet><row r="7"><c r="B7"><v>1</v></c></row><row r="9"/></worksheet>'], "plan.xlsx").last_row
    7
    """
    scan: _Scan | None = None
    held, first = b"", True
    for chunk in chunks:
        held += chunk.translate(_SPACES)
        if first:
            root = _root.search(held)
            scan = _Scan(root[1] or b"") if root else None
            first = False
        if _declared.search(held):
            raise DataError(f"{source} declares XML entities of its own, which no spreadsheet does; save it anew.")
        cut = scan.cut(held) if scan else held.rfind(b"<")
        if cut < 0 or len(held) - cut > LONGEST_TEXT:
            if len(held) > LONGEST_TEXT:
                raise DataError(
                    f"{source} holds a cell of more than {LONGEST_TEXT:,} characters, and a spreadsheet keeps "
                    "32,767 at most; shorten it."
                )
            continue
        if scan:
            scan.take(held[:cut])
        held = held[cut:]
    if scan:
        scan.take(held)
        return scan.extent
    return None


def column_number(letters: bytes | str) -> int:
    """Return the number of a column, counted from 1.

    >>> column_number("A"), column_number("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters.encode() if isinstance(letters, str) else letters:
        number = 26 * number + letter - 64
    return number


def column_letters(column: int) -> str:
    """Return the letters of a column, counted from 1.

    >>> column_letters(1), column_letters(26), column_letters(27)
    ('A', 'Z', 'AA')
    """
    letters = ""
    while column:
        column, last = divmod(column - 1, 26)
        letters = chr(65 + last) + letters
    return letters


class _Scan:
    """One pass over a sheet whose tags have one prefix."""

    def __init__(self, prefix: bytes) -> None:
        self.extent = Extent()
        self.row, self.count = 0, 0
        name = re.escape(prefix)
        self.row_tag, self.cell_tag = b"<" + prefix + b"row", b"<" + prefix + b"c"
        self.closing = b"</" + prefix + b"row", b"</" + prefix + b"sheetData"
        self.size_tag = b"<" + prefix + b"dimension"
        self.written = [b"<" + prefix + tag for tag in (b"v>", b"v ", b"f>", b"f ", b"is>", b"is ")]
        cell = rb"<%sc\s(?:[^<>]*?\s)?r\s*=\s*[\"']" % name
        self.far = re.compile(cell + rb"([A-Z]{2,})(\d+)[\"'][^<>]*(?<!/)>(?=\s*<%s(?:v|f|is)[\s>])" % name)
        formula = rb"<%sf(?:\s[^<>]*)?(?:/>|>[^<]*</%sf>)" % (name, name)
        empty = rb"(?:<%sv\s*/>|<%sv>\s*</%sv>)?" % (name, name, name)
        self.unsaved = re.compile(rb"<%sc(\s[^<>]*)>\s*%s\s*%s\s*</%sc>" % (name, formula, empty, name))
        self.merged = re.compile(rb"<%smergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']" % name)

    def cut(self, held: bytes) -> int:
        """Return where the last cell or row begins: what stands before it is whole."""
        at = max(held.rfind(self.cell_tag + b" "), held.rfind(self.cell_tag + b">"), held.rfind(self.row_tag))
        if at == 0:
            at = max(0, *(held.rfind(tag) for tag in self.closing))
        return at if at >= 0 else held.rfind(b"<")

    def take(self, part: bytes) -> None:
        extent = self.extent
        extent.sized = extent.sized or (self.size_tag in part)
        at = max(part.rfind(tag) for tag in self.written)
        if at >= 0:
            extent.last_row = max(extent.last_row, self._row(part, at))
            extent.cells = self.count + self._cells(part, at)
            self._formulas(part)
            self._far(part)
        self.count += self._cells(part, len(part))
        self.row = self._row(part, len(part))
        for match in self.merged.finditer(part):
            top, bottom = (int(match[2]), column_number(match[1])), (int(match[4]), column_number(match[3]))
            if len(extent.merged) < MOST_MERGED:
                extent.merged.append((top, bottom))

    def _cells(self, part: bytes, end: int) -> int:
        return part.count(self.cell_tag + b" ", 0, end) + part.count(self.cell_tag + b">", 0, end)

    def _row(self, part: bytes, end: int) -> int:
        """Return the row at a place; one without a number follows the row before it."""
        at = end
        behind = 0
        while (at := part.rfind(self.row_tag, 0, at)) >= 0:
            number = _number.match(part[at + len(self.row_tag) : at + 200])
            if number:
                return int(number[1]) + behind
            behind += part[at + len(self.row_tag) : at + len(self.row_tag) + 1] in (b">", b" ", b"/")
        return self.row + behind

    def _far(self, part: bytes) -> None:
        for match in self.far.finditer(part):
            column = column_number(match[1])
            if column > self.extent.last_column:
                self.extent.last_column = column
                self.extent.far = f"{match[1].decode()}{match[2].decode()}"

    def _formulas(self, part: bytes) -> None:
        for match in self.unsaved.finditer(part):
            attributes = match[1]
            place = _place.search(attributes)
            # a formula whose result is an empty text is stored with its kind, `str`, and no figure
            if b"str" not in attributes or b"v" not in match[0].rsplit(b"f", 1)[-1]:
                self.extent.unsaved.add((int(place[2]), column_number(place[1])) if place else (self.row, 0))
