"""What the next money of every channel brings, in today's plan and in the plan: why money moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from omnimix.arguments import checked
from omnimix.budget.current_plan import pattern, weekly_spend
from omnimix.budget.geo_future import any_future
from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.budget.labelled import labelled
from omnimix.budget.lever import Lever, levers_of
from omnimix.budget.outlook import Outlook
from omnimix.budget.plan import PLAN, TODAY, BudgetPlan
from omnimix.effects import Figures, require_usable
from omnimix.effects.future import Future, ValueWeights
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, MARGINAL_ROAS
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior, Posterior

STEP = 0.01  # of a channel's money: from half of it less to half of it more; of the total where it has none
AT = "at"


@checked
def next_euro(
    posterior: Posterior | GeoPosterior,
    plan: BudgetPlan,
    *,
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return the marginal ROAS of every channel that a plan sets, in today's plan and in the plan.

    Its cost includes what it makes answering channels spend. A channel keeps the weekly pattern that it has (today's
    where the plan has none); for a channel without money it is the return of its first hundredth of the total.

    The labels are ``channel`` and ``at``, ``today`` or ``plan``; ``spend`` is the channel's money there. Where outcomes
    have no value it is units for one unit of money.

    Raises :class:`BudgetError` for a plan of other weeks, :class:`FitError` for a fit that did not converge, unless
    ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    outlook = outlook or plan.outlook
    few, by_geo = posterior.thinned(outlook.draws), isinstance(plan, GeoBudgetPlan)
    future = any_future(few, len(plan.spend), frozenset(plan.answering), outlook, by_geo=by_geo)
    planned, today = (weekly_spend(future, f.drop(columns=list(plan.answering))) for f in (plan.spend, plan.today))
    wanted = future.weights({o.name: float(o.value or 1.0) for o in posterior.funnel.outcomes}, cost=0.0)
    found, spent = [], []
    for lever in levers_of(future):
        shares = pattern(planned[lever.row] if planned[lever.row].sum() > 0 else today[lever.row])
        found.append([_slope(future, laid, wanted, lever, shares, plan.total) for laid in (today, planned)])
        spent.append([float(laid[lever.row].sum()) for laid in (today, planned)])
    draws = np.moveaxis(np.array(found), 2, 0)
    unit = posterior.value_unit
    labels = {CHANNEL: future.set_channels, AT: (TODAY, PLAN)}
    figures = labelled(MARGINAL_ROAS, draws, labels, f"{unit.per_money()}, the next money", interval, spend=spent)
    return replace(figures, value_unit=unit)


def _slope(future: Future, laid: Array, wanted: ValueWeights, lever: Lever, shares: Array, total: float) -> Array:
    """Return what a little more money of a lever brings for one unit of it, shape (draws,)."""
    money = float(laid[lever.row].sum())
    low, high = (money * (1 - STEP / 2), money * (1 + STEP / 2)) if money > 0 else (0.0, STEP * total)
    ends = []
    for amount in (low, high):
        changed = laid.copy()
        changed[lever.row] = amount * (laid[lever.row] / money if money > 0 else shares)
        ends.append(future.plan_value(changed, wanted, slopes=False))
    induced = (ends[1].answered - ends[0].answered).sum(axis=1)
    return np.asarray((ends[1].value - ends[0].value) / (high - low + induced))
