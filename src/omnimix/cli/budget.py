"""`omnimix budget`: the best use found of one joint budget, what it gains, and what separate budgets would cost."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from omnimix.budget import BudgetPlan, SiloCost, optimize_budget, plan_response, silo_cost
from omnimix.budget.outlook import declared_outlook
from omnimix.cli.arguments import UsageError
from omnimix.cli.budget_tables import show_plan, show_silos
from omnimix.cli.places import require_writable
from omnimix.cli.screen import complain, say, waiting
from omnimix.cli.stored import stored
from omnimix.errors import BudgetError, StoreError
from omnimix.labels import GEO, LOWER, MEAN, MEDIAN, TEAM, UPPER
from omnimix.posterior import Posterior
from omnimix.promises import record_plan
from omnimix.rows.budget import budget_rows
from omnimix.rows.json_file import write_json
from omnimix.spec import Budget
from omnimix.words import texts

SCHEMA = 1
SUMMARY = (MEAN, MEDIAN, LOWER, UPPER)
ODDS = "probability_positive"


def run_budget(given: argparse.Namespace) -> bool:
    """Divide the budget, print the plan and what separate budgets would cost, and leave the workbook."""
    require_writable(given.out, given.json)
    if given.out is not None and given.out.suffix.lower() != ".xlsx":
        raise UsageError(f"{given.out} is no workbook; let its name end in .xlsx.")
    posterior = stored(given)
    asked = asked_budget(given, posterior)
    by = given.by or (GEO if asked.limits.geos or asked.limits.channels_in_geos else None)
    plan, _, told = planned(posterior, asked, by=by, workbook=given.out, language=given.language, step=given.round)
    if given.json:
        write_json({"schema": SCHEMA, **told}, given.json)
    if given.out:
        say(f"\nThe plan as a workbook, to look at and to edit: {given.out}")
        _record(plan, given.posterior, given.language)
    return False


def _record(plan: BudgetPlan, posterior: Path, language: str) -> None:
    """Add a plan that was handed out to the ledger beside its posterior; where that cannot be, say so and go on."""
    try:
        file = record_plan(plan, posterior)
    except StoreError as problem:
        complain(str(problem))
        return
    say(texts("promises", language)["recorded"].format(file=file))


def planned(
    posterior: Posterior,
    asked: Budget,
    *,
    by: str | None = None,
    workbook: Path | None = None,
    language: str = "en",
    step: int | None = None,
) -> tuple[BudgetPlan, SiloCost | None, dict[str, Any]]:
    """Divide a budget and print what comes of it; return the plan, what silos cost, and the same as plain rows.

    Raises :class:`BudgetError` where no plan keeps every limit or none was found.
    """
    with waiting("Dividing the budget", after=2.0):
        plan = optimize_budget(
            posterior,
            asked.total,
            by=by,
            weeks=asked.weeks,
            limits=asked.limits,
            phasing=asked.phasing,
            outlook=declared_outlook(asked),
            progress=False,
            allow_unconverged=True,
        )
    silos, note = _separate(posterior, asked, plan.total, by)
    show_plan(plan, language)
    show_silos(silos, note, language)
    if workbook is not None:
        with waiting("Writing the workbook", after=2.0):
            curves = plan_response(posterior, plan, outlook=plan.outlook, allow_unconverged=True)
            plan.to_excel(workbook, language=language, rounding=step, response=curves)
    return plan, silos, budget_rows(plan, silos, note, language)


def _separate(posterior: Posterior, asked: Budget, total: float, by: str | None) -> tuple[SiloCost | None, str]:
    """Return what separate budgets of the same total cost, of geos for a plan by geo; else why it cannot be told."""
    try:
        with waiting("Letting every team plan for itself", after=2.0):
            found = silo_cost(
                posterior,
                total,
                weeks=asked.weeks,
                limits=asked.limits,
                goals=asked.goals if by is None else None,
                between=by or TEAM,
                outlook=declared_outlook(asked),
                progress=False,
                allow_unconverged=True,
            )
    except BudgetError as problem:  # the joint plan stands without it
        reason = str(problem)
        return None, reason[:1].upper() + reason[1:]
    return found, ""


def asked_budget(given: argparse.Namespace, posterior: Posterior) -> Budget:
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
    limits = budget.limits
    levels = (limits.channels, limits.pools, limits.teams, limits.geos, *limits.channels_in_geos.values())
    every = [limit for level in levels for limit in level.values()]
    return (total and budget.total is not None) or any(
        x.min is not None or x.max is not None or not isinstance(x.lock, bool) for x in every
    )
