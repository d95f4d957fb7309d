"""omnimix beside PyMC-Marketing and Meridian on worlds whose truth is known, each in an environment of its own.

All packages get the same weeks. Where a world has stages and several outcomes, the others get all channels and the money of
all outcomes together, as their users would, and omnimix the funnel. Scored is what every channel brought within the data window.
PyMC-Marketing and Meridian are fitted twice: as they come, and as their documentation advises.

Run: ``uv run python -m benchmarks.lab --data ../shared/data --seeds 3``. Interrupt and run again: finished fits are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.accuracy.study import Study
from benchmarks.lab import run_omnimix
from benchmarks.lab.worlds import LabWorld, worlds
from omnimix.labels import ALL_MEDIA, CHANNEL, DRAW
from omnimix.truth import money_weighted, score

HERE = Path(__file__).parent
# Named versions: a page that compares says with what. Meridian asks for Python 3.12.
ENVIRONMENTS = {
    "PyMC-Marketing": ("run_pymc_marketing.py", ["--with", "pymc-marketing==1.3.0", "--with", "nutpie"]),
    "Meridian": ("run_meridian.py", ["--python", "3.12", "--with", "google-meridian==2.1.0"]),
}
OURS = "omnimix"
PRACTICES = ("default", "advised")
type Fit = tuple[np.ndarray, dict[str, Any]]


def main() -> None:
    """Fit every world by every package and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data")
    parser.add_argument("--seeds", type=int, default=3, help="worlds of every kind of our own")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--packages", nargs="*", default=[OURS, *ENVIRONMENTS])
    parser.add_argument("--practices", nargs="*", default=list(PRACTICES), help="how the other packages are fitted")
    parser.add_argument("--keep", action="store_true", help="take up fits whatever sources made them")
    given = parser.parse_args()
    made = {w.name: w for w in worlds(given.data, given.seeds)}
    study = Study("lab", {"draws": 1000, "tune": 1000, "chains": 4}, keep=given.keep)
    ways = [f"{p}, {how}" for how in given.practices for p in given.packages if p != OURS]
    keys = [f"{name}@{way}" for way in [OURS] * (OURS in given.packages) + ways for name in made]
    cells = study.run(keys, lambda key: _cell(made[key.split("@")[0]], key.split("@")[1], given.cores))
    rows = pd.DataFrame([row for c in cells for row in c["rows"]])
    fits = pd.DataFrame([{k: v for k, v in c.items() if k not in ("rows", "key", "digest")} for c in cells])
    tables = {
        "Worlds made by others": _table(rows[rows.made_by == "others"], fits),
        "Worlds simulated by omnimix": _table(rows[rows.made_by != "others"], fits),
        "Where omnimix is further from the truth than another": _losses(rows),
        "By world: CRPS over truth, money-weighted": _by_world(rows),
        "Fits": fits,
    }
    about = (__doc__ or "").split("Run:", maxsplit=1)[0].split("\n", 2)[2].strip()
    study.write({"rows": rows.to_dict("records"), "fits": fits.to_dict("records")}, f"# The lab\n\n{about}", tables)


def _cell(world: LabWorld, way: str, cores: int) -> dict[str, Any]:
    package, _, practice = way.partition(", ")
    about = {"world": world.name, "made_by": world.made_by, "package": way}
    try:
        draws, report = run_omnimix.run(world, cores) if package == OURS else _other(world, package, practice)
    except subprocess.CalledProcessError as error:
        return {**about, "rows": [], "failed": (error.stderr or "").strip().splitlines()[-1:]}
    names = [c.name for c in world.channels]
    values = np.column_stack([draws, draws.sum(axis=1)])
    found = xr.DataArray(values, dims=(DRAW, CHANNEL), coords={CHANNEL: [*names, ALL_MEDIA]})
    truth = pd.Series({n: world.truth[n] for n in names})
    truth[ALL_MEDIA] = truth.sum()
    scores = score(found, truth).table().to_dict("records")
    return {**about, **report, "rows": [{**about, **row} for row in scores]}


def _other(world: LabWorld, package: str, practice: str) -> Fit:
    """Fit a world in the environment of another package."""
    script, environment = ENVIRONMENTS[package]
    with tempfile.TemporaryDirectory() as folder:
        table, job, out = (Path(folder) / n for n in ("weeks.csv", "job.json", "draws.npz"))
        world.frame.to_csv(table, index=False)
        channels = [{"name": c.name, "spend": c.spend_column, "exposure": c.exposure_column} for c in world.channels]
        asked = {"table": str(table), "outcome": world.outcome, "channels": channels, "money": world.money}
        job.write_text(json.dumps({**asked, "controls": list(world.controls), "practice": practice}))
        command = ["uv", "run", "-q", "--isolated", "--no-project", *environment, "python", str(HERE / script)]
        apart = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
        subprocess.run([*command, str(job), str(out)], env=apart, check=True, capture_output=True, text=True)
        with np.load(out) as file:
            return file["draws"], json.loads(str(file["report"]))


def _table(rows: pd.DataFrame, fits: pd.DataFrame) -> pd.DataFrame:
    made = []
    for package, part in rows.groupby("package", sort=False):
        single, total = part[part.channel != ALL_MEDIA], part[part.channel == ALL_MEDIA]
        real = single[single.truth > 0]
        of = fits[(fits.package == package) & fits.world.isin(part.world)]
        weighted = pd.DataFrame([money_weighted(w) for _, w in single.groupby("world")]).mean()
        made.append(
            {
                "package": package,
                "worlds": part.world.nunique(),
                "covered": single.covered.mean(),
                "median_abs_error": real.relative_error.abs().median(),
                "crps_over_truth": real.crps.mean(),
                **weighted.to_dict(),
                "all_media_error": total.relative_error.abs().median(),
                "all_media_covered": total.covered.mean(),
                "rhat_above_1.02": (of.rhat > 1.02).mean(),
                "seconds": of.seconds.median(),
            }
        )
    return pd.DataFrame(made)


def _money_crps(rows: pd.DataFrame) -> pd.DataFrame:
    """Return CRPS over truth, weighted by money, worlds down and packages across."""
    single = rows[rows.channel != ALL_MEDIA]
    made = [
        {"world": world, "package": package, "crps": money_weighted(part)["money_weighted_crps"]}
        for (world, package), part in single.groupby(["world", "package"], sort=False)
    ]
    return pd.DataFrame(made).pivot_table(index="world", columns="package", values="crps", sort=False)


def _by_world(rows: pd.DataFrame) -> pd.DataFrame:
    return _money_crps(rows).rename_axis("world").reset_index()


def _losses(rows: pd.DataFrame) -> pd.DataFrame:
    """List the worlds in which another package's distribution lies nearer to the truth, the largest loss first."""
    wide = _money_crps(rows)
    others = wide.drop(columns=OURS)
    lost = pd.DataFrame({"omnimix": wide[OURS], "nearest": others.min(axis=1), "package": others.idxmin(axis=1)})
    lost["times"] = lost.omnimix / lost.nearest
    return lost[lost.times > 1].sort_values("times", ascending=False).rename_axis("world").reset_index()


if __name__ == "__main__":
    sys.exit(main())
