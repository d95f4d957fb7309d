"""The mean of every cell without its linear part, and the columns of that part, given parameters. Compiled.

With y the series of a cell as deviation from a typical week on the model's scale, M what media bring to it
(:mod:`omnimix.mechanics.forward`), A the carryover of a link and D = y - M the demand of a parent p::

    y = baseline + M + sum_p [ delta_p A(D_p) + sum_k kappa_pk D_p(t - k) ] + noise
    x = baseline + slope (y_p - own_p) + kappa_p D_p + noise     spend that answers to p

where own_p is what the spend that answers to p itself brings to p. Baseline and kappa are linear; the columns of kappa
move with the parameters. The exposure of a channel with campaigns is the sum of theirs, each times its multiplier
(:mod:`omnimix.mechanics.campaigns`).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.curves import lag_weights
from omnimix.curves.frequency import ROWS
from omnimix.curves.slow_stock import FADING, NO_STOCK, SHARE, SLOW, fading_of
from omnimix.machine_code import OUTER, REASSOCIATE
from omnimix.mechanics.forward import Draw, Line, State, carry_over, forward
from omnimix.mechanics.tables import NODE_SCALE, Structure


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
    outcomes: Any  # OUTCOME_PART; no row where outcomes have totals of their own
    shocks: Any  # SHOCK, sorted by cell
    mixes: Any  # MIX
    campaigns: Any  # CAMPAIGN
    campaign_exposure: Any  # (campaigns, weeks), in typical weeks of the channel
    changes: Any  # CHANGE, a row a channel; none where effects are the same in all weeks
    periods: Any  # (weeks,): which period of effects holds; empty where there are none
    frequency: Any  # (effects with one, weeks): its logarithm; 0 in weeks without reach
    tracker: Any  # TRACKER; one row where a survey follows the stock, else none
    tracker_terms: Any  # (columns,): the parameter that scales a column of the survey, or -1
    tracker_series: (
        Any  # (2, weeks): its deviation over its sd by chance, and 1 over that sd; zero where nobody was asked
    )
    tracker_design: Any  # (columns, weeks), in prior sds, over its sd by chance
    tracker_gram: Any  # (columns, columns)


TABLES = len(Tables._fields)
ROW = 4  # integers a table at the head of packed tables: where it starts and three dimensions


class Work(NamedTuple):
    """What the way there leaves for the way back."""

    draw: Draw
    state: State
    series: Any  # (cells, weeks): with missing weeks as sampled
    demand: Any  # (nodes, weeks)
    mean: Any  # (cells, weeks): without baseline and kappa
    carried_media: Any  # (parents, weeks)
    carried_demand: Any  # (parents, weeks)
    multipliers: Any  # (campaigns,)


@njit(**OUTER)
def work_space(tables: Any) -> Any:
    """Return arrays of the right sizes, and the series as it was observed."""
    sizes = tables.sizes[0]
    cells, nodes, weeks, longest = tables.cells.shape[0], sizes.nodes, tables.series.shape[1], sizes.longest
    effects, parents = tables.effects.shape[0], tables.parents.shape[0]
    draw = Draw(
        np.empty((effects, 4, longest)),
        np.empty((effects, 2)),
        np.empty(effects),
        np.empty((parents, 4, longest)),
        np.empty(parents),
        np.empty(0),
        np.full((effects, SLOW), NO_STOCK),
        np.empty((effects if tables.changes.shape[0] > 0 else 0, weeks)),
    )
    exposure = tables.exposure
    if tables.mixes.shape[0] > 0:  # what campaigns make of it is filled in
        exposure = exposure.copy()
    state = State(
        exposure,
        tables.audience,
        np.empty((effects, 4, weeks)),
        np.empty(effects),
        np.empty((nodes, weeks)),
        np.zeros((nodes, weeks)),
        np.empty((0, 0)),
        np.empty((0, 0)),
        np.empty((effects, weeks)),
        tables.frequency,
        np.empty((tables.frequency.shape[0], ROWS, weeks)),
    )
    demand, mean = np.empty((nodes, weeks)), np.zeros((cells, weeks))
    multipliers = np.empty(tables.campaigns.shape[0])
    return Work(
        draw, state, tables.series.copy(), demand, mean, np.zeros((parents, weeks)), np.zeros((parents, weeks)),
        multipliers,
    )  # fmt: skip


@njit(**OUTER)
def fill_kernel(row: Any, theta: Any, out: Any) -> None:
    """Fill the carryover kernel of a row with its derivatives, shape (4, lags)."""
    first = theta[row.adstock_first] if row.adstock_first >= 0 else 1.0
    second = theta[row.adstock_second] if row.adstock_second >= 0 else 1.0
    third = theta[row.adstock_third] if row.adstock_third >= 0 else 0.0
    weights = lag_weights(row.adstock, first, second, third, row.lags)
    for which in range(4):
        for lag in range(row.lags):
            out[which, lag] = weights[which, lag]


@njit(**OUTER)
def fill_levels(tables: Any, theta: Any, k: int, levels: Any) -> None:
    """Fill by how much an effect differs in every week, where effects change over time."""
    if tables.changes.shape[0] > 0:
        change = tables.changes[tables.effects[k].channel]
        for week in range(levels.shape[1]):
            away = theta[change.first + tables.periods[week]]
            levels[k, week] = math.exp(theta[change.spread] * away)


@njit(**OUTER)
def middle_of(mix: Any, campaigns: Any, theta: Any) -> float:
    """Return the mean over a channel's spend of how far its campaigns lie from it, in units of the looseness."""
    total = 0.0
    for k in range(mix.first, mix.stop):
        total += campaigns[k].weight * campaigns[k].width * theta[campaigns[k].parameter]
    return total


@njit(fastmath=REASSOCIATE, **OUTER)
def mix_campaigns(mix: Any, tables: Any, theta: Any, work: Any) -> None:
    """Fill the multipliers of a channel's campaigns and the exposure that they make of their spend."""
    exposure, middle = work.state.exposure[mix.lever], middle_of(mix, tables.campaigns, theta)
    exposure[:] = 0.0
    for k in range(mix.first, mix.stop):
        row = tables.campaigns[k]
        multiplier = math.exp(theta[mix.looseness] * (row.width * theta[row.parameter] - middle))
        work.multipliers[k] = multiplier
        for week in range(exposure.shape[0]):
            exposure[week] += multiplier * tables.campaign_exposure[k, week]


@njit(fastmath=REASSOCIATE, **OUTER)
def run(tables: Any, theta: Any, work: Any) -> None:
    """Fill new ``work`` with what media bring, the demand of every node and the mean of every cell.

    It adds to zeros that :func:`work_space` made: once a work space.
    """
    draw, state, weeks = work.draw, work.state, work.series.shape[1]
    for k in range(tables.mixes.shape[0]):
        mix_campaigns(tables.mixes[k], tables, theta, work)
    for k in range(tables.effects.shape[0]):
        row = tables.effects[k]
        fill_kernel(row, theta, draw.kernels[k])
        draw.curves[k, 0] = theta[row.saturation_first] if row.saturation_first >= 0 else 1.0
        draw.curves[k, 1] = theta[row.saturation_second] if row.saturation_second >= 0 else 1.0
        draw.scales[k] = theta[row.contribution]
        fill_levels(tables, theta, k, draw.levels)
        if row.long_share >= 0:
            draw.slow[k, SHARE], draw.slow[k, FADING] = theta[row.long_share], fading_of(theta[row.half_life])
    for k in range(tables.parents.shape[0]):
        fill_kernel(tables.parents[k], theta, draw.parent_kernels[k])
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
        work.series[row.cell, row.week] = row.sign * theta[row.parameter] - tables.cells[row.cell].level
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
    return tables.design.shape[1] + tables.cells[cell].stop_shock - tables.cells[cell].first_shock


@njit(fastmath=REASSOCIATE, **OUTER)
def fill_columns(tables: Any, cell: int, theta: Any, demand: Any, columns: Any, scales: Any) -> None:
    """Fill the design of a cell, fixed columns first, then unseen demand that moves it, with the scale of every one.

    Demand of a parent moves a cell by kappa, whose prior sd is the shock's spread times the cell's noise over the
    parent's. Nothing is known of demand before the data window: there it is zero.
    """
    row, terms, weeks = tables.cells[cell], tables.design.shape[1], columns.shape[1]
    for k in range(terms):
        place = tables.term_scales[cell, k]
        scales[k] = theta[place] if place >= 0 else 1.0
        for week in range(weeks):
            columns[k, week] = tables.design[cell, k, week]
    at, window = terms, tables.sizes[0].window
    for k in range(row.first_shock, row.stop_shock):
        shock = tables.shocks[k]
        scales[at] = shock.spread * theta[row.noise] / theta[tables.cells[shock.parent].noise]
        start = min(window + shock.lag, weeks)
        for week in range(start):
            columns[at, week] = 0.0
        for week in range(start, weeks):
            columns[at, week] = demand[shock.parent, week - shock.lag] * tables.seen[cell, week]
        at += 1


@njit(fastmath=REASSOCIATE, **OUTER)
def residual_of(tables: Any, cell: int, work: Any, out: Any) -> None:
    """Fill the observed weeks of a cell less their mean without the linear part; zero in weeks that are not seen."""
    for week in range(out.shape[0]):
        out[week] = (work.series[cell, week] - work.mean[cell, week]) * tables.seen[cell, week]
