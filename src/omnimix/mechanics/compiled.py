"""Keep machine code on disk where that can be, and never run code of another version of the sources.

numba stores what it compiled and looks, when it loads, only at the file of the function itself. Functions stored by
this package therefore capture :func:`sources_digest`: any change in any file they call becomes another entry.
"""

from __future__ import annotations

import functools
import hashlib
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from numba import njit

from omnimix import curves
from omnimix.errors import OmnimixWarning
from omnimix.mechanics import response

_RESPONSES = response.responses_over_draws  # a module's name, because a captured function cannot be cached
_CARRIED = response.carried_over_draws


def sources_digest(*modules: ModuleType) -> int:
    """Number the sources of the curves, the response and the given modules."""
    files = sorted(Path(str(curves.__file__)).parent.glob("*.py"))
    files += [Path(str(m.__file__)) for m in (response, *modules)]
    return int.from_bytes(hashlib.sha256(b"".join(f.read_bytes() for f in files)).digest()[:6])


def stored(compiler: Callable[..., Any], *signature: Any, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile as numba's ``njit`` or ``cfunc`` does and keep the machine code on disk.

    Where no folder can be written it is compiled for this process alone, and one :class:`OmnimixWarning` says so.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        try:
            return compiler(*signature, cache=True, **options)(function)
        except RuntimeError as refused:
            if "cannot cache function" not in str(refused):
                raise
        _tell_that_nothing_is_kept()
        return compiler(*signature, **options)(function)

    return compiled


@functools.cache
def _tell_that_nothing_is_kept() -> None:
    warnings.warn(
        "machine code is compiled again in every process, up to a minute each time, because neither the folder of the "
        "package nor a home folder can be written. Set the environment variable NUMBA_CACHE_DIR to a folder that can, "
        "before Python starts.",
        OmnimixWarning,
        stacklevel=2,
    )


DIGEST = sources_digest()  # of the sources as they were imported


@functools.cache
def responses_over_draws() -> Any:
    """Return :func:`omnimix.mechanics.response.responses_over_draws`, from the cache on disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(codes, curves_, scales, exposure, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _RESPONSES(codes, curves_, scales, exposure, out)

    return over_draws


@functools.cache
def carried_over_draws() -> Any:
    """Return :func:`omnimix.mechanics.response.carried_over_draws`, from the cache on disk where possible."""
    digest = DIGEST

    @stored(njit, nogil=True)
    def over_draws(code, lags, curves_, series, out):  # type: ignore[no-untyped-def]
        if digest >= 0:
            _CARRIED(code, lags, curves_, series, out)

    return over_draws
