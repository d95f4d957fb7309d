"""How long do 200 campaigns under 12 channels take, and does their cost grow with their number and no faster?

A funnel of one outcome and 12 channels, 156 weeks, without campaigns and with 50, 100 and 200 of them, as even as they
go over the channels. Told are the microseconds of one gradient of the density, the best of several, which is what a fit
is made of; then a whole fit of 4 x (500 + 500) draws with 200 campaigns, and every campaign's ROAS from it, in seconds of
the clock and of processor time: on a machine that does other work as well the latter is the measure.

Run: ``uv run python benchmarks/speed/campaigns.py``; writes benchmarks/results/campaign_speed.md.
"""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd
from tables import markdown

import omnimix as om
from omnimix.data import with_sums
from omnimix.mechanics import fit_scaling
from omnimix.model.build import build_layout
from omnimix.model.native import density_of

CHANNELS, COUNTS = 12, (0, 50, 100, 200)
SECONDS = 45  # of timing gradients


def main() -> None:
    """Time everything and write the table."""
    rows = _gradients()
    world = _world(COUNTS[-1])
    posterior, fitted = _timed(lambda: om.fit(world.funnel, world.panel, draws=500, tune=500, seed=1, progress=False))
    _, told = _timed(lambda: om.roas(posterior, by="campaign", allow_unconverged=True))
    seen = posterior.run.diagnostics
    verbs = [{"what": "fit, 4 x (500 + 500)", **fitted}, {"what": 'roas(by="campaign"), 2000 draws', **told}]
    machine = f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    text = [
        "# Campaign speed",
        (__doc__ or "").split("Run:")[0].strip(),
        markdown(pd.DataFrame(rows)),
        markdown(pd.DataFrame(verbs)),
        f"R-hat at most {seen.rhat_max:.3f} ({seen.rhat_worst}), at least {seen.ess_bulk_min:,.0f} effective draws "
        f"({seen.ess_bulk_worst}), {posterior.run.sampler}.",
        f"Made on {machine}; load while it ran {load}.",
    ]
    target = Path(__file__).parents[1] / "results" / "campaign_speed.md"
    target.write_text("\n\n".join(text) + "\n")
    print("\n\n".join(text))


def _world(campaigns: int) -> om.World:
    names = [[f"c{c}_{k}" for k in range(campaigns)[c::CHANNELS]] for c in range(CHANNELS)]
    channels = [om.Channel(f"channel_{c}", campaigns=tuple(own)) for c, own in enumerate(names)]
    return om.simulate(seed=5, channels=channels)


def _gradients() -> list[dict[str, object]]:
    """Time the gradients in turn, a few calls each, so that what else the machine does falls on all alike."""
    layouts = {}
    for count in COUNTS:
        world = _world(count)
        panel = with_sums(world.panel, world.funnel.roles)
        layouts[count] = build_layout(world.funnel, panel, fit_scaling(world.funnel, panel))
    densities = {count: (density_of(layout), np.zeros(len(layout.parameters))) for count, layout in layouts.items()}
    best = dict.fromkeys(COUNTS, float("inf"))
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        for count, (density, z) in densities.items():
            began = time.perf_counter()
            for _ in range(5):
                density(z)
            best[count] = min(best[count], (time.perf_counter() - began) / 5)
    return [
        {"campaigns": count, "parameters": len(layouts[count].parameters), "microseconds a gradient": 1e6 * best[count]}
        for count in COUNTS
    ]


def _timed(work):  # type: ignore[no-untyped-def]
    began, used = time.perf_counter(), time.process_time()
    found = work()
    return found, {"seconds": time.perf_counter() - began, "processor seconds": time.process_time() - used}


if __name__ == "__main__":
    main()
