"""The best use of one joint budget over the weeks to come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from omnimix.budget.current_plan import pattern
from omnimix.budget.evaluate import SAME
from omnimix.budget.feasible_set import Row, Space
from omnimix.budget.minimums import least_when_on, search_with_minimums
from omnimix.budget.optimism import Found, Spread, chosen_apart, negotiable, spread_of_best
from omnimix.budget.outlook import Outlook
from omnimix.budget.plan import PLAN, PROPORTIONAL, TODAY, VERSUS, Assumptions, BudgetPlan
from omnimix.budget.problem import Question, question
from omnimix.budget.search import Aim, Best, Lens, nearest, search
from omnimix.budget.starts import by_return, pattern_starts
from omnimix.budget.target import reach
from omnimix.effects import Figures
from omnimix.effects.account import Account
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, DRAW
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.progress import bar
from omnimix.spec import OBJECTIVES, RETURNS, Cvar, Limits, Objective, Phasing, Target

AFTER = 80  # steps of the bar after the search: halves, single draws, ranges


def optimize_budget(  # noqa: PLR0913  one question; all but the posterior may be left out
    posterior: Posterior,
    total: float | None = None,
    *,
    weeks: int = 13,
    limits: Limits | None = None,
    objective: Objective | Cvar = "value",
    target: Target | None = None,
    phasing: Phasing = "pattern",
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    progress: bool = True,
    allow_unconverged: bool = False,
) -> BudgetPlan:
    """Return the best plan for one joint budget over the weeks after the data, with what is sure about it.

    Plans are valued through the whole funnel on joint posterior draws: every path, what answering channels then spend,
    what earlier spend still brings and what the plan brings after its last week.

    Args:
        posterior: a fitted model.
        total: money of all channels over the whole window, what channels that answer to demand are expected to spend
            included; by default what today's plan spends. With a ``target`` it is the most that may be spent.
        weeks: length of the window, which begins the week after the data.
        limits: what channels, pools and teams may spend; see :class:`Limits`.
        objective: what is made as large as possible: the expected ``value`` of all outcomes, the expected ``profit``
            (value less all money spent) or a :class:`Cvar`, the mean gain over today's plan in the worst draws.
        target: leave the total open and reach this; see :class:`Target`.
        phasing: ``pattern`` keeps every channel's weekly pattern, ``free`` plans every week.
        outlook: today's plan, horizon, discount, number of draws; see :class:`Outlook`.
        interval: probability mass of the intervals.
        progress: show a progress bar.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`BudgetError` for limits that no plan can keep, named with how far they are apart, and for a search
    that did not end at a plan; :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    if not isinstance(objective, Cvar) and objective not in OBJECTIVES:
        near = did_you_mean(str(objective), OBJECTIVES)
        raise BudgetError(f"objective is one of {', '.join(OBJECTIVES)} or a Cvar, not {objective!r}{near}")
    if target is not None and target.of not in RETURNS and objective != "value":
        raise BudgetError(
            f"a plan that is to reach {target.of} at least cost has no other objective; leave out {objective!r}."
        )
    outlook, limits = outlook or Outlook(), limits or Limits()
    asked = question(posterior, total, weeks, limits, outlook, phasing=phasing, allow_unconverged=allow_unconverged)
    with bar("Searching for the best plan", 100 + AFTER, progress) as done:
        aim, remarks = None, tuple[str, ...]()
        if target is not None:
            asked, aim, remarks = reach(asked, target, ceiling=total, seed=outlook.seed, done=done)
        found = solve(asked, aim or asked.aim(objective), phasing, outlook.seed, done)
        return _told(asked, found, _Told(objective, target, phasing, outlook, interval, remarks), done)


def _first_ideas(asked: Question, aim: Aim, seed: int, done: Callable[[], None] | None) -> list[Array]:
    """Return plans to start from where every week is free: the best by pattern and its money in even weeks.

    Where limits leave no plan by pattern, today's plan takes its place.
    """
    money = asked.today
    try:
        space, _ = asked.demands.space(asked.total, asked.total, "pattern")
        money = space.money(search(asked.future, space, aim, pattern_starts(asked, space, seed), done=done).variables)
    except BudgetError:  # by week there may be one
        pass
    return [money, np.repeat(money.mean(axis=1, keepdims=True), money.shape[1], axis=1)]


@dataclass(frozen=True)
class Solved:
    """A plan that was found in its space."""

    space: Space
    aim: Aim
    best: Best
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Told:
    """What was asked, for the record."""

    objective: str | Cvar
    target: Target | None
    phasing: str
    outlook: Outlook
    interval: float
    remarks: tuple[str, ...]


def solve(asked: Question, aim: Aim, phasing: str, seed: int, done: Callable[[], None] | None = None) -> Solved:
    """Find the best plan at the question's total. Raises :class:`BudgetError`."""
    space, remarks = asked.demands.space(asked.total, asked.total, phasing)
    if phasing == "pattern":
        starts = pattern_starts(asked, space, seed)
    else:
        starts = [space.variables(m) for m in _first_ideas(asked, aim, seed, done)]
    least = least_when_on(asked.demands, space)
    return Solved(space, aim, search_with_minimums(asked.future, space, aim, starts, least, done), remarks)


def _told(asked: Question, found: Solved, how: _Told, done: Callable[[], None] | None) -> BudgetPlan:
    """Return the record of a plan with all that is sure about it."""
    future, funnel = asked.future, asked.future.posterior.funnel
    money = asked.to_the_cent(found.space.money(found.best.variables), found.space, asked.total)
    references = {TODAY: asked.today, PROPORTIONAL: _rule_of_thumb(asked, found.space)}
    accounts = asked.accounts({PLAN: money, **references})
    brings = float(accounts[PLAN].value.sum(axis=1).mean())
    single = _by_channel(asked, found, money, how.phasing)
    with ThreadPoolExecutor(max_workers=1) as beside:  # both look at the same draws with no lock on Python
        moved = beside.submit(lambda: (chosen_apart(future, single), negotiable(future, single, brings)))
        spread = spread_of_best(future, single, how.outlook.seed, done)
        (same, apart), free = moved.result()
    extrapolated = asked.demands.support.outside(money)
    return BudgetPlan(
        spend=asked.frame(money),
        today=asked.frame(asked.today),
        proportional=asked.frame(references[PROPORTIONAL]),
        total=asked.total,
        teams={c.name: c.team for c in funnel.channels if c.team is not None},
        pools={c.name: c.pool for c in funnel.channels if c.pool is not None},
        answering=tuple(c.name for c in future.answering),
        gain=_gain(accounts, same - apart, SAME * asked.total, how.interval),
        value=_value(accounts, {k: float(m.sum()) for k, m in ({PLAN: money} | references).items()}, how.interval),
        shares=_shares(asked, spread, money, how.interval),
        free=free,
        regret={PLAN: spread.following, TODAY: spread.staying},
        region=asked.demands.allowed(found.space),
        extrapolated=asked.frame(extrapolated.astype(float)).astype(bool),
        gap=found.best.gap,
        assumptions=Assumptions(
            objective=how.objective,
            target=how.target,
            limits=asked.demands.limits,
            phasing=how.phasing,
            horizon=min(future.horizon, future.followed),
            discount=how.outlook.discount,
            draws=future.posterior.size,
            remarks=(*how.remarks, *found.remarks, *_remarks(asked, extrapolated)),
        ),
        currency=asked.demands.currency,
    )


def _by_channel(asked: Question, found: Solved, money: Array, phasing: str) -> Found:
    """Return the plan with one variable a channel, in its own weekly pattern: what is said of it is said by channel."""
    space = found.space
    if phasing == "free":
        rows = zip(asked.demands.levers, asked.demands.patterns, strict=True)
        patterns = np.array([pattern(money[p]) if money[p].any() else usual for p, usual in rows])
        space = _in_patterns(asked, found.space, patterns)
    variables = space.variables(money)
    least = least_when_on(asked.demands, space) * (variables > 0)
    off = (least_when_on(asked.demands, space) > 0) & (variables <= 0)
    space = space.within(
        np.minimum(np.maximum(space.lower, least), variables),
        np.where(off, 0.0, np.maximum(space.upper, variables)),
    )
    answered = money[[asked.future.names.index(c.name) for c in asked.future.answering]].sum(axis=1)
    return Found(space, variables, asked.today, found.aim, asked.aim("profit"), answered)


def _in_patterns(asked: Question, free: Space, patterns: Array) -> Space:
    """Return the plans that keep given patterns, with every demand of a space in which weeks are free."""
    demands = replace(asked.demands, patterns=patterns)
    basis = demands.basis(patterns)
    own = np.array([free.variables(money) for money in basis])  # what a unit of every channel is in the free space
    most = np.array([np.min(free.upper[o > 0] / o[o > 0]) for o in own])
    rows = [Row(r.label, own @ r.weights, r.answers, r.low, r.high) for r in free.rows]
    total = replace(free.total, weights=own @ free.total.weights)
    return Space(basis, np.zeros(len(basis)), most, tuple(rows), total)


def _rule_of_thumb(asked: Question, space: Space) -> Array:
    """Return money in proportion to ROAS, moved no further than the limits and what the data have seen need."""
    wished = by_return(asked)
    kept = nearest(Lens(asked.future, space, asked.aim("value")), space.variables(wished))
    return wished if kept is None else asked.filled(space.money(kept))


def _gain(accounts: dict[str, Account], optimism: float, same: float, interval: float) -> Figures:
    profit = {k: a.value.sum(axis=1) - a.spend for k, a in accounts.items()}
    against = [TODAY, PROPORTIONAL]
    draws = xr.DataArray(
        np.stack([profit[PLAN] - profit[k] for k in against], axis=1), coords={VERSUS: against}, dims=(DRAW, VERSUS)
    )
    known = {
        "probability_positive": (draws > same).mean(DRAW),
        "corrected": draws.mean(DRAW) - max(optimism, 0.0),
    }
    return Figures("gain", draws, "money that the plan brings more, all money spent taken off", interval, known)


def _value(accounts: dict[str, Account], spend: dict[str, float], interval: float) -> Figures:
    names = list(accounts)
    draws = np.stack([a.value.sum(axis=1) for a in accounts.values()], axis=1)
    cost = np.array([a.spend.mean() for a in accounts.values()])
    known = {
        "spend": xr.DataArray([spend[k] for k in names], coords={PLAN: names}, dims=PLAN),
        "profit": xr.DataArray(draws.mean(axis=0) - cost, coords={PLAN: names}, dims=PLAN),
    }
    unit = "money brought more than by no media in these weeks"
    return Figures("value", xr.DataArray(draws, coords={PLAN: names}, dims=(DRAW, PLAN)), unit, interval, known)


def _shares(asked: Question, spread: Spread, money: Array, interval: float) -> Figures:
    coords = {CHANNEL: list(asked.future.names)}
    shares = spread.money / spread.money.sum(axis=1, keepdims=True)
    share = xr.DataArray(money.sum(axis=1) / money.sum(), coords=coords, dims=CHANNEL)
    draws = xr.DataArray(shares, coords=coords, dims=(DRAW, CHANNEL))
    return Figures("best_share", draws, "share of the total, one solution a draw", interval, {"share": share})


def _remarks(asked: Question, extrapolated: Array) -> tuple[str, ...]:
    """Return what else a reader has to know."""
    remarks = []
    if asked.future.answering:
        names = [c.name for c in asked.future.answering]
        verb, own = ("answers", "its") if len(names) == 1 else ("answer", "their")
        remarks.append(f"{' and '.join(names)} {verb} to demand; {own} money is what the plan is expected to cause")
    if asked.future.levers:
        names = sorted(asked.future.levers)
        told = "is set by the plan and does" if len(names) == 1 else "are set by the plan and do"
        remarks.append(f"{' and '.join(names)} {told} not answer to demand")
    if asked.total > asked.demands.support.highest_total * (1 + 1e-6):
        most = f"{asked.demands.currency} {asked.demands.support.highest_total:,.0f}"
        remarks.append(f"in total this is more than the data have seen ({most} over so many weeks): extrapolated")
    far = [n for n, marks in zip(asked.future.names, extrapolated, strict=True) if marks.any()]
    if far:
        remarks.append(f"{', '.join(far)} would run outside what the data have seen: extrapolated")
    return tuple(remarks)
