"""Files become grids of cells: text with its encoding and separator found, workbooks, parquet."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from pathlib import Path

import pandas as pd

from omnimix.data.amounts import is_empty, tokenise
from omnimix.data.layout import Grid
from omnimix.data.phrases import ended, quoted, row_list
from omnimix.data.workbook_file import guarded, open_workbook
from omnimix.data.written_dates import read_cell
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
BOOK_SUFFIXES = (".xlsx", ".xlsm")
PARQUET_SUFFIXES = (".parquet", ".pq")
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_END = "\x1fend"  # a last line of our own: a quote left open would swallow it
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def existing_file(path: str | Path) -> Path:
    """Return the path of a file that is there and not empty.

    Raises DataError that names a near file in the same folder, or says that it is a folder or empty.
    """
    file = Path(path).expanduser()
    if file.is_dir():
        inside = sorted(f.name for f in file.iterdir() if f.suffix.lower() in _known_suffixes())
        raise DataError(f"{file} is a folder, not a file." + (f" It holds {quoted(inside)}." if inside else ""))
    if not file.exists():
        near = [f.name for f in file.parent.iterdir()] if file.parent.is_dir() else []
        missing = ended(f"There is no file {file}{did_you_mean(file.name, near)}")
        raise DataError(f"{missing} Looked in {file.parent.resolve()}.")
    if file.suffix.lower() not in _known_suffixes():
        raise DataError(_unknown_suffix(file))
    if file.stat().st_size == 0:
        raise DataError(f"{file.name} is an empty file.")
    return file


def read_text(file: Path, *, separator: str | None, encoding: str | None) -> Grid:
    """Read a csv, tsv or txt file into cells; row 1 is its first line.

    Raises DataError when the bytes do not fit the encoding or no separator parts the columns.
    """
    content = file.read_bytes()
    if content.startswith(b"PK\x03\x04"):
        raise DataError(f"{file.name} is an Excel workbook by its content; name it .xlsx.")
    text, note = _decoded(content, file.name, encoding)
    if not text.strip():
        raise DataError(f"{file.name} holds blank lines only.")
    first, _, rest = text.partition("\n")
    declared = first.strip().strip('"').casefold()
    skipped = 0
    if declared.startswith("sep=") and len(first.strip().strip('"')) == 5:
        separator, text, skipped = separator or first.strip().strip('"')[4], rest, 1
    if separator is not None and (len(str(separator)) != 1 or str(separator) in '"\r\n'):
        raise DataError(f"{file.name}: a separator is one character such as ';', not {separator!r}.")
    found = separator or _separator(text, file.name)
    lines, rows = _parted(text, found, skipped, file.name)
    notes = [note] if note else []
    if found != ",":
        message = f"The cells are parted by a {SEPARATORS.get(found, repr(found))}."
        notes.append(Finding("separator", "notes", message, ""))
    return Grid(tuple(lines), tuple(rows), file.name, tuple(notes))


def read_book(file: Path, *, sheet: str | int | None) -> Grid:
    """Read one sheet of a workbook into cells; row 1 is the sheet's first row.

    Raises DataError for a workbook that does not open, an unknown sheet, or several sheets and none named.
    """
    with open_workbook(file) as book:
        name = chosen_sheet(file.name, book.titles, book.held, sheet)
        lines, sheets = book.lines(name), book.titles
        unsaved = sorted({row for row, _ in book.unsaved(name)})
    if unsaved:
        message = f"{file.name}: {row_list(unsaved)} of sheet '{name}' hold formulas without stored results"
        raise DataError(f"{message}; open the workbook in Excel, save it, and read it again.")
    notes = []
    if len(sheets) > 1 and sheet is None:
        message = f"Only sheet '{name}' of {quoted(sheets)} holds cells; it was read."
        notes.append(Finding("sheet", "notes", message, "", where=name))
    return Grid(tuple(lines), tuple(range(1, len(lines) + 1)), file.name, tuple(notes))


def read_parquet(file: Path) -> pd.DataFrame:
    """Read a parquet file into a frame. Raises DataError when it is not one."""
    frame: pd.DataFrame = guarded(file.name, "parquet file", lambda: pd.read_parquet(file))
    return frame


def _known_suffixes() -> tuple[str, ...]:
    return (*TEXT_SUFFIXES, *BOOK_SUFFIXES, *PARQUET_SUFFIXES)


def _unknown_suffix(file: Path) -> str:
    if file.suffix.lower() in (".xls", ".xlsb", ".ods", ".numbers"):
        return f"{file.name}: {file.suffix} workbooks are not read; save it as .xlsx or .csv."
    if file.suffix.lower() in (".gz", ".zip", ".bz2", ".7z"):
        return f"{file.name} is compressed; unpack it first."
    kinds = ", ".join(_known_suffixes())
    return f"{file.name}: files ending in '{file.suffix}' are not read; give one of {kinds}."


def _decoded(content: bytes, name: str, encoding: str | None) -> tuple[str, Finding | None]:
    """Decode by the argument, the byte order mark, zero bytes, utf-8, then Windows-1252 (noted)."""
    if encoding:
        try:
            return content.decode(encoding).removeprefix("\ufeff"), None
        except LookupError as error:
            raise DataError(f"{name}: there is no encoding '{encoding}'; try 'utf-8' or 'cp1252'.") from error
        except UnicodeDecodeError as error:
            message = f"{name} is not written in {encoding} (byte {error.start} does not fit)"
            raise DataError(f"{message}; leave encoding out to have it found.") from error
    guess = next((word for mark, word in _BOMS if content.startswith(mark)), None) or _by_zero_bytes(content)
    for candidate in [guess] if guess else ["utf-8", "cp1252"]:
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        message = f"The file was read as {candidate}."
        plain = candidate in ("utf-8", "utf-8-sig")
        return text, None if plain else Finding("encoding", "notes", message, "Pass encoding=... if names look odd.")
    raise DataError(f"{name} is not text in UTF-8, UTF-16 or Windows-1252; pass encoding=... or save it as UTF-8.")


def _by_zero_bytes(content: bytes) -> str | None:
    head = content[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < 0.3 * len(head) / 2 or min(even, odd) > 0.05 * len(head) / 2:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _separator(text: str, name: str) -> str:
    """Choose the separator whose columns are regular and whose cells read as dates and numbers."""
    sample = "\n".join(text.splitlines()[:200])
    try:
        scores = {mark: _regularity(sample, mark) for mark in SEPARATORS}
    except csv.Error as error:
        raise DataError(f"{name} cannot be parted into cells ({error}); was a quote opened and not closed?") from error
    best = max(scores, key=lambda mark: scores[mark])
    if scores[best] <= 0:
        marks = ", ".join(SEPARATORS.values())
        raise DataError(f"{name}: no separator ({marks}) parts the lines into columns; pass separator=...")
    return best


def _regularity(sample: str, mark: str) -> float:
    reader = csv.reader(io.StringIO(sample), delimiter=mark, skipinitialspace=True)
    lines = [line for line in reader if any(map(str.strip, line))]
    widths = Counter(len(line) for line in lines)
    parted = {width: count for width, count in widths.items() if width > 1}  # a long preamble is one cell a line
    width, count = max(parted.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    if not parted:
        return 0.0
    cells = [cell for line in lines if len(line) == width for cell in line]
    readable = sum(
        is_empty(cell) or tokenise(cell.strip()) is not None or read_cell(cell) is not None for cell in cells
    )
    return count / len(lines) * (0.05 + readable / len(cells))


def _parted(text: str, separator: str, skipped: int, name: str) -> tuple[list[list[object]], list[int]]:
    lines: list[list[object]] = []
    rows: list[int] = []
    closed = text if text.endswith(("\n", "\r")) else f"{text}\n"
    reader = csv.reader(io.StringIO(closed + _END, newline=""), delimiter=separator, skipinitialspace=True)
    before = 0
    try:
        for line in reader:
            lines.append(list(line))
            rows.append(before + 1 + skipped)
            before = reader.line_num
    except csv.Error as error:
        raise DataError(f"{name}: line {reader.line_num + skipped} cannot be parted into cells ({error}).") from error
    if lines.pop() != [_END]:
        message = f"{name}: a quote opened in line {rows[-1]} is never closed, so that all below it would be one cell"
        raise DataError(f"{message}; correct that line.")
    return lines, rows[:-1]


def chosen_sheet(source: str, names: list[str], held: list[str], sheet: str | int | None) -> str:
    """Return the name of the sheet to read: the one asked for by name or place, else the only one that holds cells.

    Raises DataError for a sheet that is not there, or several and none named.
    """
    if isinstance(sheet, str):
        if sheet in names:
            return sheet
        missing = ended(f"{source} has no sheet '{sheet}'{did_you_mean(sheet, names)}")
        raise DataError(f"{missing} Its sheets are {quoted(names)}.")
    if sheet is not None:
        if 0 <= sheet < len(names):
            return names[sheet]
        raise DataError(f"{source} has {len(names)} sheets, counted from 0; there is no sheet {sheet}.")
    if len(held) == 1:
        return held[0]
    if not held:
        raise DataError(f"{source}: the workbook holds no cells.")
    raise DataError(f"{source} has several sheets: {quoted(held)}. Pass sheet=... to say which one to read.")
