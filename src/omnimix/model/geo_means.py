r"""What media bring to every node in every geo, the demand that later nodes read, and the residuals. Compiled.

With w_g a geo's part of the level of a node and x a channel's exposure per head, in typical weeks,

    f_gc = beta_gc R_gc / sum_h w_h mean_window R_hc        beta_gc = beta_c exp(tau_c z_gc)
    y_g = baseline_g + M_g + sum_p delta_p A(D_pg) + controls + sum_pk kappa_pgk D_pg(t - k) + noise

The rest is as in :mod:`omnimix.model.means`; kappa_pgk = ratio_pk spread_pk noise_g / noise_pg is sampled here.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.curves.elementary import exp
from omnimix.machine_code import OUTER, REASSOCIATE
from omnimix.mechanics.forward import carry_over, respond
from omnimix.mechanics.geo_parameters import NOISE_LOOSENESS
from omnimix.model.geo_likelihood import Baselines
from omnimix.model.means import Tables, fill_kernel

LOOSE = NOISE_LOOSENESS  # captured by value in compiled code


class GeoTables(NamedTuple):
    """A funnel with the data of several geos as the density reads it; ``tables`` are those of all geos together."""

    tables: Any  # of means.Tables: effects, parents, shocks, totals and parameters; its weekly data are not read
    nodes: Any  # GEO_NODE
    effects: Any  # GEO_EFFECT, one row an effect
    shocks: Any  # GEO_SHOCK, one row a shock
    controls: Any  # GEO_CONTROL, sorted by node
    missing: Any  # GEO_MISSING
    exposure: Any  # (channels, geos, weeks): per head, in typical weeks
    control_series: Any  # (control rows, geos, weeks): in spreads around the geo's mean
    series: Any  # (nodes, geos, weeks): deviation from a typical week of the geo; zero where unknown
    parts: Any  # (nodes, geos): a geo's part of the level of all; they add up to one
    spreads: Any  # (nodes, geos): a geo's noise for a noise of 1 of all together, before its own deviation
    design: Any  # (nodes, terms, weeks of the window): in prior sds of the shared baseline
    gram: Any  # (nodes, terms, terms)
    shared_sizes: Any  # (nodes, terms): the parameter that scales a term's shared part, or -1
    own_sizes: Any  # (nodes, terms): the parameter that scales its own part, or -1
    own_fixed: Any  # (nodes, terms): the fixed part of that scale
    centring: Any  # (effects, geos): how far a deviation is sampled as what a channel brings there; see geo_centring


GEO_TABLES = len(Tables._fields) + len(GeoTables._fields) - 1


class GeoWork(NamedTuple):
    """What the way there leaves for the way back."""

    kernels: Any  # (effects, 4, lags)
    curves: Any  # (effects, 2)
    brought: Any  # (effects, geos): beta
    sizes: Any  # (effects,): mean response over geos and window
    responses: Any  # (effects, geos, 4, weeks)
    parent_kernels: Any
    noise: Any  # (nodes, geos)
    media: Any  # (nodes, geos, weeks)
    mean: Any
    demand: Any
    residual: Any  # (nodes, geos, weeks of the window)


@njit(**OUTER)
def geo_work_space(data: Any) -> Any:
    """Return arrays of the right sizes."""
    tables = data.tables
    nodes, geos, weeks = data.series.shape
    effects, parents, longest = tables.effects.shape[0], tables.parents.shape[0], tables.sizes[0].longest
    return GeoWork(
        np.empty((effects, 4, longest)),
        np.empty((effects, 2)),
        np.empty((effects, geos)),
        np.empty(effects),
        np.empty((effects, geos, 4, weeks)),
        np.empty((parents, 4, longest)),
        np.empty((nodes, geos)),
        np.zeros((nodes, geos, weeks)),
        np.zeros((nodes, geos, weeks)),
        np.empty((nodes, geos, weeks)),
        np.empty((nodes, geos, weeks - tables.sizes[0].window)),
    )


@njit(fastmath=REASSOCIATE, **OUTER)
def _bring(k: int, data: Any, theta: Any, work: Any) -> None:
    """Add what a channel brings to a node in every geo."""
    row, own = data.tables.effects[k], data.effects[k]
    geos, weeks = data.series.shape[1], data.series.shape[2]
    window, before, size = data.tables.sizes[0].window, np.zeros(weeks), 0.0
    fill_kernel(row, theta, work.kernels[k])
    work.curves[k, 0] = theta[row.saturation_first] if row.saturation_first >= 0 else 1.0
    work.curves[k, 1] = theta[row.saturation_second] if row.saturation_second >= 0 else 1.0
    for g in range(geos):
        respond(
            row, work.kernels[k, 0], work.curves[k, 0], work.curves[k, 1], data.exposure[row.lever, g], before,
            work.responses[k, g],
        )  # fmt: skip
        total = 0.0
        for week in range(window, weeks):
            total += work.responses[k, g, 0, week]
        size += data.parts[row.cell, g] * total / (weeks - window)
        spread = theta[own.spread] * theta[own.first + g] if own.spread >= 0 else 0.0
        work.brought[k, g] = theta[row.contribution] * exp(spread)
    work.sizes[k] = size
    for g in range(geos):
        factor = work.brought[k, g] / size
        for week in range(weeks):
            work.media[row.cell, g, week] += factor * work.responses[k, g, 0, week]


@njit(fastmath=REASSOCIATE, **OUTER)
def _add_means(node: int, g: int, data: Any, theta: Any, work: Any) -> None:
    """Add media, controls and unseen demand of parents to the mean of a node in a geo."""
    row, window, weeks = data.nodes[node], data.tables.sizes[0].window, data.series.shape[2]
    mean, media = work.mean[node, g], work.media[node, g]
    for week in range(weeks):
        mean[week] += media[week]
    for k in range(row.first_control, row.stop_control):
        effect = theta[data.controls[k].parameter]
        for week in range(weeks):
            mean[week] += effect * data.control_series[k, g, week]
    for k in range(row.first_shock, row.stop_shock):
        shock = data.tables.shocks[k]
        ratio = work.noise[node, g] / work.noise[shock.parent, g]
        kappa = theta[data.shocks[k].parameter] * shock.spread * ratio
        for week in range(window + shock.lag, weeks):
            mean[week] += kappa * work.demand[shock.parent, g, week - shock.lag]


@njit(fastmath=REASSOCIATE, **OUTER)
def run_geos(data: Any, theta: Any, work: Any) -> None:
    """Fill new ``work``: media, means, demand and residuals of every node in every geo."""
    nodes, geos, weeks = data.series.shape
    window, missing = data.tables.sizes[0].window, 0
    for node in range(nodes):
        row = data.nodes[node]
        media, mean, demand = work.media[node], work.mean[node], work.demand[node]
        for k in range(row.first_effect, row.stop_effect):
            _bring(k, data, theta, work)
        for k in range(row.first_parent, row.stop_parent):
            link = data.tables.parents[k]
            fill_kernel(link, theta, work.parent_kernels[k])
            for g in range(geos):
                kernel, effect = work.parent_kernels[k, 0], theta[link.effect]
                carry_over(kernel, link.lags, work.media[link.parent, g], effect, media[g])
                carry_over(kernel, link.lags, work.demand[link.parent, g], effect, mean[g])
        for g in range(geos):
            deviation = math.exp(LOOSE * theta[row.first_noise + g])
            work.noise[node, g] = theta[row.noise] * data.spreads[node, g] * deviation
            _add_means(node, g, data, theta, work)
            for week in range(weeks):
                demand[g, week] = data.series[node, g, week] - media[g, week]
            for week in range(window, weeks):
                work.residual[node, g, week - window] = data.series[node, g, week] - mean[g, week]
        while missing < data.missing.shape[0] and data.missing[missing].node == node:
            gap = data.missing[missing]
            work.residual[node, gap.geo, gap.week - window] = theta[gap.parameter]
            demand[gap.geo, gap.week] = mean[gap.geo, gap.week] + theta[gap.parameter] - media[gap.geo, gap.week]
            missing += 1


@njit(**OUTER)
def baselines(data: Any, node: int, theta: Any) -> Any:
    """Return the linear part of a node: the sizes of shared parts in prior sds, of own parts in units of noise."""
    terms = data.design.shape[1]
    shared, own = np.ones(terms), np.empty(terms)
    for k in range(terms):
        if data.shared_sizes[node, k] >= 0:
            shared[k] = theta[data.shared_sizes[node, k]]
        own[k] = data.own_fixed[node, k]
        if data.own_sizes[node, k] >= 0:
            own[k] *= theta[data.own_sizes[node, k]]
    return Baselines(data.design[node], data.gram[node], shared, own)
