"""The ledger of plans: one JSON line a plan in a file beside the posterior, which is only ever added to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from omnimix.arguments import checked
from omnimix.budget import BudgetPlan, PlanSheet
from omnimix.budget.plan import PLAN
from omnimix.errors import BudgetError, StoreError
from omnimix.labels import WEEK

SCHEMA = 1
SUFFIX = ".plans.jsonl"


@dataclass(frozen=True)
class RecordedPlan:
    """A plan as it was recorded.

    Attributes:
        recorded: when, in UTC.
        spend: money a week (index) and channel (column).
        answering: channels that answer to a stage; their money is what was expected.
        teams: team by channel, for channels that have one.
        currency: of all money.
        value: what the plan was to bring more than no media, in money; nan where it was edited by hand.
    """

    recorded: datetime
    spend: pd.DataFrame
    answering: tuple[str, ...]
    teams: Mapping[str, str] = field(default_factory=dict)
    currency: str = "EUR"
    value: float = float("nan")


@checked
def record_plan(plan: BudgetPlan | PlanSheet, posterior: str | Path) -> Path:
    """Add a plan to the ledger beside a posterior's file, and return the ledger's path.

    Args:
        plan: a plan, or its workbook as read back.
        posterior: the file of the posterior that it was made from, such as ``posterior.nc``; the ledger is
            ``posterior.plans.jsonl``. A plan that is the last one there already is not added again.

    Raises :class:`StoreError` where the ledger cannot be written.
    """
    file = ledger_of(posterior)
    line = json.dumps(_told(plan), ensure_ascii=False)
    try:
        before = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        if before and _same(before[-1], line):
            return file
        with file.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise StoreError(f"the plan cannot be recorded in {file}: {problem}.") from None
    return file


@checked
def recorded_plans(posterior: str | Path) -> tuple[RecordedPlan, ...]:
    """Return the plans in the ledger beside a posterior's file, the first one first; none where there is no ledger.

    Raises :class:`StoreError` for a line that is no plan, with its number.
    """
    file = ledger_of(posterior)
    if not file.exists():
        return ()
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(_read(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise StoreError(
                f"line {number} of {file} is no recorded plan; take the line out, or put the ledger back as it was."
            ) from None
    return tuple(found)


def ledger_of(posterior: str | Path) -> Path:
    """Return the ledger beside a posterior's file.

    >>> ledger_of("fits/posterior.nc").name
    'posterior.plans.jsonl'
    """
    return Path(posterior).expanduser().with_suffix(SUFFIX)


def _told(plan: BudgetPlan | PlanSheet) -> dict[str, Any]:
    if not len(plan.spend):
        raise BudgetError("a plan without weeks cannot be recorded.")
    value = float(plan.value.draws.sel({PLAN: PLAN}).mean()) if isinstance(plan, BudgetPlan) else None
    return {
        "schema": SCHEMA,
        "recorded": datetime.now(UTC).isoformat(timespec="seconds"),
        "currency": plan.currency,
        "weeks": [str(w.date()) for w in plan.weeks],
        "spend": {str(c): [round(float(x), 2) for x in plan.spend[c]] for c in plan.spend.columns},
        "answering": list(plan.answering),
        "teams": dict(plan.teams),
        "value": value,
    }


def _same(one: str, other: str) -> bool:
    try:
        told = [{k: v for k, v in json.loads(text).items() if k != "recorded"} for text in (one, other)]
    except (ValueError, AttributeError):
        return False
    return told[0] == told[1]


def _read(told: dict[str, Any]) -> RecordedPlan:
    weeks = pd.DatetimeIndex(pd.to_datetime(told["weeks"]), name=WEEK)
    value = told["value"]
    return RecordedPlan(
        recorded=datetime.fromisoformat(told["recorded"]),
        spend=pd.DataFrame(told["spend"], index=weeks, dtype=float),
        answering=tuple(told["answering"]),
        teams=dict(told["teams"]),
        currency=told["currency"],
        value=float("nan") if value is None else float(value),
    )
