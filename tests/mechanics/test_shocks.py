"""Which columns unseen demand has in an equation."""

from __future__ import annotations

import pytest

import omnimix as om
from omnimix.mechanics.parameters import SHOCK_FADE, SHOCK_LAGS, shocks


def test_demand_of_a_parent_has_less_room_with_every_week() -> None:
    found = shocks(om.Outcome("sales", parents=["visits"], confounding="strong"))
    assert [s.lag for s in found] == list(range(SHOCK_LAGS + 1))
    assert [s.spread for s in found] == [2.0 * SHOCK_FADE**k for k in range(SHOCK_LAGS + 1)]


def test_without_confounding_there_is_no_column() -> None:
    assert shocks(om.Outcome("sales", parents=["visits"], confounding="none")) == ()
    assert shocks(om.Channel("search", responds_to="visits")) == ()


def test_demand_of_a_stage_moves_the_spend_that_answers_to_it_in_the_same_week() -> None:
    [found] = shocks(om.Channel("search", responds_to="visits", confounding="some"))
    assert (found.parent, found.lag, found.spread) == ("visits", 0, 0.5)


def test_a_channel_that_answers_to_nothing_has_no_confounding() -> None:
    with pytest.raises(om.SpecError, match="add responds_to"):
        om.Channel("tv", confounding="some")
    with pytest.raises(om.SpecError, match="confounding is one of none, some, strong"):
        om.Channel("search", responds_to="visits", confounding="much")  # type: ignore[arg-type]


def test_a_funnel_changes_its_belief_about_spend_alone() -> None:
    funnel = om.Funnel(
        channels=["tv", om.Channel("search", responds_to="visits")],
        stages=["visits"],
        outcomes=[om.Outcome("sales", parents=["visits"], confounding="strong")],
    )
    other = funnel.with_confounding(spend="some")
    assert [c.confounding for c in other.channels] == ["none", "some"]
    assert other.outcomes[0].confounding == "strong"
