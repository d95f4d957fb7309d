"""Writing that is stopped: a kill at any moment, a disk without room, a folder that is closed."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import omnimix as om
from benchmarks.robustness.trial import Trial
from omnimix.errors import StoreError

NAMES = ("posterior.nc", "plan.xlsx", "report.html", "results.json")
KILLED, LIMITED, FULL = "killed", "a limit on the size of files", "a full disk"
DISK = "24m"  # of the small disk, where one may be mounted; its last 8 kB are left free
WRITES = """
import pickle, resource, shutil, sys
import omnimix as om
from pathlib import Path
from omnimix.rows.json_file import write_json
posterior, plan, page, payload = pickle.loads(Path(sys.argv[1]).read_bytes())
target, kind, most = Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
write = {
    ".nc": lambda: posterior.save(target), ".xlsx": lambda: plan.to_excel(target),
    ".html": lambda: page.write(target), ".json": lambda: write_json(payload, target),
}[target.suffix]
write()
print("ready", flush=True)
if kind == "killed":
    while True:
        write()
if kind == "a full disk":
    target.with_name("filler").write_bytes(bytes(max(0, shutil.disk_usage(target.parent).free - 8192)))
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    write()
except om.OmnimixError as problem:
    print(problem, flush=True)
"""


def trials(generator: np.random.Generator, folder: Path, things: tuple[object, ...]) -> Iterator[Trial]:
    """Give stopped writers without end."""
    held = folder / "things.pickle"
    held.write_bytes(pickle.dumps(things))
    while True:
        name = NAMES[int(generator.integers(len(NAMES)))]
        place = folder / "written"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        kind = str(generator.choice([KILLED, KILLED, LIMITED, FULL]))
        if kind == FULL and not _mounted(place):
            kind = LIMITED
        moment, most = float(generator.uniform(0.0, 0.4)), int(generator.integers(1, 9000))
        yield Trial(f"writing {name}", kind, plain=True, read=_stopped(held, place / name, kind, moment, most))


def _mounted(place: Path) -> bool:
    """Lay a small disk under a folder, where that is allowed."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)], capture_output=True, check=False
    )
    return done.returncode == 0


def _stopped(held: Path, target: Path, kind: str, moment: float, most: int) -> Callable[[], str]:
    def read() -> str:
        command = [sys.executable, "-c", WRITES, str(held), str(target), kind, str(most)]
        errors = held.with_name("errors.txt")
        try:
            with errors.open("w") as stderr:
                writer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
            assert writer.stdout is not None
            ready = writer.stdout.readline()
            if kind == KILLED:
                time.sleep(moment)
                writer.send_signal(signal.SIGKILL)
            said, code = writer.stdout.read(), writer.wait(timeout=120)
            wrong = errors.read_text()[-300:]
            if ready != "ready\n":
                return f"the first writing failed: {wrong}"
            if kind != KILLED and code != 0:
                return f"the process ended with {code}: {wrong}"
            if kind != KILLED and "cannot be written" not in said:
                return f"nothing was said of the full disk: {said!r}"
            return _broken(target)
        finally:
            if kind == FULL:
                subprocess.run(["umount", str(target.parent)], check=False, capture_output=True)

    return read


def _broken(target: Path) -> str:
    """Return how a written file is not whole."""
    try:
        if target.suffix == ".nc":
            om.load(target)
        elif target.suffix == ".xlsx":
            om.read_plan(target)
        elif target.suffix == ".html":
            return "" if target.read_text(encoding="utf-8").rstrip().endswith("</html>") else "a page without its end"
        else:
            import json

            json.loads(target.read_text(encoding="utf-8"))
    except (StoreError, om.DataError, ValueError) as problem:
        return f"the old file is gone: {problem}"
    return ""
