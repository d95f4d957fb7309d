"""Cells of money that people type: plain numbers, written amounts, and what is wrong with the others."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from omnimix.data.amounts import Floats, both_readings, is_empty, read_numbers, tokenise

MOST = 1e15  # in any currency
AMOUNT = "write a plain amount such as 25000"


def read_money(cells: Sequence[object], *, currency: str, decimal: str | None) -> tuple[Floats, dict[int, str]]:
    """Return amounts (NaN where there is none) and, by position, what is wrong with a cell, as the end of a sentence.

    All cells are written by one hand: the decimal mark that one proves holds for the others.

    >>> read_money([25000, "12.500,50", "tbd"], currency="EUR", decimal=None)[1]
    {2: "holds 'tbd'; write a plain amount such as 25000."}
    """
    shown = ["" if _no_amount(cell) else cell for cell in cells]
    column = read_numbers({"money": shown}, decimal=decimal)["money"]
    wrong = {p: f"holds {_told(cell)}; {AMOUNT}." for p, cell in enumerate(cells) if _no_amount(cell)}
    wrong |= {p: f"holds '{text}'; {AMOUNT}." for p, text in column.unread}
    wrong |= {p: _open(text) for p, text in column.ambiguous}
    for position, cell in enumerate(shown):
        if position in wrong:
            continue
        if is_empty(cell):
            wrong[position] = "is empty; write 0 where nothing is to be spent."
            continue
        token = tokenise(cell.strip()) if isinstance(cell, str) else None
        value = column.figures[position]
        if token is not None and token.percent:
            wrong[position] = f"holds a percentage; {AMOUNT}."
        elif token is not None and token.currency not in ("", currency.upper()):
            wrong[position] = f"is in {token.currency} and the plan in {currency}; convert it."
        elif value < 0:
            wrong[position] = f"holds {value:,.2f}; money starts at 0."
        elif not math.isfinite(value):
            wrong[position] = f"holds {value}; {AMOUNT}."
        elif value > MOST:
            wrong[position] = f"holds {value:.3g}, more than any plan can spend in a week; {AMOUNT}."
    return column.figures, wrong


def _no_amount(cell: object) -> bool:
    """Tell what a spreadsheet stores that is no amount: a yes or no, a day, an error of a formula."""
    error = isinstance(cell, str) and cell.startswith("#")
    return isinstance(cell, bool | dt.date | dt.time | dt.timedelta) or error


def _told(cell: object) -> str:
    if isinstance(cell, dt.datetime | dt.date):
        return f"the day {cell:%Y-%m-%d}"
    return f"the error {cell} of a formula" if isinstance(cell, str) else f"'{cell}'"


def _open(text: str) -> str:
    one, other = both_readings(text)
    return (
        f"holds '{text}' as a text, which reads as {one} or as {other}, and no other cell tells which; make it a "
        "number, or pass decimal=',' or decimal='.' to read_plan."
    )
