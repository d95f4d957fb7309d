r"""Campaigns under a channel: what each puts through the channel's curve for one unit of money.

The exposure of a channel is sum_k m_k x_k: the spend of its campaigns, each times a multiplier. With w_k the share of a
campaign in the channel's spend over the data window, z_k standard normal and tau the looseness, one for the funnel::

    log m_k = tau (s_k z_k - sum_j w_j s_j z_j)        s_k = 1 / sqrt(2 max(w_k, SMALLEST))

Weighted by spend the logarithms add up to zero, so that the channel keeps its own level and its own prior, however many
campaigns it has. The width s_k is that of a sum of independent euros: of a campaign split in two equal halves,
(z_1 + z_2) / sqrt(2) does what z did, with the same prior and the same likelihood, and (z_1 - z_2) / sqrt(2) says
how the halves differ. See docs/decisions/026-campaigns-under-a-channel.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from omnimix.mechanics.scaling import Array, Scaling
from omnimix.spec import Channel, Funnel, Prior

CAMPAIGN_AWAY = "campaign_away"  # z: how far a campaign lies from its channel, in units of its width
CAMPAIGN_LOOSENESS = "campaign_looseness"
CAMPAIGN_MULTIPLIER = "campaign_multiplier"
LOOSENESS_PRIOR = Prior("HalfNormal", 0.4)  # of two of equal spend one is worth 0.4 to 2.4 times the other, nine in ten
SMALLEST = 0.05  # share in the channel's spend; a smaller campaign is as free as one of this share


def campaign_names(funnel: Funnel) -> tuple[str, ...]:
    """Return the campaigns of all channels, channel by channel."""
    return tuple(k for c in funnel.channels for k in c.campaigns)


def mixed(funnel: Funnel) -> tuple[Channel, ...]:
    """Return the channels that have campaigns."""
    return tuple(c for c in funnel.channels if c.campaigns)


def weights(channel: Channel, spend: Mapping[str, float]) -> Array:
    """Return each campaign's share in the spend of its channel, shape (campaigns,); ``spend`` is by campaign.

    >>> weights(Channel("social", campaigns=("lead", "sale")), {"lead": 300.0, "sale": 100.0})
    array([0.75, 0.25])
    """
    money = np.array([spend[k] for k in channel.campaigns])
    return np.asarray(money / money.sum())


def widths(shares: Array) -> Array:
    """Return how far campaigns of given shares lie from their channel, in units of the looseness.

    >>> widths(np.array([0.5, 0.125]))
    array([1., 2.])
    """
    return np.asarray(1.0 / np.sqrt(2.0 * np.maximum(shares, SMALLEST)))


def multipliers(shares: Array, looseness: Array, away: Array) -> Array:
    """Return the multipliers of a channel's campaigns, shape (draws, campaigns).

    ``looseness`` has shape (draws,) and ``away`` shape (draws, campaigns).

    >>> multipliers(np.array([0.5, 0.5]), np.array([np.log(2.0)]), np.array([[1.0, -1.0]])).round(3)
    array([[2. , 0.5]])
    """
    apart = away * widths(shares)
    return np.asarray(np.exp(looseness[:, None] * (apart - (apart @ shares)[:, None])))


def all_multipliers(funnel: Funnel, spend: Mapping[str, float], looseness: Array, away: Array) -> Array:
    """Return the multipliers of all campaigns, shape (draws, campaigns), as :func:`campaign_names` orders them."""
    parts, first = [], 0
    for channel in mixed(funnel):
        stop = first + len(channel.campaigns)
        parts.append(multipliers(weights(channel, spend), looseness, away[:, first:stop]))
        first = stop
    return np.concatenate(parts, axis=1)


def campaign_exposure(funnel: Funnel, scaling: Scaling, frame: pd.DataFrame) -> Array:
    """Return the spend of every campaign over the training weeks, in typical weeks of its channel, a row each."""
    rows = [
        frame[k].reindex(scaling.weeks).to_numpy(dtype=float) / scaling.typical_exposure[c.name]
        for c in mixed(funnel)
        for k in c.campaigns
    ]
    return np.array(rows).reshape(len(rows), len(scaling.weeks))
