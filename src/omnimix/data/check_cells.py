"""Cells that cannot be: texts, infinities, negative spend, empty cells where a number must stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from omnimix.data.panel import Panel
from omnimix.data.phrases import in_weeks, listed
from omnimix.data.roles import Use
from omnimix.findings import Finding

Mask = npt.NDArray[np.bool_]


def check_cells(panel: Panel, use: Use) -> Iterator[Finding]:
    """Give the findings on single cells of one column in its role."""
    cells = panel.unread.get(use.column, ())
    if cells:
        told = listed([f"row {cell.row} (week {cell.week:%Y-%m-%d}) '{cell.text}'" for cell in cells])
        are = "cells that are not numbers" if len(cells) > 1 else "cell that is not a number"
        message = f"The {use} holds {len(cells)} {are}: {told}."
        yield _blocks("text_in_numbers", use, message, "Correct these cells or leave them empty.", len(cells))
    if use.column not in panel.columns:
        return
    values = panel.series(use.column).to_numpy()
    infinite, negative = np.isinf(values), values < 0
    if infinite.any():
        message = f"The {use} is infinite in {in_weeks(panel.weeks, infinite)}."
        yield _blocks("infinite", use, message, "Correct these cells (a division by zero?).", infinite.sum())
    if use.role in ("spend", "exposure") and negative.any():
        message = f"The {use} is negative in {in_weeks(panel.weeks, negative)}."
        remedy = "Book corrections in the week they belong to, or leave the cell empty."
        yield _blocks(f"negative_{use.role}", use, message, remedy, negative.sum())
    empty = np.isnan(values) & ~np.asarray(panel.weeks.isin([cell.week for cell in cells]))
    if use.role != "outcome" and empty.any():
        yield _empty(panel, use, empty)


def _empty(panel: Panel, use: Use, empty: Mask) -> Finding:
    message = f"The {use} is empty in {in_weeks(panel.weeks, empty)}{_place(empty)}."
    if use.role == "control":
        remedy = "A control must be known in every week: fill these cells, start the table later, or drop it."
    else:
        remedy = (
            f"An empty cell is never taken as 0: fill the cells or, if empty means that nothing ran, set "
            f"blank_is_zero=[{use.column!r}] (of read_panel, or below [data] in omnimix.toml)."
        )
    return _blocks(f"empty_{use.role}", use, message, remedy, empty.sum())


def _place(empty: Mask) -> str:
    held = np.flatnonzero(~empty)
    if not held.size:
        return ", that is in every week"
    if empty[: held[0]].sum() == empty.sum():
        return f", the first {held[0]} of the table"
    if empty[held[-1] + 1 :].sum() == empty.sum():
        return f", the last {empty.sum()} of the table"
    return ""


def _blocks(name: str, use: Use, message: str, remedy: str, figure: Any) -> Finding:
    return Finding(name, "blocks", message, remedy, figure=float(figure), where=use.column)
