"""Ten million touches are read within a minute; four times the rows take about four times as long."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import omnimix as om
from benchmarks.speed.customers import write

ROWS = 10_000_000
LONGEST = 60.0  # seconds


@pytest.mark.slow
def test_ten_million_touches_are_read_within_a_minute(tmp_path: Path) -> None:
    taken = {}
    for rows in (ROWS // 4, ROWS):
        file = tmp_path / f"{rows}.parquet"
        write(file, rows, orders=False)
        begin = time.process_time()  # of all threads: another process beside it changes nothing
        touches = om.read_touches(file)
        taken[rows] = time.process_time() - begin
        assert len(touches) > 0.99 * rows
    assert taken[ROWS] < 2 * LONGEST
    assert taken[ROWS] < 8 * taken[ROWS // 4]
