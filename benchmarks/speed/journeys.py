"""How long does it take to follow journeys, and how much memory, from a million touches to a hundred million?

Touches and orders are made up at random over a year: 20 touches and 2 orders a customer, 13 channels, in parquet. Each
size is a process of its own, so that its peak of memory is its own. Processor seconds are told beside those on the clock: on
a machine that others use they are what stays.
Run: ``python benchmarks/speed/journeys.py --touches 1e6 1e7``.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "results" / "journey_speed.md"
HEAD = ["touches", "step", "seconds", "processor seconds", "peak memory, GB"]


def main() -> None:
    """Measure every size in a process of its own and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--touches", type=float, nargs="+", default=[1e6, 1e7], help="sizes")
    parser.add_argument("--one", type=int, help="measure this size here and print its rows")
    given = parser.parse_args()
    if given.one:
        print("\n".join(" | ".join(row) for row in measure(given.one)))
        return
    rows = []
    for size in map(int, given.touches):
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(size)], capture_output=True, text=True, check=True
        )
        rows += [f"| {line} |" for line in done.stdout.splitlines()]
        print(done.stdout, flush=True)
    machine = f"{os.cpu_count()} x {platform.machine()}, Python {platform.python_version()}"
    table = "\n".join(
        [f"| {' | '.join(HEAD)} |", "| --- | ---: | ---: | ---: | ---: |".replace("---: |", "--- |", 1), *rows]
    )
    RESULTS.write_text(
        f"# Speed of journeys\n\n{__doc__.split('Run:')[0].split(chr(10), 2)[2].strip()}\n\n{table}\n\n{machine}\n"
    )


def measure(size: int) -> list[list[str]]:
    """Return a row a step: reading touches, reading orders, following journeys with all variants."""
    import omnimix as om

    with tempfile.TemporaryDirectory() as folder:
        touches, orders = _made(size, Path(folder))
        found: dict[str, Any] = {}
        steps: dict[str, Callable[[], Any]] = {
            "read touches": lambda: om.read_touches(touches),
            "read orders": lambda: om.read_orders(orders),
            "journeys": lambda: om.journeys(found["read touches"], found["read orders"]),
        }
        rows = []
        for name, step in steps.items():
            clock, processor = time.perf_counter(), time.process_time()
            found[name] = step()
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            spent = (time.perf_counter() - clock, time.process_time() - processor)
            rows.append([f"{size:,}", name, f"{spent[0]:.0f}", f"{spent[1]:.0f}", f"{memory:.2f}"])
    return rows


def _made(size: int, folder: Path) -> tuple[Path, Path]:
    import duckdb

    people, files = size // 20, (folder / "touches.parquet", folder / "orders.parquet")
    stamp = "TIMESTAMP '2024-01-01' + to_seconds((random() * 365 * 86400)::BIGINT) AS time"
    touch = (
        f"SELECT (i * 7919) % {people} AS customer, {stamp}, 'channel ' || (random() * random() * 12)::INT AS channel"
    )
    order = (
        f"SELECT (i * 104729) % {people} AS customer, {stamp}, 'web' AS channel, round(random() * 100, 2) AS revenue"
    )
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '2GB'")
    connection.execute("SELECT setseed(0.5)")
    for query, count, file in ((touch, size, files[0]), (order, size // 10, files[1])):
        connection.execute(f"COPY ({query} FROM range({count}) AS r(i)) TO '{file}' (FORMAT parquet)")
    connection.close()
    return files


if __name__ == "__main__":
    main()
