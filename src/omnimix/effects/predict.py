"""Prediction: what each outcome will be, with everything that is not known about it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.effects.figures import Figures
from omnimix.effects.plan import ONE_WEEK, as_plan
from omnimix.effects.respond import expected, linked, mean_of_node
from omnimix.errors import DataError
from omnimix.labels import DEFAULT_INTERVAL, DRAW, NODE, OUTCOME, WEEK
from omnimix.mechanics import Array, NodeScale
from omnimix.posterior import Posterior


def predict(
    posterior: Posterior,
    future: pd.DataFrame | None = None,
    *,
    interval: float = DEFAULT_INTERVAL,
    noise: bool = True,
    seed: int = 0,
) -> Figures:
    """Predict every outcome, week by week.

    Args:
        posterior: a fitted model.
        future: a weekly table with the panel's spend and control columns for the weeks to predict, continuing the
            training calendar; ``None`` predicts the data window itself.
        interval: probability mass of the intervals.
        noise: include weekly noise and the wander of the level after the last week; ``False`` gives the
            interval of the expected outcome.
        seed: seed of that noise.

    Raises :class:`DataError` for a control that is missing or empty and :class:`OmnimixError` for an unusable plan.
    """
    spend, controls = (None, None) if future is None else _read(posterior, future)
    plan = as_plan(posterior, spend)
    generator = np.random.default_rng(seed)
    nodes = [n for n in posterior.learned.nodes if n.name in {o.name for o in posterior.funnel.outcomes}]
    values = np.empty((posterior.size, len(plan.weeks), len(nodes)))
    for k, scale in enumerate(nodes):
        mean = mean_of_node(posterior, scale, plan, controls)
        if noise:
            mean = (
                mean
                + _wander(posterior, scale, plan.weeks, generator)
                + _noise(posterior, scale, mean.shape, generator)
            )
        values[:, :, k] = linked(scale, mean) if noise else expected(posterior, scale, mean)
    coords = {WEEK: plan.weeks, OUTCOME: [n.name for n in nodes]}
    draws = xr.DataArray(values, coords=coords, dims=(DRAW, WEEK, OUTCOME))
    return Figures("prediction", draws, "outcome units a week", interval)


def _read(posterior: Posterior, future: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    frame = future.set_index(WEEK) if WEEK in future.columns else future
    frame = frame.set_axis(pd.DatetimeIndex(frame.index, name=WEEK), axis=0)
    funnel = posterior.funnel
    wanted = {c.name: c.spend_column for c in funnel.channels}
    missing = [c for c in (*wanted.values(), *funnel.controls) if c not in frame.columns]
    if missing:
        raise DataError(
            f"the future table lacks the columns {', '.join(missing)}; give spend and controls for every week."
        )
    empty = [c for c in funnel.controls if frame[c].isna().any()]
    if empty:
        raise DataError(f"the controls {', '.join(empty)} are empty in some future weeks; give every week a value.")
    spend = pd.DataFrame({name: frame[column] for name, column in wanted.items()})
    return spend, frame[list(funnel.controls)] if funnel.controls else None


def _wander(posterior: Posterior, scale: NodeScale, weeks: pd.DatetimeIndex, generator: np.random.Generator) -> Array:
    """Draw the level's random walk on from the last training week; zero before it. Shape (draws, weeks)."""
    ahead = np.maximum(np.asarray((weeks - posterior.learned.weeks[-1]) // ONE_WEEK, dtype=int), 0)
    out = np.zeros((posterior.size, len(weeks)))
    knots = posterior.learned.knots
    if not knots or ahead.max() == 0:
        return out
    spacing = (knots[-1] - knots[0]) / (len(knots) - 1)
    step = posterior.flat("level_scale").sel({NODE: scale.name}).to_numpy() / np.sqrt(spacing)
    walk = np.cumsum(generator.standard_normal((posterior.size, int(ahead.max()))), axis=1) * step[:, None]
    return np.hstack([np.zeros((posterior.size, 1)), walk])[:, ahead]


def _noise(posterior: Posterior, scale: NodeScale, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    size = posterior.flat("noise").sel({NODE: scale.name}).to_numpy()[:, None]
    node = next(n for n in posterior.funnel.nodes if n.name == scale.name)
    if node.likelihood != "student_t":
        return np.asarray(size * generator.standard_normal(shape))
    freedom = posterior.flat("degrees_of_freedom").sel({NODE: scale.name}).to_numpy()[:, None]
    return np.asarray(size * generator.standard_t(np.broadcast_to(freedom, shape)))
