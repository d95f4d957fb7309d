"""Meridian on a world of the lab, in an environment of its own.

``default``: ``ModelSpec()`` as it comes. ``advised``: knots of the level chosen by the package (``enable_aks``), as its
guide advises for a nation without regions, where one knot is the default.

Run by ``benchmarks.lab``: ``python run_meridian.py JOB.json OUT.npz``.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from pathlib import Path

import arviz as az
import numpy as np
import pandas as pd
from meridian.analysis import analyzer
from meridian.data import data_frame_input_data_builder
from meridian.model import model, spec


def main(job_file: str, out_file: str) -> None:
    """Fit the job and write draws (draws, channels) and what came of the run."""
    job = json.loads(Path(job_file).read_text())
    frame = pd.read_csv(job["table"])
    frame["week"] = pd.to_datetime(frame["week"]).dt.strftime("%Y-%m-%d")
    exposure, spend = ([c[k] for c in job["channels"]] for k in ("exposure", "spend"))
    kind = "revenue" if job["money"] else "non_revenue"
    builder = data_frame_input_data_builder.DataFrameInputDataBuilder(
        kpi_type=kind, default_kpi_column=job["outcome"], default_time_column="week", default_media_time_column="week"
    )
    builder = builder.with_kpi(frame).with_media(
        frame, media_cols=exposure, media_spend_cols=spend, media_channels=[c["name"] for c in job["channels"]]
    )
    if job["controls"]:
        builder = builder.with_controls(frame, control_cols=job["controls"])
    asked = spec.ModelSpec(enable_aks=True) if job["practice"] == "advised" else spec.ModelSpec()
    began = time.perf_counter()
    fitted = model.Meridian(input_data=builder.build(), model_spec=asked)
    fitted.sample_posterior(n_chains=4, n_adapt=500, n_burnin=500, n_keep=1000, seed=1)
    seconds = time.perf_counter() - began
    brought = np.asarray(analyzer.Analyzer(fitted).incremental_outcome(use_kpi=not job["money"]))
    draws = brought.reshape(-1, brought.shape[-1])
    posterior, sampled = fitted.inference_data, ("roi_m", "alpha_m", "ec_m", "sigma", "knot_values", "gamma_c")
    rhat = az.rhat(posterior, var_names=[v for v in sampled if v in posterior.posterior])
    report = {
        "seconds": seconds,
        "rhat": max(float(rhat[v].max()) for v in rhat.data_vars),
        "divergences": int(np.asarray(posterior.sample_stats["diverging"]).sum()),
        "findings": [],
        "version": importlib.metadata.version("google-meridian"),
    }
    np.savez(out_file, draws=draws, report=json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:3])
