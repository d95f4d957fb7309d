"""A plain regression that is worth being held against."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.backtests.ridge import ridge
from omnimix.backtests.scores import wape
from omnimix.backtests.seasonal_naive import seasonal_naive

FUNNEL = om.Funnel(channels=["tv", "search"], outcomes=["sales"], controls=["price"])
HORIZON = 13


def world(seed: int, weeks: int = 143) -> pd.DataFrame:
    """Sales grow, have a season and follow media and price; last year's weeks know none of the growth."""
    generator = np.random.default_rng(seed)
    index = pd.date_range("2021-01-04", periods=weeks, freq="7D", name="week")
    at = np.arange(weeks)
    tv = np.where(generator.random(weeks) < 0.4, generator.gamma(4.0, 500.0, weeks), 0.0)
    search, price = generator.gamma(9.0, 80.0, weeks), generator.normal(10.0, 0.5, weeks)
    carried = np.convolve(tv, 0.6 ** np.arange(12))[:weeks]
    sales = 900 + 2.5 * at + 60 * np.sin(2 * np.pi * at / 52.18) + 120 * np.log1p(carried / 2_000) - 60 * (price - 10)
    noise = generator.normal(0, 15, weeks)
    return pd.DataFrame({"tv": tv, "search": search, "price": price, "sales": sales + noise}, index=index)


@pytest.mark.parametrize("seed", range(5))
def test_it_beats_last_year_where_there_is_something_to_learn(seed: int) -> None:
    frame = world(seed)
    origin, ahead = frame.index[-HORIZON - 1], frame.index[-HORIZON:]
    observed = frame["sales"].loc[ahead].to_numpy()
    told = ridge(FUNNEL, frame, "sales", origin, HORIZON)
    naive, _ = seasonal_naive(frame["sales"].loc[:origin], ahead)
    assert told.shape == (HORIZON,)
    assert wape(observed, told) < 0.06 < wape(observed, naive)


def test_what_comes_after_the_origin_teaches_it_nothing() -> None:
    frame = world(1)
    origin = frame.index[-HORIZON - 1]
    other = frame.copy()
    other.loc[other.index > origin, "sales"] *= 7
    before = ridge(FUNNEL, frame, "sales", origin, HORIZON)
    np.testing.assert_array_equal(before, ridge(FUNNEL, other, "sales", origin, HORIZON))
    longer = pd.concat([frame, world(2).set_axis(frame.index + pd.Timedelta(weeks=len(frame)))])
    np.testing.assert_array_equal(before, ridge(FUNNEL, longer, "sales", origin, HORIZON))


def test_spend_and_controls_ahead_are_used_and_scales_come_from_the_past() -> None:
    """A price ten times as far out moves the forecast ten times as far: its scale was learned before."""
    frame = world(3)
    origin = frame.index[-HORIZON - 1]
    moved = []
    for far in (0.0, 1.0, 10.0):
        changed = frame.copy()
        changed.loc[changed.index > origin, "price"] = 10.0 + far
        moved.append(ridge(FUNNEL, changed, "sales", origin, HORIZON))
    np.testing.assert_allclose(moved[2] - moved[0], 10 * (moved[1] - moved[0]), rtol=1e-6)
    assert (moved[1] < moved[0] - 20).all()


def test_another_currency_and_unit_change_nothing() -> None:
    frame = world(4)
    origin = frame.index[-HORIZON - 1]
    other = frame.assign(tv=1_000 * frame["tv"], search=1_000 * frame["search"], sales=50 * frame["sales"])
    once, again = (ridge(FUNNEL, f, "sales", origin, HORIZON) for f in (frame, other))
    np.testing.assert_allclose(again, 50 * once, rtol=1e-8)


def test_empty_weeks_and_holidays_and_a_channel_that_begins_later_are_no_trouble() -> None:
    frame = world(5)
    frame.iloc[[3, 40, 41], frame.columns.get_loc("sales")] = np.nan
    frame.iloc[:-HORIZON, frame.columns.get_loc("search")] = 0.0
    funnel = om.Funnel(channels=["tv", "search"], outcomes=["sales"], controls=["price"], holidays="NL")
    assert np.isfinite(ridge(funnel, frame, "sales", frame.index[-HORIZON - 1], HORIZON)).all()
