"""The density of a funnel in several geos and its gradient in one compiled pass; see :mod:`omnimix.model.geo_means`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.machine_code import OUTER, REASSOCIATE
from omnimix.model.geo_centring import place_deviations, pull_deviations
from omnimix.model.geo_likelihood import Pulls, geo_likelihood
from omnimix.model.geo_means import LOOSE, baselines, geo_work_space, run_geos
from omnimix.model.total_density import total_log_density
from omnimix.model.transforms import LOG_TWO_PI, constrain_all, pull_followers


class GeoBack(NamedTuple):
    """Derivatives of the log likelihood on the way back, shape (nodes, geos, weeks); of noise (nodes, geos)."""

    mean: Any
    media: Any
    demand: Any
    noise: Any


@njit(fastmath=REASSOCIATE, **OUTER)
def _observe(node: int, data: Any, theta: Any, work: Any, back: Any, grad: Any) -> float:
    """Return the log likelihood of a node in all geos and spread its derivatives over means, noise and sizes."""
    terms, window = data.design.shape[1], data.tables.sizes[0].window
    geos, weeks = work.residual.shape[1], work.residual.shape[2]
    pulls = Pulls(np.empty((geos, weeks)), np.empty(geos), np.empty(terms), np.empty(terms))
    common = data.nodes[node].common
    value, by_common = geo_likelihood(
        work.residual[node], baselines(data, node, theta), work.noise[node], theta[common], pulls
    )
    if value == -np.inf:
        return value
    grad[common] += by_common
    for k in range(terms):
        if data.shared_sizes[node, k] >= 0:
            grad[data.shared_sizes[node, k]] += pulls.shared[k]
        if data.own_sizes[node, k] >= 0:
            grad[data.own_sizes[node, k]] += pulls.own[k] * data.own_fixed[node, k]
    for g in range(geos):
        back.noise[node, g] += pulls.noise[g]
        for week in range(weeks):
            back.mean[node, g, week + window] -= pulls.residual[g, week]
    for k in range(data.missing.shape[0]):
        gap = data.missing[k]
        if gap.node == node:
            grad[gap.parameter] -= back.mean[node, gap.geo, gap.week]
            back.mean[node, gap.geo, gap.week] = 0.0
    return value


@njit(fastmath=REASSOCIATE, **OUTER)
def _back_through_parent(k: int, data: Any, theta: Any, work: Any, back: Any, grad: Any) -> None:
    """Pull the derivatives by mean and media of a node back through a link, in every geo."""
    row, kernel = data.tables.parents[k], work.parent_kernels[k]
    geos, weeks, effect = data.series.shape[1], data.series.shape[2], theta[row.effect]
    by_effect, first, second, third = 0.0, 0.0, 0.0, 0.0
    for g in range(geos):
        mean, media = back.mean[row.cell, g], back.media[row.cell, g]
        their_media, their_demand = work.media[row.parent, g], work.demand[row.parent, g]
        by_media, by_demand = back.media[row.parent, g], back.demand[row.parent, g]
        for lag in range(min(row.lags, weeks)):
            by_weight, weight = 0.0, effect * kernel[0, lag]
            for week in range(weeks - lag):
                by_weight += media[week + lag] * their_media[week] + mean[week + lag] * their_demand[week]
                by_media[week] += weight * media[week + lag]
                by_demand[week] += weight * mean[week + lag]
            by_effect += by_weight * kernel[0, lag]
            first += by_weight * kernel[1, lag]
            second += by_weight * kernel[2, lag]
            third += by_weight * kernel[3, lag]
    grad[row.effect] += by_effect
    if row.adstock_first >= 0:
        grad[row.adstock_first] += effect * first
    if row.adstock_second >= 0:
        grad[row.adstock_second] += effect * second
    if row.adstock_third >= 0:
        grad[row.adstock_third] += effect * third


@njit(**OUTER)
def _add_curves(row: Any, by_weight: Any, by_response: Any, grad: Any) -> None:
    """Add the derivatives by the parameters of a carryover (three) and of a saturation (two) where there are any."""
    if row.adstock_first >= 0:
        grad[row.adstock_first] += by_weight[0]
    if row.adstock_second >= 0:
        grad[row.adstock_second] += by_weight[1]
    if row.adstock_third >= 0:
        grad[row.adstock_third] += by_weight[2]
    if row.saturation_first >= 0:
        grad[row.saturation_first] += by_response[0]
    if row.saturation_second >= 0:
        grad[row.saturation_second] += by_response[1]


@njit(fastmath=REASSOCIATE, **OUTER)
def _by_level(k: int, data: Any, theta: Any, work: Any, back: Any, grad: Any) -> float:
    """Add the derivatives by a channel's level and deviations; return that by its size, times the size."""
    row, own, whole = data.tables.effects[k], data.effects[k], 0.0
    for g in range(data.series.shape[1]):
        total, wanted, response = 0.0, back.media[row.cell, g], work.responses[k, g, 0]
        for week in range(data.series.shape[2]):
            total += wanted[week] * response[week]
        moved = total * work.brought[k, g] / work.sizes[k]
        whole += moved
        grad[row.contribution] += moved / theta[row.contribution]
        if own.spread >= 0:
            grad[own.spread] += moved * theta[own.first + g]
            grad[own.first + g] += moved * theta[own.spread]
    return whole


@njit(fastmath=REASSOCIATE, **OUTER)
def _back_through_effect(k: int, data: Any, theta: Any, work: Any, back: Any, grad: Any) -> None:
    """Pull the derivative by what a channel brings back to its level, its deviations and its curves, over all geos."""
    row, size, kernel = data.tables.effects[k], work.sizes[k], work.kernels[k]
    geos, weeks, window = data.series.shape[1], data.series.shape[2], data.tables.sizes[0].window
    drift = _by_level(k, data, theta, work, back, grad) / (size * (weeks - window))
    pull, by_weights, by_response = np.empty(weeks), np.zeros(3), np.zeros(2)
    for g in range(geos):
        scale, parts, exposure = work.brought[k, g] / size, work.responses[k, g], data.exposure[row.lever, g]
        wanted, correction, first, second = back.media[row.cell, g], drift * data.parts[row.cell, g], 0.0, 0.0
        for week in range(weeks):
            pull[week] = scale * wanted[week]
        for week in range(window, weeks):
            pull[week] -= correction
        for week in range(weeks):
            first += pull[week] * parts[2, week]
            second += pull[week] * parts[3, week]
            pull[week] *= parts[1, week]
        by_response[0] += first
        by_response[1] += second
        for lag in range(min(row.lags, weeks)):
            by_weight = 0.0
            for week in range(weeks - lag):
                by_weight += pull[week + lag] * exposure[week]
            for which in range(3):
                by_weights[which] += by_weight * kernel[which + 1, lag]
    _add_curves(row, by_weights, by_response, grad)


@njit(fastmath=REASSOCIATE, **OUTER)
def _back_through_node(node: int, data: Any, theta: Any, work: Any, back: Any, grad: Any) -> None:
    """Pull derivatives by a node's demand, mean and media back to what they are made of."""
    row, tables = data.nodes[node], data.tables
    geos, weeks, window = data.series.shape[1], data.series.shape[2], tables.sizes[0].window
    for k in range(data.missing.shape[0]):  # where no figure is known, the demand is that of mean and residual
        gap = data.missing[k]
        if gap.node == node:
            by_demand = back.demand[node, gap.geo, gap.week]
            grad[gap.parameter] += by_demand
            back.mean[node, gap.geo, gap.week] += by_demand
    for g in range(geos):
        mean = back.mean[node, g]
        for week in range(weeks):
            back.media[node, g, week] += mean[week] - back.demand[node, g, week]
        for k in range(row.first_control, row.stop_control):
            total = 0.0
            for week in range(weeks):
                total += mean[week] * data.control_series[k, g, week]
            grad[data.controls[k].parameter] += total
        for k in range(row.first_shock, row.stop_shock):
            shock, place = tables.shocks[k], data.shocks[k].parameter
            own, their = work.noise[node, g], work.noise[shock.parent, g]
            per_ratio, total = shock.spread * own / their, 0.0
            for week in range(window + shock.lag, weeks):
                total += mean[week] * work.demand[shock.parent, g, week - shock.lag]
                back.demand[shock.parent, g, week - shock.lag] += theta[place] * per_ratio * mean[week]
            grad[place] += per_ratio * total
            back.noise[node, g] += theta[place] * shock.spread * total / their
            back.noise[shock.parent, g] -= theta[place] * per_ratio * total / their
    for k in range(row.first_parent, row.stop_parent):
        _back_through_parent(k, data, theta, work, back, grad)
    for k in range(row.first_effect, row.stop_effect):
        _back_through_effect(k, data, theta, work, back, grad)
    for g in range(geos):
        by_noise = back.noise[node, g] * work.noise[node, g]
        grad[row.noise] += by_noise / theta[row.noise]
        grad[row.first_noise + g] += by_noise * LOOSE


@njit(fastmath=REASSOCIATE, **OUTER)
def geo_log_likelihood(data: Any, theta: Any, grad: Any) -> float:
    """Return the log likelihood at ``theta`` and add its gradient to ``grad``, shape (parameters,)."""
    work = geo_work_space(data)
    run_geos(data, theta, work)
    nodes, geos, weeks = data.series.shape
    shape = (nodes, geos, weeks)
    back = GeoBack(np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros((nodes, geos)))
    value = 0.0
    for node in range(nodes):
        value += _observe(node, data, theta, work, back, grad)
    for node in range(nodes - 1, -1, -1):
        _back_through_node(node, data, theta, work, back, grad)
    return value


@njit(**OUTER)
def geo_log_posterior(data: Any, z: Any, grad: Any) -> float:
    """Return log prior + log likelihood on the unbounded scale and fill the gradient, shape (parameters,).

    A figure that is not known has no prior beside the density of its residual; what the table of parameters gives it is
    taken off again.
    """
    tables = data.tables
    theta, slope, by_z = np.empty(z.shape[0]), np.empty(z.shape[0]), np.empty(z.shape[0])
    value = constrain_all(tables.parameters, z, theta, slope, by_z)
    value += place_deviations(data, z, theta, by_z)
    for k in range(z.shape[0]):
        grad[k] = 0.0
    for k in range(data.missing.shape[0]):
        gap = data.missing[k]
        away = z[gap.parameter] / gap.spread
        value += 0.5 * (away * away + LOG_TWO_PI) + np.log(gap.spread)
        by_z[gap.parameter] = 0.0
    value += geo_log_likelihood(data, theta, grad)
    value += total_log_density(tables, theta, grad)
    pull_deviations(data, theta, by_z, grad)
    for k in range(z.shape[0]):
        grad[k] = grad[k] * slope[k] + by_z[k]
    pull_followers(tables.parameters, z, theta, slope, grad)
    return value
