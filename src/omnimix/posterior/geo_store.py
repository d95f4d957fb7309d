"""What a file of a posterior of several geos holds beside that of one: its long table, and the scales of every geo."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.data import GeoPanel
from omnimix.labels import CHAIN, DRAW, GEO, WEEK
from omnimix.mechanics import Scaling
from omnimix.mechanics.geo_scaling import GeoScaling
from omnimix.posterior.geo_posterior import POOLINGS, GeoPosterior
from omnimix.posterior.stored_records import learned, told_records

GEOS = "geos"  # key of the content, and the group of the long table
SHARED = "shared_data"
ROW = "row"
COLUMN = "column"


def long_table(panel: GeoPanel) -> xr.Dataset:
    """Return the table of all geos, one row a geo and week that is there, without the columns that all share."""
    own = [c for c in panel.columns if c not in panel.national_columns]
    frames = {geo: panel.of(geo).frame for geo in panel.geos}
    rows = pd.concat([frame.reindex(columns=own) for frame in frames.values()])
    labels = np.concatenate([np.full(len(frame), k) for k, frame in enumerate(frames.values())])
    columns = {f"column {k}": (ROW, rows[name].to_numpy(float), {COLUMN: name}) for k, name in enumerate(own)}
    return xr.Dataset({**columns, GEO: (ROW, labels), WEEK: (ROW, rows.index.to_numpy())})


def shared_table(panel: GeoPanel) -> xr.Dataset:
    """Return the columns that all geos share, one row a week."""
    frame = panel.national
    columns = {
        f"column {k}": (WEEK, frame[c].to_numpy(float), {COLUMN: c}) for k, c in enumerate(panel.national_columns)
    }
    return xr.Dataset(columns, coords={WEEK: frame.index.to_numpy()})


def told(posterior: GeoPosterior) -> dict[str, Any]:
    """Return what JSON holds of the geos."""
    assert posterior.geo_scaling is not None
    assert isinstance(posterior.panel, GeoPanel)
    scaling = posterior.geo_scaling
    return {
        "names": list(scaling.geos),
        "pooling": posterior.pooling,
        "population": dict(posterior.panel.population),
        "heads": dict(scaling.heads),
        "own_controls": list(scaling.own_controls),
        "learned": {geo: told_scaling(one) for geo, one in scaling.by_geo.items()},
    }


def told_scaling(scaling: Scaling) -> dict[str, Any]:
    """Return a scaling as JSON holds it."""
    return dataclasses.asdict(scaling) | {"weeks": [str(w.date()) for w in scaling.weeks]}


def posterior_of_geos(
    draws: xr.DataTree, long: xr.Dataset, shared: xr.Dataset, content: dict[str, Any]
) -> GeoPosterior:
    """Return the posterior of a file. Raises whatever a key that is missing or of another kind raises."""
    geos = content.pop(GEOS)
    names, pooling = list(map(str, geos["names"])), str(geos["pooling"])
    records = told_records(content)
    if pooling not in POOLINGS:
        raise ValueError(f"its pooling is {pooling}")
    rows = _frame(long, ROW)
    weeks, labels = pd.DatetimeIndex(long[WEEK].to_numpy(), name=WEEK), long[GEO].to_numpy().astype(int)
    parts = {name: rows[labels == k].set_axis(weeks[labels == k], axis=0) for k, name in enumerate(names)}
    beside = _frame(shared, WEEK).set_axis(pd.DatetimeIndex(shared[WEEK].to_numpy(), name=WEEK), axis=0)
    population = {str(k): float(v) for k, v in geos["population"].items()}
    panel = GeoPanel.from_parts(parts, beside, population=population, currency=records.pop("currency"))
    scaling = GeoScaling(
        pooled=records["scaling"],
        by_geo={name: learned(geos["learned"][name]) for name in names},
        heads={name: float(geos["heads"][name]) for name in names},
        own_controls=tuple(map(str, geos["own_controls"])),
    )
    posterior = GeoPosterior(draws=draws, panel=panel, geo_scaling=scaling, pooling=pooling, **records)
    _require_matching(posterior, names)
    return posterior


def _frame(stored: xr.Dataset, along: str) -> pd.DataFrame:
    columns = {str(v.attrs[COLUMN]): v.to_numpy() for v in stored.data_vars.values() if COLUMN in v.attrs}
    return pd.DataFrame(columns, index=range(stored.sizes.get(along, 0)), dtype=float)


def _require_matching(posterior: GeoPosterior, names: list[str]) -> None:
    """Raise ValueError for draws that are not those of the geos and the run that stand beside them."""
    held = posterior.draws["posterior"].to_dataset()
    if GEO not in held.dims or [str(g) for g in held[GEO].to_numpy()] != names:
        raise ValueError("its draws are not of the geos that stand beside them")
    if held.sizes[CHAIN] != posterior.run.chains or not 0 < held.sizes[DRAW] <= posterior.run.draws:
        raise ValueError("its draws are not as many as its run made")
    for name in names:
        posterior.of(name)
