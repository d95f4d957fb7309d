"""The tables of a survey that follows the slow stock, as the compiled density reads them."""

from __future__ import annotations

from typing import Any

import numpy as np

from omnimix.data import Panel
from omnimix.mechanics import Scaling
from omnimix.mechanics.parameters import TRACKER_SCALES, TRACKER_SLOPE, TRACKER_SPREAD
from omnimix.mechanics.structure import Places
from omnimix.mechanics.tables import TRACKER, table
from omnimix.mechanics.tracker import tracker_of
from omnimix.spec import Funnel


def tracker_tables(funnel: Funnel, panel: Panel, scaling: Scaling, places: Places) -> dict[str, Any]:
    """Return the tables of a survey that follows the stock, in units of what chance alone does to it; else empty."""
    found, weeks = tracker_of(funnel, scaling, panel), len(scaling.weeks)
    if found is None:
        none = np.empty((0, weeks))
        return {
            "tracker": np.empty(0, TRACKER),
            "tracker_terms": np.empty(0, dtype=np.int64),
            "tracker_series": none,
            "tracker_design": none,
            "tracker_gram": np.empty((0, 0)),
        }
    home = funnel.slow_nodes()[0]
    at = {short: places.get((home, "", TRACKER_SCALES[short]), -1) for short in TRACKER_SCALES}
    weight = np.where(found.seen, 1.0 / np.where(found.seen, found.sd, 1.0), 0.0)
    columns = np.ascontiguousarray(found.columns * weight)
    row = {
        "slope": places[home, "", TRACKER_SLOPE],
        "spread": places[home, "", TRACKER_SPREAD],
        "seen": float(found.seen.sum()),
        "constant": float(-np.log(found.sd[found.seen]).sum()),
    }
    return {
        "tracker": table(TRACKER, [row]),
        "tracker_terms": np.array([at.get(group, -1) for group in found.groups], dtype=np.int64),
        "tracker_series": np.stack([np.where(found.seen, found.deviation, 0.0) * weight, weight]),
        "tracker_design": columns,
        "tracker_gram": np.ascontiguousarray(columns @ columns.T),
    }
