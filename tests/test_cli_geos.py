"""The shell on a table of several geos: it is read, checked and fitted, and returns are told by geo."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from omnimix.cli import main
from tests.fits import converged, fit
from tests.geo_worlds import geo_frame, geo_funnel, geo_panel

TOML = """
[data]
file = "weekly.csv"
geo = "region"
population = "people"
controls = ["price"]
[channels.tv]
[channels.radio]
[stages.visits]
[outcomes.sales]
value = 1.0
parents = ["visits"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    geo_frame().to_csv(tmp_path / "weekly.csv", index=False)
    (tmp_path / "omnimix.toml").write_text(TOML)
    return tmp_path / "omnimix.toml"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    settings = {"draws": 30, "tune": 60, "chains": 2, "seed": 1, "progress": False}
    frame = geo_frame().drop(index=[0, 1, 95])
    return converged(fit(geo_funnel(), geo_panel(frame), **settings)).save(tmp_path / "posterior.nc")


def test_a_table_of_geos_is_checked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(project)]) == 0
    assert "The data can be fitted" in capsys.readouterr().out


def test_what_is_wrong_with_geos_blocks_the_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = geo_frame()
    frame.loc[3, "region"] = "geo O"
    pd.concat([frame, frame.iloc[[100]]]).to_csv(project.parent / "weekly.csv", index=False)
    assert main(["check", str(project)]) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "looks like 'geo 0' spelt otherwise" in told
    assert "has more than one row" in told


def test_returns_are_told_by_geo(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effects", str(saved), "--json", str(tmp_path / "effects.json")]) == 0
    assert "The same by geo" in capsys.readouterr().out
    rows = json.loads((tmp_path / "effects.json").read_text())["by_geo"]
    assert len(rows) == 9
    assert {"geo", "channel", "median", "lower", "upper", "spend"} <= set(rows[0])


def test_a_budget_is_divided_by_geo(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plan.json"
    assert main(["budget", str(saved), "--weeks", "4", "--by", "geo", "--json", str(file)]) == 0
    told = capsys.readouterr().out
    assert "radio (geo 1)" in told
    assert "By geo" in told
    rows = json.loads(file.read_text())
    assert {(r["channel"], r["geo"]) for r in rows["plan"]} == {
        (c, f"geo {g}") for c in ("tv", "radio") for g in range(3)
    }
    assert sum(r["spend"] for r in rows["plan"]) == pytest.approx(rows["total"])
    assert {"mean", "lower", "upper", "probability_positive"} <= set(rows["gain"])
    assert {r["geo"] for r in rows["share_intervals"]} == {"geo 0", "geo 1", "geo 2"}


def test_a_budget_without_by_is_divided_over_channels(saved: Path, tmp_path: Path) -> None:
    workbook = tmp_path / "plan.xlsx"
    assert main(["budget", str(saved), "--weeks", "4", "--out", str(workbook)]) == 0
    assert workbook.exists()
    assert main(["budget", str(saved), "--weeks", "4", "--by", "geo", "--out", str(workbook), "--language", "nl"]) == 0
    assert main(["plan", str(saved), str(workbook)]) == 0


def test_tables_by_geo_and_the_page_are_told_in_dutch(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["effects", str(saved), "--language", "nl"]) == 0
    assert "Hetzelfde per regio" in capsys.readouterr().out
    page = tmp_path / "page.html"
    assert main(["report", str(saved), "--out", str(page), "--language", "nl"]) == 0
    assert "Verschillen regio" in page.read_text(encoding="utf-8")


def test_verbs_that_know_no_geos_refuse_in_a_sentence(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tests", str(saved)]) != 0
    told = capsys.readouterr().err
    assert "has several geos" in told
    assert "Traceback" not in told
