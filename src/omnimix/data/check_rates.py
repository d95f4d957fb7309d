"""Outcomes that cannot be added up over weeks: rates, shares, averages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from omnimix.data.panel import Panel
from omnimix.data.phrases import amount
from omnimix.data.table import PERCENT_SIGN
from omnimix.findings import Finding

Floats = npt.NDArray[np.float64]

_RATES = """
    rate ratio pct percent percentage prozent procent share anteil aandeel quote nps ctr cvr index score rating roas roi
    conversieratio conversiepercentage marktaandeel marktanteil bekanntheit bekendheid awareness
"""
_AVERAGES = "avg average aov mean median gemiddeld gemiddelde durchschnitt durchschnittlich"
RATE_WORDS, AVERAGE_WORDS = frozenset(_RATES.split()), frozenset(_AVERAGES.split())
_COUNTS = """
    sales orders requests leads visits visitors sessions clicks customers users members units packs bookings signups
    subscriptions revenue turnover omzet verkopen bestellingen aanvragen bezoeken klanten umsatz bestellungen anfragen
    besuche kunden
"""
COUNT_WORDS = frozenset(_COUNTS.split())
RATE_ENDINGS = ("srate", "quote", "percentage", "prozent", "procent")
LARGEST_RATE = {"index": 300.0, "nps": 100.0, "roas": 100.0}


def check_rates(panel: Panel, outcomes: Sequence[str]) -> Iterator[Finding]:
    """Give a finding on each outcome that is a rate: by percent signs, by name and range, or by values alone."""
    signed = {note.where for note in panel.notes if note.name == PERCENT_SIGN}
    for name in outcomes:
        values = panel.series(name).to_numpy()
        values = values[np.isfinite(values)]
        if not values.size:
            continue
        why = _why(name, values, signed=name in signed)
        if why:
            message = f"The outcome '{name}' {why}: a rate or an average cannot be added up over weeks."
            remedy = "Give the counts behind it, such as orders or sign-ups, and visits as a stage."
            yield Finding("rate_outcome", "warns", message, remedy, figure=float(values.max()), where=name)


def _why(name: str, values: Floats, *, signed: bool) -> str:
    low, high = float(values.min()), float(values.max())
    between = f"lies between {amount(low)} and {amount(high)} in every week"
    words = [word for word in re.split(r"[\W\d_]+", _parted(name)) if word]
    if signed:
        return "holds percentages"
    if not AVERAGE_WORDS.isdisjoint(words):
        return "is an average by its name"
    named = [word for word in words if word in RATE_WORDS or word.endswith(RATE_ENDINGS)] + ["%"] * ("%" in name)
    if words and words[-1] in COUNT_WORDS:  # quote_requests, index_sales
        named = []
    largest = max((LARGEST_RATE.get(word, 100.0) for word in named), default=0.0)
    if named and low >= -100 and high <= largest:
        return f"is a rate by its name and {between}"
    if low >= 0 and high <= 1 and 2 * np.count_nonzero(values % 1) > values.size:
        return f"{between}, as a rate does (an amount in millions should be given in full)"
    return ""


def _parted(name: str) -> str:
    """Part ``ConversionRate`` into words.

    >>> _parted("ConversionRate")
    'conversion rate'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold()
