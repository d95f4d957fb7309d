"""Tests of the small funnels, told as results."""

from __future__ import annotations

from typing import Any

import pandas as pd

import omnimix as om


def window(posterior: om.Posterior) -> dict[str, str]:
    """Return the first and last day of the data window."""
    weeks = posterior.scaling.window_weeks
    return {"start": f"{weeks[0]:%Y-%m-%d}", "end": f"{weeks[-1] + pd.Timedelta(days=6):%Y-%m-%d}"}


def result(name: str = "tv off", **changes: Any) -> om.Experiment:
    """Return a test that switched tv off for four weeks."""
    parts: dict[str, Any] = {
        "channels": "tv",
        "start": "2023-03-06",
        "end": "2023-04-02",
        "scale": 0.0,
        "outcome": "sales",
        "metric": "increment",
        "value": 10_000.0,
        "error": 4_000.0,
        "tail_weeks": 4,
    }
    return om.Experiment(name, **{**parts, **changes})
