"""Pictures of tests: they draw what their tables say."""

from __future__ import annotations

import datetime as dt

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import omnimix as om
from tests.geo_tests.made_markets import COMMON, markets


def test_a_geo_test_is_drawn_with_its_effect_in_the_title() -> None:
    found = om.analyze_test(markets(lift=0.1), treated=["m00", "m01"], **COMMON, method="did")
    ax = found.plot()
    observed = next(line for line in ax.get_lines() if line.get_label() == "observed")
    assert observed.get_ydata() == pytest.approx(found.rows["observed"].to_numpy())
    plt.close(ax.figure)


def made_designs() -> om.TestDesigns:
    row = {"channel": "tv", "action": "off", "weeks": 4, "geos": "", "expected": 1.0, "spread": 0.2, "error": 0.3}
    row |= {
        "mde": 0.7,
        "power": 0.5,
        "cost": 100.0,
        "evsi": 400.0,
        "evppi": 500.0,
        "net_value": 300.0,
        "spend": 9_000.0,
    }
    rows = pd.DataFrame([{"test": "tv off for 4 weeks", **row}, {"test": "tv off for 6 weeks", **row, "evsi": 300.0}])
    return om.TestDesigns(rows, dt.date(2026, 3, 2), 8, 4.0, 80, 600.0, "EUR")


def test_the_next_tests_are_drawn_with_worth_and_cost() -> None:
    ax = made_designs().plot()
    assert sorted(bar.get_width() for bar in ax.patches) == [100.0, 100.0, 300.0, 400.0]
    plt.close(ax.figure)
