"""Machine code is kept where a folder can be written, and made for one process where none can."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from numba import cfunc, njit, types
from numba.core.caching import _CacheLocator

from omnimix import machine_code
from omnimix.errors import OmnimixWarning
from omnimix.machine_code import stored
from tests.architecture.sources import PACKAGE, files

READ_ONLY = """
from numba.core.caching import _CacheLocator

def refuse(locator):
    raise PermissionError(13, "read-only", locator.get_cache_path())

_CacheLocator.ensure_cache_path = refuse
"""


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let numba find no folder that it may write, as in a read-only package with a read-only home."""

    def refuse(locator: _CacheLocator) -> None:
        raise PermissionError(13, "read-only", locator.get_cache_path())

    monkeypatch.setattr(_CacheLocator, "ensure_cache_path", refuse)
    machine_code._tell_that_nothing_is_kept.cache_clear()


def test_machine_code_is_kept_where_a_folder_can_be_written() -> None:
    @stored(njit)
    def doubled(x: float) -> float:
        return 2 * x

    assert doubled(1.5) == 3.0
    assert doubled.stats.cache_path


@pytest.mark.usefixtures("read_only")
def test_without_a_folder_to_write_everything_is_compiled_and_it_is_said_once() -> None:
    def doubled(x: float) -> float:
        return 2 * x

    def tripled(x: float) -> float:
        return 3 * x

    with pytest.warns(OmnimixWarning, match="NUMBA_CACHE_DIR"):
        doubled = stored(njit, nogil=True)(doubled)
    tripled = stored(cfunc, types.double(types.double))(tripled)  # a second warning would be an error
    assert doubled(1.5) == 3.0
    assert tripled.ctypes(1.5) == 4.5
    assert doubled.stats.cache_path is None


@pytest.mark.usefixtures("read_only")
def test_another_refusal_of_the_compiler_is_not_taken_for_a_missing_folder() -> None:
    def compiler(**_: object) -> object:
        raise RuntimeError("no room for machine code")

    with pytest.raises(RuntimeError, match="no room"):
        stored(compiler)(len)


def test_every_function_that_is_kept_is_kept_by_the_one_that_may_fall_back() -> None:
    places = [f.relative_to(PACKAGE).as_posix() for f in files() if "cache=True" in f.read_text(encoding="utf-8")]
    assert places == ["machine_code.py"]


def test_what_only_compiled_code_calls_is_left_unfinished_with_this_numba() -> None:
    """Where numba's inner classes have changed it is not, and compiling takes about twice as long."""
    assert "pipeline_class" in machine_code.OUTER


@pytest.mark.slow
def test_a_whole_fit_works_where_nothing_can_be_written(tmp_path: Path) -> None:
    code = """
        import warnings
        import omnimix as om

        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            world = om.simulate(seed=1, weeks=80, channels=["tv", "search"])
            posterior = om.fit(world.funnel, world.panel, draws=200, tune=200, chains=2, seed=1, progress=False)
            table = om.roas(posterior, allow_unconverged=True).table()
            om.optimize_budget(posterior, total=1e5, weeks=4, progress=False, allow_unconverged=True)
        print(len(table), [w.category.__name__ for w in said if "NUMBA_CACHE_DIR" in str(w.message)])
    """
    script = tmp_path / "fit.py"
    script.write_text(READ_ONLY + textwrap.dedent(code))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=dict(os.environ), check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(maxsplit=1)[1].strip() == "['OmnimixWarning']"
