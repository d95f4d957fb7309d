"""The baselines of all geos, which were integrated out, drawn from their conditional; see the likelihood. Compiled."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.machine_code import OUTER, REASSOCIATE
from omnimix.model.geo_likelihood import geo_factors
from omnimix.model.geo_means import baselines, geo_work_space, run_geos


@njit(fastmath=REASSOCIATE, **OUTER)
def draw_geo_baselines(data: Any, theta: Any, normals: Any, out: Any, brought: Any, sizes: Any, figures: Any) -> None:
    """Fill ``out``, shape (draws, nodes, geos, terms), with coefficients of every geo's baseline in prior sds.

    ``normals`` are standard normal numbers of shape (draws, nodes, geos + 2, terms). ``brought``, shape (draws,
    effects, geos), gets what channels bring, ``sizes`` (draws, effects) their mean responses over geos, and ``figures``
    (draws, missing) the figures that are not known, as deviation from a typical week.

    Own parts are drawn as if geos shared nothing, which is right across the direction a / |a| of the residuals; along
    it, shared and own part are drawn together from F and then parted.
    """
    for draw in range(theta.shape[0]):
        work = geo_work_space(data)
        run_geos(data, theta[draw], work)
        for k in range(sizes.shape[1]):
            sizes[draw, k] = work.sizes[k]
            for g in range(brought.shape[2]):
                brought[draw, k, g] = work.brought[k, g]
        for k in range(data.missing.shape[0]):
            gap = data.missing[k]
            figures[draw, k] = work.mean[gap.node, gap.geo, gap.week] + theta[draw, gap.parameter]
        for node in range(data.nodes.shape[0]):
            baseline, common = baselines(data, node, theta[draw]), theta[draw, data.nodes[node].common]
            _draw(work.residual[node], baseline, work.noise[node], common, normals[draw, node], out[draw, node])


@njit(fastmath=REASSOCIATE, **OUTER)
def _draw(residual: Any, baseline: Any, noise: Any, common: float, normals: Any, out: Any) -> None:
    """Fill ``out`` with b + noise_g v_g of every geo."""
    geos, weeks = residual.shape
    own, shared, terms = baseline.own, baseline.shared, baseline.own.shape[0]
    factors = geo_factors(baseline, noise, common)
    length, total_scales = factors.length, factors.total
    root, root_first = np.linalg.cholesky(factors.inverse), np.linalg.cholesky(factors.inverse_first)
    products, along, first = np.empty(terms), np.zeros(terms), np.zeros(terms)  # Z' e_g; sum of c_g w_g; Z' q
    for g in range(geos):
        for k in range(terms):
            total = 0.0
            for week in range(weeks):
                total += baseline.design[k, week] * residual[g, week]
            products[k] = total / noise[g]
            first[k] += products[k] / (noise[g] * length)
        for k in range(terms):
            total = 0.0
            for j in range(terms):
                total += factors.inverse[k, j] * own[j] * products[j] + root[k, j] * normals[g, j]
            out[g, k] = own[k] * total
            along[k] += out[g, k] / (noise[g] * length)
    for k in range(terms):
        total = 0.0
        for j in range(terms):
            total += factors.inverse_first[k, j] * total_scales[j] * first[j]
            total += math.sqrt(factors.ridge) * root_first[k, j] * normals[geos, j]
        whole = total_scales[k] * total  # own part along a, and |a| b
        part = (length * shared[k] / total_scales[k]) ** 2
        scaled = part * whole + math.sqrt(part) * own[k] * normals[geos + 1, k]
        for g in range(geos):
            own_part = out[g, k] + (whole - scaled - along[k]) / (noise[g] * length)
            out[g, k] = scaled / length + noise[g] * own_part
