"""Stage rates: what pooling and wandering do to an interval, and that intervals hold what they should."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import betaln, expit

from omnimix.campaigns.overdispersion import StageCounts, evidence, fit_overdispersion
from omnimix.campaigns.rates import USUAL_SPREAD, pooled_rates

SEED = 11


def counts(successes: list[list[float]], trials: list[list[float]]) -> StageCounts:
    """Return counts of campaigns (first index) by period (second)."""
    campaign = np.repeat(np.arange(len(trials)), [len(own) for own in trials])
    return StageCounts(np.concatenate(trials), np.concatenate(successes), campaign.astype(np.intp), len(trials))


def drawn(found: StageCounts, pool: list[int] | None = None, draws: int = 8_000) -> np.ndarray:
    steps = np.asarray(pool if pool is not None else np.zeros(found.campaigns), dtype=np.intp)
    return pooled_rates(found, steps, draws=draws, seed=np.random.default_rng(SEED)).rates


def width(rates: np.ndarray) -> np.ndarray:
    return np.diff(np.quantile(rates, [0.05, 0.95], axis=0), axis=0)[0]


def wandering(seed: int, *, campaigns: int, periods: int, size: int, omega: float) -> tuple[StageCounts, np.ndarray]:
    """Return counts whose rates wander by omega in log odds, and the campaigns' mean rates."""
    numbers = np.random.default_rng(seed)
    level = -3.0 + 0.4 * numbers.normal(size=campaigns)
    trials = np.full((campaigns, periods), float(size))
    rates = expit(level[:, None] + omega * numbers.normal(size=trials.shape))
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)
    truth = expit(level[:, None] + omega * nodes) @ weights / weights.sum()
    return counts(numbers.binomial(size, rates).astype(float).tolist(), trials.tolist()), truth


def test_a_campaign_without_peers_and_periods_has_the_interval_of_jeffreys() -> None:
    rates = drawn(counts([[30.0]], [[1000.0]]), draws=40_000)
    assert np.quantile(rates, [0.05, 0.95]) == pytest.approx(stats.beta.ppf([0.05, 0.95], 30.5, 970.5), rel=0.02)


def test_few_counts_are_drawn_to_the_peers_and_many_are_not() -> None:
    found = counts([[50.0], [52.0], [48.0], [1.0], [100.0]], [[1000.0], [1000.0], [1000.0], [4.0], [1000.0]])
    means = drawn(found).mean(axis=0)
    assert 0.05 < means[3] < 0.12
    assert means[4] == pytest.approx(0.1, rel=0.12)


def test_campaigns_of_another_step_are_no_peers() -> None:
    found = counts([[50.0], [52.0], [1.0]], [[1000.0], [1000.0], [4.0]])
    together, apart = drawn(found), drawn(found, pool=[0, 0, 1])
    assert together[:, 2].mean() < apart[:, 2].mean()


def test_pooling_agrees_with_direct_integration() -> None:
    """Two campaigns: the mean of the second rate by quadrature over log odds of mu and log tau."""
    successes, trials = np.array([40.0, 3.0]), np.array([1000.0, 30.0])

    def weight(log_tau: float, odds: float, moment: int) -> float:
        mu, tau = expit(odds), np.exp(log_tau)
        k = 1.0 / (tau**2 * mu * (1.0 - mu))
        a, b = mu * k, (1.0 - mu) * k
        likelihood = (betaln(a + successes, b + trials - successes) - betaln(a, b)).sum()
        prior = -2.5 * np.log1p((tau / USUAL_SPREAD) ** 2 / 4.0) + log_tau + 0.5 * np.log(mu * (1.0 - mu))
        return float(np.exp(likelihood + prior + 180.0) * ((a + successes[1]) / (a + b + trials[1])) ** moment)

    box = (np.log(0.02), np.log(3.0), -8.0, 1.0)
    whole, first = (integrate.dblquad(lambda o, t, m=m: weight(t, o, m), *box, epsrel=1e-5)[0] for m in (0, 1))
    assert drawn(counts([[40.0], [3.0]], [[1000.0], [30.0]]), draws=40_000)[:, 1].mean() == pytest.approx(
        first / whole, rel=0.02
    )


def test_a_rate_that_wanders_has_a_wider_interval_than_chance_alone() -> None:
    steady = counts([[1000.0] * 6], [[100_000.0] * 6])
    restless = counts([[600.0, 1400.0] * 3], [[100_000.0] * 6])
    assert width(drawn(restless))[0] > 5 * width(drawn(steady))[0]


def test_wandering_is_found_where_it_is_and_not_where_it_is_not() -> None:
    found, _ = wandering(1, campaigns=10, periods=20, size=5_000, omega=0.3)
    still, _ = wandering(1, campaigns=10, periods=20, size=5_000, omega=0.0)
    assert 0.25 < np.median(fit_overdispersion(found).nodes) < 0.36
    assert np.median(fit_overdispersion(still).nodes) < 0.06


def test_without_a_second_period_nothing_is_said_of_wandering() -> None:
    found = pooled_rates(
        counts([[5.0], [6.0]], [[90.0], [90.0]]), np.zeros(2, np.intp), draws=10, seed=np.random.default_rng(0)
    )
    assert np.isnan(found.overdispersion)


def test_rows_are_worth_their_trials_only_while_rates_stay_put() -> None:
    found = counts([[10.0, 30.0]], [[1000.0, 2000.0]])
    still, restless = (evidence(found, omega, np.zeros(1, np.intp)) for omega in (0.0, 0.5))
    assert still.trials == pytest.approx([3000.0], rel=1e-6)
    assert restless.trials[0] < 1000.0
    assert restless.successes / restless.trials == pytest.approx(40.0 / 3000.0)


def test_nothing_of_nothing_and_all_of_all_give_rates_inside_their_bounds() -> None:
    rates = drawn(counts([[0.0, 0.0], [50.0, 60.0]], [[50.0, 60.0], [50.0, 60.0]]))
    assert np.isfinite(rates).all()
    assert (rates >= 0).all()
    assert (rates <= 1).all()


def test_fractional_counts_are_taken_as_they_are() -> None:
    rates = drawn(counts([[12.5, 0.25]], [[200.5, 0.5]]))
    assert rates.mean() == pytest.approx(0.064, rel=0.2)


@pytest.mark.parametrize(("campaigns", "periods", "size"), [(1, 8, 2_000), (3, 6, 60), (10, 4, 100_000)])
def test_nine_in_ten_intervals_hold_the_true_rate(campaigns: int, periods: int, size: int) -> None:
    held = []
    for seed in range(-(-120 // campaigns)):
        found, truth = wandering(seed, campaigns=campaigns, periods=periods, size=size, omega=0.3)
        low, high = np.quantile(drawn(found, draws=1_000), [0.05, 0.95], axis=0)
        held += list((low <= truth) & (truth <= high))
    assert 0.82 <= np.mean(held) <= 0.98
