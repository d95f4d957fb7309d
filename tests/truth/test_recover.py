from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

from omnimix.truth import crps, score


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
