"""A refit, and why figures moved with it, as plain rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from omnimix.posterior import Posterior
from omnimix.refits import FitsCompared
from omnimix.rows.findings import check_rows
from omnimix.rows.table import records

SCHEMA = 1


def refit_rows(posterior: Posterior) -> dict[str, Any]:
    """Return how a fit came from an earlier one, with the figures that were revised."""
    told = posterior.refitted
    weeks = posterior.scaling.window_weeks
    made = {} if told is None else asdict(told)
    return {**made, "weeks": len(weeks), "end": weeks[-1], "seconds": posterior.run.seconds}


def moved_rows(found: FitsCompared, language: str = "en") -> dict[str, Any]:
    """Return what moved by channel and cause, verdicts and plan that are others now, and drift."""
    plan = found.plan
    return {
        "schema": SCHEMA,
        "causes": list(found.causes),
        "moves": records(found.table()),
        "verdicts": records(found.verdicts),
        "plan": None if plan is None else {**asdict(plan), "rows": records(plan.rows)},
        "drift": None if found.drift is None else records(found.drift.table()),
        "forecast": None if found.drift is None else records(found.drift.totals),
        "sentences": found.sentences(language),
        **check_rows(found.findings),
    }
