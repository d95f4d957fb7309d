"""A second run that knows the first: sampled in w with z = m + L w, m and L L' mean and covariance of its draws.

Many geos pin down what they share sharply and together, and tuning of ordinary length learns too little of so many
directions. The draws of a first run, however slowly they move, know more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from omnimix.mechanics import Array
from omnimix.model.geo_build import GeoLayout
from omnimix.model.geo_native import geo_machine
from omnimix.model.warm import WarmStart, shrunk_covariance, unbounded, warm_model


def geo_unbounded(layout: GeoLayout, theta: Array) -> Array:
    """Return draws, shape (draws, parameters), on the scale on which they are sampled; it undoes the expansion."""
    z, tables = unbounded(layout.parameters, theta), layout.tables
    for k, own in enumerate(tables.effects):
        if own["spread"] < 0:
            continue
        spread = theta[:, own["spread"]]
        middle = np.log(theta[:, tables.tables.effects["contribution"][k]]) - own["middle"] if own["located"] else 0.0
        for g, weight in enumerate(tables.centring[k]):
            at = own["first"] + g
            z[:, at] = weight * middle + spread**weight * theta[:, at]
    return z


def geo_restart(layout: GeoLayout, theta: Array) -> WarmStart:
    """Return centre and scale of a run from its draws, shape (chains, draws, parameters)."""
    z = geo_unbounded(layout, theta.reshape(-1, theta.shape[2]))
    z = z[np.isfinite(z).all(axis=1)]  # a value at the very end of its range has no place on the unbounded scale
    return WarmStart(z.mean(axis=0), np.linalg.cholesky(shrunk_covariance(z)))


def restarted_model(layout: GeoLayout, theta: Array) -> Any:
    """Return the model as nutpie samples it in w; see the module."""
    return warm_model(layout, geo_restart(layout, theta), code=geo_machine)
