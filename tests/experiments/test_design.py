"""The next test: every candidate is priced alike, the best is worth most, and it can be handed over."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.errors import SpecError
from omnimix.experiments import predicted
from tests.experiments.made_tests import result

COLUMNS = ["test", "channel", "action", "weeks", "geos", "mde", "power", "cost", "evsi", "net_value"]


@pytest.fixture(scope="module")
def designs(small_posterior: om.Posterior) -> om.TestDesigns:
    return om.design_tests(small_posterior)


def test_every_channel_is_tested_in_every_way_and_length(designs: om.TestDesigns) -> None:
    table = designs.table()
    assert list(table.columns) == COLUMNS
    assert len(table) == 2 * 3 * 3
    assert table["net_value"].is_monotonic_decreasing
    np.testing.assert_allclose(table["net_value"], table["evsi"] - table["cost"])
    assert (table["cost"] >= 0).all()
    assert table["power"].between(0, 1).all()


def test_a_test_is_never_worth_more_than_its_answer_or_than_knowing_everything(designs: om.TestDesigns) -> None:
    rows = designs.rows
    assert (rows["evsi"] <= rows["evppi"] + 1e-9).all()
    assert (rows["evppi"] <= designs.perfect * 1.05).all()


def test_a_test_is_no_surer_than_the_weeks_it_is_held_against(designs: om.TestDesigns) -> None:
    rows = designs.rows
    assert (rows["error"] > 0).all()
    np.testing.assert_allclose(rows["mde"], (1.64 + 0.84) * rows["error"])
    off = rows[rows["action"] == "off"].set_index(["channel", "weeks"])["error"]
    half = rows[rows["action"] == "half"].set_index(["channel", "weeks"])["error"]
    assert (half > off.reindex(half.index)).all()  # less money is moved against the same noise


def test_what_a_test_expects_is_what_its_result_is_held_against(
    small_posterior: om.Posterior, designs: om.TestDesigns
) -> None:
    design = designs.design("search off for 6 weeks")
    one = result(channels="search", start=design.start, end=design.end, metric="roas", outcome=None, spend=design.spend)
    assert predicted(small_posterior, [one]).mean() == pytest.approx(design.expected, rel=0.15)


def test_a_design_is_handed_over_as_tables_that_can_be_read(designs: om.TestDesigns, tmp_path: Path) -> None:
    best = designs.best
    assert best.test == designs.table()["test"].iloc[0]
    told = tomllib.loads(designs.toml(2))["experiments"]
    assert list(told) == list(designs.table()["test"].head(2))
    assert told[best.test]["spend"] == pytest.approx(best.spend, abs=0.01)
    designs.sheet().head(1).assign(value=1.2, error=0.3).to_csv(tmp_path / "tests.csv", index=False)
    (read,) = om.read_experiments(tmp_path / "tests.csv")
    assert (read.channels, read.scale, read.end) == ((best.channel,), best.scale, best.end)
    assert best.weeks * 7 == (best.end - best.start).days + 1


def test_it_says_what_to_do_in_both_languages(designs: om.TestDesigns) -> None:
    assert designs.best.channel in designs.sentence().casefold()
    assert designs.sentence("nl") != designs.sentence("en")
    assert len(designs.worth_doing) == int((designs.table()["net_value"] > 0).sum())


def test_what_cannot_be_designed_is_refused(small_posterior: om.Posterior, designs: om.TestDesigns) -> None:
    with pytest.raises(SpecError) as told:
        om.design_tests(small_posterior, weeks=(0, 40), geos=["south"], quarters=0.0)
    for text in ("`weeks`", "knows no markets", "`quarters`"):
        assert text in str(told.value)
    with pytest.raises(SpecError, match="there is no test"):
        designs.design("radio off")


def test_a_channel_that_answers_is_tested_as_a_lever(funnel_posterior: om.Posterior) -> None:
    found = om.design_tests(funnel_posterior, weeks=[6], allow_unconverged=True).table()
    assert {"tv", "mail", "retargeting", "search"} == set(found["channel"])
    assert np.isfinite(found[["mde", "power", "cost", "evsi"]].to_numpy(dtype=float)).all()


def test_the_shell_says_the_same(
    small_posterior: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, told, tables = (tmp_path / n for n in ("posterior.nc", "told.json", "tests.toml"))
    small_posterior.save(saved)
    asked = ["tests", str(saved), "--weeks", "4,6", "--json", str(told), "--out", str(tables), "--language", "nl"]
    assert main(asked) == 0
    rows = json.loads(told.read_text(encoding="utf-8"))
    assert rows["tests"][0].keys() >= set(COLUMNS)
    assert pd.DataFrame(rows["tests"])["net_value"].is_monotonic_decreasing
    assert "test" in capsys.readouterr().out
    assert "[experiments." in tables.read_text(encoding="utf-8")
    assert main(["tests", str(saved), "--weeks", "4,x"]) == 2


def test_the_worth_of_a_channel_is_that_of_its_best_test(designs: om.TestDesigns) -> None:
    for channel, rows in designs.rows.groupby("channel"):
        best = rows.loc[rows["net_value"].idxmax()]
        found = designs.worth[str(channel)]
        assert (found.evsi, found.cost) == (best["evsi"], best["cost"])
        assert found.pays == (best["net_value"] > 0)
