"""A workbook on disk: measured first, then read no further than it is written, so that no file fills the memory."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnimix.data.sheet_extent import Extent, Place, measure
from omnimix.errors import DataError

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 200_000, 2_000, 500_000
MOST_PLACES = 6_000_000  # rows times columns, most of them empty
MOST_UNPACKED = 400_000_000  # bytes of all sheets together
MOST_AT_ONCE = 32_000_000  # bytes of a part that is kept whole: styles and the texts of all cells
MOST_OF = {b"<si>": (500_000, "different texts"), b"<xf ": (100_000, "formats")}  # Excel itself keeps 65,490 formats
LARGER = "a larger table is read from .csv or .parquet"
CHUNK = 1 << 20
_SKIPPED = ("media/", "pivotcache/", "externallinks/", "drawings/", "charts/", "embeddings/", "customxml/", "docprops/")


@dataclass(frozen=True)
class Workbook:
    """An open workbook: its sheets by title, none of their cells read yet."""

    source: str
    pages: Mapping[str, Any]
    extents: Mapping[str, Extent]

    @property
    def titles(self) -> list[str]:
        """The sheets in the order of the workbook."""
        return list(self.pages)

    @property
    def held(self) -> list[str]:
        """The sheets in which something is written."""
        return [title for title, extent in self.extents.items() if extent.last_row]

    def lines(self, title: str) -> list[list[object]]:
        """Return the cells of a sheet by row, from row 1 to the last written one; empty ends of rows are left out.

        Raises :class:`DataError` for a sheet with more cells, rows or columns than a workbook is read for.
        """
        extent = self.extents[title]
        _refuse_large(f"{self.source}: sheet '{title}'", extent)
        if not extent.last_row:
            return []
        page = self.pages[title]
        page.reset_dimensions()  # what the part says of its own size is not always true
        cells = page.iter_rows(1, extent.last_row, 1, extent.last_column, values_only=True)
        lines: list[list[object]] = guarded(self.source, "workbook", lambda: [_trimmed(line) for line in cells])
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def unsaved(self, title: str) -> frozenset[Place]:
        """Return the cells of a sheet with a formula whose result was never stored."""
        return frozenset(self.extents[title].unsaved)

    def merged(self, title: str) -> tuple[tuple[Place, Place], ...]:
        """Return top left and bottom right cell of every merged range of a sheet."""
        return tuple(self.extents[title].merged)


@contextmanager
def open_workbook(file: Path) -> Iterator[Workbook]:
    """Open a workbook with the stored results of its formulas; its parts are measured before any is unfolded.

    Raises :class:`DataError` for a workbook that does not open, or whose parts are larger than a workbook is read for.
    """
    import openpyxl  # only workbooks need it

    with file.open("rb") as handle:
        if handle.read(4) == b"\xd0\xcf\x11\xe0":
            message = f"{file.name} is protected by a password or is an old .xls workbook"
            raise DataError(f"{message}; save it as .xlsx without a password.")
    with warnings.catch_warnings():
        # openpyxl warns of styles and validations, never of cells
        warnings.simplefilter("ignore", UserWarning)
        measured = guarded(file.name, "workbook", lambda: _measured(file))
        book = guarded(
            file.name,
            "workbook",
            lambda: openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False),
        )
        try:
            pages = {page.title: page for page in book.worksheets}
            paths = {title: str(page._worksheet_path).lstrip("/") for title, page in pages.items()}
            lost = [title for title, path in paths.items() if path not in measured]
            if lost:
                raise DataError(f"{file.name}: sheet '{lost[0]}' is no sheet that can be read; save the workbook anew.")
            yield Workbook(file.name, pages, {title: measured[path] for title, path in paths.items()})
        finally:
            book.close()


def guarded(source: str, kind: str, read: Callable[[], Any]) -> Any:
    """Turn whatever a reader raises into one DataError: the readers know no common class."""
    try:
        return read()
    except DataError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = f"{source} does not open as a {kind} ({reason})"
        raise DataError(f"{message}; it may be damaged or protected. Save it anew.") from error


def _measured(file: Path) -> dict[str, Extent]:
    """Return the extent of every sheet by the name of its part.

    What an archive says of its sizes may be false: every part is unpacked here once, a chunk at a time, and compared.
    """
    found = {}
    with zipfile.ZipFile(file) as archive:
        parts = [part for part in archive.infolist() if not _is_skipped(part.filename)]
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MOST_UNPACKED:
            raise DataError(
                f"{file.name} unpacks to {unpacked / 1e6:,.0f} MB, and a workbook is read up to "
                f"{MOST_UNPACKED / 1e6:,.0f} MB; {LARGER}."
            )
        for part in parts:
            extent = measure(_chunks(archive, part, file.name), file.name)
            if extent is None and part.file_size > MOST_AT_ONCE:
                raise DataError(
                    f"{file.name} holds {part.file_size / 1e6:,.0f} MB of texts and styles ({part.filename}), and a "
                    f"workbook is read up to {MOST_AT_ONCE / 1e6:,.0f} MB of them; keep the sheet that is needed and "
                    f"paste it as values into a new workbook, or save it as .csv."
                )
            if extent is not None:
                found[part.filename] = extent
                if not extent.sized:
                    _refuse_large(f"{file.name}: sheet '{part.filename}'", extent)
    return found


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo, source: str) -> Iterator[bytes]:
    met = dict.fromkeys(MOST_OF, 0)
    with archive.open(part) as handle:
        while chunk := handle.read(CHUNK):
            for tag, (most, what) in MOST_OF.items():
                met[tag] += chunk.count(tag)
                if met[tag] > most:
                    raise DataError(f"{source} holds more than {most:,} {what}; {LARGER}.")
            yield chunk


def _is_skipped(name: str) -> bool:
    folded = name.casefold().removeprefix("xl/")
    return folded.startswith(_SKIPPED) or not folded.endswith((".xml", ".rels"))


def _refuse_large(where: str, extent: Extent) -> None:
    """Refuse what would take minutes to read; where one cell stands far from the others, it is named."""
    if extent.last_row > MOST_ROWS or extent.last_column > MOST_COLUMNS:
        far = f"cell {extent.far}" if extent.last_column > MOST_COLUMNS else f"row {extent.last_row:,}"
        raise DataError(
            f"{where} is written as far as {far}, and a sheet is read up to {MOST_ROWS:,} rows and {MOST_COLUMNS:,} "
            f"columns. If something stray stands there, delete that row or column and save; {LARGER}."
        )
    places = extent.last_row * extent.last_column
    if places > MOST_PLACES:
        raise DataError(
            f"{where} is written as far as row {extent.last_row:,} and cell {extent.far}: {places:,} places of which "
            f"{extent.cells:,} at most hold something, and {MOST_PLACES:,} are read. If something stray stands there, "
            f"delete it and save; {LARGER}."
        )
    if extent.cells > MOST_CELLS:
        raise DataError(
            f"{where} holds {extent.cells:,} cells, empty ones with a format among them, and a sheet is read up to "
            f"{MOST_CELLS:,}; remove the format of empty rows and columns, or note that {LARGER}."
        )


def _trimmed(line: Sequence[object]) -> list[object]:
    end = len(line)
    while end and line[end - 1] is None:
        end -= 1
    return list(line[:end])
