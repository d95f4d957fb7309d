"""Figures by campaign: what is lost where the spend of one campaign is taken away, all others as they were.

A return is that loss over the campaign's spend. Campaigns share the curve of their channel, so that what is lost with
each, one at a time, does not add up to what all of them bring: to less where the last euros bring less than the first,
to more on the steep part of an S. Where parts must add up, as contributions do, what the channel brings is divided in
proportion to these losses.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.effects.accounts import accounts
from omnimix.effects.engine import Engine
from omnimix.effects.figures import Figures
from omnimix.effects.mixes import without_campaign
from omnimix.effects.plan import Plan, data_window, everywhere, frozen
from omnimix.labels import CAMPAIGN, CHANNEL, CONTRIBUTION, DRAW, INDUCED_SPEND, OUTCOME, ROAS, SPEND
from omnimix.mechanics import Array
from omnimix.mechanics.campaigns import mixed
from omnimix.posterior import Posterior


def campaign_roas(posterior: Posterior, basis: str, interval: float, unit: str) -> Figures:
    """Return the ROAS of every campaign over the data window, tail included; ``basis`` as in :func:`omnimix.roas`."""
    whole = data_window(posterior)
    plan = frozen(whole) if basis == "frozen" else whole
    engine = Engine(posterior, pd.DatetimeIndex(plan.spend.index))
    pairs, without = _without_each(engine, plan)
    as_it_was, *found = accounts(engine, [plan, *without])
    spend = np.array([engine.mixes.spend[c][k, plan.reported].sum() for c, k, _ in pairs])
    gain = np.stack([(as_it_was.value - a.value).sum(axis=1) for a in found], axis=1)
    induced = np.stack([as_it_was.spend - a.spend for a in found], axis=1) - spend
    if not posterior.funnel.responding:
        induced[:] = 0.0  # not the rounding of sums
    cost = spend + (induced if basis == "net" else 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = np.where(spend > 0, gain / cost, np.nan)
    known = {SPEND: _known(pairs, spend), INDUCED_SPEND: _known(pairs, induced.mean(axis=0))}
    return Figures(ROAS, _labelled(pairs, draws, (DRAW, CAMPAIGN)), unit, interval, known, posterior.value_unit)


def campaign_contributions(posterior: Posterior, media: xr.DataArray, interval: float) -> Figures:
    """Return what every campaign brought to every outcome in the data window, adding up to its channel's.

    ``media`` is what channels brought, dimensions draw, outcome and channel.
    """
    plan = data_window(posterior, tail=False)
    engine = Engine(posterior, pd.DatetimeIndex(plan.spend.index))
    window = np.zeros(len(engine.weeks))
    window[plan.reported] = 1.0
    pairs, without = _without_each(engine, everywhere(plan))
    as_it_was, *found = accounts(engine, [plan, *without], worth=window)
    lost = np.stack([as_it_was.value - a.value for a in found], axis=2)  # draws, outcomes, campaigns
    parts = np.empty(lost.shape)
    for channel in dict.fromkeys(c for c, _, _ in pairs):
        rows = [n for n, (c, _, _) in enumerate(pairs) if c == channel]
        together = lost[:, :, rows].sum(axis=2, keepdims=True)
        shares = np.divide(lost[:, :, rows], together, out=np.zeros_like(lost[:, :, rows]), where=together != 0)
        whole = media.sel({CHANNEL: channel}).transpose(DRAW, OUTCOME).to_numpy()
        parts[:, :, rows] = shares * whole[:, :, None]
    draws = _labelled(pairs, parts, (DRAW, OUTCOME, CAMPAIGN)).assign_coords({OUTCOME: media[OUTCOME].to_numpy()})
    spend = np.array([engine.mixes.spend[c][k, plan.reported].sum() for c, k, _ in pairs])
    return Figures(CONTRIBUTION, draws, "outcome units over the data window", interval, {SPEND: _known(pairs, spend)})


type Pairs = list[tuple[str, int, str]]  # channel, number of the campaign in it, its name


def _without_each(engine: Engine, plan: Plan) -> tuple[Pairs, list[Plan]]:
    pairs = [(c.name, k, name) for c in mixed(engine.posterior.funnel) for k, name in enumerate(c.campaigns)]
    return pairs, [without_campaign(plan, c, engine.mixes.spend[c], k) for c, k, _ in pairs]


def _labelled(pairs: Pairs, values: Array, dims: tuple[str, ...]) -> xr.DataArray:
    names, channels = [name for _, _, name in pairs], [channel for channel, _, _ in pairs]
    return xr.DataArray(values, coords={CHANNEL: (CAMPAIGN, channels), CAMPAIGN: names}, dims=dims)


def _known(pairs: Pairs, values: Array) -> xr.DataArray:
    return _labelled(pairs, np.asarray(values), (CAMPAIGN,))
