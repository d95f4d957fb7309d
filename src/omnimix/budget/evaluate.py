"""What given plans are worth: edited, written by hand, or side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.budget.costs import PlansCompared
from omnimix.budget.current_plan import current_spend, expected_spend, spread_over_weeks, weekly_spend
from omnimix.budget.geo_future import any_future, names_a_geo
from omnimix.budget.labelled import labelled
from omnimix.budget.outlook import Outlook
from omnimix.budget.plan import PLAN, PROPORTIONAL, TODAY, BudgetPlan
from omnimix.budget.plan_sheet import PlanSheet
from omnimix.budget.support import seen
from omnimix.effects import require_usable
from omnimix.effects.accounts import Account
from omnimix.effects.future import Future
from omnimix.errors import BudgetError
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.spec import told_together
from omnimix.words import ValueUnit

type AnyPlan = BudgetPlan | PlanSheet | pd.DataFrame | Mapping[str, float]

ADVISED, EDITED = "advised", "edited"
SAME = 1e-6  # of the total: plans whose values differ by less are worth the same


@dataclass(frozen=True)
class _Read:
    """A plan as given: money a week or by channel, and the channels that answer to a stage under it."""

    spend: pd.DataFrame | Mapping[str, float]
    answering: frozenset[str]
    weeks: int | None


@checked
def evaluate_plan(
    posterior: Posterior | GeoPosterior,
    plan: AnyPlan,
    *,
    weeks: int | None = None,
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> PlansCompared:
    """Return what a plan brings, beside today's and, for a plan that was edited, beside the advised one.

    Args:
        posterior: a fitted model.
        plan: a :class:`BudgetPlan`; a workbook read back by :func:`omnimix.read_plan`; a table of money, one row a week
            and one column a channel; or money by channel over the window, in today's weekly pattern. A channel that
            responds to a stage is set where the plan has money for it, and answers where it is left out.
        weeks: length of the window, where the plan has no weeks of its own.
        outlook: today's plan, horizon, discount, number of draws; by default those of a :class:`BudgetPlan`.
        interval: probability mass of the intervals.
        allow_unconverged: use a fit that did not converge all the same.

    The first plan compared is today's, at its own total (for a workbook: the one it was written with). What an edit
    costs is the gain of ``edited`` less that of ``advised``, a row further down.

    Raises :class:`BudgetError` for a plan of other weeks or channels, :class:`FitError` for a fit that did not
    converge, unless ``allow_unconverged``.
    """
    if isinstance(plan, PlanSheet):
        plans = {
            name: _Read(frame.drop(columns=list(plan.answering)), frozenset(plan.answering), len(frame))
            for name, frame in ((TODAY, plan.today), (ADVISED, plan.advised), (EDITED, plan.spend))
        }
    elif isinstance(plan, BudgetPlan):
        frames = ((TODAY, plan.today), (PROPORTIONAL, plan.proportional), (PLAN, plan.spend))
        kept = list(plan.answering)
        plans = {n: _Read(f.drop(columns=kept), frozenset(kept), len(f)) for n, f in frames}
    else:
        read = _read(posterior, plan)
        plans = {TODAY: _Read({}, read.answering, read.weeks or weeks), PLAN: read}
    if isinstance(plan, BudgetPlan) and outlook is None:
        outlook = plan.outlook
    return _compared(posterior, plans, weeks, outlook or Outlook(), interval, allow_unconverged)


@checked
def compare_plans(
    posterior: Posterior | GeoPosterior,
    plans: Mapping[str, AnyPlan],
    *,
    weeks: int | None = None,
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> PlansCompared:
    """Return plans side by side: money, value, gain over the first of them, and how likely each is the best.

    Args are those of :func:`evaluate_plan`, with plans by name, all of the same weeks.

    Raises :class:`BudgetError` for fewer than two plans, plans of different weeks, or plans that are not usable.
    """
    if len(plans) < 2:
        raise BudgetError('comparing takes at least two plans by name, such as {"today": ..., "plan": ...}.')
    read = {str(k): _read(posterior, p) for k, p in plans.items()}
    return _compared(posterior, read, weeks, outlook or Outlook(), interval, allow_unconverged)


def _read(posterior: Posterior, plan: AnyPlan) -> _Read:
    responding = {c.name for c in posterior.funnel.responding}
    if isinstance(plan, BudgetPlan | PlanSheet):
        return _Read(plan.spend.drop(columns=list(plan.answering)), frozenset(plan.answering), len(plan.spend))
    if isinstance(plan, pd.DataFrame):
        named = {str(c) for c in plan.columns} - {WEEK}
        return _Read(plan, frozenset(responding - named), len(plan))
    if isinstance(plan, Mapping):
        wrong = [f"{k!r} is {v!r}" for k, v in plan.items() if not _amount(v)]
        if wrong:
            raise BudgetError(f"a plan has money from 0 by channel; {told_together(wrong)}")
        return _Read(plan, frozenset(responding - {str(k) for k in plan}), None)
    raise BudgetError(f"a plan is a BudgetPlan, a workbook read back, a table or money by channel, not {type(plan)!r}.")


def _compared(
    posterior: Posterior | GeoPosterior,
    plans: Mapping[str, _Read],
    weeks: int | None,
    outlook: Outlook,
    interval: float,
    allow_unconverged: bool,
) -> PlansCompared:
    require_usable(posterior, allow_unconverged)
    few = posterior.thinned(outlook.draws)
    lengths = {p.weeks for p in plans.values() if p.weeks is not None} | ({weeks} if weeks is not None else set())
    if len(lengths) != 1:
        told = "give weeks=" if not lengths else f"these have {', '.join(map(str, sorted(lengths)))} weeks"
        raise BudgetError(f"plans are compared over the same weeks; {told}.")
    length = lengths.pop()
    worth, spend, marks = {}, {}, {}
    futures: dict[frozenset[str], Future] = {}
    by_geo = any(names_a_geo(few, p.spend) for p in plans.values())
    for name, plan in plans.items():
        if plan.answering not in futures:
            futures[plan.answering] = any_future(few, length, plan.answering, outlook, by_geo=by_geo)
        future = futures[plan.answering]
        laid = _laid(future, plan, outlook)
        account = future.accounts([future.plan(laid)])[0]
        worth[name] = account
        filled = expected_spend(future, laid)
        spend[name] = pd.Series(filled.sum(axis=1), index=list(future.names))
        marked = seen(future).outside(filled).any(axis=1)
        marks[name] = tuple(n for n, mark in zip(future.names, marked, strict=True) if mark)
    return _record(worth, pd.DataFrame(spend).rename_axis(CHANNEL), marks, posterior.value_unit, interval)


def _laid(future: Future, plan: _Read, outlook: Outlook) -> Array:
    if isinstance(plan.spend, pd.DataFrame):
        return weekly_spend(future, plan.spend)
    usual = current_spend(future.posterior, future, outlook.today)
    return spread_over_weeks(future, plan.spend, usual) if plan.spend else usual


def _record(
    worth: Mapping[str, Account],
    spend: pd.DataFrame,
    marks: Mapping[str, tuple[str, ...]],
    unit: ValueUnit,
    interval: float,
) -> PlansCompared:
    names = list(worth)
    value = np.stack([a.value.sum(axis=1) for a in worth.values()], axis=1)
    profit = np.stack([a.net(unit) for a in worth.values()], axis=1)
    best = np.bincount(profit.argmax(axis=1), minlength=len(names)) / len(profit)
    gain, whole = profit - profit[:, :1], spend.sum()
    same = SAME * unit.yardstick(float(whole.max()), float(value.mean(axis=0).max()))
    odds = (gain > same).mean(axis=0)
    told = f"{unit.noun} brought more than by {names[0]}, {'all' if unit.is_money else 'no'} money spent taken off"
    return PlansCompared(
        value=labelled(
            "value",
            value,
            {PLAN: names},
            brought(unit),
            interval,
            spend=whole.reindex(names),
            profit=profit.mean(axis=0) if unit.is_money else np.full(len(names), np.nan),
        ),
        gain=labelled("gain", gain, {PLAN: names}, told, interval, probability_positive=odds),
        best=dict(zip(names, map(float, best), strict=True)),
        spend=spend,
        extrapolated=dict(marks),
        currency=unit.currency,
        unvalued=unit.unvalued,
    )


def brought(unit: ValueUnit) -> str:
    """Return what the value of plans is, in words."""
    return f"{unit.noun} brought more than by no media in these weeks"


def _amount(value: object) -> bool:
    try:
        return bool(np.isfinite(float(value)) and float(value) >= 0)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
