from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

from omnimix.truth import crps, money_weighted, score


def draws_of(**channels: np.ndarray) -> xr.DataArray:
    values = np.column_stack(list(channels.values()))
    return xr.DataArray(values, coords={"channel": list(channels)}, dims=("draw", "channel"))


def test_crps_of_normal_draws_is_the_closed_form() -> None:
    draws = np.random.default_rng(1).normal(2.0, 0.5, 200_000)
    z = (2.3 - 2.0) / 0.5
    closed = 0.5 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert crps(draws, 2.3) == pytest.approx(closed, rel=0.01)


def test_crps_of_a_single_certain_value_is_its_distance() -> None:
    assert crps(np.full(10, 1.5), 2.0) == pytest.approx(0.5)


def test_scores_tell_coverage_error_and_width() -> None:
    numbers = np.random.default_rng(2)
    draws = draws_of(
        tv=numbers.normal(1.0, 0.1, 4000),
        radio=numbers.normal(3.0, 0.1, 4000),
        all_media=numbers.normal(2.2, 0.1, 4000),
    )
    found = score(draws, pd.Series({"tv": 1.0, "radio": 2.0, "all_media": 2.0}))
    assert found.channels["covered"].tolist() == [True, False]
    assert found.coverage == 0.5
    assert found.all_media_error == pytest.approx(0.1, abs=0.01)
    assert found.table()["relative_width"].iloc[0] == pytest.approx(2 * 1.645 * 0.1, rel=0.1)


def test_a_placebo_is_scored_in_its_own_unit() -> None:
    found = score(draws_of(tv=np.full(10, 0.2)), pd.Series({"tv": 0.0}))
    assert found.scores["relative_error"].iloc[0] == pytest.approx(0.2)


def test_errors_are_those_of_medians() -> None:
    """A few draws far out move the mean and not the figure that is told."""
    found = score(draws_of(tv=np.array([0.9, 1.0, 1.1, 9.0, 1.0])), pd.Series({"tv": 1.0}))
    assert found.scores["mean"].iloc[0] == pytest.approx(2.6)
    assert found.scores["relative_error"].iloc[0] == 0.0


def test_a_posterior_from_which_the_truth_is_drawn_has_no_bias_in_money_though_its_ratios_have() -> None:
    """Estimates are right by construction: each truth and its data are drawn, and the posterior is the exact one."""
    numbers = np.random.default_rng(3)
    parts = []
    for _ in range(400):
        truth = numbers.gamma(4.0, 0.25, 6)
        seen = numbers.poisson(3.0 * truth)  # so that the posterior is Gamma(4 + seen, 4 + 3)
        draws = numbers.gamma(4.0 + seen, 1.0 / 7.0, (400, 6))
        names = [f"c{k}" for k in range(6)]
        spend = dict(zip(names, 1_000.0 * np.arange(1, 7), strict=True))
        parts.append(score(_labelled(draws, names), pd.Series(truth, names), spend=spend).table())
    rows = pd.concat(parts)
    found = money_weighted(rows)
    assert abs(found["money_weighted_bias"]) < 0.05
    assert ((rows["median"] / rows["truth"] - 1).mean()) > 0.1
    assert rows["covered"].mean() == pytest.approx(0.9, abs=0.03)


def test_bias_and_crps_are_weighed_by_money_whatever_the_unit() -> None:
    numbers = np.random.default_rng(4)
    draws = draws_of(tv=numbers.normal(1.2, 0.1, 4000), radio=numbers.normal(3.0, 0.2, 4000))
    truth, spend = pd.Series({"tv": 1.0, "radio": 2.0}), {"tv": 900.0, "radio": 100.0}
    found = score(draws, truth, spend=spend)
    assert found.money_weighted_bias == pytest.approx((0.2 * 900 + 1.0 * 100) / (900 + 200), abs=0.01)
    money = xr.DataArray(draws.to_numpy() * np.array([900.0, 100.0]), coords=draws.coords, dims=draws.dims)
    same = score(money, truth * pd.Series(spend))
    assert same.money_weighted_bias == pytest.approx(found.money_weighted_bias)
    assert same.money_weighted_crps == pytest.approx(found.money_weighted_crps)
    dear = score(draws, truth, spend={name: 7.0 * amount for name, amount in spend.items()})
    assert dear.money_weighted_crps == pytest.approx(found.money_weighted_crps)


def _labelled(values: np.ndarray, names: list[str]) -> xr.DataArray:
    return xr.DataArray(values, coords={"channel": names}, dims=("draw", "channel"))
