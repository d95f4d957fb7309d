"""A finished fit takes tests in: what it then knows, when it refuses, and that it can be saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import omnimix as om
from omnimix.errors import FitError, SpecError
from omnimix.experiments import calibrate, predicted
from omnimix.experiments.calibrate import weighing
from omnimix.experiments.likelihood import log_likelihood
from tests.experiments.made_tests import result


def told(posterior: om.Posterior, at: float, width: float, **changes: object) -> om.Experiment:
    """Return a test whose result lies ``at`` standard deviations from what is expected, its error ``width`` of them."""
    one = result(**changes)
    found = predicted(posterior, [one])[:, 0]
    return replace(one, value=float(found.mean() + at * found.std()), error=float(width * found.std()))


def test_a_test_moves_the_figure_towards_its_result_and_makes_it_narrower(small_posterior: om.Posterior) -> None:
    one = told(small_posterior, 1.0, 0.5)
    after = om.calibrate(small_posterior, [one])
    before, now = (predicted(p, [one])[:, 0] for p in (small_posterior, after))
    assert before.mean() < now.mean() < one.result
    assert now.std() < 0.75 * before.std()
    assert after.size == small_posterior.size
    (evidence,) = after.evidence
    assert evidence.experiment == one
    assert evidence.how == "reweighted"
    assert evidence.k_hat < 0.7
    assert evidence.z == pytest.approx(1.0 / np.hypot(1.0, 0.5), rel=1e-6)


def test_drawn_figures_are_weighted_figures(small_posterior: om.Posterior) -> None:
    one = told(small_posterior, 0.5, 0.5)
    found = predicted(small_posterior, [one])[:, 0]
    weights = weighing(small_posterior, log_likelihood(one, found))
    now = predicted(om.calibrate(small_posterior, [one]), [one])[:, 0]
    assert now.mean() == pytest.approx(float(weights.of_draws @ found), abs=0.02 * found.std())


def test_a_test_without_news_changes_nothing_of_note(small_posterior: om.Posterior) -> None:
    one = told(small_posterior, 0.0, 100.0)
    before, now = (om.roas(p).draws.mean("draw") for p in (small_posterior, om.calibrate(small_posterior, [one])))
    np.testing.assert_allclose(before, now, rtol=0.02)


def test_two_tests_at_once_or_one_after_the_other_say_the_same(small_posterior: om.Posterior) -> None:
    tv, search = told(small_posterior, 0.5, 1.0), told(small_posterior, -0.5, 1.0, name="search off", channels="search")
    at_once = calibrate(small_posterior, [tv, search])
    in_turn = calibrate(calibrate(small_posterior, [tv]), [search])
    assert [e.experiment.name for e in in_turn.evidence] == ["tv off", "search off"]
    spread = predicted(small_posterior, [tv])[:, 0].std()
    means = [predicted(p, [tv])[:, 0].mean() for p in (at_once, in_turn)]
    assert means[0] == pytest.approx(means[1], abs=0.15 * spread)


@pytest.mark.parametrize(("at", "width"), [(6.0, 0.3), (0.0, 0.005)])
def test_a_result_that_these_draws_cannot_carry_is_refused(
    small_posterior: om.Posterior, at: float, width: float
) -> None:
    with pytest.raises(FitError, match="cannot be weighed by these tests"):
        om.calibrate(small_posterior, [told(small_posterior, at, width)])


def test_a_refused_result_is_fitted_where_that_is_asked(plain_posterior: om.Posterior) -> None:
    few = plain_posterior.thinned(100)  # too few draws for any weighing
    one = told(few, 0.5, 0.5, outcome="store")
    after = om.calibrate(few, [one], refit=True, allow_unconverged=True)
    assert [e.how for e in after.evidence] == ["fitted"]
    assert after.size == plain_posterior.size


def test_a_result_counts_once(small_posterior: om.Posterior) -> None:
    one = told(small_posterior, 0.0, 1.0)
    with pytest.raises(SpecError, match="before, and a result counts once"):
        om.calibrate(om.calibrate(small_posterior, [one]), [one])
    with pytest.raises(SpecError, match="no tests to take in"):
        om.calibrate(small_posterior, [])


def test_a_calibrated_posterior_is_read_back_with_its_tests(small_posterior: om.Posterior, tmp_path: Path) -> None:
    chain = om.Chain("both", links=["tv", "search"], start="2023-03-06", end="2023-04-02")
    tests = [
        told(small_posterior, 0.3, 1.0, discounts={"other creative": 0.5}),
        told(small_posterior, 0.0, 2.0, name="chain", channels=(), chain=chain),
    ]
    after = om.calibrate(small_posterior, tests)
    after.save(tmp_path / "posterior.nc")
    back = om.load(tmp_path / "posterior.nc")
    assert back.evidence == after.evidence
    np.testing.assert_array_equal(om.roas(back).draws, om.roas(after).draws)


def test_draws_that_stand_several_times_count_as_one(small_posterior: om.Posterior) -> None:
    doubled = small_posterior.taking(np.repeat(np.arange(small_posterior.size // 2), 2))
    flat = np.zeros(small_posterior.size)
    assert weighing(doubled, flat).effective == pytest.approx(small_posterior.size / 2, rel=0.05)
    assert weighing(doubled, flat).of_draws.sum() == pytest.approx(1.0)
