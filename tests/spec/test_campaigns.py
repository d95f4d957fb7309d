"""Declaring the campaigns of a channel."""

from __future__ import annotations

import pytest

import omnimix as om


def test_campaigns_are_columns_and_the_channel_has_its_own_name() -> None:
    channel = om.Channel("social", campaigns=["lead", "sale"])
    assert channel.campaigns == ("lead", "sale")
    assert channel.spend_column == "social"


def test_everything_wrong_with_one_channel_is_said_at_once() -> None:
    with pytest.raises(om.SpecError) as told:
        om.Channel("social", campaigns=("lead", "lead"), spend="social_eur", exposure="clicks")
    for part in ("'lead' stands in it twice", "leave spend out", "leave exposure out"):
        assert part in str(told.value)


def test_a_campaign_belongs_to_one_channel_and_is_nothing_else() -> None:
    channels = [om.Channel("social", campaigns=("lead", "tv", "price")), om.Channel("video", campaigns=("lead",)), "tv"]
    with pytest.raises(om.SpecError) as told:
        om.Funnel(channels=channels, outcomes=["sales"], controls=["price"])
    text = str(told.value)
    assert "campaign 'lead' stands under social and video" in text
    assert "'tv' is a campaign of social and a channel as well" in text
    assert "'price' is a campaign of social and a control as well" in text


def test_a_campaign_may_not_have_the_name_of_its_own_channel() -> None:
    with pytest.raises(om.SpecError, match="'social' is a campaign of social and a channel as well"):
        om.Funnel(channels=[om.Channel("social", campaigns=("social", "sale"))], outcomes=["sales"])


def test_campaigns_and_a_slow_stock_do_not_go_together_yet() -> None:
    mixed = om.Channel("social", campaigns=("lead", "sale"))
    with pytest.raises(om.SpecError, match="has campaigns, and brand has a stock"):
        om.Funnel(
            channels=[mixed, "tv"],
            stages=[om.Stage("brand", stock=om.Stock())],
            outcomes=[om.Outcome("sales", parents=["brand"])],
        )
    funnel = om.Funnel(
        channels=[mixed, "tv"],
        stages=[om.Stage("brand", drivers=["tv"], stock=om.Stock())],
        outcomes=[om.Outcome("sales", parents=["brand"])],
    )
    assert funnel.stock is not None
