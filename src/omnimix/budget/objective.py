"""The objective of a plan, over draws, and as a function of the variables of a feasible set."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import optimize, special

from omnimix.budget.feasible_set import FeasibleSet
from omnimix.budget.lever import set_rows
from omnimix.effects.future import Future, Integers, PlanValue, ValueWeights
from omnimix.mechanics import Array


@dataclass(frozen=True)
class Objective:
    """An objective: a mean over draws of a weighted value less the price of set money.

    Attributes:
        value_weights: what is looked at.
        price: what a unit of money of set channels costs in each week of the plan, shape (weeks,).
        level: above 0 the mean is that of the worst draws, all but this mass (conditional value at risk).
        reference: value less price of today's plan by draw, from which gains are counted where ``level`` is above 0.
        softness: money over which the worst draws pass into the rest, so that there is a derivative.
    """

    value_weights: ValueWeights
    price: Array
    level: float = 0.0
    reference: Array | None = None
    softness: float = 1.0

    def weights(self, gains: Array) -> Array:
        """Return the weight of every draw: all the same, or only those of the worst."""
        if self.level <= 0 or len(gains) == 1:
            return np.full(len(gains), 1.0 / len(gains))
        mass = (1.0 - self.level) * len(gains)

        def worst(cut: float) -> Array:
            return special.expit((cut - gains) / self.softness)

        ends = gains.min() - 40.0 * self.softness, gains.max() + 40.0 * self.softness
        cut = optimize.brentq(lambda c: worst(c).sum() - mass, *ends, xtol=1e-13 * max(map(abs, ends)))
        return np.asarray(worst(float(cut)) / mass)

    def total(self, gains: Array) -> float:
        """Return what is made as large as possible; its derivative by every gain is :meth:`weights`."""
        weights = self.weights(gains)
        if self.level <= 0 or len(gains) == 1:
            return float(weights @ gains)
        mass = (1.0 - self.level) * len(gains)
        inside = weights * mass
        return float(weights @ gains - self.softness * (special.entr(inside) + special.entr(1.0 - inside)).sum() / mass)


@dataclass
class ObjectiveFunction:
    """An objective as a function of the variables of a feasible set, on some draws; remembers its last evaluation."""

    future: Future
    feasible: FeasibleSet
    objective: Objective
    draws: Integers | None = None
    _at: bytes = b""
    _value: tuple[float, Array, Array, Array] = field(default=(0.0, np.zeros(0), np.zeros(0), np.zeros(0)))

    def evaluate(self, variables: Array) -> tuple[float, Array, Array, Array]:
        """Return the objective, its slopes, the mean spend of answering channels, and its slopes, by variable."""
        key = variables.tobytes()
        if key != self._at:
            self._at, self._value = key, self._evaluated(variables)
        return self._value

    def gains(self, look: PlanValue, spend: Array) -> Array:
        """Return value less price by draw, beyond the reference where there is one."""
        gains = look.value - float((spend[set_rows(self.future)] @ self.objective.price).sum())
        if self.objective.reference is None:
            return gains
        return gains - (self.objective.reference if self.draws is None else self.objective.reference[self.draws])

    def _evaluated(self, variables: Array) -> tuple[float, Array, Array, Array]:
        spend = self.feasible.spend(variables)
        look = self.future.plan_value(spend, self.objective.value_weights, self.draws)
        gains = self.gains(look, spend)
        weights = self.objective.weights(gains)
        slopes = np.tensordot(weights, look.slopes[:, 0], axes=1) - self.objective.price
        answers = np.tensordot(np.full(len(weights), 1.0 / len(weights)), look.slopes[:, 1:], axes=1)
        return (
            self.objective.total(gains),
            self.feasible.by_variable(slopes),
            look.answered.mean(axis=0),
            self.feasible.by_variable(answers),
        )
