"""A planning sheet that people made becomes a CampaignSheet, or one error that names every unclear cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from omnimix.data.book import SheetCells, read_sheet
from omnimix.data.files import TEXT_SUFFIXES, existing_file, read_text
from omnimix.data.phrases import listed, refusal
from omnimix.findings import Finding
from omnimix.labels import WEEK
from omnimix.words import LANGUAGES, texts
from omnimix.workbook.campaign_cells import cell_parts, read_cells
from omnimix.workbook.campaign_counts import told_doubt, told_left_out, told_money
from omnimix.workbook.campaign_headings import Headings, find_headings, is_year, plain_week
from omnimix.workbook.campaign_layout import Layout, cell_name, find_layout
from omnimix.workbook.campaign_sheet import IN_THOUSANDS, CampaignSheet
from omnimix.workbook.campaign_totals import holds_totals, total_problems, unnamed_sums


def read_campaign_sheet(path: str | Path, *, sheet: str | int | None = None) -> CampaignSheet:
    """Read a campaign planning sheet: rows are channels, columns are weeks, a cell holds budget and message.

    Cells may hold a budget (``25000``, ``€ 25.000``, ``25k``), both (``25000 | Back to school``, ``25k - Back to
    school``, ``EUR 25,000 Back to school``), a message, or nothing, which is a budget of 0. Weeks are days,
    ``2026-W36``, ``31 Aug - 6 Sep`` or ``wk 36`` with a year above them. Totals are held to what they add up and left
    out; a column ``team`` is read. Rows named after what is no money (``TV GRP``, ``clicks``) are left out with a note
    where totals or the row of the channel itself tell so, and refused elsewhere. ``sheet`` is the name or place of the
    sheet where a workbook has several. A csv will do as well.

    Raises :class:`DataError` that lists every cell that is no budget, may be either, or contradicts another one.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "campaign.csv"
    >>> _ = file.write_text("Back to school;\\nkanaal;wk 36 2026\\ntv;25k - Bags\\n")
    >>> read_campaign_sheet(file).spend["tv"].tolist()
    [25000.0]
    """
    source, page = _page(path, sheet)
    headings = find_headings(page, source)
    problems = [*headings.problems, *_in_thousands(page, headings.row)]
    page, merged = _unmerged(page, headings)
    layout, notes, wrong = find_layout(page, headings)
    problems += merged + wrong
    if layout is None:
        raise refusal(source, problems)
    layout, spend, messages, more, wrong = _money_rows(page, layout)
    notes += more
    problems += wrong
    if problems:
        raise refusal(source, problems)
    teams = {
        c: team for c, row in layout.rows.items() if layout.team and (team := cell_name(page.cell(row, layout.team)))
    }
    name, left_out = _name(page, headings.row)
    return CampaignSheet(name, spend, messages, teams, (*left_out, *notes, *unnamed_sums(page, layout, spend)))


def _page(path: str | Path, sheet: str | int | None) -> tuple[str, SheetCells]:
    """Return the sheet to read of a workbook, or a csv file as if it were one."""
    if isinstance(path, str | Path) and Path(path).suffix.lower() in TEXT_SUFFIXES:
        file = existing_file(path)
        grid = read_text(file, separator=None, encoding=None)
        width = max(map(len, grid.lines))
        by_row = dict(zip(grid.rows, grid.lines, strict=True))
        lines = [[*by_row.get(r, []), *[None] * width][:width] for r in range(1, max(grid.rows) + 1)]
        return file.name, SheetCells(file.stem, [[cell if cell != "" else None for cell in line] for line in lines])
    return read_sheet(path, what="a campaign sheet", sheet=sheet)


def _in_thousands(page: SheetCells, head: int) -> list[str]:
    cells = ((r, c, cell) for r in range(1, head + 1) for c, cell in enumerate(page.lines[r - 1], start=1))
    return [
        f"{page.address(r, c)} says that amounts are in thousands ('{cell}'); write whole amounts and leave that out."
        for r, c, cell in cells
        if isinstance(cell, str) and IN_THOUSANDS.search(cell)
    ]


def _unmerged(page: SheetCells, headings: Headings) -> tuple[SheetCells, list[str]]:
    """Give every cell of a merged range its text; money over several cells may be for each or for all."""
    lines, problems = [list(line) for line in page.lines], []
    first = min(headings.columns, default=1)
    for (top, left), (bottom, right) in page.merged:
        cell = page.cell(top, left)
        if top <= headings.row or cell is None:
            continue
        parts = cell_parts(cell) if isinstance(cell, str) else None
        if right >= first and (parts is None or parts.amount is not None or parts.problem):
            area = f"{page.address(top, left)} to {page.address(bottom, right)}"
            problems.append(
                f"{area} is one merged cell with a budget ('{cell}'), for each week or for all; unmerge it."
            )
            continue
        for line in lines[top - 1 : bottom]:
            line[left - 1 : right] = [cell] * (min(right, len(line)) - left + 1)
    return replace(page, lines=lines), problems


def _body(page: SheetCells, layout: Layout) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Read every cell of the weeks at once: one hand wrote them."""
    places = [(channel, r, c) for channel, r in layout.rows.items() for c in layout.headings.columns]
    money, said, wrong = read_cells([page.cell(r, c) for _, r, c in places])
    for position, (_, r, c) in enumerate(places):
        if (r, c) in page.unsaved:
            wrong[position] = (
                "holds a formula without a stored result; open the file in Excel or LibreOffice and save it."
            )
    problems = []
    for position in sorted(wrong):
        channel, r, c = places[position]
        problems.append(f"{page.address(r, c)} ({channel}, {layout.headings.weeks[c]:%Y-%m-%d}) {wrong[position]}")
    weeks = pd.DatetimeIndex([layout.headings.weeks[c] for c in layout.headings.columns], name=WEEK)
    names, shape = pd.Index(list(layout.rows), dtype=object), (len(layout.rows), len(weeks))
    spend = pd.DataFrame(np.reshape(money, shape).T, weeks, names)
    return spend, pd.DataFrame(np.reshape(np.array(said, dtype=object), shape).T, weeks, names), problems


def _money_rows(
    page: SheetCells, layout: Layout
) -> tuple[Layout, pd.DataFrame, pd.DataFrame, list[Finding], list[str]]:
    """Read the weeks of the rows that are money; totals, then names, tell which rows are none."""
    read = (layout, *_body(page, layout))
    if not layout.counts:
        return (*read[:3], [], read[3] or total_problems(page, layout, read[1]))
    weighed = holds_totals(page, layout)
    if weighed and not (read[3] or total_problems(page, layout, read[1])):
        return (*read[:3], [], [])
    less = layout.without(layout.counts)
    spend, messages, wrong = _body(page, less)
    wrong = wrong or total_problems(page, less, spend)
    places = {label: (layout.rows[label], page.address(layout.rows[label], layout.channel)) for label in layout.counts}
    if less.rows and (all(layout.counts.values()) or (weighed and not wrong)):
        return less, spend, messages, [told_left_out(label, *place) for label, place in places.items()], wrong
    if _is_own(page, layout.headings.row):
        sure = [label for label, is_sure in layout.counts.items() if is_sure]
        read = (less := layout.without(sure), *_body(page, less))
        notes = [told_left_out(label, *places[label]) for label in sure]
        notes += [told_money(label, *places[label]) for label in layout.counts if label not in sure]
        return (*read[:3], notes, read[3])
    doubts = [told_doubt(label, places[label][1]) for label in layout.counts]
    return less, spend, messages, [], doubts + wrong


def _is_own(page: SheetCells, head: int) -> bool:
    """Tell whether :meth:`CampaignSheet.to_excel` wrote the sheet: it names no row that is no money."""
    return any(cell_name(cell) in _how() for line in page.lines[:head] for cell in line)


def _how() -> frozenset[str]:
    return frozenset(texts("campaign_sheet", language)["how"] for language in LANGUAGES)


def _name(page: SheetCells, head: int) -> tuple[str, list[Finding]]:
    """Return the first text above the weeks, else the sheet's own name; note the texts that are left out."""
    places = [(r, c) for r in range(1, head) for c in range(1, len(page.lines[r - 1]) + 1)]
    above = [p for p in places if cell_name(cell := page.cell(*p)) and not (plain_week(cell) or is_year(cell))]
    first = next(iter(above), None)
    rest = [p for p in above[1:] if cell_name(page.cell(*p)) not in _how()]
    told = [f"{page.address(*place)} ('{cell_name(page.cell(*place))}')" for place in rest]
    notes = [Finding("preamble", "notes", f"Left out above the weeks: {listed(told)}.", "")] if told else []
    return (cell_name(page.cell(*first)) if first else page.title), notes
