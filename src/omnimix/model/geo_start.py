r"""Where a fit of several geos begins, and which way and how far its steps go, before any draw.

Many geos pin down what they share sharply and together: the noise of all geos against that of each, what a channel
brings over all against what it brings in each and against its curve, the parts of a carryover against each other. Of
some hundred such directions usual tuning learns too little. The curvature of the density knows them beforehand.

Sizes of other parameters (how far geos differ, how rough a baseline is) are held at the middle of their priors: a
density has no finite peak over them and what they size. Over all others its peak m is found, and with the second
derivatives H there the fit is sampled in w with z = m + L w, L L' = H^-1, as warm refits are (decision 061). Tuning
goes on from there.

Every chain begins at a peak of its own, searched from a place of its own as far apart as chains ever began: where the
density has several, chains still find different ones and R-hat says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

from omnimix.mechanics import SCALED_GROUPS, Array
from omnimix.mechanics.geo_parameters import COMMON_NOISE, GEO_SPREAD, OWN_SIZES
from omnimix.model.geo_build import GeoLayout
from omnimix.model.geo_native import geo_machine
from omnimix.model.native import density_of, starts_of
from omnimix.model.warm import WarmStart, middles, warm_model

SIZES = {GEO_SPREAD, COMMON_NOISE, *(f"{g}_scale" for g in SCALED_GROUPS), *(name for name, _ in OWN_SIZES.values())}
STEPS = 300  # of the search for a peak
STEP = 1e-4  # of a difference of gradients, on the unbounded scale
LEAST = 0.25  # curvature below which a direction is as wide as its prior, and wider than that is not believed
MOST = 1500  # parameters: geos that lack many figures have one each, and w costs their square a step
TOO_LOW = 1e12  # in the place of a log density that is not finite


def geo_start(layout: GeoLayout) -> WarmStart | None:
    """Return centre and scale of a fit; ``None`` where no curvature can be read or it would cost more than it saves."""
    if len(layout.parameters) > MOST:
        return None
    peak = _peak(layout, middles(layout.parameters))
    density, free = density_of(layout, geo_machine), _free(layout)
    curvature = np.empty((len(free), len(free)))
    for row, place in enumerate(free):
        away = np.zeros(len(peak))
        away[place] = STEP
        ends = [density(peak + sign * away)[1][free] for sign in (1.0, -1.0)]
        curvature[row] = (ends[1] - ends[0]) / (2.0 * STEP)
    if not np.isfinite(curvature).all():
        return None
    values, vectors = np.linalg.eigh(0.5 * (curvature + curvature.T))
    covariance = np.eye(len(peak))
    covariance[np.ix_(free, free)] = (vectors / np.maximum(values, LEAST)) @ vectors.T
    return WarmStart(peak, np.linalg.cholesky(covariance))


def started_model(layout: GeoLayout) -> Any:
    """Return the model as nutpie samples it in w; ``None`` where there is no start; see the module."""
    start = geo_start(layout)
    if start is None:
        return None
    begin = starts_of(layout.parameters, middles(layout.parameters))

    def near_a_peak(seed: int) -> Array:
        peak = _peak(layout, begin(seed))
        away = np.random.default_rng(seed).uniform(-1.0, 1.0, len(peak))
        return np.asarray(np.linalg.solve(start.factor, peak - start.center) + away)

    return warm_model(layout, start, code=geo_machine, begin=near_a_peak)


def _free(layout: GeoLayout) -> Any:
    """Return the places of the parameters that are not the size of others."""
    return np.array([k for k, p in enumerate(layout.parameters) if p.name not in SIZES])


def _peak(layout: GeoLayout, start: Array) -> Array:
    """Return where the density is highest from ``start`` on, sizes of others held."""
    density, free = density_of(layout, geo_machine), _free(layout)

    def lowered(place: Array) -> tuple[float, Array]:
        z = start.copy()
        z[free] = place
        value, grad = density(z)
        if not (np.isfinite(value) and np.isfinite(grad).all()):
            return TOO_LOW, np.zeros(len(free))
        return -value, -grad[free]

    found = start.copy()
    options = {"maxiter": STEPS, "maxcor": 30, "ftol": 1e-9}
    search: Any = minimize(  # type: ignore[call-overload]
        lowered, start[free], jac=True, method="L-BFGS-B", options=options
    )
    found[free] = search.x
    return found
