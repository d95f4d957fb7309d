"""Refits and bridges on worlds whose truth is known: python -m benchmarks.accuracy.steady_worlds --worlds 20

A *stationary* world is one of :func:`omnimix.simulate`: three channels, 117 weeks that are fitted, 13 that come. In a
*halved* one the effect of the first channel is half of what it was in the last 26 weeks. Every world is fitted, refitted
as weeks come, and for 13 weeks sampled from the start as well, for the time and the figures of that.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

import omnimix as om
from benchmarks.accuracy.study import Study

ROOMS = ("curves", "spec", "mechanics", "model", "truth", "refits", "promises")
SETTINGS = {"weeks": 117, "added": [4, 13], "halved": 26, "draws": 400, "tune": 400, "chains": 2, "channels": 3}
NAMES = ("tv", "radio", "search")
LARGE = 2.0


def cell(key: str) -> dict[str, Any]:
    """Return what one world shows."""
    kind, seed = key.split("-")
    return {"kind": kind, **{"stationary": stationary, "halved": halved, "bridge": bridge}[kind](int(seed))}


def stationary(seed: int) -> dict[str, Any]:
    """Fit, refit with 4 and 13 weeks, and fit the longer table from the start."""
    weeks, longest = SETTINGS["weeks"], max(SETTINGS["added"])
    world = om.simulate(channels=NAMES, weeks=weeks + longest, seed=seed)
    old, seconds = _fitted(world.funnel, world.panel, weeks, seed)
    told: dict[str, Any] = {"converged": old.run.diagnostics.usable, "fit_seconds": seconds}
    before = om.optimize_budget(old, 1.0 * _spent(old), weeks=13, outlook=om.Outlook(draws=150), **QUIET)
    for added in SETTINGS["added"]:
        panel = world.panel.with_frame(world.panel.frame.iloc[: weeks + added])
        began = time.perf_counter()
        new = om.refit(old, panel, seed=seed + 1, progress=False)
        spent = time.perf_counter() - began
        plan = om.optimize_budget(new, before.total, weeks=13, outlook=om.Outlook(draws=150), **QUIET)
        told[f"added_{added}"] = {
            "method": new.refitted.method,
            "k_hat": new.refitted.k_hat,
            "effective_draws": new.refitted.effective_draws,
            "seconds": spent,
            "z": om.drift(old, new, allow_unconverged=True).table()["z"].tolist(),
            "pit": om.drift(old, new, allow_unconverged=True).totals["pit"].tolist(),
            "moves": _moves(old, new),
            "plan": 0.5 * float((plan.spend.sum() / plan.total - before.spend.sum() / before.total).abs().sum()),
        }
    fresh, seconds = _fitted(world.funnel, world.panel, weeks + longest, seed + 2)
    began = time.perf_counter()
    sampled = om.refit(old, world.panel, seed=seed + 3, progress=False, reweight=False)
    told["fresh_seconds"], told["sampled_seconds"] = seconds, time.perf_counter() - began
    told["sampled_usable"] = sampled.run.diagnostics.usable
    told["new_against_fresh"] = _moves(new, fresh)
    told["sampled_against_fresh"] = _moves(sampled, fresh)
    return told


def halved(seed: int) -> dict[str, Any]:
    """Halve the effect of the first channel in the last half-year, refit, and look whether drift is found."""
    weeks, added = SETTINGS["weeks"], SETTINGS["halved"]
    world = om.simulate(channels=NAMES, weeks=weeks + added, seed=seed)
    frame, outcome = world.panel.frame, world.funnel.outcomes[0].name
    lost = 0.5 * world.truth.contributions(outcome)[NAMES[0]].reindex(frame.index).to_numpy()
    frame.loc[frame.index[weeks:], outcome] -= lost[weeks:]
    panel = world.panel.with_frame(frame)
    old, _ = _fitted(world.funnel, panel, weeks, seed)
    told: dict[str, Any] = {"share": float(world.truth.contributions(outcome)[NAMES[0]].sum() / frame[outcome].sum())}
    for quarter in (13, 26):
        new = om.refit(old, panel.with_frame(panel.frame.iloc[: weeks + quarter]), seed=seed + 1, progress=False)
        found = om.drift(old, new, allow_unconverged=True)
        told[f"z_{quarter}"], told[f"alarms_{quarter}"] = found.table()["z"].tolist(), found.table()["alarm"].tolist()
        told[f"unlike_{quarter}"] = bool(found.totals["alarm"].any())
    return told


def bridge(seed: int) -> dict[str, Any]:
    """Promise what will really be spent, and look whether the difference is called what was to be expected."""
    weeks, longest = SETTINGS["weeks"], max(SETTINGS["added"])
    world = om.simulate(channels=NAMES, weeks=weeks + longest, seed=10_000 + seed)
    old, _ = _fitted(world.funnel, world.panel, weeks, seed)
    spend = world.panel.frame[list(NAMES)].iloc[weeks:]
    found = om.track(spend, old, world.panel, seed=seed, allow_unconverged=True)
    table = found.table()
    effects = table[table["cause"] == "effect"]
    return {
        "off": abs(float(table["part"].sum()) - (found.happened - found.promised)),
        "difference": (found.happened - found.promised) / found.promised,
        "within": found.within,
        "effects_within": effects["within"].astype(bool).tolist(),
        "parts": {str(k): float(v) / found.promised for k, v in found.by_cause.items()},
    }


QUIET = {"progress": False, "allow_unconverged": True}


def _fitted(funnel: om.Funnel, panel: om.Panel, weeks: int, seed: int) -> tuple[om.Posterior, float]:
    began = time.perf_counter()
    settings = {k: SETTINGS[k] for k in ("draws", "tune", "chains")}
    found = om.fit(funnel, panel.with_frame(panel.frame.iloc[:weeks]), seed=seed, progress=False, **settings)
    return replace(found), time.perf_counter() - began


def _spent(posterior: om.Posterior) -> float:
    return float(posterior.panel.frame[list(NAMES)].iloc[-52:].sum().sum()) / 4


def _moves(old: om.Posterior, new: om.Posterior) -> list[float]:
    """Return by how much median ROAS moved, in widths of the old 90 % interval."""
    one, other = (om.roas(p, allow_unconverged=True).table().set_index("channel").loc[list(NAMES)] for p in (old, new))
    return ((other["median"] - one["median"]) / (one["upper"] - one["lower"])).tolist()


def main() -> None:
    """Make the cells and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--halved", type=int, default=8)
    parser.add_argument("--bridges", type=int, default=50)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    study = Study("steady_worlds", SETTINGS, keep=given.keep, rooms=ROOMS)
    counts = {"bridge": given.bridges, "stationary": given.worlds, "halved": given.halved}
    cells = study.run([f"{kind}-{k}" for kind, count in counts.items() for k in range(count)], cell)
    still, less, bridges = ([c for c in cells if c["kind"] == k] for k in ("stationary", "halved", "bridge"))
    rows = pd.DataFrame([_summary(still, added) for added in SETTINGS["added"] if still])
    times = pd.DataFrame(
        {}
        if not still
        else {
            "fit from the start, s": [np.median([c["fresh_seconds"] for c in still])],
            "sampled refit, s": [np.median([c["sampled_seconds"] for c in still])],
            "ratio": [np.median([c["sampled_seconds"] / c["fresh_seconds"] for c in still])],
            "weighed refit of 4 weeks, s": [np.median([c["added_4"]["seconds"] for c in still])],
            "median |new - fresh|, interval widths": [np.median(np.abs([c["new_against_fresh"] for c in still]))],
        }
    )
    found = pd.DataFrame(
        [
            {
                "weeks": q,
                "worlds": len(less),
                "found": np.mean([c[f"alarms_{q}"][0] for c in less]) if less else np.nan,
                "others alarmed": np.mean([any(c[f"alarms_{q}"][1:]) for c in less]) if less else np.nan,
                "outcome unlike forecast": np.mean([c[f"unlike_{q}"] for c in less]) if less else np.nan,
            }
            for q in (13, 26)
        ]
    )
    held = pd.DataFrame(
        [
            {
                "worlds": len(bridges),
                "largest sum off, EUR": max(c["off"] for c in bridges),
                "noise called noise": np.mean([c["within"] for c in bridges]),
                "effects called steady": np.mean([w for c in bridges for w in c["effects_within"]]),
                "median difference": np.median(np.abs([c["difference"] for c in bridges])),
            }
        ]
    )
    text = "# Refits on worlds whose truth is known\n\n" + __doc__.split("\n\n")[1]
    study.write(
        {"cells": cells},
        text,
        {"Stationary worlds": rows, "Time": times, "An effect halved": found, "Promised and happened": held},
    )


def _summary(cells: list[dict[str, Any]], added: int) -> dict[str, Any]:
    parts = [c[f"added_{added}"] for c in cells]
    z, moves = np.concatenate([p["z"] for p in parts]), np.abs(np.concatenate([p["moves"] for p in parts]))
    return {
        "weeks added": added,
        "worlds": len(cells),
        "weighed": np.mean([p["method"] == "reweighted" for p in parts]),
        "mean z": z.mean(),
        "sd z": z.std(),
        "|z| above 2": np.mean(np.abs(z) > LARGE),
        "moves below .3 of the interval": np.mean(moves < 0.3),
        "median move": np.median(moves),
        "plan moved, median": np.median([p["plan"] for p in parts]),
        "plan moved below 10 %": np.mean([p["plan"] < 0.1 for p in parts]),
        "totals inside 90 %": np.mean([0.05 <= q <= 0.95 for p in parts for q in p["pit"]]),
    }


if __name__ == "__main__":
    main()
