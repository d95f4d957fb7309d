"""What a manager reads of a campaign table: chain by chain, then rate by rate, then where campaigns lose most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from omnimix.campaigns import CampaignVerdict
from omnimix.campaigns.words import chance, count_word, counted, number, percent, roas
from omnimix.cli.screen import heading, say, show_findings, show_table, word

MOST_ROWS, MOST_CHAINS = 30, 12
DUTCH = {
    "Read this first": "Lees dit eerst",
    "All chains": "Alle ketens",
    "Chain {}": "Keten {}",
    "From {} to {}: rate with {} interval": "Van {} naar {}: percentage met {}-interval",
    "Where each campaign loses most against its peers": "Waar elke campagne het meest verliest tegen vergelijkbare",
    "Findings ({})": "Bevindingen ({})",
    "... and {} more; --json FILE has them all.": "... en nog {}; --json BESTAND heeft ze alle.",
    "yes": "ja",
    "chain": "keten",
    "step": "stap",
    "campaign": "campagne",
    "spend": "uitgaven",
    "revenue": "omzet",
    "own ROAS": "eigen ROAS",
    "misleads": "misleidt",
    "observed": "gemeten",
    "estimate": "schatting",
    "lower": "onder",
    "upper": "boven",
    "lost": "afgehaakt",
    "own": "eigen",
    "peers": "anderen",
    "below": "lager",
    "costs": "kost",
    "to": "naar",
    "between": "tussen",
}

type Writer = Callable[[object], str]


def show_verdict(verdict: CampaignVerdict, language: Any) -> None:
    """Print the warning first, then what it is about, from the whole to the parts."""
    pen = _Pen(language)
    pen.heading("Read this first")
    say(verdict.warning)
    _show_chains(verdict, pen)
    _show_rates(verdict, pen)
    _show_weakest(verdict, pen)
    if verdict.findings:
        pen.heading("Findings ({})", str(len(verdict.findings)))
        show_findings(verdict.findings)


class _Pen:
    """Writes headings, columns and figures in one language."""

    def __init__(self, language: Any) -> None:
        self.language = language

    def word(self, text: str) -> str:
        return DUTCH.get(text, text) if self.language == "nl" else text

    def heading(self, text: str, *parts: str, after: str = "") -> None:
        heading(self.word(text).format(*parts) + after)

    def amount(self, value: object) -> str:
        return number(float(str(value)), self.language)

    def ratio(self, value: object) -> str:
        return roas(float(str(value)), self.language)

    def share(self, value: object) -> str:
        return percent(float(str(value)), self.language)

    def chance(self, value: object) -> str:
        return chance(float(str(value)), self.language)

    def table(self, table: pd.DataFrame, columns: dict[str, Writer]) -> None:
        shown = table.head(MOST_ROWS).rename(columns={name: self.word(name) for name in columns})
        show_table(shown, {self.word(name): write for name, write in columns.items()})
        self.more(len(table) - MOST_ROWS)

    def more(self, count: int) -> None:
        if count > 0:
            say(self.word("... and {} more; --json FILE has them all.").format(count))


def _show_chains(verdict: CampaignVerdict, pen: _Pen) -> None:
    per = {"cost_per_lead": "per lead", "cost_per_order": "per order", "roas": "ROAS", "platform_roas": "own ROAS"}
    per |= {"contradicts": "misleads"}
    chains, links = verdict.chains().rename(columns=per), verdict.table().rename(columns=per)
    links["misleads"] = links["misleads"].map({True: pen.word("yes"), False: ""})
    told = ", ".join(filter(None, [verdict.currency, " - ".join(dict.fromkeys(verdict.horizon))]))
    costs: dict[str, Writer] = {"per lead": pen.amount, "per order": pen.amount}
    if len(chains) > 1:
        pen.heading("All chains", after=f" ({told})" if told else "")
        columns: dict[str, Writer] = {"chain": word, "spend": pen.amount, "revenue": pen.amount, "ROAS": pen.ratio}
        pen.table(chains, {**columns, **costs})
    even = verdict.break_even()
    for chain, sentence in chains[["chain", "sentence"]].head(MOST_CHAINS).itertuples(index=False):
        own = links[links["chain"] == chain]
        pen.heading("Chain {}", chain, after=f" ({told})" if told and len(chains) == 1 else "")
        say(sentence)
        step: dict[str, Writer] = {"step": word} if own["step"].ne("").any() else {}
        pen.table(
            own, {**step, "campaign": word, "spend": pen.amount, "own ROAS": pen.ratio, **costs, "misleads": word}
        )
        known = own.loc[own["chain_roas"].notna(), "sentence"].head(MOST_ROWS)
        for remark in [*known, *even.loc[even["chain"] == chain, "sentence"]]:
            if remark:
                say(f"- {remark}")
    pen.more(len(chains) - MOST_CHAINS)


def _show_rates(verdict: CampaignVerdict, pen: _Pen) -> None:
    rates = verdict.rates()
    if rates.empty:
        return
    rates["lost"] = rates["lost"] / rates["entered"]
    rates = rates.drop(columns="peers").rename(columns={"mean": "estimate", "peers_rate": "peers"})
    for (source, target), own in rates.groupby(["source", "target"], sort=False):
        counts = (count_word(str(source), pen.language), count_word(str(target), pen.language))
        pen.heading("From {} to {}: rate with {} interval", *counts, f"{verdict.interval:.0%}")
        columns = {**_labels(own), "observed": pen.share, "estimate": pen.share, "lower": pen.share}
        pen.table(
            own.sort_values("step", kind="stable"),
            {**columns, "upper": pen.share, "peers": pen.share, "lost": pen.share},
        )


def _show_weakest(verdict: CampaignVerdict, pen: _Pen) -> None:
    found = verdict.weakest()
    if found.empty:
        return
    pen.heading("Where each campaign loses most against its peers")
    found["to"] = [count_word(str(c), pen.language) for c in found["target"]]
    ends = [[counted(v, pen.language) for v in found[c]] for c in ("median", "lower", "upper")]
    units = [count_word(str(c), pen.language) for c in found["lost"]]
    found["costs"] = [f"{middle} {unit}" for middle, unit in zip(ends[0], units, strict=True)]
    found["between"] = [f"{low} / {high}" for low, high in zip(*ends[1:], strict=True)]
    names = {"own_rate": "own", "peers_rate": "peers", "probability_below_peers": "below"}
    columns: dict[str, Writer] = {"campaign": word, "to": word, "own": pen.share, "peers": pen.share}
    pen.table(found.rename(columns=names), {**columns, "below": pen.chance, "costs": str, "between": str})
    for sentence in [s for s in verdict.sentences if s in set(found["sentence"])][:MOST_ROWS]:
        say(f"- {sentence}")


def _labels(table: pd.DataFrame) -> dict[str, Writer]:
    """Name the chain and the step only where the campaign alone would stand twice."""
    twice = table["campaign"].duplicated().any()
    return {**({"chain": word, "step": word} if twice else {}), "campaign": word}
