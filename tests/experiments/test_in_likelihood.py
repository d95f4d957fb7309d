"""Tests in the likelihood: the compiled term is the engine's own figure, and a fit believes it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.errors import FitError
from omnimix.experiments import predicted
from omnimix.experiments.in_likelihood import arms_of, is_a_sum, parted
from omnimix.experiments.likelihood import log_likelihood
from omnimix.mechanics import fit_scaling
from omnimix.model.build import Layout, build_layout
from omnimix.model.draws import draws_tree
from omnimix.model.native import expand_of
from omnimix.model.tests_density import ArmsOfTests, results_at
from omnimix.posterior import Posterior, Run
from tests.experiments.made_tests import result
from tests.fits import converged, fit
from tests.funnel_fits import funnel_frame, plain_funnel, whole_funnel
from tests.truth.posteriors import FINE

FUNNEL, PANEL = plain_funnel(), om.Panel(funnel_frame())
TESTS = [
    result(outcome="store", value=90_000.0, error=30_000.0),
    result("mail", channels="mail", metric="roas", outcome=None, value=1.0, error=0.3, scale=1.5,
           start="2024-07-01", end="2024-08-04", tail_weeks=20),  # beyond the data
    result("both", channels=["tv", "search"], outcome="visits", value=1e5, error=4e4, start="2023-05-03",
           end="2023-06-04", spend=6e4),
]  # fmt: skip


@pytest.fixture(scope="module")
def laid() -> tuple[Layout, ArmsOfTests]:
    scaling = fit_scaling(FUNNEL, PANEL)
    inside, after = parted(FUNNEL, PANEL, scaling, TESTS)
    assert not after
    return build_layout(FUNNEL, PANEL, scaling), arms_of(FUNNEL, scaling, inside)


def places(layout: Layout, count: int = 3) -> np.ndarray:
    return np.random.default_rng(4).normal(0, 0.6, (count, len(layout.parameters)))


def test_the_compiled_term_is_what_the_engine_predicts(laid: tuple[Layout, ArmsOfTests]) -> None:
    layout, arms = laid
    scaling, points = fit_scaling(FUNNEL, PANEL), places(layout)
    theta = np.stack([expand_of(layout)(z)["theta"] for z in points])[None]
    tree = draws_tree(FUNNEL, scaling, layout, theta, {}, np.random.default_rng(0))
    run = Run(3, 0, 1, 0, 0.0, "none", {}, FINE)
    told = predicted(Posterior(tree, FUNNEL, PANEL, scaling, run), TESTS)
    for point, by_engine in zip(points, told, strict=True):
        value, found, _ = results_at(layout, arms, point)
        np.testing.assert_allclose(found, by_engine, rtol=1e-8)
        by_hand = sum(float(log_likelihood(e, by_engine[[k]])[0]) for k, e in enumerate(TESTS))
        assert value == pytest.approx(by_hand, rel=1e-8)


def test_its_gradient_is_that_of_finite_differences(laid: tuple[Layout, ArmsOfTests]) -> None:
    layout, arms = laid
    for point in places(layout, 2):
        _, _, grad = results_at(layout, arms, point)
        numeric = np.empty_like(grad)
        for k in range(len(point)):
            step = np.zeros_like(point)
            step[k] = 1e-5
            numeric[k] = (results_at(layout, arms, point + step)[0] - results_at(layout, arms, point - step)[0]) / 2e-5
        np.testing.assert_allclose(grad, numeric, atol=1e-6 * max(1.0, np.abs(grad).max()))


def test_which_results_are_sums_of_what_their_channels_add() -> None:
    tv, mail = result(outcome="visits"), result(channels="mail", outcome="store")
    assert is_a_sum(FUNNEL, tv)
    assert not is_a_sum(FUNNEL, result(outcome="store", metric="lift_share"))
    answering = whole_funnel()
    assert not is_a_sum(answering, tv)  # search answers to the visits that it brings, retargeting works on them
    assert not is_a_sum(answering, result(channels="retargeting", outcome="online"))
    multiplying = plain_funnel(
        stages=[], outcomes=[om.Outcome("online", value=0.3, likelihood="log_normal"), om.Outcome("store", value=0.2)]
    )
    assert not is_a_sum(multiplying, mail)


def test_a_fit_with_a_test_and_a_weighed_fit_say_the_same(small_posterior: om.Posterior) -> None:
    one = result()
    found = predicted(small_posterior, [one])[:, 0]
    one = replace(one, value=float(found.mean() + found.std()), error=float(0.7 * found.std()))
    weighed = om.calibrate(small_posterior, [one])
    fitted = fit(small_posterior.funnel, small_posterior.panel, seed=9, progress=False, experiments=[one])
    assert fitted.evidence[0].how == "fitted"
    ends = [predicted(p, [one])[:, 0] for p in (weighed, fitted)]
    assert ends[0].mean() == pytest.approx(ends[1].mean(), abs=0.15 * found.std())
    assert ends[0].std() == pytest.approx(ends[1].std(), rel=0.2)
    assert fitted.evidence[0].predicted == pytest.approx(found.mean(), abs=0.25 * found.std())
    assert fitted.evidence[0].z == pytest.approx(weighed.evidence[0].z, abs=0.3)


def test_tests_that_are_no_sums_are_taken_in_after_sampling() -> None:
    tests = [result(outcome="store", value=60_000.0, error=200_000.0)]
    settings = {"seed": 5, "draws": 300, "tune": 300, "chains": 2, "progress": False}
    fitted = om.fit(whole_funnel(), PANEL, experiments=tests, **settings)
    assert [e.how for e in fitted.evidence] == ["reweighted"]
    assert converged(fitted).size == 600


def test_a_model_of_ones_own_takes_no_tests_beside_it() -> None:
    with pytest.raises(FitError, match="a model of your own"):
        om.fit(FUNNEL, PANEL, experiments=TESTS, model=object(), progress=False)
