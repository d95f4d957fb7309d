"""What the page says of forecasts."""

from __future__ import annotations

from dataclasses import replace

import pytest

import omnimix as om
from omnimix.page.compose import figures, page
from omnimix.page.forecasts import forecasts
from omnimix.words import LANGUAGES, Language
from tests.backtests.made import made_backtest

HEADINGS = {"en": "How well it forecasts", "nl": "Hoe goed het voorspelt"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_block_says_in_words_how_far_off_forecasts_were(language: str) -> None:
    found = made_backtest()
    block = forecasts(found, Language(language, "report"))
    assert block is not None
    assert block.heading == HEADINGS[language]
    assert block.said[1:] == tuple(found.sentences(language).values())


def test_without_a_backtest_there_is_no_block() -> None:
    assert forecasts(None, Language("en", "report")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_is_given_a_backtest_tells_it_before_how_sure_we_are(page_found: om.Report, language: str) -> None:
    told = page(replace(page_found.found, backtest=made_backtest()), language, "0.1.0")
    headings = [b.heading for b in told.blocks]
    assert HEADINGS[language] in headings
    plain = [b.heading for b in page(page_found.found, language, "0.1.0").blocks]
    assert [h for h in headings if h != HEADINGS[language]] == plain
    assert headings.index(HEADINGS[language]) == [b.name for b in told.blocks].index("sure") - 1


def test_the_data_block_holds_it_where_it_was_given(page_found: om.Report) -> None:
    assert "backtest" not in page_found.figures
    told = figures(replace(page_found.found, backtest=made_backtest()), "en")
    assert told["backtest"]["overall"]["coverage_90"] <= 1
    assert told["backtest"]["schema"] == 1


@pytest.fixture(name="page_found")
def _page_found(page: om.Report) -> om.Report:
    return page


def test_a_backtest_of_other_outcomes_is_refused(page_found: om.Report) -> None:
    with pytest.raises(om.OmnimixError, match="is of online_sales, store_sales and the fit of online, store"):
        om.report(page_found.found.posterior, backtest=made_backtest(), progress=False)


def test_a_backtest_is_asked_for_by_its_kind() -> None:
    with pytest.raises(om.ArgumentError, match=r"`backtest` is an om\.Backtest.*om\.backtest\(funnel, panel\)"):
        om.report(None, backtest="yes")  # type: ignore[arg-type]
