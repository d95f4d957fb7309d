"""Tables of the shell in Dutch: other headings, words and figures, and the same JSON."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from pathlib import Path

import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.cli.spoken import SECTION
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
