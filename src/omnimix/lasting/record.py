"""What a campaign brings soon and in the long run, one row a channel, with what the data cannot say left open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.errors import OmnimixError
from omnimix.labels import CHANNEL
from omnimix.lasting.narrative import sentences

DATA, LITTLE, PRIOR, NO_SLOW_PART = "data", "little", "prior", "no_slow_part"
RangeOf = tuple[float, float, float]  # median, lower, upper


@dataclass(frozen=True, repr=False)
class LongRun:
    """What a campaign of every channel brings soon and in the long run.

    Attributes:
        rows: one row a channel, ``all_media`` last; see :meth:`table`.
        stock: the stage with a slow stock, ``None`` for a model without one.
        half_life: of that stock in weeks: median and both ends of its interval; ``None`` where the data do not say it.
        discount: yearly rate by which later money counts less.
        horizons: weeks since the campaign's start at which payback is told.
        weeks: length of the campaign.
        interval: probability mass of the intervals.
        currency: of all money.
        half_life_learned: posterior spread of the half-life over its prior's; nan without a stock.
        survey: what a brand tracker found and what the model expects of it; see :meth:`survey_table`.
    """

    rows: Sequence[dict[str, object]]
    stock: str | None
    half_life: RangeOf | None
    discount: float
    horizons: tuple[int, ...]
    weeks: int
    interval: float
    currency: str
    half_life_learned: float = math.nan
    survey: pd.DataFrame | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a channel: medians under the name of a figure, its interval under ``_lower`` and ``_upper``.

        ``spend`` is the campaign's money. ``told`` says what the long run rests on: the ``data``; the ``prior``, where
        ``learned`` (the posterior spread of the channel's slow share over its prior's) is above 0.8; ``little``, where
        the data say that less comes slowly than was believed, and cannot tell little from nothing; or ``no_slow_part``
        in the model. ``short_roas`` and ``short_npv`` count what comes soon, ``long_roas`` and ``npv``
        all of it; they and ``probability_above_break_even`` are nan where the data cannot say.
        ``break_even_multiplier`` is how many times what comes soon has to come later for the money to be back; below 0
        it is back already. ``probability_paid_back_26`` and so on count what comes soon alone where the data cannot
        say more.
        """
        return pd.DataFrame(list(self.rows)).assign(interval=self.interval)

    def survey_table(self) -> pd.DataFrame:
        """Return one row a week: the tracker's ``share``, how many were ``asked``, and what the model expects of it.

        ``mean``, ``lower`` and ``upper`` hold for a survey of so many people, chance included; in a week in which
        nobody was asked, for the share itself. Raises :class:`OmnimixError` for a model without a tracker.
        """
        if self.survey is None:
            raise OmnimixError(
                'this model has no brand tracker; declare one with om.Stage("brand", stock=om.Stock(), '
                'tracker="awareness", tracker_n="awareness_n") and fit again'
            )
        return self.survey.copy()

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what it comes to. Raises :class:`OmnimixError` for a language that is not spoken."""
        return sentences(self, language)

    def plot(self, ax: Any = None, *, tracker: bool = False, language: str = "en") -> Any:
        """Draw how much more each channel has to bring later than soon, or the tracker; see :mod:`omnimix.plot`."""
        from omnimix.plot import long_run  # the door to pictures; see ARCHITECTURE.md

        return long_run(self, ax=ax, tracker=tracker, language=language)

    def __repr__(self) -> str:
        return "\n".join(["The long run", notebook.text(self._short, self._forms), *self.sentences().values()])

    def _repr_html_(self) -> str:
        return notebook.card(
            "The long run",
            notebook.lines(self.sentences().values()),
            notebook.table(self._short, self._forms),
            under=f"money in {self.currency}; `.table()` has every interval",
        )

    @property
    def _short(self) -> pd.DataFrame:
        odds = [c for c in self.table().columns if c.startswith("probability_paid")]
        names = [CHANNEL, "spend", "short_roas", "break_even_multiplier", "long_roas", "npv", *odds, "told"]
        return self.table()[names]

    @property
    def _forms(self) -> dict[str, words.Form]:
        ratios = dict.fromkeys(("short_roas", "break_even_multiplier", "long_roas"), words.ratio)
        odds = {c: words.percent for c in self._short.columns if c.startswith("probability")}
        return {**ratios, **dict.fromkeys(("spend", "npv"), words.amount), **odds}
