"""Is a figure that is wrong by more than its interval ever wrong in silence?

Worlds that the default model cannot represent, with the finding that each must raise, and worlds that it can, in which
none of these findings may be raised. ``--door`` asks only what least squares see before a fit, over many worlds: false
alarms and power of the thresholds. Without it every world is fitted, and what is wrong is counted with what was said.
A finding that must be raised may not be there for a kind: a slow tail is not to be seen in such tables.

Run: ``python -m benchmarks.accuracy.silent_failures [--door] [--seeds N]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import pandas as pd

from benchmarks.accuracy.silent_worlds import KINDS, World, world
from benchmarks.accuracy.study import ROOMS, Study
from omnimix.associations import check_associations
from omnimix.checks import check
from omnimix.data import Panel
from omnimix.effects import roas
from omnimix.model import fit
from omnimix.spec import Funnel

FINDINGS = ("wrong_sign", "late_or_negative", "bent_response", "media_follow_level")
BROAD = ("residuals_follow", "negative_baseline", "not_converged", "chains_apart", "predictive_fit")
SETTINGS = {"draws": 500, "tune": 500, "chains": 4}


def main() -> None:
    """Run the door, or the fits, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--door", action="store_true")
    parser.add_argument("--seeds", type=int)
    given = parser.parse_args()
    seeds = given.seeds or (100 if given.door else 1)
    cells = [f"{kind}/{seed}" for kind in KINDS for seed in range(seeds)]
    study = Study(
        "silent_failures_door" if given.door else "silent_failures",
        {"seeds": seeds, **SETTINGS},
        rooms=(*ROOMS, "associations", "checks"),
    )
    found = pd.DataFrame(study.run(cells, at_the_door if given.door else fitted))
    table = summary(found)
    text = (
        "Share of worlds in which each finding was raised; `must raise` names the one that belongs to the kind."
        if given.door
        else "`all media wrong`, `channels wrong`: share of truths outside the 90 % interval; then who raised what."
    )
    study.write({"rows": found.to_dict("records")}, text, {"By kind of world": table})


def asked(made: World) -> tuple[Funnel, Panel]:
    """Return the funnel and the panel of a world."""
    return Funnel(channels=list(made.channels), outcomes=["sales"], controls=["price"]), Panel(made.frame)


def at_the_door(cell: str) -> dict[str, Any]:
    """Return which findings least squares raise of a world."""
    kind, seed = cell.split("/")
    names = {f.name for f in check_associations(*asked(world(kind, int(seed))))}
    return {"kind": kind, "seed": int(seed), **{name: name in names for name in FINDINGS}}


def fitted(cell: str) -> dict[str, Any]:
    """Return what a fit of a world gets wrong and which findings it raises."""
    kind, seed = cell.split("/")
    made = world(kind, int(seed))
    funnel, panel = asked(made)
    posterior = fit(funnel, panel, seed=int(seed), progress=False, **SETTINGS)
    table = roas(posterior, allow_unconverged=True).table().set_index("channel")
    wrong = {c: not _inside(table.loc[c].to_dict(), true) for c, true in made.roas.items()}
    names = {f.name for f in check(posterior).findings}
    all_media = wrong.pop("all_media")
    figures = {"all media wrong": all_media, "channels wrong": sum(wrong.values()) / len(wrong)}
    return {"kind": kind, "seed": int(seed), **figures, **{name: name in names for name in (*FINDINGS, *BROAD)}}


def _inside(row: Mapping[Any, Any], true: float) -> bool:
    return bool(row["lower"] <= true <= row["upper"])


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row a kind: the finding that belongs to it, how many worlds, and shares of all else."""
    shares = found.drop(columns=["key", "seed"]).groupby("kind", sort=False).mean().astype(float).round(3)
    shares.insert(0, "must raise", [KINDS[kind].finding or "none" for kind in shares.index])
    shares.insert(1, "worlds", found.groupby("kind", sort=False).size())
    return shares.reset_index()


if __name__ == "__main__":
    main()
