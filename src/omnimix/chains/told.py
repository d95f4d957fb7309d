"""What a verdict on a chain says in plain words, in English and Dutch: what to do and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from omnimix.labels import MEDIAN
from omnimix.mechanics import Array
from omnimix.words import between, called, capital, figure, listing, money, odds, ratio, texts

if TYPE_CHECKING:
    from omnimix.chains.result import ChainVerdict

LIKELY = 0.5
TELLING = 0.6  # probability of a loss from which its size is told: below, stated losses were seen to be too high
SETTLED = 0.8  # from here on whether a link earns its money is no longer the question
NOTICEABLE = 0.1  # of ROAS: a smaller difference between own and chain figures is not told


def told(found: ChainVerdict, language: str, *, whole: str) -> dict[str, str]:
    """Return a few sentences by link, and under ``whole`` those of the chain. Raises :class:`OmnimixError`."""
    return {n: _of_link(found, n, language) for n in found.spend} | {whole: _of_chain(found, language)}


def _of_link(found: ChainVerdict, link: str, language: str) -> str:
    say, judgement = texts("chains", language), found.judgements[link]
    if not np.isfinite(judgement.probability):
        return say["silent"].format(Link=capital(called(link, language)))
    middle = {m: float(np.median(found.draws(m, link))) for m in ("roas", "roas_direct", "roas_marginal", "roas_half")}
    later = found.later[link]
    clash: str = found.link_rule.clashes[link]
    if clash == "weak and not needed" and (judgement.verdict != "stop" or found.probability_above_hurdle < LIKELY):
        clash = ""  # told where the chain as a whole could excuse it
    if clash == "stops what the chain needs" and not later:
        clash = ""  # of links that replace each other one stays, though nothing works on what it brings
    differs = abs(middle["roas"] - middle["roas_direct"]) > NOTICEABLE
    about = say[clash.replace(" ", "_") or ("both" if differs else "plain")].format(
        Link=capital(called(link, language)),
        own=ratio(middle["roas_direct"], language),
        chain=ratio(middle["roas"], language),
        range=_range(found.draws("roas", link), found.returns.interval, language),
        later=_listed(later, language),
        work=say["work" if len(later) == 1 else "works"],
    )
    return f"{about} {_reason(found, link, middle['roas_marginal'], middle['roas_half'], language)}"


def _of_chain(found: ChainVerdict, language: str) -> str:
    say, judgement, currency = texts("chains", language), found.judgement, found.currency
    net = found.returns.draws.sel(basis="net").to_numpy()
    totals = found.totals.table().set_index("measure")[MEDIAN]
    parts = [
        say["chain"].format(
            Chain=capital(called(found.chain.name, language)),
            value=money(totals["value"], currency, language),
            cost=money(totals["cost"], currency, language),
            net=ratio(float(np.median(net)), language, beside=found.chain.hurdle),
            range=_range(net, found.returns.interval, language),
            above=odds(judgement.above_hurdle, language),
            hurdle=figure(found.chain.hurdle, language),
            verdict=texts("verdicts", language)[judgement.verdict],
        )
    ]
    spent = sum(found.spend.values())
    as_it_was = found.chain.split is None and not any(link.changed for link in found.chain.links)
    if as_it_was and totals["cost"] - spent > 0.005 * spent:
        parts.append(say["induced"].format(induced=money(totals["cost"] - spent, currency, language)))
    parts.append(_of_rule(found, language))
    alone = {n for n, j in found.judgements.items() if j.verdict not in ("stop", "test")}
    stopped = {n for n, j in found.judgements.items() if j.verdict == "stop"}
    partly = judgement.verdict == "fix" and len(found.runs) < len(found.spend)
    if partly or alone - set(found.runs) or stopped & set(found.runs):
        parts.append(say["together"].format(runs=_listed(found.runs, language) or say["none"]))
    if found.extrapolated:
        parts.append(say["extrapolated"].format(channels=_listed(found.extrapolated, language)))
    return " ".join(parts)


def _of_rule(found: ChainVerdict, language: str) -> str:
    """Say what judging link by link would have decided otherwise, and what that costs."""
    say, rule = texts("chains", language), found.link_rule
    if not rule.needed and not rule.spare:
        return say["agrees"]
    chance = float((rule.regret > 0).mean())
    if chance < TELLING:
        return say["open"].format(open=_listed([*rule.needed, *rule.spare], language))
    return say["regret" if rule.needed else "relief"].format(
        stops=_listed(rule.needed, language),
        kept=_listed(rule.spare, language),
        it=say["it" if len(rule.spare) == 1 else "them"],
        regret=money(float(rule.regret.mean()), found.currency, language),
        regret_odds=odds(chance, language),
        regret_range=_range(rule.regret, found.returns.interval, language, currency=found.currency),
    )


def _reason(found: ChainVerdict, link: str, marginal: float, half: float, language: str) -> str:
    say, judgement = texts("chains", language), found.judgements[link]
    verdict: str = judgement.verdict
    if verdict == "fix":
        verdict = "fix_less" if half >= marginal else "fix_thin"
    if verdict == "test":
        earns = judgement.above_hurdle
        verdict = "test_more" if earns > SETTLED else "test_less" if earns < 1 - SETTLED else "test_whether"
    return say[verdict].format(
        marginal=ratio(marginal, language),
        half=ratio(half, language),
        hurdle=figure(found.chain.hurdle, language),
        meanwhile=say["run" if link in found.runs else "pause"],
        above=odds(judgement.above_hurdle, language),
        marginal_odds=odds(judgement.marginal_above_hurdle, language),
    )


def _range(draws: Array, interval: float, language: str, currency: str = "") -> str:
    ends = [float(x) for x in np.quantile(draws, [(1 - interval) / 2, (1 + interval) / 2])]
    low, high = (money(x, currency, language) if currency else ratio(x, language) for x in ends)
    return between(low, high, language)


def _listed(names: Sequence[str], language: str) -> str:
    return listing([called(n, language) for n in names], language)
