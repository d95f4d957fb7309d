"""The audience that a fuelled channel works on: how many the stage brought over the last weeks."""

from __future__ import annotations

import numpy as np

from omnimix.data import Panel
from omnimix.mechanics.scaling import Array, Scaling
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
    filled, counted = (stage, np.ones(stage.shape[-1])) if known.all() else (np.where(known, stage, 0.0), known)
    total, count = np.zeros(filled.shape), np.zeros(counted.shape)
    for lag in range(min(weeks, stage.shape[-1])):
        total[..., lag:] += filled[..., : stage.shape[-1] - lag]
        count[..., lag:] += counted[..., : stage.shape[-1] - lag]
    total /= np.maximum(count, 1.0)
    if not known.all():
        total[np.broadcast_to(count == 0, total.shape)] = 1.0
    return total


def audience(scaling: Scaling, panel: Panel, channel: Channel) -> Array:
    """Return the realised audience of a fuelled channel over the training weeks, in typical weeks."""
    stage = str(channel.fuelled_by)
    series = panel.series(stage).reindex(scaling.weeks).to_numpy(dtype=float)
    return gathered(series / scaling.scale(stage).level, channel.fuel_weeks)
