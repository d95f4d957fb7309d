"""A fit finds how often is best, where the weeks tell it plainly."""

from __future__ import annotations

import pytest

import omnimix as om
from omnimix.truth import Medium, Surroundings, frequency_truth, simulate
from tests.fits import fit

SURE = 0.998  # so wide that a fit of any seed has the truth in it, and narrower than what was believed


@pytest.mark.slow
def test_the_true_best_frequency_and_return_are_found() -> None:
    tv = om.Channel("tv", reach="tv_reach", frequency="tv_frequency")
    planted = Medium(
        tv,
        style="flighted",
        share=0.3,
        weekly_spend=60_000.0,
        frequency=4.0,
        parameters={"frequency_slope": 2.0, "half_frequency": 3.0},
    )
    world = simulate(seed=4, weeks=156, channels=[planted, "radio"], surroundings=Surroundings(noise=0.01))
    posterior = fit(world.funnel, world.panel, seed=5, draws=300, tune=400, chains=2, progress=False)
    found = om.best_frequency(posterior, interval=SURE, allow_unconverged=True).table().iloc[0]
    true = frequency_truth(world.truth)["best_frequency"][0]
    assert found["told"] == "data"
    assert found["frequency_lower"] <= true <= found["frequency_upper"]
    returns = om.roas(posterior, interval=SURE, allow_unconverged=True).table().set_index("channel").loc["tv"]
    assert returns["lower"] <= world.truth.roas()["tv"] <= returns["upper"]
