from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnimix.curves import lag_weights, saturate
from omnimix.curves.adstock import ADSTOCKS
from omnimix.curves.saturation import SATURATIONS
from omnimix.errors import OmnimixError, SpecError
from omnimix.spec import Channel, Outcome
from omnimix.truth import TRUE_ADSTOCKS, TRUE_SATURATIONS, Medium, Surroundings, World, simulate
from omnimix.truth.true_curves import TrueFamily, draw_curve

FAMILIES = [(a, "hill") for a in TRUE_ADSTOCKS] + [("delayed", s) for s in TRUE_SATURATIONS]
LIKELIHOODS = ["normal", "student_t", "log_normal"]


def world(**more: object) -> World:
    given: dict[str, object] = {"seed": 3, "weeks": 104, "history": 8, **more}
    return simulate(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("adstock", "saturation"), FAMILIES)
def test_contributions_and_baseline_add_up_to_the_noiseless_mean(adstock: str, saturation: str) -> None:
    truth = world(adstock=adstock, saturation=saturation, surroundings=Surroundings(holidays="NL")).truth
    total = truth.contributions().sum(axis=1) + truth.baseline()
    np.testing.assert_allclose(total, truth.mean(), rtol=1e-12)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_true_response_under_the_datas_own_plan_is_the_truth(likelihood: str) -> None:
    truth = world(surroundings=Surroundings(likelihood=likelihood)).truth  # type: ignore[arg-type]
    own = truth.respond(truth.spend.loc[truth.window])
    pd.testing.assert_series_equal(own["sales"], truth.mean(), check_freq=False)
    pd.testing.assert_frame_equal(own, truth.respond(), check_freq=False)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_without_noise_the_panel_shows_the_mean(likelihood: str) -> None:
    made = world(surroundings=Surroundings(noise=0.0, likelihood=likelihood))  # type: ignore[arg-type]
    seen = made.panel.frame["sales"]
    assert seen.iloc[:8].isna().all()
    np.testing.assert_allclose(seen.iloc[8:], made.truth.mean())


@pytest.mark.parametrize(("adstock", "saturation"), FAMILIES)
@pytest.mark.parametrize("tail", [True, False])
def test_marginal_roas_is_the_finite_difference_of_value_by_spend(adstock: str, saturation: str, tail: bool) -> None:
    truth = world(adstock=adstock, saturation=saturation).truth
    weeks = pd.date_range(truth.window[0], periods=len(truth.window) + 26 * tail, freq="7D")
    plan = truth.spend.reindex(weeks, fill_value=0.0)
    step = 1e-4
    for channel, marginal in truth.marginal_roas(tail=tail).items():
        more, less = (truth.respond(plan.assign(**{str(channel): plan[channel] * f})) for f in (1 + step, 1 - step))
        found = float((more - less)["sales"].sum()) / (2 * step * plan[channel].sum())
        assert found == pytest.approx(marginal, rel=1e-5)


def test_marginal_roas_of_a_multiplicative_world_is_a_finite_difference_too() -> None:
    truth = world(surroundings=Surroundings(likelihood="log_normal")).truth
    plan, step = truth.spend.loc[truth.window], 1e-4
    more, less = (truth.respond(plan.assign(tv=plan["tv"] * f)) for f in (1 + step, 1 - step))
    found = float((more - less)["sales"].sum()) / (2 * step * plan["tv"].sum())
    assert found == pytest.approx(truth.marginal_roas(tail=False)["tv"], rel=1e-5)


def test_a_linear_channel_returns_as_much_at_the_margin_as_on_average() -> None:
    truth = world(saturation="linear").truth
    np.testing.assert_allclose(truth.roas(), truth.marginal_roas())


def test_the_tail_adds_what_the_window_does_not_show() -> None:
    truth = world(adstock="delayed", saturation="linear").truth
    assert (truth.roas() > truth.roas(tail=False)).all()
    alone = world(adstock="none", saturation="linear").truth
    np.testing.assert_allclose(alone.roas(), alone.roas(tail=False))


def test_twice_the_money_for_the_same_exposure_halves_roas_and_nothing_else() -> None:
    once, twice = (
        simulate(seed=3, channels=[Medium("tv", weekly_spend=s), Medium("radio", weekly_spend=50.0)])
        for s in (1e3, 2e3)
    )
    pd.testing.assert_frame_equal(once.truth.contributions(), twice.truth.contributions())
    np.testing.assert_allclose(once.panel.frame["sales"], twice.panel.frame["sales"])
    assert twice.truth.roas()["tv"] == pytest.approx(once.truth.roas()["tv"] / 2)
    assert twice.truth.roas()["radio"] == pytest.approx(once.truth.roas()["radio"])


def test_roas_is_the_same_in_euros_and_in_cents() -> None:
    euros, cents = (
        simulate(seed=3, channels=[Medium("tv", weekly_spend=1e3 * f)], surroundings=Surroundings(level=1e6 * f)).truth
        for f in (1, 100)
    )
    np.testing.assert_allclose(euros.table()[["roas", "marginal_roas"]], cents.table()[["roas", "marginal_roas"]])


def test_a_unit_of_the_outcome_counts_at_its_value() -> None:
    plain, margin = (world(outcome=Outcome("sales", value=v)).truth for v in (None, 0.3))
    np.testing.assert_allclose(margin.roas(), 0.3 * plain.roas())
    np.testing.assert_allclose(margin.contributions(), plain.contributions())


def test_a_silent_plan_brings_nothing_but_what_history_carries_over() -> None:
    truth = world(history=0).truth
    silent = truth.respond(truth.spend * 0.0)["sales"]
    np.testing.assert_allclose(silent, truth.baseline())


def test_a_placebo_brings_nothing() -> None:
    truth = world(channels=["tv", Medium("print", share=0.0)]).truth
    assert (truth.contributions()["print"] == 0.0).all()
    assert truth.roas()["print"] == 0.0
    assert truth.spend["print"].sum() > 0


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    pd.testing.assert_frame_equal(world().panel.frame, world().panel.frame)
    assert not np.allclose(world().panel.frame["tv"], world(seed=4).panel.frame["tv"])


def test_the_order_of_channels_changes_nothing() -> None:
    one, other = world(channels=["tv", "radio", "search"]), world(channels=["search", "tv", "radio"])
    np.testing.assert_allclose(one.panel.frame["sales"], other.panel.frame["sales"])
    pd.testing.assert_series_equal(one.truth.roas(), other.truth.roas()[["tv", "radio", "search"]])


def test_mean_contributions_are_the_shares_that_were_asked() -> None:
    truth = world(channels=[Medium("tv", share=0.1), "radio", "social"], media_share=0.2).truth
    shares = truth.contributions().mean() / 1_000_000
    assert shares["tv"] == pytest.approx(0.1)
    assert shares[["radio", "social"]].sum() == pytest.approx(0.2)


def test_a_later_plan_continues_the_baseline_and_carries_over() -> None:
    truth = world(adstock="delayed").truth
    weeks = pd.date_range(truth.window[-1] + pd.Timedelta(weeks=1), periods=20, freq="7D")
    after = truth.respond(pd.DataFrame(0.0, index=weeks, columns=truth.channels))["sales"]
    always = truth.spend.index.append(weeks)
    bare = truth.respond(pd.DataFrame(0.0, index=always, columns=truth.channels))["sales"].loc[weeks]
    assert (after.iloc[:2] > bare.iloc[:2]).all()
    np.testing.assert_allclose(after.iloc[13:], bare.iloc[13:])


def test_exposure_is_bought_at_each_weeks_own_price() -> None:
    made = world(channels=[Medium(Channel("tv", exposure="grp"), exposure_price=500.0)])
    prices = (made.panel.frame["tv"] / made.panel.frame["grp"]).dropna()
    assert 300 < prices.median() < 800
    assert prices.std() > 0
    np.testing.assert_allclose(made.truth.respond()["sales"], made.truth.mean())


@pytest.mark.parametrize("name", sorted(set(TRUE_ADSTOCKS) & set(ADSTOCKS)))
def test_true_carryover_agrees_with_the_fitted_kernel_of_the_same_name(name: str) -> None:
    curve = draw_curve(TRUE_ADSTOCKS, name, {}, np.random.default_rng(1))
    given = ([*curve.parameters.values(), 1.0, 1.0, 1.0])[:3]
    np.testing.assert_allclose(curve.weights(14), lag_weights(ADSTOCKS[name].code, *given, 14)[0], atol=1e-14)


@pytest.mark.parametrize("name", sorted(set(TRUE_SATURATIONS) & set(SATURATIONS)))
def test_true_saturation_agrees_with_the_fitted_curve_of_the_same_name(name: str) -> None:
    curve = draw_curve(TRUE_SATURATIONS, name, {}, np.random.default_rng(1))
    p0, p1 = ([*curve.parameters.values(), 1.0])[:2]
    levels = np.array([0.0, 0.2, 1.0, 3.0])
    np.testing.assert_allclose(curve.value(levels), [saturate(SATURATIONS[name].code, u, p0, p1)[0] for u in levels])


@pytest.mark.parametrize("table", [TRUE_ADSTOCKS, TRUE_SATURATIONS], ids=["adstock", "saturation"])
def test_a_curve_that_is_not_written_apart_is_read_from_its_record(
    table: dict[str, TrueFamily], monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = np.array([0.2, 1.0, 3.0])
    for name in sorted(set(table) & {*ADSTOCKS, *SATURATIONS}):
        curve = draw_curve(table, name, {}, np.random.default_rng(3))
        methods = [curve.value, curve.slope] if table is TRUE_SATURATIONS else [lambda u, c=curve: c.weights(9)]
        written = [method(levels) for method in methods]
        with monkeypatch.context() as patch:
            patch.delitem(table, name)
            np.testing.assert_allclose([method(levels) for method in methods], written, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("name", TRUE_SATURATIONS)
def test_the_slope_of_a_true_curve_is_its_derivative(name: str) -> None:
    curve = draw_curve(TRUE_SATURATIONS, name, {}, np.random.default_rng(2))
    levels = np.array([0.1, 0.7, 2.0])
    found = (curve.value(levels + 1e-6) - curve.value(levels - 1e-6)) / 2e-6
    np.testing.assert_allclose(found, curve.slope(levels), rtol=1e-6)


def test_wrong_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(SpecError, match="did you mean 'exponential'"):
        simulate(saturation="exponental")
    with pytest.raises(SpecError, match="did you mean 'peak'"):
        Medium("tv", parameters={"peek": 1.0})
    with pytest.raises(SpecError, match="used twice: tv"):
        simulate(channels=["tv", "tv"])
    with pytest.raises(OmnimixError, match="the plan names radoi"):
        world().truth.respond(pd.DataFrame({"radoi": [1.0]}, index=[pd.Timestamp("2022-01-03")]))
