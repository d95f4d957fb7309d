"""A planning sheet that people made becomes a CampaignSheet, or one error that names every unclear cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from omnimix.data.book import SheetCells, read_sheet
from omnimix.data.files import TEXT_SUFFIXES, existing_file, read_text
from omnimix.data.phrases import amount, listed, refusal
from omnimix.findings import Finding
from omnimix.labels import WEEK
from omnimix.words import LANGUAGES, texts
from omnimix.workbook.campaign_cells import cell_parts, read_cells
from omnimix.workbook.campaign_headings import Headings, find_headings, is_year, plain_week
from omnimix.workbook.campaign_sheet import IN_THOUSANDS, CampaignSheet, is_total

CHANNEL_WORDS = frozenset(["channel", "channels", "kanaal", "kanalen", "medium", "media"])
TEAM_WORDS = frozenset(["team", "teams"])
NEAR = 0.51  # money by which a written total may be off: people round


@dataclass(frozen=True)
class Layout:
    """Where things stand on a sheet: weeks, the column of channels and that of teams, rows of channels, totals."""

    headings: Headings
    channel: int
    team: int | None
    rows: Mapping[str, int]
    total_rows: tuple[int, ...] = ()
    total_columns: tuple[int, ...] = ()


def read_campaign_sheet(path: str | Path, *, sheet: str | int | None = None) -> CampaignSheet:
    """Read a campaign planning sheet: rows are channels, columns are weeks, a cell holds budget and message.

    Cells may hold a budget (``25000``, ``€ 25.000``, ``25k``), both (``25000 | Back to school``, ``25k - Back to
    school``, ``EUR 25,000 Back to school``), a message, or nothing, which is a budget of 0. Weeks are days,
    ``2026-W36`` or ``wk 36`` with a year above them. Totals are held to what they add up and left out; a column
    ``team`` is read. ``sheet`` is the name or place of the sheet where a workbook has several. A csv will do as well.

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
    layout, notes, wrong = _layout(page, headings)
    problems += merged + wrong
    if layout is None:
        raise refusal(source, problems)
    spend, messages, wrong = _body(page, layout)
    problems += wrong or _totals(page, layout, spend)
    if problems:
        raise refusal(source, problems)
    teams = {c: team for c, row in layout.rows.items() if layout.team and (team := _text(page.cell(row, layout.team)))}
    name, left_out = _name(page, headings.row)
    return CampaignSheet(name, spend, messages, teams, (*left_out, *notes))


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


def _layout(page: SheetCells, headings: Headings) -> tuple[Layout | None, list[Finding], list[str]]:
    """Find the columns of channels, teams and totals, and the row of every channel."""
    weeks = headings.columns
    if not weeks:
        return None, [], []
    body = range(headings.row + 1, len(page.lines) + 1)
    before = [c for c in range(1, weeks[0]) if any(_text(page.cell(r, c)) for r in body)]
    heads = {c: _text(page.cell(headings.row, c)).casefold() for c in before}
    team = next((c for c, head in heads.items() if head in TEAM_WORDS), None)
    named = [c for c, head in heads.items() if head in CHANNEL_WORDS] or [c for c in before if c != team]
    if len(named) != 1:
        where = listed([page.address(headings.row, c) for c in named]) or page.address(headings.row, 1)
        several = "several columns stand" if named else "no column stands"
        return None, [], [f"{where}: {several} before the weeks; call the one that names the channels 'channel'."]
    left = [c for c in before if c not in (named[0], team)]
    totals, unused, problems = _other_columns(page, headings, body, left)
    rows, total_rows, left_out, wrong = _rows(page, headings, named[0], body)
    notes = []
    for c in unused:
        where, head = page.address(headings.row, c), _text(page.cell(headings.row, c))
        message = f"The column below {where} ('{head}') holds no week and was left out."
        notes.append(Finding("column_not_used", "notes", message, "", where=where))
    notes += left_out
    return Layout(headings, named[0], team, rows, total_rows, totals), notes, problems + wrong


def _other_columns(
    page: SheetCells, headings: Headings, body: Sequence[int], left: Sequence[int]
) -> tuple[tuple[int, ...], list[int], list[str]]:
    """Part the columns that are no weeks in totals, others, and those that may be weeks: beside one, with amounts."""
    totals, others, problems = [], [], []
    first, last = headings.columns[0], headings.columns[-1]
    for c in (*left, *range(first, max(map(len, page.lines)) + 1)):
        filled = [cell for r in body if (cell := page.cell(r, c)) is not None]
        head, inside = _text(page.cell(headings.row, c)), first < c < last
        if c in headings.weeks or (not filled and not (head and inside)):
            continue
        beside = inside or c in (first - 1, last + 1)
        if is_total(head):
            totals.append(c)
        elif inside or not head or (beside and any(map(_is_amount, filled))):
            told = f"'{head}' is no week" if head else "no week is named"
            remedy = "name the week, or leave a column free between the weeks and what is none"
            problems.append(f"{page.address(headings.row, c)}: {told} above cells that hold something; {remedy}.")
        else:
            others.append(c)
    return tuple(totals), others, problems


def _rows(
    page: SheetCells, headings: Headings, column: int, body: Sequence[int]
) -> tuple[dict[str, int], tuple[int, ...], list[Finding], list[str]]:
    """Return the row of every channel, the rows of totals, and what is wrong with the others."""
    rows: dict[str, int] = {}
    totals, notes, problems = [], [], []
    held = {r: [c for c in headings.columns if page.cell(r, c) is not None] for r in body}
    last = max((r for r in body if held[r]), default=0)
    blank = next((r for r in body if r > last and not any(_text(cell) for cell in page.lines[r - 1])), None)
    for r in body:
        label, where = _text(page.cell(r, column)), page.address(r, column)
        if not label and all(plain_week(page.cell(r, c)) for c in held[r]):
            continue  # nothing, or the same weeks once more in another form
        if not label:
            problems.append(f"{where} names no channel and its row holds something; name the channel.")
        elif is_total(label):
            totals.append(r)
        elif label in rows:
            problems.append(f"{where} names '{label}' a second time; keep one row a channel.")
        elif held[r]:
            rows[label] = r
        elif blank is not None and r > blank:
            notes.append(Finding("remark", "notes", f"Row {r} ('{label}') was left out as a remark.", "", where=where))
        else:
            why = "has neither budget nor message in any week"
            problems.append(f"{where}: '{label}' {why}; write 0 in one if it is a channel, else remove the row.")
    if not rows and not problems:
        problems.append(f"no channel stands below row {headings.row}.")
    return rows, tuple(totals), notes, problems


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


def _totals(page: SheetCells, layout: Layout, spend: pd.DataFrame) -> list[str]:
    """Hold written totals to what they add up: one that is off was made for other cells, or a cell was misread."""
    problems = []
    rows, columns = layout.rows, layout.headings.columns
    for r in layout.total_rows:
        since = max((t for t in layout.total_rows if t < r), default=0)
        group = [k for k, row in enumerate(rows.values()) if since < row < r]
        for k, c in enumerate(columns):
            sums = [spend.iloc[k].sum(), spend.iloc[k, group].sum()]
            problems += _unequal(page, r, c, sums)
    for c in layout.total_columns:
        since = max((t for t in layout.total_columns if t < c), default=0)
        group = [k for k, week in enumerate(columns) if since < week < c]
        for channel, r in rows.items():
            problems += _unequal(page, r, c, [spend[channel].sum(), spend[channel].iloc[group].sum()])
    return problems


def _unequal(page: SheetCells, row: int, column: int, sums: Sequence[float]) -> list[str]:
    cell = page.cell(row, column)
    written, _, wrong = read_cells([cell])
    if cell is None or wrong or (isinstance(cell, str) and cell_parts(cell).amount is None):
        return []
    if any(abs(written[0] - total) <= NEAR for total in sums):
        return []
    told = " or ".join(dict.fromkeys(amount(float(total)) for total in sums))
    return [
        f"{page.address(row, column)} says {amount(float(written[0]))} in all and the cells add up to {told}; mend it."
    ]


def _name(page: SheetCells, head: int) -> tuple[str, list[Finding]]:
    """Return the first text above the weeks, else the sheet's own name; note the texts that are left out."""
    own = {texts("campaign_sheet", language)["how"] for language in LANGUAGES}
    places = [(r, c) for r in range(1, head) for c in range(1, len(page.lines[r - 1]) + 1)]
    above = [p for p in places if _text(cell := page.cell(*p)) and not (plain_week(cell) or is_year(cell))]
    first = next(iter(above), None)
    rest = [p for p in above[1:] if _text(page.cell(*p)) not in own]
    told = [f"{page.address(*place)} ('{_text(page.cell(*place))}')" for place in rest]
    notes = [Finding("preamble", "notes", f"Left out above the weeks: {listed(told)}.", "")] if told else []
    return (_text(page.cell(*first)) if first else page.title), notes


def _is_amount(cell: object) -> bool:
    if isinstance(cell, str):
        return cell_parts(cell).amount is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _text(cell: object) -> str:
    """Return a cell as a text with single spaces; a number as it is written."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())
