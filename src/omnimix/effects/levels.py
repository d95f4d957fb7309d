"""How high the effect of a channel stands over its curves, and by how much it differs in any weeks, in every draw."""

from __future__ import annotations

import pandas as pd

from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, MEAN_RESPONSE, NODE
from omnimix.mechanics import Array
from omnimix.mechanics.periods import EFFECT_LEVEL, Period, period_of, periods
from omnimix.posterior import Posterior


def periods_of(posterior: Posterior) -> tuple[Period, ...]:
    """Return the stretches of weeks in which the effects of a fit are the same; none where they never change."""
    return periods(posterior.funnel, posterior.scaling.window_weeks)


def levels(posterior: Posterior, channel: str, weeks: pd.DatetimeIndex) -> Array | None:
    """Return the factor on what a channel brings for the same exposure, shape (draws, weeks); ``None``: it is 1.

    Weeks after the data have that of the latest period. It counts beside the mean response over the data window, which
    has it too.
    """
    found = periods_of(posterior)
    return posterior.numbers(EFFECT_LEVEL, **{CHANNEL: channel})[:, period_of(found, weeks)] if found else None


def height(posterior: Posterior, node: str, channel: str) -> Array:
    """Return the contribution of a channel to a node over its mean response in the data window, shape (draws,)."""
    place = {NODE: node, CHANNEL: channel}
    return posterior.numbers(CONTRIBUTION_SHARE, **place) / posterior.numbers(MEAN_RESPONSE, **place)


def latest_level(posterior: Posterior, channel: str) -> Array | float:
    """Return that factor in the latest period, shape (draws,); 1 where effects are the same in all weeks."""
    found = levels(posterior, channel, posterior.scaling.weeks[-1:])
    return 1.0 if found is None else found[:, 0]
