"""Money out for money in: ROAS and marginal ROAS per channel and of all media, and response curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.effects.figures import Figures, require_usable, summarise
from omnimix.effects.plan import Plan, data_window, scaled_spend, without
from omnimix.effects.respond import respond_each
from omnimix.labels import (
    ALL_MEDIA,
    CHANNEL,
    DEFAULT_INTERVAL,
    DRAW,
    INTERVAL,
    MARGINAL_ROAS,
    NODE,
    ROAS,
    SPEND,
    WEEK,
)
from omnimix.posterior import Posterior

STEP = 0.01  # marginal ROAS compares half a percent more with half a percent less
UNIT = "value for one unit of money spent, with the weeks after the window"


def roas(posterior: Posterior, *, interval: float = DEFAULT_INTERVAL, allow_unconverged: bool = False) -> Figures:
    """Return ROAS per channel and of all media: value brought by the data window's spend over that spend.

    Value counts every outcome at its value per unit, in the window and in the weeks after it in which its spend
    still works. The last label, ``all_media``, is all channels together.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    plan = data_window(posterior)
    groups = _groups(posterior)
    plans = {"plan": plan, **{k: without(plan, v) for k, v in groups.items()}}
    worth = {k: money(posterior, v) for k, v in respond_each(posterior, plans).items()}
    spend = _spend(plan, groups)
    draws = _labelled({k: (worth["plan"] - worth[k]) / spend[k] for k in groups})
    return Figures(ROAS, draws, UNIT, interval, _known(spend))


def marginal_roas(
    posterior: Posterior, *, interval: float = DEFAULT_INTERVAL, allow_unconverged: bool = False
) -> Figures:
    """Return what the next unit of money would bring, spent in proportion to the data window's spend.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    plan = data_window(posterior)
    groups = _groups(posterior)
    plans = {("more", k): scaled_spend(plan, v, 1 + STEP / 2) for k, v in groups.items()}
    plans |= {("less", k): scaled_spend(plan, v, 1 - STEP / 2) for k, v in groups.items()}
    worth = {k: money(posterior, v) for k, v in respond_each(posterior, plans).items()}
    spend = _spend(plan, groups)
    draws = _labelled({k: (worth["more", k] - worth["less", k]) / (STEP * spend[k]) for k in groups})
    return Figures(MARGINAL_ROAS, draws, UNIT, interval, _known(spend))


@dataclass(frozen=True, repr=False)
class ResponseCurves:
    """Value brought by each channel as its spend of the data window is multiplied by a factor.

    Attributes:
        draws: value; dimensions draw, channel, factor.
        spend: money over the window; dimensions channel, factor.
    """

    draws: xr.DataArray
    spend: xr.DataArray
    interval: float = DEFAULT_INTERVAL

    def table(self, interval: float | None = None) -> pd.DataFrame:
        """Return one row a channel and factor; ``extrapolated`` marks more than was ever spent."""
        mass = interval or self.interval
        summary = summarise(self.draws, mass)
        frame = xr.Dataset({SPEND: self.spend, **summary}).to_dataframe().reset_index()
        return frame.assign(extrapolated=frame["factor"] > 1.0, **{INTERVAL: mass})

    def plot(self, ax: Any = None) -> Any:
        """Draw the curves on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax)

    def __repr__(self) -> str:
        return f"response curves, {self.interval:.0%} interval\n{self.table().to_string(index=False)}"

    def _repr_html_(self) -> str:
        return str(self.table().to_html(index=False, border=0, float_format="{:,.4g}".format))


def response_curves(
    posterior: Posterior,
    *,
    factors: Sequence[float] = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> ResponseCurves:
    """Return the value each channel brings when its spend in every week of the window is multiplied by a factor.

    The value is that of the channel at that spend less that of the channel silent, tail included.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    plan = data_window(posterior)
    names = posterior.funnel.channel_names
    plans = {(n, f): scaled_spend(plan, [n], f) for n in names for f in (0.0, *factors)}
    worth = {k: money(posterior, v) for k, v in respond_each(posterior, plans).items()}
    values = np.stack([[worth[n, f] - worth[n, 0.0] for f in factors] for n in names])
    coords = {CHANNEL: list(names), "factor": list(factors)}
    spend = plan.spend.iloc[plan.reported].sum()
    return ResponseCurves(
        draws=xr.DataArray(values, coords=coords, dims=(CHANNEL, "factor", DRAW)).transpose(DRAW, CHANNEL, "factor"),
        spend=xr.DataArray(np.outer([spend[n] for n in names], factors), coords=coords, dims=(CHANNEL, "factor")),
        interval=interval,
    )


def money(posterior: Posterior, answer: xr.DataArray) -> xr.DataArray:
    """Return the money that all outcomes of a response are worth over its weeks, one figure a draw."""
    outcomes = posterior.funnel.outcomes
    worth = xr.DataArray([o.value or 1.0 for o in outcomes], coords={NODE: [o.name for o in outcomes]}, dims=NODE)
    return (answer.sum(WEEK) * worth).sum(NODE)


def _groups(posterior: Posterior) -> dict[str, tuple[str, ...]]:
    names = posterior.funnel.channel_names
    return {**{n: (n,) for n in names}, ALL_MEDIA: names}


def _spend(plan: Plan, groups: dict[str, tuple[str, ...]]) -> dict[str, float]:
    total = plan.spend.iloc[plan.reported].sum()
    return {k: float(total[list(v)].sum()) for k, v in groups.items()}


def _labelled(parts: dict[str, xr.DataArray]) -> xr.DataArray:
    return xr.concat(list(parts.values()), dim=pd.Index(list(parts), name=CHANNEL, dtype=object)).transpose(
        DRAW, CHANNEL
    )


def _known(spend: dict[str, float]) -> dict[str, xr.DataArray]:
    coords = {CHANNEL: list(spend)}
    nothing = xr.DataArray(np.zeros(len(spend)), coords=coords, dims=CHANNEL)
    return {SPEND: xr.DataArray(list(spend.values()), coords=coords, dims=CHANNEL), "induced_spend": nothing}
