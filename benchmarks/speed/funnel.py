"""How long does a whole funnel take? Cold and warm processes, growth with nodes, and the engine.

Three nodes, seven channels, 156 weeks, 4 x (1000 + 1000) draws, default curves: the simulated retailer. A cold process starts
with an empty cache of machine code. Then microseconds a gradient for funnels of one to six nodes, and
milliseconds for `respond` on 1000 draws.

Run: ``uv run python benchmarks/speed/funnel.py``; writes benchmarks/results/funnel_speed.md.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scaling import gradient_microseconds
from tables import markdown

import omnimix as om
from omnimix.posterior import Posterior

FORM = "{:.4g}".format
SEED = 1
WHOLE = """
import json, time
began = time.perf_counter()
import omnimix as om
world = om.simulate("retailer", seed={seed})
built = time.perf_counter()
posterior = om.fit(world.funnel, world.panel, seed=1, progress=False)
fitted = time.perf_counter()
om.roas(posterior, allow_unconverged=True).table()
done = time.perf_counter()
d = posterior.run.diagnostics
print(json.dumps(dict(process=done - began, fit=fitted - built, roas=done - fitted, ess=d.ess_bulk_min, rhat=d.rhat_max,
    divergences=d.divergences, steps=float(posterior.draws["sample_stats"]["n_steps"].mean()), sampler=posterior.run.sampler)))
"""


def main() -> None:
    """Time everything and write the tables."""
    with tempfile.TemporaryDirectory() as cache:
        runs = [{"run": name, **_whole(cache)} for name in ("cold", "warm", "warm again")]
    growth = _growth()
    engine = _engine()
    machine = f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    text = ["# Funnel speed", (__doc__ or "").split("Run:")[0].strip()]
    text += ["## Whole process", markdown(pd.DataFrame(runs), FORM)]
    text += ["## Growth with nodes", markdown(growth, FORM)]
    text += ["## `respond`, 1000 draws", markdown(engine, FORM), f"Made on {machine}."]
    target = Path(__file__).parents[1] / "results" / "funnel_speed.md"
    target.write_text("\n\n".join(text) + "\n")
    print("\n\n".join(text))


def _whole(cache: str) -> dict[str, float]:
    """Run one process from import to ROAS with its own cache of machine code."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", WHOLE.format(seed=SEED)], env=environment, capture_output=True, text=True, check=True
    )
    return {"process_from_outside": time.perf_counter() - began, **json.loads(done.stdout.splitlines()[-1])}


def _growth() -> pd.DataFrame:
    """Time the gradient of funnels of one to six nodes: stages in sequence, the outcome at their end."""
    world = om.simulate("retailer", seed=SEED)
    rows = []
    for nodes in (1, 2, 3, 4, 6):
        frame = world.panel.frame.copy()
        names = [f"node_{k}" for k in range(nodes)]
        for k, name in enumerate(names):
            frame[name] = frame["visits"].rolling(1 + k, min_periods=1).mean()
        stages = [om.Stage(n, parents=names[k - 1 : k] if k else []) for k, n in enumerate(names[:-1])]
        outcome = om.Outcome(names[-1], value=1.0, parents=names[-2:-1])
        funnel = om.Funnel(channels=world.funnel.channels, stages=stages, outcomes=[outcome])
        gradient = gradient_microseconds(funnel, om.Panel(frame))
        rows.append({"nodes": nodes, "gradient_microseconds": gradient, "microseconds_a_node": gradient / nodes})
    return pd.DataFrame(rows)


def _engine() -> pd.DataFrame:
    """Time `respond` and the figures of a fit with 1000 draws."""
    world = om.simulate("retailer", seed=SEED)
    posterior = om.fit(world.funnel, world.panel, draws=250, tune=300, seed=1, progress=False)
    names = ("roas", "marginal_roas", "contributions", "paths", "traffic_share", "payback")
    verbs = {"respond": om.respond, **{n: partial(getattr(om, n), allow_unconverged=True) for n in names}}
    return pd.DataFrame([{"verb": k, "milliseconds": _best(posterior, v)} for k, v in verbs.items()])


def _best(posterior: Posterior, verb: object) -> float:
    times = []
    for _ in range(6):
        began = time.perf_counter()
        verb(posterior)  # type: ignore[operator]
        times.append(time.perf_counter() - began)
    return 1e3 * float(np.min(times))


if __name__ == "__main__":
    main()
