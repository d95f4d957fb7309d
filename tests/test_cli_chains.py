"""`omnimix chains`: what is printed, what is written, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import omnimix as om
from omnimix.chains import VERDICTS
from omnimix.cli import main
from tests.chains.conftest import LINKS, spring
from tests.funnel_fits import funnel_frame

PROJECT = """
[data]
file = "weekly.csv"
[channels.tv]
[channels.mail]
[channels.retargeting]
fuelled_by = "visits"
[channels.search]
responds_to = "visits"
[stages.visits]
[outcomes.online]
value = 0.3
parents = ["visits"]
[outcomes.store]
value = 0.2
parents = ["visits"]
[chains.autumn]
links = ["tv", { name = "half the mail", channels = ["mail"], share = 0.5 }, "search"]
start = 2023-09-04
end = 2023-11-26
hurdle = 0.5
"""


@pytest.fixture(scope="module")
def stored(funnel_posterior: om.Posterior, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chains") / "posterior.nc"
    return replace(funnel_posterior, campaign_chains=(spring(),)).save(path)


@pytest.fixture(scope="module")
def project(stored: Path) -> Path:
    funnel_frame().to_csv(stored.parent / "weekly.csv")
    path = stored.parent / "omnimix.toml"
    path.write_text(PROJECT, encoding="utf-8")
    return path


def judged(stored: Path, *more: object) -> dict:  # type: ignore[type-arg]
    target = stored.parent / "chains.json"
    assert main(["chains", str(stored), "--allow-unconverged", "--json", str(target), *map(str, more)]) == 0
    return json.loads(target.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_a_machine_reads_the_figures_of_the_verb(stored: Path, funnel_posterior: om.Posterior) -> None:
    told = judged(stored)
    assert told["schema"] == 1
    (chain,) = told["chains"]
    found = om.evaluate_chain(funnel_posterior, spring(), allow_unconverged=True)
    assert chain["chain"] == "spring"
    combined = found.returns.table().set_index("basis")
    for key in ("mean", "median", "lower", "upper"):
        assert chain["combined_roas"][key] == pytest.approx(combined.loc["net", key])
    for basis in ("gross", "net", "frozen"):
        assert chain["combined_roas"][basis] == pytest.approx(combined.loc[basis, "median"])
    assert chain["probability_above_hurdle"] == pytest.approx(found.probability_above_hurdle)
    assert chain["link_rule_regret"] == pytest.approx(found.link_rule.regret.mean())
    assert [link["link"] for link in chain["links"]] == list(LINKS)
    for link in chain["links"]:
        name = link["link"]
        assert link["roas_direct"] == pytest.approx(np.median(found.draws("roas_direct", name)))
        assert link["roas_incremental"] == pytest.approx(np.median(found.draws("roas", name)))
        assert link["shapley_value"] == pytest.approx(found.draws("shapley_value", name).mean())
        assert link["verdict"] in VERDICTS
        assert 0 <= link["probability"] <= 1
        assert link["contradicts_link_rule"] is found.link_rule.contradicts(name)
    assert sum(link["shapley_value"] for link in chain["links"]) == pytest.approx(chain["value"]["mean"])


def test_a_person_reads_every_link_and_why(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", str(stored), "--allow-unconverged"]) == 0
    printed = capsys.readouterr().out
    assert "Chain spring: " in printed
    for name in (*LINKS, "whole chain"):
        assert f"\n{name} " in printed
    assert "combined ROAS is" in " ".join(printed.split())
    assert "Paid back: " in printed
    assert all(len(line) <= 80 for line in printed.splitlines())


def test_words_come_in_dutch(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", str(stored), "--allow-unconverged", "--language", "nl"]) == 0
    assert "de gezamenlijke ROAS is" in " ".join(capsys.readouterr().out.split())


def test_a_project_file_may_bring_other_chains(stored: Path, project: Path) -> None:
    (chain,) = judged(stored, "--project", project)["chains"]
    assert (chain["chain"], chain["hurdle"]) == ("autumn", 0.5)
    assert [(k["link"], k["channels"]) for k in chain["links"]][1] == ("half the mail", ["mail"])


def test_without_declared_chains_all_channels_are_one(
    funnel_posterior: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (chain,) = judged(funnel_posterior.save(tmp_path / "posterior.nc"))["chains"]
    assert [link["link"] for link in chain["links"]] == list(LINKS)
    assert "no chains were declared with this fit" in capsys.readouterr().err


def test_fit_keeps_the_chains_of_its_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = project.parent / "short.nc"
    main(["fit", str(project), "--out", str(target), "--draws", "20", "--tune", "40", "--chains", "2", "--seed", "1"])
    capsys.readouterr()
    (chain,) = om.load(target).campaign_chains
    assert chain.link_names == ("tv", "half the mail", "search")
    assert chain.link("half the mail").share == 0.5
    assert str(chain.start) == "2023-09-04"


def test_chains_that_cannot_be_laid_on_the_calendar_are_wrong_usage(
    stored: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = project.with_name("late.toml")
    late.write_text(PROJECT.replace("2023-11-26", "2031-11-26"), encoding="utf-8")
    assert main(["chains", str(stored), "--allow-unconverged", "--project", str(late)]) == 2
    said = capsys.readouterr().err
    assert "chain 'autumn': it ends 2031-11-26, outside the data window" in said
    assert "Traceback" not in said


def test_a_project_without_chains_says_what_to_add(
    stored: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = project.with_name("bare.toml")
    bare.write_text(PROJECT.split("[chains.autumn]", maxsplit=1)[0], encoding="utf-8")
    assert main(["chains", str(stored), "--allow-unconverged", "--project", str(bare)]) == 2
    assert "declares no chains" in capsys.readouterr().err


def test_a_missing_posterior_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", str(tmp_path / "none.nc")]) == 2
    assert "there is no file" in capsys.readouterr().err
