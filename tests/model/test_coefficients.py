"""What is integrated out is drawn back from its conditional: the baseline and the unseen demand of the parents."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.mechanics import design, fit_scaling
from omnimix.mechanics.parameters import shocks
from omnimix.model.draws import draws_tree
from omnimix.model.native import machine
from omnimix.model.predictive import Generative
from tests.conftest import small_frame
from tests.fits import fit
from tests.model.compiled import compiled
from tests.model.funnels import funnel_of, funnel_panel

DRAWS = 20_000


@pytest.mark.parametrize(
    ("case", "node"), [("one outcome", "online"), ("whole funnel", "visits"), ("whole funnel", "online")]
)
def test_what_is_drawn_back_has_the_mean_and_covariance_of_its_conditional(case: str, node: str) -> None:
    funnel, panel = funnel_of(case), funnel_panel()
    scaling = fit_scaling(funnel, panel)
    model = compiled(funnel, panel, scaling)
    theta = model.parameters(model.middle + np.random.default_rng(1).normal(0, 0.2, model.middle.size))
    residual, columns, scales, noise = equation(Generative(funnel, scaling, model.layout), theta, node)
    weighted = columns * scales[:, None]
    precision = np.eye(len(scales)) + weighted @ weighted.T / noise**2
    expected = np.linalg.solve(precision, weighted @ residual / noise**2)
    covariance = np.linalg.inv(precision)
    spread = np.sqrt(np.diag(covariance))

    many = np.tile(theta, (1, DRAWS, 1))
    tree = draws_tree(funnel, scaling, model.layout, many, {}, np.random.default_rng(2))["posterior"]
    window = design(funnel, scaling, scaling.window_weeks, panel.frame if funnel.controls else None)
    out = tree["baseline_coefficient"].sel(node=node).to_numpy()[0] / window.sds(scaling.scale(node))
    for shock in shocks(funnel.node(node)):
        found = tree["later_shock_coefficient"].sel(lag=shock.lag) if shock.lag else tree["shock_coefficient"]
        out = np.hstack([out, found.sel(node=node, parent=shock.parent).to_numpy()[0][:, None]])
    out /= scales
    np.testing.assert_allclose((out.mean(0) - expected) / spread, 0, atol=6 / np.sqrt(DRAWS))
    np.testing.assert_allclose(
        np.cov(out.T) / np.outer(spread, spread), covariance / np.outer(spread, spread), atol=0.06
    )


def equation(model: Generative, theta: np.ndarray, node: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return what the linear part of a node explains, its columns with their scales, and the noise."""
    number = [s.name for s in model.scaling.equations].index(node)
    tables, cell = model.layout.tables, model.layout.tables.cells[number]
    mean, seen = np.empty(len(model.scaling.weeks)), tables.seen[number] > 0
    count = tables.design.shape[1] + len(shocks(model.funnel.node(node)))
    columns, scales = np.empty((count, len(seen))), np.empty(count)
    machine().linear_parts(model.layout.packed, number, theta, mean, columns, scales)
    series = tables.series[number].copy()
    for row in tables.missing[tables.missing["cell"] == number]:
        series[row["week"]] = theta[row["parameter"]] - cell["level"]
    return (series - mean)[seen], columns[:, seen], scales, float(theta[cell["noise"]])


def test_a_parent_that_is_none_of_a_node_has_no_coefficient_there() -> None:
    posterior = fit(funnel_of("whole funnel"), funnel_panel(), seed=1, draws=20, tune=20, chains=1, progress=False)
    shocks = posterior.flat("shock_coefficient").isel(draw=0)
    found = shocks.stack(place=("node", "parent")).dropna("place")
    told = set(found.place.to_index())
    assert told == {("visits", "searches"), ("online", "visits"), ("online", "searches")}


def test_a_shock_of_a_parent_is_found_where_it_is() -> None:
    """A demand that moves stage and outcome in the same week, with no effect of the stage, is told as such."""
    generator = np.random.default_rng(3)
    frame = small_frame(weeks=150)
    shock = generator.normal(0, 0.08, len(frame))
    frame["visits"] = 1_000 * (frame["sales"] / frame["sales"].mean() + shock)
    later = np.convolve(frame["visits"], [0.0, 0.6, 0.4])[: len(frame)] / 1_000  # the effect comes in later weeks
    frame["orders"] = 50 * (1 + 0.3 * (later - 1) + 0.9 * shock + generator.normal(0, 0.01, len(frame)))
    frame = frame.iloc[3:]
    orders = om.Outcome("orders", parents=["visits"], confounding="strong", adstock="delayed", max_lag=4)
    funnel = om.Funnel(channels=["tv"], stages=["visits"], outcomes=[orders])
    posterior = fit(funnel, om.Panel(frame), seed=1, draws=300, tune=400, chains=2, progress=False)
    found = posterior.flat("shock_coefficient").sel(node="orders", parent="visits")
    assert float(found.mean()) == pytest.approx(0.9, abs=4 * float(found.std()) + 0.1)
    assert float((found > 0).mean()) > 0.95
