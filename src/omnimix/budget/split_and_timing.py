"""What of a plan's gain comes from the split between channels, and what from when the money is spent."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from omnimix.budget.current_plan import expected_spend
from omnimix.budget.labelled import labelled
from omnimix.budget.lever import levers_of
from omnimix.budget.plan import PART, PLAN, PLAN_EVENLY, SPLIT, TIMING, TODAY, TODAY_EVENLY
from omnimix.budget.problem import Problem
from omnimix.effects import Figures
from omnimix.effects.accounts import Account
from omnimix.mechanics import Array

IN_PATTERN = "in_pattern"


def in_other_weeks(problem: Problem, spend: Array) -> dict[str, Array]:
    """Return a plan's money in the weekly patterns that were to be kept, and today's plan and it spread evenly.

    What answering channels are expected to spend is filled in.
    """
    kept = spend
    if problem.phasing == "free":
        rows = [lever.row for lever in problem.constraints.levers]
        laid = np.tensordot(spend[rows].sum(axis=1), problem.constraints.basis(problem.constraints.patterns), axes=1)
        kept = expected_spend(problem.future, laid)
    return {IN_PATTERN: kept, TODAY_EVENLY: evenly(problem, problem.today), PLAN_EVENLY: evenly(problem, spend)}


def evenly(problem: Problem, spend: Array) -> Array:
    """Return a plan with the money of every channel spread evenly over the weeks in which it can run.

    A channel keeps its weeks where limits stand against that: it would fall below its ``weekly_min`` or its pool or
    team above a ``weekly_max``, or no week is open to it. What answering channels are expected to spend is filled in.
    """
    constraints, laid = problem.constraints, spend.copy()
    for lever, on in zip(constraints.levers, constraints.runs, strict=True):
        least = constraints.limit_of(lever).weekly_min
        if on.any():
            flat = spend[lever.row].sum() * on / on.sum()
            laid[lever.row] = flat if least is None or flat.max() >= least else spend[lever.row]
    for kind, name, limit in constraints.groups:
        weights, _ = constraints.members(kind, name)
        rows = [lever.row for lever, inside in zip(levers_of(problem.future), weights, strict=True) if inside]
        if limit.weekly_max is not None and laid[rows].sum(axis=0).max(initial=0.0) > limit.weekly_max:
            laid[rows] = spend[rows]
    return expected_spend(problem.future, laid)


def phasing_figures(problem: Problem, accounts: Mapping[str, Account], same: float, interval: float) -> Figures:
    """Return the parts of a gain by draw; see :attr:`BudgetPlan.phasing`."""
    unit = problem.value_unit
    profit = {name: account.net(unit) for name, account in accounts.items()}
    parts = {
        SPLIT: profit[IN_PATTERN] - profit[TODAY],
        TIMING: profit[PLAN] - profit[IN_PATTERN],
        TODAY_EVENLY: profit[TODAY_EVENLY] - profit[TODAY],
        PLAN_EVENLY: profit[PLAN_EVENLY] - profit[PLAN],
    }
    more = np.stack(list(parts.values()), axis=1)
    told = f"{unit.noun} brought more{', all money spent taken off' if unit.is_money else ''}"
    odds = (more > same).mean(axis=0)
    return labelled("phasing", more, {PART: list(parts)}, told, interval, probability_positive=odds)
