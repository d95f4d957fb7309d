"""Small worlds of several geos, in plain NumPy; the numbers that made them are returned with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import omnimix as om
from omnimix.posterior import GeoPosterior
from tests.fits import converged, fit

SHORT: dict[str, Any] = {"draws": 30, "tune": 60, "chains": 2, "seed": 1, "progress": False}  # for laws of every draw


def geo_frame(geos: int = 3, weeks: int = 60, seed: int = 0) -> pd.DataFrame:
    """Return a long table: two channels, a control of each geo's own, visits and sales that follow them."""
    generator = np.random.default_rng(seed)
    days = pd.date_range("2022-01-03", periods=weeks, freq="7D")
    common, parts = generator.normal(0, 0.02, weeks), []
    for k in range(geos):
        people = generator.uniform(1, 5)
        tv = people * generator.gamma(2, 10, weeks) * (np.arange(weeks) % 5 < 3)
        radio = people * generator.gamma(1, 10, weeks)
        price = generator.normal(10, 1, weeks)
        visits = (
            people * 100 * (1 + 0.1 * np.sin(np.arange(weeks) / 8) + common) + 0.4 * tv + generator.normal(0, 4, weeks)
        )
        sales = people * (50 - price) + 0.3 * visits + 0.2 * radio + generator.normal(0, 3, weeks)
        columns = {"tv": tv, "radio": radio, "price": price, "visits": visits, "sales": sales}
        parts.append(pd.DataFrame({"week": days, "region": f"geo {k}", "people": people, **columns}))
    return pd.concat(parts, ignore_index=True)


def geo_panel(frame: pd.DataFrame | None = None, **more: Any) -> om.Panel:
    """Return the panel of a long table."""
    return om.Panel(geo_frame() if frame is None else frame, geo="region", population="people", **more)


def geo_funnel(**changes: Any) -> om.Funnel:
    """Return the funnel of :func:`geo_frame`."""
    parts: dict[str, Any] = {
        "channels": ["tv", "radio"],
        "stages": ["visits"],
        "outcomes": [om.Outcome("sales", value=1.0, parents=["visits"])],
        "controls": ["price"],
    }
    return om.Funnel(**{**parts, **changes})


def late_frame() -> pd.DataFrame:
    """Return the table of which one geo starts late and another lacks a week."""
    return geo_frame().drop(index=[0, 1, 95])


def late_fit() -> GeoPosterior:
    """Return a short fit of that table, for what must hold whatever its draws are."""
    made = converged(fit(geo_funnel(), geo_panel(late_frame()), **SHORT))
    assert isinstance(made, GeoPosterior)
    return made
