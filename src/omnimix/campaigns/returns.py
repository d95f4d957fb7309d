"""Returns and credits: negative amounts are netted within their campaign, unless they outweigh it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.campaigns.columns import CAMPAIGN, ORDERS, REVENUE, STEP
from omnimix.labels import CHAIN, SPEND

NETTED = (SPEND, ORDERS, REVENUE)  # credits, cancelled orders, returns
Mask = npt.NDArray[np.bool_]


def negative_amounts(frame: pd.DataFrame) -> Iterator[tuple[str, Mask]]:
    """Give each column that may be netted, with the rows in which it is negative."""
    yield from ((column, (frame[column] < 0).to_numpy()) for column in NETTED if column in frame)


def outweighed(frame: pd.DataFrame) -> Mask:
    """Tell which rows belong to a campaign whose spend, orders or revenue is negative after netting.

    >>> frame = pd.DataFrame({"campaign": ["a", "a", "b"], "spend": [9.0, 9.0, 9.0], "revenue": [5.0, -2.0, -1.0]})
    >>> outweighed(frame).tolist()
    [False, False, True]
    """
    labels = [c for c in (CHAIN, STEP, CAMPAIGN) if c in frame]
    columns = [c for c in NETTED if c in frame]
    sums = frame[columns].replace([np.inf, -np.inf], np.nan).groupby([frame[c] for c in labels]).transform("sum")
    return np.asarray((sums < 0).any(axis=1), dtype=bool)


def is_booking(frame: pd.DataFrame) -> pd.Series:
    """Tell which rows only book back what was sold or spent before, and so stand beside another row of their period."""
    negative = [mask for _, mask in negative_amounts(frame)]
    return pd.Series(np.logical_or.reduce(negative) if negative else False, frame.index)
