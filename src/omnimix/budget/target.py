"""A target: the total that reaches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import optimize

from omnimix.budget.feasible_set import FREE
from omnimix.budget.infeasibility import inequalities
from omnimix.budget.problem import Problem
from omnimix.budget.search import Objective, search
from omnimix.budget.starts import pattern_starts
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import MARGINAL_ROAS, ROAS
from omnimix.spec import RETURNS, Target

GRID = 8
HALVINGS = 10
AT_AN_END = 2e-3  # relative
AGAIN = 5  # times a total is looked for: limits relative to today move along with it
Step = Callable[[], None] | None
Solve = Callable[[float], tuple[float, float]]  # a total -> how much of the target its best plan reaches, and spend


def solve_target(
    problem: Problem, target: Target, *, ceiling: float | None, seed: int, done: Step
) -> tuple[Problem, Objective | None, tuple[str, ...]]:
    """Return the problem at the total that reaches a target, the objective where the target sets one, and remarks.

    Raises :class:`BudgetError` for a target that is not known, and for one that no total reaches.
    """
    nodes = [n.name for n in problem.future.posterior.funnel.nodes]
    if target.of not in (*RETURNS, *nodes):
        near = did_you_mean(target.of, (*RETURNS, *nodes))
        raise BudgetError(f"a target is of {', '.join(RETURNS)}, a stage or an outcome, not {target.of!r}{near}")
    low, high = _ends(problem, ceiling)
    if target.of == MARGINAL_ROAS:
        total = _worthwhile(problem, target.at, low, high, seed, done)
        return problem.at(total), None, _stopped(problem, target, total, low, high)
    if target.of == ROAS:
        total = _largest(problem, target.at, (low, high), seed, done)
        return problem.at(total), None, _stopped(problem, target, total, low, high)
    objective = _of_node(problem, target.of)
    total = _cheapest(problem, target, objective, (low, high), seed, done)
    return problem.at(total), objective, _stopped(problem, target, total, low, high)


def _stopped(problem: Problem, target: Target, total: float, low: float, high: float) -> tuple[str, ...]:
    """Return a remark where not the target but a limit, or what the data have seen, ended the search for a total."""
    spend = f"{problem.constraints.currency} {total:,.0f}"
    if total <= low * (1 + AT_AN_END):
        return (f"{spend} is the least that limits and data allow; a {target.of} of {target.at:g} did not decide it",)
    if total >= high * (1 - AT_AN_END):
        return (f"{spend} is the most that limits and data allow; a {target.of} of {target.at:g} did not stop it",)
    return ()


def _ends(problem: Problem, ceiling: float | None) -> tuple[float, float]:
    """Return the least and the most that any plan can spend, the most at the ceiling where there is one."""
    feasible, _ = problem.constraints.feasible_set(0.0, FREE if ceiling is None else ceiling, "pattern")
    matrix, bounds = inequalities(feasible.all_constraints, problem.constraints.answered)
    box = np.column_stack([feasible.lower, feasible.upper])
    ends = []
    for sign in (1.0, -1.0):
        ones = sign * np.ones(len(feasible.lower))
        found = optimize.linprog(  # type: ignore[call-overload]
            ones, A_ub=matrix, b_ub=bounds, bounds=box, method="highs"
        )
        ends.append(sign * float(found.fun) + float(problem.constraints.answered.sum()))
    low, high = ends
    return max(low, 1e-3 * high), high


def _worthwhile(problem: Problem, at: float, low: float, high: float, seed: int, done: Step) -> float:
    """Return the total up to which the next money earns a marginal ROAS."""
    total = problem.total
    for _ in range(AGAIN):
        feasible, _ = problem.constraints.feasible_set(low, high, "pattern")
        objective = replace(
            problem.objective("value"),
            price=at * problem.running,
            value_weights=problem.future.wanted(problem.unit_values, cost=at),
        )
        best = search(problem.future, feasible, objective, pattern_starts(problem, feasible, seed), done=done)
        answered = problem.future.look(feasible.spend(best.variables), objective.value_weights, slopes=False).answered
        found = round(float(best.variables.sum() + answered.mean(axis=0).sum()), 2)
        if abs(found - total) <= AT_AN_END * total:
            break
        total, problem = found, problem.at(found)
    return found


def _largest(problem: Problem, at: float, ends: tuple[float, float], seed: int, done: Step) -> float:
    """Return the largest total on the whole of which the best plan earns a ROAS."""
    nothing = problem.future.accounts([problem.future.plan(np.zeros(problem.today.shape))])[0]
    silent = problem.future.look(
        np.zeros(problem.today.shape), problem.future.wanted(problem.unit_values, cost=0.0), slopes=False
    )
    usual = float(
        silent.value.mean() - nothing.value.sum(axis=1).mean()
    )  # no media at all, answering channels included

    def earned(total: float) -> float:
        at_total = problem.at(total)
        return (_best(at_total, at_total.objective("value"), seed, done) - usual) / total - at

    return _edge(earned, ends, f"no total between {ends[0]:,.0f} and {ends[1]:,.0f} earns a ROAS of {at:g}")


def _cheapest(
    problem: Problem, target: Target, objective: Objective, ends: tuple[float, float], seed: int, done: Step
) -> float:
    """Return the least total whose best plan is expected to bring a node to so many units."""
    unit = _unit(problem, target.of)

    def lacking(total: float) -> float:
        return _best(problem.at(total), objective, seed, done) / unit - target.at

    most = lacking(ends[1])
    if most < 0:
        raise BudgetError(
            f"no plan of at most {ends[1]:,.0f} is expected to bring {target.of} to {target.at:,.0f}; the best brings "
            f"{most + target.at:,.0f}. Raise the total, widen the limits or lower the target."
        )
    if lacking(ends[0]) >= 0:
        return round(ends[0], 2)
    low, high = ends
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if lacking(middle) >= 0 else (middle, high)
    return round(high, 2)


def _edge(earned: Callable[[float], float], ends: tuple[float, float], complaint: str) -> float:
    """Return the largest total at which a figure is not below 0, looking from above."""
    totals = np.linspace(*ends, GRID)[::-1]
    above = None
    for total in totals:
        if earned(float(total)) >= 0:
            if above is None:
                return round(float(total), 2)
            low, high = float(total), above
            for _ in range(HALVINGS):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if earned(middle) >= 0 else (low, middle)
            return round(low, 2)
        above = float(total)
    raise BudgetError(f"{complaint}. Lower the target or widen the limits.")


def _best(problem: Problem, objective: Objective, seed: int, done: Step) -> float:
    feasible, _ = problem.constraints.feasible_set(problem.total, problem.total, "pattern")
    return search(problem.future, feasible, objective, pattern_starts(problem, feasible, seed)[:3], done=done).value


def _of_node(problem: Problem, name: str) -> Objective:
    future = problem.future
    weeks = np.where(np.arange(future.followed) < future.weeks, 1.0, 0.0)
    wanted = future.wanted({name: _unit(problem, name)}, cost=0.0, counted=weeks)
    return Objective(wanted, np.zeros(future.weeks))


def _unit(problem: Problem, name: str) -> float:
    """Return the weight of a unit of a node: its sum in these weeks under today's plan counts as the total."""
    future = problem.future
    weeks = np.where(np.arange(future.followed) < future.weeks, 1.0, 0.0)
    usual = future.look(problem.today, future.wanted({name: 1.0}, cost=0.0, counted=weeks), slopes=False)
    return problem.total / max(float(usual.value.mean()), 1e-12)
