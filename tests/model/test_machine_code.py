"""The same seed gives the same draws, bit for bit, whether machine code was compiled a second ago or loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FIT = """
import hashlib
import omnimix as om
from tests.model.funnels import funnel_of, funnel_panel

posterior = om.fit(funnel_of("whole funnel"), funnel_panel(), seed=4, draws=60, tune=100, chains=2, progress=False)
found = hashlib.sha256()
for name, values in sorted(posterior.draws["posterior"].data_vars.items()):
    found.update(name.encode())
    found.update(values.to_numpy().tobytes())
print(found.hexdigest())
"""


def draws_of(cache: Path) -> str:
    """Return the digest of all draws of a fit in a process of its own that keeps its machine code in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", FIT],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_draws_are_the_same_with_code_just_compiled_and_with_code_from_the_disk(tmp_path: Path) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    compiled = [draws_of(folder) for folder in folders]
    kept = [p for folder in folders for p in folder.rglob("*.nbc")]
    assert len(kept) >= 4  # both folders hold code
    loaded = draws_of(folders[0])
    assert compiled[0] == compiled[1] == loaded
