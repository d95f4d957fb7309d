"""The same money in other weeks, what it would teach and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.labels import CHANNEL, LOWER, MEAN, SPEND, UPPER, WEEK

NOW, USUAL, SCHEDULE = "width_now", "width_usual", "width_schedule"


@dataclass(frozen=True, repr=False)
class TeachingSchedule(words.Counted):
    """A schedule of the same money by channel from which more is learned than from the usual one.

    Attributes:
        rows: one row a channel: ``channel``; ``roas``, its posterior median; the standard deviation of its return as it
            is (``width_now``), and as expected after these weeks under the usual plan (``width_usual``) and under the
            schedule (``width_schedule``).
        usual: money of the usual plan, one row a week and one column a channel.
        spend: money of the schedule, the same.
        price: expected profit given up, ``mean, median, lower, upper``; below zero where the schedule brings more.
        interval: probability mass of that interval.
        currency: of all money.
        unvalued: outcomes without a value in money; the price is in their units then.
    """

    rows: pd.DataFrame
    usual: pd.DataFrame
    spend: pd.DataFrame
    price: Mapping[str, float]
    interval: float
    currency: str
    unvalued: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row a channel: what would be known of its return; see ``rows``."""
        return self.rows.copy()

    @property
    def narrowed(self) -> float:
        """How much narrower, as a share, intervals are expected to be than after the usual plan; by money spent."""
        money = self.usual[list(self.rows[CHANNEL])].sum().to_numpy()
        left = float((money * self.rows[SCHEDULE]).sum()) / max(float((money * self.rows[USUAL]).sum()), 1e-12)
        return 1.0 - left

    def calendar(self) -> pd.DataFrame:
        """Return the schedule to hand over: ``week, channel, spend`` and what is usual, ``usual_spend``."""
        long, usual = (
            f.rename_axis(index=WEEK).reset_index().melt(WEEK, var_name=CHANNEL, value_name=name)
            for f, name in ((self.spend, SPEND), (self.usual, "usual_spend"))
        )
        return long.merge(usual, on=[WEEK, CHANNEL])

    def sentence(self, language: str = "en") -> str:
        """Return what the schedule teaches and costs. Raises :class:`OmnimixError` for an unknown language."""
        words.require_language(language)
        said = words.Language.of(language, "teaching", self.value_unit)
        most = self.rows.iloc[int((self.rows[SCHEDULE] / self.rows[USUAL]).to_numpy().argmin())]
        key = "teaches" if self.narrowed >= 0.01 else "nothing"
        return said.say(
            key,
            weeks=said.exact(len(self.spend)),
            narrowed=said.percent(max(self.narrowed, 0.0)),
            channel=said.name(str(most[CHANNEL])),
            most=said.percent(max(1.0 - float(most[SCHEDULE] / most[USUAL]), 0.0)),
            price=said.value(float(self.price[MEAN])),
            range=said.between(said.value(float(self.price[LOWER])), said.value(float(self.price[UPPER]))),
        )

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw what would be known of returns on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return f"{self.sentence()}\n{self.table().to_string(index=False)}"

    def _repr_html_(self) -> str:
        forms = dict.fromkeys(("roas", NOW, USUAL, SCHEDULE), words.ratio)
        return notebook.card(
            "A schedule that teaches",
            notebook.lines([self.sentence()]),
            notebook.table(self.table(), forms),
            under="standard deviations of returns; `.calendar()` hands it over",
        )
