"""The optimism of a plan: its gain chosen and valued apart, the spread of the best, how flat the top is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.budget.feasible_set import Constraint, FeasibleSet
from omnimix.budget.lever import answering_rows, levers_of
from omnimix.budget.objective import Objective, ObjectiveFunction
from omnimix.budget.search import Step, climb, scale, sequential_quadratic, violation
from omnimix.effects.future import Future, Integers
from omnimix.labels import CHANNEL, LOWER, UPPER
from omnimix.mechanics import Array

SOLVED = 60  # draws that are solved one by one
NEGOTIABLE = 0.01  # of what a plan brings
FREE_DRAWS = 128  # on which negotiable ranges are worked out


@dataclass(frozen=True)
class FoundPlan:
    """A plan that was found, in a feasible set of one variable a channel.

    Attributes:
        feasible: the plans it was chosen from.
        variables: the plan.
        today: money of today's plan, shape (channels, weeks).
        chosen: what it was chosen to make large.
        profit: value less all money spent, by which it is judged.
        answered: what answering channels are expected to spend under it.
    """

    feasible: FeasibleSet
    variables: Array
    today: Array
    chosen: Objective
    profit: Objective
    answered: Array

    def objective_on(self, future: Future, objective: Objective, draws: Integers) -> ObjectiveFunction:
        """Return an objective as a function of the variables, on some draws.

        What answering channels spend in these draws is another amount than expected; constraints on sums that count it
        move along, so that the plan keeps them in any draws.
        """
        answered = ObjectiveFunction(future, self.feasible, objective, draws).evaluate(self.variables)[2]
        more = answered - self.answered

        def moved(row: Constraint) -> Constraint:
            shift = float(row.answers @ more)
            return replace(row, low=row.low + shift, high=row.high + shift)

        rows = tuple(moved(r) for r in self.feasible.constraints)
        return ObjectiveFunction(
            future, replace(self.feasible, constraints=rows, total=moved(self.feasible.total)), objective, draws
        )


@dataclass(frozen=True)
class BestByDraw:
    """The best plan of single draws.

    Attributes:
        spend: of every channel, what answering ones spend included, shape (solved draws, channels).
        staying: mean of what today's plan loses against them, in money; below 0 where limits shut today's plan out.
        following: mean of what the plan loses against them, in money.
    """

    spend: Array
    staying: float
    following: float

    @property
    def shares(self) -> Array:
        """Share of every channel in the best plan of every draw."""
        return self.spend / self.spend.sum(axis=1, keepdims=True)


def split_sample_gain(future: Future, found: FoundPlan) -> tuple[float, float]:
    """Return the mean gain over today's plan where it is chosen and valued on the same half of the draws, and apart.

    Both halves of the draws choose a plan, starting from the best one; each is valued on its own half and on the other.
    """
    size = future.posterior.size
    inequalities = np.arange(0, size, 2), np.arange(1, size, 2)
    same: list[float] = []
    apart: list[float] = []
    for own, other in (inequalities, inequalities[::-1]):
        ended = climb(found.objective_on(future, found.chosen, own), found.variables)
        spend = found.feasible.spend(found.variables if ended is None else ended)
        for draws, kept in ((own, same), (other, apart)):
            function = ObjectiveFunction(future, found.feasible, found.profit, draws)
            kept.append(_value(function, spend) - _value(function, found.today))
    return float(np.mean(same)), float(np.mean(apart))


def spread_of_best(future: Future, found: FoundPlan, seed: int, done: Step) -> BestByDraw:
    """Solve single draws, starting from the plan and from today's, and return their best plans."""
    size = future.posterior.size
    draws = np.sort(np.random.default_rng(seed).choice(size, min(SOLVED, size), replace=False))
    answering = answering_rows(future)
    spend, staying, following = [], [], []
    for draw in draws:
        function = found.objective_on(future, found.profit, np.array([draw]))
        planned = function.evaluate(found.variables)[0]
        ends = [found.variables]
        for start in (found.variables, found.feasible.variables(found.today)):
            ended = climb(function, start)
            ends += [] if ended is None else [ended]
        best = max(ends, key=lambda e: function.evaluate(e)[0])
        top, _, answered, _ = function.evaluate(best)
        by_channel = found.feasible.spend(best).sum(axis=1)
        by_channel[answering] = answered
        spend.append(by_channel)
        following.append(top - planned)
        staying.append(top - _value(function, found.today))
        if done is not None:
            done()
    return BestByDraw(np.array(spend), float(np.mean(staying)), float(np.mean(following)))


def negotiable(future: Future, found: FoundPlan, brings: float) -> pd.DataFrame:
    """Return how far the money of every set channel can move, the rest following, at a cost below one percent.

    The cost is counted against ``brings``, the money that the plan brings. Columns lower and upper, index channel.
    """
    size = future.posterior.size
    few: Integers = np.unique(np.linspace(0, size - 1, min(FREE_DRAWS, size)).astype(np.int64))
    function = found.objective_on(future, found.profit, few)
    unit = scale(found.feasible, found.variables)
    least = function.evaluate(found.variables)[0] - NEGOTIABLE * abs(brings)
    ends = {}
    for lever in levers_of(future):
        own = found.feasible.of(lever.row).astype(float)
        ends[lever.channel] = [_furthest(function, found.variables, sign * own, least, unit) for sign in (1.0, -1.0)]
    table = pd.DataFrame(ends, index=[LOWER, UPPER]).T
    return table.reindex(list(future.names)).rename_axis(CHANNEL)


def _furthest(function: ObjectiveFunction, best: Array, direction: Array, least: float, unit: float) -> float:
    """Return the spend of a lever furthest down (``direction`` above 0) or up with the objective above ``least``."""
    keeps = {
        "type": "ineq",
        "fun": lambda x: (function.evaluate(x * unit)[0] - least) / unit,
        "jac": lambda x: function.evaluate(x * unit)[1],
    }
    ended = sequential_quadratic(
        function, best, unit, lambda x: (float(direction @ x), direction), also=[keeps], tolerance=1e-5, steps=60
    )
    fine = violation(function, ended) <= 1e-4 * unit and function.evaluate(ended)[0] >= least - 1e-4 * unit
    return float(np.abs(direction) @ (ended if fine else best))


def _value(function: ObjectiveFunction, spend: Array) -> float:
    look = function.future.plan_value(spend, function.objective.value_weights, function.draws, slopes=False)
    return function.objective.total(function.gains(look, spend))
