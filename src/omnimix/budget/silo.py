"""What separate budgets cost: every team with its own money and its own goal, against one joint plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.budget.costs import SILOS, STAYING, WRONG_GOAL, WRONG_SPLIT, SiloCost
from omnimix.budget.current_plan import expected_spend
from omnimix.budget.evaluate import SAME
from omnimix.budget.feasible_set import FREE, Constraint, FeasibleSet
from omnimix.budget.goals import goals_of, teams_of
from omnimix.budget.infeasibility import require_feasible
from omnimix.budget.labelled import labelled
from omnimix.budget.objective import Objective
from omnimix.budget.outlook import Outlook
from omnimix.budget.problem import Problem, pose_problem
from omnimix.budget.search import search
from omnimix.budget.starts import pattern_starts
from omnimix.effects import Figures
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import DEFAULT_INTERVAL, GEO, TEAM
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.progress import bar
from omnimix.spec import Limits, TeamGoal
from omnimix.words import Remark

ROUNDS = 30
SETTLED = 1e-3  # of the total: teams whose plans move by less have settled
JOINT, OWN_BUDGETS, SEPARATE, TODAY = "joint", "own_budgets", "silos", "today"


@checked
def silo_cost(  # noqa: PLR0913  every one after the total is a keyword with a default
    posterior: Posterior | GeoPosterior,
    total: float | None = None,
    *,
    weeks: int = 13,
    limits: Limits | None = None,
    goals: Mapping[str, TeamGoal] | None = None,
    between: str = TEAM,
    by: str | None = None,
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    progress: bool = True,
    allow_unconverged: bool = False,
) -> SiloCost:
    """Return what it costs that every team has its own budget and its own goal.

    Each team has today's share of the total and divides it over its own channels to its own goal, given what the other
    teams do, until no team changes its plan. Against that stand the joint plan of the same total and, between the two,
    the plan that is right for all within today's team budgets: what the joint plan brings more than that one is the
    cost of the wrong split between the budgets, the rest that of the wrong goal within them. Channels keep their weekly
    pattern; all plans keep the same limits and stay in the same region.

    Args:
        posterior: a fitted model whose channels have teams.
        total: money of all channels over the window; by default what today's plan spends.
        weeks: length of the window, which begins the week after the data.
        limits: what channels, pools and teams may spend.
        goals: what a team looks at, by team. By default the team whose platforms measure sales looks at what its own
            channels bring directly online, and every other team at the stores.
        between: ``team``; or ``geo`` for separate budgets of geos, each of which divides its own money over what is
            bought there to all outcomes it has, and national channels stay as they are.
        by: ``geo`` decides money by channel and geo; so does ``between="geo"``.
        outlook: today's plan, horizon, discount, number of draws.
        interval: probability mass of the intervals.
        progress: show a progress bar.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`BudgetError` for fewer than two teams or geos, for limits that no plan can keep, and where teams do
    not settle; :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    outlook, by = outlook or Outlook(), GEO if require_between(between) == GEO else by
    problem = pose_problem(
        posterior, total, weeks, limits or Limits(), outlook, allow_unconverged=allow_unconverged, by=by
    )
    teams = teams_of(problem.future, between)
    goals_by_team = goals_of(problem.future.posterior, teams, goals, between)
    with bar("Working out the cost of silos", 60, progress) as done:
        whole, remarks = problem.feasible_set()
        objective, starts = problem.objective("profit"), pattern_starts(problem, whole)
        budgets = _budgets(problem, teams, between)
        within = _within(problem, whole, budgets)
        all_budgets = replace(within, constraints=(*within.constraints, *budgets.values()))
        own = search(problem.future, all_budgets, objective, starts, done=done).variables
        objectives = {t: _objective(problem, goal, _channels(problem, teams[t])) for t, goal in goals_by_team.items()}
        separate, rounds = _settle(problem, within, budgets, objectives, own)
        joint = search(problem.future, whole, objective, [own, separate, *starts], done=done).variables
    plans = {
        JOINT: problem.to_the_cent(whole.spend(joint), whole),
        OWN_BUDGETS: expected_spend(problem.future, whole.spend(own)),
        SEPARATE: expected_spend(problem.future, whole.spend(separate)),
        TODAY: problem.today,
    }
    rows = {t: [problem.future.names.index(n) for n in names] for t, names in teams.items()}
    sums = {k: {t: float(plans[k][own_rows].sum()) for t, own_rows in rows.items()} for k in (TODAY, JOINT)}
    owned = {name for names in teams.values() for name in names}
    lonely = [c for c in problem.future.posterior.funnel.bought if c.name not in owned]
    for answers, key in ((False, f"no_{between}"), (True, f"no_{between}_answers")):
        names = tuple(c.name for c in lonely if (c.name not in problem.future.set_channels) == answers)
        remarks = (*remarks, Remark.of(key, channels=names)) if names else remarks
    return SiloCost(
        cost=_cost(problem, plans, interval),
        plans={k: problem.frame(m) for k, m in plans.items()},
        budgets=pd.DataFrame(sums).rename_axis(between),
        goals=goals_by_team,
        rounds=rounds,
        currency=problem.constraints.currency,
        remarks=remarks,
        unvalued=posterior.funnel.unvalued,
        made_from=posterior.fingerprint,
        between=between,
    )


def require_between(between: str) -> str:
    """Return between what budgets are separate. Raises :class:`BudgetError` for what there is not."""
    if between not in (TEAM, GEO):
        raise BudgetError(f"between is 'team' or 'geo', not {between!r}{did_you_mean(between, (TEAM, GEO))}")
    return between


def _channels(problem: Problem, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the channels of rows of money."""
    return tuple(dict.fromkeys(problem.future.places[n][0] for n in names))


def _budgets(problem: Problem, teams: Mapping[str, tuple[str, ...]], between: str) -> dict[str, Constraint]:
    """Return by team or geo the constraint that it spends what it spends today."""
    found = {}
    for team, names in teams.items():
        spent = float(problem.today[[problem.future.names.index(n) for n in names]].sum())
        weights, answers = problem.constraints.members(between, team)
        found[team] = Constraint(f"today's budget of {between} {team}", weights, answers, spent, spent)
    return found


def _within(problem: Problem, whole: FeasibleSet, budgets: Mapping[str, Constraint]) -> FeasibleSet:
    """Return the plans of any total in which channels without a team stay as they are today.

    Raises :class:`BudgetError` where none of them keeps the budgets of all teams.
    """
    owned = np.sum([budget.weights for budget in budgets.values()], axis=0) > 0
    today = whole.variables(problem.today)
    lower, upper = np.where(owned, whole.lower, today), np.where(owned, whole.upper, today)
    nothing, own = np.zeros(len(problem.future.answering)), np.eye(len(lower))
    bounds = [
        Constraint(f"{lever.name} as asked and seen", own[k], nothing, lower[k], upper[k])
        for k, lever in enumerate(problem.constraints.levers)
    ]
    everything = [*whole.constraints, *budgets.values(), *bounds]
    require_feasible(everything, problem.constraints.answered, problem.constraints.currency)
    return replace(whole, lower=lower, upper=upper, total=replace(whole.total, low=-FREE, high=FREE))


def _objective(problem: Problem, goal: TeamGoal, own: tuple[str, ...]) -> Objective:
    """Return what a team makes as large as possible with its own money."""
    weights = {n: problem.unit_values[n] for n in goal.nodes if n in problem.unit_values}
    if not weights:  # stages alone count in their own units, put on the scale of money
        units = dict.fromkeys(goal.nodes, 1.0)
        usual = problem.future.plan_value(
            problem.today, problem.future.weights(units, cost=0.0), slopes=False
        ).value.mean()
        weights = {n: problem.total / max(float(usual), 1e-12) for n in goal.nodes}
    nothing = np.zeros(problem.future.weeks)
    if not goal.direct:
        return Objective(problem.future.weights(weights, cost=0.0), nothing)
    pairs = {(n.name, c.name): weights[n.name] for n, c in problem.future.pairs if n.name in weights and c.name in own}
    return Objective(problem.future.weights({}, direct=pairs, cost=0.0), nothing)


def _settle(
    problem: Problem,
    within: FeasibleSet,
    budgets: Mapping[str, Constraint],
    objectives: Mapping[str, Objective],
    now: Array,
) -> tuple[Array, int]:
    """Let teams answer each other's plans, in turn from ``now`` on, until none changes its own.

    Raises :class:`BudgetError` where they do not end.
    """
    for turn in range(1, ROUNDS + 1):
        before = now
        for team, budget in budgets.items():
            own = budget.weights > 0
            others = [c for c in within.constraints if (c.weights[own] > 0).any()]
            feasible = replace(
                within,
                lower=np.where(own, within.lower, now),
                upper=np.where(own, within.upper, now),
                constraints=(*others, budget),
            )
            starts = [np.where(own, s, now) for s in _team_starts(feasible, own, now)]
            now = search(problem.future, feasible, objectives[team], starts).variables
        if np.abs(now - before).sum() <= SETTLED * problem.total:
            return now, turn
    raise BudgetError(
        f"the teams did not settle within {ROUNDS} rounds of answering each other, so there is no plan of separate "
        "budgets to compare with; give goals that do not chase each other."
    )


def _team_starts(
    feasible: FeasibleSet, own: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], now: Array
) -> list[Array]:
    """Return starts of one team: as it is, evenly, and everything to one channel as far as it goes."""
    spend = float(now[own].sum())
    starts = [now, np.where(own, spend / max(int(own.sum()), 1), now)]
    for k in np.flatnonzero(own):
        corner = np.where(own, feasible.lower, now)
        corner[k] = min(feasible.upper[k], spend - float(corner[own].sum()) + corner[k])
        starts.append(corner)
    return starts


def _cost(problem: Problem, plans: Mapping[str, Array], interval: float) -> Figures:
    unit = problem.value_unit
    profit = {k: a.net(unit) for k, a in problem.accounts(plans).items()}
    parts = {
        SILOS: profit[JOINT] - profit[SEPARATE],
        WRONG_SPLIT: profit[JOINT] - profit[OWN_BUDGETS],
        WRONG_GOAL: profit[OWN_BUDGETS] - profit[SEPARATE],
        STAYING: profit[JOINT] - profit[TODAY],
    }
    lost = np.stack(list(parts.values()), axis=1)
    odds = (lost > SAME * problem.total / problem.scale).mean(axis=0)
    told = f"{unit.noun} lost against the joint plan of the same total"
    return labelled("silo_cost", lost, {"part": list(parts)}, told, interval, probability_positive=odds)
