"""The likelihood of a survey that follows the slow stock, with its derivatives. Compiled.

See :mod:`omnimix.mechanics.tracker` for the equations. Weeks are divided by what chance alone does to them, so that the
linear part is integrated out as that of a cell with noise sqrt(1 + spread).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.curves.slow_stock import FADING, SHARE, by_half_life, fill_up, pull_up
from omnimix.machine_code import INSIDE, OUTER, REASSOCIATE
from omnimix.model.likelihood import normal_likelihood

VALUE, WEIGHT = 0, 1  # rows of the series: y over its sd by chance, and 1 over that sd; 0 where nobody was asked


@njit(fastmath=REASSOCIATE, **INSIDE)
def stock_levels(tables: Any, work: Any, levels: Any, path: Any) -> float:
    """Fill the stock of every effect, shape (effects, weeks), and P, their sum in shares; return mean(P)."""
    weeks, window = path.shape[0], tables.sizes[0].window
    for week in range(weeks):
        path[week] = 0.0
    for k in range(tables.effects.shape[0]):
        slow = work.draw.slow[k]
        if slow[SHARE] < 0.0:
            continue
        fill_up(work.state.parts[k, 0], slow, levels[k])
        part = work.draw.scales[k] * slow[SHARE] / work.state.sizes[k]
        for week in range(weeks):
            path[week] += part * levels[k, week]
    total = 0.0
    for week in range(window, weeks):
        total += path[week]
    return total / (weeks - window)


@njit(**OUTER)
def tracker_scales(tables: Any, theta: Any, scales: Any) -> None:
    """Fill the scale of every column of the survey."""
    for k in range(scales.shape[0]):
        place = tables.tracker_terms[k]
        scales[k] = theta[place] if place >= 0 else 1.0


@njit(fastmath=REASSOCIATE, **INSIDE)
def tracker_mean(tables: Any, theta: Any, work: Any, mean: Any) -> None:
    """Fill slope x, shape (weeks,), in log odds."""
    levels, weeks = np.empty((tables.effects.shape[0], mean.shape[0])), mean.shape[0]
    usual = stock_levels(tables, work, levels, mean)
    slope = theta[tables.tracker[0].slope]
    for week in range(weeks):
        mean[week] = slope * (mean[week] / usual - 1.0)


@njit(fastmath=REASSOCIATE, **OUTER)
def observe_tracker(tables: Any, theta: Any, work: Any, by_response: Any, by_size: Any, grad: Any, only: int) -> float:
    """Return log p(survey) and add its gradient, but for what goes on through responses; 0 where there is none.

    It counts where ``only`` is -1 or the number of cells.

    ``by_response``, shape (effects, weeks), gets the derivative by the response of every effect through its stock,
    ``by_size``, shape (effects,), that by the mean of what the effect brings.
    """
    if tables.tracker.shape[0] == 0 or (only >= 0 and only != tables.cells.shape[0]):
        return 0.0
    row, series = tables.tracker[0], tables.tracker_series
    terms, weeks, effects = tables.tracker_design.shape[0], series.shape[1], tables.effects.shape[0]
    window = tables.sizes[0].window
    levels, path = np.empty((effects, weeks)), np.empty(weeks)
    usual = stock_levels(tables, work, levels, path)
    slope, noise = theta[row.slope], math.sqrt(1.0 + theta[row.spread])
    residual, by_mean, scales, by_scale = np.empty(weeks), np.empty(weeks), np.empty(terms), np.zeros(terms)
    for week in range(weeks):
        residual[week] = series[VALUE, week] - series[WEIGHT, week] * slope * (path[week] / usual - 1.0)
    tracker_scales(tables, theta, scales)
    value, by_noise = normal_likelihood(
        residual, tables.tracker_design, tables.tracker_gram, scales, noise, row.seen, by_mean, by_scale,
        np.empty((0, weeks)),
    )  # fmt: skip
    grad[row.spread] += 0.5 * by_noise / noise
    for k in range(terms):
        if tables.tracker_terms[k] >= 0:
            grad[tables.tracker_terms[k]] += by_scale[k]
    by_slope = along = 0.0
    for week in range(weeks):
        by_mean[week] *= series[WEIGHT, week]
        by_slope += by_mean[week] * (path[week] / usual - 1.0)
        along += by_mean[week] * path[week]
    grad[row.slope] += by_slope
    for week in range(weeks):  # from here on the derivative by P
        by_mean[week] *= slope / usual
        if week >= window:
            by_mean[week] -= slope * along / (usual * usual * (weeks - window))
    for k in range(effects):
        if work.draw.slow[k, SHARE] >= 0.0:
            _back_through_levels(k, tables, theta, work, by_mean, levels[k], by_response[k], by_size, grad)
    return value + row.constant


@njit(fastmath=REASSOCIATE, **INSIDE)
def _back_through_levels(
    k: int, tables: Any, theta: Any, work: Any, by_path: Any, levels: Any, by_response: Any, by_size: Any, grad: Any
) -> None:
    """Pull the derivative by P back to what of the stock is one effect's, and through the stock to its response."""
    effect, slow, response = tables.effects[k], work.draw.slow[k], work.state.parts[k, 0]
    contribution, share, size = work.draw.scales[k], slow[SHARE], work.state.sizes[k]
    weeks, window, along = by_path.shape[0], tables.sizes[0].window, 0.0
    for week in range(weeks):
        along += by_path[week] * levels[week]
    grad[effect.contribution] += along * share / size
    grad[effect.long_share] += along * contribution / size
    by_size[k] = -along * contribution * share / (size * size)
    for week in range(weeks):
        by_response[week] = contribution * share / size * by_path[week]
    by_fading, by_start = pull_up(response, slow, levels, by_response)
    for week in range(window, weeks):  # it began at the mean response of the window
        by_response[week] += by_start / (weeks - window)
    grad[effect.half_life] += by_fading * by_half_life(slow[FADING], theta[effect.half_life])
