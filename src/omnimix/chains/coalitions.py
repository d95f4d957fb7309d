"""Every set of links of a chain, each with what it brings and costs, and how value is shared out over links."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from omnimix.chains.layout import Laid
from omnimix.effects.accounts import Account, accounts
from omnimix.effects.engine import Engine
from omnimix.mechanics import Array


@dataclass(frozen=True)
class Coalitions:
    """What every set of links brings and costs, all other links of the chain silent.

    Sets are numbered by bits: link ``k`` is in set ``s`` if ``s >> k & 1``.

    Attributes:
        links: names by bit.
        value: money of all outcomes beyond that of no link, shape (sets, draws).
        cost: money spent beyond that of no link, induced spend included, shape (sets, draws).
    """

    links: tuple[str, ...]
    value: Array
    cost: Array

    def number(self, links: Collection[str]) -> int:
        """Return the number of a set."""
        return sum(1 << k for k, name in enumerate(self.links) if name in links)

    def of(self, number: int) -> tuple[str, ...]:
        """Return the links of a set."""
        return tuple(name for k, name in enumerate(self.links) if number >> k & 1)

    def gain(self, link: str, among: Collection[str]) -> tuple[Array, Array]:
        """Return value and cost that a link adds to the other links named, two figures a draw."""
        rest = self.number([k for k in among if k != link])
        whole = rest | self.number([link])
        return self.value[whole] - self.value[rest], self.cost[whole] - self.cost[rest]

    def profit(self, hurdle: float) -> Array:
        """Return value less the hurdle times cost, shape (sets, draws)."""
        return self.value - hurdle * self.cost


def evaluate_coalitions(engine: Engine, laid: Laid, done: Callable[[], None] | None = None) -> Coalitions:
    """Work out every set of links; ``done`` is called after each."""
    links = laid.chain.link_names
    sets = range(1 << len(links))
    names = [[n for k, n in enumerate(links) if s >> k & 1] for s in sets]
    found: list[Account] = accounts(engine, (laid.keeping(kept) for kept in names), done)
    value = np.stack([a.value.sum(axis=1) for a in found])
    cost = np.stack([a.spend for a in found])
    return Coalitions(links, value - value[0], cost - cost[0])


def shapley(sets: Array) -> Array:
    """Share out what all links bring together (Shapley 1953): the mean of what a link adds over all orders of joining.

    phi_k = sum over sets S without k of |S|! (n - |S| - 1)! / n! [v(S + k) - v(S)]. The shares add up to v of all links
    less v of none.

    Args:
        sets: v of every set, numbered by bits, shape (2**n, draws).

    Returns shape (n, draws).

    >>> shapley(np.array([[0.0], [2.0], [4.0], [10.0]])).ravel()
    array([4., 6.])
    """
    count = int(sets.shape[0]).bit_length() - 1
    numbers = np.arange(sets.shape[0])
    sizes = np.array([int(s).bit_count() for s in numbers])
    weight = np.array([math.factorial(s) * math.factorial(count - s - 1) for s in range(count)]) / math.factorial(count)
    shares = np.empty((count, sets.shape[1]))
    for k in range(count):
        before = numbers[numbers >> k & 1 == 0]
        shares[k] = weight[sizes[before]] @ (sets[before | 1 << k] - sets[before])
    return shares
