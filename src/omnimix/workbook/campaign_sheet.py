"""The campaign planning sheet: rows are channels, columns are weeks, a cell holds budget and message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from omnimix import notebook
from omnimix.data.phrases import in_weeks, refusal, week_list
from omnimix.data.totals import names_total
from omnimix.errors import did_you_mean
from omnimix.findings import Finding
from omnimix.labels import CHANNEL, SPEND, WEEK
from omnimix.workbook.campaign_headings import is_year, plain_week

MESSAGE, TEAM = "message", "team"
IN_THOUSANDS = re.compile(
    r"[x×*]\s*(?:€|eur|euro)?\s*1[.,\s]?000\b|\b(?:in|per)\s+(?:thousands?|duizend(?:en|tallen)?)\b|k€|€k\b",  # noqa: RUF001
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, repr=False)
class CampaignSheet:
    """A campaign over all channels: what is spent and what is said, week by week.

    Attributes:
        name: of the campaign, such as ``Back to school``.
        spend: money a week (index) and channel (column); 0 where nothing is bought.
        messages: what is said, texts of the same shape, empty where nothing is. Left out, nothing is said.
        teams: team by channel, for channels that have one.
        notes: what reading the file left out.

    Spaces at the ends of texts do not count. Raises :class:`DataError` that lists everything wrong at once: weeks that
    do not follow one another, money that is none, shapes that differ.

    >>> weeks = pd.date_range("2026-08-31", periods=2, freq="7D")
    >>> sheet = CampaignSheet("Back to school", pd.DataFrame({"tv": [25_000.0, 0.0]}, index=weeks))
    >>> sheet
    Campaign 'Back to school': 25,000 over 2 weeks from 2026-08-31
    channel   spend  weeks  messages
         tv 25000.0      1         0
    """

    name: str
    spend: pd.DataFrame
    messages: pd.DataFrame = None  # type: ignore[assignment]
    teams: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        spend, wrong = _money(self.spend)
        messages, more = _texts(self.messages, spend)
        name = _plain(self.name)
        teams = {_plain(c): _plain(team) for c, team in self.teams.items()}
        wrong += more + _wrong_names(name, spend, teams)
        if wrong:
            raise refusal(f"campaign '{name}'", wrong)
        for key, value in (("name", name), ("spend", spend), ("messages", messages), ("teams", teams)):
            object.__setattr__(self, key, value)

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """The weeks of the campaign."""
        return pd.DatetimeIndex(self.spend.index, name=WEEK)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels, in the order of the sheet."""
        return tuple(map(str, self.spend.columns))

    def table(self) -> pd.DataFrame:
        """Return one row a week and channel in which something is bought or said: money, message and team."""
        rows = [
            {
                WEEK: week,
                CHANNEL: c,
                TEAM: self.teams.get(c, ""),
                SPEND: self.spend.loc[week, c],
                MESSAGE: self.messages.loc[week, c],
            }
            for week in self.weeks
            for c in self.channels
            if self.spend.loc[week, c] or self.messages.loc[week, c]
        ]
        return pd.DataFrame(rows, columns=[WEEK, CHANNEL, TEAM, SPEND, MESSAGE])

    def to_excel(self, path: Any, *, language: str = "en") -> Path:
        """Write the sheet as a workbook, ``en`` or ``nl``; :func:`omnimix.read_campaign_sheet` reads it back.

        Raises :class:`DataError` for a path that does not end in ``.xlsx`` or lies in no folder.
        """
        from omnimix.workbook.campaign_writing import write_campaign_sheet

        return write_campaign_sheet(self, path, language=language)

    def __repr__(self) -> str:
        told = [f"WARNING: {note.message} {note.remedy}" for note in self.notes if note.severity == "warns"]
        return "\n".join([self._head(), self._summary().to_string(index=False), *told])

    def _repr_html_(self) -> str:
        return notebook.card(self._head(), notebook.table(self._summary()), notebook.findings(self.notes))

    def _head(self) -> str:
        weeks = f"{len(self.spend)} week{'' if len(self.spend) == 1 else 's'} from {self.weeks[0].date()}"
        return f"Campaign '{self.name}': {self.spend.to_numpy().sum():,.0f} over {weeks}"

    def _summary(self) -> pd.DataFrame:
        columns = {
            CHANNEL: list(self.channels),
            SPEND: self.spend.sum().to_numpy(),
            "weeks": (self.spend > 0).sum().to_numpy(),
            "messages": (self.messages != "").sum().to_numpy(),
        }
        return pd.DataFrame(columns)


def _money(given: Any) -> tuple[pd.DataFrame, list[str]]:
    """Return the budgets as floats by week and channel, and what is wrong with them."""
    frame = pd.DataFrame(given)
    frame = frame.set_index(WEEK) if WEEK in frame.columns else frame
    try:
        weeks = pd.DatetimeIndex(pd.to_datetime(frame.index).to_numpy(), name=WEEK).as_unit("ns")
        values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        return pd.DataFrame(), ["`spend` is a table of money, one row a week (its first day as index)."]
    names = pd.Index([_plain(c) for c in frame.columns], dtype=object)
    spend = pd.DataFrame(values, weeks, names)
    if spend.empty:
        return spend, ["`spend` holds no week or no channel."]
    steps = np.diff(weeks.to_numpy()).astype("timedelta64[D]").astype(int)
    wrong = [] if (steps == 7).all() else [f"weeks do not follow one another every 7 days ({week_list(weeks)})."]
    for k, channel in enumerate(spend.columns):
        off = ~(np.isfinite(values[:, k]) & (values[:, k] >= 0))
        if off.any():
            wrong.append(f"the budget of '{channel}' is empty, negative or infinite in {in_weeks(weeks, off)}.")
    return spend, wrong


def _texts(given: Any, spend: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the messages in the shape of the budgets, and what is wrong with them."""
    if given is None:
        return pd.DataFrame("", spend.index, spend.columns, dtype=object), []
    frame = pd.DataFrame(given)
    frame = frame.set_index(WEEK) if WEEK in frame.columns else frame
    names = [_plain(c) for c in frame.columns]
    if names != list(spend.columns) or list(pd.to_datetime(frame.index)) != list(spend.index):
        return frame, ["`messages` has other weeks or channels than `spend`; give both the same shape."]
    cells = frame.to_numpy(dtype=object)
    if not all(isinstance(cell, str) for cell in cells.ravel()):
        return frame, ["`messages` holds what is no text; an empty message is an empty text ''."]
    texts = [[cell.replace("\r\n", "\n").replace("\r", "\n").strip() for cell in line] for line in cells]
    messages = pd.DataFrame(texts, spend.index, spend.columns, dtype=object)
    unseen = [c for c in messages.columns if any(_UNSEEN.search(text) for text in messages[c])]
    return messages, [f"a message of '{c}' holds signs that no spreadsheet can store." for c in unseen]


def _wrong_names(name: str, spend: pd.DataFrame, teams: Mapping[str, str]) -> list[str]:
    wrong = []
    if not name:
        wrong.append("it has no name; give one such as 'Back to school'.")
    if plain_week(name) or is_year(name):
        wrong.append(f"its name is a week or a year ('{name}'); give it one such as 'Back to school'.")
    if IN_THOUSANDS.search(name):
        wrong.append("its name says that amounts are in thousands; give whole amounts and leave that out.")
    names = list(map(str, spend.columns))
    wrong += [
        f"channel '{c}' is there twice; give every channel one column."
        for c in dict.fromkeys(names)
        if names.count(c) > 1
    ]
    wrong += [f"a channel cannot be called '{c}'; a sheet would read it as a total." for c in names if names_total(c)]
    wrong += ["a channel has no name; give every channel one."] if "" in names else []
    return wrong + [
        f"`teams` names '{c}', which is no channel{did_you_mean(c, names) or '; leave it out.'}"
        for c in teams
        if c not in names
    ]


def _plain(text: object) -> str:
    """Return a name with single spaces."""
    return " ".join(str(text).split())
