"""The optimism of a plan: its gain chosen and valued apart, the spread of the best, how flat the top is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.budget.feasible_set import Constraint, FeasibleSet
from omnimix.budget.lever import MANY, answering_rows, levers_of
from omnimix.budget.objective import Objective, ObjectiveFunction
from omnimix.budget.search import Step, climb, scale, sequential_quadratic, violation
from omnimix.effects.future import Future, Integers
from omnimix.labels import CHANNEL, LOWER, UPPER
from omnimix.mechanics import Array

SOLVED = 60  # draws that are solved one by one
NEGOTIABLE = 0.01  # of what a plan brings
FREE_DRAWS = 128  # on which the ends of negotiable ranges are looked for
LOOKS = 4  # plans between a plan and an end of its range that are valued
LARGEST = 12  # levers whose ranges are looked for where there are many
HALVED = 6  # times the way to a bound is halved where a search for an end did not finish


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

    The cost is counted against ``brings``, the money that the plan brings. Ends are looked for on some of the draws and
    hold on all of them, and so does what lies between an end and the plan. Columns lower and upper, index channel; of
    more than ``MANY`` levers only those with most money have a range.
    """
    size = future.posterior.size
    few: Integers = np.unique(np.linspace(0, size - 1, min(FREE_DRAWS, size)).astype(np.int64))
    quick, whole = (
        found.objective_on(future, found.profit, few),
        ObjectiveFunction(future, found.feasible, found.profit),
    )
    cost = NEGOTIABLE * abs(brings)
    ends = {}
    levers = levers_of(future)
    if len(levers) > MANY:
        planned = found.feasible.spend(found.variables).sum(axis=1)
        levers = tuple(sorted(levers, key=lambda lever: -planned[lever.row])[:LARGEST])
    for lever in levers:
        own = found.feasible.of(lever.row).astype(float)
        ends[lever.name] = [
            float(own @ furthest(quick, whole, found.variables, sign * own, cost)) for sign in (1.0, -1.0)
        ]
    table = pd.DataFrame(ends, index=[LOWER, UPPER]).T
    return table.reindex(list(future.names)).rename_axis(CHANNEL)


def furthest(quick: ObjectiveFunction, whole: ObjectiveFunction, best: Array, direction: Array, cost: float) -> Array:
    """Return the plan with a lever furthest down (``direction`` above 0) or up that loses at most ``cost``.

    It is looked for on the draws of ``quick``. Where that search does not finish, money of the lever is fixed at
    amounts that halve the way to its bound, and the rest follows as well as it can. What is returned loses at most
    ``cost`` on the draws of ``whole``, as do the plans on the straight way to it; in doubt it is nearer.
    """
    unit, own = scale(quick.feasible, best), np.abs(direction)
    least = quick.evaluate(best)[0] - cost
    keeps = {
        "type": "ineq",
        "fun": lambda x: (quick.evaluate(x * unit)[0] - least) / unit,
        "jac": lambda x: quick.evaluate(x * unit)[1],
    }
    ended, finished = sequential_quadratic(
        quick, best, unit, lambda x: (float(direction @ x), direction), also=[keeps], tolerance=1e-5, steps=60
    )
    reached = _as_far_as_it_holds(quick, whole, best, ended, direction, cost)
    if finished:
        return reached
    bounds = quick.feasible.lower if direction.sum() > 0 else quick.feasible.upper
    near, far = float(own @ reached), float(own @ bounds)
    for _ in range(HALVED):
        money = 0.5 * (near + far)
        fixed = quick.feasible.within(
            *(np.where(own > 0, money, b) for b in (quick.feasible.lower, quick.feasible.upper))
        )
        followed = climb(ObjectiveFunction(quick.future, fixed, quick.objective, quick.draws), best)
        tried = best if followed is None else _as_far_as_it_holds(quick, whole, best, followed, direction, cost)
        if abs(float(own @ tried) - money) <= 1e-6 * unit:
            near, reached = money, tried
        else:
            far = money
    return reached


def _as_far_as_it_holds(
    quick: ObjectiveFunction, whole: ObjectiveFunction, best: Array, ended: Array, direction: Array, cost: float
) -> Array:
    """Return the last plan on the straight way to ``ended`` up to which none loses more than ``cost``."""
    way = ended - best
    if (
        not np.isfinite(way).all()
        or direction @ way >= 0
        or violation(quick, ended) > 1e-4 * scale(quick.feasible, best)
    ):
        return best
    top = _value(whole, whole.feasible.spend(best))

    def holds(part: float) -> bool:
        return top - _value(whole, whole.feasible.spend(best + part * way)) <= cost

    good, step = 0.0, 1.0 / LOOKS
    while good < 1.0 and holds(good + step):
        good += step
    for _ in range(LOOKS if good < 1.0 else 0):
        step /= 2.0
        good += step if holds(good + step) else 0.0
    return np.asarray(best + good * way)


def _value(function: ObjectiveFunction, spend: Array) -> float:
    look = function.future.plan_value(spend, function.objective.value_weights, function.draws, slopes=False)
    return function.objective.total(function.gains(look, spend))
