import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.cli import arguments, main, screen
from omnimix.config import keys, read_config
from omnimix.spec import Budget, Chain
from omnimix.truth.world import World
from tests.fits import converged, fit

TINY = ["--draws", "20", "--tune", "40", "--chains", "2", "--seed", "1"]
COMMAND = [sys.executable, "-c", "import sys; from omnimix.cli import main; sys.exit(main())"]
TOML = """
[data]
file = "weekly.csv"
[channels.tv]
[channels.search_non_brand_generic_in_all_regions]
[outcomes.sales]
value = 0.3
"""
FUNNEL_TOML = """
[data]
file = "weekly.csv"
[channels.tv]
[channels.search]
responds_to = "visits"
[channels.social]
[stages.visits]
[outcomes.online]
value = 0.3
parents = ["visits"]
[outcomes.stores]
value = 0.2
parents = ["visits"]
"""
KEYS = [
    "schema", "interval", "counted_in", "unit",
    "roas", "contributions", "paths", "traffic_share", "payback", "all_media",
]  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return om.simulate(seed=5, weeks=60, channels=["tv", "search_non_brand_generic_in_all_regions"])


@pytest.fixture
def project(tmp_path: Path, world: World) -> Path:
    world.panel.frame.to_csv(tmp_path / "weekly.csv")
    path = tmp_path / "omnimix.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def usable(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    posterior = fit(world.funnel, world.panel, draws=500, tune=300, chains=2, seed=1, progress=False)
    return converged(posterior).save(tmp_path_factory.mktemp("fit") / "posterior.nc")


@pytest.fixture(scope="module")
def funnel_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("funnel")
    funnel_table().to_csv(folder / "weekly.csv", index=False)
    path = folder / "omnimix.toml"
    path.write_text(FUNNEL_TOML, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def funnel_fit(funnel_project: Path) -> Path:
    config = read_config(funnel_project)
    posterior = fit(config.funnel, config.panel(), draws=200, tune=200, chains=2, seed=1, progress=False)
    return posterior.save(funnel_project.parent / "posterior.nc")


def funnel_table(weeks: int = 70) -> pd.DataFrame:
    """Return weeks in which search answers to visits and brings visits, and visits bring sales; plain NumPy."""
    generator = np.random.default_rng(8)
    tv = np.where(generator.random(weeks) < 0.4, generator.gamma(6.0, 2_000.0, weeks), 0.0)
    carried = np.convolve(tv, 0.5 ** np.arange(8) / 2.0)[:weeks]
    demand = 30_000 + 0.9 * carried + generator.normal(0, 1_500, weeks)
    search = 0.1 * demand * np.exp(generator.normal(0, 0.15, weeks))
    social = generator.gamma(9.0, 300.0, weeks)
    visits = demand + 1.5 * search + 2.0 * social
    frame = pd.DataFrame({"tv": tv, "search": search, "social": social, "visits": visits})
    for name, level in (("online", 1.2), ("stores", 0.6)):
        frame[name] = 20_000 + level * visits + generator.normal(0, 2_000, weeks)
    return frame.assign(week=pd.date_range("2023-01-02", periods=weeks, freq="7D"))


def shell(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]


def test_help_and_version_are_quick_and_load_nothing_heavy():
    heavy = ("numpy", "pandas", "xarray", "numba", "rich", "matplotlib")
    code = (
        "import sys\nfrom omnimix.cli import main\ncode = main(sys.argv[1:])\n"
        f"sys.exit(code or sum(m in sys.modules for m in {heavy!r}))"
    )
    for argument in ("--help", "--version", "fit"):
        more = ["--help"] if argument == "fit" else []
        done = subprocess.run(
            [sys.executable, "-c", code, argument, *more], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "omnimix" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([], "name a verb"),
        (["fti"], "there is no verb `fti`; did you mean 'fit'?"),
        (["xylophone"], "the verbs are demo, init, check, fit, refit, effects"),
        (["--jsn"], "there is no option `--jsn`"),
        (["fit"], "omnimix.toml"),
        (["fit", "a.toml", "--drawz", "3"], "`omnimix fit` has no option `--drawz`; did you mean '--draws'?"),
        (["fit", "a.toml", "b.toml"], "no further argument `b.toml`"),
        (["fit", "a.toml", "--draws", "0"], "give a whole number from 1 to 100000, not '0'"),
        (["fit", "a.toml", "--seed", "-1"], "give a whole number from 0"),
        (["fit", "a.toml", "--draws", "many"], "not 'many'"),
        (["fit", "none.toml"], "there is no file none.toml"),
        (["fit", "none.toml", "--out", "no/such/folder/p.nc"], "there is no folder no/such/folder"),
        (["check", "none.toml", "--json", "."], "is a folder; name a file in it"),
        (["effects", "none.nc"], "there is no file none.nc"),
        (["effects", "."], ". is a folder; name the file of a fit in it"),
        (["report", "none.nc"], "there is no file none.nc"),
        (["report", "none.nc", "--out", "page.pdf"], "let its name end in .html"),
        (["reprot", "x"], "did you mean"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_the_reason_on_stderr(tmp_path, monkeypatch, capsys, arguments, part):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert part in shown.err
    assert "Traceback" not in shown.err
    assert not shown.out


def test_every_problem_of_a_project_file_is_told_at_once(project, capsys):
    project.write_text(TOML.replace("value", "valeu") + "[fitt]\n", encoding="utf-8")
    assert main(["check", str(project)]) == 2
    told = capsys.readouterr().err
    assert "2 problems" in told
    assert "did you mean 'value'?" in told
    assert "did you mean 'fit'?" in told


def test_init_then_check_then_fit_then_effects(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "mine"]) == 0
    assert main(["check", "mine/omnimix.toml", "--json", "check.json"]) == 0
    assert json.loads(Path("check.json").read_text())["weeks"] == 156
    assert main(["fit", "mine/omnimix.toml", *TINY, "--json", "fit.json"]) == 1  # so few draws are not usable
    shown = capsys.readouterr()
    assert "NOT USABLE" in shown.out
    assert "the fit is not usable: " in shown.err
    told = json.loads(Path("fit.json").read_text())
    of_run = ["weeks", "draws", "chains", "seconds", "rhat_max", "ess_bulk_min", "divergences"]
    assert list(told) == [*of_run, "experiments", "findings"]
    assert (told["weeks"], told["draws"], told["chains"]) == (156, 20, 2)
    assert [list(f) for f in told["findings"]] == [["name", "severity", "message"]] * len(told["findings"])
    assert any(f["severity"] == "blocks" for f in told["findings"])
    assert om.load("posterior.nc").run.seed == 1
    assert main(["effects", "posterior.nc"]) == 1
    assert "--allow-unconverged" in capsys.readouterr().err


def test_init_overwrites_nothing(tmp_path, capsys):
    (tmp_path / "weekly.csv").write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 2
    assert "already holds weekly.csv" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["weekly.csv"]
    assert (tmp_path / "weekly.csv").read_text() == "mine"


def test_init_refuses_a_folder_that_cannot_be(tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["init", str(tmp_path / "file" / "folder")]) == 2
    assert "cannot be made a folder" in capsys.readouterr().err


def test_settings_of_the_project_file_hold_where_no_option_is_given(project, capsys):
    project.write_text(TOML + "[fit]\ndraws = 15\ntune = 40\nchains = 2\nseed = 9\n", encoding="utf-8")
    out = project.parent / "p.nc"
    main(["fit", str(project), "--out", str(out), "--draws", "12"])
    run = om.load(out).run
    assert (run.draws, run.tune, run.chains, run.seed) == (12, 40, 2, 9)


def test_data_that_block_are_exit_code_1_and_no_fit_is_written(project, capsys):
    project.write_text(TOML + "[channels.radio]\n[outcomes.ordres]\nvalue = 1\n", encoding="utf-8")
    told = project.parent / "told.json"
    out = project.parent / "p.nc"
    for verb in (["check"], ["fit", "--out", str(out)]):
        assert main([*verb, str(project), "--json", str(told)]) == 1
        shown = capsys.readouterr()
        assert "There is no column 'radio'" in shown.err
        assert "unknown_column" in shown.out
        assert [f["name"] for f in json.loads(told.read_text())["findings"]][:2] == ["unknown_column"] * 2
    assert not out.exists()


def test_findings_that_block_are_told_once_to_a_person_and_in_full_to_a_program(project, monkeypatch, capsys):
    project.write_text(TOML + "[channels.radio]\n[outcomes.ordres]\nvalue = 1\n", encoding="utf-8")
    monkeypatch.setattr(screen, "is_watched", lambda: True)
    assert main(["check", str(project)]) == 1
    shown = capsys.readouterr()
    assert (shown.out + shown.err).count("There is no column 'radio'") == 1
    assert "2 findings block" in shown.err
    monkeypatch.undo()
    assert main(["check", str(project)]) == 1
    assert "There is no column 'radio'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda p: p.joinpath("weekly.csv").unlink(), "weekly.csv"),
        (lambda p: p.joinpath("weekly.csv").write_bytes(b"\x00\x01\x02"), "weekly.csv"),
        (lambda p: p.joinpath("weekly.csv").write_text("week,tv\nnever,3\n"), "week"),
    ],
)
def test_a_table_that_cannot_be_read_is_exit_code_1_and_told_by_json(project, capsys, change, part):
    change(project.parent)
    told = project.parent / "told.json"
    assert main(["check", str(project), "--json", str(told)]) == 1
    assert part in capsys.readouterr().err
    assert json.loads(told.read_text())["findings"][0]["name"] == "unreadable_data"


def test_an_unknown_country_is_found_by_check_already(project, capsys):
    project.write_text(TOML.replace("[channels.tv]", 'holidays = "XX"\n[channels.tv]'), encoding="utf-8")
    assert main(["check", str(project)]) == 1
    told = capsys.readouterr().err
    assert "XX" in told
    assert "such as 'NL'" in told


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ('[stages.visits]\nparents = ["leads"]\n[stages.leads]\nparents = ["visits"]\n', "it runs in a circle: "),
        ("[stages.visits]\n", "nobody reads stage visits"),
        ('[stages.visits]\n[outcomes.orders]\nvalue = 1\nparents = ["vists"]\n', "did you mean 'visits'?"),
        ('[stages.visits]\n[outcomes.orders]\nvalue = 1\nparents = ["visits"]\n', "There is no column 'visits'"),
    ],
)
@pytest.mark.parametrize("verb", ["check", "fit"])
def test_a_funnel_that_cannot_be_is_exit_code_1_in_words(project, capsys, verb, more, part):
    project.write_text(TOML + more, encoding="utf-8")
    assert main([verb, str(project)]) == 1
    told = capsys.readouterr().err
    assert part in told
    assert "Traceback" not in told


def test_effects_prints_tables_and_writes_json_for_machines(usable, tmp_path, capsys):
    told = tmp_path / "effects.json"
    assert main(["effects", str(usable), "--json", str(told)]) == 0
    shown = capsys.readouterr().out
    assert "ROAS: value for 1 EUR spent, 90% interval" in shown
    assert "all media" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert not [line for line in shown.splitlines() if "\x1b" in line]
    content = json.loads(told.read_text(), parse_constant=lambda _: pytest.fail("not JSON"))
    assert list(content) == KEYS
    table = om.roas(om.load(usable)).table().set_index("channel")
    names = ["tv", "search_non_brand_generic_in_all_regions"]
    assert [row["channel"] for row in content["roas"]] == names
    figures = ["mean", "median", "lower", "upper", "spend", "induced_spend"]
    assert [list(row) for row in content["roas"]] == [["channel", *figures]] * 2
    assert list(content["all_media"]["roas"]) == figures
    assert content["all_media"]["roas"]["mean"] == pytest.approx(table.loc["all_media", "mean"])
    summary = ["mean", "median", "lower", "upper"]
    assert list(content["contributions"][0]) == ["channel", "outcome", *summary, "share", "money"]
    assert content["traffic_share"] == []
    assert not [part for part in ("Where ", "Paths: ", "answers to demand") if part in shown]
    assert {row["kind"] for row in content["paths"]} == {"direct", "interaction"}
    assert [row["horizon"] for row in content["payback"] if row["channel"] == "tv"] == [2, 4, 13, 26, 52]


def test_stages_are_fitted(funnel_project, tmp_path, capsys):
    out, told = tmp_path / "p.nc", tmp_path / "told.json"
    main(["fit", str(funnel_project), "--out", str(out), "--json", str(told), *TINY])
    assert "3 channels, stages visits, outcomes online, stores" in " ".join(capsys.readouterr().out.split())
    posterior = om.load(out)
    assert [n.name for n in posterior.funnel.nodes] == ["visits", "online", "stores"]
    assert posterior.funnel.channel("search").responds_to == "visits"
    assert json.loads(told.read_text())["weeks"] == 70


def test_a_stage_that_is_half_missing_is_told_in_words(funnel_project, tmp_path, capsys):
    funnel_table().assign(visits=lambda t: t["visits"].where(t.index % 2 == 0)).to_csv(tmp_path / "weekly.csv")
    (tmp_path / "omnimix.toml").write_text(FUNNEL_TOML, encoding="utf-8")
    for verb in ("check", "fit"):
        assert main([verb, str(tmp_path / "omnimix.toml")]) == 1
        assert "`visits` is empty in 35 of the 70 weeks" in capsys.readouterr().err


def test_effects_of_a_funnel_print_where_traffic_comes_from_paths_and_payback(funnel_fit, capsys):
    assert main(["effects", str(funnel_fit), "--allow-unconverged"]) == 0
    shown = capsys.readouterr().out
    for part in (
        "The spend of search answers to demand",
        "induced spend",
        "Where visits come from",
        "Contributions to online in EUR",
        "Contributions to stores in EUR",
        "tv -> visits -> online",
        "Payback: how likely",
    ):
        assert part in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_effects_of_a_funnel_for_machines_are_those_of_python(funnel_fit, tmp_path):
    told = tmp_path / "effects.json"
    assert main(["effects", str(funnel_fit), "--allow-unconverged", "--json", str(told)]) == 0
    content = json.loads(told.read_text())
    summary = ["mean", "median", "lower", "upper"]
    assert list(content) == KEYS
    values = {"online": 0.3, "stores": 0.2}
    for row in content["contributions"]:
        assert row["money"]["upper"] == pytest.approx(values[row["outcome"]] * row["upper"])
    assert list(content["paths"][0]) == ["channel", "path", "outcome", "kind", *summary]
    assert list(content["traffic_share"][0]) == ["channel", "stage", *summary]
    more = ["probability_paid_back", "value", "spend", "start"]
    assert list(content["payback"][0]) == ["channel", "horizon", *summary, *more]
    assert {row["kind"] for row in content["paths"]} == {"direct", "mediated", "interaction"}
    assert "all_media" not in {r["channel"] for k in KEYS[4:-1] for r in content[k]}
    posterior = om.load(funnel_fit)
    share = om.traffic_share(posterior, allow_unconverged=True).table().set_index("channel")["mean"]
    assert {r["channel"]: r["mean"] for r in content["traffic_share"]} == pytest.approx(share[:-1].to_dict())
    assert content["all_media"]["traffic_share"][0]["mean"] == pytest.approx(share["all_media"])
    gross = om.roas(posterior, basis="gross", allow_unconverged=True).table().set_index("channel")
    for row in content["roas"]:
        brought = sum(r["mean"] for r in content["paths"] if r["channel"] == row["channel"])
        assert brought == pytest.approx(gross.loc[row["channel"], "mean"] * row["spend"], rel=1e-6)
    assert next(r["induced_spend"] for r in content["roas"] if r["channel"] == "tv") > 0


def test_python_m_omnimix_is_the_shell():
    command = [sys.executable, "-m", "omnimix", "fti"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "did you mean 'fit'?" in done.stderr


def test_a_file_that_is_no_posterior_is_refused_in_words(tmp_path, capsys, usable):
    foreign, cut = tmp_path / "foreign.nc", tmp_path / "cut.nc"
    foreign.write_text("hello", encoding="utf-8")
    cut.write_bytes(usable.read_bytes()[:5000])
    for path in (foreign, cut):
        assert main(["effects", str(path)]) == 1
        assert str(path) in capsys.readouterr().err


def test_figures_that_are_not_finite_become_null(tmp_path):
    from omnimix.rows.json_file import write_json

    path = write_json({"a": float("nan"), "b": [float("inf"), 1.5]}, tmp_path / "x.json")
    assert json.loads(path.read_text()) == {"a": None, "b": [None, 1.5]}


def test_square_brackets_in_names_are_printed_as_they_are(capsys):
    import pandas as pd

    from omnimix.cli.screen import say, show_table, word

    say("outcome [bold]sales[/bold]")
    show_table(pd.DataFrame({"channel": ["[red]tv"]}), {"channel": word})
    shown = capsys.readouterr().out
    assert "[bold]sales[/bold]" in shown
    assert "[red]tv" in shown


def test_the_demo_leaves_figures_pictures_and_the_truth(tmp_path, monkeypatch, capsys):
    world = om.simulate("sequence", seed=3, weeks=78)
    monkeypatch.setattr("omnimix.truth.example", lambda: world)
    monkeypatch.setattr("omnimix.truth.SPRING", Chain("spring", links=world.funnel.channel_names[:2]))
    monkeypatch.setattr("omnimix.truth.QUARTER", Budget(weeks=4))
    folder = tmp_path / "new" / "demo"
    code = main(["demo", "--out", str(folder), *TINY])
    shown = capsys.readouterr().out
    assert code == 1  # so few draws are not usable; everything is there all the same
    assert "SIMULATED" in shown
    assert "interval holds it" in shown
    assert "stages leads, quotes" in shown
    names = ["contributions", "fit", "funnel", "paths", "payback", "prior_posterior", "response_curves", "roas"]
    assert sorted(p.stem for p in folder.glob("*.png")) == [*names, "traffic_share", "waterfall"]
    assert om.load(folder / "posterior.nc").budget == Budget(weeks=4)
    assert (folder / "plan.xlsx").is_file()
    for language in ("en", "nl"):
        assert f'<html lang="{language}">' in (folder / f"report.{language}.html").read_text(encoding="utf-8")
        assert f"report.{language}.html" in shown
    told = json.loads((folder / "results.json").read_text())
    assert told["simulated"] is True
    assert [row["channel"] for row in told["truth"]] == [*world.funnel.channel_names, "all_media"]
    assert told["truth"][-1]["true_roas"] == pytest.approx(world.truth.all_media_roas())
    budget = told["budget"]
    assert sum(row["spend"] for row in budget["plan"]) == pytest.approx(budget["total"])
    assert {"gain", "silo_cost", "share_intervals", "true_gain"} <= set(budget)
    assert "this plan brings EUR" in " ".join(shown.split())


def test_a_shell_without_utf8_gets_tables_too(usable):
    done = shell("effects", str(usable), env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr


def test_the_reader_of_a_pipe_may_leave(usable):
    line = f"{' '.join(map(repr, COMMAND))} effects {usable} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 141)
    assert "Traceback" not in done.stderr


def test_ctrl_c_is_one_line_and_exit_code_130(project):
    running = subprocess.Popen(
        [*COMMAND, "fit", str(project), "--draws", "100000", "--out", str(project.parent / "p.nc")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    while "Sampling" not in (line := running.stderr.readline()):
        assert line, "it ended before it sampled"
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate(timeout=300)  # at once; a busy machine may take its time
    assert running.returncode == 130
    assert rest.splitlines() == ["omnimix: stopped."]


def test_a_finding_is_wrapped_at_spaces_and_keeps_paths_whole(capsys):
    from omnimix.cli.screen import say

    path = "/" + "/".join(["folder"] * 20)
    say(f"Saved to {path} now.", indent="  ")
    assert f"  {path}" in capsys.readouterr().out


def test_every_verb_has_a_function():
    from omnimix.cli import _HOME
    from omnimix.cli.arguments import VERBS

    homes = {verb: importlib.import_module(_HOME.get(verb, "omnimix.cli.verbs")) for verb in VERBS}
    assert all(hasattr(home, f"run_{verb.replace('-', '_')}") for verb, home in homes.items())


def test_check_tells_of_weeks_and_of_cells_in_one_go(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    lines = (tmp_path / "weekly.csv").read_text().splitlines()
    header = lines[0].split(",")
    cells = lines[5].split(",")
    cells[header.index("tv")] = "-5"
    lines[5] = ",".join(cells)
    (tmp_path / "weekly.csv").write_text("\n".join([*lines[:20], *lines[21:]]))
    assert main(["check", str(project), "--json", str(tmp_path / "check.json")]) == 1
    told = capsys.readouterr().err
    assert "1 week is missing" in told
    assert "is negative in week" in told
    found = json.loads((tmp_path / "check.json").read_text())["findings"]
    assert [f["name"] for f in found] == ["unreadable_data", "negative_spend"]


@pytest.mark.parametrize("option", ["--draws", "--tune", "--chains"])
def test_more_draws_than_memory_holds_are_wrong_usage(project: Path, capsys: pytest.CaptureFixture[str], option: str):
    assert main(["fit", str(project), option, "99999999999"]) == 2
    assert "whole number from 1 to" in capsys.readouterr().err


def test_shell_and_project_file_have_the_same_bounds():
    bounds = ("MOST_DRAWS", "MOST_CHAINS", "MAX_SEED")
    assert [getattr(arguments, name) for name in bounds] == [getattr(keys, name) for name in bounds]


def test_check_refuses_a_channel_that_is_silent_in_the_data_window(project: Path) -> None:
    table = pd.read_csv(project.parent / "weekly.csv")
    table.loc[:19, "sales"] = None
    table.loc[17:, "tv"] = 0.0
    table.to_csv(project.parent / "weekly.csv", index=False)
    done = shell("check", str(project))
    assert done.returncode == 1
    assert "`tv` does not run" in done.stderr
    assert "data window" in done.stderr


def test_a_project_with_campaigns_is_checked_without_a_column_of_their_sum(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    channels = [om.Channel("social", campaigns=("lead", "sale")), "tv"]
    om.simulate(channels=channels, weeks=110, seed=1).write(tmp_path / "project")
    assert main(["check", str(tmp_path / "project" / "omnimix.toml")]) == 0
