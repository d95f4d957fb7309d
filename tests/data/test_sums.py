"""The columns of campaigns at the door: what is made of them, and everything that is wrong at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.data import with_sums

FUNNEL = om.Funnel(channels=["tv", om.Channel("social", campaigns=("lead", "sale"))], outcomes=["sales"])


def _frame(weeks: int = 60) -> pd.DataFrame:
    generator = np.random.default_rng(2)
    parts = {k: generator.gamma(2.0, 300.0, weeks) for k in ("tv", "lead", "sale", "sales")}
    return pd.DataFrame({"week": pd.date_range("2024-01-01", periods=weeks, freq="7D"), **parts})


def _found(frame: pd.DataFrame) -> dict[str, om.Finding]:
    return {f.name: f for f in om.check_panel(om.Panel(frame), FUNNEL.roles)}


def test_the_spend_of_the_channel_is_the_sum_of_its_campaigns() -> None:
    frame = _frame()
    made = with_sums(om.Panel(frame), FUNNEL.roles).series("social").to_numpy()
    np.testing.assert_allclose(made, frame["lead"] + frame["sale"])


def test_a_panel_without_campaigns_is_left_as_it_is() -> None:
    panel = om.Panel(_frame())
    assert with_sums(panel, om.Funnel(channels=["tv"], outcomes=["sales"]).roles) is panel


def test_a_sound_table_has_nothing_that_blocks() -> None:
    assert not [f for f in _found(_frame()).values() if f.severity == "blocks"]


def test_campaigns_that_move_as_one_do_not_block() -> None:
    frame = _frame()
    frame["sale"] = frame["lead"]
    assert not [f for f in _found(frame).values() if f.severity == "blocks"]


def test_everything_wrong_with_campaigns_is_said_at_once() -> None:
    frame = _frame().drop(columns="sale")
    frame.loc[3, "lead"], frame.loc[5, "tv"] = -5.0, np.nan
    with pytest.raises(om.DataError) as told:
        om.fit(FUNNEL, om.Panel(frame), progress=False)
    text = str(told.value)
    assert "There is no column 'sale' for the spend of channel 'social'" in text
    assert "spend of channel 'social' (column 'lead') is negative in week 2024-01-22" in text
    assert "spend of channel 'tv' is empty" in text


def test_a_total_that_is_another_amount_is_refused_and_a_true_one_is_read() -> None:
    frame = _frame().assign(social=lambda f: f["lead"] + f["sale"])
    assert "not_the_sum" not in _found(frame)
    frame.loc[7, "social"] += 900.0
    found = _found(frame)["not_the_sum"]
    assert found.severity == "blocks"
    assert "2024-02-19" in found.message


def test_a_campaign_that_never_runs_is_told() -> None:
    found = _found(_frame().assign(sale=0.0))["campaign_never_runs"]
    assert found.severity == "warns"
    assert "'sale'" in found.message
