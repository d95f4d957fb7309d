"""Where the data cannot tell unseen demand from an effect, that is said; where they can, it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.checks.confounding import confounding_check, prior_spread
from tests.fits import fit

QUICK = {"seed": 3, "draws": 300, "tune": 500, "chains": 2, "progress": False}


def world(media_on_visits: float, weeks: int) -> pd.DataFrame:
    """Return visits that media bring to that share, and sales that follow them in the same week."""
    generator = np.random.default_rng(6)
    tv = np.where(generator.random(weeks) < 0.4, generator.gamma(4.0, 1.0, weeks), 0.0)
    shock = generator.normal(0, 0.05, weeks)
    visits = 1.0 + media_on_visits * (tv / tv.mean()) + shock
    sales = 1.0 + 0.5 * visits + 0.5 * shock + generator.normal(0, 0.03, weeks)
    frame = pd.DataFrame({"tv": 5_000 * tv, "visits": 1_000 * visits, "sales": 50 * sales})
    return frame.set_index(pd.date_range("2022-01-03", periods=weeks, freq="7D", name="week"))


def fitted(frame: pd.DataFrame, confounding: str, drivers: list[str]) -> om.Posterior:
    sales = om.Outcome("sales", drivers=drivers, parents=["visits"], confounding=confounding, adstock="none")
    funnel = om.Funnel(
        channels=["tv"], stages=["visits"], outcomes=[sales], baseline=om.Baseline(harmonics=0, knot_weeks=0)
    )
    return fit(funnel, om.Panel(frame), **QUICK)


def test_a_stage_that_media_hardly_move_leaves_unseen_demand_open() -> None:
    [finding] = confounding_check(fitted(world(0.005, 60), "some", ["tv"]))
    assert (finding.name, finding.severity, finding.where) == ("confounding_open", "notes", "visits, sales")
    assert finding.figure is not None
    assert finding.figure > 0.8
    assert "om.sensitivity" in finding.remedy


def test_where_media_move_the_stage_the_data_tell() -> None:
    assert not list(confounding_check(fitted(world(0.3, 150), "some", [])))


def test_where_unseen_demand_is_ruled_out_nothing_is_asked() -> None:
    assert not list(confounding_check(fitted(world(0.005, 60), "none", ["tv"])))


@pytest.mark.parametrize("setting", [0.1, 0.5, 2.0])
def test_the_spread_of_the_prior_is_that_of_its_draws(setting: float) -> None:
    r = setting * np.random.default_rng(0).standard_normal(200_000)
    assert prior_spread(setting) == pytest.approx(float((r / np.sqrt(1 + r**2)).std()), rel=0.01)
