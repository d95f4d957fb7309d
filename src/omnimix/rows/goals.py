"""Goals under plans as plain rows."""

from __future__ import annotations

from typing import Any

from omnimix.rows.table import records
from omnimix.steering import GoalChances

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
