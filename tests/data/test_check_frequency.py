"""Reach and frequency at the door of the panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om

WEEKS = 60
FUNNEL = om.Funnel(channels=[om.Channel("tv", reach="tv_reach", frequency="tv_frequency")], outcomes=["sales"])


def frame_of(**changes: object) -> pd.DataFrame:
    generator = np.random.default_rng(4)
    spend = np.where(np.arange(WEEKS) % 3 == 0, 0.0, generator.gamma(4.0, 1_000.0, WEEKS))
    frequency = np.where(spend > 0, 1.0 + generator.gamma(2.0, 1.0, WEEKS), np.nan)
    frame = {
        "week": pd.date_range("2024-01-01", periods=WEEKS, freq="7D"),
        "tv": spend,
        "tv_reach": np.where(spend > 0, 90.0 * spend / np.nan_to_num(frequency, nan=1.0), 0.0),
        "tv_frequency": frequency,
        "sales": generator.normal(50_000.0, 3_000.0, WEEKS),
    }
    return pd.DataFrame({**frame, **changes})


def found_in(frame: pd.DataFrame) -> dict[str, om.Finding]:
    return {f.name: f for f in om.check_panel(om.Panel(frame), FUNNEL.roles) if f.where in ("tv_reach", "tv_frequency")}


@pytest.mark.parametrize("silent", [np.nan, 0.0])
def test_where_nobody_was_reached_the_frequency_may_be_empty_or_zero(silent: float) -> None:
    frame = frame_of()
    assert not found_in(frame.assign(tv_frequency=frame["tv_frequency"].fillna(silent)))


def test_everything_wrong_is_named_at_once_with_its_week() -> None:
    frame = frame_of()
    frame.loc[1, "tv_frequency"], frame.loc[4, "tv_frequency"], frame.loc[7, "tv_reach"] = 0.4, np.nan, -5.0
    with pytest.raises(om.DataError) as refused:
        om.fit(FUNNEL, om.Panel(frame), progress=False)
    told = str(refused.value)
    assert "'tv_frequency') is below 1 in week 2024-01-08, at the least 0.4" in told
    assert "'tv_frequency') is empty in week 2024-01-29, in which 'tv_reach' is above 0" in told
    assert "'tv_reach') is negative in week 2024-02-19" in told


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"tv_frequency": 3.0}, "frequency_without_reach"),
        ({"tv_frequency": 3.0}, "frequency_never_varies"),
        ({"tv_frequency": 120.0 + np.arange(WEEKS)}, "frequency_too_high"),
    ],
)
def test_doubts_are_told_and_block_nothing(changes: dict[str, object], name: str) -> None:
    assert found_in(frame_of(**changes))[name].severity == "warns"


def test_a_frequency_that_rises_with_spend_is_told_and_one_that_does_not_is_not() -> None:
    frame = frame_of()
    spend = frame["tv"].to_numpy()
    frequency = np.where(spend > 0, 1.0 + np.sqrt(spend / 1_000.0), 0.0)
    rising = frame.assign(
        tv_frequency=frequency, tv_reach=np.where(spend > 0, 90.0 * spend / (frequency + (spend == 0)), 0.0)
    )
    assert found_in(rising)["frequency_follows_spend"].severity == "warns"
    steady = frame.assign(tv_frequency=np.where(spend > 0, 3.0, 0.0))
    assert "frequency_follows_spend" not in found_in(steady)


def test_a_text_and_a_missing_column_block() -> None:
    frame = frame_of()
    frame["tv_frequency"] = frame["tv_frequency"].astype(object)
    frame.loc[1, "tv_frequency"] = "often"
    assert found_in(frame)["text_in_numbers"].severity == "blocks"
    assert found_in(frame.drop(columns="tv_frequency"))["unknown_column"].severity == "blocks"


def test_a_frequency_is_no_driver_that_could_move_together_with_its_reach() -> None:
    frame = frame_of()
    frame["tv_frequency"] = np.where(frame["tv_reach"] > 0, 1.0 + frame["tv_reach"] / 50_000.0, 0.0)
    names = {f.name for f in om.check_panel(om.Panel(frame), FUNNEL.roles)}
    assert not {"collinear", "move_together"} & names
