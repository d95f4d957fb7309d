"""Shapley credit of the game in which a set of channels is worth the orders that it brought without any other.

``v(S)`` counts the orders of all journeys whose channels all belong to ``S``. That is a sum of one *unanimity game* an
observed set: it pays its orders to every ``S`` that holds it, and nothing to the others. The Shapley value of a
unanimity game is an equal share for each member and nothing for anyone else (Shapley, *A value for n-person games*,
1953), and Shapley values of sums are sums of Shapley values. So credit is exact, however many channels there are, in
one pass over the sets that occur; the two to the power of n sets that might occur are never looked at.

What the game leaves out: journeys without an order, the order of touches and how often a channel was touched. It is
the game of Zhao, Mahboobi and Bagheri, *Shapley value methods for attribution modeling*, arXiv:1804.05327, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping


def shapley(worth: Mapping[tuple[int, ...], float], channels: int) -> list[float]:
    """Return the credit of every channel from what each observed set of channels brought.

    Args:
        worth: orders, or their value, by the set of channels of the journey, as numbers from 0.
        channels: how many there are.

    >>> shapley({(0,): 10.0, (0, 1): 6.0}, 2)
    [13.0, 3.0]
    """
    credit = [0.0] * channels
    for members, brought in worth.items():
        for member in members:
            credit[member] += brought / len(members)
    return credit
