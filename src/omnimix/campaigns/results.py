"""Results of many kinds in one column: orders and leads where their kind says so; and a start date as the period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from omnimix.campaigns.columns import LEADS, ORDERS, PERIOD
from omnimix.campaigns.headings import folded
from omnimix.campaigns.matching import Matched, Remark
from omnimix.data.amounts import is_empty
from omnimix.data.raw import RawTable

Columns = dict[str, Sequence[object]]


def with_results(raw: RawTable, parts: Matched) -> tuple[Matched, Columns]:
    """Return the cells of every part, those that only the cells themselves could give among them.

    A column of results counts what each campaign was set to count. A row whose kind is a purchase holds orders, one
    whose kind is a lead holds leads; of any other row neither is known. Without kinds the column is not used.
    """
    columns: Columns = {part: raw.column(name) for part, name in parts.columns.items()}
    parts = _with_period(raw, parts, columns)
    name, kinds = parts.results
    if not name:
        return parts, columns
    told = [folded(str(cell)) if not is_empty(cell) else "" for cell in (raw.column(kinds) if kinds else ())]
    used = []
    for part in (ORDERS, LEADS):
        words = parts.platform.results[part]
        of_kind = [any(word in kind for word in words) for kind in told]
        if any(of_kind) and part not in columns:
            columns[part] = [cell if own else None for cell, own in zip(raw.column(name), of_kind, strict=True)]
            used.append(part)
    remarks = [Remark(f"results_as_{part}", name, kinds) for part in used] or [
        Remark("results_of_other_kinds" if kinds else "results_without_kinds", name, kinds)
    ]
    return _also(parts, dict.fromkeys(used, name), remarks, beside=kinds if used else ""), columns


def _with_period(raw: RawTable, parts: Matched, columns: Columns) -> Matched:
    """Take the start of the report as the period where it differs: otherwise it only tells the range of the export."""
    name = parts.period_start
    if not name or len({str(cell) for cell in raw.column(name) if not is_empty(cell)}) < 2:
        return parts
    columns[PERIOD] = raw.column(name)
    return _also(parts, {PERIOD: name}, [])


def _also(parts: Matched, names: dict[str, str], remarks: list[Remark], *, beside: str = "") -> Matched:
    return replace(
        parts,
        columns={**parts.columns, **names},
        renamed={**parts.renamed, **names},
        unused=tuple(n for n in parts.unused if n not in {*names.values(), beside}),
        remarks=(*parts.remarks, *remarks),
    )
