"""What channels and everything else bring in some weeks, so that parts add up whatever works together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.effects.plan import Plan, everywhere, without
from omnimix.effects.respond import money, respond_each
from omnimix.mechanics import Array
from omnimix.posterior import Posterior


@dataclass(frozen=True)
class Brought:
    """Value in some weeks, all outcomes together.

    Attributes:
        media: of every channel, shape (draws, channels).
        rest: without any media, shape (draws,).
    """

    media: Array
    rest: Array

    @property
    def whole(self) -> Array:
        """All of it, shape (draws,)."""
        return np.asarray(self.rest + self.media.sum(axis=1))


def brought(posterior: Posterior, plan: Plan, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None = None) -> Brought:
    """Return what every channel brings in some weeks under a plan, its earlier spend included.

    Channels are taken away one after the other, from the first to the last and from the last to the first; the part of
    each is the mean of the two, so that parts add up where channels work together, and are what each brings alone where
    they do not. Channels that answer to a stage answer.
    """
    names = list(posterior.funnel.channel_names)
    orders = (names, names[::-1])
    always = everywhere(plan)
    plans: dict[frozenset[str], Plan] = {frozenset(): plan}
    for order in orders:
        for k in range(1, len(order) + 1):
            plans.setdefault(frozenset(order[:k]), without(always, order[:k]))
    each = respond_each(posterior, plans, controls, weeks=weeks)
    found = {taken: money(posterior, nodes).to_numpy() for taken, nodes in each.items()}
    media = np.zeros((posterior.size, len(names)))
    for order in orders:
        for k, name in enumerate(order):
            step = found[frozenset(order[:k])] - found[frozenset(order[: k + 1])]
            media[:, names.index(name)] += step / len(orders)
    return Brought(media, found[frozenset(names)])
