"""Effects that change over time in every verb that tells or plans: laws that hold whatever the draws are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib import pyplot as plt

import omnimix as om
from omnimix.effects.engine import Engine
from omnimix.effects.plan import data_window, without
from omnimix.labels import ALL_MEDIA, CHANNEL, PERIOD
from omnimix.mechanics.periods import periods
from omnimix.model.build import build_layout
from omnimix.model.native import machine
from omnimix.posterior.sampled import sampled_numbers
from omnimix.rows.fits import effects_rows
from omnimix.rows.results import results
from tests.fits import converged, fit
from tests.funnel_fits import SETTINGS, funnel_frame, whole_funnel


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    """The whole funnel with effects that change by half-year: 90 weeks are three of them."""
    funnel = whole_funnel(effects_change="half_year")
    return converged(fit(funnel, om.Panel(funnel_frame()), **{**SETTINGS, "draws": 40, "tune": 100}))


def test_the_parameter_stays_the_mean_weekly_contribution_over_the_data_window(posterior: om.Posterior) -> None:
    engine = Engine(posterior, posterior.scaling.weeks)
    for node, channel in (("visits", "tv"), ("store", "mail"), ("online", "retargeting")):
        share = posterior.numbers("contribution_share", node=node, channel=channel)
        np.testing.assert_allclose(engine.direct_effect(node, channel).mean(axis=1), share, rtol=1e-9)


def test_the_engine_has_the_means_that_were_fitted(posterior: om.Posterior) -> None:
    layout, theta = build_layout(posterior.funnel, posterior.panel, posterior.scaling), sampled_numbers(posterior)
    engine, tables = Engine(posterior, posterior.scaling.weeks), layout.tables
    weeks, size = len(posterior.scaling.weeks), tables.design.shape[1]
    mean, columns, scales = np.empty(weeks), np.empty((size, weeks)), np.empty(size)
    for draw in (0, 33, 79):  # visits read no other node, so that their mean is what media bring
        machine().linear_parts(layout.packed, 0, np.ascontiguousarray(theta[draw]), mean, columns, scales)
        np.testing.assert_allclose(engine.media["visits"][draw], mean, rtol=1e-9, atol=1e-12)


def test_what_a_channel_brings_follows_its_level_and_later_weeks_have_the_latest(posterior: om.Posterior) -> None:
    weeks = posterior.scaling.weeks
    later = pd.date_range(weeks[0], periods=len(weeks) + 8, freq="7D", name="week")
    draws = posterior.draws["posterior"].to_dataset()
    flat = draws.assign(effect_level=draws["effect_level"] * 0.0 + 1.0)
    alike = replace(posterior, draws=xr.DataTree.from_dict({"posterior": flat}))
    changed, same = (Engine(p, later).direct_effect("visits", "mail") for p in (posterior, alike))
    levels = posterior.flat("effect_level").sel({CHANNEL: "mail"}).to_numpy()
    held = np.repeat([0, 1, 2], [26, 26, len(later) - 52])
    np.testing.assert_allclose(changed, same * levels[:, held], rtol=1e-9)


def test_roas_by_period_is_what_its_spend_brought_over_it(posterior: om.Posterior) -> None:
    found, plan = om.roas(posterior, by="period"), data_window(posterior)
    assert found.draws.dims == ("draw", CHANNEL, PERIOD)
    names = [p.label for p in periods(posterior.funnel, posterior.scaling.window_weeks)]
    assert len(names) == 3
    assert found.draws[PERIOD].to_numpy().tolist() == names
    last = replace(plan, reported=slice(52, 90))
    silent = replace(without(last, ["mail"]), reported=plan.reported)
    difference = om.respond(posterior, plan) - om.respond(posterior, silent)
    value = sum(o.value * difference.sel(node=o.name).sum("week") for o in posterior.funnel.outcomes)
    row = found.draws.sel({CHANNEL: "mail", PERIOD: names[-1]})
    spent = float(posterior.panel.frame["mail"].iloc[52:90].sum())
    gross = om.roas(posterior, by="period", basis="gross").draws.sel({CHANNEL: "mail", PERIOD: names[-1]})
    np.testing.assert_allclose(gross, value / spent, rtol=1e-9)
    assert (row <= gross + 1e-12).all()  # what it makes search spend is a cost as well
    assert set(found.table()[CHANNEL]) == {*posterior.funnel.channel_names, ALL_MEDIA}


def test_figures_by_period_need_effects_that_change(small_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="effects_change='half_year'"):
        om.roas(small_posterior, by="period")


def test_a_saved_fit_says_the_same(posterior: om.Posterior, tmp_path: Path) -> None:
    back = om.load(posterior.save(tmp_path / "fit.nc"))
    assert back.funnel == posterior.funnel
    pd.testing.assert_frame_equal(
        om.roas(back, by="period", allow_unconverged=True).table(), om.roas(posterior, by="period").table()
    )


def test_rows_of_the_shell_have_periods_only_where_there_are_any(posterior: om.Posterior) -> None:
    told = effects_rows(results(posterior))["by_period"]
    assert {r["period"] for r in told} == set(om.roas(posterior, by="period").draws[PERIOD].to_numpy())
    assert set(told[0]) == {"channel", "period", "mean", "median", "lower", "upper", "spend"}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_roas_by_period_is_drawn_with_a_line_a_channel(posterior: om.Posterior, language: str) -> None:
    ax = om.roas(posterior, by="period").plot(language=language)
    labels = ax.get_legend_handles_labels()[1]
    assert len(labels) == len(posterior.funnel.channel_names)
    plt.close("all")


def test_plans_and_predictions_say_which_effects_they_go_by(posterior: om.Posterior) -> None:
    first, last = "2024-01-01", "2024-09-22"
    plan = om.optimize_budget(posterior, weeks=6, phasing="pattern", progress=False)
    assert any(first in r and last in r and "latest period" in r for r in plan.assumptions.remarks)
    assert plan.assumptions.effects_of == (first, last)
    assert "latest period" in plan.sentences()["effects"]
    assert "laatste gemeten periode" in plan.sentences("nl")["effects"]
    later = pd.date_range("2024-09-23", periods=3, freq="7D", name="week")
    future = pd.DataFrame(dict.fromkeys(posterior.funnel.channel_names, 1_000.0), index=later)
    assert first in om.predict(posterior, future).unit
    assert first not in om.predict(posterior).unit
