"""What campaigns, or a frequency, make of the exposure of their channel: a factor a draw and week.

A channel puts money x(t) through its curves; with campaigns it is sum_k m_k x_k(t), that is x(t) times the mean of the
multipliers over the money of the week. A plan sets what the channel spends and leaves the split inside as it is: as it
was in weeks of the data, and after them as over the last year of the data window.

A channel of which the frequency is known has its reach for exposure, and the factor is what a person met so often is
worth. More money reaches more people as often: a plan leaves the frequency as it was in weeks of the data, and after
them at that of the last year, contacts over people. The worth differs by node, as curves do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from omnimix.curves.frequency import worth_of
from omnimix.effects.plan import Plan, with_money
from omnimix.labels import CAMPAIGN
from omnimix.mechanics import Array
from omnimix.mechanics.campaigns import CAMPAIGN_MULTIPLIER, mixed
from omnimix.mechanics.frequency import known_frequency, usual_frequency
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Node

YEAR = 52  # weeks


class Mixes:
    """The factors of all channels with campaigns on one timeline, which begins with the training weeks.

    ``spend`` is that of campaigns as carried out, by channel, shape (campaigns, weeks); ``ahead`` is the factor of
    money whose split is not known, by channel, shape (draws,). ``frequency`` is by channel, shape (weeks,).
    """

    def __init__(self, posterior: Posterior, weeks: pd.DatetimeIndex) -> None:
        self._posterior = posterior
        self.frequency = {c.name: _as_planned(posterior, c, weeks) for c in posterior.funnel.channels if c.frequency}
        self.spend: dict[str, Array] = {}
        self.ahead: dict[str, Array] = {}
        self._multipliers: dict[str, Array] = {}
        self._carried_out: dict[str, Array] = {}
        for channel in mixed(posterior.funnel):
            known = campaign_spend(posterior, channel)
            spend = np.zeros((len(known), len(weeks)))
            spend[:, : known.shape[1]] = known
            numbers = [posterior.numbers(CAMPAIGN_MULTIPLIER, **{CAMPAIGN: k}) for k in channel.campaigns]
            recent = known[:, max(posterior.scaling.window, known.shape[1] - YEAR) :].sum(axis=1)
            usual = recent if recent.sum() > 0 else known.sum(axis=1)
            self.spend[channel.name] = spend
            self._multipliers[channel.name] = np.stack(numbers, axis=1)
            self.ahead[channel.name] = self._multipliers[channel.name] @ (usual / usual.sum())
            self._carried_out[channel.name] = self.of(channel.name, spend)

    def of(self, channel: str, spend: Array) -> Array:
        """Return the factor of every week for a split, shape (campaigns, weeks), as (draws, weeks)."""
        total = spend.sum(axis=0)
        shares = np.divide(spend, total, out=np.zeros_like(spend), where=total > 0)
        return np.where(total > 0, self._multipliers[channel] @ shares, self.ahead[channel][:, None])

    def exposure(self, node: Node, channel: Channel, exposure: Array, split: Array | None = None) -> Array:
        """Return the exposure that counts, (draws, weeks), of one in typical weeks of the channel, (1 or draws, weeks).

        ``split`` is what a plan changes of it: the money of its campaigns, shape (campaigns, weeks), or its frequency,
        shape (weeks,). A channel without either has the exposure that it is given.
        """
        if channel.frequency is not None:
            return exposure * self._worth(node, channel, self.frequency[channel.name] if split is None else split)
        if not channel.campaigns:
            return exposure
        return exposure * (self._carried_out[channel.name] if split is None else self.of(channel.name, split))

    def worth_ahead(self, node: Node, channel: Channel) -> Array | float:
        """Return what a person reached after the data is worth, shape (draws,); 1 where no frequency is known."""
        if channel.frequency is None:
            return 1.0
        return self._worth(node, channel, self.frequency[channel.name][-1:])[:, 0]

    def _worth(self, node: Node, channel: Channel, frequency: Array) -> Array:
        slope, half = self._posterior.curve_draws(node.name, channel.name)[:, 3:].T
        return worth_of(frequency, slope[:, None], half[:, None])

    def known(self, pairs: Sequence[tuple[Node, Channel]], exposure: Mapping[str, Array], trained: int) -> Array:
        """Return the exposure that counts in the training weeks, shape (1 or draws, pairs, weeks).

        ``exposure`` is by channel on the whole timeline, as carried out. It is by draw where there are campaigns. A
        person reached counts as one of after the data, of which the worth stands in the size of the effect.
        """
        rows = [self.exposure(n, c, exposure[c.name][None])[:, :trained] for n, c in pairs]
        rows = [r / np.reshape(self.worth_ahead(n, c), (-1, 1)) for r, (n, c) in zip(rows, pairs, strict=True)]
        most = max(len(row) for row in rows)
        return np.ascontiguousarray(np.stack([np.broadcast_to(r, (most, r.shape[1])) for r in rows], axis=1))

    def bought_ahead(self) -> Array:
        """Return the exposure, in typical weeks, of a unit of money after the data, shape (1 or draws, channels)."""
        scaling, names = self._posterior.scaling, self._posterior.funnel.channel_names
        prices = np.array([[scaling.exposure_per_spend[n] / scaling.typical_exposure[n] for n in names]])
        if not self.ahead:
            return prices
        factors = [self.ahead.get(n, np.ones(self._posterior.size)) for n in names]
        return np.ascontiguousarray(prices * np.stack(factors, axis=1))


def _as_planned(posterior: Posterior, channel: Channel, weeks: pd.DatetimeIndex) -> Array:
    """Return the frequency of every week of a timeline: as it was where people were reached, else the usual one."""
    frame, scaling = posterior.panel.frame, posterior.scaling
    out = np.full(len(weeks), usual_frequency(scaling, channel, frame))
    known = known_frequency(scaling, channel, frame)
    reached = np.flatnonzero(frame[str(channel.reach)].reindex(scaling.weeks).to_numpy() > 0)
    out[reached] = known[reached]
    return out


def campaign_spend(posterior: Posterior, channel: Channel) -> Array:
    """Return the money of a channel's campaigns over the training weeks, shape (campaigns, weeks)."""
    frame = posterior.panel.frame.reindex(posterior.scaling.weeks)
    return np.ascontiguousarray(frame[list(channel.campaigns)].to_numpy(dtype=np.float64).T)


def without_campaign(plan: Plan, channel: str, spend: Array, number: int) -> Plan:
    """Return the plan with one campaign silent in its own weeks; the others of its channel go on as they were.

    ``spend`` is that of the campaigns of the channel, shape (campaigns, weeks of the timeline). Of a channel that
    answers to a stage the rest still answers.
    """
    left, money = spend.copy(), plan.spend_by_channel[channel]
    left[number, plan.reported] = 0.0
    part = np.divide(left.sum(axis=0), spend.sum(axis=0), out=np.ones_like(money), where=spend.sum(axis=0) > 0)
    exposure = plan.exposure_by_channel[channel] * part
    return with_money(plan, {channel: money * part}, {channel: exposure}, {channel: part}, {channel: left})
