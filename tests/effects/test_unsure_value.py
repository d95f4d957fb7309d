"""Where it is not sure what a unit is worth, figures in money are as unsure as that; figures in units are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.effects.respond import values, values_by_draw
from tests.fits import converged

ERROR = 0.25  # of the value


def unsure(posterior: om.Posterior, error: float = ERROR) -> om.Posterior:
    """Return the posterior with outcomes of which the value is not sure."""
    outcomes = [replace(o, value_error=error * (o.value or 1.0)) for o in posterior.funnel.outcomes]
    return converged(replace(posterior, funnel=replace(posterior.funnel, outcomes=outcomes)))


def test_values_by_draw_have_the_stated_mean_and_error_and_are_made_again_alike(small_posterior: om.Posterior) -> None:
    posterior = unsure(small_posterior)
    worth, stated = values_by_draw(posterior), values(posterior)
    np.testing.assert_allclose(worth.mean("draw"), stated)
    np.testing.assert_allclose(worth.std("draw"), ERROR * stated, rtol=0.02)
    assert (worth > 0).all()
    np.testing.assert_array_equal(worth, values_by_draw(posterior))
    roas = om.roas(converged(small_posterior)).draws.to_numpy()
    assert abs(np.corrcoef(worth.to_numpy()[:, 0], roas[:, 0])[0, 1]) < 0.1  # value is no news of what media do


def test_money_is_less_sure_by_the_error_of_the_value_and_units_are_as_they_were(small_posterior: om.Posterior) -> None:
    sure, posterior = converged(small_posterior), unsure(small_posterior)
    before, after = om.roas(sure).draws, om.roas(posterior).draws
    relative = [float((d.std("draw") / d.mean("draw")).sel(channel="tv")) for d in (before, after)]
    assert relative[1] ** 2 == pytest.approx(relative[0] ** 2 + ERROR**2 * (1 + relative[0] ** 2), rel=0.1)
    np.testing.assert_allclose(after.mean("draw"), before.mean("draw"), rtol=0.02)
    one, other = om.contributions(sure), om.contributions(posterior)
    np.testing.assert_array_equal(one.media, other.media)
    spread = [f.money.draws.std("draw").sum() for f in (one, other)]
    assert spread[1] > spread[0]
    chain = om.Chain("both", links=[om.Link("tv"), om.Link("search")])
    widths = [float(om.evaluate_chain(p, chain).totals.draws.sel(measure="value").std()) for p in (sure, posterior)]
    assert widths[1] > widths[0]


def test_intervals_hold_a_planted_truth_as_often_as_they_say(small_posterior: om.Posterior) -> None:
    """The truth is a draw of what media do times a value that was drawn as its error says."""
    draws, rng = om.roas(converged(small_posterior)).draws.sel(channel="tv").to_numpy(), np.random.default_rng(3)
    spread = np.sqrt(np.log1p(ERROR**2))
    truths = rng.choice(draws, 4_000) * np.exp(spread * rng.standard_normal(4_000) - spread**2 / 2)
    held = []
    for posterior in (converged(small_posterior), unsure(small_posterior)):
        low, high = np.quantile(om.roas(posterior).draws.sel(channel="tv"), [0.05, 0.95])
        held.append(float(((truths >= low) & (truths <= high)).mean()))
    assert held[1] == pytest.approx(0.9, abs=0.03)
    assert held[0] < held[1] - 0.05


def test_the_gain_of_a_plan_is_as_unsure(small_posterior: om.Posterior) -> None:
    few = om.Outlook(draws=200)
    plans = [
        om.optimize_budget(p, weeks=4, outlook=few, progress=False)
        for p in (converged(small_posterior), unsure(small_posterior, 0.5))
    ]
    np.testing.assert_allclose(plans[0].spend, plans[1].spend, rtol=1e-6)  # it is searched for at the value itself
    brought = [p.value.draws.sel(plan="plan") for p in plans]
    assert float(brought[1].std()) > 1.2 * float(brought[0].std())


def test_a_lifetime_value_brings_its_error_with_it(small_posterior: om.Posterior) -> None:
    orders = om.read_orders(om.simulate_customers(seed=11, customers=1_500))
    worth = om.clv(orders, margin=0.3)
    outcome = om.Outcome("new_customers", value=worth)
    assert outcome.value == pytest.approx(float(worth))
    assert outcome.value_error == pytest.approx(float(worth.draws.std()))
    assert om.Outcome("new_customers", value=worth, value_error=9.0).value_error == 9.0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"value": 5.0, "value_error": -1.0}, "value_error is the standard error of value, 0 or more, not -1"),
        ({"value_error": 1.0}, "value_error is given and no value"),
    ],
)
def test_an_error_that_is_none_is_told(given: dict[str, float], said: str) -> None:
    with pytest.raises(om.SpecError, match=said):
        om.Outcome("sales", **given)  # type: ignore[arg-type]
