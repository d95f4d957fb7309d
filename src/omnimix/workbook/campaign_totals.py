"""Written totals of a planning sheet, held to what they add up: they tell which rows are money."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from omnimix.data.book import SheetCells
from omnimix.data.phrases import amount, listed
from omnimix.findings import Finding
from omnimix.workbook.campaign_cells import cell_parts, read_cells
from omnimix.workbook.campaign_layout import Layout

NEAR = 0.51  # money by which a written total may be off: people round
FEWEST_WEEKS = 3  # in which a row must be a sum before that is told
MOST_TRIED = 60  # rows of which one or two are taken away to see whether the rest adds up


def total_problems(page: SheetCells, layout: Layout, spend: pd.DataFrame) -> list[str]:
    """Return the totals that are off: made for other cells, or a cell was misread; a row to blame is named."""
    problems = _row_problems(page, layout, spend)
    if problems:
        blamed = _blamed(page, layout, spend)
        told = f"; without {listed([repr(c) for c in blamed])} it would be right: is that row no money?"
        problems = [problem.removesuffix("; mend it.") + told if blamed else problem for problem in problems]
    rows, columns = layout.rows, layout.headings.columns
    for c in layout.total_columns:
        since = max((t for t in layout.total_columns if t < c), default=0)
        group = [k for k, week in enumerate(columns) if since < week < c]
        for channel, r in rows.items():
            problems += _unequal(page, r, c, [spend[channel].sum(), spend[channel].iloc[group].sum()])
    return problems


def holds_totals(page: SheetCells, layout: Layout) -> bool:
    """Tell whether a row of totals holds an amount of any week."""
    return any(_written(page.cell(r, c)) is not None for r in layout.total_rows for c in layout.headings.columns)


def unnamed_sums(page: SheetCells, layout: Layout, spend: pd.DataFrame) -> list[Finding]:
    """Warn of rows that are in every week the sum of those above them, where no total of the sheet counts them in."""
    if holds_totals(page, layout):
        return []
    plain: list[str] = []
    block: list[str] = []
    sums: list[str] = []
    for channel, weeks in spend.items():
        above = [spend[group].sum(axis=1) for group in (block, plain) if len(group) > 1]
        if (weeks > 0).sum() >= FEWEST_WEEKS and any(((weeks - held).abs() <= NEAR).all() for held in above):
            sums.append(str(channel))
            block = []
        else:
            plain.append(str(channel))
            block.append(str(channel))
    return [
        Finding(
            "may_be_total",
            "warns",
            f"'{channel}' holds in every week what the rows above it add up to, and counts as a channel of its own.",
            f"Call it 'Total {channel}' if it is their sum; its money then counts once.",
            where=page.address(layout.rows[channel], layout.channel),
        )
        for channel in sums
    ]


def _row_problems(page: SheetCells, layout: Layout, spend: pd.DataFrame) -> list[str]:
    problems = []
    for r in layout.total_rows:
        since = max((t for t in layout.total_rows if t < r), default=0)
        group = [k for k, row in enumerate(layout.rows.values()) if since < row < r]
        for k, c in enumerate(layout.headings.columns):
            problems += _unequal(page, r, c, [spend.iloc[k].sum(), spend.iloc[k, group].sum()])
    return problems


def _blamed(page: SheetCells, layout: Layout, spend: pd.DataFrame) -> tuple[str, ...]:
    """Return the one or two rows without which every row of totals is right, where there are such."""
    if len(layout.rows) > MOST_TRIED:
        return ()
    tried = (rows for count in (1, 2) if count < len(layout.rows) for rows in combinations(layout.rows, count))
    right = (c for c in tried if not _row_problems(page, layout.without(c), spend.drop(columns=list(c))))
    return next(right, ())


def _written(cell: object) -> float | None:
    """Return the amount that a total says, or None for a cell that says none."""
    money, _, wrong = read_cells([cell])
    none = cell is None or wrong or (isinstance(cell, str) and cell_parts(cell).amount is None)
    return None if none else float(money[0])


def _unequal(page: SheetCells, row: int, column: int, sums: Sequence[float]) -> list[str]:
    written = _written(page.cell(row, column))
    if written is None or any(abs(written - total) <= NEAR for total in sums):
        return []
    told = " or ".join(dict.fromkeys(amount(float(total)) for total in sums))
    return [f"{page.address(row, column)} says {amount(written)} in all and the cells add up to {told}; mend it."]
