"""Cells that cannot be: texts, infinities, negative spend, empty cells where a number must stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from omnimix.data.panel import Panel
from omnimix.data.phrases import in_weeks, listed
from omnimix.data.roles import Use
from omnimix.data.table import PERCENT_SIGN, TRUTHS_NOTE, UnreadCell
from omnimix.findings import Finding

Mask = npt.NDArray[np.bool_]

_YES_OR_NO = "yes no y n ja nein nee j on off aan uit an aus oui non x true false wahr falsch waar onwaar"
YES_OR_NO = frozenset(_YES_OR_NO.split())


def check_cells(panel: Panel, use: Use) -> Iterator[Finding]:
    """Give the findings on single cells of one column in its role."""
    cells = panel.unread.get(use.column, ())
    if cells:
        told = listed([f"row {cell.row} (week {cell.week:%Y-%m-%d}) '{cell.text}'" for cell in cells])
        are = "cells that are not numbers" if len(cells) > 1 else "cell that is not a number"
        message = f"The {use} holds {len(cells)} {are}: {told}."
        yield _blocks("text_in_numbers", use, message, _text_remedy(use, cells), len(cells))
    if use.column not in panel.columns:
        return
    values = panel.series(use.column).to_numpy()
    if use.role != "control" and any(note.name == TRUTHS_NOTE and note.where == use.column for note in panel.notes):
        held = np.isfinite(values)
        message = f"The {use} holds TRUE or FALSE in {in_weeks(panel.weeks, held)}."
        yield _blocks(f"{TRUTHS_NOTE}_in_{use.role}", use, message, f"Give the {_amounts(use)}.", held.sum())
    percents = [note for note in panel.notes if note.name == PERCENT_SIGN and note.where == use.column]
    if use.role == "spend" and percents:
        message = f"The {use} holds percentages."
        yield _blocks("percent_spend", use, message, f"Give the {_amounts(use)}.", percents[0].figure or len(values))
    infinite, negative = np.isinf(values), values < 0
    if infinite.any():
        message = f"The {use} is infinite in {in_weeks(panel.weeks, infinite)}."
        yield _blocks("infinite", use, message, "Correct these cells (a division by zero?).", infinite.sum())
    if use.role in ("spend", "exposure") and negative.any():
        message = f"The {use} is negative in {in_weeks(panel.weeks, negative)}."
        remedy = "Book corrections in the week they belong to, or leave the cell empty."
        yield _blocks(f"negative_{use.role}", use, message, remedy, negative.sum())
    empty = np.isnan(values) & ~np.asarray(panel.weeks.isin([cell.week for cell in cells]))
    if use.role not in ("outcome", "frequency") and empty.any():  # frequency: see check_frequency
        yield _empty(panel, use, empty)


def _text_remedy(use: Use, cells: Sequence[UnreadCell]) -> str:
    if use.role != "control":
        return "Correct these cells or leave them empty."
    words = {cell.text.strip().casefold() for cell in cells}
    if words <= YES_OR_NO:
        return "Write 1 for yes and 0 for no in every week."
    return "Write a number in every week, such as 1 where it holds and 0 where it does not."


def _amounts(use: Use) -> str:
    return {"spend": "money that was spent", "exposure": "impressions, GRPs or clicks"}.get(use.role, "figures")


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
