r"""A survey that follows the slow stock, such as brand awareness: a share p of n people in some weeks.

On the scale of log odds around its mean share q, y = (p - q) / (q (1 - q)), with x the stock as a share of its usual
height, less 1::

    y(t) = slope x(t) + level, trend, season, start of the stock + noise,    sd = sqrt(spread + 1) sqrt(p (1 - p) / n)
    x(t) = P(t) / mean(P) - 1,     P(t) = sum over effects with a slow part of contribution s L(t) / mean(B)

with L, s and B as in :mod:`omnimix.curves.slow_stock`. What is linear is integrated out; ``slope`` is above 0. How
large the slow part is cancels in x: of one channel the survey tells how slowly it fades, of several how they share it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.mechanics.design import CARRY_IN, Design, design
from omnimix.mechanics.scaling import Array, Scaling
from omnimix.spec import Funnel

TERM_SDS = {"intercept": 1.0, "trend": 0.5, "carry_in": 0.3, "level": 1.0, "season": 1.0}  # log odds


@dataclass(frozen=True)
class Tracker:
    """A survey on the weeks of a fit.

    Attributes:
        level: its mean share, q.
        share: p, shape (weeks,); nan where nobody was asked.
        sd: of y by chance alone, shape (weeks,); nan where nobody was asked.
        terms: names of the columns, and ``groups`` their groups.
        columns: linear part in prior sds, shape (terms, weeks), before the sampled scales of ``level`` and ``season``.
    """

    level: float
    share: Array
    sd: Array
    terms: tuple[str, ...]
    groups: tuple[str, ...]
    columns: Array

    @property
    def unit(self) -> float:
        """Share by which one step of log odds moves it."""
        return self.level * (1.0 - self.level)

    @property
    def deviation(self) -> Array:
        """y, shape (weeks,); nan where nobody was asked."""
        return (self.share - self.level) / self.unit

    @property
    def seen(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """The weeks in which people were asked."""
        return np.isfinite(self.sd)


def tracker_of(funnel: Funnel, scaling: Scaling, panel: Panel) -> Tracker | None:
    """Return the survey that follows the stock on the training weeks; ``None`` where there is none."""
    if funnel.roles.tracker is None:
        return None
    share, asked = (panel.series(name).reindex(scaling.weeks).to_numpy(dtype=float) for name in funnel.roles.tracker)
    q = scaling.tracker_level
    near = (asked * share + 1.0) / (asked + 2.0)  # no share is known to be 0 or 1
    sd = np.sqrt(near * (1.0 - near) / asked) / (q * (1.0 - q))
    found = _columns(funnel, scaling, scaling.weeks)
    return Tracker(q, np.where(np.isfinite(sd), share, np.nan), sd, *found)


def _columns(
    funnel: Funnel, scaling: Scaling, weeks: pd.DatetimeIndex
) -> tuple[tuple[str, ...], tuple[str, ...], Array]:
    """Return the columns that may move a survey beside the stock: as a baseline, without holidays and controls."""
    whole: Design = design(funnel, scaling, weeks, None)
    faster = {f"carry_in_{k}" for k in range(1, len(CARRY_IN) + 1)}  # of what came at once, not of the stock
    kept = [
        k for k, (t, g) in enumerate(zip(whole.terms, whole.groups, strict=True)) if g in TERM_SDS and t not in faster
    ]
    harmonic = np.array([whole.relative_sds[k] if whole.groups[k] == "season" else 1.0 for k in kept])
    sds = np.array([TERM_SDS[whole.groups[k]] for k in kept]) * harmonic
    columns = np.ascontiguousarray((whole.matrix[:, kept] * sds).T)
    return tuple(whole.terms[k] for k in kept), tuple(whole.groups[k] for k in kept), columns
