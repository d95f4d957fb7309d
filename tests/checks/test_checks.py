"""Every check fires where it should, with its figure, and is silent on a healthy fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.checks import prior_posterior
from omnimix.checks._convergence import convergence
from omnimix.findings import Finding
from tests.conftest import small_frame, small_funnel
from tests.fits import fit

QUICK = {"seed": 3, "draws": 200, "tune": 300, "chains": 2, "progress": False}


def names(health: object) -> set[str]:
    return {f.name for f in health.findings}  # type: ignore[attr-defined]


def test_a_healthy_fit_is_usable_and_every_finding_has_a_remedy(small_posterior: om.Posterior) -> None:
    health = om.check(small_posterior)
    assert health.usable
    assert not names(health) & {
        "not_converged",
        "r_hat",
        "e_bfmi",
        "negative_baseline",
        "residuals_follow",
    }
    stray = small_posterior.run.diagnostics.divergences  # newly compiled and stored code draw differently
    assert ("divergences" in names(health)) == (stray > 0)
    assert stray < 5
    assert all(f.remedy for f in health.findings if f.severity != "notes")
    assert len(health.table()) == len(health.findings)


@pytest.mark.parametrize(
    ("change", "name", "severity"),
    [
        ({"rhat_max": 1.02}, "r_hat", "warns"),
        ({"rhat_max": 1.2}, "not_converged", "blocks"),
        ({"rhat_max": float("nan")}, "one_chain", "warns"),
        ({"ess_bulk_min": 150.0}, "ess_bulk", "warns"),
        ({"ess_bulk_min": 20.0}, "not_converged", "blocks"),
        ({"ess_tail_min": 150.0}, "ess_tail", "warns"),
        ({"divergences": 3}, "divergences", "warns"),
        ({"divergent_share": 0.2}, "not_converged", "blocks"),
        ({"e_bfmi_min": 0.1}, "e_bfmi", "warns"),
    ],
)
def test_each_sign_of_a_bad_run_is_a_finding(
    small_posterior: om.Posterior, change: dict[str, float], name: str, severity: str
) -> None:
    good = {"rhat_max": 1.001, "ess_bulk_min": 900.0, "ess_tail_min": 900.0, "divergences": 0}
    good |= {"divergent_share": 0.0, "e_bfmi_min": 0.9}
    diagnostics = replace(small_posterior.run.diagnostics, **{**good, **change})
    changed = replace(small_posterior, run=replace(small_posterior.run, diagnostics=diagnostics))
    found = list(convergence(changed))
    assert (name, severity) in [(f.name, f.severity) for f in found]
    healthy = replace(small_posterior, run=replace(small_posterior.run, diagnostics=replace(diagnostics, **good)))
    assert not list(convergence(healthy))


def test_a_channel_the_data_say_nothing_about_rests_on_its_prior() -> None:
    frame = small_frame()
    generator = np.random.default_rng(0)
    frame["tv"] = 5_000.0 + generator.normal(0, 50.0, len(frame))  # hardly moves
    frame["search"] = np.where(generator.random(len(frame)) < 0.4, 12_000.0, 0.0)  # comes and goes
    frame["sales"] += frame["search"]  # ten times what a week strays
    alone = om.Channel("tv", contribution_prior=om.Prior("Gamma", 2.0, 20.0))  # what search brings says nothing of it
    posterior = fit(small_funnel(channels=[alone, "search"]), om.Panel(frame), **QUICK)
    found = [f for f in om.check(posterior).findings if f.name == "prior_dominates"]
    assert "tv" in [f.where for f in found]
    assert "search" not in [f.where for f in found]


def test_a_figure_far_from_what_was_believed_is_a_surprise_and_not_called_a_prior() -> None:
    funnel = small_funnel(channels=["tv", om.Channel("search", contribution_prior=om.Prior("Gamma", 0.5, 60.0))])
    frame = small_frame().assign(search=lambda f: f["search"] * 1.0)
    frame["sales"] += 4 * frame["search"]
    posterior = fit(funnel, om.Panel(frame), **QUICK)
    named = {f.name for f in om.check(posterior).findings if f.where == "search"}
    assert "prior_surprised" in named
    assert "prior_dominates" not in named


def test_a_channel_that_never_changed_is_not_known_better_for_having_no_history() -> None:
    """Media before the table are unknown, not absent: else a steady channel would seem to start in the first row."""
    frame = small_frame()
    frame["tv"] = 5_000.0 + np.random.default_rng(0).normal(0, 0.5, len(frame))
    alone = om.Channel("tv", contribution_prior=om.Prior("Gamma", 2.0, 20.0))
    posterior = fit(small_funnel(channels=[alone, "search"]), om.Panel(frame), **QUICK)
    table = prior_posterior(posterior).set_index("channel")
    assert table.loc["tv", "spread_ratio"] > 0.85


def test_two_channels_that_moved_together_are_reported_together() -> None:
    frame = small_frame()
    frame["radio"] = frame["tv"] * np.random.default_rng(0).uniform(0.97, 1.03, len(frame))
    posterior = fit(small_funnel(channels=["tv", "radio", "search"]), om.Panel(frame), **QUICK)
    found = om.check(posterior).findings
    assert {"move_together", "not_told_apart"} <= {f.name for f in found}
    joint = next(f for f in found if f.name == "not_told_apart")
    assert "together they bring between" in joint.message


def test_an_unexplained_slow_swing_is_a_finding() -> None:
    frame = small_frame()
    swing = np.cumsum(np.random.default_rng(4).normal(0, 900, len(frame)))
    frame["sales"] += 0.6 * (swing - swing.mean()) + 1_500 * np.sin(np.arange(len(frame)) / 2.0)
    posterior = fit(small_funnel(baseline=om.Baseline(knot_weeks=0)), om.Panel(frame), **QUICK)
    assert "residuals_follow" in names(om.check(posterior))


def test_a_week_far_out_is_named() -> None:
    frame = small_frame()
    frame.loc[frame.index[40], "sales"] += 15_000
    posterior = fit(small_funnel(), om.Panel(frame), **QUICK)
    found = next(f for f in om.check(posterior).findings if f.name == "weeks_far_out")
    assert str(frame.index[40].date()) in found.message


def test_a_baseline_below_zero_is_a_finding() -> None:
    frame = small_frame()
    funnel = small_funnel(channels=["tv", om.Channel("search", contribution_prior=(1.4, 1.6))])
    posterior = fit(funnel, om.Panel(frame), **QUICK)
    assert "negative_baseline" in names(om.check(posterior))


def test_the_prior_of_all_media_stands_beside_their_posterior(small_posterior: om.Posterior) -> None:
    table = prior_posterior(small_posterior).set_index("channel")
    assert list(table.index) == ["tv", "search", "all_media"]
    frame = small_frame()
    spent = (frame["tv"] + frame["search"]).mean() / frame["sales"].mean()
    assert table.loc["all_media", "prior_median"] == pytest.approx(spent, rel=0.03)  # a euro is believed to return one
    assert (table["prior_lower"] < table["prior_upper"]).all()
    assert table.loc["all_media", "mean"] == pytest.approx(table.loc[["tv", "search"], "mean"].sum())


def test_a_channel_is_judged_by_what_it_brings_over_all_paths() -> None:
    funnel = om.Funnel(
        channels=["tv", om.Channel("search", responds_to="visits"), "social"],
        stages=[om.Stage("visits", drivers=["tv", "search"])],
        outcomes=[om.Outcome("sales", drivers=["search", "social"], parents=["visits"])],
        controls=["price"],
    )
    generator = np.random.default_rng(2)
    frame = small_frame().assign(social=generator.gamma(4.0, 500.0, 104))
    frame["visits"] = 0.4 * frame["sales"] + generator.normal(0, 300, len(frame))
    posterior = fit(funnel, om.Panel(frame), **QUICK)
    table = prior_posterior(posterior).set_index(["node", "channel"])
    assert list(table.index) == [
        ("visits", "tv"),
        ("visits", "search"),
        ("visits", "all_media"),
        ("sales", "tv"),
        ("sales", "search"),
        ("sales", "social"),
        ("sales", "all_media"),
    ]
    effect = posterior.flat("stage_effect").sel(node="sales", parent="visits")
    brought = posterior.flat("contribution_share").sel(node="visits", channel="tv")
    assert table.loc[("sales", "tv"), "mean"] == pytest.approx(float((effect * brought).mean()))
    assert table.loc[("sales", "all_media"), "prior_mean"] == pytest.approx(0.25, rel=0.03)
    channels = table.loc["sales"].drop(index="all_media")
    assert table.loc[("sales", "all_media"), "mean"] == pytest.approx(channels["mean"].sum())


def test_findings_stand_worst_first(small_posterior: om.Posterior) -> None:
    from omnimix.checks.health import ordered

    parts = [Finding("c", "notes", "", ""), Finding("a", "blocks", "", ""), Finding("b", "warns", "", "")]
    assert [f.name for f in ordered(parts)] == ["a", "b", "c"]
