"""Forecasts beside what happened, drawn."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes

import omnimix as om
from tests.backtests.made import HORIZON, made_backtest


def test_every_outcome_has_axes_and_a_stage_can_be_asked_for() -> None:
    found = made_backtest()
    axes = found.plot()
    assert isinstance(axes, np.ndarray)
    assert len(axes) == 2
    assert isinstance(om.plot.backtest(found, outcome="visits"), Axes)
    assert isinstance(made_backtest(outcomes=("sales",)).plot(), Axes)


def test_the_title_says_how_many_weeks_the_interval_held_and_the_line_under_it_how_far_off() -> None:
    found = made_backtest(outcomes=("sales",))
    one = om.plot.backtest(found)
    assert f"{found.by_outcome['coverage_90'].iloc[0]:.0%} of the weeks of sales" in one._left_title.get_text()
    told = " ".join(text.get_text() for text in one.texts).replace("\n", " ")
    assert "WAPE" in told
    assert "what was then spent" in told


def test_every_fold_is_drawn_and_named_once() -> None:
    one = om.plot.backtest(made_backtest(outcomes=("sales",)))
    observed = [line for line in one.lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in observed] == [HORIZON] * 2
    _, labels = one.get_legend_handles_labels()
    assert len(labels) == len(set(labels)) == 4


def test_an_outcome_that_is_not_there_is_refused() -> None:
    with pytest.raises(om.OmnimixError, match="did you mean 'store_sales'"):
        om.plot.backtest(made_backtest(), outcome="store_sale")
