"""Twin law: the compiled density and its gradient equal a plain PyTensor model of the same equations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.mechanics import learn, prior_shares, total_prior
from omnimix.model import kernel
from omnimix.model.prepare import build_layout
from omnimix.model.sampling import _middle
from omnimix.spec import frozen_distribution
from tests.conftest import small_frame, small_funnel
from tests.model.reference import reference_density

CASES = {
    "default": {},
    "geometric and logistic": {
        "channels": [om.Channel(c, adstock="geometric", saturation="logistic") for c in ("tv", "search")]
    },
    "delayed and michaelis-menten": {
        "channels": [
            om.Channel(c, adstock="delayed", saturation="michaelis_menten", max_lag=6) for c in ("tv", "search")
        ]
    },
    "weibull and none": {
        "channels": [
            om.Channel("tv", adstock="weibull", max_lag=9),
            om.Channel("search", adstock="none", saturation="none"),
        ]
    },
    "student t": {"outcomes": [om.Outcome("sales", likelihood="student_t")]},
    "log normal": {"outcomes": [om.Outcome("sales", likelihood="log_normal")]},
    "roas prior": {
        "channels": [
            om.Channel("tv", roas_prior=(0.2, 2.0)),
            om.Channel("search", contribution_prior=om.Prior("Gamma", 2.0, 20.0)),
        ]
    },
    "no controls, no level, no season": {"controls": [], "baseline": om.Baseline(harmonics=0, knot_weeks=0)},
    "holidays": {"holidays": "NL"},
    "two outcomes": {"outcomes": ["sales", om.Outcome("visits", drivers=["tv"])]},
}


def panel_with_gaps() -> om.Panel:
    frame = small_frame()
    frame["visits"] = 0.4 * frame["sales"] + np.random.default_rng(0).normal(0, 300, len(frame))
    frame.loc[frame.index[:9], ["sales", "visits"]] = np.nan  # media history
    frame.loc[frame.index[[30, 31, 70]], "sales"] = np.nan  # unobserved weeks
    return om.Panel(frame)


@pytest.mark.parametrize("case", CASES)
def test_the_compiled_density_equals_a_plain_pytensor_model(case: str) -> None:
    funnel, panel = small_funnel(**CASES[case]), panel_with_gaps()
    layout = build_layout(funnel, panel, learn(funnel, panel))
    plain = reference_density(funnel, panel)
    generator = np.random.default_rng(11)
    middle = np.array([_middle(s.prior) for s in layout.slots])
    for _ in range(3):
        z = middle + generator.normal(0, 0.5, middle.size)
        gradient = np.empty_like(z)
        value = kernel.log_posterior(layout.ints, layout.floats, z, gradient)
        expected, slope = plain(z)
        assert value == pytest.approx(float(expected), rel=1e-9, abs=1e-7)
        np.testing.assert_allclose(gradient, slope, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("case", ["default", "student t", "log normal"])
def test_the_gradient_equals_finite_differences(case: str) -> None:
    funnel, panel = small_funnel(**CASES[case]), panel_with_gaps()
    layout = build_layout(funnel, panel, learn(funnel, panel))
    z = np.array([_middle(s.prior) for s in layout.slots]) + np.random.default_rng(3).normal(0, 0.3, len(layout.slots))
    gradient, spare = np.empty_like(z), np.empty_like(z)
    kernel.log_posterior(layout.ints, layout.floats, z, gradient)

    def at(move: np.ndarray) -> float:
        return float(kernel.log_posterior(layout.ints, layout.floats, z + move, spare))

    numeric = np.array([(at(e) - at(-e)) / 2e-5 for e in np.eye(z.size) * 1e-5])
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-4)


def test_the_drawn_baseline_has_the_mean_and_covariance_of_its_conditional() -> None:
    funnel, panel = small_funnel(), om.Panel(small_frame())
    layout = build_layout(funnel, panel, learn(funnel, panel))
    z = np.array([_middle(s.prior) for s in layout.slots])
    theta, unused = np.empty_like(z), np.empty((2, z.size))
    kernel.constrain_all(layout.ints, layout.floats, z, theta, unused[0], unused[1])
    from omnimix.model.layout import node_block

    block = node_block(layout, 0)
    design = layout.floats[block.design_at : block.design_at + block.terms * block.seen].reshape(block.terms, -1).T
    names = [s.name for s in layout.slots]
    groups = layout.ints[block.groups_at : block.groups_at + block.terms]
    scales = np.array([theta[names.index(("level_scale", "season_scale")[g])] if g >= 0 else 1.0 for g in groups])
    noise = theta[names.index("noise")]
    mean = np.empty(int(layout.ints[2]))
    kernel.node_mean(layout.ints, layout.floats, 0, theta, mean)
    series = layout.floats[block.series_at : block.series_at + block.seen]
    precision = np.diag(1 / scales**2) + design.T @ design / noise**2
    expected = np.linalg.solve(precision, design.T @ (series - mean) / noise**2)
    covariance = np.linalg.inv(precision)

    draws = 40_000
    out = np.empty((draws, block.terms))
    normals = np.random.default_rng(2).standard_normal(out.shape)
    kernel.draw_baseline(layout.ints, layout.floats, 0, np.tile(theta, (draws, 1)), normals, out)
    spread = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose((out.mean(0) - expected) / spread, 0, atol=5 / np.sqrt(draws) * 1.2)
    np.testing.assert_allclose(
        np.cov(out.T) / np.outer(spread, spread), covariance / np.outer(spread, spread), atol=0.05
    )


@pytest.mark.parametrize("case", ["default", "roas prior", "student t", "two outcomes"])
def test_the_open_pymc_model_has_the_density_of_the_fit(case: str) -> None:
    """Both put densities on different coordinates of one space; between two points they must differ by the same."""
    funnel, panel = small_funnel(**CASES[case]), panel_with_gaps()
    layout = build_layout(funnel, panel, learn(funnel, panel))
    model = om.build_model(funnel, panel)
    density = model.compile_logp(jacobian=False)
    [parameters] = model.replace_rvs_by_values([model["parameters"]])
    to_theta = model.compile_fn(parameters, inputs=model.value_vars, point_fn=True)
    generator, gaps = np.random.default_rng(5), []
    for _ in range(4):
        point = {k: v + generator.normal(0, 0.3, v.shape) for k, v in model.initial_point().items()}
        theta = to_theta(point)
        ours = kernel.log_likelihood(layout.ints, layout.floats, theta, np.empty_like(theta))
        ours += kernel.total_priors(layout.ints, layout.floats, theta, np.empty_like(theta))
        ours += sum(float(frozen_distribution(s.prior).logpdf(x)) for s, x in zip(layout.slots, theta, strict=True))
        for node in funnel.nodes:  # from shares to total and split: Jacobian total^(count - 1)
            joint = total_prior(funnel, learn(funnel, panel), node)
            at = [
                k
                for k, s in enumerate(layout.slots)
                if s.node == node.name and s.name == "contribution_share" and s.channel in joint.channels
            ]
            ours += (len(at) - 1) * np.log(theta[at].sum()) if at else 0.0
        gaps.append(ours - float(density(point)))
    np.testing.assert_allclose(gaps, gaps[0], rtol=0, atol=1e-6)


def test_the_prior_of_all_media_does_not_depend_on_how_many_channels_there_are() -> None:
    frame = small_frame()
    for k in range(5):
        frame[f"more_{k}"] = np.random.default_rng(k).gamma(2.0, 500.0 * (k + 1), len(frame))
    totals = []
    for channels in (["tv"], ["tv", "search"], ["tv", "search", *(f"more_{k}" for k in range(5))]):
        funnel = small_funnel(channels=channels)
        learned = learn(funnel, om.Panel(frame))
        shares = prior_shares(funnel, learned, funnel.nodes[0], learned.nodes[0], size=40_000)
        totals.append(np.quantile(np.sum(list(shares.values()), axis=0), [0.05, 0.5, 0.95]))
    np.testing.assert_allclose(totals[1], totals[0], rtol=0.05)
    np.testing.assert_allclose(totals[2], totals[0], rtol=0.05)


def test_weeks_before_the_first_outcome_are_media_history_and_change_the_answer() -> None:
    funnel, frame = small_funnel(), small_frame()
    cold = om.Panel(frame.iloc[10:])
    frame.loc[frame.index[:10], "sales"] = np.nan
    warm = om.Panel(frame)
    learned = learn(funnel, warm)
    assert learned.window == 10
    assert isinstance(learned.weeks, pd.DatetimeIndex)
    assert len(learned.window_weeks) == len(learn(funnel, cold).window_weeks)
