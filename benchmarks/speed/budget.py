"""How long does a joint plan take? A three-node funnel, and a single outcome beside PyMC-Marketing 1.3.0.

Funnel: the simulated retailer (visits, then online and store sales), 7 channels, 156 weeks, 13 weeks planned, 1000 draws;
(91 variables where every week is free), and the same with search that answers to visits (78). Cold: every cache of compiled code empty. Fresh: a new process with the
caches of the run before. Again: a second time in that process. The fastest of the runs counts, because what else the
machine does can only add; seconds of processors (both cores together) say what would be left of that.

Beside PyMC-Marketing: one outcome, the same 7 channels, weeks and number of draws, each package with its own fit of the
same table and the same curves, the same total, weekly pattern and bounds (the ones omnimix puts). Timed is the plan from a
fitted model on, compiling included and sampling, importing and loading not. What each does in that time is not the same
and stands below the table. Both plans are then lived in the simulated world itself.

Run: ``uv run python benchmarks/speed/budget.py``; writes benchmarks/results/budget_speed.md. ``--folder`` keeps the fits.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import plan_problem
from tables import markdown

HERE = Path(__file__).parent
RESULT = HERE.parent / "results" / "budget_speed.md"
OURS = [sys.executable, str(HERE / "plan_omnimix.py")]
THEIRS = ["uv", "run", "--isolated", "--no-project", "--with", "pymc-marketing==1.3.0", "--with", "nutpie", "python"]
THEIRS_RUN = [*THEIRS, str(HERE / "plan_pymc_marketing.py")]
FUNNELS = ("retailer", "answering_search")
TARGETS = {"optimize_budget, pattern": 3.0, "optimize_budget, free": 20.0}
DONE_IN_THAT_TIME = """
What each does in that time. PyMC-Marketing: builds the model of the window with the weeks before and after it, compiles its
objective with gradient, and finds one plan from one start (SLSQP) that brings most on average over the draws; "with gain"
adds what the plan and today's bring on every draw. omnimix: finds the plan from several starts, and values it, today's and
the proportional plan on every draw; solves again on resampled draws for the spread of the best shares; chooses on one half
of the draws and values on the other to correct the stated gain; finds how far every channel can move freely; the regret of
staying; and how far the search can be from the best.
"""


def main() -> None:
    """Fit where no fit is, time everything, value the plans and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where fits are kept, and taken from if they are there")
    parser.add_argument("--runs", type=int, default=2, help="fresh processes of each kind; the fastest counts")
    parser.add_argument(
        "--worlds", type=int, default=3, help="worlds in which both plans are lived; the first is timed"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder = given.folder or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        load = os.getloadavg()[0]
        fits, first = _fits(folder, given.worlds), folder / "world1"
        caches = Path(spare) / "caches"
        funnels = {n: _rounds([*OURS, "funnel", str(folder), n], caches / n, given.runs) for n in FUNNELS}
        ours = _rounds([*OURS, "single", str(first)], caches / "ours", given.runs)
        theirs = _rounds([*THEIRS_RUN, "plan", str(first)], caches / "theirs", given.runs)
        values = [_true_values(first, 1, ours[-1], theirs[-1])]
        for seed in plan_problem.seeds(given.worlds)[1:]:
            place = folder / f"world{seed}"
            values.append(
                _true_values(place, seed, _run([*OURS, "single", str(place)]), _run([*THEIRS_RUN, "once", str(place)]))
            )
    text = [
        "# Speed of a joint plan",
        (__doc__ or "").split("Run:")[0].strip(),
        "## Funnel: seconds (of processors)",
        _told(_funnel_table(funnels)),
        "Where it goes, retailer, again:",
        _told(_parts_table(funnels["retailer"])),
        "## One outcome, beside PyMC-Marketing",
        _told(_beside(ours, theirs)),
        *_ratios(ours, theirs),
        DONE_IN_THAT_TIME.strip(),
        "## Both plans in the simulated worlds",
        "Money beyond today's plan at the same total, by world; the oracle knows the world and keeps the same bounds.",
        _told(pd.concat(values)),
        *_remarks(fits, theirs),
        _made(ours[-1], theirs[-1], load),
    ]
    RESULT.write_text("\n\n".join(text) + "\n")
    print(RESULT.read_text())


def _fits(folder: Path, worlds: int) -> dict[str, Any]:
    """Return how well the fits of both packages sampled, making them where they are not there."""
    kept = folder / "fits.json"
    if not kept.exists():
        report = {"ours": _run([*OURS, "fit", str(folder), str(worlds)])}
        names = [f"world{seed}" for seed in plan_problem.seeds(worlds)]
        report["theirs"] = {n: _run([*THEIRS_RUN, "fit", str(folder / n)]) for n in names}
        kept.write_text(json.dumps(report))
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def _rounds(command: list[str], caches: Path, runs: int) -> list[dict[str, Any]]:
    """Return the reports of one process with empty caches and of others after it."""
    environment = {"NUMBA_CACHE_DIR": str(caches / "numba"), "PYTENSOR_FLAGS": f"base_compiledir={caches / 'pytensor'}"}
    return [_run(command, environment) for _ in range(1 + runs)]


def _run(command: list[str], environment: dict[str, str] | None = None) -> dict[str, Any]:
    done = subprocess.run(
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, text=True, check=True
    )
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    print(" ".join(command[-3:]), json.dumps(report)[:300], flush=True)
    return report


def _fastest(reports: list[dict[str, Any]], *place: str) -> float:
    values = []
    for report in reports:
        found: Any = report
        for key in place:
            found = found[key]
        values.append(found)
    return float(min(values))


def _funnel_table(funnels: dict[str, list[dict[str, Any]]]) -> pd.DataFrame:
    rows = []
    for name, (cold, *fresh) in funnels.items():
        for question in cold["questions"]:
            place = ("questions", question)
            rows.append(
                {
                    "world": name.replace("_", " "),
                    "question": question,
                    "cold": _pair([cold], *place, "first"),
                    "fresh": _pair(fresh, *place, "first"),
                    "again": _pair(fresh, *place, "again"),
                    "target": f"< {TARGETS[question]:g}" if question in TARGETS else "",
                }
            )
    return pd.DataFrame(rows)


def _parts_table(reports: list[dict[str, Any]]) -> pd.DataFrame:
    asked = list(TARGETS)
    rows = [
        {"part": part} | {q: _pair(reports[1:], "questions", q, "parts", part) for q in asked}
        for part in reports[0]["questions"][asked[0]]["parts"]
    ]
    return pd.DataFrame(rows)


def _pair(reports: list[dict[str, Any]], *place: str) -> str:
    return f"{_fastest(reports, *place, 'seconds'):.2f} ({_fastest(reports, *place, 'cpu_seconds'):.2f})"


def _beside(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> pd.DataFrame:
    rows = []
    for label, (cold, *fresh) in (("omnimix", ours), ("PyMC-Marketing", theirs)):
        for state, reports, turn in (("cold", [cold], "first"), ("fresh", fresh, "first"), ("again", fresh, "again")):
            row = {"package": label, "state": state, "seconds": _fastest(reports, turn, "seconds")}
            row["processor seconds"] = _fastest(reports, turn, "cpu_seconds")
            for key in ("compile_seconds", "solve_seconds", "with_gain_seconds"):
                known = key in reports[0][turn]
                row[key.replace("_", " ")] = _fastest(reports, turn, key) if known else ""
            rows.append(row | {"before (import, load)": _fastest(reports, "before_seconds")})
    return pd.DataFrame(rows)


def _ratios(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> list[str]:
    lines = []
    for state, chosen, turn in (
        ("cold", slice(0, 1), "first"),
        ("fresh", slice(1, None), "first"),
        ("again", slice(1, None), "again"),
    ):
        mine, other = _fastest(ours[chosen], turn, "seconds"), _fastest(theirs[chosen], turn, "seconds")
        told = _fastest(theirs[chosen], turn, "with_gain_seconds")
        lines.append(
            f"- {state}: omnimix takes {mine / other:.2f} of PyMC-Marketing's time, {mine / told:.2f} of it with gain."
        )
    return ["\n".join(lines)]


def _true_values(folder: Path, seed: int, ours: dict[str, Any], theirs: dict[str, Any]) -> pd.DataFrame:
    """Return what every plan truly brings beyond today's, beside what each package says of its own."""
    truth = plan_problem.single_world(seed).truth
    today, mine = (pd.read_csv(folder / f"{name}.csv", index_col=0, parse_dates=[0]) for name in ("today", "ours"))
    bounds = pd.read_csv(folder / "bounds.csv", index_col=0)
    total = float(today.to_numpy().sum())
    plans = {
        "omnimix": mine,
        "PyMC-Marketing": today / today.sum() * pd.Series(theirs["again"]["plan"]),
        "oracle": truth.best_plan(today, total, lower=bounds.iloc[:, 0], upper=bounds.iloc[:, 1]),
    }
    stated = {"omnimix": ours, "PyMC-Marketing": theirs["again"]}
    worth = truth.plan_value(today).value
    gains = {name: truth.plan_value(plan).value - worth for name, plan in plans.items()}
    rows = []
    for name, plan in plans.items():
        said = stated.get(name, {})
        row = {"world": seed, "plan": name, "true gain": gains[name], "of the oracle's": gains[name] / gains["oracle"]}
        row |= {"stated gain": said.get("gain_mean", ""), "corrected": said.get("corrected", "")}
        rows.append(row | {"P(gain > 0)": said.get("probability_positive", "")} | plan.sum().to_dict())
    return pd.DataFrame(rows)


def _remarks(fits: dict[str, Any], theirs: list[dict[str, Any]]) -> list[str]:
    mine, other, last = fits["ours"]["world1"], fits["theirs"]["world1"], theirs[-1]["again"]
    stopped = [r["as_it_comes"]["stopped"] for r in theirs if "stopped" in r["as_it_comes"]]
    went = [r["as_it_comes"]["seconds"] for r in theirs if "seconds" in r["as_it_comes"]]
    lines = [
        f"- Fits of world 1: largest R-hat {mine['rhat_max']:.3f} and {mine['divergences']} divergences (omnimix), "
        f"{other['rhat_max']:.3f} and {other['divergences']} (PyMC-Marketing), 4 x (500 + 500) draws each.",
        f"- PyMC-Marketing looks at objective and gradient {last['evaluations']} times, "
        f"{_fastest(theirs, 'again', 'milliseconds_an_evaluation'):.1f} ms each.",
        f"- Without bounds and pattern, as it comes, PyMC-Marketing gave a plan in {len(went)} of {len(theirs)} processes"
        + (f", the fastest in {min(went):.2f} s" if went else "")
        + (f'; else "{stopped[0]}".' if stopped else "."),
    ]
    return ["\n".join(lines)]


def _made(ours: dict[str, Any], theirs: dict[str, Any], load: float) -> str:
    machine = f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    lines = [f"Made {datetime.date.today().isoformat()} on {machine}; load average at the start {load:.1f}.", ""]
    for label, report in (("omnimix", ours), ("PyMC-Marketing", theirs)):
        versions = ", ".join(f"{k} {v}" for k, v in report["versions"].items())
        lines.append(f"- {label}: {versions}; peak memory {report['peak_memory_mb']:,.0f} MB")
    lines += ["", "Command: `uv run python benchmarks/speed/budget.py`"]
    return "\n".join(lines)


def _told(table: pd.DataFrame) -> str:
    return markdown(table, lambda v: f"{v:,.3g}" if abs(v) < 1000 else f"{v:,.0f}")


if __name__ == "__main__":
    main()
