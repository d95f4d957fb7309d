"""The engine: the whole funnel simulated forward under a spend plan. Every figure is a difference of two calls."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.effects.plan import Plan, as_plan
from omnimix.labels import CONTRIBUTION_SHARE, DRAW, NODE, TERM, WEEK
from omnimix.mechanics import Array, NodeScale
from omnimix.mechanics.compiled import responses_over_draws
from omnimix.posterior import Posterior

BASELINE = "baseline_coefficient"


def respond(
    posterior: Posterior, spend: pd.DataFrame | Plan | None = None, controls: pd.DataFrame | None = None
) -> xr.DataArray:
    """Return the expected weekly outcome of every node under a spend plan, dimensions draw, week and node.

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


def respond_each[Label](
    posterior: Posterior,
    plans: Mapping[Label, Plan],
    controls: pd.DataFrame | None = None,
    *,
    weeks: pd.DatetimeIndex | None = None,
) -> dict[Label, xr.DataArray]:
    """Return :func:`respond` of several plans, working out each channel's path only once.

    ``weeks`` are the weeks to report; by default those of the plans, which then must agree.
    """
    weeks = next(iter(plans.values())).weeks if weeks is None else weeks
    nodes = posterior.learned.nodes
    base = {n.name: baseline(posterior, n, weeks, controls) for n in nodes}
    paths = Paths(posterior, weeks)
    out = {}
    for label, plan in plans.items():
        values = np.empty((posterior.size, len(weeks), len(nodes)))
        for k, scale in enumerate(nodes):
            values[:, :, k] = expected(posterior, scale, base[scale.name] + paths.media(scale, plan))
        coords = {WEEK: weeks, NODE: [n.name for n in nodes]}
        out[label] = xr.DataArray(values, coords=coords, dims=(DRAW, WEEK, NODE))
    return out


def mean_of_node(posterior: Posterior, scale: NodeScale, plan: Plan, controls: pd.DataFrame | None) -> Array:
    """Return a node's mean on the model's scale under a plan, shape (draws, weeks)."""
    return baseline(posterior, scale, plan.weeks, controls) + Paths(posterior, plan.weeks).media(scale, plan)


class Paths:
    """Remembers what each channel does to each node under an exposure, so that plans that share it share the work."""

    def __init__(self, posterior: Posterior, weeks: pd.DatetimeIndex) -> None:
        self._posterior, self._weeks = posterior, weeks
        self._memory: dict[tuple[str, str, bytes], Array] = {}

    def media(self, scale: NodeScale, plan: Plan) -> Array:
        """Return the media part of a node's mean on the model's scale, shape (draws, weeks)."""
        posterior = self._posterior
        node = next(n for n in posterior.funnel.nodes if n.name == scale.name)
        rows = plan.exposure.index.get_indexer(self._weeks)
        total = np.zeros((posterior.size, len(self._weeks)))
        for channel in posterior.funnel.drivers(node):
            exposure = np.ascontiguousarray(plan.exposure[channel.name].to_numpy(dtype=float))
            key = (scale.name, channel.name, exposure.tobytes())
            if key not in self._memory:
                self._memory[key] = channel_response(posterior, scale.name, channel.name, exposure)[:, rows]
            total += self._memory[key]
        return total


def baseline(posterior: Posterior, scale: NodeScale, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None) -> Array:
    """Return the linear part of a node's mean on the model's scale, shape (draws, weeks)."""
    design = posterior.design(weeks, known_controls(posterior, weeks, controls))
    coefficients = posterior.flat(BASELINE).sel({NODE: scale.name}).sel({TERM: list(design.terms)}).to_numpy()
    return np.asarray(coefficients @ design.matrix.T) + design.prior_mean(scale)


def known_controls(posterior: Posterior, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None) -> pd.DataFrame | None:
    """Join planned controls to those of the training weeks; weeks with neither get the training mean."""
    names = list(posterior.funnel.controls)
    if not names:
        return None
    frame = posterior.panel.frame[names].reindex(weeks)
    if controls is not None:
        planned = controls.set_index(WEEK) if WEEK in controls.columns else controls
        frame = planned.reindex(weeks).reindex(columns=names).combine_first(frame)[names]
    return frame.fillna(pd.Series(posterior.learned.control_center))


def linked(scale: NodeScale, mean: Array) -> Array:
    """Return the outcome in its own units from its value on the model's scale."""
    return np.exp(scale.shift + scale.scale * mean) if scale.log else scale.shift + scale.scale * mean


def expected(posterior: Posterior, scale: NodeScale, mean: Array) -> Array:
    """Return the expected outcome from its mean on the model's scale, shape (draws, weeks).

    Where effects multiply, the mean of what noise spreads lies above its middle: by exp(noise^2 / 2).
    """
    if not scale.log:
        return linked(scale, mean)
    noise = posterior.flat("noise").sel({NODE: scale.name}).to_numpy()[:, None]
    return linked(scale, mean + 0.5 * noise**2)


def channel_response(posterior: Posterior, node: str, channel: str, exposure: Array) -> Array:
    """Return what one channel adds to a node's mean on the model's scale, shape (draws, weeks).

    ``exposure`` is in typical weeks on a timeline that begins with the training weeks.
    """
    record, learned = posterior.funnel.channel(channel), posterior.learned
    adstock, saturation = record.curves
    trained = posterior.panel.frame[record.exposure_column].reindex(learned.weeks).to_numpy(dtype=float)
    out = np.empty((posterior.size, exposure.size))
    responses_over_draws()(
        np.array([adstock.code, saturation.code, record.lags], dtype=np.int64),
        posterior.curve_draws(node, channel),
        posterior.flat(CONTRIBUTION_SHARE).sel(node=node, channel=channel).to_numpy().copy(),
        trained / learned.typical_exposure[channel],
        learned.window,
        exposure,
        out,
    )
    return out
