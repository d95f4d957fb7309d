"""How far figures move from one fit to another, beside how sure each fit was."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from omnimix.effects import roas, summarise
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, LOWER, MEDIAN, ROAS, UPPER
from omnimix.posterior import Posterior

LARGE_MOVE = 0.15  # of a ROAS, when a few weeks are added
LARGE_MOVE_BY_NOISE = 0.08  # of a ROAS, when nothing but noise is added
SD = "sd"
MOVE, MOVE_IN_SDS, MARKED = "move", "move_in_sds", "marked"


def returns_of(posterior: Posterior, interval: float = DEFAULT_INTERVAL) -> pd.DataFrame:
    """Return ROAS by channel and of all media: median, both ends of the interval and the posterior sd."""
    draws = roas(posterior, allow_unconverged=True).draws
    ends = summarise(draws, interval)
    return pd.DataFrame(
        {
            CHANNEL: [str(c) for c in draws[CHANNEL].to_numpy()],
            MEDIAN: ends[MEDIAN].to_numpy(),
            LOWER: ends[LOWER].to_numpy(),
            UPPER: ends[UPPER].to_numpy(),
            SD: draws.std("draw").to_numpy(),
        }
    )


def moves(before: pd.DataFrame, after: pd.DataFrame, most: float) -> pd.DataFrame:
    """Return how far each median moved, relative to what it was and in posterior sds.

    A move of less than one sd is what a figure that is known so well may do. ``marked`` says whether it is above
    ``most``, relative; a channel that is in one of the two alone has no row.

    >>> old = pd.DataFrame({"channel": ["tv"], "median": [1.0], "sd": [0.5]})
    >>> moves(old, old.assign(median=1.2), 0.15)[["move", "move_in_sds", "marked"]].round(2).to_numpy().tolist()
    [[0.2, 0.4, True]]
    """
    both = before.merge(after, on=CHANNEL, suffixes=("_before", ""))
    change = both[MEDIAN] - both[f"{MEDIAN}_before"]
    relative = change / both[f"{MEDIAN}_before"].abs().replace(0.0, np.nan)
    return pd.DataFrame(
        {
            CHANNEL: both[CHANNEL],
            f"{ROAS}_before": both[f"{MEDIAN}_before"],
            ROAS: both[MEDIAN],
            MOVE: relative,
            SD: both[f"{SD}_before"],
            MOVE_IN_SDS: change / both[f"{SD}_before"].replace(0.0, np.nan),
            MARKED: relative.abs() > most,
        }
    )


def plan_shares(spend: pd.DataFrame) -> Mapping[str, float]:
    """Return each channel's share of a plan's money.

    >>> plan_shares(pd.DataFrame({"tv": [3.0, 3.0], "search": [1.0, 1.0]}))
    {'tv': 0.75, 'search': 0.25}
    """
    by_channel = spend.sum()
    return {str(c): float(v) for c, v in (by_channel / by_channel.sum()).items()}


def named(marked: pd.DataFrame) -> list[str]:
    """Return the channels that are marked, all media among them, in their order."""
    return [str(c).replace(ALL_MEDIA, "all media") for c in dict.fromkeys(marked.loc[marked[MARKED], CHANNEL])]
