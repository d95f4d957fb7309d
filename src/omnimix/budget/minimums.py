"""Channels that run with at least so much a week or not at all: which of them, and when."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from omnimix.budget.constraints import Constraints
from omnimix.budget.feasible_set import FeasibleSet
from omnimix.budget.objective import Objective
from omnimix.budget.search import Best, Step, search
from omnimix.effects.future import Future, Integers
from omnimix.errors import BudgetError
from omnimix.mechanics import Array

TRIED = 6  # variables of which every choice of running or not is tried
CUTS = (0.25, 0.5, 0.75, 1.0)  # of the least: what is planned below it does not run
ROUNDING = 1e-6


def least_when_on(constraints: Constraints, feasible: FeasibleSet) -> Array:
    """Return the least money of every variable if it is not 0; 0 where it may be anything."""
    out = np.zeros(len(feasible.lower))
    for lever in constraints.levers:
        limit = constraints.limit_of(lever)
        if limit.weekly_min is not None:
            for k in np.flatnonzero(feasible.of(lever.row)):
                shares = feasible.basis[k, lever.row]
                out[k] = float((limit.weekly_min / shares[shares > 0]).max())
    return out


def search_with_minimums(
    future: Future,
    feasible: FeasibleSet,
    objective: Objective,
    starts: list[Array],
    least: Array,
    done: Step = None,
) -> Best:
    """Return the best plan found in which every variable is 0 or at least its least.

    Of few such variables every choice of running or not is tried; of many (weeks planned freely) those below several
    cuts of the least are left out and the rest brought up to it.

    Raises :class:`BudgetError` where no choice leaves a plan.
    """
    relaxed = search(future, feasible, objective, starts, done=done)
    bound: Integers = np.flatnonzero(least > 0)
    between = (relaxed.variables > ROUNDING) & (relaxed.variables < least * (1 - ROUNDING))
    if not between.any():
        return relaxed
    found: list[Best] = []
    for on in _choices(relaxed.variables, least, bound, feasible):
        lower, upper = feasible.lower.copy(), feasible.upper.copy()
        lower[bound] = np.where(on, np.maximum(lower[bound], least[bound]), 0.0)
        upper[bound] = np.where(on, upper[bound], 0.0)
        if (lower > upper).any():
            continue
        try:
            found.append(
                search(future, feasible.within(lower, upper), objective, [relaxed.variables, *starts[:1]], done=done)
            )
        except BudgetError:  # this choice leaves no plan; others may
            continue
    if not found:
        raise BudgetError(
            "no plan keeps `weekly_min`: wherever those channels run with at least so much, other limits break. Lower "
            "`weekly_min` or loosen the limits beside it."
        )
    return max(found, key=lambda b: b.value)


def _choices(
    relaxed: Array, least: Array, bound: Integers, feasible: FeasibleSet
) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Give choices of which of the bound variables run."""
    must = feasible.lower[bound] > ROUNDING
    if len(bound) <= TRIED:
        for choice in itertools.product((True, False), repeat=len(bound)):
            on = np.array(choice)
            if (on | ~must).all():
                yield np.asarray(on)
        return
    for cut in CUTS:
        yield np.asarray(must | (relaxed[bound] >= cut * least[bound]))
