"""PyMC-Marketing's part of ``benchmarks/speed/budget.py``, in an environment of its own; prints one JSON line.

``fit folder``: fits its MMM to the folder's weekly.csv and saves it with 1000 draws. ``plan folder``: loads it and
optimises twice in this process, each time building and compiling the optimizer anew, then asks for the gain on every draw;
then once without bounds and pattern, as it comes. ``once folder``: one plan only.
Geometric adstock, logistic saturation, two yearly harmonics, nutpie, its default priors. Its money is per week.
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

BEGAN = time.perf_counter()

import pandas as pd  # noqa: E402
import xarray as xr  # noqa: E402
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation  # noqa: E402
from pymc_marketing.mmm.budget_optimizer import MinimizeException  # noqa: E402

IMPORTED = time.perf_counter()
CONTROLS = ["price_index", "promo"]


def fit(folder: Path) -> dict[str, Any]:
    """Fit and save; the time is not part of the comparison."""
    frame = pd.read_csv(folder / "weekly.csv", parse_dates=["week"])
    model = MMM(
        date_column="week",
        channel_columns=[c for c in frame.columns if c not in ("week", "sales", *CONTROLS)],
        target_column="sales",
        control_columns=CONTROLS,
        adstock=GeometricAdstock(l_max=13),
        saturation=LogisticSaturation(),
        yearly_seasonality=2,
    )
    model.fit(
        frame.drop(columns="sales"),
        frame["sales"],
        draws=500,
        tune=500,
        chains=4,
        nuts_sampler="nutpie",
        random_seed=1,
        progressbar=False,
    )
    import arviz_stats

    free = [v.name for v in model.model.free_RVs]
    rhat = arviz_stats.rhat(model.idata["posterior"].to_dataset()[free])
    model.idata["posterior"] = model.idata["posterior"].isel(draw=slice(None, None, 2))  # 4 x 250 draws
    model.save(str(folder / "theirs.nc"))
    return {
        "rhat_max": max(float(rhat[v].max()) for v in rhat.data_vars),
        "divergences": int(model.idata["sample_stats"]["diverging"].sum()),
    }


def plan(folder: Path) -> dict[str, Any]:
    """Optimise twice and once as it comes; return seconds and plans."""
    model = MMM.load(str(folder / "theirs.nc"))
    report: dict[str, Any] = {"before_seconds": time.perf_counter() - BEGAN, "import_seconds": IMPORTED - BEGAN}
    for turn in ("first", "again"):
        report[turn] = _optimised(model, folder)
    try:
        report["as_it_comes"] = _optimised(model, folder, free=True)
    except MinimizeException as stopped:
        report["as_it_comes"] = {"stopped": str(stopped)}
    posterior = model.idata["posterior"]
    report["draws"] = int(posterior.sizes["chain"] * posterior.sizes["draw"])
    report["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    names = ("pymc-marketing", "pymc", "pytensor", "numba", "scipy", "numpy")
    report["versions"] = {n: importlib.metadata.version(n) for n in names}
    return report


def once(folder: Path) -> dict[str, Any]:
    """Return one plan."""
    return {"again": _optimised(MMM.load(str(folder / "theirs.nc")), folder)}


def _optimised(model: MMM, folder: Path, *, free: bool = False) -> dict[str, Any]:
    """Build, compile and solve within today's weekly pattern and the bounds or, ``free``, as the package comes."""
    today = pd.read_csv(folder / "today.csv", index_col=0, parse_dates=[0])
    bounds = None if free else pd.read_csv(folder / "bounds.csv", index_col=0)
    weeks = len(today)
    pattern = xr.DataArray((today / today.sum()).rename_axis(index="date", columns="channel"))
    more = {} if bounds is None else {"budget_distribution_over_period": pattern}
    limits = None if bounds is None else {c: (low / weeks, high / weeks) for c, low, high in bounds.itertuples()}
    began, worked = time.perf_counter(), time.process_time()
    optimizer = model.budget_optimizer(today.index[0], today.index[-1], **more)
    built = time.perf_counter()
    found = optimizer.allocate_budget(float(today.to_numpy().sum()) / weeks, budget_bounds=limits)
    solved, used = time.perf_counter(), time.process_time() - worked
    now = (today.sum() / weeks).rename_axis("channel").to_xarray()
    new, old = (optimizer.evaluate_response_distribution(p).to_numpy() for p in (found.budgets, now))
    told = time.perf_counter()
    result = found.scipy_result
    return {
        "seconds": solved - began,
        "cpu_seconds": used,
        "compile_seconds": built - began,
        "solve_seconds": solved - built,
        "with_gain_seconds": told - began,
        "evaluations": int(result.nfev),
        "milliseconds_an_evaluation": 1e3 * _evaluation(optimizer, result.x),
        "plan": {str(c): float(v) * weeks for c, v in found.budgets.to_series().items()},
        "gain_mean": float((new - old).mean()),
        "probability_positive": float((new > old).mean()),
    }


def _evaluation(optimizer: Any, x: Any, times: int = 10) -> float:
    """Return seconds of its compiled objective with gradient on all draws."""
    began = time.perf_counter()
    for _ in range(times):
        optimizer._objective_and_grad(x)
    return (time.perf_counter() - began) / times


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="No budget bounds provided")
    print(json.dumps({"fit": fit, "plan": plan, "once": once}[sys.argv[1]](Path(sys.argv[2]))))
