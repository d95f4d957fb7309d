"""The engine against the simulator: fed with the true parameters, every verb must return the truth.

The two were written apart: the truth in plain numpy, the engine in compiled code.
"""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from omnimix.effects import contributions, marginal_roas, respond, roas
from omnimix.labels import ALL_MEDIA
from omnimix.mechanics import learn
from omnimix.mechanics.parameters import NOISE
from omnimix.model.prepare import build_layout
from omnimix.model.sampling import labelled
from omnimix.posterior import Posterior, Run
from omnimix.posterior.diagnostics import Diagnostics
from omnimix.spec import Channel, Outcome
from omnimix.truth import Medium, Surroundings, World, simulate

CURVES = [
    ("gamma", "hill"),
    ("geometric", "logistic"),
    ("delayed", "michaelis_menten"),
    ("weibull", "none"),
    ("none", "hill"),
]
FINE = Diagnostics(1.0, "", 1000.0, "", 1000.0, "", 0, 0.0, 1.0)
SURROUNDINGS = Surroundings(wander=0.0, trend=0.0, season=0.0, controls={})


def make_world(adstock: str, saturation: str) -> World:
    tv = Channel("tv", exposure="grp", adstock=adstock, saturation=saturation, max_lag=8)
    radio = Channel("radio", adstock=adstock, saturation=saturation)
    media = [Medium(tv, exposure_price=700.0), Medium(radio, style="flighted")]
    outcome = Outcome("sales", value=0.4)
    return simulate(seed=5, weeks=80, history=20, channels=media, surroundings=SURROUNDINGS, outcome=outcome)


def true_posterior(world: World) -> Posterior:
    """Return a posterior of two equal draws that hold the true parameters and a flat baseline."""
    learned = learn(world.funnel, world.panel)
    layout = build_layout(world.funnel, world.panel, learned)
    level = SURROUNDINGS.level / learned.nodes[0].level
    true = world.truth.parameters.set_index(["channel", "parameter"])["value"]
    theta = np.array([true.get((s.channel, s.name), 1.0) for s in layout.slots])
    at = [k for k, s in enumerate(layout.slots) if s.name == "contribution_share"]
    theta[at] *= level
    assert NOISE in {s.name for s in layout.slots}
    draws = labelled(world.funnel, learned, layout, np.tile(theta, (1, 2, 1)))
    terms = [*build_terms(world, learned)]
    coefficients = np.zeros((1, 2, 1, len(terms)))
    coefficients[..., terms.index("intercept")] = level - 1.0
    coords = {"chain": [0], "draw": [0, 1], "node": ["sales"], "term": terms}
    draws["baseline_coefficient"] = xr.DataArray(coefficients, coords=coords, dims=tuple(coords))
    run = Run(2, 0, 1, 0, 0.0, "none", {}, FINE)
    tree = xr.DataTree.from_dict({"posterior": draws})
    return Posterior(draws=tree, funnel=world.funnel, panel=world.panel, learned=learned, run=run)


def build_terms(world: World, learned: object) -> tuple[str, ...]:
    from omnimix.mechanics import design

    return design(world.funnel, learned, learned.window_weeks, None).terms  # type: ignore[arg-type,attr-defined]


@pytest.fixture(params=CURVES, ids=["+".join(c) for c in CURVES])
def world(request: pytest.FixtureRequest) -> World:
    return make_world(*request.param)


def test_roas_of_the_true_parameters_is_the_true_roas(world: World) -> None:
    found = roas(true_posterior(world)).draws.isel(draw=0).to_series()
    np.testing.assert_allclose(found[list(world.truth.channels)], world.truth.roas(), rtol=1e-9)
    assert found[ALL_MEDIA] == pytest.approx(world.truth.all_media_roas(), rel=1e-9)


def test_marginal_roas_of_the_true_parameters_is_the_true_one(world: World) -> None:
    found = marginal_roas(true_posterior(world)).draws.isel(draw=0).to_series()
    np.testing.assert_allclose(found[list(world.truth.channels)], world.truth.marginal_roas(), rtol=1e-4)


def test_contributions_of_the_true_parameters_are_the_true_ones(world: World) -> None:
    found = contributions(true_posterior(world)).media.isel(draw=0, outcome=0).to_pandas()
    np.testing.assert_allclose(found[list(world.truth.channels)], world.truth.contributions(), rtol=1e-8, atol=1e-4)


def test_the_response_to_a_cut_plan_is_the_true_response(world: World) -> None:
    plan = world.truth.spend.loc[world.truth.window].iloc[20:50] * [0.5, 1.5]
    found = respond(true_posterior(world), plan).isel(draw=0, node=0).to_pandas()
    np.testing.assert_allclose(found, world.truth.respond(plan)["sales"], rtol=1e-9)
