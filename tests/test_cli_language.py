"""Tables of the shell in Dutch: other headings, words and figures, and the same JSON."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from pathlib import Path

import pytest

import omnimix as om
from omnimix.cli import analyze_test, backtest, calibrate, journeys, main, refit, screen, tests, track
from omnimix.cli.spoken import SECTION
from omnimix.findings import Finding
from omnimix.words import LANGUAGES, texts
from tests.chains.conftest import spring
from tests.fits import converged

ENGLISH = (
    "channel ",
    "median",
    "lower",
    "upper",
    "spend ",
    "verdict",
    " interval",
    "share",
    "all media",
    "whole chain",
)
DUTCH = {
    "effects": ("\nkanaal ", "mediaan", "besteed", "aandeel", "\nalle media ", "Terugverdienen", "Herkomst van visits"),
    "chains": ("\nKeten spring: ", "\nschakel ", "oordeel", "zeker", "bandbreedte", "\nhele keten ", "Terugverdiend: "),
}


@pytest.fixture(scope="module")
def stored(funnel_posterior: om.Posterior, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("language") / "posterior.nc"
    return replace(converged(funnel_posterior), campaign_chains=(spring(),)).save(path)


@pytest.mark.parametrize("verb", sorted(DUTCH))
def test_tables_are_dutch_all_through_and_the_figures_of_the_json_stay(
    stored: Path, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told, printed = {}, {}
    for language in LANGUAGES:
        target = tmp_path / f"{language}.json"
        assert main([verb, str(stored), "--language", language, "--json", str(target)]) == 0
        printed[language] = capsys.readouterr().out
        told[language] = json.loads(target.read_text(encoding="utf-8"))
    for part in DUTCH[verb]:
        assert part in printed["nl"]
        assert part not in printed["en"]
    for part in ENGLISH:
        assert part not in printed["nl"]
    assert without_sentences(told["en"]) == without_sentences(told["nl"])


HEADED = {  # verbs that need no more than this posterior or a table: what stands above their tables
    "tests": (
        "\ntest ",
        "zichtbaar vanaf",
        "kans dat de test het ziet",
        "antwoord is waard",
        "per saldo",
        " weken uit",
    ),
    "check": ("weken van ", "uitkomsten ", "Met deze data kan worden gerekend"),
}


@pytest.mark.parametrize("verb", sorted(HEADED))
def test_headings_and_lines_are_dutch_where_they_are_asked_for_in_dutch(
    stored: Path, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "tests": [str(stored)],
        "check": [str(tmp_path / "project" / "omnimix.toml")],
    }
    assert main(["init", str(tmp_path / "project")]) == 0
    capsys.readouterr()
    assert main([verb, *given[verb], "--language", "nl"]) == 0
    printed = capsys.readouterr().out
    for part in HEADED[verb]:
        assert part in printed
    for part in (*ENGLISH, "weeks from", "Findings", "net_value", "predicted"):
        assert part not in printed.replace("In het Engels", "").replace("share:", "")


ASKED = {  # columns of tables that only a fit, a refit or a plan can show
    "backtest": [backtest.SCORES, backtest.MOVES_BETWEEN_FOLDS, backtest.SHARES, backtest.PLACEBO],
    "analyze-test": [analyze_test.EFFECT, analyze_test.POWER],
    "tests": [tests.TESTS],
    "calibrate": [calibrate.TESTS],
    "refit": [refit.SHOWN],
    "track": [track.SHOWN],
    "journeys": [journeys.STARTS, journeys.CREDIT],
}


@pytest.mark.parametrize("verb", sorted(ASKED))
def test_every_column_of_a_verb_has_a_heading_in_both_languages(verb: str) -> None:
    for name in (name for columns in ASKED[verb] for name in columns):
        for language in LANGUAGES:
            assert f"column_{name}" in texts(SECTION, language) or name == "value", name


def test_the_shell_says_the_same_lines_in_both_languages() -> None:
    said = {language: texts("shell_lines", language) for language in LANGUAGES}
    assert list(said["en"]) == list(said["nl"])
    assert all(parts(said["en"][key]) == parts(said["nl"][key]) for key in said["en"])


@pytest.mark.parametrize("section", ["found_in_data", "finding_names", "findings"])
def test_every_finding_has_its_words_in_both_languages(section: str) -> None:
    said = {language: texts(section, language) for language in LANGUAGES}
    assert said["en"].keys() == said["nl"].keys()
    assert not [key for key in said["en"] if said["en"][key] == said["nl"][key]]


def test_findings_of_a_table_are_told_in_dutch_and_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show_findings([Finding("guests", "warns", "120 of 400 orders are of guests.", "")], "nl")
    printed = capsys.readouterr().out
    assert "waarschuwt gasten" in printed
    assert "Een deel van de bestellingen is van gasten" in printed
    assert "In het Engels: 120 of 400 orders are of guests." in printed


def without_sentences(value: object) -> object:
    if isinstance(value, dict):
        return {k: without_sentences(v) for k, v in value.items() if k != "sentence"}
    return [without_sentences(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("section", [SECTION, "pictures"])
def test_both_languages_say_the_same_things_of_the_same_parts(section: str) -> None:
    said = {language: texts(section, language) for language in LANGUAGES}
    assert said["en"].keys() == said["nl"].keys()
    for key, sentence in said["en"].items():
        assert parts(sentence) == parts(said["nl"][key]), key


def parts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
