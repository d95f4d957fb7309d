"""Each witness says what it says; whom to believe follows by rule; nothing is added up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import omnimix as om
from omnimix.attribution.credit import METHODS, REMOVAL_EFFECT
from omnimix.attribution.walks import Rules
from omnimix.posterior import Evidence
from omnimix.rows.json_file import plain
from omnimix.rows.witnesses import witnesses_rows
from omnimix.triangulation.claims import taken_in
from omnimix.triangulation.judgement import agreement, believe, contradicted
from omnimix.words import LANGUAGES
from tests.fits import converged
from tests.plot.dutch import assert_dutch

NAN = float("nan")
ROW = {
    "platform_roas": NAN,
    "path_roas": 1.0,
    "lower": 0.8,
    "upper": 1.6,
    "experiment_roas": NAN,
    "experiment_error": NAN,
}


def journeys_of(value: dict[str, float], first: str = "2022-01-03", last: str = "2023-12-31") -> om.Journeys:
    """Return journeys of which every method credits the same value to each channel."""
    table = pd.DataFrame({"channel": list(value), REMOVAL_EFFECT: 0.1})
    for name in METHODS:
        table[name] = [v / 50.0 for v in value.values()]
        table[f"value_{name}"] = list(value.values())
    none = pd.DataFrame()
    total = sum(value.values())
    days = pd.Timestamp(first).date(), pd.Timestamp(last).date()
    counts = {"orders": total / 50.0, "named": 100, "all_orders": 100, "value": total, "journeys": 100, "touches": 200}
    return om.Journeys(
        table, none, none, none, none, **counts, first=days[0], last=days[1],
        rules=Rules(30, 30, 50, 7.0), currency="", findings=(),
    )  # fmt: skip


def evidence(channel: str, value: float, error: float, **more: object) -> Evidence:
    """Return a test that a fit has taken in."""
    days = {"start": "2023-01-02", "end": "2023-01-29", "scale": 0.0, "tail_weeks": 4}
    parts = {"channels": channel, "metric": "roas", "value": value, "error": error, **days, **more}
    return Evidence(om.Experiment(f"{channel} off", **parts), value, error, 0.0, "fitted")  # type: ignore[arg-type]


def test_tests_that_the_fit_has_taken_in_are_a_witness() -> None:
    known = [evidence("tv", 1.0, 0.2), evidence("tv", 2.0, 0.2), evidence("radio", 0.5, 0.1)]
    elsewhere = [evidence("search", 9.0, 1.0, metric="increment", outcome="sales"), evidence("print", 1.0, 1.0)]
    found = taken_in([*known, *elsewhere], ["tv", "radio", "search"])
    assert found == {"tv": pytest.approx((1.5, 0.2 / np.sqrt(2))), "radio": pytest.approx((0.5, 0.1))}


@pytest.mark.parametrize(
    ("path", "said"), [(NAN, "untracked"), (0.5, "path_below"), (0.8, "agree"), (1.6, "agree"), (2.0, "path_above")]
)
def test_what_is_tracked_lies_below_in_or_above_the_interval_of_the_model(path: float, said: str) -> None:
    assert agreement({**ROW, "path_roas": path}) == said


def test_a_test_is_believed_first_then_a_narrow_model_and_else_nobody() -> None:
    assert believe({**ROW, "experiment_roas": 1.2}) == "experiment"
    assert believe(ROW) == "model"
    assert believe({**ROW, "lower": 0.3}) == "test"
    assert believe({**ROW, "lower": -0.3}) == "test"


@pytest.mark.parametrize("path", [0.0, 1.0, 100.0, NAN])
@pytest.mark.parametrize("platform", [0.0, 100.0, NAN])
def test_neither_paths_nor_platforms_change_whom_to_believe(path: float, platform: float) -> None:
    assert believe({**ROW, "path_roas": path, "platform_roas": platform}) == "model"


def test_a_test_contradicts_the_model_when_their_ranges_have_nothing_in_common() -> None:
    assert contradicted({**ROW, "experiment_roas": 3.0, "experiment_error": 0.5})
    assert not contradicted({**ROW, "experiment_roas": 3.0, "experiment_error": 1.0})
    assert not contradicted(ROW)


@pytest.fixture(scope="session")
def witness(small_posterior: om.Posterior) -> Callable[..., om.Witnesses]:
    """Witnesses of the small world, whatever its draws are."""
    posterior = converged(small_posterior)
    return lambda value, platform=None, **more: om.witnesses(posterior, journeys_of(value), platform, **more)


def test_path_roas_is_value_over_spend_of_the_same_weeks(
    witness: Callable[..., om.Witnesses], small_posterior: om.Posterior
) -> None:
    spend = small_posterior.panel.frame[["tv", "search"]]
    table = witness({"Search": 90_000.0, "direct": 10_000.0}, margin=0.5).table().set_index("channel")
    assert table.loc["search", "path_roas"] == pytest.approx(45_000 / spend["search"].sum())
    assert np.isnan(table.loc["tv", "path_roas"])
    half = om.witnesses(
        converged(small_posterior), journeys_of({"search": 90_000.0}, "2022-01-03", "2022-01-19")
    ).table()
    weeks = spend["search"].iloc[:2].sum() + spend["search"].iloc[2] * 3 / 7
    assert half.set_index("channel").loc["search", "spend"] == pytest.approx(weeks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_test_that_the_model_knows_is_not_to_be_fitted_again(small_posterior: om.Posterior, language: str) -> None:
    knows = replace(converged(small_posterior), evidence=(evidence("tv", 500.0, 0.1),))
    found = om.witnesses(knows, journeys_of({"search": 9e4}))
    assert found.taken_in == ("tv",)
    assert found.table().set_index("channel").loc["tv", "experiment_roas"] == 500.0
    known = {"en": "the model knows it", "nl": "het model kent die test"}[language]
    assert known in found.sentences(language)["tv"]
    again = om.witnesses(knows, journeys_of({"search": 9e4}), experiments={"tv": (1.0, 0.2)})
    assert not again.taken_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_channel_has_its_sentence_and_picture_and_rows(
    witness: Callable[..., om.Witnesses], language: str
) -> None:
    found = witness({"search": 9e9, "direct": 1e9}, {"search": 5_000.0}, experiments={"tv": (500.0, 0.1)})
    said = found.sentences(language)
    assert set(said) == {"lead", "coverage", "tv", "search", "claims", "without_spend"}
    fit_again = {"en": "fit again with the test in it", "nl": "reken opnieuw met de test erin"}[language]
    assert fit_again in said["tv"]
    assert "direct" in said["without_spend"]
    assert "10%" in said["without_spend"]
    rows = plain(witnesses_rows(found, language))
    assert [row["channel"] for row in rows["channels"]] == ["tv", "search"]
    assert rows["channels"][0]["path_roas"] is None
    assert found.table()["agreement"].tolist() == ["untracked", "path_above"]
    assert "never to be added up" in found._repr_html_()
    assert found.plot().get_legend() is not None
    assert_dutch(found)
    plt.close("all")


def test_everything_wrong_is_said_at_once(witness: Callable[..., om.Witnesses], small_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError) as claims:
        witness({"search": 1.0}, {"serach": 2.0, "tv": -1.0, "TV": 1.0})
    for part in ("did you mean 'search'?", "ROAS of 0 or more", "there twice"):
        assert part in str(claims.value)
    with pytest.raises(om.OmnimixError, match="pair of ROAS and its standard error"):
        witness({"search": 1.0}, experiments={"tv": 1.4})
    with pytest.raises(om.OmnimixError, match="more than one row for tv"):
        witness({"search": 1.0}, pd.DataFrame({"channel": ["tv", "tv"], "roas": [1.0, 2.0]}))
    with pytest.raises(om.OmnimixError, match="no column `channel` and no column `roas`"):
        witness({"search": 1.0}, pd.DataFrame({"name": ["tv"]}))
    with pytest.raises(om.OmnimixError, match="did you mean 'markov'"):
        witness({"search": 1.0}, method="markow")
    apart = replace(journeys_of({"mail": 1.0}, "2030-01-01", "2030-02-01"), currency="USD")
    with pytest.raises(om.DataError) as refused:
        om.witnesses(converged(small_posterior), apart)
    for part in ("no channel has the same name", "without a week of spend", "USD"):
        assert part in str(refused.value)
