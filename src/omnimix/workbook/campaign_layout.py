"""Where things stand on a planning sheet: the column of channels, the rows of channels, totals, what is no week."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from omnimix.data.book import SheetCells
from omnimix.data.phrases import listed
from omnimix.data.totals import names_total
from omnimix.findings import Finding
from omnimix.workbook.campaign_cells import cell_parts
from omnimix.workbook.campaign_counts import counted, is_surely_counted, surely_named, told_left_out
from omnimix.workbook.campaign_headings import Headings, plain_week

CHANNEL_WORDS = frozenset(["channel", "channels", "kanaal", "kanalen", "medium", "media"])
TEAM_WORDS = frozenset(["team", "teams"])
_UNITS = """
    unit units eenheid eenheden einheit einheiten unité unités kpi kpis metric metrics metriek kennzahl measure maat
"""
UNIT_WORDS = frozenset(_UNITS.split())


@dataclass(frozen=True)
class Layout:
    """Where things stand on a sheet: weeks, the column of channels and that of teams, rows of channels, totals.

    ``counts`` are the rows named after what is no money, and whether one can be no channel.
    """

    headings: Headings
    channel: int
    team: int | None
    rows: Mapping[str, int]
    counts: Mapping[str, bool] = field(default_factory=dict)
    total_rows: tuple[int, ...] = ()
    total_columns: tuple[int, ...] = ()

    def without(self, labels: Collection[str]) -> Layout:
        """Return the layout without some rows."""
        return replace(self, rows={label: r for label, r in self.rows.items() if label not in labels}, counts={})


def find_layout(page: SheetCells, headings: Headings) -> tuple[Layout | None, list[Finding], list[str]]:
    """Find the columns of channels, teams and totals, and the row of every channel."""
    weeks = headings.columns
    if not weeks:
        return None, [], []
    body = range(headings.row + 1, len(page.lines) + 1)
    before = [c for c in range(1, weeks[0]) if any(cell_name(page.cell(r, c)) for r in body)]
    heads = {c: cell_name(page.cell(headings.row, c)).casefold() for c in before}
    team = next((c for c, head in heads.items() if head in TEAM_WORDS), None)
    named = [c for c, head in heads.items() if head in CHANNEL_WORDS] or [c for c in before if c != team]
    if len(named) != 1:
        where = listed([page.address(headings.row, c) for c in named]) or page.address(headings.row, 1)
        several = "several columns stand" if named else "no column stands"
        return None, [], [f"{where}: {several} before the weeks; call the one that names the channels 'channel'."]
    left = [c for c in before if c not in (named[0], team)]
    totals, unused, problems = _other_columns(page, headings, body, left)
    beside = _counts_beside(page, body, {c: heads[c] in UNIT_WORDS for c in left})
    rows, total_rows, left_out, wrong = _rows(page, headings, named[0], body, beside)
    notes = []
    for c in unused:
        where, head = page.address(headings.row, c), cell_name(page.cell(headings.row, c))
        message = f"The column below {where} ('{head}') holds no week and was left out."
        notes.append(Finding("column_not_used", "notes", message, "", where=where))
    notes += left_out
    signed = {label for label, r in rows.items() if any(_has_sign(page.cell(r, c)) for c in weeks)}
    counts = {c: c not in signed and is_surely_counted(c, rows) for c in rows if counted(c)}
    counts = {c: sure for c, sure in counts.items() if c not in signed or surely_named(c)}
    return Layout(headings, named[0], team, rows, counts, total_rows, totals), notes, problems + wrong


def _other_columns(
    page: SheetCells, headings: Headings, body: Sequence[int], left: Sequence[int]
) -> tuple[tuple[int, ...], list[int], list[str]]:
    """Part the columns that are no weeks in totals, others, and those that may be weeks: beside one, with amounts."""
    totals, others, problems = [], [], []
    first, last = headings.columns[0], headings.columns[-1]
    for c in (*left, *range(first, max(map(len, page.lines)) + 1)):
        filled = [cell for r in body if (cell := page.cell(r, c)) is not None]
        head, inside = cell_name(page.cell(headings.row, c)), first < c < last
        if c in headings.weeks or (not filled and not (head and inside)):
            continue
        beside = inside or c in (first - 1, last + 1)
        if names_total(head):
            totals.append(c)
        elif inside or not head or (beside and any(map(_is_amount, filled))):
            told = f"'{head}' is no week" if head else "no week is named"
            remedy = "name the week, or leave a column free between the weeks and what is none"
            problems.append(f"{page.address(headings.row, c)}: {told} above cells that hold something; {remedy}.")
        else:
            others.append(c)
    return tuple(totals), others, problems


def _counts_beside(page: SheetCells, body: Sequence[int], columns: Mapping[int, bool]) -> dict[int, str]:
    """Return rows that have a count beside their channel; only a column of units may say one that is an aim as well."""
    beside = ((r, cell_name(page.cell(r, c)), units) for c, units in columns.items() for r in body)
    return {r: cell for r, cell, units in beside if (counted(cell) if units else surely_named(cell))}


def _rows(
    page: SheetCells, headings: Headings, column: int, body: Sequence[int], beside: Mapping[int, str]
) -> tuple[dict[str, int], tuple[int, ...], list[Finding], list[str]]:
    """Return the row of every channel, the rows of totals, and what is wrong with the others."""
    rows: dict[str, int] = {}
    totals, notes, problems = [], [], []
    held = {r: [c for c in headings.columns if page.cell(r, c) is not None] for r in body}
    last = max((r for r in body if held[r]), default=0)
    blank = next((r for r in body if r > last and not any(cell_name(cell) for cell in page.lines[r - 1])), None)
    for r in body:
        label, where = cell_name(page.cell(r, column)), page.address(r, column)
        if not label and all(plain_week(page.cell(r, c)) for c in held[r]):
            continue  # nothing, or the same weeks once more in another form
        if r in beside:
            message = f"Row {r} ('{label}') counts {beside[r]}, which is no money, and was left out."
            notes.append(Finding("no_money", "notes", message, "", where=where))
        elif not label:
            problems.append(f"{where} names no channel and its row holds something; name the channel.")
        elif names_total(label) and counted(label):
            notes.append(told_left_out(label, r, where))
        elif names_total(label):
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


def _is_amount(cell: object) -> bool:
    if isinstance(cell, str):
        return cell_parts(cell).amount is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _has_sign(cell: object) -> bool:
    """Tell whether a cell has a currency beside its amount."""
    found = cell_parts(cell).amount if isinstance(cell, str) else None
    return found is not None and bool(found.currency)


def cell_name(cell: object) -> str:
    """Return a cell as a text with single spaces; a number as it is written."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())
