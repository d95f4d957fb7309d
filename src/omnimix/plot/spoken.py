"""The language of a picture, from the first word on it to the last."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.text import Text

from omnimix.words import called, require_language, texts

SECTION = "pictures"
FORMULAS: Final = "text.parse_math"
SPOKEN: ContextVar[str] = ContextVar("language of the picture", default="en")


def spoken[**P, D](draw: Callable[P, D]) -> Callable[P, D]:
    """Let a picture that takes a ``language`` write all its words in it; what draws its parts asks :func:`say`.

    Names and currencies are written as they are: two dollar signs in a text begin no formula.
    """

    @functools.wraps(draw)
    def picture(*given: P.args, **named: P.kwargs) -> D:
        language = str(named.get("language", "en"))
        require_language(language)
        before, formulas = SPOKEN.set(language), rcParams[FORMULAS]
        try:
            rcParams[FORMULAS] = False
            drawn = draw(*given, **named)
            _as_written(drawn)
            return drawn
        finally:
            rcParams[FORMULAS] = formulas  # alone: a notebook's backend, loaded meanwhile, has settings of its own
            SPOKEN.reset(before)

    return picture


def _as_written(drawn: object) -> None:
    """Have texts of axes that were there before drawn as they are, too."""
    for ax in np.atleast_1d(np.asarray(drawn, dtype=object)).ravel():
        if isinstance(ax, Axes):
            for text in ax.findobj(Text):
                text.set_parse_math(False)


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
