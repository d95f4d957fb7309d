from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnimix.errors import OmnimixError, SpecError
from omnimix.truth import World, simulate
from tests.truth.posteriors import still, true_posterior, two_stages


@pytest.fixture(params=["plain", "both", "two_stages"])
def world(request: pytest.FixtureRequest) -> World:
    makers = {"plain": still, "both": lambda: still(answers=True, fuelled=True), "two_stages": two_stages}
    return makers[request.param]()


def test_a_world_like_the_truth_has_its_parameters(world: World) -> None:
    found, true = simulate(like=true_posterior(world), draw=0).truth, world.truth
    for table in ("parameters", "links", "answers"):
        seen, given = getattr(found, table), getattr(true, table)
        if table == "parameters":
            ratio = given["node"].map(true.typical_ratio).where(given["parameter"] == "contribution_share", 1.0)
            np.testing.assert_allclose(seen["value"], given["value"] * ratio)
            assert seen["family"].tolist() == given["family"].tolist()
        elif table == "links":
            pd.testing.assert_series_equal(seen["link_retention"], given["link_retention"])
            np.testing.assert_allclose(seen["stage_effect"], given["stage_effect"], rtol=0.1)
        else:
            np.testing.assert_allclose(seen["slope"].astype(float), given["slope"].astype(float))


def test_without_answers_and_fuel_a_world_like_the_truth_returns_the_same() -> None:
    world = still()
    found = simulate(like=true_posterior(world), draw=1, seed=5)
    np.testing.assert_allclose(found.truth.roas(), world.truth.roas(), rtol=1e-9)
    paths = [w.truth.paths().set_index(["channel", "outcome", "path"])["value"] for w in (found, world)]
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-9, atol=1e-3)


def test_calendar_spend_exposure_and_controls_are_those_of_the_data(world: World) -> None:
    found = simulate(like=true_posterior(world), seed=2)
    given, seen = world.panel.frame, found.panel.frame
    assert list(seen.columns) == list(given.columns)
    answering = {c.spend_column for c in world.funnel.responding}
    nodes = {n.name for n in world.funnel.nodes}
    kept = [c for c in given.columns if c not in answering | nodes]
    pd.testing.assert_frame_equal(seen[kept], given[kept], check_freq=False)
    assert found.funnel == world.funnel
    assert "SIMULATED" in found.panel.source
    for node in nodes:
        assert seen[node].isna().equals(given[node].isna())
        assert seen[node].mean() == pytest.approx(given[node].mean(), rel=0.1)


def test_spend_that_responds_answers_to_the_new_stage() -> None:
    world = still(answers=True)
    one, other = (simulate(like=true_posterior(world), seed=s).panel.frame for s in (1, 2))
    moved = pd.DataFrame({"visits": one["visits"] - other["visits"], "search": one["search"] - other["search"]})
    assert moved.corr().iloc[0, 1] > 0.3
    np.testing.assert_allclose(one["tv"], other["tv"])


def test_the_seed_makes_the_shocks_and_nothing_else() -> None:
    posterior = true_posterior(still())
    one, same, other = (simulate(like=posterior, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one.panel.frame, same.panel.frame)
    assert not np.allclose(one.panel.frame["visits"].iloc[10:], other.panel.frame["visits"].iloc[10:])
    np.testing.assert_allclose(one.truth.roas(), other.truth.roas())


def test_what_cannot_be_asked_beside_a_posterior_is_refused() -> None:
    posterior = true_posterior(still())
    with pytest.raises(OmnimixError, match="draw is a number from 0 to 1"):
        simulate(like=posterior, draw=7)
    with pytest.raises(SpecError, match="has its weeks, channels, nodes and empty weeks from there"):
        simulate(like=posterior, channels=["tv"])
    with pytest.raises(SpecError, match="has its weeks, channels, nodes and empty weeks from there"):
        simulate(like=posterior, weeks=52)
    with pytest.raises(SpecError, match="draw names a draw"):
        simulate(draw=3)
