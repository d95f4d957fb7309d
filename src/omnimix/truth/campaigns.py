"""Campaigns of a simulated channel: how its money is divided over them, and what a euro in each is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from omnimix.errors import SpecError, did_you_mean
from omnimix.labels import CAMPAIGN, CHANNEL, ROAS, SPEND
from omnimix.mechanics import Array
from omnimix.spec import Channel
from omnimix.truth.mechanism import TrueMedium

if TYPE_CHECKING:
    from omnimix.truth.truth import Truth

APART = 0.4  # standard deviation of the logarithm of drawn multipliers


@dataclass(frozen=True, eq=False)
class TrueCampaigns:
    """The campaigns of one channel in all simulated weeks.

    Attributes:
        spend: money, shape (campaigns, weeks).
        multipliers: what a unit of each puts through the curves of the channel, by name.
    """

    spend: Array
    multipliers: Mapping[str, float]

    @property
    def factor(self) -> Array:
        """The exposure that a unit of the channel's money buys in each week, shape (weeks,)."""
        total = self.spend.sum(axis=0)
        worth = np.array(list(self.multipliers.values()))
        usual = float(worth @ self.spend.sum(axis=1) / total.sum())
        return np.where(total > 0, worth @ self.spend / np.where(total > 0, total, 1.0), usual)

    def columns(self) -> dict[str, Array]:
        """Return the columns of the table."""
        return dict(zip(self.multipliers, self.spend, strict=True))

    def without(self, campaign: str, rows: slice) -> Array:
        """Return the exposure of the channel a week with one campaign silent in some weeks, shape (weeks,)."""
        left = self.spend.copy()
        left[list(self.multipliers).index(campaign), rows] = 0.0
        return np.asarray(np.array(list(self.multipliers.values())) @ left)


def divide(
    channel: Channel, spend: Array, stated: Mapping[str, float], generator: np.random.Generator
) -> TrueCampaigns:
    """Divide a channel's money over its campaigns, which come and go, and draw multipliers that are not stated."""
    count = len(channel.campaigns)
    size = generator.dirichlet(np.full(count, 3.0))[:, None]
    running = generator.random((count, -(-len(spend) // 4))).repeat(4, axis=1)[:, : len(spend)] < 0.75
    weight = size * running * np.exp(generator.normal(0.0, 0.5, (count, len(spend))))
    weight[:, ~running.any(axis=0)] = size
    money = spend * weight / weight.sum(axis=0)
    drawn = np.exp(generator.normal(0.0, APART, count))
    worth = np.array([stated.get(k, float(d)) for k, d in zip(channel.campaigns, drawn, strict=True)])
    shares = money.sum(axis=1) / money.sum()
    worth = worth / np.exp(shares @ np.log(worth))
    return TrueCampaigns(money, dict(zip(channel.campaigns, map(float, worth), strict=True)))


def require_known_campaigns(channel: Channel, multipliers: Mapping[str, float]) -> None:
    """Refuse multipliers of what is no campaign of a channel, and those that are not above zero."""
    wrong = [
        f"{k!r} is no campaign of it{did_you_mean(str(k), channel.campaigns)}"
        for k in multipliers
        if k not in channel.campaigns
    ]
    wrong += [f"the multiplier of {k} is a number above 0, not {v!r}" for k, v in multipliers.items() if not v > 0]
    if wrong:
        raise SpecError(f"{channel.name}: {'; '.join(wrong)}")


@dataclass(frozen=True, eq=False)
class MixedMedium(TrueMedium):
    """A channel whose exposure is made by its campaigns."""

    campaigns: TrueCampaigns = field(kw_only=True)


def mixed_medium(
    channel: Channel, spend: Array, stated: Mapping[str, float], generator: np.random.Generator
) -> MixedMedium:
    """Return a channel with its money divided over its campaigns."""
    own = divide(channel, spend, stated, generator)
    return MixedMedium(channel, spend, spend * own.factor, campaigns=own)


def campaign_truth(truth: Truth) -> pd.DataFrame:
    """Return one row a campaign: its channel, spend in the data window, true multiplier and true ROAS.

    ROAS is what is lost without it, tail included, over its spend: the others of its channel spend what they did.

    >>> from omnimix.truth import Medium, simulate
    >>> social = Medium(Channel("social", campaigns=("lead", "sale")), multipliers={"lead": 2.0, "sale": 1.0})
    >>> found = campaign_truth(simulate(seed=1, channels=[social, "tv"]).truth)
    >>> float((found.multiplier[0] / found.multiplier[1]).round(3))
    2.0
    """
    lived, rows = truth.counterfactuals, []
    for medium in truth.mechanism.media.values():
        if not isinstance(medium, MixedMedium):
            continue
        for number, (name, worth) in enumerate(medium.campaigns.multipliers.items()):
            left = medium.campaigns.without(name, lived.window)
            lever = np.zeros(len(lived.calendar))
            lever[: len(left)] = (
                left / medium.campaigns.factor
            )  # the money that buys as much exposure at the week's price
            trajectory = truth.mechanism.follow(lived.plan({medium.name: lever}), lived.demand)
            spent = float(medium.campaigns.spend[number, lived.window].sum())
            value = float(lived.lost_money(trajectory)[lived.counted(True)].sum())
            rows.append({CHANNEL: medium.name, CAMPAIGN: name, SPEND: spent, "multiplier": worth, ROAS: value / spent})
    return pd.DataFrame(rows, columns=[CHANNEL, CAMPAIGN, SPEND, "multiplier", ROAS])
