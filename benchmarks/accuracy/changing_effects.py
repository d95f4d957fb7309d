"""Effects that change over time, and such as do not: python -m benchmarks.accuracy.changing_effects --worlds 12

156 weeks, four channels, one outcome, made by formulas that are not those of the package: three flighted channels and one
that always runs, geometric carryover, saturation by 1 - exp(-x), x / (1 + x), x^0.7 or none, a random walk, a season,
noise with some memory. *stationary*: effects never change. *halved*: that of the first channel is half of what it was
from a week between the 70th and the 95th on. *wandering*: those of all channels take a step of 15 % every quarter.
Every world is fitted with effects that may change by half-year and with effects that may not. For the finding in fits
without change, more worlds (``--found``) are fitted that way alone.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import pandas as pd

import omnimix as om
from benchmarks.accuracy.study import Study
from omnimix.checks.effects_change import effects_change_check
from omnimix.checks.score_of_change import changes

SETTINGS = {"weeks": 156, "draws": 500, "tune": 500, "chains": 2, "half_year": 26}
ROOMS = ("curves", "spec", "mechanics", "model", "checks")
NAMES = ("tv", "radio", "social", "search")
KINDS = ("stationary", "halved", "wandering")
LEVEL, MONEY = 1_000_000.0, (60_000.0, 35_000.0, 25_000.0, 30_000.0)
CURVES = (lambda x: 1 - np.exp(-x), lambda x: x / (1 + x), lambda x: np.sqrt(x) * x**0.2, lambda x: x)


def world(kind: str, seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return the table, true ROAS of the whole window and of the latest half-year, both with the weeks after."""
    generator = np.random.default_rng([seed, 65])
    weeks = SETTINGS["weeks"]
    index = pd.date_range("2022-01-03", periods=weeks, freq="7D", name="week")
    returns = 1.3 * np.exp(generator.normal(0, 0.4, 4))
    curves = [CURVES[k] for k in generator.integers(0, 4, 4)]
    retention, reach = generator.uniform(0.1, 0.7, 4), generator.uniform(0.4, 1.2, 4)
    spend = np.empty((4, weeks))
    for k, size in enumerate(MONEY):
        on = np.ones(weeks) if k == 3 else np.repeat(generator.random(weeks // 3 + 1) < 0.55, 3)[:weeks]
        spend[k] = size * on * np.exp(generator.normal(0, 0.35, weeks))
    level = np.ones((4, weeks + 52))
    if kind == "halved":
        level[0, generator.integers(70, 96) :] = 0.5
    elif kind == "wandering":
        steps = np.cumsum(generator.normal(0, 0.15, (4, weeks // 13 + 1)), axis=1)
        level[:, :weeks] = np.exp(np.repeat(steps, 13, axis=1)[:, :weeks])
        level[:, weeks:] = level[:, [weeks - 1]]

    def brings(k: int, money: np.ndarray, size: float) -> np.ndarray:
        kernel = (1 - retention[k]) * retention[k] ** np.arange(30)
        carried = np.convolve(np.concatenate([money, np.zeros(52)]), kernel)[: weeks + 52]
        return size * level[k] * curves[k](reach[k] * carried / MONEY[k])

    sizes = [r * s.sum() / brings(k, s, 1.0).sum() for k, (r, s) in enumerate(zip(returns, spend, strict=True))]
    media = np.array([brings(k, spend[k], sizes[k]) for k in range(4)])
    latest = np.empty(4)
    for k in range(4):
        silent = spend[k].copy()
        silent[-SETTINGS["half_year"] :] = 0.0
        latest[k] = (media[k] - brings(k, silent, sizes[k])).sum() / spend[k, -SETTINGS["half_year"] :].sum()
    shocks = generator.normal(0, 1.0, weeks)
    noise = np.array([shocks[t] + (0.3 * shocks[t - 1] if t else 0.0) for t in range(weeks)])
    around = 80_000 * np.sin(2 * np.pi * np.arange(weeks) / 52.18) + 9_000 * np.cumsum(generator.normal(0, 1.0, weeks))
    frame = pd.DataFrame(spend.T, index=index, columns=list(NAMES))
    return frame.assign(sales=LEVEL + around + media[:, :weeks].sum(axis=0) + 28_000 * noise), returns, latest


def cell(key: str) -> dict[str, Any]:
    """Return what both fits of one world say; of a key that begins with ``found`` the chances of a score test alone."""
    if key.startswith("found"):
        return _scored(key)
    kind, seed = key.split("-")
    frame, whole, latest = world(kind, int(seed))
    told: dict[str, Any] = {"kind": kind, "whole": whole.tolist(), "latest": latest.tolist()}
    for name, change in (("without", None), ("with", "half_year")):
        funnel = om.Funnel(channels=NAMES, outcomes=[om.Outcome("sales", value=1.0)], effects_change=change)
        began = time.perf_counter()
        settings = {k: SETTINGS[k] for k in ("draws", "tune", "chains")}
        posterior = om.fit(funnel, om.Panel(frame), seed=int(seed), progress=False, **settings)
        told[name] = {
            "seconds": time.perf_counter() - began,
            "steps": float(posterior.draws["sample_stats"]["n_steps"].mean()),
            "rhat": posterior.run.diagnostics.rhat_max,
            "ess": posterior.run.diagnostics.ess_bulk_min,
            "divergences": posterior.run.diagnostics.divergences,
            "found": [f.where for f in effects_change_check(posterior)],
            "whole": _told(om.roas(posterior, allow_unconverged=True)),
        }
        if change is None:
            told[name]["chances"] = {c.channel: c.chance for c in changes(posterior)}
            told[name]["latest"] = told[name]["whole"]  # one figure for all weeks
        else:
            table = om.roas(posterior, by="period", allow_unconverged=True)
            told[name]["latest"] = _told(table, table.draws["period"].to_numpy()[-1])
            told[name]["spread"] = np.quantile(posterior.numbers("effect_spread"), [0.05, 0.5, 0.95]).tolist()
    return told


def _scored(key: str) -> dict[str, Any]:
    _, kind, seed = key.split("-")
    frame, _, _ = world(kind, int(seed))
    funnel = om.Funnel(channels=NAMES, outcomes=[om.Outcome("sales", value=1.0)])
    posterior = om.fit(funnel, om.Panel(frame), seed=int(seed), progress=False, draws=300, tune=400, chains=2)
    began = time.perf_counter()
    chances = {c.channel: c.chance for c in changes(posterior)}
    found = [f.where for f in effects_change_check(posterior)]
    return {"kind": f"found {kind}", "chances": chances, "found": found, "seconds": time.perf_counter() - began}


def _told(figures: Any, period: str | None = None) -> list[list[float]]:
    """Return median and both ends of the channels."""
    table = figures.table()
    table = table if period is None else table[table["period"] == period]
    return table.set_index("channel").loc[list(NAMES), ["median", "lower", "upper"]].to_numpy().tolist()


def row(cells: list[dict[str, Any]], kind: str, fit: str, what: str) -> dict[str, object]:
    """Return how figures of channels stand against the truth."""
    cells = [c for c in cells if c["kind"] == kind]
    truth = np.array([c[what] for c in cells])
    told = np.array([c[fit][what] for c in cells])
    middle, low, high = told[:, :, 0], told[:, :, 1], told[:, :, 2]
    held = (low <= truth) & (truth <= high)
    out: dict[str, object] = {
        "worlds": kind,
        "fit": f"{fit} change",
        "ROAS of": "all weeks" if what == "whole" else "the latest half-year",
    }
    out |= {"in the 90 % interval": f"{held.sum()} of {held.size}", "of tv": f"{held[:, 0].sum()} of {len(held)}"}
    out |= {
        "error, median": f"{np.median(abs(middle / truth - 1)):.0%}",
        "tv over truth": f"{np.median(middle[:, 0] / truth[:, 0]):.2f}",
    }
    return out | {"width over truth": f"{np.median((high - low) / truth):.2f}"}


def main() -> None:
    """Make the cells and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=12)
    parser.add_argument("--found", type=int, default=80)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    study = Study("changing_effects", SETTINGS, keep=given.keep, rooms=ROOMS)
    keys = [f"{kind}-{k}" for k in range(given.worlds) for kind in KINDS]
    keys += [f"found-{kind}-{1000 + k}" for k in range(given.found) for kind in KINDS[:2]]
    every = study.run(keys, cell)
    cells = [c for c in every if not c["kind"].startswith("found")]
    tables = {
        "ROAS": pd.DataFrame(
            [row(cells, k, f, w) for k in KINDS for w in ("whole", "latest") for f in ("without", "with")]
        ),
        "The finding in fits without change": pd.DataFrame([_chances(every, k) for k in KINDS]),
        "The finding in fits with change": pd.DataFrame([_findings(cells, kind) for kind in KINDS]),
        "What it takes": pd.DataFrame([_cost(cells, fit) for fit in ("without", "with")]),
    }
    study.write({"cells": every}, "# Effects that change over time\n\n" + (__doc__ or ""), tables)


def _findings(cells: list[dict[str, Any]], kind: str) -> dict[str, object]:
    cells = [c for c in cells if c["kind"] == kind]
    count = len(cells)
    return {
        "worlds": kind,
        "speaks": f"{sum(bool(c['with']['found']) for c in cells)} of {count}",
        "and is sure of tv": f"{sum('tv' in c['with']['found'] for c in cells)} of {count}",
        "tau, median": f"{np.median([c['with']['spread'][1] for c in cells]):.2f}",
    }


def _chances(cells: list[dict[str, Any]], kind: str) -> dict[str, object]:
    """Return how often a fit without change is contradicted, over all worlds of a kind."""
    cells = [c.get("without", c) for c in cells if c["kind"] in (kind, f"found {kind}")]
    each, count = np.array([list(c["chances"].values()) for c in cells]), len(cells)
    smallest = each.min(axis=1) * each.shape[1]
    out: dict[str, object] = {"worlds": kind, "speaks": f"{sum(bool(c['found']) for c in cells)} of {count}"}
    out |= {f"would at {level:g}": f"{(smallest < level).sum()} of {count}" for level in (0.01, 0.02, 0.05, 0.1)}
    out |= {"names tv": f"{sum('tv' in c['found'] for c in cells)} of {count}"}
    return out | {"chances below 5 %": f"{(each < 0.05).mean():.0%}", "below 50 %": f"{(each < 0.5).mean():.0%}"}


def _cost(cells: list[dict[str, Any]], fit: str) -> dict[str, object]:
    found = [c[fit] for c in cells]
    return {
        "fit": f"{fit} change",
        "seconds, median": f"{np.median([f['seconds'] for f in found]):.0f}",
        "leapfrog steps a draw": f"{np.median([f['steps'] for f in found]):.0f}",
        "largest R-hat": f"{max(f['rhat'] for f in found):.3f}",
        "smallest ESS, median": f"{np.median([f['ess'] for f in found]):.0f}",
        "divergences": sum(f["divergences"] for f in found),
    }


if __name__ == "__main__":
    main()
