"""Does the whole funnel find the truth, and does it beat what an analyst would fit instead?

Worlds are the named scenarios of ``omnimix.truth.scenarios``, 156 weeks each, every seed with sizes, spends, curves and
noise of its own: the retailer, the same with unseen demand (shock correlation 0.6), with search spend that answers to
visits, with retargeting that works on visitors, and with brand searches before visits. Scored are net ROAS over all
outcomes, and the money of every path. The alternatives see the same weeks, in the first seven seeds of every world:

- ``flat``: one outcome, the money of all outcomes, all channels, no stages;
- ``stage as control``: the same with the stages among the controls;
- ``two stages apart``: the stage fitted to media; then the money fitted to media and the stage as one more channel, what
  it brings divided over channels as they bring it in the first fit.

Run: ``python -m benchmarks.accuracy.funnel_worlds --seeds 20``. Interrupt and run again: finished cells are kept.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.accuracy.study import Study, scored
from omnimix.data import Panel
from omnimix.effects import paths, roas
from omnimix.labels import ALL_MEDIA, CHANNEL, DRAW, PATH, SPEND
from omnimix.model import fit
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Funnel, Outcome
from omnimix.truth import World, simulate
from omnimix.truth._recover import score

WORLDS = ("retailer", "confounded", "answering_search", "fuelled", "two_stages")
SETTINGS = {"weeks": 156, "tune": 400, "draws": 300, "chains": 4}
FUNNEL, FLAT, CONTROL, APART = "funnel", "flat", "stage as control", "two stages apart"
ALTERNATIVE_SEEDS = 7  # of every world; the funnel itself is fitted to all seeds
OTHER_BELIEFS = ("none", "strong")  # the funnel's own is "some"; fitted where demand is unseen
MONEY = "money"
STAGE = "stage_as_channel"


def main() -> None:
    """Fit every world in every way and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--worlds", nargs="*", default=WORLDS)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    study = Study("funnel_worlds", SETTINGS, keep=given.keep)
    keys = [f"{world}#{seed}" for seed in range(given.seeds) for world in given.worlds]
    cells = study.run(keys, lambda key: _cell(key, given.cores))
    rows = pd.DataFrame([row for cell in cells for row in cell["rows"]])
    ways = pd.DataFrame([row for cell in cells for row in cell["paths"]])
    tables = {
        "Net ROAS by world and fit": _by_world(rows),
        "All worlds, all seeds": _summaries(rows, ["fitted"]),
        "All worlds, the seeds that every fit has seen": _summaries(rows[rows.seed < ALTERNATIVE_SEEDS], ["fitted"]),
        "Paths of the funnel": _path_table(ways),
        "Channels under the funnel": _summaries(rows[(rows.fitted == FUNNEL) & (rows.channel != ALL_MEDIA)], [CHANNEL]),
    }
    study.write({"rows": rows.round(4).to_dict("records")}, _text(len(cells)), tables)


def _cell(key: str, cores: int) -> dict[str, Any]:
    name, seed = key.split("#")
    world = simulate(name, seed=int(seed))
    settings = {"cores": cores, "seed": 1, "progress": False}
    settings |= {k: SETTINGS[k] for k in ("draws", "tune", "chains")}
    whole = fit(world.funnel, world.panel, **settings)
    returns = roas(whole, allow_unconverged=True)
    figures, spend = {FUNNEL: (whole, returns.draws)}, returns.known[SPEND].to_series()
    compared = int(seed) < ALTERNATIVE_SEEDS
    if name == "confounded" and compared:
        for belief in OTHER_BELIEFS:
            other = fit(world.funnel.with_confounding(belief), world.panel, **settings)  # type: ignore[arg-type]
            figures[f"{FUNNEL}, confounding {belief}"] = (other, roas(other, allow_unconverged=True).draws)
    figures |= _alternatives(world, settings) if compared else {}
    true = pd.concat([world.truth.roas(), pd.Series({ALL_MEDIA: world.truth.all_media_roas()})])
    rows = []
    for fitted, (posterior, draws) in figures.items():
        health = posterior.run.diagnostics
        more = {"world": name, "seed": int(seed), "fitted": fitted, "rhat": health.rhat_max}
        more |= {"divergences": health.divergences, "seconds": posterior.run.seconds}
        rows += [{**more, **row} for row in score(draws, true, spend=spend).table().to_dict("records")]
    return {"rows": rows, "paths": [{"world": name, "seed": int(seed), **row} for row in _paths(whole, world)]}


def _alternatives(world: World, settings: dict[str, Any]) -> dict[str, tuple[Posterior, xr.DataArray]]:
    frame = world.panel.frame.copy()
    frame[MONEY] = sum((o.value or 1.0) * frame[o.name] for o in world.funnel.outcomes)
    plain = [Channel(c.name, exposure=c.exposure) for c in world.funnel.channels]
    stages = [s.name for s in world.funnel.stages]
    common: dict[str, Any] = {"controls": world.funnel.controls, "holidays": world.funnel.holidays}
    panel = Panel(frame)
    flat = fit(Funnel(channels=plain, outcomes=[MONEY], **common), panel, **settings)
    controlled = {**common, "controls": [*world.funnel.controls, *stages]}
    control = fit(Funnel(channels=plain, outcomes=[MONEY], **controlled), panel, **settings)
    last = stages[-1]
    first = fit(Funnel(channels=plain, outcomes=[Outcome(last)], **common), panel, **settings)
    passing = Channel(STAGE, spend=last, adstock="geometric", saturation="none", max_lag=8)
    second = fit(Funnel(channels=[*plain, passing], outcomes=[MONEY], **common), panel, **settings)
    return {
        FLAT: (flat, roas(flat, allow_unconverged=True).draws),
        CONTROL: (control, roas(control, allow_unconverged=True).draws),
        APART: (second, _joined(first, second)),
    }


def _joined(first: Posterior, second: Posterior) -> xr.DataArray:
    """Return ROAS of channels from two fits: direct, and their part of what the stage brings."""
    earned, brought = (roas(p, allow_unconverged=True) for p in (second, first))
    names = list(first.funnel.channel_names)
    spend = earned.known["spend"]
    value = earned.draws * spend
    level = float(second.panel.frame[str(second.funnel.channel(STAGE).spend)].sum())  # units of the stage in all
    share = brought.draws.sel({CHANNEL: names}) * spend.sel({CHANNEL: names}) / level
    total = value.sel({CHANNEL: names}) + value.sel({CHANNEL: STAGE}, drop=True) * share
    whole = (total.sum(CHANNEL) / spend.sel({CHANNEL: names}).sum()).expand_dims({CHANNEL: [ALL_MEDIA]})
    return xr.concat([total / spend.sel({CHANNEL: names}), whole], dim=CHANNEL).transpose(DRAW, CHANNEL)


def _paths(posterior: Posterior, world: World) -> list[dict[str, Any]]:
    """Score the money of every path that both know, direct or mediated."""
    found = paths(posterior, allow_unconverged=True).draws
    true = world.truth.paths()
    true = true[true[PATH] != "interaction"].set_index(PATH)["value"]
    kinds = dict(zip(found[PATH].to_numpy(), found["kind"].to_numpy(), strict=True))
    out = []
    for label in (x for x in found[PATH].to_numpy() if x in true.index):
        draws, value = found.sel({PATH: label}).to_numpy(), float(true[label])
        low, middle, high = np.quantile(draws, (0.05, 0.5, 0.95))
        row = {"path": label, "kind": kinds[label], "truth": value, "median": middle, "lower": low, "upper": high}
        out.append({**row, "covered": bool(low <= value <= high), "none": bool(abs(value) < 1e-6 * abs(true).max())})
    return out


def _summary(rows: pd.DataFrame) -> pd.Series:
    total = rows[rows[CHANNEL] == ALL_MEDIA]
    health = {"rhat_above_1.02": (total.rhat > 1.02).mean(), "seconds": total.seconds.median()} if len(total) else {}
    return pd.Series({**scored(rows), **health})


def _summaries(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    parts = rows.groupby(by, sort=False)
    return pd.DataFrame([{**dict(zip(by, key, strict=True)), **_summary(part)} for key, part in parts])


def _by_world(rows: pd.DataFrame) -> pd.DataFrame:
    return _summaries(rows, ["world", "fitted"]).sort_values("world", key=lambda s: s.map(WORLDS.index), kind="stable")


def _path_table(ways: pd.DataFrame) -> pd.DataFrame:
    parts = [("all", ways), *ways.groupby("world", sort=False)]
    rows = []
    for world, part in parts:
        some, nothing = part[~part.none], part[part.none]
        row = {"world": world, "coverage": part.covered.mean()}
        row |= {f"coverage of {k}": some[some.kind == k].covered.mean() for k in ("direct", "mediated")}
        rows.append({**row, "paths": len(part), "paths that carry nothing": len(nothing)})
    return pd.DataFrame(rows)


def _text(cells: int) -> str:
    return (
        f"# Funnel worlds\n\n{cells} simulated worlds of 156 weeks: a stage or two, two outcomes, seven or eight channels. 90 % intervals of "
        "net ROAS (data window with its tail, over all outcomes and paths) and of the money of every path. Errors are those of "
        "posterior medians; errors, widths and CRPS are relative to the truth, medians over channels and worlds; what is "
        "money-weighted is summed in money. A path that carries nothing in truth cannot lie inside the "
        "interval of an effect that is positive by assumption; such paths count as missed in the coverage of all paths and are left "
        "out of that of direct and mediated ones. The alternatives know no induced spend: their ROAS is set against the same net truth."
    )


if __name__ == "__main__":
    main()
