"""The sentences of a language, from one file a language beside this one."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from omnimix.words.figures import require_language

PLACE = Path(__file__).parent


@functools.cache
def texts(section: str, language: str) -> dict[str, str]:
    """Return the sentences of a section by name. Raises :class:`OmnimixError` for a language that is not spoken.

    >>> texts("verdicts", "nl")["keep"]
    'houden'
    """
    require_language(language)
    whole = tomllib.loads((PLACE / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(whole[section])


def called(label: str, language: str) -> str:
    """Return a channel, stage, outcome or team as a reader calls it.

    >>> called("tv", "en"), called("online_sales", "nl"), called("paid_search", "en")
    ('TV', 'online omzet', 'paid search')
    """
    return texts("names", language).get(label, label.replace("_", " "))


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]
