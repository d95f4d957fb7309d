"""The compiled density as machine code on disk: for nutpie, for the PyMC model and for drawing the baseline back.

nutpie calls a C function with a pointer to user data once a gradient. Ours reads the layout behind that pointer, so
that nothing is compiled for a new funnel. The nutpie classes used in :class:`NativeModel` lie below its documented
surface, so its version is bounded in pyproject.toml; where they have changed :func:`native_model` falls back on the
documented ``from_pyfunc``, which is slower and gives the same draws.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import carray, cfunc, njit, types
from numba.extending import intrinsic

from omnimix.mechanics import Array
from omnimix.mechanics.compiled import sources_digest, stored
from omnimix.model import constrain, draw_back, kernel, observe, totals
from omnimix.model.constrain import constrain_all
from omnimix.model.draw_back import draw_linear_parts, linear_parts
from omnimix.model.kernel import log_likelihood, log_posterior
from omnimix.model.layout import Layout
from omnimix.model.nutpie_import import import_nutpie

FINE, WRONG_SIZE, NOT_FINITE = 0, -1, 3  # what nutpie reads: below 0 stops the fit, above 0 rejects the step
DIGEST = sources_digest(constrain, draw_back, kernel, observe, totals)  # of the sources as they were imported
_POINTERS = types.CPointer(types.int64)
_DOUBLES = types.CPointer(types.double)


@intrinsic
def _ints_at(typing_context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(_POINTERS))

    return _POINTERS(address), generate


@intrinsic
def _doubles_at(typing_context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(_DOUBLES))

    return _DOUBLES(address), generate


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
    """Load the machine code from the cache on disk, or compile and store it (some fifteen seconds, once)."""
    digest = DIGEST

    @stored(cfunc, types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, _POINTERS))
    def log_density(size, z_at, grad_at, out_at, data):  # type: ignore[no-untyped-def]
        where = carray(data, (4,))
        ints = carray(_ints_at(where[0]), (where[1],))
        floats = carray(_doubles_at(where[2]), (where[3],))
        if digest < 0 or ints[0] != size:
            return WRONG_SIZE
        grad, out = carray(grad_at, (size,)), carray(out_at, (1,))
        out[0] = log_posterior(ints, floats, carray(z_at, (size,)), grad)
        total = out[0]
        for k in range(size):
            total += grad[k]
        return FINE if math.isfinite(total) else NOT_FINITE

    @stored(cfunc, types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, _POINTERS))
    def expand(size, expanded, z_at, theta_at, data):  # type: ignore[no-untyped-def]
        where = carray(data, (4,))
        ints = carray(_ints_at(where[0]), (where[1],))
        floats = carray(_doubles_at(where[2]), (where[3],))
        if digest < 0 or ints[0] != size or expanded != size:
            return WRONG_SIZE
        unused = np.empty((2, size))
        constrain_all(ints, floats, carray(z_at, (size,)), carray(theta_at, (size,)), unused[0], unused[1])
        return FINE

    @stored(njit, nogil=True)
    def likelihood(ints, floats, theta, grad, only):  # type: ignore[no-untyped-def]
        return log_likelihood(ints, floats, theta, grad, only) if digest >= 0 else np.nan

    @stored(njit, nogil=True)
    def parts(ints, floats, equation, theta, series, mean, columns, scales):  # type: ignore[no-untyped-def]
        if digest >= 0:
            linear_parts(ints, floats, equation, theta, series, mean, columns, scales)

    @stored(njit, nogil=True)
    def back(ints, floats, theta, normals, out, sizes):  # type: ignore[no-untyped-def]
        if digest >= 0:
            draw_linear_parts(ints, floats, theta, normals, out, sizes)

    return Machine(log_density, expand, likelihood, parts, back)


def native_model(layout: Layout) -> Any:
    """Return the model as nutpie samples it: unbounded parameters in, one vector ``theta`` out."""
    _lib = import_nutpie()._lib
    from nutpie.sample import CompiledModel

    if not all(hasattr(_lib, n) for n in ("LogpFunc", "ExpandFunc", "PyMcModel", "PySampler", "PyVariable")):
        return python_model(layout)
    size = len(layout.slots)

    class NativeModel(CompiledModel):  # type: ignore[misc]
        """The compiled density behind nutpie's sampler."""

        n_dim = size
        coords: dict[str, Any] = {}  # noqa: RUF012
        shapes = {"theta": (size,)}  # noqa: RUF012

        def _make_sampler(self, settings: Any, init_mean: Array, cores: int, *rest: Any) -> Any:
            return _lib.PySampler.from_pymc(settings, cores, self._make_model(init_mean), *rest)

        def _make_model(self, init_mean: Array) -> Any:
            data = np.array(
                [layout.ints.ctypes.data, layout.ints.size, layout.floats.ctypes.data, layout.floats.size],
                dtype=np.int64,
            )
            keep = (layout, data, machine())
            where = data.ctypes.data
            density = _lib.LogpFunc(machine().log_density.address, where, keep)
            expanded = _lib.ExpandFunc(size, size, machine().expand.address, where, keep)
            sizes = {"parameter": size}
            variables = _lib.PyVariable.new_variables(
                ["theta"], ["float64"], [(size,)], sizes, {"theta": ("parameter",)}
            )
            return _lib.PyMcModel(density, expanded, variables, size, sizes, {}, _start_at(init_mean), None)

    return NativeModel(dims={})


def python_model(layout: Layout) -> Any:
    """Return the same model by nutpie's documented door: Python calls the compiled density once a gradient."""
    import_nutpie()
    from nutpie.compiled_pyfunc import from_pyfunc

    size = len(layout.slots)
    dtypes, shapes = [np.dtype("float64")], [(size,)]
    return from_pyfunc(
        size, lambda: _python_density(layout), lambda *_: _python_expand(layout), dtypes, shapes, ["theta"]
    )


def _start_at(mean: Array) -> Callable[[int], Array]:
    """Start every chain within one unit of the prior's middle, by its own seed."""

    def start(seed: int) -> Array:
        return mean + np.random.default_rng(seed).uniform(-1.0, 1.0, size=mean.size)

    return start


def _python_density(layout: Layout) -> Callable[..., tuple[float, Array]]:
    def density(z: Array) -> tuple[float, Array]:
        grad = np.empty_like(z)
        return float(log_posterior(layout.ints, layout.floats, z, grad)), grad

    return density


def _python_expand(layout: Layout) -> Callable[..., dict[str, Array]]:
    def expand(z: Array) -> dict[str, Array]:
        theta, unused = np.empty_like(z), np.empty((2, z.size))
        constrain_all(layout.ints, layout.floats, z, theta, unused[0], unused[1])
        return {"theta": theta}

    return expand
