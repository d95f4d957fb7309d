"""The sentences of a language, from one file a language beside this one."""

from __future__ import annotations

import contextlib
import functools
import tomllib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path

from omnimix.errors import OmnimixError, did_you_mean

PLACE = Path(__file__).parent
LANGUAGES = ("en", "nl")
GIVEN: ContextVar[Mapping[str, str] | None] = ContextVar("names given", default=None)


def require_language(language: str) -> None:
    """Refuse a language that is not spoken. Raises :class:`OmnimixError`."""
    if language not in LANGUAGES:
        raise OmnimixError(
            f"language is one of {', '.join(LANGUAGES)}, not {language!r}{did_you_mean(str(language), LANGUAGES)}"
        )


@functools.cache
def texts(section: str, language: str) -> dict[str, str]:
    """Return the sentences of a section by name. Raises :class:`OmnimixError` for a language that is not spoken.

    >>> texts("verdicts", "nl")["keep"]
    'houden'
    """
    require_language(language)
    return dict(_whole(language)[section])


@functools.cache
def _whole(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((PLACE / f"{language}.toml").read_text(encoding="utf-8"))


@contextlib.contextmanager
def called_by(labels: Mapping[str, str]) -> Iterator[None]:
    """Call things by the names that a firm gave them, in every sentence written meanwhile.

    >>> with called_by({"tv": "Televisie"}):
    ...     called("tv", "nl")
    'Televisie'
    """
    token = GIVEN.set(labels)
    try:
        yield
    finally:
        GIVEN.reset(token)


def called(label: str, language: str) -> str:
    """Return a channel, stage, outcome, count or team as a reader calls it.

    >>> called("tv", "en"), called("online_sales", "nl"), called("paid_search", "en")
    ('TV', 'online omzet', 'paid search')
    """
    given = GIVEN.get() or {}
    return given.get(label) or texts("names", language).get(label, label.replace("_", " "))


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]
