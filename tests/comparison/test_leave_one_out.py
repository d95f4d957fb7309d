"""Leave-one-out equals what dense matrices, the compiled density and fits without the week say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

import omnimix as om
from omnimix.comparison.leave_one_out import smoothed
from omnimix.comparison.week_densities import gaussian_left_out, week_densities
from omnimix.model.build import build_layout, pack
from omnimix.model.means import Tables
from omnimix.model.native import machine
from omnimix.posterior.sampled import sampled_numbers
from tests.conftest import small_frame, small_funnel
from tests.fits import converged, fit
from tests.model.funnels import funnel_of, funnel_panel

QUICK = {"seed": 2, "draws": 60, "tune": 60, "chains": 2, "progress": False}
KINDS = ["whole funnel", "whole funnel, student t and signed", "whole funnel, log normal"]


def test_a_week_left_out_has_the_density_that_the_dense_covariance_gives_it() -> None:
    generator = np.random.default_rng(1)
    columns, scales = generator.normal(size=(3, 4, 9)), generator.gamma(2.0, 1.0, (3, 4))
    residual, noise = generator.normal(size=(3, 9)), np.array([0.3, 1.0, 2.0])
    found = gaussian_left_out(residual, columns, scales, noise)
    for draw in range(3):
        whole = (columns[draw].T * scales[draw] ** 2) @ columns[draw] + noise[draw] ** 2 * np.eye(9)
        for week in range(9):
            rest = np.delete(np.arange(9), week)
            pull = np.linalg.solve(whole[np.ix_(rest, rest)], whole[rest, week])
            sd = np.sqrt(whole[week, week] - whole[week, rest] @ pull)
            expected = stats.norm.logpdf(residual[draw, week], pull @ residual[draw, rest], sd)
            assert found[draw, week] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_the_compiled_density_gains_by_the_week(kind: str) -> None:
    posterior = fit(funnel_of(kind), funnel_panel(), **QUICK)
    layout, theta = build_layout(posterior.funnel, posterior.panel, posterior.scaling), sampled_numbers(posterior)
    for number, (name, weeks, found) in enumerate(week_densities(posterior)):
        scale = posterior.scaling.scale(name)
        if posterior.funnel.node(name).likelihood == "student_t":
            continue
        for week in weeks[[0, 17, -1]]:
            place = int(posterior.scaling.weeks.get_loc(week))
            without, grad = pack(_unseen(layout.tables, number, place)), np.empty(theta.shape[1])
            numbers = np.ascontiguousarray(theta[7])
            gained = machine().likelihood(layout.packed, numbers, grad, number)
            gained -= machine().likelihood(without, numbers, grad, number)
            gained -= np.log(scale.scale) + (np.log(posterior.panel.series(name)[week]) if scale.log else 0.0)
            assert found[7, list(weeks).index(week)] == pytest.approx(gained, rel=1e-6, abs=1e-6)


def _unseen(tables: Tables, cell: int, week: int) -> Tables:
    """Return the tables as they would be had a cell not been observed in a week."""
    seen, design, gram, cells = (x.copy() for x in (tables.seen, tables.design, tables.gram, tables.cells))
    seen[cell, week], design[cell, :, week] = 0.0, 0.0
    gram[cell] = design[cell] @ design[cell].T
    cells["seen"][cell] -= 1
    return tables._replace(seen=seen, design=design, gram=gram, cells=cells)


def test_weeks_of_a_student_t_node_add_up_to_its_likelihood() -> None:
    kind = "whole funnel, student t and signed"
    posterior = fit(funnel_of(kind), funnel_panel(), **QUICK)
    name, _, found = next(d for d in week_densities(posterior) if d[0] == "online")
    node, level = posterior.funnel.node(name), posterior.scaling.scale(name)
    freedom = posterior.numbers("degrees_of_freedom", node=name)
    noise = posterior.numbers("noise", node=name)
    assert node.likelihood == "student_t"
    best = stats.t.logpdf(0.0, freedom) - np.log(noise * level.scale)
    assert (found <= best[:, None] + 1e-9).all()
    spread = stats.t.logpdf(2.0, freedom) - np.log(noise * level.scale)
    assert (found > spread[:, None]).mean() > 0.8


def test_it_agrees_with_a_fit_without_the_week() -> None:
    frame = small_frame()
    whole = fit(small_funnel(), om.Panel(frame), seed=1, draws=500, tune=400, chains=4, progress=False)
    found = om.leave_one_out(whole, allow_unconverged=True).pointwise.set_index("week")["elpd"]
    week = found.idxmin()
    frame.loc[week, "sales"] = np.nan
    without = fit(small_funnel(), om.Panel(frame), seed=1, draws=500, tune=400, chains=4, progress=False)
    _, weeks, densities = next(iter(week_densities(replace(without, panel=whole.panel))))
    told = logsumexp(densities[:, list(weeks).index(week)]) - np.log(without.size)
    assert found[week] == pytest.approx(told, abs=0.3)


def test_every_observed_week_of_every_node_has_a_row_and_an_empty_one_none() -> None:
    posterior = converged(fit(funnel_of("whole funnel"), funnel_panel(), **QUICK))
    found = om.leave_one_out(posterior)
    observed = posterior.panel.frame[[n.name for n in posterior.funnel.nodes]].notna().sum()
    assert found.table().set_index("node")["weeks"].to_dict() == observed.to_dict()
    assert found.elpd == pytest.approx(found.by_week.sum())
    assert np.isfinite(found.pointwise["elpd"]).all()
    assert "expected log predictive density" in repr(found)
    assert "Leave-one-out" in found._repr_html_()


def test_smoothing_is_arviz_s() -> None:
    import arviz_stats
    import xarray as xr

    densities = np.random.default_rng(3).normal(-1.0, 0.3, (400, 5))
    tree = xr.DataTree.from_dict(
        {"log_likelihood": xr.Dataset({"y": (("chain", "draw", "week"), densities.reshape(4, 100, 5))})}
    )
    theirs = arviz_stats.loo(tree, pointwise=True, reff=1.0)
    elpd, k_hat = smoothed(densities)
    np.testing.assert_allclose(elpd, theirs.elpd_i.to_numpy(), rtol=1e-9)
    np.testing.assert_allclose(k_hat, theirs.pareto_k.to_numpy(), rtol=1e-9)


def test_few_draws_are_refused_with_their_number() -> None:
    posterior = converged(fit(small_funnel(), om.Panel(small_frame()), **{**QUICK, "draws": 20}))
    with pytest.raises(om.OmnimixError, match="at least 100 draws, this posterior has 40"):
        om.leave_one_out(posterior)
