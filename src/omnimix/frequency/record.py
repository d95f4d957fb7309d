"""How often people should be reached, one row a channel, beside how often they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.frequency.narrative import sentences
from omnimix.labels import CHANNEL

DATA, PRIOR = "data", "prior"


@dataclass(frozen=True, repr=False)
class BestFrequency:
    """The frequency of every channel at which the same contacts do most, and what going there would bring.

    Attributes:
        rows: one row a channel; see :meth:`table`.
        interval: probability mass of the intervals.
        currency: of all money.
        unvalued: outcomes without a value: gains are then counted in their units.
    """

    rows: Sequence[dict[str, object]]
    interval: float
    currency: str
    unvalued: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row a channel; frequencies are contacts of a person reached in a week.

        ``frequency`` is that of today: contacts over people in the last ``weeks`` weeks of the data, at most a year.
        ``lowest_seen`` and ``highest_seen`` are those of single weeks. ``best_frequency`` is the median over draws,
        ``frequency_lower`` and ``frequency_upper`` its interval. ``advised`` is the median, no further than was seen.
        ``gain`` is what the same contacts of these weeks would be expected to bring beyond what they brought, at
        ``advised`` in every week: money, or units of outcomes without a value; ``gain_lower`` and ``gain_upper`` its
        interval, ``gain_share`` its part of what the channel brought, ``probability_better`` the odds that it is above
        0. ``spend`` is the money of these weeks, which stays. ``weeks_beyond`` is in how many of them that takes more
        people than were ever reached in a week. ``learned`` is the posterior spread of the logarithm of the best
        frequency over its prior's; where it is above 0.8, ``told`` is ``prior``: the data hardly spoke; else ``data``.
        """
        return pd.DataFrame(list(self.rows)).assign(interval=self.interval)

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what it comes to. Raises :class:`OmnimixError` for a language that is not spoken."""
        return sentences(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the best frequency beside today's; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return "\n".join(["The best frequency", notebook.text(self._short, self._forms), *self.sentences().values()])

    def _repr_html_(self) -> str:
        return notebook.card(
            "The best frequency",
            notebook.lines(self.sentences().values()),
            notebook.table(self._short, self._forms),
            under=f"contacts of a person reached, a week; {words.percent(self.interval)} intervals",
        )

    @property
    def _short(self) -> pd.DataFrame:
        names = ["frequency", "best_frequency", "frequency_lower", "frequency_upper", "advised"]
        return self.table()[[CHANNEL, *names, "gain", "gain_share", "probability_better", "told"]]

    @property
    def _forms(self) -> dict[str, words.Form]:
        times = ("frequency", "best_frequency", "frequency_lower", "frequency_upper", "advised")
        shares = ("gain_share", "probability_better")
        return {**dict.fromkeys(times, words.ratio), **dict.fromkeys(shares, words.percent), "gain": words.amount}
