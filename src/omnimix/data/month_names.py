"""Names of months as English, German, Austrian, French and Dutch sheets write them, in full or cut short."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping

_NAMES = """
    january januar janvier januari jänner jaenner; february februar fevrier februari feber;
    march märz maerz mars maart mrt mrz; april avril; may mai mei; june juni juin; july juli juillet;
    august août augustus; september septembre; october oktober octobre; november novembre;
    december dezember décembre
"""
SHORTEST = 3  # letters


@functools.cache
def months() -> Mapping[str, int]:
    """Return the months by every beginning of their names that is theirs alone, in small letters without accents.

    >>> months()["fevr"], months()["janner"], "jui" in months()
    (2, 1, False)
    """
    met: dict[str, set[int]] = {}
    for number, names in enumerate(_NAMES.split(";"), start=1):
        for name in map(without_accents, names.split()):
            for length in range(SHORTEST, len(name) + 1):
                met.setdefault(name[:length], set()).add(number)
    return {text: next(iter(numbers)) for text, numbers in met.items() if len(numbers) == 1}


def without_accents(text: str) -> str:
    """Return a text with plain letters.

    >>> without_accents("février")
    'fevrier'
    """
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
