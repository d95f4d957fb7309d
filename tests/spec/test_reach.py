"""A channel with reach and frequency: what it has, and what it cannot have."""

from __future__ import annotations

from dataclasses import replace

import pytest

import omnimix as om

TV = om.Channel("tv", reach="tv_reach", frequency="tv_frequency")


def test_it_responds_to_reach_and_its_curve_is_that_of_frequency() -> None:
    assert TV.columns == ("tv", "tv_reach", "tv_frequency")
    assert TV.exposure_column == "tv_reach"
    assert [p.name for p in TV.curves[1].parameters] == ["frequency_slope", "half_frequency"]
    assert replace(TV) == TV
    roles = om.Funnel(channels=[TV], outcomes=["sales"]).roles
    assert (roles.exposure, roles.frequency) == ({"tv": "tv_reach"}, {"tv": "tv_frequency"})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"reach": "r"}, ["reach='r' is given without frequency"]),
        ({"frequency": "f"}, ["frequency='f' is given without reach"]),
        ({"reach": "r", "frequency": ""}, ["one of the two is empty"]),
        ({"reach": "r", "frequency": "r"}, ["'r' is two of its columns"]),
        ({"reach": "tv", "frequency": "f"}, ["'tv' is two of its columns"]),
        (
            {"reach": "r", "frequency": "f", "exposure": "grp", "saturation": "hill", "campaigns": ("a", "b")},
            ["leave exposure out", "leave saturation out", "give campaigns or reach and frequency"],
        ),
        ({"reach": "r", "frequency": "f", "paid": False}, ["known of paid channels only yet"]),
        ({"saturation": "frequency"}, ["saturation is one of"]),
        ({"reach": "r", "frequency": "f", "priors": {"bend": om.Prior("HalfNormal", 1.0)}}, ["no parameter 'bend'"]),
    ],
)
def test_it_says_all_that_it_cannot_be_at_once(arguments: dict[str, object], said: list[str]) -> None:
    with pytest.raises(om.SpecError) as refused:
        om.Channel("tv", **arguments)  # type: ignore[arg-type]
    assert all(part in str(refused.value) for part in said), refused.value


def test_a_prior_on_a_frequency_is_taken() -> None:
    prior = om.Prior("LogNormal", 1.5, 0.2)
    assert replace(TV, priors={"half_frequency": prior}).priors["half_frequency"] == prior


def test_a_slow_stock_beside_it_is_refused_and_one_of_other_channels_is_not() -> None:
    def funnel(drivers: list[str]) -> om.Funnel:
        return om.Funnel(
            channels=[TV, "radio"],
            stages=[om.Stage("brand", drivers=drivers, stock=om.Stock())],
            outcomes=[om.Outcome("sales", parents=["brand"])],
        )

    assert funnel(["radio"]).stock is not None
    with pytest.raises(om.SpecError, match="tv has reach and frequency, and brand has a stock"):
        funnel(["tv", "radio"])
