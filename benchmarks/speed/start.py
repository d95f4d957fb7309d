"""What does a person wait for before the first table? Whole processes beside the import of PyMC and ArviZ, in one run.

One outcome: 156 weeks x 6 channels, two controls, default curves, 4 x (1000 + 1000) draws, from the import to the table of
ROAS. Three nodes: the simulated retailer, likewise. Cold: no machine code on disk yet. Warm: the run before left its. Runs
of all kinds alternate, so that a busy moment of the machine hits all; medians of wall time and of processor time
(user and system, all cores).

Python's bytecode: kept on disk, as in every ordinary installation, or compiled in every process, as where the
environment says PYTHONDONTWRITEBYTECODE or the installation can not be written. It decides most of what an import takes, so
every ratio is to the import of PyMC and ArviZ with the same bytecode.

Run: ``uv run python benchmarks/speed/start.py``; writes benchmarks/results/start.md. ``--demo`` runs the demo too, twice.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import weekly

RESULT = Path(__file__).parents[1] / "results" / "start.md"
PYTHON, OMNIMIX = sys.executable, str(Path(sys.executable).parent / "omnimix")
BASELINE = 'python -c "import pymc, arviz"'
ONE_OUTCOME = """
import omnimix as om
panel = om.read_panel({table!r})
channels = [c for c in panel.columns if c.startswith("c")]
funnel = om.Funnel(channels=channels, outcomes=["sales"], controls=["price", "promo"])
posterior = om.fit(funnel, panel, seed=1, progress=False)
print(om.roas(posterior, allow_unconverged=True).table())
"""
THREE_NODES = """
import omnimix as om
world = om.simulate("retailer", seed=1)
posterior = om.fit(world.funnel, world.panel, seed=1, progress=False)
print(om.roas(posterior, allow_unconverged=True).table())
"""


@dataclass(frozen=True)
class Kind:
    """One kind of process: its command, made anew for every run, whether it starts cold, and what is aimed at."""

    label: str
    command: Callable[[Path], list[str]]
    cold: bool = False
    ratio: float | None = None  # at most, of the wall time of the baseline
    seconds: float | None = None  # at most, of wall time


@dataclass(frozen=True)
class Taken:
    """Seconds of one process."""

    wall: float
    processor: float


def main() -> None:
    """Run everything and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="timed warm runs of each kind")
    parser.add_argument("--cold-runs", type=int, default=2, help="timed cold runs of each kind; 0 leaves them out")
    parser.add_argument("--demo", action="store_true", help="run `omnimix demo` too, a first and a second time")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rows = _all(Path(folder), given.runs, given.cold_runs)
        if given.demo:
            rows += _demo(Path(folder))
    machine = f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    text = ["# Start", (__doc__ or "").split("Run:")[0].strip(), "\n".join([*HEAD, *rows])]
    text.append(
        f"{given.runs} warm and {given.cold_runs} cold runs on {machine}, {datetime.date.today()}; load before: {load:.1f}."
    )
    RESULT.write_text("\n\n".join(text) + "\n")
    print("\n\n".join(text))


HEAD = (
    "| process | bytecode | wall s | processor s | wall / import | processor / import | at most |",
    "|---|---|---|---|---|---|---|",
)


def _all(folder: Path, runs: int, cold_runs: int) -> list[str]:
    """Time all kinds with and without bytecode on disk; cold ones with it only."""
    table = folder / "weekly.csv"
    weekly.table().to_csv(table)
    one = [PYTHON, "-c", ONE_OUTCOME.format(table=str(table))]
    three = [PYTHON, "-c", THREE_NODES]
    project = folder / "project"
    warm = [
        Kind(BASELINE, lambda _: [PYTHON, "-c", "import pymc, arviz"]),
        Kind("one outcome, warm", lambda _: one, ratio=0.8),
        Kind("omnimix --help", lambda _: [OMNIMIX, "--help"], seconds=1.5),
        Kind("omnimix init", lambda fresh: [OMNIMIX, "init", str(fresh)], seconds=1.5),
        Kind("omnimix check", lambda _: [OMNIMIX, "check", str(project / "omnimix.toml")], seconds=1.5),
    ]
    cold = [
        Kind("one outcome, cold", lambda _: one, cold=True, ratio=2.6),
        Kind("three nodes, cold", lambda _: three, cold=True, seconds=30.0),
    ]
    _once(Kind("", lambda _: [OMNIMIX, "init", str(project)]), folder, kept=True)
    rows = []
    for kept, kinds in ((True, [*warm, *(cold if cold_runs else [])]), (False, warm)):
        for kind in warm:
            _once(kind, folder, kept=kept)  # leaves its caches; not timed
        taken: dict[str, list[Taken]] = {}
        for turn in range(max(runs, cold_runs)):
            for kind in (k for k in kinds if turn < (cold_runs if k.cold else runs)):
                taken.setdefault(kind.label, []).append(_once(kind, folder, kept=kept))
                print(f"{turn} {kind.label}: {taken[kind.label][-1]}", flush=True)
        rows += _rows(kinds, taken, kept=kept)
    return rows


def _once(kind: Kind, folder: Path, *, kept: bool) -> Taken:
    """Run one process with the caches of this benchmark alone."""
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["NUMBA_CACHE_DIR"] = str(Path(fresh) / "numba" if kind.cold else folder / "numba")
        environment |= {"PYTHONPYCACHEPREFIX": str(folder / "bytecode" if kept else Path(fresh) / "bytecode")}
        environment |= {} if kept else {"PYTHONDONTWRITEBYTECODE": "1"}
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(kind.command(Path(fresh) / "project"), env=environment, capture_output=True, check=True)
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _rows(kinds: list[Kind], taken: dict[str, list[Taken]], *, kept: bool) -> list[str]:
    wall = {k: statistics.median(t.wall for t in v) for k, v in taken.items()}
    processor = {k: statistics.median(t.processor for t in v) for k, v in taken.items()}
    rows = []
    for kind in kinds:
        aim = f"{kind.ratio} of the import's wall time" if kind.ratio else f"{kind.seconds} s" if kind.seconds else ""
        cells = (kind.label, "kept" if kept else "not kept", f"{wall[kind.label]:.2f}", f"{processor[kind.label]:.2f}")
        ratios = (f"{seen[kind.label] / seen[BASELINE]:.2f}" for seen in (wall, processor))
        rows.append("| " + " | ".join((*cells, *ratios, aim)) + " |")
    return rows


def _demo(folder: Path) -> list[str]:
    """Run the demo with no machine code on disk, and once more with what that left."""
    own = folder / "demo"
    own.mkdir()
    rows = []
    for turn, most in (("first", 75.0), ("second", 45.0)):
        out = own / turn
        seen = _once(Kind("demo", lambda _, out=out: [OMNIMIX, "demo", "--out", str(out)]), own, kept=True)
        rows.append(f"| omnimix demo, {turn} | kept | {seen.wall:.1f} | {seen.processor:.1f} | | | {most} s |")
    return rows


if __name__ == "__main__":
    main()
