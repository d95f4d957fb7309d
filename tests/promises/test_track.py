"""Promised and happened: the bridge adds up, plans of another fit are refused, the ledger forgets nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import omnimix as om
from omnimix.cli import main
from omnimix.effects.plan import as_plan
from omnimix.effects.respond import money, respond_each
from omnimix.promises.brought import brought
from omnimix.promises.ledger import ledger_of
from omnimix.promises.record import REST, Tracking
from tests.conftest import small_frame, small_funnel
from tests.fits import converged, fit
from tests.funnel_fits import WEEKS, funnel_frame, whole_funnel
from tests.plot.dutch import assert_dutch

OLD, CAME = 96, 4
SETTINGS = {"seed": 3, "draws": 400, "tune": 400, "chains": 2, "progress": False}
FEW = om.Outlook(draws=60)


def teams() -> om.Funnel:
    return small_funnel(channels=[om.Channel("tv", team="brand"), om.Channel("search", team="ecommerce")])


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    return converged(fit(teams(), om.Panel(small_frame().iloc[:OLD]), **SETTINGS))


@pytest.fixture(scope="module")
def plan(posterior: om.Posterior) -> om.BudgetPlan:
    return om.optimize_budget(posterior, weeks=6, outlook=FEW, progress=False)


@pytest.fixture(scope="module")
def panel() -> om.Panel:
    return om.Panel(small_frame().iloc[: OLD + CAME])


@pytest.fixture(scope="module")
def refitted(posterior: om.Posterior, panel: om.Panel) -> om.Posterior:
    return converged(om.refit(posterior, panel, seed=4, progress=False))


@pytest.fixture(scope="module")
def found(plan: om.BudgetPlan, posterior: om.Posterior, panel: om.Panel, refitted: om.Posterior) -> Tracking:
    return om.track(plan, posterior, panel, refitted=refitted)


def test_parts_add_up_to_the_cent(found: Tracking) -> None:
    table = found.table()
    assert round(table["part"].sum(), 2) == round(found.happened - found.promised, 2)
    by_channel = table.groupby("channel", sort=False).agg({"promised": "first", "happened": "first", "part": "sum"})
    off = by_channel["happened"] - by_channel["promised"] - by_channel["part"]
    np.testing.assert_allclose(off, 0.0, atol=0.005)


def test_what_happened_is_what_was_observed(found: Tracking, panel: om.Panel) -> None:
    assert found.happened == pytest.approx(panel.series("sales").iloc[-CAME:].sum(), abs=0.006)


def test_what_was_promised_is_what_the_posterior_expected_under_the_plan(
    found: Tracking, plan: om.BudgetPlan, posterior: om.Posterior
) -> None:
    year_before = small_frame()[["price"]].iloc[OLD - 52 : OLD - 46].set_axis(plan.weeks)
    expected = om.respond(posterior, plan.spend, controls=year_before).isel(week=slice(0, CAME))
    assert found.promised == pytest.approx(float(money(posterior, expected).mean()), rel=1e-3)


def test_only_weeks_that_have_come_count(found: Tracking) -> None:
    assert len(found.weeks) == CAME
    assert found.planned_weeks == 6
    assert "2 weeks of the plan are still to come." in found.sentences("en").values()


def test_every_channel_has_its_team_and_two_causes(found: Tracking) -> None:
    media = found.table()[lambda t: t["channel"] != REST]
    assert list(media["team"]) == ["brand"] * 2 + ["ecommerce"] * 2
    assert list(media["cause"]) == ["spend", "effect"] * 2
    assert set(found.by_team["team"]) == {"brand", "ecommerce"}


def test_spend_as_planned_has_no_part(posterior: om.Posterior, panel: om.Panel, refitted: om.Posterior) -> None:
    as_done = panel.frame[["tv", "search"]].iloc[OLD:]
    found = om.track(as_done, posterior, panel, refitted=refitted)
    assert (found.table().query("cause == 'spend'")["part"] == 0).all()


def test_parts_of_channels_that_work_together_add_up() -> None:
    posterior = fit(whole_funnel(), om.Panel(funnel_frame()), seed=5, draws=200, tune=300, chains=2, progress=False)
    few = posterior.thinned(40)
    ahead = pd.date_range(funnel_frame().index[-1] + pd.Timedelta(weeks=1), periods=3, freq="7D")
    spend = pd.DataFrame(dict.fromkeys(("tv", "mail", "retargeting"), 5000.0), index=ahead)
    plan = as_plan(few, spend)
    parts = brought(few, plan, ahead)
    whole = money(few, respond_each(few, {"plan": plan}, weeks=ahead)["plan"])
    np.testing.assert_allclose(parts.whole, whole, rtol=1e-9)
    assert len(funnel_frame()) == WEEKS


@pytest.mark.parametrize("language", ["en", "nl"])
def test_it_is_told_whether_that_was_to_be_expected(found: Tracking, language: str) -> None:
    said = found.sentences(language)
    assert {"whole", "expected"} <= set(said)
    assert found.within == (found.expected[0] <= found.happened <= found.expected[1])


def test_a_plan_of_another_window_is_refused(plan: om.BudgetPlan, refitted: om.Posterior, panel: om.Panel) -> None:
    with pytest.raises(om.BudgetError, match="another fit or window: it begins"):
        om.track(plan, refitted, panel)


def test_a_plan_of_other_channels_is_refused_with_all_of_them(posterior: om.Posterior, panel: om.Panel) -> None:
    strange = panel.frame[["tv"]].iloc[OLD:].assign(radio=1.0)
    with pytest.raises(om.BudgetError, match="has radio, which the fit does not know and lacks search"):
        om.track(strange, posterior, panel)


def test_an_empty_cell_of_a_plan_is_never_taken_as_nothing(posterior: om.Posterior, panel: om.Panel) -> None:
    holed = panel.frame[["tv", "search"]].iloc[OLD:].astype(float)
    holed.iloc[2, 0] = np.nan
    with pytest.raises(om.BudgetError, match="`tv` is empty, negative or no number in week 2023-11-20"):
        om.track(holed, posterior, panel)


def test_a_table_without_a_week_of_the_plan_is_refused(plan: om.BudgetPlan, posterior: om.Posterior) -> None:
    with pytest.raises(om.DataError, match="no week of the plan has come yet"):
        om.track(plan, posterior, posterior.panel)


def test_the_ledger_keeps_every_plan_once_and_in_order(plan: om.BudgetPlan, tmp_path: Path) -> None:
    file = tmp_path / "posterior.nc"
    assert om.recorded_plans(file) == ()
    om.record_plan(plan, file)
    om.record_plan(plan, file)
    om.record_plan(replace(plan, spend=plan.spend * 2), file)
    first, second = om.recorded_plans(file)
    pd.testing.assert_frame_equal(first.spend, plan.spend.round(2), check_names=False, check_freq=False)
    assert second.spend.to_numpy().sum() == pytest.approx(2 * plan.total)
    assert dict(first.teams) == {"tv": "brand", "search": "ecommerce"}


def test_a_recorded_plan_is_tracked_as_the_plan_itself(
    plan: om.BudgetPlan,
    posterior: om.Posterior,
    panel: om.Panel,
    refitted: om.Posterior,
    found: Tracking,
    tmp_path: Path,
) -> None:
    om.record_plan(plan, tmp_path / "posterior.nc")
    (kept,) = om.recorded_plans(tmp_path / "posterior.nc")
    again = om.track(kept, posterior, panel, refitted=refitted)
    assert again.promised == pytest.approx(found.promised, abs=0.02)


def test_a_broken_line_of_the_ledger_is_named(plan: om.BudgetPlan, tmp_path: Path) -> None:
    om.record_plan(plan, tmp_path / "posterior.nc")
    with ledger_of(tmp_path / "posterior.nc").open("a") as stream:
        stream.write("{}\n")
    with pytest.raises(om.StoreError, match="line 2 of"):
        om.recorded_plans(tmp_path / "posterior.nc")


def test_a_bridge_is_drawn_and_written(found: Tracking, tmp_path: Path) -> None:
    assert "was promised" in found.plot().get_title(loc="left")
    assert "was beloofd" in found.plot(language="nl").get_title(loc="left")
    assert_dutch(found)
    book = load_workbook(found.to_excel(tmp_path / "bridge.xlsx", language="nl"))
    page = book["beloften"]
    parts = [row[5] for row in page.iter_rows(values_only=True) if isinstance(row[5], float)]
    assert sum(parts) == pytest.approx(found.happened - found.promised, abs=0.01)


def test_a_plan_is_recorded_and_tracked_in_the_shell(
    posterior: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, table, book = posterior.save(tmp_path / "posterior.nc"), tmp_path / "weekly.csv", tmp_path / "plan.xlsx"
    small_frame().iloc[: OLD + CAME].to_csv(table)
    assert main(["budget", str(saved), "--weeks", "6", "--out", str(book)]) == 0
    assert len(om.recorded_plans(saved)) == 1
    told, bridge = tmp_path / "tracked.json", tmp_path / "bridge.xlsx"
    asked = ["track", str(saved), str(book), str(table), "--json", str(told), "--out", str(bridge), "--language", "nl"]
    assert main(asked) == 0
    written = json.loads(told.read_text())
    assert sum(row["part"] for row in written["bridge"]) == pytest.approx(
        written["happened"] - written["promised"], abs=0.01
    )
    assert bridge.exists()
    assert "beloofd" in capsys.readouterr().out
