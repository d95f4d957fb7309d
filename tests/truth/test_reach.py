"""Simulated channels with reach and frequency: what the table holds, what is true of them, and what they cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import omnimix as om
from omnimix.backtests.made_up_channel import with_placebo
from omnimix.config import read_config
from omnimix.truth import Medium, frequency_truth, simulate

TV = om.Channel("tv", reach="tv_reach", frequency="tv_frequency")


def world_of(**stated: float) -> om.truth.World:
    return simulate(seed=1, weeks=90, channels=[Medium(TV, style="flighted", parameters=stated), "radio"])


def test_contacts_are_what_the_money_buys() -> None:
    frame = world_of().panel.frame
    quiet = frame["tv"] == 0
    assert quiet.any()
    assert (frame.loc[quiet, ["tv_reach", "tv_frequency"]] == 0).all(axis=None)
    assert (frame.loc[~quiet, "tv_frequency"] > 1).all()
    price = (frame["tv"] / (frame["tv_reach"] * frame["tv_frequency"]))[~quiet]
    assert price.std() < 0.3 * price.mean()


def test_what_is_stated_is_true_and_the_rest_is_drawn() -> None:
    world = world_of(half_frequency=4.0)
    true = frequency_truth(world.truth).iloc[0]
    assert true["half_frequency"] == 4.0
    assert 1.2 <= true["frequency_slope"] <= 2.2
    assert true["best_frequency"] >= 1.0
    told = world.truth.parameters.query("parameter == 'half_frequency'")
    assert told["value"].tolist() == [4.0]


def test_a_project_of_it_is_read_back_as_it_was(tmp_path: Path) -> None:
    world = world_of()
    config = read_config(world.write(tmp_path / "project"))
    assert config.funnel == world.funnel
    names = {f.name for f in om.check_panel(config.panel(), config.funnel.roles)}
    assert not {n for n in names if "frequency" in n}


def test_a_placebo_of_it_has_spend_alone() -> None:
    world = world_of()
    funnel, panel = with_placebo(world.funnel, world.panel, TV, 8, np.random.default_rng(1))
    made = funnel.channels[-1]
    assert (made.reach, made.frequency, made.saturation) == (None, None, "elastic")
    assert sorted(panel.frame[made.name]) == sorted(panel.frame["tv"])


def test_what_it_cannot_be_yet_is_said() -> None:
    with pytest.raises(om.SpecError, match="frequency is a number above 1"):
        Medium("tv", frequency=2.0)
    with pytest.raises(om.SpecError, match="frequency is a number above 1"):
        Medium(TV, frequency=0.5)
    with pytest.raises(om.SpecError, match="several geos has no reach"):
        simulate(seed=1, weeks=60, channels=[TV, "radio"], geos=3)
