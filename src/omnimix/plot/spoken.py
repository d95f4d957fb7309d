"""The language of a picture, from the first word on it to the last."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar

from omnimix.words import called, require_language, texts

SECTION = "pictures"
SPOKEN: ContextVar[str] = ContextVar("language of the picture", default="en")


def spoken[**P, D](draw: Callable[P, D]) -> Callable[P, D]:
    """Let a picture that takes a ``language`` write all its words in it; what draws its parts asks :func:`say`."""

    @functools.wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> D:
        language = str(named.get("language", "en"))
        require_language(language)
        before = SPOKEN.set(language)
        try:
            return draw(*given, **named)
        finally:
            SPOKEN.reset(before)

    return drawn


def spoken_language() -> str:
    """Return the language of the picture that is being drawn."""
    return SPOKEN.get()


def named(label: str) -> str:
    """Return a channel, stage, outcome or team as it is called: in English as the funnel calls it.

    >>> named("online_sales")
    'online_sales'
    """
    return label if spoken_language() == "en" else called(label, spoken_language())


def say(key: str, **parts: object) -> str:
    """Return words of a picture with their parts filled in.

    >>> say("best", what="Dot", told=say("median"), interval="90%")
    'Dot: median; bar: 90% interval.'
    """
    return texts(SECTION, spoken_language())[key].format(**parts)
