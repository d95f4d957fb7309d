"""Is a joint budget better in truth than what is done today, and does it say honestly by how much?

Worlds are named scenarios of ``omnimix.truth.scenarios``, 156 weeks each, every seed with sizes, spends, curves and noise
of its own: the retailer, the same with retargeting that works on visitors, with unseen demand behind visits and sales
(shock correlation 0.6) and with search spend that answers to visits, campaigns that live off each other, and a company
like the shipped example of which everything is drawn more widely, so that money is often not where it works. Every world
comes twice: with media as strong as usual, and with a strength drawn by seed from a third to three times that.

The joint plan for the 13 weeks after the data, at the total of today's plan, is followed in the true mechanism beside
today's plan, money in proportion to estimated ROAS, the plan of a model without stages, plans of teams with budgets of
their own, and the oracle: the plan that is truly best within the region that the joint plan was allowed.

Run: ``python -m benchmarks.accuracy.budget_worlds --seeds 20``. Interrupt and run again: finished cells are kept.
``--posteriors DIR`` keeps fits in a folder and takes them up from there.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import omnimix as om
from benchmarks.accuracy.study import ROOMS, Study
from omnimix.budget import BudgetPlan, SiloCost
from omnimix.errors import BudgetError
from omnimix.model import fit
from omnimix.posterior import Posterior, load
from omnimix.spec import Channel, Funnel, Outcome
from omnimix.truth import Truth, World, simulate
from omnimix.truth.build import Calendar, build_world
from omnimix.truth.scenarios import KINDS, Lot

COMPANY = "company"
WORLDS = ("retailer", "fuelled", "confounded", "answering_search", "chained", COMPANY)
VARIED = ", varied"  # worlds in which media are weaker or stronger than usual
SETTINGS = {"weeks": 156, "tune": 500, "draws": 500, "chains": 4, "window": 13}
FLAT = "flat"
EVENLY = "plan, evenly"
SCEPTIC = ("sceptical", "sceptical_lower", "sceptical_upper", "sceptical_k_hat")
SPREAD = 2.5  # how much wider the sizes of the company are drawn than those of the scenarios
MOST = 3.0  # times today's money: the widest plan of the oracle
ROOM = 0.01  # of the spend: what the oracle has to gain for a world to have room
INTERVAL = 0.9
NEAR = 1e-4  # of the spend: what lies so near to an interval counts as held
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
POLICIES = ("plan", "today", "proportional", "flat model", "own budgets", "silos", "oracle, wide")
PARTS = {
    "silo_cost": ("joint", "silos"),
    "wrong_split": ("joint", "own budgets"),
    "wrong_goal": ("own budgets", "silos"),
}


def main() -> None:
    """Plan the budget of every world and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS))
    parser.add_argument("--posteriors", type=Path)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    study = Study("budget_worlds", SETTINGS, keep=given.keep, rooms=(*ROOMS, "effects", "budget", "truth"))
    keys = [f"{world}{kind}#{seed}" for kind in ("", VARIED) for seed in range(given.seeds) for world in given.worlds]
    cells = study.run(keys, lambda key: _cell(key, given.posteriors))
    kept, tables = _told(cells)
    study.write(kept, _text(len(cells)), tables)


def _told(cells: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Return what is kept of the cells and the tables that are made of them."""
    failed = [cell for cell in cells if cell.get("failed")]
    made = [cell for cell in cells if not cell.get("failed")]
    gains, plans, silos, shares = (
        pd.DataFrame([row for cell in made for row in cell[part]]) for part in ("gain", "plans", "silos", "shares")
    )
    tables = {
        "Does the plan beat today's in truth?": _beaten(gains),
        "Regret against the oracle of the same region, % of spend": _regrets(plans),
        "Stated gain over today's plan and true gain, % of spend": _stated(gains),
        "What even weeks bring more than the plan's, stated and true, % of spend": _evenly(gains),
        "P(gain > 0) and how often it was so": _calibration(gains),
        "Regret as stated and in truth, % of spend": _stated_regret(gains, plans),
        "Cost of silos, stated and true, % of spend": _silo_table(silos),
        "Share intervals that hold the oracle's share": _share_table(shares),
        "Outside what the data have seen": _outside(gains),
    }
    if failed:
        tables["No plan came back"] = pd.DataFrame([{"cell": c["key"], "why": c["failed"]} for c in failed])
    return {
        "gains": gains.to_dict("records"),
        "plans": plans.to_dict("records"),
        "silos": silos.to_dict("records"),
    }, tables


@dataclass(frozen=True)
class WideLot(Lot):
    """A draw of sizes further from the usual: money is not where it works."""

    def around(self, size: float, *names: str, spread: float = 0.15) -> float:
        """Return a size drawn around its usual value, with a wider spread."""
        return super().around(size, "company", *names, spread=SPREAD * spread)


def company(*, seed: int, strength: float = 1.0) -> World:
    """Return seven channels of two teams, online visits, online and store sales, and search that answers to visits.

    The same kind of company as the shipped example, but spend, effects and curves are drawn so widely that today's
    split is often a poor one.
    """
    lot = WideLot(seed, strength)
    shares = lot.visit_shares()
    media = [lot.medium(n, **({"responds_to": "visits"} if n == "search" else {})) for n in KINDS if n in shares]
    return build_world(media, [lot.visits(shares), *lot.shops()], seed=seed, calendar=Calendar(weeks=SETTINGS["weeks"]))


def world_of(key: str) -> World:
    """Return the world of a cell such as ``fuelled, varied#3``."""
    label, seed = key.split("#")
    name = label.removesuffix(VARIED)
    strength = 1.0 if label == name else _strength(int(seed))
    if name == COMPANY:
        return company(seed=int(seed), strength=strength)
    return simulate(name, seed=int(seed), strength=strength, weeks=SETTINGS["weeks"])


def _strength(seed: int) -> float:
    """Return how strong media are in a varied world: from a third to three times the usual."""
    return float(3.0 ** np.random.default_rng([seed, 17]).uniform(-1.0, 1.0))


def flat_funnel(funnel: Funnel) -> Funnel:
    """Return the funnel that an analyst fits who knows no stages: every channel on every outcome directly."""
    channels = [Channel(c.name, spend=c.spend, exposure=c.exposure, team=c.team, pool=c.pool) for c in funnel.channels]
    outcomes = [Outcome(o.name, value=o.value) for o in funnel.outcomes]
    return Funnel(channels=channels, outcomes=outcomes, controls=funnel.controls, holidays=funnel.holidays)


def posterior_of(world: World, key: str, folder: Path | None, *, flat: bool = False) -> Posterior:
    """Fit a world, or take its fit from the folder."""
    file = None if folder is None else folder / f"{key}{'.' + FLAT if flat else ''}.nc"
    if file is not None and file.exists():
        return load(file)
    settings = {k: SETTINGS[k] for k in ("draws", "tune", "chains")}
    funnel = flat_funnel(world.funnel) if flat else world.funnel
    posterior = fit(funnel, world.panel, seed=1, cores=2, progress=False, **settings)
    if file is not None:
        posterior.save(file)
    return posterior


def _cell(key: str, folder: Path | None) -> dict[str, Any]:
    world = world_of(key)
    posterior, flat = (posterior_of(world, key, folder, flat=flat) for flat in (False, True))
    common: dict[str, Any] = {"weeks": SETTINGS["window"], "progress": False, "allow_unconverged": True}
    started = time.perf_counter()
    try:
        plan = om.optimize_budget(posterior, interval=INTERVAL, **common)
        planned = time.perf_counter()
        silo = om.silo_cost(posterior, plan.total, interval=INTERVAL, **common)
        settled = time.perf_counter()
        without_stages = om.optimize_budget(flat, plan.total, interval=INTERVAL, **common)
    except BudgetError as error:
        return {"failed": str(error)}
    label, seed = key.split("#")
    at = {"world": label, "seed": int(seed)}
    worth = _plans(world.truth, plan, silo, without_stages)
    profits = {row["policy"]: row["profit"] for row in worth}
    gain = _gain(plan, profits) | {"seconds": planned - started, "silo_seconds": settled - planned}
    return {
        "gain": [{**at, **gain}],
        "plans": [{**at, "total": plan.total, **row} for row in worth],
        "silos": [{**at, "total": plan.total, **row} for row in _silos(silo, profits)],
        "shares": [{**at, **row} for row in _shares(plan, world.truth)],
    }


def _oracle(truth: Truth, plan: BudgetPlan, wide: bool) -> pd.DataFrame:
    """Return the best plan of the money that the joint plan truly costs, in its region or up to three times today's."""
    today = plan.today.assign(**{str(c): 1.0 for c in plan.today if plan.today[c].sum() == 0})  # no pattern: evenly
    lower = 0.0 * plan.today.sum() if wide else plan.region["allowed_lowest"]
    upper = MOST * plan.today.sum() if wide else plan.region["allowed_highest"]
    cost = truth.plan_value(plan.spend.drop(columns=list(plan.answering))).spend
    return truth.best_plan(today, cost, answering=plan.answering, lower=lower, upper=upper)


def _plans(truth: Truth, plan: BudgetPlan, silo: SiloCost, flat: BudgetPlan) -> list[dict[str, Any]]:
    """Follow every plan in the truth; channels that answer in the joint plan do so in every one of its model."""
    answering = list(plan.answering)
    frames = {
        "plan": plan.spend.drop(columns=answering),
        EVENLY: _even(plan.spend.drop(columns=answering)),
        "today": plan.today.drop(columns=answering),
        "proportional": plan.proportional.drop(columns=answering),
        "flat model": flat.spend,  # it knows no answers: every channel is set
        "joint": silo.plans["joint"].drop(columns=answering),  # the joint plan once more, as silo_cost found it
        "own budgets": silo.plans["own_budgets"].drop(columns=answering),
        "silos": silo.plans["silos"].drop(columns=answering),
        "oracle": _oracle(truth, plan, wide=False),
        "oracle, wide": _oracle(truth, plan, wide=True),
    }
    found = {name: truth.plan_value(frame) for name, frame in frames.items()}
    return [{"policy": n, "profit": w.profit, "value": w.value, "spend": w.spend} for n, w in found.items()]


def _even(spend: pd.DataFrame) -> pd.DataFrame:
    """Return the same money of every channel in even weeks; these worlds have no limits that stand against it."""
    return spend * 0.0 + spend.mean()


def _gain(plan: BudgetPlan, profits: dict[str, float]) -> dict[str, Any]:
    """Put the stated gain beside the true one."""
    row: dict[str, Any] = {"total": plan.total, "room": (profits["oracle"] - profits["today"]) / plan.total}
    for versus in ("today", "proportional"):
        stated = plan.gain.draws.sel(versus=versus).to_numpy()
        low, high = np.quantile(stated, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
        true = profits["plan"] - profits[versus]
        row |= {
            f"{versus} stated": float(stated.mean()),
            f"{versus} corrected": float(plan.gain.known["corrected"].sel(versus=versus)),
            f"{versus} lower": low,
            f"{versus} upper": high,
            **{f"{versus} {name}": float(plan.gain.known[name].sel(versus=versus)) for name in SCEPTIC},
            f"{versus} probability": float(plan.gain.known["probability_positive"].sel(versus=versus)),
            f"{versus} true": true,
            f"{versus} covered": bool(low <= true <= high),
        }
    even = plan.phasing.table().set_index("part").loc["plan_evenly"]
    row |= {f"evenly {name}": float(even[name]) for name in ("mean", "lower", "upper")}
    row |= {"evenly probability": float(even["probability_positive"]), "evenly true": profits[EVENLY] - profits["plan"]}
    outside = plan.extrapolated.any()
    row |= {"regret plan": plan.regret["plan"], "regret today": plan.regret["today"], "gap": plan.gap}
    return row | {"outside": int(outside.sum()), "money outside": float(plan.spend.loc[:, outside].to_numpy().sum())}


def _silos(silo: SiloCost, profits: dict[str, float]) -> list[dict[str, Any]]:
    rows, near = [], NEAR * float(silo.plans["today"].to_numpy().sum())
    for part, (one, other) in PARTS.items():
        stated = silo.cost.draws.sel(part=part).to_numpy()
        low, high = np.quantile(stated, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
        true = profits[one] - profits[other]
        row = {"part": part, "stated": float(stated.mean()), "true": true, "lower": low, "upper": high}
        row |= {"probability": float(silo.cost.known["probability_positive"].sel(part=part)), "rounds": silo.rounds}
        rows.append({**row, "covered": bool(low - near <= true <= high + near)})
    return rows


def _shares(plan: BudgetPlan, truth: Truth) -> list[dict[str, Any]]:
    """Set intervals of the best share of the planned total beside the oracle's money over that total."""
    best = truth.plan_value(_oracle(truth, plan, wide=False)).spent.sum()
    table = plan.shares.table().set_index("channel")
    rows = []
    for channel, share in (best / plan.total).items():
        low, high = float(table["lower"][channel]), float(table["upper"][channel])
        today = float(plan.today[channel].sum() / plan.total)
        row = {"channel": channel, "oracle": share, "share": float(plan.spend[channel].sum() / plan.total)}
        row |= {"today": today, "lower": low, "upper": high, "answers": channel in plan.answering}
        rows.append({**row, "covered": bool(low - NEAR <= share <= high + NEAR)})
    return rows


def _parts(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return all rows, those of usual and of varied strength, and those of every world."""
    varied = rows.world.str.endswith(VARIED)
    strengths = [("usual strength", rows[~varied]), ("varied strength", rows[varied])]
    worlds = [(str(name), part) for name, part in rows.groupby(rows.world.str.removesuffix(VARIED), sort=False)]
    return [(name, part) for name, part in (("all", rows), *strengths, *worlds) if len(part)]


def _beaten(gains: pd.DataFrame) -> pd.DataFrame:
    made = []
    for world, part in _parts(gains):
        room = part[part.room > ROOM]
        row = {"world": world, "cases": len(part), "beats today's": (part["today true"] > 0).mean()}
        row |= {"with room": len(room), "beats today's where there is room": (room["today true"] > 0).mean()}
        row |= {"beats proportional": (part["proportional true"] > 0).mean(), "oracle's gain %": 100 * part.room.mean()}
        true = 100 * part["today true"] / part.total
        row |= {"plan's true gain %": true.mean(), "worst %": true.min()}
        made.append({**row, "of the oracle's gain": part["today true"].sum() / (part.room * part.total).sum()})
    return pd.DataFrame(made)


def _regrets(plans: pd.DataFrame) -> pd.DataFrame:
    wide = plans.pivot_table(index=["world", "seed", "total"], columns="policy", values="profit", sort=False)
    lost = wide[list(POLICIES)].rsub(wide["oracle"], axis=0).div(wide.index.get_level_values("total"), axis=0) * 100
    return pd.DataFrame([{"world": w, **part[list(POLICIES)].mean()} for w, part in _parts(lost.reset_index())])


def _stated(gains: pd.DataFrame) -> pd.DataFrame:
    made = []
    for world, part in _parts(gains):
        told = ("stated", "corrected", "sceptical", "true")
        percent = {k: 100 * part[f"today {k}"] / part.total for k in (*told, "lower", "upper")}
        row: dict[str, Any] = {"world": world, "cases": len(part)}
        row |= {k: percent[k].mean() for k in told}
        row |= {f"{k} / true": percent[k].mean() / percent["true"].mean() for k in ("stated", "corrected")}
        known = percent["sceptical"].notna()
        row |= {"sceptic knows": known.mean()}
        row |= {"sceptical / true": percent["sceptical"][known].mean() / percent["true"][known].mean()}
        apart = {k: (percent[k] - percent["true"])[known].abs() for k in ("stated", "sceptical")}
        row |= {"sceptical nearer": (apart["sceptical"] < apart["stated"]).mean()}
        row |= {
            "coverage": part["today covered"].mean(),
            "truth below": (part["today true"] < part["today lower"]).mean(),
        }
        row |= {"truth above": (part["today true"] > part["today upper"]).mean()}
        row |= {"width": (percent["upper"] - percent["lower"]).mean()}
        row |= {"median abs error": (percent["corrected"] - percent["true"]).abs().median()}
        made.append({**row, "coverage against proportional": part["proportional covered"].mean()})
    return pd.DataFrame(made)


def _evenly(gains: pd.DataFrame) -> pd.DataFrame:
    made = []
    for world, part in _parts(gains):
        stated, true = (100 * (part[f"evenly {k}"] / part.total) for k in ("mean", "true"))
        held = (part["evenly lower"] <= part["evenly true"]) & (part["evenly true"] <= part["evenly upper"])
        likely = part[part["evenly probability"] >= 0.8]
        row = {
            "world": world,
            "cases": len(part),
            "stated": stated.mean(),
            "true": true.mean(),
            "coverage": held.mean(),
        }
        row |= {"said to be likely": len(likely), "of these truly so": (likely["evenly true"] > 0).mean()}
        made.append(row)
    return pd.DataFrame(made)


def _calibration(gains: pd.DataFrame) -> pd.DataFrame:
    made = []
    for versus in ("today", "proportional"):
        probability, true = gains[f"{versus} probability"], gains[f"{versus} true"] > 0
        bins = pd.cut(probability, list(BINS), include_lowest=True)
        for name, rows in gains.groupby(bins, observed=True).groups.items():
            row = {"against": versus, "P(gain > 0)": str(name), "cases": len(rows)}
            made.append({**row, "mean P": probability[rows].mean(), "truly gained": true[rows].mean()})
        row = {"against": versus, "P(gain > 0)": "all", "cases": len(gains), "mean P": probability.mean()}
        made.append({**row, "truly gained": true.mean()})
    return pd.DataFrame(made)


def _stated_regret(gains: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    wide = plans.pivot_table(index=["world", "seed"], columns="policy", values="profit").reset_index()
    both = gains.merge(wide, on=["world", "seed"])
    made = []
    for world, part in _parts(both):
        row: dict[str, Any] = {"world": world}
        for policy in ("plan", "today"):
            row[f"{policy}, stated"] = 100 * (part[f"regret {policy}"] / part.total).mean()
            row[f"{policy}, true"] = 100 * ((part["oracle"] - part[policy]) / part.total).mean()
        made.append(row)
    return pd.DataFrame(made)


def _silo_table(silos: pd.DataFrame) -> pd.DataFrame:
    made = []
    for world, cells in _parts(silos):
        for part, rows in cells.groupby("part", sort=False):
            row = {"world": world, "part": part, "cases": len(rows), "coverage": rows.covered.mean()}
            row |= {"truth below": (rows.true < rows.lower).mean(), "truth above": (rows.true > rows.upper).mean()}
            row |= {k: 100 * (rows[k] / rows.total).mean() for k in ("stated", "true")}
            row |= {"stated / true": row["stated"] / row["true"], "mean P(> 0)": rows.probability.mean()}
            made.append({**row, "truly > 0": (rows.true > 0).mean(), "rounds": rows.rounds.mean()})
    return pd.DataFrame(made)


def _share_table(shares: pd.DataFrame) -> pd.DataFrame:
    made = []
    channels = [(f"channel {name}", part) for name, part in shares.groupby("channel", sort=False)]
    for name, part in [*_parts(shares), *channels]:
        row = {"of": name, "shares": len(part), "coverage": part.covered.mean()}
        row |= {"oracle": part.oracle.mean(), "plan": part.share.mean(), "today": part.today.mean()}
        row |= {"width": (part.upper - part.lower).mean(), "plan off by": (part.share - part.oracle).abs().mean()}
        made.append({**row, "today off by": (part.today - part.oracle).abs().mean()})
    return pd.DataFrame(made)


def _outside(gains: pd.DataFrame) -> pd.DataFrame:
    made = []
    for world, part in _parts(gains):
        row = {"world": world, "plans with a channel outside": (part.outside > 0).mean()}
        row |= {"money of those channels %": 100 * (part["money outside"] / part.total).mean()}
        row |= {"gap %": 100 * (part.gap / part.total).max(), "seconds": part.seconds.median()}
        made.append({**row, "seconds of silo cost": part.silo_seconds.median()})
    return pd.DataFrame(made)


def _text(cells: int) -> str:
    return (
        f"# Budget worlds\n\n{cells} simulated worlds of 156 weeks. A joint plan for the 13 weeks after them, at the total of today's plan "
        "(the same weeks of the last year), each channel in its weekly pattern, followed in the true mechanism. Profit is the money of all "
        "outcomes, in those weeks and after them, beyond no media in those weeks, less all money truly spent. The oracle spends what the joint "
        "plan truly costs, within the region that it was allowed; the wide one between nothing and three times today's money of every channel. "
        f"A world has room where the oracle gains more than {ROOM:.0%} of the spend over today's plan. The flat model knows no stages: every "
        "channel works on every outcome directly, and it sets search as well. Money in proportion to ROAS keeps the same limits. Intervals hold 90 %. `corrected` is the mean gain once the "
        "luck of the draws is taken off, `sceptical` the mean for a sceptic who takes it beforehand that the next money brings about "
        "as much in every channel. In worlds called varied the effect of all media is a third to three times the usual, drawn by seed."
    )


if __name__ == "__main__":
    main()
