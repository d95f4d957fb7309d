"""Stretches of weeks in which effects are the same."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.mechanics import fit_scaling
from omnimix.mechanics.periods import period_of, periods, require_periods
from tests.conftest import small_frame


def _weeks(count: int) -> pd.DatetimeIndex:
    return pd.date_range("2023-01-02", periods=count, freq="7D", name="week")


def _funnel(change: str | None = "half_year") -> om.Funnel:
    return om.Funnel(channels=["tv", "search"], outcomes=["sales"], effects_change=change)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [52, 60, 64, 65, 78, 90, 91, 160])
@pytest.mark.parametrize(("change", "size"), [("half_year", 26), ("year", 52)])
def test_periods_follow_one_another_and_none_is_shorter_than_half(count: int, change: str, size: int) -> None:
    found = periods(_funnel(change), _weeks(count))
    assert found[0].first == 0
    assert found[-1].stop == count
    assert all(one.stop == other.first for one, other in itertools.pairwise(found))
    assert all(size / 2 <= p.stop - p.first < 1.5 * size for p in found)


def test_periods_stay_where_they_are_when_weeks_are_added() -> None:
    before = [p.name for p in periods(_funnel(), _weeks(80))]
    for more in range(81, 140):
        assert [p.name for p in periods(_funnel(), _weeks(more))][: len(before)] == before


def test_earlier_weeks_have_the_first_period_and_later_ones_the_latest() -> None:
    window, found = _weeks(78), periods(_funnel(), _weeks(78))
    around = pd.date_range(window[0] - pd.Timedelta(weeks=9), periods=110, freq="7D")
    held = period_of(found, around)
    assert (held[:9] == 0).all()
    assert (held[9 + 78 :] == 2).all()
    np.testing.assert_array_equal(held[9 : 9 + 78], np.repeat([0, 1, 2], 26))


def test_effects_that_never_change_have_no_periods() -> None:
    assert periods(_funnel(None), _weeks(100)) == ()
    require_periods(_funnel(None), _weeks(3))


def test_too_few_weeks_are_refused_with_what_to_do() -> None:
    with pytest.raises(om.DataError, match=r"takes 104 weeks.*the table has 60 .*take 'half_year' or leave"):
        require_periods(_funnel("year"), _weeks(60))
    with pytest.raises(om.DataError, match=r"takes 52 weeks.*has 40.*leave effects_change out") as caught:
        fit_scaling(_funnel(), om.Panel(small_frame(weeks=40)))
    assert "'half_year' or" not in str(caught.value)
