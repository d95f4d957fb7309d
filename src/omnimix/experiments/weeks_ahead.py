"""What the weeks to come will show under any spend, all with one and the same noise, and how sure a test in them is.

A test of a channel for some weeks of a whole country is held against what the model foresees for these weeks as usual.
With S the covariance of that forecast over all stages, outcomes and weeks (noise, wander of the level and everything
unknown but the tested return h) and -h g the difference that the test makes, generalised least squares find h with

    error^2 = 1 / (g' S^-1 g).

S and g are taken from draws; the inverse of a covariance of n draws of k series is scaled by (n - k - 2) / n.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from omnimix.effects.controls_ahead import controls_ahead
from omnimix.effects.future import Future
from omnimix.effects.predict import predict
from omnimix.labels import DRAW, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior

EPSILON = 1e-12


def weeks_ahead(posterior: Posterior, future: Future, seed: int) -> Callable[[Array], Array]:
    """Return a function from money, shape (channels, weeks), to stages and outcomes of these weeks, (draws, series).

    Controls are those of the same weeks a year before. Channels that answer and are no levers answer.
    """
    controls = controls_ahead(posterior, future.calendar, None)
    columns = {c.name: c.spend_column for c in posterior.funnel.bought}

    def weeks(money: Array) -> Array:
        spend = pd.DataFrame(money.T, index=future.calendar, columns=list(future.names))[[*future.set_channels]]
        table = spend.rename(columns=columns)
        table = table if controls is None else table.join(controls)
        found = predict(posterior, table.rename_axis(WEEK).reset_index(), stages=True, seed=seed).draws
        series: Array = found.transpose(DRAW, ...).to_numpy().reshape(posterior.size, -1)
        return series

    return weeks


def error_against_forecast(quantity: Array, usual: Array, tested: Array) -> float:
    """Return the standard error with which tested weeks tell a quantity.

    Args:
        quantity: the return that the test measures, shape (draws,).
        usual: the weeks as usual, shape (draws, series).
        tested: the same weeks with the test, of the same noise.
    """
    draws, series = usual.shape
    apart, away = usual - usual.mean(axis=0), quantity - quantity.mean()
    by_quantity = apart.T @ away / max(float(away @ away), EPSILON)
    rest = apart - np.outer(away, by_quantity)
    size = np.maximum(rest.std(axis=0), EPSILON)
    covariance = (rest / size).T @ (rest / size) / max(draws - series - 2, 1)
    signal = (tested - usual).T @ quantity / max(float(quantity @ quantity), EPSILON) / size
    told = float(signal @ np.linalg.lstsq(covariance, signal, rcond=None)[0])
    return 1.0 / np.sqrt(told) if told > 0 else np.inf
