"""How much geos share: alike in all of them, or each as if there were no other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import omnimix as om
from omnimix.data import GeoPanel
from omnimix.posterior import GeoPosterior
from tests.fits import converged, fit
from tests.geo_worlds import geo_frame, geo_funnel, geo_panel

SHORT: dict[str, Any] = {"draws": 15, "tune": 40, "chains": 2, "seed": 1, "progress": False}
FUNNEL = geo_funnel(stages=[], outcomes=["sales"])
LATE = geo_frame(geos=2).drop(index=[0, 1])  # one geo starts later


def fitted(pooling: str) -> GeoPosterior:
    made = converged(fit(FUNNEL, geo_panel(LATE), pooling=pooling, **SHORT))
    assert isinstance(made, GeoPosterior)
    return made


def test_with_full_pooling_a_typical_week_brings_the_same_everywhere() -> None:
    posterior = fitted("full")
    share = posterior.draws["posterior"]["contribution_share"]
    np.testing.assert_array_equal(share.isel(geo=0), share.isel(geo=1))
    np.testing.assert_allclose(share.isel(geo=0), posterior.draws["posterior"]["pooled_contribution_share"])
    assert "geo_spread" not in posterior.draws["posterior"]
    assert om.roas(posterior, by="geo").draws.sizes["geo"] == 2


def test_without_pooling_a_geo_is_fitted_as_if_there_were_no_other() -> None:
    posterior, panel = fitted("none"), geo_panel(LATE)
    assert isinstance(panel, GeoPanel)
    for geo in posterior.geos:
        alone = converged(fit(FUNNEL, panel.of(geo), **SHORT))
        np.testing.assert_allclose(om.roas(posterior.of(geo)).draws, om.roas(alone).draws, rtol=1e-9)


def test_without_pooling_geos_add_up_and_are_planned_together() -> None:
    posterior = fitted("none")
    each, together = om.roas(posterior, by="geo"), om.roas(posterior)
    np.testing.assert_allclose(
        (each.draws * each.known["spend"]).sum("geo"), together.draws * together.known["spend"], rtol=1e-9
    )
    few = om.Outlook(draws=8)
    plan = om.optimize_budget(posterior, by="geo", weeks=3, outlook=few, progress=False)
    assert plan.calendar()["spend"].sum() == pytest.approx(plan.total)
