"""The tables of `omnimix effects`: each figure once, where the funnel has it."""

from __future__ import annotations

import pandas as pd

from omnimix.cli.screen import day, heading, say, show_table, word
from omnimix.effects import Figures
from omnimix.effects.paths import INTERACTION, KIND
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
    SPEND,
    STAGE,
    UPPER,
)
from omnimix.posterior import Posterior
from omnimix.rows.results import Results
from omnimix.words import Form, amount, capital, percent, ratio

SMALL_PATH = 0.01  # of what all paths bring: smaller ones are left to --json


def show_results(posterior: Posterior, found: Results) -> None:
    """Print ROAS and contributions and, where the funnel has them, traffic shares, paths and payback."""
    unit = found.value_unit
    _show_roas(posterior, found.roas)
    if found.traffic_share is not None:
        _show_traffic(found.traffic_share)
    _show_contributions(found)
    if found.by_geo is not None:
        _show_geos(found.by_geo)
    if found.by_campaign is not None:
        _show_campaigns(found.by_campaign)
    if posterior.funnel.stages:
        _show_paths(found.paths, unit.name())
    if found.payback is not None:
        _show_payback(found.payback)
    elif not unit.is_money:
        heading("No payback and no break-even")
        say(f"{capital(unit.why)}. To have both, {unit.remedy}.")


def _show_geos(returns: Figures) -> None:
    heading(f"The same by geo, {percent(returns.interval)} interval")
    columns: dict[str, Form] = {GEO: word, CHANNEL: word, **_range(returns.told, ratio), SPEND: amount}
    show_table(returns.table(), columns)


def _show_campaigns(returns: Figures) -> None:
    heading(f"The same by campaign, {percent(returns.interval)} interval")
    say(
        "What is lost without a campaign, over what was spent on it. Campaigns of a channel share its curve: what is "
        "lost with each, one at a time, does not add up to what the channel brings."
    )
    columns: dict[str, Form] = {CHANNEL: word, CAMPAIGN: word, **_range(returns.told, ratio), SPEND: amount}
    show_table(returns.table(), columns)


def _show_roas(posterior: Posterior, returns: Figures) -> None:
    answering = [c.name for c in posterior.funnel.responding]
    unit, weeks = posterior.value_unit, posterior.scaling.window_weeks
    what, counted = ("ROAS: value", "value") if unit.is_money else (capital(unit.name()), unit.name())
    heading(f"{what} for 1 {unit.currency} spent, {percent(returns.interval)} interval")
    say(
        f"Spend of {weeks[0]:%Y-%m-%d} to {weeks[-1]:%Y-%m-%d}; {counted} in those weeks "
        "and in the weeks after in which it still works. "
        "A return is told by its median: the truth is as likely above it as below."
    )
    unpaid = [c.name for c in posterior.funnel.unpaid]
    if unpaid:
        say(f"Not paid, so without ROAS: {', '.join(unpaid)}. What they bring stands among the contributions.")
    columns: dict[str, Form] = {CHANNEL: word, **_range(returns.told, ratio), MEAN: ratio, SPEND: amount}
    each = f"{unit.currency} each"
    if not unit.is_money:
        say(f"{each}: what one costs, by the {returns.told}.")
        columns[each] = amount
    if answering:
        say(
            f"The spend of {' and '.join(answering)} answers to demand: what a channel makes "
            f"{'it' if len(answering) == 1 else 'them'} spend counts among that channel's costs (induced spend)."
        )
        columns["induced spend"] = amount
    table = returns.table().rename(columns={INDUCED_SPEND: "induced spend"})
    table[each] = 1 / table[returns.told].where(table[returns.told] > 0)
    show_table(table, columns, last_apart=True)


def _show_traffic(share: Figures) -> None:
    for stage, table in share.table().groupby(STAGE, sort=False):
        heading(f"Where {stage} come from: share of the data window, {percent(share.interval)} interval")
        reaching = table[UPPER] != table[LOWER]  # a channel without a way to the stage brings nothing, for certain
        show_table(table.loc[reaching], {CHANNEL: word, **_range(share.told, percent)}, last_apart=True)


def _show_contributions(found: Results) -> None:
    parts, unit = found.contributions, found.value_unit
    share = parts.table().set_index([OUTCOME, CHANNEL])["share"]
    counted = parts.money if unit.is_money else parts.total
    table = counted.table().drop(columns="share", errors="ignore").join(share, on=[OUTCOME, CHANNEL])
    for outcome, rows in table.groupby(OUTCOME, sort=False):
        money = f" in {unit.currency}" if unit.is_money else ""
        heading(f"Contributions to {outcome}{money}, {percent(parts.interval)} interval, and share of {outcome}")
        show_table(rows, {CHANNEL: word, **_range(counted.told, amount), "share": percent})


def _show_paths(ways: Figures, unit: str) -> None:
    table = ways.table()
    together = table[KIND] == INTERACTION
    table.loc[together, PATH] = table.loc[together, CHANNEL] + ", only together with others"
    large = table[ways.told].abs() >= SMALL_PATH * table.loc[~together, ways.told].abs().sum()
    heading(f"Paths: which way that value comes, in {unit}, {percent(ways.interval)} interval")
    show_table(table.loc[large], {PATH: word, **_range(ways.told, amount)})
    left_out = int((~large & ~together).sum())
    if left_out:
        say(f"{left_out} paths of less than {percent(SMALL_PATH)} of all value are left out; --json FILE has them.")


def _range(told: str, form: Form) -> dict[str, Form]:
    """Return the columns of what a quantity is told by and its interval."""
    return {told: form, LOWER: form, UPPER: form}


def _show_payback(balance: Figures) -> None:
    table = balance.table()
    chance = table.pivot_table(index=CHANNEL, columns=HORIZON, values="probability_paid_back")
    last = table[HORIZON].max()
    campaign = table.loc[table[HORIZON] == last, [CHANNEL, "start", SPEND]]
    wide = campaign.join(chance, on=CHANNEL)
    weeks = [int(h) for h in chance.columns]
    heading("Payback: how likely a campaign has earned its money back, by weeks since its start")
    say("Of the 13 weeks in which most media money was spent, for every channel; all other spend stays as it was.")
    names: dict[object, str] = {h: f"{h} w" for h in weeks}
    shown = pd.DataFrame(wide.rename(columns=names))
    columns: dict[str, Form] = {CHANNEL: word, "start": day, SPEND: amount, **dict.fromkeys(names.values(), percent)}
    show_table(shown, columns, last_apart=bool((shown[CHANNEL] == ALL_MEDIA).any()))
