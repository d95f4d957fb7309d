"""Tables by week that a verb is given beside a fit: numbers by week, or a message that says what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.effects.by_week import by_week

WEEKS = pd.date_range("2024-01-01", periods=3, freq="7D", name="week")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"week": WEEKS, "tv": [1, "much", 2]}, "`tv` holds the text 'much' in week 2024-01-08"),
        ({"week": WEEKS, "tv": [1, [2], 2]}, "`tv` holds a list in week 2024-01-08"),
        ({"tv": [1, 2, 3]}, "its weeks are no dates"),
        ({"week": ["01/02/2024"] * 3, "tv": [1, 2, 3]}, "its weeks are not all dates such as 2024-12-30"),
        ({"week": ["2024-01-01"] * 3, "tv": [1, 2, 3]}, "week 2024-01-01 is there twice"),
        ({"week": ["2024-01-01", None, "2024-01-15"], "tv": [1, 2, 3]}, "a row has no week"),
        ({"week": WEEKS.tz_localize("UTC"), "tv": [1, 2, 3]}, "its weeks have a time zone"),
    ],
)
def test_what_is_no_number_by_week_is_said(table: dict[str, Any], said: str) -> None:
    rows, wrong = by_week(pd.DataFrame(table), ["tv"])
    assert said in "; ".join(wrong)
    assert len(wrong) == 1
    assert list(rows.columns) == ["tv"]


def test_two_columns_of_one_name_are_said() -> None:
    table = pd.DataFrame([[1, 2]] * 3, columns=["tv", "tv"], index=WEEKS)
    assert by_week(table, ["tv"])[1] == ["there are several columns `tv`"]


def test_numbers_in_any_order_of_weeks_and_of_any_kind_are_read() -> None:
    table = pd.DataFrame({"tv": [3, True, None], "other": "x"}, index=WEEKS[::-1], dtype=object)
    rows, wrong = by_week(table, ["tv", "radio"])
    assert not wrong
    assert rows.index.equals(WEEKS)
    np.testing.assert_array_equal(rows["tv"], [np.nan, 1.0, 3.0])


@pytest.mark.parametrize("cell", ["9,5", "", float("inf"), "n/a"])
def test_a_verb_refuses_text_and_infinity_in_spend_and_controls(small_posterior: om.Posterior, cell: object) -> None:
    names = [c.spend_column for c in small_posterior.funnel.bought]
    weeks = pd.date_range(small_posterior.scaling.weeks[-1], periods=4, freq="7D", name="week")[1:]
    spend = pd.DataFrame(dict.fromkeys(names, 5.0), index=weeks, dtype=object)
    controls = pd.DataFrame(dict.fromkeys(small_posterior.funnel.controls, 1.0), index=weeks, dtype=object)
    wrong = spend.assign(**{names[0]: [1.0, cell, 2.0]})
    with pytest.raises(om.OmnimixError, match=f"`{names[0]}`.* in week {weeks[1].date()}"):
        om.respond(small_posterior, wrong)
    with pytest.raises(om.OmnimixError, match=f"`{names[0]}`.* in week {weeks[1].date()}"):
        om.predict(small_posterior, wrong.join(controls))
    name = small_posterior.funnel.controls[0]
    strange = controls.assign(**{name: [1.0, cell, 2.0]})
    with pytest.raises(om.DataError, match=f"`{name}`"):
        om.predict(small_posterior, spend.join(strange))
    with pytest.raises(om.DataError, match=f"`{name}`"):
        om.respond(small_posterior, spend, strange)


def test_controls_on_another_day_of_the_week_are_refused_not_passed_over(small_posterior: om.Posterior) -> None:
    weeks = pd.date_range(small_posterior.scaling.weeks[-1], periods=4, freq="7D", name="week")[1:]
    spend = pd.DataFrame(dict.fromkeys(small_posterior.funnel.bought_names, 5.0), index=weeks)
    later = pd.DataFrame(dict.fromkeys(small_posterior.funnel.controls, 9.0), index=weeks - pd.Timedelta(days=1))
    with pytest.raises(om.DataError, match="begins on Sunday, the weeks of the fit on Monday"):
        om.respond(small_posterior, spend, later)
