"""The baseline's design: one coding for training weeks and future weeks, scales that an outlier does not move."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.mechanics import design, fit_scaling
from omnimix.mechanics.scaling import typical_week
from tests.conftest import small_frame, small_funnel


def test_the_coding_of_training_weeks_does_not_depend_on_which_weeks_are_asked() -> None:
    funnel, panel = small_funnel(holidays="NL"), om.Panel(small_frame())
    scaling = fit_scaling(funnel, panel)
    whole = design(funnel, scaling, scaling.weeks, panel.frame)
    part = design(funnel, scaling, scaling.weeks[40:60], panel.frame)
    assert whole.terms == part.terms
    np.testing.assert_allclose(whole.matrix[40:60], part.matrix, atol=1e-12)


def test_after_the_last_knot_the_level_stays_and_the_trend_goes_on() -> None:
    funnel, panel = small_funnel(), om.Panel(small_frame())
    scaling = fit_scaling(funnel, panel)
    future = pd.date_range(scaling.weeks[-1], periods=30, freq="7D", name="week")
    ahead = design(funnel, scaling, future, None)
    level = [k for k, g in enumerate(ahead.groups) if g == "level"]
    np.testing.assert_allclose(ahead.matrix[:, level], np.tile(ahead.matrix[0, level], (30, 1)), atol=1e-12)
    trend = ahead.matrix[:, ahead.groups.index("trend")]
    np.testing.assert_allclose(np.diff(trend), np.diff(trend)[0])


def test_level_and_controls_are_centred_on_the_data_window() -> None:
    funnel, panel = small_funnel(), om.Panel(small_frame())
    scaling = fit_scaling(funnel, panel)
    whole = design(funnel, scaling, scaling.window_weeks, panel.frame)
    for k, group in enumerate(whole.groups):
        if group in ("level", "control", "trend"):
            assert whole.matrix[:, k].mean() == pytest.approx(0.0, abs=1e-9)


def test_an_outlier_week_does_not_move_the_exposure_scale() -> None:
    frame = small_frame()
    before = fit_scaling(small_funnel(), om.Panel(frame)).typical_exposure["search"]
    frame.loc[frame.index[50], "search"] *= 10
    assert fit_scaling(small_funnel(), om.Panel(frame)).typical_exposure["search"] == pytest.approx(before, rel=0.05)


def test_weeks_after_the_last_outcome_are_no_training_weeks() -> None:
    frame = small_frame()
    frame.loc[frame.index[-6:], "sales"] = np.nan
    scaling = fit_scaling(small_funnel(), om.Panel(frame))
    assert scaling.weeks[-1] == frame.index[-7]


def test_a_plan_without_its_controls_is_refused() -> None:
    funnel, panel = small_funnel(), om.Panel(small_frame())
    scaling = fit_scaling(funnel, panel)
    with pytest.raises(om.DataError, match="price"):
        design(funnel, scaling, scaling.weeks, panel.frame.drop(columns="price"))
    empty = panel.frame.copy()
    empty.loc[empty.index[3], "price"] = np.nan
    with pytest.raises(om.DataError, match="2022-01-24"):
        design(funnel, scaling, scaling.weeks, empty)


def test_left_overs_of_invoicing_are_no_running_weeks() -> None:
    generator = np.random.default_rng(2)
    bursts = np.where(generator.random(130) < 0.3, generator.gamma(9.0, 3_000.0, 130), 0.0)
    left_over = np.where((bursts == 0) & (generator.random(130) < 0.8), generator.uniform(5, 40, 130), 0.0)
    assert typical_week(bursts + left_over) == pytest.approx(typical_week(bursts), rel=0.05)
    assert typical_week(bursts) == pytest.approx(np.median(bursts[bursts > 0]), rel=0.1)


def test_what_is_silent_or_constant_in_the_data_window_is_refused_whatever_its_history() -> None:
    frame = small_frame()
    frame.loc[frame.index[:30], "sales"] = np.nan
    frame.loc[frame.index[27:], "tv"] = 0.0
    frame.loc[frame.index[30:], "price"] = 10.0
    with pytest.raises(om.DataError) as refused:
        fit_scaling(small_funnel(), om.Panel(frame))
    assert "channel `tv` does not run in the data window 2022-08-01" in str(refused.value)
    assert "control `price` does not change" in str(refused.value)
