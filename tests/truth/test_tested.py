"""A test in a simulated world finds what the world's own truth says, off by its error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from omnimix.errors import SpecError
from omnimix.experiments import predicted
from omnimix.truth import World
from omnimix.truth.tested import true_result
from tests.experiments.made_tests import result
from tests.truth.posteriors import one_outcome, still, true_posterior

WHOLE = {"metric": "roas", "outcome": None, "tail_weeks": 60}


def window(world: World) -> dict[str, str]:
    weeks = world.truth.window
    return {"start": f"{weeks[0]:%Y-%m-%d}", "end": f"{weeks[-1] + pd.Timedelta(days=6):%Y-%m-%d}"}


def test_switching_off_for_good_finds_the_true_return() -> None:
    world = still()
    for channel in world.truth.channels:
        one = result(**window(world), **WHOLE, channels=channel)
        assert true_result(world.truth, one) == pytest.approx(float(world.truth.roas()[channel]), rel=1e-9)


@pytest.mark.parametrize("scale", [0.0, 0.5, 2.0])
def test_a_posterior_that_holds_the_truth_predicts_the_true_result(scale: float) -> None:
    world = one_outcome("geometric", "hill")
    weeks = world.truth.window
    dates = {"start": f"{weeks[20]:%Y-%m-%d}", "end": f"{weeks[25]:%Y-%m-%d}"}
    for metric in ("increment", "roas"):
        one = result(**dates, channels="radio", scale=scale, metric=metric, outcome="sales", tail_weeks=10)
        told = predicted(true_posterior(world), [one])[:, 0]
        np.testing.assert_allclose(told, true_result(world.truth, one), rtol=1e-6)


def test_results_lie_around_the_truth_by_their_error() -> None:
    world = still()
    one = result(**window(world), **WHOLE, error=0.5)
    truth = true_result(world.truth, one)
    away = np.array([(world.run_test(one, seed).value - truth) / 0.5 for seed in range(200)])
    assert abs(away.mean()) < 0.25
    assert away.std() == pytest.approx(1.0, abs=0.2)
    assert world.run_test(one, 3) == world.run_test(replace(one, value=99.0), 3)


def test_a_test_that_cannot_be_done_there_is_refused() -> None:
    with pytest.raises(SpecError) as told:
        still().run_test(result(channels="tvv", geos="south", start="1999-01-04"))
    for text in ("did you mean 'tv'?", "everywhere", "was simulated from"):
        assert text in str(told.value)
