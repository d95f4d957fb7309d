"""The expected series of every node under spend plans. Every figure is a difference of two of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from scipy import special

from omnimix.arguments import checked
from omnimix.effects.engine import Engine, at_once
from omnimix.effects.plan import Plan, as_plan
from omnimix.labels import CHANNEL, DRAW, NODE, WEEK
from omnimix.mechanics import Array, NodeScale
from omnimix.posterior import GeoPart, Posterior
from omnimix.spec import Outcome


@checked
def respond(
    posterior: Posterior | GeoPart, spend: pd.DataFrame | Plan | None = None, controls: pd.DataFrame | None = None
) -> xr.DataArray:
    """Return the expected weekly series of every node under a spend plan, dimensions draw, week and node.

    In the training weeks a node follows the stages as they were observed, changed by what the plan changes; later
    weeks are simulated stage by stage. A channel that responds to a stage answers to it, unless the plan has a column
    for it: then it is a lever.

    Args:
        posterior: a fitted model.
        spend: money a week, one column a channel, indexed by week; ``None`` is what was spent in the data window.
            Weeks before the plan carry over into it. Weeks after the training data may follow.
        controls: controls a week for the plan's weeks; known ones are taken from the training data, and weeks
            without any are held at the training mean, which cancels in differences between plans.

    Raises :class:`OmnimixError` for a plan that cannot be laid on the calendar.
    """
    plan = spend if isinstance(spend, Plan) else as_plan(posterior, spend)
    return respond_each(posterior, {"plan": plan}, controls)["plan"]


@dataclass(frozen=True)
class PlanOutcome:
    """What a plan brings and what it makes answering channels spend.

    Attributes:
        nodes: expected weekly series; dimensions draw, week, node.
        spend: money of the channels that answer to a stage; dimensions draw, week, channel.
    """

    nodes: xr.DataArray
    spend: xr.DataArray


def respond_each[Label](
    posterior: Posterior,
    plans: Mapping[Label, Plan],
    controls: pd.DataFrame | None = None,
    *,
    weeks: pd.DatetimeIndex | None = None,
) -> dict[Label, xr.DataArray]:
    """Return :func:`respond` of several plans, sharing the work; ``weeks`` as in :func:`simulate_plans`."""
    return {k: a.nodes for k, a in simulate_plans(posterior, plans, controls, weeks=weeks).items()}


def simulate_plans[Label](
    posterior: Posterior,
    plans: Mapping[Label, Plan],
    controls: pd.DataFrame | None = None,
    *,
    weeks: pd.DatetimeIndex | None = None,
) -> dict[Label, PlanOutcome]:
    """Simulate several plans on one timeline.

    ``weeks`` are the weeks to report; by default those of the plans, which then must agree.
    """
    first = next(iter(plans.values()))
    weeks = first.weeks if weeks is None else weeks
    engine = Engine(posterior, pd.DatetimeIndex(first.spend.index), controls)
    return dict(zip(plans, at_once(lambda plan: answer(engine, plan, weeks), plans.values()), strict=True))


def answer(engine: Engine, plan: Plan, weeks: pd.DatetimeIndex) -> PlanOutcome:
    """Simulate one plan and report the given weeks."""
    posterior, trajectory = engine.posterior, engine.trajectory(plan)
    first = int(engine.weeks.searchsorted(weeks[0]))
    rows = slice(first - engine.rows.start, first - engine.rows.start + len(weeks))  # weeks follow one another
    scales = posterior.scaling.nodes
    values = np.empty((len(scales), posterior.size, len(weeks)))
    for k, scale in enumerate(scales):
        values[k] = expected(posterior, scale, engine.mean(scale.name, trajectory)[:, rows])
    responding = [c.name for c in posterior.funnel.responding]
    spend = np.empty((posterior.size, len(weeks), len(responding)))
    for k, name in enumerate(responding):
        planned = plan.spend[name].to_numpy(dtype=float)
        spend[:, :, k] = (trajectory.spend.get(name, planned[None, engine.rows]))[:, rows]
    coords = {WEEK: weeks}
    return PlanOutcome(
        nodes=xr.DataArray(
            values, coords={NODE: [s.name for s in scales], **coords}, dims=(NODE, DRAW, WEEK)
        ).transpose(DRAW, WEEK, NODE),
        spend=xr.DataArray(spend, coords={**coords, CHANNEL: responding}, dims=(DRAW, WEEK, CHANNEL)),
    )


def inverse_link(scale: NodeScale, mean: Array) -> Array:
    """Return a node in its own units from its value on the model's scale."""
    return np.exp(scale.shift + scale.scale * mean) if scale.log else scale.shift + scale.scale * mean


def expected(posterior: Posterior, scale: NodeScale, mean: Array) -> Array:
    """Return the expected node from its mean on the model's scale, shape (draws, weeks).

    Where effects multiply, the mean of what noise spreads lies above its middle: by exp(noise^2 / 2).
    """
    if not scale.log:
        return inverse_link(scale, mean)
    noise = posterior.numbers("noise", **{NODE: scale.name})[:, None]
    return inverse_link(scale, mean + 0.5 * noise**2)


def values(posterior: Posterior) -> xr.DataArray:
    """Return money for one unit of every outcome, dimension node; 1 each where nobody said what a unit is worth."""
    outcomes = posterior.funnel.outcomes
    return xr.DataArray([o.value or 1.0 for o in outcomes], coords={NODE: [o.name for o in outcomes]}, dims=NODE)


def values_by_draw(posterior: Posterior) -> xr.DataArray:
    """Return :func:`values` as each draw has them where a value is not sure, dimensions draw and node.

    Values are log-normal with the stated mean and error, spread evenly over the draws and independent of them. Outcomes
    whose value and error are the same are worth the same in every draw: both are of one lifetime value.
    """
    worth, outcomes = values(posterior), posterior.funnel.outcomes
    if not any(o.value_error for o in outcomes):
        return worth
    columns = [_worth_by_draw(o, posterior.size) for o in outcomes]
    return xr.DataArray(np.stack(columns, axis=1), coords={NODE: worth[NODE]}, dims=(DRAW, NODE))


def _worth_by_draw(outcome: Outcome, size: int) -> Array:
    value = outcome.value or 1.0
    if not outcome.value_error:
        return np.full(size, value)
    spread = np.sqrt(np.log1p((outcome.value_error / value) ** 2))
    order = np.random.default_rng(np.array([value, outcome.value_error]).view(np.uint32)).permutation(size)
    ranks = (order + 0.5) / size
    drawn = np.exp(spread * special.ndtri(ranks))
    return np.asarray(value * drawn / drawn.mean())


def money_by_week(posterior: Posterior, nodes: xr.DataArray) -> xr.DataArray:
    """Return the money that all outcomes are worth a week; dimensions draw and week."""
    return (nodes * values_by_draw(posterior)).sum(NODE)


def money(posterior: Posterior, nodes: xr.DataArray) -> xr.DataArray:
    """Return the money that all outcomes are worth over all weeks, one figure a draw."""
    return money_by_week(posterior, nodes).sum(WEEK)
