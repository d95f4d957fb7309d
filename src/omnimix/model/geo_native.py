"""The compiled density of several geos as machine code on disk, for nutpie and for drawing baselines back."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import carray, cfunc, from_dtype, njit, types

from omnimix import curves
from omnimix.machine_code import OUTER, sources_digest, stored
from omnimix.mechanics import forward, geo_parameters, tables
from omnimix.mechanics.tables import GEO_CONTROL, GEO_EFFECT, GEO_MISSING, GEO_NODE, GEO_SHOCK
from omnimix.model import (
    geo_centring,
    geo_conditional_draws,
    geo_density,
    geo_likelihood,
    geo_means,
    likelihood,
    means,
    native,
    total_density,
    transforms,
)
from omnimix.model.geo_centring import place_deviations
from omnimix.model.geo_conditional_draws import draw_geo_baselines
from omnimix.model.geo_density import geo_log_posterior
from omnimix.model.geo_means import GEO_TABLES, GeoTables, geo_work_space, run_geos
from omnimix.model.means import ROW, TABLES
from omnimix.model.native import FINE, NOT_FINITE, WRONG_SIZE, table_at, tables_in
from omnimix.model.transforms import constrain_all

DIGEST = sources_digest(
    curves, forward, geo_centring, geo_conditional_draws, geo_density, geo_likelihood, geo_means, geo_parameters,
    likelihood, means, native, tables, total_density, transforms,
)  # fmt: skip
_POINTERS = types.CPointer(types.int64)
_DOUBLES = types.CPointer(types.double)
_nodes, _effects, _shocks, _controls, _missing = (
    table_at(from_dtype(d)) for d in (GEO_NODE, GEO_EFFECT, GEO_SHOCK, GEO_CONTROL, GEO_MISSING)
)
_whole, _real = table_at(types.int64), table_at(types.float64)


@njit(**OUTER)
def geo_tables_in(packed: Any) -> Any:
    """Return the tables that :func:`omnimix.model.build.pack` laid end to end; those of all geos together go first."""
    base, at = packed.ctypes.data, packed[TABLES * ROW : GEO_TABLES * ROW].reshape((GEO_TABLES - TABLES, ROW))
    return GeoTables(
        tables_in(packed),
        carray(_nodes(base + at[0, 0]), (at[0, 1],)),
        carray(_effects(base + at[1, 0]), (at[1, 1],)),
        carray(_shocks(base + at[2, 0]), (at[2, 1],)),
        carray(_controls(base + at[3, 0]), (at[3, 1],)),
        carray(_missing(base + at[4, 0]), (at[4, 1],)),
        carray(_real(base + at[5, 0]), (at[5, 1], at[5, 2], at[5, 3])),
        carray(_real(base + at[6, 0]), (at[6, 1], at[6, 2], at[6, 3])),
        carray(_real(base + at[7, 0]), (at[7, 1], at[7, 2], at[7, 3])),
        carray(_real(base + at[8, 0]), (at[8, 1], at[8, 2])),
        carray(_real(base + at[9, 0]), (at[9, 1], at[9, 2])),
        carray(_real(base + at[10, 0]), (at[10, 1], at[10, 2], at[10, 3])),
        carray(_real(base + at[11, 0]), (at[11, 1], at[11, 2], at[11, 3])),
        carray(_whole(base + at[12, 0]), (at[12, 1], at[12, 2])),
        carray(_whole(base + at[13, 0]), (at[13, 1], at[13, 2])),
        carray(_real(base + at[14, 0]), (at[14, 1], at[14, 2])),
        carray(_real(base + at[15, 0]), (at[15, 1], at[15, 2])),
    )


@dataclass(frozen=True)
class GeoMachine:
    """The compiled entries: two C functions for nutpie, two functions for Python."""

    log_density: Any
    expand: Any
    draw_back: Any
    respond: Any


@functools.cache
def geo_machine() -> GeoMachine:
    """Load the machine code from the disk, or compile and store it (up to a minute, once)."""
    native.machine()  # before it: compiled after this, the density of one geo would round its sums otherwise
    digest = DIGEST

    @stored(cfunc, types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, _POINTERS))
    def geo_log_density(size, z_at, grad_at, out_at, data):  # type: ignore[no-untyped-def]
        held = geo_tables_in(carray(data, (GEO_TABLES * ROW,)))
        if digest < 0 or held.tables.parameters.shape[0] != size:
            return WRONG_SIZE
        grad, out = carray(grad_at, (size,)), carray(out_at, (1,))
        out[0] = geo_log_posterior(held, carray(z_at, (size,)), grad)
        total = out[0]
        for k in range(size):
            total += grad[k]
        return FINE if math.isfinite(total) else NOT_FINITE

    @stored(cfunc, types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, _POINTERS))
    def geo_expand(size, expanded, z_at, theta_at, data):  # type: ignore[no-untyped-def]
        held = geo_tables_in(carray(data, (GEO_TABLES * ROW,)))
        if digest < 0 or held.tables.parameters.shape[0] != size or expanded != size:
            return WRONG_SIZE
        z, theta, slope, by_z = carray(z_at, (size,)), carray(theta_at, (size,)), np.empty(size), np.empty(size)
        constrain_all(held.tables.parameters, z, theta, slope, by_z)
        place_deviations(held, z, theta, by_z)
        return FINE

    @stored(njit, nogil=True)
    def geo_back(packed, theta, normals, out, brought, sizes, figures):  # type: ignore[no-untyped-def]
        if digest >= 0:
            draw_geo_baselines(geo_tables_in(packed), theta, normals, out, brought, sizes, figures)

    @stored(njit, nogil=True)
    def geo_respond(packed, theta, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            held = geo_tables_in(packed)
            work = geo_work_space(held)
            run_geos(held, theta, work)
            for k in range(out.shape[0]):
                for g in range(out.shape[1]):
                    for week in range(out.shape[2]):
                        out[k, g, week] = work.responses[k, g, 0, week] / work.sizes[k]

    return GeoMachine(geo_log_density, geo_expand, geo_back, geo_respond)
