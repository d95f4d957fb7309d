r"""The log density of results of tests and its gradient: a term beside that of the weeks, compiled apart.

What a test should find is linear in what its two arms bring to nodes::

    h = sum_nt W_nt Delta M_nt       Delta M_n = sum_c s_nc [R(u_more) - R(u_less)] + sum_p delta_np A(Delta M_p)

where s is the contribution over the mean response of the data window, as in :mod:`omnimix.mechanics.forward`. Baseline
and unseen demand are the same in both arms and drop out, so that they stay integrated out of the density of the weeks.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix import curves
from omnimix.machine_code import OUTER, REASSOCIATE, sources_digest, stored
from omnimix.mechanics import Array, forward, tables
from omnimix.mechanics.forward import carry_over, respond
from omnimix.model import means, native, transforms
from omnimix.model.means import fill_kernel
from omnimix.model.native import Packed, density_of, expand_of, tables_in
from omnimix.model.nutpie_import import import_nutpie
from omnimix.model.transforms import constrain_all, pull_followers
from omnimix.spec.experiment import BREADTH, DOUBT

DIGEST = sources_digest(curves, forward, means, native, tables, transforms)
LOG_INSIDE, LOG_OUTSIDE = math.log1p(-DOUBT), math.log(DOUBT) - math.log(BREADTH)


class ArmsOfTests(NamedTuple):
    """Tests as compiled code reads them; their timeline begins with the training weeks.

    Attributes:
        more: exposure in the arm with more spend, in typical weeks, shape (tests, levers, weeks).
        less: in the arm with less, likewise.
        weights: of what media bring to nodes, on the model's scale, in the test's metric, shape (tests, nodes, weeks).
        values: results, shape (tests,).
        errors: standard errors, shape (tests,).
    """

    more: Array
    less: Array
    weights: Array
    values: Array
    errors: Array


@njit(fastmath=REASSOCIATE, **OUTER)
def _pull_kernel(row: Any, kernel: Any, pull: Any, series: Any, factor: float, grad: Any) -> None:
    """Add to the carryover parameters of a row what ``pull``, a derivative by the carried series, makes of them."""
    weeks = pull.shape[0]
    first, second, third = 0.0, 0.0, 0.0
    for lag in range(min(row.lags, weeks)):
        by_weight = 0.0
        for week in range(weeks - lag):
            by_weight += pull[week + lag] * series[week]
        first += by_weight * kernel[1, lag]
        second += by_weight * kernel[2, lag]
        third += by_weight * kernel[3, lag]
    if row.adstock_first >= 0:
        grad[row.adstock_first] += factor * first
    if row.adstock_second >= 0:
        grad[row.adstock_second] += factor * second
    if row.adstock_third >= 0:
        grad[row.adstock_third] += factor * third


@njit(fastmath=REASSOCIATE, **OUTER)
def _pull_response(row: Any, kernel: Any, parts: Any, exposure: Any, wanted: Any, grad: Any) -> None:
    """Pull ``wanted``, the derivative by a response, back to the curves of its effect."""
    weeks, first, second = wanted.shape[0], 0.0, 0.0
    pull = np.empty(weeks)
    for week in range(weeks):
        first += wanted[week] * parts[2, week]
        second += wanted[week] * parts[3, week]
        pull[week] = wanted[week] * parts[1, week]
    if row.saturation_first >= 0:
        grad[row.saturation_first] += first
    if row.saturation_second >= 0:
        grad[row.saturation_second] += second
    _pull_kernel(row, kernel, pull, exposure, 1.0, grad)


class ArmsWork(NamedTuple):
    """What the way there leaves for the way back."""

    kernels: Any  # (effects, 4, lags)
    links: Any  # (parents, 4, lags)
    responses: Any  # (effects, 3, 4, weeks): the arm with more, with less, and as carried out
    sizes: Any  # (effects,): mean response over the data window, as carried out
    moved: Any  # (effects,): 1 where the arms differ
    change: Any  # (nodes, weeks): of what media bring, on the model's scale


@njit(fastmath=REASSOCIATE, **OUTER)
def _act(k: int, table: Any, theta: Any, more: Any, less: Any, work: Any) -> None:
    """Add to the change of a node what an effect brings more in one arm than in the other."""
    row, arms, kernel = table.effects[k], work.responses[k], work.kernels[k]
    weeks, trained, window = more.shape[1], table.exposure.shape[1], table.sizes[0].window
    apart, none = 0.0, np.zeros(weeks)
    for week in range(weeks):
        apart += abs(more[row.lever, week] - less[row.lever, week])
    if apart == 0.0:
        return
    work.moved[k] = 1.0
    fill_kernel(row, theta, kernel)
    first = theta[row.saturation_first] if row.saturation_first >= 0 else 1.0
    second = theta[row.saturation_second] if row.saturation_second >= 0 else 1.0
    respond(row, kernel[0], first, second, more[row.lever], none, arms[0])
    respond(row, kernel[0], first, second, less[row.lever], none, arms[1])
    respond(row, kernel[0], first, second, table.exposure[row.lever], none[:trained], arms[2][:, :trained])
    total = 0.0
    for week in range(window, trained):
        total += arms[2, 0, week]
    work.sizes[k] = total / (trained - window)
    scale = theta[row.contribution] / work.sizes[k]
    for week in range(weeks):
        work.change[row.cell, week] += scale * (arms[0, 0, week] - arms[1, 0, week])


@njit(fastmath=REASSOCIATE, **OUTER)
def _back_through_link(k: int, table: Any, theta: Any, work: Any, back: Any, grad: Any) -> None:
    """Pull the derivatives by a node's change back through a link, to its effect, its kernel and the parent."""
    link, kernel = table.parents[k], work.links[k]
    weeks = back.shape[1]
    carried = np.zeros(weeks)
    carry_over(kernel[0], link.lags, work.change[link.parent], 1.0, carried)
    for week in range(weeks):
        grad[link.effect] += back[link.cell, week] * carried[week]
    for lag in range(min(link.lags, weeks)):
        weight = theta[link.effect] * kernel[0, lag]
        for week in range(weeks - lag):
            back[link.parent, week] += weight * back[link.cell, week + lag]
    _pull_kernel(link, kernel, back[link.cell], work.change[link.parent], theta[link.effect], grad)


@njit(fastmath=REASSOCIATE, **OUTER)
def _back_through_effect(k: int, table: Any, theta: Any, more: Any, less: Any, work: Any, back: Any, grad: Any) -> None:
    """Pull the derivatives by a node's change back to the contribution and the curves of an effect."""
    row, arms, kernel, size = table.effects[k], work.responses[k], work.kernels[k], work.sizes[k]
    weeks, trained, window = more.shape[1], table.exposure.shape[1], table.sizes[0].window
    along, scale = 0.0, theta[row.contribution] / size
    wanted, against, drift = np.empty(weeks), np.empty(weeks), np.zeros(trained)
    for week in range(weeks):
        along += back[row.cell, week] * (arms[0, 0, week] - arms[1, 0, week])
        wanted[week] = scale * back[row.cell, week]
        against[week] = -wanted[week]
    grad[row.contribution] += along / size
    for week in range(window, trained):
        drift[week] = -scale * along / size / (trained - window)
    _pull_response(row, kernel, arms[0], more[row.lever], wanted, grad)
    _pull_response(row, kernel, arms[1], less[row.lever], against, grad)
    _pull_response(row, kernel, arms[2][:, :trained], table.exposure[row.lever], drift, grad)


@njit(fastmath=REASSOCIATE, **OUTER)
def found_by_test(table: Any, theta: Any, more: Any, less: Any, weights: Any, grad: Any) -> float:
    """Return what one test should find and fill its derivatives by the parameters."""
    nodes, weeks = weights.shape
    effects, parents, longest = table.effects.shape[0], table.parents.shape[0], table.sizes[0].longest
    work = ArmsWork(
        np.zeros((effects, 4, longest)), np.zeros((parents, 4, longest)), np.zeros((effects, 3, 4, weeks)),
        np.ones(effects), np.zeros(effects), np.zeros((nodes, weeks)),
    )  # fmt: skip
    found, effect, parent = 0.0, 0, 0
    for node in range(nodes):
        while effect < effects and table.effects[effect].cell == node:
            _act(effect, table, theta, more, less, work)
            effect += 1
        while parent < parents and table.parents[parent].cell == node:
            link, kernel = table.parents[parent], work.links[parent]
            fill_kernel(link, theta, kernel)
            carry_over(kernel[0], link.lags, work.change[link.parent], theta[link.effect], work.change[node])
            parent += 1
        for week in range(weeks):
            found += weights[node, week] * work.change[node, week]
    back = weights.copy()
    for k in range(grad.shape[0]):
        grad[k] = 0.0
    for node in range(nodes - 1, -1, -1):
        while parent > 0 and table.parents[parent - 1].cell == node:
            parent -= 1
            _back_through_link(parent, table, theta, work, back, grad)
        while effect > 0 and table.effects[effect - 1].cell == node:
            effect -= 1
            if work.moved[effect] > 0:
                _back_through_effect(effect, table, theta, more, less, work, back, grad)
    return found


@njit(**OUTER)
def tests_log_density(
    table: Any, z: Any, more: Any, less: Any, weights: Any, values: Any, errors: Any, found: Any, grad: Any
) -> float:
    """Return the log density of all results at ``z``, unbounded; fill what they should be, and its gradient."""
    size = z.shape[0]
    theta, slope, by_z, by_test = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    constrain_all(table.parameters, z, theta, slope, by_z)
    for k in range(size):
        grad[k] = 0.0
    total = 0.0
    for test in range(values.shape[0]):
        found[test] = found_by_test(table, theta, more[test], less[test], weights[test], by_test)
        away = (values[test] - found[test]) / errors[test]
        inside = LOG_INSIDE - 0.5 * away * away
        outside = LOG_OUTSIDE - 0.5 * (away / BREADTH) ** 2
        top = max(inside, outside)
        near, far = math.exp(inside - top), math.exp(outside - top)
        total += top + math.log(near + far)
        slope_of = (near + far / BREADTH**2) / (near + far) * away / errors[test]
        for k in range(size):
            grad[k] += slope_of * by_test[k]
    for k in range(size):
        grad[k] *= slope[k]
    pull_followers(table.parameters, z, theta, slope, grad)
    for k in range(size):
        if table.parameters[k].leader >= 0:
            grad[k] += z[k]  # their own prior stands in the density of the weeks
    return total


@functools.cache
def tests_machine() -> Any:
    """Return the log density of tests as machine code, from the disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def log_density(packed, z, more, less, weights, values, errors, found, grad):  # type: ignore[no-untyped-def]
        if digest < 0:
            return np.nan
        return tests_log_density(tables_in(packed), z, more, less, weights, values, errors, found, grad)

    return log_density


def tested_model(layout: Packed, tests: ArmsOfTests) -> Any:
    """Return the model with results of tests as nutpie samples it, by its documented door.

    Python calls the compiled density of the weeks and that of the tests once a gradient.
    """
    import_nutpie()
    from nutpie.compiled_pyfunc import from_pyfunc

    size = len(layout.parameters)
    dtypes, shapes = [np.dtype("float64")], [(size,)]
    return from_pyfunc(size, lambda: _density(layout, tests), lambda *_: expand_of(layout), dtypes, shapes, ["theta"])


def _density(layout: Packed, tests: ArmsOfTests) -> Callable[..., tuple[float, Array]]:
    of_weeks = density_of(layout)

    def density(z: Array) -> tuple[float, Array]:
        value, grad = of_weeks(z)
        if value == -np.inf:
            return value, grad
        more, _, by_tests = results_at(layout, tests, z)
        return value + more, grad + by_tests

    return density


def results_at(layout: Packed, tests: ArmsOfTests, z: Array) -> tuple[float, Array, Array]:
    """Return the log density of results at ``z``, what each should be there, and the gradient."""
    found, grad = np.empty(len(tests.values)), np.empty(len(layout.parameters))
    value = tests_machine()(layout.packed, np.ascontiguousarray(z), *tests, found, grad)
    return float(value), found, grad
