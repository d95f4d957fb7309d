from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnimix.spec import Outcome, Stage
from omnimix.truth import Answer, Bond, Medium, Step, Surroundings, World, simulate
from omnimix.truth.mechanism import TrueEffect, carried, gathered
from tests.truth.funnels import NODES, funnel

KINDS = [{}, {"answers": True}, {"fuelled": True}, {"answers": True, "fuelled": True}]


@pytest.fixture(params=KINDS, ids=["plain", "answers", "fuelled", "both"])
def world(request: pytest.FixtureRequest) -> World:
    return funnel(**request.param)


def response_of(effect: TrueEffect, spend: np.ndarray, week: int) -> float:
    """Return the raw response of one week by hand: prices, carryover, saturation."""
    medium, weights = effect.medium, effect.adstock.weights(effect.medium.channel.lags)
    rate = np.divide(medium.exposure, medium.spend, out=np.zeros(len(spend)), where=medium.spend > 0)
    average = medium.exposure.sum() / medium.spend.sum()
    exposure = [s * (r if r > 0 else average) / medium.typical for s, r in zip(spend, rate, strict=True)]
    lagged = sum(weights[k] * exposure[week - k] for k in range(min(len(weights), week + 1)))
    return float(effect.saturation.value(np.array([lagged]))[0])


def test_the_panel_is_the_equation_worked_out_week_by_week(world: World) -> None:
    mechanism, frame = world.truth.mechanism, world.panel.frame
    weeks, window = pd.DatetimeIndex(frame.index), mechanism.window
    demand = {n.name: np.zeros(len(weeks)) for n in mechanism.nodes}
    media = {n.name: np.zeros(len(weeks)) for n in mechanism.nodes}
    base = {n.name: n.baseline.at(weeks) for n in mechanism.nodes}
    spend = {c: frame[c].to_numpy() for c in world.truth.channels}
    for week in range(len(weeks)):
        for node in mechanism.nodes:
            name = node.name
            demand[name][week] = base[name][week] + node.shocks[week]
            for link in node.links:
                kernel = [0.4, 0.2][name == "store_sales"] ** np.arange(link.lags)
                for lag in range(min(link.lags, week + 1)):
                    weight = link.effect * kernel[lag] / kernel.sum()
                    demand[name][week] += weight * demand[link.parent][week - lag]
                    media[name][week] += weight * media[link.parent][week - lag]
            for effect in node.effects:
                part = effect.share / effect.size * response_of(effect, spend[effect.name], week)
                if effect.medium.channel.fuelled_by is not None:
                    stage = mechanism.node("visits")
                    seen = [1 + (demand["visits"] + media["visits"])[w] for w in range(max(window, week - 3), week + 1)]
                    part *= np.mean(seen) * stage.level / stage.typical if seen else 1.0
                media[name][week] += part
    for node in mechanism.nodes:
        found = node.level * (1 + demand[node.name] + media[node.name])
        np.testing.assert_allclose(frame[node.name].iloc[window:], found[window:], rtol=1e-10)


def test_a_funnel_without_links_is_so_many_worlds_of_one_outcome() -> None:
    alone = simulate(seed=3, weeks=90, channels=["tv", "search"], nodes=[Step(Outcome("sales"))])
    plain = simulate(seed=3, weeks=90, channels=["tv", "search"])
    pd.testing.assert_frame_equal(alone.panel.frame, plain.panel.frame)
    nodes = [
        Step(Outcome("here", value=1.0), media={"tv": 0.1}),
        Step(Outcome("there", value=2.0), media={"search": 0.1}),
    ]
    both = simulate(
        seed=3, weeks=90, channels=[Medium("tv", weekly_spend=9.0), Medium("search", weekly_spend=5.0)], nodes=nodes
    )
    paths = both.truth.paths().set_index("path")["value"]
    assert paths["tv -> there"] == paths["search -> here"] == 0.0
    for name, channel in (("here", "tv"), ("there", "search")):
        only = [p for p in both.truth.mechanism.node(name).effects if p.name == channel]
        by_hand = only[0].part(both.truth.spend[channel].to_numpy(), None).sum() * 1_000_000
        assert both.truth.contributions(name)[channel].sum() == pytest.approx(by_hand)


def test_the_numeric_margin_of_a_funnel_is_the_derivative_of_a_world_without_links() -> None:
    truth = simulate(seed=4, channels=["tv", "radio"]).truth
    for channel, slope in truth.marginal_roas().items():
        numeric = truth.counterfactuals.marginal_roas([str(channel)], truth.counterfactuals.onwards)
        assert numeric == pytest.approx(slope, rel=1e-5)


def test_no_plan_moves_the_demand_part(world: World) -> None:
    truth = world.truth
    counterfactuals, plan = truth.counterfactuals, truth.counterfactuals.without(["tv"])
    for name in ("visits", "online_sales", "store_sales"):
        was, now = counterfactuals.as_it_was, plan
        assert was.demand is now.demand
        assert not np.allclose(was.media[name], now.media[name])


def test_without_all_media_the_baseline_is_left(world: World) -> None:
    truth = world.truth
    silent = truth.respond(truth.spend * 0.0)
    for name in silent:
        pd.testing.assert_series_equal(
            silent[name].loc[truth.window], truth.baseline(name), check_names=False, check_freq=False
        )


def test_the_true_response_to_the_plan_that_was_is_the_mean(world: World) -> None:
    truth = world.truth
    own = truth.respond(truth.spend.loc[truth.window])
    levers = truth.respond(truth.spend[["tv"]].loc[truth.window])
    for name in own:
        np.testing.assert_allclose(own[name], truth.mean(name), rtol=1e-12)
        np.testing.assert_allclose(levers[name], truth.mean(name), rtol=1e-12)


def test_responding_spend_follows_visits_and_never_turns_negative() -> None:
    truth = funnel(answers=True, answer=Answer(slope=12.0, noise=0.2)).truth
    plan = truth.spend[["tv", "mail"]].loc[truth.window] * 0.0
    spend = truth.resulting_spend(plan)
    assert (spend["search"] >= 0).all()
    assert (spend["search"] == 0).any()
    assert spend["search"].sum() < truth.spend["search"].loc[truth.window].sum()
    frozen = truth.resulting_spend(plan, responding=False)
    np.testing.assert_allclose(frozen["search"], truth.spend["search"].loc[truth.window])


def test_a_responding_channel_answers_to_the_stage_without_itself() -> None:
    truth = funnel(answers=True).truth
    more = truth.spend.loc[truth.window].assign(search=lambda f: 2 * f["search"])
    assert (truth.respond(more)["visits"] > truth.mean("visits")).all()
    without = truth.resulting_spend(truth.spend[["tv", "mail"]].loc[truth.window].assign(tv=0.0))
    lost = truth.contributions("visits")["tv"] - 0.0
    by_itself = truth.mean("visits") - truth.respond(truth.spend.loc[truth.window].assign(tv=0.0))["visits"]
    answer = truth.answers.iloc[0]
    fallen = truth.spend["search"].loc[truth.window] - without["search"]
    np.testing.assert_allclose(fallen, answer["slope"] * by_itself, rtol=1e-9, atol=1e-9)
    assert lost.sum() > by_itself.sum()


def test_weeks_that_were_set_to_zero_stay_zero() -> None:
    truth = funnel(answers=True, answer=Answer(slope=8.0, noise=0.6)).truth
    silent = truth.spend["search"].loc[truth.window] == 0
    assert silent.any()
    more = truth.resulting_spend(truth.spend[["tv"]].loc[truth.window] * 3.0)
    assert (more["search"][silent] == 0).all()


def test_a_named_responding_channel_is_a_lever() -> None:
    truth = funnel(answers=True).truth
    plan = truth.spend.loc[truth.window].assign(tv=0.0)
    np.testing.assert_allclose(truth.resulting_spend(plan)["search"], plan["search"])


def test_after_the_window_a_responding_channel_spends_what_its_stage_calls_for() -> None:
    truth = funnel(answers=True, answer=Answer(slope=1.0, noise=0.0, wander=0.0)).truth
    weeks = pd.date_range(truth.window[-1] + pd.Timedelta(weeks=1), periods=30, freq="7D")
    plan = pd.DataFrame({"tv": 900.0}, index=weeks)
    spend = truth.resulting_spend(plan)["search"]
    assert spend.between(200, 900).all()
    never = pd.concat([truth.spend[["tv"]], plan]).assign(search=0.0)
    stage = truth.respond(never)["visits"].loc[weeks]
    slope, _ = np.polyfit(stage, spend, 1)
    assert slope == pytest.approx(truth.answers["slope"].iloc[0], rel=1e-6)


def test_audience_is_the_mean_of_the_known_weeks() -> None:
    np.testing.assert_allclose(gathered(np.array([9.0, 1.0, 3.0, 2.0]), 1, 2), [1.0, 1.0, 2.0, 2.5])
    np.testing.assert_allclose(carried(np.array([1.0, 0.0, 2.0]), np.array([0.5, 0.5])), [0.5, 0.5, 1.0])


def test_a_fuelled_channel_brings_more_when_its_stage_is_fuller() -> None:
    truth = funnel(fuelled=True).truth
    without_tv = truth.respond(truth.spend.loc[truth.window].assign(tv=0.0, mail=0.0))
    with_mail = truth.respond(truth.spend.loc[truth.window].assign(tv=0.0))
    brought = (with_mail - without_tv)["online_sales"].sum()
    assert 0 < brought < truth.contributions("online_sales")["mail"].sum()


@pytest.mark.parametrize("turned", [lambda x: x[::-1], lambda x: [*x[1:], x[0]]])
def test_the_order_of_channels_and_nodes_changes_nothing(turned) -> None:
    from tests.truth.funnels import channels

    media = channels(answers=True, fuelled=True)
    one = simulate(seed=3, channels=media, nodes=NODES)
    other = simulate(seed=3, channels=turned(media), nodes=turned(list(NODES)))
    np.testing.assert_allclose(one.panel.frame[list(other.panel.columns)], other.panel.frame, rtol=1e-12)
    roas = other.truth.roas()
    np.testing.assert_allclose(one.truth.roas()[roas.index], roas, rtol=1e-9)
    paths = [w.truth.paths().set_index(["channel", "outcome", "path"])["value"].sort_index() for w in (one, other)]
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-6, atol=1e-4)


def test_units_of_money_and_of_stages_change_no_return() -> None:
    def in_units(money: float, people: float) -> World:
        nodes = [
            Step(Stage("visits"), media={"tv": 0.1}, surroundings=Surroundings(level=1e3 * people)),
            Step(
                Outcome("sales", parents=["visits"]),
                media={"tv": 0.05},
                links={"visits": 0.5},
                surroundings=Surroundings(level=1e4 * money),
            ),
        ]
        return simulate(seed=2, channels=[Medium("tv", weekly_spend=700.0 * money)], nodes=nodes)

    plain, scaled = in_units(1.0, 1.0), in_units(100.0, 7.0)
    np.testing.assert_allclose(plain.truth.table()["roas"], scaled.truth.table()["roas"])
    one, other = plain.truth.links.iloc[0], scaled.truth.links.iloc[0]
    assert other["effect"] == pytest.approx(one["effect"] * 100 / 7)
    assert other["stage_effect"] == pytest.approx(one["stage_effect"])


@pytest.mark.parametrize("likelihood", ["normal", "student_t", "log_normal"])
def test_the_link_on_the_scale_of_a_fit_moves_one_typical_week_by_another(likelihood: str) -> None:
    around = Surroundings(level=1e4, likelihood=likelihood)  # type: ignore[arg-type]
    nodes = [
        Step(Stage("visits"), media={"tv": 0.2}, surroundings=Surroundings(level=500.0)),
        Step(Outcome("sales", parents=["visits"]), media={}, links={"visits": Bond(0.5)}, surroundings=around),
    ]
    world = simulate(seed=2, weeks=400, channels=["tv"], nodes=nodes)
    seen, link = world.panel.frame, world.truth.links.iloc[0]
    truth = world.truth
    visits = truth.contributions("visits")["tv"] / seen["visits"].mean()
    sales = truth.mean("sales"), truth.baseline("sales")
    moved = np.log(sales[0] / sales[1]) if likelihood == "log_normal" else (sales[0] - sales[1]) / seen["sales"].mean()
    np.testing.assert_allclose(moved, link["stage_effect"] * visits, rtol=1e-9)


def test_unseen_demand_moves_both_nodes_by_the_correlation_that_was_asked() -> None:
    for rho in (-0.4, 0.0, 0.6):
        nodes = [
            Step(Stage("visits"), media={"tv": 0.1}, surroundings=Surroundings(noise=0.06)),
            Step(Outcome("sales", parents=["visits"]), links={"visits": Bond(0.0, correlation=rho)}),
        ]
        mechanism = simulate(seed=5, weeks=3000, channels=["tv"], nodes=nodes).truth.mechanism
        visits, sales = mechanism.nodes
        total = sales.shocks + sales.links[0].shock_coefficient * visits.shocks
        assert np.corrcoef(visits.shocks, total)[0, 1] == pytest.approx(rho, abs=0.05)
        assert total.std() == pytest.approx(0.04, rel=0.05)


def test_a_shared_wave_moves_all_nodes_alike() -> None:
    def level(wave: float) -> pd.DataFrame:
        steps = [
            Step(Stage("visits"), media={"tv": 0.1}),
            Step(Outcome("sales", parents=["visits"]), links={"visits": 0.0}),
        ]
        return simulate(seed=3, channels=["tv"], nodes=steps, surroundings=Surroundings(wave=wave)).panel.frame

    moved = level(0.05) - level(0.0)
    np.testing.assert_allclose(moved["visits"], moved["sales"], atol=1.0)
    assert moved["visits"].std() > 20_000


def test_missing_weeks_are_empty_and_change_nothing_else() -> None:
    whole, holed = funnel(), funnel(missing={"visits": 9, "online_sales": ["2022-03-07"]})
    assert holed.panel.frame["visits"].iloc[10:].isna().sum() == 9
    assert np.isnan(holed.panel.frame.loc["2022-03-07", "online_sales"])
    np.testing.assert_allclose(holed.truth.roas(), whole.truth.roas())
    seen = holed.panel.frame["visits"].notna()
    np.testing.assert_allclose(holed.panel.frame["visits"][seen], whole.panel.frame["visits"][seen])


def test_media_history_carries_into_the_window_through_the_link() -> None:
    truth = funnel().truth
    silent = truth.spend.loc[truth.window] * 0.0
    after = truth.respond(silent)["online_sales"] - truth.baseline("online_sales")
    assert after.iloc[0] > 1.0
    assert after.iloc[-1] == pytest.approx(0.0, abs=1e-6)
