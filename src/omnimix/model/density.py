"""The density of a whole funnel and its gradient in one compiled pass over tables that describe it.

A new funnel is other tables, no new machine code. The means of cells are those of :mod:`omnimix.model.means`; baseline
and kappa are linear and Gaussian and integrated out (:mod:`omnimix.model.likelihood`). The way back runs from the last
cell to the first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.curves.frequency import MET
from omnimix.curves.slow_stock import FADING, SHARE, by_half_life, pull_back
from omnimix.machine_code import INSIDE, OUTER, REASSOCIATE
from omnimix.model.likelihood import normal_likelihood, student_likelihood
from omnimix.model.means import column_count, fill_columns, middle_of, residual_of, run, work_space
from omnimix.model.total_density import total_log_density
from omnimix.model.tracker_density import observe_tracker
from omnimix.model.transforms import constrain_all, pull_followers


class Back(NamedTuple):
    """Derivatives of the log likelihood on the way back, shape (cells or nodes, weeks)."""

    mean: Any
    media: Any
    own: Any
    demand: Any
    series: Any
    exposure: Any  # (levers, weeks); no row where no channel has campaigns
    response: Any  # (effects, weeks): through the stock that a survey follows; no row where none does
    size: Any  # (effects,): by the mean of what an effect brings, likewise


@njit(fastmath=REASSOCIATE, **OUTER)
def _observe(tables: Any, cell: int, theta: Any, work: Any, back: Any, grad: Any) -> float:
    """Return log p(observed weeks) and spread its derivatives over mean, noise, scales and the parents' demand."""
    row, terms, weeks = tables.cells[cell], tables.design.shape[1], work.series.shape[1]
    size = column_count(tables, cell)
    columns, scales, residual = np.empty((size, weeks)), np.empty(size), np.empty(weeks)
    fill_columns(tables, cell, theta, work.demand, columns, scales)
    residual_of(tables, cell, work, residual)
    by_scale, by_column, noise = np.zeros(size), np.zeros((size - terms, weeks)), theta[row.noise]
    if row.student == 1:
        raw = theta[row.freedom + 1 : row.freedom + 1 + size]
        by_raw = np.empty(size)
        value, by_noise, by_freedom = student_likelihood(
            residual, tables.seen[cell], columns, scales, raw, noise, theta[row.freedom], back.mean[cell], by_scale,
            by_raw,
        )  # fmt: skip
        grad[row.freedom] += by_freedom
        for k in range(size):
            grad[row.freedom + 1 + k] += by_raw[k]
        for k in range(terms, size):
            for week in range(weeks):
                by_column[k - terms, week] = back.mean[cell, week] * scales[k] * raw[k]
    else:
        value, by_noise = normal_likelihood(
            residual, columns, tables.gram[cell], scales, noise, row.seen, back.mean[cell], by_scale, by_column
        )
    grad[row.noise] += by_noise
    for k in range(terms):
        if tables.term_scales[cell, k] >= 0:
            grad[tables.term_scales[cell, k]] += by_scale[k]
    at = terms
    for k in range(row.first_shock, row.stop_shock):
        shock = tables.shocks[k]
        other = tables.cells[shock.parent].noise
        grad[row.noise] += by_scale[at] * scales[at] / noise
        grad[other] -= by_scale[at] * scales[at] / theta[other]
        for week in range(tables.sizes[0].window + shock.lag, weeks):
            back.demand[shock.parent, week - shock.lag] += by_column[at - terms, week] * tables.seen[cell, week]
        at += 1
    return value


@njit(fastmath=REASSOCIATE, **INSIDE)
def _back_through_parent(k: int, tables: Any, work: Any, back: Any, grad: Any) -> None:
    """Pull the derivatives by a node's mean and media part back through a link, to effect, kernel and parent."""
    row, effect, kernel = tables.parents[k], work.draw.parent_effects[k], work.draw.parent_kernels[k]
    mean, media, weeks = back.mean[row.cell], back.media[row.cell], work.series.shape[1]
    their_media, their_demand = work.state.media[row.parent], work.demand[row.parent]
    by_media, by_demand = back.media[row.parent], back.demand[row.parent]
    by_effect = 0.0
    for week in range(weeks):
        by_effect += media[week] * work.carried_media[k, week] + mean[week] * work.carried_demand[k, week]
    grad[row.effect] += by_effect
    for lag in range(min(row.lags, weeks)):
        by_weight, weight = 0.0, effect * kernel[0, lag]
        for week in range(weeks - lag):
            by_weight += media[week + lag] * their_media[week] + mean[week + lag] * their_demand[week]
            by_media[week] += weight * media[week + lag]
            by_demand[week] += weight * mean[week + lag]
        if row.adstock_first >= 0:
            grad[row.adstock_first] += effect * by_weight * kernel[1, lag]
        if row.adstock_second >= 0:
            grad[row.adstock_second] += effect * by_weight * kernel[2, lag]
        if row.adstock_third >= 0:
            grad[row.adstock_third] += effect * by_weight * kernel[3, lag]


@njit(**INSIDE)
def _brought(k: int, work: Any) -> Any:
    """Return the response of an effect, with what comes through the slow stock and with its change over time."""
    found = work.state.parts[k, 0]
    if work.draw.slow[k, SHARE] >= 0.0 or work.draw.levels.shape[0] > 0:
        found = work.state.brought[k]
    return found


@njit(**INSIDE)
def _met(row: Any, work: Any) -> Any:
    """Return what the carryover of an effect met: exposure, or reach times what it was worth.

    Of the latter, parts 2 and 3 are the derivatives by what it was worth, carried over as well.
    """
    found = work.state.exposure[row.lever]
    if row.frequency >= 0:
        found = work.state.met[row.frequency, MET]
    return found


@njit(fastmath=REASSOCIATE, **INSIDE)
def _back_through_stock(k: int, tables: Any, theta: Any, work: Any, back: Any, pull: Any, grad: Any) -> None:
    """Turn ``pull``, the derivative by what an effect brings, into that by its response; the stock gets its own.

    A survey that follows the stock adds what it says of both.
    """
    row, slow, response, window = tables.effects[k], work.draw.slow[k], work.state.parts[k, 0], tables.sizes[0].window
    surveyed = back.size.shape[0] > 0
    if surveyed:
        for week in range(window, pull.shape[0]):
            pull[week] += back.size[k] / (pull.shape[0] - window)
    by_share, by_fading, by_start = pull_back(response, slow, pull)
    grad[row.long_share] += by_share
    grad[row.half_life] += by_fading * by_half_life(slow[FADING], theta[row.half_life])
    for week in range(window, pull.shape[0]):  # it began at the mean response of the window
        pull[week] += by_start / (pull.shape[0] - window)
    if surveyed:
        for week in range(pull.shape[0]):
            pull[week] += back.response[k, week]


@njit(fastmath=REASSOCIATE, **INSIDE)
def _back_through_periods(k: int, tables: Any, theta: Any, work: Any, pull: Any, grad: Any) -> None:
    """Turn ``pull``, the derivative by what an effect brings, into that by its response; periods get their own."""
    if tables.changes.shape[0] == 0:
        return
    change, levels, brought = tables.changes[tables.effects[k].channel], work.draw.levels[k], work.state.brought[k]
    spread, by_spread = theta[change.spread], 0.0
    for week in range(pull.shape[0]):
        by_log, place = pull[week] * brought[week], change.first + tables.periods[week]
        grad[place] += by_log * spread
        by_spread += by_log * theta[place]
        pull[week] *= levels[week]
    grad[change.spread] += by_spread


@njit(fastmath=REASSOCIATE, **INSIDE)
def _back_through_effect(
    k: int, tables: Any, theta: Any, work: Any, wanted: Any, back: Any, pull: Any, grad: Any
) -> None:
    """Pull ``wanted``, the derivative by what an effect brings, back to its contribution, curves and slow stock.

    What is left in ``pull`` is the derivative by the exposure after carryover.
    """
    row, parts, size, weeks = tables.effects[k], work.state.parts[k], work.state.sizes[k], wanted.shape[0]
    window, contribution, kernel = tables.sizes[0].window, work.draw.scales[k], work.draw.kernels[k]
    exposure, slow, brought = _met(row, work), work.draw.slow[k], _brought(k, work)
    along = 0.0
    for week in range(weeks):
        along += wanted[week] * brought[week]
    grad[row.contribution] += along / size
    scale, drift = contribution / size, contribution * along / (size * size * (weeks - window))
    for week in range(weeks):
        pull[week] = scale * wanted[week]
    for week in range(window, weeks):
        pull[week] -= drift
    _back_through_periods(k, tables, theta, work, pull, grad)
    if slow[SHARE] >= 0.0:
        _back_through_stock(k, tables, theta, work, back, pull, grad)
    first, second = 0.0, 0.0
    for week in range(weeks):
        first += pull[week] * parts[2, week]
        second += pull[week] * parts[3, week]
        pull[week] *= parts[1, week]
    if row.saturation_first >= 0:
        grad[row.saturation_first] += first
    if row.saturation_second >= 0:
        grad[row.saturation_second] += second
    first, second, third = 0.0, 0.0, 0.0
    for lag in range(min(row.lags, weeks)):
        by_weight = 0.0
        for week in range(weeks - lag):
            by_weight += pull[week + lag] * exposure[week]
        first += by_weight * kernel[1, lag]
        second += by_weight * kernel[2, lag]
        third += by_weight * kernel[3, lag]
    if row.adstock_first >= 0:
        grad[row.adstock_first] += first
    if row.adstock_second >= 0:
        grad[row.adstock_second] += second
    if row.adstock_third >= 0:
        grad[row.adstock_third] += third


@njit(fastmath=REASSOCIATE, **INSIDE)
def _back_through_carryover(k: int, tables: Any, work: Any, pull: Any, by_exposure: Any) -> None:
    """Add the derivative by a lever's exposure, given that by the exposure after carryover."""
    kernel, weeks = work.draw.kernels[k], pull.shape[0]
    for lag in range(min(tables.effects[k].lags, weeks)):
        for week in range(weeks - lag):
            by_exposure[week] += kernel[0, lag] * pull[week + lag]


@njit(fastmath=REASSOCIATE, **INSIDE)
def _back_through_campaigns(k: int, tables: Any, theta: Any, work: Any, back: Any, grad: Any) -> None:
    """Pull the derivative by a channel's exposure back to its campaigns and to how far they may differ."""
    mix, middle = tables.mixes[k], middle_of(tables.mixes[k], tables.campaigns, theta)
    by_exposure, looseness, total, by_looseness = back.exposure[mix.lever], theta[mix.looseness], 0.0, 0.0
    by_log = np.empty(mix.stop - mix.first)
    for at in range(mix.first, mix.stop):
        row, along = tables.campaigns[at], 0.0
        for week in range(by_exposure.shape[0]):
            along += by_exposure[week] * tables.campaign_exposure[at, week]
        by_log[at - mix.first] = along * work.multipliers[at]
        total += by_log[at - mix.first]
        by_looseness += by_log[at - mix.first] * (row.width * theta[row.parameter] - middle)
    for at in range(mix.first, mix.stop):
        row = tables.campaigns[at]
        grad[row.parameter] += looseness * row.width * (by_log[at - mix.first] - row.weight * total)
    grad[mix.looseness] += by_looseness


@njit(fastmath=REASSOCIATE, **OUTER)
def log_likelihood(tables: Any, theta: Any, grad: Any, only: int) -> float:
    """Return the log likelihood at ``theta`` and add its gradient to ``grad``, shape (parameters,).

    ``only`` is the number of the one cell to count, or -1 for all of them; a survey comes after the cells.
    """
    work = work_space(tables)
    run(tables, theta, work)
    cells, weeks = work.series.shape
    nodes = work.demand.shape[0]
    surveyed = tables.effects.shape[0] if tables.tracker.shape[0] > 0 else 0
    back = Back(
        np.zeros((cells, weeks)), np.zeros((nodes, weeks)), np.zeros((nodes, weeks)), np.zeros((nodes, weeks)),
        np.zeros((nodes, weeks)), np.zeros((tables.exposure.shape[0] if tables.mixes.shape[0] > 0 else 0, weeks)),
        np.zeros((surveyed, weeks)), np.zeros(surveyed),
    )  # fmt: skip
    value, wanted, pull = 0.0, np.empty(weeks), np.empty(weeks)
    for cell in range(cells):
        if only < 0 or only == cell:
            value += _observe(tables, cell, theta, work, back, grad)
    value += observe_tracker(tables, theta, work, back.response, back.size, grad, only)
    for k in range(tables.answers.shape[0]):
        row, slope = tables.answers[k], theta[tables.answers[k].response]
        by_slope = 0.0
        for week in range(weeks):
            by_slope += back.mean[row.cell, week] * (work.series[row.stage, week] - work.state.own[row.stage, week])
            back.series[row.stage, week] += slope * back.mean[row.cell, week]
            back.own[row.stage, week] -= slope * back.mean[row.cell, week]
        grad[row.response] += by_slope
    stop = tables.effects.shape[0]
    for node in range(nodes - 1, -1, -1):
        for week in range(weeks):
            back.media[node, week] += back.mean[node, week] - back.demand[node, week]
            back.series[node, week] += back.demand[node, week] - back.mean[node, week]
        for k in range(tables.cells[node].first_parent, tables.cells[node].stop_parent):
            _back_through_parent(k, tables, work, back, grad)
        while stop > 0 and tables.effects[stop - 1].cell == node:
            stop -= 1
            answers = float(tables.effects[stop].answers)
            for week in range(weeks):
                wanted[week] = back.media[node, week] + answers * back.own[node, week]
            _back_through_effect(stop, tables, theta, work, wanted, back, pull, grad)
            if tables.effects[stop].mix >= 0:
                _back_through_carryover(stop, tables, work, pull, back.exposure[tables.effects[stop].lever])
    for k in range(tables.mixes.shape[0]):
        _back_through_campaigns(k, tables, theta, work, back, grad)
    for k in range(tables.missing.shape[0]):
        row = tables.missing[k]
        by_week = back.series[row.cell, row.week] if row.cell < nodes else -back.mean[row.cell, row.week]
        grad[row.parameter] += row.sign * by_week
    return value


@njit(**OUTER)
def log_posterior(tables: Any, z: Any, grad: Any) -> float:
    """Return log prior + log likelihood on the unbounded scale and fill the gradient, shape (parameters,)."""
    theta, slope, by_z = np.empty(z.shape[0]), np.empty(z.shape[0]), np.empty(z.shape[0])
    value = constrain_all(tables.parameters, z, theta, slope, by_z)
    for k in range(z.shape[0]):
        grad[k] = 0.0
    value += log_likelihood(tables, theta, grad, -1)
    value += total_log_density(tables, theta, grad)
    for k in range(z.shape[0]):
        grad[k] = grad[k] * slope[k] + by_z[k]
    pull_followers(tables.parameters, z, theta, slope, grad)
    return value
