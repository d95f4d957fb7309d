from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from omnimix.data import check_panel
from omnimix.errors import SpecError
from omnimix.findings import blocking
from omnimix.spec import Outcome
from omnimix.truth import SCENARIOS, Medium, Step, World, simulate

SEEDS = [0, 1, 2, 3]


@pytest.fixture(params=sorted(SCENARIOS))
def world(request: pytest.FixtureRequest) -> World:
    return simulate(request.param, seed=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_media_driven_visits_tv_brings_what_the_field_quotes(seed: int) -> None:
    shares = simulate("retailer", seed=seed).truth.traffic_share().set_index("channel")["share_of_media"]
    for channel, share in {"tv": 0.35, "search": 0.13, "social": 0.04, "display": 0.03}.items():
        assert shares[channel] == pytest.approx(share, rel=1e-9)
    assert shares.drop("all_media").sum() == pytest.approx(1.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_returns_of_the_retailer_are_plausible(seed: int) -> None:
    table = simulate("retailer", seed=seed).truth.table().set_index("channel")
    assert table["roas"].between(0.2, 4.0).all()
    assert 0.08 < table.loc["all_media", "share"] < 0.25


def test_nothing_in_a_scenario_blocks_a_fit(world: World) -> None:
    assert not blocking(check_panel(world.panel, world.funnel.roles))


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_seeds_make_other_worlds_and_the_same_seed_the_same(name: str) -> None:
    world, same, other = (simulate(name, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(world.panel.frame, same.panel.frame)
    assert not np.isclose(world.truth.roas(), other.truth.roas()).any()
    assert not np.isclose(world.truth.spend.sum(), other.truth.spend.sum()).any()


def test_confounding_changes_what_is_seen_and_nothing_that_is_true() -> None:
    calm, moved = simulate("retailer", seed=3), simulate("confounded", seed=3)
    pd.testing.assert_frame_equal(calm.truth.paths(), moved.truth.paths(), rtol=1e-9)
    assert set(moved.truth.links["correlation"]) == {0.6}
    assert not np.allclose(calm.panel.frame["store_sales"], moved.panel.frame["store_sales"])
    np.testing.assert_allclose(calm.panel.frame["visits"], moved.panel.frame["visits"])


def test_strength_multiplies_the_effect_of_all_media() -> None:
    weak, usual = (simulate("sequence", seed=1, strength=k).truth.parameters for k in (0.5, 1.0))
    shares = usual["parameter"] == "contribution_share"
    np.testing.assert_allclose(weak.loc[shares, "value"], 0.5 * usual.loc[shares, "value"])
    np.testing.assert_allclose(weak.loc[~shares, "value"], usual.loc[~shares, "value"])


def test_rho_sets_the_correlation_of_any_scenario() -> None:
    links = simulate("two_stages", seed=1, rho=0.3).truth.links.set_index(["node", "parent"])["correlation"]
    assert links["online_sales", "visits"] == 0.3
    assert links["visits", "brand_searches"] == 0.0


def test_search_that_answers_lowers_what_tv_earns_net_of_it() -> None:
    calm, answering = (simulate(n, seed=3).truth for n in ("retailer", "answering_search"))
    assert answering.induced_spend()["tv"] > 0
    assert answering.induced_spend()["search"] == 0.0
    assert answering.roas()["tv"] < answering.roas(basis="gross")["tv"]
    assert answering.roas(basis="frozen")["tv"] == pytest.approx(calm.roas()["tv"])
    spend, visits = answering.spend["search"], simulate("answering_search", seed=3).panel.frame["visits"]
    assert np.corrcoef(spend, visits)[0, 1] > 0.3


def test_without_fuel_retargeting_brings_less() -> None:
    truth = simulate("fuelled", seed=3).truth
    paths = truth.paths().set_index(["channel", "outcome", "path"])["value"]
    assert paths["tv", "online_sales", "tv -> visits -> retargeting -> online_sales"] > 0
    assert "retargeting" not in [c.name for c in truth.mechanism.media.values() if c.channel.responds_to]


def test_lead_ads_earn_only_through_later_steps() -> None:
    paths = simulate("sequence", seed=1).truth.paths()
    of_leads = paths[paths["channel"] == "lead_ads"].set_index("path")["value"]
    assert of_leads["lead_ads -> leads -> quotes -> orders"] > 0
    assert of_leads["lead_ads -> leads -> retargeting -> orders"] > 0
    assert "lead_ads -> orders" not in of_leads or of_leads["lead_ads -> orders"] == 0


def test_a_scenario_takes_a_calendar_and_missing_weeks() -> None:
    world = simulate("retailer", seed=1, weeks=80, history=12, start="2023-01-02", missing={"visits": 5})
    assert len(world.truth.window) == 80
    assert world.panel.frame["visits"].isna().sum() == 17
    assert str(world.truth.window[0].date()) == "2023-01-02"


def test_a_wrong_scenario_is_refused_with_the_nearest() -> None:
    with pytest.raises(SpecError, match="did you mean 'retailer'"):
        simulate("retailr")
    with pytest.raises(SpecError, match="channels and nodes of its own"):
        simulate("retailer", channels=["tv"])
    with pytest.raises(SpecError, match="rho belongs to a scenario"):
        simulate(rho=0.3)
    with pytest.raises(SpecError, match="strength belongs to a scenario"):
        simulate(strength=0.3)
    with pytest.raises(SpecError, match="does not act on it; did you mean 'tv'"):
        simulate(channels=["tv", "radio"], nodes=[Step(Outcome("sales"), media={"tvv": 0.1})])
    with pytest.raises(SpecError, match="missing names 'visit'"):
        simulate("retailer", missing={"visit": 3})
    with pytest.raises(SpecError, match="used twice: tv"):
        simulate(channels=[Medium("tv"), "tv"], nodes=[Step(Outcome("sales"))])


def test_worlds_and_their_tables_are_quick() -> None:
    simulate("retailer")
    start = time.process_time()
    world = simulate("two_stages", seed=9)
    built = time.process_time()
    world.truth.table()
    assert built - start < 0.3
    assert time.process_time() - built < 1.0
