"""What today's plan does not keep: limits, and what the data have seen. It is compared with, but cannot be advised."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omnimix.budget.constraints import Constraints
from omnimix.budget.feasible_set import FeasibleSet
from omnimix.mechanics import Array
from omnimix.spec import Limit

LIMITS, DATA = "limits", "data"
NEAR = 1e-4  # of the total: what is missed by less is kept


def shut_out(constraints: Constraints, feasible: FeasibleSet) -> dict[str, tuple[str, ...]]:
    """Return whose limits today's plan breaks, and the other channels of which it leaves what a feasible set allows.

    The keys are ``limits`` (names of channels, pools and teams) and ``data`` (names of channels).
    """
    room = NEAR * float(constraints.today.sum())
    broken = tuple(dict.fromkeys(_broken(constraints, room)))
    allowed, sums = constraints.allowed(feasible), constraints.today.sum(axis=1)
    variables = feasible.variables(constraints.today)
    beyond = np.maximum(np.maximum(feasible.lower - variables, variables - feasible.upper), 0.0)
    outside = []
    for lever in constraints.levers:
        row = allowed.loc[lever.name]
        missed = max(row["allowed_lowest"] - sums[lever.row], sums[lever.row] - row["allowed_highest"])
        if max(missed, beyond[feasible.of(lever.row)].sum()) > room and lever.name not in broken:
            outside.append(lever.name)
    return {LIMITS: broken, DATA: tuple(outside)}


def _broken(constraints: Constraints, room: float) -> Iterator[str]:
    """Give the names whose limits today's plan misses by more than ``room``."""
    for lever, runs in zip(constraints.levers, constraints.runs, strict=True):
        spend, limit = constraints.today[lever.row], constraints.limit_of(lever)
        if _misses(constraints, limit, spend, room) or float(spend[runs == 0].sum()) > room:
            yield lever.name
    for kind, name, limit in constraints.groups:
        if _misses(constraints, limit, constraints.today[constraints.rows(kind, name)].sum(axis=0), room):
            yield name


def _misses(constraints: Constraints, limit: Limit, spend: Array, room: float) -> bool:
    """Return whether money by week misses a limit by more than ``room``."""
    whole = float(spend.sum())
    sums = any(max(low - whole, whole - high) > room for _, low, high in constraints.sums(limit, whole, ""))
    above = limit.weekly_max is not None and float(np.maximum(spend - limit.weekly_max, 0.0).sum()) > room
    least = limit.weekly_min or 0.0
    below = float(np.where(spend > 0, np.maximum(least - spend, 0.0), 0.0).sum()) > room
    return sums or above or below
