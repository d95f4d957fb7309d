"""Twin law: the compiled density and its gradient equal a plain PyTensor model of the same equations."""

from __future__ import annotations

import numpy as np
import pytest

from tests.model.compiled import compiled
from tests.model.funnels import CASES, funnel_of, funnel_panel
from tests.model.reference import reference_density


@pytest.mark.parametrize("case", CASES)
def test_the_compiled_density_equals_a_plain_pytensor_model(case: str) -> None:
    funnel, panel = funnel_of(case), funnel_panel()
    ours, plain = compiled(funnel, panel), reference_density(funnel, panel)
    generator = np.random.default_rng(11)
    for _ in range(3):
        z = ours.middle + generator.normal(0, 0.5, ours.middle.size)
        value, gradient = ours.log_posterior(z)
        expected, slope = plain(z)
        assert value == pytest.approx(float(expected), rel=1e-11, abs=1e-8)
        np.testing.assert_allclose(gradient, slope, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize(
    "case",
    [
        "student t",
        "log normal",
        "whole funnel",
        "whole funnel, student t and signed",
        "a survey that follows a slow stock",
        "a survey beside a whole funnel",
        "campaigns",
        "campaigns in a whole funnel",
        "effects that change in a whole funnel",
        "reach and frequency",
        "reach and frequency in a whole funnel",
        "reach and frequency of a channel that answers and one that is signed",
        "reach and frequency, with effects that change",
    ],
)
def test_the_gradient_equals_finite_differences(case: str) -> None:
    ours = compiled(funnel_of(case), funnel_panel())
    z = ours.middle + np.random.default_rng(3).normal(0, 0.3, ours.middle.size)
    _, gradient = ours.log_posterior(z)
    moves = np.eye(z.size) * 1e-5
    numeric = np.array([(ours.log_posterior(z + e)[0] - ours.log_posterior(z - e)[0]) / 2e-5 for e in moves])
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-4)


def test_the_equations_add_up_to_the_whole() -> None:
    ours = compiled(funnel_of("whole funnel"), funnel_panel())
    theta = ours.parameters(ours.middle)
    parts = [ours.log_likelihood(theta, k) for k in range(5)]
    assert ours.log_likelihood(theta) == pytest.approx(sum(parts), rel=1e-12)
    assert len(set(parts)) == 5
