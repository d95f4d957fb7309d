"""A plan as it came back from its workbook: what was edited, beside what was advised and what is done today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from omnimix import notebook
from omnimix.budget.plan import TODAY
from omnimix.labels import CHANNEL, WEEK

ADVISED, EDITED, CHANGE = "advised", "edited", "change"
CENT = 0.005  # cells nearer than this are the same: spreadsheets keep 15 digits


@dataclass(frozen=True)
class BrokenLimit:
    """A limit that an edited plan does not keep.

    Attributes:
        kind: ``channel``, ``team`` or ``pool``.
        name: which.
        rule: ``least`` and ``most`` over the window and ``weekly_most`` in a week were agreed; ``lowest`` and
            ``highest`` are what the data have seen over a window.
        limit: that money.
        spend: the edited money.
    """

    kind: str
    name: str
    rule: str
    limit: float
    spend: float


@dataclass(frozen=True, repr=False)
class PlanSheet:
    """An edited plan beside the advised one and today's.

    Attributes:
        spend: money a week (index) and channel (column) as it stands in the calendar.
        advised: the same as it was advised.
        today: today's plan, brought to the same total.
        answering: the channels that answer to a stage; their money is expected and as advised.
        total: the money agreed for the whole window.
        currency: of all money.
        teams: team by channel, for channels that have one.
        pools: pool by channel, for channels that have one.
        broken: every limit that the calendar does not keep.

    >>> weeks = pd.date_range("2026-09-07", periods=2, freq="7D", name="week")
    >>> advised = pd.DataFrame({"tv": [60.0, 20.0], "radio": [10.0, 10.0]}, index=weeks)
    >>> sheet = PlanSheet(advised.assign(tv=[50.0, 20.0]), advised, advised, (), 100.0, "EUR")
    >>> sheet.edited
            week channel  advised  edited  change
    0 2026-09-07      tv     60.0    50.0   -10.0
    >>> sheet.difference
    -10.0
    """

    spend: pd.DataFrame
    advised: pd.DataFrame
    today: pd.DataFrame
    answering: tuple[str, ...]
    total: float
    currency: str
    teams: Mapping[str, str] = field(default_factory=dict)
    pools: Mapping[str, str] = field(default_factory=dict)
    broken: tuple[BrokenLimit, ...] = ()

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """The weeks of the plan."""
        return pd.DatetimeIndex(self.spend.index, name=WEEK)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels, as the funnel lists them."""
        return tuple(map(str, self.spend.columns))

    @property
    def difference(self) -> float:
        """Money in the calendar less the agreed total, 0 where they differ by less than a cent for every cell."""
        off = float(self.spend.to_numpy().sum()) - self.total
        return 0.0 if abs(off) < CENT * self.spend.size else off

    @property
    def edited(self) -> pd.DataFrame:
        """The cells that were changed: week, channel, money advised, money edited, and the change."""
        moved = (self.spend - self.advised).abs() >= CENT
        rows = [
            {
                WEEK: week,
                CHANNEL: channel,
                ADVISED: self.advised.loc[week, channel],
                EDITED: self.spend.loc[week, channel],
            }
            for channel in self.channels
            for week in self.weeks[moved[channel].to_numpy()]
        ]
        frame = pd.DataFrame(rows, columns=[WEEK, CHANNEL, ADVISED, EDITED])
        return frame.assign(**{CHANGE: frame[EDITED] - frame[ADVISED]})

    def table(self) -> pd.DataFrame:
        """Return one row a channel: money today, advised and edited over the window, and the weeks edited."""
        moved = (self.spend - self.advised).abs() >= CENT
        return pd.DataFrame(
            {
                CHANNEL: list(self.channels),
                "team": [self.teams.get(c, "") for c in self.channels],
                "pool": [self.pools.get(c, "") for c in self.channels],
                TODAY: self.today.sum().to_numpy(),
                ADVISED: self.advised.sum().to_numpy(),
                EDITED: self.spend.sum().to_numpy(),
                CHANGE: (self.spend - self.advised).sum().to_numpy(),
                "weeks_edited": moved.sum().to_numpy(),
                "answers": [c in self.answering for c in self.channels],
            }
        )

    def sentences(self, language: str = "en") -> tuple[str, ...]:
        """Return what was edited and what the edit breaks in plain words; ``en`` or ``nl``."""
        from omnimix.budget.edit import narrate_sheet

        return tuple(narrate_sheet(self, language))

    def __repr__(self) -> str:
        told = "".join(f"\n{text}" for text in self.sentences()[1:])
        return f"{self._head()}{told}\n{notebook.text(self.table())}"

    def _repr_html_(self) -> str:
        return notebook.card(self._head(), notebook.lines(self.sentences()[1:]), notebook.table(self.table()))

    def _head(self) -> str:
        cells = len(self.edited)
        edits = f"{cells} cell{'' if cells == 1 else 's'} edited"
        off = f", {self.difference:+,.0f} against the agreed total" if self.difference else ""
        weeks = f"{len(self.spend)} weeks from {self.weeks[0].date()}"
        return f"Edited plan of {self.currency} {self.total:,.0f} over {weeks}: {edits}{off}"
