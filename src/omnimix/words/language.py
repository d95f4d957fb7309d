"""One language with what is the same all through a text: its section of sentences and its currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from omnimix.labels import LOWER, UPPER
from omnimix.words import figures
from omnimix.words.texts import called, capital, texts


@dataclass(frozen=True)
class Language:
    """A language: sentences with their parts filled in, names, and figures in its form.

    Attributes:
        code: ``en`` or ``nl``.
        section: which sentences are said (see :func:`texts`).
        currency: of all money.

    >>> Language("nl", "campaigns").say("alone_is", roas="1,20"), Language("en", "report", "EUR").money(1_203_441)
    ('die is 1,20', 'EUR 1.2 million')
    """

    code: str
    section: str
    currency: str = ""

    def say(self, key: str, **parts: object) -> str:
        """Return a sentence with its parts filled in."""
        return texts(self.section, self.code)[key].format(**parts)

    def name(self, label: str) -> str:
        """Return a channel, stage, outcome, count or team as a reader calls it."""
        return called(label, self.code)

    def title(self, label: str) -> str:
        """Return a name as it begins a line."""
        return capital(self.name(label))

    def names(self, labels: Iterable[str]) -> str:
        """Return names after each other."""
        return figures.listing([self.name(n) for n in labels], self.code)

    def figure(self, value: float, digits: int = 0) -> str:
        """Write a figure with so many decimals."""
        return figures.figure(value, self.code, digits)

    def money(self, value: float) -> str:
        """Write an estimated amount in a sentence."""
        return figures.money(value, self.currency, self.code)

    def brief(self, value: float, digits: int = 2) -> str:
        """Write an amount in a table."""
        return figures.brief(value, self.currency, self.code, digits)

    def change(self, value: float, digits: int = 2) -> str:
        """Write a change of money with its sign."""
        text, sign = self.brief(value, digits), f"{self.currency} +"
        return text.replace(f"{self.currency} ", sign, 1) if value > 0 else text

    def ratio(self, value: float, beside: float | None = None) -> str:
        """Write a ROAS."""
        return figures.ratio(value, self.code, beside=beside)

    def percent(self, value: float) -> str:
        """Write a share."""
        return figures.percent(value, self.code)

    def odds(self, probability: float) -> str:
        """Write a probability as odds."""
        return figures.odds(probability, self.code)

    def day(self, when: dt.date) -> str:
        """Write a date."""
        return figures.day(when, self.code)

    def between(self, low: str, high: str) -> str:
        """Write a range."""
        return figures.between(low, high, self.code)

    def money_range(self, row: Mapping[str, Any]) -> str:
        """Write the range of a row of money."""
        return self.between(*(self.brief(float(row[end])) for end in (LOWER, UPPER)))

    def ratio_range(self, row: Mapping[str, Any]) -> str:
        """Write the range of a row of ROAS."""
        return self.between(*(self.ratio(float(row[end])) for end in (LOWER, UPPER)))

    def percent_range(self, row: Mapping[str, Any]) -> str:
        """Write the range of a row of shares."""
        return self.between(*(self.percent(float(row[end])) for end in (LOWER, UPPER)))
