"""The unit of money along an axis of the page."""

from __future__ import annotations

from dataclasses import dataclass

from omnimix.words import Language


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
    def of(cls, largest: float, words: Language) -> Unit:
        """Return the unit in which amounts up to the largest have few digits."""
        size, key = next(((s, k) for s, k in ((1e6, "m"), (1e3, "k")) if largest >= 2 * s), (1.0, "1"))
        return cls(size, words.say(f"unit_{key}", currency=words.currency), ",~r")

    def __call__(self, amount: float) -> float:
        """Return an amount in this unit."""
        return amount / self.size
