"""From verdict to test to decision: do the tests that are said to be worth most settle more, rightly, and pay?

Worlds are those of ``benchmarks/accuracy/budget_worlds.py`` with usual and varied strength of media: 156 weeks, unseen demand among
them. A fit judges every channel against a hurdle of 1 and designs tests of eight weeks. Then two tests are done in the true
mechanism, in the last weeks of the data, with the error that the design foresees, and taken in by ``om.calibrate`` (weighed
where it may, else fitted again):

- ``best``: of the two channels whose answer is said to be worth most;
- ``largest``: of the two channels with the most money; ``widest``: of the two with the widest interval of ROAS.

Scored are verdicts decided and right, returns covered, and the true profit of the plan of the next 13 weeks beside that of the
plan made without the tests, against the stated worth of the two answers for one quarter.

Run: ``python -m benchmarks.accuracy.learning_loop --seeds 4``. Interrupt and run again: finished cells are kept.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd

import omnimix as om
from benchmarks.accuracy.budget_worlds import VARIED, world_of
from benchmarks.accuracy.chain_worlds import true_returns
from benchmarks.accuracy.study import ROOMS, Study
from omnimix.chains import Losses, judge
from omnimix.errors import OmnimixError
from omnimix.posterior import Posterior
from omnimix.truth import World

WORLDS = ("retailer", "fuelled", "confounded", "answering_search", "company")
SETTINGS = {"weeks": 156, "tune": 500, "draws": 500, "chains": 4, "window": 13, "test_weeks": 8}
ARMS = ("before", "best", "largest", "widest")
HURDLE, TESTS = 1.0, 2
COMMON: dict[str, Any] = {"allow_unconverged": True, "progress": False}


def main() -> None:
    """Go round the loop in every world and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS))
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    study = Study(
        "learning_loop", SETTINGS, keep=given.keep, rooms=(*ROOMS, "effects", "budget", "truth", "experiments")
    )
    keys = [f"{world}{kind}#{seed}" for seed in range(given.seeds) for kind in ("", VARIED) for world in given.worlds]
    cells = study.run(keys, lambda key: _cell(key, given.cores))
    verdicts, returns, worth = (
        pd.DataFrame([row for cell in cells for row in cell[part]]) for part in ("verdicts", "returns", "worth")
    )
    tables = {
        "Verdicts on channels": _settled(verdicts),
        "Returns of channels": _covered(returns),
        "The next plan, % of its money": _paid(worth),
        "How tests were taken in": pd.crosstab(worth["arm"], worth["how"]).reset_index(),
    }
    kept = {"verdicts": verdicts.to_dict("records"), "worth": worth.to_dict("records")}
    study.write(kept, _text(len(cells)), tables)


def _cell(key: str, cores: int) -> dict[str, Any]:
    world, (label, seed) = world_of(key), key.split("#")
    settings = {k: SETTINGS[k] for k in ("draws", "tune", "chains")}
    posterior = om.fit(world.funnel, world.panel, seed=1, cores=cores, progress=False, **settings)
    designs = om.design_tests(posterior, weeks=(SETTINGS["test_weeks"],), quarters=1.0, allow_unconverged=True)
    table = om.roas(posterior, allow_unconverged=True).table().set_index("channel")
    width = (table["upper"] - table["lower"]).drop("all_media")
    ranked = {
        "best": designs.rows.sort_values("evsi", ascending=False)["channel"].drop_duplicates(),
        "largest": table["spend"].drop("all_media").sort_values(ascending=False).index,
        "widest": width.sort_values(ascending=False).index,
    }
    testable = set(designs.rows["channel"])
    found: dict[str, list[dict[str, Any]]] = {"verdicts": [], "returns": [], "worth": []}
    names = [c.name for c in world.funnel.channels]
    before = _plan_profit(world, posterior)
    for arm in ARMS:
        at = {"world": label, "seed": int(seed), "arm": arm}
        tested = [str(c) for c in ranked.get(arm, ()) if c in testable][:TESTS]
        told = (posterior, "") if arm == "before" else _taken_in(world, posterior, designs, tested, seed=int(seed))
        after, how = told
        found["verdicts"] += [{**at, **row} for row in _verdicts(world, after, names)]
        found["returns"] += [{**at, **row} for row in _returns(world, after, names)]
        stated = sum(designs.rows[designs.rows["channel"] == c]["evsi"].max() for c in tested)
        profit, total = before if arm == "before" else _plan_profit(world, after)
        found["worth"].append({**at, "how": how, "stated": stated, "true": profit - before[0], "total": total})
    return found


def _taken_in(
    world: World, posterior: Posterior, designs: om.TestDesigns, tested: list[str], seed: int
) -> tuple[Posterior, str]:
    """Do the best test of every channel in the last weeks of the data and take both results in."""
    weeks = world.panel.frame.index
    results = []
    for number, channel in enumerate(tested):
        best = designs.rows[designs.rows["channel"] == channel].sort_values("evsi", ascending=False)["test"].iloc[0]
        design = designs.design(str(best))
        first = weeks[-design.weeks]
        asked = om.Experiment(
            design.test,
            channels=channel,
            start=str(first.date()),
            end=str((weeks[-1] + pd.Timedelta(days=6)).date()),
            scale=design.scale,
            metric="roas",
            value=0.0,
            error=design.error,
            tail_weeks=design.tail_weeks,
            spend=float(world.panel.series(posterior.funnel.channel(channel).spend_column)[-design.weeks :].sum()),
        )
        results.append(world.run_test(asked, seed=100 * seed + number))
    try:
        return om.calibrate(posterior, results, allow_unconverged=True), "weighed"
    except OmnimixError:
        return om.calibrate(posterior, results, refit=True, allow_unconverged=True, progress=False), "fitted again"


def _verdicts(world: World, posterior: Posterior, names: list[str]) -> list[dict[str, Any]]:
    chain = om.Chain("all", links=[om.Link(n) for n in names], hurdle=HURDLE)
    found = om.evaluate_chain(posterior, chain, **COMMON)
    true = true_returns(world.truth.chain(names, found.weeks), HURDLE)
    return [
        {"channel": n, "given": found.judgements[n].verdict, "true": judge(true[n], HURDLE, Losses()).verdict}
        for n in names
    ]


def _returns(world: World, posterior: Posterior, names: list[str]) -> list[dict[str, Any]]:
    table, true = om.roas(posterior, allow_unconverged=True).table().set_index("channel"), world.truth.roas()
    return [
        {
            "channel": n,
            "covered": bool(table.loc[n, "lower"] <= true[n] <= table.loc[n, "upper"]),
            "width": float(table.loc[n, "upper"] - table.loc[n, "lower"]) / float(true[n]),
            "error": abs(float(table.loc[n, "median"]) / float(true[n]) - 1.0),
        }
        for n in names
    ]


def _plan_profit(world: World, posterior: Posterior) -> tuple[float, float]:
    """Return the true profit of the joint plan at today's money, and that money."""
    plan = om.optimize_budget(posterior, weeks=SETTINGS["window"], **COMMON)
    worth = world.truth.plan_value(plan.spend.drop(columns=list(plan.answering)))
    return float(worth.profit), float(plan.total)


def _settled(rows: pd.DataFrame) -> pd.DataFrame:
    made = []
    for arm, part in rows.groupby("arm", sort=False):
        decided = part[part.given != "test"]
        right = (decided.given == decided.true).mean()
        made.append({"tests": arm, "channels": len(part), "decided": len(decided) / len(part), "of these right": right})
    return pd.DataFrame(made)


def _covered(rows: pd.DataFrame) -> pd.DataFrame:
    kept = rows.groupby("arm", sort=False).agg(
        coverage=("covered", "mean"), median_width=("width", "median"), median_error=("error", "median")
    )
    return kept.reset_index().rename(columns={"arm": "tests"})


def _paid(rows: pd.DataFrame) -> pd.DataFrame:
    made = []
    for arm, part in rows[rows.arm != "before"].groupby("arm", sort=False):
        stated, true = (100 * part[k] / part.total for k in ("stated", "true"))
        slope = float((stated * true).sum() / (stated**2).sum()) if (stated != 0).any() else np.nan
        row = {"tests": arm, "worlds": len(part), "stated worth": stated.mean(), "true improvement": true.mean()}
        row |= {"true over stated": true.mean() / stated.mean(), "slope through nothing": slope}
        made.append(
            {**row, "standard error of the mean": true.std() / np.sqrt(len(part)), "worse plan": (true < 0).mean()}
        )
    return pd.DataFrame(made)


def _text(count: int) -> str:
    return (
        f"# From verdict to test to decision\n\n{count} simulated worlds of 156 weeks. Every channel is judged against a hurdle of {HURDLE:g}; "
        f"then two tests of {SETTINGS['test_weeks']} weeks are done in the true mechanism and taken in: of the channels whose answer is said to be "
        "worth most, of the largest, of those with the widest interval. The stated worth is the sum of what the designs state for one quarter. "
        "A verdict is decided when it is keep or stop, and right when the true returns call for the same."
    )


if __name__ == "__main__":
    main()
