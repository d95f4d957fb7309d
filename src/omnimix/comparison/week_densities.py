r"""How likely every observed week is, draw by draw, once that week itself is left out.

Baseline and kappa are integrated out, so the weeks of a Gaussian cell are not independent given the other parameters:
y ~ N(f, S) with S = noise^2 I + Z D^2 Z'. Given all other weeks a week is normal (Sundararajan and Keerthi 2001)::

    y_i | y_-i ~ N( y_i - [S^-1 r]_i / [S^-1]_ii,  1 / [S^-1]_ii )        r = y - f

and by the identities of Woodbury and Sylvester, with M = noise^2 I + D Z'Z D = L L' and A = L^-1 D Z'::

    S^-1 r = (r - A'A r) / noise^2        [S^-1]_ii = (1 - sum_k A_ki^2) / noise^2

For Student-t noise the coefficients of the baseline were sampled; given them the weeks are independent. A week that was
empty and is sampled along counts among the others and has no density of its own. A node is judged given the weeks of
its parents as they were seen.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import gammaln

from omnimix.labels import BASELINE_COEFFICIENT, NODE, PARENT
from omnimix.mechanics import Array, window_design
from omnimix.mechanics.parameters import LAG, LATER_SHOCK, SHOCK_COEFFICIENT, Shock, shocks
from omnimix.model.build import Ints, Layout, build_layout
from omnimix.model.native import machine
from omnimix.posterior import Posterior
from omnimix.posterior.sampled import sampled_numbers
from omnimix.spec import Node

CHUNK = 200  # draws at once: some 10 million numbers
LOG_TWO_PI = float(np.log(2 * np.pi))


def week_densities(posterior: Posterior) -> Iterator[tuple[str, pd.DatetimeIndex, Array]]:
    """Give by node its observed weeks and log p(week | all other weeks), shape (draws, weeks), in the node's units."""
    layout = build_layout(posterior.funnel, posterior.panel, posterior.scaling)
    theta = np.ascontiguousarray(sampled_numbers(posterior))
    for number, node in enumerate(posterior.funnel.nodes):
        known = observed_weeks(layout, number)
        student = bool(layout.tables.cells[number]["student"])
        found = _independent(posterior, layout, number, theta) if student else _left_out(layout, number, theta)
        scale = posterior.scaling.scale(node.name)
        density = found[:, known] - np.log(scale.scale)
        weeks = posterior.scaling.weeks[known]
        if scale.log:
            density = density - np.log(posterior.panel.series(node.name).reindex(weeks).to_numpy(dtype=float))
        yield node.name, pd.DatetimeIndex(weeks), density


def observed_weeks(layout: Layout, number: int) -> Ints:
    """Return the places of the weeks that were seen in a cell; those sampled along are not among them."""
    tables = layout.tables
    seen = tables.seen[number] > 0
    seen[tables.missing["week"][tables.missing["cell"] == number]] = False
    return np.flatnonzero(seen)


def _left_out(layout: Layout, number: int, theta: Array) -> Array:
    noise = theta[:, layout.tables.cells[number]["noise"]]
    out = np.empty((len(theta), layout.tables.series.shape[1]))
    for first in range(0, len(theta), CHUNK):
        part = slice(first, first + CHUNK)
        residual, columns, scales = parts_of_cell(layout, number, theta[part])
        out[part] = gaussian_left_out(residual, columns, scales, noise[part])
    return out


def gaussian_left_out(residual: Array, columns: Array, scales: Array, noise: Array) -> Array:
    """Return log p(week | all other weeks), shape (draws, weeks), with the linear part integrated out.

    Args:
        residual: weeks less their mean without the linear part, shape (draws, weeks).
        columns: of the linear part, shape (draws, columns, weeks); zero with the residual in weeks that do not count.
        scales: prior sd of every coefficient, shape (draws, columns).
        noise: sd of the weeks, shape (draws,).
    """
    variance = noise[:, None] ** 2
    scaled = columns * scales[:, :, None]
    precision = scaled @ scaled.transpose(0, 2, 1) + variance[:, :, None] * np.eye(columns.shape[1])
    lower = np.linalg.cholesky(precision)
    whitened = np.linalg.solve(lower, scaled)
    along = np.einsum("dkw,dw->dk", whitened, residual)
    pulled = (residual - np.einsum("dkw,dk->dw", whitened, along)) / variance
    diagonal = (1.0 - (whitened**2).sum(axis=1)) / variance
    return np.asarray(0.5 * (np.log(diagonal) - LOG_TWO_PI - pulled**2 / diagonal))


def _independent(posterior: Posterior, layout: Layout, number: int, theta: Array) -> Array:
    """Return the Student-t log density of every week, given the coefficients that were sampled."""
    node = posterior.funnel.nodes[number]
    cell = layout.tables.cells[number]
    sds = window_design(posterior.funnel, posterior.scaling, posterior.panel).sds(posterior.scaling.scale(node.name))
    coefficients = posterior.numbers(BASELINE_COEFFICIENT, **{NODE: node.name})
    coefficients = np.divide(coefficients, sds, out=np.zeros_like(coefficients), where=sds > 0)
    coefficients = np.column_stack([coefficients, *(_of_shock(posterior, node, s) for s in shocks(node))])
    out = np.empty((len(theta), layout.tables.series.shape[1]))
    for first in range(0, len(theta), CHUNK):
        part = slice(first, first + CHUNK)
        residual, columns, _ = parts_of_cell(layout, number, theta[part])
        left = residual - np.einsum("dkw,dk->dw", columns, coefficients[part])
        noise, freedom = theta[part, cell["noise"]][:, None], theta[part, cell["freedom"]][:, None]
        constant = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - 0.5 * np.log(freedom * np.pi) - np.log(noise)
        out[part] = constant - (freedom + 1) / 2 * np.log1p((left / noise) ** 2 / freedom)
    return out


def _of_shock(posterior: Posterior, node: Node, shock: Shock) -> Array:
    place: dict[str, str | int] = {NODE: node.name, PARENT: shock.parent}
    if shock.lag == 0:
        return posterior.numbers(SHOCK_COEFFICIENT, **place)
    return posterior.numbers(LATER_SHOCK, **place, **{LAG: shock.lag})


def parts_of_cell(layout: Layout, number: int, theta: Array) -> tuple[Array, Array, Array]:
    """Return residual without the linear part, columns and scales of a cell for some draws."""
    tables, weeks = layout.tables, layout.tables.series.shape[1]
    row, size = tables.cells[number], tables.design.shape[1]
    size += int(row["stop_shock"] - row["first_shock"])
    residual, mean = np.empty((len(theta), weeks)), np.empty(weeks)
    columns, scales = np.empty((len(theta), size, weeks)), np.empty((len(theta), size))
    sampled = tables.missing[tables.missing["cell"] == number]
    for draw, numbers in enumerate(theta):
        machine().linear_parts(layout.packed, number, numbers, mean, columns[draw], scales[draw])
        series = tables.series[number].copy()
        series[sampled["week"]] = numbers[sampled["parameter"]] - row["level"]
        residual[draw] = (series - mean) * tables.seen[number]
    return residual, columns, scales
