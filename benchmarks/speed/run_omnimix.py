"""One whole run of omnimix, import to ROAS table, timed from inside; prints one JSON line.

Run: ``python benchmarks/speed/run_omnimix.py table.csv geometric logistic``.
"""

from __future__ import annotations

import json
import resource
import sys
import time

BEGAN = time.perf_counter()

import omnimix as om  # noqa: E402


def main(path: str, adstock: str, saturation: str) -> None:
    """Read, fit, report; then measure the effective sample size outside the clock."""
    panel = om.read_panel(path)
    names = [c for c in panel.columns if c.startswith("c")]
    channels = [om.Channel(c, adstock=adstock, saturation=saturation, max_lag=12) for c in names]
    baseline = om.Baseline(harmonics=2)
    funnel = om.Funnel(channels=channels, outcomes=["sales"], controls=["price", "promo"], baseline=baseline)
    import nutpie  # noqa: F401  the sampler is imported at the first fit; count it as import, as in the other package

    importing = time.perf_counter() - BEGAN
    began = time.perf_counter()
    posterior = om.fit(funnel, panel, seed=int(sys.argv[4]) if len(sys.argv) > 4 else 1, progress=False)
    fitting = time.perf_counter() - began
    table = om.roas(posterior).table()
    whole = time.perf_counter() - BEGAN

    import arviz_stats

    sampled = posterior.draws["posterior"].to_dataset()
    ess = arviz_stats.ess(sampled)
    smallest = min(float(ess[v].min()) for v in ess.data_vars)
    report = {
        "package": "omnimix",
        "families": f"{adstock} + {saturation}",
        "before_fit_seconds": importing,
        "fit_seconds": fitting,
        "to_table_seconds": whole,
        "ess_bulk_min": smallest,
        "rhat_max": posterior.run.diagnostics.rhat_max,
        "divergences": posterior.run.diagnostics.divergences,
        "roas": dict(zip(table["channel"], table["mean"].round(4), strict=True)),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": posterior.run.versions,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:4])
