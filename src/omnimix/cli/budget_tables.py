"""The tables of `omnimix budget`: the plan, what it gains, what can be negotiated, what separate budgets cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from omnimix.cli.screen import heading, say, word
from omnimix.cli.spoken import DAY, SECTION, show, spans, speaking
from omnimix.labels import CHANNEL, GEO, LOWER, MEAN, TEAM, UPPER
from omnimix.spec import RETURNS, Cvar
from omnimix.words import NOTHING, Form, Language, amount, change, listing, percent, texts, told_remark

PARTS = ("silo_cost", "wrong_split", "wrong_goal", "today")
WEEKS = (SPLIT, TIMING, TODAY_EVENLY, PLAN_EVENLY)
type Columns = dict[str, Form]
MONEY: Columns = {"today": amount, "plan": amount, "change": change}
GAIN: Columns = {MEAN: amount, "range": str, "odds": percent}


def show_plan(plan: BudgetPlan, language: str = "en") -> None:
    """Print a plan: in sentences, by channel, by team and pool, what it gains and what it rests on."""
    words, weeks = speaking(language, plan.value_unit), plan.weeks
    first, last = f"{weeks[0]:{DAY}}", f"{weeks[-1] + pd.Timedelta(days=6):{DAY}}"
    total = words.amount(plan.total)
    heading(words.say("plan", currency=plan.currency, total=total, count=len(weeks), first=first, last=last))
    told = plan.sentences(language)
    for what, sentence in told.items():
        if what != "today":
            say(sentence)
    _show_channels(plan, told["today"], words)
    _show_groups(plan, words)
    _show_shares(plan, words)
    _show_gain(plan, words)
    _show_weeks(plan, words)
    heading(words.say("rests"))
    for line in assumptions(plan, language):
        say(f"- {line}")
    _show_remarks(plan.assumptions.remarks, words)


def show_silos(silos: SiloCost | None, note: str = "", language: str = "en") -> None:
    """Print what separate budgets lose against the joint plan, or why that is not known."""
    if silos is None:
        heading(texts(SECTION, language)["no_silos"])
        say(note)
        return
    words = speaking(language, silos.value_unit)
    counted = silos.value_unit.name(language)
    heading(words.say("silos", counted=counted, interval=words.percent(silos.cost.interval)))
    looked = [
        words.say("looks_at_direct" if goal.direct else "looks_at", team=team, nodes=listing(goal.nodes, language))
        for team, goal in silos.goals.items()
    ]
    say(silos.sentence(language))
    say(words.say("silos_note", looked="; ".join(looked)) if silos.between == TEAM else words.say("silos_note_geo"))
    table = _ranged(silos.table(), words)
    table["part"] = table["part"].map({part: words.say(f"part_{part}") for part in PARTS})
    show(table.rename(columns={"probability_positive": "odds"}), {"part": word, **GAIN}, words)
    _show_remarks(silos.remarks, words)


def assumptions(plan: BudgetPlan, language: str = "en") -> Iterator[str]:
    """Yield what a plan rests on, in sentences; remarks on it are apart."""
    rests, unit = plan.assumptions, plan.value_unit
    words = speaking(language, unit)
    aim = (
        words.say("aim_worst", worst=words.percent(1 - rests.objective.level))
        if isinstance(rests.objective, Cvar)
        else words.say(f"aim_{rests.objective}")
    )
    yield words.say("aim", aim=aim, draws=words.exact(rests.draws))
    if not unit.is_money:
        yield words.say("counted_in", unit=unit.name(language), outcomes=listing(unit.unvalued, language))
    if rests.target is not None:
        returns = rests.target.of in RETURNS
        at = words.ratio(rests.target.at) if returns else words.amount(rests.target.at)
        per = f" {unit.per_money(language)}" if returns and not unit.is_money else ""
        yield words.say("target", of=rests.target.of, at=f"{at}{per}")
    later = "horizon_discounted" if rests.discount else "horizon"
    yield words.say(later, weeks=rests.horizon, rate=words.rate(rests.discount))
    yield words.say(rests.phasing)
    yield _limits(plan, words)


def _limits(plan: BudgetPlan, words: Language) -> str:
    limits = plan.assumptions.limits
    named = [
        words.say(f"limits_{level}", names=", ".join(each))
        for level, each in (
            ("channels", limits.channels),
            ("pools", limits.pools),
            ("teams", limits.teams),
            ("geos", limits.geos),
            ("channels_in_geos", limits.channels_in_geos),
        )
        if each
    ]
    seen = words.say("seen_widened" if limits.widen else "seen", widen=words.percent(limits.widen))
    return words.say("limits" if named else "no_limits", named="; ".join(named), seen=seen)


def _show_channels(plan: BudgetPlan, today: str, words: Language) -> None:
    heading(words.say("channels", currency=plan.currency))
    table = _by_name(plan)
    answers, extrapolated = words.say("answers"), words.say("extrapolated")
    table["mark"] = [
        ", ".join(w for w, holds in ((answers, a), (extrapolated, e)) if holds)
        for a, e in zip(table["answers"], table["extrapolated"], strict=True)
    ]
    columns: Columns = {CHANNEL: word, **MONEY, "share": percent, "mark": word}
    show(_with_total(table, words), columns, words, last_apart=True)
    say(today)


def _by_name(plan: BudgetPlan) -> pd.DataFrame:
    """Return the table of a plan; by geo, a channel is called by its name and that of the geo."""
    table = plan.table()
    return table.assign(**{CHANNEL: list(plan.channels)}) if GEO in table else table


def _with_total(table: pd.DataFrame, words: Language) -> pd.DataFrame:
    money = ["today", "plan", "change", "share"]
    total = {CHANNEL: words.say("all_channels"), "mark": "", **table[money].sum()}
    return pd.concat([table[[CHANNEL, *money, "mark"]], pd.DataFrame([total])], ignore_index=True)


def _show_groups(plan: BudgetPlan, words: Language) -> None:
    table = plan.table()
    for group in ("geo", "team", "pool"):
        if group not in table:
            continue
        known = table.loc[table[group] != ""]
        if known[group].nunique() < (2 if group == "team" else 1):
            continue
        heading(words.say("by_geo_money" if group == GEO else f"by_{group}"))
        money = known.groupby(group, sort=False)[["today", "plan", "change", "share"]].sum().reset_index()
        show(money, {group: word, **MONEY, "share": percent}, words)


def _show_shares(plan: BudgetPlan, words: Language) -> None:
    heading(words.say("shares"))
    say(words.say("shares_note", interval=words.percent(plan.shares.interval)))
    table = _by_name(plan)
    table["range"] = spans(table["share_lower"], table["share_upper"], percent, words)
    # a channel that answers to demand has no money that can be negotiated
    table["negotiable"] = spans(table["free_lower"], table["free_upper"], amount, words)
    table["mark"] = table["extrapolated"].map({True: words.say("extrapolated"), False: ""})
    columns: Columns = {CHANNEL: word, "share": percent, "range": str, "negotiable": str, "mark": word}
    show(table, columns, words)


def _show_gain(plan: BudgetPlan, words: Language) -> None:
    heading(words.say("gain", currency=plan.currency, interval=words.percent(plan.gain.interval)))
    say(words.say("gain_note"))
    table = _ranged(plan.gain.table(), words).rename(columns={"versus": "against", "probability_positive": "odds"})
    table[SCEPTICAL] = [NOTHING if pd.isna(mean) else words.amount(mean) for mean in table[SCEPTICAL]]
    table["sceptical_range"] = spans(table[SCEPTICAL_LOWER], table[SCEPTICAL_UPPER], amount, words)
    table["against"] = table["against"].map({v: words.say(f"against_{v}") for v in ("today", "proportional")})
    columns: Columns = {"against": word, **GAIN, "corrected": amount, SCEPTICAL: str, "sceptical_range": str}
    show(table, columns, words)
    say(words.say("regret", **{name: words.amount(plan.regret[name]) for name in ("plan", "today")}))


def _show_weeks(plan: BudgetPlan, words: Language) -> None:
    counted = plan.value_unit.name(words.code)
    heading(words.say("weeks", counted=counted, interval=words.percent(plan.phasing.interval)))
    table = _ranged(plan.phasing.table(), words).rename(columns={"probability_positive": "odds", PART: "part"})
    table["part"] = table["part"].map({part: words.say(f"part_{part}") for part in WEEKS})
    show(table, {"part": word, **GAIN}, words)


def _show_remarks(remarks: Sequence[str], words: Language) -> None:
    """Print what else a reader has to know."""
    for remark in (told_remark(remark, words.code) for remark in remarks):
        say(f"- {remark if remark.endswith('.') else f'{remark}.'}")


def _ranged(table: pd.DataFrame, words: Language) -> pd.DataFrame:
    return table.assign(range=spans(table[LOWER], table[UPPER], amount, words))
