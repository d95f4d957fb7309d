"""Channels that are not paid beside the plans of the weeks to come: no money moves them; they run on as they did."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from omnimix.effects.engine import Engine
from omnimix.mechanics import Array
from omnimix.spec import Channel, Funnel, Node


def among_all(funnel: Funnel, money: Array) -> Array:
    """Return money by bought channel with a row for every channel of the funnel, as compiled code reads it."""
    if not funnel.unpaid:
        return money
    whole = np.zeros((len(funnel.channels), *money.shape[1:]))
    whole[_bought(funnel)] = money
    return whole


def of_bought(funnel: Funnel, slopes: Array) -> Array:
    """Return the rows of bought channels, which stand on the third axis."""
    return slopes[:, :, _bought(funnel)] if funnel.unpaid else slopes


def carry_sent(
    engine: Engine, pairs: Sequence[tuple[Node, Channel]], kernels: Array, first: int, before: Array
) -> None:
    """Add what unpaid channels carry over in the weeks from ``first`` on to what earlier weeks bring.

    ``kernels`` has shape (draws, pairs, 1, lags), ``before`` (draws, pairs, weeks followed).
    """
    followed = before.shape[2]
    for k, (_, channel) in enumerate(pairs):
        if channel.paid:
            continue
        later = engine.exposure[channel.name][first:]
        for lag in range(min(channel.lags, followed)):
            before[:, k, lag:] += kernels[:, k, 0, lag, None] * later[: followed - lag]


def _bought(funnel: Funnel) -> list[int]:
    return [k for k, c in enumerate(funnel.channels) if c.paid]
