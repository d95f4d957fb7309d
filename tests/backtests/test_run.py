"""A small real backtest, and what may not leak into it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.errors import OmnimixError
from tests.conftest import small_frame, small_funnel
from tests.fits import seed

SETTINGS: dict[str, Any] = {"folds": 2, "horizon": 13, "draws": 60, "tune": 80, "chains": 2, "progress": False}
WEEKS = 130


def panel(frame: pd.DataFrame | None = None) -> om.Panel:
    return om.Panel(small_frame(weeks=WEEKS) if frame is None else frame)


@pytest.fixture(scope="module")
def found() -> om.Backtest:
    return om.backtest(small_funnel(), panel(), seed=seed(4), plans=True, **SETTINGS)


def test_every_fold_forecasts_its_weeks(found: om.Backtest) -> None:
    assert [f.weeks for f in found.folds] == [104, 117]
    assert all(f.fitted for f in found.folds)
    table = found.table()
    assert list(table["horizon"]) == [4, 8, 13] * 2
    assert (table["weeks"] == table["horizon"]).all()
    assert table["wape"].between(0, 0.2).all()
    assert table[["coverage_50", "coverage_80", "coverage_90"]].diff(axis=1).iloc[:, 1:].ge(0).all(axis=None)
    observed = found.weekly.set_index("week")["observed"]
    np.testing.assert_array_equal(observed, small_frame(weeks=WEEKS)["sales"].loc[observed.index])


def test_it_says_how_far_returns_and_the_best_plan_moved(found: om.Backtest) -> None:
    moved = found.stability()
    assert moved["channel"].tolist() == ["tv", "search", "all_media"]
    assert (moved["weeks_added"] == 13).all()
    channels = moved[moved["channel"] != "all_media"]
    assert channels["plan_share"].sum() == pytest.approx(1.0)


def test_the_future_changes_nothing_of_a_forecast_but_what_was_spent_in_it(found: om.Backtest) -> None:
    """Sales of the last weeks are seven times what they were: forecasts and plain forecasts stand as they stood."""
    frame = small_frame(weeks=WEEKS)
    frame.loc[frame.index[-13:], "sales"] *= 7
    again = om.backtest(small_funnel(), panel(frame), seed=seed(4), **SETTINGS)
    same = ["mean", "median", "lower_90", "upper_90", "seasonal_naive", "ridge"]
    pd.testing.assert_frame_equal(found.weekly[same], again.weekly[same])
    scales = [b.returns[["median", "sd"]] for b in (found, again)]
    pd.testing.assert_frame_equal(*scales)
    assert again.weekly["observed"].iloc[-1] == pytest.approx(7 * found.weekly["observed"].iloc[-1])


def test_a_fit_is_given_the_weeks_up_to_its_origin_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import omnimix.model

    given: list[pd.DatetimeIndex] = []

    def spy(_: om.Funnel, table: om.Panel, **__: object) -> om.Posterior:
        given.append(table.weeks)
        raise OmnimixError("not today")

    monkeypatch.setattr(omnimix.model, "fit", spy)
    with pytest.raises(om.FitError, match=r"no fold .* fold 1 up to 2023-12-25: not today; fold 2"):
        om.backtest(small_funnel(), panel(), seed=1, **SETTINGS)
    assert [len(w) for w in given] == [104, 117]


def test_a_fold_before_a_channel_began_is_fitted_without_it_and_says_so() -> None:
    frame = small_frame(weeks=WEEKS)
    frame.loc[frame.index[:108], "search"] = 0.0
    found = om.backtest(small_funnel(), panel(frame), seed=seed(4), **SETTINGS)
    assert [f.left_out for f in found.folds] == [("search",), ()]
    assert set(found.weekly["fold"]) == {1, 2}
    told = next(f for f in found.findings if f.name == "left_out_of_fold")
    assert "search" in told.message
    assert found.stability()["channel"].tolist() == ["tv", "all_media"]


def test_a_fold_that_cannot_be_fitted_is_told_and_the_others_stand() -> None:
    frame = small_frame(weeks=WEEKS)
    frame.loc[frame.index[:108], ["search", "tv"]] = 0.0
    found = om.backtest(small_funnel(), panel(frame), seed=seed(4), **SETTINGS)
    assert [f.fitted for f in found.folds] == [False, True]
    assert set(found.weekly["fold"]) == {2}
    assert "fold_not_fitted" in {f.name for f in found.findings}
    assert "1 could not be made" in found.sentences()["failed"]


def test_fewer_folds_than_asked_are_told(found: om.Backtest) -> None:
    more = om.backtest(small_funnel(), panel(), seed=seed(4), **{**SETTINGS, "folds": 3, "draws": 20, "tune": 30})
    assert [f.weeks for f in more.folds] == [104, 117]
    assert "fewer_folds" in {f.name for f in more.findings}
    assert "fewer_folds" not in {f.name for f in found.findings}


def test_data_that_cannot_be_fitted_and_slips_are_refused_before_any_fit() -> None:
    with pytest.raises(om.DataError, match="needs 117 weeks"):
        om.backtest(small_funnel(), om.Panel(small_frame(weeks=110)))
    with pytest.raises(om.DataError, match="price"):
        om.backtest(small_funnel(), panel(small_frame(weeks=WEEKS).drop(columns="price")))
    with pytest.raises(om.OmnimixError, match="`folds`"):
        om.backtest(small_funnel(), panel(), folds=0)
    with pytest.raises(om.ArgumentError, match="other way round"):
        om.backtest(panel(), small_funnel())  # type: ignore[arg-type]


def test_the_last_weeks_without_an_outcome_are_not_forecast() -> None:
    frame = small_frame(weeks=WEEKS)
    frame.loc[frame.index[-5:], "sales"] = np.nan
    found = om.backtest(small_funnel(), panel(frame), seed=seed(4), **{**SETTINGS, "folds": 1, "horizon": 4})
    assert found.weekly["week"].max() == frame.index[-6]
    assert found.weekly["observed"].notna().all()
