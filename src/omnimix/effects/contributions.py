"""What every channel brought in the data window, week by week, and what the baseline did without media."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.effects.by_campaign import campaign_contributions
from omnimix.effects.figures import Figures, require_usable, summarise
from omnimix.effects.geos import parts_of, require_by
from omnimix.effects.plan import data_window, everywhere, without
from omnimix.effects.respond import respond_each, values_by_draw
from omnimix.labels import CAMPAIGN, CHANNEL, CONTRIBUTION, DEFAULT_INTERVAL, DRAW, GEO, INTERVAL, NODE, OUTCOME, WEEK
from omnimix.posterior import GeoPart, GeoPosterior, Posterior
from omnimix.words import MONEY, ValueUnit


@dataclass(frozen=True, repr=False)
class Contributions:
    """Contributions by week in units of the outcome.

    For every draw, ``prediction = baseline + sum of media + remainder``; the remainder is zero unless effects
    multiply (``log_normal``), channels work on each other's audience or answer to demand, where it is what the channels
    bring together beyond each alone.

    Attributes:
        media: dimensions draw, week, outcome, channel.
        baseline: the outcome without any media; dimensions draw, week, outcome.
        prediction: the expected outcome; same dimensions.
        value: money for one unit of every outcome; dimension outcome, and draw where a value is not sure.
        value_unit: what value is counted in.
    """

    media: xr.DataArray
    baseline: xr.DataArray
    prediction: xr.DataArray
    value: xr.DataArray
    interval: float = DEFAULT_INTERVAL
    value_unit: ValueUnit = MONEY

    @property
    def remainder(self) -> xr.DataArray:
        """What channels bring together beyond each alone."""
        return self.prediction - self.baseline - self.media.sum(CHANNEL)

    @property
    def total(self) -> Figures:
        """Contributions over the whole data window, with each one's share of the expected outcome."""
        draws = self.media.sum(WEEK)
        share = (draws / self.prediction.sum(WEEK)).mean(DRAW)
        return Figures(CONTRIBUTION, draws, "outcome units over the data window", self.interval, {"share": share})

    @property
    def money(self) -> Figures:
        """What every channel brings to every outcome over the data window and all paths, in money.

        Raises :class:`OmnimixError` for outcomes without a value: then :attr:`total` says all there is to say.
        """
        self.value_unit.require_money("what channels bring in money")
        draws = self.media.sum(WEEK) * self.value
        return Figures(CONTRIBUTION, draws, "money over the data window", self.interval)

    @property
    def all_media(self) -> Figures:
        """What all channels bring together over the data window: the prediction less the baseline."""
        draws = (self.prediction - self.baseline).sum(WEEK)
        share = (draws / self.prediction.sum(WEEK)).mean(DRAW)
        return Figures(CONTRIBUTION, draws, "outcome units over the data window", self.interval, {"share": share})

    def table(self, interval: float | None = None) -> pd.DataFrame:
        """Return one row an outcome and channel: the total over the data window and its share."""
        return self.total.table(interval)

    def by_week(self, interval: float | None = None) -> pd.DataFrame:
        """Return one row a week, outcome and channel, the channel ``baseline`` among them."""
        parts = xr.concat([self.media, self.baseline.expand_dims({CHANNEL: ["baseline"]})], dim=CHANNEL)
        mass = interval or self.interval
        return xr.Dataset(summarise(parts, mass)).to_dataframe().reset_index().assign(**{INTERVAL: mass})

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw contributions over time on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return repr(self.total)

    def _repr_html_(self) -> str:
        return self.total._repr_html_()


@overload
def contributions(
    posterior: Posterior, *, by: None = None, interval: float = DEFAULT_INTERVAL, allow_unconverged: bool = False
) -> Contributions: ...


@overload
def contributions(
    posterior: Posterior, *, by: str, interval: float = DEFAULT_INTERVAL, allow_unconverged: bool = False
) -> Figures: ...


@checked
def contributions(
    posterior: Posterior | GeoPosterior | GeoPart,
    *,
    by: str | None = None,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Contributions | Figures:
    """Return what every channel brought to every outcome in the data window.

    Of several geos they are added up; with ``by="geo"`` the answer holds the totals over the window of every geo. With
    ``by="campaign"`` it holds those of every campaign, which add up to their channel's: what the channel brings is
    divided in proportion to what would be lost without each.

    A channel's contribution is the expected outcome less the expected outcome had the channel never run, over all
    paths, channels that answer to demand answering. Media history before the window counts as running.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    require_by(posterior, by, CAMPAIGN)
    require_usable(posterior, allow_unconverged)
    if by == CAMPAIGN:
        return campaign_contributions(posterior, _of_one(posterior, interval).media.sum(WEEK), interval)
    if by is not None:
        totals = {geo: _of_one(part, interval).total for geo, part in parts_of(posterior)}
        geos = pd.Index(list(totals), name=GEO, dtype=object)
        draws = xr.concat([t.draws for t in totals.values()], dim=geos)
        known = {
            k: xr.concat([t.known[k] for t in totals.values()], dim=geos) for k in next(iter(totals.values())).known
        }
        return Figures(CONTRIBUTION, draws, "outcome units over the data window", interval, known)
    return functools.reduce(_added, (_of_one(part, interval) for _, part in parts_of(posterior)))


def _added(one: Contributions, other: Contributions) -> Contributions:
    """Add the contributions of another geo, over the weeks of both."""
    names = ("media", "baseline", "prediction")
    sums = {n: xr.align(getattr(one, n), getattr(other, n), join="outer", fill_value=0.0) for n in names}
    return replace(one, **{n: a + b for n, (a, b) in sums.items()})


def _of_one(posterior: Posterior, interval: float) -> Contributions:
    plan = data_window(posterior, tail=False)
    names = posterior.funnel.channel_names
    always = everywhere(plan)
    plans = {"plan": plan, "baseline": without(always, names)}
    plans |= {f"without {n}": without(always, [n]) for n in names}
    answers = {
        k: _outcomes(posterior, v, plan.weeks) for k, v in respond_each(posterior, plans, weeks=plan.weeks).items()
    }
    media = xr.concat(
        [answers["plan"] - answers[f"without {n}"] for n in names], dim=pd.Index(names, name=CHANNEL, dtype=object)
    )
    return Contributions(
        media=media.transpose(DRAW, WEEK, OUTCOME, CHANNEL),
        baseline=answers["baseline"],
        prediction=answers["plan"],
        value=values_by_draw(posterior).rename({NODE: OUTCOME}),
        value_unit=posterior.value_unit,
        interval=interval,
    )


def _outcomes(posterior: Posterior, answer: xr.DataArray, weeks: pd.DatetimeIndex) -> xr.DataArray:
    names = [o.name for o in posterior.funnel.outcomes]
    return answer.sel({NODE: names, WEEK: np.asarray(weeks)}).rename({NODE: OUTCOME})
