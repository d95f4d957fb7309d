r"""The forward pass of one draw on any timeline: what media bring to every cell, over all paths. Compiled.

    u(t) = before(t) + sum_k w_k x(t - k)        R(t) = S(u(t)) audience(t)
    f(t) = contribution R(t) / mean_window(R)    M_n = before_n + sum_c f_nc + sum_p delta_np A(M_p)

Where a frequency is known, x is reach times what a person met so often is worth (:mod:`omnimix.curves.frequency`), by
parameters of the effect, and S is a straight line.

``contribution`` is the mean weekly effect over the data window: the quantity a prior can be stated on. The density runs
this pass on the observed weeks and then goes back by parameters; the optimizer runs it on the weeks of a plan, where
answering channels spend what their stage calls for and audiences are simulated, and goes back by spend; the engine
takes the effect of single levers from it. What was fitted, searched and told can therefore not drift apart.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from omnimix.curves import lag_weights, saturate_weeks
from omnimix.curves.elementary import exp
from omnimix.curves.frequency import BY_HALF, BY_SLOPE, MET, meet
from omnimix.curves.slow_stock import SHARE, START, mean_from, mix
from omnimix.machine_code import INSIDE, OUTER, REASSOCIATE


class Draw(NamedTuple):
    """What one draw says of effects: kernels have shape (effects, 1 or 4, lags), all else one row an effect."""

    kernels: Any
    curves: Any  # (effects, 2): the parameters of the saturation
    scales: Any  # (effects,): contribution, over the mean response where that is known
    parent_kernels: Any
    parent_effects: Any
    responses: Any  # (answers,): spend by stage, in typical weeks of both
    slow: Any  # (effects, SLOW): what comes through the slow stock; see omnimix.curves.slow_stock
    levels: Any  # (effects, weeks): by how much effects differ over time; no row where they are in the scales, or alike


class Line(NamedTuple):
    """What a timeline brings along; one row of ``carried_before`` and ``media_before`` may hold for all."""

    window: int  # responses are divided by their mean from this week on; -1: they have been
    simulated: int  # 1: audiences and answering spend follow the plan; 0: they are as observed
    carried_before: Any  # (effects, weeks): exposure of earlier weeks, carried over
    media_before: Any  # (cells, weeks): what earlier weeks bring through parents
    crowd_before: Any  # (effects, weeks): audience gathered in earlier weeks
    gathered: Any  # (effects, weeks): weeks over which an audience is known
    demand: Any  # (cells, weeks): of cells that others read, as deviation from a typical week
    node_scales: Any  # records with the field ``log``: 1 where effects multiply
    called: Any  # (answers, weeks): spend that demand calls for, in typical weeks
    spend_sizes: Any  # (answers,): a typical week of spend, in money
    exposure_per_spend: Any  # (levers,): in typical weeks


class State(NamedTuple):
    """What the forward pass fills for the way back."""

    exposure: Any  # (levers, weeks with exposure), in typical weeks; of simulated answering levers it is filled
    audience: Any  # (effects, weeks): given, or filled where simulated
    parts: Any  # (effects, 4, weeks): response and its derivatives by u and the saturation, times the audience
    sizes: Any  # (effects,): mean response over the window
    media: Any  # (cells, weeks)
    own: Any  # (cells, weeks): what the levers that answer to a stage bring to it
    crowd: Any  # (cells, weeks): a stage in typical weeks, never below zero, where simulated
    answered: Any  # (answers, weeks with exposure): money, where simulated
    brought: Any  # (effects, weeks): the response with its slow part and its change over time, where it has one
    frequency: Any  # (effects with one, weeks): its logarithm; no row in simulated weeks, see omnimix.effects.mixes
    met: Any  # (effects with a frequency, 3, weeks): reach times its worth, and the derivatives by both parameters


@njit(fastmath=REASSOCIATE, **INSIDE)
def carry_over(kernel: Any, lags: int, series: Any, factor: float, out: Any) -> None:
    """Add to ``out`` what a series brings after carryover, times a factor; the series may end before ``out`` does."""
    weeks = out.shape[0]
    for lag in range(min(lags, weeks)):
        weight = factor * kernel[lag]
        for week in range(min(series.shape[0], weeks - lag)):
            out[week + lag] += weight * series[week]


@njit(fastmath=REASSOCIATE, **OUTER)
def respond(effect: Any, kernel: Any, first: float, second: float, exposure: Any, before: Any, out: Any) -> None:
    """Fill ``out``, shape (4, weeks), with the response of an effect and its derivatives by u and the saturation."""
    for week in range(out.shape[1]):
        out[0, week] = before[week]
    carry_over(kernel, effect.lags, exposure, 1.0, out[0])
    saturate_weeks(effect.saturation, first, second, out)


@njit(fastmath=REASSOCIATE, **INSIDE)
def _respond_to_reach(effect: Any, kernel: Any, curve: Any, before: Any, state: Any, out: Any) -> None:
    """Do what :func:`respond` does for an effect of reach, whose parameters act before the carryover."""
    met = state.met[effect.frequency]
    meet(state.exposure[effect.lever], state.frequency[effect.frequency], curve[0], curve[1], met)
    for week in range(out.shape[1]):
        out[0, week], out[1, week], out[2, week], out[3, week] = before[week], 1.0, 0.0, 0.0
    carry_over(kernel, effect.lags, met[MET], 1.0, out[0])
    carry_over(kernel, effect.lags, met[BY_SLOPE], 1.0, out[2])
    carry_over(kernel, effect.lags, met[BY_HALF], 1.0, out[3])


@njit(fastmath=REASSOCIATE, **INSIDE)
def _respond(effect: Any, kernel: Any, curve: Any, before: Any, state: Any, out: Any) -> None:
    """Fill ``out`` with the response of an effect to exposure, or to reach where a frequency is known."""
    if effect.frequency >= 0 and state.frequency.shape[0] > 0:
        _respond_to_reach(effect, kernel, curve, before, state, out)
    else:
        respond(effect, kernel, curve[0], curve[1], state.exposure[effect.lever], before, out)


@njit(**INSIDE)
def _brought(k: int, draw: Any, line: Any, state: Any) -> Any:
    """Return the response of an effect, with what comes through the slow stock and with its change over time."""
    response = state.parts[k, 0]
    if draw.levels.shape[0] > 0:  # never together with a stock
        for week in range(response.shape[0]):
            state.brought[k, week] = response[week] * draw.levels[k, week]
        return state.brought[k]
    if draw.slow[k, SHARE] < 0.0:
        return response
    if line.window >= 0:
        draw.slow[k, START] = mean_from(response, line.window)
    mix(response, draw.slow[k], state.brought[k])
    return state.brought[k]


@njit(fastmath=REASSOCIATE, **OUTER)
def _act(k: int, structure: Any, draw: Any, line: Any, state: Any) -> None:
    """Add the effect of a lever to the media part of a cell."""
    effect, weeks, parts, audience = structure.effects[k], state.media.shape[1], state.parts[k], state.audience[k]
    before = line.carried_before[min(k, line.carried_before.shape[0] - 1)]
    _respond(effect, draw.kernels[k, 0], draw.curves[k], before, state, parts)
    if effect.fuelled_by >= 0:
        if line.simulated == 1:
            for week in range(weeks):
                total = line.crowd_before[k, week]
                for lag in range(min(effect.fuel_weeks, week + 1)):
                    total += state.crowd[effect.fuelled_by, week - lag]
                audience[week] = total / line.gathered[k, week]
        for row in range(4):
            for week in range(weeks):
                parts[row, week] *= audience[week]
    scale, brought = draw.scales[k], _brought(k, draw, line, state)
    if line.window >= 0:
        total = 0.0
        for week in range(line.window, weeks):
            total += brought[week]
        state.sizes[k] = total / (weeks - line.window)
        scale /= state.sizes[k]
    for week in range(weeks):
        state.media[effect.cell, week] += scale * brought[week]
    if effect.answers == 1 and line.simulated == 0:
        for week in range(weeks):
            state.own[effect.cell, week] += scale * brought[week]


@njit(fastmath=REASSOCIATE, **OUTER)
def forward(structure: Any, draw: Any, line: Any, state: Any) -> None:
    """Run the funnel forward, cell by cell: levers, parents, then what answers to the cell."""
    effects, parents, answers = structure
    media, weeks = state.media, state.media.shape[1]
    stop = parent = answer = 0
    for cell in range(media.shape[0]):
        before = line.media_before[min(cell, line.media_before.shape[0] - 1)]
        for week in range(weeks):
            media[cell, week] = before[week]
        first = stop
        while stop < effects.shape[0] and effects[stop].cell == cell:
            stop += 1
        for turn in range(2):  # what answers to this cell acts last: its spend is known only then
            if turn == 1:
                while parent < parents.shape[0] and parents[parent].cell == cell:
                    row, factor = parents[parent], draw.parent_effects[parent]
                    carry_over(draw.parent_kernels[parent, 0], row.lags, media[row.parent], factor, media[cell])
                    parent += 1
                while line.simulated == 1 and answer < answers.shape[0] and answers[answer].stage == cell:
                    size, lever = line.spend_sizes[answer], answers[answer].lever
                    for week in range(state.answered.shape[1]):
                        index = line.called[answer, week] + draw.responses[answer] * media[cell, week]
                        state.answered[answer, week] = max(size * index, 0.0)
                        state.exposure[lever, week] = state.answered[answer, week] * line.exposure_per_spend[lever]
                    answer += 1
            for k in range(first, stop):
                if effects[k].answers == turn:
                    _act(k, structure, draw, line, state)
        if line.simulated == 1:
            for week in range(weeks):
                index = line.demand[cell, week] + media[cell, week]
                state.crowd[cell, week] = exp(index) if line.node_scales[cell].log == 1 else max(1.0 + index, 0.0)


@njit(fastmath=REASSOCIATE, **OUTER)
def effect_over_draws(effect: Any, curves: Any, scales: Any, slow: Any, exposure: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, weeks), with f of one lever on one cell, before its audience.

    ``curves`` has shape (draws, 5); ``scales`` (draws,) is the contribution over the mean response of the data window;
    ``slow`` (draws, SLOW) says what comes through the stock, which then starts in the first week. ``exposure`` in
    typical weeks has one row for all draws or one a draw.
    """
    weeks = out.shape[1]
    before, parts, mixed = np.zeros(weeks), np.empty((4, weeks)), np.empty(weeks)
    for draw in range(curves.shape[0]):
        row = exposure[min(draw, exposure.shape[0] - 1)]
        kernel = lag_weights(effect.adstock, curves[draw, 0], curves[draw, 1], curves[draw, 2], effect.lags)[0]
        respond(effect, kernel, curves[draw, 3], curves[draw, 4], row, before, parts)
        brought = parts[0]
        if slow[draw, SHARE] >= 0.0:
            mix(parts[0], slow[draw], mixed)
            brought = mixed
        for week in range(weeks):
            out[draw, week] = scales[draw] * brought[week]


@njit(fastmath=REASSOCIATE, **OUTER)
def carried_over_draws(code: int, lags: int, curves: Any, series: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, weeks), with a series a draw after carryover; ``curves`` has shape (draws, 3)."""
    out[:] = 0.0
    for draw in range(curves.shape[0]):
        kernel = lag_weights(code, curves[draw, 0], curves[draw, 1], curves[draw, 2], lags)[0]
        carry_over(kernel, lags, series[draw], 1.0, out[draw])
