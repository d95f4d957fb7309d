"""Limits and support become constraints, and those the feasible set that a search may choose from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from omnimix.budget.current_plan import pattern
from omnimix.budget.feasible_set import FREE, Constraint, FeasibleSet
from omnimix.budget.infeasibility import inequalities, require_feasible
from omnimix.budget.phasing import free_weeks
from omnimix.budget.support import Support, carried, seen
from omnimix.effects.future import Future
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import CHANNEL
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Limit, Limits, told_together

ROOM = 0.1  # further than the total needs, so that there is something to choose from
SLACK = 1e-9
CENTS = 1e-5  # of money: rounding of a linear programme
WIDER, WIDENINGS = 1.25, 12  # by which weeks give way where they leave no plan, and how often at most


@dataclass(frozen=True)
class Constraints:
    """All constraints on a plan, by channel that it sets.

    Attributes:
        future: the weeks to come.
        limits: what was asked.
        today: money of today's plan at the same total, expected spend of answering channels included, shape (channels,
            weeks).
        support: what the data have seen.
        runs: the weeks in which every set channel can run, shape (set channels, weeks).
        patterns: how the money of every set channel divides over weeks, in shares.
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
    def region(self) -> pd.DataFrame:
        """What the data have seen, one row a channel."""
        return self.support.table

    @property
    def levers(self) -> list[int]:
        """Places of the set channels among all."""
        return [self.future.names.index(n) for n in self.future.set_channels]

    @property
    def answered(self) -> Array:
        """What answering channels are expected to spend under today's plan."""
        return self.today[[self.future.names.index(c.name) for c in self.future.answering]].sum(axis=1)

    def feasible_set(self, low: float, high: float, phasing: str) -> tuple[FeasibleSet, tuple[str, ...]]:
        """Return the plans between two totals that keep everything, and remarks on how.

        Raises :class:`BudgetError` for constraints that cannot be kept together.
        """
        total = self._total(low, high)
        rows = [*self._by_channel(phasing), *self._by_group(phasing), total]
        require_feasible(rows, self.answered, self.currency)
        allowed, remarks = self._allowed(rows, phasing)
        lower, upper = self._bounds(rows, allowed)
        groups = [r for r in self._by_group(phasing) if np.count_nonzero(r.weights) or r.answers.any()]
        made = FeasibleSet(self.basis(self.patterns), lower, upper, tuple(groups), total)
        if phasing == "pattern":
            return made, remarks
        for k in range(WIDENINGS):
            free = free_weeks(self, made, allowed * np.array([[1.0], [WIDER**k]]))
            if self._leaves_a_plan(free):
                told = f"single weeks may run {WIDER**k - 1:.0%} beyond what the data have seen, as these limits need"
                return free, (*remarks, told) if k else remarks
        raise BudgetError(
            "no plan by week keeps these limits: ceilings a week, flights and totals leave none, however far weeks "
            "leave what the data have seen. Raise `weekly_max`, widen the flights or lower the money asked for."
        )

    def _leaves_a_plan(self, feasible: FeasibleSet) -> bool:
        """Return whether any plan keeps the constraints, what answers taken as under today's plan."""
        matrix, bounds = inequalities(feasible.all_constraints, self.answered)
        found = optimize.linprog(  # type: ignore[call-overload]
            np.zeros(len(feasible.lower)),
            A_ub=matrix,
            b_ub=bounds + CENTS,
            bounds=np.column_stack([feasible.lower, feasible.upper]),
            method="highs",
        )
        return bool(found.status == 0)

    def allowed(self, feasible: FeasibleSet) -> pd.DataFrame:
        """Return the region with what a feasible set allows by channel over the window."""
        table = self.region.copy()
        table["allowed_lowest"], table["allowed_highest"] = np.nan, np.nan
        for place, name in zip(self.levers, self.future.set_channels, strict=True):
            of = feasible.of(place)
            sums = [
                r for r in feasible.constraints if np.array_equal(r.weights, of.astype(float)) and not r.answers.any()
            ]
            table.loc[name, "allowed_lowest"] = max([feasible.lower[of].sum(), *(r.low for r in sums)])
            table.loc[name, "allowed_highest"] = min([feasible.upper[of].sum(), *(r.high for r in sums)])
        return table

    def _total(self, low: float, high: float) -> Constraint:
        words = f"a total of {self._amount(low)}" if low == high else f"a total of at most {self._amount(high)}"
        return Constraint(words, np.ones(len(self.levers)), np.ones(len(self.future.answering)), low, high)

    def _amount(self, amount: float) -> str:
        return f"{self.currency} {amount:,.0f}"

    def _by_channel(self, phasing: str) -> list[Constraint]:
        rows = []
        nothing = np.zeros(len(self.future.answering))
        for k, (place, name) in enumerate(zip(self.levers, self.future.set_channels, strict=True)):
            own = np.eye(len(self.levers))[k]
            limit = self.limits.channels.get(name, Limit())
            rows += [
                Constraint(w, own, nothing, low, high)
                for w, low, high in self._sums(limit, self.today[place].sum(), name)
            ]
            if not self.runs[k].any():
                rows.append(Constraint(f"no flight of {name} falls into these weeks", own, nothing, high=0.0))
            elif limit.weekly_max is not None:
                most = self._most(np.full(self.future.weeks, limit.weekly_max), k, phasing)
                rows.append(
                    Constraint(f"at most {self._amount(limit.weekly_max)} a week for {name}", own, nothing, high=most)
                )
        return rows

    def _by_group(self, phasing: str) -> list[Constraint]:
        """Return the constraints on pools and teams; those a week are laid on single weeks only by the pattern."""
        rows = []
        for kind, given in (("pool", self.limits.pools), ("team", self.limits.teams)):
            for name, limit in given.items():
                weights, answers = self.members(kind, name)
                today = sum(
                    self.today[self.future.names.index(c.name)].sum()
                    for c in self.future.posterior.funnel.channels
                    if getattr(c, kind) == name
                )
                rows += [
                    Constraint(w, weights, answers, low, high)
                    for w, low, high in self._sums(limit, today, f"{kind} {name}")
                ]
                if limit.weekly_max is None:
                    continue
                if answers.any():
                    raise BudgetError(
                        f"`weekly_max` of {kind} {name} cannot be kept, because a member answers to demand; "
                        "let the plan set it: Limits(levers=[...]), or levers below [budget] in omnimix.toml."
                    )
                words = f"at most {self._amount(limit.weekly_max)} a week for {kind} {name}"
                if phasing == "pattern":
                    rows += [Constraint(words, weights * p, answers, high=limit.weekly_max) for p in self.patterns.T]
                else:
                    rows.append(Constraint(words, weights, answers, high=limit.weekly_max * self.future.weeks))
        return rows

    def members(self, kind: str, name: str) -> tuple[Array, Array]:
        """Return which set channels and which answering channels belong to a pool or team."""
        own = {c.name for c in self.future.posterior.funnel.channels if getattr(c, kind) == name}
        weights = [float(n in own) for n in self.future.set_channels]
        return np.array(weights), np.array([float(c.name in own) for c in self.future.answering])

    def _sums(self, limit: Limit, today: float, name: str) -> Iterable[tuple[str, float, float]]:
        if limit.locked:
            at = today if limit.lock is True else float(limit.lock)
            yield f"{name} locked at {self._amount(at)}", at, at
        if limit.min is not None:
            yield f"at least {self._amount(limit.min)} for {name}", limit.min, FREE
        if limit.max is not None:
            yield f"at most {self._amount(limit.max)} for {name}", -FREE, limit.max
        if limit.change is not None:
            low, high = (today * (1 + c) for c in limit.change)
            yield f"{name} between {self._amount(low)} and {self._amount(high)} (its change from today)", low, high

    def _most(self, free_weeks: Array, lever: int, phasing: str) -> float:
        """Return what a channel can spend in all under ceilings a week."""
        on = self.runs[lever] > 0
        if phasing == "free":
            return float(free_weeks[on].sum())
        shares = self.patterns[lever]
        return float((free_weeks[shares > 0] / shares[shares > 0]).min())

    def _allowed(self, rows: list[Constraint], phasing: str) -> tuple[Array, tuple[str, ...]]:
        """Return least and most of every set channel by what the data have seen, shape (2, set channels).

        Where the total does not fit in, the region gives way in the same proportion for all.
        """
        widen, part = self.limits.widen, self.region.loc[list(self.future.set_channels)]
        low = part["lowest"].to_numpy() * max(0.0, 1.0 - widen)
        high = part["highest"].to_numpy() * (1.0 + widen)
        if phasing == "pattern":
            by_level = np.array([self._most_by_level(k, 1.0 + widen) for k in range(len(low))])
            high = np.minimum(high, np.maximum(by_level, np.minimum(self.today[self.levers].sum(axis=1), high)))
        user_low, user_high = self._asked(rows)  # what is asked for is allowed, wherever it lies
        low, high = np.minimum(low, user_high), np.maximum(high, user_low)
        further = self._stretch(rows, low, high)
        if further <= SLACK:
            return np.stack([low, high]), ()
        further += ROOM
        now = self.today[self.levers].sum(axis=1)  # where the region gives way, today's plan is a plan as well
        low, high = np.minimum(low, now), np.maximum(high, now)
        remark = (
            f"these limits need more or less than the data have seen: channels may run {further:.0%} beyond it, and "
            "what lies outside is extrapolated"
        )
        return np.stack([low * max(0.0, 1.0 - further), high * (1.0 + further)]), (remark,)

    def _most_by_level(self, lever: int, times: float) -> float:
        """Return what a channel can spend in its pattern without a level after carryover above the highest seen."""
        place, shares = self.levers[lever], self.patterns[lever]
        level = carried(shares, self.support.kernels[place])
        room = times * float(self.region["highest_level"].iloc[place]) - self.support.before[place]
        return float((room[level > 0] / level[level > 0]).min())

    def _stretch(self, rows: list[Constraint], low: Array, high: Array) -> float:
        """Return the least share by which the region has to give way for a plan to keep all constraints."""
        matrix, bounds = inequalities(rows, self.answered)
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

    def _asked(self, rows: list[Constraint]) -> tuple[Array, Array]:
        """Return least and most of every set channel by what was asked of it alone."""
        low, high = np.zeros(len(self.levers)), np.full(len(self.levers), FREE)
        for row in rows:
            if np.count_nonzero(row.weights) == 1 and row.weights.max() == 1.0 and not row.answers.any():
                k = int(np.argmax(row.weights))
                low[k], high[k] = max(low[k], row.low), min(high[k], row.high)
        return low, high

    def _bounds(self, rows: list[Constraint], allowed: Array) -> tuple[Array, Array]:
        """Return least and most of every set channel: as asked, and within that inside the region."""
        low, high = self._asked(rows)
        lower = np.maximum(low, np.minimum(allowed[0], high))
        upper = np.minimum(high, np.maximum(allowed[1], low))
        return lower, np.maximum(upper, lower)

    def basis(self, shares: Array) -> Array:
        """Return one variable a set channel, its money laid on weeks by shares, shape (set channels, weeks)."""
        basis = np.zeros((len(self.levers), len(self.future.names), self.future.weeks))
        for k, place in enumerate(self.levers):
            basis[k, place] = shares[k]
        return basis


def constraints(future: Future, limits: Limits, today: Array) -> Constraints:
    """Return the constraints on plans for the weeks of ``future``; ``today`` is money at the same total."""
    posterior = future.posterior
    runs = np.array([_runs(limits.channels.get(n, Limit()), future) for n in future.set_channels])
    patterns = []
    for name, on in zip(future.set_channels, runs, strict=True):
        spend = today[future.names.index(name)]
        flights = on.any() and not on.all()  # a channel that was given its weeks runs evenly in them
        patterns.append(pattern(on) if flights or spend.sum() <= 0 else pattern(spend))
    return Constraints(future, limits, today, seen(future), runs, np.array(patterns), posterior.panel.currency)


def require_known(posterior: Posterior, limits: Limits) -> None:
    """Refuse limits on what the funnel does not have. Raises :class:`BudgetError` with everything at once."""
    channels = posterior.funnel.channels
    known = {
        CHANNEL: [c.name for c in channels],
        "pool": _owners(channels, "pool"),
        "team": _owners(channels, "team"),
    }
    given = ((CHANNEL, limits.channels), ("pool", limits.pools), ("team", limits.teams))
    wrong = [
        f"{name!r} is no {kind} of this funnel{did_you_mean(name, known[kind])}"
        for kind, problem in given
        for name in problem
        if name not in known[kind]
    ]
    answering = [c.name for c in channels if c.responds_to is not None]
    wrong += [
        f"{name!r} is no channel that responds to a stage{did_you_mean(name, answering)}"
        for name in limits.levers
        if name not in answering
    ]
    if wrong:
        raise BudgetError(f"the limits name what is not there: {told_together(wrong)}")


def levers(posterior: Posterior, limits: Limits) -> tuple[str, ...]:
    """Return the channels that respond to a stage and are set by the plan: named so, or limited in money."""
    responding = [c.name for c in posterior.funnel.responding]
    return tuple(n for n in responding if n in limits.levers or n in limits.channels)


def owners(channels: Iterable[Channel], kind: str) -> dict[str, str]:
    """Return team or pool by channel, for the channels that have one."""
    return {c.name: str(getattr(c, kind)) for c in channels if getattr(c, kind) is not None}


def _owners(channels: Iterable[Channel], kind: str) -> list[str]:
    return sorted(set(owners(channels, kind).values()))


def _runs(limit: Limit, future: Future) -> Array:
    """Return 1 for every week in which a channel can run, else 0."""
    if limit.flights is None:
        return np.ones(future.weeks)
    days = dt.timedelta(days=6)
    spans: Mapping[int, tuple[dt.date, dt.date]] = {
        k: (w.date(), w.date() + days) for k, w in enumerate(future.calendar)
    }
    on = [any(first <= span[1] and last >= span[0] for first, last in limit.flights) for span in spans.values()]  # type: ignore[operator]
    return np.array(on, dtype=np.float64)
