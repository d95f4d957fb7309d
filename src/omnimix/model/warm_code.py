"""The compiled density seen from a warm start, ``z = center + factor w``: machine code around machine code.

It calls the entries of :mod:`omnimix.model.native` by their address, so that the density is not compiled again. The
user data are one array: those two addresses, that of the layout, the centre and the factor.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # numba's own
from numba import carray, cfunc, types
from numba.extending import intrinsic

from omnimix.machine_code import sources_digest, stored
from omnimix.mechanics import Array
from omnimix.model import native
from omnimix.model.native import Packed

HEAD = 3  # addresses before the centre
DIGEST = sources_digest(native)
_POINTERS = types.CPointer(types.int64)
_DOUBLES = types.CPointer(types.double)
_real = native.table_at(types.float64)


def _caller(pointers: str) -> Any:
    """Return what calls a C function at an address: whole numbers (``i``) and addresses of numbers (``p``) in."""

    @intrinsic
    def call(_: Any, address: Any, first: Any, second: Any, third: Any, fourth: Any, fifth: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            whole, pointer = ir.IntType(64), ir.IntType(64).as_pointer()
            kinds = [pointer if p == "p" else whole for p in pointers]
            function = builder.inttoptr(arguments[0], ir.FunctionType(whole, kinds).as_pointer())
            passed = [
                builder.inttoptr(a, pointer) if p == "p" else a for a, p in zip(arguments[1:], pointers, strict=True)
            ]
            return builder.call(function, passed)

        return types.int64(types.int64, *[types.int64] * 5), generate

    return call


_call_density, _call_expand = _caller("ipppp"), _caller("iippp")


@dataclass(frozen=True)
class WarmMachine:
    """The compiled entries for nutpie."""

    log_density: Any
    expand: Any


@functools.cache
def warm_machine() -> WarmMachine:
    """Load the machine code from the disk, or compile and store it."""
    digest, head = DIGEST, HEAD

    @stored(cfunc, types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, _POINTERS))
    def log_density(size, w_at, grad_at, out_at, data):  # type: ignore[no-untyped-def]
        n = np.int64(size)
        held = carray(data, (head + n + n * n,))
        base = held.ctypes.data + 8 * head
        center, factor = carray(_real(base), (n,)), carray(_real(base + 8 * n), (n, n))
        w, grad, out = carray(w_at, (n,)), carray(grad_at, (n,)), carray(out_at, (1,))
        z, inner = np.empty(n), np.empty(n)
        for i in range(n):
            z[i] = center[i]
            for j in range(i + 1):
                z[i] += factor[i, j] * w[j]
        status = _call_density(held[0], n, z.ctypes.data, inner.ctypes.data, out.ctypes.data, held[2])
        grad[:] = 0.0
        for i in range(n):
            for j in range(i + 1):
                grad[j] += factor[i, j] * inner[i]
        return status if digest >= 0 else -1

    @stored(cfunc, types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, _POINTERS))
    def expand(size, expanded, w_at, theta_at, data):  # type: ignore[no-untyped-def]
        n = np.int64(size)
        held = carray(data, (head + n + n * n,))
        base = held.ctypes.data + 8 * head
        center, factor = carray(_real(base), (n,)), carray(_real(base + 8 * n), (n, n))
        w, theta, z = carray(w_at, (n,)), carray(theta_at, (n,)), np.empty(n)
        for i in range(n):
            z[i] = center[i]
            for j in range(i + 1):
                z[i] += factor[i, j] * w[j]
        status = _call_expand(held[1], n, n, z.ctypes.data, theta.ctypes.data, held[2])
        return status if digest >= 0 and n == np.int64(expanded) else -1

    return WarmMachine(log_density, expand)


def user_data(layout: Packed, center: Array, factor: Array, inner: Any) -> Any:
    """Return the array that the entries read; the layout must live as long as it, and ``inner``, its machine code."""
    addresses = [inner.log_density.address, inner.expand.address, layout.packed.ctypes.data]
    numbers = np.concatenate([center, factor.reshape(-1)]).view(np.int64)
    return np.concatenate([np.array(addresses, dtype=np.int64), numbers])
