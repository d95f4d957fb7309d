"""Markov credit: how often a chain of channels would still end in an order if one channel led nowhere.

A journey is a walk from a start over *states* to one of two ends, an order or nothing. A state is the last ``k``
channels, ``k`` being the order of the chain. From the counts of steps come ``Q``, the chances of going from one state
to another, and ``r``, those of going from a state to an order. The fundamental matrix ``N = (I - Q)^-1`` says how often
a walk from each state visits every other, so that ``N r`` is the chance that it ends in an order. (Kemeny and Snell,
*Finite Markov Chains*, 1960, theorem 3.2.4; Anderl et al., *Mapping the customer journey*, IJRM 33, 2016.)

The *removal effect* of a channel is the share of that chance which is lost when every state with the channel in it
leads to nothing. Credit is orders in proportion to removal effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from omnimix.mechanics import Array

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Marks = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
START, NOTHING, ORDER = 0, -1, -2  # the states that are no channels
SINGULAR = 1e-12  # a chance of an order that is none
FEW_STATES = 300  # that are quickest solved by elimination
MOST_STEPS, SETTLED = 5_000, 1e-15
AT_ONCE = 16  # channels whose removal is worked out together; more take memory, not time


@dataclass(frozen=True)
class Steps:
    """How often journeys went from one state to the next, counted over all of them.

    Attributes:
        channels: names; channel ``i`` has the number ``i + 1`` in a state.
        source: state before each kind of step, shape (steps,): its channels as digits of a number with base
            ``len(channels) + 1``, the latest one last; 0 is the start.
        target: state after it; -1 is the end without an order, -2 an order.
        count: how many journeys made it, or what their orders were worth.
    """

    channels: tuple[str, ...]
    source: Numbers
    target: Numbers
    count: Array


def steps_of(journeys: Sequence[tuple[Sequence[str], float, float]], order: int = 1) -> Steps:
    """Count the steps of a few journeys, each with how often it ended in an order and how often in nothing.

    For tables of millions :func:`omnimix.journeys` counts in the database.

    >>> steps_of([(["search"], 1, 1)]).target.tolist()
    [1, -2, -1]
    """
    channels = tuple(sorted({name for path, _, _ in journeys for name in path}))
    number = {name: k + 1 for k, name in enumerate(channels)}
    base = len(channels) + 1
    counts: dict[tuple[int, int], float] = {}
    for path, orders, nothing in journeys:
        state = START
        for name in path:
            after = (state * base) % base**order + number[name]
            counts[state, after] = counts.get((state, after), 0.0) + orders + nothing
            state = after
        for end, times in ((ORDER, orders), (NOTHING, nothing)):
            counts[state, end] = counts.get((state, end), 0.0) + times
    kept = sorted((step, times) for step, times in counts.items() if times > 0)
    source, target = (np.array([step[k] for step, _ in kept], dtype=np.int64) for k in (0, 1))
    return Steps(channels, source, target, np.array([times for _, times in kept], dtype=float))


def chance_of_order(steps: Steps) -> float:
    """Return the chance that a journey ends in an order.

    >>> round(chance_of_order(steps_of([(["tv", "search"], 1, 0), (["search"], 0, 1)])), 3)
    0.5
    """
    return float(_chances(steps, [None])[0])


def removal_effects(steps: Steps) -> dict[str, float]:
    """Return by channel the share of orders that would be lost if it led nowhere; all 0 where nothing was ordered.

    >>> removal_effects(steps_of([(["c1", "c2", "c3"], 1, 0), (["c1"], 0, 1), (["c2", "c3"], 0, 1)]))
    {'c1': 0.5, 'c2': 1.0, 'c3': 1.0}
    """
    if not len(steps.source):
        return dict.fromkeys(steps.channels, 0.0)
    whole, *without = _chances(steps, [None, *steps.channels])
    if whole <= SINGULAR:
        return dict.fromkeys(steps.channels, 0.0)
    lost = [float(np.clip(round(1.0 - chance / whole, 12), 0.0, 1.0)) for chance in without]
    return dict(zip(steps.channels, lost, strict=True))


def _chances(steps: Steps, without: Sequence[str | None]) -> Array:
    """Return the chance of an order with every state that holds a channel leading to nothing, for each of several."""
    from scipy.sparse import csr_array

    states, rows = np.unique(steps.source, return_inverse=True)
    chance = steps.count / np.bincount(rows, steps.count, len(states))[rows]
    to_order = np.bincount(rows, chance * (steps.target == ORDER), len(states))
    inner = steps.target > START
    places = (rows[inner], np.searchsorted(states, steps.target[inner]))
    q = csr_array((chance[inner], places), shape=(len(states), len(states)))
    base, start = len(steps.channels) + 1, np.searchsorted(states, START)
    solve = _exact if len(states) <= FEW_STATES else _repeated
    found = []
    for first in range(0, len(without), AT_ONCE):
        marks = [~_holds(states, _number(steps, name), base) for name in without[first : first + AT_ONCE]]
        found.append(solve(q, to_order, np.column_stack(marks))[start])
    return np.concatenate(found)


def _number(steps: Steps, name: str | None) -> int:
    """Return the digit of a channel in a state; one that no state has where there is no channel."""
    return -1 if name is None else steps.channels.index(name) + 1


def _exact(q: Any, to_order: Array, kept: Marks) -> Array:
    """Return ``(I - Q)^-1 r`` for each column of states that are kept, by elimination."""
    from scipy.sparse import diags_array, eye_array
    from scipy.sparse.linalg import splu

    columns = []
    for mark in kept.T:
        open_q = diags_array(mark.astype(float)) @ q
        columns.append(splu((eye_array(len(mark)) - open_q).tocsc()).solve(to_order * mark))
    return np.column_stack(columns)


def _repeated(q: Any, to_order: Array, kept: Marks) -> Array:
    """Return the same as the sum ``r + Q r + Q^2 r + ...``, for all columns at once; each term is one step more.

    Every state leads to an end, so that the terms shrink like the share of journeys that are still going on.
    """
    total = term = to_order[:, None] * kept
    for _ in range(MOST_STEPS):
        term = (q @ term) * kept
        total = total + term
        if term.max() <= SETTLED * total.max():
            return np.asarray(total)
    return _exact(q, to_order, kept)


def in_proportion(effects: dict[str, float], total: float) -> dict[str, float]:
    """Divide a total in proportion to removal effects; nothing is divided where all of them are 0.

    >>> in_proportion({"c1": 0.5, "c2": 1.0, "c3": 1.0}, 10.0)
    {'c1': 2.0, 'c2': 4.0, 'c3': 4.0}
    """
    whole = sum(effects.values())
    return {name: total * share / whole if whole > 0 else 0.0 for name, share in effects.items()}


def _holds(states: Numbers, number: int, base: int) -> Marks:
    """Tell which states have a channel among their digits."""
    found, left = np.zeros(len(states), dtype=bool), states.copy()
    while left.any():
        found |= left % base == number
        left //= base
    return found
