"""Budgets of several geos: one search over channels and geos, and what must hold of it whatever its draws are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.budget import GeoBudgetPlan
from omnimix.budget.geo_future import GeoFuture
from omnimix.posterior import GeoPosterior
from tests.fits import converged, fit
from tests.geo_worlds import geo_frame, geo_funnel, geo_panel

SHORT: dict[str, Any] = {"draws": 30, "tune": 60, "chains": 2, "seed": 1, "progress": False}
FEW = om.Outlook(draws=12)


@pytest.fixture(scope="module")
def posterior() -> GeoPosterior:
    """Return a fit of three geos, one of which starts late; television is national."""
    frame = geo_frame().drop(index=[0, 1, 95])
    national = frame.groupby("week", as_index=False)["tv"].sum()
    channels = [om.Channel("tv", scope="national", team="brand"), om.Channel("radio", team="sales")]
    panel = geo_panel(frame.drop(columns="tv"), national=national)
    made = converged(fit(geo_funnel(channels=channels), panel, **SHORT))
    assert isinstance(made, GeoPosterior)
    return made


@pytest.fixture(scope="module")
def plan(posterior: GeoPosterior) -> GeoBudgetPlan:
    made = om.optimize_budget(posterior, by="geo", weeks=4, outlook=FEW, progress=False)
    assert isinstance(made, GeoBudgetPlan)
    return made


def future_of(posterior: GeoPosterior, *, by_geo: bool) -> GeoFuture:
    few = posterior.thinned(6)
    assert isinstance(few, GeoPosterior)
    return GeoFuture(few, 3, by_geo=by_geo, outlook=FEW)


@pytest.mark.parametrize("by_geo", [True, False])
def test_slopes_of_a_plan_equal_differences(posterior: GeoPosterior, by_geo: bool) -> None:
    future = future_of(posterior, by_geo=by_geo)
    money = np.random.default_rng(0).gamma(2, 20, (len(future.rows), 3))
    wanted = future.weights({"sales": 1.0})
    slopes = future.plan_value(money, wanted).slopes[:, 0]
    for row, week in ((0, 1), (len(future.rows) - 1, 2)):
        move = np.zeros(money.shape)
        move[row, week] = 1e-3
        values = [future.plan_value(money + sign * move, wanted, slopes=False).value for sign in (1, -1)]
        np.testing.assert_allclose(slopes[:, row, week], (values[0] - values[1]) / 2e-3, rtol=1e-5, atol=1e-8)


def test_what_a_search_sees_is_what_is_told(posterior: GeoPosterior) -> None:
    future = future_of(posterior, by_geo=True)
    money = np.random.default_rng(0).gamma(2, 20, (len(future.rows), 3))
    wanted = future.weights({"sales": 1.0})
    seen = [future.plan_value(m, wanted, slopes=False).value for m in (money, 0 * money)]
    told = future.accounts([future.plan(money)])[0]
    np.testing.assert_allclose(seen[0] - seen[1], told.value.sum(axis=1), rtol=1e-6)
    np.testing.assert_allclose(told.spend, money.sum(), rtol=1e-9)


def test_money_by_geo_and_by_channel_is_the_same_plan_where_it_is_divided_alike(posterior: GeoPosterior) -> None:
    by_geo, whole = future_of(posterior, by_geo=True), future_of(posterior, by_geo=False)
    money = np.random.default_rng(1).gamma(2, 20, (2, 3))
    parts = np.concatenate([money[:1], money[1] * whole.division[1]])  # tv, then radio in every geo
    values = [
        future.plan_value(m, future.weights({"sales": 1.0}), slopes=False).value
        for future, m in ((by_geo, parts), (whole, money))
    ]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-10)
    np.testing.assert_allclose(whole.division.sum(axis=1), 1.0)


def test_a_plan_by_geo_divides_the_total_over_channels_and_geos(plan: GeoBudgetPlan) -> None:
    calendar = plan.calendar()
    assert list(calendar.columns[:3]) == ["week", "channel", "geo"]
    assert calendar["spend"].sum() == pytest.approx(plan.total)
    assert set(zip(calendar["channel"], calendar["geo"], strict=True)) == {
        ("tv", ""),
        *(("radio", f"geo {k}") for k in range(3)),
    }
    assert plan.geos == ("geo 0", "geo 1", "geo 2")
    pd.testing.assert_series_equal(plan.by("channel")["tv"], plan.spend["tv"], check_names=False)
    assert plan.by("geo").to_numpy().sum() == pytest.approx(calendar.loc[calendar["geo"] != "", "spend"].sum())
    assert plan.gain.draws.sel(versus="today").mean() >= -1e-6 * plan.total
    assert 0 <= plan.probability_better <= 1
    assert "radio (geo" in " ".join(plan.sentences("en").values()).lower() or not plan.table()["change"].any()


def test_today_is_the_same_with_and_without_geos(posterior: GeoPosterior, plan: GeoBudgetPlan) -> None:
    whole = om.optimize_budget(posterior, weeks=4, outlook=FEW, progress=False)
    assert whole.channels == ("tv", "radio")
    assert whole.total == pytest.approx(plan.total)
    np.testing.assert_allclose(plan.by("channel").sum()["tv"] + plan.by("channel").sum()["radio"], whole.total)
    today = whole.value.draws.sel(plan="today")
    np.testing.assert_allclose(plan.value.draws.sel(plan="today"), today, rtol=1e-6)


def test_limits_hold_by_channel_by_geo_and_by_both(posterior: GeoPosterior, plan: GeoBudgetPlan) -> None:
    now = plan.today.sum()
    limits = om.Limits(
        channels={"radio": om.Limit(min=1.01 * float(now.filter(like="radio").sum()))},
        geos={"geo 1": om.Limit(max=0.9 * float(now["radio (geo 1)"]))},
        channels_in_geos={"radio": {"geo 2": om.Limit(lock=True)}},
        teams={"brand": om.Limit(max=float(now["tv"]))},
    )
    found = om.optimize_budget(posterior, by="geo", weeks=4, limits=limits, outlook=FEW, progress=False)
    spend = found.spend.sum()
    assert spend.filter(like="radio").sum() >= 1.01 * now.filter(like="radio").sum() - 0.05
    assert spend["radio (geo 1)"] <= 0.9 * now["radio (geo 1)"] + 0.05
    assert spend["radio (geo 2)"] == pytest.approx(now["radio (geo 2)"], abs=0.05)
    assert "geo 1" in found.today_breaks["limits"]


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"geos": {"geo 9": om.Limit(max=1.0)}}, "'geo 9' is no geo of this fit"),
        ({"channels_in_geos": {"tv": {"geo 1": om.Limit(max=1.0)}}}, "'tv' is national"),
        ({"channels_in_geos": {"radoi": {"geo 1": om.Limit(max=1.0)}}}, "did you mean 'radio'"),
        ({"channels": {"radio": om.Limit(weekly_min=1.0)}}, "give it in `channels_in_geos`"),
    ],
)
def test_limits_that_no_plan_by_geo_can_read_are_refused(
    posterior: GeoPosterior, limits: dict[str, Any], told: str
) -> None:
    with pytest.raises(om.BudgetError, match=told):
        om.optimize_budget(posterior, by="geo", weeks=4, limits=om.Limits(**limits), outlook=FEW, progress=False)


def test_limits_by_geo_need_a_plan_by_geo(posterior: GeoPosterior) -> None:
    with pytest.raises(om.BudgetError, match="by='geo'"):
        om.optimize_budget(posterior, weeks=4, limits=om.Limits(geos={"geo 1": om.Limit(max=1.0)}), progress=False)
    with pytest.raises(om.SpecError, match="geo 'geo 1': `flights` is for channels only"):
        om.Limits(geos={"geo 1": om.Limit(flights=[("2026-01-05", "2026-02-01")])})
    with pytest.raises(om.ArgumentError, match="channels_in_geos"):
        om.Limits(channels_in_geos={"radio": om.Limit(max=1.0)})  # type: ignore[dict-item]


def test_a_plan_by_geo_of_a_fit_without_geos_is_refused(small_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="this one has none"):
        om.optimize_budget(small_posterior, by="geo", allow_unconverged=True, progress=False)


def test_separate_budgets_of_geos_keep_what_each_spends_today_and_cost_what_joint_money_brings_more(
    posterior: GeoPosterior,
) -> None:
    found = om.silo_cost(posterior, between="geo", weeks=4, outlook=FEW, progress=False)
    assert list(found.budgets.index) == list(posterior.geos)
    for name in ("silos", "own_budgets"):
        plan = found.plans[name]
        for geo in posterior.geos:
            own = [c for c in plan if c.endswith(f"({geo})")]
            assert plan[own].sum().sum() == pytest.approx(found.budgets.loc[geo, "today"], rel=1e-3)
        assert plan["tv"].sum() == pytest.approx(found.plans["today"]["tv"].sum(), rel=1e-3)  # national: as it is
    totals = [plan.to_numpy().sum() for plan in found.plans.values()]
    np.testing.assert_allclose(totals, totals[0], rtol=1e-3)
    rows = found.table().set_index("part")["mean"]
    assert rows["silo_cost"] == pytest.approx(rows["wrong_split"] + rows["wrong_goal"], abs=1e-6 * totals[0])
    assert rows["silo_cost"] >= -1e-3 * totals[0]  # joint money can do whatever separate money does
    assert "regio" in found.sentence("nl")
    assert found.between == "geo"


def test_teams_of_several_geos_may_decide_by_geo_too(posterior: GeoPosterior) -> None:
    found = om.silo_cost(posterior, by="geo", weeks=4, outlook=FEW, progress=False)
    assert list(found.budgets.index) == ["brand", "sales"]
    assert "radio (geo 1)" in found.plans["joint"]


def test_separate_budgets_are_those_of_teams_or_geos(posterior: GeoPosterior) -> None:
    with pytest.raises(om.BudgetError, match=r"between is 'team' or 'geo', not 'geos'; did you mean 'geo'"):
        om.silo_cost(posterior, between="geos", progress=False)
    with pytest.raises(om.OmnimixError, match="is one geo of a fit of several"):
        om.silo_cost(posterior.of("geo 1"), between="geo", progress=False)
