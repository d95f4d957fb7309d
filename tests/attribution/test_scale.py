"""Ten million touches go through the doors and all methods in a minute of one processor, and memory stays small."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT


@pytest.mark.slow
def test_ten_million_touches_take_a_minute_and_little_memory() -> None:
    script = ROOT / "benchmarks" / "speed" / "journeys.py"
    done = subprocess.run([sys.executable, script, "--one", "10000000"], capture_output=True, text=True, check=True)
    rows = [line.split(" | ") for line in done.stdout.splitlines()]
    assert sum(float(row[3]) for row in rows) < 60  # seconds of processors: others may be using them, too
    assert max(float(row[4]) for row in rows) < 4.5  # GB; DuckDB is given up to four
