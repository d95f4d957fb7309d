"""The tables of `omnimix budget`: the plan, what it gains, what can be negotiated, what separate budgets cost."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from omnimix.budget import BudgetPlan, SiloCost
from omnimix.budget.plan import (
    PART,
    PLAN_EVENLY,
    SCEPTICAL,
    SCEPTICAL_LOWER,
    SCEPTICAL_UPPER,
    SPLIT,
    TIMING,
    TODAY_EVENLY,
)
from omnimix.cli.screen import heading, say, show_table, word
from omnimix.labels import CHANNEL, GEO, LOWER, MEAN, UPPER
from omnimix.spec import RETURNS, Cvar
from omnimix.words import Form, amount, change, percent, rate, ratio

PARTS = {
    "silo_cost": "separate budgets and goals",
    "wrong_split": "of which: wrong split between them",
    "wrong_goal": "of which: wrong goals within them",
    "today": "staying with today's plan",
}
WEEKS = {
    SPLIT: "the division, in today's weekly pattern",
    TIMING: "the plan's own weeks",
    TODAY_EVENLY: "today's plan, spread evenly",
    PLAN_EVENLY: "the plan, spread evenly",
}
type Columns = dict[str, Form]
MONEY: Columns = {"today": amount, "plan": amount, "change": change}
GAIN: Columns = {MEAN: amount, "range": str, "odds": percent}


def show_plan(plan: BudgetPlan, language: str = "en") -> None:
    """Print a plan: in sentences, by channel, by team and pool, what it gains and what it rests on."""
    weeks = plan.weeks
    heading(
        f"Plan of {plan.currency} {amount(plan.total)} over {len(weeks)} weeks, "
        f"{weeks[0]:%Y-%m-%d} to {weeks[-1] + pd.Timedelta(days=6):%Y-%m-%d}"
    )
    told = plan.sentences(language)
    for what, sentence in told.items():
        if what != "today":
            say(sentence)
    _show_channels(plan, told["today"])
    _show_groups(plan)
    _show_shares(plan)
    _show_gain(plan)
    _show_weeks(plan)
    heading("What this rests on")
    for line in assumptions(plan):
        say(f"- {line}")


def show_silos(silos: SiloCost | None, note: str = "", language: str = "en") -> None:
    """Print what separate budgets lose against the joint plan, or why that is not known."""
    if silos is None:
        heading("Cost of separate budgets")
        say(note)
        return
    heading(f"Cost of separate budgets in {silos.value_unit.name()}, {percent(silos.cost.interval)} interval")
    looked = [
        f"{team} looks at {' and '.join(goal.nodes)}{', own direct effects only' if goal.direct else ''}"
        for team, goal in silos.goals.items()
    ]
    say(silos.sentence(language))
    say(
        f"Every team divides what it has today to its own goal, in its own weekly pattern: {'; '.join(looked)}. "
        "What the joint plan brings more:"
    )
    table = _ranged(silos.table()).assign(part=lambda t: t["part"].map(PARTS))
    show_table(table.rename(columns={"probability_positive": "odds"}), {"part": word, **GAIN})
    for remark in silos.remarks:
        say(f"- {_sentence(remark)}")


def assumptions(plan: BudgetPlan) -> Iterator[str]:
    """Yield what a plan rests on, in sentences."""
    rests = plan.assumptions
    aim = (
        f"the mean gain over today's plan in the worst {percent(1 - rests.objective.level)} of the draws"
        if isinstance(rests.objective, Cvar)
        else f"expected {rests.objective}"
    )
    unit = plan.value_unit
    yield f"Made as large as possible: {aim}, on {rests.draws:,} draws of what the data leave open."
    if not unit.is_money:
        yield f"Value is counted in {unit.name()}, and no money is taken off: {unit.why}."
    if rests.target is not None:
        returns = rests.target.of in RETURNS
        at = ratio(rests.target.at) if returns else amount(rests.target.at)
        per = f" {unit.per_money()}" if returns and not unit.is_money else ""
        yield f"To be reached: {rests.target.of} of {at}{per}."
    later = f"later money counts {rate(rests.discount)} less a year" if rests.discount else "later money counts in full"
    yield f"Value counts for {rests.horizon} weeks from the first week of the plan; {later}."
    yield (
        "Every channel keeps its weekly pattern." if rests.phasing == "pattern" else "Money moves freely between weeks."
    )
    yield _limits(plan)
    yield from map(_sentence, rests.remarks)


def _limits(plan: BudgetPlan) -> str:
    limits = plan.assumptions.limits
    named = [
        f"{level} {', '.join(each)}"
        for level, each in (
            ("channels", limits.channels),
            ("pools", limits.pools),
            ("teams", limits.teams),
            ("geos", limits.geos),
            ("channels in geos", limits.channels_in_geos),
        )
        if each
    ]
    seen = (
        f"channels may leave the levels that the data have seen by {percent(limits.widen)}"
        if limits.widen
        else "channels stay within the levels that the data have seen"
    )
    return f"Limits kept on {'; '.join(named)}; {seen}." if named else f"No limits were given; {seen}."


def _show_channels(plan: BudgetPlan, today: str) -> None:
    heading(f"Channels, {plan.currency} over the window")
    table = _by_name(plan)
    table["mark"] = [
        ", ".join(w for w, holds in (("answers", a), ("extrapolated", e)) if holds)
        for a, e in zip(table["answers"], table["extrapolated"], strict=True)
    ]
    show_table(_with_total(table), {CHANNEL: word, **MONEY, "share": percent, "mark": word}, last_apart=True)
    say(today)


def _by_name(plan: BudgetPlan) -> pd.DataFrame:
    """Return the table of a plan; by geo, a channel is called by its name and that of the geo."""
    table = plan.table()
    return table.assign(**{CHANNEL: list(plan.channels)}) if GEO in table else table


def _with_total(table: pd.DataFrame) -> pd.DataFrame:
    money = ["today", "plan", "change", "share"]
    total = {CHANNEL: "all channels", "mark": "", **table[money].sum()}
    return pd.concat([table[[CHANNEL, *money, "mark"]], pd.DataFrame([total])], ignore_index=True)


def _show_groups(plan: BudgetPlan) -> None:
    table = plan.table()
    for group in ("geo", "team", "pool"):
        if group not in table:
            continue
        known = table.loc[table[group] != ""]
        if known[group].nunique() < (2 if group == "team" else 1):
            continue
        heading(f"By {group}")
        money = known.groupby(group, sort=False)[["today", "plan", "change", "share"]].sum().reset_index()
        show_table(money, {group: word, **MONEY, "share": percent})


def _show_shares(plan: BudgetPlan) -> None:
    heading("How sure the shares are, and what can be negotiated")
    say(
        f"Range: where the best share lies in {percent(plan.shares.interval)} of the draws. Negotiable: money between "
        "which a channel can be moved, the rest following, for less than one percent of what the plan brings."
    )
    table = _by_name(plan)
    table["range"] = _spans(table["share_lower"], table["share_upper"], percent)
    table["negotiable"] = _spans(table["free_lower"], table["free_upper"], amount)
    table["mark"] = table["extrapolated"].map({True: "extrapolated", False: ""})
    columns: Columns = {CHANNEL: word, "share": percent, "range": str, "negotiable": str, "mark": word}
    show_table(table, columns)


def _show_gain(plan: BudgetPlan) -> None:
    unit = plan.value_unit
    off = ", all money spent taken off" if unit.is_money else ""
    heading(f"Gain in {unit.name()}{off}, {percent(plan.gain.interval)} interval")
    say(
        "Odds: how likely the plan brings more. Corrected: the mean less the luck of the draws, from plans chosen on "
        "one half of them and valued on the other. Sceptical: the mean for somebody who takes it beforehand that the "
        "next money brings about as much in every channel, half more or half less."
    )
    table = _ranged(plan.gain.table()).rename(columns={"versus": "against", "probability_positive": "odds"})
    table[SCEPTICAL] = ["-" if pd.isna(mean) else amount(mean) for mean in table[SCEPTICAL]]
    table["sceptical range"] = _spans(table[SCEPTICAL_LOWER], table[SCEPTICAL_UPPER], amount)
    table["against"] = table["against"].map({"today": "today's plan", "proportional": "in proportion to ROAS"})
    show_table(table, {"against": word, **GAIN, "corrected": amount, SCEPTICAL: str, "sceptical range": str})
    regret = plan.regret
    say(
        f"Expected loss against knowing the truth: {amount(regret['plan'])} with this plan, "
        f"{amount(regret['today'])} with today's."
    )


def _show_weeks(plan: BudgetPlan) -> None:
    unit = plan.value_unit
    heading(f"Gain by division and by weeks in {unit.name()}, {percent(plan.phasing.interval)} interval")
    table = _ranged(plan.phasing.table()).rename(columns={"probability_positive": "odds"})
    show_table(table.assign(part=table[PART].map(WEEKS)), {PART: word, **GAIN})


def _ranged(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(range=_spans(table[LOWER], table[UPPER], amount))


def _spans(lower: pd.Series, upper: pd.Series, write: Form) -> list[str]:
    """Write ranges; a channel that answers to demand has none that can be negotiated."""
    pairs = zip(lower, upper, strict=True)
    return ["-" if pd.isna(low) else f"{write(low)} to {write(high)}" for low, high in pairs]


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
