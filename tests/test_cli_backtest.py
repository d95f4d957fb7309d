"""`omnimix backtest` from a project to tables and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from omnimix.cli import main
from tests.conftest import small_frame

TINY = ["--draws", "40", "--tune", "60", "--chains", "2", "--seed", "1", "--folds", "2", "--horizon", "8"]
TOML = """
[data]
file = "weekly.csv"
controls = ["price"]
[channels.tv]
[channels.search]
[outcomes.sales]
value = 0.3
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    small_frame(weeks=125).to_csv(tmp_path / "weekly.csv")
    path = tmp_path / "omnimix.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


def test_it_prints_scores_and_writes_the_same_for_machines(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "backtest.json"
    assert main(["backtest", str(project), *TINY, "--perturb", "--placebo", "--plans", "--json", str(file)]) == 0
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["schema"] == 1
    assert [f["weeks"] for f in told["folds"]] == [109, 117]
    assert set(told["overall"]) >= {"crps", "wape", "coverage_90", "seasonal_naive_wape", "ridge_wape"}
    assert all(0 <= told["overall"][k] <= 1 for k in ("wape", "coverage_90"))
    assert told["placebo"]["copied"] == "search"
    assert [r["channel"] for r in told["perturbation"]["channels"]] == ["tv", "search", "all_media"]
    said = capsys.readouterr().out
    for text in (
        "coverage_90",
        "ridge_wape",
        "How far ROAS moved",
        "plan_share",
        "placebo",
        "In 2 forecasts of 8 weeks",
    ):
        assert text in said


def test_it_speaks_dutch(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", str(project), *TINY, "--language", "nl"]) == 0
    assert "In 2 voorspellingen van 8 weken" in " ".join(capsys.readouterr().out.split())


def test_too_short_data_block_and_say_what_is_needed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", str(project), "--horizon", "26"]) == 1
    told = capsys.readouterr().err
    assert "needs 130 weeks" in told
    assert "horizon of at most 21 weeks" in told


@pytest.mark.parametrize("slip", [["--folds", "0"], ["--horizon", "x"], ["--fold", "2"]])
def test_a_slip_is_wrong_usage(project: Path, slip: list[str]) -> None:
    assert main(["backtest", str(project), *slip]) == 2
