"""The feasible set in which every week of every lever is free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from omnimix.budget.current_plan import pattern
from omnimix.budget.feasible_set import Constraint, FeasibleSet
from omnimix.effects.future import Integers
from omnimix.mechanics import Array

if TYPE_CHECKING:
    from omnimix.budget.constraints import Constraints


def free_weeks(constraints: Constraints, feasible: FeasibleSet, allowed: Array) -> FeasibleSet:
    """Return the feasible set of one variable a lever and week, from that of one a lever.

    A week stays between the lowest and the highest week seen, and the level after carryover below the highest seen.
    ``allowed`` is least and most of every lever by what the data have seen, shape (2, levers).
    """
    weeks, levers = constraints.future.weeks, constraints.levers
    of: Integers = np.repeat(np.arange(len(levers)), weeks)
    week: Integers = np.tile(np.arange(weeks), len(levers))
    rows = np.array([lever.row for lever in levers])
    basis = np.zeros((len(of), len(constraints.future.names), weeks))
    basis[np.arange(len(of)), rows[of], week] = 1.0
    highest = constraints.support.table.iloc[rows]["highest"].to_numpy()
    times = np.maximum(np.divide(allowed[1], highest, out=np.ones(len(levers)), where=highest > 0), 1.0)
    least, most = _weeks(constraints, feasible, times)
    on = constraints.runs.ravel() > 0
    nothing = np.zeros(len(constraints.future.answering))
    own = [
        Constraint(lever.name, (of == k).astype(float), nothing, float(feasible.lower[k]), float(feasible.upper[k]))
        for k, lever in enumerate(levers)
    ]
    kept = [replace(c, weights=c.weights[of]) for c in feasible.constraints]
    levels, groups = _levels(constraints, feasible, of, week, times), _groups(constraints, of, week)
    return FeasibleSet(
        basis,
        np.where(on, least[of], 0.0),
        np.where(on, most[of], 0.0),
        (*own, *kept, *levels, *groups),
        replace(feasible.total, weights=np.ones(len(of))),
    )


def _weeks(constraints: Constraints, feasible: FeasibleSet, times: Array) -> tuple[Array, Array]:
    """Return least and most spend of a week by lever."""
    seen = constraints.support.table.iloc[[lever.row for lever in constraints.levers]]
    even = feasible.lower / np.maximum(constraints.runs.sum(axis=1), 1.0)  # what is asked for has to fit in
    most = np.maximum(seen["highest_week"].to_numpy() * times, even)
    least = np.minimum(seen["lowest_week"].to_numpy() * max(0.0, 2.0 - float(times.max())), even)
    for k, lever in enumerate(constraints.levers):
        limit = constraints.limit_of(lever)
        if limit.weekly_max is not None:
            most[k] = min(most[k], limit.weekly_max)
        if limit.weekly_min is not None:
            least[k] = 0.0
    return np.minimum(least, most), most


def _levels(
    constraints: Constraints, feasible: FeasibleSet, of: Integers, week: Integers, times: Array
) -> Iterator[Constraint]:
    """Give the constraints that no level after carryover is above the highest seen, nor above what is asked for."""
    nothing, support, weeks = np.zeros(len(constraints.future.answering)), constraints.support, constraints.future.weeks
    for k, lever in enumerate(constraints.levers):
        kernel, before = support.kernels[lever.row], support.before[lever.row]
        works = level_by_week(kernel, weeks)
        known = np.concatenate([before, np.zeros(len(works) - weeks)])
        asked = [feasible.lower[k] * pattern(constraints.runs[k]), constraints.today[lever.row] * constraints.runs[k]]
        needed = max(float((known + works @ spend).max()) for spend in asked)
        most = max(float(times[k]) * float(support.table["highest_level"].iloc[lever.row]), needed)
        for row, left in zip(works, known, strict=True):
            weights = np.where(of == k, row[week], 0.0)
            yield Constraint("level after carryover", weights, nothing, high=most - float(left))


def level_by_week(kernel: Array, weeks: int) -> Array:
    """Return what money of every week of a plan adds to the level of every week, shape (weeks looked at, weeks).

    Where carryover peaks later than at once, the weeks up to the peak after the window are looked at as well, the plan
    going on as it is on average: the level that money of the last weeks makes lies there.
    """
    later = np.arange(weeks + int(np.argmax(kernel)))
    ago = later[:, None] - np.arange(weeks)
    works = np.where((ago >= 0) & (ago < len(kernel)), kernel[np.clip(ago, 0, len(kernel) - 1)], 0.0)
    going_on = np.where(later < weeks, 0.0, np.cumsum(kernel)[np.clip(later - weeks, 0, len(kernel) - 1)])
    return np.asarray(works + going_on[:, None] / weeks)


def _groups(constraints: Constraints, of: Integers, week: Integers) -> Iterator[Constraint]:
    """Give the constraints a week of pools and teams."""
    for kind, name, limit in constraints.groups:
        if limit.weekly_max is not None:
            weights, answers = constraints.members(kind, name)
            for w in range(constraints.future.weeks):
                yield Constraint(f"{kind} {name} a week", weights[of] * (week == w), answers, high=limit.weekly_max)
