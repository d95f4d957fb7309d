"""What makes a variant of a chain another one, in the language of the picture; :class:`Chain` names it in English."""

from __future__ import annotations

import re
from functools import partial

from omnimix.plot.spoken import say, spoken_language
from omnimix.plot.triples import plain
from omnimix.words import texts

LINK = r"(?P<link>.+?)(?= without | with |$)"
CHANGES = {  # by the names of their words
    "variant_without": re.compile(rf"\bwithout {LINK}"),
    "variant_with": re.compile(rf"\bwith (?P<count>[\d.]+) times {LINK}"),
    "variant_later": re.compile(r"\bwith (?P<link>.+?) (?P<count>\d+) weeks? later\b"),
    "variant_earlier": re.compile(r"\bwith (?P<link>.+?) (?P<count>\d+) weeks? earlier\b"),
    "variant_split": re.compile(rf"\bwith (?=\d+% ){LINK}"),
}


def chain_called(name: str) -> str:
    """Return the name of a chain, with what a variant of it changes.

    >>> chain_called("spring_sale without social")
    'spring sale without social'
    """
    first, *change = re.split(r" (?=with |without )", name, maxsplit=1)
    return " ".join([plain(first), *map(variant, change)])


def variant(change: str) -> str:
    """Return what a variant changes.

    >>> variant("with 1.5 times paid_search without social")
    'with 1.5 times paid search without social'
    """
    if spoken_language() == "en":
        return plain(change)
    for key, pattern in CHANGES.items():
        change = pattern.sub(partial(_told, key), change)
    return change


def _told(key: str, found: re.Match[str]) -> str:
    marks = str.maketrans(".", texts("figures", spoken_language())["marks"][1])
    parts = found.groupdict()
    return say(key, link=plain(parts["link"]), count=(parts.get("count") or "").translate(marks))
