from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import omnimix as om
from omnimix.config import read_config
from omnimix.data import GeoPanel
from omnimix.truth import GeoWorld

CHANNELS = [om.Channel("tv", scope="national"), "radio"]


def world_of(geos: int = 3, **more: float) -> GeoWorld:
    world = om.simulate(geos=geos, seed=3, weeks=60, channels=CHANNELS, **more)  # type: ignore[arg-type]
    assert isinstance(world, GeoWorld)
    return world


@pytest.fixture(scope="module")
def world() -> GeoWorld:
    return world_of()


def test_the_panel_can_be_fitted_and_says_that_it_is_simulated(world: GeoWorld) -> None:
    assert isinstance(world.panel, GeoPanel)
    assert "SIMULATED" in world.panel.source
    findings = om.check_panel(world.panel, world.funnel.roles)
    assert not [f for f in findings if f.severity == "blocks"]


def test_what_all_geos_bring_over_what_it_cost_is_the_roas_of_all(world: GeoWorld) -> None:
    each, together = world.truth.roas_by_geo(), world.truth.roas()
    assert list(each.columns) == list(together.index) == ["tv", "radio", "all_media"]
    assert (each.min() <= together + 1e-12).all()
    assert (together <= each.max() + 1e-12).all()


def test_geos_without_heterogeneity_bring_the_same_share_of_their_level() -> None:
    alike = world_of(heterogeneity=0.0).truth
    mean = {geo: truth.nodes[0].level for geo, truth in alike.by_geo.items()}
    shares = alike.contributions().div(60 * np.array(list(mean.values())), axis=0)
    np.testing.assert_allclose(shares, np.broadcast_to(shares.to_numpy()[:1], shares.shape), rtol=1e-6)


def test_a_national_channel_runs_alike_for_every_head(world: GeoWorld) -> None:
    per_head = [truth.spend["tv"] / world.truth.heads[geo] for geo, truth in world.truth.by_geo.items()]
    for other in per_head[1:]:
        np.testing.assert_allclose(other, per_head[0], rtol=1e-6)
    assert isinstance(world.panel, GeoPanel)
    whole = sum(truth.spend["tv"] for truth in world.truth.by_geo.values())
    np.testing.assert_allclose(world.panel.national["tv"], whole, rtol=1e-9)


def test_the_same_seed_gives_the_same_world_and_more_geos_keep_their_own() -> None:
    first, again, more = (world_of(geos=n).panel for n in (2, 2, 2))
    np.testing.assert_array_equal(first.frame, again.frame)
    np.testing.assert_array_equal(first.frame, more.frame)


def test_a_world_writes_a_project_that_reads_the_same_panel(world: GeoWorld, tmp_path: Path) -> None:
    config = read_config(world.write(tmp_path / "project"))
    panel = config.panel()
    assert isinstance(panel, GeoPanel)
    assert config.funnel == world.funnel
    assert panel.population == world.truth.heads
    np.testing.assert_allclose(panel.of("geo 2").series("sales"), world.panel.of("geo 2").series("sales"), atol=0.006)  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", [{"geos": 0}, {"geos": 2, "heterogeneity": -1.0}])
def test_an_impossible_world_of_geos_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(om.SpecError, match="a world has at least one geo"):
        om.simulate(**wrong)  # type: ignore[arg-type]


ASKED: dict[str, Any] = {"start": "2022-06-06", "end": "2022-07-03", "scale": 0.0, "tail_weeks": 4, "value": 0.0}
ASKED |= {"outcome": "sales", "metric": "increment", "error": 1e-9}


def test_a_test_in_a_world_of_geos_finds_the_sum_over_those_that_it_names(world: GeoWorld) -> None:
    whole = world.run_test(om.Experiment("off", channels="radio", **ASKED))
    each = [world.run_test(om.Experiment("off", channels="radio", geos=[g], **ASKED)) for g in world.truth.heads]
    assert whole.value == pytest.approx(sum(float(t.value or 0.0) for t in each))
    assert each[0].geos == ("geo 1",)


def test_a_test_of_a_world_of_geos_says_which_geo_there_is_not_and_what_is_national(world: GeoWorld) -> None:
    with pytest.raises(om.OmnimixError, match=r"'geo O' is no geo.*tv is national"):
        world.run_test(om.Experiment("off", channels="tv", geos=["geo 1", "geo O"], **ASKED))
