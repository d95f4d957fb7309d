"""ROAS by period, where effects change over time: what the spend of a half-year or year brought, over that spend.

What is spent late in a period works on in the next, and there by the effects of that one.
"""

from __future__ import annotations

import pandas as pd
import xarray as xr

from omnimix.effects.accounts import accounts
from omnimix.effects.engine import Engine
from omnimix.effects.figures import Figures
from omnimix.effects.levels import periods_of
from omnimix.effects.plan import Plan, data_window, frozen, within, without
from omnimix.labels import ALL_MEDIA, CHANNEL, DRAW, INDUCED_SPEND, PERIOD, ROAS, SPEND
from omnimix.posterior import Posterior


def latest_period(posterior: Posterior) -> tuple[str, str] | None:
    """Return first and last day of the period whose effects hold for weeks after the data; ``None``: all are alike."""
    found = periods_of(posterior)
    return (str(found[-1].starts.date()), str(found[-1].ends.date())) if found else None


def period_roas(posterior: Posterior, basis: str, interval: float, unit: str) -> Figures:
    """Return the ROAS of every channel and of all media in every period; ``basis`` as in :func:`omnimix.roas`."""
    whole = data_window(posterior)
    plan = frozen(whole) if basis == "frozen" else whole
    engine = Engine(posterior, pd.DatetimeIndex(plan.spend.index))
    groups = {**{n: (n,) for n in posterior.funnel.bought_names}, ALL_MEDIA: posterior.funnel.bought_names}
    found = periods_of(posterior)
    parts = [within(plan, plan.reported.start + p.first, p.stop - p.first) for p in found]
    silent = [without(part, names) for names in groups.values() for part in parts]
    as_it_was, *others = accounts(engine, [plan, *silent])
    coords = {CHANNEL: list(groups), PERIOD: [p.label for p in found]}
    spend = xr.DataArray([_spent(parts, names) for names in groups.values()], coords=coords, dims=(CHANNEL, PERIOD))
    shape = (len(groups), len(found), posterior.size)
    gain = [(as_it_was.value - a.value).sum(axis=1) for a in others]
    saved = [as_it_was.spend - a.spend for a in others]
    draws, cost = (
        xr.DataArray(
            [each[k * shape[1] : (k + 1) * shape[1]] for k in range(shape[0])],
            coords=coords,
            dims=(CHANNEL, PERIOD, DRAW),
        )
        for each in (gain, saved)
    )
    induced = cost - spend if posterior.funnel.responding else cost * 0.0
    ratio = (draws / (spend + induced if basis == "net" else spend)).where(spend > 0)
    known = {SPEND: spend, INDUCED_SPEND: induced.mean(DRAW)}
    return Figures(ROAS, ratio.transpose(DRAW, CHANNEL, PERIOD), unit, interval, known, posterior.value_unit)


def _spent(parts: list[Plan], names: tuple[str, ...]) -> list[float]:
    return [float(p.spend.iloc[p.reported][list(names)].to_numpy().sum()) for p in parts]
