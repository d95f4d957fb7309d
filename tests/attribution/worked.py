"""Journeys small enough to work out by hand, and slow plain versions of what the database counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations

type Worth = dict[tuple[int, ...], float]

# Channels in order, how often the journey ended in an order, how often in nothing.
MIXED: list[tuple[Sequence[str], float, float]] = [
    (["tv", "search"], 12, 30),
    (["search"], 40, 160),
    (["social", "search"], 9, 25),
    (["social", "display", "search"], 5, 11),
    (["display"], 2, 60),
    (["tv", "social", "search"], 7, 8),
    (["email"], 15, 20),
    (["search", "email"], 11, 6),
    (["social", "email", "display", "email"], 4, 9),
    (["display", "search", "search"], 6, 14),
    (["tv", "display", "social", "search", "email"], 3, 2),
]
# marketing_attribution_models 2.1.1 (PyPI), MarkovModel on MIXED, rounded by its own printing to twelve digits.
MIXED_REMOVAL = {
    "display": 0.152185888508,
    "email": 0.300264311006,
    "search": 0.771713417534,
    "social": 0.187690550667,
    "tv": 0.134212641791,
}
MIXED_CREDIT = {
    "display": 11.2215016733,
    "email": 22.1401373111,
    "search": 56.9026700903,
    "social": 13.8394554779,
    "tv": 9.8962354473,
}
# The same package, FirstClickModel, LastClickModel and LinearModel on MIXED.
MIXED_FIRST = {"search": 51.0, "tv": 22.0, "social": 18.0, "email": 15.0, "display": 8.0}
MIXED_LAST = {"search": 79.0, "email": 33.0, "display": 2.0}
MIXED_LINEAR = {"search": 64.6, "email": 23.1, "social": 10.1, "tv": 8.933333333333334, "display": 7.266666666666667}


def shapley_by_definition(worth: Worth, channels: int) -> list[float]:
    """Return Shapley values from every coalition, for few channels: the mean of what a channel adds to those before."""

    def value(members: Iterable[int]) -> float:
        held = set(members)
        return sum(brought for needed, brought in worth.items() if held.issuperset(needed))

    credit = []
    for one in range(channels):
        others = [k for k in range(channels) if k != one]
        added = 0.0
        for size in range(channels):
            weight = math.factorial(size) * math.factorial(channels - size - 1) / math.factorial(channels)
            for before in combinations(others, size):
                added += weight * (value((*before, one)) - value(before))
        credit.append(added)
    return credit
