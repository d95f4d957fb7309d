"""Where searches start: plans that a person might try, and some that nobody would."""

from __future__ import annotations

import numpy as np

from omnimix.budget.current_plan import expected_spend, pattern, scaled_to
from omnimix.budget.feasible_set import FREE, FeasibleSet
from omnimix.budget.lever import MANY, set_rows
from omnimix.budget.problem import Problem
from omnimix.mechanics import Array

RANDOM = 4


def pattern_starts(problem: Problem, feasible: FeasibleSet) -> list[Array]:
    """Return starts of one variable a channel: the current plan, money by return, corners and random ones."""
    lower, upper = feasible.lower, np.where(feasible.upper < FREE, feasible.upper, problem.total)
    free = float(problem.total - problem.constraints.answered.sum())
    found = [feasible.variables(problem.today), feasible.variables(by_return(problem))]
    found += [_towards(corner, lower, upper, free) for corner in _corners(problem)]
    generator = np.random.default_rng(problem.outlook.seed)
    found += [_towards(generator.dirichlet(np.ones(len(lower))), lower, upper, free) for _ in range(RANDOM)]
    return found


def _corners(problem: Problem) -> list[Array]:
    """Return shares of levers that lie in a corner: one channel, or one geo, has everything."""
    levers, places = problem.constraints.levers, dict[tuple[str, str], list[int]]()
    for k, lever in enumerate(levers):
        places.setdefault(("channel", lever.channel), []).append(k)
        if lever.geo is not None and len(levers) <= MANY:
            places.setdefault(("geo", lever.geo), []).append(k)
    return [np.isin(np.arange(len(levers)), own).astype(float) for own in places.values()]


def by_return(problem: Problem) -> Array:
    """Return the rule of thumb: money in proportion to every channel's estimated ROAS under today's plan, same total.

    Channels keep their weekly pattern; one that loses money, or that today's plan does not run, gets nothing. Expected
    spend of answering channels is filled in.
    """
    future, today = problem.future, problem.today
    wanted = future.weights(problem.unit_values, cost=problem.value_unit.price)
    whole = future.plan_value(today, wanted, slopes=False).value.mean()
    rows = np.zeros(today.shape)
    for row in set_rows(future):
        spent = float(today[row].sum())
        if spent > 0:
            without = today.copy()
            without[row] = 0.0
            lost = whole - future.plan_value(without, wanted, slopes=False).value.mean()
            rows[row] = max(float(lost) / spent, 0.0) * pattern(today[row])
    if rows.sum() <= 0:
        return today
    return expected_spend(future, scaled_to(future, rows / rows.sum() * problem.total, problem.total))


def _towards(shares: Array, lower: Array, upper: Array, total: float) -> Array:
    """Return variables within their bounds that add up to a total, what is free divided by shares as far as it goes."""
    found, left = lower.copy(), total - float(lower.sum())
    weights = shares + 1e-3
    for _ in range(len(lower)):
        open_ = found < upper - 1e-9
        if left <= 1e-9 * max(total, 1.0) or not open_.any():
            break
        step = np.where(open_, weights, 0.0)
        step = np.minimum(left * step / step.sum(), upper - found)
        found, left = found + step, left - float(step.sum())
    return found
