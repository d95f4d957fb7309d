"""The tables of `omnimix effects`: each figure once, where the funnel has it."""

from __future__ import annotations

import pandas as pd

from omnimix.cli.screen import day, heading, say, word
from omnimix.cli.spoken import DAY, show, speaking
from omnimix.effects import Figures
from omnimix.effects.paths import INTERACTION, KIND
from omnimix.frequency import BestFrequency
from omnimix.labels import (
    ALL_MEDIA,
    CAMPAIGN,
    CHANNEL,
    GEO,
    HORIZON,
    INDUCED_SPEND,
    LOWER,
    MEAN,
    OUTCOME,
    PATH,
    PERIOD,
    SPEND,
    STAGE,
    UPPER,
)
from omnimix.posterior import Posterior
from omnimix.rows.results import Results
from omnimix.words import Form, Language, amount, listing, percent, ratio

SMALL_PATH = 0.01  # of what all paths bring: smaller ones are left to --json
EACH = "each"  # column: money for one unit of what is counted


def show_results(posterior: Posterior, found: Results, language: str = "en") -> None:
    """Print ROAS and contributions and, where the funnel has them, traffic shares, paths and payback."""
    words = speaking(language, found.value_unit)
    _show_roas(posterior, found.roas, words)
    if found.traffic_share is not None:
        _show_traffic(found.traffic_share, words)
    _show_contributions(found, words)
    if found.by_geo is not None:
        _show_geos(found.by_geo, words)
    if found.by_campaign is not None:
        _show_campaigns(found.by_campaign, words)
    if found.by_period is not None:
        _show_periods(found.by_period, words)
    if found.best_frequency is not None:
        _show_frequencies(found.best_frequency, words)
    if posterior.funnel.stages:
        _show_paths(found.paths, words)
    if found.payback is not None:
        _show_payback(found.payback, words)
    elif not found.value_unit.is_money:
        unvalued = found.value_unit.unvalued
        heading(words.say("no_payback"))
        say(words.say("no_payback_why", outcomes=listing(unvalued, language), first=unvalued[0]))


def told_by(figures: Figures, words: Language) -> str:
    """Return the middle that a quantity is told by, as its column is headed."""
    return words.say(f"column_{figures.told}")


def _show_geos(returns: Figures, words: Language) -> None:
    heading(words.say("by_geo", interval=words.percent(returns.interval)))
    columns: dict[str, Form] = {GEO: word, CHANNEL: word, **_range(returns.told, ratio), SPEND: amount}
    show(returns.table(), columns, words)


def _show_campaigns(returns: Figures, words: Language) -> None:
    heading(words.say("by_campaign", interval=words.percent(returns.interval)))
    say(words.say("by_campaign_note"))
    columns: dict[str, Form] = {CHANNEL: word, CAMPAIGN: word, **_range(returns.told, ratio), SPEND: amount}
    show(returns.table(), columns, words)


def _show_periods(returns: Figures, words: Language) -> None:
    heading(words.say("by_period", interval=words.percent(returns.interval)))
    say(words.say("by_period_note"))
    columns: dict[str, Form] = {CHANNEL: word, PERIOD: word, **_range(returns.told, ratio), SPEND: amount}
    show(returns.table(), columns, words)


def _show_frequencies(found: BestFrequency, words: Language) -> None:
    told = Language.of(words.code, "best_frequency", words.value_unit)
    heading(told.say("heading", interval=words.percent(found.interval)))
    columns: dict[str, Form] = {CHANNEL: word, "frequency": ratio, "best_frequency": ratio}
    columns |= {"frequency_lower": ratio, "frequency_upper": ratio, "advised": ratio}
    columns |= {"gain": amount, "gain_share": percent, "probability_better": percent}
    names = {"frequency": "today", "best_frequency": "best", "advised": "advised", "gain": "gain"}
    names |= {"gain_share": "share", "probability_better": "better"}
    headings = {k: told.say(f"column_{v}") for k, v in names.items()}
    headings |= {f"frequency_{end}": words.say(f"column_{end}") for end in (LOWER, UPPER)}
    show(found.table(), columns, words, headings=headings)
    for key, said in found.sentences(words.code).items():
        if key != "how":
            say(said)


def _show_roas(posterior: Posterior, returns: Figures, words: Language) -> None:
    answering = [c.name for c in posterior.funnel.responding]
    unit, weeks = posterior.value_unit, posterior.scaling.window_weeks
    heading(words.say("roas", currency=unit.currency, interval=words.percent(returns.interval)))
    say(words.say("roas_note", first=f"{weeks[0]:{DAY}}", last=f"{weeks[-1]:{DAY}}"))
    unpaid = [c.name for c in posterior.funnel.unpaid]
    if unpaid:
        say(words.say("unpaid", channels=", ".join(unpaid)))
    columns: dict[str, Form] = {CHANNEL: word, **_range(returns.told, ratio), MEAN: ratio, SPEND: amount}
    if not unit.is_money:
        say(words.say("each_note", currency=unit.currency, told=told_by(returns, words)))
        columns[EACH] = amount
    if answering:
        count = "one" if len(answering) == 1 else "more"
        say(words.say(f"answering_{count}", channels=listing(answering, words.code)))
        columns[INDUCED_SPEND] = amount
    table = returns.table()
    table[EACH] = 1 / table[returns.told].where(table[returns.told] > 0)
    show(table, columns, words, headings={EACH: words.say("each", currency=unit.currency)}, last_apart=True)


def _show_traffic(share: Figures, words: Language) -> None:
    for stage, table in share.table().groupby(STAGE, sort=False):
        heading(words.say("traffic", stage=stage, interval=words.percent(share.interval)))
        reaching = table[UPPER] != table[LOWER]  # a channel without a way to the stage brings nothing, for certain
        show(table.loc[reaching], {CHANNEL: word, **_range(share.told, percent)}, words, last_apart=True)


def _show_contributions(found: Results, words: Language) -> None:
    parts, unit = found.contributions, found.value_unit
    share = parts.table().set_index([OUTCOME, CHANNEL])["share"]
    counted = parts.money if unit.is_money else parts.total
    table = counted.table().drop(columns="share", errors="ignore").join(share, on=[OUTCOME, CHANNEL])
    interval = words.percent(parts.interval)
    for outcome, rows in table.groupby(OUTCOME, sort=False):
        heading(words.say("contributions", outcome=outcome, currency=unit.currency, interval=interval))
        show(rows, {CHANNEL: word, **_range(counted.told, amount), "share": percent}, words)


def _show_paths(ways: Figures, words: Language) -> None:
    table = ways.table()
    together = table[KIND] == INTERACTION
    table.loc[together, PATH] = [words.say("together", channel=name) for name in table.loc[together, CHANNEL]]
    large = table[ways.told].abs() >= SMALL_PATH * table.loc[~together, ways.told].abs().sum()
    counted = words.value_unit.name(words.code)
    heading(words.say("paths", counted=counted, interval=words.percent(ways.interval)))
    show(table.loc[large], {PATH: word, **_range(ways.told, amount)}, words)
    left_out = int((~large & ~together).sum())
    if left_out:
        say(words.say("small_paths", count=left_out, share=words.percent(SMALL_PATH)))


def _range(told: str, form: Form) -> dict[str, Form]:
    """Return the columns of what a quantity is told by and its interval."""
    return {told: form, LOWER: form, UPPER: form}


def _show_payback(balance: Figures, words: Language) -> None:
    table = balance.table()
    chance = table.pivot_table(index=CHANNEL, columns=HORIZON, values="probability_paid_back")
    last = table[HORIZON].max()
    campaign = table.loc[table[HORIZON] == last, [CHANNEL, "start", SPEND]]
    wide = campaign.join(chance, on=CHANNEL)
    heading(words.say("payback"))
    say(words.say("payback_note"))
    names: dict[object, str] = {h: words.say("in_weeks", weeks=int(h)) for h in chance.columns}
    shown = pd.DataFrame(wide.rename(columns=names))
    columns: dict[str, Form] = {CHANNEL: word, "start": day, SPEND: amount, **dict.fromkeys(names.values(), percent)}
    show(shown, columns, words, last_apart=bool((shown[CHANNEL] == ALL_MEDIA).any()))
