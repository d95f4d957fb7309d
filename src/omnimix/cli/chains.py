"""`omnimix chains`: combined ROAS, the verdict on every link and what judging link by link would cost."""

from __future__ import annotations

import argparse

from omnimix.chains import WHOLE, ChainVerdict, evaluate_chain
from omnimix.cli.arguments import UsageError
from omnimix.cli.places import require_writable
from omnimix.cli.screen import complain, heading, say, waiting, word
from omnimix.cli.spoken import DAY, show, spans, speaking
from omnimix.cli.stored import stored
from omnimix.cli.tables import told_by
from omnimix.labels import HORIZON, LINK, LOWER, SPEND, UPPER
from omnimix.posterior import Posterior
from omnimix.rows.chains import chain_rows
from omnimix.rows.json_file import write_json
from omnimix.spec import MOST_LINKS, Chain, Link
from omnimix.words import NOTHING, Form, amount, capital, listing, percent, ratio, texts

SCHEMA = 1


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
        write_json({"schema": SCHEMA, "chains": [chain_rows(v, given.language) for v in found]}, given.json)
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
    names = posterior.funnel.bought_names
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
    weeks, chain, unit = found.weeks, found.chain, found.value_unit
    words, verdicts = speaking(language, unit), texts("verdicts", language)
    heading(words.say("chain", name=chain.name, verdict=verdicts.get(found.verdict or "", words.say("no_verdict"))))
    say(
        words.say(
            "chain_note",
            count=len(weeks),
            first=f"{weeks[0]:{DAY}}",
            last=f"{weeks[-1]:{DAY}}",
            hurdle=words.ratio(chain.hurdle),
            outcomes=listing(found.outcomes, language),
            told=told_by(found.returns, words),
            interval=words.percent(found.returns.interval),
            Per=capital(unit.per_money(language)),
        )
    )
    table = found.table()
    table["range"] = spans(table[LOWER], table[UPPER], ratio, words)
    table["verdict"] = [verdicts.get(v, NOTHING) for v in table["verdict"]]
    table[LINK] = table[LINK].replace(WHOLE, words.say("whole_chain"))
    table = table.rename(columns={"roas_direct": "own", "probability": "sure", "shapley_share": "share"})
    columns: dict[str, Form] = {
        LINK: word,
        "verdict": word,
        "sure": percent,
        SPEND: amount,
        "own": ratio,
        found.returns.told: ratio,
        "range": str,
        "share": percent,
    }
    short = "ROAS" if unit.is_money else words.say("per", currency=unit.currency)
    show(table, columns, words, headings={found.returns.told: short}, last_apart=True)
    sentences = found.sentences(language)
    say(sentences[WHOLE])
    for name in found.spend:
        say(sentences[name], indent="  ")
    if not unit.is_money:
        return
    balance = found.payback.table().set_index(HORIZON)["probability_paid_back"]
    by = [words.say("paid_back_by", probability=words.percent(p), week=h) for h, p in balance.items()]
    say(words.say("paid_back", weeks=", ".join(by)))
