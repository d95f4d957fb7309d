"""One language and currency: how the page writes names, money, shares, ranges and its own sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix.labels import ALL_MEDIA, LOWER, UPPER
from omnimix.rows.table import records
from omnimix.words import between, brief, called, capital, day, figure, listing, money, odds, percent, ratio, texts

type Row = Mapping[str, Any]


@dataclass(frozen=True)
class Voice:
    """How the page speaks.

    Attributes:
        language: ``en`` or ``nl``.
        currency: of all money.
        interval: probability mass of all ranges.
    """

    language: str
    currency: str
    interval: float

    def say(self, key: str, **parts: object) -> str:
        """Return a sentence of the page with its parts filled in."""
        return texts("report", self.language)[key].format(**parts)

    def name(self, label: str) -> str:
        """Return a channel, stage, outcome or team as a reader calls it."""
        return called(label, self.language)

    def title(self, label: str) -> str:
        """Return a name as it begins a line."""
        return capital(self.name(label))

    def names(self, labels: Iterable[str]) -> str:
        """Return names after each other."""
        return listing([self.name(n) for n in labels], self.language)

    def money(self, value: float) -> str:
        """Write an estimated amount in a sentence."""
        return money(value, self.currency, self.language)

    def brief(self, value: float, digits: int = 2) -> str:
        """Write an amount in a table."""
        return brief(value, self.currency, self.language, digits)

    def change(self, value: float, digits: int = 2) -> str:
        """Write a change of money with its sign."""
        text, sign = self.brief(value, digits), f"{self.currency} +"
        return text.replace(f"{self.currency} ", sign, 1) if value > 0 else text

    def amount(self, value: float, digits: int = 2) -> str:
        """Write the size of an amount whose direction is told in words."""
        return self.brief(abs(value), digits)

    def ratio(self, value: float) -> str:
        """Write a ROAS."""
        return ratio(value, self.language)

    def percent(self, value: float) -> str:
        """Write a share."""
        return percent(value, self.language)

    def odds(self, probability: float) -> str:
        """Write a probability as odds."""
        return odds(probability, self.language)

    def number(self, value: float) -> str:
        """Write a whole number."""
        return figure(value, self.language, 0)

    def day(self, when: dt.date) -> str:
        """Write a date."""
        return day(when, self.language)

    def between(self, low: str, high: str) -> str:
        """Write a range."""
        return between(low, high, self.language)

    def money_range(self, row: Row) -> str:
        """Write the range of a row of money."""
        return self.between(self.brief(float(row[LOWER])), self.brief(float(row[UPPER])))

    def ratio_range(self, row: Row) -> str:
        """Write the range of a row of ROAS."""
        return self.between(self.ratio(float(row[LOWER])), self.ratio(float(row[UPPER])))

    def percent_range(self, row: Row) -> str:
        """Write the range of a row of shares."""
        return self.between(self.percent(float(row[LOWER])), self.percent(float(row[UPPER])))


def by_label(table: pd.DataFrame, label: str) -> dict[str, Row]:
    """Return the rows of a table by one label."""
    return {str(row[label]): row for row in records(table)}


def channels_only(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Return rows without that of all media together."""
    return {name: row for name, row in rows.items() if name != ALL_MEDIA}


@dataclass(frozen=True)
class Unit:
    """The unit of money along an axis: millions, thousands or ones.

    Attributes:
        size: money of one unit.
        name: its name with the currency.
        form: how numbers along the axis are written (d3-format).
    """

    size: float
    name: str
    form: str

    @classmethod
    def of(cls, largest: float, voice: Voice) -> Unit:
        """Return the unit in which amounts up to the largest have few digits."""
        size, key = next(((s, k) for s, k in ((1e6, "m"), (1e3, "k")) if largest >= 2 * s), (1.0, "1"))
        return cls(size, voice.say(f"unit_{key}", currency=voice.currency), ",~r")

    def __call__(self, amount: float) -> float:
        """Return an amount in this unit."""
        return amount / self.size
