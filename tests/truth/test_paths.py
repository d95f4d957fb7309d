from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnimix.spec import Channel, Outcome, Stage
from omnimix.truth import Medium, Step, Surroundings, World, simulate
from tests.truth.funnels import funnel


def chain(saturation: str, *, answers: bool) -> World:
    """Return a world in which TV reaches visits in two ways, and search may answer to visits."""
    search = Channel("search", responds_to="visits" if answers else None)
    nodes = [
        Step(Stage("brand_searches", drivers=["tv"]), media={"tv": 0.2}),
        Step(Stage("visits", parents=["brand_searches"]), media={"tv": 0.1}, links={"brand_searches": 0.5}),
        Step(Outcome("sales", parents=["visits"]), media={"search": 0.1}, links={"visits": 0.5}),
    ]
    return simulate(seed=6, channels=["tv", Medium(search)], nodes=nodes, saturation=saturation)


def sums(table: pd.DataFrame, *, interaction: bool = True) -> pd.Series:
    rows = table if interaction else table[table["path"] != "interaction"]
    return rows.groupby("channel")["value"].sum()


@pytest.mark.parametrize("kind", [{}, {"answers": True}, {"fuelled": True}, {"answers": True, "fuelled": True}])
@pytest.mark.parametrize("tail", [True, False])
def test_paths_and_interaction_add_up_to_what_a_channel_brings(kind: dict[str, bool], tail: bool) -> None:
    truth = funnel(**kind).truth
    found = sums(truth.paths(tail=tail))
    if tail:
        expected = pd.Series({c: truth.incremental_value([c]) for c in truth.channels})
    else:
        expected = truth.cross_table().groupby("channel")["value"].sum()
    np.testing.assert_allclose(found[expected.index], expected, rtol=1e-10)


@pytest.mark.parametrize("kind", [{}, {"answers": True}, {"fuelled": True}])
def test_in_a_linear_world_paths_add_up_without_an_interaction(kind: dict[str, bool]) -> None:
    truth = funnel(**kind, saturation="linear").truth
    table = truth.paths()
    np.testing.assert_allclose(sums(table, interaction=False), sums(table), rtol=1e-8)


def test_saturated_direct_effects_alone_make_no_interaction() -> None:
    table = chain("hill", answers=False).truth.paths()
    np.testing.assert_allclose(sums(table, interaction=False), sums(table), rtol=1e-8)


def test_an_interaction_comes_from_two_ways_into_one_saturated_answer() -> None:
    linear, bent = (
        chain(s, answers=True).truth.paths().set_index(["channel", "path"])["value"] for s in ("linear", "hill")
    )
    assert abs(linear["tv", "interaction"]) < 1e-6 * linear["tv"].sum()
    assert abs(bent["tv", "interaction"]) > 1e-4 * bent["tv"].sum()


def test_effects_that_multiply_make_an_interaction() -> None:
    around = Surroundings(likelihood="log_normal")
    nodes = [
        Step(Stage("visits"), media={"tv": 0.2}),
        Step(Outcome("sales", parents=["visits"]), media={"tv": 0.1}, links={"visits": 0.5}, surroundings=around),
    ]
    table = simulate(channels=["tv"], nodes=nodes).truth.paths().set_index("path")["value"]
    assert table["interaction"] < 0


def test_every_way_is_named_once() -> None:
    names = funnel(answers=True, fuelled=True).truth.paths()
    assert not names.duplicated(["channel", "outcome", "path"]).any()
    of_tv = names[(names["channel"] == "tv") & (names["outcome"] == "online_sales")]["path"]
    assert set(of_tv) == {
        "tv -> online_sales",
        "tv -> visits -> online_sales",
        "tv -> visits -> search -> online_sales",
        "tv -> visits -> search -> visits -> online_sales",
        "tv -> visits -> search -> visits -> mail -> online_sales",
        "tv -> visits -> mail -> online_sales",
        "interaction",
    }


def test_the_direct_effect_is_the_declared_share_in_money() -> None:
    truth = funnel().truth
    found = truth.paths(tail=False).set_index("path")["value"]["tv -> store_sales"]
    assert found == pytest.approx(0.03 * 90_000 * 104 * 0.25)


def test_what_visits_bring_is_their_contribution_times_the_link() -> None:
    truth = funnel(history=0).truth
    path = truth.paths().set_index("path")["value"]["search -> visits -> online_sales"]
    weeks = pd.date_range(truth.window[0], periods=len(truth.window) + 40, freq="7D")
    plan = truth.spend.reindex(weeks, fill_value=0.0)
    visits = (truth.respond(plan) - truth.respond(plan.assign(search=0.0)))["visits"].sum()
    effect = truth.links.set_index(["node", "parent"])["effect"]["online_sales", "visits"]
    assert path == pytest.approx(0.3 * effect * visits)
