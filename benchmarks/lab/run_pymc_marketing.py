"""PyMC-Marketing on a world of the lab, in an environment of its own.

``default``: its default priors with geometric carryover over 13 weeks, logistic saturation and two yearly harmonics, as
its first tutorial does. ``advised``: the spread of every channel's effect in proportion to its share of spend and an
intercept that varies over time, as its documentation advises.

Run by ``benchmarks.lab``: ``python run_pymc_marketing.py JOB.json OUT.npz``.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from pymc_extras.prior import Prior
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation


def main(job_file: str, out_file: str) -> None:
    """Fit the job and write draws (draws, channels) and what came of the run."""
    job = json.loads(Path(job_file).read_text())
    frame = pd.read_csv(job["table"], parse_dates=["week"])
    names = [c["exposure"] for c in job["channels"]]
    spend = np.array([frame[c["spend"]].sum() for c in job["channels"]], dtype=float)
    advised = job["practice"] == "advised"
    priors = {"beta": Prior("HalfNormal", sigma=len(names) * spend / spend.sum(), dims="channel")} if advised else None
    model = MMM(
        date_column="week",
        channel_columns=names,
        target_column=job["outcome"],
        control_columns=job["controls"] or None,
        adstock=GeometricAdstock(l_max=13),
        saturation=LogisticSaturation(priors=priors) if advised else LogisticSaturation(),
        yearly_seasonality=2,
        time_varying_intercept=advised,
    )
    columns = ["week", *dict.fromkeys(names), *job["controls"]]
    for control in job["controls"]:
        frame[control] = (frame[control] - frame[control].mean()) / frame[control].std()
    began = time.perf_counter()
    settings = {"draws": 1000, "tune": 1000, "chains": 4, "random_seed": 1, "nuts_sampler": "nutpie"}
    model.fit(frame[columns], frame[job["outcome"]], progressbar=False, **settings)
    seconds = time.perf_counter() - began
    brought = model.idata["posterior"]["channel_contribution"].sum("date") * float(frame[job["outcome"]].max())
    draws = brought.transpose("chain", "draw", "channel").to_numpy().reshape(-1, len(names))

    import arviz_stats

    sampled = model.idata["posterior"].to_dataset()[[v.name for v in model.model.free_RVs]]
    rhat = arviz_stats.rhat(sampled)
    report = {
        "seconds": seconds,
        "rhat": max(float(rhat[v].max()) for v in rhat.data_vars),
        "divergences": int(model.idata["sample_stats"]["diverging"].sum()),
        "findings": [],
        "version": importlib.metadata.version("pymc-marketing"),
    }
    np.savez(out_file, draws=draws, report=json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:3])
