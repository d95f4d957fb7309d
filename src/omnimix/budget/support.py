"""What the data have seen of every channel: the region in which a plan rests on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.effects.future import Future
from omnimix.effects.plan import history
from omnimix.labels import CHANNEL
from omnimix.mechanics import Array

MONTH = 4  # weeks: a level of spend counts as seen if it was kept up so long
NEAR = 1e-6  # relative rounding


@dataclass(frozen=True)
class Support:
    """What the data have seen.

    Attributes:
        table: one row a channel: ``lowest`` and ``highest`` are money over the window at the lowest and the highest
            four-week average of the data, ``lowest_week`` and ``highest_week`` money of single weeks, and
            ``highest_level`` the highest level after carryover, in money a week.
        kernels: mean carryover of every channel over draws and nodes, shape (channels, lags).
        before: level of every week of the plan that earlier spend leaves, in money a week, shape (channels, weeks).
        highest_total: money of all channels over the window at the highest four-week average of the data.
    """

    table: pd.DataFrame
    kernels: Array
    before: Array
    highest_total: float

    def levels(self, spend: Array) -> Array:
        """Return the level of every channel and week after carryover, in money a week; see ``highest_level``."""
        return self.before + np.stack([carried(m, k) for m, k in zip(spend, self.kernels, strict=True)])

    def outside(self, spend: Array) -> Array:
        """Return which weeks of which channels lie outside what the data have seen, shape (channels, weeks).

        A week does if its level after carryover is above the highest; all running weeks of a channel do if its money
        over the window is above the highest, and all its weeks if it is below the lowest.
        """
        total = spend.sum(axis=1)
        high = self.levels(spend) > self.table["highest_level"].to_numpy()[:, None] * (1 + NEAR) + NEAR
        above = total > self.table["highest"].to_numpy() * (1 + NEAR) + NEAR
        below = total < self.table["lowest"].to_numpy() * (1 - NEAR) - NEAR
        return np.asarray(((high | above[:, None]) & (spend > 0)) | below[:, None])


def carried(spend: Array, kernel: Array) -> Array:
    """Return money a week after carryover, same length."""
    return np.convolve(spend, kernel)[: len(spend)]


def seen(future: Future) -> Support:
    """Return what the data have seen of every channel, for the weeks of a plan."""
    posterior, weeks = future.posterior, future.weeks
    spend = history(posterior)[list(future.names)].iloc[posterior.scaling.window :]
    months = spend.rolling(min(MONTH, weeks, len(spend))).mean().dropna()
    kernels = future.kernels
    scaling, levels, before = posterior.scaling, [], []
    for name, kernel in zip(future.names, kernels, strict=True):
        exposure, price = future.known_exposure(name)
        level = carried(np.concatenate([exposure, np.zeros(weeks)]), kernel) * price
        levels.append(level[scaling.window : future.first].max())
        before.append(level[future.first :])
    table = pd.DataFrame(
        {
            "lowest": months.min() * weeks,
            "highest": months.max() * weeks,
            "lowest_week": spend.min(),
            "highest_week": spend.max(),
            "highest_level": levels,
        }
    )
    most = float(months.sum(axis=1).max() * weeks)
    return Support(table.rename_axis(CHANNEL), kernels, np.array(before), most)
