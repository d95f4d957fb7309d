"""Laws of every figure taken from a whole funnel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import omnimix as om
from omnimix.effects.plan import as_plan, data_window, frozen, scaled_spend, without
from omnimix.effects.respond import simulate_plans
from omnimix.labels import ALL_MEDIA, CHANNEL, DRAW, INDUCED_SPEND, NODE, OUTCOME, PATH, SPEND, WEEK
from tests.fits import fit
from tests.funnel_fits import SETTINGS, funnel_frame, plain_funnel

ANYWAY = {"allow_unconverged": True}  # short fits; laws hold draw by draw whether or not chains agree


@pytest.fixture(params=["funnel_posterior", "plain_posterior"])
def posterior(request: pytest.FixtureRequest) -> om.Posterior:
    """Either fit."""
    found: om.Posterior = request.getfixturevalue(request.param)
    return found


def with_draws(posterior: om.Posterior, **changed: float) -> om.Posterior:
    """Return the posterior with some of its variables set to a number wherever they are defined."""
    data = posterior.draws["posterior"].to_dataset()
    other = {k: data[k].copy(data=np.where(np.isnan(data[k]), np.nan, v)) for k, v in changed.items()}
    tree = xr.DataTree.from_dict({"posterior": data.assign(other), "sample_stats": posterior.draws["sample_stats"].ds})
    return replace(posterior, draws=tree)


def test_the_paths_of_a_channel_add_up_to_its_value_in_every_draw(posterior: om.Posterior) -> None:
    found = om.paths(posterior, **ANYWAY).draws
    gross = om.roas(posterior, basis="gross", **ANYWAY)
    for channel in posterior.funnel.channel_names:
        parts = found.where(found[CHANNEL] == channel, drop=True).sum(PATH)
        value = gross.draws.sel({CHANNEL: channel}) * gross.known[SPEND].sel({CHANNEL: channel})
        np.testing.assert_allclose(parts, value, rtol=1e-8)


def test_without_answers_and_audiences_nothing_is_left_to_interaction(plain_posterior: om.Posterior) -> None:
    found = om.paths(plain_posterior, **ANYWAY).draws
    left = found.sel({PATH: "interaction"})
    assert float(abs(left).max()) < 1e-8 * float(found.max())


def test_paths_name_every_way_once() -> None:
    from omnimix.effects.paths import ways_of
    from tests.funnel_fits import whole_funnel

    funnel = whole_funnel()
    labels = [w.label for w in ways_of(funnel, funnel.channel("tv"))]
    assert len(labels) == len(set(labels))
    assert {"tv -> online", "tv -> visits -> online", "tv -> visits -> retargeting -> online"} <= set(labels)
    assert {"tv -> visits -> search -> store", "tv -> visits -> search -> visits -> store"} <= set(labels)
    own = [w.label for w in ways_of(funnel, funnel.channel("search"))]
    assert not any("search -> visits -> search" in w for w in own)


def test_what_answering_channels_bring_is_no_demand_that_others_answer_to() -> None:
    from omnimix.effects.paths import ways_of

    channels = ["tv", om.Channel("search", responds_to="visits"), om.Channel("bing", responds_to="visits")]
    funnel = om.Funnel(channels=channels, stages=["visits"], outcomes=[om.Outcome("sales", parents=["visits"])])
    labels = {c: [w.label for w in ways_of(funnel, funnel.channel(c))] for c in ("search", "tv")}
    assert sorted(labels["search"]) == ["search -> sales", "search -> visits -> sales"]
    assert "tv -> visits -> bing -> sales" in labels["tv"]
    assert not any("search" in w and "bing" in w for w in labels["tv"])


def test_baseline_contributions_and_remainder_are_the_prediction(posterior: om.Posterior) -> None:
    parts = om.contributions(posterior, **ANYWAY)
    whole = parts.baseline + parts.media.sum(CHANNEL) + parts.remainder
    np.testing.assert_allclose(whole, parts.prediction, rtol=1e-12)


def test_levers_alone_leave_no_remainder(plain_posterior: om.Posterior) -> None:
    parts = om.contributions(plain_posterior, **ANYWAY)
    assert float(abs(parts.remainder).max()) < 1e-8 * float(parts.prediction.max())


def test_a_contribution_is_direct_plus_what_comes_through_the_stage(plain_posterior: om.Posterior) -> None:
    # With everything in the same week the total is direct + effect x contribution to the stage, on the model's scale.
    frame = funnel_frame()
    outcomes = [om.Outcome("online", parents=["visits"], adstock="none"), "store"]
    posterior = fit(plain_funnel(outcomes=outcomes), om.Panel(frame), **SETTINGS)
    share, effect = posterior.flat("contribution_share"), posterior.flat("stage_effect")
    total = share.sel(node="online") + effect.sel(node="online", parent="visits") * share.sel(node="visits")
    weekly = om.contributions(posterior, **ANYWAY).media.sel({OUTCOME: "online"}).mean(WEEK)
    level = posterior.scaling.scale("online").level
    np.testing.assert_allclose(weekly, (total * level).transpose(DRAW, CHANNEL), rtol=1e-8)


def test_a_stage_that_carries_nothing_leaves_the_direct_effects(plain_posterior: om.Posterior) -> None:
    cut = with_draws(plain_posterior, stage_effect=0.0, shock_coefficient=0.0)
    found = om.paths(cut, **ANYWAY).draws
    mediated = found.where(found["kind"] == "mediated", drop=True)
    assert float(abs(mediated).max()) == 0.0
    whole = om.roas(cut, **ANYWAY)
    value = whole.draws.sel({CHANNEL: "tv"}) * whole.known[SPEND].sel({CHANNEL: "tv"})
    direct = found.where((found["kind"] == "direct") & (found[CHANNEL] == "tv"), drop=True).sum(PATH)
    np.testing.assert_allclose(value, direct, rtol=1e-8)


def test_unseen_demand_moves_no_figure_of_levers(plain_posterior: om.Posterior) -> None:
    # The shock coefficient says where demand went, not what media do: differences between plans do not contain it.
    other = with_draws(plain_posterior, shock_coefficient=3.0)
    np.testing.assert_allclose(om.roas(other, **ANYWAY).draws, om.roas(plain_posterior, **ANYWAY).draws, rtol=1e-7)


def test_net_counts_induced_spend_and_frozen_leaves_it_out(funnel_posterior: om.Posterior) -> None:
    net, gross, still = (om.roas(funnel_posterior, basis=b, **ANYWAY) for b in ("net", "gross", "frozen"))
    tv = {CHANNEL: "tv"}
    assert float(net.known[INDUCED_SPEND].sel(tv)) > 0
    assert (net.draws.sel(tv) <= gross.draws.sel(tv)).all()
    assert (still.draws.sel(tv) <= gross.draws.sel(tv) + 1e-12).all()
    assert float(net.known[INDUCED_SPEND].sel({CHANNEL: ALL_MEDIA})) == 0.0
    with pytest.raises(om.OmnimixError, match="did you mean 'net'"):
        om.roas(funnel_posterior, basis="nett", **ANYWAY)


def test_the_three_bases_are_one_where_nothing_answers(plain_posterior: om.Posterior) -> None:
    net, gross, still = (om.roas(plain_posterior, basis=b, **ANYWAY).draws for b in ("net", "gross", "frozen"))
    xr.testing.assert_identical(net, gross)
    xr.testing.assert_identical(net, still)


def test_without_tv_search_spends_less_and_never_below_zero(funnel_posterior: om.Posterior) -> None:
    plan = data_window(funnel_posterior)
    found = simulate_plans(funnel_posterior, {"plan": plan, "silent": without(plan, ["tv"])})
    planned, silent = found["plan"].spend.sel({CHANNEL: "search"}), found["silent"].spend.sel({CHANNEL: "search"})
    realised = plan.spend["search"].to_numpy()[plan.reported]
    np.testing.assert_allclose(planned, np.broadcast_to(realised, planned.shape))
    assert (silent <= planned + 1e-9).all()
    assert float(silent.min()) >= 0.0
    held = simulate_plans(funnel_posterior, {"held": frozen(without(plan, ["tv"]))})["held"].spend
    np.testing.assert_allclose(held.sel({CHANNEL: "search"}), planned)


def test_a_channel_is_a_lever_or_answers_never_both(funnel_posterior: om.Posterior) -> None:
    spend = funnel_posterior.panel.frame[["tv", "mail", "retargeting", "search"]]
    silent = spend.assign(tv=0.0)
    answering = as_plan(funnel_posterior, silent.drop(columns="search"))
    lever = as_plan(funnel_posterior, silent)
    assert answering.answering == {"search"}
    assert lever.answering == frozenset()
    low, high = om.respond(funnel_posterior, answering), om.respond(funnel_posterior, lever)
    assert float(low.sel({NODE: "visits"}).sum()) < float(high.sel({NODE: "visits"}).sum())


def test_a_fuelled_channel_loses_its_audience_with_the_stage(funnel_posterior: om.Posterior) -> None:
    found = om.paths(funnel_posterior, **ANYWAY).draws
    through = found.sel({PATH: "tv -> visits -> retargeting -> online"})
    assert (through >= 0).all()
    assert float(through.mean()) > 0


def test_traffic_shares_are_contributions_to_the_stage(posterior: om.Posterior) -> None:
    whole, part = om.traffic_share(posterior, **ANYWAY).draws, om.traffic_share(posterior, of="media", **ANYWAY).draws
    np.testing.assert_allclose(part.sel({CHANNEL: ALL_MEDIA}), 1.0)
    ratio = (whole / whole.sel({CHANNEL: ALL_MEDIA})).transpose(*part.dims)
    np.testing.assert_allclose(part, ratio, rtol=1e-12)
    assert (whole >= -1e-12).all()


def test_traffic_without_stages_is_refused(small_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="no stages"):
        om.traffic_share(small_posterior)


def test_payback_of_a_campaign_that_is_the_whole_window_ends_at_its_roas(plain_posterior: om.Posterior) -> None:
    weeks = len(plain_posterior.scaling.window_weeks)
    late = om.payback(plain_posterior, weeks=weeks, horizons=(1, weeks + 40), **ANYWAY)
    figures = om.roas(plain_posterior, **ANYWAY)
    spend = figures.known[SPEND]
    balance = (figures.draws - 1.0) * spend
    np.testing.assert_allclose(late.draws.sel(horizon=weeks + 40), balance, rtol=1e-6, atol=1e-6 * float(spend.max()))
    table = late.table()
    assert table["probability_paid_back"].between(0, 1).all()


def test_a_campaign_begins_with_its_first_spend_so_that_nothing_is_paid_back_before_it(
    plain_posterior: om.Posterior,
) -> None:
    """A burst after weeks without spend: the earliest of the stretches that hold all of it begins before it."""
    panel, first = plain_posterior.panel, plain_posterior.scaling.window
    spend = np.zeros(len(panel))
    spend[first + 20 : first + 23] = 9_000.0
    burst = replace(plain_posterior, panel=om.Panel(panel.frame.assign(tv=spend)))
    table = om.payback(burst, weeks=13, horizons=(1, 13), **ANYWAY).table().query("channel == 'tv'")
    assert (table["start"] == panel.weeks[first + 20]).all()
    assert (table["spend"] > 0).all()


def test_payback_of_a_team_is_that_of_its_channels_as_one(plain_posterior: om.Posterior) -> None:
    """One team of all channels has the balance of all media."""
    funnel = plain_posterior.funnel
    channels = tuple(replace(c, team="all of us") for c in funnel.channels)
    teamed = replace(plain_posterior, funnel=replace(funnel, channels=channels))
    ours = om.payback(teamed, by="team", **ANYWAY)
    media = om.payback(plain_posterior, **ANYWAY).draws.sel(channel="all_media")
    assert ours.table()["team"].unique().tolist() == ["all of us"]
    assert ours.draws.sel(team="all of us").to_numpy() == pytest.approx(media.to_numpy())


def test_payback_by_team_needs_a_team_and_a_known_word(plain_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="no channel of this funnel has a team"):
        om.payback(plain_posterior, by="team", **ANYWAY)
    with pytest.raises(om.OmnimixError, match="by is one of channel, team"):
        om.payback(plain_posterior, by="teams", **ANYWAY)


def test_payback_refuses_horizons_that_are_no_weeks(plain_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="whole numbers of weeks"):
        om.payback(plain_posterior, horizons=(0, 4), **ANYWAY)


def test_marginal_net_roas_is_the_slope_of_value_over_the_slope_of_cost(funnel_posterior: om.Posterior) -> None:
    plan, step = data_window(funnel_posterior), 0.002
    plans = {s: scaled_spend(plan, ["tv"], 1 + s * step) for s in (-1, 1)}
    found = simulate_plans(funnel_posterior, plans)
    value = {
        s: (a.nodes.sum(WEEK) * xr.DataArray([0.3, 0.2], coords={NODE: ["online", "store"]}, dims=NODE)).sum(NODE)
        for s, a in found.items()
    }
    extra = found[1].spend.sum((WEEK, CHANNEL)) - found[-1].spend.sum((WEEK, CHANNEL))
    spend = float(plan.spend["tv"].iloc[plan.reported].sum())
    slope = (value[1] - value[-1]) / (2 * step * spend + extra)
    np.testing.assert_allclose(
        om.marginal_roas(funnel_posterior, **ANYWAY).draws.sel({CHANNEL: "tv"}), slope, rtol=2e-3
    )


def future(frame: pd.DataFrame, weeks: int = 8) -> pd.DataFrame:
    """Return the last weeks' spend once more, after the table."""
    index = pd.date_range(frame.index[-1] + pd.Timedelta(weeks=1), periods=weeks, freq="7D", name="week")
    return frame.iloc[-weeks:].drop(columns=["visits", "online", "store"]).set_axis(index, axis=0)


def test_a_forecast_simulates_stages_under_the_plan(posterior: om.Posterior) -> None:
    ahead = future(posterior.panel.frame)
    calm = om.predict(posterior, ahead, noise=False, stages=True).draws
    busy = om.predict(posterior, ahead.assign(tv=ahead["tv"] + 40_000), noise=False, stages=True).draws
    rise = (busy - calm).mean(DRAW).sum(WEEK)
    assert (rise > 0).all()
    alone = om.predict(posterior, ahead, noise=False).draws
    assert list(alone[OUTCOME].to_numpy()) == ["online", "store"]


def test_a_forecast_is_as_uncertain_as_its_stages(plain_posterior: om.Posterior) -> None:
    # Cut the link: the outcome's forecast must lose the part of its spread that the stage's own noise brings.
    ahead = future(plain_posterior.panel.frame)
    strong = with_draws(plain_posterior, stage_effect=8.0, shock_coefficient=0.0)
    weak = with_draws(plain_posterior, stage_effect=0.0, shock_coefficient=0.0)
    spreads = [om.predict(p, ahead).draws.sel({OUTCOME: "online"}).std(DRAW).mean() for p in (strong, weak)]
    assert float(spreads[0]) > 1.5 * float(spreads[1])


def test_an_answering_channel_may_be_left_out_of_a_forecast(funnel_posterior: om.Posterior) -> None:
    ahead = future(funnel_posterior.panel.frame)
    told = om.predict(funnel_posterior, ahead, noise=False).draws.mean(DRAW)
    simulated = om.predict(funnel_posterior, ahead.drop(columns="search"), noise=False).draws.mean(DRAW)
    assert float(abs(simulated / told - 1).max()) < 0.2


def test_units_of_the_stage_change_no_figure() -> None:
    frame = funnel_frame()
    settings = {**SETTINGS, "draws": 40, "tune": 80}
    one = fit(plain_funnel(), om.Panel(frame), **settings)
    two = fit(plain_funnel(), om.Panel(frame.assign(visits=frame["visits"] / 1_024)), **settings)
    np.testing.assert_allclose(om.roas(one, **ANYWAY).draws, om.roas(two, **ANYWAY).draws, rtol=1e-7)


def test_joint_roas_is_the_spend_weighted_mean_of_levers(plain_posterior: om.Posterior) -> None:
    single = om.roas(plain_posterior, **ANYWAY)
    pair = om.joint_roas(plain_posterior, [("tv", "mail")], **ANYWAY).draws.squeeze()
    spend = single.known[SPEND].sel({CHANNEL: ["tv", "mail"]})
    weighted = (single.draws.sel({CHANNEL: ["tv", "mail"]}) * spend).sum(CHANNEL) / spend.sum()
    np.testing.assert_allclose(pair, weighted, rtol=1e-9)
    with pytest.raises(om.OmnimixError, match="did you mean 'mail'"):
        om.joint_roas(plain_posterior, [("mial",)], **ANYWAY)


def test_no_indistinct_channels_are_an_empty_table(plain_posterior: om.Posterior) -> None:
    found = om.joint_roas(plain_posterior, [], **ANYWAY)
    assert found.table().empty
    assert {"channel", "mean", "lower", "upper", "spend"} <= set(found.table().columns)
    assert "roas" in repr(found)


def test_a_missing_stage_week_is_estimated_and_used() -> None:
    frame = funnel_frame()
    frame.loc[frame.index[[30, 31, 60]], "visits"] = np.nan
    posterior = fit(plain_funnel(), om.Panel(frame), **SETTINGS)
    drawn = posterior.flat("missing_week")
    assert list(drawn["missing"].to_numpy()) == [f"visits {frame.index[k].date()}" for k in (30, 31, 60)]
    truth = funnel_frame()["visits"].iloc[[30, 31, 60]].to_numpy() / posterior.scaling.scale("visits").level
    error = (drawn - truth) / drawn.std(DRAW)
    assert float(abs(error.mean(DRAW)).max()) < 3.5
    again = om.respond(posterior)
    assert np.isfinite(again).all()


def test_a_saved_funnel_gives_the_same_figures(funnel_posterior: om.Posterior, tmp_path: Path) -> None:
    again = om.load(funnel_posterior.save(tmp_path / "funnel.nc"))
    assert again.funnel == funnel_posterior.funnel
    xr.testing.assert_identical(om.roas(again, **ANYWAY).draws, om.roas(funnel_posterior, **ANYWAY).draws)
    xr.testing.assert_identical(om.paths(again, **ANYWAY).draws, om.paths(funnel_posterior, **ANYWAY).draws)
