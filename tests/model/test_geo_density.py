"""The compiled density of several geos against a dense Gaussian in NumPy, and its gradient against differences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.data import GeoPanel
from omnimix.mechanics.geo_scaling import GeoScaling, fit_geo_scaling
from omnimix.model.geo_build import GeoLayout, build_geo_layout
from omnimix.model.geo_native import geo_machine
from omnimix.model.geo_pilot import centred
from omnimix.model.geo_restart import geo_unbounded
from omnimix.model.native import density_of, expand_of
from tests.geo_worlds import geo_frame, geo_funnel, geo_panel

Array = np.ndarray
PLAIN = [om.Channel(c, adstock="geometric", saturation="michaelis_menten", max_lag=5) for c in ("tv", "radio")]


@dataclass(frozen=True)
class Model:
    funnel: om.Funnel
    scaling: GeoScaling
    layout: GeoLayout

    @property
    def labels(self) -> list[str]:
        return [p.label for p in self.layout.parameters]

    def log_posterior(self, z: Array) -> tuple[float, Array]:
        return density_of(self.layout, geo_machine)(z)

    def theta(self, z: Array) -> dict[str, float]:
        values = expand_of(self.layout, geo_machine)(z)["theta"]
        return dict(zip(self.labels, values.tolist(), strict=True))


def model_of(funnel: om.Funnel, panel: om.Panel, *, varying: bool = True) -> Model:
    """Return the model with deviations that are sampled in every way, from by themselves to fully centred."""
    assert isinstance(panel, GeoPanel)
    scaling = fit_geo_scaling(funnel, panel)
    layout = centred(funnel, build_geo_layout(funnel, panel, scaling, varying=varying))
    effects, geos = layout.tables.centring.shape
    ways = np.linspace(0.0, 1.0, geos)[np.argsort(np.argsort(scaling.geos))] if varying else np.zeros(geos)
    tables = layout.tables._replace(centring=np.tile(ways, (effects, 1)))
    return Model(funnel, scaling, replace(layout, tables=tables))


def a_point(model: Model, seed: int = 1) -> Array:
    return np.random.default_rng(seed).normal(0, 0.3, len(model.labels))


HOLES = geo_frame().drop(index=[0, 1, 2, 95])
NATIONAL = pd.DataFrame({"week": HOLES["week"].unique(), "radio": np.random.default_rng(5).gamma(2, 40, 60)})
WORLDS: dict[str, tuple[Any, Any, bool]] = {
    "a stage and a control of each geo's own": (geo_funnel, geo_panel, True),
    "figures that geos lack": (geo_funnel, lambda: geo_panel(HOLES), True),
    "alike in all geos": (geo_funnel, geo_panel, False),
    "a national channel": (
        lambda: geo_funnel(channels=["tv", om.Channel("radio", scope="national")]),
        lambda: geo_panel(HOLES.drop(columns="radio"), national=NATIONAL),
        True,
    ),
    "an outcome on which effects multiply": (
        lambda: geo_funnel(outcomes=[om.Outcome("sales", parents=["visits"], likelihood="log_normal")], controls=[]),
        geo_panel,
        True,
    ),
    "a signed channel and no stage": (
        lambda: geo_funnel(channels=["tv", om.Channel("radio", signed=True)], stages=[], outcomes=["sales"]),
        geo_panel,
        True,
    ),
}


@pytest.mark.parametrize("world", WORLDS)
def test_the_gradient_equals_finite_differences(world: str) -> None:
    funnel, panel, varying = WORLDS[world]
    model = model_of(funnel(), panel(), varying=varying)
    z = a_point(model)
    _, gradient = model.log_posterior(z)
    moves = np.eye(z.size) * 1e-5
    numeric = np.array([(model.log_posterior(z + e)[0] - model.log_posterior(z - e)[0]) / 2e-5 for e in moves])
    np.testing.assert_allclose(gradient, numeric, rtol=2e-4, atol=2e-3)


def dense_log_likelihood(model: Model, theta: dict[str, float]) -> float:
    """Return the log density of all residuals with one dense covariance a node."""
    found = enumerate(residuals_of(model, theta))
    return sum(_dense(model, number, theta, residual, noise) for number, (residual, noise) in found)


def residuals_of(model: Model, theta: dict[str, float]) -> list[tuple[Array, Array]]:
    """Return residuals, shape (geos, weeks), and every geo's noise, node by node; curves are PLAIN."""
    geos, tables, weeks = model.scaling.geos, model.layout.tables, model.layout.tables.series.shape[2]
    media: dict[str, Array] = {}
    demand: dict[str, Array] = {}
    noise: dict[str, Array] = {}
    found = []
    missing = {(int(n), int(g), int(w)) for n, g, w in model.layout.missing}
    for number, node in enumerate(model.funnel.nodes):
        name, scale = node.name, model.scaling.pooled.scale(node.name)
        spreads = np.array([model.scaling.by_geo[g].scale(name).spread for g in geos]) / scale.spread
        deviations = np.array([theta[f"{name}/{g}/geo_noise_deviation"] for g in geos])
        noise[name] = theta[f"{name}/noise"] * spreads * np.exp(0.5 * deviations)
        levels = np.array([model.scaling.by_geo[g].scale(name).level for g in geos])
        brought = np.zeros((len(geos), weeks))
        for place, channel in enumerate(model.funnel.channels):
            label = f"{name}/{channel.name}"
            weights = theta[f"{label}/retention"] ** np.arange(6)
            weights /= weights.sum()
            carried = np.array([np.convolve(tables.exposure[place, g], weights)[:weeks] for g in range(len(geos))])
            response = carried / (carried + theta[f"{label}/half_saturation"])
            mean = (levels / levels.sum()) @ response.mean(axis=1)
            away = np.array([theta.get(f"{label}/{g}/geo_deviation", 0.0) for g in geos])
            beta = theta[f"{label}/contribution_share"] * np.exp(theta.get(f"{label}/geo_spread", 0.0) * away)
            brought += beta[:, None] * response / mean
        mean_of = brought.copy()
        for parent in node.parents:
            effect, retention = theta[f"{name}/{parent}/stage_effect"], theta[f"{name}/{parent}/link_retention"]
            weights = retention ** np.arange(node.lags)
            weights /= weights.sum()
            for g in range(len(geos)):
                brought[g] += effect * np.convolve(media[parent][g], weights)[:weeks]
                mean_of[g] += effect * np.convolve(media[parent][g] + demand[parent][g], weights)[:weeks]
                for lag in range(4):
                    term = f"shock_of_{parent}" + f"_{lag}_before" * bool(lag)
                    kappa = theta[f"{name}/{term}/shock_ratio"] * 0.5 * 0.5**lag * noise[name][g] / noise[parent][g]
                    mean_of[g, lag:] += kappa * demand[parent][g, : weeks - lag]
        for g, geo in enumerate(geos):
            for control in model.scaling.own_controls:
                own = model.scaling.by_geo[geo]
                assert isinstance(PANEL, GeoPanel)
                series = PANEL.of(geo).series(control).reindex(own.weeks).fillna(own.control_center[control])
                standard = (series.to_numpy() - own.control_center[control]) / own.control_spread[control]
                mean_of[g] += theta[f"{name}/{control}/control_effect"] * standard
        residual = tables.series[number] - mean_of
        media[name] = brought
        demand[name] = tables.series[number] - brought
        for _, g, week in (m for m in missing if m[0] == number):
            day = model.scaling.pooled.weeks[week].date()
            residual[g, week] = theta[f"{name}/{day}/{geos[g]}/missing_residual"]
            demand[name][g, week] = mean_of[g, week] + residual[g, week] - brought[g, week]
        found.append((residual, noise[name]))
    return found


def _dense(model: Model, number: int, theta: dict[str, float], residual: Array, noise: Array) -> float:
    design, name, tables = model.layout.design, model.funnel.nodes[number].name, model.layout.tables
    spread = model.scaling.pooled.scale(name).spread
    matrix = design.matrix * design.sds(model.scaling.pooled.scale(name))
    own_size = {
        "intercept": lambda sd: 1.0 / (0.3 * spread),
        "trend": lambda sd: theta[f"{name}/own_trend_scale"] * 3.0 / (sd * spread),
        "carry_in": lambda sd: theta[f"{name}/own_trend_scale"] / spread,
        "level": lambda sd: theta[f"{name}/own_level_scale"],
        "season": lambda sd: theta[f"{name}/own_season_scale"],
    }
    shared = np.array([theta.get(f"{name}/{g}_scale", 1.0) for g in design.groups])
    own = np.array([own_size[g](sd) for g, sd in zip(design.groups, design.relative_sds, strict=True)])
    weeks, geos = matrix.shape[0], len(noise)
    common = theta[f"{name}/common_noise"] ** 2 * np.eye(weeks) + matrix @ np.diag(shared**2) @ matrix.T
    alone = np.eye(weeks) + matrix @ np.diag(own**2) @ matrix.T
    covariance = np.kron(np.ones((geos, geos)), common) + np.kron(np.diag(noise**2), alone)
    flat = residual[:, tables.series.shape[2] - weeks :].reshape(-1)
    _, log_determinant = np.linalg.slogdet(covariance)
    return float(-0.5 * (flat @ np.linalg.solve(covariance, flat) + log_determinant + flat.size * np.log(2 * np.pi)))


PANEL = geo_panel(geo_frame(weeks=40).drop(index=[0, 1, 2, 65]))


def test_the_likelihood_equals_a_dense_gaussian() -> None:
    """Priors are alike at both points but for what is taken off: differences in the likelihood are what is compared."""
    model = model_of(geo_funnel(channels=PLAIN), PANEL)
    moving = [k for k, p in enumerate(model.layout.parameters) if p.name in LIKELIHOOD_ONLY]
    z = a_point(model)
    for k in moving:
        other = z.copy()
        other[k] += 0.4
        expected = dense_log_likelihood(model, model.theta(other)) - dense_log_likelihood(model, model.theta(z))
        expected += _log_prior(model, k, other) - _log_prior(model, k, z)
        found = model.log_posterior(other)[0] - model.log_posterior(z)[0]
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-6, err_msg=model.labels[k])


LIKELIHOOD_ONLY = {  # parameters whose prior on the unbounded scale is a standard normal one, or none
    "geo_deviation",
    "geo_spread",
    "geo_noise_deviation",
    "common_noise",
    "noise",
    "own_trend_scale",
    "own_level_scale",
    "own_season_scale",
    "level_scale",
    "shock_ratio",
    "missing_residual",
}


def _log_prior(model: Model, k: int, z: Array) -> float:
    """Return the log prior of a parameter on the unbounded scale, with that of all deviations where it moves them."""
    theta, name = model.theta(z), model.layout.parameters[k].name
    value = 0.0 if name in ("missing_residual", "geo_deviation") else -0.5 * float(z[k]) ** 2
    pairs = [(n.name, c.name) for n in model.funnel.nodes for c in model.funnel.drivers(n)]
    for (node, channel), weights in zip(pairs, model.layout.tables.centring, strict=True):
        for geo, weight in zip(model.scaling.geos, weights, strict=True):
            value -= 0.5 * theta[f"{node}/{channel}/{geo}/geo_deviation"] ** 2
            value -= weight * np.log(theta[f"{node}/{channel}/geo_spread"])
    return value


def test_the_order_of_geos_changes_nothing() -> None:
    frame = geo_frame()
    one = model_of(geo_funnel(), geo_panel(frame))
    other = model_of(geo_funnel(), geo_panel(frame.sort_values("region", ascending=False, kind="stable")))
    z = a_point(one)
    places = [one.labels.index(label) for label in other.labels]
    assert one.scaling.geos != other.scaling.geos
    np.testing.assert_allclose(other.log_posterior(z[places])[0], one.log_posterior(z)[0], rtol=1e-10)


def test_another_currency_and_another_unit_of_people_change_nothing() -> None:
    frame = geo_frame()
    money = frame.assign(tv=frame["tv"] * 7, radio=frame["radio"] * 7, people=frame["people"] * 1_000)
    one, other = (model_of(geo_funnel(media_share=(0.05, 0.5)), geo_panel(f)) for f in (frame, money))
    z = a_point(one)
    np.testing.assert_allclose(other.log_posterior(z)[0], one.log_posterior(z)[0], rtol=1e-10)


def test_baselines_are_drawn_from_their_conditional() -> None:
    """With all normals zero they are its mean; one normal at a time, they are a root of its covariance."""
    model = model_of(geo_funnel(channels=PLAIN, stages=[], outcomes=["sales"], controls=[]), PANEL)
    layout, tables = model.layout, model.layout.tables
    z = a_point(model)
    theta, flat = model.theta(z), np.array([list(model.theta(z).values())])
    terms, geos = tables.design.shape[1], len(model.scaling.geos)

    def drawn(normals: Array) -> Array:
        count = len(normals)
        out = np.empty((count, 1, geos, terms))
        brought, sizes = np.empty((count, 2, geos)), np.empty((count, 2))
        figures = np.empty((count, len(layout.missing)))
        whole = np.repeat(flat, count, axis=0)
        geo_machine().draw_back(layout.packed, whole, normals, out, brought, sizes, figures)
        return out.reshape(count, geos * terms)

    size = (geos + 2) * terms
    mean = drawn(np.zeros((1, 1, geos + 2, terms)))[0]
    root = drawn(np.eye(size).reshape(size, 1, geos + 2, terms)) - mean
    expected_mean, expected_covariance = _conditional(model, theta)
    np.testing.assert_allclose(mean, expected_mean, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(root.T @ root, expected_covariance, rtol=1e-5, atol=1e-8)


def _conditional(model: Model, theta: dict[str, float]) -> tuple[Array, Array]:
    """Return mean and covariance of all geos' coefficients given the residuals, by dense algebra."""
    (residual, noise), design = residuals_of(model, theta)[0], model.layout.tables.design[0]
    geos = len(noise)
    tables = model.layout.tables
    places = tables.own_sizes[0]
    values = np.array(list(theta.values()))
    own = tables.own_fixed[0] * np.where(places >= 0, values[places], 1.0)
    shared = np.where(tables.shared_sizes[0] >= 0, values[tables.shared_sizes[0]], 1.0)
    prior = np.kron(np.ones((geos, geos)), np.diag(shared**2)) + np.kron(np.diag(noise**2), np.diag(own**2))
    common = theta["sales/common_noise"] ** 2
    weeks = design.shape[1]
    errors = np.kron(np.ones((geos, geos)), common * np.eye(weeks)) + np.kron(np.diag(noise**2), np.eye(weeks))
    columns = np.kron(np.eye(geos), design.T)
    gain = prior @ columns.T @ np.linalg.inv(columns @ prior @ columns.T + errors)
    return gain @ residual.reshape(-1), prior - gain @ columns @ prior


@pytest.mark.parametrize("world", WORLDS)
def test_draws_go_back_to_where_they_were_sampled(world: str) -> None:
    funnel, panel, varying = WORLDS[world]
    model = model_of(funnel(), panel(), varying=varying)
    z = np.stack([a_point(model, seed) for seed in (1, 2)])
    theta = np.array([list(model.theta(row).values()) for row in z])
    np.testing.assert_allclose(geo_unbounded(model.layout, theta), z, rtol=1e-6, atol=1e-7)
