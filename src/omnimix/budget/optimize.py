"""The best use of one joint budget over the weeks to come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from omnimix.arguments import checked
from omnimix.budget.current_plan import current_basis, expected_spend, pattern
from omnimix.budget.evaluate import SAME, brought
from omnimix.budget.feasible_set import FeasibleSet
from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.budget.labelled import labelled
from omnimix.budget.lever import answering_rows
from omnimix.budget.minimums import least_when_on, search_with_minimums
from omnimix.budget.objective import Objective, ObjectiveFunction
from omnimix.budget.optimism import FoundPlan, negotiable, split_sample_gain, spread_of_best
from omnimix.budget.outlook import Outlook
from omnimix.budget.plan import (
    PLAN,
    PROPORTIONAL,
    SCEPTICAL,
    SCEPTICAL_LOWER,
    SCEPTICAL_SHAPE,
    SCEPTICAL_UPPER,
    TODAY,
    VERSUS,
    Assumptions,
    BudgetPlan,
)
from omnimix.budget.problem import Problem, pose_problem
from omnimix.budget.sceptic import next_returns, sceptical_gain
from omnimix.budget.search import Best, Step, nearest, search
from omnimix.budget.shut_out import shut_out
from omnimix.budget.split_and_timing import in_other_weeks, phasing_figures
from omnimix.budget.starts import by_return, pattern_starts
from omnimix.budget.target import solve_target
from omnimix.effects import Figures
from omnimix.effects.accounts import Account
from omnimix.effects.by_period import latest_period
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL
from omnimix.lasting.record import DATA
from omnimix.lasting.verb import learned_shares
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.progress import bar
from omnimix.spec import OBJECTIVES, RETURNS, Cvar, Limits, ObjectiveName, Phasing, Target
from omnimix.words import Remark, ValueUnit

ONE_A_DRAW = "share of the total, one solution a draw"
AFTER = 80  # steps of the bar after the search: halves, single draws, ranges


@checked
def optimize_budget(  # noqa: PLR0913  one question; all but the posterior may be left out
    posterior: Posterior | GeoPosterior,
    total: float | None = None,
    *,
    by: str | None = None,
    weeks: int = 13,
    limits: Limits | None = None,
    objective: ObjectiveName | Cvar = "value",
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
        by: ``geo`` of a fit of several geos decides money by channel and geo, of a national channel for all at once;
            the answer is a :class:`GeoBudgetPlan`. Without it a fit of several geos is divided over channels, and the
            money of each over geos as it was in the weeks that today's plan is read from.
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

    Outcomes without a value are counted in units: the plan brings most units for the total, and a ``target`` of ROAS is
    units for one unit of money.

    Raises :class:`OmnimixError` for the objective ``profit`` where outcomes have no value, :class:`BudgetError` for
    limits that no plan can keep, named with how far they are apart, and for a search that did not end at a plan;
    :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    if not isinstance(objective, Cvar) and objective not in OBJECTIVES:
        near = did_you_mean(str(objective), OBJECTIVES)
        raise BudgetError(f"objective is one of {', '.join(OBJECTIVES)} or a Cvar, not {objective!r}{near}")
    if target is not None and target.of not in RETURNS and objective != "value":
        raise BudgetError(
            f"a plan that is to reach {target.of} at least cost has no other objective; leave out {objective!r}."
        )
    if objective == "profit":
        posterior.value_unit.require_money("the objective 'profit'")
    outlook, limits = outlook or Outlook(), limits or Limits()
    problem = pose_problem(
        posterior, total, weeks, limits, outlook, phasing=phasing, allow_unconverged=allow_unconverged, by=by
    )
    with bar("Searching for the best plan", 100 + AFTER, progress) as done:
        of_target, remarks = None, tuple[str, ...]()
        if target is not None:
            problem, of_target, remarks = solve_target(problem, target, ceiling=total, done=done)
        chosen = of_target or problem.objective(objective)
        if phasing == "free":
            found = _by_week(problem, lambda going_on: of_target or going_on.objective(objective), done)
        else:
            found = solve(problem, chosen, done)
        found = replace(found, objective=chosen, remarks=(*remarks, *found.remarks))
        return _plan(problem, found, objective, target, interval, done)


@dataclass(frozen=True)
class Solution:
    """A plan that was found, in its feasible set."""

    feasible: FeasibleSet
    objective: Objective
    best: Best
    remarks: tuple[str, ...]


def solve(problem: Problem, objective: Objective, done: Step = None) -> Solution:
    """Find the best plan at the total of the problem. Raises :class:`BudgetError`."""
    feasible, remarks = problem.feasible_set()
    if problem.phasing == "pattern":
        starts = pattern_starts(problem, feasible)
    else:
        starts = [feasible.variables(spend) for spend in _first_ideas(problem, objective, done)]
    least = least_when_on(problem.constraints, feasible)
    best = search_with_minimums(problem.future, feasible, objective, starts, least, done)
    return Solution(feasible, objective, best, remarks)


def _by_week(problem: Problem, objective: Callable[[Problem], Objective], done: Step) -> Solution:
    """Find the best plan whose weeks are free, where after the window its own average week goes on.

    Today's average week goes on first, then that of the plan that was found, from which the search goes on.
    """
    going_on = problem.followed_by(problem.today)
    found = solve(going_on, objective(going_on), done)
    going_on = problem.followed_by(expected_spend(problem.future, found.feasible.spend(found.best.variables)))
    aim, least = objective(going_on), least_when_on(problem.constraints, found.feasible)
    try:
        best = search_with_minimums(going_on.future, found.feasible, aim, [found.best.variables], least)
    except BudgetError:  # the first plan stands, with today's average week after it
        return found
    return replace(found, objective=aim, best=best)


def _first_ideas(problem: Problem, objective: Objective, done: Step) -> list[Array]:
    """Return plans to start from where every week is free: the best by pattern and its spend in even weeks.

    Where limits leave no plan by pattern, today's plan takes its place.
    """
    spend = problem.today
    try:
        feasible, _ = problem.feasible_set("pattern")
        best = search(problem.future, feasible, objective, pattern_starts(problem, feasible), done=done)
        spend = feasible.spend(best.variables)
    except BudgetError:  # by week there may be one
        pass
    return [spend, np.repeat(spend.mean(axis=1, keepdims=True), spend.shape[1], axis=1)]


def _plan(
    problem: Problem, found: Solution, objective: str | Cvar, target: Target | None, interval: float, done: Step
) -> BudgetPlan:
    """Return the record of a plan with all that is sure about it."""
    future, channels = problem.future, problem.future.posterior.funnel.bought
    spend = problem.to_the_cent(found.feasible.spend(found.best.variables), found.feasible)
    plans = {PLAN: spend, TODAY: problem.today, PROPORTIONAL: _rule_of_thumb(problem, found.feasible)}
    accounts = problem.accounts({**plans, **in_other_weeks(problem, spend)})
    brings = problem.scale * float(accounts[PLAN].value.sum(axis=1).mean())
    single = _by_channel(problem, found, spend)
    with ThreadPoolExecutor(max_workers=1) as beside:  # both look at the same draws with no lock on Python
        moved = beside.submit(lambda: (split_sample_gain(future, single), negotiable(future, single, brings)))
        by_draw = spread_of_best(future, single, problem.outlook.seed, done)
        (same, apart), free = moved.result()
    extrapolated = problem.constraints.support.outside(spend)
    plan = BudgetPlan(
        spend=problem.frame(spend),
        today=problem.frame(problem.today),
        proportional=problem.frame(plans[PROPORTIONAL]),
        total=problem.total,
        teams={c.name: c.team for c in channels if c.team is not None},
        pools={c.name: c.pool for c in channels if c.pool is not None},
        answering=tuple(c.name for c in future.answering),
        gain=_gain(problem, accounts, (same - apart) / problem.scale, interval),
        phasing=phasing_figures(problem, accounts, SAME * problem.total / problem.scale, interval),
        value=_value({name: accounts[name] for name in plans}, plans, problem.value_unit, interval),
        shares=labelled(
            "best_share",
            by_draw.shares,
            {CHANNEL: future.names},
            ONE_A_DRAW,
            interval,
            share=spend.sum(axis=1) / spend.sum(),
        ),
        free=free,
        regret={PLAN: by_draw.following / problem.scale, TODAY: by_draw.staying / problem.scale},
        region=problem.constraints.allowed(found.feasible),
        extrapolated=problem.frame(extrapolated.astype(float)).astype(bool),
        gap=found.best.gap / problem.scale,
        assumptions=Assumptions(
            objective=objective,
            target=target,
            limits=problem.constraints.limits,
            phasing=problem.phasing,
            horizon=min(future.horizon, future.followed),
            discount=problem.outlook.discount,
            draws=future.posterior.size,
            remarks=(*found.remarks, *_remarks(problem, extrapolated)),
            total_from="target" if target is not None else problem.total_from,
            effects_of=latest_period(future.posterior),
        ),
        currency=problem.constraints.currency,
        today_from=current_basis(future.posterior, future, given=problem.outlook.today is not None),
        today_breaks=shut_out(problem.constraints, found.feasible),
        unvalued=problem.value_unit.unvalued,
        made_from=problem.made_from,
    )
    by_geo = any(lever.geo is not None for lever in problem.constraints.levers)
    return GeoBudgetPlan(**vars(plan), places=future.places) if by_geo else plan


def _by_channel(problem: Problem, found: Solution, spend: Array) -> FoundPlan:
    """Return the plan with one variable a lever, in its own weekly pattern: what is said of it is said by channel."""
    feasible = found.feasible
    if problem.phasing == "free":
        usual = zip(problem.constraints.levers, problem.constraints.patterns, strict=True)
        own = [pattern(spend[lever.row]) if spend[lever.row].any() else shares for lever, shares in usual]
        feasible = _in_patterns(problem, feasible, np.array(own))
    variables = feasible.variables(spend)
    least = least_when_on(problem.constraints, feasible)
    off = (least > 0) & (variables <= 0)
    feasible = feasible.within(
        np.minimum(np.maximum(feasible.lower, least * (variables > 0)), variables),
        np.where(off, 0.0, np.maximum(feasible.upper, variables)),
    )
    answered = spend[answering_rows(problem.future)].sum(axis=1)
    return FoundPlan(feasible, variables, problem.today, found.objective, problem.objective("profit"), answered)


def _in_patterns(problem: Problem, free: FeasibleSet, patterns: Array) -> FeasibleSet:
    """Return the plans that keep given patterns, with every constraint of a feasible set in which weeks are free."""
    basis = problem.constraints.basis(patterns)
    own = np.array([free.variables(spend) for spend in basis])  # what a unit of every lever is in the free set
    most = np.array([np.min(free.upper[o > 0] / o[o > 0]) for o in own])
    kept = tuple(replace(c, weights=own @ c.weights) for c in free.constraints)
    return FeasibleSet(basis, np.zeros(len(basis)), most, kept, replace(free.total, weights=own @ free.total.weights))


def _rule_of_thumb(problem: Problem, feasible: FeasibleSet) -> Array:
    """Return spend in proportion to ROAS, moved no further than the limits and what the data have seen need."""
    wished = by_return(problem)
    function = ObjectiveFunction(problem.future, feasible, problem.objective("value"))
    kept = nearest(function, feasible.variables(wished))
    return wished if kept is None else expected_spend(problem.future, feasible.spend(kept))


def _gain(problem: Problem, accounts: dict[str, Account], optimism: float, interval: float) -> Figures:
    unit, same = problem.value_unit, SAME * problem.total / problem.scale
    profit = {k: a.net(unit) for k, a in accounts.items()}
    against = [TODAY, PROPORTIONAL]
    more = np.stack([profit[PLAN] - profit[k] for k in against], axis=1)
    told = f"{unit.noun} that the plan brings more{', all money spent taken off' if unit.is_money else ''}"
    luck, sceptic = max(optimism, 0.0), sceptical_gain(more, *next_returns(problem), interval)
    known = {
        "probability_positive": (more > same).mean(axis=0),
        "corrected": more.mean(axis=0) - luck,
        "draw_luck": np.full(len(against), luck),
        SCEPTICAL: sceptic.mean,
        SCEPTICAL_LOWER: sceptic.lower,
        SCEPTICAL_UPPER: sceptic.upper,
        SCEPTICAL_SHAPE: np.full(len(against), sceptic.shape),
    }
    return labelled("gain", more, {VERSUS: against}, told, interval, **known)


def _value(accounts: dict[str, Account], plans: dict[str, Array], unit: ValueUnit, interval: float) -> Figures:
    value = np.stack([a.value.sum(axis=1) for a in accounts.values()], axis=1)
    profit = [float(a.net(unit).mean()) if unit.is_money else np.nan for a in accounts.values()]
    spend = [float(plans[k].sum()) for k in accounts]
    return labelled("value", value, {PLAN: list(accounts)}, brought(unit), interval, spend=spend, profit=profit)


def _of_the_stock(problem: Problem) -> list[Remark]:
    """Say for how long what comes slowly is counted, and of which channels it rests on the prior."""
    future, stock = problem.future, problem.future.posterior.funnel.stock
    if stock is None:
        return []
    weeks = float(min(future.horizon, future.followed))
    remarks = [Remark.of("stock", stock=stock.name, weeks=weeks, share=problem.outlook.discount)]
    unknown = tuple(n for n, share in learned_shares(future.posterior).items() if share.told != DATA)
    return remarks + ([Remark.of("stock_unknown", channels=unknown)] if unknown else [])


def _remarks(problem: Problem, extrapolated: Array) -> tuple[str, ...]:
    """Return what else a reader has to know."""
    remarks: list[Remark] = []
    if problem.future.answering:
        remarks.append(Remark.of("answers", channels=tuple(c.name for c in problem.future.answering)))
    if problem.future.levers:
        remarks.append(Remark.of("levers", channels=tuple(sorted(problem.future.levers))))
    remarks += _of_the_stock(problem)
    if problem.total > problem.constraints.support.highest_total * (1 + 1e-6):
        most = problem.constraints.support.highest_total
        remarks.append(Remark.of("beyond_total", currency=problem.constraints.currency, most=float(most)))
    far = [n for n, marks in zip(problem.future.names, extrapolated, strict=True) if marks.any()]
    if far:
        remarks.append(Remark.of("beyond_data", channels=tuple(far)))
    span = latest_period(problem.future.posterior)
    if span is not None:
        remarks.append(Remark.of("latest_period", first=span[0], last=span[1]))
    return tuple(remarks)
