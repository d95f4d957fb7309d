"""Pictures in Dutch: every word and figure on them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib import pyplot as plt
from matplotlib import rcParams
from matplotlib.axes import Axes

import omnimix as om
from omnimix.errors import OmnimixError
from omnimix.plot.record import PICTURES, RECORDS
from omnimix.plot.spoken import SPOKEN, spoken
from omnimix.plot.variants import variant
from omnimix.posterior import Posterior
from omnimix.words import LANGUAGES, texts
from tests.backtests.made import made_backtest
from tests.geo_tests.made_markets import COMMON, markets
from tests.plot.conftest import whole_funnel
from tests.plot.dutch import assert_dutch, assert_dutch_words, words
from tests.plot.made_chains import made_comparison, made_verdict
from tests.plot.made_plans import made_compared, made_plan, made_pool_split, made_response, made_silo_cost
from tests.plot.test_judged import MADE as JUDGED
from tests.plot.test_tests import made_designs

NOT_PICTURES = ("Drawn", "channel_colours", "draw")


def verdict() -> Any:
    return made_verdict({"tv": 90e3, "social": 40e3}, {"tv": 60e3, "social": 50e3})


def compared_chains() -> Any:
    return made_comparison(
        {"spring with 1.5 times tv": 40e3, "spring without social": -30e3}, {"spring with 1.5 times tv": ("tv",)}
    )


def geo_test() -> Any:
    return om.analyze_test(markets(lift=0.1), treated=["m00", "m01"], **COMMON, method="did")


MADE: dict[str, Callable[[], Any]] = {
    "verdict": verdict,
    "chains compared": compared_chains,
    "plan": made_plan,
    "plans compared": lambda: made_compared({"today": (0.0, 0.0), "bold_plan": (60e3, 30e3)}),
    "response": made_response,
    "pool": made_pool_split,
    "silos": made_silo_cost,
    "backtest": made_backtest,
    "designs": made_designs,
    "geo test": geo_test,
    **JUDGED,
}


@pytest.mark.parametrize("name", MADE)
def test_a_picture_is_dutch_to_the_last_word_and_has_commas_before_decimals(name: str) -> None:
    assert_dutch(MADE[name]())


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
        "prediction": om.predict(posterior),
        "health": om.check(posterior),
    }


def test_the_pictures_of_a_fit_are_dutch_to_the_last_word(funnelled: Posterior) -> None:
    for result in results(funnelled).values():
        assert_dutch(result)


PICTURES_OF: dict[str, Callable[[Posterior], Any]] = {
    "waterfall": lambda p: om.plot.waterfall(om.contributions(p, allow_unconverged=True), language="nl"),
    "fit": lambda p: om.plot.fit(p, language="nl"),
    "prior and posterior": lambda p: om.plot.prior_posterior(p, language="nl"),
    "funnel": lambda p: om.plot.funnel(p, allow_unconverged=True, language="nl"),
    "declared funnel": lambda _: om.plot.funnel(whole_funnel(), language="nl"),
    "gain": lambda _: om.plot.plan_gain(made_plan(), language="nl"),
    "phasing": lambda _: om.plot.phasing(made_plan(), language="nl"),
    "contradictions": lambda _: om.plot.chain_contradictions(verdict(), language="nl"),
    "chain waterfall": lambda _: om.plot.chain_waterfall(verdict(), language="nl"),
}


@pytest.mark.parametrize("name", PICTURES_OF)
def test_a_picture_that_is_asked_for_by_name_is_dutch_too(name: str, funnelled: Posterior) -> None:
    assert_dutch_words(words(PICTURES_OF[name](funnelled)))


def test_every_picture_takes_a_language() -> None:
    pictures = [getattr(om.plot, name) for name in om.plot.__all__ if name not in NOT_PICTURES]
    for picture in (*pictures, *PICTURES.values(), *RECORDS.values()):
        assert inspect.signature(picture).parameters["language"].default == "en", picture


def test_every_result_that_draws_itself_takes_a_language() -> None:
    public = [getattr(om, name) for name in dir(om) if not name.startswith("_")]
    drawing = {*RECORDS, *(k for k in public if inspect.isclass(k) and hasattr(k, "plot"))}
    assert len(drawing) > 25
    for kind in drawing:
        assert inspect.signature(kind.plot).parameters["language"].default == "en", kind


def test_a_language_that_is_not_spoken_is_refused(funnelled: Posterior) -> None:
    with pytest.raises(OmnimixError, match="language is one of en, nl"):
        om.roas(funnelled, allow_unconverged=True).plot(language="de")
    with pytest.raises(OmnimixError, match="language is one of en, nl"):
        om.plot.fit(funnelled, language="de")


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


def test_a_picture_leaves_the_settings_of_a_backend_that_it_loads() -> None:
    """Else a notebook, whose backend turns drawing at once on, shows no picture after the first."""

    @spoken
    def drawn(ax: Axes) -> Axes:
        rcParams["interactive"] = not before
        return ax

    before, formulas = rcParams["interactive"], rcParams["text.parse_math"]
    _, ax = plt.subplots()
    drawn(ax)
    assert (rcParams["interactive"], rcParams["text.parse_math"]) == (not before, formulas)
    rcParams["interactive"] = before
    plt.close("all")


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


def test_a_variant_of_a_chain_is_told_in_the_language_of_the_picture() -> None:
    chain = om.Chain("spring", links=["tv", "online_video"])
    changed = chain.with_spend("tv", 1.5).without("online_video").later("tv", 2)
    changes = [c.name.removeprefix("spring ") for c in (changed, chain.with_split({"tv": 0.6, "online_video": 0.4}))]
    assert [variant(change) for change in changes] == [change.replace("_", " ") for change in changes]
    before = SPOKEN.set("nl")
    try:
        said = [variant(change) for change in changes]
    finally:
        SPOKEN.reset(before)
    assert said == ["met 1,5 keer tv zonder online video met tv 2 weken later", "met 60% tv, 40% online video"]


def test_the_words_of_pictures_have_the_same_parts_in_both_languages() -> None:
    english, dutch = (texts("pictures", language) for language in LANGUAGES)
    assert list(english) == list(dutch)
    same = ("direct", "break_even", "spread")
    assert len([key for key in english if key not in same and english[key] == dutch[key]]) < 12
