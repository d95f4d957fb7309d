"""Whether a picture is Dutch to the last word: no English on it, and a comma before decimals."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Text

from omnimix.words import LANGUAGES

ENGLISH = re.compile(
    r"\b(the|interval|mean|spend|spent|spends|weeks?ly|weeks|brings?|brought|returns?|between|today|budgets|from|by|"
    r"all media|to|channels?|whole|and|with|without|units|expected|observed|than|what|which|more|less|gains?|"
    r"loss|truth|chains?|links?|money|value|a week|last year|none|earns?|dot|bar|line|prior|posterior|whiskers?|"
    r"hurdle|verdict|nothing|findings?|checks|forecast|quarters|answers?|tv off)\b",
    re.IGNORECASE,
)
POINT = re.compile(r"\d\.\d(?!\d\d)")  # 1.5, not 1.500


def words(drawn: Any) -> set[str]:
    """Return every text of a figure as it is drawn, ticks included."""
    axes = drawn if isinstance(drawn, Axes) else np.ravel(drawn)[0]
    figure = axes.get_figure(root=True)
    figure.canvas.draw()
    hidden = {
        id(tick) for one in figure.axes if not one.axison for tick in (*one.get_xticklabels(), *one.get_yticklabels())
    }
    shown = [text for text in figure.findobj(Text) if text.get_visible() and id(text) not in hidden]
    return {text.get_text() for text in shown if text.get_text().strip()}


def assert_dutch(result: Any) -> None:
    """Assert that ``result.plot`` speaks Dutch where it is asked to, and English where it is not."""
    said = {language: words(result.plot(language=language)) for language in LANGUAGES}
    plt.close("all")
    assert_dutch_words(said["nl"])
    assert said["en"] & {text for text in said["en"] if ENGLISH.search(text)}, said["en"]


def assert_dutch_words(said: set[str]) -> None:
    """Assert that texts have no English word and no decimal point."""
    wrong = [text for text in said if ENGLISH.search(text.replace("om.check(posterior).table()", ""))]
    wrong += [text for text in said if POINT.search(text)]
    assert not wrong, wrong
