"""How long do orders and touches take to read, and how much memory, from a million rows up?

Run: ``python benchmarks/speed/customers.py [--rows 1e6 1e7 1e8]``; it prints a table. A process each, so that the peak
of memory (resident set) is its own. Customers are a twentieth of the rows.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

CHANNELS = "['tv', 'search', 'social', 'display', 'email', 'store', 'web']"


def write(file: Path, rows: int, *, orders: bool) -> None:
    """Write rows of customers over a year as parquet, out of memory."""
    with duckdb.connect() as engine:
        engine.execute("SET memory_limit = '2GB'")
        money = ", round(10 + 90 * random(), 2) AS revenue" if orders else ""
        places = (
            "(['store', 'web'])[1 + (random() * 2)::INTEGER % 2]"
            if orders
            else f"({CHANNELS})[1 + (random() * 7)::INTEGER % 7]"
        )
        engine.execute(
            f"COPY (SELECT (random() * {rows // 20})::BIGINT AS customer, {places} AS channel, "
            f"TIMESTAMP '2024-01-01' + to_seconds((random() * 31536000)::BIGINT) AS time{money} "
            f"FROM range({rows})) TO '{file}' (FORMAT parquet)"
        )


def child(what: str, file: str) -> None:
    """Read one file in this process and print seconds and memory."""
    import omnimix as om

    begin = time.monotonic()
    if what == "touches":
        held = om.read_touches(file)
        told = {"read": time.monotonic() - begin, "rows": len(held)}
    else:
        orders = om.read_orders(file)
        told = {"read": time.monotonic() - begin, "rows": len(orders)}
        begin = time.monotonic()
        om.customers(orders)
        told["customers"] = time.monotonic() - begin
    told["gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps(told))


def main() -> None:
    """Write the files, read each in a process of its own, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, nargs="+", default=[1e6, 1e7])
    parser.add_argument("--child", nargs=2)
    given = parser.parse_args()
    if given.child:
        child(*given.child)
        return
    print("| what | rows | seconds to read | seconds of `om.customers` | peak of memory, GB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for what in ("touches", "orders"):
            for rows in given.rows:
                file = Path(folder) / f"{what}.parquet"
                write(file, int(rows), orders=what == "orders")
                asked = [sys.executable, __file__, "--child", what, str(file)]
                done = subprocess.run(asked, capture_output=True, text=True, check=True)
                told = json.loads(done.stdout)
                after = f"{told['customers']:.1f}" if "customers" in told else "-"
                print(f"| {what} | {rows:.0e} | {told['read']:.1f} | {after} | {told['gb']:.2f} |", flush=True)


if __name__ == "__main__":
    main()
