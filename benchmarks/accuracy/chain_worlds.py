"""Is the verdict on a chain right, and does following it lose less than judging every link by its own figures?

Worlds are named scenarios of ``omnimix.truth.scenarios``, 156 weeks each, every seed with sizes, spends, curves and noise
of its own: retargeting that works on visitors, unseen demand behind visits and sales (shock correlation 0.6), search
spend that answers to visits, a sequence of leads, quotes and orders, and the same where campaigns live off each other.
In each a chain of four or five channels is
judged, over the whole data window and over 13 weeks of it, against five hurdles. Every world comes twice: with media as strong as usual, and with a strength drawn
by seed from a third to three times that. The truth lives every set of links
again on the true mechanism; true verdicts follow from true returns by the rule that the estimated ones follow.

Run: ``python -m benchmarks.accuracy.chain_worlds --seeds 20``. Interrupt and run again: finished cells are kept.
``--posteriors DIR`` keeps fits in a folder and takes them up from there.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.study import Study
from omnimix.chains import WHOLE, ChainVerdict, Judgement, Losses, Returns, evaluate_chain, judge
from omnimix.chains.coalitions import Coalitions
from omnimix.chains.link_rule import link_rule, own_gains
from omnimix.model import fit
from omnimix.posterior import Posterior, load
from omnimix.spec import Chain, Link
from omnimix.truth import World, simulate
from omnimix.truth.chain import TrueChain

CHAINS = {
    "fuelled": ("tv", "online_video", "social", "search", "retargeting"),
    "confounded": ("tv", "online_video", "social", "search"),
    "answering_search": ("tv", "online_video", "social", "search"),
    "sequence": ("lead_ads", "social", "search", "retargeting"),
    "chained": ("lead_ads", "social", "search", "retargeting"),
}
SPANS: dict[str, tuple[str | None, str | None]] = {"all weeks": (None, None), "13 weeks": ("2024-03-04", "2024-05-27")}
HURDLES = (0.5, 0.7, 1.0, 1.5, 2.0)
VARIED = ", varied"  # worlds in which media are weaker or stronger than usual
SETTINGS = {"weeks": 156, "tune": 500, "draws": 500, "chains": 4}
TESTS = (0.2, 0.25, 1 / 3, 0.5, 0.75)  # losses of a test; the middle one is the default
INTERVAL = 0.9


def main() -> None:
    """Judge every chain of every world and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--worlds", nargs="*", default=list(CHAINS))
    parser.add_argument("--posteriors", type=Path)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    study = Study("chain_worlds", SETTINGS, keep=given.keep)
    keys = [f"{world}{kind}#{seed}" for kind in ("", VARIED) for seed in range(given.seeds) for world in given.worlds]
    cells = study.run(keys, lambda key: _cell(key, given.posteriors))
    returns = pd.DataFrame([row for cell in cells for row in cell["returns"]])
    verdicts = pd.DataFrame([row for cell in cells for row in cell["verdicts"]])
    regrets = pd.DataFrame([row for cell in cells for row in cell["regrets"]])
    tables = {
        "Combined ROAS, worlds of usual and of varied strength": _coverage(
            returns.assign(world=np.where(returns.world.str.endswith(VARIED), "varied", "usual"))[
                returns.figure == "combined, net"
            ]
        ),
        "Combined ROAS": _coverage(returns[returns.figure.str.startswith("combined")]),
        "ROAS of links": _coverage(returns[~returns.figure.str.startswith("combined")]),
        "Verdicts by the loss of a test": _agreement(verdicts, ["test costs"]),
        "Verdicts by world (loss of a test as by default)": _agreement(_default(verdicts), ["world"]),
        "Verdicts by hurdle": _agreement(_default(verdicts), ["hurdle"]),
        "Verdicts on links and chains": _agreement(_default(verdicts), ["of"]),
        "True verdict (rows) and verdict given (columns)": _confusion(_default(verdicts)),
        "Regret, by world": _regret(regrets, ["world"]),
        "Regret, by hurdle": _regret(regrets, ["hurdle"]),
        "Regret, all": _regret(regrets.assign(all="all"), ["all"]),
    }
    combined = returns[returns.figure == "combined, net"]
    kept = {"combined_roas": combined.to_dict("records"), "regrets": regrets.to_dict("records")}
    study.write(kept, _text(len(cells)), tables)


def _cell(key: str, folder: Path | None) -> dict[str, Any]:
    label, seed = key.split("#")
    name = label.removesuffix(VARIED)
    world = simulate(name, seed=int(seed), strength=1.0 if label == name else _strength(int(seed)))
    posterior = _posterior(world, key, folder)
    found: dict[str, list[dict[str, Any]]] = {"returns": [], "verdicts": [], "regrets": []}
    for span, (start, end) in SPANS.items():
        at = {"world": label, "seed": int(seed), "span": span}
        chain = Chain(name, links=[Link(n) for n in CHAINS[name]], start=start, end=end)
        settled = evaluate_chain(posterior, chain, allow_unconverged=True, progress=False)
        true = world.truth.chain(CHAINS[name], settled.weeks)
        found["returns"] += [{**at, **row} for row in _returns(settled, true)]
        for hurdle in HURDLES:
            verdict = settled.at(hurdle)
            more = {**at, "hurdle": hurdle}
            found["verdicts"] += [{**more, **row} for row in _verdicts(verdict, true)]
            found["regrets"].append({**more, **_regrets(verdict, true)})
    return found


def _strength(seed: int) -> float:
    """Return how strong media are in a varied world: from a third to three times the usual."""
    return float(3.0 ** np.random.default_rng([seed, 17]).uniform(-1.0, 1.0))


def _posterior(world: World, key: str, folder: Path | None) -> Posterior:
    file = None if folder is None else folder / f"{key}.nc"
    if file is not None and file.exists():
        return load(file)
    settings = {k: SETTINGS[k] for k in ("draws", "tune", "chains")}
    posterior = fit(world.funnel, world.panel, seed=1, cores=2, progress=False, **settings)
    if file is not None:
        posterior.save(file)
    return posterior


def _returns(found: ChainVerdict, true: TrueChain) -> list[dict[str, Any]]:
    """Score intervals of combined ROAS and of every ROAS of every link."""
    pairs = {f"combined, {b}": (found.returns.draws.sel(basis=b).to_numpy(), t) for b, t in true.combined.items()}
    for link in true.links:
        own = [k for k in true.links if k not in found.later[link]]
        for figure, truth in (
            ("roas", true.roas(link)),
            ("roas_direct", true.roas(link, own)),
            ("roas_standalone", true.roas(link, [link])),
            ("roas_marginal", true.marginal(link)),
            ("roas_half", true.half(link)),
        ):
            pairs[f"{figure} {link}"] = (found.draws(figure, link), truth)
    rows = []
    for figure, (draws, truth) in pairs.items():
        low, middle, high = np.quantile(draws, [(1 - INTERVAL) / 2, 0.5, (1 + INTERVAL) / 2])
        covered = bool(low <= truth <= high)
        rows.append(
            {
                "figure": figure.split()[0] if "," not in figure else figure,
                "truth": truth,
                "median": middle,
                "covered": covered,
                "half": bool(np.quantile(draws, 0.25) <= truth <= np.quantile(draws, 0.75)),
                "width": high - low,
            }
        )
    return rows


def true_returns(true: TrueChain, hurdle: float) -> dict[str, Returns]:
    """Return the true returns of every link and of the chain."""
    one = {n: (true.roas(n), true.marginal(n), true.half(n)) for n in true.links}
    net, marginal, half = (true.combined[b] for b in ("net", "marginal", "half"))
    value, cost = (x[:, 0] for x in true.game())
    best = int(np.argmax(value - hurdle * cost))
    one[WHOLE] = (net, marginal, max(half, value[best] / cost[best]) if best else half)
    return {n: Returns(*(np.array([x]) for x in three)) for n, three in one.items()}


def _verdicts(found: ChainVerdict, true: TrueChain) -> list[dict[str, Any]]:
    """Give every verdict beside the true one, for several losses of a test."""
    hurdle, rows = found.chain.hurdle, []
    estimated: dict[str, Judgement] = {**found.judgements, WHOLE: found.judgement}
    for name, returns in true_returns(true, hurdle).items():
        right = judge(returns, hurdle, Losses()).verdict
        for test in TESTS:
            expected = Losses.with_test(test).expected(estimated[name].probabilities)
            given = min(expected, key=lambda v: expected[v])
            row = {"link": name, "of": "chain" if name == WHOLE else "link", "test costs": test, "true": right}
            rows.append({**row, "given": given, "probability": estimated[name].probability})
    return rows


def _regrets(found: ChainVerdict, true: TrueChain) -> dict[str, Any]:
    """Return the true money lost against the best links: by verdicts, by the per-link rule, and by stopping nothing."""
    hurdle, links = found.chain.hurdle, found.coalitions.links
    value, cost = true.game()
    game = Coalitions(links, value, cost)
    profit = game.profit(hurdle)[:, 0]
    best, spend = profit.max(), true.spend
    knowing = link_rule(game, own_gains(game, found.later), hurdle)
    policies = {
        "verdicts, decided together": list(found.runs),
        "verdicts one by one": [n for n in links if _runs(found, n)],
        "verdicts, running what is tested": [n for n in links if found.judgements[n].verdict != "stop"],
        "link rule": [n for n in links if n not in found.link_rule.stops],
        "link rule, own figures known": [n for n in links if n not in knowing.stops],
        "stop nothing": list(links),
    }
    stated = found.link_rule.regret
    truly = profit[game.number(found.link_rule.best)] - profit[game.number(policies["link rule"])]
    low, high = np.quantile(stated, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    row: dict[str, Any] = {n: float((best - profit[game.number(kept)]) / spend) for n, kept in policies.items()}
    row |= {"stated": float(stated.mean()) / spend, "true": float(truly) / spend, "covered": bool(low <= truly <= high)}
    return row


def _runs(found: ChainVerdict, link: str) -> bool:
    verdict = found.judgements[link].verdict
    return link in found.runs if verdict == "test" else verdict != "stop"


def _default(verdicts: pd.DataFrame) -> pd.DataFrame:
    return verdicts[verdicts["test costs"] == Losses().table["test"]["stop"]]


def _coverage(rows: pd.DataFrame) -> pd.DataFrame:
    parts = [("all", rows), *rows.groupby("world", sort=False)]
    made = []
    for world, part in parts:
        for figure, cells in part.groupby("figure", sort=False):
            error = (cells["median"] / cells["truth"] - 1).replace([np.inf, -np.inf], np.nan)
            row = {"world": world, "figure": figure, "cases": len(cells), "coverage": cells.covered.mean()}
            row |= {"of 50 %": cells.half.mean()}
            made.append({**row, "median abs error": error.abs().median(), "median error": error.median()})
    return pd.DataFrame(made)


def _agreement(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    made = []
    for key, part in rows.groupby(by, sort=False):
        decided = part[part.given != "test"]
        steps = [abs(_rung(g) - _rung(t)) for g, t in zip(decided.given, decided.true, strict=True)]
        row: dict[str, Any] = dict(zip(by, key, strict=True)) | {
            "cases": len(part),
            "decided": len(decided) / len(part),
        }
        row |= {"agrees": (decided.given == decided.true).mean(), "expected to": decided.probability.mean()}
        made.append({**row, "two or more steps off": float(np.mean([s > 1 for s in steps])) if steps else float("nan")})
    return pd.DataFrame(made)


def _rung(verdict: str) -> int:
    return ("stop", "fix", "keep", "scale").index(verdict)


def _confusion(rows: pd.DataFrame) -> pd.DataFrame:
    order = ["scale", "keep", "fix", "test", "stop"]
    table = pd.crosstab(rows["true"], rows["given"]).reindex(
        index=[v for v in order if v != "test"], columns=order, fill_value=0
    )
    return table.rename_axis("true").reset_index()


def _regret(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    policies = [
        c for c in rows.columns if c not in {"world", "seed", "span", "hurdle", "all", "stated", "true", "covered"}
    ]
    table = rows.groupby(by, sort=False)[[*policies, "stated", "true", "covered"]].mean()
    return table.rename(
        columns={"stated": "link-rule regret as stated", "true": "in truth", "covered": "its interval holds the truth"}
    ).reset_index()


def _text(cells: int) -> str:
    return (
        f"# Chain worlds\n\n{cells} simulated worlds of 156 weeks, each with one chain of four or five channels, judged over the whole data window and over "
        f"13 weeks, against hurdles of {', '.join(map(str, HURDLES))}. Coverage is of 90 % intervals; errors are of posterior medians relative to the truth. A verdict agrees "
        "when it is the one that the true returns call for; cases that are put to the test are left out of that share. `expected to` is the mean "
        "probability that verdicts gave themselves. Regret is the true money lost against the best set of links, per unit of money spent on the "
        "chain, at the hurdle: running the links that the verdict decides on together, or one by one; running all links but those to stop; "
        "running the links whose own expected ROAS reaches the hurdle (the per-link rule), from estimates and with own figures known; and running all. "
        "In worlds called varied the effect of all media is a third to three times the usual, drawn by seed."
    )


if __name__ == "__main__":
    main()
