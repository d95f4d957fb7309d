"""Figures as a manager reads them, in English or Dutch: no more digits than are known, odds for probabilities."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from omnimix.errors import OmnimixError, did_you_mean

LANGUAGES = ("en", "nl")
AND = {"en": "and", "nl": "en"}
TO = {"en": "between {} and {}", "nl": "tussen {} en {}"}
UNKNOWN = {"en": "unknown", "nl": "onbekend"}
BRIEF = {"en": ((1e9, "bn"), (1e6, "m")), "nl": ((1e9, " mld"), (1e6, " mln"))}
SIZES = {"en": ((1e9, " billion"), (1e6, " million")), "nl": ((1e9, " miljard"), (1e6, " miljoen"))}
LITTLE = {"en": "less than 1%", "nl": "minder dan 1%"}
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
           "november", "december"),
}  # fmt: skip
ODDS = {
    "en": ("in none of 100 cases", "in {} of 100 cases", "in {} of 10 cases", "in all of 100 cases"),
    "nl": (
        "in geen van de 100 gevallen",
        "in {} van de 100 gevallen",
        "in {} van de 10 gevallen",
        "in alle 100 gevallen",
    ),
}


def require_language(language: str) -> None:
    """Refuse a language that is not spoken. Raises :class:`OmnimixError`."""
    if language not in LANGUAGES:
        raise OmnimixError(
            f"language is one of {', '.join(LANGUAGES)}, not {language!r}{did_you_mean(str(language), LANGUAGES)}"
        )


def figure(value: float, language: str, digits: int = 1) -> str:
    """Write a figure with so many decimals in the language's form.

    >>> figure(1234.56, "en"), figure(1234.56, "nl")
    ('1,234.6', '1.234,6')
    """
    if not math.isfinite(value):
        return UNKNOWN[language]
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def ratio(value: float, language: str, *, beside: float | None = None) -> str:
    """Write a ROAS: one decimal, two below a tenth.

    ``beside`` is a figure that it is held against: where one decimal would make both look the same, two are written.

    >>> ratio(1.234, "nl"), ratio(0.123, "en"), ratio(0.023, "en"), ratio(0.96, "en", beside=1.0)
    ('1,2', '0.1', '0.02', '0.96')
    """
    near = beside is not None and round(value, 1) == round(beside, 1) and round(value, 2) != round(beside, 2)
    return figure(value, language, 1 if (abs(value) >= 0.095 or value == 0) and not near else 2)


def money(value: float, currency: str, language: str) -> str:
    """Write an amount with two digits that count.

    >>> money(1_203_441, "EUR", "nl"), money(-48_499, "EUR", "en"), money(0, "EUR", "en")
    ('EUR 1,2 miljoen', 'EUR -48,000', 'EUR 0')
    """
    if not math.isfinite(value):
        return UNKNOWN[language]
    size, rounded = abs(value), _counting(value, 2)
    for unit, word in SIZES[language]:
        if abs(rounded) >= unit:
            scaled = rounded / unit
            return f"{currency} {figure(scaled, language, 1 if abs(scaled) < 10 else 0)}{word}"
    return f"{currency} {figure(rounded, language, 0 if size >= 10 or size == 0 else 1)}"


def brief(value: float, currency: str, language: str, digits: int = 2) -> str:
    """Write an amount as it stands in a table, with so many digits that count.

    >>> brief(1_203_441, "EUR", "nl"), brief(1_203_441, "EUR", "en"), brief(342_960, "EUR", "en", 3)
    ('EUR 1,2 mln', 'EUR 1.2m', 'EUR 343,000')
    """
    if not math.isfinite(value):
        return UNKNOWN[language]
    rounded = _counting(value, digits)
    for unit, word in BRIEF[language]:
        if abs(rounded) >= unit:
            scaled = rounded / unit
            decimals = max(digits - 1 - math.floor(math.log10(abs(scaled))), 0)
            return f"{currency} {figure(scaled, language, decimals)}{word}"
    return f"{currency} {figure(rounded, language, 0 if abs(value) >= 10 or value == 0 else 1)}"


def day(value: dt.date, language: str) -> str:
    """Write a date.

    >>> day(dt.date(2025, 3, 3), "en"), day(dt.date(2025, 3, 3), "nl")
    ('3 March 2025', '3 maart 2025')
    """
    return f"{value.day} {MONTHS[language][value.month - 1]} {value.year}"


def percent(share: float, language: str) -> str:
    """Write a share in whole percent; below one percent as such.

    >>> percent(0.234, "en"), percent(0.004, "nl"), percent(0.0, "en")
    ('23%', 'minder dan 1%', '0%')
    """
    if not math.isfinite(share):
        return UNKNOWN[language]
    if 0 < abs(share) < 0.005:
        return LITTLE[language]
    return f"{figure(100 * share, language, 0)}%"


def _counting(value: float, digits: int) -> float:
    """Round to so many digits that count."""
    return 0.0 if value == 0 else round(value, digits - 1 - math.floor(math.log10(abs(value))))


def between(lower: str, upper: str, language: str) -> str:
    """Write a range.

    >>> between("0,8", "1,4", "nl")
    'tussen 0,8 en 1,4'
    """
    return TO[language].format(lower, upper)


def odds(probability: float, language: str) -> str:
    """Write a probability as odds: so many in ten, in a hundred near both ends.

    >>> odds(0.87, "en"), odds(0.97, "nl"), odds(0.012, "en")
    ('in 9 of 10 cases', 'in 97 van de 100 gevallen', 'in 1 of 100 cases')
    """
    if not math.isfinite(probability):
        return UNKNOWN[language]
    never, hundred, ten, always = ODDS[language]
    if probability < 0.005 or probability > 0.995:
        return never if probability < 0.5 else always
    if not 0.05 <= probability <= 0.95:
        return hundred.format(round(100 * probability))
    return ten.format(min(max(round(10 * probability), 1), 9))


def listing(names: Sequence[str], language: str) -> str:
    """Write names after each other.

    >>> listing(["tv", "radio", "search"], "en"), listing(["tv"], "nl")
    ('tv, radio and search', 'tv')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {AND[language]} {names[-1]}"
