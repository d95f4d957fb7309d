"""Does time grow no faster than weeks x channels? Microseconds a gradient and seconds a fit for growing tables.

Run: ``uv run python benchmarks/speed/scaling.py``; writes benchmarks/results/scaling.md.
"""

from __future__ import annotations

import ctypes
import os
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd
import weekly

import omnimix as om
from omnimix.mechanics import fit_scaling
from omnimix.model.build import build_layout
from omnimix.model.native import machine

SIZES = [(104, 3), (104, 6), (156, 6), (208, 6), (156, 12), (312, 6), (312, 12)]
DOUBLES = ctypes.POINTER(ctypes.c_double)


def gradient_microseconds(funnel: om.Funnel, panel: om.Panel) -> float:
    """Return the best of several timings of the compiled density with its gradient, called as the sampler calls it."""
    layout = build_layout(funnel, panel, fit_scaling(funnel, panel))
    size = len(layout.parameters)
    z, grad, value = np.zeros(size), np.empty(size), np.empty(1)
    call = machine().log_density.ctypes
    pointers = [a.ctypes.data_as(DOUBLES) for a in (z, grad, value)]
    data = layout.packed.ctypes.data_as(ctypes.POINTER(ctypes.c_int64))
    best = np.inf
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(500):
            call(size, *pointers, data)
        best = min(best, (time.perf_counter() - began) / 500)
    return best * 1e6


def main() -> None:
    """Time every size and write the table."""
    rows = []
    for weeks, channels in SIZES:
        frame = weekly.table(weeks, channels)
        panel = om.Panel(frame)
        funnel = om.Funnel(channels=[f"c{k}" for k in range(channels)], outcomes=["sales"], controls=["price", "promo"])
        gradient = gradient_microseconds(funnel, panel)
        posterior = om.fit(funnel, panel, seed=1, progress=False)
        rows.append(
            {
                "weeks": weeks,
                "channels": channels,
                "gradient_microseconds": round(gradient, 1),
                "gradient_nanoseconds_a_cell": round(1e3 * gradient / (weeks * channels), 1),
                "fit_seconds": round(posterior.run.seconds, 2),
                "ess_bulk_min": round(posterior.run.diagnostics.ess_bulk_min),
            }
        )
        print(rows[-1], flush=True)
    machine_line = f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    table = pd.DataFrame(rows)
    lines = ["# Scaling", "", (__doc__ or "").split("Run:")[0].strip(), ""]
    lines += ["| " + " | ".join(table.columns) + " |", "|---" * len(table.columns) + "|"]
    lines += ["| " + " | ".join(f"{v:g}" for v in row) + " |" for row in table.to_numpy()]
    lines += ["", f"The first fit of a process carries the import of nutpie. Made on {machine_line}."]
    target = Path(__file__).parents[1] / "results" / "scaling.md"
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
