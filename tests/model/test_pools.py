"""Members of a pool follow their leader with a looseness that is itself sampled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import omnimix as om
from omnimix.mechanics import draw_prior, fit_scaling
from omnimix.mechanics.prior_draws import bounded, unbounded
from omnimix.mechanics.tables import PARAMETER, table
from omnimix.model.build import Layout, parameter_rows
from tests.conftest import small_frame, small_funnel
from tests.model.compiled import Compiled, compiled


def hill_funnel() -> om.Funnel:
    return small_funnel(channels=[om.Channel(c, saturation="hill") for c in ("tv", "search")])


def pooled() -> Compiled:
    """A model in which search's half-saturation stands around tv's, as far away as a third parameter says."""
    model = compiled(hill_funnel(), om.Panel(small_frame()))
    parameters = list(model.layout.parameters)
    labels = [s.label for s in parameters]
    member = labels.index("sales/search/half_saturation")
    parameters[member] = replace(
        parameters[member], follows="sales/tv/half_saturation", looseness=0.8, spread="sales/tv/delay"
    )
    rows = table(PARAMETER, parameter_rows(tuple(parameters)))
    return Compiled(Layout(model.layout.tables._replace(parameters=rows), tuple(parameters)))


def test_a_member_stands_around_its_leader_by_looseness_times_spread() -> None:
    model = pooled()
    z = np.random.default_rng(2).normal(0, 0.4, len(model.labels))
    theta = dict(zip(model.labels, model.parameters(z), strict=True))
    member = model.labels.index("sales/search/half_saturation")
    prior = model.layout.parameters[member].prior
    leader = unbounded(prior, np.array(theta["sales/tv/half_saturation"]))
    expected = bounded(prior, leader + 0.8 * theta["sales/tv/delay"] * z[member])
    np.testing.assert_allclose(theta["sales/search/half_saturation"], expected, rtol=1e-12)


def test_the_gradient_of_a_pooled_parameter_equals_finite_differences() -> None:
    model = pooled()
    z = np.random.default_rng(3).normal(0, 0.4, len(model.labels))
    _, gradient = model.log_posterior(z)
    moves = np.eye(z.size) * 1e-5
    numeric = np.array([(model.log_posterior(z + e)[0] - model.log_posterior(z - e)[0]) / 2e-5 for e in moves])
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-4)


def test_draws_of_the_prior_spread_as_the_sampled_looseness_says() -> None:
    model, panel = pooled(), om.Panel(small_frame())
    drawn = draw_prior(hill_funnel(), fit_scaling(hill_funnel(), panel), model.layout.parameters, size=4_000, seed=1)
    of = dict(zip(model.labels, drawn.T, strict=True))
    away = np.log(of["sales/search/half_saturation"]) - np.log(of["sales/tv/half_saturation"])
    standard = away / (0.8 * of["sales/tv/delay"])
    assert abs(standard.mean()) < 4 / np.sqrt(4_000)
    assert abs(standard.std() - 1.0) < 4 / np.sqrt(2 * 4_000)
