"""What a search has to say of a plan beside its figures: sentences that can be said again in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from omnimix.words.figures import exact, listing, percent
from omnimix.words.texts import called, capital, require_language, texts

SECTION = "remarks"
ENGLISH = "en"
SHARES = ("share",)  # parts that are told in percent

type Part = str | float | tuple[str, ...]


class Remark(str):
    """An English sentence that knows which one it is, and what was filled in.

    A part that is a tuple is names, one that is a number is money, or a share where it is called so.

    >>> remark = Remark.of("answers", channels=("search",))
    >>> remark.told("nl"), remark == remark.told("en")
    ('Search volgt de vraag: het bedrag is wat het plan daar naar verwachting uitlokt', True)
    """

    __slots__ = ("key", "parts")
    key: str
    parts: Mapping[str, Part]

    def __new__(cls, text: str, key: str = "", parts: Mapping[str, Part] | None = None) -> Self:
        """Make a remark of a sentence; without a key it stays as it is in every language."""
        made = super().__new__(cls, text)
        made.key, made.parts = key, dict(parts or {})
        return made

    @classmethod
    def of(cls, key: str, **parts: Part) -> Self:
        """Make a remark of the section ``remarks``."""
        return cls(_written(key, parts, ENGLISH), key, parts)

    def told(self, language: str) -> str:
        """Return the sentence in a language. Raises :class:`OmnimixError` for one that is not spoken."""
        require_language(language)
        return _written(self.key, self.parts, language) if self.key and language != ENGLISH else str(self)


def told_remark(remark: str, language: str) -> str:
    """Return a remark in a language; what is no :class:`Remark` stays as it was written."""
    return remark.told(language) if isinstance(remark, Remark) else remark


def _written(key: str, parts: Mapping[str, Part], language: str) -> str:
    told = {name: _part(name, part, language) for name, part in parts.items()}
    several = any(isinstance(part, tuple) and len(part) > 1 for part in parts.values())
    said = texts(SECTION, language)
    sentence = said.get(f"{key}_many", said[key]) if several else said[key]
    text = sentence.format(**told)
    return text if language == ENGLISH else capital(text)


def _part(name: str, part: Part, language: str) -> str:
    if isinstance(part, tuple):
        return listing([n if language == ENGLISH else called(n, language) for n in part], language)
    if isinstance(part, str):
        return part if language == ENGLISH else called(part, language)
    return percent(part, language) if name in SHARES else exact(part, language)
