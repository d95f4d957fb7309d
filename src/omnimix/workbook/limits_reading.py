"""What an edited calendar breaks: limits that were agreed and what the data have seen, of channels and groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from omnimix.budget.plan_sheet import CENT, BrokenLimit
from omnimix.data.amounts import is_empty
from omnimix.data.book import SheetCells
from omnimix.labels import CHANNEL, GEO
from omnimix.words import LANGUAGES, texts
from omnimix.workbook.money_cells import read_money
from omnimix.workbook.sheet_geometry import FACTS

if TYPE_CHECKING:
    from omnimix.workbook.plan_reading import WeeklyPage

NEAR = 1e-6  # relative: rounding


def broken_limits(
    page: WeeklyPage,
    spend: pd.DataFrame,
    advised: pd.DataFrame,
    owners: Mapping[str, Mapping[str, str]],
    currency: str,
) -> tuple[BrokenLimit, ...]:
    """Return every limit that the money of a calendar breaks, and where it leaves what the data have seen.

    Limits stand beside the weeks, in the rows of channels and in those that add them up. What nobody
    edited breaks nothing.
    """
    columns = _columns(page.page, min(page.channels.values()))
    edited = {str(c) for c in spend.columns[((spend - advised).abs() >= CENT).any()]}
    found: list[BrokenLimit] = []
    for channel, row in page.channels.items():
        if channel not in edited:
            continue
        facts = _facts(page.page, row, columns, currency)
        found += _broken("channel", channel, spend[[channel]], facts)
    for kind, owner in owners.items():
        for name in dict.fromkeys(owner.values()):
            together = _row_of(page.page, kind, name)
            members = [c for c in spend.columns if owner.get(c) == name]
            if together is not None and edited & set(members):
                found += _broken(kind, name, spend[members], _facts(page.page, together, columns, currency))
    return tuple(found)


def owners_by_geo(page: WeeklyPage) -> dict[str, dict[str, str]]:
    """Return the geo and the channel of rows such as ``radio (Noord)``, where the calendar adds them up."""
    wanted = {kind: tuple(f"{word} " for word in _spoken(kind)) for kind in (GEO, CHANNEL)}
    found: dict[str, dict[str, str]] = {kind: {} for kind in wanted}
    last = max(page.channels.values())
    labels = [str(page.page.cell(r, 1) or "").strip() for r in range(last + 1, len(page.page.lines) + 1)]
    for kind, starts in wanted.items():
        for label in labels:
            start = next((s for s in starts if label.casefold().startswith(s)), None)
            if start is None:
                continue
            name = label[len(start) :]
            member = str.endswith if kind == GEO else str.startswith
            mark = f" ({name})" if kind == GEO else f"{name} ("
            found[kind] |= {c: name for c in page.channels if member(c, mark)}
    return found


def _columns(page: SheetCells, first: int) -> dict[str, int]:
    """Return the columns of limits, by the heads above the first channel."""
    for row in range(first - 1, 0, -1):
        line = page.lines[row - 1]
        found = {
            name: column
            for column in range(1, len(line) + 1)
            for name in FACTS
            if str(page.cell(row, column)).strip().casefold() in _spoken(name)
        }
        if found:
            return found
    return {}


def _broken(kind: str, name: str, spend: pd.DataFrame, facts: Mapping[str, float]) -> Iterator[BrokenLimit]:
    total, week = float(spend.to_numpy().sum()), float(spend.sum(axis=1).max())
    above = {"most": total, "weekly_most": week, "highest": total}
    below = {"least": total, "lowest": total}
    for rule, money in above.items():
        if rule in facts and money > facts[rule] * (1 + NEAR) + CENT:
            yield BrokenLimit(kind, name, rule, facts[rule], money)
    for rule, money in below.items():
        if rule in facts and money < facts[rule] * (1 - NEAR) - CENT:
            yield BrokenLimit(kind, name, rule, facts[rule], money)


def _facts(page: SheetCells, row: int, columns: Mapping[str, int], currency: str) -> dict[str, float]:
    """Return the limits that stand in a row; what is no money any more says nothing."""
    cells = {name: page.cell(row, column) for name, column in columns.items()}
    held = {name: cell for name, cell in cells.items() if not is_empty(cell)}
    figures, wrong = read_money(list(held.values()), currency=currency, decimal=None)
    return {name: float(figures[k]) for k, name in enumerate(held) if k not in wrong}


def _row_of(page: SheetCells, kind: str, name: str) -> int | None:
    """Return the row that adds up a team, a pool, a geo or a channel."""
    wanted = {f"{word} {name}".casefold() for word in _spoken(kind)}
    rows = range(1, len(page.lines) + 1)
    return next((r for r in rows if str(page.cell(r, 1)).strip().casefold() in wanted), None)


def _spoken(name: str) -> frozenset[str]:
    return frozenset(texts("workbook", language)[name].casefold() for language in LANGUAGES)
