"""What a manager reads of a campaign table: chain by chain, then rate by rate, then where campaigns lose most."""

from __future__ import annotations

import pandas as pd

from omnimix.campaigns import CampaignVerdict
from omnimix.cli.screen import heading, say, show_findings, show_table, word
from omnimix.words import Form, Language, form_of, rate

MOST_ROWS, MOST_CHAINS = 30, 12
RATES = dict.fromkeys(("mean", "lower", "upper", "lost"), rate)
TEXTS: dict[str, Form] = {
    **dict.fromkeys(("chain", "step", "campaign", "to", "contradicts"), word),
    **dict.fromkeys(("costs", "between"), str),
}
COSTS = ("cost_per_lead", "cost_per_order")


def show_verdict(verdict: CampaignVerdict, language: str) -> None:
    """Print the warning first, then what it is about, from the whole to the parts."""
    words = Language(language, "campaign_tables")
    heading(words.say("read_first"))
    say(verdict.warning)
    _show_chains(verdict, words)
    _show_rates(verdict, words)
    _show_weakest(verdict, words)
    if verdict.findings:
        heading(words.say("findings", count=len(verdict.findings)))
        show_findings(verdict.findings, language, told=True)


def _show(table: pd.DataFrame, columns: tuple[str, ...], words: Language) -> None:
    """Print columns of a table, each with the heading and the form that its name has."""

    def writer(column: str) -> Form:
        form = RATES.get(column) or form_of(column)
        return TEXTS.get(column) or (lambda value: form(value, words.code))

    headings = {column: words.say(column) for column in columns}
    shown = table[list(columns)].head(MOST_ROWS).rename(columns=headings)
    show_table(shown, {headings[column]: writer(column) for column in columns})
    _say_more(len(table) - MOST_ROWS, words)


def _say_more(count: int, words: Language) -> None:
    if count > 0:
        say(words.say("more", count=count))


def _show_chains(verdict: CampaignVerdict, words: Language) -> None:
    chains, links, even = verdict.chains(), verdict.table(), verdict.break_even()
    links["contradicts"] = links["contradicts"].map({True: words.say("yes"), False: ""})
    told = ", ".join(filter(None, [verdict.currency, " - ".join(dict.fromkeys(verdict.horizon))]))
    after = f" ({told})" if told else ""
    if len(chains) > 1:
        heading(words.say("all_chains") + after)
        _show(chains, ("chain", "spend", "revenue", "roas", *COSTS), words)
    for chain, sentence in chains[["chain", "sentence"]].head(MOST_CHAINS).itertuples(index=False):
        own = links[links["chain"] == chain]
        heading(words.say("one_chain", chain=chain) + (after if len(chains) == 1 else ""))
        say(sentence)
        step = ("step",) if own["step"].ne("").any() else ()
        _show(own, (*step, "campaign", "spend", "platform_roas", *COSTS, "contradicts"), words)
        known = own.loc[own["chain_roas"].notna(), "sentence"].head(MOST_ROWS)
        for remark in [*known, *even.loc[even["chain"] == chain, "sentence"]]:
            if remark:
                say(f"- {remark}")
    _say_more(len(chains) - MOST_CHAINS, words)


def _show_rates(verdict: CampaignVerdict, words: Language) -> None:
    rates = verdict.rates()
    if rates.empty:
        return
    rates["lost"] = rates["lost"] / rates["entered"]
    for (source, target), own in rates.groupby(["source", "target"], sort=False):
        parts = {"source": words.name(str(source)), "target": words.name(str(target))}
        heading(words.say("rates", interval=words.percent(verdict.interval), **parts))
        # the chain and the step are named only where the campaign alone would stand twice
        labels = ("chain", "step", "campaign") if own["campaign"].duplicated().any() else ("campaign",)
        columns = (*labels, "observed", "mean", "lower", "upper", "peers_rate", "lost")
        _show(own.sort_values("step", kind="stable"), columns, words)


def _show_weakest(verdict: CampaignVerdict, words: Language) -> None:
    found = verdict.weakest()
    if found.empty:
        return
    heading(words.say("weakest"))
    low, middle, high = ([words.amount(v) for v in found[c]] for c in ("lower", "median", "upper"))
    found["to"] = [words.name(str(c)) for c in found["target"]]
    found["costs"] = [f"{lost} {words.name(str(c))}" for lost, c in zip(middle, found["lost"], strict=True)]
    found["between"] = [f"{least} / {most}" for least, most in zip(low, high, strict=True)]
    _show(found, ("campaign", "to", "own_rate", "peers_rate", "probability_below_peers", "costs", "between"), words)
    for sentence in [s for s in verdict.sentences if s in set(found["sentence"])][:MOST_ROWS]:
        say(f"- {sentence}")
