r"""The funnel of the weeks after the data, draw by draw: what a plan brings, and its derivative by every week's money.

The same equations as in :mod:`omnimix.effects.engine` (``tests/effects/test_future.py`` holds them together), run
forward and then backward for one draw at a time, because a search asks for thousands of plans::

    u = u_before + carryover(x)            f = scale * S(u) * audience
    media_n = before_n + sum of f + sum of delta * carryover(media_p)
    value = sum of nodes * E[node] + sum of direct * (what a channel adds directly) - sum of cost * (what answers spend)

Weeks are counted from the first of the plan; what came before it works on through ``u_before`` and ``before``. Integers
describe the funnel: ``pairs`` one row a channel on a node, ordered by node (node, channel, saturation, lags, fuelling
stage or -1, weeks its audience gathers, 1 if the channel answers to this very node); ``links`` one row a parent of a
node, ordered by node (node, parent, lags); ``answers`` one row an answering channel, ordered by stage (stage, channel).
"""

# ruff: noqa: RUF059  what comes as one tuple is named in full where it is taken apart
from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from omnimix.curves import lag_weights, saturate
from omnimix.mechanics.response import REASSOCIATE

NODE, CHANNEL, SATURATION, LAGS, FUEL, GATHERS, OWN = range(7)  # columns of ``pairs``
SHIFT, SCALE, MULTIPLIES = range(3)  # columns of ``shapes``


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def values_and_slopes(
    chosen: Any, funnel: Any, draws: Any, money: Any, wanted: Any, values: Any, spent: Any, slopes: Any
) -> None:
    """Value one plan under some draws.

    Args:
        chosen: which draws.
        funnel: ``pairs``, ``links``, ``answers``, exposure for one unit of money (channels,), known weeks of every
            audience (pairs, weeks) and ``shapes`` of nodes (nodes, 3).
        draws: what a draw says of every pair, link, node and answer; see :class:`omnimix.effects.future.Future`.
        money: spend of levers, shape (channels, weeks of the plan).
        wanted: weights of nodes (nodes, weeks), of direct effects (pairs, weeks) and of the money that answering
            channels spend (answers, weeks of the plan).
        values: filled, shape (chosen,).
        spent: filled with what answering channels spend, shape (chosen, answers).
        slopes: filled, if it has any rows, with the derivative of the value and then of the spend of each answering
            channel by ``money``, shape (chosen, 1 + answers, channels, weeks of the plan).
    """
    pairs, links, answers, per_money, counts, shapes = funnel
    nodes, weeks, running = wanted[0].shape[0], wanted[0].shape[1], money.shape[1]
    exposure = np.zeros((money.shape[0], running))
    media, heads = np.empty((nodes, weeks)), np.empty((nodes, weeks))
    effect, slope = np.empty((pairs.shape[0], weeks)), np.empty((pairs.shape[0], weeks))
    audience = np.ones((pairs.shape[0], weeks))
    answered = np.zeros((answers.shape[0], running))
    now = (exposure, media, heads, effect, slope, audience, answered)
    back = (np.empty((money.shape[0], running)), np.empty((nodes, weeks)), np.empty(weeks))
    nothing = (np.zeros(wanted[0].shape), np.zeros(wanted[1].shape), np.zeros(wanted[2].shape))
    for k in range(chosen.shape[0]):
        for channel in range(money.shape[0]):
            for week in range(running):
                exposure[channel, week] = money[channel, week] * per_money[channel]
        _forward(chosen[k], funnel, draws, now)
        values[k] = _worth(chosen[k], funnel, draws, now, wanted)
        for answer in range(answers.shape[0]):
            spent[k, answer] = answered[answer].sum()
        if slopes.shape[0] == 0:
            continue
        _backward(chosen[k], funnel, draws, now, back, wanted)
        _keep(back[0], per_money, slopes[k, 0])
        for answer in range(answers.shape[0]):
            nothing[2][answer] = -1.0
            _backward(chosen[k], funnel, draws, now, back, nothing)
            nothing[2][answer] = 0.0
            _keep(back[0], per_money, slopes[k, 1 + answer])


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _keep(by_exposure: Any, per_money: Any, out: Any) -> None:
    for channel in range(out.shape[0]):
        for week in range(out.shape[1]):
            out[channel, week] = by_exposure[channel, week] * per_money[channel]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _forward(draw: int, funnel: Any, draws: Any, now: Any) -> None:
    """Run the funnel forward under the exposure in ``now``."""
    pairs, links, answers, per_money, counts, shapes = funnel
    pair_draws, link_draws, node_draws, answer_draws = draws
    exposure, media, heads, effect, slope, audience, answered = now
    before, demand, linear, lift = node_draws
    called, responses, sizes = answer_draws
    pair, link, answer = 0, 0, 0
    for node in range(media.shape[0]):
        first = pair
        for week in range(media.shape[1]):
            media[node, week] = before[draw, node, week]
        while pair < pairs.shape[0] and pairs[pair, NODE] == node:
            if pairs[pair, OWN] == 0:
                _act(pair, draw, funnel, pair_draws, now)
            pair += 1
        while link < links.shape[0] and links[link, 0] == node:
            _pass_on(link, draw, links, link_draws, media)
            link += 1
        while answer < answers.shape[0] and answers[answer, 0] == node:
            for week in range(answered.shape[1]):
                index = called[draw, answer, week] + responses[draw, answer] * media[node, week]
                answered[answer, week] = max(sizes[answer] * index, 0.0)
                exposure[answers[answer, 1], week] = answered[answer, week] * per_money[answers[answer, 1]]
            answer += 1
        for own in range(first, pair):
            if pairs[own, OWN] == 1:
                _act(own, draw, funnel, pair_draws, now)
        for week in range(media.shape[1]):
            index = demand[draw, node, week] + media[node, week]
            heads[node, week] = math.exp(index) if shapes[node, MULTIPLIES] > 0 else max(1.0 + index, 0.0)


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _act(pair: int, draw: int, funnel: Any, pair_draws: Any, now: Any) -> None:
    """Add the effect of a channel to a node's media part, and keep what the way back needs."""
    pairs, links, answers, per_money, counts, shapes = funnel
    weights, curves, scales, u_before, crowd_before = pair_draws
    exposure, media, heads, effect, slope, audience, answered = now
    node, channel, stage = pairs[pair, NODE], pairs[pair, CHANNEL], pairs[pair, FUEL]
    weeks, running = media.shape[1], exposure.shape[1]
    for week in range(weeks):
        effect[pair, week] = u_before[draw, pair, week]
    for lag in range(min(pairs[pair, LAGS], weeks)):
        weight = weights[draw, pair, lag]
        for week in range(min(running, weeks - lag)):
            effect[pair, week + lag] += weight * exposure[channel, week]
    for week in range(weeks):
        found = saturate(pairs[pair, SATURATION], effect[pair, week], curves[draw, pair, 0], curves[draw, pair, 1])
        effect[pair, week] = scales[draw, pair] * found[0]
        slope[pair, week] = scales[draw, pair] * found[1]
    if stage >= 0:
        for week in range(weeks):
            total = crowd_before[draw, pair, week]
            for lag in range(min(pairs[pair, GATHERS], week + 1)):
                total += heads[stage, week - lag]
            audience[pair, week] = total / counts[pair, week]
            effect[pair, week] *= audience[pair, week]
            slope[pair, week] *= audience[pair, week]
    for week in range(weeks):
        media[node, week] += effect[pair, week]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _pass_on(link: int, draw: int, links: Any, link_draws: Any, media: Any) -> None:
    """Add what the media part of a parent brings to a node's; ``before`` holds what earlier weeks bring."""
    weights, effects = link_draws
    node, parent = links[link, 0], links[link, 1]
    for lag in range(min(links[link, 2], media.shape[1])):
        weight = effects[draw, link] * weights[draw, link, lag]
        for week in range(media.shape[1] - lag):
            media[node, week + lag] += weight * media[parent, week]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _expected(node: int, week: int, draw: int, shapes: Any, node_draws: Any, media: Any) -> float:
    """Return an expected node in its own units."""
    before, demand, linear, lift = node_draws
    mean = linear[draw, node, week] + media[node, week]
    if shapes[node, MULTIPLIES] > 0:
        return math.exp(float(shapes[node, SHIFT] + shapes[node, SCALE] * (mean + lift[draw, node])))
    return float(shapes[node, SHIFT] + shapes[node, SCALE] * mean)


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _worth(draw: int, funnel: Any, draws: Any, now: Any, wanted: Any) -> float:
    """Return the value of what ran forward."""
    pairs, links, answers, per_money, counts, shapes = funnel
    exposure, media, heads, effect, slope, audience, answered = now
    nodes, direct, cost = wanted
    value = 0.0
    for node in range(media.shape[0]):
        for week in range(media.shape[1]):
            if nodes[node, week] != 0.0:
                value += nodes[node, week] * _expected(node, week, draw, shapes, draws[2], media)
    for pair in range(pairs.shape[0]):
        node = pairs[pair, NODE]
        for week in range(media.shape[1]):
            if direct[pair, week] != 0.0:
                part = shapes[node, SCALE] * effect[pair, week]
                if shapes[node, MULTIPLIES] > 0:
                    part = _expected(node, week, draw, shapes, draws[2], media) * (1.0 - math.exp(-part))
                value += direct[pair, week] * part
    for answer in range(answered.shape[0]):
        for week in range(answered.shape[1]):
            value -= cost[answer, week] * answered[answer, week]
    return value


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _backward(draw: int, funnel: Any, draws: Any, now: Any, back: Any, wanted: Any) -> None:
    """Fill ``back`` with the derivative of the value by exposure and by media part, node by node from the last."""
    pairs, links, answers, per_money, counts, shapes = funnel
    pair_draws, link_draws, node_draws, answer_draws = draws
    media, (by_exposure, by_media, _) = now[1], back
    nodes, direct, cost = wanted
    by_exposure[:] = 0.0
    by_media[:] = 0.0
    pair, link, answer = pairs.shape[0] - 1, links.shape[0] - 1, answers.shape[0] - 1
    for node in range(media.shape[0] - 1, -1, -1):
        _node_back(node, draw, shapes, node_draws, media, nodes[node], by_media[node])
        last = pair
        while pair >= 0 and pairs[pair, NODE] == node:
            if shapes[node, MULTIPLIES] > 0:
                _raise(pair, draw, funnel, node_draws, now, direct[pair], by_media[node])
            pair -= 1
        for own in range(pair + 1, last + 1):
            if pairs[own, OWN] == 1:
                _act_back(own, draw, funnel, draws, now, back, direct[own])
        while answer >= 0 and answers[answer, 0] == node:
            _answer_back(answer, draw, funnel, answer_draws, now, back, cost)
            answer -= 1
        while link >= 0 and links[link, 0] == node:
            _pass_back(link, draw, links, link_draws, by_media)
            link -= 1
        for other in range(pair + 1, last + 1):
            if pairs[other, OWN] == 0:
                _act_back(other, draw, funnel, draws, now, back, direct[other])


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _node_back(node: int, draw: int, shapes: Any, node_draws: Any, media: Any, weights: Any, by_media: Any) -> None:
    """Add the derivative of the expected node by its media part."""
    for week in range(media.shape[1]):
        if weights[week] != 0.0:
            size = shapes[node, SCALE]
            if shapes[node, MULTIPLIES] > 0:
                size *= _expected(node, week, draw, shapes, node_draws, media)
            by_media[week] += weights[week] * size


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _answer_back(answer: int, draw: int, funnel: Any, answer_draws: Any, now: Any, back: Any, cost: Any) -> None:
    """Pull the derivative by what a channel spends in answer back to its stage."""
    pairs, links, answers, per_money, counts, shapes = funnel
    called, responses, sizes = answer_draws
    answered, by_exposure, by_media = now[6], back[0], back[1]
    stage, channel = answers[answer, 0], answers[answer, 1]
    for week in range(answered.shape[1]):
        if answered[answer, week] > 0.0:
            pull = by_exposure[channel, week] * per_money[channel] - cost[answer, week]
            by_media[stage, week] += pull * sizes[answer] * responses[draw, answer]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _pass_back(link: int, draw: int, links: Any, link_draws: Any, by_media: Any) -> None:
    """Pull the derivative by a node's media part back to a parent's."""
    weights, effects = link_draws
    node, parent = links[link, 0], links[link, 1]
    for lag in range(min(links[link, 2], by_media.shape[1])):
        weight = effects[draw, link] * weights[draw, link, lag]
        for week in range(by_media.shape[1] - lag):
            by_media[parent, week] += weight * by_media[node, week + lag]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _raise(pair: int, draw: int, funnel: Any, node_draws: Any, now: Any, direct: Any, by_media: Any) -> None:
    """Add the derivative of a direct effect by all that multiplies it."""
    pairs, links, answers, per_money, counts, shapes = funnel
    media, effect, scale = now[1], now[3], shapes[pairs[pair, NODE], SCALE]
    for week in range(media.shape[1]):
        if direct[week] != 0.0:
            whole = _expected(pairs[pair, NODE], week, draw, shapes, node_draws, media)
            by_media[week] += direct[week] * scale * whole * (1.0 - math.exp(-scale * effect[pair, week]))


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def _act_back(pair: int, draw: int, funnel: Any, draws: Any, now: Any, back: Any, direct: Any) -> None:
    """Pull the derivative by a node's media part back to a channel's exposure and to the stage that fuels it."""
    pairs, links, answers, per_money, counts, shapes = funnel
    weights = draws[0][0]
    exposure, media, heads, effect, slope, audience, answered = now
    by_exposure, by_media, pull = back
    node, channel, stage = pairs[pair, NODE], pairs[pair, CHANNEL], pairs[pair, FUEL]
    weeks, running, scale = media.shape[1], exposure.shape[1], shapes[node, SCALE]
    for week in range(weeks):
        pull[week] = by_media[node, week]
        if direct[week] != 0.0:
            own = direct[week] * scale
            if shapes[node, MULTIPLIES] > 0:
                own *= _expected(node, week, draw, shapes, draws[2], media) * math.exp(-scale * effect[pair, week])
            pull[week] += own
    if stage >= 0:
        for week in range(weeks):
            if audience[pair, week] > 0.0:
                by_head = pull[week] * effect[pair, week] / audience[pair, week] / counts[pair, week]
                for lag in range(min(pairs[pair, GATHERS], week + 1)):
                    head = heads[stage, week - lag]
                    grows = head if shapes[stage, MULTIPLIES] > 0 else 1.0 if head > 0.0 else 0.0
                    by_media[stage, week - lag] += by_head * grows
    for week in range(weeks):
        pull[week] *= slope[pair, week]
    for lag in range(min(pairs[pair, LAGS], weeks)):
        weight = weights[draw, pair, lag]
        for week in range(min(running, weeks - lag)):
            by_exposure[channel, week] += weight * pull[week + lag]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def carried_from_before(weights: Any, lags: Any, series: Any, which: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, rows, weeks), with what series of earlier weeks still bring after carryover.

    ``weights`` has shape (draws, rows, lags); row k carries over ``lags[k]`` weeks of ``series[draw, which[k]]``, shape
    (draws or 1, series, weeks before), whose last value is the week before the first.
    """
    before = series.shape[2]
    out[:] = 0.0
    for draw in range(out.shape[0]):
        source = draw if series.shape[0] > 1 else 0
        for row in range(out.shape[1]):
            for week in range(out.shape[2]):
                for lag in range(week + 1, min(lags[row], week + 1 + before)):
                    out[draw, row, week] += weights[draw, row, lag] * series[source, which[row], before + week - lag]


@njit(nogil=True, error_model="numpy", fastmath=REASSOCIATE)
def weights_over_draws(codes: Any, lags: Any, curves: Any, out: Any) -> None:
    """Fill ``out``, shape (draws, rows, lags), with the carryover kernel of every row; ``curves`` (draws, rows, 2)."""
    out[:] = 0.0
    for draw in range(out.shape[0]):
        for row in range(out.shape[1]):
            found = lag_weights(codes[row], curves[draw, row, 0], curves[draw, row, 1], lags[row])
            for lag in range(lags[row]):
                out[draw, row, lag] = found[0, lag]
