"""omnimix's part of ``benchmarks/speed/budget.py``; prints one JSON line.

``fit folder``: fits the retailer's funnel and the shared problem and saves both, 4 x (500 + 500).
``single folder`` and ``funnel folder WORLD``: load one and time every question twice in this process, on 1000 draws.
``profile folder WORLD PHASING``: where the time of one warm plan goes, by cProfile.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BEGAN = time.perf_counter()

import omnimix as om  # noqa: E402

DRAWS = 1000
FUNNELS = ("retailer", "answering_search")
QUIET: dict[str, Any] = {"progress": False, "allow_unconverged": True}


def fit(folder: Path) -> dict[str, Any]:
    """Fit and save; the time is no part of any table."""
    import plan_problem

    worlds = {"single": plan_problem.single_world()} | {n: om.simulate(n, seed=1) for n in FUNNELS}
    report = {}
    for name, world in worlds.items():
        posterior = om.fit(world.funnel, world.panel, draws=500, tune=500, chains=4, seed=1, progress=False)
        posterior.save(folder / f"{name}.nc")
        found = posterior.run.diagnostics
        report[name] = {"rhat_max": found.rhat_max, "divergences": found.divergences}
    return report


def single(folder: Path) -> dict[str, Any]:
    """Plan for the shared problem; leave today's plan and the bounds behind for the other package."""
    posterior = om.load(folder / "single.nc")
    report: dict[str, Any] = {"before_seconds": time.perf_counter() - BEGAN}
    for turn in ("first", "again"):
        report[turn], plan = _timed(lambda: om.optimize_budget(posterior, **QUIET))
    plan.today.to_csv(folder / "today.csv")
    plan.region[["allowed_lowest", "allowed_highest"]].to_csv(folder / "bounds.csv")
    plan.spend.to_csv(folder / "ours.csv")
    against = plan.gain.table().set_index("versus").loc["today"]
    report |= {
        "draws": plan.assumptions.draws,
        "gain_mean": float(against["mean"]),
        "corrected": float(plan.gain.known["corrected"].sel(versus="today")),
        "probability_positive": plan.probability_better,
        "gap": plan.gap,
    }
    return report | _machine(posterior)


def funnel(folder: Path, name: str) -> dict[str, Any]:
    """Time every question of a budget on a three-node funnel."""
    posterior = om.load(folder / f"{name}.nc")
    report: dict[str, Any] = {"before_seconds": time.perf_counter() - BEGAN, "questions": {}}
    for question, ask in _questions(posterior).items():
        report["questions"][question] = {turn: _timed(ask)[0] for turn in ("first", "again")}
    return report | _machine(posterior)


def profile(folder: Path, name: str, phasing: str) -> dict[str, Any]:
    """Print where the time of one warm plan goes."""
    posterior = om.load(folder / f"{name}.nc")
    ask = _questions(posterior)[f"optimize_budget, {phasing}"]
    ask()
    watch = cProfile.Profile()
    watch.runcall(ask)
    for order in ("cumulative", "tottime"):
        text = io.StringIO()
        pstats.Stats(watch, stream=text).sort_stats(order).print_stats(45)
        print(text.getvalue(), file=sys.stderr)
    return {}


def _questions(posterior: om.Posterior) -> dict[str, Callable[[], Any]]:
    pool = next(c.pool for c in posterior.funnel.channels if c.pool)
    answering = [c.name for c in posterior.funnel.channels if c.responds_to]
    questions: dict[str, Callable[[], Any]] = {
        "optimize_budget, pattern": lambda: om.optimize_budget(posterior, **QUIET),
        "optimize_budget, free": lambda: om.optimize_budget(posterior, phasing="free", **QUIET),
        "silo_cost": lambda: om.silo_cost(posterior, **QUIET),
        "pool_split": lambda: om.pool_split(posterior, pool, **QUIET),
    }
    if answering:
        limits = om.Limits(levers=answering)
        questions["optimize_budget, free, search set"] = lambda: om.optimize_budget(
            posterior, phasing="free", limits=limits, **QUIET
        )
    return questions


def _timed[Found](ask: Callable[[], Found]) -> tuple[dict[str, float], Found]:
    """Return seconds on the clock and of the processors with the answer."""
    began, worked = time.perf_counter(), time.process_time()
    found = ask()
    return {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - worked}, found


def _machine(posterior: om.Posterior) -> dict[str, Any]:
    return {
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": {k: v for k, v in posterior.run.versions.items() if k in ("omnimix", "numba", "numpy", "scipy")},
    }


if __name__ == "__main__":
    print(
        json.dumps(
            {"fit": fit, "single": single, "funnel": funnel, "profile": profile}[sys.argv[1]](
                Path(sys.argv[2]), *sys.argv[3:]
            )
        )
    )
