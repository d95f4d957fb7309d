"""The effects of levers and links over all draws, as machine code that is kept on disk."""

from __future__ import annotations

import functools
from typing import Any

from numba import njit

from omnimix import curves
from omnimix.machine_code import sources_digest, stored
from omnimix.mechanics import forward, tables

DIGEST = sources_digest(curves, forward, tables)  # of the sources as they were imported
_EFFECT = forward.effect_over_draws  # a module's name, because a captured function cannot be stored
_CARRIED = forward.carried_over_draws


@functools.cache
def effect_over_draws() -> Any:
    """Return :func:`omnimix.mechanics.forward.effect_over_draws`, from the disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(effects, row, curves_, scales, slow, exposure, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _EFFECT(effects[row], curves_, scales, slow, exposure, out)

    return over_draws


@functools.cache
def carried_over_draws() -> Any:
    """Return :func:`omnimix.mechanics.forward.carried_over_draws`, from the disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(code, lags, curves_, series, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _CARRIED(code, lags, curves_, series, out)

    return over_draws
