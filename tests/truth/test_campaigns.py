"""Simulated channels that are bought in campaigns."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.truth import Medium, campaign_truth

SOCIAL = om.Channel("social", campaigns=("lead", "sale"), adstock="none", saturation="none")


def _world(**multipliers: float) -> om.World:
    medium = Medium(SOCIAL, share=0.1, multipliers=multipliers)
    return om.simulate(seed=4, weeks=80, channels=[medium, "tv"])


def test_the_table_has_campaigns_and_not_their_sum() -> None:
    world = _world()
    assert {"lead", "sale"} <= set(world.panel.columns)
    assert "social" not in world.panel.columns
    total = world.panel.frame[["lead", "sale"]].sum(axis=1)
    np.testing.assert_allclose(total, world.truth.spend["social"], rtol=1e-9)


def test_multipliers_are_kept_in_proportion_and_add_up_to_zero_by_spend() -> None:
    found = campaign_truth(_world(lead=3.0, sale=1.5).truth)
    assert found.multiplier[0] / found.multiplier[1] == pytest.approx(2.0)
    assert found.spend @ np.log(found.multiplier) == pytest.approx(0.0, abs=1e-6 * found.spend.sum())


def test_without_saturation_returns_are_as_the_multipliers_and_add_up() -> None:
    world = _world(lead=3.0, sale=1.5)
    found = campaign_truth(world.truth)
    assert found.roas[0] / found.roas[1] == pytest.approx(2.0)
    brought = world.truth.roas()["social"] * found.spend.sum()
    assert found.roas @ found.spend == pytest.approx(brought, rel=1e-9)


def test_what_is_no_campaign_is_refused() -> None:
    with pytest.raises(om.SpecError, match="'leed' is no campaign of it; did you mean 'lead'"):
        Medium(SOCIAL, multipliers={"leed": 1.0})


def test_a_project_names_its_campaigns(tmp_path: object) -> None:
    text = _world().write(f"{tmp_path}/project").read_text()
    assert 'campaigns = ["lead", "sale"]' in text
