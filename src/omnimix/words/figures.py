"""Figures as they are read: one form for each kind of figure on the page, in the shell, on cards, charts and sheets.

=========  ====================================================================  ===============================
kind       form                                                                  examples
=========  ====================================================================  ===============================
ratio      ROAS and other ratios: two decimals; below a tenth two digits that    1.23, 0.96, 0.042
           count
amount     money and all else that is estimated: three digits that count, from   4,850, 48.5k, 343k, 1.2m
           ten thousand on in thousands (k), millions (m), billions (bn) and
           trillions (tn)
percent    a share or a probability: whole percent; what is not certain is not   23%, <1%, >99%
           called so
rate       a rate that was tracked: one decimal from ten percent on, two below,  25.6%, 1.23%, 0.034%
           and always two digits that count
exact      what was counted or booked: whole from a hundred on                   12,346
figure     so many decimals
=========  ====================================================================  ===============================

In sentences only: ``money`` has its currency, two digits that count, three where it is a budget, and its size in full
(EUR 1.2 million), ``odds``
tell a probability in cases, ``day`` writes a date out. Where nothing is known a cell has ``-`` and a sentence the word.
Marks and words stand in the section ``figures`` of every language's file.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from omnimix.words.texts import texts

NOTHING = "-"
SIGNS = ("+", "-", "\N{MINUS SIGN}")
ROUNDING = 1e-6  # of sums of shares; no share of draws is this near to 0 or 1 without being it
SIZES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
IN_THOUSANDS = 1e4  # from here on
DIGITS = 3  # that count, of an estimate
SMALLEST = 0.0001  # what is less is none
SMALLEST_RATIO = 1e-6  # the same of a return: of dear units, a euro brings few
LARGEST = 1e15  # beyond it digits mean nothing
NO_WORD = 1e18  # from here on a power of ten


def figure(value: float, language: str = "en", digits: int = 1) -> str:
    """Write a figure with so many decimals in the language's form.

    >>> figure(1234.56), figure(1234.56, "nl"), figure(-0.01), figure(float("nan"), "nl")
    ('1,234.6', '1.234,6', '0.0', 'onbekend')
    """
    say = texts("figures", language)
    if not math.isfinite(value):
        return say["unknown"]
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.translate(str.maketrans(",.", say["marks"]))


def ratio(value: float, language: str = "en") -> str:
    """Write a ROAS or another ratio.

    >>> ratio(1.234, "nl"), ratio(12.0), ratio(0.0234), ratio(0.00001), ratio(float("nan"))
    ('1,23', '12.00', '0.023', '0.000010', '-')
    """
    if not math.isfinite(value):
        return NOTHING
    return figure(value, language, max(2, 1 - _power(value)) if abs(value) >= SMALLEST_RATIO else 2)


def amount(value: float, language: str = "en", digits: int = DIGITS) -> str:
    """Write an estimated amount of money or of anything else, with so many digits that count.

    >>> amount(1_203_441, "nl"), amount(342_960), amount(-4_849), amount(3.2149), amount(4.6e-10)
    ('1,2 mln', '343k', '-4,850', '3.21', '0')
    >>> amount(3.59e12), amount(3.59e12, "nl"), amount(1.23456e20, "nl")
    ('3.59tn', '3,59 bln', '1,23e+20')
    """
    if not math.isfinite(value):
        return NOTHING
    if abs(value) < SMALLEST:
        return "0"
    if abs(value) >= NO_WORD:
        return f"{value:.{digits}g}".translate(str.maketrans(",.", texts("figures", language)["marks"]))
    rounded = round(value, digits - 1 - _power(value))
    size, name = next(((s, n) for s, n in SIZES if abs(rounded) >= max(s, IN_THOUSANDS)), (1.0, ""))
    decimals = max(digits - 1 - _power(rounded / size), 0)
    text = figure(rounded / size, "en", decimals)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    say = texts("figures", language)
    return text.translate(str.maketrans(",.", say["marks"])) + (say[f"{name}_short"] if name else "")


def change(value: float, language: str = "en") -> str:
    """Write a change of an amount with its sign.

    >>> change(12_345), change(-850), change(-1e-11)
    ('+12.3k', '-850', '0')
    """
    return f"+{amount(value, language)}" if value >= SMALLEST else amount(value, language)


def money(value: float, currency: str, language: str = "en", digits: int = 2) -> str:
    """Write an amount in a sentence, with two digits that count, or more where it was booked.

    >>> money(1_203_441, "EUR", "nl"), money(-48_499, "EUR"), money(0, "EUR"), money(0.0042, "EUR")
    ('EUR 1,2 miljoen', '-EUR 48,000', 'EUR 0', 'EUR 0.0042')
    >>> money(88_213, "EUR", "nl", 3), money(1_250_000, "EUR", digits=3)
    ('EUR 88.200', 'EUR 1.25 million')
    """
    if not math.isfinite(value) or not 10 <= abs(value) < NO_WORD:
        known = math.isfinite(value)
        return priced(currency, amount(value, language, digits)) if known else figure(value, language, 0)
    rounded = round(value, digits - 1 - _power(value))
    for unit, word in SIZES[:-1]:
        if abs(rounded) >= unit:
            scaled = rounded / unit
            told = f"{figure(scaled, language, _decimals(scaled, digits))} {texts('figures', language)[word]}"
            return priced(currency, told)
    return priced(currency, figure(rounded, language, 0))


def priced(currency: str, amount: str) -> str:
    """Put a currency before an amount that was written, and its sign before both.

    >>> priced("EUR", "-9,300"), priced("EUR", "+12k"), priced("EUR", "0"), priced("", "-9,300")
    ('-EUR 9,300', '+EUR 12k', 'EUR 0', '-9,300')
    """
    sign = amount[:1] if amount[:1] in SIGNS and len(amount) > 1 else ""
    return f"{sign}{currency} {amount.removeprefix(sign)}" if currency else amount


def percent(share: float, language: str = "en") -> str:
    """Write a share or a probability in whole percent; what is not certain is not called so.

    >>> percent(0.234), percent(0.004, "nl"), percent(0.9996), percent(1 - 1e-12), percent(0.0)
    ('23%', '<1%', '>99%', '100%', '0%')
    """
    if not math.isfinite(share):
        return NOTHING
    if 0.995 <= share < 1 - ROUNDING or ROUNDING < share < 0.005:
        return ">99%" if share > 0.5 else "<1%"
    return f"{figure(100 * share, language, 0)}%"


def rate(value: float, language: str = "en") -> str:
    """Write a rate that was tracked.

    >>> rate(0.0123), rate(0.256, "nl"), rate(0.00034), rate(0.0)
    ('1.23%', '25,6%', '0.034%', '0.0%')
    """
    if not math.isfinite(value):
        return NOTHING
    whole = 100.0 * value
    digits = 1 if whole >= 9.995 or whole <= 0 else 2 if whole >= 0.0995 else min(1 - _power(whole), 6)
    return f"{figure(whole, language, digits)}%"


def exact(value: float, language: str = "en") -> str:
    """Write what was counted or booked; parts of small counts with three digits that count.

    >>> exact(12_345.6, "nl"), exact(98.25), exact(13.0)
    ('12.346', '98.2', '13')
    """
    if not math.isfinite(value):
        return NOTHING
    if abs(value) >= LARGEST:
        return f"{value:.3g}"
    small = abs(value) < 100 and not float(value).is_integer()
    return amount(value, language) if small else figure(value, language, 0)


def day(value: dt.date, language: str = "en") -> str:
    """Write a date.

    >>> day(dt.date(2025, 3, 3), "en"), day(dt.date(2025, 3, 3), "nl")
    ('3 March 2025', '3 maart 2025')
    """
    return f"{value.day} {texts('figures', language)['months'].split()[value.month - 1]} {value.year}"


def between(lower: str, upper: str, language: str = "en") -> str:
    """Write a range.

    >>> between("0,8", "1,4", "nl")
    'tussen 0,8 en 1,4'
    """
    return texts("figures", language)["between"].format(lower=lower, upper=upper)


def odds(probability: float, language: str = "en") -> str:
    """Write a probability as odds: so many in ten, in a hundred near both ends.

    >>> odds(0.87, "en"), odds(0.97, "nl"), odds(0.012, "en")
    ('in 9 of 10 cases', 'in 97 van de 100 gevallen', 'in 1 of 100 cases')
    """
    say = texts("figures", language)
    if not math.isfinite(probability):
        return say["unknown"]
    if probability < 0.005 or probability > 0.995:
        return say["never" if probability < 0.5 else "always"]
    if not 0.05 <= probability <= 0.95:
        return say["of_hundred"].format(count=round(100 * probability))
    return say["of_ten"].format(count=min(max(round(10 * probability), 1), 9))


def cases(probability: float, language: str = "en") -> str:
    """Write a probability as so many cases, as :func:`odds` are rounded; not in a sentence.

    >>> cases(0.87), cases(0.97, "nl"), cases(1.0)
    ('9 of 10', '97 van de 100', '100 of 100')
    """
    if not math.isfinite(probability):
        return NOTHING
    of = texts("figures", language)["of"]
    if 0.05 <= probability <= 0.95:
        return of.format(count=min(max(round(10 * probability), 1), 9), all=10)
    return of.format(count=round(100 * probability), all=100)


def signed(value: float, language: str = "en") -> str:
    """Write a whole amount with its sign; nothing is no change.

    >>> signed(12_000.0, "nl"), signed(-850.0), signed(-0.2)
    ('+12.000', '\N{MINUS SIGN}850', '0')
    """
    text = figure(abs(value), language, 0)
    return text if round(value) == 0 else f"{'+' if value > 0 else '\N{MINUS SIGN}'}{text}"


def listing(names: Sequence[str], language: str = "en") -> str:
    """Write names after each other.

    >>> listing(["tv", "radio", "search"], "en"), listing(["tv"], "nl")
    ('tv, radio and search', 'tv')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {texts('figures', language)['and']} {names[-1]}"


def _decimals(value: float, digits: int) -> int:
    """Return how many decimals show so many digits that count; a budget, with more than two, ends in no zeros."""
    most = max(digits - 1 - _power(value), 0)
    return most if digits == 2 else next((k for k in range(most) if round(value, k) == round(value, most)), most)


def _power(value: float) -> int:
    """Return the power of ten of the first digit that counts."""
    return math.floor(math.log10(abs(value)))
