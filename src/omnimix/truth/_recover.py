r"""Score a posterior against the truth: does the interval hold it, how far off is the median, how wide is the interval.

CRPS = E|X - truth| - E|X - X'| / 2 over posterior draws X, X' (Gneiting and Raftery 2007, eq. 21): a proper score in
the unit of the figure, here divided by the truth. Lower is better, and neither vagueness nor overconfidence lowers
it.

Over several channels errors are weighed by money: the sum of estimate less truth over the sum of the truth, both in
money. A mean of estimate / truth - 1 is no measure of bias: the small truths in its denominators make it positive even
for a posterior that is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, LOWER, MEAN, MEDIAN, ROAS, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.truth.truth import Truth

if TYPE_CHECKING:
    import xarray as xr

    from omnimix.posterior import Posterior


@dataclass(frozen=True, repr=False)
class Recovery:
    """How well a posterior recovers true ROAS, by channel and for all media.

    ``scores`` has one row a channel and one for all media: truth, mean, median, lower, upper, covered, relative_error
    (of the median), relative_width and crps (all three over the truth; for a true zero as they are), and spend, the
    money by which a channel weighs.
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
        """Relative error of the median ROAS of all media; above 0 is too high."""
        return float(self.scores.loc[self.scores[CHANNEL] == ALL_MEDIA, "relative_error"].iloc[0])

    @property
    def money_weighted_bias(self) -> float:
        """What medians bring too much over all channels, in money, over what they bring in truth."""
        return float(money_weighted(self.channels)["money_weighted_bias"])

    @property
    def money_weighted_crps(self) -> float:
        """CRPS over all channels, in money, over what they bring in truth."""
        return float(money_weighted(self.channels)["money_weighted_crps"])

    def table(self) -> pd.DataFrame:
        """Return the scores, tidy."""
        return self.scores.copy()

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw it on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        head = f"Recovery: {self._in_words}"
        return f"{head}\n{notebook.text(self.scores, FORMS)}"

    def _repr_html_(self) -> str:
        shown = self.scores.drop(columns=["crps", "relative_width", SPEND]).assign(interval=self.interval)
        told = words.told(ROAS)
        forms = {**dict.fromkeys((told, LOWER), words.ratio), "relative_error": words.percent}
        return notebook.card(
            "ROAS against the truth",
            notebook.table(shown, forms, told=told),
            under=self._in_words,
        )

    @property
    def _in_words(self) -> str:
        return (
            f"{self.coverage:.0%} of channels inside the {self.interval:.0%} interval; weighed by money, bias "
            f"{self.money_weighted_bias:+.0%} and CRPS {self.money_weighted_crps:.2f} of the truth"
        )


FORMS: dict[str, words.Form] = {
    **notebook.summary(words.ratio),
    **dict.fromkeys(("truth", "relative_width", "crps"), words.ratio),
    "relative_error": words.percent,
}


def recover(
    posterior: Posterior, truth: Truth, *, interval: float = DEFAULT_INTERVAL, allow_unconverged: bool = False
) -> Recovery:
    """Score ROAS (data window with its tail) of every channel and of all media against a simulated world's truth.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    from omnimix.effects import roas  # a world without a posterior needs none of it

    found = roas(posterior, interval=interval, allow_unconverged=allow_unconverged)
    true = pd.concat([truth.roas(), pd.Series({ALL_MEDIA: truth.all_media_roas()})])
    return score(found.draws, true, spend=found.known[SPEND].to_series(), interval=interval)


def score(
    draws: xr.DataArray,
    truth: pd.Series,
    *,
    spend: Mapping[str, float] | pd.Series | None = None,
    interval: float = DEFAULT_INTERVAL,
) -> Recovery:
    """Score draws (dimensions draw and channel) against one true figure a channel.

    Args:
        draws: the figure, dimensions draw and channel.
        truth: the true figure by channel.
        spend: money by channel, which turns a figure for one unit of money into money; by default the figures are
            money themselves.
        interval: probability mass of the intervals.

    >>> import xarray as xr
    >>> draws = xr.DataArray([[0.9], [1.0], [1.1]], coords={"channel": ["tv"]}, dims=("draw", "channel"))
    >>> bool(score(draws, pd.Series({"tv": 1.0})).scores.covered[0])
    True
    """
    points = (0.5 - interval / 2, 0.5, 0.5 + interval / 2)
    rows = []
    for channel in truth.index:
        values, true = draws.sel({CHANNEL: channel}).to_numpy(), float(truth[channel])
        low, median, high = np.quantile(values, points)
        size = abs(true) or 1.0
        figures = (
            float(values.mean()),
            median,
            low,
            high,
            bool(low <= true <= high),
            (median - true) / size,
            (high - low) / size,
            crps(values, true) / size,
            1.0 if spend is None else float(spend[channel]),
        )
        rows.append((channel, true, *figures))
    columns = [
        CHANNEL,
        "truth",
        MEAN,
        MEDIAN,
        LOWER,
        UPPER,
        "covered",
        "relative_error",
        "relative_width",
        "crps",
        SPEND,
    ]
    return Recovery(pd.DataFrame(rows, columns=columns), interval)


def money_weighted(scores: pd.DataFrame) -> pd.Series:
    """Return ``money_weighted_bias`` (of medians) and ``money_weighted_crps`` of rows of scores, over the true money.

    Rows have ``truth``, ``median``, ``crps`` and ``spend`` as :class:`Recovery` has them, of one fit or of many. Where
    the truth is nothing in all, both are nan.

    >>> rows = pd.DataFrame({"truth": [1.0, 2.0], "median": [1.5, 2.0], "crps": [0.5, 0.0], "spend": [100.0, 50.0]})
    >>> money_weighted(rows).round(3).to_dict()
    {'money_weighted_bias': 0.25, 'money_weighted_crps': 0.25}
    """
    truth, money = scores["truth"], scores[SPEND]
    size = truth.abs().where(truth != 0, 1.0)
    whole = float((truth * money).sum()) or float("nan")
    bias = float(((scores[words.told(ROAS)] - truth) * money).sum()) / whole
    return pd.Series(
        {"money_weighted_bias": bias, "money_weighted_crps": float((scores["crps"] * size * money).sum()) / abs(whole)}
    )


def crps(draws: Array, truth: float) -> float:
    """Return the continuous ranked probability score of draws for one true value, in its unit.

    >>> round(crps(np.array([0.0, 2.0]), 1.0), 3)
    0.5
    """
    ordered, size = np.sort(draws), draws.size
    spread = float((ordered * (2 * np.arange(size) - size + 1)).sum()) / size**2
    return float(np.abs(ordered - truth).mean()) - spread
