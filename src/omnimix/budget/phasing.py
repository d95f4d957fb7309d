"""The feasible set in which every week of every channel is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from omnimix.budget.current_plan import pattern
from omnimix.budget.feasible_set import Constraint, FeasibleSet
from omnimix.budget.support import carried
from omnimix.effects.future import Integers
from omnimix.mechanics import Array
from omnimix.spec import Limit

if TYPE_CHECKING:
    from omnimix.budget.constraints import Constraints


def free_weeks(constraints: Constraints, feasible: FeasibleSet, allowed: Array) -> FeasibleSet:
    """Return the feasible set of one variable a set channel and week, from that of one a channel.

    A week stays between the lowest and the highest week seen, and the level after carryover below the highest seen.
    ``allowed`` is least and most of every set channel by what the data have seen, shape (2, set channels).
    """
    weeks, levers = constraints.future.weeks, constraints.levers
    of: Integers = np.repeat(np.arange(len(levers)), weeks)
    week: Integers = np.tile(np.arange(weeks), len(levers))
    basis = np.zeros((len(of), len(constraints.future.names), weeks))
    basis[np.arange(len(of)), np.array(levers)[of], week] = 1.0
    highest = constraints.region.iloc[levers]["highest"].to_numpy()
    times = np.maximum(np.divide(allowed[1], highest, out=np.ones(len(levers)), where=highest > 0), 1.0)
    least, most = _weeks(constraints, feasible, times)
    on = constraints.runs.ravel() > 0
    nothing = np.zeros(len(constraints.future.answering))
    rows = [
        Constraint(name, (of == k).astype(float), nothing, float(feasible.lower[k]), float(feasible.upper[k]))
        for k, name in enumerate(constraints.future.set_channels)
    ]
    rows += [Constraint(r.label, r.weights[of], r.answers, r.low, r.high) for r in feasible.constraints]
    rows += _levels(constraints, feasible, of, week, times)
    rows += _groups(constraints, of, week)
    total = feasible.total
    return FeasibleSet(
        basis,
        np.where(on, least[of], 0.0),
        np.where(on, most[of], 0.0),
        tuple(rows),
        Constraint(total.label, np.ones(len(of)), total.answers, total.low, total.high),
    )


def _weeks(constraints: Constraints, feasible: FeasibleSet, times: Array) -> tuple[Array, Array]:
    """Return least and most money of a week by set channel."""
    region = constraints.region.iloc[constraints.levers]
    even = feasible.lower / np.maximum(constraints.runs.sum(axis=1), 1.0)  # what is asked for has to fit in
    most = np.maximum(region["highest_week"].to_numpy() * times, even)
    least = np.minimum(region["lowest_week"].to_numpy() * max(0.0, 2.0 - float(times.max())), even)
    for k, name in enumerate(constraints.future.set_channels):
        limit = constraints.limits.channels.get(name, Limit())
        if limit.weekly_max is not None:
            most[k] = min(most[k], limit.weekly_max)
        if limit.weekly_min is not None:
            least[k] = 0.0
    return np.minimum(least, most), most


def _levels(
    constraints: Constraints, feasible: FeasibleSet, of: Integers, week: Integers, times: Array
) -> list[Constraint]:
    """Return the constraints that no level after carryover is above the highest seen, nor above what is asked for."""
    rows, nothing = [], np.zeros(len(constraints.future.answering))
    for k, place in enumerate(constraints.levers):
        kernel, before = constraints.support.kernels[place], constraints.support.before[place]
        needs = [feasible.lower[k] * pattern(constraints.runs[k]), constraints.today[place] * constraints.runs[k]]
        needed = max(float((before + carried(spend, kernel)).max()) for spend in needs)
        most = max(float(times[k]) * float(constraints.region["highest_level"].iloc[place]), needed)
        for w in range(constraints.future.weeks):
            ago = w - week
            solve_target = (of == k) & (ago >= 0) & (ago < len(kernel))
            weights = np.where(solve_target, kernel[np.clip(ago, 0, len(kernel) - 1)], 0.0)
            rows.append(Constraint("level after carryover", weights, nothing, high=most - float(before[w])))
    return rows


def _groups(constraints: Constraints, of: Integers, week: Integers) -> list[Constraint]:
    """Return the constraints a week of pools and teams."""
    rows = []
    for kind, given in (("pool", constraints.limits.pools), ("team", constraints.limits.teams)):
        for name, limit in given.items():
            if limit.weekly_max is not None:
                weights, answers = constraints.members(kind, name)
                rows += [
                    Constraint(f"{kind} {name} a week", weights[of] * (week == w), answers, high=limit.weekly_max)
                    for w in range(constraints.future.weeks)
                ]
    return rows
