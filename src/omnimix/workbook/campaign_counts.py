"""Rows of a planning sheet that are no money: rating points, impressions, reach, clicks, prices per thousand.

Nobody writes a unit beside them, and 800,000 impressions added to a budget look like a budget. A name alone decides
only where it cannot be a channel; elsewhere the totals of the sheet do, or the person who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from omnimix.findings import Finding

# what no channel is called
_SURE = """
    grp grps trp trps gpr gprs impressie impressies impression impressions impressionen impressionnen impr imps
    frequency frequentie frequenz fréquence frequence freq ctr vtr ratingpoints ratingpunten
"""
# what a channel may be called as well, such as a campaign for reach
_EITHER = """
    reach bereik reichweite couverture portée portee audience clicks klikken kliks klicks clics
    spots cpm cpc cpp cpa cpv cpl cpo cpt ecpm tkp tkps tausenderkontaktpreis ots index indexes indices
    contacts contacten kontakte views weergaven aufrufe vues conversion conversions conversie conversies
    konversion konversionen visits bezoek bezoeken besuche visites sessions sessies sitzungen leads viewers
    pageviews linkclicks points punten share aandeel anteil sov
    kijkers zuschauer uitzendingen ausstrahlungen inserts pct percent percentage procent prozent
"""
# what says that a row is money all the same
_MONEY = """
    budget budgets spend spends spending cost costs kosten kost coût coûts cout uitgaven ausgaben dépenses depenses
    euro euros eur usd gbp invest investment investering investition mediakosten
    campaign campaigns campagne campagnes kampagne kampagnen ads advertising
"""
SURE, EITHER, MONEY = (frozenset(words.split()) for words in (_SURE, _EITHER, _MONEY))
_LONG = tuple(word for word in SURE | EITHER if len(word) > 7)  # long enough to end a compound: Bruttoreichweite
_word = re.compile(r"[^\W\d_]+|%")
_per = re.compile(r"\b(?:costs?|kosten|prijs|price|preis|coût|prix)\s+(?:per|pro|par|je)\s+\w+", re.IGNORECASE)
_percent = re.compile(r"^\W*%|(?<![\d\s])\s*%\W*$|^[^\d%]*\s%\W*$")
_joint = re.compile(r"[()\[\],:;/]|\s[-–—]\s")  # noqa: RUF001
_possessive = re.compile(r"(?<=[^\W\d_])['’]s\b", re.IGNORECASE)  # noqa: RUF001


def counted(label: str) -> str:
    """Return the word by which a row is named after a count, a rate or a price, or an empty text.

    The word stands at an end of the name, or in brackets behind it: it is a whole word, and none for money is near.

    >>> [counted(label) for label in ("TV GRP's 25-54", "display reach", "reach campaign", "Spotify")]
    ['grp', 'reach', '', '']
    """
    plain = _possessive.sub("", label)
    parts = [[word.casefold() for word in _word.findall(part)] for part in _joint.split(plain)]
    words = [word for part in parts for word in part]
    if _per.search(plain):
        return "per"
    if _percent.search(plain):
        return "%"
    if not MONEY.isdisjoint(words):
        return ""
    ends = [word for part in parts if part for word in (part[0], part[-1])]
    return next((word for word in ends if _is_count(word)), "")


def is_surely_counted(label: str, labels: Collection[str]) -> bool:
    """Tell whether a row can be no channel: by a word that names none, and beside a row of the channel itself.

    >>> is_surely_counted("TV GRP", ["TV", "Radio"]), is_surely_counted("TV GRP", ["Radio"])
    (True, False)
    """
    if not surely_named(label):
        return False
    own = _channel(label)
    return not own or any(own == _channel(other) for other in labels if not counted(other))


def surely_named(label: str) -> bool:
    """Tell whether a row is named by a word that no channel has.

    >>> surely_named("TV GRP"), surely_named("display reach")
    (True, False)
    """
    word = counted(label)
    return word in ("per", "%") or word in SURE or word.endswith(tuple(SURE & set(_LONG)))


def told_left_out(label: str, row: int, where: str) -> Finding:
    """Return the note on a row that was left out."""
    message = f"Row {row} ('{label}') is named after what is no money ({counted(label)}) and was left out."
    return Finding("no_money", "notes", message, f"If it is money, call it '{label} budget'.", where=where)


def told_money(label: str, row: int, where: str) -> Finding:
    """Return the note on a row that was read as money whatever its name says."""
    message = f"Row {row} ('{label}') was read as money, although its name says {counted(label)}."
    return Finding("named_like_a_count", "notes", message, "Remove the row if it is none.", where=where)


def told_doubt(label: str, where: str) -> str:
    """Return why a row is refused."""
    return (
        f"{where}: '{label}' may be money or a count ({counted(label)}), and no total tells which; call it "
        f"'{label} budget' if it is money, else remove the row."
    )


def _channel(label: str) -> frozenset[str]:
    """Return the words of a name that are neither a count nor money."""
    plain = _per.sub("", _possessive.sub("", label))
    words = (word.casefold() for word in _word.findall(plain) if len(word) > 1)
    return frozenset(words) - SURE - EITHER - MONEY - {"%"}


def _is_count(word: str) -> bool:
    return word in SURE or word in EITHER or word.endswith(_LONG)
