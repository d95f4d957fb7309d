"""What every channel brings at other money than planned, all else as planned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from omnimix.arguments import checked
from omnimix.budget.current_plan import pattern, weekly_spend
from omnimix.budget.geo_future import any_future
from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.budget.labelled import labelled
from omnimix.budget.lever import levers_of
from omnimix.budget.outlook import Outlook
from omnimix.budget.plan import BudgetPlan
from omnimix.budget.support import seen
from omnimix.effects import Figures, require_usable
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL
from omnimix.posterior import GeoPosterior, Posterior

POINTS = 12
BEYOND = 1.25  # times the most of plan, today and what the data have seen
POINT = "point"


@checked
def plan_response(
    posterior: Posterior | GeoPosterior,
    plan: BudgetPlan,
    *,
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return what the money of every set channel brings at several amounts, all other channels as planned.

    The value is that of all outcomes with the channel less that without it in these weeks, the money that answering
    channels then spend taken off (not from units: outcomes without a value). A channel keeps the plan's weekly pattern
    (today's where the plan has none).

    The labels are ``channel`` and ``point``: amounts from nothing upwards, then today's and the plan's. ``spend`` is
    the money of a point, ``is_today`` and ``is_plan`` mark those two, and ``extrapolated`` what the data have not seen.

    Raises :class:`BudgetError` for a plan of other weeks, :class:`FitError` for a fit that did not converge, unless
    ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    outlook = outlook or Outlook()
    few, by_geo = posterior.thinned(outlook.draws), isinstance(plan, GeoBudgetPlan)
    future = any_future(few, len(plan.spend), frozenset(plan.answering), outlook, by_geo=by_geo)
    planned, today = (weekly_spend(future, f.drop(columns=list(plan.answering))) for f in (plan.spend, plan.today))
    unit = posterior.value_unit
    wanted = future.weights({o.name: float(o.value or 1.0) for o in posterior.funnel.outcomes}, cost=unit.price)
    support = seen(future)
    values, spends, marks = [], [], []
    for lever in levers_of(future):
        shares = pattern(planned[lever.row] if planned[lever.row].sum() > 0 else today[lever.row])
        now, then = float(today[lever.row].sum()), float(planned[lever.row].sum())
        top = BEYOND * max(now, then, float(support.table["highest"].iloc[lever.row]))
        laid, found, marked = planned.copy(), [], []
        spend = [*np.linspace(0.0, top, POINTS), now, then]
        for amount in spend:
            laid[lever.row] = amount * shares
            found.append(future.plan_value(laid, wanted, slopes=False).value)
            marked.append(bool(support.outside(laid)[lever.row].any()))
        values.append(np.stack(found, axis=1) - found[0][:, None])
        spends.append(spend)
        marks.append(marked)
    points = np.tile(np.arange(POINTS + 2), (len(values), 1))
    known = {"spend": spends, "extrapolated": marks, "is_today": points == POINTS, "is_plan": points == POINTS + 1}
    labels, told = (
        {CHANNEL: future.set_channels, POINT: range(POINTS + 2)},
        f"{unit.name()} over the window and after",
    )
    figures = labelled("plan_response", np.stack(values, axis=1), labels, told, interval, **known)
    figures.draws.attrs["channels"] = future.names  # a channel has its colour by its place among all
    return replace(figures, value_unit=unit)
