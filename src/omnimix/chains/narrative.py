"""What a verdict on a chain says in plain words: what to do and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from omnimix.effects import middle
from omnimix.mechanics import Array
from omnimix.words import NOTHING, Language, texts

if TYPE_CHECKING:
    from omnimix.chains.result import ChainVerdict
    from omnimix.chains.verdict import Judgement

LIKELY = 0.5
TELLING = 0.6  # probability of a loss from which its size is told: below, stated losses were seen to be too high
SETTLED = 0.8  # from here on whether a link earns its money is no longer the question
NOTICEABLE = 0.1  # of ROAS: a smaller difference between own and chain figures is not told


def told(found: ChainVerdict, language: str, *, whole: str) -> dict[str, str]:
    """Return a few sentences by link, and under ``whole`` those of the chain. Raises :class:`OmnimixError`."""
    words = Language.of(language, "chains", found.value_unit)
    return {n: _of_link(found, n, words) for n in found.spend} | {whole: _of_chain(found, words)}


def _of_link(found: ChainVerdict, link: str, words: Language) -> str:
    judgement = found.judgements[link]
    if not found.spend[link] or (judgement.verdict is None and found.value_unit.is_money):
        return words.say("silent", Link=words.title(link))
    at = {m: middle(found.draws(m, link), m) for m in ("roas", "roas_direct", "roas_marginal", "roas_half")}
    later = found.later[link]
    clash: str = found.link_rule.clashes[link]
    if clash == "weak and not needed" and (judgement.verdict != "stop" or found.probability_above_hurdle < LIKELY):
        clash = ""  # told where the chain as a whole could excuse it
    if clash == "stops what the chain needs" and not later:
        clash = ""  # of links that replace each other one stays, though nothing works on what it brings
    differs = abs(at["roas"] - at["roas_direct"]) > NOTICEABLE
    about = words.say(
        clash.replace(" ", "_") or ("both" if differs else "plain"),
        Link=words.title(link),
        own=words.ratio(at["roas_direct"]),
        chain=words.ratio(at["roas"]),
        range=words.between(*map(words.ratio, _ends(found.draws("roas", link), found.returns.interval))),
        later=words.names(later),
        work=words.say("work" if len(later) == 1 else "works"),
    )
    verdict = judgement.verdict
    if verdict is None:
        return about
    how: str = verdict
    if verdict == "fix":
        how = "fix_less" if at["roas_half"] >= at["roas_marginal"] else "fix_thin"
    if verdict == "test":
        earns = judgement.above_hurdle
        how = "test_more" if earns > SETTLED else "test_less" if earns < 1 - SETTLED else "test_whether"
    if judgement.test_declined:
        how = f"no_test_{verdict}"
    reason = words.say(
        how,
        marginal=words.ratio(at["roas_marginal"]),
        half=words.ratio(at["roas_half"]),
        hurdle=words.ratio(found.chain.hurdle),
        meanwhile=words.say("run" if link in found.runs else "pause"),
        above=words.odds(judgement.above_hurdle),
        marginal_odds=words.odds(judgement.marginal_above_hurdle),
        **_price(judgement, words),
    )
    return f"{about} {reason}"


def _price(judgement: Judgement, words: Language) -> dict[str, str]:
    """Return what the best test would be worth and cost, in words; nothing where that was not worked out."""
    if judgement.test is None:
        return {}
    return {"evsi": words.value(judgement.test.evsi), "cost": words.value(judgement.test.cost)}


def _of_chain(found: ChainVerdict, words: Language) -> str:
    judgement = found.judgement
    if not any(found.spend.values()):
        return words.say("silent", Link=words.title(found.chain.name))
    net = found.returns.draws.sel(basis="net").to_numpy()
    totals = found.totals.table().set_index("measure")[found.totals.told]
    parts = [
        words.say(
            "chain",
            Chain=words.title(found.chain.name),
            value=words.value(totals["value"]),
            cost=words.money(totals["cost"]),
            net=words.ratio(middle(net, found.returns.name)),
            range=words.between(*map(words.ratio, _ends(net, found.returns.interval))),
            above=words.odds(judgement.above_hurdle),
            hurdle=words.ratio(found.chain.hurdle),
            verdict=texts("verdicts", words.code).get(judgement.verdict or "", NOTHING),
        )
    ]
    spent = sum(found.spend.values())
    as_it_was = found.chain.split is None and not any(link.changed for link in found.chain.links)
    if as_it_was and totals["cost"] - spent > 0.005 * spent:
        parts.append(words.say("induced", induced=words.money(totals["cost"] - spent)))
    if not found.link_rule.decides:
        parts.append(words.say("no_verdict", outcomes=words.names(found.unvalued), first=found.unvalued[0]))
        return " ".join([*parts, *_what_if(found, words)])
    if judgement.test_declined:
        parts.append(words.say("no_test_chain", **_price(judgement, words)))
    parts.append(_of_rule(found, words))
    alone = {n for n, j in found.judgements.items() if j.verdict not in ("stop", "test", None)}
    stopped = {n for n, j in found.judgements.items() if j.verdict == "stop"}
    partly = judgement.verdict == "fix" and len(found.runs) < len(found.spend)
    if partly or alone - set(found.runs) or stopped & set(found.runs):
        parts.append(words.say("together", runs=words.names(found.runs) or words.say("none")))
    return " ".join([*parts, *_what_if(found, words)])


def _what_if(found: ChainVerdict, words: Language) -> list[str]:
    return [words.say("extrapolated", channels=words.names(found.extrapolated))] if found.extrapolated else []


def _of_rule(found: ChainVerdict, words: Language) -> str:
    """Say what judging link by link would have decided otherwise, and what that costs."""
    rule = found.link_rule
    if not rule.needed and not rule.spare:
        return words.say("agrees")
    chance = float((rule.regret > 0).mean())
    if chance < TELLING:
        return words.say("open", open=words.names([*rule.needed, *rule.spare]))
    return words.say(
        "regret" if rule.needed else "relief",
        stops=words.names(rule.needed),
        kept=words.names(rule.spare),
        it=words.say("it" if len(rule.spare) == 1 else "them"),
        regret=words.money(middle(rule.regret, "regret")),
        regret_odds=words.odds(chance),
        regret_range=words.between(*map(words.money, _ends(rule.regret, found.returns.interval))),
    )


def _ends(draws: Array, interval: float) -> tuple[float, float]:
    """Return both ends of the interval that holds so much of the draws."""
    low, high = np.quantile(draws, [(1 - interval) / 2, (1 + interval) / 2])
    return float(low), float(high)
