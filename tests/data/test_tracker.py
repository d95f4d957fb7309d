"""A brand tracker at the door: everything that is wrong with it is told at once, with its column, row and week."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.data import check_panel

WEEKS = 60


def frame_of(**changes: dict[int, float | str]) -> pd.DataFrame:
    """Return a weekly table with a survey every third week, with some cells changed by their row."""
    generator = np.random.default_rng(4)
    asked = np.arange(WEEKS) % 3 == 0
    frame = pd.DataFrame(
        {
            "week": pd.date_range("2024-01-01", periods=WEEKS, freq="7D"),
            "tv": generator.gamma(3.0, 1_000.0, WEEKS),
            "sales": generator.normal(50_000, 2_000, WEEKS),
            "aware": np.where(asked, generator.normal(0.3, 0.02, WEEKS), np.nan),
            "asked": np.where(asked, 400.0, np.nan),
        }
    )
    for column, cells in changes.items():
        if any(isinstance(value, str) for value in cells.values()):
            frame[column] = frame[column].astype(object)
        for row, value in cells.items():
            frame.loc[row, column] = value
    return frame


def told(frame: pd.DataFrame, **changes: object) -> dict[tuple[str, str | None], str]:
    funnel = om.Funnel(
        channels=["tv"],
        stages=[om.Stage("brand", stock=om.Stock(), **{"tracker": "aware", "tracker_n": "asked", **changes})],  # type: ignore[arg-type]
        outcomes=[om.Outcome("sales", value=0.3, parents=["brand"])],
    )
    found = check_panel(om.Panel(frame), funnel.roles)
    return {(f.name, f.where): f"{f.message} {f.remedy}" for f in found if f.severity == "blocks"}


def test_a_survey_in_some_weeks_is_fine_and_weeks_without_one_are_empty() -> None:
    assert told(frame_of()) == {}
    assert told(frame_of(asked=dict.fromkeys(range(WEEKS), 400.0))) == {}  # asked in weeks without a share: nothing


def test_everything_wrong_is_told_at_once_with_column_row_and_week() -> None:
    found = told(frame_of(aware={3: 1.4, 6: -0.1}, asked={9: 0.0, 12: np.nan}))
    shares, people = found["wrong_tracker", "aware"], found["wrong_tracker", "asked"]
    assert "stands without how many were asked" in shares  # the last of two findings on this column
    assert "2024-03-25" in shares
    assert "2024-03-04" in people
    whole = check_panel(
        om.Panel(frame_of(aware={3: 1.4, 6: -0.1})),
        om.Funnel(
            channels=["tv"],
            stages=[om.Stage("brand", stock=om.Stock(), tracker="aware", tracker_n="asked")],
            outcomes=[om.Outcome("sales", parents=["brand"])],
        ).roles,
    )
    (outside,) = [f.message for f in whole if f.name == "wrong_tracker"]
    assert "row 4" in outside
    assert "(2024-01-22): 1.4" in outside
    assert "row 7" in outside


def test_a_percentage_is_refused_with_the_way_to_mend_it() -> None:
    assert "Divide a percentage by 100" in told(frame_of(aware={3: 34.0}))["wrong_tracker", "aware"]


def test_texts_unknown_columns_and_columns_in_two_roles_are_refused() -> None:
    assert "row" in told(frame_of(aware={3: "veel"}))["text_in_numbers", "aware"]
    assert "did you mean 'aware'" in told(frame_of(), tracker="awre")["unknown_column", "awre"]
    assert "as tracker and as" in told(frame_of(), tracker="tv")["column_in_two_roles", "tv"]


def test_a_tracker_of_few_weeks_or_one_value_is_refused() -> None:
    few = frame_of()
    few.loc[12:, ["aware", "asked"]] = np.nan
    assert "in 4 of 60 weeks" in told(few)["tracker_too_short", "aware"]
    flat = frame_of()
    flat.loc[flat["aware"].notna(), "aware"] = 0.3
    assert ("tracker_never_varies", "aware") in told(flat)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tracker": "aware"}, "without tracker_n"),
        ({"tracker_n": "asked"}, "without tracker"),
        ({"tracker": "aware", "tracker_n": "aware"}, "two columns"),
        ({"tracker": "aware", "tracker_n": "asked", "stock": None}, "no stock that it could follow"),
    ],
)
def test_a_tracker_that_cannot_be_is_refused_when_it_is_declared(given: dict[str, object], said: str) -> None:
    with pytest.raises(om.SpecError, match=said):
        om.Stage("brand", **{"stock": om.Stock(), **given})  # type: ignore[arg-type]
