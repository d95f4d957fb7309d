"""How the sheets of a workbook look: one place for colours, number formats and the writing of a cell."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.comments import Comment
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from omnimix.data.sheet_extent import column_letters as letter

SHARE, DAY, PLAIN = "0%", "d mmm yyyy", "General"
# Whole amounts by their size, so that minus four tenths is 0 and not -0.
MONEY = "[>=0.5]#,##0;[<=-0.5]-#,##0;0"
CHANGE = "[>=0.5]+#,##0;[<=-0.5]-#,##0;0"
FACE = "Calibri"
INK, QUIET, EDITED = "1F2933", "66717C", "0072B2"
SET, FIXED, HEAD, OUTSIDE, WRONG = "FFFFFF", "EFF1F3", "DDE4EB", "FBD9A5", "F6C7B6"
OKABE_ITO = ("E69F00", "56B4E9", "009E73", "0072B2", "D55E00", "CC79A7", "F0E442")  # as in every picture
TODAY_COLOUR, PLAN_COLOUR = "A7B0B9", "0072B2"
TITLE_SIZE = 16

Kind = Literal["plain", "title", "head", "section", "sentence", "note", "set", "fixed", "sum"]


@dataclass(frozen=True)
class PlanValue:
    """What a kind of cell looks like."""

    bold: bool = False
    size: int = 11
    colour: str = INK
    fill: str | None = None
    edge: str | None = None
    wrap: bool = False


LOOKS: dict[Kind, PlanValue] = {
    "plain": PlanValue(),
    "title": PlanValue(bold=True, size=TITLE_SIZE),
    "section": PlanValue(bold=True, size=12),
    "head": PlanValue(bold=True, fill=HEAD, edge="bottom", wrap=True),
    "sentence": PlanValue(wrap=True),
    "note": PlanValue(colour=QUIET, wrap=True),
    "set": PlanValue(fill=SET, edge="box"),
    "fixed": PlanValue(fill=FIXED, edge="box", colour=QUIET),
    "sum": PlanValue(bold=True, edge="top"),
}


def write(page: Worksheet, row: int, column: int, value: Any, kind: Kind = "plain", number: str = PLAIN) -> Any:
    """Write one cell; a text is a text, even if it begins with the sign of a formula. See :func:`formula`."""
    cell = page.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    return dress(cell, kind, number)


def formula(page: Worksheet, row: int, column: int, text: str, kind: Kind = "plain", number: str = MONEY) -> Any:
    """Write a formula, without its sign."""
    cell = page.cell(row, column)
    cell.value = f"={text}"
    return dress(cell, kind, number)


def dress(cell: Any, kind: Kind, number: str) -> Any:
    """Give a cell the look of its kind."""
    for part, style in _styles(kind).items():
        setattr(cell, part, style)
    cell.number_format = number
    return cell


@functools.cache
def _styles(kind: Kind) -> dict[str, Any]:
    """Return the styles of a kind by the part of a cell; made once, because a workbook has thousands of cells."""
    look, line = LOOKS[kind], Side(style="thin", color="B4BDC6")
    styles: dict[str, Any] = {
        "font": Font(name=FACE, bold=look.bold, size=look.size, color=look.colour),
        "alignment": Alignment(wrap_text=look.wrap, vertical="top" if look.wrap else "center"),
    }
    if look.fill:
        styles["fill"] = PatternFill("solid", fgColor=look.fill)
    if look.edge == "box":
        styles["border"] = Border(left=line, right=line, top=line, bottom=line)
    elif look.edge:
        styles["border"] = Border(**{look.edge: line})
    return styles


def write_row(page: Worksheet, row: int, values: Iterable[Any], kind: Kind = "plain", number: str = PLAIN) -> None:
    """Write cells side by side from the first column on."""
    for column, value in enumerate(values, start=1):
        write(page, row, column, value, kind, number)


def write_heads(page: Worksheet, row: int, heads: Mapping[int, Any], *, left: int, height: float = 31) -> None:
    """Write the headings of a table by column; those after the first ``left`` columns stand over figures."""
    for column, value in heads.items():
        day = isinstance(value, dt.datetime)
        cell = write(page, row, column, value, "head", DAY if day else PLAIN)
        side = "left" if column <= left else "right"
        cell.alignment = Alignment(horizontal=side, vertical="bottom", wrap_text=not day)
    page.row_dimensions[row].height = height


def write_text(page: Worksheet, row: int, text: str, *, columns: int, kind: Kind = "sentence") -> int:
    """Write a text over several columns, as high as it needs; return the row below."""
    for line in text.split("\n"):
        write(page, row, 1, line, kind)
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
        room = sum(page.column_dimensions[letter(c)].width for c in range(1, columns + 1))
        page.row_dimensions[row].height = 15.5 * max(1, -(-len(line) // int(1.1 * room)))
        row += 1
    return row


def aside(cell: Any) -> Any:
    """Set a text a little off the figures at its left."""
    cell.alignment = Alignment(horizontal="left", vertical=cell.alignment.vertical, indent=1)
    return cell


def note(cell: Any, text: str) -> None:
    """Hang a note on a cell."""
    cell.comment = Comment(text, "omnimix", width=320, height=30 + 18 * -(-len(text) // 45))


def widths(page: Worksheet, sizes: Iterable[float]) -> None:
    """Set the widths of the columns from the first on."""
    for column, size in enumerate(sizes, start=1):
        page.column_dimensions[letter(column)].width = size


def for_paper(page: Worksheet, *, head_row: int | None = None, large: bool = False) -> None:
    """Print a sheet on its side, one page wide, ``large`` on A3; without lines that nobody drew."""
    page.sheet_view.showGridLines = False
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A3 if large else page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0 if head_row else 1
    page.sheet_properties.pageSetUpPr.fitToPage = True
    if head_row:
        page.print_title_rows = f"{head_row}:{head_row}"


def channel_colour(place: int) -> str:
    """Return the colour of a channel by its place in the funnel: the one that it has in every picture.

    >>> channel_colour(1), channel_colour(7)
    ('56B4E9', '8F6300')
    """
    turn, k = divmod(place, len(OKABE_ITO))
    parts = (int(OKABE_ITO[k][i : i + 2], 16) for i in (0, 2, 4))
    return "".join(f"{round(part * 0.62 ** (turn % 3)):02X}" for part in parts)


def titled(chart: Any, text: str) -> Any:
    """Give a chart its sentence as a title, of the size of a section, and calm lines."""
    size = CharacterProperties(sz=1200, b=True, solidFill=INK)
    run = RegularTextRun(rPr=size, t=text)
    words = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=size), r=[run])])
    chart.title = Title(tx=Text(rich=words), overlay=False)
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = MONEY
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=HEAD))
    chart.legend.position = "b"
    return chart


def day_in_words(day: dt.date, months: str) -> str:
    """Write a day out.

    >>> day_in_words(dt.date(2026, 9, 7), "Jan Feb Mar Apr May Jun Jul Aug September Oct Nov Dec")
    '7 September 2026'
    """
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"
