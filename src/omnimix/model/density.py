"""The density of a whole funnel and its gradient in one compiled pass over tables that describe it.

A new funnel is other tables, no new machine code. With y the series of a cell as deviation from a typical week on the
model's scale, M what media bring to it (:mod:`omnimix.mechanics.forward`), A the carryover of a link and D = y - M the
demand of a parent p::

    y = baseline + M + sum_p [ delta_p A(D_p) + kappa_p D_p ] + noise
    x = baseline + slope (y_p - own_p) + noise              spend that answers to p

where own_p is what the spend that answers to p itself brings to p. Baseline and kappa are linear and Gaussian and
integrated out; kappa's column moves with the parameters. The way back runs from the last cell to the first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.curves import lag_weights
from omnimix.machine_code import INSIDE, OUTER, REASSOCIATE
from omnimix.mechanics.forward import Draw, Line, State, carry_over, forward
from omnimix.mechanics.tables import NODE_SCALE, Structure
from omnimix.model.likelihood import normal_likelihood, student_likelihood
from omnimix.model.total_density import total_log_density
from omnimix.model.transforms import constrain_all, pull_followers


class Tables(NamedTuple):
    """A funnel with its data as the density reads it; see :mod:`omnimix.mechanics.tables`. Cells have all weeks."""

    sizes: Any  # SIZES, one row
    parameters: Any  # PARAMETER
    cells: Any  # CELL
    effects: Any  # CHANNEL_EFFECT
    parents: Any  # STAGE_EFFECT
    answers: Any  # ANSWER
    totals: Any  # TOTAL_PRIOR
    parts: Any  # PART
    followed: Any  # cells whose split a direct split follows
    missing: Any  # MISSING
    term_scales: Any  # (cells, terms): the parameter that scales a coefficient's prior, or -1
    exposure: Any  # (levers, weeks), in typical weeks
    audience: Any  # (effects, weeks), in typical weeks; 1 where nothing fuels
    series: Any  # (cells, weeks): deviation from a typical week; zero where unknown
    seen: Any  # (cells, weeks): 1 where observed, or missing and sampled along; else 0
    design: Any  # (cells, terms, weeks), in prior sds; zero where not seen
    gram: Any  # (cells, terms, terms)


class Work(NamedTuple):
    """What the way there leaves for the way back."""

    draw: Draw
    state: State
    series: Any  # (cells, weeks): with missing weeks as sampled
    demand: Any  # (nodes, weeks)
    mean: Any  # (cells, weeks): without baseline and kappa
    carried_media: Any  # (parents, weeks)
    carried_demand: Any  # (parents, weeks)


@njit(**OUTER)
def work_space(tables: Any) -> Any:
    """Return arrays of the right sizes, and the series as it was observed."""
    sizes = tables.sizes[0]
    cells, nodes, weeks, longest = tables.cells.shape[0], sizes.nodes, tables.series.shape[1], sizes.longest
    effects, parents = tables.effects.shape[0], tables.parents.shape[0]
    draw = Draw(
        np.empty((effects, 3, longest)),
        np.empty((effects, 2)),
        np.empty(effects),
        np.empty((parents, 3, longest)),
        np.empty(parents),
        np.empty(0),
    )
    state = State(
        tables.exposure,
        tables.audience,
        np.empty((effects, 4, weeks)),
        np.empty(effects),
        np.empty((nodes, weeks)),
        np.zeros((nodes, weeks)),
        np.empty((0, 0)),
        np.empty((0, 0)),
    )
    demand, mean = np.empty((nodes, weeks)), np.zeros((cells, weeks))
    return Work(draw, state, tables.series.copy(), demand, mean, np.zeros((parents, weeks)), np.zeros((parents, weeks)))


@njit(**OUTER)
def _kernel(row: Any, theta: Any, out: Any) -> None:
    """Fill the carryover kernel of a row with its derivatives, shape (3, lags)."""
    first = theta[row.adstock_first] if row.adstock_first >= 0 else 1.0
    second = theta[row.adstock_second] if row.adstock_second >= 0 else 1.0
    weights = lag_weights(row.adstock, first, second, row.lags)
    for which in range(3):
        for lag in range(row.lags):
            out[which, lag] = weights[which, lag]


@njit(fastmath=REASSOCIATE, **OUTER)
def run(tables: Any, theta: Any, work: Any) -> None:
    """Fill ``work`` with what media bring, the demand of every node and the mean of every cell, given its series."""
    draw, state, weeks = work.draw, work.state, work.series.shape[1]
    for k in range(tables.effects.shape[0]):
        row = tables.effects[k]
        _kernel(row, theta, draw.kernels[k])
        draw.curves[k, 0] = theta[row.saturation_first] if row.saturation_first >= 0 else 1.0
        draw.curves[k, 1] = theta[row.saturation_second] if row.saturation_second >= 0 else 1.0
        draw.scales[k] = theta[row.contribution]
    for k in range(tables.parents.shape[0]):
        _kernel(tables.parents[k], theta, draw.parent_kernels[k])
        draw.parent_effects[k] = theta[tables.parents[k].effect]
    zeros, none = np.zeros((1, weeks)), np.empty((0, 0))
    line = Line(
        tables.sizes[0].window,
        0,
        zeros,
        zeros,
        none,
        none,
        none,
        np.empty(0, NODE_SCALE),
        none,
        np.empty(0),
        np.empty(0),
    )
    forward(Structure(tables.effects, tables.parents, tables.answers), draw, line, state)
    for k in range(tables.missing.shape[0]):
        row = tables.missing[k]
        work.series[row.cell, row.week] = theta[row.parameter] - tables.cells[row.cell].level
    for node in range(work.demand.shape[0]):
        for week in range(weeks):
            work.mean[node, week] = state.media[node, week]
            work.demand[node, week] = work.series[node, week] - state.media[node, week]
    for k in range(tables.parents.shape[0]):
        row, effect, kernel = tables.parents[k], draw.parent_effects[k], draw.parent_kernels[k, 0]
        carry_over(kernel, row.lags, state.media[row.parent], 1.0, work.carried_media[k])
        carry_over(kernel, row.lags, work.demand[row.parent], 1.0, work.carried_demand[k])
        for week in range(weeks):
            work.mean[row.cell, week] += effect * work.carried_demand[k, week]
    for k in range(tables.answers.shape[0]):
        row, slope = tables.answers[k], theta[tables.answers[k].response]
        for week in range(weeks):
            work.mean[row.cell, week] = slope * (work.series[row.stage, week] - state.own[row.stage, week])


@njit(**OUTER)
def column_count(tables: Any, cell: int) -> int:
    """Return how many linear columns a cell has, those of its parents' demand among them."""
    row, count = tables.cells[cell], tables.design.shape[1]
    for k in range(row.first_parent, row.stop_parent):
        count += int(tables.parents[k].shock > 0.0)
    return count


@njit(fastmath=REASSOCIATE, **OUTER)
def fill_columns(tables: Any, cell: int, theta: Any, demand: Any, columns: Any, scales: Any) -> None:
    """Fill the design of a cell, fixed columns first, then demand of its parents, with the scale of every one.

    Demand of a parent moves a node by kappa, whose prior sd is the shock spread times the node's noise over the
    parent's.
    """
    row, terms, weeks = tables.cells[cell], tables.design.shape[1], columns.shape[1]
    for k in range(terms):
        place = tables.term_scales[cell, k]
        scales[k] = theta[place] if place >= 0 else 1.0
        for week in range(weeks):
            columns[k, week] = tables.design[cell, k, week]
    at = terms
    for k in range(row.first_parent, row.stop_parent):
        link = tables.parents[k]
        if link.shock > 0.0:
            scales[at] = link.shock * theta[row.noise] / theta[tables.cells[link.parent].noise]
            for week in range(weeks):
                columns[at, week] = demand[link.parent, week] * tables.seen[cell, week]
            at += 1


@njit(fastmath=REASSOCIATE, **OUTER)
def residual_of(tables: Any, cell: int, work: Any, out: Any) -> None:
    """Fill the observed weeks of a cell less their mean without the linear part; zero in weeks that are not seen."""
    for week in range(out.shape[0]):
        out[week] = (work.series[cell, week] - work.mean[cell, week]) * tables.seen[cell, week]


class Back(NamedTuple):
    """Derivatives of the log likelihood on the way back, shape (cells or nodes, weeks)."""

    mean: Any
    media: Any
    own: Any
    demand: Any
    series: Any


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
    for k in range(row.first_parent, row.stop_parent):
        link = tables.parents[k]
        if link.shock > 0.0:
            other = tables.cells[link.parent].noise
            grad[row.noise] += by_scale[at] * scales[at] / noise
            grad[other] -= by_scale[at] * scales[at] / theta[other]
            for week in range(weeks):
                back.demand[link.parent, week] += by_column[at - terms, week] * tables.seen[cell, week]
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


@njit(fastmath=REASSOCIATE, **INSIDE)
def _back_through_effect(k: int, tables: Any, work: Any, wanted: Any, pull: Any, grad: Any) -> None:
    """Pull ``wanted``, the derivative by what an effect brings, back to its contribution and curves."""
    row, parts, size, weeks = tables.effects[k], work.state.parts[k], work.state.sizes[k], wanted.shape[0]
    window, contribution, kernel = tables.sizes[0].window, work.draw.scales[k], work.draw.kernels[k]
    exposure = tables.exposure[row.lever]
    along = 0.0
    for week in range(weeks):
        along += wanted[week] * parts[0, week]
    grad[row.contribution] += along / size
    scale, drift = contribution / size, contribution * along / (size * size * (weeks - window))
    for week in range(weeks):
        pull[week] = scale * wanted[week]
    for week in range(window, weeks):
        pull[week] -= drift
    first, second = 0.0, 0.0
    for week in range(weeks):
        first += pull[week] * parts[2, week]
        second += pull[week] * parts[3, week]
        pull[week] *= parts[1, week]
    if row.saturation_first >= 0:
        grad[row.saturation_first] += first
    if row.saturation_second >= 0:
        grad[row.saturation_second] += second
    first, second = 0.0, 0.0
    for lag in range(min(row.lags, weeks)):
        by_weight = 0.0
        for week in range(weeks - lag):
            by_weight += pull[week + lag] * exposure[week]
        first += by_weight * kernel[1, lag]
        second += by_weight * kernel[2, lag]
    if row.adstock_first >= 0:
        grad[row.adstock_first] += first
    if row.adstock_second >= 0:
        grad[row.adstock_second] += second


@njit(fastmath=REASSOCIATE, **OUTER)
def log_likelihood(tables: Any, theta: Any, grad: Any, only: int) -> float:
    """Return the log likelihood at ``theta`` and add its gradient to ``grad``, shape (parameters,).

    ``only`` is the number of the one cell to count, or -1 for all of them.
    """
    work = work_space(tables)
    run(tables, theta, work)
    cells, weeks = work.series.shape
    nodes = work.demand.shape[0]
    back = Back(
        np.zeros((cells, weeks)), np.zeros((nodes, weeks)), np.zeros((nodes, weeks)), np.zeros((nodes, weeks)),
        np.zeros((nodes, weeks)),
    )  # fmt: skip
    value, wanted, pull = 0.0, np.empty(weeks), np.empty(weeks)
    for cell in range(cells):
        if only < 0 or only == cell:
            value += _observe(tables, cell, theta, work, back, grad)
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
            _back_through_effect(stop, tables, work, wanted, pull, grad)
    for k in range(tables.missing.shape[0]):
        row = tables.missing[k]
        grad[row.parameter] += back.series[row.cell, row.week]
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
