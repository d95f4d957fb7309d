"""Levels build on each other; own score and what can be shown stand apart, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from matplotlib import pyplot as plt

import omnimix as om
from omnimix.cli import main
from omnimix.maturity import starter_text
from omnimix.maturity.signs import PARTS, SIGNS, Sign, signs_of
from omnimix.maturity.verb import evidence_score
from omnimix.rows.readiness import readiness_rows
from omnimix.words import LANGUAGES
from tests.plot.dutch import assert_dutch


@pytest.mark.parametrize("part", PARTS)
def test_nothing_shown_is_level_one_and_everything_level_five(part: str) -> None:
    assert evidence_score(part, {}) == 1.0
    assert evidence_score(part, {sign.name: 1.0 for sign in SIGNS}) == 5.0


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.name)
def test_one_more_sign_never_lowers_a_score_and_never_moves_another_part(part: str, sign: Sign) -> None:
    some = {s.name: 0.5 for k, s in enumerate(SIGNS) if k % 3 and s != sign}
    before, after = evidence_score(part, some), evidence_score(part, {**some, sign.name: 1.0})
    assert after >= before
    assert sign.part == part or after == before


@pytest.mark.parametrize("part", PARTS)
def test_high_signs_count_nothing_without_those_below_them(part: str) -> None:
    assert evidence_score(part, {sign.name: 1.0 for sign in signs_of(part) if sign.level > 2}) == 1.0


def filled(tmp_path: Path) -> Path:
    """Answers as a team gives them: two places, a bare yes, a no, and scores somewhat high."""
    text = starter_text("en").replace('self_score = ""', "self_score = 3", 4)
    for name, answer in {
        "named_owner": "board minutes of 3 March",
        "joint_goal": "yes",
        "shared_figures": "monthly meeting, page of February",
        "shared_target": "no",
    }.items():
        text = text.replace(f'{name} = ""', f'{name} = "{answer}"')
    file = tmp_path / "readiness.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_both_scores_stand_apart_with_the_next_step(tmp_path: Path) -> None:
    result = om.readiness(filled(tmp_path))
    table = result.table().set_index("part")
    assert table.loc["vision_and_support", ["self_score", "evidence_score"]].tolist() == [3.0, 2.5]
    assert "write down where it can be seen" in table.loc["vision_and_support", "next_step"]
    assert "one target" in table.loc["organisation", "next_step"]
    assert "eigen score is 3,0" in result.sentences("nl")["organisation"]
    assert "nothing has been answered" in result.sentences()["technology"]
    assert len(result.unanswered) == len(SIGNS) - 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_shell_json_card_and_picture_tell_the_same(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = filled(tmp_path), tmp_path / "readiness.json"
    assert main(["readiness", str(file), "--language", language, "--json", str(out)]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    result = om.readiness(file)
    told = json.loads(out.read_text(encoding="utf-8"))
    assert [list(part) for part in told["parts"]] == [["part", "self_score", "evidence_score", "next_step"]] * 5
    assert told == json.loads(json.dumps(readiness_rows(result, language)).replace("NaN", "null"))
    for sentence in result.sentences(language).values():
        assert sentence in printed
    assert "How ready" in result._repr_html_()
    assert_dutch(result)
    ax = result.plot()
    assert len(ax.get_yticklabels()) == 5
    plt.close("all")


def test_init_writes_the_questions_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "readiness.toml"
    assert main(["readiness", str(file), "--init", "--language", "nl"]) == 0
    assert file.read_text(encoding="utf-8") == starter_text("nl")
    assert main(["readiness", str(file), "--init"]) == 2
    assert main(["readiness", str(tmp_path / "none.toml")]) == 2
    assert "omnimix readiness --init" in capsys.readouterr().err
