r"""What a plan for the weeks after the data brings, draw by draw, and its derivative by weekly spend. Compiled.

The forward pass is that of :mod:`omnimix.mechanics.forward`, with audiences and answering spend simulated; what came
before the plan works on through what its timeline brings along. A search asks for thousands of plans, so the way back
goes from the value to spend, not to parameters::

    value = sum of nodes * E[node] + sum of direct * (what a lever adds directly) - sum of cost * (what answers spend)

``tests/effects/test_future.py`` holds it and the engine together.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.curves import lag_weights
from omnimix.curves.slow_stock import SHARE, pull_back
from omnimix.machine_code import INSIDE, REASSOCIATE
from omnimix.mechanics.forward import Draw, Line, State, forward
from omnimix.mechanics.tables import Structure


class Weeks(NamedTuple):
    """The weeks after the data as the compiled pass reads them: all that no plan changes, most of it one row a draw."""

    effects: Any
    parents: Any
    answers: Any
    node_scales: Any  # NODE_SCALE
    kernels: Any  # (draws, effects, 1, lags)
    curves: Any  # (draws, effects, 2)
    scales: Any  # (draws, effects)
    carried_before: Any  # (draws, effects, weeks)
    crowd_before: Any  # (draws, effects, weeks)
    gathered: Any  # (effects, weeks)
    parent_kernels: Any  # (draws, parents, 1, lags)
    parent_effects: Any  # (draws, parents)
    media_before: Any  # (draws, nodes, weeks)
    demand: Any  # (draws, nodes, weeks)
    linear: Any  # (draws, nodes, weeks): all that no plan moves
    lift: Any  # (draws, nodes): half the noise squared, where effects multiply
    called: Any  # (draws, answers, weeks of the plan)
    responses: Any  # (draws, answers)
    spend_sizes: Any  # (answers,)
    exposure_per_spend: Any  # (1 or draws, levers): by draw where campaigns mix it
    slow: (
        Any  # (draws, effects, SLOW): what comes through the slow stock, which stands as it did at the last known week
    )


class Back(NamedTuple):
    """Derivatives of the value on the way back."""

    exposure: Any  # (levers, weeks of the plan)
    media: Any  # (nodes, weeks)
    pull: Any  # (weeks,)


@njit(fastmath=REASSOCIATE, **INSIDE)
def values_and_slopes(
    chosen: Any, weeks: Any, spend: Any, nodes: Any, direct: Any, cost: Any, values: Any, answered: Any, slopes: Any
) -> None:
    """Value one plan under some draws.

    Args:
        chosen: which draws.
        weeks: :class:`Weeks`.
        spend: money of levers, shape (levers, weeks of the plan).
        nodes: weights of nodes, shape (nodes, weeks).
        direct: weights of direct effects, shape (effects, weeks).
        cost: weights of the money that answering levers spend, shape (answers, weeks of the plan).
        values: filled, shape (chosen,).
        answered: filled with what answering levers spend, shape (chosen, answers).
        slopes: filled, if it has any rows, with the derivative of the value and then of the spend of each answering
            lever by ``spend``, shape (chosen, 1 + answers, levers, weeks of the plan).
    """
    levers, running = spend.shape
    effects, answers, followed = weeks.effects.shape[0], weeks.answers.shape[0], nodes.shape[1]
    none = np.empty((0, 0))
    state = State(
        np.empty((levers, running)), np.ones((effects, followed)), np.empty((effects, 4, followed)), np.empty(0),
        np.empty(nodes.shape), none, np.empty(nodes.shape), np.zeros((answers, running)), np.empty((effects, followed)),
        none, np.empty((0, 0, 0)),
    )  # fmt: skip
    back = Back(np.empty((levers, running)), np.empty(nodes.shape), np.empty(followed))
    no_nodes, no_direct, own_cost = np.zeros(nodes.shape), np.zeros(direct.shape), np.zeros(cost.shape)
    structure = Structure(weeks.effects, weeks.parents, weeks.answers)
    for k in range(chosen.shape[0]):
        at = chosen[k]
        prices = weeks.exposure_per_spend[min(at, weeks.exposure_per_spend.shape[0] - 1)]
        draw = Draw(
            weeks.kernels[at], weeks.curves[at], weeks.scales[at], weeks.parent_kernels[at], weeks.parent_effects[at],
            weeks.responses[at], weeks.slow[at], none,
        )  # fmt: skip
        line = Line(
            -1, 1, weeks.carried_before[at], weeks.media_before[at], weeks.crowd_before[at], weeks.gathered,
            weeks.demand[at], weeks.node_scales, weeks.called[at], weeks.spend_sizes, prices,
        )  # fmt: skip
        for lever in range(levers):
            for week in range(running):
                state.exposure[lever, week] = spend[lever, week] * prices[lever]
        forward(structure, draw, line, state)
        values[k] = _value(at, weeks, state, nodes, direct, cost)
        for answer in range(answers):
            answered[k, answer] = state.answered[answer].sum()
        for turn in range(slopes.shape[1] if slopes.shape[0] > 0 else 0):
            if turn == 0:
                _backward(at, weeks, state, back, nodes, direct, cost)
            else:
                own_cost[turn - 1] = -1.0
                _backward(at, weeks, state, back, no_nodes, no_direct, own_cost)
                own_cost[turn - 1] = 0.0
            for lever in range(levers):
                for week in range(running):
                    slopes[k, turn, lever, week] = back.exposure[lever, week] * prices[lever]


@njit(fastmath=REASSOCIATE, **INSIDE)
def _expected(at: int, node: int, week: int, weeks: Any, media: Any) -> float:
    """Return an expected node in its own units."""
    scale, mean = weeks.node_scales[node], weeks.linear[at, node, week] + media[node, week]
    if scale.log == 1:
        return math.exp(scale.shift + scale.scale * (mean + weeks.lift[at, node]))
    return scale.shift + scale.scale * mean


@njit(**INSIDE)
def _brought(at: int, k: int, weeks: Any, state: Any) -> Any:
    """Return the response of an effect, with what comes through the slow stock where a part does."""
    found = state.parts[k, 0]
    if weeks.slow[at, k, SHARE] >= 0.0:
        found = state.brought[k]
    return found


@njit(fastmath=REASSOCIATE, **INSIDE)
def _value(at: int, weeks: Any, state: Any, nodes: Any, direct: Any, cost: Any) -> float:
    """Return the value of what ran forward."""
    value = 0.0
    for node in range(nodes.shape[0]):
        for week in range(nodes.shape[1]):
            if nodes[node, week] != 0.0:
                value += nodes[node, week] * _expected(at, node, week, weeks, state.media)
    for k in range(direct.shape[0]):
        node, brought = weeks.effects[k].cell, _brought(at, k, weeks, state)
        for week in range(direct.shape[1]):
            if direct[k, week] != 0.0:
                part = weeks.node_scales[node].scale * weeks.scales[at, k] * brought[week]
                if weeks.node_scales[node].log == 1:
                    part = _expected(at, node, week, weeks, state.media) * (1.0 - math.exp(-part))
                value += direct[k, week] * part
    for answer in range(cost.shape[0]):
        for week in range(cost.shape[1]):
            value -= cost[answer, week] * state.answered[answer, week]
    return value


@njit(fastmath=REASSOCIATE, **INSIDE)
def _backward(at: int, weeks: Any, state: Any, back: Any, nodes: Any, direct: Any, cost: Any) -> None:
    """Fill ``back`` with the derivative of the value by exposure and by media part, node by node from the last."""
    back.exposure[:] = 0.0
    back.media[:] = 0.0
    first = weeks.effects.shape[0]
    for node in range(nodes.shape[0] - 1, -1, -1):
        scale, by_media, stop = weeks.node_scales[node], back.media[node], first
        for week in range(nodes.shape[1]):
            if nodes[node, week] != 0.0:
                whole = _expected(at, node, week, weeks, state.media) if scale.log == 1 else 1.0
                by_media[week] += nodes[node, week] * scale.scale * whole
        while first > 0 and weeks.effects[first - 1].cell == node:
            first -= 1
            if scale.log == 0:
                continue
            brought = _brought(at, first, weeks, state)
            for week in range(nodes.shape[1]):  # a direct effect grows with all that multiplies it
                if direct[first, week] != 0.0:
                    whole = _expected(at, node, week, weeks, state.media)
                    part = scale.scale * weeks.scales[at, first] * brought[week]
                    by_media[week] += direct[first, week] * scale.scale * whole * (1.0 - math.exp(-part))
        for turn in range(1, -1, -1):  # what answers to this node acted last
            for k in range(first, stop):
                if weeks.effects[k].answers == turn:
                    _effect_back(at, k, weeks, state, back, direct)
            if turn == 1:
                _answers_and_parents_back(at, node, weeks, state, back, cost)


@njit(fastmath=REASSOCIATE, **INSIDE)
def _answers_and_parents_back(at: int, node: int, weeks: Any, state: Any, back: Any, cost: Any) -> None:
    """Pull the derivative by what answers to a node back to it, then that by the node's media part to its parents."""
    by_media = back.media[node]
    prices = weeks.exposure_per_spend[min(at, weeks.exposure_per_spend.shape[0] - 1)]
    for answer in range(weeks.answers.shape[0]):
        row, slope = weeks.answers[answer], weeks.spend_sizes[answer] * weeks.responses[at, answer]
        if row.stage == node:
            for week in range(state.answered.shape[1]):
                if state.answered[answer, week] > 0.0:
                    by_spend = back.exposure[row.lever, week] * prices[row.lever]
                    by_media[week] += (by_spend - cost[answer, week]) * slope
    for parent in range(weeks.parents.shape[0]):
        link = weeks.parents[parent]
        if link.cell == node:
            for lag in range(min(link.lags, by_media.shape[0])):
                weight = weeks.parent_effects[at, parent] * weeks.parent_kernels[at, parent, 0, lag]
                for week in range(by_media.shape[0] - lag):
                    back.media[link.parent, week] += weight * by_media[week + lag]


@njit(fastmath=REASSOCIATE, **INSIDE)
def _effect_back(at: int, k: int, weeks: Any, state: Any, back: Any, direct: Any) -> None:
    """Pull the derivative by a node's media part back to a lever's exposure and to the stage that fuels it."""
    effect, parts, pull = weeks.effects[k], state.parts[k], back.pull
    node, by_media, scale = weeks.node_scales[effect.cell], back.media[effect.cell], weeks.scales[at, k]
    brought = _brought(at, k, weeks, state)
    for week in range(pull.shape[0]):
        own = direct[k, week] * node.scale
        if node.log == 1 and own != 0.0:
            whole = _expected(at, effect.cell, week, weeks, state.media)
            own *= whole * math.exp(-node.scale * scale * brought[week])
        pull[week] = (by_media[week] + own) * scale
    if effect.fuelled_by >= 0:
        for week in range(pull.shape[0]):
            if state.audience[k, week] > 0.0:
                by_head = pull[week] * parts[0, week] / state.audience[k, week] / weeks.gathered[k, week]
                for lag in range(min(effect.fuel_weeks, week + 1)):
                    head = state.crowd[effect.fuelled_by, week - lag]
                    if weeks.node_scales[effect.fuelled_by].log == 0:
                        head = 1.0 if head > 0.0 else 0.0
                    back.media[effect.fuelled_by, week - lag] += by_head * head
    if weeks.slow[at, k, SHARE] >= 0.0:
        pull_back(parts[0], weeks.slow[at, k], pull)
    _exposure_back(weeks.kernels[at, k, 0], effect.lags, parts[1], pull, back.exposure[effect.lever])


@njit(fastmath=REASSOCIATE, **INSIDE)
def _exposure_back(kernel: Any, lags: int, slope: Any, pull: Any, by_exposure: Any) -> None:
    """Add the derivative by exposure, given that by the response: back through saturation and carryover."""
    for week in range(pull.shape[0]):
        pull[week] *= slope[week]
    for lag in range(min(lags, pull.shape[0])):
        weight = kernel[lag]
        for week in range(min(by_exposure.shape[0], pull.shape[0] - lag)):
            by_exposure[week] += weight * pull[week + lag]


@njit(fastmath=REASSOCIATE, **INSIDE)
def carried_from_before(kernels: Any, lags: Any, series: Any, which: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, rows, weeks), with what series of earlier weeks still bring after carryover.

    ``kernels`` has shape (draws, rows, 1, lags); row k carries over ``lags[k]`` weeks of ``series[draw, which[k]]``,
    shape (draws or 1, series, weeks before), whose last value is the week before the first.
    """
    before = series.shape[2]
    out[:] = 0.0
    for draw in range(out.shape[0]):
        source = draw if series.shape[0] > 1 else 0
        for row in range(out.shape[1]):
            for week in range(out.shape[2]):
                for lag in range(week + 1, min(lags[row], week + 1 + before)):
                    out[draw, row, week] += kernels[draw, row, 0, lag] * series[source, which[row], before + week - lag]


@njit(fastmath=REASSOCIATE, **INSIDE)
def kernels_over_draws(codes: Any, lags: Any, curves: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, rows, 1, lags), with the carryover kernel of rows; ``curves`` (draws, rows, 3)."""
    out[:] = 0.0
    for draw in range(out.shape[0]):
        for row in range(out.shape[1]):
            found = lag_weights(codes[row], curves[draw, row, 0], curves[draw, row, 1], curves[draw, row, 2], lags[row])
            for lag in range(lags[row]):
                out[draw, row, 0, lag] = found[0, lag]
