"""Labels that call a row a total, in the words of exports."""

from __future__ import annotations

import re

from omnimix.data.totals import TOTAL_WORDS, words_of

_BESIDE = """
    grand general overall all account filtered deleted items campaigns results rows row of
    algemeen generaal alle campagnes rijen resultaten van
    alle kampagnen konto ergebnisse zeilen von
    général générale compte toutes campagnes résultats lignes les de des
"""
BESIDE_TOTAL = frozenset(_BESIDE.split())
_EVERY = """
    all every overall everything results account accounts alle alles resultaten ergebnisse konto
    tous tout toutes ensemble résultats compte
"""
EVERY = frozenset(_EVERY.split())  # what totals are called that do not say total
_COMPOUND = re.compile(r"(gesamt|totaal)\w+|\w+(summe|totaal)")
_HEADED = re.compile(r"([\w\s.-]{3,40}?)\s*[:：]")  # noqa: RUF001


def is_total_label(cell: object) -> bool:
    """Tell whether a label says that its row is a total and nothing else, or heads what it is the total of.

    >>> [is_total_label(c) for c in ("Total", "Totaal: Zoeken", "Total général", "Total care launch", "Totaalpakket")]
    [True, True, True, False, False]
    """
    if not isinstance(cell, str):
        return False
    headed = _HEADED.match(cell.strip())
    return is_grand_total(cell) or (headed is not None and _only_total(words_of(headed[1])))


def is_grand_total(text: str) -> bool:
    """Tell whether a label says total and not of what.

    >>> is_grand_total("Grand total"), is_grand_total("Total: Search")
    (True, False)
    """
    return _only_total(words_of(text))


def names_all(text: str) -> bool:
    """Tell whether a label may speak of all there is: less than the word total, so its figures must show it.

    >>> [names_all(t) for t in ("All devices", "Alle Kampagnen", "Kontosumme", "Spring sale")]
    [True, True, True, False]
    """
    words = words_of(text)
    return not words.isdisjoint(EVERY) or any(map(_COMPOUND.fullmatch, words))


def _only_total(words: frozenset[str]) -> bool:
    return not words.isdisjoint(TOTAL_WORDS) and words <= TOTAL_WORDS | BESIDE_TOTAL
