"""omnimix's part of ``benchmarks/speed/budget.py``; prints one JSON line.

``fit folder WORLDS``: fits the retailer's funnels and so many worlds of the shared problem and saves them, 4 x (500 + 500).
``single folder`` and ``funnel folder WORLD``: load one and time every question twice in this process, on 1000 draws.
The second time its parts are clocked. ``profile folder WORLD PHASING``: one warm plan by cProfile, to stderr.
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
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

BEGAN = time.perf_counter()

import omnimix as om  # noqa: E402

DRAWS = 1000
FUNNELS = ("retailer", "answering_search")
PARTS = {  # of om.optimize_budget, by the function of omnimix.budget.optimize that does it
    "pose_problem": "draws, today's plan and limits",
    "solve": "the search",
    "by_return": "the proportional plan",
    "spread_of_best": "best shares by draw, regret",
    "split_sample_gain": "correction of the gain",
    "negotiable": "free ranges",
}
QUIET: dict[str, Any] = {"progress": False, "allow_unconverged": True}


def fit(folder: Path, worlds: str) -> dict[str, Any]:
    """Fit and save; the time is no part of any table."""
    import plan_problem

    made = {n: om.simulate(n, seed=1) for n in FUNNELS}
    made |= {f"world{seed}": plan_problem.single_world(seed) for seed in plan_problem.seeds(int(worlds))}
    report = {}
    for name, world in made.items():
        posterior = om.fit(world.funnel, world.panel, draws=500, tune=500, chains=4, seed=1, progress=False)
        (folder / name).mkdir(exist_ok=True)
        posterior.save(folder / name / "ours.nc")
        world.panel.frame.to_csv(folder / name / "weekly.csv")
        found = posterior.run.diagnostics
        report[name] = {"rhat_max": found.rhat_max, "divergences": found.divergences}
    return report


def single(folder: Path) -> dict[str, Any]:
    """Plan for the shared problem; leave plans and bounds behind for the other package and for the truth."""
    posterior = om.load(folder / "ours.nc")
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
    posterior = om.load(folder / name / "ours.nc")
    report: dict[str, Any] = {"before_seconds": time.perf_counter() - BEGAN, "questions": {}}
    for question, ask in _questions(posterior).items():
        first = _timed(ask)[0]
        parts = _parts(ask)
        report["questions"][question] = {"first": first, "again": parts.pop("whole"), "parts": parts}
    return report | _machine(posterior)


def profile(folder: Path, name: str, phasing: str) -> dict[str, Any]:
    """Print where the time of one warm plan goes."""
    posterior = om.load(folder / name / "ours.nc")
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
    """Return the questions by name: both plans, and the cost of silos and a pool where every channel is set."""
    questions: dict[str, Callable[[], Any]] = {
        "optimize_budget, pattern": lambda: om.optimize_budget(posterior, **QUIET),
        "optimize_budget, free": lambda: om.optimize_budget(posterior, phasing="free", **QUIET),
    }
    if any(c.responds_to for c in posterior.funnel.channels):
        return questions
    pool = next(c.pool for c in posterior.funnel.channels if c.pool)
    return questions | {
        "silo_cost": lambda: om.silo_cost(posterior, **QUIET),
        "pool_split": lambda: om.pool_split(posterior, pool, **QUIET),
    }


def _parts(ask: Callable[[], Any]) -> dict[str, dict[str, float]]:
    """Return what every part of a plan takes, and the whole; "the rest" is the gain on all draws and the record."""
    from omnimix.budget import optimize

    clocked: dict[str, dict[str, float]] = {}

    def clock(name: str) -> Callable[..., Any]:
        plain = getattr(optimize, name)

        def run(*given: Any, **more: Any) -> Any:
            clocked[PARTS[name]], found = _timed(lambda: plain(*given, **more))
            return found

        return run

    with ExitStack() as stack:
        for name in PARTS:
            stack.enter_context(mock.patch.object(optimize, name, clock(name)))
        whole, _ = _timed(ask)
    clocked["the rest"] = {k: v - sum(c[k] for c in clocked.values()) for k, v in whole.items()}
    return {**clocked, "whole": whole}


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
