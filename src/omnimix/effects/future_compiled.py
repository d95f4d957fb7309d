"""The funnel of the weeks after the data as machine code on disk; see :mod:`omnimix.mechanics.compiled`."""

from __future__ import annotations

import functools
from typing import Any

from numba import njit

from omnimix import curves
from omnimix.effects import plan_gradient
from omnimix.machine_code import sources_digest, stored
from omnimix.mechanics import forward, tables

DIGEST = sources_digest(curves, forward, tables, plan_gradient)
_VALUES = plan_gradient.values_and_slopes
_BEFORE = plan_gradient.carried_from_before
_KERNELS = plan_gradient.kernels_over_draws


@functools.cache
def values_and_slopes() -> Any:
    """Return :func:`omnimix.effects.plan_gradient.values_and_slopes`, from the disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(chosen, weeks, spend, nodes, direct, cost, values, answered, slopes):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _VALUES(chosen, weeks, spend, nodes, direct, cost, values, answered, slopes)

    return over_draws


@functools.cache
def carried_from_before() -> Any:
    """Return :func:`omnimix.effects.plan_gradient.carried_from_before`, from the disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(kernels, lags, series, which, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _BEFORE(kernels, lags, series, which, out)

    return over_draws


@functools.cache
def kernels_over_draws() -> Any:
    """Return :func:`omnimix.effects.plan_gradient.kernels_over_draws`, from the disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(codes, lags, curves_, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _KERNELS(codes, lags, curves_, out)

    return over_draws
