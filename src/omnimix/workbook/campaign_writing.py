"""A campaign sheet becomes a workbook: channels below each other, weeks side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from omnimix.data.phrases import refusal
from omnimix.data.sheet_extent import column_letters as letter
from omnimix.words import texts
from omnimix.workbook.campaign_cells import cell_text
from omnimix.workbook.campaign_counts import is_surely_counted
from omnimix.workbook.plan_writing import save_book, team_titles, workbook_path

if TYPE_CHECKING:
    from omnimix.workbook.campaign_sheet import CampaignSheet

HEAD_ROW = 5


def write_campaign_sheet(sheet: CampaignSheet, path: str | Path, *, language: str) -> Path:
    """Write a campaign sheet. Raises DataError for channels that a reader would take for counts of another one."""
    from openpyxl import Workbook  # only workbooks need it, and it takes a moment
    from openpyxl.styles import Alignment

    from omnimix.workbook.sheet_style import MONEY, for_paper, widths, write, write_heads

    lost = [c for c in sheet.channels if is_surely_counted(c, sheet.channels)]
    if lost:
        told = "would be read as no money; call the channel"
        raise refusal(f"campaign '{sheet.name}'", [f"a row '{c}' {told} '{c} budget'." for c in lost])
    say, file = texts("campaign_sheet", language), workbook_path(path)
    labels = ["channel", "team"] if sheet.teams else ["channel"]
    book = Workbook()
    page = book.active
    page.title = next(iter(team_titles([sheet.name], "{team}", []).values())) or say["title"]
    first = len(labels) + 1
    widths(page, [22, *[14] * (len(labels) - 1), *[20] * len(sheet.weeks)])
    write(page, 1, 1, sheet.name, "title")
    write(page, 2, 1, say["how"], "note").alignment = None
    days = [week.to_pydatetime() for week in sheet.weeks]
    write_heads(
        page, HEAD_ROW, dict(enumerate([*[say[n] for n in labels], *days], start=1)), left=len(labels), height=18
    )
    for k, week in enumerate(sheet.weeks):
        if week.day_of_week == 0:
            cell = write(page, HEAD_ROW - 1, first + k, say["week"].format(week=week.isocalendar().week), "note")
            cell.alignment = Alignment(horizontal="right")
    for row, channel in enumerate(sheet.channels, start=HEAD_ROW + 1):
        write(page, row, 1, channel)
        if sheet.teams:
            write(page, row, 2, sheet.teams.get(channel) or None)
        money, messages = sheet.spend[channel], sheet.messages[channel]
        cells = [cell_text(m, t, comma=language == "nl") for m, t in zip(money, messages, strict=True)]
        silent = all(cell is None for cell in cells)
        lines = 1
        for k, cell in enumerate(cells):
            shown = write(page, row, first + k, 0 if silent and not k else cell, "set", MONEY)
            shown.alignment = Alignment(
                wrap_text=True, vertical="top", horizontal="left" if isinstance(cell, str) else "right"
            )
            lines = max(lines, _lines(cell))
        page.row_dimensions[row].height = 15.5 * lines
    page.freeze_panes = f"{letter(first)}{HEAD_ROW + 1}"
    for_paper(page, head_row=HEAD_ROW)
    return save_book(book, file)


def _lines(cell: float | str | None) -> int:
    """Return how many lines a text takes in its column."""
    return sum(-(-max(len(line), 1) // 19) for line in cell.split("\n")) if isinstance(cell, str) else 1
