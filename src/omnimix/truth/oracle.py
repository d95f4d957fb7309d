"""The best plan there is for the weeks after the simulated ones, found on the true mechanism."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import scipy

from omnimix.errors import OmnimixError
from omnimix.mechanics import Array
from omnimix.truth.future import Future

STARTS = 6  # of the search, the reference among them
STEP = 1e-6  # of factors, for slopes
EXACT = 1e-9  # share of a total by which it may be missed
Money = Mapping[str, float] | pd.Series
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


def best_plan(
    ahead: Future,
    reference: pd.DataFrame,
    total: float,
    *,
    answering: Collection[str] | None = None,
    lower: Money | None = None,
    upper: Money | None = None,
) -> pd.DataFrame:
    """Return money a week of the levers in the best plan; see :meth:`omnimix.truth.Truth.best_plan`."""
    able = [n for n, m in ahead.mechanism.media.items() if m.answer is not None]
    answers = able if answering is None else list(answering)
    levers = [c for c, m in ahead.mechanism.media.items() if c not in answers and m.channel.paid]
    wrong = [f"`{n}` cannot answer: it does not respond to a stage" for n in answers if n not in able]
    wrong += [f"the reference has no column `{c}`, which the plan is to set" for c in levers if c not in reference]
    if wrong:
        raise OmnimixError("no plan can be sought: " + "; ".join(wrong))
    pattern = reference[levers].astype(float)
    running = [c for c in levers if pattern[c].sum() > 0]  # a channel without a pattern stays silent
    usual = pattern[running].sum().to_numpy()
    least, most = ({} if given is None else dict(given) for given in (lower, upper))
    low = np.array([least.get(c, 0.0) for c in running]) / usual
    high = np.array([most.get(c, total) for c in running]) / usual
    money = {c: pattern[c].to_numpy() for c in levers}
    search = _Search(ahead, money, tuple(running), total, low, high)
    return pd.DataFrame(search.money(search.best()), index=reference.index)


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for the factors on a pattern that bring most and cost a total.

    ``pattern`` is money a week by lever, ``running`` names those that a factor moves, from ``low`` to ``high``.
    """

    ahead: Future
    pattern: Mapping[str, Array]
    running: tuple[str, ...]
    total: float
    low: Vector
    high: Vector

    def best(self) -> Vector:
        """Return the best factors found from several starts."""
        least, most = self.at(self.low)[1], self.at(self.high)[1]
        crossed = bool((self.low > self.high).any())
        if crossed or not least - EXACT * self.total <= self.total <= most + EXACT * self.total:
            raise OmnimixError(f"the bounds let a plan cost {least:,.0f} to {most:,.0f}, not {self.total:,.0f}")
        shares = np.random.default_rng(0).dirichlet(np.ones(len(self.running)), STARTS - 1)
        usual = np.array([self.pattern[c].sum() for c in self.running])
        starts = [self.onto(s) for s in (np.ones(len(self.running)), *(shares * self.total / usual))]
        return max([*starts, *(self.onto(self._climbed(s)) for s in starts)], key=lambda f: self.at(f)[0])

    def money(self, factors: Vector) -> dict[str, Array]:
        """Return money a week by lever."""
        return {**self.pattern, **{c: f * self.pattern[c] for c, f in zip(self.running, factors, strict=True)}}

    def at(self, factors: Vector) -> tuple[float, float]:
        """Return value and cost of a plan."""
        key = factors.tobytes()
        if key not in self._known:
            self._known[key] = self.ahead.worth(self.money(factors))
        return self._known[key]

    def onto(self, factors: Vector) -> Vector:
        """Return factors within their bounds that cost the total: moved towards the bounds on the one side."""
        inside = np.clip(factors, self.low, self.high)
        end = self.high if self.at(inside)[1] < self.total else self.low

        def missing(step: float) -> float:
            return 1.0 - self.at(inside + step * (end - inside))[1] / self.total

        for known, step in ((inside, 0.0), (end, 1.0)):
            if abs(missing(step)) <= EXACT:
                return known
        return inside + float(scipy.optimize.brentq(missing, 0.0, 1.0, xtol=1e-15, rtol=1e-14)) * (end - inside)

    def _climbed(self, start: Vector) -> Vector:
        unit = max(abs(self.at(start)[0]), 1.0)
        cost = scipy.optimize.NonlinearConstraint(
            lambda f: np.array([self.at(f)[1] / self.total]), 1.0, 1.0, jac=lambda f: self._slopes(f)[1] / self.total
        )

        def loss(factors: Vector) -> float:
            return -self.at(factors)[0] / unit

        def slopes(factors: Vector) -> Vector:
            return -self._slopes(factors)[0] / unit

        bounds = scipy.optimize.Bounds(self.low, self.high)
        found = scipy.optimize.minimize(
            loss, start, jac=slopes, bounds=bounds, constraints=cost, method="SLSQP", tol=1e-10
        )
        return np.asarray(found.x)

    def _slopes(self, factors: Vector) -> tuple[Vector, Vector]:
        """Return the slopes of value and cost by factor."""
        here = np.array(self.at(factors))
        there = np.array([self.at(factors + STEP * row) for row in np.eye(factors.size)])
        slopes = (there - here) / STEP
        return slopes[:, 0], slopes[:, 1]

    @cached_property
    def _known(self) -> dict[bytes, tuple[float, float]]:
        return {}
