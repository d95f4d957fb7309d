"""Journeys: where they start, how long they take, and what every method would credit, with what that rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.attribution.credit import METHODS, REMOVAL_EFFECT, shares
from omnimix.attribution.narrative import narrative
from omnimix.attribution.walks import Rules
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.findings import Finding
from omnimix.labels import CHANNEL

type Measure = Literal["orders", "value", "share"]
MEASURES = ("orders", "value", "share")
SHOWN = ("first", "last", "linear", "markov", "shapley", REMOVAL_EFFECT)
FORMS: Mapping[str, words.Form] = dict.fromkeys(SHOWN, words.percent)


@dataclass(frozen=True, repr=False)
class Journeys:
    """What was counted over all journeys of known customers, and the credit that each method makes of it.

    None of it says what a channel brings about: who is on the way to buying is met more often. It is a second witness
    beside the media model; :func:`omnimix.witnesses` lays both side by side.

    Attributes:
        credit: one row a channel and a column a method, in orders; ``removal_effect``; ``value_<method>`` in money.
        starts: one row a channel: ``journeys`` that began with it, ``orders`` that these ended in, ``share`` of orders.
        lengths: by ``touches`` before an order: ``orders``.
        days: by whole ``days`` from the first touch to the order: ``orders``.
        robustness: one row a variant and channel: ``variant`` (such as ``window 7``), Markov and last-touch ``share``.
        orders: orders with a touch in the window before them.
        named: orders of known customers.
        all_orders: all orders, those of guests too.
        value: what the orders with a touch are worth, returns not taken off.
        journeys: all journeys, those that ended in nothing too.
        touches: touches in them, sessions counted once.
        first: the day of the first touch.
        last: the day of the last order.
        rules: what makes a journey.
        currency: of value, empty where none is known.
        findings: what to know before a figure is used.
    """

    credit: pd.DataFrame
    starts: pd.DataFrame
    lengths: pd.DataFrame
    days: pd.DataFrame
    robustness: pd.DataFrame
    orders: float
    named: int
    all_orders: int
    value: float
    journeys: int
    touches: int
    first: dt.date
    last: dt.date
    rules: Rules
    currency: str
    findings: tuple[Finding, ...]

    def table(self, measure: Measure = "orders") -> pd.DataFrame:
        """Return credit by every method side by side: one row a channel, a column a method, and ``removal_effect``.

        ``measure`` is ``"orders"`` (each column adds up to the orders that had a touch), ``"value"`` (to what these are
        worth) or ``"share"``. Raises :class:`OmnimixError` for another measure.
        """
        if measure not in MEASURES:
            raise OmnimixError(
                f"measure is one of {', '.join(MEASURES)}, not {measure!r}{did_you_mean(measure, MEASURES)}"
            )
        removal = self.credit[[CHANNEL, REMOVAL_EFFECT]]
        if measure == "share":
            return shares(self.credit).merge(removal, on=CHANNEL)
        prefix = "value_" if measure == "value" else ""
        wanted = self.credit[[CHANNEL, *(f"{prefix}{name}" for name in METHODS)]]
        return wanted.rename(columns={f"{prefix}{name}": name for name in METHODS}).merge(removal, on=CHANNEL)

    @property
    def typical_length(self) -> float:
        """The median number of touches before an order."""
        return _median(self.lengths, "touches")

    @property
    def typical_days(self) -> float:
        """The median number of whole days from the first touch to the order."""
        return _median(self.days, "days")

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what it comes to in sentences. Raises :class:`OmnimixError` for an unknown language."""
        return narrative(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw what each method credits to each channel; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        told = "\n".join([*self.sentences().values(), *(f"{f.severity}: {f.message}" for f in self.findings)])
        return f"{self._title}\n{notebook.text(self.table('share')[[CHANNEL, *SHOWN]], FORMS)}\n{told}"

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.lines(self.sentences().values()),
            notebook.table(self.table("share")[[CHANNEL, *SHOWN]], FORMS),
            notebook.findings(self.findings),
            under="Shares of the orders that had a touch. No method here says what a channel brings about.",
        )

    @property
    def _title(self) -> str:
        return f"Journeys: {words.exact(self.journeys)}, of which {words.exact(self.orders)} ended in an order"


def _median(table: pd.DataFrame, of: str) -> float:
    """Return the median of a table of counts."""
    if not len(table):
        return float("nan")
    ordered = table.sort_values(of)
    running = ordered["orders"].cumsum().to_numpy()
    return float(ordered[of].to_numpy()[np.searchsorted(running, running[-1] / 2)])
