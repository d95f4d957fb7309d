"""When a campaign has earned itself back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.labels import ALL_MEDIA, CHANNEL, SPEND
from omnimix.mechanics import Array
from omnimix.truth.counterfactuals import Counterfactuals

CAMPAIGN_WEEKS = 13
HORIZONS = (2, 4, 13, 26, 52)  # weeks since the campaign's first


def payback_table(counterfactuals: Counterfactuals) -> pd.DataFrame:
    """Return how far the campaign of every channel, and of all media, has paid itself back by week.

    The campaign is the 13 consecutive weeks of the data window in which most was spent, from the first of them
    with spend; everything else stays as it was, and after the window nothing is spent. Columns channel, start, horizon
    (weeks since the start), value brought, spend and induced spend so far, net (value less both) and paid_back.
    """
    rows = []
    channels = list(counterfactuals.bought)
    for label, group in {**{c: [c] for c in channels}, ALL_MEDIA: channels}.items():
        first = campaign_start(np.sum([counterfactuals.spent(c) for c in group], axis=0), counterfactuals.window)
        weeks = slice(first, min(first + CAMPAIGN_WEEKS, counterfactuals.window.stop))
        trajectory = counterfactuals.without(group, weeks)
        value, spend = counterfactuals.lost_money(trajectory), counterfactuals.saved(trajectory, group)
        induced = counterfactuals.saved(trajectory, counterfactuals.others_that_respond(group))
        for horizon in HORIZONS:
            so_far = slice(first, first + horizon)
            brought, own, drawn = (float(x[so_far].sum()) for x in (value, spend, induced))
            net = brought - own - drawn
            rows.append((label, counterfactuals.calendar[first], horizon, brought, own, drawn, net, net >= 0))
    columns = [CHANNEL, "start", "horizon", "value", SPEND, "induced_spend", "net", "paid_back"]
    return pd.DataFrame(rows, columns=columns)


def campaign_start(spend: Array, window: slice) -> int:
    """Return the number of the first week with spend among the 13 consecutive weeks of most spend in the window."""
    sums = np.convolve(spend[window], np.ones(CAMPAIGN_WEEKS), mode="valid")
    begin = int(window.start + (np.argmax(sums) if spend[window].size > CAMPAIGN_WEEKS else 0))
    return begin + int(np.argmax(spend[begin : min(begin + CAMPAIGN_WEEKS, window.stop)] > 0))
