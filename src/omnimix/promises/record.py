"""What a plan promised beside what happened, cause by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.labels import CHANNEL
from omnimix.promises.narrative import sentences

TEAM, CAUSE, PART, WITHIN = "team", "cause", "part", "within"
SPENT, EFFECT, CONTROLS, DEMAND, NOISE = "spend", "effect", "controls", "demand", "noise"
REST = "no media"


@dataclass(frozen=True, repr=False)
class Tracking(words.Counted):
    """The bridge from what a plan promised to what happened.

    Attributes:
        rows: one row a channel and cause, then those of what comes without media; see :meth:`table`.
        weeks: the weeks of the plan that have come.
        planned_weeks: how many weeks the plan has.
        spend: by channel (index) money ``planned`` for these weeks and what ``happened``.
        expected: interval of the value of these weeks that was to be expected, given what was really done.
        interval: its probability mass.
        currency: of all money.
        unvalued: outcomes without a value in money; value is in units then.
    """

    rows: pd.DataFrame
    weeks: pd.DatetimeIndex
    planned_weeks: int
    spend: pd.DataFrame
    expected: tuple[float, float]
    interval: float
    currency: str
    unvalued: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row a channel and cause, in value over the weeks that have come.

        ``promised`` and ``happened`` are what the channel was to bring and what it is now estimated to have brought;
        ``part`` is what a ``cause`` adds between them: other ``spend`` than planned, another ``effect`` than expected.
        The channel ``no media`` is what comes without any: ``controls``, ``demand`` (and season) and ``noise``. All
        parts add up to what happened less what was promised. ``within`` says of an effect whether it moved no further
        than as many weeks usually teach.
        """
        return self.rows.copy()

    @property
    def promised(self) -> float:
        """Value that was promised for the weeks that have come."""
        return round(float(self._once["promised"].sum()), 2)

    @property
    def happened(self) -> float:
        """Value that came."""
        return round(float(self._once["happened"].sum()), 2)

    @property
    def within(self) -> bool:
        """Whether what happened is within what was to be expected, given what was really done."""
        return self.expected[0] <= self.happened <= self.expected[1]

    @property
    def by_cause(self) -> pd.Series:
        """The parts of every cause over all channels, in the order of the table."""
        return self.rows.groupby(CAUSE, sort=False)[PART].sum()

    @property
    def by_team(self) -> pd.DataFrame:
        """One row a team: promised, happened and the part of every cause; channels without a team under ''."""
        media = self.rows[self.rows[CHANNEL] != REST]
        parts = media.pivot_table(index=TEAM, columns=CAUSE, values=PART, aggfunc="sum", sort=False)
        ends = media.drop_duplicates(CHANNEL).groupby(TEAM, sort=False)[["promised", "happened"]].sum()
        return ends.join(parts).reset_index()

    @property
    def _once(self) -> pd.DataFrame:
        return self.rows.drop_duplicates(CHANNEL)

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what it comes to. Raises :class:`OmnimixError` for a language that is not spoken."""
        return sentences(self, language)

    def to_excel(self, path: Any, *, language: str = "en") -> Any:
        """Write the bridge as a workbook of one sheet, in ``en`` or ``nl``."""
        from omnimix.workbook.bridge_sheet import write_bridge

        return write_bridge(self.table(), list(self.sentences(language).values()), path, language=language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the bridge; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return "\n".join([self._title, notebook.text(self.rows, self._forms), *self.sentences().values()])

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.lines(self.sentences().values()),
            notebook.table(self.rows, self._forms),
            under=f"value in {self.value_unit.name()}; parts add up to happened less promised",
        )

    @property
    def _forms(self) -> dict[str, words.Form]:
        return dict.fromkeys(("promised", "happened", PART), words.amount)

    @property
    def _title(self) -> str:
        return f"Promised and happened: {len(self.weeks)} of {self.planned_weeks} weeks from {self.weeks[0].date()}"
