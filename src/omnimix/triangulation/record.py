"""Witnesses: what each says of every channel, whom to believe, and what it means that they disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.labels import CHANNEL, LOWER, UPPER
from omnimix.triangulation.judgement import EXPERIMENT, MODEL, PATH, PLATFORM
from omnimix.triangulation.narrative import narrative

AGREEMENT, BELIEVE = "agreement", "believe"
FORMS: Mapping[str, words.Form] = dict.fromkeys((PLATFORM, PATH, MODEL, LOWER, UPPER, EXPERIMENT), words.ratio)
SHOWN = (CHANNEL, PLATFORM, PATH, MODEL, LOWER, UPPER, EXPERIMENT, AGREEMENT, BELIEVE)


@dataclass(frozen=True, repr=False)
class Witnesses:
    """What platforms claim, paths credit, the model finds and tests measured, by channel.

    Attributes:
        rows: what :meth:`table` returns.
        without_spend: channels that are tracked and have no money in the model, such as direct visits.
        value_without_spend: what paths credit to these, in money.
        value: what all orders that could be followed are worth.
        sold: what all outcomes of the model are worth in the same weeks.
        method: of path credit.
        first: the day of the first touch.
        last: the day of the last order.
        currency: of money.
        taken_in: channels whose tests the fit has taken in; its own range knows these already.
        made_from: fingerprint of the funnel and data it was made of; empty where that is not known.
    """

    rows: pd.DataFrame
    without_spend: tuple[str, ...]
    value_without_spend: float
    value: float
    sold: float
    method: str
    first: dt.date
    last: dt.date
    currency: str
    taken_in: tuple[str, ...] = ()
    made_from: str = ""

    def table(self) -> pd.DataFrame:
        """Return one row a channel.

        ``spend`` of the weeks compared, ``platform_roas``, ``path_roas``, ``model_roas`` (median) with ``lower`` and
        ``upper``, ``experiment_roas`` with ``experiment_error``; ``agreement`` (``agree``, ``path_above``,
        ``path_below``, ``untracked``), ``believe`` (``experiment``, ``model``, or ``test``: nobody before a test) and
        ``interval``. What nobody says is nan.
        """
        return self.rows.copy()

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return by channel whom to believe and why. Raises :class:`OmnimixError` for an unknown language."""
        return narrative(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw what each witness says, by channel; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        told = "\n".join(self.sentences().values())
        return f"{self._title}\n{notebook.text(self.rows[list(SHOWN)], FORMS)}\n{told}"

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.table(self.rows[list(SHOWN)], FORMS, told=None),
            notebook.lines(self.sentences().values(), most=30),
            under="Money for 1 spent, by witness; never to be added up.",
        )

    @property
    def _title(self) -> str:
        return f"Witnesses: {len(self.rows)} channels, {self.first} to {self.last}"
