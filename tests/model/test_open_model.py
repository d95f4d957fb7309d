"""The open PyMC model: the density of the fit, draws that run along the funnel, and a fit of what a user changed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pymc as pm
import pytest
from pytensor.compile.mode import Mode

import omnimix as om
from omnimix.mechanics import fit_scaling
from omnimix.model.predictive import Generative
from tests.conftest import small_frame, small_funnel
from tests.fits import seed
from tests.model.compiled import Compiled, compiled
from tests.model.funnels import WHOLE, funnel_of, funnel_panel

PLAIN = Mode(linker="py", optimizer=None)  # a few evaluations are not worth compiling for
QUICK = {"seed": seed(3), "draws": 50, "tune": 100, "chains": 2, "progress": False}


class Flat:
    """The open model's free values as one vector, and the parameters that follow from them."""

    def __init__(self, model: pm.Model) -> None:
        self.model = model
        self.start = model.initial_point()
        [parameters] = model.replace_rvs_by_values([model["parameters"]])
        self._parameters = model.compile_fn(parameters, inputs=model.value_vars, point_fn=True, mode=PLAIN)
        self._densities = model.compile_logp(jacobian=True, sum=False, mode=PLAIN)

    def point(self, flat: np.ndarray) -> dict[str, np.ndarray]:
        sizes = [np.size(self.start[v.name]) for v in self.model.value_vars]
        parts = np.split(flat, np.cumsum(sizes)[:-1])
        pairs = zip(self.model.value_vars, parts, strict=True)
        return {v.name: x.reshape(np.shape(self.start[v.name])) for v, x in pairs}

    def parameters(self, flat: np.ndarray) -> np.ndarray:
        return np.asarray(self._parameters(self.point(flat)))

    def log_density(self, flat: np.ndarray) -> float:
        return float(sum(np.sum(term) for term in self._densities(self.point(flat))))

    @property
    def first(self) -> np.ndarray:
        return np.concatenate([np.ravel(self.start[v.name]) for v in self.model.value_vars])


@pytest.mark.parametrize(
    "case",
    [
        "one outcome",
        "prior of one's own",
        "whole funnel, student t and signed",
        "whole funnel, priors of their own",
        "parents that share few channels with what is direct",
        "campaigns",
        "a survey that follows a slow stock",
    ],
)
def test_the_open_pymc_model_has_the_density_of_the_fit(case: str) -> None:
    """Both are densities of the same numbers in different coordinates: they differ by the volume between these."""
    funnel, panel = funnel_of(case), funnel_panel()
    ours, model = compiled(funnel, panel), Flat(om.build_model(funnel, panel))
    generator = np.random.default_rng(5)
    for _ in range(2):
        flat = model.first + generator.normal(0, 0.3, model.first.size)

        def unbounded(at: np.ndarray) -> np.ndarray:
            return ours.unbounded(model.parameters(at))

        moves = np.eye(flat.size) * 1e-5
        slope = np.array([(unbounded(flat + e) - unbounded(flat - e)) / 2e-5 for e in moves])
        volume = np.linalg.slogdet(slope)[1]
        assert ours.log_posterior(unbounded(flat))[0] + volume == pytest.approx(model.log_density(flat), abs=1e-5)


def test_names_of_a_model_of_one_outcome_stay() -> None:
    model = om.build_model(small_funnel(), om.Panel(small_frame()))
    names = {v.name for v in model.free_RVs}
    assert {"media_roas", "sales_split", "retention", "noise", "level_scale", "season_scale"} <= names
    assert {"sales_media_share", "sales_contribution_share"} <= {v.name for v in model.deterministics}
    shared = om.build_model(small_funnel(media_share=(0.1, 0.4)), om.Panel(small_frame()))
    assert {"sales_media_share", "sales_split"} <= {v.name for v in shared.free_RVs}
    assert [v.name for v in model.observed_RVs] == ["sales"]


def test_a_funnel_has_an_observed_variable_for_every_node_and_every_answering_spend() -> None:
    channels = [om.Channel("tv", roas_prior=(0.5, 3.0)), "radio", om.Channel("search", responds_to="visits")]
    funnel = om.Funnel(**{**WHOLE, "channels": channels})  # type: ignore[arg-type]
    model = om.build_model(funnel, om.Panel(funnel_panel().frame.assign(radio=lambda f: f["social"])))
    assert [v.name for v in model.observed_RVs] == ["searches", "visits", "online", "store", "spend of search"]
    names = {v.name for v in model.free_RVs}
    assert {"visits_paths", "online_paths", "tv_value_share", "tv_split", "missing_week", "spend_response"} <= names
    assert model.coords["online_path"] == ("direct", "visits", "searches")
    assert len(model.coords["visits_week"]) == 62  # 64 weeks in the window, two of them parameters


def prior_weeks(model: pm.Model, draws: int) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTensor tells that the drawing runs in Python
        return pm.sample_prior_predictive(draws, model=model, random_seed=1)["prior_predictive"]


def test_prior_predictive_draws_come_from_the_open_model() -> None:
    sales = prior_weeks(om.build_model(small_funnel(), om.Panel(small_frame())), 50)["sales"]
    assert sales.sizes["sales_week"] == 104
    assert np.isfinite(sales).all()
    assert 10_000 < float(sales.mean()) < 100_000


def test_drawn_weeks_of_a_child_follow_the_drawn_weeks_of_its_parent() -> None:
    channels, outcome = ["tv", "social"], om.Outcome("online", parents=["visits"], adstock="none", confounding="none")
    funnel, frame = om.Funnel(channels=channels, stages=["visits"], outcomes=[outcome]), funnel_panel().frame.iloc[6:]
    panel = om.Panel(frame.assign(visits=frame["visits"].interpolate()))
    with om.build_model(funnel, panel) as model:
        effect = pm.do(model, {"online_media_share": 0.9, "visits_media_share": 0.3, "noise": np.array([0.2, 1e-4])})
    drawn = prior_weeks(effect, 20)
    child, parent = (drawn[n].to_numpy()[0] for n in ("online", "visits"))
    related = [np.corrcoef(np.diff(c), np.diff(p))[0, 1] for c, p in zip(child, parent, strict=True)]
    assert np.mean(related) > 0.5


@pytest.mark.parametrize("case", ["whole funnel", "whole funnel, log normal", "whole funnel, student t and signed"])
def test_drawn_weeks_are_what_the_density_expects(case: str) -> None:
    """Where weeks come from the density itself, its derivatives by the parameters are zero on average."""
    funnel, panel = funnel_of(case), funnel_panel()
    frame = panel.frame.copy()
    frame.loc[frame.index[6:], ["searches", "visits"]] = frame[["searches", "visits"]].interpolate().iloc[6:]
    panel = om.Panel(frame)
    scaling, generator = fit_scaling(funnel, panel), np.random.default_rng(8)
    ours = compiled(funnel, panel, scaling)
    theta = ours.parameters(ours.middle)
    drawing = Generative(funnel, scaling, ours.layout)
    nodes, scores = [n.name for n in funnel.nodes], []
    for _ in range(120):
        drawn: dict[str, np.ndarray] = {}
        made = frame.copy()
        for number, name in enumerate(nodes):
            given = {n: drawn[n] for n in drawing.read(number)}
            drawn[name] = drawing.draw(number, theta, given, generator)
            made.loc[scaling.weeks[drawing.known(number)], name] = drawn[name]
        again = compiled(funnel, om.Panel(made), scaling)
        scores.append([_score(again, theta, number) for number in range(len(nodes))])
    found = np.sum(scores, axis=1)
    error = found.std(axis=0) / np.sqrt(len(found))
    moved = error > 0
    assert np.abs(found.mean(axis=0)[moved] / error[moved]).max() < 4.5


def _score(model: Compiled, theta: np.ndarray, number: int) -> np.ndarray:
    from omnimix.model.native import machine

    gradient = np.empty_like(theta)
    machine().likelihood(model.layout.packed, theta, gradient, number)
    return gradient


@pytest.mark.slow
def test_a_changed_pymc_model_can_be_fitted() -> None:
    funnel, panel = small_funnel(), om.Panel(small_frame())
    model = om.build_model(funnel, panel)
    with model:
        pm.Potential("tv_is_strong", 400.0 * model["sales_contribution_share"][0])
    free = om.fit(funnel, panel, **QUICK)
    pushed = om.fit(funnel, panel, model=model, **QUICK)
    tv = {"node": "sales", "channel": "tv"}
    assert float(pushed.flat("contribution").sel(tv).mean()) > float(free.flat("contribution").sel(tv).mean())
    assert "given by the user" in pushed.run.sampler


@pytest.mark.slow
def test_the_open_model_of_a_funnel_gives_the_posterior_of_the_fit() -> None:
    funnel, panel = funnel_of("whole funnel, priors of their own"), funnel_panel()
    # One link has a long lower tail that short chains visit seldom: 2 x 500 draws differed by up to 0.6 spreads,
    # 4 x 1500 by up to 0.24 over five seeds.
    settings = {**QUICK, "draws": 1500, "tune": 1000, "chains": 4}
    usual = om.fit(funnel, panel, **settings)
    opened = om.fit(funnel, panel, model=om.build_model(funnel, panel), **settings)
    for name in ("contribution_share", "stage_effect"):
        one, other = usual.flat(name), opened.flat(name)
        apart = abs(one.mean("draw") - other.mean("draw")) / one.std("draw")
        assert float(apart.max()) < 0.35
