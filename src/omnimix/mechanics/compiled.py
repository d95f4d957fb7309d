"""Keep machine code on disk, and never run code of another version of the sources.

numba stores what it compiled and looks, when it loads, only at the file of the function itself. Functions stored by
this package therefore capture :func:`sources_digest`: any change in any file they call becomes another entry.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from types import ModuleType
from typing import Any

from numba import njit

from omnimix import curves
from omnimix.mechanics import response

_RESPONSES = response.responses_over_draws  # a module's name, because a captured function cannot be cached
_CARRIED = response.carried_over_draws


def sources_digest(*modules: ModuleType) -> int:
    """Number the sources of the curves, the response and the given modules."""
    files = sorted(Path(str(curves.__file__)).parent.glob("*.py"))
    files += [Path(str(m.__file__)) for m in (response, *modules)]
    return int.from_bytes(hashlib.sha256(b"".join(f.read_bytes() for f in files)).digest()[:6])


DIGEST = sources_digest()  # of the sources as they were imported


@functools.cache
def responses_over_draws() -> Any:
    """Return :func:`omnimix.mechanics.response.responses_over_draws`, from the cache on disk where possible."""
    digest = DIGEST

    @njit(cache=True, nogil=True)
    def over_draws(codes, curves_, scales, exposure, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _RESPONSES(codes, curves_, scales, exposure, out)

    return over_draws


@functools.cache
def carried_over_draws() -> Any:
    """Return :func:`omnimix.mechanics.response.carried_over_draws`, from the cache on disk where possible."""
    digest = DIGEST

    @njit(cache=True, nogil=True)
    def over_draws(code, lags, curves_, series, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _CARRIED(code, lags, curves_, series, out)

    return over_draws
