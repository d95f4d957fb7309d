"""The audience that a fuelled channel works on: how many the stage brought over the last weeks."""

from __future__ import annotations

import numpy as np

from omnimix.data import Panel
from omnimix.mechanics.learned import Array, Learned
from omnimix.spec import Channel


def gathered(stage: Array, weeks: int) -> Array:
    """Return the mean of a stage over the last ``weeks`` weeks, those known among them; 1 where none is known.

    Args:
        stage: audience a week in typical weeks, shape (..., weeks); nan where it is unknown.
        weeks: weeks over which the audience gathers, the week itself included.

    >>> gathered(np.array([np.nan, 1.0, 3.0, 2.0]), 2)
    array([1. , 1. , 2. , 2.5])
    """
    known = np.isfinite(stage)
    total, count = np.zeros(stage.shape), np.zeros(stage.shape)
    for lag in range(min(weeks, stage.shape[-1])):
        total[..., lag:] += np.where(known, stage, 0.0)[..., : stage.shape[-1] - lag]
        count[..., lag:] += known[..., : stage.shape[-1] - lag]
    return np.where(count > 0, total / np.maximum(count, 1.0), 1.0)


def audience(learned: Learned, panel: Panel, channel: Channel) -> Array:
    """Return the realised audience of a fuelled channel over the training weeks, in typical weeks."""
    stage = str(channel.fuelled_by)
    series = panel.frame[stage].reindex(learned.weeks).to_numpy(dtype=float)
    return gathered(series / learned.scale(stage).level, channel.fuel_weeks)
