"""The unit of money, or of value, along an axis of the page."""

from __future__ import annotations

from dataclasses import dataclass

from omnimix.words import Language


@dataclass(frozen=True)
class Unit:
    """The unit along an axis: millions, thousands or ones.

    Attributes:
        size: money, or units of outcomes without a value, of one unit.
        name: its name with the currency, or with what is counted.
        form: how numbers along the axis are written (d3-format).
    """

    size: float
    name: str
    form: str

    @classmethod
    def of(cls, largest: float, words: Language) -> Unit:
        """Return the unit in which money up to the largest has few digits."""
        return cls.of_value(largest, Language(words.code, words.section, words.currency))

    @classmethod
    def of_value(cls, largest: float, words: Language) -> Unit:
        """Return the unit in which value up to the largest has few digits: money, or what value is counted in."""
        size, key = next(((s, k) for s, k in ((1e6, "m"), (1e3, "k")) if largest >= 2 * s), (1.0, "1"))
        return cls(size, words.say(f"unit_{key}", currency=words.currency), ",~r")

    def __call__(self, amount: float) -> float:
        """Return an amount in this unit."""
        return amount / self.size
