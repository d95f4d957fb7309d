"""The compiled density as machine code on disk: for nutpie, for the PyMC model and for drawing the baseline back.

nutpie calls a C function with a pointer to user data once a gradient. Ours reads the layout behind that pointer, so
that nothing is compiled for a new funnel. The nutpie classes used in :class:`NativeModel` lie below its documented
surface, so its version is bounded in pyproject.toml; where they have changed :func:`native_model` falls back on the
documented ``from_pyfunc``, which is slower and gives the same draws.
"""

from __future__ import annotations

import ctypes
import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numba import carray, cfunc, from_dtype, njit, types
from numba.extending import intrinsic

from omnimix import curves
from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.machine_code import OUTER, sources_digest, stored
from omnimix.mechanics import Array, Parameter, forward, tables
from omnimix.mechanics.tables import (
    ANSWER,
    CAMPAIGN,
    CELL,
    CHANGE,
    CHANNEL_EFFECT,
    MISSING,
    MIX,
    OUTCOME_PART,
    PARAMETER,
    PART,
    SHOCK,
    SIZES,
    STAGE_EFFECT,
    TOTAL_PRIOR,
    TRACKER,
)
from omnimix.model import (
    conditional_draws,
    density,
    likelihood,
    means,
    total_density,
    tracker_density,
    transforms,
)
from omnimix.model.build import Ints
from omnimix.model.conditional_draws import draw_linear_parts, linear_parts
from omnimix.model.density import log_likelihood, log_posterior
from omnimix.model.means import ROW, TABLES, Tables
from omnimix.model.nutpie_import import import_nutpie
from omnimix.model.transforms import constrain_all

FINE, WRONG_SIZE, NOT_FINITE = 0, -1, 3  # what nutpie reads: below 0 stops the fit, above 0 rejects the step
DIGEST = sources_digest(
    curves, conditional_draws, density, forward, likelihood, means, tables, total_density, tracker_density, transforms
)
_POINTERS = types.CPointer(types.int64)
_DOUBLES = types.CPointer(types.double)


def table_at(row: Any) -> Any:
    """Return what turns an address into a pointer to rows of a type."""
    pointer = types.CPointer(row)

    @intrinsic
    def at(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(pointer))

        return pointer(address), generate

    return at


(
    _sizes,
    _parameters,
    _cells,
    _effects,
    _parents,
    _answers,
    _totals,
    _parts,
    _missing,
    _outcomes,
    _shocks,
    _mixes,
    _campaigns,
    _changes,
    _trackers,
) = (
    table_at(from_dtype(d))
    for d in (
        SIZES,
        PARAMETER,
        CELL,
        CHANNEL_EFFECT,
        STAGE_EFFECT,
        ANSWER,
        TOTAL_PRIOR,
        PART,
        MISSING,
        OUTCOME_PART,
        SHOCK,
        MIX,
        CAMPAIGN,
        CHANGE,
        TRACKER,
    )
)
_whole, _real = table_at(types.int64), table_at(types.float64)


@njit(**OUTER)
def tables_in(packed: Any) -> Any:
    """Return the tables that :func:`omnimix.model.build.pack` laid end to end."""
    base, at = packed.ctypes.data, packed[: TABLES * ROW].reshape((TABLES, ROW))
    return Tables(
        carray(_sizes(base + at[0, 0]), (at[0, 1],)),
        carray(_parameters(base + at[1, 0]), (at[1, 1],)),
        carray(_cells(base + at[2, 0]), (at[2, 1],)),
        carray(_effects(base + at[3, 0]), (at[3, 1],)),
        carray(_parents(base + at[4, 0]), (at[4, 1],)),
        carray(_answers(base + at[5, 0]), (at[5, 1],)),
        carray(_totals(base + at[6, 0]), (at[6, 1],)),
        carray(_parts(base + at[7, 0]), (at[7, 1],)),
        carray(_whole(base + at[8, 0]), (at[8, 1],)),
        carray(_missing(base + at[9, 0]), (at[9, 1],)),
        carray(_whole(base + at[10, 0]), (at[10, 1], at[10, 2])),
        carray(_real(base + at[11, 0]), (at[11, 1], at[11, 2])),
        carray(_real(base + at[12, 0]), (at[12, 1], at[12, 2])),
        carray(_real(base + at[13, 0]), (at[13, 1], at[13, 2])),
        carray(_real(base + at[14, 0]), (at[14, 1], at[14, 2])),
        carray(_real(base + at[15, 0]), (at[15, 1], at[15, 2], at[15, 3])),
        carray(_real(base + at[16, 0]), (at[16, 1], at[16, 2], at[16, 3])),
        carray(_outcomes(base + at[17, 0]), (at[17, 1],)),
        carray(_shocks(base + at[18, 0]), (at[18, 1],)),
        carray(_mixes(base + at[19, 0]), (at[19, 1],)),
        carray(_campaigns(base + at[20, 0]), (at[20, 1],)),
        carray(_real(base + at[21, 0]), (at[21, 1], at[21, 2])),
        carray(_changes(base + at[22, 0]), (at[22, 1],)),
        carray(_whole(base + at[23, 0]), (at[23, 1],)),
        carray(_real(base + at[24, 0]), (at[24, 1], at[24, 2])),
        carray(_trackers(base + at[25, 0]), (at[25, 1],)),
        carray(_whole(base + at[26, 0]), (at[26, 1],)),
        carray(_real(base + at[27, 0]), (at[27, 1], at[27, 2])),
        carray(_real(base + at[28, 0]), (at[28, 1], at[28, 2])),
        carray(_real(base + at[29, 0]), (at[29, 1], at[29, 2])),
    )


@dataclass(frozen=True)
class Machine:
    """The compiled entries: two C functions for nutpie, three functions for Python."""

    log_density: Any
    expand: Any
    likelihood: Any
    linear_parts: Any
    draw_back: Any


@functools.cache
def machine() -> Machine:
    """Load the machine code from the disk, or compile and store it (up to a minute, once)."""
    digest = DIGEST

    @stored(cfunc, types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, _POINTERS))
    def log_density(size, z_at, grad_at, out_at, data):  # type: ignore[no-untyped-def]
        tables = tables_in(carray(data, (TABLES * ROW,)))
        if digest < 0 or tables.parameters.shape[0] != size:
            return WRONG_SIZE
        grad, out = carray(grad_at, (size,)), carray(out_at, (1,))
        out[0] = log_posterior(tables, carray(z_at, (size,)), grad)
        total = out[0]
        for k in range(size):
            total += grad[k]
        return FINE if math.isfinite(total) else NOT_FINITE

    @stored(cfunc, types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, _POINTERS))
    def expand(size, expanded, z_at, theta_at, data):  # type: ignore[no-untyped-def]
        tables = tables_in(carray(data, (TABLES * ROW,)))
        if digest < 0 or tables.parameters.shape[0] != size or expanded != size:
            return WRONG_SIZE
        slope, by_z = np.empty(size), np.empty(size)
        constrain_all(tables.parameters, carray(z_at, (size,)), carray(theta_at, (size,)), slope, by_z)
        return FINE

    @stored(njit, nogil=True)
    def likelihood(packed, theta, grad, only):  # type: ignore[no-untyped-def]
        grad[:] = 0.0
        return log_likelihood(tables_in(packed), theta, grad, only) if digest >= 0 else np.nan

    @stored(njit, nogil=True)
    def parts(packed, cell, theta, mean, columns, scales):  # type: ignore[no-untyped-def]
        if digest >= 0:
            linear_parts(tables_in(packed), cell, theta, mean, columns, scales)

    @stored(njit, nogil=True)
    def back(packed, theta, normals, out, sizes):  # type: ignore[no-untyped-def]
        if digest >= 0:
            draw_linear_parts(tables_in(packed), theta, normals, out, sizes)

    return Machine(log_density, expand, likelihood, parts, back)


class Packed(Protocol):
    """What a density reads: parameters in order, and tables end to end."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The sampled parameters."""

    @property
    def packed(self) -> Ints:
        """The tables."""


def native_model(layout: Packed, code: Callable[[], Any] = machine) -> Any:
    """Return the model as nutpie samples it: unbounded parameters in, one vector ``theta`` out.

    ``code`` gives the entries ``log_density`` and ``expand`` of the machine code that reads the layout.
    """
    if not has_compiled_door():
        return python_model(layout, code)
    size = len(layout.parameters)

    return compiled_model(
        size,
        (code().log_density.address, code().expand.address, layout.packed.ctypes.data),
        lambda init_mean: starts_of(layout.parameters, init_mean),
        keep=(layout, code()),
    )


def compiled_model(
    size: int, entries: tuple[int, int, int], start: Callable[[Array], Callable[[int], Array]], *, keep: object
) -> Any:
    """Return compiled entries (density, expansion) with the address of their data as nutpie samples them.

    ``start`` turns the initial mean into a function from a chain's seed to where it begins; ``keep`` is what must live
    as long as the model.
    """
    _lib = import_nutpie()._lib
    from nutpie.sample import CompiledModel

    class NativeModel(CompiledModel):  # type: ignore[misc]
        """The compiled density behind nutpie's sampler."""

        n_dim = size
        coords: dict[str, Any] = {}  # noqa: RUF012
        shapes = {"theta": (size,)}  # noqa: RUF012

        def _make_sampler(self, settings: Any, init_mean: Array, cores: int, *rest: Any) -> Any:
            return _lib.PySampler.from_pymc(settings, cores, self._make_model(init_mean), *rest)

        def _make_model(self, init_mean: Array) -> Any:
            density = _lib.LogpFunc(entries[0], entries[2], keep)
            expanded = _lib.ExpandFunc(size, size, entries[1], entries[2], keep)
            sizes = {"parameter": size}
            variables = _lib.PyVariable.new_variables(
                ["theta"], ["float64"], [(size,)], sizes, {"theta": ("parameter",)}
            )
            return _lib.PyMcModel(density, expanded, variables, size, sizes, {}, start(init_mean), None)

    return NativeModel(dims={})


def has_compiled_door() -> bool:
    """Whether nutpie still has the classes below its documented surface by which compiled entries are sampled."""
    names = ("LogpFunc", "ExpandFunc", "PyMcModel", "PySampler", "PyVariable")
    return all(hasattr(import_nutpie()._lib, n) for n in names)


def python_model(layout: Packed, code: Callable[[], Any] = machine) -> Any:
    """Return the same model by nutpie's documented door: Python calls the compiled density once a gradient."""
    import_nutpie()
    from nutpie.compiled_pyfunc import from_pyfunc

    size = len(layout.parameters)
    dtypes, shapes = [np.dtype("float64")], [(size,)]
    return from_pyfunc(
        size, lambda: density_of(layout, code), lambda *_: expand_of(layout, code), dtypes, shapes, ["theta"]
    )


def starts_of(parameters: Sequence[Parameter], mean: Array) -> Callable[[int], Array]:
    """Start every chain within one unit of the prior's middle, by its own seed; nearer what may be of either sign."""
    widths = np.array([_width(p) for p in parameters])

    def start(seed: int) -> Array:
        return mean + widths * np.random.default_rng(seed).uniform(-1.0, 1.0, size=mean.size)

    return start


def _width(parameter: Parameter) -> float:
    """Return how far from the middle a parameter may start.

    A signed channel starts at almost nothing, so that the weeks decide its sign: far on the wrong side its carryover
    slides until the response fits in anti-phase, and the chain stays there.
    """
    signed = parameter.name == CONTRIBUTION_SHARE and parameter.prior.family == "Normal"
    return 0.01 * parameter.prior.arguments[1] if signed else 1.0


def density_of(layout: Packed, code: Callable[[], Any] = machine) -> Callable[..., tuple[float, Array]]:
    """Return a function from unbounded parameters to log prior + log likelihood and its gradient."""

    def density(z: Array) -> tuple[float, Array]:
        grad, out = np.empty_like(z), np.full(1, -np.inf)
        status = code().log_density.ctypes(z.size, *_double_pointers(z, grad, out), _integers(layout.packed))
        return (float(out[0]) if status == FINE else -np.inf), grad

    return density


def expand_of(layout: Packed, code: Callable[[], Any] = machine) -> Callable[..., dict[str, Array]]:
    """Return a function from unbounded parameters to ``theta``, by name."""

    def expand(z: Array) -> dict[str, Array]:
        theta = np.empty_like(z)
        code().expand.ctypes(z.size, z.size, *_double_pointers(z, theta), _integers(layout.packed))
        return {"theta": theta}

    return expand


def _double_pointers(*arrays: Array) -> list[Any]:
    return [a.ctypes.data_as(ctypes.POINTER(ctypes.c_double)) for a in arrays]


def _integers(packed: Any) -> Any:
    return packed.ctypes.data_as(ctypes.POINTER(ctypes.c_int64))
