"""What is honest to say of a plan: its gain chosen and valued apart, the spread of the best, how flat the top is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import optimize

from omnimix.budget.search import Aim, Lens, broken, climb, constraints, scale
from omnimix.budget.space import Space
from omnimix.effects.future import Future, Integers
from omnimix.labels import CHANNEL, LOWER, UPPER
from omnimix.mechanics import Array

SOLVED = 60  # draws that are solved one by one
NEGOTIABLE = 0.01  # of what a plan brings
FREE_DRAWS = 256  # on which negotiable ranges are worked out
Step = Callable[[], None]


@dataclass(frozen=True)
class Spread:
    """The best plan of single draws.

    Attributes:
        money: of every channel, expected spend of answering ones included, shape (solved draws, channels).
        staying: mean of what today's plan loses against them, in money.
        following: mean of what the plan loses against them, in money.
    """

    money: Array
    staying: float
    following: float


def chosen_apart(future: Future, space: Space, aim: Aim, best: Array, today: Array) -> tuple[float, float]:
    """Return the mean gain over today's plan where it is chosen and valued on the same half of the draws, and apart.

    Both halves of the draws choose a plan, starting from the best one; each is valued on its own half and on the other.
    """
    size = future.posterior.size
    halves = np.arange(0, size, 2), np.arange(1, size, 2)
    plain = replace(aim, level=0.0, reference=None)
    same: list[float] = []
    apart: list[float] = []
    for own, other in (halves, halves[::-1]):
        found = climb(Lens(future, space, replace(aim, reference=aim.reference), own), best)
        money = space.money(best if found is None else found)
        for draws, kept in ((own, same), (other, apart)):
            lens = Lens(future, space, plain, draws)
            gains = [lens.gains(future.look(m, aim.wanted, draws, slopes=False), m) for m in (money, today)]
            kept.append(float((gains[0] - gains[1]).mean()))
    return float(np.mean(same)), float(np.mean(apart))


def spread_of_best(
    future: Future, space: Space, aim: Aim, plans: tuple[Array, Array], seed: int, done: Step | None
) -> Spread:
    """Solve single draws, starting from the plan and from today's, and return their best plans.

    ``plans`` are money of the plan and of today's, shape (channels, weeks).
    """
    plan, today = plans
    size = future.posterior.size
    draws = np.sort(np.random.default_rng(seed).choice(size, min(SOLVED, size), replace=False))
    plain = replace(aim, level=0.0, reference=None)
    answering = [future.names.index(c.name) for c in future.answering]
    money, staying, following = [], [], []
    for draw in draws:
        lens = Lens(future, space, plain, np.array([draw]))
        ends = [climb(lens, space.variables(m)) for m in (plan, today)]
        found = max((e for e in ends if e is not None), key=lambda e: lens.see(e)[0], default=None)
        if found is not None:
            top, _, answered, _ = lens.see(found)
            by_channel = space.money(found).sum(axis=1)
            by_channel[answering] = answered
            money.append(by_channel)
            values = [_value(lens, m) for m in plans]
            following.append(max(top - values[0], 0.0))
            staying.append(max(top - values[1], 0.0))
        if done is not None:
            done()
    if not money:
        return Spread(np.full((1, len(future.names)), np.nan), np.nan, np.nan)
    return Spread(np.array(money), float(np.mean(staying)), float(np.mean(following)))


def negotiable(future: Future, space: Space, aim: Aim, best: Array, brings: float) -> pd.DataFrame:
    """Return how far the money of every set channel can move, the rest following, at a cost below one percent.

    The cost is counted against ``brings``, the money that the plan brings. Columns lower and upper, index channel.
    """
    few = _few(future)
    lens = Lens(future, space, aim, few)
    unit = scale(space, best)
    least = lens.see(best)[0] - NEGOTIABLE * abs(brings)
    rows = {}
    for name in future.set_channels:
        own = space.of(future.names.index(name)).astype(float)
        rows[name] = [_furthest(lens, best, sign * own, least, unit) for sign in (1.0, -1.0)]
    table = pd.DataFrame(rows, index=[LOWER, UPPER]).T
    return table.reindex(list(future.names)).rename_axis(CHANNEL)


def _furthest(lens: Lens, best: Array, direction: Array, least: float, unit: float) -> float:
    """Return the money of a channel furthest down (``direction`` above 0) or up that keeps the aim above ``least``."""
    space = lens.space
    keeps = {
        "type": "ineq",
        "fun": lambda x: (lens.see(x * unit)[0] - least) / unit,
        "jac": lambda x: lens.see(x * unit)[1],
    }
    found = optimize.minimize(  # type: ignore[call-overload]
        lambda x: (float(direction @ x), direction),
        best / unit,
        jac=True,
        method="SLSQP",
        bounds=np.column_stack([space.lower, space.upper]) / unit,
        constraints=[*constraints(lens, unit), keeps],
        options={"ftol": 1e-5, "maxiter": 60},
    )
    ended = np.clip(found.x * unit, space.lower, space.upper)
    fine = broken(lens, ended) <= 1e-4 * unit and lens.see(ended)[0] >= least - 1e-4 * unit
    own = np.abs(direction)
    return float(own @ ended) if fine else float(own @ best)


def _value(lens: Lens, money: Array) -> float:
    look = lens.future.look(money, lens.aim.wanted, lens.draws, slopes=False)
    return lens.aim.total(lens.gains(look, money))


def _few(future: Future) -> Integers:
    size = future.posterior.size
    return np.unique(np.linspace(0, size - 1, min(FREE_DRAWS, size)).astype(np.int64))
