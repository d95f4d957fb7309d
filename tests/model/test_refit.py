"""Refits: what is frozen, what is refused, what is named, and that weighing gives what sampling gives."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.mechanics import extend_scaling
from omnimix.model.build import build_layout
from omnimix.model.native import expand_of
from omnimix.model.revisions import revisions
from omnimix.model.warm import unbounded, warm_start
from omnimix.posterior.importance import Weights
from omnimix.posterior.sampled import parameters_of, sampled_numbers
from tests.conftest import small_frame, small_funnel
from tests.fits import fit

OLD = 96


def table(weeks: int = 104) -> pd.DataFrame:
    return small_frame().iloc[:weeks]


@pytest.fixture(scope="module")
def old() -> om.Posterior:
    return fit(small_funnel(), om.Panel(table(OLD)), seed=3, draws=400, tune=400, chains=2, progress=False)


@pytest.fixture(scope="module")
def weighed(old: om.Posterior) -> om.Posterior:
    return om.refit(old, om.Panel(table(OLD + 2)), seed=1, progress=False)


def test_numbers_that_were_sampled_are_found_again_from_the_parameters(funnel_posterior: om.Posterior) -> None:
    parameters, theta = parameters_of(funnel_posterior), sampled_numbers(funnel_posterior)[:20]
    layout = build_layout(funnel_posterior.funnel, funnel_posterior.panel, funnel_posterior.scaling)
    again = np.array([expand_of(layout)(z)["theta"] for z in unbounded(parameters, theta)])
    np.testing.assert_allclose(again, theta, rtol=1e-6, atol=1e-12)


def test_a_longer_table_leaves_every_scale_as_it_was(old: om.Posterior) -> None:
    longer = extend_scaling(old.scaling, old.funnel, om.Panel(table()))
    frozen = ("typical_exposure", "exposure_per_spend", "mean_spend", "control_center", "control_spread", "nodes")
    assert all(getattr(longer, name) == getattr(old.scaling, name) for name in frozen)
    assert len(longer.weeks) == 104
    assert longer.knots[: len(old.scaling.knots)] == old.scaling.knots


def test_a_few_new_weeks_are_weighed_and_the_new_fit_says_so(weighed: om.Posterior) -> None:
    told = weighed.refitted
    assert told is not None
    assert (told.method, told.weeks_before, told.weeks_added) == ("reweighted", OLD, 2)
    assert told.k_hat <= 0.7
    assert told.effective_draws >= 400
    assert weighed.size == 800
    assert len(om.predict(weighed).draws["week"]) == OLD + 2


def test_weighing_and_sampling_agree(old: om.Posterior, weighed: om.Posterior) -> None:
    sampled = om.refit(old, om.Panel(table(OLD + 2)), seed=2, progress=False, reweight=False)
    assert sampled.refitted is not None
    assert sampled.refitted.method == "sampled"
    one, other = (om.roas(p, allow_unconverged=True).table() for p in (weighed, sampled))
    spread = (other["upper"] - other["lower"]).to_numpy()
    assert (np.abs(one["median"] - other["median"]).to_numpy() < 0.35 * spread).all()


def test_a_refit_is_kept_with_its_file(weighed: om.Posterior, tmp_path: object) -> None:
    goal = om.Goal("sales", node="sales", target=5e6, by="2030-01-01")
    kept = om.load(dataclasses.replace(weighed, goals=(goal,)).save(f"{tmp_path}/new.nc"))
    assert kept.refitted == weighed.refitted
    assert kept.goals == (goal,)


def test_old_figures_that_are_others_now_are_named_week_by_week(old: om.Posterior) -> None:
    frame = table()
    frame.loc[frame.index[3], "tv"] += 100.0
    frame.loc[frame.index[5], "sales"] = np.nan
    found = revisions(old, om.Panel(frame))
    assert [(r.week, r.column) for r in found] == [
        (str(frame.index[3].date()), "tv"),
        (str(frame.index[5].date()), "sales"),
    ]
    assert "sales in week 2022-02-07 was" in str(found[1])
    assert str(found[1]).endswith("is empty")


def test_a_revised_table_is_sampled_and_told_in_a_warning(old: om.Posterior) -> None:
    frame = table(OLD)
    frame.loc[frame.index[3], "tv"] += 100.0
    with pytest.warns(om.OmnimixWarning, match="tv in week 2022-01-24"):
        found = om.refit(old, om.Panel(frame), draws=20, tune=20, seed=1, progress=False)
    assert found.refitted is not None
    assert found.refitted.method == "sampled"
    assert found.refitted.weeks_added == 0
    assert len(found.refitted.revised) == 1


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (table().drop(columns="tv"), "no column for spend `tv` of channel `tv`"),
        (table().drop(columns="price"), "control `price`"),
        (table().iloc[2:], "lacks weeks that the fit had .2022-01-03, 2022-01-10"),
        (table(90), "ends 2023-09-18, before the fit does"),
        (table().assign(sales=table()["sales"].iloc[:90]), "ends 2023-09-18, before the fit does"),
        (table().set_axis(table().index + pd.Timedelta(days=1)).rename_axis("week"), "start on Tuesday"),
    ],
)
def test_a_table_that_does_not_go_on_is_refused(old: om.Posterior, frame: pd.DataFrame, told: str) -> None:
    with pytest.raises(om.DataError, match=told):
        om.refit(old, om.Panel(frame), progress=False)


def test_everything_that_is_wrong_is_told_at_once(old: om.Posterior) -> None:
    with pytest.raises(om.DataError, match=r"(?s)channel `tv`.*control `price`.*lacks weeks.*ends 2023"):
        om.refit(old, om.Panel(table(90).iloc[1:].drop(columns=["tv", "price"])), progress=False)


def test_money_of_another_currency_is_refused(old: om.Posterior) -> None:
    with pytest.raises(om.DataError, match="in USD, that of the fit in EUR"):
        om.refit(old, om.Panel(table(), currency="USD"), progress=False)


def test_tests_are_not_taken_yet(old: om.Posterior) -> None:
    with pytest.raises(om.FitError, match="tests cannot be added"):
        om.refit(old, om.Panel(table()), experiments=["a test"], progress=False)


@pytest.mark.parametrize(
    "weights", [Weights(np.full(1000, 0.001), 0.71), Weights(np.full(399, 1 / 399), 0.1), Weights(np.full(0, 0.0), 0.1)]
)
def test_weights_that_fail_one_of_the_three_are_not_trusted(weights: Weights) -> None:
    assert not len(weights.of_draws) or not (weights.usable and not weights.wrong)


def test_a_refit_of_a_refit_keeps_what_was_declared_and_counts_a_draw_once(weighed: om.Posterior) -> None:
    goal = om.Goal("more sales", node="sales", target=1e9, by="2030-12-31")
    known = dataclasses.replace(weighed, goals=(goal,))
    again = om.refit(known, known.panel, seed=2, progress=False)
    assert again.goals == (goal,)
    assert again.refitted is not None
    different = len(np.unique(weighed.flat("noise").to_numpy()))
    assert again.refitted.effective_draws < different + 0.01 < weighed.size


def test_one_heavy_draw_is_not_trusted() -> None:
    heavy = np.full(4000, (1 - 0.021) / 3999)
    heavy[0] = 0.021
    weights = Weights(heavy, 0.3)
    assert weights.effective > 400
    assert weights.wrong


def test_a_parameter_that_is_new_begins_at_the_middle_of_its_prior(old: om.Posterior) -> None:
    parameters, theta = parameters_of(old), sampled_numbers(old)
    start = warm_start(parameters, parameters[1:], theta[:, 1:])
    whole = warm_start(parameters, parameters, theta)
    np.testing.assert_allclose(start.center[1:], whole.center[1:])
    assert start.center[0] != whole.center[0]
