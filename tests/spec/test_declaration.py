"""Channels and funnels say everything that is wrong with them, with the nearest right name."""

from __future__ import annotations

import dataclasses

import pytest

import omnimix as om


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        ({"adstock": "gama"}, ["did you mean 'gamma'"]),
        ({"saturation": "hil", "max_lag": -1}, ["did you mean 'hill'", "max_lag"]),
        ({"roas_prior": (1.0, 2.0), "contribution_prior": (0.01, 0.1)}, ["state the same thing"]),
        ({"roas_prior": (2.0, 1.0)}, ["0 < low < high"]),
        ({"roas_prior": om.Prior("Normal", 1.0, 1.0)}, ["positive prior"]),
        ({"priors": {"retenton": om.Prior("Beta", 1.0, 1.0)}}, ["did you mean 'retention'"]),
        ({"adstock": "geometric", "priors": {"delay": om.Prior("HalfNormal", 1.0)}}, ["no parameter 'delay'"]),
        ({"priors": {"retention": om.Prior("HalfNormal", 1.0)}}, ["support"]),
    ],
)
def test_a_wrong_channel_is_refused_with_what_is_wrong(arguments: dict[str, object], messages: list[str]) -> None:
    with pytest.raises(om.SpecError) as refused:
        om.Channel("tv", **arguments)  # type: ignore[arg-type]
    for message in messages:
        assert message in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        ({"channels": []}, ["at least one channel"]),
        ({"outcomes": []}, ["at least one outcome"]),
        ({"channels": ["tv", "tv"]}, ["'tv' is used twice"]),
        ({"channels": ["sales"]}, ["'sales' is used twice"]),
        ({"outcomes": [om.Outcome("sales", drivers=["tvv"])]}, ["did you mean 'tv'"]),
        ({"outcomes": [om.Outcome("sales", parents=["vists"])], "stages": ["visits"]}, ["did you mean 'visits'"]),
        ({"channels": [om.Channel("tv", responds_to="visits")]}, ["no stage"]),
        ({"outcomes": [om.Outcome("sales", value=0.3), "visits"]}, ["only sales has a value"]),
        ({"media_share": om.Prior("Normal", 0.2, 0.1)}, ["positive prior"]),
    ],
)
def test_a_wrong_funnel_is_refused_with_what_is_wrong(arguments: dict[str, object], messages: list[str]) -> None:
    with pytest.raises(om.SpecError) as refused:
        om.Funnel(**{"channels": ["tv"], "outcomes": ["sales"], **arguments})  # type: ignore[arg-type]
    for message in messages:
        assert message in str(refused.value)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(om.SpecError) as refused:
        om.Funnel(channels=[], outcomes=[om.Outcome("sales", drivers=["tv"], parents=["visits"])])
    for part in ("at least one channel", "names driver 'tv'", "names parent 'visits'"):
        assert part in str(refused.value)


@pytest.mark.parametrize("wrong", [{"likelihood": "normall"}, {"value": 0.0}, {"value": -2.0}])
def test_a_wrong_outcome_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(om.SpecError, match="sales"):
        om.Outcome("sales", **wrong)  # type: ignore[arg-type]


def test_names_alone_declare_a_funnel_and_a_single_name_is_a_list_of_one() -> None:
    funnel = om.Funnel(channels="tv", outcomes="sales", controls="price")
    assert funnel.channel_names == ("tv",)
    assert funnel.controls == ("price",)
    assert funnel.outcomes == (om.Outcome("sales"),)


def test_the_funnel_of_the_readme_can_be_declared_in_full() -> None:
    funnel = om.Funnel(
        channels=[
            om.Channel("tv", team="brand", pool="video"),
            om.Channel("search", team="ecommerce", responds_to="visits"),
        ],
        stages=[om.Stage("visits")],
        outcomes=[om.Outcome("online_sales", value=0.30, parents=["visits"])],
    )
    assert [n.name for n in funnel.nodes] == ["visits", "online_sales"]


@pytest.mark.parametrize("record", [om.Channel("tv"), om.Outcome("sales"), om.Baseline(), om.Prior("HalfNormal", 1.0)])
def test_records_cannot_be_changed(record: object) -> None:
    field = dataclasses.fields(record)[0].name  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, field, "other")
