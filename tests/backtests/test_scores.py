"""Scores against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from omnimix.backtests.scores import MASSES, horizons, over_outcomes, pooled, total_scores, week_scores

GENERATOR = np.random.default_rng(11)


def closed_form(observed: float, mean: float, sd: float) -> float:
    """CRPS of a normal forecast (Gneiting and Raftery 2007, eq. 5)."""
    z = (observed - mean) / sd
    density = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return sd * (z * math.erf(z / math.sqrt(2)) + 2 * density - 1 / math.sqrt(math.pi))


def rows(draws: np.ndarray, observed: np.ndarray, **others: float) -> pd.DataFrame:
    return week_scores(draws, observed).assign(**{"seasonal_naive": 0.0, "ridge": 0.0, **others})


@pytest.mark.parametrize("observed", [-3.0, 10.0, 11.5, 40.0])
def test_crps_of_normal_draws_is_that_of_the_normal(observed: float) -> None:
    draws = 10 + 2 * GENERATOR.standard_normal((40_000, 1))
    found = week_scores(draws, np.array([observed]))["crps_units"].iloc[0]
    assert found == pytest.approx(closed_form(observed, 10, 2), rel=0.02)


def test_intervals_of_the_truth_hold_their_share_of_weeks() -> None:
    observed = 50 + 5 * GENERATOR.standard_normal(4_000)
    draws = 50 + 5 * GENERATOR.standard_normal((1_000, 4_000))
    found = pooled(rows(draws, observed))
    for mass in MASSES:
        assert found[f"coverage_{mass}"] == pytest.approx(mass / 100, abs=0.04)


def test_intervals_that_are_too_narrow_hold_too_few_weeks() -> None:
    observed = 50 + 5 * GENERATOR.standard_normal(4_000)
    draws = 50 + 1 * GENERATOR.standard_normal((1_000, 4_000))
    assert pooled(rows(draws, observed))["coverage_90"] < 0.4


def test_crps_and_wape_agree_for_a_forecast_without_spread() -> None:
    observed = np.array([80.0, 120.0, 100.0])
    found = pooled(rows(np.full((50, 3), 90.0), observed, seasonal_naive=100.0, ridge=80.0))
    assert found["crps"] == pytest.approx(found["wape"]) == pytest.approx(50 / 300)
    assert found["crps_units"] == pytest.approx(50 / 3)
    assert found["seasonal_naive_wape"] == pytest.approx(40 / 300)
    assert found["ridge_wape"] == pytest.approx(60 / 300)


def test_another_unit_changes_nothing_but_the_score_in_units() -> None:
    draws, observed = 100 + 9 * GENERATOR.standard_normal((500, 8)), 100 + 9 * GENERATOR.standard_normal(8)
    small = pooled(rows(draws, observed, ridge=90.0))
    large = pooled(rows(1_000 * draws, 1_000 * observed, ridge=90_000.0))
    for key, value in small.items():
        assert large[key] == pytest.approx(1_000 * value if key == "crps_units" else value)


def test_weeks_without_an_observation_are_passed_over() -> None:
    draws, observed = 100 + 9 * GENERATOR.standard_normal((500, 6)), np.full(6, 104.0)
    holed = np.append(observed[:4], [np.nan, np.nan])
    assert pooled(rows(draws, holed)) == pooled(rows(draws[:, :4], observed[:4]))
    assert list(total_scores(draws, holed, 6))[-1]["observed"] == 4 * 104.0


def test_a_fold_without_any_observation_has_no_scores() -> None:
    found = pooled(rows(np.ones((10, 3)), np.full(3, np.nan)))
    assert found["weeks"] == 0
    assert all(math.isnan(v) for k, v in found.items() if k != "weeks")


def test_totals_count_the_first_weeks_and_are_surer_than_their_weeks() -> None:
    draws = 100 + 10 * GENERATOR.standard_normal((4_000, 13))
    found = {t["horizon"]: t for t in total_scores(draws, np.full(13, 100.0), 13)}
    assert list(found) == list(horizons(13)) == [4, 8, 13]
    for horizon, total in found.items():
        assert total["observed"] == 100 * horizon
        width = (total["upper"] - total["lower"]) / total["observed"]
        assert width == pytest.approx(2 * 1.645 * 0.1 / math.sqrt(horizon), rel=0.1)


def test_every_outcome_counts_once() -> None:
    assert over_outcomes([{"wape": 0.1, "weeks": 9}, {"wape": 0.3, "weeks": 1}]) == {"wape": pytest.approx(0.2)}
