"""Demands that no plan can keep: found before anything is solved, and told with how much they are apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import optimize

from omnimix.budget.feasible_set import Row
from omnimix.errors import BudgetError
from omnimix.mechanics import Array

ROUNDING = 1e-6  # of money


def require_possible(rows: Sequence[Row], answered: Array, currency: str) -> None:
    """Refuse demands on non-negative variables that clash.

    Args:
        rows: the demands.
        answered: what answering channels are expected to spend.
        currency: of all money.

    Raises :class:`BudgetError` that names the fewest demands that cannot be kept together, and by how much.
    """
    if _apart(rows, answered) <= ROUNDING:
        return
    kept = list(rows)
    for row in rows:  # whatever can be left out without ending the clash has no part in it
        rest = [r for r in kept if r is not row]
        if _apart(rest, answered) > ROUNDING:
            kept = rest
    listed = "".join(f"\n- {row.label}" for row in kept)
    raise BudgetError(
        f"no plan keeps all of these; together they are {currency} {_apart(kept, answered):,.0f} apart:{listed}\n"
        "Loosen one of them."
    )


def _apart(rows: Sequence[Row], answered: Array) -> float:
    """Return the least money by which demands have to give way in all, so that a plan keeps them."""
    if not rows:
        return 0.0
    matrix, bounds = halves(rows, answered)
    size, slack = matrix.shape[1], -np.eye(len(bounds))
    found = optimize.linprog(
        np.concatenate([np.zeros(size), np.ones(len(bounds))]),
        A_ub=np.hstack([matrix, slack]),
        b_ub=bounds,
        bounds=(0.0, None),
        method="highs",
    )
    return float(found.fun or 0.0)


def halves(rows: Sequence[Row], answered: Array) -> tuple[Array, Array]:
    """Return demands as ``matrix @ variables <= bounds``, what answers taken as given."""
    matrix, bounds = [], []
    for row in rows:
        known = float(row.answers @ answered)
        if np.isfinite(row.high):
            matrix.append(row.weights)
            bounds.append(row.high - known)
        if np.isfinite(row.low):
            matrix.append(-row.weights)
            bounds.append(known - row.low)
    size = len(rows[0].weights) if rows else 0
    return np.array(matrix).reshape(-1, size), np.array(bounds)
