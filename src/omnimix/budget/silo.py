"""What separate budgets cost: every team with its own money and its own goal, against one joint plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.budget.costs import SILOS, STAYING, WRONG_GOAL, WRONG_SPLIT, SiloCost
from omnimix.budget.evaluate import SAME
from omnimix.budget.feasible_set import FREE, Row, Space
from omnimix.budget.goals import goals_of, teams_of
from omnimix.budget.infeasibility import require_possible
from omnimix.budget.outlook import Outlook
from omnimix.budget.problem import Question, question
from omnimix.budget.search import Aim, search
from omnimix.budget.starts import pattern_starts
from omnimix.effects import Figures
from omnimix.errors import BudgetError
from omnimix.labels import DEFAULT_INTERVAL, DRAW
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.progress import bar
from omnimix.spec import Goal, Limits

ROUNDS = 30
SETTLED = 1e-3  # of the total: teams whose plans move by less have settled
JOINT, OWN_BUDGETS, SEPARATE, TODAY = "joint", "own_budgets", "silos", "today"


def silo_cost(
    posterior: Posterior,
    total: float | None = None,
    *,
    weeks: int = 13,
    limits: Limits | None = None,
    goals: Mapping[str, Goal] | None = None,
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
        outlook: today's plan, horizon, discount, number of draws.
        interval: probability mass of the intervals.
        progress: show a progress bar.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`BudgetError` for fewer than two teams, for limits that no plan can keep, and where teams do not
    settle; :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    outlook = outlook or Outlook()
    asked = question(posterior, total, weeks, limits or Limits(), outlook, allow_unconverged=allow_unconverged)
    teams = teams_of(asked.future)
    wanted = goals_of(asked.future.posterior, teams, goals)
    with bar("Working out the cost of silos", 60, progress) as done:
        whole, remarks = asked.demands.space(asked.total, asked.total, "pattern")
        aim, starts = asked.aim("profit"), pattern_starts(asked, whole, outlook.seed)
        within = _own_budgets(asked, whole, teams)
        own = search(asked.future, within, aim, starts, done=done).variables
        aims = {t: _goal(asked, goal, teams[t]) for t, goal in wanted.items()}
        separate, rounds = _settle(asked, within, own, aims, teams)
        joint = search(asked.future, whole, aim, [own, separate, *starts], done=done).variables
    plans = {
        JOINT: asked.to_the_cent(whole.money(joint), whole, asked.total),
        OWN_BUDGETS: asked.filled(whole.money(own)),
        SEPARATE: asked.filled(whole.money(separate)),
        TODAY: asked.today,
    }
    places = {t: [asked.future.names.index(n) for n in names] for t, names in teams.items()}
    sums = {k: {t: float(plans[k][p].sum()) for t, p in places.items()} for k in (TODAY, JOINT)}
    lonely = [c.name for c in posterior.funnel.channels if c.team is None]
    if lonely:
        set_ones = [n for n in lonely if n in asked.future.set_channels]
        if set_ones:
            remarks = (*remarks, f"without a team, and as today in the separate plans: {', '.join(set_ones)}")
        if len(set_ones) < len(lonely):
            rest = ", ".join(n for n in lonely if n not in set_ones)
            remarks = (
                *remarks,
                f"without a team, and answering to demand in every plan: {rest}; totals differ by that",
            )
    return SiloCost(
        cost=_cost(asked, plans, interval),
        plans={k: asked.frame(m) for k, m in plans.items()},
        budgets=pd.DataFrame(sums).rename_axis("team"),
        goals=wanted,
        rounds=rounds,
        currency=asked.demands.currency,
        remarks=remarks,
    )


def _own_budgets(asked: Question, whole: Space, teams: Mapping[str, tuple[str, ...]]) -> Space:
    """Return the plans in which every team spends what it spends today; channels without a team stay as they are."""
    rows = []
    for team, names in teams.items():
        weights, answers = asked.demands.members("team", team)
        spent = float(asked.today[[asked.future.names.index(n) for n in names]].sum())
        rows.append(Row(f"today's budget of team {team}", weights, answers, spent, spent))
    owned = np.sum([r.weights for r in rows], axis=0) > 0
    today = whole.variables(asked.today)
    lower, upper = np.where(owned, whole.lower, today), np.where(owned, whole.upper, today)
    bounds = [
        Row(f"{n} as asked and seen", np.eye(len(lower))[k], np.zeros(len(asked.future.answering)), lower[k], upper[k])
        for k, n in enumerate(asked.future.set_channels)
    ]
    require_possible([*whole.rows, *rows, *bounds], asked.demands.answered, asked.demands.currency)
    free = replace(whole.total, low=-FREE, high=FREE)
    return Space(whole.basis, lower, upper, (*whole.rows, *rows), free)


def _goal(asked: Question, goal: Goal, own: tuple[str, ...]) -> Aim:
    """Return what a team makes as large as possible with its own money."""
    weights = {n: asked.unit_values[n] for n in goal.nodes if n in asked.unit_values}
    if not weights:  # stages alone count in their own units, put on the scale of money
        units = dict.fromkeys(goal.nodes, 1.0)
        usual = asked.future.look(asked.today, asked.future.wanted(units, cost=0.0), slopes=False).value.mean()
        weights = {n: asked.total / max(float(usual), 1e-12) for n in goal.nodes}
    nothing = np.zeros(asked.future.weeks)
    if not goal.direct:
        return Aim(asked.future.wanted(weights, cost=0.0), nothing)
    pairs = {(n.name, c.name): weights[n.name] for n, c in asked.future.pairs if n.name in weights and c.name in own}
    return Aim(asked.future.wanted({}, direct=pairs, cost=0.0), nothing)


def _settle(
    asked: Question, within: Space, now: Array, aims: Mapping[str, Aim], teams: Mapping[str, tuple[str, ...]]
) -> tuple[Array, int]:
    """Let teams answer each other's plans, in turn from ``now`` on, until none changes its own.

    Raises :class:`BudgetError` where they do not end.
    """
    names = list(asked.future.set_channels)
    team_rows = within.rows[-len(teams) :]
    for turn in range(1, ROUNDS + 1):
        before = now
        for (team, channels), row in zip(teams.items(), team_rows, strict=True):
            own = np.array([n in channels for n in names])
            others = [r for r in within.rows[: -len(teams)] if (r.weights[own] > 0).any()]
            space = Space(
                within.basis,
                np.where(own, within.lower, now),
                np.where(own, within.upper, now),
                (*others, row),
                within.total,
            )
            spread = [np.where(own, s, now) for s in _team_starts(space, own, now)]
            now = search(asked.future, space, aims[team], spread).variables
        if np.abs(now - before).sum() <= SETTLED * asked.total:
            return now, turn
    raise BudgetError(
        f"the teams did not settle within {ROUNDS} rounds of answering each other, so there is no plan of separate "
        "budgets to compare with; give goals that do not chase each other."
    )


def _team_starts(space: Space, own: Array, now: Array) -> list[Array]:
    """Return starts of one team: as it is, evenly, and everything to one channel as far as it goes."""
    money = float(now[own].sum())
    starts = [now, np.where(own, money / max(int(own.sum()), 1), now)]
    for k in np.flatnonzero(own):
        corner = np.where(own, space.lower, now)
        corner[k] = min(space.upper[k], money - float(corner[own].sum()) + corner[k])
        starts.append(corner)
    return starts


def _cost(asked: Question, plans: Mapping[str, Array], interval: float) -> Figures:
    profit = {k: a.value.sum(axis=1) - a.spend for k, a in asked.accounts(plans).items()}
    parts = {
        SILOS: profit[JOINT] - profit[SEPARATE],
        WRONG_SPLIT: profit[JOINT] - profit[OWN_BUDGETS],
        WRONG_GOAL: profit[OWN_BUDGETS] - profit[SEPARATE],
        STAYING: profit[JOINT] - profit[TODAY],
    }
    draws = xr.DataArray(np.stack(list(parts.values()), axis=1), coords={"part": list(parts)}, dims=(DRAW, "part"))
    known = {"probability_positive": (draws > SAME * asked.total).mean(DRAW)}
    return Figures("silo_cost", draws, "money lost against the joint plan of the same total", interval, known)
