"""From funnel and panel of several geos to the tables of the density, with the sampled parameters in order."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from omnimix.data import GeoPanel, Panel
from omnimix.data.table import WeeklyTable
from omnimix.mechanics import SCALED_GROUPS, Array, Design, Parameter, design, scaled_exposure, scaled_series
from omnimix.mechanics.geo_parameters import (
    COMMON_NOISE,
    CONTROL_EFFECT,
    GEO_DEVIATION,
    GEO_NOISE,
    GEO_SPREAD,
    MISSING_RESIDUAL,
    OWN_SIZES,
    SHOCK_RATIO,
    geo_parameters,
    own_size,
)
from omnimix.mechanics.geo_scaling import Frames, GeoScaling, all_together, geo_frames
from omnimix.mechanics.parameters import NOISE
from omnimix.mechanics.structure import Places, places_of
from omnimix.mechanics.tables import GEO_CONTROL, GEO_EFFECT, GEO_MISSING, GEO_NODE, GEO_SHOCK, Table, table
from omnimix.model.build import Ints, density_tables, pack
from omnimix.model.geo_means import GeoTables
from omnimix.model.means import Tables
from omnimix.spec import Funnel


@dataclass(frozen=True)
class GeoLayout:
    """The model of several geos as the compiled density reads it, with the parameters in order.

    ``design`` has the terms of the baseline that all geos share, ``missing`` a row (node, geo, week of the window) for
    every figure that is not known.
    """

    tables: GeoTables
    parameters: tuple[Parameter, ...]
    design: Design
    missing: Array

    @functools.cached_property
    def packed(self) -> Ints:
        """The tables end to end; those of all geos together go first."""
        return pack((*self.tables.tables, *self.tables[1:]))


def shared_design(funnel: Funnel, scaling: GeoScaling, frames: Frames) -> Design:
    """Return the baseline's design without the controls that differ between geos."""
    weeks = scaling.pooled.window_weeks
    first = next(iter(frames.values()))
    controls = first.loc[weeks, list(funnel.controls)] if funnel.controls else None
    whole = design(funnel, scaling.pooled, weeks, controls)
    keep = [k for k, term in enumerate(whole.terms) if term not in scaling.own_controls]
    return Design(
        np.ascontiguousarray(whole.matrix[:, keep]),
        tuple(whole.terms[k] for k in keep),
        tuple(whole.groups[k] for k in keep),
        tuple(whole.relative_sds[k] for k in keep),
    )


def build_geo_layout(funnel: Funnel, panel: GeoPanel, scaling: GeoScaling, *, varying: bool) -> GeoLayout:
    """Lay out a funnel with its panel of geos; ``varying`` lets what channels bring differ between geos.

    Deviations of geos are sampled by themselves until :func:`omnimix.model.geo_pilot.centred` says otherwise.
    """
    weeks = scaling.pooled.weeks
    frames = {geo: frame.loc[weeks] for geo, frame in geo_frames(funnel, panel, scaling.heads).items()}
    shared = shared_design(funnel, scaling, frames)
    window = scaling.pooled.window
    series = _series(funnel, scaling, frames)
    missing = np.argwhere(np.isnan(series[:, :, window:])).astype(np.float64)
    parameters = geo_parameters(funnel, scaling, shared, missing, varying=varying)
    places = places_of(parameters)
    whole = Panel.from_table(WeeklyTable(all_together(funnel, frames), panel.source, (), {}))
    together = density_tables(funnel, whole, scaling.pooled, _whole_design(funnel, scaling, whole), parameters)
    nodes = [n.name for n in funnel.nodes]
    sds = np.array([shared.sds(scaling.pooled.scale(n)) for n in nodes])
    matrix = np.ascontiguousarray((shared.matrix[None] * sds[:, None, :]).transpose(0, 2, 1))
    spreads = np.array([[scaling.by_geo[g].scale(n).spread for g in scaling.geos] for n in nodes])
    levels = np.array([[scaling.by_geo[g].scale(n).level for g in scaling.geos] for n in nodes])
    controls = _control_rows(funnel, scaling, places)
    tables = GeoTables(
        tables=together,
        nodes=_node_rows(funnel, places, together, controls),
        effects=_effect_rows(funnel, places),
        shocks=table(GEO_SHOCK, [{"parameter": k} for k, p in enumerate(parameters) if p.name == SHOCK_RATIO]),
        controls=controls,
        missing=_missing_rows(parameters, missing, window),
        exposure=_exposure(funnel, scaling, frames),
        control_series=_control_series(funnel, scaling, frames, len(controls)),
        series=np.nan_to_num(series),
        parts=levels / levels.sum(axis=1, keepdims=True),
        spreads=spreads / np.array([[scaling.pooled.scale(n).spread] for n in nodes]),
        design=matrix,
        gram=np.ascontiguousarray(matrix @ matrix.transpose(0, 2, 1)),
        shared_sizes=_sizes(shared, nodes, places, {g: f"{g}_scale" for g in SCALED_GROUPS}),
        own_sizes=_sizes(shared, nodes, places, {g: name for g, (name, _) in OWN_SIZES.items()}),
        own_fixed=np.array([_own_fixed(shared, scaling.pooled.scale(n).spread) for n in nodes]),
        centring=np.zeros((len(together.effects), len(scaling.geos))),
    )
    return GeoLayout(tables, parameters, shared, missing)


def _whole_design(funnel: Funnel, scaling: GeoScaling, whole: Panel) -> Design:
    controls = whole.frame[list(funnel.controls)] if funnel.controls else None
    return design(funnel, scaling.pooled, scaling.pooled.window_weeks, controls)


def _series(funnel: Funnel, scaling: GeoScaling, frames: Frames) -> Array:
    """Return every node in every geo as deviation from its typical week, shape (nodes, geos, weeks); nan if unknown."""
    out = np.array(
        [
            [
                scaled_series(own.scale(n.name), frames[geo][n.name]) - (0.0 if own.scale(n.name).log else 1.0)
                for geo, own in scaling.by_geo.items()
            ]
            for n in funnel.nodes
        ]
    )
    out[:, :, : scaling.pooled.window] = 0.0
    return out


def _exposure(funnel: Funnel, scaling: GeoScaling, frames: Frames) -> Array:
    return np.array(
        [[scaled_exposure(own, c, frames[geo]) for geo, own in scaling.by_geo.items()] for c in funnel.channels]
    )


def _node_rows(funnel: Funnel, places: Places, together: Tables, controls: Table) -> Table:
    rows = []
    for number, node in enumerate(funnel.nodes):
        cell = together.cells[number]
        rows.append(
            {
                "noise": places[node.name, "", NOISE],
                "first_noise": places[node.name, "", GEO_NOISE],
                "common": places[node.name, "", COMMON_NOISE],
                "first_effect": int(np.searchsorted(together.effects["cell"], number)),
                "stop_effect": int(np.searchsorted(together.effects["cell"], number, side="right")),
                "first_parent": cell["first_parent"],
                "stop_parent": cell["stop_parent"],
                "first_shock": cell["first_shock"],
                "stop_shock": cell["stop_shock"],
                "first_control": int(np.searchsorted(controls["node"], number)),
                "stop_control": int(np.searchsorted(controls["node"], number, side="right")),
            }
        )
    return table(GEO_NODE, rows)


def _effect_rows(funnel: Funnel, places: Places) -> Table:
    pairs = [(n.name, c.name) for n in funnel.nodes for c in funnel.drivers(n)]
    return table(
        GEO_EFFECT,
        [
            {
                "spread": places.get((*p, GEO_SPREAD), -1),
                "first": places.get((*p, GEO_DEVIATION), -1),
                "located": 0,
                "middle": 0.0,
            }
            for p in pairs
        ],
    )


def _control_rows(funnel: Funnel, scaling: GeoScaling, places: Places) -> Table:
    count = len(scaling.own_controls)
    rows = [
        {"node": number, "parameter": places[node.name, "", CONTROL_EFFECT] + k}
        for number, node in enumerate(funnel.nodes)
        for k in range(count)
    ]
    return table(GEO_CONTROL, rows)


def _control_series(funnel: Funnel, scaling: GeoScaling, frames: Frames, rows: int) -> Array:
    """Return the controls that differ between geos, in spreads around the geo's mean; zero before the data window."""
    weeks = len(scaling.pooled.weeks)
    out = np.zeros((rows, len(scaling.geos), weeks))
    for number in range(rows):
        name = scaling.own_controls[number % len(scaling.own_controls)]
        for place, (geo, own) in enumerate(scaling.by_geo.items()):
            values = (frames[geo][name].to_numpy(dtype=float) - own.control_center[name]) / own.control_spread[name]
            out[number, place, scaling.pooled.window :] = values[scaling.pooled.window :]
    return out


def _missing_rows(parameters: tuple[Parameter, ...], missing: Array, window: int) -> Table:
    found = [(k, p) for k, p in enumerate(parameters) if p.name == MISSING_RESIDUAL]
    rows = [
        {"node": node, "geo": geo, "week": week + window, "parameter": k, "spread": p.prior.arguments[1]}
        for (k, p), (node, geo, week) in zip(found, missing.astype(int), strict=True)
    ]
    return table(GEO_MISSING, rows)


def _sizes(shared: Design, nodes: list[str], places: Places, names: dict[str, str]) -> Array:
    return np.array([[places.get((n, "", names.get(g, "")), -1) for g in shared.groups] for n in nodes])


def _own_fixed(shared: Design, spread: float) -> list[float]:
    return [own_size(g, sd, spread) for g, sd in zip(shared.groups, shared.relative_sds, strict=True)]
