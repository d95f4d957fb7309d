"""The verdicts under three beliefs about unseen demand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import omnimix as om
from omnimix.checks.unseen_demand import Sensitivity, crossings, shock_correlations
from omnimix.labels import CHANNEL, DRAW
from omnimix.words import ValueUnit
from tests.fits import fit
from tests.funnel_fits import SETTINGS, funnel_frame, plain_funnel


@pytest.fixture(scope="module")
def fitted() -> om.Posterior:
    return fit(plain_funnel(), om.Panel(funnel_frame()), **SETTINGS)


@pytest.fixture(scope="module")
def laid_out(fitted: om.Posterior) -> Sensitivity:
    return om.sensitivity(fitted, hurdle=1.0, draws=60, tune=150, progress=False)


def test_every_setting_has_its_figures_and_the_given_fit_is_used_for_its_own(fitted, laid_out) -> None:
    assert list(laid_out.draws) == ["none", "some", "strong"]
    np.testing.assert_array_equal(laid_out.draws["some"], om.roas(fitted, allow_unconverged=True).draws)
    assert laid_out.draws["none"].sizes["draw"] == 60 * SETTINGS["chains"]


def test_the_table_says_which_verdicts_flip(laid_out) -> None:
    table = laid_out.table()
    assert len(table) == 3 * 5  # settings x channels and all media
    for _, rows in table.groupby(CHANNEL):
        sides = {bool(p > 0.5) for p in rows["probability_above_hurdle"]}
        assert rows["flips"].nunique() == 1
        assert bool(rows["flips"].iloc[0]) == (len(sides) == 2)
    assert set(table["rests_on"].dropna()) <= {"data", "both", "prior"}


def test_without_unseen_demand_there_is_no_shock_correlation(fitted) -> None:
    found = shock_correlations(fitted)
    assert set(found) == {("visits", "online"), ("visits", "store")}
    assert all((np.abs(v) < 1).all() for v in found.values())


def test_the_crossing_is_where_a_straight_line_meets_the_hurdle() -> None:
    rho = np.linspace(-0.5, 0.5, 101)
    noise = np.random.default_rng(1).normal(0.0, 1.0, 101)
    figures = xr.DataArray(
        np.column_stack([1.5 - 2.0 * rho, 3.0 + 0.1 * rho, 1.0 + noise]),
        coords={CHANNEL: ["tv", "radio", "search"]},
        dims=("draw", CHANNEL),
    )
    found = crossings(rho, figures, hurdle=1.0)
    assert found["tv"] == pytest.approx(0.25)
    assert np.isnan(found["radio"])  # no correlation between -1 and 1 takes it there
    assert np.isnan(found["search"])  # it does not move with the correlation, so that the line is noise


def test_a_funnel_without_links_has_nothing_to_vary(small_posterior) -> None:
    with pytest.raises(om.OmnimixError, match="no node of this funnel has parents"):
        om.sensitivity(small_posterior)


def test_without_a_value_nothing_is_held_against_a_hurdle() -> None:
    names = {CHANNEL: ["tv", "radio"]}
    draws = xr.DataArray(np.full((4, 2), 0.02), coords=names, dims=(DRAW, CHANNEL))
    open_ = draws.isel({DRAW: 0}).to_series() * np.nan
    found = Sensitivity(
        draws={"none": draws, "some": draws},
        crossing=open_,
        rests_on=open_,
        hurdle=np.nan,
        value_unit=ValueUnit("EUR", ("signups",)),
    )
    table = found.table()
    assert table["probability_above_hurdle"].isna().all()
    assert not table["flips"].any()
    assert "signups per EUR, no hurdle without a value" in repr(found)
