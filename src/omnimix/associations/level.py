"""Do all media rise and fall together with the slow level of an outcome?

A force that nobody measured, such as the economy, may move demand and with it every budget. Then media take the credit:
no model can part what moves as one. Looked at are swings of a quarter, beside season, trend and controls: how far those
of the channels go together (mean correlation of all pairs), and how far their sum goes with the outcome. Above both
limits lie none of 100 clean worlds and 45 of 50 in which a hidden force moves demand and budgets
(`python -m benchmarks.accuracy.silent_failures --door`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from omnimix.associations.node_series import reaching
from omnimix.data import Panel
from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.mechanics import Array, fit_scaling, scaled_series, window_design
from omnimix.spec import Funnel

TOGETHER = 0.35  # mean correlation of the slow swings of two channels
FOLLOWS = 0.6  # correlation of their sum with that of the outcome
QUARTER = 13  # weeks
FEWEST_WEEKS = 104
FEWEST_CHANNELS = 3  # one pair may go together by chance
FIXED = ("level", "carry_in")  # what could swing along is left in
REMEDY = (
    "Add what moves both as a control: consumer confidence, category sales, prices, distribution. Without it read all "
    "media returns as upper limits, and settle them by a test in which budgets are set against the tide."
)


def media_follow_level(funnel: Funnel, panel: Panel) -> Iterator[Finding]:
    """Name the outcome with whose slow swings all media go, that with the strongest tie."""
    try:
        scaling = fit_scaling(funnel, panel)
    except DataError:
        return
    weeks, frame = scaling.window_weeks, panel.frame
    if len(weeks) < FEWEST_WEEKS:
        return
    found = window_design(funnel, scaling, panel)
    known = found.matrix[:, [group not in FIXED for group in found.groups]]
    best: tuple[float, float, str] | None = None
    for outcome in funnel.outcomes:
        series = scaled_series(scaling.scale(outcome.name), frame[outcome.name].reindex(weeks))
        seen = np.isfinite(series)
        media = [
            frame[c.spend_column].reindex(weeks).to_numpy(dtype=float)[seen]
            for c in reaching(funnel, outcome)
            if c.paid
        ]
        if len(media) < FEWEST_CHANNELS or seen.sum() < FEWEST_WEEKS:
            continue
        together, follows = ties(np.array(media), series[seen], known[seen])
        if together > TOGETHER and follows > max(FOLLOWS, best[1] if best else 0.0):
            best = together, follows, outcome.name
    if best is None:
        return
    together, follows, name = best
    message = (
        f"All media rise and fall together, and {name} with them: by quarter, beside season, trend and controls, "
        f"two channels correlate by {together:.2f} on average, their sum with {name} by {follows:.2f}. A force that "
        "nobody measured would look the same, and its share would be credited to media."
    )
    yield Finding("media_follow_level", "warns", message, REMEDY, follows, name)


def ties(media: Array, series: Array, known: Array) -> tuple[float, float]:
    """Return the mean correlation of the channels' slow swings and that of their sum with the series'.

    Args:
        media: spend, shape (channels, weeks); a channel that does not move is left out.
        series: of the outcome, shape (weeks,).
        known: columns of what is known to move both, shape (weeks, columns).
    """
    slow = [_slow(x, known) for x in media]
    moving = np.array([x / x.std() for x in slow if x.std() > 0])
    if len(moving) < FEWEST_CHANNELS:
        return 0.0, 0.0
    pairs = np.corrcoef(moving)[np.triu_indices(len(moving), 1)]
    follows = np.corrcoef(moving.sum(axis=0), _slow(series, known))[0, 1]
    return float(pairs.mean()), float(follows)


def _slow(series: Array, known: Array) -> Array:
    """Return the mean of a quarter around every week of what ``known`` leaves, shorter at the ends."""
    scaled = series / np.abs(series).mean()
    left = pd.Series(scaled - known @ np.linalg.lstsq(known, scaled, rcond=None)[0])
    return np.asarray(left.rolling(QUARTER, center=True, min_periods=1).mean())
