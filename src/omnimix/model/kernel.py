"""The density of a whole funnel and its gradient in one compiled pass over arrays that describe the equations.

Everything travels in two flat arrays (``ints``, ``floats``), laid out by :mod:`omnimix.model.layout`; a new funnel
therefore needs no new machine code. With y the series of a node as deviation from a typical week on the model's scale,
f what a channel brings, A the carryover of a link and the parents p of a node::

    M = sum_c f_c + sum_p delta_p A(M_p)                    what media bring, over all paths
    y = baseline + sum_c f_c + sum_p [ delta_p A(y_p) + kappa_p (y_p - M_p) ] + noise
    x = baseline + slope (y_p - own_p) + noise              spend that answers to p

where own_p is what the spend that answers to p itself brings to p. Baseline and kappa are linear and Gaussian and
integrated out; kappa's column moves with the parameters. The forward pass fills :class:`Work`, the backward pass runs
through the equations from the last to the first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.curves import lag_weights
from omnimix.mechanics.response import REASSOCIATE, carry_over, pull_back, response_with_gradient
from omnimix.model.constrain import constrain_all, pull_followers
from omnimix.model.observe import normal_node, student_node
from omnimix.model.totals import total_priors

LINK_COLUMNS, PARENT_COLUMNS = 11, 8


class Work(NamedTuple):
    """What the forward pass leaves for the backward pass; rows of weeks, media history included."""

    parts: Any  # (links, 4, weeks): response and its derivatives, times the audience
    kernels: Any  # (links, 3, lags)
    sizes: Any  # (links,): mean response in the data window
    series: Any  # (nodes, weeks): deviation from a typical week; zero where unknown
    media: Any  # (nodes, weeks)
    own: Any  # (nodes, weeks): what the spend that answers to the node brings to it
    mean: Any  # (equations, weeks): without baseline and kappa
    carried: Any  # (parents, weeks): series of the parent after carryover
    carried_media: Any  # (parents, weeks)
    parent_kernels: Any  # (parents, 3, lags)


@njit(nogil=True, error_model="numpy")
def work_space(ints: Any) -> Any:
    """Return empty arrays of the right sizes."""
    weeks, links, parents, longest = ints[2], ints[14], ints[15], ints[16]
    return Work(
        np.empty((links, 4, weeks)),
        np.zeros((links, 3, longest)),
        np.empty(links),
        np.zeros((ints[10], weeks)),
        np.zeros((ints[10], weeks)),
        np.zeros((ints[10], weeks)),
        np.zeros((ints[1], weeks)),
        np.zeros((parents, weeks)),
        np.zeros((parents, weeks)),
        np.zeros((parents, 3, longest)),
    )


@njit(nogil=True, error_model="numpy")
def rows_of(ints: Any, start: int, count: int, columns: int) -> Any:
    """Return a table of integers."""
    return ints[start : start + count * columns].reshape((count, columns))


@njit(nogil=True, error_model="numpy")
def fill_series(ints: Any, floats: Any, theta: Any, series: Any) -> None:
    """Fill ``series`` with the deviations of every node: the observed weeks, and the missing ones as sampled."""
    for node in range(ints[10]):
        at = ints[ints[8] + node]
        for k in range(ints[at + 1]):
            series[node, ints[ints[at + 7] + k]] = floats[ints[at + 4] + k]
        for k in range(ints[at + 19]):
            week = ints[ints[at + 7] + ints[ints[at + 20] + k]]
            series[node, week] = theta[ints[at + 21] + k] - floats[ints[at + 18]]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def forward(ints: Any, floats: Any, theta: Any, work: Any) -> None:
    """Fill ``work`` with the mean of every equation, given the series in it."""
    for equation in range(ints[1]):
        at = ints[ints[8] + equation]
        if ints[at + 12] == 0:
            _media(ints, floats, equation, theta, work)
        _parents(ints, floats, equation, theta, work)


@njit(nogil=True, error_model="numpy")
def _two(row: Any, start: int, theta: Any, out: Any) -> None:
    for k in range(out.shape[0]):
        out[k] = theta[row[start + k]] if row[start + k] >= 0 else 1.0


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _media(ints: Any, floats: Any, node: int, theta: Any, work: Any) -> None:
    """Add what the channels bring to a node."""
    at, weeks, window = ints[ints[8] + node], ints[2], ints[9]
    links = rows_of(ints, ints[at + 11], ints[at + 3], LINK_COLUMNS)
    curve = np.empty(4)
    for k in range(links.shape[0]):
        link = ints[at + 15] + k
        exposure = floats[ints[4] + links[k, 0] * weeks : ints[4] + (links[k, 0] + 1) * weeks]
        parts = work.parts[link]
        _two(links[k], 5, theta, curve)
        weights = response_with_gradient(links[k, 1:4], curve, exposure, parts)
        _keep(weights, work.kernels[link])
        if links[k, 9] >= 0:
            for row in range(4):
                for week in range(weeks):
                    parts[row, week] *= floats[links[k, 9] + week]
        total = 0.0
        for week in range(window, weeks):
            total += parts[0, week]
        work.sizes[link] = total / (weeks - window)
        scale = theta[links[k, 4]] / work.sizes[link]
        for week in range(weeks):
            work.media[node, week] += scale * parts[0, week]
        if links[k, 10] == 1:
            for week in range(weeks):
                work.own[node, week] += scale * parts[0, week]
    for week in range(weeks):
        work.mean[node, week] = work.media[node, week]


@njit(nogil=True, error_model="numpy")
def _keep(weights: Any, out: Any) -> None:
    for row in range(3):
        for lag in range(weights.shape[1]):
            out[row, lag] = weights[row, lag]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _parents(ints: Any, floats: Any, equation: int, theta: Any, work: Any) -> None:
    """Add what the parents bring to the mean of an equation, and what media bring through them."""
    at, weeks = ints[ints[8] + equation], ints[2]
    rows = rows_of(ints, ints[at + 14], ints[at + 13], PARENT_COLUMNS)
    curve = np.empty(2)
    for k in range(rows.shape[0]):
        place, parent, effect = ints[at + 16] + k, rows[k, 0], theta[rows[k, 3]]
        carried = work.carried[place]
        if ints[at + 12] == 1:
            for week in range(weeks):
                carried[week] = work.series[parent, week] - work.own[parent, week]
                work.mean[equation, week] += effect * carried[week]
            continue
        _two(rows[k], 4, theta, curve)
        weights = lag_weights(rows[k, 1], curve[0], curve[1], rows[k, 2])
        _keep(weights, work.parent_kernels[place])
        carry_over(work.series[parent], weights[0], carried)
        for week in range(weeks):
            work.mean[equation, week] += effect * carried[week]
        if ints[at + 17] > 0:  # what media bring matters only to those who read this node
            carry_over(work.media[parent], weights[0], work.carried_media[place])
            for week in range(weeks):
                work.media[equation, week] += effect * work.carried_media[place, week]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE, inline="always")  # one stage less to compile
def log_likelihood(ints: Any, floats: Any, theta: Any, grad: Any, only: int) -> float:
    """Return the log likelihood at ``theta`` and fill ``grad``, shape (parameters,).

    ``only`` is the number of the one equation to count, or -1 for all of them.
    """
    for k in range(ints[0]):
        grad[k] = 0.0
    work = work_space(ints)
    fill_series(ints, floats, theta, work.series)
    forward(ints, floats, theta, work)
    pull = np.zeros((ints[1], ints[2]))
    by_media, by_own = np.zeros((ints[10], ints[2])), np.zeros((ints[10], ints[2]))
    by_series = np.zeros((ints[10], ints[2]))
    total = 0.0
    for equation in range(ints[1]):
        if only < 0 or only == equation:
            total += _observe(ints, floats, equation, theta, work, pull[equation], by_media, by_series, grad)
    for equation in range(ints[1] - 1, -1, -1):
        _back_through_parents(ints, equation, theta, work, pull, by_media, by_own, by_series, grad)
        if ints[ints[ints[8] + equation] + 12] == 0:
            _back_through_media(ints, floats, equation, theta, work, pull, by_media, by_own, grad)
    for node in range(ints[10]):
        at = ints[ints[8] + node]
        for k in range(ints[at + 19]):
            week = ints[ints[at + 7] + ints[ints[at + 20] + k]]
            grad[ints[at + 21] + k] += by_series[node, week] - pull[node, week]
    return total


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def fill_columns(ints: Any, floats: Any, equation: int, theta: Any, work: Any, columns: Any, scales: Any) -> None:
    """Fill the design of an equation, fixed columns first, then demand of its parents, with the scale of every one."""
    at = ints[ints[8] + equation]
    seen, size = ints[at + 1], ints[at + 2]
    for k in range(size):
        group = ints[ints[at + 8] + k]
        scales[k] = theta[ints[ints[at + 9] + group]] if group >= 0 else 1.0
        for week in range(seen):
            columns[k, week] = floats[ints[at + 5] + k * seen + week]
    rows = rows_of(ints, ints[at + 14], ints[at + 13], PARENT_COLUMNS)
    k = size
    for row in rows:
        if row[6] < 0:
            continue
        noise = theta[ints[ints[ints[8] + row[0]] + 10]]
        scales[k] = floats[row[6]] * theta[ints[at + 10]] / noise
        for week in range(seen):
            there = ints[ints[at + 7] + week]
            columns[k, week] = work.series[row[0], there] - work.media[row[0], there]
        k += 1


@njit(nogil=True, error_model="numpy")
def column_count(ints: Any, equation: int) -> int:
    """Return how many linear columns an equation has, those of its parents' demand among them."""
    at = ints[ints[8] + equation]
    rows = rows_of(ints, ints[at + 14], ints[at + 13], PARENT_COLUMNS)
    count = ints[at + 2]
    for row in rows:
        count += int(row[6] >= 0)
    return count


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def fill_residual(ints: Any, floats: Any, equation: int, work: Any, out: Any) -> None:
    """Fill ``out`` with the observed weeks of an equation less their mean without the linear part."""
    at = ints[ints[8] + equation]
    for k in range(ints[at + 1]):
        week = ints[ints[at + 7] + k]
        observed = floats[ints[at + 4] + k] if ints[at + 12] == 1 else work.series[equation, week]
        out[k] = observed - work.mean[equation, week]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _observe(
    ints: Any,
    floats: Any,
    equation: int,
    theta: Any,
    work: Any,
    pull: Any,
    by_media: Any,
    by_series: Any,
    grad: Any,
) -> float:
    """Return log p(observed weeks) and spread its derivatives over mean, noise, scales and the parents' demand."""
    at = ints[ints[8] + equation]
    seen, fixed, size = ints[at + 1], ints[at + 2], column_count(ints, equation)
    columns, scales, residual = np.empty((size, seen)), np.empty(size), np.empty(seen)
    fill_columns(ints, floats, equation, theta, work, columns, scales)
    fill_residual(ints, floats, equation, work, residual)
    by_mean, by_scale, by_column = np.empty(seen), np.zeros(size), np.zeros((size - fixed, seen))
    noise_at, freedom_at = ints[at + 10], ints[ints[at + 9] + 3]
    noise = theta[noise_at]
    if ints[at] == 1:
        value = student_node(residual, columns, scales, theta, noise_at, freedom_at, by_mean, by_scale, by_column, grad)
    else:
        gram = floats[ints[at + 6] : ints[at + 6] + fixed * fixed].reshape((fixed, fixed))
        value = normal_node(residual, columns, gram, scales, noise, by_mean, by_scale, by_column, noise_at, grad)
    for k in range(seen):
        pull[ints[ints[at + 7] + k]] = by_mean[k]
    for k in range(fixed):
        group = ints[ints[at + 8] + k]
        if group >= 0:
            grad[ints[ints[at + 9] + group]] += by_scale[k]
    k = fixed
    for row in rows_of(ints, ints[at + 14], ints[at + 13], PARENT_COLUMNS):
        if row[6] < 0:
            continue
        other = ints[ints[ints[8] + row[0]] + 10]
        grad[noise_at] += by_scale[k] * scales[k] / theta[noise_at]
        grad[other] -= by_scale[k] * scales[k] / theta[other]
        for week in range(seen):
            there = ints[ints[at + 7] + week]
            by_series[row[0], there] += by_column[k - fixed, week]
            by_media[row[0], there] -= by_column[k - fixed, week]
        k += 1
    return value


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _back_through_parents(
    ints: Any,
    equation: int,
    theta: Any,
    work: Any,
    pull: Any,
    by_media: Any,
    by_own: Any,
    by_series: Any,
    grad: Any,
) -> None:
    at, weeks = ints[ints[8] + equation], ints[2]
    rows = rows_of(ints, ints[at + 14], ints[at + 13], PARENT_COLUMNS)
    pulled = pull[equation]
    for k in range(rows.shape[0]):
        place, parent, effect = ints[at + 16] + k, rows[k, 0], theta[rows[k, 3]]
        by_effect = 0.0
        if ints[at + 12] == 1:
            for week in range(weeks):
                by_effect += pulled[week] * work.carried[place, week]
                by_series[parent, week] += effect * pulled[week]
                by_own[parent, week] -= effect * pulled[week]
            grad[rows[k, 3]] += by_effect
            continue
        for week in range(weeks):
            by_effect += pulled[week] * work.carried[place, week]
        if ints[at + 17] > 0:
            for week in range(weeks):
                by_effect += by_media[equation, week] * work.carried_media[place, week]
        grad[rows[k, 3]] += by_effect
        weights = work.parent_kernels[place]
        for lag in range(min(rows[k, 2], weeks)):
            by_weight, weight = 0.0, effect * weights[0, lag]
            for week in range(weeks - lag):
                by_weight += pulled[week + lag] * work.series[parent, week]
                by_series[parent, week] += weight * pulled[week + lag]
            if ints[at + 17] > 0:
                for week in range(weeks - lag):
                    by_weight += by_media[equation, week + lag] * work.media[parent, week]
                    by_media[parent, week] += weight * by_media[equation, week + lag]
            for which in range(2):
                if rows[k, 4 + which] >= 0:
                    grad[rows[k, 4 + which]] += effect * by_weight * weights[1 + which, lag]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _back_through_media(
    ints: Any,
    floats: Any,
    node: int,
    theta: Any,
    work: Any,
    pull: Any,
    by_media: Any,
    by_own: Any,
    grad: Any,
) -> None:
    at, weeks, window = ints[ints[8] + node], ints[2], ints[9]
    links = rows_of(ints, ints[at + 11], ints[at + 3], LINK_COLUMNS)
    both, answering = np.empty(weeks), np.empty(weeks)
    for week in range(weeks):
        both[week] = pull[node, week] + by_media[node, week]
        answering[week] = both[week] + by_own[node, week]
    chain, by_curve = np.empty(weeks), np.empty(4)
    for k in range(links.shape[0]):
        link, contribution = ints[at + 15] + k, theta[links[k, 4]]
        parts, size = work.parts[link], work.sizes[link]
        wanted = answering if links[k, 10] == 1 else both
        along = 0.0
        for week in range(weeks):
            along += wanted[week] * parts[0, week]
        grad[links[k, 4]] += along / size
        for week in range(weeks):
            chain[week] = contribution * wanted[week] / size
        drift = contribution * along / (size * size * (weeks - window))
        for week in range(window, weeks):
            chain[week] -= drift
        for which in range(4):
            by_curve[which] = 0.0
        exposure = floats[ints[4] + links[k, 0] * weeks : ints[4] + (links[k, 0] + 1) * weeks]
        pull_back(work.kernels[link, :, : links[k, 3]], exposure, parts, chain, by_curve)
        for which in range(4):
            if links[k, 5 + which] >= 0:
                grad[links[k, 5 + which]] += by_curve[which]


@njit(nogil=True, error_model="numpy", inline="always")
def log_posterior(ints: Any, floats: Any, z: Any, grad: Any) -> float:
    """Return log prior + log likelihood on the unbounded scale and fill the gradient, shape (parameters,)."""
    count = ints[0]
    theta, slope, by_z = np.empty(count), np.empty(count), np.empty(count)
    total = constrain_all(ints, floats, z, theta, slope, by_z)
    total += log_likelihood(ints, floats, theta, grad, -1)
    total += total_priors(ints, floats, theta, grad)
    for k in range(count):
        grad[k] = grad[k] * slope[k] + by_z[k]
    pull_followers(ints, floats, z, grad)
    return total
