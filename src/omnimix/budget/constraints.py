"""Limits and support become constraints, and those the feasible set that a search may choose from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from omnimix.budget.current_plan import pattern
from omnimix.budget.feasible_set import FREE, Constraint, FeasibleSet
from omnimix.budget.geo_limits import limit_of, on_channels_in_all_geos, require_known_by_geo
from omnimix.budget.infeasibility import inequalities, linear_optimum, require_feasible
from omnimix.budget.lever import Lever, answering_rows, levers_of
from omnimix.budget.phasing import free_weeks
from omnimix.budget.support import Support, carried, seen
from omnimix.effects.future import Future
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import CHANNEL, GEO
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Limit, Limits, Names, told_together
from omnimix.words import Remark

ROOM = 0.1  # further than the total needs, so that there is something to choose from
SLACK = 1e-9
CENTS = 1e-5  # of money: rounding of a linear programme
WIDER, WIDENINGS = 1.25, 12  # by which weeks give way where they leave no plan, and how often at most


@dataclass(frozen=True)
class Constraints:
    """All constraints on a plan, by lever.

    Attributes:
        future: the weeks to come.
        limits: what was asked.
        today: spend of today's plan at the same total, expected spend of answering channels included, shape (channels,
            weeks).
        support: what the data have seen.
        runs: the weeks in which every lever can run, shape (levers, weeks).
        patterns: how the spend of every lever divides over weeks, in shares.
        currency: of all money.
    """

    future: Future
    limits: Limits
    today: Array
    support: Support
    runs: Array
    patterns: Array
    currency: str

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What spend is decided for."""
        return levers_of(self.future)

    @property
    def answered(self) -> Array:
        """What answering channels are expected to spend under today's plan."""
        return self.today[answering_rows(self.future)].sum(axis=1)

    def feasible_set(self, low: float, high: float, phasing: str) -> tuple[FeasibleSet, tuple[str, ...]]:
        """Return the plans between two totals that keep everything, and remarks on how.

        Raises :class:`BudgetError` for constraints that cannot be kept together.
        """
        words = f"a total of {self._told(low)}" if low == high else f"a total of at most {self._told(high)}"
        total = Constraint(words, np.ones(len(self.levers)), np.ones(len(self.future.answering)), low, high)
        groups = self._on_groups(phasing)
        asked = [*self._on_levers(phasing), *groups, total]
        require_feasible(asked, self.answered, self.currency)
        allowed, remarks = self._allowed(asked, phasing)
        lower, upper = self._bounds(asked, allowed)
        filled = tuple(c for c in groups if c.weights.any() or c.answers.any())
        kept = FeasibleSet(self.basis(self.patterns), lower, upper, filled, total)
        if phasing == "pattern":
            return kept, remarks
        for k in range(WIDENINGS):
            free = free_weeks(self, kept, allowed * np.array([[1.0], [WIDER**k]]))
            if linear_optimum(np.zeros(len(free.lower)), free, self.answered, slack=CENTS).status == 0:
                return free, (*remarks, Remark.of("weeks_further", share=WIDER**k - 1)) if k else remarks
        raise BudgetError(
            "no plan by week keeps these limits: ceilings a week, flights and totals leave none, however far weeks "
            "leave what the data have seen. Raise `weekly_max`, widen the flights or lower the money asked for."
        )

    def allowed(self, feasible: FeasibleSet) -> pd.DataFrame:
        """Return what the data have seen, with what a feasible set allows by channel over the window."""
        table = self.support.table.copy()
        table["allowed_lowest"], table["allowed_highest"] = np.nan, np.nan
        for lever in self.levers:
            own = feasible.of(lever.row)
            sums = [c for c in feasible.constraints if np.array_equal(c.weights, own) and not c.answers.any()]
            table.loc[lever.name, "allowed_lowest"] = max([feasible.lower[own].sum(), *(c.low for c in sums)])
            table.loc[lever.name, "allowed_highest"] = min([feasible.upper[own].sum(), *(c.high for c in sums)])
        return table

    def members(self, kind: str, name: str) -> tuple[Array, Array]:
        """Return which levers and which answering channels belong to a pool or team."""
        own = {self.future.names[row] for row in self.rows(kind, name)}
        levers = [float(lever.name in own) for lever in self.levers]
        return np.array(levers), np.array([float(c.name in own) for c in self.future.answering])

    def rows(self, kind: str, name: str) -> list[int]:
        """Return the rows of spend of a pool, a team, a geo or a channel in all geos."""
        if kind in (CHANNEL, GEO):
            own = {CHANNEL: 0, GEO: 1}[kind]
            return [k for k, n in enumerate(self.future.names) if self.future.places[n][own] == name]
        return [k for k, c in enumerate(self.future.posterior.funnel.bought) if getattr(c, kind) == name]

    def limit_of(self, lever: Lever) -> Limit:
        """Return what a lever alone may spend; in one geo, it has the flights of its channel if it has none itself."""
        return limit_of(self.limits, lever)

    @property
    def groups(self) -> Iterator[tuple[str, str, Limit]]:
        """Every limit on what several levers spend together: its kind, the name, the limit."""
        yield from self.limits.groups
        yield from on_channels_in_all_geos(self.limits, self.levers)

    def basis(self, shares: Array) -> Array:
        """Return one variable a lever, its spend laid on weeks by shares, shape (levers, channels, weeks)."""
        basis = np.zeros((len(self.levers), len(self.future.names), self.future.weeks))
        for k, lever in enumerate(self.levers):
            basis[k, lever.row] = shares[k]
        return basis

    def _told(self, amount: float) -> str:
        return f"{self.currency} {amount:,.0f}"

    def _on_levers(self, phasing: str) -> list[Constraint]:
        found, nothing = [], np.zeros(len(self.future.answering))
        for k, lever in enumerate(self.levers):
            own, name, limit = np.eye(len(self.levers))[k], lever.name, self.limit_of(lever)
            sums = self.sums(limit, self.today[lever.row].sum(), name)
            found += [Constraint(words, own, nothing, low, high) for words, low, high in sums]
            if not self.runs[k].any():
                found.append(Constraint(f"no flight of {name} falls into these weeks", own, nothing, high=0.0))
            elif limit.weekly_max is not None:
                if phasing == "free":
                    most = np.full(np.count_nonzero(self.runs[k]), limit.weekly_max).sum()
                else:
                    most = limit.weekly_max / self.patterns[k].max()
                words = f"at most {self._told(limit.weekly_max)} a week for {name}"
                found.append(Constraint(words, own, nothing, high=float(most)))
        return found

    def _on_groups(self, phasing: str) -> list[Constraint]:
        """Return the constraints on pools and teams; those a week are laid on single weeks only by the pattern."""
        found = []
        for kind, name, limit in self.groups:
            weights, answers = self.members(kind, name)
            today = sum(self.today[row].sum() for row in self.rows(kind, name))
            sums = self.sums(limit, today, f"{kind} {name}")
            found += [Constraint(words, weights, answers, low, high) for words, low, high in sums]
            if limit.weekly_max is None:
                continue
            if answers.any():
                raise BudgetError(
                    f"`weekly_max` of {kind} {name} cannot be kept, because a member answers to demand; "
                    "let the plan set it: Limits(levers=[...]), or levers below [budget] in omnimix.toml."
                )
            words = f"at most {self._told(limit.weekly_max)} a week for {kind} {name}"
            if phasing == "pattern":
                found += [Constraint(words, weights * p, answers, high=limit.weekly_max) for p in self.patterns.T]
            else:
                found.append(Constraint(words, weights, answers, high=limit.weekly_max * self.future.weeks))
        return found

    def sums(self, limit: Limit, today: float, name: str) -> Iterable[tuple[str, float, float]]:
        """Give what a limit says of the sum over the window: in words, least, most."""
        if limit.locked:
            at = today if limit.lock is True else float(limit.lock)
            yield f"{name} locked at {self._told(at)}", at, at
        if limit.min is not None:
            yield f"at least {self._told(limit.min)} for {name}", limit.min, FREE
        if limit.max is not None:
            yield f"at most {self._told(limit.max)} for {name}", -FREE, limit.max
        if limit.change is not None:
            low, high = (today * (1 + c) for c in limit.change)
            yield f"{name} between {self._told(low)} and {self._told(high)} (its change from today)", low, high

    def _allowed(self, asked: list[Constraint], phasing: str) -> tuple[Array, tuple[str, ...]]:
        """Return least and most of every lever by what the data have seen, shape (2, levers).

        Where the total does not fit in, the region gives way in the same proportion for all.
        """
        widen, seen_before = self.limits.widen, self.support.table.iloc[[lever.row for lever in self.levers]]
        now = self.today[[lever.row for lever in self.levers]].sum(axis=1)
        low = seen_before["lowest"].to_numpy() * max(0.0, 1.0 - widen)
        high = seen_before["highest"].to_numpy() * (1.0 + widen)
        if phasing == "pattern":
            by_level = np.array([self._most_by_level(k, 1.0 + widen) for k in range(len(low))])
            high = np.minimum(high, np.maximum(by_level, np.minimum(now, high)))
        user_low, user_high = self._asked(asked)  # what is asked for is allowed, wherever it lies
        low, high = np.minimum(low, user_high), np.maximum(high, user_low)
        further = self._stretch(asked, low, high)
        if further <= SLACK:
            return np.stack([low, high]), ()
        further += ROOM
        low, high = np.minimum(low, now), np.maximum(high, now)  # where the region gives way, today's plan is one too
        remark = Remark.of("limits_further", share=float(further))
        return np.stack([low * max(0.0, 1.0 - further), high * (1.0 + further)]), (remark,)

    def _most_by_level(self, k: int, times: float) -> float:
        """Return what a lever can spend in its pattern without a level after carryover above the highest seen."""
        row = self.levers[k].row
        level = carried(self.patterns[k], self.support.kernels[row])
        room = times * float(self.support.table["highest_level"].iloc[row]) - self.support.before[row]
        return float((room[level > 0] / level[level > 0]).min())

    def _stretch(self, asked: list[Constraint], low: Array, high: Array) -> float:
        """Return the least share by which the region has to give way for a plan to keep all constraints."""
        matrix, bounds = inequalities(asked, self.answered)
        size = len(low)
        above = np.hstack([np.eye(size), -np.maximum(high, SLACK)[:, None]])
        below = np.hstack([-np.eye(size), -np.maximum(low, 0.0)[:, None]])
        found = optimize.linprog(
            np.concatenate([np.zeros(size), [1.0]]),
            A_ub=np.vstack([np.hstack([matrix, np.zeros((len(bounds), 1))]), above, below]),
            b_ub=np.concatenate([bounds, high, -low]),
            bounds=(0.0, None),
            method="highs",
        )
        return float(found.x[-1]) if found.status == 0 and found.x is not None else 0.0

    def _asked(self, asked: list[Constraint]) -> tuple[Array, Array]:
        """Return least and most of every lever by what was asked of it alone."""
        low, high = np.zeros(len(self.levers)), np.full(len(self.levers), FREE)
        for c in asked:
            if np.count_nonzero(c.weights) == 1 and c.weights.max() == 1.0 and not c.answers.any():
                k = int(np.argmax(c.weights))
                low[k], high[k] = max(low[k], c.low), min(high[k], c.high)
        return low, high

    def _bounds(self, asked: list[Constraint], allowed: Array) -> tuple[Array, Array]:
        """Return least and most of every lever: as asked, and within that inside the region."""
        low, high = self._asked(asked)
        lower = np.maximum(low, np.minimum(allowed[0], high))
        upper = np.minimum(high, np.maximum(allowed[1], low))
        return lower, np.maximum(upper, lower)


def constraints_on(future: Future, limits: Limits, today: Array) -> Constraints:
    """Return the constraints on plans for the weeks of ``future``; ``today`` is spend at the same total."""
    levers = levers_of(future)
    runs = np.array([_runs(limit_of(limits, lever), future) for lever in levers])
    patterns = []
    for lever, on in zip(levers, runs, strict=True):
        flights = on.any() and not on.all()  # a lever that was given its weeks runs evenly in them
        patterns.append(pattern(on if flights or today[lever.row].sum() <= 0 else today[lever.row]))
    return Constraints(future, limits, today, seen(future), runs, np.array(patterns), future.posterior.panel.currency)


def require_known(posterior: Posterior, limits: Limits, *, by_geo: bool = False) -> None:
    """Refuse limits on what the funnel does not have. Raises :class:`BudgetError` with everything at once."""
    channels = posterior.funnel.bought
    answering = [c.name for c in channels if c.responds_to is not None]
    known = {
        "channel of this funnel": ([c.name for c in channels], limits.channels),
        "pool of this funnel": (sorted({c.pool for c in channels if c.pool is not None}), limits.pools),
        "team of this funnel": (sorted({c.team for c in channels if c.team is not None}), limits.teams),
        "channel that responds to a stage": (answering, limits.levers),
    }
    told = Names.of(posterior.funnel)
    wrong = [
        (kind.startswith("channel") and told.is_known(name) and told.no_channel(name))
        or f"{name!r} is no {kind}{did_you_mean(name, names)}"
        for kind, (names, asked) in known.items()
        for name in asked
        if name not in names
    ]
    if wrong:
        raise BudgetError(f"the limits name what is not there: {told_together(wrong)}")
    require_known_by_geo(posterior, limits, by_geo=by_geo)


def answering_under(posterior: Posterior, limits: Limits) -> frozenset[str]:
    """Return the channels that respond to a stage and that limits neither name as levers nor give money."""
    responding = {c.name for c in posterior.funnel.responding}
    return frozenset(responding - set(limits.levers) - set(limits.channels))


def _runs(limit: Limit, future: Future) -> Array:
    """Return 1 for every week in which a lever can run, else 0."""
    if limit.flights is None:
        return np.ones(future.weeks)
    weeks = [(week.date(), week.date() + dt.timedelta(days=6)) for week in future.calendar]
    on = [any(first <= end and last >= start for first, last in limit.flights) for start, end in weeks]  # type: ignore[operator]
    return np.array(on, dtype=np.float64)
