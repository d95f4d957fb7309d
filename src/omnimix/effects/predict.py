"""Prediction: what each outcome will be, with everything that is not known about it."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.effects.by_period import latest_period
from omnimix.effects.engine import Engine
from omnimix.effects.figures import Figures
from omnimix.effects.future_table import GivenRows, as_sent, read_future, require_same_everywhere, rows_of_geo
from omnimix.effects.geos import parts_of, require_by
from omnimix.effects.plan import ONE_WEEK, as_plan
from omnimix.effects.respond import expected, inverse_link
from omnimix.labels import DEFAULT_INTERVAL, DRAW, GEO, NODE, OUTCOME, WEEK
from omnimix.mechanics import Array, NodeScale
from omnimix.posterior import GeoPart, GeoPosterior, Posterior


@checked
def predict(
    posterior: Posterior | GeoPosterior | GeoPart,
    future: pd.DataFrame | None = None,
    *,
    by: str | None = None,
    interval: float = DEFAULT_INTERVAL,
    noise: bool = True,
    stages: bool = False,
    seed: int = 0,
) -> Figures:
    """Predict every outcome, week by week.

    Args:
        posterior: a fitted model.
        future: a weekly table with the panel's spend and control columns for the weeks to predict, continuing the
            training calendar; ``None`` predicts the data window itself, given its stages as observed. Spend of a
            channel that responds to a stage may be left out: then it is simulated as well. A channel may have columns
            of all its campaigns instead of its own; how it divides over them stays as it was. A channel that is not
            paid may have its exposure; without it, that is as in the same weeks of the year before. Of several geos it
            has a row a geo and week, and a column ``geo``; national columns are alike in all of them.
        by: ``"geo"`` predicts every geo; by default their sum, with the shocks that they have in common.
        interval: probability mass of the intervals.
        noise: include weekly noise and the wander of the level after the last week; ``False`` gives the
            interval of the expected outcome.
        stages: predict stages as well.
        seed: seed of that noise.

    Stages of later weeks are simulated under the plan, with their own noise; they are never held at what they were.

    Raises :class:`DataError` for a column that is missing, a cell that is no number, a control or an exposure that is
    empty, campaigns that do not add up to their channel and national columns that differ by geo, and
    :class:`OmnimixError` for an unusable plan.
    """
    require_by(posterior, by)
    generator = np.random.default_rng(seed)
    common: dict[str, Array] = {}
    require_same_everywhere(posterior, future)
    found = {
        geo: _of_one(part, rows_of_geo(posterior, future, geo), generator if noise else None, common)
        for geo, part in parts_of(posterior)
    }
    if by is None:
        draws = functools.reduce(_added, found.values())
    else:
        draws = xr.concat(list(found.values()), dim=pd.Index(list(found), name=GEO, dtype=object))
        draws = draws.transpose(DRAW, GEO, WEEK, OUTCOME)
    if not stages:
        draws = draws.sel({OUTCOME: [o.name for o in posterior.funnel.outcomes]})
    return Figures("prediction", draws, _unit(posterior, future), interval)


def _unit(posterior: Posterior, future: pd.DataFrame | None) -> str:
    """Return what a prediction is counted in and, where effects change over time, which of them it goes by."""
    span = None if future is None else latest_period(posterior)
    return "outcome units a week" + ("" if span is None else f", by the effects of {span[0]} to {span[1]}")


def _added(one: xr.DataArray, other: xr.DataArray) -> xr.DataArray:
    first, second = xr.align(one, other, join="outer", fill_value=0.0)
    return first + second


def _of_one(
    posterior: Posterior, future: GivenRows | None, generator: np.random.Generator | None, common: dict[str, Array]
) -> xr.DataArray:
    """Predict all nodes of one geo; ``common`` holds the shocks that all geos share, once they are drawn."""
    read = None if future is None else read_future(posterior, future)
    plan = as_plan(posterior, None) if read is None else as_sent(posterior, as_plan(posterior, read.spend), read)
    controls = None if read is None else read.controls
    weeks = pd.DatetimeIndex(plan.spend.index)
    shocks: dict[str, Array] = {}
    if generator is not None:
        if isinstance(posterior, GeoPart) and posterior.pooled and not common:
            common |= {s.name: _common_shock(posterior, s, weeks, generator) for s in posterior.scaling.equations}
        shocks = {s.name: _shock(posterior, s, weeks, generator) for s in posterior.scaling.equations}
        shocks = {name: shock + common.get(name, 0.0) for name, shock in shocks.items()}
    engine = Engine(posterior, weeks, controls, shocks)
    trajectory = engine.trajectory(plan)
    values = np.empty((posterior.size, len(plan.weeks), len(posterior.scaling.nodes)))
    for k, scale in enumerate(posterior.scaling.nodes):
        mean = (engine.mean(scale.name, trajectory) + shocks.get(scale.name, 0.0))[:, plan.reported]
        values[:, :, k] = expected(posterior, scale, mean) if generator is None else inverse_link(scale, mean)
    coords = {WEEK: plan.weeks, OUTCOME: [n.name for n in posterior.scaling.nodes]}
    return xr.DataArray(values, coords=coords, dims=(DRAW, WEEK, OUTCOME))


def _shock(posterior: Posterior, scale: NodeScale, weeks: pd.DatetimeIndex, generator: np.random.Generator) -> Array:
    """Draw weekly noise and the wander of the level after the training weeks, shape (draws, weeks)."""
    if isinstance(posterior, GeoPart) and posterior.pooled:
        size = posterior.flat("own_noise").sel({NODE: scale.name}).to_numpy()[:, None]
        wander = size * _wander(posterior, scale, weeks, generator, "own_level_scale")
        return np.asarray(wander + size * generator.standard_normal(wander.shape))
    wander = _wander(posterior, scale, weeks, generator, "level_scale")
    return wander + _noise(posterior, scale, wander.shape, generator)


def _common_shock(
    posterior: Posterior, scale: NodeScale, weeks: pd.DatetimeIndex, generator: np.random.Generator
) -> Array:
    """Draw what geos share of weekly noise and of the level's wander after the training weeks, (draws, weeks)."""
    size = posterior.flat("common_noise").sel({NODE: scale.name}).to_numpy()[:, None]
    wander = _wander(posterior, scale, weeks, generator, "level_scale")
    return wander + np.asarray(size * generator.standard_normal(wander.shape))


def _wander(
    posterior: Posterior, scale: NodeScale, weeks: pd.DatetimeIndex, generator: np.random.Generator, step_scale: str
) -> Array:
    """Draw the level's random walk on from the last training week; zero before it. Shape (draws, weeks)."""
    ahead = np.maximum(np.asarray((weeks - posterior.scaling.weeks[-1]) // ONE_WEEK, dtype=int), 0)
    out = np.zeros((posterior.size, len(weeks)))
    knots = posterior.scaling.knots
    if not knots or ahead.max() == 0:
        return out
    spacing = (knots[-1] - knots[0]) / (len(knots) - 1)
    step = posterior.flat(step_scale).sel({NODE: scale.name}).to_numpy() / np.sqrt(spacing)
    walk = np.cumsum(generator.standard_normal((posterior.size, int(ahead.max()))), axis=1) * step[:, None]
    return np.hstack([np.zeros((posterior.size, 1)), walk])[:, ahead]


def _noise(posterior: Posterior, scale: NodeScale, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    size = posterior.flat("noise").sel({NODE: scale.name}).to_numpy()[:, None]
    student = {n.name for n in posterior.funnel.nodes if n.likelihood == "student_t"}
    if scale.name not in student:
        return np.asarray(size * generator.standard_normal(shape))
    freedom = posterior.flat("degrees_of_freedom").sel({NODE: scale.name}).to_numpy()[:, None]
    return np.asarray(size * generator.standard_t(np.broadcast_to(freedom, shape)))
