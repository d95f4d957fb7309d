"""The funnel of the weeks after the data as machine code on disk; see :mod:`omnimix.mechanics.compiled`."""

from __future__ import annotations

import functools
from typing import Any

from numba import njit

from omnimix.effects import future_kernel
from omnimix.mechanics.compiled import sources_digest, stored

DIGEST = sources_digest(future_kernel)
_KERNEL = future_kernel.values_and_slopes
_BEFORE = future_kernel.carried_from_before
_WEIGHTS = future_kernel.weights_over_draws


@functools.cache
def values_and_slopes() -> Any:
    """Return :func:`omnimix.effects.future_kernel.values_and_slopes`, from the cache on disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(chosen, funnel, draws, money, wanted, values, spent, slopes):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _KERNEL(chosen, funnel, draws, money, wanted, values, spent, slopes)

    return over_draws


@functools.cache
def carried_from_before() -> Any:
    """Return :func:`omnimix.effects.future_kernel.carried_from_before`, from the cache on disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(weights, lags, series, which, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _BEFORE(weights, lags, series, which, out)

    return over_draws


@functools.cache
def weights_over_draws() -> Any:
    """Return :func:`omnimix.effects.future_kernel.weights_over_draws`, from the cache on disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(codes, lags, curves, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _WEIGHTS(codes, lags, curves, out)

    return over_draws
