"""Infeasibility: constraints that no plan keeps, found before anything is solved, and by how much they are apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import optimize

from omnimix.budget.feasible_set import Constraint, FeasibleSet
from omnimix.errors import BudgetError
from omnimix.mechanics import Array

ROUNDING = 1e-6  # of money


def require_feasible(constraints: Sequence[Constraint], answered: Array, currency: str) -> None:
    """Refuse constraints on non-negative variables that no plan keeps together.

    Args:
        constraints: on sums of variables.
        answered: what answering channels are expected to spend.
        currency: of all money.

    Raises :class:`BudgetError` that names the fewest constraints that cannot be kept together, and by how much.
    """
    if _shortfall(constraints, answered) <= ROUNDING:
        return
    kept = list(constraints)
    for constraint in constraints:  # whatever can be left out without ending the clash has no part in it
        rest = [c for c in kept if c is not constraint]
        if _shortfall(rest, answered) > ROUNDING:
            kept = rest
    listed = "".join(f"\n- {c.label}" for c in kept)
    raise BudgetError(
        f"no plan keeps all of these; together they are {currency} {_shortfall(kept, answered):,.0f} apart:{listed}\n"
        "Loosen one of them."
    )


def _shortfall(constraints: Sequence[Constraint], answered: Array) -> float:
    """Return the least money by which constraints have to give way in all, so that a plan keeps them."""
    if not constraints:
        return 0.0
    matrix, bounds = inequalities(constraints, answered)
    size, slack = matrix.shape[1], -np.eye(len(bounds))
    found = optimize.linprog(
        np.concatenate([np.zeros(size), np.ones(len(bounds))]),
        A_ub=np.hstack([matrix, slack]),
        b_ub=bounds,
        bounds=(0.0, None),
        method="highs",
    )
    return float(found.fun or 0.0)


def linear_optimum(
    costs: Array, feasible: FeasibleSet, answered: Array, *, slack: float = 0.0
) -> optimize.OptimizeResult:
    """Return the plan of least linear cost in a feasible set widened by ``slack``, what answers taken as given."""
    matrix, bounds = inequalities(feasible.all_constraints, answered)
    box = np.column_stack([feasible.lower, feasible.upper])
    return optimize.linprog(  # type: ignore[call-overload, no-any-return]
        costs, A_ub=matrix, b_ub=bounds + slack, bounds=box, method="highs"
    )


def inequalities(constraints: Sequence[Constraint], answered: Array) -> tuple[Array, Array]:
    """Return constraints as ``matrix @ variables <= bounds``, what answers taken as given."""
    matrix, bounds = [], []
    for c in constraints:
        known = float(c.answers @ answered)
        if np.isfinite(c.high):
            matrix.append(c.weights)
            bounds.append(c.high - known)
        if np.isfinite(c.low):
            matrix.append(-c.weights)
            bounds.append(known - c.low)
    size = len(constraints[0].weights) if constraints else 0
    return np.array(matrix).reshape(-1, size), np.array(bounds)
