"""What one more source of data would leave of each range: never more than there is, and exact where it can be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import omnimix as om
from omnimix.maturity.widths import left_by, weekly_noise, widths
from omnimix.posterior import Evidence
from tests.fits import converged


def test_one_measurement_of_a_normal_quantity_leaves_what_bayes_leaves() -> None:
    """Precision adds up: 1 / (1 / 4 + 1 / 1) = 0.8 of a variance of 4."""
    assert left_by(np.array([[4.0]]), np.array([1.0]))[0] == pytest.approx(0.8 / 4.0)


def test_what_goes_together_is_learned_together_and_an_infinite_error_teaches_nothing() -> None:
    covariance = np.array([[1.0, -0.8, 0.0], [-0.8, 1.0, 0.0], [0.0, 0.0, 1.0]])
    left = left_by(covariance, np.array([0.5, np.inf, np.inf]))
    assert left == pytest.approx([0.2, 1.0 - 0.64 / 1.25, 1.0])


@pytest.mark.parametrize("error", [1e-6, 0.1, 1.0, 100.0])
def test_a_smaller_error_never_leaves_more(error: float) -> None:
    draw = np.random.default_rng(2).normal(size=(50, 4))
    covariance = np.cov(draw, rowvar=False)
    assert np.all(left_by(covariance, np.full(4, error)) <= left_by(covariance, np.full(4, 2 * error)) + 1e-12)


def test_every_source_narrows_every_channel_and_none_below_nothing(small_posterior: om.Posterior) -> None:
    table = widths(converged(small_posterior))
    assert set(table["source"]) == {"test", "geo_split", "tracker", "year"}
    assert table.groupby("source")["channel"].nunique().eq(2).all()
    assert ((table["then"] >= 0) & (table["then"] <= table["now"])).all()
    assert (table["narrower"] == 1 - table["then"] / table["now"]).all()


def test_noise_is_that_of_a_week_in_money(small_posterior: om.Posterior) -> None:
    """The small world was made with a weekly noise of 900; the fit finds it give or take a third."""
    assert weekly_noise(small_posterior) == pytest.approx(900, rel=0.35)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_readiness_with_a_posterior_says_what_would_narrow_the_answer(
    small_posterior: om.Posterior, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "readiness.toml"
    file.write_text("[organisation]\nself_score = 2\n", encoding="utf-8")
    found = om.readiness(file, posterior=converged(small_posterior), today=dt.date(2024, 1, 10))
    assert {m.name for m in found.measured} >= {"two_years_of_weeks", "outcomes_joined", "exposure_varies"}
    said = found.sentences(language)
    assert {"width_note", "width_test"} <= set(said)
    assert all("{" not in sentence for sentence in said.values())


def test_tests_that_a_fit_has_taken_in_are_shown_by_it(small_posterior: om.Posterior, tmp_path: Path) -> None:
    file = tmp_path / "readiness.toml"
    file.write_text("", encoding="utf-8")
    parts = {"channels": "tv", "start": "2023-01-02", "end": "2023-01-29", "scale": 0.0, "metric": "roas"}
    one = om.Experiment("tv off", **parts, tail_weeks=4, value=1.0, error=0.2)  # type: ignore[arg-type]
    knows = replace(converged(small_posterior), evidence=(Evidence(one, 1.0, 0.3, 0.0, "fitted"),) * 2)
    found = om.readiness(file, posterior=knows, today=dt.date(2024, 1, 10))
    assert {m.name: m.figure for m in found.measured}["tests_done"] == 2
