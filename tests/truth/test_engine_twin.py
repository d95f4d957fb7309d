"""The engine against the simulator: fed with the true parameters, every verb must return the truth.

The two were written apart: the truth in plain numpy, the engine in compiled code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from omnimix.effects import contributions, marginal_roas, paths, payback, respond, roas, traffic_share
from omnimix.effects.plan import as_plan
from omnimix.effects.respond import simulate_plans
from omnimix.labels import ALL_MEDIA
from omnimix.truth import World
from tests.truth.posteriors import multiplying, one_outcome, reached, still, true_posterior, two_stages

CURVES = [
    ("gamma", "hill"),
    ("geometric", "logistic"),
    ("delayed", "michaelis_menten"),
    ("weibull", "none"),
    ("none", "hill"),
]
KINDS = [{}, {"answers": True}, {"fuelled": True}, {"answers": True, "fuelled": True}]


@pytest.fixture(
    params=[*CURVES, *KINDS, two_stages, multiplying, reached], ids=lambda p: getattr(p, "__name__", str(p))
)
def world(request: pytest.FixtureRequest) -> World:
    if isinstance(request.param, tuple):
        return one_outcome(*request.param)
    return still(**request.param) if isinstance(request.param, dict) else request.param()


@pytest.mark.parametrize("basis", ["net", "gross", "frozen"])
def test_roas_of_the_true_parameters_is_the_true_roas(world: World, basis: Any) -> None:
    found = roas(true_posterior(world), basis=basis)
    draws, table = found.draws.isel(draw=0).to_series(), found.table().set_index("channel")
    np.testing.assert_allclose(draws[list(world.truth.channels)], world.truth.roas(basis=basis), rtol=1e-9)
    assert draws[ALL_MEDIA] == pytest.approx(world.truth.all_media_roas(basis=basis), rel=1e-9)
    if basis != "frozen":
        induced = table["induced_spend"].drop(ALL_MEDIA)
        np.testing.assert_allclose(induced, world.truth.induced_spend(), rtol=1e-9, atol=1e-6)


def test_marginal_roas_of_the_true_parameters_is_the_true_one(world: World) -> None:
    found = marginal_roas(true_posterior(world)).draws.isel(draw=0).to_series()
    np.testing.assert_allclose(found[list(world.truth.channels)], world.truth.marginal_roas(), rtol=1e-4)
    whole = world.truth.table().set_index("channel").loc[ALL_MEDIA, "marginal_roas"]
    assert found[ALL_MEDIA] == pytest.approx(whole, rel=1e-4)


def test_contributions_of_the_true_parameters_are_the_true_ones(world: World) -> None:
    found = contributions(true_posterior(world)).media.isel(draw=0)
    for outcome in world.truth.outcomes:
        seen, true = found.sel(outcome=outcome).to_pandas(), world.truth.contributions(outcome)
        np.testing.assert_allclose(seen[list(true.columns)], true, rtol=1e-8, atol=1e-4)


def test_paths_of_the_true_parameters_are_the_true_paths(world: World) -> None:
    draws = paths(true_posterior(world)).draws.isel(draw=0)
    rows = pd.DataFrame({k: draws[k].to_numpy() for k in ("path", "channel")}).assign(value=draws.to_numpy())
    seen, true = (t.groupby(["channel", "path"])["value"].sum() for t in (rows, world.truth.paths()))
    assert set(seen.index) == set(true.index)
    np.testing.assert_allclose(seen[true.index], true, rtol=1e-8, atol=1e-8 * true.abs().max())


def test_payback_of_the_true_parameters_is_the_true_one(world: World) -> None:
    draws = payback(true_posterior(world)).draws.isel(draw=0).to_series()
    true = world.truth.payback().set_index(["channel", "horizon"])["net"]
    np.testing.assert_allclose(draws[true.index], true, rtol=1e-8, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_traffic_shares_of_the_true_parameters_are_the_true_ones(kind: dict[str, bool]) -> None:
    world = still(**kind)
    draws = traffic_share(true_posterior(world), of="media").draws.isel(draw=0).sel(stage="visits").to_series()
    true = world.truth.traffic_share().set_index("channel")["share_of_media"]
    np.testing.assert_allclose(draws[true.index], true, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("curves", CURVES)
def test_the_response_to_a_cut_plan_is_the_true_response(curves: tuple[str, str]) -> None:
    world = one_outcome(*curves)
    plan = world.truth.spend.loc[world.truth.window].iloc[20:50] * [0.5, 1.5]
    found = respond(true_posterior(world), plan).isel(draw=0, node=0).to_pandas()
    np.testing.assert_allclose(found, world.truth.respond(plan)["sales"], rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lever", [True, False])
def test_a_plan_changes_every_node_as_it_truly_does(kind: dict[str, bool], lever: bool) -> None:
    world = still(**kind)
    posterior, own = true_posterior(world), world.truth.spend.loc[world.truth.window]
    plan = own.assign(tv=0.4 * own["tv"], mail=1.7 * own["mail"])
    if kind.get("answers") and not lever:
        plan = plan.drop(columns="search")
    changes = respond(posterior, plan).isel(draw=0).to_pandas() - respond(posterior).isel(draw=0).to_pandas()
    true = world.truth.respond(plan) - world.truth.respond()
    np.testing.assert_allclose(changes[true.columns], true, rtol=1e-7, atol=1e-6)


@pytest.mark.parametrize("kind", [*KINDS, two_stages, multiplying], ids=lambda p: getattr(p, "__name__", str(p)))
def test_later_weeks_go_on_as_they_truly_do(kind: Any) -> None:
    world = still(**kind) if isinstance(kind, dict) else kind()
    posterior, truth = true_posterior(world), world.truth
    weeks = pd.date_range(truth.window[-1] + pd.Timedelta(weeks=1), periods=30, freq="7D")
    levers = [c for c in truth.channels if c not in [m.name for m in world.funnel.responding]]
    plan = pd.DataFrame({c: truth.spend[c].mean() * np.linspace(0.5, 1.5, 30) for c in levers}, index=weeks)
    answer = simulate_plans(posterior, {"plan": as_plan(posterior, plan)})["plan"]
    found, spend = answer.nodes.isel(draw=0).to_pandas(), answer.spend.isel(draw=0).to_pandas()
    np.testing.assert_allclose(found[list(truth.respond(plan))], truth.respond(plan), rtol=1e-9)
    np.testing.assert_allclose(spend, truth.resulting_spend(plan)[list(spend)], rtol=1e-9)
