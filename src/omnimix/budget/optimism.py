"""What is honest to say of a plan: its gain chosen and valued apart, the spread of the best, how flat the top is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import optimize

from omnimix.budget.feasible_set import Row, Space
from omnimix.budget.search import Aim, Lens, broken, climb, constraints, scale
from omnimix.effects.future import Future, Integers
from omnimix.labels import CHANNEL, LOWER, UPPER
from omnimix.mechanics import Array

SOLVED = 60  # draws that are solved one by one
NEGOTIABLE = 0.01  # of what a plan brings
FREE_DRAWS = 128  # on which negotiable ranges are worked out
Step = Callable[[], None]


@dataclass(frozen=True)
class Found:
    """A plan that was found, in a space of one variable a channel.

    Attributes:
        space: the plans it was chosen from.
        variables: the plan.
        today: money of today's plan, shape (channels, weeks).
        chosen: what it was chosen to make large.
        profit: value less all money spent, by which it is judged.
        answered: what answering channels are expected to spend under it.
    """

    space: Space
    variables: Array
    today: Array
    chosen: Aim
    profit: Aim
    answered: Array

    def seen(self, future: Future, aim: Aim, draws: Integers) -> Lens:
        """Return an aim seen through some draws.

        What answering channels spend in these draws is another amount than expected; demands on sums that count it
        move along, so that the plan keeps them in any draws.
        """
        answered = Lens(future, self.space, aim, draws).see(self.variables)[2]
        more = answered - self.answered

        def moved(row: Row) -> Row:
            shift = float(row.answers @ more)
            return replace(row, low=row.low + shift, high=row.high + shift)

        rows = tuple(moved(r) for r in self.space.rows)
        return Lens(future, replace(self.space, rows=rows, total=moved(self.space.total)), aim, draws)


@dataclass(frozen=True)
class Spread:
    """The best plan of single draws.

    Attributes:
        money: of every channel, what answering ones spend included, shape (solved draws, channels).
        staying: mean of what today's plan loses against them, in money; below 0 where limits shut today's plan out.
        following: mean of what the plan loses against them, in money.
    """

    money: Array
    staying: float
    following: float


def chosen_apart(future: Future, found: Found) -> tuple[float, float]:
    """Return the mean gain over today's plan where it is chosen and valued on the same half of the draws, and apart.

    Both halves of the draws choose a plan, starting from the best one; each is valued on its own half and on the other.
    """
    size = future.posterior.size
    halves = np.arange(0, size, 2), np.arange(1, size, 2)
    same: list[float] = []
    apart: list[float] = []
    for own, other in (halves, halves[::-1]):
        ended = climb(found.seen(future, found.chosen, own), found.variables)
        money = found.space.money(found.variables if ended is None else ended)
        for draws, kept in ((own, same), (other, apart)):
            lens = Lens(future, found.space, found.profit, draws)
            kept.append(_value(lens, money) - _value(lens, found.today))
    return float(np.mean(same)), float(np.mean(apart))


def spread_of_best(future: Future, found: Found, seed: int, done: Step | None) -> Spread:
    """Solve single draws, starting from the plan and from today's, and return their best plans."""
    size = future.posterior.size
    draws = np.sort(np.random.default_rng(seed).choice(size, min(SOLVED, size), replace=False))
    answering = [future.names.index(c.name) for c in future.answering]
    money, staying, following = [], [], []
    for draw in draws:
        lens = found.seen(future, found.profit, np.array([draw]))
        planned = lens.see(found.variables)[0]
        ends = [found.variables]
        for start in (found.variables, found.space.variables(found.today)):
            ended = climb(lens, start)
            ends += [] if ended is None else [ended]
        best = max(ends, key=lambda e: lens.see(e)[0])
        top, _, answered, _ = lens.see(best)
        by_channel = found.space.money(best).sum(axis=1)
        by_channel[answering] = answered
        money.append(by_channel)
        following.append(top - planned)
        staying.append(top - _value(lens, found.today))
        if done is not None:
            done()
    return Spread(np.array(money), float(np.mean(staying)), float(np.mean(following)))


def negotiable(future: Future, found: Found, brings: float) -> pd.DataFrame:
    """Return how far the money of every set channel can move, the rest following, at a cost below one percent.

    The cost is counted against ``brings``, the money that the plan brings. Columns lower and upper, index channel.
    """
    size = future.posterior.size
    few: Integers = np.unique(np.linspace(0, size - 1, min(FREE_DRAWS, size)).astype(np.int64))
    lens = found.seen(future, found.profit, few)
    unit = scale(found.space, found.variables)
    least = lens.see(found.variables)[0] - NEGOTIABLE * abs(brings)
    rows = {}
    for name in future.set_channels:
        own = found.space.of(future.names.index(name)).astype(float)
        rows[name] = [_furthest(lens, found.variables, sign * own, least, unit) for sign in (1.0, -1.0)]
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
