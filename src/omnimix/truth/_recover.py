r"""Score a posterior against the truth: does the interval hold it, how far off is the middle, how wide is the interval.

CRPS = E|X - truth| - E|X - X'| / 2 over posterior draws X, X' (Gneiting and Raftery 2007, eq. 21): a proper score in
the unit of the figure, here divided by the truth. Lower is better, and neither vagueness nor overconfidence lowers
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, LOWER, MEAN, MEDIAN, UPPER
from omnimix.mechanics import Array
from omnimix.truth.truth import Truth

if TYPE_CHECKING:
    import xarray as xr

    from omnimix.posterior import Posterior


@dataclass(frozen=True, repr=False)
class Recovery:
    """How well a posterior recovers true ROAS, by channel and for all media.

    ``scores`` has one row a channel and one for all media: truth, mean, median, lower, upper, covered, relative_error
    (of the mean), relative_width and crps (both over the truth; for a true zero as they are).
    """

    scores: pd.DataFrame
    interval: float

    @property
    def channels(self) -> pd.DataFrame:
        """The rows of single channels."""
        return self.scores[self.scores[CHANNEL] != ALL_MEDIA]

    @property
    def coverage(self) -> float:
        """Share of channels whose interval holds the truth."""
        return float(self.channels["covered"].mean())

    @property
    def all_media_error(self) -> float:
        """Relative error of the mean ROAS of all media; above 0 is too high."""
        return float(self.scores.loc[self.scores[CHANNEL] == ALL_MEDIA, "relative_error"].iloc[0])

    def table(self) -> pd.DataFrame:
        """Return the scores, tidy."""
        return self.scores.copy()

    def __repr__(self) -> str:
        head = f"Recovery: {self.coverage:.0%} of channels inside the {self.interval:.0%} interval"
        return f"{head}\n{self.scores.to_string(index=False)}"

    def _repr_html_(self) -> str:
        shown = self.scores.drop(columns=["crps", "relative_width"]).assign(interval=self.interval)
        forms = {**dict.fromkeys((MEAN, LOWER), words.ratio), "relative_error": words.percent}
        return notebook.card(
            "ROAS against the truth",
            notebook.table(shown, forms),
            under=f"{self.coverage:.0%} of the channels have their truth inside the {self.interval:.0%} interval",
        )


def recover(
    posterior: Posterior, truth: Truth, *, interval: float = DEFAULT_INTERVAL, allow_unconverged: bool = False
) -> Recovery:
    """Score ROAS (data window with its tail) of every channel and of all media against a simulated world's truth.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    from omnimix.effects import roas  # a world without a posterior needs none of it

    draws = roas(posterior, interval=interval, allow_unconverged=allow_unconverged).draws
    true = pd.concat([truth.roas(), pd.Series({ALL_MEDIA: truth.all_media_roas()})])
    return score(draws, true, interval=interval)


def score(draws: xr.DataArray, truth: pd.Series, *, interval: float = DEFAULT_INTERVAL) -> Recovery:
    """Score draws (dimensions draw and channel) against one true figure a channel.

    >>> import xarray as xr
    >>> draws = xr.DataArray([[0.9], [1.0], [1.1]], coords={"channel": ["tv"]}, dims=("draw", "channel"))
    >>> bool(score(draws, pd.Series({"tv": 1.0})).scores.covered[0])
    True
    """
    points = (0.5 - interval / 2, 0.5, 0.5 + interval / 2)
    rows = []
    for channel in truth.index:
        values, true = draws.sel({CHANNEL: channel}).to_numpy(), float(truth[channel])
        low, middle, high = np.quantile(values, points)
        size = abs(true) or 1.0
        mean = float(values.mean())
        figures = (
            middle,
            low,
            high,
            bool(low <= true <= high),
            (mean - true) / size,
            (high - low) / size,
            crps(values, true) / size,
        )
        rows.append((channel, true, mean, *figures))
    columns = [CHANNEL, "truth", MEAN, MEDIAN, LOWER, UPPER, "covered", "relative_error", "relative_width", "crps"]
    return Recovery(pd.DataFrame(rows, columns=columns), interval)


def crps(draws: Array, truth: float) -> float:
    """Return the continuous ranked probability score of draws for one true value, in its unit.

    >>> round(crps(np.array([0.0, 2.0]), 1.0), 3)
    0.5
    """
    ordered, size = np.sort(draws), draws.size
    spread = float((ordered * (2 * np.arange(size) - size + 1)).sum()) / size**2
    return float(np.abs(ordered - truth).mean()) - spread
