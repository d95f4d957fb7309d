"""One whole run of PyMC-Marketing on the same table, import to ROAS per channel; prints one JSON line.

Made in its own environment by ``benchmarks/speed/compare.py``. Geometric adstock, logistic saturation, two yearly
harmonics, nutpie, its default priors; controls on a comparable scale, as its documentation asks.
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import sys
import time

BEGAN = time.perf_counter()

import pandas as pd  # noqa: E402
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation  # noqa: E402


def main(path: str, seed: int) -> None:
    """Read, fit, report; then measure the effective sample size outside the clock."""
    frame = pd.read_csv(path, parse_dates=["week"])
    names = [c for c in frame.columns if c.startswith("c")]
    model = MMM(
        date_column="week",
        channel_columns=names,
        target_column="sales",
        control_columns=["price", "promo"],
        adstock=GeometricAdstock(l_max=13),
        saturation=LogisticSaturation(),
        yearly_seasonality=2,
    )
    importing = time.perf_counter() - BEGAN
    began = time.perf_counter()
    model.fit(
        frame.drop(columns="sales"),
        frame["sales"],
        draws=1000,
        tune=1000,
        chains=4,
        nuts_sampler="nutpie",
        random_seed=seed,
        progressbar=False,
    )
    fitting = time.perf_counter() - began
    spend = frame[names].sum()
    contribution = model.idata["posterior"]["channel_contribution"].sum("date").mean(("chain", "draw"))
    roas = contribution.to_series() * float(frame["sales"].max()) / spend
    whole = time.perf_counter() - BEGAN

    import arviz_stats

    free = [v.name for v in model.model.free_RVs]
    sampled = model.idata["posterior"].to_dataset()[free]
    ess, rhat = arviz_stats.ess(sampled), arviz_stats.rhat(sampled)
    report = {
        "package": "PyMC-Marketing",
        "families": "geometric + logistic",
        "before_fit_seconds": importing,
        "fit_seconds": fitting,
        "to_table_seconds": whole,
        "ess_bulk_min": min(float(ess[v].min()) for v in ess.data_vars),
        "rhat_max": max(float(rhat[v].max()) for v in rhat.data_vars),
        "divergences": int(model.idata["sample_stats"]["diverging"].sum()),
        "roas": {k: round(float(v), 4) for k, v in roas.items()},
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": {
            n: importlib.metadata.version(n) for n in ("pymc-marketing", "pymc", "pytensor", "nutpie", "numba")
        },
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1)
