"""How deviations of geos are sampled follows from how well the weeks of every geo know what a channel brings."""

from __future__ import annotations

import numpy as np

import omnimix as om
from omnimix.data import GeoPanel
from omnimix.mechanics.geo_scaling import fit_geo_scaling
from omnimix.model.geo_build import GeoLayout, build_geo_layout
from omnimix.model.geo_pilot import centred
from tests.geo_worlds import geo_frame, geo_funnel, geo_panel


def layout_of(panel: om.Panel, funnel: om.Funnel) -> GeoLayout:
    assert isinstance(panel, GeoPanel)
    return centred(funnel, build_geo_layout(funnel, panel, fit_geo_scaling(funnel, panel), varying=True))


def weights_of(panel: om.Panel, **changes: object) -> np.ndarray:
    """Return the weights, shape (channels, geos), of a funnel with one outcome: tv first, then radio."""
    return layout_of(panel, geo_funnel(stages=[], outcomes=["sales"], **changes)).tables.centring


def test_a_geo_that_never_ran_a_channel_keeps_its_prior() -> None:
    frame = geo_frame()
    frame.loc[frame["region"] == "geo 1", "radio"] = 0.0
    radio = weights_of(geo_panel(frame))[1]
    assert radio[1] < 0.05
    assert (radio[[0, 2]] > radio[1]).all()


def test_what_weeks_say_clearly_is_sampled_centred() -> None:
    frame = geo_frame()
    frame["sales"] = frame["people"] * 100 + 2.0 * frame["radio"] + 0.01 * frame["tv"]
    loud = weights_of(geo_panel(frame))[1]
    noise = np.random.default_rng(0).normal(0, 1, len(frame)) * frame["people"] * 50
    assert (loud > weights_of(geo_panel(frame.assign(sales=frame["sales"] + noise)))[1]).all()
    assert ((loud >= 0) & (loud <= 1)).all()


def test_an_effect_that_may_be_negative_is_not_placed_by_its_logarithm() -> None:
    funnel = geo_funnel(channels=["tv", om.Channel("radio", signed=True)], stages=[], outcomes=["sales"])
    np.testing.assert_array_equal(layout_of(geo_panel(), funnel).tables.effects["located"], [1, 0])


def test_geos_that_are_alike_have_no_deviations_to_place() -> None:
    panel, funnel = geo_panel(), geo_funnel()
    assert isinstance(panel, GeoPanel)
    plain = build_geo_layout(funnel, panel, fit_geo_scaling(funnel, panel), varying=False)
    np.testing.assert_array_equal(centred(funnel, plain).packed, plain.packed)
