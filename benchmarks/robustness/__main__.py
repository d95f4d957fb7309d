"""Try hostile inputs at every door and count what becomes of them.

``python -m benchmarks.robustness --cases 10000`` writes ``benchmarks/results/robustness.md``. The goal is no foreign
exception and no silent change; the same seed makes the same inputs.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

import omnimix as om
from benchmarks.robustness import campaigns, faults, posteriors, projects, weekly, workbooks
from benchmarks.robustness.trial import OUTCOMES, Result, judged
from omnimix.progress import bar

RESULTS = Path(__file__).parent.parent / "results" / "robustness.md"
SHARES = {"weekly": 0.37, "faults": 0.01, "campaigns": 0.2, "projects": 0.2, "posteriors": 0.2, "workbooks": 0.02}

type Things = tuple[om.Posterior, object, object, dict[str, object]]


def made(draws: int = 40) -> Things:
    """Fit a small world and work out what is written of it: a posterior, a plan, a page and figures."""
    world = om.simulate(seed=3, weeks=104, channels=["tv", "search"])
    posterior = om.fit(world.funnel, world.panel, seed=1, draws=draws, tune=200, chains=2, progress=False)
    outlook = om.Outlook(draws=20)
    plan = om.optimize_budget(posterior, weeks=8, outlook=outlook, progress=False, allow_unconverged=True)
    page = om.report(posterior, plan=plan, progress=False)
    return posterior, plan, page, {"weeks": list(range(20_000))}


def results(door: str, cases: int, seed: int, things: Things) -> list[Result]:
    """Try the cases of one door; the same seed makes the same ones."""
    generator = np.random.default_rng([seed, list(SHARES).index(door)])
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        stream = {
            "weekly": lambda: weekly.trials(generator, place),
            "campaigns": lambda: campaigns.trials(generator, place),
            "projects": lambda: projects.trials(generator, place),
            "posteriors": lambda: posteriors.trials(generator, place, things[0]),
            "workbooks": lambda: workbooks.trials(generator, place, things[1]),
            "faults": lambda: faults.trials(generator, place, things),
        }[door]()
        return [judged(trial) for trial in itertools.islice(stream, cases)]


def table(found: list[Result]) -> str:
    """Return one row a door and one a kind that went wrong, as Markdown."""
    doors = list(dict.fromkeys(r.door for r in found))
    lines = ["| door | tried | " + " | ".join(OUTCOMES) + " |", "|---|" + "--:|" * (1 + len(OUTCOMES))]
    for door in [*doors, "all"]:
        of = [r for r in found if door in (r.door, "all")]
        count = Counter(r.outcome for r in of)
        lines.append(f"| {door} | {len(of):,} | " + " | ".join(f"{count[o]:,}" for o in OUTCOMES) + " |")
    return "\n".join(lines)


def wrong(found: list[Result]) -> str:
    """Return what went wrong by door and kind, with an example of each."""
    bad = [r for r in found if r.outcome not in ("right", "refused")]
    if not bad:
        return "Nothing went wrong."
    count = Counter((r.outcome, r.door, r.kind) for r in bad)
    told = {(r.outcome, r.door, r.kind): r.told for r in bad}
    lines = ["| outcome | door | kind | times | an example |", "|---|---|---|--:|---|"]
    for key, times in sorted(count.items()):
        lines.append(f"| {' | '.join(key)} | {times} | {told[key][:200].replace('|', '/')} |")
    return "\n".join(lines)


def main() -> None:
    """Try, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=list(SHARES), help="one door alone; the table is printed and not kept")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    things, doors = made(), [given.only] if given.only else list(SHARES)
    with (
        ProcessPoolExecutor(given.processes) as pool,
        bar("Trying hostile inputs, door by door", len(doors), True) as step,
    ):
        tried = [pool.submit(results, d, round(given.cases * SHARES[d]), given.seed, things) for d in doors]
        for one in as_completed(tried):
            one.result()
            if step is not None:
                step()
    found = [result for one in tried for result in one.result()]
    text = (
        f"# Hostile inputs at every door\n\n`python -m benchmarks.robustness --cases {given.cases} --seed {given.seed}`"
        f" on Python {platform.python_version()}, {platform.machine()}, omnimix {om.__version__}.\n\n"
        "*right*: read as it was meant, or told where not. *refused*: an error of the package with its reason. *refused "
        "though plain*: a form that people use was refused or asked about. *foreign*: any other exception. *silent*: "
        f"other figures than were written, without a word. *slow*: more than 20 s.\n\n{table(found)}\n\n"
        f"## What went wrong\n\n{wrong(found)}\n"
    )
    print(text)
    if given.only is None:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
