"""The verb that judges goals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from omnimix.arguments import checked
from omnimix.budget import BudgetPlan, Outlook, PlanSheet, optimize_budget
from omnimix.budget.plan import PLAN, TODAY
from omnimix.budget.problem import Problem, pose_problem
from omnimix.effects.controls_ahead import controls_ahead
from omnimix.effects.figures import require_usable
from omnimix.errors import BudgetError, OmnimixError
from omnimix.labels import DEFAULT_INTERVAL
from omnimix.posterior import Posterior
from omnimix.progress import bar
from omnimix.spec import Goal, Limits
from omnimix.steering.cheapest import cheapest
from omnimix.steering.forecast import Forecasts, set_money, whole_total
from omnimix.steering.record import CHEAPEST, Chance, GoalChances
from omnimix.steering.weeks import counted

FEW_DRAWS = 500
STEPS = 60  # of the bar, a goal


@checked
def goals(
    posterior: Posterior,
    goals: Sequence[Goal] | None = None,
    plan: BudgetPlan | PlanSheet | None = None,
    *,
    odds: float = 0.8,
    total: float | None = None,
    limits: Limits | None = None,
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    progress: bool = True,
    allow_unconverged: bool = False,
) -> GoalChances:
    """Return how likely goals are reached under today's plan and under the joint plan, and the cheapest plan for each.

    A goal is forecast with everything that is not known: parameters, weekly noise, the wander of the level. All plans
    are forecast on the same futures.

    Args:
        posterior: a fitted model.
        goals: what to reach; by default those declared with the fit.
        plan: the joint plan; by default the best use of the money of today's plan up to the last day of all goals.
            After the weeks of a plan that is shorter, today's plan goes on.
        odds: probability with which the cheapest plan has to reach a goal.
        total: money of the joint plan, where no plan is given; what today's plan spends by default.
        limits: what channels, pools and teams may spend, in the joint plan and in the cheapest one.
        outlook: today's plan, controls of the weeks to come (by default those of the same weeks a year before), number
            of draws (500 by default) and seed.
        interval: probability mass of the intervals.
        progress: show a progress bar.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`OmnimixError` for a goal on an unknown stage or outcome, on a past day or on one beyond what the data
    allow, :class:`BudgetError` for a plan of another fit or window, and :class:`FitError` for a fit that did not
    converge, unless ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    if not 0 < odds < 1:
        raise OmnimixError(f"`odds` is a probability between 0 and 1, such as 0.8, not {odds!r}")
    asked = counted(posterior, posterior.goals if goals is None else goals)
    outlook, limits = outlook or Outlook(draws=FEW_DRAWS), limits or Limits()
    weeks = max(g.weeks for g in asked)
    problem = pose_problem(posterior, total, weeks, limits, outlook, allow_unconverged=True)
    few, calendar = problem.future.posterior, problem.future.calendar
    forecasts = Forecasts(few, controls_ahead(posterior, calendar, outlook.controls), outlook.seed)
    today = set_money(problem, problem.today)
    with bar("Judging goals", STEPS * len(asked), progress) as done:
        if plan is None:
            joint, joint_total = _joint(posterior, problem, limits, outlook)
        else:
            joint, joint_total = _given(problem, plan, today), float(plan.spend.iloc[:weeks].sum().sum())
        rows: list[Chance] = []
        for goal in asked:
            own = problem
            if goal.weeks != weeks:
                own = pose_problem(posterior, None, goal.weeks, limits, outlook, allow_unconverged=True)
            best = cheapest(own, forecasts, goal, odds, done)
            rows += [
                Chance(goal, TODAY, whole_total(problem, problem.today), forecasts.reached(today, goal)),
                Chance(goal, PLAN, joint_total, forecasts.reached(joint, goal)),
                Chance(goal, CHEAPEST, best.total, best.reached, enough=best.enough),
            ]
    return GoalChances(
        tuple(rows),
        weeks,
        odds,
        posterior.panel.currency,
        interval,
        assumed_controls=outlook.controls is None and bool(posterior.funnel.controls),
        made_from=posterior.fingerprint,
    )


def _joint(posterior: Posterior, problem: Problem, limits: Limits, outlook: Outlook) -> tuple[pd.DataFrame, float]:
    """Return the best use of the money: money a week and channel that is set, and what all channels spend."""
    found = optimize_budget(
        posterior,
        problem.total,
        weeks=problem.future.weeks,
        limits=limits,
        outlook=outlook,
        progress=False,
        allow_unconverged=True,
    )
    return found.spend.drop(columns=list(found.answering)), found.total


def _given(problem: Problem, plan: BudgetPlan | PlanSheet, today: pd.DataFrame) -> pd.DataFrame:
    """Return a plan in the weeks of the goals, today's plan after it."""
    calendar, names = problem.future.calendar, problem.future.names
    own = plan.spend
    unknown = [str(c) for c in own.columns if c not in names]
    weeks = pd.DatetimeIndex(own.index)
    if unknown or not len(weeks) or weeks[0] != calendar[0]:
        why = (
            f"it has channels that the fit does not ({', '.join(unknown)})"
            if unknown
            else f"it begins {weeks[0].date()}, and the weeks after the data begin {calendar[0].date()}"
        )
        raise BudgetError(
            f"the plan is of another fit or window: {why}. Give a plan that was made from this posterior, or leave "
            "`plan` out."
        )
    rows = own.drop(columns=list(plan.answering)).reindex(calendar)
    later = rows.isna().all(axis=1)
    filled = today.reindex(columns=rows.columns)
    filled = filled.fillna(problem.frame(problem.today)[list(rows.columns)])
    return rows.where(~later, filled)
