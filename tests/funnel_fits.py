"""A small funnel with everything in it, and a real fit of it; plain NumPy, none of the package's formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from tests.fits import fit

WEEKS = 90


def funnel_frame(seed: int = 3) -> pd.DataFrame:
    """Return a weekly table: TV and mail drive visits, search answers to them, retargeting works on visitors."""
    generator = np.random.default_rng(seed)
    index = pd.date_range("2023-01-02", periods=WEEKS, freq="7D", name="week")
    tv = np.where(generator.random(WEEKS) < 0.45, generator.gamma(4.0, 4_000.0, WEEKS), 0.0)
    mail = generator.gamma(5.0, 900.0, WEEKS)
    retargeting = generator.gamma(6.0, 500.0, WEEKS)
    carried = np.convolve(tv, 0.5 ** np.arange(6) / (0.5 ** np.arange(6)).sum())[:WEEKS]
    season = np.sin(2 * np.pi * np.arange(WEEKS) / 52.18)
    demand = 40_000 + 4_000 * season + generator.normal(0, 1_500, WEEKS)
    reached = demand + 16_000 * carried / (carried + 12_000) + 4_000 * mail / (mail + 4_000)
    search = np.maximum(0.12 * reached + generator.normal(0, 400, WEEKS), 0.0)
    visits = reached + 6_000 * search / (search + 6_000)
    online = (
        50_000 + 1.4 * visits + 0.1 * visits * retargeting / (retargeting + 3_000) + generator.normal(0, 4_000, WEEKS)
    )
    store = 150_000 + 0.8 * visits + 20_000 * carried / (carried + 12_000) + generator.normal(0, 6_000, WEEKS)
    parts = {"tv": tv, "mail": mail, "retargeting": retargeting, "search": search}
    return pd.DataFrame({**parts, "visits": visits, "online": online, "store": store}, index=index)


def whole_funnel(**changes: object) -> om.Funnel:
    """Return the funnel of :func:`funnel_frame`."""
    parts: dict[str, object] = {
        "channels": [
            "tv",
            "mail",
            om.Channel("retargeting", fuelled_by="visits"),
            om.Channel("search", responds_to="visits"),
        ],
        "stages": ["visits"],
        "outcomes": [
            om.Outcome("online", value=0.3, parents=["visits"]),
            om.Outcome("store", value=0.2, parents=["visits"], drivers=["tv", "mail", "search"]),
        ],
    }
    return om.Funnel(**{**parts, **changes})


def plain_funnel(**changes: object) -> om.Funnel:
    """Return the same funnel with levers alone: no channel answers to demand or needs an audience."""
    return whole_funnel(**{"channels": ["tv", "mail", "retargeting", "search"], **changes})


SETTINGS = {"seed": 5, "draws": 200, "tune": 300, "chains": 2, "progress": False}


@pytest.fixture(scope="session")
def funnel_posterior() -> om.Posterior:
    """A real fit of the funnel with an answering and a fuelled channel."""
    return fit(whole_funnel(), om.Panel(funnel_frame()), **SETTINGS)


@pytest.fixture(scope="session")
def plain_posterior() -> om.Posterior:
    """A real fit of the funnel of levers."""
    return fit(plain_funnel(), om.Panel(funnel_frame()), **SETTINGS)
