"""What was integrated out, drawn from its conditional, and the parts from which weeks are drawn. Compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from omnimix.machine_code import OUTER, REASSOCIATE
from omnimix.model.likelihood import factorise, whiten
from omnimix.model.means import column_count, fill_columns, residual_of, run, work_space
from omnimix.model.tracker_density import tracker_mean, tracker_scales


@njit(fastmath=REASSOCIATE, **OUTER)
def linear_parts(tables: Any, cell: int, theta: Any, mean: Any, columns: Any, scales: Any) -> None:
    """Fill the mean of a cell without its linear part, shape (weeks,), and its columns with their scales.

    After the last cell comes a survey that follows the stock, with its columns over what chance alone does to it.
    """
    work = work_space(tables)
    run(tables, theta, work)
    if cell == tables.cells.shape[0]:
        tracker_mean(tables, theta, work, mean)
        columns[:] = tables.tracker_design
        tracker_scales(tables, theta, scales)
        return
    for week in range(mean.shape[0]):
        mean[week] = work.mean[cell, week]
    fill_columns(tables, cell, theta, work.demand, columns, scales)


@njit(fastmath=REASSOCIATE, **OUTER)
def draw_linear_parts(tables: Any, theta: Any, normals: Any, out: Any, sizes: Any) -> None:
    """Fill ``out`` with coefficients of the columns of all cells, drawn from their conditional.

    ``out`` has shape (draws, columns), the cells one after the other; coefficients of fixed columns are in units of
    their prior sd. Given the other parameters they are Gaussian with mean D w and covariance noise^2 D M^{-1} D, where
    M and w are those of :mod:`omnimix.model.likelihood`. ``normals`` are standard normal numbers of the same shape. For
    Student-t noise the coefficients were sampled and are only put in place. ``sizes``, shape (draws, effects), gets the
    mean response of every effect.
    """
    weeks = tables.series.shape[1]
    for draw in range(theta.shape[0]):
        work = work_space(tables)
        run(tables, theta[draw], work)
        for effect in range(sizes.shape[1]):
            sizes[draw, effect] = work.state.sizes[effect]
        start = 0
        for cell in range(tables.cells.shape[0]):
            row, size = tables.cells[cell], column_count(tables, cell)
            columns, scales, residual = np.empty((size, weeks)), np.empty(size), np.empty(weeks)
            fill_columns(tables, cell, theta[draw], work.demand, columns, scales)
            if row.student == 1:
                for k in range(size):
                    out[draw, start + k] = scales[k] * theta[draw, row.freedom + 1 + k]
                start += size
                continue
            residual_of(tables, cell, work, residual)
            upper, inverse, middle = np.empty((size, size)), np.empty((size, size)), np.empty(size)
            factorise(columns, tables.gram[cell], scales, theta[draw, row.noise], upper, inverse)
            whiten(residual, columns, scales, inverse, middle)
            for k in range(size):
                total = 0.0
                for j in range(k, size):
                    total += inverse[k, j] * (middle[j] + theta[draw, row.noise] * normals[draw, start + j])
                out[draw, start + k] = scales[k] * total
            start += size
