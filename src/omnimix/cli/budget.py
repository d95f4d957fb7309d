"""`omnimix budget`: the best use found of one joint budget, what it gains, and what separate budgets would cost."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from omnimix.budget import BudgetPlan, SiloCost, optimize_budget, silo_cost
from omnimix.budget.workbook import write_plan
from omnimix.cli.arguments import UsageError
from omnimix.cli.budget_tables import show_plan, show_silos
from omnimix.cli.json_file import write_json
from omnimix.cli.places import require_writable
from omnimix.cli.screen import complain, say, waiting
from omnimix.cli.stored import stored
from omnimix.effects import Figures
from omnimix.errors import BudgetError
from omnimix.labels import CHANNEL, INTERVAL, LOWER, MEAN, MEDIAN, SPEND, UPPER, WEEK
from omnimix.posterior import Posterior
from omnimix.spec import Budget

SCHEMA = 1
SUMMARY = (MEAN, MEDIAN, LOWER, UPPER)
ODDS = "probability_positive"


def run_budget(given: argparse.Namespace) -> bool:
    """Divide the budget, print the plan and what separate budgets would cost, and leave the workbook."""
    require_writable(given.out, given.json)
    if given.out is not None and given.out.suffix.lower() != ".xlsx":
        raise UsageError(f"{given.out} is no workbook; let its name end in .xlsx.")
    posterior = stored(given)
    _, told = planned(posterior, _asked(given, posterior), workbook=given.out, language=given.language)
    if given.json:
        write_json({"schema": SCHEMA, **told}, given.json)
    if given.out:
        say(f"\nThe plan as a workbook, to look at and to edit: {given.out}")
    return False


def planned(
    posterior: Posterior, asked: Budget, *, workbook: Path | None = None, language: str = "en"
) -> tuple[BudgetPlan, dict[str, Any]]:
    """Divide a budget and print what comes of it; return the plan, and the same as plain rows.

    Raises :class:`BudgetError` where no plan keeps every limit or none was found.
    """
    with waiting("Dividing the budget", after=2.0):
        plan = optimize_budget(
            posterior,
            asked.total,
            weeks=asked.weeks,
            limits=asked.limits,
            phasing=asked.phasing,
            progress=False,
            allow_unconverged=True,
        )
    silos, note = _separate(posterior, asked, plan.total)
    show_plan(plan, language)
    show_silos(silos, note, language)
    if workbook is not None:
        write_plan(plan, workbook, language=language)
    return plan, budget_payload(plan, silos, note, language)


def _separate(posterior: Posterior, asked: Budget, total: float) -> tuple[SiloCost | None, str]:
    """Return what separate budgets of the same total cost; where that cannot be told, as with one team, why not."""
    try:
        with waiting("Letting every team plan for itself", after=2.0):
            found = silo_cost(
                posterior,
                total,
                weeks=asked.weeks,
                limits=asked.limits,
                goals=asked.goals,
                progress=False,
                allow_unconverged=True,
            )
    except BudgetError as problem:  # the joint plan stands without it
        reason = str(problem)
        return None, reason[:1].upper() + reason[1:]
    return found, ""


def _asked(given: argparse.Namespace, posterior: Posterior) -> Budget:
    """Return the budget to divide: options first, then the project file given, then what was declared with the fit."""
    declared, source = posterior.budget, "with this fit"
    if given.project is not None:
        from omnimix.config import read_config

        declared, source = read_config(given.project).budget, f"in {given.project}"
    if declared is None:
        complain(f"no budget is declared {source}, so there are no limits but what the data have seen.")
        declared = Budget()
    elif given.weeks not in (None, declared.weeks) and _has_money(declared, total=given.total is None):
        complain(
            f"the budget declared {source} is for {declared.weeks} weeks; its money is now taken for "
            f"{given.weeks}. See --total."
        )
    typed = {"total": given.total, "weeks": given.weeks, "phasing": given.phasing}
    return replace(declared, **{key: value for key, value in typed.items() if value is not None})


def _has_money(budget: Budget, *, total: bool) -> bool:
    """Return whether any limit, or the total where that is asked, is money over the whole window."""
    levels = (budget.limits.channels, budget.limits.pools, budget.limits.teams)
    every = [limit for level in levels for limit in level.values()]
    return (total and budget.total is not None) or any(
        x.min is not None or x.max is not None or not isinstance(x.lock, bool) for x in every
    )


def budget_payload(plan: BudgetPlan, silos: SiloCost | None, note: str = "", language: str = "en") -> dict[str, Any]:
    """Return a plan as plain rows, with its gain, what is known of the shares and the cost of silos."""
    gain = _by(plan.gain, "versus", ODDS, "corrected")
    first, last = plan.weeks[0], plan.weeks[-1] + pd.Timedelta(days=6)
    return {
        "currency": plan.currency,
        "total": plan.total,
        "weeks": len(plan.weeks),
        "start": first,
        "end": last,
        INTERVAL: plan.gain.interval,
        "plan": _calendar(plan.spend),
        "today": _calendar(plan.today),
        "gain": gain["today"],
        "gain_over_proportional": gain["proportional"],
        "value": _by(plan.value, "plan", SPEND, "profit"),
        "share_intervals": _rows(plan.shares.table(), (CHANNEL, "share", *SUMMARY)),
        "channels": _rows(plan.table()),
        "regret": dict(plan.regret),
        "extrapolated": [c for c in plan.channels if plan.extrapolated[c].any()],
        "answering": list(plan.answering),
        "silo_cost": None if silos is None else _silos(silos, language),
        "silo_cost_note": note or None,
        "sentences": plan.sentences(language),
        "assumptions": asdict(plan.assumptions),
    }


def _silos(silos: SiloCost, language: str) -> dict[str, Any]:
    parts = _by(silos.cost, "part", ODDS)
    return {
        **parts.pop("silo_cost"),
        "sentence": silos.sentence(language),
        "parts": parts,
        "budgets": _rows(silos.budgets.rename_axis("team").reset_index()),
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
    return {str(row.pop(label)): row for row in _rows(figures.table(), (label, *SUMMARY, *more))}


def _rows(table: pd.DataFrame, keys: Iterable[str] | None = None) -> list[dict[str, Any]]:
    chosen = table if keys is None else table[list(keys)]
    return [{str(k): v for k, v in row.items()} for row in chosen.to_dict("records")]
