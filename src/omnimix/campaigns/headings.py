"""Headings of exports: what each platform calls the parts of a campaign table, and which platform a table came from.

The headings themselves are data: one file a platform in the folder ``platforms``, and ``usual.toml`` for tables that no
platform wrote.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from omnimix.data.amounts import CODES, CURRENCIES

USUAL = "usual"
_MARKS = re.compile(r"[_.:–-]")  # noqa: RUF001


@dataclass(frozen=True)
class Heading:
    """A heading without capitals, accents and currency, and the currency that it carries (empty when none)."""

    text: str
    currency: str = ""


@dataclass(frozen=True, eq=False)
class Platform:
    """What one platform writes above the columns of its exports, in any language.

    Attributes:
        name: of the platform; empty for tables that no platform wrote.
        signs: headings that only this platform writes.
        parts: headings of each part, the first that is there to be used.
        conversions: headings of counts that are orders only if the platform was set to count orders.
        wider: headings that count more than the platform's own primary figure.
        cost_headings: headings of what the advertiser pays that read like revenue.
        period_starts: headings that tell a period only where their dates differ.
        details: headings of what parts the rows of one campaign further: ad sets, devices, sources.
        results: headings of results of many kinds, of the kind of each, and the words by which a kind is known.
    """

    name: str
    signs: frozenset[str]
    parts: Mapping[str, tuple[str, ...]]
    conversions: tuple[str, ...] = ()
    wider: frozenset[str] = frozenset()
    cost_headings: tuple[str, ...] = ()
    period_starts: tuple[str, ...] = ()
    details: frozenset[str] = frozenset()
    results: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def headings(self, part: str) -> tuple[str, ...]:
        """Return the headings of a part; conversions are the last that may be orders."""
        return (*self.parts.get(part, ()), *(self.conversions if part == "orders" else ()))


def heading_of(name: str) -> Heading:
    """Take a heading apart.

    >>> heading_of("Montant_dépensé (EUR)"), heading_of("Kosten in €"), heading_of("Start Date (in UTC)")
    (Heading(text='montant depense', currency='EUR'), Heading(text='kosten', currency='EUR'), Heading(text='start date (in utc)', currency=''))
    """  # noqa: E501
    plain = " ".join(name.replace("_", " ").replace("\ufeff", "").replace("’", "'").split())  # noqa: RUF001
    mark = _currency_mark().search(plain)
    if mark is None:
        return Heading(folded(plain))
    sign = mark["bracketed"] or mark["behind"]
    return Heading(folded(plain[: mark.start()] + plain[mark.end() :]), CURRENCIES.get(sign.casefold(), sign.upper()))


@functools.lru_cache(maxsize=10_000)
def folded(text: str) -> str:
    """Return a text without capitals, accents, and marks and spaces that the same heading has or has not.

    >>> folded(" Coût_total "), folded("Conv.-Wert / Kosten")
    ('cout total', 'conv wert/kosten')
    """
    parts = unicodedata.normalize("NFKD", _MARKS.sub(" ", text.casefold()))
    plain = " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())
    return plain.replace(" / ", "/").replace("/ ", "/").replace(" /", "/")


def platforms_of(names: Iterable[str]) -> tuple[Platform, ...]:
    """Return the platform that wrote these headings: none, one, or several for which there is equal evidence.

    Evidence is the number of headings that only it writes, then the number of parts that it has a heading for.

    >>> [p.name for p in platforms_of(["Campaign", "Cost", "Conv. value", "Conv. rate"])]
    ['Google Ads']
    """
    texts = {heading_of(name).text for name in names}
    evidence = {
        platform: (len(platform.signs & texts), sum(not texts.isdisjoint(platform.headings(p)) for p in platform.parts))
        for platform in platforms()
        if platform.signs & texts
    }
    most = max(evidence.values(), default=(0, 0))
    return tuple(platform for platform, found in evidence.items() if found == most)


def campaign_headings() -> frozenset[str]:
    """Return every heading of a column of campaigns."""
    return frozenset(h for p in (usual(), *platforms()) for h in p.headings("campaign"))


def looks_like_money_or_results(name: str) -> bool:
    """Tell whether a heading that nobody knows may hold money or a result, and is no rate, average or plan.

    >>> [looks_like_money_or_results(n) for n in ("Shop sales (EUR)", "Avg. order value", "Campaign status")]
    [True, False, False]
    """
    text, words = heading_of(name).text, _usual_file()["looks_like"]
    pieces, endings = set(re.findall(r"[^\W\d]+|[/%]", text)), tuple(words["rate_endings"])
    is_rate = not pieces.isdisjoint(words["rates"]) or any(piece.endswith(endings) for piece in pieces)
    return not is_rate and any(word in text for word in words["money_or_results"])


@functools.cache
def usual() -> Platform:
    """Return the headings of tables that no platform wrote."""
    return _platform(_usual_file())


@functools.cache
def platforms() -> tuple[Platform, ...]:
    """Return the platforms whose exports are known, in the order of their names."""
    files = [f for f in _folder().iterdir() if f.name.endswith(".toml") and f.name != f"{USUAL}.toml"]
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return tuple(sorted(map(_platform, tables), key=lambda platform: platform.name))


@functools.cache
def _usual_file() -> dict[str, Any]:
    return tomllib.loads(_folder().joinpath(f"{USUAL}.toml").read_text(encoding="utf-8"))


def _folder() -> Traversable:
    return resources.files("omnimix.campaigns").joinpath("platforms")


def _platform(table: Mapping[str, Any]) -> Platform:
    """Make a platform of its file, every heading folded as the headings of a table are."""

    def read(key: str) -> tuple[str, ...]:
        return tuple(folded(text) for text in table.get(key, ()))

    return Platform(
        name=table["name"],
        signs=frozenset(read("signs")),
        parts={part: tuple(map(folded, texts)) for part, texts in table["parts"].items()},
        conversions=read("conversions"),
        wider=frozenset(read("wider")),
        cost_headings=read("cost_headings"),
        period_starts=read("period_starts"),
        details=frozenset(read("details")),
        results={kind: tuple(map(folded, texts)) for kind, texts in table.get("results", {}).items()},
    )


@functools.cache
def _currency_mark() -> re.Pattern[str]:
    """Return what a currency in a heading looks like: in brackets anywhere, or at the end; codes in capitals."""
    codes = "|".join([*CODES, *_usual_file()["looks_like"]["currency_codes"]])
    signs = "|".join(re.escape(sign) for sign in CURRENCIES if not sign.isalpha())
    one = rf"{codes}|{signs}|(?i:euros?)"
    return re.compile(rf"\s*[(\[]\s*(?:in\s+)?(?P<bracketed>{one})\s*[)\]]|,?\s(?:in\s+)?(?P<behind>{one})$")
