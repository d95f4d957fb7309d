"""What the model expects of the survey that follows the slow stock, week by week, beside what was found."""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.effects.slow_part import half_life, stock_path
from omnimix.labels import LOWER, MEAN, NODE, UPPER, WEEK
from omnimix.mechanics import Array
from omnimix.mechanics.parameters import TRACKER_SCALES, TRACKER_SLOPE, TRACKER_SPREAD
from omnimix.mechanics.tracker import Tracker, tracker_of
from omnimix.posterior import Posterior

SHARE, ASKED = "share", "asked"


def survey_table(posterior: Posterior, interval: float, seed: int = 0) -> pd.DataFrame | None:
    """Return one row a training week: the share found, how many were asked, and what the model expects.

    ``mean``, ``lower`` and ``upper`` are of what a survey would find in a week in which people were asked, chance and
    design effect included, and of the share itself in all other weeks. ``None`` for a fit without a tracker.
    """
    roles, scaling = posterior.funnel.roles, posterior.scaling
    tracker = tracker_of(posterior.funnel, scaling, posterior.panel)
    if tracker is None or roles.tracker is None:
        return None
    generator = np.random.default_rng(seed)
    moved = posterior.numbers(TRACKER_SLOPE, **_home(posterior))[:, None] * stock_path(posterior)
    noise = np.sqrt(1.0 + posterior.numbers(TRACKER_SPREAD, **_home(posterior)))
    expected = moved + _linear_part(posterior, tracker, moved, noise, generator)
    chance = np.where(tracker.seen, tracker.sd, 0.0) * noise[:, None] * generator.standard_normal(expected.shape)
    share = np.clip(tracker.level + tracker.unit * (expected + chance), 0.0, 1.0)
    low, high = np.quantile(share, [(1 - interval) / 2, (1 + interval) / 2], axis=0)
    asked = posterior.panel.series(roles.tracker[1]).reindex(scaling.weeks).to_numpy(dtype=float)
    return pd.DataFrame(
        {
            WEEK: scaling.weeks,
            SHARE: tracker.share,
            ASKED: np.where(tracker.seen, asked, np.nan),
            MEAN: share.mean(axis=0),
            LOWER: low,
            UPPER: high,
        }
    )


def half_life_learned(posterior: Posterior) -> float:
    """Return the posterior spread of the half-life over its prior's, both of its logarithm: near 1 data were silent."""
    stock = posterior.funnel.stock
    assert stock is not None
    return float(np.log(half_life(posterior)).std() / stock.stock.prior.arguments[1])


def _home(posterior: Posterior) -> dict[str, str]:
    return {NODE: posterior.funnel.slow_nodes()[0]}


def _linear_part(
    posterior: Posterior, tracker: Tracker, moved: Array, noise: Array, generator: np.random.Generator
) -> Array:
    """Draw level, trend and season of the survey given all else, shape (draws, weeks), in log odds.

    Given the rest the coefficients are Gaussian with precision (I + D Z'Z D / noise^2) in units of their prior sds.
    """
    seen, scales = tracker.seen, np.ones((len(noise), len(tracker.terms)))
    for k, group in enumerate(tracker.groups):
        if group in TRACKER_SCALES:
            scales[:, k] = posterior.numbers(TRACKER_SCALES[group], **_home(posterior))
    z = tracker.columns[:, seen] / tracker.sd[seen]
    residual = (tracker.deviation - moved)[:, seen] / tracker.sd[seen]
    precision = np.eye(len(z)) + scales[:, :, None] * (z @ z.T) * scales[:, None, :] / noise[:, None, None] ** 2
    towards = scales * (residual @ z.T) / noise[:, None] ** 2
    lower = np.linalg.cholesky(precision)
    away = generator.standard_normal(scales.shape)
    middle = np.linalg.solve(precision, towards[:, :, None])[:, :, 0]
    drawn = middle + np.linalg.solve(lower.transpose(0, 2, 1), away[:, :, None])[:, :, 0]
    return np.asarray((scales * drawn) @ tracker.columns)
