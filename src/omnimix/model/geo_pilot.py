"""How well every geo's weeks know what a channel brings there, before any sampling: it decides how that is sampled.

With curves at the middle of their priors the mean of a node is linear in what channels bring. A ridge regression a geo
gives an estimate with its standard error, and those of all geos how far they seem to differ (DerSimonian and Laird
1986). Only the ease of sampling hangs on it: the posterior is the same whatever comes out here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from omnimix.mechanics import Array
from omnimix.model.geo_build import GeoLayout
from omnimix.model.geo_native import geo_machine
from omnimix.model.native import expand_of
from omnimix.model.warm import middles
from omnimix.spec import Funnel

LEAST_SPREAD, MOST_SPREAD = 0.1, 0.6  # between which geos are taken to differ, on the log scale
TURNS = 3  # noise and coefficients are found in turn
LOOSE = 1.0  # prior sd of an effect in a regression, in typical weeks of the node


def centred(funnel: Funnel, layout: GeoLayout) -> GeoLayout:
    """Return the layout with deviations sampled as suits what the weeks of every geo know."""
    tables = layout.tables
    effects = tables.effects.copy()
    weights = np.zeros_like(tables.centring)
    responses, drivers = _responses(layout), [(n, c) for n in funnel.nodes for c in funnel.drivers(n)]
    for node in range(len(funnel.nodes)):
        rows = np.flatnonzero(tables.tables.effects["cell"] == node)
        if not len(rows) or effects["spread"][rows[0]] < 0:
            continue
        found, errors = _estimates(layout, node, responses[rows])
        for k, row in enumerate(rows):
            weights[row], size = _weights(found[:, k], errors[:, k])
            effects["located"][row] = int(not drivers[row][1].signed)
            effects["middle"][row] = np.log(size)
    return replace(layout, tables=tables._replace(effects=effects, centring=weights))


def _responses(layout: GeoLayout) -> Array:
    """Return what a channel would bring if it brought 1 in a typical week, shape (effects, geos, weeks)."""
    tables, parameters = layout.tables, layout.parameters
    start = middles(parameters)
    theta = expand_of(layout, geo_machine)(start)["theta"]
    out = np.empty((len(tables.effects), *tables.series.shape[1:]))
    geo_machine().respond(layout.packed, theta, out)
    return out[:, :, tables.tables.sizes["window"][0] :]


def _estimates(layout: GeoLayout, node: int, responses: Array) -> tuple[Array, Array]:
    """Return what channels seem to bring to a node and the standard errors, shape (geos, effects of the node)."""
    tables, window = layout.tables, int(layout.tables.tables.sizes["window"][0])
    row, spread = tables.nodes[node], float(np.std(tables.series[node, :, window:]))
    links = tables.tables.parents[row["first_parent"] : row["stop_parent"]]
    controls = range(row["first_control"], row["stop_control"])
    baseline = np.where(tables.shared_sizes[node] >= 0, spread, 1.0)
    found, errors = [], []
    beside = [tables.series[p, :, window:] for p in links["parent"]]
    beside += [tables.control_series[k, :, window:] for k in controls]
    driven, series = np.array([*responses, *beside]), tables.series[node, :, window:]
    sds = np.concatenate([np.full(len(driven), LOOSE), baseline])
    geos = series.shape[0]
    own_driven, own_series = (x - x.mean(axis=-2, keepdims=True) for x in (driven, series))
    lost = (1.0 - 1.0 / geos) ** -0.5  # of the noise, with the mean over geos
    for g in range(geos):
        noise = lost * _noise(np.vstack([own_driven[:, g], tables.design[node]]), sds, own_series[g])
        mean, covariance = _ridge(np.vstack([driven[:, g], tables.design[node]]), sds, series[g], noise)
        found.append(mean[: len(responses)])
        errors.append(np.sqrt(np.diag(covariance)[: len(responses)]))
    return np.array(found), np.array(errors)


def _noise(columns: Array, sds: Array, own: Array) -> float:
    """Return the noise of a geo by its weeks less those of all geos: what they have in common, the model takes off."""
    noise = max(float(own.std()), 1e-9)
    for _ in range(TURNS):
        mean, covariance = _ridge(columns, sds, own, noise)
        used = float(np.trace(covariance @ columns @ columns.T)) / noise**2  # degrees of freedom
        rest = own - mean @ columns
        noise = max(float(np.sqrt(rest @ rest / max(len(own) - used, 1.0))), 1e-9)
    return noise


def _ridge(columns: Array, sds: Array, series: Array, noise: float) -> tuple[Array, Array]:
    """Return mean and covariance of coefficients with given prior sds; ``columns`` has shape (columns, weeks)."""
    covariance = np.linalg.inv(columns @ columns.T / noise**2 + np.diag(sds**-2.0))
    return covariance @ (columns @ series) / noise**2, covariance


def _weights(found: Array, errors: Array) -> tuple[Array, float]:
    """Return the best weight of every geo, tau^2 / (tau^2 + s_g^2), and about what the channel brings over all."""
    precision = errors**-2.0
    together = float(precision @ found / precision.sum())
    size = max(together, 2.0 * precision.sum() ** -0.5)  # what is not told from nothing is as loose as that
    relative = errors / size
    away = (found - together) / size
    trust = relative**-2.0
    excess = trust @ away**2 - (len(found) - 1)
    whole = float(trust.sum())
    apart = float(np.sqrt(max(float(excess), 0.0) / max(whole - float(trust @ trust) / whole, 1e-9)))
    spread = min(max(apart, LEAST_SPREAD), MOST_SPREAD)
    return spread**2 / (spread**2 + relative**2), size
