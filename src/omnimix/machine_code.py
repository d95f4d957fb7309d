"""Machine code: how it is compiled, kept on disk where that can be, and never run for another version of the sources.

numba stores what it compiled and looks, when it loads, only at the file of the function itself. Functions stored by
this package therefore capture :func:`sources_digest`: any change in any file they call becomes another entry.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from omnimix.errors import OmnimixWarning


def _unfinished() -> dict[str, Any]:
    """Return the option by which a function is left to its caller as it was written: not optimised, not made to run.

    numba optimises a function together with all that it calls, and again in every caller: code nine calls deep nine
    times over. What only other compiled functions call need not be finished by itself. The classes used here lie below
    numba's documented surface: where they have changed, nothing is left unfinished, which takes longer to compile.
    """
    try:
        from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
        from numba.core.compiler import Compiler
    except ImportError:
        return {}
    replaced = ("codegen", "_optimize_functions", "_optimize_final_module", "_finalize_final_module")
    called = ("_finalize_dynamic_globals", "get_pointer_to_function")
    takes = list(inspect.signature(Compiler.__init__).parameters)[:4]
    if (
        not all(hasattr(JITCodeLibrary, name) for name in (*replaced, *called))
        or not hasattr(JITCPUCodegen, "set_env")
        or takes != ["self", "typingctx", "targetctx", "library"]
    ):
        return {}

    class Silent:
        """The code generator of a library that nothing runs from: what is in it needs no environment of its own."""

        def __init__(self, codegen: Any) -> None:
            self._codegen = codegen

        def __getattr__(self, name: str) -> Any:
            return getattr(self._codegen, name)

        def set_env(self, *_: Any) -> None:
            """Set nothing."""

    class Unfinished(JITCodeLibrary):  # type: ignore[misc]
        """Code to be linked into a caller."""

        @property
        def codegen(self) -> Any:
            """The code generator."""
            return Silent(self._codegen)

        def _optimize_functions(self, ll_module: Any) -> None:
            ll_module.data_layout = self._codegen._data_layout

        def _optimize_final_module(self) -> None:
            """Leave it to the caller."""

        def _finalize_final_module(self) -> None:
            self._finalize_dynamic_globals()
            self._finalized = True

        def get_pointer_to_function(self, name: str) -> int:
            """Return the address of nothing."""
            return 0

    class InsideCompiler(Compiler):  # type: ignore[misc]
        """numba's compiler, with a library of that kind."""

        def __init__(self, typing: Any, target: Any, library: Any, *rest: Any) -> None:
            super().__init__(typing, target, library or Unfinished(target.codegen(), "inside"), *rest)

    return {"pipeline_class": InsideCompiler}


# Functions that only other compiled functions call. All of them end up inside their caller: a copy that stays outside
# is found by its name when machine code has just been compiled and not when it was loaded from disk, and two copies
# that were optimised apart differ in the last bits. Nothing wraps them for Python, so that there is less to compile.
# INSIDE is for the few inner loops in which the time goes: optimised by themselves, they stay fast inside a large
# function. OUTER is for all others, which are optimised once, with their caller.
# They must not be called from Python, which would end the process: what may be is a FORMULA.
FORMULA = {
    "nogil": True,
    "error_model": "numpy",
    "forceinline": True,
    "no_cpython_wrapper": False,
    "no_cfunc_wrapper": False,
}
INSIDE = {**FORMULA, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
OUTER = {**INSIDE, **_unfinished()}
CONTRACT = {"contract"}  # a product and a sum in one instruction
REASSOCIATE = {"reassoc", "contract", "nsz"}  # lets sums be vectorised, keeps nan and inf as they are


def sources_digest(*modules: ModuleType) -> int:
    """Number the sources of some modules; of a package, all files in its folder."""
    named = [Path(str(m.__file__)) for m in modules]
    files = [f for n in named for f in (sorted(n.parent.glob("*.py")) if n.name == "__init__.py" else [n])]
    whole = b"".join(f.read_bytes() for f in (Path(__file__), *files))
    return int.from_bytes(hashlib.sha256(whole).digest()[:6])


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
