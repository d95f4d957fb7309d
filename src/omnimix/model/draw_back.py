"""What was integrated out, drawn back, and the parts from which weeks are drawn. Compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from omnimix.mechanics.response import REASSOCIATE
from omnimix.model.kernel import column_count, fill_columns, fill_residual, fill_series, forward, work_space
from omnimix.model.observe import draw_coefficients


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def linear_parts(
    ints: Any, floats: Any, equation: int, theta: Any, series: Any, mean: Any, columns: Any, scales: Any
) -> None:
    """Fill the mean of an equation without its linear part, shape (weeks,), and its columns with their scales.

    ``series`` are deviations of every node from a typical week, shape (nodes, weeks).
    """
    work = work_space(ints)
    work.series[:] = series
    forward(ints, floats, theta, work)
    mean[:] = work.mean[equation]
    fill_columns(ints, floats, equation, theta, work, columns, scales)


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def draw_linear_parts(ints: Any, floats: Any, theta: Any, normals: Any, out: Any, sizes: Any) -> None:
    """Fill ``out`` with coefficients of the columns of all equations, drawn from their conditional.

    ``out`` has shape (draws, columns), the equations one after the other; coefficients of fixed columns are in units of
    their prior sd. ``normals`` are standard normal numbers of the same shape. For Student-t noise the coefficients
    were sampled and are only put in place. ``sizes``, shape (draws, links), gets the mean response of every link.
    """
    for draw in range(theta.shape[0]):
        work = work_space(ints)
        fill_series(ints, floats, theta[draw], work.series)
        forward(ints, floats, theta[draw], work)
        for link in range(work.sizes.shape[0]):
            sizes[draw, link] = work.sizes[link]
        start = 0
        for equation in range(ints[1]):
            size = column_count(ints, equation)
            stop = start + size
            _draw_equation(ints, floats, equation, theta[draw], work, normals[draw, start:stop], out[draw, start:stop])
            start = stop


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _draw_equation(ints: Any, floats: Any, equation: int, theta: Any, work: Any, normals: Any, out: Any) -> None:
    at = ints[ints[8] + equation]
    seen, size, fixed = ints[at + 1], out.shape[0], ints[at + 2]
    columns, scales, residual = np.empty((size, seen)), np.empty(size), np.empty(seen)
    fill_columns(ints, floats, equation, theta, work, columns, scales)
    if ints[at] == 1:
        raw_at = ints[ints[at + 9] + 3] + 1
        for k in range(size):
            out[k] = scales[k] * theta[raw_at + k]
        return
    gram = floats[ints[at + 6] : ints[at + 6] + fixed * fixed].reshape((fixed, fixed))
    fill_residual(ints, floats, equation, work, residual)
    draw_coefficients(residual, columns, gram, scales, theta[ints[at + 10]], normals, out)
