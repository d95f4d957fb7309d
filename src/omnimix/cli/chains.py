"""`omnimix chains`: combined ROAS, the verdict on every link and what judging link by link would cost."""

from __future__ import annotations

import argparse

import pandas as pd

from omnimix.chains import WHOLE, ChainVerdict, evaluate_chain
from omnimix.cli.arguments import UsageError
from omnimix.cli.places import require_writable
from omnimix.cli.screen import complain, heading, say, show_table, waiting, word
from omnimix.cli.stored import stored
from omnimix.labels import HORIZON, LINK, LOWER, SPEND, UPPER
from omnimix.posterior import Posterior
from omnimix.rows.chains import chain_rows
from omnimix.rows.json_file import write_json
from omnimix.spec import MOST_LINKS, Chain, Link
from omnimix.words import NOTHING, Form, amount, capital, percent, ratio

SCHEMA = 1
NO_VERDICT = "no verdict"


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
    weeks, chain = found.weeks, found.chain
    unit = found.value_unit
    hurdle, returns, short = f", hurdle {ratio(chain.hurdle)}", "ROAS", "ROAS"
    if not unit.is_money:
        hurdle, returns, short = "", capital(unit.per_money()), f"per {unit.currency}"
    heading(f"Chain {chain.name}: {found.verdict or NO_VERDICT}")
    say(
        f"{len(weeks)} weeks from {weeks[0]:%Y-%m-%d} to {weeks[-1]:%Y-%m-%d}{hurdle}; value of "
        f"{' and '.join(found.outcomes)}, the weeks after in which it still works included. "
        f"{returns} of a link: what it adds to all others, the {found.returns.told} with its "
        f"{percent(found.returns.interval)} range; "
        "own: what it would bring if later links did not exist; share: of the value of the chain (Shapley)."
    )
    table = found.table()
    ends = zip(table[LOWER], table[UPPER], strict=True)
    table["range"] = [NOTHING if pd.isna(low) else f"{ratio(low)} to {ratio(high)}" for low, high in ends]
    table["verdict"] = table["verdict"].fillna(NOTHING)
    names = {"roas_direct": "own", found.returns.told: short, "probability": "sure", "shapley_share": "share"}
    columns: dict[str, Form] = {
        LINK: word,
        "verdict": word,
        "sure": percent,
        SPEND: amount,
        "own": ratio,
        short: ratio,
    }
    show_table(table.rename(columns=names), columns | {"range": str, "share": percent}, last_apart=True)
    sentences = found.sentences(language)
    say(sentences[WHOLE])
    for name in found.spend:
        say(sentences[name], indent="  ")
    if not unit.is_money:
        return
    balance = found.payback.table().set_index(HORIZON)["probability_paid_back"]
    say("Paid back: " + ", ".join(f"{percent(p)} by week {h}" for h, p in balance.items()) + ".")
