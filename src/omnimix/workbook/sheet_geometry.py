"""Where things stand on the sheets of a plan: the same cell of every weekly sheet holds the same channel and week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omnimix.budget.plan import BudgetPlan
from omnimix.data.sheet_extent import column_letters

LABELS = ("channel", "team", "pool", "who")
AFTER = ("planned", "advised", "difference", "data", "limits")
FACTS = ("lowest", "highest", "highest_week", "least", "most", "weekly_most")
CURRENCY_ROW, AGREED_ROW, MADE_BY_ROW, HEAD_ROW = 3, 4, 5, 8
PLANS = "omnimix plan"
MADE_BY = f"{PLANS} 1"  # with the version of the sheets


@dataclass(frozen=True)
class Geometry:
    """Rows and columns of the weekly sheets of one plan, counted from 1."""

    channels: tuple[str, ...]
    weeks: int

    @property
    def first_week(self) -> int:
        """The column of the first week."""
        return len(LABELS) + 1

    @property
    def last_week(self) -> int:
        """The column of the last week."""
        return len(LABELS) + self.weeks

    @property
    def sum_row(self) -> int:
        """The row of the totals, right below the channels."""
        return HEAD_ROW + len(self.channels) + 1

    def row(self, channel: str) -> int:
        """Return the row of a channel."""
        return HEAD_ROW + 1 + self.channels.index(channel)

    def column(self, name: str) -> int:
        """Return the column of a label, or of a figure beside the weeks."""
        if name in LABELS:
            return LABELS.index(name) + 1
        return self.last_week + 1 + (*AFTER, *FACTS).index(name)

    def cell(self, name: str, row: int) -> str:
        """Return the address of a figure beside the weeks, its column held."""
        return f"${column_letters(self.column(name))}{row}"

    def week_cells(self, row: int, *, held: bool = False) -> str:
        """Return the addresses of all weeks of a row; ``held`` as they stay when a formula is copied."""
        sign = "$" if held else ""
        return f"{sign}{column_letters(self.first_week)}{row}:{sign}{column_letters(self.last_week)}{row}"


def geometry(plan: BudgetPlan) -> Geometry:
    """Return where a plan stands on its sheets."""
    return Geometry(plan.channels, len(plan.spend))


def summed(column: int, rows: Sequence[int]) -> str:
    """Return the formula that adds up cells of a column."""
    return f"SUM({','.join(f'{column_letters(column)}{row}' for row in rows)})"


def sheet_name(title: str) -> str:
    """Return a sheet as formulas name it.

    >>> sheet_name("team e-commerce")
    "'team e-commerce'"
    """
    return "'" + title.replace("'", "''") + "'"


def literal(text: str) -> str:
    """Return a text as formulas write it.

    >>> literal("below")
    '"below"'
    """
    return '"' + text.replace('"', '""') + '"'
