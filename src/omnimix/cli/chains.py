"""`omnimix chains`: combined ROAS, the verdict on every link and what judging link by link would cost."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd

from omnimix.chains import WHOLE, ChainVerdict, evaluate_chain
from omnimix.cli.arguments import UsageError
from omnimix.cli.json_file import write_json
from omnimix.cli.places import require_writable
from omnimix.cli.screen import complain, heading, ratio, rounded, say, show_table, waiting, whole_percent, word
from omnimix.cli.stored import stored
from omnimix.effects.figures import summarise
from omnimix.labels import DRAW, HORIZON, LINK, LOWER, MEAN, MEASURE, MEDIAN, OUTCOME, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import MOST_LINKS, Chain, Link

SCHEMA = 1
SUMMARY = (MEAN, MEDIAN, LOWER, UPPER)
ROAS_OF_LINKS = ("roas_direct", "roas", "roas_standalone", "roas_marginal", "roas_shapley")
MONEY_OF_LINKS = ("value", "passed_on", "shapley_value", "induced_spend")


def run_chains(given: argparse.Namespace) -> bool:
    """Judge every chain and print what comes of it."""
    require_writable(given.json)
    posterior = stored(given)
    found = []
    for chain in _asked(given, posterior):
        with waiting(f"Judging {chain.name}", after=2.0):
            found.append(evaluate_chain(posterior, chain, progress=False, allow_unconverged=True))
    for verdict in found:
        _show(verdict, given.language)
    if given.json:
        write_json({"schema": SCHEMA, "chains": [chain_payload(v, given.language) for v in found]}, given.json)
    return False


def _asked(given: argparse.Namespace, posterior: Posterior) -> tuple[Chain, ...]:
    """Return the chains to judge: those of the project file given, else those declared with the fit, else all media."""
    if given.project is not None:
        from omnimix.config import read_config

        chains = read_config(given.project).chains
        if not chains:
            raise UsageError(f'{given.project} declares no chains; add one, such as [chains.spring] links = ["tv"].')
        return chains
    if posterior.campaign_chains:
        return posterior.campaign_chains
    names = posterior.funnel.channel_names
    if len(names) > MOST_LINKS:
        raise UsageError(
            f"no chains are declared, and {len(names)} channels are too many for one chain (at most {MOST_LINKS}); "
            "declare [chains.NAME] in omnimix.toml and pass --project omnimix.toml."
        )
    complain(
        "no chains were declared with this fit, so all channels are judged as one chain; see [chains] in the docs."
    )
    return (Chain("all channels", links=[Link(n) for n in names]),)


def _show(found: ChainVerdict, language: str) -> None:
    weeks, chain = found.weeks, found.chain
    heading(f"Chain {chain.name}: {found.verdict}")
    say(
        f"{len(weeks)} weeks from {weeks[0]:%Y-%m-%d} to {weeks[-1]:%Y-%m-%d}, hurdle {chain.hurdle:g}; value of "
        f"{' and '.join(found.outcomes)}, the weeks after in which it still works included. "
        f"ROAS of a link is what it adds to all others, with its {found.returns.interval:.0%} range; its own "
        "ROAS is what it would earn if later links did not exist; its share is of the value of the chain (Shapley)."
    )
    table = found.table()
    table["range"] = [f"{ratio(low)} to {ratio(high)}" for low, high in zip(table[LOWER], table[UPPER], strict=True)]
    names = {"roas_direct": "own", MEAN: "ROAS", "probability": "sure", "shapley_share": "share"}
    columns = {LINK: word, "verdict": word, "sure": whole_percent, SPEND: rounded, "own": ratio, "ROAS": ratio}
    show_table(table.rename(columns=names), columns | {"range": str, "share": whole_percent}, last_apart=True)
    sentences = found.sentences(language)
    say(sentences[WHOLE])
    for name in found.spend:
        say(sentences[name], indent="  ")
    balance = found.payback.table().set_index(HORIZON)["probability_paid_back"]
    say("Paid back: " + ", ".join(f"{whole_percent(p)} by week {h}" for h, p in balance.items()) + ".")


def chain_payload(found: ChainVerdict, language: str = "en") -> dict[str, Any]:
    """Return a verdict as plain rows. Figures of links are posterior means; ``intervals`` holds them in full."""
    returns = found.returns.table().set_index("basis")
    sentences = found.sentences(language)
    judgement = found.judgement
    return {
        "chain": found.chain.name,
        "start": found.weeks[0],
        "end": found.weeks[-1] + pd.Timedelta(days=6),
        "hurdle": found.chain.hurdle,
        "interval": found.returns.interval,
        "combined_roas": {
            **{k: returns.loc["net", k] for k in SUMMARY},
            **{basis: returns.loc[basis, MEAN] for basis in ("gross", "net", "frozen")},
        },
        "marginal_roas": {k: returns.loc["marginal", k] for k in SUMMARY},
        "probability_above_hurdle": found.probability_above_hurdle,
        "verdict": judgement.verdict,
        "probability": judgement.probability,
        "probabilities": dict(judgement.probabilities),
        "sentence": sentences[WHOLE],
        SPEND: sum(found.spend.values()),
        **{
            m: _summary(found.totals.draws.sel({MEASURE: m}).to_numpy(), found)
            for m in ("cost", "value", "profit", "synergy")
        },
        "outcomes": _rows(found.value.table(), OUTCOME),
        "payback": _rows(found.payback.table(), HORIZON, "probability_paid_back", "value", SPEND),
        "links": [_link(found, n, sentences[n]) for n in found.spend],
        "link_rule_regret": float(found.link_rule.regret.mean()),
        "link_rule": {
            "regret": _summary(found.link_rule.regret, found),
            "probability_regret": float((found.link_rule.regret > 0).mean()),
            "stops": list(found.link_rule.stops),
            "best": list(found.link_rule.best),
        },
        "runs": list(found.runs),
        "extrapolated": list(found.extrapolated),
    }


def _link(found: ChainVerdict, name: str, sentence: str) -> dict[str, Any]:
    judgement, rule = found.judgements[name], found.link_rule
    figures = {m: _summary(found.draws(m, name), found) for m in (*ROAS_OF_LINKS, *MONEY_OF_LINKS)}
    return {
        "link": name,
        "channels": list(found.chain.link(name).channels),
        SPEND: found.spend[name],
        **{_named(m): summary[MEAN] for m, summary in figures.items()},
        "intervals": {_named(m): summary for m, summary in figures.items()},
        "verdict": judgement.verdict,
        "probability": judgement.probability,
        "probability_above_hurdle": judgement.above_hurdle,
        "probability_marginal_above_hurdle": judgement.marginal_above_hurdle,
        "probabilities": dict(judgement.probabilities),
        "contradicts_link_rule": rule.contradicts(name),
        "probability_link_rule_wrong": rule.wrong[name],
        "clash": rule.clashes[name],
        "sentence": sentence,
    }


def _named(measure: str) -> str:
    return "roas_incremental" if measure == "roas" else measure


def _summary(draws: Array, found: ChainVerdict) -> dict[str, float]:
    """Return mean, median, lower and upper of draws."""
    import xarray as xr

    summary = summarise(xr.DataArray(np.asarray(draws, dtype=float), dims=DRAW), found.returns.interval)
    return {k: float(v) for k, v in summary.items()}


def _rows(table: pd.DataFrame, *more: str) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table[[*more[:1], *SUMMARY, *more[1:]]].to_dict("records")]
