"""A test in some markets: what it did is found, and nothing is found where nothing was done."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.errors import DataError, SpecError
from omnimix.geo_tests import METHODS
from tests.geo_tests.made_markets import COMMON, END, START, markets, without

PAIR = ["m00", "m01"]


@pytest.mark.parametrize("method", METHODS)
def test_a_lift_that_was_put_in_is_found(method: str) -> None:
    table = markets(lift=0.1)
    found = om.analyze_test(table, treated=PAIR, **COMMON, method=method)
    assert found.effect["lower"] < without(table, 0.1) < found.effect["upper"]
    assert found.effect["mean"] == pytest.approx(without(table, 0.1), rel=0.35)
    assert found.p_value < 0.05
    assert found.lift_share == pytest.approx(0.1, abs=0.035)
    assert found.weeks == 8
    assert found.per_week * 8 == pytest.approx(found.effect["mean"])
    assert found.pre_fit > 0.8


def test_a_panel_of_geos_is_read_as_its_table() -> None:
    table = markets(lift=0.1)
    from_panel = om.analyze_test(om.Panel(table, geo="geo"), treated=PAIR, **COMMON)
    from_table = om.analyze_test(table, treated=PAIR, **COMMON)
    assert from_panel.effect == pytest.approx(from_table.effect)


def test_no_chance_is_told_as_none_at_all() -> None:
    found = om.analyze_test(markets(lift=3.0), treated=PAIR, **COMMON)
    assert found.p_value < 0.005
    for language in ("en", "nl"):
        assert "<1%" in found.sentence(language)
        assert " 0%" not in found.sentence(language)


@pytest.mark.parametrize("method", METHODS)
def test_nine_in_ten_intervals_hold_a_test_that_does_nothing(method: str) -> None:
    held = []
    for seed in range(60):
        found = om.analyze_test(markets(seed, noise=0.05), treated=PAIR, **COMMON, method=method)
        held.append(found.effect["lower"] <= 0 <= found.effect["upper"])
    assert np.mean(held) >= 0.78  # 0.9, within three standard errors of sixty


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(4))
def test_interval_and_p_value_say_one_thing(method: str, seed: int) -> None:
    found = om.analyze_test(markets(seed, lift=0.02 * seed), treated=PAIR, **COMMON, method=method)
    assert found.effect["lower"] <= found.effect["mean"] <= found.effect["upper"]
    leaves_out = not found.effect["lower"] <= 0 <= found.effect["upper"]
    assert leaves_out == (found.p_value < 0.1)


@pytest.mark.parametrize("method", METHODS)
def test_other_units_and_another_order_change_nothing(method: str) -> None:
    table = markets(lift=0.05)
    one = om.analyze_test(table, treated=PAIR, **COMMON, method=method)
    cents = table.assign(sales=100 * table["sales"]).iloc[::-1]
    other = om.analyze_test(cents, treated=PAIR[::-1], **COMMON, method=method)
    assert other.effect["mean"] == pytest.approx(100 * one.effect["mean"], rel=1e-6)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-3)


def test_a_synthetic_control_has_no_weight_below_nothing(shared: om.GeoTest) -> None:
    assert (shared.controls >= 0).all()
    assert shared.controls.sum() > 0


@pytest.fixture
def shared() -> om.GeoTest:
    return om.analyze_test(markets(lift=0.08), treated=PAIR, **COMMON, channels="tv", scale=1.5)


def test_the_rows_add_up_to_the_effect(shared: om.GeoTest) -> None:
    counted = shared.rows[shared.rows["part"] != "before"]
    assert counted["effect"].sum() == pytest.approx(shared.effect["mean"])
    np.testing.assert_allclose(counted["observed"] - counted["expected"], counted["effect"])
    assert (shared.rows["part"] == "before").sum() == 52


def test_a_result_is_ready_as_evidence(shared: om.GeoTest) -> None:
    one = shared.experiment
    assert (one.channels, one.geos, one.scale, one.metric) == (("tv",), ("m00", "m01"), 1.5, "increment")
    assert one.value == pytest.approx(shared.effect["mean"])
    assert one.standard_error == pytest.approx((shared.effect["upper"] - shared.effect["lower"]) / 3.2897, rel=1e-3)
    off = om.analyze_test(markets(lift=-0.1), treated=PAIR, **COMMON, channels="tv", scale=0.0).experiment
    assert off.value > 0  # what the money brought that was taken away
    with pytest.raises(SpecError, match="give `channels` and `scale`"):
        _ = om.analyze_test(markets(), treated=PAIR, **COMMON).experiment


def test_power_is_what_tests_with_a_lift_find() -> None:
    lift, found, told = 0.03, [], []
    for seed in range(150):
        result = om.analyze_test(markets(seed, lift=lift, noise=0.05), treated=PAIR, **COMMON, method="did")
        found.append(result.p_value < 0.1)
        told.append(float(result.power([lift])["power"].iloc[0]))
    assert 0.2 < np.mean(found) < 0.95
    assert np.mean(told) == pytest.approx(np.mean(found), abs=0.13)  # three standard errors


def test_power_grows_with_the_lift(shared: om.GeoTest) -> None:
    power = shared.power()["power"]
    assert power.is_monotonic_increasing
    assert power.iloc[-1] > 0.99


def test_money_is_told_as_what_was_added(tmp_path: Path) -> None:
    table = markets(lift=0.1)
    tested = table["geo"].isin(PAIR) & (table["week"] >= START)
    found = om.analyze_test(table.assign(cost=np.where(tested, 50.0, 0.0)), treated=PAIR, **COMMON, spend="cost")
    assert found.incremental_spend == pytest.approx(50.0 * 16)
    assert found.roas == pytest.approx(found.effect["mean"] / 800)


def test_files_and_other_names_say_the_same(tmp_path: Path) -> None:
    table = markets(lift=0.05)
    other = table.rename(columns={"geo": "region", "week": "date", "sales": "Y"})
    other.to_csv(tmp_path / "geo.csv", index=False)
    one = om.analyze_test(table, treated=PAIR, **COMMON)
    two = om.analyze_test(
        tmp_path / "geo.csv", treated=PAIR, start=START, end=END, outcome="Y", geo="region", week="date"
    )
    assert two.effect["mean"] == pytest.approx(one.effect["mean"])


def test_days_are_read_as_weeks_are() -> None:
    table = markets(lift=0.1, step=1, rows=420)
    found = om.analyze_test(table, treated=PAIR, **COMMON)
    assert found.weeks == 8
    assert found.effect["lower"] < without(table, 0.1) < found.effect["upper"]


def refused(table: pd.DataFrame, *, treated: list[str] = PAIR, **changes: object) -> str:
    with pytest.raises(DataError) as told:
        om.analyze_test(table, treated=treated, **{**COMMON, **changes})
    return str(told.value)


def test_a_treated_market_that_no_other_is_like_is_refused_but_for_a_slope() -> None:
    table = markets()
    table.loc[table["geo"] == "m00", "sales"] *= 12
    assert "'m00' is more than 2 times as large" in refused(table)
    assert om.analyze_test(table, treated=PAIR, **COMMON, method="tbr").p_value > 0.01


def test_markets_that_do_not_move_together_are_refused() -> None:
    table = markets()
    generator = np.random.default_rng(0)
    own = (table["geo"].isin(PAIR)).to_numpy()
    table.loc[own, "sales"] = 400 * np.exp(generator.normal(0, 0.5, own.sum()))
    assert "do not foretell the treated ones" in refused(table)


def test_markets_that_left_the_others_before_the_test_are_refused() -> None:
    table = markets(noise=0.01)
    left = table["geo"].isin(PAIR) & (table["week"] >= "2024-11-04")
    table.loc[left, "sales"] *= 1.5
    assert "left the others before the test began" in refused(table)


def test_treated_and_controls_that_are_mixed_up_are_named() -> None:
    table = markets(lift=0.5, treated=["m05"])
    assert "'m05' changed at the start of the test" in refused(table)
    assert "mixed up" in refused(table, treated=["m05", "m05"])


def test_everything_wrong_with_markets_and_days_is_told_at_once() -> None:
    told = refused(markets(count=7), treated=["m00", "m9"], start="2024-01-15", end="2026-01-01")
    for text in ("no market 'm9'", "the table holds", "before the test, and at least"):
        assert text in told
    assert "Only 5 markets had no test" in refused(markets(count=7))


def test_everything_wrong_with_a_table_is_told_with_its_rows() -> None:
    table = markets()
    table["sales"] = table["sales"].astype(object)
    table.loc[3, "sales"] = "many"
    table.loc[5, "sales"] = None
    told = refused(table)
    assert "no number in row 4, such as 'many'" in told
    assert "is empty in row 6" in told
    assert "did you mean 'sales'?" in refused(markets(), outcome="sale")
    assert "another row holds too" in refused(pd.concat([markets(), markets().head(1)]))
    assert "one row a market" in refused(om.Panel(markets().query("geo == 'm00'").drop(columns="geo")))  # type: ignore[arg-type]


def test_days_without_rows_are_told_in_small_markets_and_refused_in_others() -> None:
    table = markets()
    size = table.groupby("geo")["sales"].mean().sort_values()
    small, large = str(size.index[0]), str(size.index[-1])
    pair = [str(g) for g in size.index[6:8]]
    gone = table[~((table["geo"] == small) & (table["week"] == "2024-05-06"))]
    (note,) = om.analyze_test(gone, treated=pair, **COMMON).notes
    assert note.name == "absent_rows"
    assert small in note.message
    assert f"'{large}' have no row" in refused(table[~((table["geo"] == large) & (table["week"] == "2024-05-06"))])
