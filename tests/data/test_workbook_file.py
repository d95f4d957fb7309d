"""Workbooks that hold far, formatted, lying or endless parts: read or refused, in little time and memory."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import omnimix as om
from omnimix.data import workbook_file
from omnimix.data.files import read_book
from omnimix.data.sheet_extent import column_number, measure
from omnimix.data.workbook_file import open_workbook
from omnimix.errors import DataError

SHEET = "xl/worksheets/sheet1.xml"
Rows = Iterable[bytes]


@pytest.fixture
def weekly(tmp_path: Path) -> Path:
    """A workbook with a header and twenty weeks."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Data"
    page.append(["week", "tv", "sales"])
    for k, day in enumerate(pd.date_range("2024-01-01", periods=20, freq="7D")):
        page.append([day.to_pydatetime(), 10.0 * k, 100.0 * k])
    path = tmp_path / "weekly.xlsx"
    book.save(path)
    return path


def changed(path: Path, change: Callable[[bytes], Rows], part: str = SHEET) -> Path:
    """Write the workbook once more with one part changed."""
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            with new.open(name, "w", force_zip64=True) as handle:
                for piece in change(old.read(name)) if name == part else [old.read(name)]:
                    handle.write(piece)
    return out


def with_rows(path: Path, rows: Rows) -> Path:
    """Write the workbook once more with rows below its own."""

    def change(sheet: bytes) -> Rows:
        before, after = sheet.split(b"</sheetData>")
        yield before
        yield from rows
        yield b"</sheetData>" + after

    return changed(path, change)


def test_formats_down_to_the_last_row_change_nothing(weekly: Path) -> None:
    formatted = with_rows(weekly, (b'<row r="%d"><c r="A%d" s="0"/></row>' % (r, r) for r in range(22, 300_000)))
    assert read_book(formatted, sheet=None).lines == read_book(weekly, sheet=None).lines


def test_a_format_in_the_last_cell_of_all_changes_nothing(weekly: Path) -> None:
    formatted = with_rows(weekly, [b'<row r="1048576"><c r="XFD1048576" s="0"/></row>'])
    assert read_book(formatted, sheet=None).lines == read_book(weekly, sheet=None).lines


@pytest.mark.parametrize("door", [om.read_panel, om.read_campaign_sheet, om.read_plan])
@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD5", "BXX199999", "ZZZZZZZZ5", "A99999999999999"])
def test_a_written_cell_far_from_the_others_is_named(weekly: Path, door: Callable[[Path], object], cell: str) -> None:
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    stray = with_rows(weekly, [f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>'.encode()])
    tracemalloc.start()
    with pytest.raises(DataError, match=rf"{cell}|row {int(row):,}"):
        door(stray)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()


def test_more_cells_than_are_read_are_counted_and_refused(weekly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "MOST_CELLS", 50)
    with pytest.raises(DataError, match=r"63 cells, .* up to 50; .*csv or .parquet"):
        read_book(weekly, sheet=None)


def test_another_large_sheet_does_not_stand_in_the_way(weekly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.load_workbook(weekly)
    for line in range(40):
        book.create_sheet("Dump") if line == 0 else book["Dump"].append([line] * 5)
    book.save(weekly)
    monkeypatch.setattr(workbook_file, "MOST_CELLS", 100)
    assert len(read_book(weekly, sheet="Data").lines) == 21
    with pytest.raises(DataError, match="sheet 'Dump' holds 195 cells"):
        read_book(weekly, sheet="Dump")


@pytest.mark.parametrize(
    "piece", [b'<c r="A22" t="inlineStr"><is><t>' + b"a" * 3_000_000 + b"</t></is></c>", b"<!--" + b" " * 3_000_000]
)
def test_a_cell_longer_than_any_spreadsheet_keeps_is_refused(weekly: Path, piece: bytes) -> None:
    with pytest.raises(DataError, match="more than 1,000,000 characters"):
        read_book(with_rows(weekly, [b'<row r="22">', piece]), sheet=None)


def test_much_that_is_no_cell_is_read_past(weekly: Path) -> None:
    columns = b"<cols>" + b'<col min="1" max="1" width="9"/>' * 60_000 + b"</cols><sheetData>"
    path = changed(weekly, lambda sheet: [sheet.replace(b"<sheetData>", columns)])
    assert read_book(path, sheet=None).lines == read_book(weekly, sheet=None).lines


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(weekly: Path) -> None:
    packed = with_rows(weekly, [b" " * 10_000_000] * 45)
    assert packed.stat().st_size < 1e6
    with pytest.raises(DataError, match="unpacks to 450 MB"):
        read_book(packed, sheet=None)


def test_an_archive_that_lies_about_its_sizes_is_refused(weekly: Path) -> None:
    packed = with_rows(weekly, [b" " * 10_000_000])
    with zipfile.ZipFile(packed) as archive:
        size = archive.getinfo(SHEET).file_size
    content = packed.read_bytes()
    for form in ("<I", "<Q"):
        content = content.replace(struct.pack(form, size), struct.pack(form, 5000))
    packed.write_bytes(content)
    with pytest.raises(DataError, match="does not open as a workbook"):
        read_book(packed, sheet=None)


def test_entities_of_its_own_are_refused(weekly: Path) -> None:
    head = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(DataError, match="XML entities"):
        read_book(changed(weekly, lambda sheet: [head + sheet]), sheet=None)


def test_formats_without_number_are_refused(weekly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "MOST_OF", {b"<xf ": (100, "formats")})
    many = changed(weekly, lambda s: [s.replace(b"</cellXfs>", b"<xf />" * 200 + b"</cellXfs>")], "xl/styles.xml")
    with pytest.raises(DataError, match="more than 100 formats"):
        read_book(many, sheet=None)


def test_a_merged_range_down_to_the_last_row_costs_nothing(weekly: Path) -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="B3:XFD1048576"/></mergeCells>'
    path = changed(weekly, lambda sheet: [sheet.replace(b"</sheetData>", merged)])
    with open_workbook(path) as book:
        assert book.merged("Data") == (((3, 2), (1_048_576, 16_384)),)
        assert len(book.lines("Data")) == 21


@pytest.mark.parametrize(
    ("cell", "unsaved"),
    [
        ('<c r="B2"><f>SUM(A1)</f></c>', True),
        ('<c r="B2"><f>SUM(A1)</f><v></v></c>', True),
        ('<c r="B2"><f>SUM(A1)</f><v/></c>', True),
        ('<c r="B2"><f t="shared" si="0"/><v /></c>', True),
        ('<c r="B2"><f>SUM(A1)</f><v>3</v></c>', False),
        ('<c r="B2" t="str"><f>IF(A1=1,"","x")</f><v></v></c>', False),
        ('<c r="B2"><v>3</v></c>', False),
    ],
)
def test_formulas_without_a_result_are_known_by_their_cell(cell: str, unsaved: bool) -> None:
    extent = measure([f'<worksheet><sheetData><row r="2">{cell}</row></sheetData></worksheet>'.encode()], "plan.xlsx")
    assert extent is not None
    assert extent.unsaved == ({(2, 2)} if unsaved else set())


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_where_a_part_is_cut_does_not_matter(prefix: str, size: int) -> None:
    p = prefix
    rows = "".join(
        f'<{p}row r="{r}"><{p}c r="A{r}"><{p}v>{r}</{p}v></{p}c><{p}c r="AB{r}" s="1"/></{p}row>' for r in range(1, 30)
    )
    tail = f'<{p}row><{p}c><{p}v>1</{p}v></{p}c></{p}row><{p}row r="40"><{p}c r="ZZ40" s="1"></{p}c></{p}row>'
    far = f'<{p}row r="35"><{p}c r="AD35"><{p}f>A1</{p}f></{p}c></{p}row>'
    root = f"<{p}worksheet>"
    part = f"{root}{rows}{tail}{far}</{p}worksheet>".encode()
    first, rest = part[: len(root)], part[len(root) :]
    extent = measure([first, *(rest[k : k + size] for k in range(0, len(rest), size))], "plan.xlsx")
    assert extent is not None
    assert (extent.last_row, extent.last_column, extent.far) == (35, column_number("AD"), "AD35")
    assert extent.unsaved == {(35, 30)}


def test_rows_without_numbers_follow_one_another() -> None:
    part = b"<worksheet>" + b"<row><c><v>1</v></c></row>" * 12 + b"<row><c/></row></worksheet>"
    extent = measure([part], "plan.xlsx")
    assert extent is not None
    assert extent.last_row == 12


def test_other_quotes_and_breaks_between_attributes_change_nothing() -> None:
    part = (
        b"<worksheet><row\n r='3'><c\n\tr='AC3' s='1'>\n<v>1</v></c></row><row r = '5'><c r = 'B5'><f>A1</f></c></row>"
        b"<row r='9'><c r='B9'/></row><mergeCells><mergeCell ref='A1:B2'/></mergeCells></worksheet>"
    )
    for size in (1, 5, 1_000):
        extent = measure([part[:12], *(part[k : k + size] for k in range(12, len(part), size))], "plan.xlsx")
        assert extent is not None
        assert (extent.last_row, extent.far, extent.unsaved) == (5, "AC3", {(5, 2)})
        assert extent.merged == [((1, 1), (2, 2))]
