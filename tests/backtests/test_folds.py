"""Where folds begin and end, and what is said where there is none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.backtests.folds import LEAST_TRAINING, require_settings, split


def panel(weeks: int, *, empty: tuple[int, ...] = ()) -> om.Panel:
    sales = np.arange(weeks, dtype=float)
    sales[list(empty)] = np.nan
    index = pd.date_range("2020-01-06", periods=weeks, freq="7D", name="week")
    return om.Panel(pd.DataFrame({"tv": 1.0 + np.arange(weeks), "sales": sales}, index=index))


@pytest.mark.parametrize("folds", [1, 2, 4])
@pytest.mark.parametrize(("horizon", "every"), [(13, 13), (13, 4), (4, 13)])
def test_folds_are_in_order_and_the_last_ends_with_the_data(folds: int, horizon: int, every: int) -> None:
    table = panel(180)
    found = split(table, ["sales"], folds=folds, horizon=horizon, every=every)
    assert [s.number for s in found] == list(range(1, folds + 1))
    assert found[-1].ahead[-1] == table.weeks[-1]
    for one in found:
        assert len(one.ahead) == horizon
        assert one.ahead[0] == one.origin + pd.Timedelta(weeks=1)
        assert one.weeks == table.weeks.get_loc(one.origin) + 1 >= LEAST_TRAINING
    gaps = {(b.origin - a.origin).days for a, b in pairwise(found)}
    assert gaps <= {7 * every}


def test_every_week_is_predicted_once_where_origins_lie_a_horizon_apart() -> None:
    weeks = [w for s in split(panel(170), ["sales"], folds=4, horizon=13, every=13) for w in s.ahead]
    assert len(weeks) == len(set(weeks)) == 52


def test_weeks_without_an_outcome_at_either_end_are_neither_learned_from_nor_predicted() -> None:
    table = panel(150, empty=(*range(20), 148, 149))
    (one,) = split(table, ["sales"], folds=1, horizon=13, every=13)
    assert one.ahead[-1] == table.weeks[147]
    assert one.weeks == 148 - 20 - 13


def test_too_short_data_are_refused_with_the_weeks_that_are_needed() -> None:
    with pytest.raises(om.DataError, match=r"needs 117 weeks .* there are 116 .*at most 12 weeks"):
        split(panel(116), ["sales"], folds=4, horizon=13, every=13)
    with pytest.raises(om.DataError, match=r"there are 90 \(2020-01-06 to 2021-09-20\)\. Give more weeks"):
        split(panel(90), ["sales"], folds=1, horizon=4, every=4)
    assert len(split(panel(117), ["sales"], folds=4, horizon=13, every=13)) == 1


def test_everything_wrong_with_the_numbers_is_told_at_once() -> None:
    with pytest.raises(om.OmnimixError, match=r"`folds` .* not 0; `horizon` .* not 105; `every` .* not 0"):
        require_settings(0, 105, 0)
