"""Accounting, unit, order and additivity laws of every figure that is reported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import omnimix as om
from omnimix.effects.engine import Engine
from omnimix.effects.plan import as_plan, data_window, history, without
from omnimix.labels import ALL_MEDIA, CHANNEL, DRAW, OUTCOME, WEEK
from omnimix.mechanics import fit_scaling
from omnimix.model.build import build_layout
from tests.conftest import small_frame, small_funnel
from tests.fits import fit, seed
from tests.model.compiled import Compiled

QUICK = {"seed": 3, "draws": 60, "tune": 150, "chains": 2, "progress": False}


def test_baseline_plus_contributions_is_the_prediction_in_every_draw(small_posterior: om.Posterior) -> None:
    parts = om.contributions(small_posterior)
    expected = om.respond(small_posterior)
    np.testing.assert_allclose(parts.baseline + parts.media.sum(CHANNEL), parts.prediction, rtol=1e-9)
    np.testing.assert_allclose(parts.prediction.to_numpy(), expected.to_numpy(), rtol=1e-12)


def test_the_parameter_is_the_mean_weekly_contribution_over_the_data_window(small_posterior: om.Posterior) -> None:
    weekly = om.contributions(small_posterior).media.mean(WEEK).sel({OUTCOME: "sales"})
    stated = small_posterior.flat("contribution").sel(node="sales")
    np.testing.assert_allclose(weekly, stated, rtol=1e-9)


def test_the_engine_equals_the_response_written_by_hand(small_posterior: om.Posterior) -> None:
    scaling, frame = small_posterior.scaling, small_posterior.panel.frame
    x = frame["tv"].to_numpy() / scaling.typical_exposure["tv"]
    engine = Engine(small_posterior, scaling.weeks).direct_effect("sales", "tv")
    draws = small_posterior.draws["posterior"].to_dataset().sel(node="sales", channel="tv")
    for chain, draw in ((0, 0), (1, 17), (3, 999)):
        p = {k: float(v) for k, v in draws.isel(chain=chain, draw=draw).data_vars.items() if v.ndim == 0}
        lags = np.arange(27)
        fast, slow = (lags + 1.0) ** p["delay"] * p["retention"] ** lags, p["retention"] ** (lags / 3)
        weights = (1 - p["slow_share"]) * fast / fast.sum() + p["slow_share"] * slow / slow.sum()
        power = np.convolve(x, weights)[: len(x)] ** (1 + p["bend"])
        r = power / ((1 - p["elasticity"]) * power + p["elasticity"])
        by_hand = p["contribution_share"] * r / r.mean()
        np.testing.assert_allclose(engine[chain * 1000 + draw], by_hand, rtol=1e-9)


def test_weekly_tables_add_up_to_the_totals(small_posterior: om.Posterior) -> None:
    parts = om.contributions(small_posterior)
    weekly = parts.by_week().groupby("channel")["mean"].sum()
    for row in parts.table().itertuples():
        assert weekly[row.channel] == pytest.approx(row.mean)
    assert {"baseline", "tv", "search"} == set(weekly.index)


def test_no_spend_brings_nothing_and_silencing_a_silent_channel_changes_nothing(small_posterior: om.Posterior) -> None:
    plan = data_window(small_posterior)
    silent = without(plan, ["tv"])
    once, twice = om.respond(small_posterior, silent), om.respond(small_posterior, without(silent, ["tv"]))
    xr.testing.assert_identical(once, twice)


def test_roas_is_the_contribution_with_its_tail_over_spend(small_posterior: om.Posterior) -> None:
    table = om.roas(small_posterior)
    spend = small_posterior.panel.frame[["tv", "search"]].sum()
    for name in ("tv", "search"):
        in_window = om.contributions(small_posterior).media.sum(WEEK).sel({OUTCOME: "sales", CHANNEL: name})
        with_tail = table.draws.sel({CHANNEL: name}) * spend[name]
        assert (with_tail >= in_window - 1e-6 * abs(in_window)).all()
        assert float((with_tail / in_window).median()) < 1.1


def test_all_media_equals_the_spend_weighted_channels_where_effects_add(small_posterior: om.Posterior) -> None:
    figures = om.roas(small_posterior)
    spend = figures.known["spend"]
    channels = [c for c in figures.draws[CHANNEL].to_numpy() if c != ALL_MEDIA]
    weighted = (figures.draws * spend).sel({CHANNEL: channels}).sum(CHANNEL)
    np.testing.assert_allclose(
        weighted, figures.draws.sel({CHANNEL: ALL_MEDIA}) * spend.sel({CHANNEL: ALL_MEDIA}), rtol=1e-9
    )


def test_marginal_roas_is_the_slope_of_the_response_curve_at_todays_spend(small_posterior: om.Posterior) -> None:
    marginal = om.marginal_roas(small_posterior).draws.sel({CHANNEL: "tv"})
    curve = om.response_curves(small_posterior, factors=(0.999, 1.001))
    rise = curve.draws.sel({CHANNEL: "tv"}).diff("factor").squeeze()
    spend = curve.spend.sel({CHANNEL: "tv"}).diff("factor").squeeze()
    np.testing.assert_allclose(marginal, rise / spend, rtol=1e-3)


def test_the_response_curve_passes_through_zero_and_through_todays_contribution(small_posterior: om.Posterior) -> None:
    curve, figures = om.response_curves(small_posterior), om.roas(small_posterior)
    for name in ("tv", "search"):
        today = figures.draws.sel({CHANNEL: name}) * figures.known["spend"].sel({CHANNEL: name})
        np.testing.assert_allclose(curve.draws.sel({CHANNEL: name, "factor": 1.0}), today, rtol=1e-9)
        assert (curve.draws.sel({CHANNEL: name, "factor": 0.0}) == 0).all()
        assert (curve.draws.sel({CHANNEL: name}).diff("factor") >= -1e-9).all()


@pytest.mark.parametrize("likelihood", ["normal", "student_t", "log_normal"])
def test_currency_and_unit_do_not_change_the_density(likelihood: str) -> None:
    frame = small_frame()
    funnel = small_funnel(outcomes=[om.Outcome("sales", likelihood=likelihood)])
    other = frame.assign(
        tv=frame["tv"] * 100, search=frame["search"] * 100, price=frame["price"] * 3, sales=frame["sales"] / 1_000
    )
    layouts = [build_layout(funnel, om.Panel(f), fit_scaling(funnel, om.Panel(f))) for f in (frame, other)]
    z = np.random.default_rng(1).normal(0, 0.5, len(layouts[0].parameters))
    one, two = (Compiled(lay).log_posterior(z)[0] for lay in layouts)
    assert one == pytest.approx(two, rel=1e-9)


def test_currency_and_unit_change_nothing_else() -> None:
    # Powers of two are exact in floating point, so that even the random paths must be the same.
    frame = small_frame()
    base = fit(small_funnel(), om.Panel(frame), **QUICK)
    other = frame.assign(
        tv=frame["tv"] * 128, search=frame["search"] * 128, price=frame["price"] * 4, sales=frame["sales"] / 1_024
    )
    worth = om.Outcome("sales", value=128.0 * 1_024.0)  # a unit of a thousand, in a currency of a hundredth
    scaled = fit(small_funnel(outcomes=[worth]), om.Panel(other), **QUICK)
    left = om.roas(base, allow_unconverged=True).draws
    right = om.roas(scaled, allow_unconverged=True).draws
    np.testing.assert_allclose(left, right, rtol=1e-9)


def test_the_order_of_channels_and_rows_changes_nothing_but_chance() -> None:
    frame = small_frame()
    settings = {**QUICK, "draws": 1000, "tune": 600, "chains": 4}
    one = om.roas(fit(small_funnel(), om.Panel(frame), **settings)).table().set_index(CHANNEL)
    shuffled = frame.sample(frac=1.0, random_state=1)[["sales", "price", "search", "tv"]]
    two = (
        om.roas(fit(small_funnel(channels=["search", "tv"]), om.Panel(shuffled), **settings)).table().set_index(CHANNEL)
    )
    width = one["upper"] - one["lower"]
    assert (abs(one["mean"] - two["mean"].reindex(one.index)) < 0.1 * width).all()


def test_the_same_seed_gives_the_same_draws() -> None:
    settings = {**QUICK, "seed": seed(QUICK["seed"])}
    first, second = (om.fit(small_funnel(), om.Panel(small_frame()), **settings) for _ in range(2))
    xr.testing.assert_identical(first.draws["posterior"].to_dataset(), second.draws["posterior"].to_dataset())


def test_value_is_money_for_one_unit(small_posterior: om.Posterior) -> None:
    from dataclasses import replace

    halved = replace(small_posterior, funnel=small_funnel(outcomes=[om.Outcome("sales", value=0.5)]))
    np.testing.assert_allclose(om.roas(halved).draws, om.roas(small_posterior).draws * 0.5, rtol=1e-12)


def test_media_history_carries_into_the_first_week() -> None:
    frame = small_frame()
    frame.loc[frame.index[:13], "sales"] = np.nan
    posterior = fit(small_funnel(), om.Panel(frame), **QUICK)
    scaling = posterior.scaling
    assert frame["tv"].iloc[:13].sum() > 0
    warm = Engine(posterior, scaling.weeks).direct_effect("sales", "tv")[:, scaling.window]
    silent = replace(posterior, panel=om.Panel(frame.assign(tv=frame["tv"].where(np.arange(len(frame)) >= 13, 0.0))))
    cold = Engine(silent, scaling.weeks).direct_effect("sales", "tv")[:, scaling.window]
    assert (warm > cold).all()
    parts = om.contributions(posterior, allow_unconverged=True)
    np.testing.assert_allclose(parts.remainder, 0, atol=1e-6)


def test_a_future_plan_continues_the_calendar_and_carries_in(small_posterior: om.Posterior) -> None:
    weeks = pd.date_range(small_posterior.scaling.weeks[-1] + pd.Timedelta(weeks=1), periods=8, freq="7D", name="week")
    nothing = pd.DataFrame({"tv": 0.0, "search": 0.0}, index=weeks)
    answer = om.respond(small_posterior, nothing)
    never = om.respond(small_posterior, without(as_plan(small_posterior, nothing), ["tv", "search"]))
    assert list(answer[WEEK].to_numpy()) == list(weeks.to_numpy())
    xr.testing.assert_identical(answer, never)
    spent = om.respond(small_posterior, nothing.assign(tv=20_000.0))
    assert (spent.sum(WEEK) > answer.sum(WEEK)).all()


def test_a_plan_over_training_weeks_that_repeats_history_is_history(small_posterior: om.Posterior) -> None:
    again = om.respond(small_posterior, history(small_posterior))
    np.testing.assert_allclose(again, om.respond(small_posterior), rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.rename(columns={"tv": "tvv"}), "did you mean 'tv'"),
        (lambda f: f.drop(columns="search"), "channel `search` has no column"),
        (lambda f: f.assign(tv=-1.0), "negative"),
        (lambda f: f.assign(tv=np.nan), "empty"),
        (lambda f: f.set_axis(f.index + pd.Timedelta(days=1)), "start on Tuesday"),
        (lambda f: f.set_axis(f.index + pd.Timedelta(weeks=20)), "must start between"),
        (lambda f: f.iloc[::2], "every 7 days"),
        (lambda f: f.iloc[:0], "no weeks"),
    ],
)
def test_an_unusable_plan_is_refused_with_what_to_do(
    small_posterior: om.Posterior, change: object, message: str
) -> None:
    weeks = pd.date_range(small_posterior.scaling.weeks[-1] + pd.Timedelta(weeks=1), periods=8, freq="7D", name="week")
    plan = pd.DataFrame({"tv": 5.0, "search": 1.0}, index=weeks)
    with pytest.raises(om.OmnimixError, match=message):
        om.respond(small_posterior, change(plan))  # type: ignore[operator]


def test_effects_multiply_in_the_log_normal_model_and_the_remainder_says_so() -> None:
    funnel = small_funnel(outcomes=[om.Outcome("sales", likelihood="log_normal")])
    posterior = fit(funnel, om.Panel(small_frame()), **QUICK)
    parts = om.contributions(posterior, allow_unconverged=True)
    assert float(parts.remainder.sum()) < 0  # what is taken away first counts what the others multiply
    np.testing.assert_allclose(parts.baseline + parts.media.sum(CHANNEL) + parts.remainder, parts.prediction, rtol=1e-9)


def test_the_expected_outcome_is_the_mean_of_what_is_predicted_where_effects_multiply() -> None:
    frame = small_frame()
    frame["sales"] *= np.exp(np.random.default_rng(2).normal(0, 0.4, len(frame)))
    funnel = small_funnel(outcomes=[om.Outcome("sales", likelihood="log_normal")])
    posterior = fit(funnel, om.Panel(frame), **{**QUICK, "draws": 400, "tune": 400})
    with_noise = float(om.predict(posterior).draws.mean())
    assert float(om.predict(posterior, noise=False).draws.mean()) == pytest.approx(with_noise, rel=0.02)
    assert float(om.respond(posterior).mean()) == pytest.approx(with_noise, rel=0.02)
    assert with_noise == pytest.approx(frame["sales"].mean(), rel=0.05)


def test_exposure_buys_at_the_weeks_own_price_and_roas_divides_by_spend() -> None:
    frame = small_frame()
    price = np.linspace(1.0, 2.0, len(frame))
    frame["grp"] = frame["tv"] / (100 * price)
    funnel = small_funnel(channels=[om.Channel("tv", exposure="grp"), "search"])
    posterior = fit(funnel, om.Panel(frame), **QUICK)
    plan = data_window(posterior, tail=False)
    np.testing.assert_allclose(plan.exposure["tv"] * posterior.scaling.typical_exposure["tv"], frame["grp"], rtol=1e-12)
    figures = om.roas(posterior, allow_unconverged=True)
    assert float(figures.known["spend"].sel({CHANNEL: "tv"})) == pytest.approx(frame["tv"].sum())


def test_tables_name_their_interval_and_keep_lower_below_upper(small_posterior: om.Posterior) -> None:
    table = om.roas(small_posterior, interval=0.5).table()
    assert set(table["interval"]) == {0.5}
    assert (table["lower"] < table["median"]).all()
    assert (table["median"] < table["upper"]).all()
    wide = om.roas(small_posterior).table()
    assert (wide["lower"] < table["lower"]).all()
    with pytest.raises(om.OmnimixError, match="between 0 and 1"):
        om.roas(small_posterior, interval=90).table()


def test_prediction_of_the_data_window_covers_what_was_seen(small_posterior: om.Posterior) -> None:
    table = om.predict(small_posterior).table()
    seen = small_posterior.panel.frame["sales"].to_numpy()
    inside = ((seen >= table["lower"]) & (seen <= table["upper"])).mean()
    assert 0.82 <= inside <= 0.98
    assert DRAW not in table.columns


def test_prediction_grows_less_certain_with_every_week_ahead(small_posterior: om.Posterior) -> None:
    weeks = pd.date_range(small_posterior.scaling.weeks[-1] + pd.Timedelta(weeks=1), periods=26, freq="7D", name="week")
    future = pd.DataFrame({"tv": 4_000.0, "search": 7_000.0, "price": 10.0}, index=weeks)
    table = om.predict(small_posterior, future).table()
    width = table["upper"] - table["lower"]
    assert width.iloc[-5:].mean() > width.iloc[:5].mean()
    expected_only = om.predict(small_posterior, future, noise=False).table()
    assert ((expected_only["upper"] - expected_only["lower"]) < width).all()


def test_prediction_refuses_a_future_without_its_controls(small_posterior: om.Posterior) -> None:
    weeks = pd.date_range(small_posterior.scaling.weeks[-1] + pd.Timedelta(weeks=1), periods=4, freq="7D", name="week")
    future = pd.DataFrame({"tv": 1.0, "search": 1.0}, index=weeks)
    with pytest.raises(om.DataError, match="price"):
        om.predict(small_posterior, future)
    with pytest.raises(om.DataError, match="empty"):
        om.predict(small_posterior, future.assign(price=[10.0, np.nan, 10.0, 10.0]))
