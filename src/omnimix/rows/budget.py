"""A plan, and what separate budgets cost, as plain rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from omnimix.budget import BudgetPlan, GeoBudgetPlan, SiloCost
from omnimix.budget.plan import PART, SCEPTICAL, SCEPTICAL_LOWER, SCEPTICAL_SHAPE, SCEPTICAL_UPPER, VERSUS
from omnimix.effects import Figures
from omnimix.labels import CHANNEL, GEO, INTERVAL, LOWER, MEAN, MEDIAN, SPEND, UPPER, WEEK
from omnimix.rows.table import records, value_rows

SUMMARY = (MEAN, MEDIAN, LOWER, UPPER)
ODDS = "probability_positive"
SCEPTIC = {MEAN: SCEPTICAL, LOWER: SCEPTICAL_LOWER, UPPER: SCEPTICAL_UPPER, "k_hat": SCEPTICAL_SHAPE}
GAIN = ("corrected", "draw_luck", *SCEPTIC.values())


def budget_rows(plan: BudgetPlan, silos: SiloCost | None, note: str = "", language: str = "en") -> dict[str, Any]:
    """Return a plan as plain rows, with its gain, what is known of the shares and the cost of silos."""
    gain = {against: _gain(row) for against, row in _by(plan.gain, VERSUS, ODDS, *GAIN).items()}
    first, last = plan.weeks[0], plan.weeks[-1] + pd.Timedelta(days=6)
    return {
        "currency": plan.currency,
        **value_rows(plan.value_unit),
        "total": plan.total,
        "weeks": len(plan.weeks),
        "start": first,
        "end": last,
        INTERVAL: plan.gain.interval,
        "plan": placed(plan, _calendar(plan.spend)),
        "today": placed(plan, _calendar(plan.today)),
        "today_from": placed(
            plan, records(plan.today_from.astype(object).where(plan.today_from.notna(), None).reset_index())
        ),
        "today_breaks": {what: list(names) for what, names in plan.today_breaks.items()},
        "gain": gain["today"],
        "gain_over_proportional": gain["proportional"],
        "phasing": _by(plan.phasing, PART, ODDS),
        "value": _by(plan.value, "plan", SPEND, "profit"),
        "share_intervals": placed(plan, records(plan.shares.table(), (CHANNEL, "share", *SUMMARY))),
        "channels": records(plan.table()),
        "regret": dict(plan.regret),
        "extrapolated": [c for c in plan.channels if plan.extrapolated[c].any()],
        "answering": list(plan.answering),
        "silo_cost": None if silos is None else silo_rows(silos, language),
        "silo_cost_note": note or None,
        "sentences": plan.sentences(language),
        "assumptions": asdict(plan.assumptions),
    }


def placed(plan: BudgetPlan, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows by channel with the geo of each beside it, where the plan is by geo."""
    if not isinstance(plan, GeoBudgetPlan):
        return rows
    geos = {name: {CHANNEL: channel, GEO: geo} for name, (channel, geo) in plan.places.items()}
    return [{**row, **geos[row[CHANNEL]]} for row in rows]


def _gain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a gain with what a sceptic expects of it under one key."""
    sceptic = {short: row.pop(name) for short, name in SCEPTIC.items()}
    return {**row, SCEPTICAL: sceptic}


def silo_rows(silos: SiloCost, language: str) -> dict[str, Any]:
    """Return what separate budgets cost: the whole, its parts, budgets and goals."""
    parts = _by(silos.cost, "part", ODDS)
    return {
        **parts.pop("silo_cost"),
        "sentence": silos.sentence(language),
        "parts": parts,
        "budgets": records(silos.budgets.rename_axis(silos.between).reset_index()),
        "goals": {team: asdict(goal) for team, goal in silos.goals.items()},
        "rounds": silos.rounds,
        "remarks": list(silos.remarks),
    }


def _calendar(money: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row a week and channel."""
    return [
        {WEEK: week, CHANNEL: str(channel), SPEND: float(value)}
        for week, row in zip(money.index, money.to_numpy(), strict=True)
        for channel, value in zip(money.columns, row, strict=True)
    ]


def _by(figures: Figures, label: str, *more: str) -> dict[str, dict[str, Any]]:
    """Return the summary of figures by one label."""
    return {str(row.pop(label)): row for row in records(figures.table(), (label, *SUMMARY, *more))}
