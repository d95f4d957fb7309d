"""Goals under plans, and why a result moved, as plain rows."""

from __future__ import annotations

from typing import Any

from omnimix.rows.table import records
from omnimix.steering import GoalChances, KpiTree

SCHEMA = 1


def goal_rows(found: GoalChances, language: str = "en") -> dict[str, Any]:
    """Return goals under today's plan, the joint plan and the cheapest one, with their sentences."""
    return {
        "schema": SCHEMA,
        "currency": found.currency,
        "interval": found.interval,
        "odds": found.odds,
        "assumed_controls": found.assumed_controls,
        "goals": records(found.table()),
        "sentences": found.sentences(language),
    }


def tree_rows(found: KpiTree, language: str = "en") -> dict[str, Any]:
    """Return why a result moved between two periods: every part with its place in the tree, and the sentences."""
    return {
        "schema": SCHEMA,
        "interval": found.interval,
        "before": list(found.before),
        "after": list(found.after),
        "weeks": list(found.weeks),
        "tree": records(found.table()),
        "sentences": found.sentences(language),
    }
