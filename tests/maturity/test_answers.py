"""Answers are read from a file that a manager fills in; everything wrong in it is said at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import omnimix as om
from omnimix.maturity import starter_text
from omnimix.maturity.answers import answers_from, read_answers
from omnimix.maturity.signs import PARTS, SIGNS, signs_of
from omnimix.words import LANGUAGES, texts

WRONG = """
[vision_and_suport]
self_score = 3
[organisation]
self_score = 7
shared_targets = "yes"
joint_goal = "yes"
joint_calendar = 4
time_for_analysis = "ok"
[data]
total_spend = -3
spent = ["tv"]
outcomes = "sales"
tests = 1.5
"""


def test_everything_wrong_is_said_at_once_with_what_was_meant() -> None:
    with pytest.raises(om.SpecError) as refused:
        answers_from(tomllib.loads(WRONG))
    said = str(refused.value)
    for part in (
        "did you mean 'vision_and_support'?",
        "self_score must be a number from 1 to 5",
        "did you mean 'shared_target'?",
        "`joint_goal` belongs in [vision_and_support]",
        "`joint_calendar` must be a text",
        "`time_for_analysis` says",
        "`total_spend` must be an amount above 0",
        "did you mean 'spend'?",
        "`outcomes` must be a list of column names",
        "`tests` must be a whole number",
    ):
        assert part in said


@pytest.mark.parametrize("score", ['"3"', "0", "5.5", "2.3", "true", "nan"])
def test_a_score_is_a_number_from_one_to_five_in_halves(score: str) -> None:
    with pytest.raises(om.SpecError, match="self_score must be a number"):
        answers_from(tomllib.loads(f"[organisation]\nself_score = {score}"))


def test_a_place_counts_in_full_a_yes_half_and_a_no_nothing() -> None:
    said = {"shared_figures": "minutes of 3 March", "shared_target": "Ja", "joint_calendar": "nee"}
    found = answers_from({"organisation": {**said, "time_for_analysis": " ", "self_score": 2.5}})
    assert found.shown == {"shared_figures": 1.0, "shared_target": 0.5, "joint_calendar": 0.0}
    assert found.scores == {"organisation": 2.5}
    assert answers_from({"organisation": {"shared_target": True, "joint_calendar": False}}).shown == {
        "shared_target": 0.5,
        "joint_calendar": 0.0,
    }


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(om.SpecError, match="omnimix readiness --init"):
        read_answers(tmp_path / "readiness.toml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_can_be_read_as_they_are_written_and_ask_for_every_sign(language: str) -> None:
    raw = tomllib.loads(starter_text(language))
    assert {name for part in PARTS for name in raw[part]} == {"self_score", *(sign.name for sign in SIGNS)}
    found = answers_from(raw)
    assert not found.shown
    assert not found.scores


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_and_every_sign_has_its_words(language: str) -> None:
    assert set(texts("readiness_levels", language)) == {f"{part}_{k}" for part in PARTS for k in range(1, 6)}
    for section in ("readiness_signs", "readiness_steps"):
        assert set(texts(section, language)) == {sign.name for sign in SIGNS}
    assert all({sign.level for sign in signs_of(part)} == {2, 3, 4, 5} for part in PARTS)
