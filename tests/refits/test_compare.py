"""Why figures moved: causes are found, parts add up, and what is noise is called so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.posterior import Evidence
from omnimix.refits.causes import changes, with_priors_of
from omnimix.refits.record import FitsCompared
from tests.conftest import small_frame, small_funnel
from tests.fits import converged, fit
from tests.plot.dutch import assert_dutch

OLD = 96
TEST = om.Experiment(
    "tv off", channels="tv", start="2026-03-02", end="2026-03-29", scale=0.0, tail_weeks=4, metric="roas",
    outcome="sales", value=1.0, error=0.2,
)  # fmt: skip
SETTINGS = {"seed": 3, "draws": 400, "tune": 400, "chains": 2, "progress": False}


@pytest.fixture(scope="module")
def old() -> om.Posterior:
    return converged(fit(small_funnel(), om.Panel(small_frame().iloc[:OLD]), **SETTINGS))


@pytest.fixture(scope="module")
def new(old: om.Posterior) -> om.Posterior:
    return converged(om.refit(old, om.Panel(small_frame().iloc[: OLD + 2]), seed=1, progress=False))


@pytest.fixture(scope="module")
def found(old: om.Posterior, new: om.Posterior) -> FitsCompared:
    return om.compare_fits(old, new, weeks=4, progress=False)


def test_new_weeks_alone_have_the_whole_move(found: FitsCompared) -> None:
    table = found.table()
    assert list(table["channel"]) == ["tv", "search", "all_media"]
    assert set(table["cause"]) == {"weeks"}
    np.testing.assert_allclose(table["part"], table["new"] - table["old"])


def test_a_move_within_two_errors_is_no_real_change(found: FitsCompared) -> None:
    table = found.table()
    assert (table["real"] == ((table["new"] - table["old"]).abs() >= 2 * table["error"])).all()


def test_fits_of_one_table_and_funnel_differ_by_chance_and_by_nothing_real(old: om.Posterior) -> None:
    found = om.compare_fits(old, old, plans=False, progress=False)
    assert found.causes == ()
    assert set(found.table()["cause"]) == {"chance"}
    assert not found.table()["real"].any()


def test_results_of_tests_alone_have_the_whole_move(old: om.Posterior) -> None:
    told = replace(old, evidence=(Evidence(TEST, 1.1, 0.3, -0.3, "reweighted"),))
    found = om.compare_fits(old, told, plans=False, progress=False)
    assert found.causes == ("tests",)
    assert set(found.table()["cause"]) == {"tests"}


def test_draws_weighed_by_tests_are_no_surer_than_what_is_left_of_them(old: om.Posterior) -> None:
    told = replace(old, evidence=(Evidence(TEST, 1.1, 0.3, -0.3, "reweighted", effective=9.0),))
    errors = [om.compare_fits(old, p, plans=False, progress=False).table()["error"] for p in (old, told)]
    assert (errors[1] > errors[0]).all()


def test_a_fit_that_knows_tests_is_not_refitted_without_them(old: om.Posterior) -> None:
    told = replace(old, evidence=(Evidence(TEST, 1.1, 0.3, -0.3, "reweighted"),))
    with pytest.raises(om.FitError, match="results of tests"):
        om.refit(told, old.panel, progress=False)


def test_plans_of_both_fits_stand_beside_each_other(found: FitsCompared) -> None:
    assert found.plan is not None
    assert found.plan.rows["share_old"].sum() == pytest.approx(1.0)
    assert found.plan.rows["share_new"].sum() == pytest.approx(1.0)
    assert 0 <= found.plan.moved <= 1
    assert found.plan.staying["lower"] <= found.plan.staying["mean"] <= found.plan.staying["upper"]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_channel_is_told_once(found: FitsCompared, language: str) -> None:
    said = found.sentences(language)
    told = [n for n in ("tv", "search") if n in said]
    assert len(told) + ("still" in said) >= 1
    assert "plan" in said


def test_revised_figures_and_new_weeks_are_told_apart_and_add_up(old: om.Posterior) -> None:
    frame = small_frame().iloc[: OLD + 2]
    frame.loc[frame.index[:OLD:3], "sales"] *= 1.02
    with pytest.warns(om.OmnimixWarning, match="are others now"):
        revised = om.refit(old, om.Panel(frame), draws=150, tune=150, seed=2, progress=False)
    found = om.compare_fits(old, revised, plans=False, progress=False, allow_unconverged=True)
    assert found.causes == ("data", "weeks")
    parts = found.table().groupby("channel")["part"].sum()
    moves = found.moves.set_index("channel")
    np.testing.assert_allclose(parts, (moves["new"] - moves["old"]).reindex(parts.index))
    assert len(found.revised) == 32
    assert "29 more figures were revised" in found.sentences("en")["revised"]


def test_priors_and_the_funnel_are_causes_of_their_own(old: om.Posterior) -> None:
    other = small_funnel(channels=[om.Channel("tv", roas_prior=(0.5, 2.0)), "search"], controls=[])
    assert changes(old, replace(old, funnel=other)).causes == ("prior", "spec")
    assert with_priors_of(old.funnel, other).channel("tv").roas_prior == (0.5, 2.0)
    assert with_priors_of(other, old.funnel).controls == ()


def test_a_table_in_between_has_old_figures_in_old_weeks_and_new_weeks_after_them(
    old: om.Posterior, new: om.Posterior
) -> None:
    frame = new.panel.frame
    frame.iloc[4, 0] += 1.0
    revised = replace(new, panel=om.Panel(frame))
    between = changes(old, revised).panel({"weeks"})
    assert between is not None
    assert len(between) == OLD + 2
    assert between.frame["tv"].iloc[4] == old.panel.frame["tv"].iloc[4]
    only_data = changes(old, revised).panel({"data"})
    assert only_data is not None
    assert len(only_data) == OLD
    assert only_data.frame["tv"].iloc[4] == frame["tv"].iloc[4]


def test_fits_without_a_channel_in_common_are_refused(old: om.Posterior) -> None:
    others = small_funnel(channels=[om.Channel("telly", spend="tv"), om.Channel("paid", spend="search")])
    with pytest.raises(om.FitError, match="no channel in common"):
        om.compare_fits(old, replace(old, funnel=others), progress=False)


def test_drift_counts_new_weeks_and_has_a_z_for_every_channel(old: om.Posterior, new: om.Posterior) -> None:
    found = om.drift(old, new)
    assert found.weeks == 2
    assert list(found.table()["channel"]) == ["tv", "search"]
    assert np.isfinite(found.table()["z"]).all()
    assert found.weekly["pit"].between(0, 1).all()
    assert len(found.weekly) == 2


def test_new_weeks_far_from_the_forecast_are_a_finding(old: om.Posterior, new: om.Posterior) -> None:
    frame = new.panel.frame
    frame.iloc[OLD:, list(frame.columns).index("sales")] *= 3.0
    found = om.drift(old, replace(new, panel=om.Panel(frame)))
    assert "unlike_forecast" in [f.name for f in found.findings]
    assert "higher in the 2 new weeks" in found.findings[0].message


def test_drift_needs_new_weeks_and_one_funnel(old: om.Posterior) -> None:
    with pytest.raises(om.FitError, match="the later one has no new weeks"):
        om.drift(old, old)


def test_a_picture_is_drawn(found: FitsCompared) -> None:
    assert "channels moved" in found.plot().get_title(loc="left")
    assert_dutch(found)


def test_a_refit_is_made_in_the_shell(old: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved, table = old.save(tmp_path / "posterior.nc"), tmp_path / "weekly.csv"
    small_frame().iloc[: OLD + 2].to_csv(table)
    out, told = tmp_path / "new.nc", tmp_path / "moved.json"
    asked = ["refit", str(saved), str(table), "--out", str(out), "--json", str(told), "--language", "nl", "--seed", "1"]
    assert main([*asked, "--no-plans"]) == 0
    assert len(om.load(out).scaling.window_weeks) == OLD + 2
    written = json.loads(told.read_text())
    assert written["refit"]["method"] == "reweighted"
    assert {row["channel"] for row in written["moves"]} == {"tv", "search", "all_media"}
    assert "Waarom cijfers zijn verschoven" in capsys.readouterr().out


def test_a_table_that_does_not_go_on_blocks_in_the_shell(
    old: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, table = old.save(tmp_path / "posterior.nc"), tmp_path / "weekly.csv"
    pd.DataFrame(small_frame()).iloc[:90].drop(columns="tv").to_csv(table)
    assert main(["refit", str(saved), str(table)]) == 1
    assert "no column for spend `tv` of channel `tv`" in capsys.readouterr().err


def test_a_slow_stock_is_a_cause(old: om.Posterior) -> None:
    outcomes = tuple(replace(o, parents=(*o.parents, "brand")) for o in old.funnel.outcomes)
    slow = replace(old.funnel, stages=(om.Stage("brand", stock=om.Stock()),), outcomes=outcomes)
    assert "spec" in changes(old, replace(old, funnel=slow)).causes
