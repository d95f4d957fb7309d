"""Fits side by side: what is compared, what is refused, and figures averaged by weight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy import stats

import omnimix as om
from omnimix.comparison.weights import stacking_weights
from omnimix.posterior.modes import sit_apart
from tests.conftest import small_frame, small_funnel
from tests.fits import converged, fit

QUICK = {"seed": 2, "draws": 150, "tune": 150, "chains": 2, "progress": False}


def of(frame: object = None, **changes: object) -> om.Posterior:
    panel = om.Panel(small_frame() if frame is None else frame)
    return converged(fit(small_funnel(**changes), panel, **QUICK))


@pytest.fixture(scope="module")
def fits() -> dict[str, om.Posterior]:
    """One fit as the world is, one that knows no price, no season and no level."""
    return {"whole": of(), "bare": of(controls=[], baseline=om.Baseline(harmonics=0, knot_weeks=0))}


def test_weights_are_those_of_the_best_mixture() -> None:
    truth = np.random.default_rng(4).permutation(np.repeat([0.0, 4.0], [300, 100]))
    drawn = truth + np.random.default_rng(5).normal(size=400)
    elpd = np.column_stack([stats.norm.logpdf(drawn, at) for at in (0.0, 4.0, 40.0)])
    weights = stacking_weights(elpd)
    np.testing.assert_allclose(weights, [0.75, 0.25, 0.0], atol=0.03)
    best = np.log(np.exp(elpd) @ weights).sum()
    for other in np.random.default_rng(6).dirichlet(np.ones(3), 200):
        assert np.log(np.exp(elpd) @ other).sum() <= best + 1e-4


def test_the_fit_that_knows_what_moves_the_outcome_comes_first_with_the_weight(fits: dict[str, om.Posterior]) -> None:
    result = om.compare({"bare": fits["bare"], "whole": fits["whole"]})
    table = result.table()
    assert table["name"].tolist() == ["whole", "bare"]
    assert result.best == "whole"
    assert table["difference"].tolist() == [0.0, pytest.approx(table["elpd"][0] - table["elpd"][1])]
    assert table["difference"][1] > 3 * table["se_difference"][1] > 0
    assert table["weight"][0] > 0.9
    assert table["weight"].sum() == pytest.approx(1.0)
    assert "whole" in repr(result)
    assert "Fits compared" in result._repr_html_()


def test_an_average_takes_draws_of_every_fit_by_weight(fits: dict[str, om.Posterior]) -> None:
    result = replace(om.compare(fits), weights={"whole": 0.75, "bare": 0.25})
    mixed = result.average(om.roas)
    ours, theirs = (om.roas(fits[n]) for n in ("whole", "bare"))
    assert mixed.draws.sizes == ours.draws.sizes
    for channel in ("tv", "all_media"):
        drawn = mixed.draws.sel(channel=channel).to_numpy()
        assert np.isin(drawn, ours.draws.sel(channel=channel)).mean() == pytest.approx(0.75, abs=0.01)
        assert np.isin(drawn, theirs.draws.sel(channel=channel)).mean() == pytest.approx(0.25, abs=0.01)
    assert mixed.table().columns.tolist() == ours.table().columns.tolist()
    np.testing.assert_allclose(mixed.known["spend"], ours.known["spend"])


def test_a_fit_without_weight_is_not_asked(fits: dict[str, om.Posterior]) -> None:
    result = replace(om.compare(fits), weights={"whole": 1.0, "bare": 0.0})
    xr.testing.assert_allclose(result.average(om.roas).draws.mean("draw"), om.roas(fits["whole"]).draws.mean("draw"))


def test_what_is_no_figure_cannot_be_averaged(fits: dict[str, om.Posterior]) -> None:
    with pytest.raises(om.OmnimixError, match="contributions returns Contributions, whose draws cannot be averaged"):
        om.compare(fits).average(om.contributions)


def test_fits_of_other_data_are_refused_with_column_and_weeks(fits: dict[str, om.Posterior]) -> None:
    frame = small_frame()
    frame.loc[frame.index[[3, 5]], "sales"] *= 1.01
    with pytest.raises(
        om.OmnimixError, match=r"differ in `sales` in 2 week\(s\): 2022-01-24, 2022-02-07\..* one panel"
    ):
        om.compare({"one": fits["whole"], "other": of(frame)})
    shorter = of(small_frame().iloc[:-4])
    with pytest.raises(om.OmnimixError, match=r"in 4 week\(s\): .* and so on"):
        om.compare({"one": fits["whole"], "other": shorter})
    renamed = of(small_frame().rename(columns={"sales": "orders"}), outcomes=[om.Outcome("orders", value=1.0)])
    with pytest.raises(om.OmnimixError, match="only one of them has `orders`, `sales`"):
        om.compare({"one": fits["whole"], "other": renamed})


def test_one_fit_is_nothing_to_compare(fits: dict[str, om.Posterior]) -> None:
    with pytest.raises(om.OmnimixError, match="two fits or more, by name, not 1"):
        om.compare({"whole": fits["whole"]})


def in_two_places(posterior: om.Posterior) -> om.Posterior:
    """Return a fit of two chains, the second of which sits where media bring three times as much."""
    draws = posterior.draws.copy()
    whole = draws["posterior"].to_dataset()
    away = xr.where(whole["chain"] == 1, 3.0, 1.0)
    moved = whole.assign(contribution_share=whole["contribution_share"] * away)
    draws["posterior"] = xr.DataTree(moved.assign(contribution=whole["contribution"] * away))
    bad = replace(posterior.run.diagnostics, rhat_max=2.4)
    return replace(posterior, draws=draws, run=replace(posterior.run, diagnostics=bad))


def test_chains_in_two_places_are_weighed_by_what_they_foresee() -> None:
    panel = om.Panel(small_frame())
    apart = in_two_places(fit(small_funnel(), panel, **{**QUICK, "draws": 400, "tune": 300}))
    assert sit_apart(apart)
    with pytest.raises(om.FitError, match=r"Every chain has settled by itself.*om\.stack_chains\(posterior\)"):
        om.roas(apart)
    assert "chains_apart" in {f.name for f in om.check(apart).findings}
    stacked = om.stack_chains(apart)
    assert stacked.run.chain_weights == pytest.approx((1.0, 0.0), abs=0.02)
    assert stacked.size == apart.size
    assert stacked.run.diagnostics.rhat_max < 1.2
    ours = om.roas(stacked, allow_unconverged=True).draws.mean("draw")
    first = replace(apart, draws=apart.draws.isel({"chain": [0]}, missing_dims="ignore"))
    xr.testing.assert_allclose(ours, om.roas(first, allow_unconverged=True).draws.mean("draw"), rtol=0.05)
    names = {f.name for f in om.check(stacked).findings}
    assert "chains_stacked" in names
    assert "chains_apart" not in names


def test_stacked_chains_are_stored_with_their_weights(tmp_path: object) -> None:
    panel = om.Panel(small_frame())
    stacked = om.stack_chains(in_two_places(fit(small_funnel(), panel, **{**QUICK, "draws": 400, "tune": 300})))
    read = om.load(stacked.save(f"{tmp_path}/stacked.nc"))
    assert read.run == stacked.run
    with pytest.raises(om.OmnimixError, match="stacked before"):
        om.stack_chains(read)


def test_chains_that_agree_and_single_chains_are_not_weighed(fits: dict[str, om.Posterior]) -> None:
    with pytest.raises(om.OmnimixError, match="agree and need no weights"):
        om.stack_chains(fits["whole"])
    single = fit(small_funnel(), om.Panel(small_frame()), **{**QUICK, "chains": 1})
    with pytest.raises(om.OmnimixError, match="there is one chain"):
        om.stack_chains(single)


def test_it_draws_itself(fits: dict[str, om.Posterior]) -> None:
    result = om.compare(fits)
    assert "voorspelt weken het best" in result.plot(language="nl").get_title(loc="left").replace("\n", " ")
    ax = result.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == result.table()["name"].tolist()
    assert result.best in ax.get_title(loc="left")
