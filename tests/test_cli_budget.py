"""`omnimix budget`: what is printed, what is written, what is refused."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import omnimix as om
from omnimix.budget import optimize_budget, silo_cost
from omnimix.cli import main
from omnimix.spec import Budget, Limit, Limits, TeamGoal
from omnimix.workbook import read_plan
from tests.fits import converged
from tests.funnel_fits import funnel_frame

PROJECT = """
[data]
file = "weekly.csv"
[channels.tv]
team = "brand"
[channels.mail]
team = "ecommerce"
[channels.retargeting]
team = "ecommerce"
fuelled_by = "visits"
[channels.search]
team = "ecommerce"
responds_to = "visits"
[stages.visits]
[outcomes.online]
value = 0.3
parents = ["visits"]
[outcomes.store]
value = 0.2
parents = ["visits"]
drivers = ["tv", "mail", "search"]
[budget]
weeks = 6
[budget.channels.mail]
lock = true
[budget.teams.brand]
goal = ["store"]
"""
TEAMS = {"tv": "brand", "mail": "ecommerce", "retargeting": "ecommerce", "search": "ecommerce"}
DECLARED = Budget(
    weeks=8,
    limits=Limits(channels={"mail": Limit(change=(-0.1, 0.1))}),
    goals={"brand": TeamGoal("store"), "ecommerce": TeamGoal("online", direct=True)},
)


@pytest.fixture(scope="module")
def teams_posterior(funnel_posterior: om.Posterior) -> om.Posterior:
    """The fit of the funnel with teams, which no draw depends on."""
    funnel = funnel_posterior.funnel
    channels = [replace(c, team=TEAMS[c.name]) for c in funnel.channels]
    return converged(replace(funnel_posterior, funnel=replace(funnel, channels=channels), budget=DECLARED))


@pytest.fixture(scope="module")
def stored(teams_posterior: om.Posterior, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return teams_posterior.save(tmp_path_factory.mktemp("budget") / "posterior.nc")


@pytest.fixture(scope="module")
def project(stored: Path) -> Path:
    funnel_frame().to_csv(stored.parent / "weekly.csv")
    path = stored.parent / "omnimix.toml"
    path.write_text(PROJECT, encoding="utf-8")
    return path


@dataclass(frozen=True)
class Said:
    """What one call of the verb printed and wrote."""

    printed: str
    told: dict[str, Any]
    workbook: Path


@pytest.fixture(scope="module")
def said(stored: Path) -> Said:
    """The verb called once with everything that was declared, in a terminal of 80 columns."""
    workbook = stored.parent / "plan.xlsx"
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as out:
        patch.setenv("COLUMNS", "80")
        told = divided(stored, "--out", workbook)
    return Said(out.getvalue(), told, workbook)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Budget]:
    """The budgets that the verb would have divided; it divides none."""
    found: list[Budget] = []

    def planned(_: om.Posterior, budget: Budget, **__: object) -> tuple[None, None, dict[str, Any]]:
        found.append(budget)
        return None, None, {}

    monkeypatch.setattr("omnimix.cli.budget.planned", planned)
    return found


def divided(stored: Path, *more: object) -> dict[str, Any]:
    target = stored.parent / "plan.json"
    assert main(["budget", str(stored), "--allow-unconverged", "--json", str(target), *map(str, more)]) == 0
    return json.loads(target.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def money(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).pivot_table(index="week", columns="channel", values="spend", sort=False)


def test_a_machine_reads_the_figures_of_the_verb(said: Said, teams_posterior: om.Posterior) -> None:
    told = said.told
    plan = optimize_budget(teams_posterior, weeks=8, limits=DECLARED.limits, progress=False, allow_unconverged=True)
    assert (told["schema"], told["currency"], told["weeks"], told["interval"]) == (1, "EUR", 8, 0.9)
    assert told["total"] == pytest.approx(plan.total)
    for name, frame in (("plan", plan.spend), ("today", plan.today)):
        assert list(told[name][0]) == ["week", "channel", "spend"]
        found = money(told[name])
        assert list(found.columns) == list(plan.channels)
        assert list(found.index) == [str(w.date()) for w in plan.weeks]
        np.testing.assert_allclose(found, frame, rtol=1e-6, atol=1e-6)
    gain = plan.gain.table().set_index("versus")
    for key, versus in (("gain", "today"), ("gain_over_proportional", "proportional")):
        *figures, last = list(told[key])
        assert figures == ["mean", "median", "lower", "upper", "probability_positive", "corrected", "draw_luck"]
        for figure in figures:
            assert told[key][figure] == pytest.approx(gain.loc[versus, figure], rel=1e-6), figure
        assert (last, list(told[key][last])) == ("sceptical", ["mean", "lower", "upper", "k_hat"])
    parts = plan.phasing.table().set_index("part")
    assert list(told["phasing"]) == list(parts.index)
    for part, row in told["phasing"].items():
        for figure, value in row.items():
            assert value == pytest.approx(parts.loc[part, figure], rel=1e-6, abs=1e-6), (part, figure)
    shares = plan.shares.table().set_index("channel")
    assert [row["channel"] for row in told["share_intervals"]] == list(plan.channels)
    for row in told["share_intervals"]:
        for figure in ("share", "mean", "median", "lower", "upper"):
            assert row[figure] == pytest.approx(shares.loc[row["channel"], figure], rel=1e-6)
    assert [row["channel"] for row in told["channels"]] == list(plan.channels)
    assert told["regret"] == pytest.approx(dict(plan.regret))
    assert told["assumptions"]["phasing"] == "pattern"
    assert told["assumptions"]["limits"]["channels"]["mail"]["change"] == [-0.1, 0.1]


def test_the_weeks_and_channels_of_a_plan_add_up_to_its_total(stored: Path) -> None:
    told = divided(stored, "--total", 100_000, "--weeks", 5)
    assert told["total"] == 100_000
    assert told["weeks"] == 5
    for name in ("plan", "today"):
        assert sum(row["spend"] for row in told[name]) == pytest.approx(100_000, rel=1e-8)


def test_the_cost_of_silos_comes_with_its_parts(said: Said, teams_posterior: om.Posterior) -> None:
    told = said.told
    cost = told["silo_cost"]
    found = silo_cost(
        teams_posterior,
        told["total"],
        weeks=8,
        limits=DECLARED.limits,
        goals=DECLARED.goals,
        progress=False,
        allow_unconverged=True,
    )
    table = found.table().set_index("part")
    for figure in ("mean", "median", "lower", "upper", "probability_positive"):
        assert cost[figure] == pytest.approx(table.loc["silo_cost", figure], rel=1e-6)
        for part in ("wrong_split", "wrong_goal", "today"):
            assert cost["parts"][part][figure] == pytest.approx(table.loc[part, figure], rel=1e-6)
    assert cost["parts"]["wrong_split"]["mean"] + cost["parts"]["wrong_goal"]["mean"] == pytest.approx(cost["mean"])
    assert cost["goals"]["ecommerce"] == {"nodes": ["online"], "direct": True}
    assert told["silo_cost_note"] is None


def test_without_two_teams_the_cost_of_silos_says_why_not(
    funnel_posterior: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = divided(converged(funnel_posterior).save(tmp_path / "posterior.nc"))
    assert told["silo_cost"] is None
    assert "needs two teams" in told["silo_cost_note"]
    shown = capsys.readouterr()
    assert "needs two teams" in " ".join(shown.out.split())
    assert "no budget is declared with this fit" in shown.err


def test_a_person_reads_the_plan_its_odds_and_what_separate_budgets_cost(said: Said) -> None:
    printed = said.printed
    for part in (
        "over 8 weeks, ",
        "\nall channels ",
        "\nBy team",
        "negotiable",
        "today's plan",
        "in proportion to ROAS",
        "Cost of separate budgets in EUR",
        "of which: wrong split between them",
        "\nWhat this rests on",
    ):
        assert part in printed
    for channel in TEAMS:
        assert f"\n{channel} " in printed
    (search,) = [line for line in printed.split("By team")[0].splitlines() if line.startswith("search ")]
    assert search.rstrip().endswith("answers")
    assert all(len(line) <= 80 for line in printed.splitlines())


def test_a_project_file_brings_its_budget_and_options_go_first(
    stored: Path, project: Path, asked: list[Budget], capsys: pytest.CaptureFixture[str]
) -> None:
    divided(stored)
    divided(stored, "--project", project)
    divided(stored, "--project", project, "--weeks", 4, "--total", 90_000, "--phasing", "free")
    locked = Limits(channels={"mail": Limit(lock=True)})
    changed = Budget(weeks=6, limits=locked, goals={"brand": TeamGoal("store")})
    assert asked == [DECLARED, changed, replace(changed, weeks=4, total=90_000.0, phasing="free")]
    assert not capsys.readouterr().err


def test_a_project_without_a_budget_means_no_limits_and_says_so(
    stored: Path, project: Path, asked: list[Budget], capsys: pytest.CaptureFixture[str]
) -> None:
    bare = project.with_name("bare.toml")
    bare.write_text(PROJECT.split("[budget]", maxsplit=1)[0], encoding="utf-8")
    divided(stored, "--project", bare)
    assert asked == [Budget()]
    assert f"no budget is declared in {bare}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("declared", "more", "pointed_out"),
    [
        (replace(DECLARED, total=200_000), ("--weeks", 9), True),
        (replace(DECLARED, total=200_000), ("--weeks", 9, "--total", 230_000), False),
        (replace(DECLARED, total=200_000), ("--weeks", 8), False),
        (DECLARED, ("--weeks", 9), False),
        (Budget(limits=Limits(channels={"tv": Limit(max=50_000)})), ("--weeks", 9, "--total", 230_000), True),
        (Budget(limits=Limits(channels={"tv": Limit(lock=0)})), ("--weeks", 9), True),
    ],
)
def test_money_that_was_declared_for_other_weeks_is_pointed_out(
    teams_posterior: om.Posterior,
    tmp_path: Path,
    asked: list[Budget],
    capsys: pytest.CaptureFixture[str],
    declared: Budget,
    more: tuple[object, ...],
    pointed_out: bool,
) -> None:
    divided(replace(teams_posterior, budget=declared).save(tmp_path / "posterior.nc"), *more)
    assert asked[0].limits == declared.limits
    assert ("its money is now taken for 9" in capsys.readouterr().err) is pointed_out


def test_every_week_may_be_planned_and_all_of_it_told_in_dutch(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = stored.parent / "mediaplan.xlsx"
    told = divided(stored, "--weeks", 4, "--phasing", "free", "--language", "nl", "--out", target)
    assert told["assumptions"]["phasing"] == "free"
    dutch = " ".join(capsys.readouterr().out.split())
    sentences = [*told["sentences"].values(), told["silo_cost"]["sentence"]]
    assert " het " in " ".join(sentences)
    assert all(sentence in dutch for sentence in sentences)
    for part in ("Kanalen, EUR over de hele periode", "vrij te schuiven", "Waar dit op rust", "kijkt naar"):
        assert part in dutch
    for part in ("interval", "today", "negotiable", "What this rests on", " looks at "):
        assert part not in dutch
    assert load_workbook(target).sheetnames[0] == "samenvatting"


def test_the_plan_goes_to_a_workbook_that_reads_back(said: Said) -> None:
    assert str(said.workbook) in said.printed.replace("\n", "")
    assert read_plan(said.workbook).spend.to_numpy().sum() == pytest.approx(said.told["total"], rel=1e-4)


def test_fit_keeps_the_budget_of_its_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = project.parent / "short.nc"
    main(["fit", str(project), "--out", str(target), "--draws", "20", "--tune", "40", "--chains", "2", "--seed", "1"])
    capsys.readouterr()
    assert om.load(target).budget == Budget(
        weeks=6, limits=Limits(channels={"mail": Limit(lock=True)}), goals={"brand": TeamGoal("store")}
    )


def test_limits_that_no_plan_can_keep_are_a_finding_that_blocks(
    stored: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clash = project.with_name("clash.toml")
    clash.write_text(PROJECT.replace("lock = true", "min = 900000"), encoding="utf-8")
    arguments = ["budget", str(stored), "--allow-unconverged", "--project", str(clash), "--total", "100000"]
    assert main(arguments) == 1
    shown = capsys.readouterr()
    assert "mail" in shown.err
    assert "Traceback" not in shown.err
    assert not shown.out


def test_a_fit_that_did_not_converge_is_refused(
    teams_posterior: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    diagnostics = replace(teams_posterior.run.diagnostics, rhat_max=1.5)
    run = replace(teams_posterior.run, diagnostics=diagnostics)
    path = replace(teams_posterior, run=run).save(tmp_path / "posterior.nc")
    assert main(["budget", str(path)]) == 1
    assert "not usable for figures in money" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "part"),
    [
        (["--total", "0"], "give a number above 0"),
        (["--weeks", "105"], "give a whole number from 1 to 104"),
        (["--phasing", "fre"], "invalid choice: 'fre'"),
        (["--langauge", "nl"], "did you mean '--language'?"),
        (["--out", "no/such/plan.xlsx"], "there is no folder no/such"),
        (["--out", "plan.csv"], ".xlsx"),
        (["--project", "none.toml"], "there is no file none.toml"),
    ],
)
def test_wrong_usage_says_what_to_type(
    stored: Path, capsys: pytest.CaptureFixture[str], more: list[str], part: str
) -> None:
    assert main(["budget", str(stored), "--allow-unconverged", *more]) == 2
    shown = capsys.readouterr()
    assert part in shown.err
    assert "Traceback" not in shown.err
    assert not shown.out


def test_a_missing_posterior_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["budget", str(tmp_path / "none.nc")]) == 2
    assert "there is no file" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "nl"])
def test_an_edited_workbook_is_valued_and_its_broken_limits_are_named(
    said: Said, stored: Path, tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    book = load_workbook(said.workbook)
    for row in book["calendar"].iter_rows(min_row=9, max_row=9, min_col=5, max_col=5):
        row[0].value = 9e6
    book.save(tmp_path / "edited.xlsx")
    target = tmp_path / "told.json"
    arguments = ["plan", str(stored), str(tmp_path / "edited.xlsx"), "--language", language, "--json", str(target)]
    assert main(arguments) == 0
    printed, told = " ".join(capsys.readouterr().out.split()), json.loads(target.read_text(encoding="utf-8"))
    assert {"en": "Your edit is expected to cost", "nl": "De aanpassing kost naar verwachting"}[language] in printed
    assert {"en": "One cell was edited.", "nl": "Er is één cel aangepast."}[language] in printed
    assert {b["rule"] for b in told["broken"]} >= {"highest"}
    assert [p["plan"] for p in told["plans"]] == ["today", "advised", "edited"]
    assert (told["schema"], len(told["edited"])) == (1, 1)


def test_a_workbook_that_is_no_plan_is_refused_by_name(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(stored), str(tmp_path / "none.xlsx")]) == 1
    assert "none.xlsx" in capsys.readouterr().err
