"""Pictures in Dutch: every word and figure on them, or a sentence that says why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Text

import omnimix as om
from omnimix.errors import OmnimixError
from omnimix.plot.record import PICTURES, RECORDS
from omnimix.plot.spoken import SPOKEN, spoken
from omnimix.posterior import Posterior
from omnimix.words import LANGUAGES
from tests.plot.made_chains import made_verdict
from tests.plot.made_plans import made_plan, made_silo_cost

ENGLISH = re.compile(
    r"\b(the|interval|mean|spend|spent|weeks|brings?|returns?|between|today|budgets|from|all media|to|channel|whole)\b"
)


def words(drawn: Any) -> set[str]:
    """Return every text of a figure as it is drawn, ticks included."""
    axes = drawn if isinstance(drawn, Axes) else np.ravel(drawn)[0]
    figure = axes.get_figure(root=True)
    figure.canvas.draw()
    return {text.get_text() for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()}


def results(posterior: Posterior) -> dict[str, Any]:
    parts = om.contributions(posterior, allow_unconverged=True)
    return {
        "roas": om.roas(posterior, allow_unconverged=True),
        "marginal_roas": om.marginal_roas(posterior, allow_unconverged=True),
        "contributions": parts,
        "totals": parts.total,
        "paths": om.paths(posterior, allow_unconverged=True),
        "traffic_share": om.traffic_share(posterior, allow_unconverged=True),
        "payback": om.payback(posterior, allow_unconverged=True),
        "response_curves": om.response_curves(posterior, allow_unconverged=True),
    }


def test_the_pictures_of_effects_are_dutch_to_the_last_word(funnelled: Posterior) -> None:
    for name, result in results(funnelled).items():
        said = {language: words(result.plot(language=language)) for language in LANGUAGES}
        assert not [text for text in said["nl"] if ENGLISH.search(text)], name
        assert [text for text in said["en"] if ENGLISH.search(text)], name


def verdict() -> Any:
    return made_verdict({"tv": 90e3, "social": 40e3}, {"tv": 60e3, "social": 50e3})


@pytest.mark.parametrize("made", [verdict, made_plan, made_silo_cost])
def test_the_pictures_of_chains_and_budgets_are_dutch_to_the_last_word(made: Callable[[], Any]) -> None:
    result = made()
    said = {language: words(result.plot(language=language)) for language in LANGUAGES}
    assert not [text for text in said["nl"] if ENGLISH.search(text)]
    assert [text for text in said["en"] if ENGLISH.search(text)]


def test_the_waterfall_is_dutch_and_its_figures_have_a_decimal_comma(funnelled: Posterior) -> None:
    drawn = om.plot.waterfall(om.contributions(funnelled, allow_unconverged=True), language="nl")
    assert not [text for text in words(drawn) if ENGLISH.search(text) or re.search(r"\d\.\d(?!\d\d)", text)]


def test_a_picture_that_speaks_english_only_says_so(funnelled: Posterior) -> None:
    health = om.check(funnelled)
    with pytest.raises(OmnimixError, match="speaks English only"):
        health.plot(language="nl")
    with pytest.raises(OmnimixError, match="language is one of en, nl"):
        om.roas(funnelled, allow_unconverged=True).plot(language="de")


def test_the_next_picture_is_english_again_even_after_one_that_failed(funnelled: Posterior) -> None:
    returns = om.roas(funnelled, allow_unconverged=True)
    with pytest.raises(OmnimixError):
        om.plot.contributions(om.contributions(funnelled, allow_unconverged=True), outcome="none", language="nl")
    assert SPOKEN.get() == "en"
    returns.plot(language="nl")
    assert any("break-even" in text and "wholly" in text for text in words(returns.plot()))


def test_what_is_drawn_by_another_name_can_be_found_in_the_tables() -> None:
    assert {"roas", "paths", "payback"} <= set(PICTURES)
    assert len(RECORDS) > 20


def test_dollar_signs_in_names_are_no_formula() -> None:
    @spoken
    def drawn(ax: Axes) -> Axes:
        ax.text(0, 0, "US$ 5 to US$ 9")
        ax.set_title("$x_1$ and \\frac")
        return ax

    _, ax = plt.subplots()
    drawn(ax)
    assert not any(text.get_parse_math() for text in [*ax.texts, ax.title])
    ax.figure.canvas.draw()
    plt.close("all")
