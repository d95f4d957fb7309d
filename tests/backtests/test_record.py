"""What a backtest says of itself."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import omnimix as om
from omnimix.rows.backtests import backtest_rows
from omnimix.rows.json_file import plain
from omnimix.words import LANGUAGES
from tests.backtests.made import HORIZON, made_backtest

COLUMNS = {
    "fold", "origin", "outcome", "horizon", "crps", "crps_units", "wape", "coverage_50", "coverage_80", "coverage_90",
    "total_error", "total_inside", "seasonal_naive_wape", "ridge_wape",
}  # fmt: skip


def test_the_table_has_a_row_a_fold_outcome_and_horizon() -> None:
    table = made_backtest().table()
    assert set(table.columns) >= COLUMNS
    assert len(table) == 2 * 3 * 2
    assert set(table["horizon"]) == {4, HORIZON}
    np.testing.assert_allclose(table["wape"], 0.05, atol=0.01)
    np.testing.assert_allclose(table["total_error"], 0.05, atol=0.01)
    np.testing.assert_allclose(table["seasonal_naive_wape"], 0.1)


def test_the_scores_of_all_weeks_leave_stages_out_and_count_outcomes_once() -> None:
    found = made_backtest()
    assert list(found.by_outcome["outcome"]) == ["online_sales", "store_sales", "visits"]
    own = found.by_outcome[found.by_outcome["outcome"].isin(found.outcomes)]
    assert found.overall["wape"] == pytest.approx(own["wape"].mean())
    assert found.overall["ridge_wape"] == pytest.approx(0.04)


def test_a_record_stays_as_it_is() -> None:
    found = made_backtest()
    taken = found.table()
    taken["wape"] = 0.0
    assert (found.table()["wape"] > 0).all()
    with pytest.raises(FrozenInstanceError):
        found.horizon = 3  # type: ignore[misc]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_its_sentence_with_its_figures(language: str) -> None:
    said = made_backtest().sentences(language)
    assert list(said) == ["online_sales", "store_sales", "steady"]
    for name in ("online_sales", "store_sales"):
        assert "10" in said[name]
        assert "90%" in said[name]
        assert "{" not in said[name]


def test_a_forecast_no_better_than_last_year_says_so_and_is_a_finding() -> None:
    poor, good = made_backtest(error=12.0), made_backtest(error=1.0)
    assert "would have been no worse" in poor.sentences()["online_sales"]
    assert {f.name for f in poor.findings} >= {"worse_than_last_year", "forecasts_too_sure"}
    assert not good.findings
    assert "better" not in good.sentences()["online_sales"]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(om.OmnimixError, match="language"):
        made_backtest().sentences("de")


def test_a_move_within_its_uncertainty_is_told_apart_from_one_beyond_it() -> None:
    steady = made_backtest(roas=(1.0, 1.1))
    noise = made_backtest(roas=(1.0, 1.3), sd=0.5)
    beyond = made_backtest(roas=(1.0, 1.3), sd=0.1)
    assert not steady.stability()["marked"].any()
    assert noise.stability()["marked"].all()
    assert "no channel's ROAS" in steady.sentences()["steady"]
    assert "within the uncertainty" in noise.sentences()["steady"]
    assert "caution" in beyond.sentences()["steady"]
    assert beyond.stability()["move_in_sds"].to_numpy() == pytest.approx([3.0])


def test_one_fold_has_nothing_to_compare() -> None:
    found = made_backtest(folds=1)
    assert found.stability().empty
    assert "steady" not in found.sentences()
    assert found.sentences()["online_sales"].startswith("In one forecast")


def test_a_fold_that_did_not_converge_counts_and_is_told() -> None:
    found = made_backtest(unsound=1)
    assert "fold_not_converged" in {f.name for f in found.findings}
    assert "1 of the 2 forecasts" in found.sentences()["unsettled"]
    assert set(found.table()["fold"]) == {1, 2}


def test_card_and_prompt_show_scores_and_findings() -> None:
    found = made_backtest(error=12.0, unsound=1)
    for shown in (repr(found), found._repr_html_()):
        assert "online sales" in shown
        assert "2 of 2 forecasts of 6 weeks" in shown
        assert "did not converge" in shown


def test_rows_hold_what_the_record_holds() -> None:
    found = made_backtest()
    told = plain(backtest_rows(found, "nl"))
    assert told["schema"] == 1
    assert set(told["overall"]) >= {"crps", "wape", "coverage_90", "seasonal_naive_wape", "ridge_wape"}
    assert [f["fold"] for f in told["folds"]] == [1, 2]
    assert told["folds"][0]["wape"] == pytest.approx(0.05, abs=0.01)
    assert len(told["folds"][0]["scores"]) == 6
    assert [r["stage"] for r in told["outcomes"]] == [False, False, True]
