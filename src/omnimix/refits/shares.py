"""How a move divides over its causes: Shapley values over the orders in which the causes can come."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from omnimix.mechanics import Array

Coalition = frozenset[str]


def shapley_weights(
    causes: Sequence[str], possible: Callable[[Coalition], bool] = lambda _: True
) -> dict[str, dict[Coalition, float]]:
    """Return, by cause, the weight of every coalition's value in its part.

    The part of a cause is the mean, over the orders in which every step is possible, of what adding it changes. Parts
    add up to the value of all causes less that of none.

    >>> weights = shapley_weights(["a", "b"])["a"]
    >>> weights[frozenset("a")], weights[frozenset("b")]
    (0.5, -0.5)
    """
    orders = [
        order
        for order in itertools.permutations(causes)
        if all(possible(frozenset(order[:k])) for k in range(len(order) + 1))
    ]
    found: dict[str, dict[Coalition, float]] = {cause: {} for cause in causes}
    for order in orders:
        for k, cause in enumerate(order):
            for coalition, sign in ((frozenset(order[: k + 1]), 1.0), (frozenset(order[:k]), -1.0)):
                found[cause][coalition] = found[cause].get(coalition, 0.0) + sign / len(orders)
    return {
        cause: {c: w for c, w in weights.items() if abs(w) > np.finfo(float).eps} for cause, weights in found.items()
    }


def part(weights: Mapping[Coalition, float], values: Mapping[Coalition, Array]) -> Array:
    """Return the part of a cause, from values by coalition, shape (labels,)."""
    return np.asarray(sum(w * values[c] for c, w in weights.items()))


def part_error(weights: Mapping[Coalition, float], errors: Mapping[Coalition, Array]) -> Array:
    """Return the Monte Carlo error of a part, from those of the values."""
    return np.sqrt(sum((w * errors[c]) ** 2 for c, w in weights.items()))
