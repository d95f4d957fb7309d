"""What the value of a result is counted in: money, or units of outcomes of which nobody said what they are worth.

Every surface asks here how it writes value, so that units never stand beside a currency. Spend is always money.
"""

from __future__ import annotations

from dataclasses import dataclass

from omnimix.errors import OmnimixError
from omnimix.words import figures
from omnimix.words.texts import called, texts


@dataclass(frozen=True)
class ValueUnit:
    """What value is counted in.

    Attributes:
        currency: of all money.
        unvalued: the outcomes that have no value in money: one is counted in itself, several are added up one for one.
            Empty where value is money.

    >>> ValueUnit("EUR", ("signups",)).told(24_012), ValueUnit("EUR").told(24_012), ValueUnit("EUR", ("a", "b")).name()
    ('24,000 signups', 'EUR 24,000', 'units')
    """

    currency: str
    unvalued: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        """Whether value is money, so that spend can be taken off it and held against it."""
        return not self.unvalued

    @property
    def price(self) -> float:
        """What a unit of money spent takes off value: 1, and 0 where value is no money."""
        return float(self.is_money)

    def yardstick(self, spend: float, value: float) -> float:
        """Return what differences of value are small against: money spent, or units brought where they are no money."""
        return spend if self.is_money else value

    @property
    def noun(self) -> str:
        """Money or units, as English words name them where the currency goes without saying."""
        return "money" if self.is_money else self.name()

    def name(self, language: str = "en") -> str:
        """Return the currency, the one outcome or the word for units."""
        if self.is_money:
            return self.currency
        return called(self.unvalued[0] if len(self.unvalued) == 1 else "units", language)

    def per_money(self, language: str = "en") -> str:
        """Return what a return is counted in.

        >>> ValueUnit("EUR", ("signups",)).per_money(), ValueUnit("EUR").per_money()
        ('signups per EUR', 'EUR per EUR')
        """
        return texts("figures", language)["per"].format(what=self.name(language), of=self.currency)

    def told(self, value: float, language: str = "en", digits: int = 2) -> str:
        """Write value in a sentence, with two digits that count, or more where it was booked."""
        if self.is_money:
            return figures.money(value, self.currency, language, digits)
        return f"{figures.money(value, '', language, digits).strip()} {self.name(language)}"

    def end(self, value: float, language: str = "en", digits: int = 2) -> str:
        """Write an end of a range in a sentence that has named the units before."""
        return figures.money(value, self.currency if self.is_money else "", language, digits).strip()

    def brief(self, value: float, language: str = "en") -> str:
        """Write value in a cell that has no unit above it."""
        text = figures.amount(value, language)
        return figures.priced(self.currency, text) if self.is_money else f"{text} {self.name(language)}"

    def brief_end(self, value: float, language: str = "en") -> str:
        """Write an end of a range in a cell that has named the units before."""
        return self.brief(value, language) if self.is_money else figures.amount(value, language)

    def change(self, value: float, language: str = "en") -> str:
        """Write a change of value in such a cell, with its sign."""
        text = figures.change(value, language)
        return figures.priced(self.currency, text) if self.is_money else f"{text} {self.name(language)}"

    def require_money(self, what: str) -> None:
        """Refuse what holds value against money spent where value is no money. Raises :class:`OmnimixError`."""
        if not self.is_money:
            raise OmnimixError(f"{what} needs value in money: {self.why}; {self.remedy}.")

    @property
    def why(self) -> str:
        """Why value is no money, as a part of a sentence."""
        return f"value is not given: nothing says what a unit of {figures.listing(self.unvalued)} is worth"

    @property
    def remedy(self) -> str:
        """What to do about that."""
        first = self.unvalued[0] if self.unvalued else "sales"
        which = "the outcome" if len(self.unvalued) == 1 else "every outcome"
        return (
            f"give {which} its value, money for one unit: om.Outcome({first!r}, value=12.50), "
            f"or value = 12.50 below [outcomes.{first}]"
        )


class Counted:
    """What a record adds that has a ``currency`` and the outcomes without a value in it, ``unvalued``."""

    currency: str
    unvalued: tuple[str, ...]

    @property
    def value_unit(self) -> ValueUnit:
        """What value is counted in."""
        return ValueUnit(self.currency, self.unvalued)


MONEY = ValueUnit("")  # whatever the currency
