"""Plans that a test could turn a company to: today's, the given one, and those that single draws would choose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnimix.effects.future import Future, Integers, ValueWeights
from omnimix.effects.respond import values
from omnimix.mechanics import Array

BY_DRAW = 60  # plans that single draws choose
STEPS, STRIDE = 8, 0.35  # of the way that each goes
LEAST, MOST = 0.4, 1.8  # times today's money of a channel
SINGLE = (0.0, 0.5, 1.5)  # times today's money, of one channel with all others as they are


@dataclass(frozen=True)
class Nearby:
    """Plans, as money of every channel and week, and what each brings net of money in every draw.

    Attributes:
        plans: shape (plans, channels, weeks).
        net: value less money spent (value alone where it is no money), shape (draws, plans); the first is today's.
    """

    plans: Array
    net: Array


def plans_nearby(future: Future, today: Array, given: Array | None, seed: int) -> Nearby:
    """Return plans around today's and what they bring.

    Every draw that is asked moves money of today's plan, the total as it is, to where its own next money brings most;
    without a value in money no plan saves any.
    """
    wanted = wanted_value(future)
    rows = [future.names.index(n) for n in future.set_channels]
    generator = np.random.default_rng(seed)
    size = future.posterior.size
    asked = generator.choice(size, min(BY_DRAW, size), replace=False)
    plans = [today, *([] if given is None else [given])]
    plans += [_improved(future, today, rows, wanted, np.arange(size))]
    plans += [_improved(future, today, rows, wanted, np.array([draw])) for draw in asked]
    if future.posterior.value_unit.is_money:
        for row in rows:
            for times in SINGLE:
                changed = today.copy()
                changed[row] *= times
                plans.append(changed)
    return Nearby(np.stack(plans), np.stack([net_value(future, plan, wanted) for plan in plans], axis=1))


def wanted_value(future: Future) -> ValueWeights:
    """Return what a plan is valued by: all outcomes at their value, less what answering channels spend."""
    worth = values(future.posterior)
    by_node = {str(n): float(v) for n, v in zip(worth["node"].to_numpy(), worth.to_numpy(), strict=True)}
    return future.weights(by_node, cost=future.posterior.value_unit.price)


def net_value(future: Future, plan: Array, wanted: ValueWeights) -> Array:
    """Return what a plan brings less what it costs, shape (draws,)."""
    rows = [future.names.index(n) for n in future.set_channels]
    spent = float((plan[rows] * future.discount[: future.weeks]).sum()) * future.posterior.value_unit.price
    return future.plan_value(plan, wanted, slopes=False).value - spent


def _improved(future: Future, today: Array, rows: list[int], wanted: ValueWeights, draws: Integers) -> Array:
    """Return a plan of today's total, moved to where next money brings most under some draws on average."""
    times, money = np.ones(len(rows)), today[rows].sum(axis=1)
    if money.sum() <= 0:
        return today
    plan = today.copy()
    for _ in range(STEPS):
        slopes = future.plan_value(plan, wanted, draws).slopes[:, 0].mean(axis=0)
        along = np.array([(slopes[r] * today[r]).sum() for r in rows]) / np.where(money > 0, money, 1.0)
        level = float((along * money).sum() / money.sum())
        spread = float(np.abs(along - level).max()) or 1.0
        times = np.clip(times * np.exp(STRIDE * (along - level) / spread), LEAST, MOST)
        times *= money.sum() / float((times * money).sum())
        plan[rows] = today[rows] * times[:, None]
    return plan
