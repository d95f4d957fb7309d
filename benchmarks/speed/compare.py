"""omnimix beside PyMC-Marketing 1.3.0 on one table, whole processes, in turn, cold and warm.

Cold: every cache of compiled code empty. Warm: the run before left its caches. Runs of both packages alternate, so that a
busy moment of the machine hits both. PyMC-Marketing lives in an environment of its own that uv makes.

Run: ``uv run python benchmarks/speed/compare.py --runs 3``; writes benchmarks/results/speed.json and speed.md. With
``--before FOLDER`` another checkout of omnimix, with its environment in ``.venv``, takes part in the same runs.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import weekly

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results"
OURS = [sys.executable, str(HERE / "run_omnimix.py")]
THEIRS = ["uv", "run", "--isolated", "--no-project", "--with", "pymc-marketing==1.3.0", "--with", "nutpie", "python"]
RUNS = {
    "PyMC-Marketing 1.3.0, geometric + logistic": ([*THEIRS, str(HERE / "run_pymc_marketing.py")], []),
    "omnimix, geometric + logistic": (OURS, ["geometric", "logistic"]),
    "omnimix, default (gamma + hill)": (OURS, ["gamma", "hill"]),
}
SHOWN = (
    "whole_process_seconds",
    "before_fit_seconds",
    "fit_seconds",
    "ess_bulk_min",
    "ess_per_second_of_fit",
    "rhat_max",
    "divergences",
    "peak_memory_mb",
)


def main() -> None:
    """Run everything and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="warm runs of each package")
    parser.add_argument("--before", type=Path, help="another checkout of omnimix that runs beside this one")
    given = parser.parse_args()
    if given.before is not None:
        script = [str(given.before / ".venv/bin/python"), str(given.before / "benchmarks/speed/run_omnimix.py")]
        former = {f"{label}, before": (script, more) for label, (command, more) in RUNS.items() if command is OURS}
        RUNS.update(former)
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weekly.csv"
        weekly.table().to_csv(path)
        subprocess.run([*THEIRS, "-c", "print('environment ready')"], check=True)
        rounds = [("cold", 0), *(("warm", k) for k in range(given.runs))]
        seen: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for state, number in rounds:
            for label, (command, more) in RUNS.items():
                report = _once(command, [str(path), *more], Path(folder) / label.replace(" ", "_"))
                seen.setdefault((label, state), []).append(report)
                print(f"{state} {number} {label}: {report['whole_process_seconds']:.1f} s", flush=True)
    for (label, state), reports in seen.items():
        results[f"{label}, {state}"] = {k: statistics.median(r[k] for r in reports) for k in SHOWN} | {
            "runs": len(reports),
            "families": reports[0]["families"],
            "versions": reports[0]["versions"],
            "roas": reports[0]["roas"],
        }
    _write(results)


def _once(command: list[str], arguments: list[str], caches: Path) -> dict[str, Any]:
    """Run one process with its own caches of compiled code and return its report."""
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(caches / "numba"),
        "PYTENSOR_FLAGS": f"base_compiledir={caches / 'pytensor'}",
    }
    done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    # From the first line of the script to its table; effective sample sizes are worked out after that clock.
    report["whole_process_seconds"] = report["to_table_seconds"]
    report["ess_per_second_of_fit"] = report["ess_bulk_min"] / report["fit_seconds"]
    return report


def _write(results: dict[str, dict[str, Any]]) -> None:
    RESULTS.mkdir(exist_ok=True)
    machine = f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    made = datetime.date.today().isoformat()
    (RESULTS / "speed.json").write_text(
        json.dumps({"made": made, "machine": machine, "results": results}, indent=1) + "\n"
    )
    lines = ["# Speed beside PyMC-Marketing", "", (__doc__ or "").split("Run:")[0].strip(), ""]
    lines += [
        "156 weeks, 6 channels, 2 controls, 2 yearly harmonics, 4 chains x (1000 + 1000); median of the runs.",
        "",
    ]
    lines += ["| | " + " | ".join(k.replace("_", " ") for k in SHOWN) + " |", "|---" * (len(SHOWN) + 1) + "|"]
    for label, figures in results.items():
        lines.append(f"| {label} | " + " | ".join(f"{figures[k]:,.4g}" for k in SHOWN) + " |")
    lines += ["", *_ratios(results), "", f"Made {made} on {machine}.", ""]
    for label, figures in results.items():
        lines.append(f"- {label}: " + ", ".join(f"{k} {v}" for k, v in figures["versions"].items()))
    (RESULTS / "speed.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def _ratios(results: dict[str, dict[str, Any]]) -> list[str]:
    theirs = {s: results[f"PyMC-Marketing 1.3.0, geometric + logistic, {s}"] for s in ("cold", "warm")}
    lines = []
    for label in list(RUNS)[1:]:
        for state in ("cold", "warm"):
            ours = results[f"{label}, {state}"]
            rate = ours["ess_per_second_of_fit"] / theirs["warm"]["ess_per_second_of_fit"]
            share = ours["whole_process_seconds"] / theirs[state]["whole_process_seconds"]
            lines.append(
                f"- {label}, {state}: {rate:.1f} times the ESS per second of fit of PyMC-Marketing warm; "
                f"{share:.2f} of its whole process ({state})."
            )
    return lines


if __name__ == "__main__":
    main()
