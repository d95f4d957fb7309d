"""The feasible set, the plans a search may choose from: variables, their bounds, and what sums of them may be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from omnimix.mechanics import Array

FREE = np.inf


@dataclass(frozen=True)
class Constraint:
    """One constraint on a sum: ``low <= weights @ variables + expected money of the answering channels <= high``.

    ``answers`` is 1 for every answering channel that is counted, else 0; ``label`` says the constraint in words.
    """

    label: str
    weights: Array
    answers: Array
    low: float = -FREE
    high: float = FREE


@dataclass(frozen=True)
class FeasibleSet:
    """Variables in money, each laid on channels and weeks by its row of ``basis``, and all constraints on them.

    Attributes:
        basis: share of every variable's money in every channel and week, shape (variables, channels, weeks).
        lower: least of every variable.
        upper: most of every variable.
        constraints: on sums.
        total: the constraint on the sum of everything.
    """

    basis: Array
    lower: Array
    upper: Array
    constraints: tuple[Constraint, ...]
    total: Constraint

    @property
    def all_constraints(self) -> tuple[Constraint, ...]:
        """The constraints on sums, that on the total last."""
        return (*self.constraints, self.total)

    def spend(self, variables: Array) -> Array:
        """Return money of every channel and week, shape (channels, weeks)."""
        return np.tensordot(variables, self.basis, axes=1)

    def by_variable(self, slopes: Array) -> Array:
        """Return derivatives by variables from those by money, shape (..., channels, weeks)."""
        return np.tensordot(slopes, self.basis, axes=((-2, -1), (1, 2)))

    def variables(self, spend: Array) -> Array:
        """Return the variables that come nearest to money of every channel and week."""
        used = self.basis > 0
        return np.array([spend[k].sum() if k.any() else 0.0 for k in used])

    def of(self, channel: int) -> Array:
        """Return which variables lay money on a channel."""
        return np.asarray(self.basis[:, channel].any(axis=1))

    def within(self, lower: Array, upper: Array) -> FeasibleSet:
        """Return the same with other bounds."""
        return replace(self, lower=lower, upper=upper)

    def spending(self, low: float, high: float) -> FeasibleSet:
        """Return the same with another constraint on the total."""
        return replace(self, total=replace(self.total, low=low, high=high))
