"""One language with what is the same all through a text: its sentences, its currency and what value is counted in."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from omnimix.labels import LOWER, UPPER
from omnimix.words import figures
from omnimix.words.texts import called, capital, texts
from omnimix.words.value_unit import Counted, ValueUnit


@dataclass(frozen=True)
class Language(Counted):
    """A language: sentences with their parts filled in, names, and figures in its form.

    Attributes:
        code: ``en`` or ``nl``.
        section: which sentences are said (see :func:`texts`).
        currency: of all money.
        unvalued: outcomes without a value in money; see :class:`ValueUnit`.

    >>> Language("nl", "campaigns").say("alone_is", roas="1,20"), Language("en", "report", "EUR").money(1_203_441)
    ('die is 1,20', 'EUR 1.2 million')
    """

    code: str
    section: str
    currency: str = ""
    unvalued: tuple[str, ...] = ()

    @classmethod
    def of(cls, code: str, section: str, unit: ValueUnit) -> Language:
        """Return a language that tells value in its unit."""
        return cls(code, section, unit.currency, unit.unvalued)

    def say(self, key: str, **parts: object) -> str:
        """Return a sentence with its parts filled in.

        Where value is no money, a sentence that speaks of money has a second form, ``<key>_in_units``; it may name the
        ``unit``, what a return is counted in (``per``) and the ``currency`` of spend.

        >>> Language("en", "report", "EUR", ("signups",)).say("roas")
        'signups per EUR'
        """
        said = texts(self.section, self.code)
        if not self.value_unit.is_money and f"{key}_in_units" in said:
            key = f"{key}_in_units"
            unit, per = self.value_unit.name(self.code), self.value_unit.per_money(self.code)
            parts = {"unit": unit, "Unit": capital(unit), "per": per, "currency": self.currency, **parts}
        return said[key].format(**parts)

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

    def exact(self, value: float) -> str:
        """Write what was counted or booked."""
        return figures.exact(value, self.code)

    def amount(self, value: float) -> str:
        """Write an estimate in a cell, without a currency."""
        return figures.amount(value, self.code)

    def brief(self, value: float) -> str:
        """Write money in a cell."""
        return figures.priced(self.currency, self.amount(value))

    def change(self, value: float) -> str:
        """Write a change of money in a cell, with its sign."""
        return figures.priced(self.currency, figures.change(value, self.code))

    def money(self, value: float) -> str:
        """Write money in a sentence."""
        return figures.money(value, self.currency, self.code)

    def counted(self, value: float) -> str:
        """Write money that was rounded already, without its currency."""
        return figures.figure(value, self.code, 0)

    def whole(self, value: float) -> str:
        """Write money that was rounded already."""
        return figures.priced(self.currency, figures.figure(value, self.code, 0))

    def signed(self, value: float) -> str:
        """Write a change of money that was rounded already, with its sign and without its currency."""
        return figures.signed(value, self.code)

    def cases(self, probability: float) -> str:
        """Write a probability as cases out of so many, as odds are rounded."""
        return figures.cases(probability, self.code)

    def total(self, value: float) -> str:
        """Write money that was chosen or booked in running text: as other money there, with one digit more."""
        return figures.money(value, self.currency, self.code, 3)

    def value(self, value: float) -> str:
        """Write value in a sentence."""
        return self.value_unit.told(value, self.code)

    def booked_value(self, value: float) -> str:
        """Write value that was booked, or is held against that, in a sentence: with one digit more."""
        return self.value_unit.told(value, self.code, 3)

    def end_of_value(self, value: float) -> str:
        """Write an end of a range of value in a sentence."""
        return self.value_unit.end(value, self.code)

    def brief_value(self, value: float) -> str:
        """Write value in a cell."""
        return self.value_unit.brief(value, self.code)

    def brief_end(self, value: float) -> str:
        """Write an end of a range of value in a cell."""
        return self.value_unit.brief_end(value, self.code)

    def change_of_value(self, value: float) -> str:
        """Write a change of value in a cell, with its sign."""
        return self.value_unit.change(value, self.code)

    def ratio(self, value: float) -> str:
        """Write a ROAS."""
        return figures.ratio(value, self.code)

    def percent(self, value: float) -> str:
        """Write a share or a probability."""
        return figures.percent(value, self.code)

    def rate(self, value: float) -> str:
        """Write a rate that was tracked."""
        return figures.rate(value, self.code)

    def odds(self, probability: float) -> str:
        """Write a probability as odds."""
        return figures.odds(probability, self.code)

    def day(self, when: dt.date) -> str:
        """Write a date."""
        return figures.day(when, self.code)

    @property
    def months_short(self) -> list[str]:
        """The months in a few letters each."""
        return texts("figures", self.code)["months_short"].split()

    def between(self, low: str, high: str) -> str:
        """Write a range."""
        return figures.between(low, high, self.code)

    def span(self, write: Callable[[float], str], row: Mapping[str, Any]) -> str:
        """Write the interval of a row, each end by the form of its kind; what is not known has none."""
        if not all(math.isfinite(float(row[end])) for end in (LOWER, UPPER)):
            return figures.NOTHING
        return self.between(*(write(float(row[end])) for end in (LOWER, UPPER)))
