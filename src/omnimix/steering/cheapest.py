"""The cheapest plan that reaches a goal with given odds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnimix.budget.objective import Objective
from omnimix.budget.problem import Problem
from omnimix.budget.search import Step, search
from omnimix.budget.starts import pattern_starts
from omnimix.budget.target import halved, spend_ends
from omnimix.effects.future import ValueWeights
from omnimix.mechanics import Array
from omnimix.steering.forecast import Forecasts, set_money, whole_total
from omnimix.steering.weeks import Counted

STARTS = 3


@dataclass(frozen=True)
class Cheapest:
    """A plan that was found.

    Attributes:
        reached: units of the goal under it, shape (draws,).
        total: money of all channels over the weeks up to the goal.
        enough: whether it reaches the goal with the odds that were asked for; if not, no plan that limits and data
            allow does, and it is the one with the best odds.
    """

    reached: Array
    total: float
    enough: bool


def cheapest(problem: Problem, forecasts: Forecasts, goal: Counted, odds: float, done: Step = None) -> Cheapest:
    """Return the cheapest plan, channels in their weekly patterns, that reaches a goal with so much probability.

    At every total it is the plan that is expected to bring the node furthest; the total is halved in.
    """
    weeks = np.zeros(problem.future.followed)
    weeks[: goal.weeks] = goal.ahead
    usual = problem.future.plan_value(problem.today, _wanted(problem, goal, weeks, 1.0), slopes=False).value.mean()
    scale = problem.total / max(float(usual), 1e-12)  # a unit on the scale of money, on which tolerances stand
    aim = Objective(_wanted(problem, goal, weeks, scale), np.zeros(problem.future.weeks))
    found: dict[float, tuple[Array, float]] = {}

    def at(total: float) -> tuple[Array, float]:
        if total not in found:
            there = problem.at(total)
            feasible, _ = there.feasible_set("pattern")
            best = search(there.future, feasible, aim, pattern_starts(there, feasible)[:STARTS], done=done)
            spend = feasible.spend(best.variables)
            found[total] = forecasts.reached(set_money(there, spend), goal), whole_total(there, spend)
        return found[total]

    def misses(total: float) -> bool:
        return float((at(total)[0] >= goal.goal.target).mean()) < odds

    low, high = spend_ends(problem, None)
    if misses(high):
        return Cheapest(*at(high), enough=False)
    if not misses(low):
        return Cheapest(*at(low), enough=True)
    return Cheapest(*at(halved(misses, low, high)[1]), enough=True)


def _wanted(problem: Problem, goal: Counted, weeks: Array, unit: float) -> ValueWeights:
    return problem.future.weights({goal.goal.node: unit}, cost=0.0, counted=weeks)
