"""`omnimix calibrate` and `omnimix analyze-test` from files to tables and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.experiments import predicted
from tests.conftest import small_frame
from tests.experiments.made_tests import result
from tests.geo_tests.made_markets import END, START, markets


def test_calibrate_takes_tests_in_and_says_what_changed(
    small_posterior: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, table, out, told = (tmp_path / n for n in ("posterior.nc", "tests.csv", "new.nc", "told.json"))
    small_posterior.save(saved)
    found = predicted(small_posterior, [result()])[:, 0]
    table.write_text(
        "test,channels,start,end,scale,outcome,metric,value,error,tail_weeks\n"
        f"tv off,tv,2023-03-06,2023-04-02,0,sales,increment,{found.mean()},{found.std()},4\n",
        encoding="utf-8",
    )
    assert main(["calibrate", str(saved), str(table), "--out", str(out), "--json", str(told)]) == 0
    rows = json.loads(told.read_text(encoding="utf-8"))
    assert rows["experiments"][0].keys() >= {"name", "z", "k_hat", "predicted", "value"}
    assert abs(rows["experiments"][0]["z"]) < 0.01
    assert {r["channel"] for r in rows["roas"]} == {"tv", "search", "all_media"}
    assert "ROAS before and after" in capsys.readouterr().out
    assert om.load(out).evidence[0].experiment.name == "tv off"
    assert main(["calibrate", str(saved), str(table), "--out", str(out), "--language", "nl"]) == 0
    printed = capsys.readouterr().out
    for part in ("vooraf verwacht", "bruikbare trekkingen", "mediaan eerst", "ROAS eerst en nu", "Toestand van het"):
        assert part in printed
    assert "predicted" not in printed
    assert main(["calibrate", str(out), str(table), "--out", str(tmp_path / "again.nc")]) != 0
    assert "a result counts once" in " ".join(capsys.readouterr().err.split())


def test_analyze_test_reads_a_file_and_writes_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, told = tmp_path / "geo.csv", tmp_path / "told.json"
    markets(lift=0.1).rename(columns={"geo": "region"}).to_csv(table, index=False)
    asked = ["analyze-test", str(table), "--treated", "m00,m01", "--start", START, "--end", END, "--outcome", "sales"]
    asked += ["--geo", "region"]
    assert main([*asked, "--channels", "tv", "--scale", "0", "--json", str(told)]) == 0
    rows = json.loads(told.read_text(encoding="utf-8"))
    assert rows.keys() >= {"schema", "effect", "lift_share", "p_value", "pre_fit", "experiment"}
    assert rows["effect"].keys() == {"mean", "lower", "upper", "per_week"}
    assert rows["experiment"]["geos"] == ["m00", "m01"]
    assert rows["experiment"]["value"] == pytest.approx(-rows["effect"]["mean"])
    assert "The test brought" in " ".join(capsys.readouterr().out.split())
    assert main([*asked, "--language", "nl"]) == 0
    assert "De test leverde" in " ".join(capsys.readouterr().out.split())


def test_what_cannot_be_read_is_told_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "geo.csv"
    markets().to_csv(table, index=False)
    asked = ["analyze-test", str(table), "--start", START, "--end", END, "--outcome", "sale"]
    assert main([*asked, "--treated", "m99"]) == 1
    assert "did you mean 'sales'?" in capsys.readouterr().err
    assert main(asked) == 2


PROJECT = """
[data]
file = "weekly.csv"
controls = ["price"]
[channels.tv]
[channels.search]
[outcomes.sales]
value = 1.0
[experiments.tv_off]
channels = ["tv"]
start = 2023-03-06
end = 2023-04-02
scale = 0.0
outcome = "sales"
metric = "increment"
value = 9000
error = 4000
tail_weeks = 4
"""


def test_a_project_with_results_of_tests_is_fitted_with_them(tmp_path: Path) -> None:
    small_frame().to_csv(tmp_path / "weekly.csv")
    project, saved, told = (tmp_path / n for n in ("omnimix.toml", "posterior.nc", "fit.json"))
    project.write_text(PROJECT, encoding="utf-8")
    tiny = ["--draws", "60", "--tune", "100", "--chains", "2", "--seed", "1"]
    assert main(["fit", str(project), "--out", str(saved), "--json", str(told), *tiny]) in (0, 1)
    (row,) = json.loads(told.read_text(encoding="utf-8"))["experiments"]
    assert row.keys() >= {"name", "z", "k_hat", "predicted", "value"}
    assert (row["name"], row["value"], row["how"]) == ("tv_off", 9000, "fitted")
    assert om.load(saved).evidence[0].experiment.tail_weeks == 4
