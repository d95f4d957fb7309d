"""Infeasibility: constraints that no plan keeps, found before anything is solved, and by how much they are apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import optimize

from omnimix.budget.feasible_set import Constraint
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
        rest = [r for r in kept if r is not constraint]
        if _shortfall(rest, answered) > ROUNDING:
            kept = rest
    listed = "".join(f"\n- {constraint.label}" for constraint in kept)
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


def inequalities(constraints: Sequence[Constraint], answered: Array) -> tuple[Array, Array]:
    """Return constraints as ``matrix @ variables <= bounds``, what answers taken as given."""
    matrix, bounds = [], []
    for constraint in constraints:
        known = float(constraint.answers @ answered)
        if np.isfinite(constraint.high):
            matrix.append(constraint.weights)
            bounds.append(constraint.high - known)
        if np.isfinite(constraint.low):
            matrix.append(-constraint.weights)
            bounds.append(known - constraint.low)
    size = len(constraints[0].weights) if constraints else 0
    return np.array(matrix).reshape(-1, size), np.array(bounds)
