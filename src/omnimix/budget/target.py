"""A target: the total that reaches it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from omnimix.budget.feasible_set import FREE
from omnimix.budget.infeasibility import linear_optimum
from omnimix.budget.objective import Objective
from omnimix.budget.problem import Problem
from omnimix.budget.search import Step, search
from omnimix.budget.starts import pattern_starts
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import MARGINAL_ROAS, ROAS
from omnimix.mechanics import Array
from omnimix.spec import RETURNS, Target
from omnimix.words import Remark

GRID = 8
HALVINGS = 10
AT_AN_END = 2e-3  # relative
AGAIN = 5  # times a total is looked for: limits relative to today move along with it


def solve_target(
    problem: Problem, target: Target, *, ceiling: float | None, done: Step
) -> tuple[Problem, Objective | None, tuple[str, ...]]:
    """Return the problem at the total that reaches a target, the objective where the target sets one, and remarks.

    Raises :class:`BudgetError` for a target that is not known, and for one that no total reaches.
    """
    known = (*RETURNS, *(n.name for n in problem.future.posterior.funnel.nodes))
    if target.of not in known:
        near = did_you_mean(target.of, known)
        raise BudgetError(f"a target is of {', '.join(RETURNS)}, a stage or an outcome, not {target.of!r}{near}")
    low, high = spend_ends(problem, ceiling)
    objective = None
    if target.of == MARGINAL_ROAS:
        total = _worthwhile(problem, target.at, low, high, done)
    elif target.of == ROAS:
        total = _largest(problem, target.at, low, high, done)
    else:
        future, weeks, unit = problem.future, _own_weeks(problem), _unit(problem, target.of)
        wanted = future.weights({target.of: unit}, cost=0.0, counted=weeks)
        objective = Objective(wanted, np.zeros(future.weeks))
        total = _cheapest(problem, target, objective, unit, low, high, done)
    return problem.at(total), objective, _stopped(problem, target, total, low, high)


def _stopped(problem: Problem, target: Target, total: float, low: float, high: float) -> tuple[str, ...]:
    """Return a remark where not the target but a limit, or what the data have seen, ended the search for a total."""
    end = "least_total" if total <= low * (1 + AT_AN_END) else "most_total" if total >= high * (1 - AT_AN_END) else ""
    currency, of, at = problem.constraints.currency, target.of, float(target.at)
    return (Remark.of(end, currency=currency, total=float(total), target=of, at=at),) if end else ()


def spend_ends(problem: Problem, ceiling: float | None) -> tuple[float, float]:
    """Return the least and the most that any plan can spend, the most at the ceiling where there is one."""
    feasible, _ = problem.constraints.feasible_set(0.0, FREE if ceiling is None else ceiling, "pattern")
    answered, ones = problem.constraints.answered, np.ones(len(feasible.lower))
    low, high = (
        sign * float(linear_optimum(sign * ones, feasible, answered).fun) + float(answered.sum())
        for sign in (1.0, -1.0)
    )
    return max(low, 1e-3 * high), high


def _worthwhile(problem: Problem, at: float, low: float, high: float, done: Step) -> float:
    """Return the total up to which the next money earns a marginal ROAS."""
    total = problem.total
    for _ in range(AGAIN):
        feasible, _ = problem.constraints.feasible_set(low, high, "pattern")
        objective = problem.objective_at_price(at * problem.scale)
        best = search(problem.future, feasible, objective, pattern_starts(problem, feasible), done=done)
        answered = problem.future.plan_value(
            feasible.spend(best.variables), objective.value_weights, slopes=False
        ).answered
        found = round(float(best.variables.sum() + answered.mean(axis=0).sum()), 2)
        if abs(found - total) <= AT_AN_END * total:
            break
        total, problem = found, problem.at(found)
    return found


def _largest(problem: Problem, at: float, low: float, high: float, done: Step) -> float:
    """Return the largest total on the whole of which the best plan earns a ROAS, looking from above."""
    future, nothing = problem.future, np.zeros(problem.today.shape)
    silent = future.plan_value(nothing, future.weights(problem.unit_values, cost=0.0), slopes=False)
    account = future.accounts([future.plan(nothing)])[0]
    usual = float(
        silent.value.mean() / problem.scale - account.value.sum(axis=1).mean()
    )  # no media, answering channels included

    def earns(total: float) -> bool:
        there = problem.at(total)
        return (_best(there, there.objective("value"), done) / there.scale - usual) / total - at >= 0

    above = None
    for total in map(float, np.linspace(low, high, GRID)[::-1]):
        if earns(total):
            return round(total if above is None else halved(earns, total, above)[0], 2)
        above = total
    raise BudgetError(
        f"no total between {low:,.0f} and {high:,.0f} earns a ROAS of {at:g}. Lower the target or widen the limits."
    )


def _cheapest(
    problem: Problem, target: Target, objective: Objective, unit: float, low: float, high: float, done: Step
) -> float:
    """Return the least total whose best plan is expected to bring a node to so many units."""

    def beyond(total: float) -> float:
        return _best(problem.at(total), objective, done) / unit - target.at

    most = beyond(high)
    if most < 0:
        raise BudgetError(
            f"no plan of at most {high:,.0f} is expected to bring {target.of} to {target.at:,.0f}; the best brings "
            f"{most + target.at:,.0f}. Raise the total, widen the limits or lower the target."
        )
    if beyond(low) >= 0:
        return round(low, 2)
    return round(halved(lambda total: beyond(total) < 0, low, high)[1], 2)


def halved(holds: Callable[[float], bool], low: float, high: float) -> tuple[float, float]:
    """Return two totals near each other: something holds at the lower one and no longer at the higher one."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low, high


def _best(problem: Problem, objective: Objective, done: Step) -> float:
    feasible, _ = problem.feasible_set("pattern")
    return search(problem.future, feasible, objective, pattern_starts(problem, feasible)[:3], done=done).value


def _own_weeks(problem: Problem) -> Array:
    """Return 1 for every week of the plan and 0 for those after it."""
    return np.where(np.arange(problem.future.followed) < problem.future.weeks, 1.0, 0.0)


def _unit(problem: Problem, name: str) -> float:
    """Return the weight of a unit of a node: its sum in these weeks under today's plan counts as the total."""
    wanted = problem.future.weights({name: 1.0}, cost=0.0, counted=_own_weeks(problem))
    usual = problem.future.plan_value(problem.today, wanted, slopes=False)
    return problem.total / max(float(usual.value.mean()), 1e-12)
