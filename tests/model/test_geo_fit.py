"""One small fit of several geos, and what must hold of it whatever its draws are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.posterior import GeoPosterior
from tests.fits import converged, fit
from tests.geo_worlds import SHORT, geo_frame, geo_funnel, geo_panel, late_fit


@pytest.fixture(scope="module")
def posterior() -> GeoPosterior:
    return late_fit()


def test_geos_add_up_to_the_figures_of_all_in_every_draw(posterior: GeoPosterior) -> None:
    each, together = om.roas(posterior, by="geo"), om.roas(posterior)
    value = (each.draws * each.known["spend"]).sum("geo")
    np.testing.assert_allclose(value, together.draws * together.known["spend"], rtol=1e-9)
    contributed = om.contributions(posterior, by="geo").draws.sum("geo")
    np.testing.assert_allclose(contributed, om.contributions(posterior).total.draws, rtol=1e-9)


def test_a_geo_by_itself_has_the_figures_that_the_table_of_geos_has(posterior: GeoPosterior) -> None:
    each = om.roas(posterior, by="geo").draws
    for geo in posterior.geos:
        np.testing.assert_array_equal(om.roas(posterior.of(geo)).draws, each.sel(geo=geo))


def test_baseline_and_contributions_are_the_prediction(posterior: GeoPosterior) -> None:
    parts = om.contributions(posterior)
    np.testing.assert_allclose(parts.remainder, 0.0, atol=1e-8 * float(parts.prediction.mean()))
    expected = om.predict(posterior, noise=False).draws
    np.testing.assert_allclose(parts.prediction, expected, rtol=1e-9)


def test_a_prediction_of_all_geos_is_the_sum_of_theirs_and_follows_the_weeks(posterior: GeoPosterior) -> None:
    each, together = om.predict(posterior, by="geo").draws, om.predict(posterior).draws
    np.testing.assert_allclose(each.sum("geo"), together, rtol=1e-9)
    wide = geo_frame().pivot_table(index="week", columns="region", values="sales")
    middle = each.sel(outcome="sales").median("draw").to_pandas().T
    for geo in posterior.geos:
        assert np.corrcoef(middle[geo], wide[geo])[0, 1] > 0.6


def test_later_weeks_are_predicted_from_a_table_of_geos(posterior: GeoPosterior) -> None:
    days = pd.date_range(posterior.panel.weeks[-1] + pd.Timedelta(weeks=1), periods=3, freq="7D")
    rows = [{"week": d, "geo": g, "tv": 20.0, "radio": 9.0, "price": 10.0} for g in posterior.geos for d in days]
    future = pd.DataFrame(rows)
    assert om.predict(posterior, future, by="geo").draws.sizes == {"draw": 60, "geo": 3, "week": 3, "outcome": 1}
    with pytest.raises(om.DataError, match="no rows for geo 'geo 2'"):
        om.predict(posterior, future[future["geo"] != "geo 2"])


def test_a_table_of_weeks_to_come_has_the_geos_and_weeks_of_all_and_one_series_of_what_is_national(
    posterior: GeoPosterior,
) -> None:
    days = pd.date_range(posterior.panel.weeks[-1] + pd.Timedelta(weeks=1), periods=3, freq="7D")
    rows = [{"week": d, "geo": g, "tv": 20.0, "radio": 9.0, "price": 10.0} for g in posterior.geos for d in days]
    future = pd.DataFrame(rows)
    with pytest.raises(om.DataError, match="there is no geo 'geo2' in the fit; did you mean 'geo 2'"):
        om.predict(posterior, pd.concat([future, future.head(1).assign(geo="geo2")]))
    with pytest.raises(om.DataError, match="geo 'geo 2' has other weeks than 'geo 0'"):
        om.predict(posterior, future.iloc[:-1])
    national = [replace(c, scope="national") if c.name == "tv" else c for c in posterior.funnel.channels]
    shared = replace(posterior, funnel=replace(posterior.funnel, channels=national))
    with pytest.raises(om.DataError, match=r"`tv` is national .* 20 in 'geo 0' and 21 in 'geo 1'"):
        om.predict(shared, future.assign(tv=[20.0] * 3 + [21.0] * 6))


def test_a_saved_fit_of_geos_is_the_same_fit(posterior: GeoPosterior, tmp_path: Path) -> None:
    again = om.load(posterior.save(tmp_path / "geos.nc"))
    assert isinstance(again, GeoPosterior)
    np.testing.assert_array_equal(om.roas(again, by="geo").draws, om.roas(posterior, by="geo").draws)
    assert again.panel.population == posterior.panel.population  # type: ignore[attr-defined]
    with pytest.raises(om.StoreError, match="one geo of a fit of several"):
        posterior.of("geo 0").save(tmp_path / "one.nc")


def test_returns_by_geo_stand_geo_by_geo(posterior: GeoPosterior) -> None:
    rows = om.roas(posterior, by="geo").table()
    assert list(rows.columns[:2]) == ["geo", "channel"]
    assert list(rows["geo"][:3]) == ["geo 0"] * 3
    assert om.marginal_roas(posterior, by="geo").draws.sizes["geo"] == 3
    curves = om.response_curves(posterior, factors=[0.0, 1.0]).draws
    full = om.contributions(posterior).media.sum(["week", "outcome"])
    assert (curves.sel(factor=1.0) > 0.9 * full).all()  # and what comes after the window


@pytest.mark.parametrize("verb", [om.stack_chains, om.leave_one_out])
def test_a_verb_that_knows_no_geos_refuses_the_fit(posterior: GeoPosterior, verb: Any) -> None:
    with pytest.raises(om.ArgumentError, match="has several geos, which this cannot work with yet"):
        verb(posterior)


def test_a_refusal_says_what_can_be_done_with_one_geo(posterior: GeoPosterior) -> None:
    with pytest.raises(om.ArgumentError, match=r"give one of them, `posterior\.of\(geo\)`"):
        om.respond(posterior)
    with pytest.raises(om.ArgumentError, match=r"fit one of them alone, om\.fit\(funnel, panel\.of\(geo\)\)"):
        om.leave_one_out(posterior)


@pytest.mark.parametrize("verb", [om.check, om.leave_one_out, om.optimize_budget, om.stack_chains])
def test_one_geo_of_a_fit_has_no_density_of_its_own(posterior: GeoPosterior, verb: Any) -> None:
    with pytest.raises(om.ArgumentError, match="is one geo of a fit of several"):
        verb(posterior.of("geo 1"))
    with pytest.raises(om.SpecError, match="no model of its own"):
        posterior.of("geo 1").model  # noqa: B018


def test_the_model_of_one_geo_is_that_of_a_panel_without_geos() -> None:
    frame = geo_frame(geos=1)
    funnel = geo_funnel(stages=[], outcomes=["sales"])
    alone = fit(funnel, om.Panel(frame.drop(columns=["region", "people"])), **SHORT)
    one = fit(funnel, geo_panel(frame), **SHORT)
    assert isinstance(one, GeoPosterior)
    np.testing.assert_array_equal(
        converged(one.of("geo 0")).draws["posterior"]["noise"], alone.draws["posterior"]["noise"]
    )
    np.testing.assert_allclose(om.roas(converged(one)).draws, om.roas(converged(alone)).draws, rtol=1e-12)


@pytest.mark.parametrize(
    ("changes", "more", "told"),
    [
        ({"stages": [om.Stage("visits", scope="national")]}, {}, "visits has scope='national'"),
        ({"channels": ["tv", om.Channel("radio", responds_to="visits")]}, {}, "radio has responds_to"),
        ({"channels": ["tv", om.Channel("radio", fuelled_by="visits")]}, {}, "radio has fuelled_by"),
        (
            {"outcomes": [om.Outcome("sales", likelihood="student_t")], "stages": []},
            {},
            "sales has likelihood='student_t'",
        ),
        ({}, {"model": object()}, "given a PyMC model"),
    ],
)
def test_what_a_fit_of_geos_does_not_know_is_refused(changes: dict[str, Any], more: dict[str, Any], told: str) -> None:
    with pytest.raises(om.SpecError, match=told):
        om.fit(geo_funnel(**changes), geo_panel(), **more)


def test_an_unknown_pooling_is_refused() -> None:
    with pytest.raises(om.FitError, match=r"pooling is one of partial, full, none, not 'ful'; did you mean 'full'"):
        om.fit(geo_funnel(), geo_panel(), pooling="ful")


def test_figures_by_geo_need_geos(small_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="this one has none"):
        om.roas(small_posterior, by="geo", allow_unconverged=True)
    with pytest.raises(
        om.OmnimixError, match="by is one of 'geo', 'campaign', 'period', not 'goe'; did you mean 'geo'"
    ):
        om.roas(small_posterior, by="goe", allow_unconverged=True)


def test_a_geo_that_is_not_there_is_refused(posterior: GeoPosterior) -> None:
    with pytest.raises(om.OmnimixError, match="no geo 'geo 9'"):
        posterior.of("geo 9")
    assert replace(posterior).geos == ("geo 0", "geo 1", "geo 2")


def test_paths_traffic_and_payback_are_those_of_all_geos(posterior: GeoPosterior) -> None:
    parts = [posterior.of(geo) for geo in posterior.geos]
    ways = om.paths(posterior).draws
    np.testing.assert_allclose(ways, sum(om.paths(part).draws for part in parts), rtol=1e-9)
    together = om.roas(posterior)
    value = (together.draws * together.known["spend"]).sel(channel="tv")
    np.testing.assert_allclose(ways.sel(path=ways["channel"] == "tv").sum("path"), value, rtol=1e-7)
    shares = om.traffic_share(posterior).draws.sel(stage="visits", channel="tv")
    each = np.stack([om.traffic_share(part).draws.sel(stage="visits", channel="tv") for part in parts])
    assert (shares.to_numpy() <= each.max(axis=0) + 1e-9).all()
    assert (shares.to_numpy() >= each.min(axis=0) - 1e-9).all()
    balance = om.payback(posterior, horizons=(2, 200))
    assert balance.known["spend"].sel(horizon=200).sum() > 0
    joint = om.joint_roas(posterior, [("tv",)]).draws.sel(channel="tv")
    np.testing.assert_allclose(joint, together.draws.sel(channel="tv"), rtol=1e-9)


def test_a_fit_of_geos_that_did_not_converge_is_refused_with_what_to_do(posterior: GeoPosterior) -> None:
    """Its chains cannot be weighed: looking whether they sit apart ended in an error about controls."""
    diagnostics = replace(posterior.run.diagnostics, rhat_max=1.4, rhat_worst="sales/tv/delay")
    apart = replace(posterior, run=replace(posterior.run, diagnostics=diagnostics))
    with pytest.raises(om.FitError, match="Fit again with more tune and draws"):
        om.roas(apart)
    with pytest.raises(om.OmnimixError, match="has several geos, which this cannot work with yet"):
        om.stack_chains(apart)
