"""A slow stock: what is fitted, searched and told of it is one thing, and nothing is told that the data do not say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.config import read_config
from omnimix.curves.slow_stock import SHARE
from omnimix.effects.engine import Engine
from omnimix.effects.future import Future
from omnimix.effects.plan import SLOW_WEEKS, data_window, longest_effect
from omnimix.effects.slow_part import half_life, long_share
from omnimix.lasting.verb import _soon
from omnimix.truth.project import config_text
from tests.fits import converged, fit
from tests.funnel_fits import SETTINGS, funnel_frame, plain_funnel
from tests.model.compiled import compiled

BRAND = om.Stage("brand", drivers=["tv", "mail"], stock=om.Stock(half_life=(10, 60)))
OUTCOMES = [
    om.Outcome("online", value=0.3, parents=["visits", "brand"]),
    om.Outcome("store", value=0.2, parents=["visits", "brand"], drivers=["tv", "mail", "search"]),
]


def slow_funnel(**changes: object) -> om.Funnel:
    return plain_funnel(**{"stages": ["visits", BRAND], "outcomes": OUTCOMES, **changes})


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    return converged(fit(slow_funnel(), om.Panel(funnel_frame()), **{**SETTINGS, "draws": 30, "tune": 80}))


@pytest.mark.parametrize("half_life", [(0.5, 10), (20, 10), (10,), (10, 1_000), ("a", "b")])
def test_a_half_life_is_a_range_of_weeks(half_life: tuple[float, ...]) -> None:
    with pytest.raises(om.OmnimixError, match="half_life"):
        om.Stock(half_life=half_life)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("brand", "outcomes", "said"),
    [
        ({"drivers": ["tvv"]}, ["brand"], "did you mean 'tv'"),
        ({"drivers": ["social"]}, ["brand"], "fuelled by visits"),
        ({}, [], "nobody reads stage brand"),
        ({"drivers": ["search"]}, ["brand"], "none of its channels acts directly"),
    ],
)
def test_a_stock_that_cannot_be_is_refused(brand: dict[str, object], outcomes: list[str], said: str) -> None:
    with pytest.raises(om.SpecError, match=said):
        om.Funnel(
            channels=["tv", om.Channel("social", fuelled_by="visits"), "search"],
            stages=["visits", om.Stage("brand", stock=om.Stock(), **brand)],  # type: ignore[arg-type]
            outcomes=[om.Outcome("online", parents=["visits", *outcomes], drivers=["tv", "social"])],
        )


def test_a_stage_with_a_stock_has_no_parents_and_only_one_of_them_is_slow() -> None:
    with pytest.raises(om.SpecError, match="leave out parents"):
        om.Stage("brand", parents=["visits"], stock=om.Stock())
    twice = [om.Stage(name, stock=om.Stock()) for name in ("brand", "habit")]
    with pytest.raises(om.SpecError, match="only one stage may have a stock"):
        om.Funnel(channels=["tv"], stages=twice, outcomes=[om.Outcome("sales", parents=["brand", "habit"])])


def test_a_stock_is_no_node_and_keeps_its_place() -> None:
    funnel = slow_funnel()
    assert [n.name for n in funnel.nodes] == ["visits", "online", "store"]
    assert funnel.stock is not None
    assert funnel.stock.feeds == ("online", "store")
    assert "brand" in repr(funnel)
    assert funnel.with_confounding("none").stock == funnel.stock


def test_a_column_of_the_name_of_the_stage_would_go_unread_and_is_refused() -> None:
    panel = om.Panel(funnel_frame().assign(brand=0.3))
    with pytest.raises(om.DataError, match="tracker='brand' and tracker_n="):
        compiled(slow_funnel(), panel)


def test_spend_that_never_changes_says_nothing_about_the_long_run() -> None:
    frame = funnel_frame().assign(tv=500.0)
    frame.loc[frame.index[:27], ["visits", "online", "store"]] = np.nan  # then the kernel is full: no spend begins
    ours = compiled(
        slow_funnel(stages=["visits", om.Stage("brand", drivers=["tv"], stock=om.Stock())]), om.Panel(frame)
    )
    usual = ours.parameters(ours.middle)
    moved = usual.copy()
    moved[ours.labels.index("online/tv/long_run_share")], moved[ours.labels.index("online/half_life")] = 0.9, 30.0
    assert ours.log_likelihood(moved) == pytest.approx(ours.log_likelihood(usual), abs=0.05)


def test_the_engine_follows_the_recursion(posterior: om.Posterior) -> None:
    plan = data_window(posterior)
    engine = Engine(posterior, pd.DatetimeIndex(plan.spend.index))
    channel = posterior.funnel.channel("tv")
    share, fading = long_share(posterior, channel), 2.0 ** (-1.0 / half_life(posterior))
    whole = engine.direct_effect("online", "tv")
    soon = Engine(_soon(posterior), engine.weeks).direct_effect("online", "tv")
    response = soon / (1.0 - share)[:, None]
    window, trained = posterior.scaling.window, len(posterior.scaling.weeks)
    level = response[:, window:trained].mean(axis=1)
    for week in range(whole.shape[1]):
        level = fading * level + (1.0 - fading) * response[:, week]
        np.testing.assert_allclose(whole[:, week], soon[:, week] + share * level, rtol=1e-10)
    stated = posterior.numbers("contribution_share", node="online", channel="tv")
    np.testing.assert_allclose(whole[:, window:trained].mean(axis=1), stated, rtol=1e-8)
    node = posterior.funnel.node("online")
    assert (engine.slow(node, posterior.funnel.channel("search"))[:, SHARE] < 0).all()


def test_a_look_at_a_plan_agrees_with_the_engine(posterior: om.Posterior) -> None:
    future = Future(posterior, 4)
    money = np.random.default_rng(1).gamma(2.0, 1_500.0, (len(future.names), 4))
    wanted = future.weights({o.name: float(o.value or 1.0) for o in posterior.funnel.outcomes})
    some, none = (future.plan_value(m, wanted) for m in (money, 0.0 * money))
    told = [a.value.sum(axis=1) for a in future.accounts([future.plan(m) for m in (money, 0.0 * money)])]
    np.testing.assert_allclose(some.value - none.value, told[0] - told[1], rtol=1e-7)
    step = np.zeros(money.shape)
    step[0, 1] = 1.0
    slope = (future.plan_value(money + step, wanted).value - future.plan_value(money - step, wanted).value) / 2
    np.testing.assert_allclose(some.slopes[:, 0, 0, 1], slope, rtol=1e-4)


def test_effects_are_followed_for_five_years(posterior: om.Posterior) -> None:
    assert longest_effect(posterior) >= SLOW_WEEKS
    found = om.contributions(posterior)
    whole = found.baseline + found.media.sum("channel") + found.remainder
    np.testing.assert_allclose(whole.to_numpy(), found.prediction.to_numpy())


def test_what_the_data_do_not_say_is_not_told(posterior: om.Posterior) -> None:
    found = om.long_run(posterior, discount=0.05)
    table = found.table().set_index("channel")
    for name, row in table.iterrows():
        known = np.isfinite(row[["long_roas", "npv", "probability_above_break_even"]].astype(float))
        assert known.all() if row["told"] == "data" else not known.any(), name
    assert (table.loc[["retargeting", "search"], "told"] == "no_slow_part").all()
    assert (table["short_roas"] > 0).all()
    assert ((table["break_even_multiplier"] < 0) == (table["short_roas"] > 1)).all()
    odds = table[[f"probability_paid_back_{h}" for h in found.horizons]].to_numpy()
    assert ((odds >= 0) & (odds <= 1)).all()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_sentences_say_what_cannot_be_said_and_whose_figures_are_not_ours(
    posterior: om.Posterior, language: str
) -> None:
    said = om.long_run(posterior).sentences(language)
    assert "Sethuraman" in said["anchors"]
    assert {"how", "soon_tv", "half_life"} <= set(said)
    assert "{" not in "".join(said.values())


def test_without_a_stock_all_comes_soon_and_the_way_to_one_is_told(posterior: om.Posterior) -> None:
    plain = converged(fit(plain_funnel(), om.Panel(funnel_frame()), **{**SETTINGS, "draws": 30, "tune": 80}))
    found = om.long_run(plain, horizons=(13, 52))
    table = found.table()
    assert (table["told"] == "no_slow_part").all()
    assert table["long_roas"].isna().all()
    assert "om.Stock()" in found.sentences()["no_stock"]
    balance = om.payback(plain, horizons=(13, 52)).table().set_index(["channel", "horizon"])["probability_paid_back"]
    for name, row in table.set_index("channel").iterrows():
        assert row["probability_paid_back_52"] == pytest.approx(balance[name, 52])


def test_wrong_questions_are_refused(posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="discount"):
        om.long_run(posterior, discount=-0.1)
    with pytest.raises(om.OmnimixError, match="horizons"):
        om.long_run(posterior, horizons=(0,))


def test_it_is_saved_drawn_and_written_to_a_project_file(posterior: om.Posterior, tmp_path) -> None:
    posterior.save(tmp_path / "posterior.nc")
    again = om.load(tmp_path / "posterior.nc")
    assert again.funnel == posterior.funnel
    pd.testing.assert_frame_equal(om.long_run(again).table(), om.long_run(posterior).table())
    assert om.long_run(posterior).plot().get_xlabel()
    assert "brand" in repr(posterior.funnel)
    funnel_frame().reset_index().to_csv(tmp_path / "weekly.csv", index=False)
    (tmp_path / "omnimix.toml").write_text(config_text(posterior.funnel), encoding="utf-8")
    assert read_config(tmp_path / "omnimix.toml").funnel == posterior.funnel
