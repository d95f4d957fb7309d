"""The narrative of a plan in plain words, in English and Dutch: what to move, what it should bring, how sure it is."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import pandas as pd

from omnimix.budget.plan import (
    PART,
    PLAN,
    PLAN_EVENLY,
    SCEPTICAL,
    SCEPTICAL_LOWER,
    SCEPTICAL_UPPER,
    SPLIT,
    TIMING,
    TODAY,
    VERSUS,
)
from omnimix.budget.situation import SMALL, SURE, Situation, situation_of
from omnimix.labels import LOWER, MEAN, TEAM, UPPER
from omnimix.words import Language, between, called, capital, day, listing, money, odds, texts

if TYPE_CHECKING:
    from omnimix.budget.costs import SiloCost
    from omnimix.budget.plan import BudgetPlan

SILOS, WRONG_SPLIT, WRONG_GOAL = "silo_cost", "wrong_split", "wrong_goal"
SIX_DAYS = pd.Timedelta(days=6)


def narrate(plan: BudgetPlan, language: str) -> dict[str, str]:
    """Return sentences by what they say.

    ``advice``, ``gain``, ``today`` and ``reading`` (how to read a range) are always there; ``sceptic`` where the plan
    is another one than today's, ``weeks`` where it matters when money is spent, ``flat``, ``extrapolated`` and
    ``answers`` where they are so, ``effects`` where they change over time: which of them it goes by.

    Raises :class:`OmnimixError` for a language that is not spoken.
    """
    say, situation = texts("budget", language), situation_of(plan)
    found = {"advice": _advice(plan, situation, language), "gain": _gain(plan, situation, language)}
    found["sceptic"] = _sceptic(plan, situation, language)
    found["weeks"] = _weeks(plan, language)
    found["flat"] = _flat(plan, language)
    far = [c for c in plan.channels if plan.extrapolated[c].any()]
    if far:
        found["extrapolated"] = say["extrapolated"].format(Channels=capital(_names(far, language)))
    if plan.answering:
        found["answers"] = say["answers" if len(plan.answering) == 1 else "answer"].format(
            Channels=capital(_names(list(plan.answering), language)),
            spend=money(float(plan.spend[list(plan.answering)].to_numpy().sum()), plan.currency, language),
        )
    if plan.assumptions.effects_of is not None:
        first, last = (day(pd.Timestamp(d), language) for d in plan.assumptions.effects_of)
        found["effects"] = say["effects"].format(first=first, last=last)
    found["today"] = _today(plan, language)
    found["reading"] = say["reading"].format(count=round(10 * plan.gain.interval))
    return {k: v for k, v in found.items() if v}


def _advice(plan: BudgetPlan, situation: Situation, language: str) -> str:
    say, action = texts("budget", language), _action(plan, language)
    where = say["for_target"] if situation.bound == "target" else say["within_" + _bounds(plan)]
    return say[situation.headline].format(action=action, Action=capital(action), Where=where, weeks=len(plan.spend))


def _action(plan: BudgetPlan, language: str) -> str:
    """Return what is to be done with the money; nothing where no channel changes by enough to speak of."""
    say, change = texts("budget", language), (plan.spend.sum() - plan.today.sum()).drop(list(plan.answering))
    moved = change[change.abs() >= SMALL * plan.total]
    down, up = moved[moved < 0].sort_values(), moved[moved > 0].sort_values(ascending=False)
    if moved.empty:
        return ""
    if down.empty or up.empty:
        return say["more" if down.empty else "less"].format(
            amount=money(abs(float(moved.sum())), plan.currency, language),
            channels=_names(list(map(str, moved.index)), language),
            weeks=len(plan.spend),
        )
    return say["move"].format(
        amount=money(float(min(up.sum(), -down.sum())), plan.currency, language),
        sources=_names(list(map(str, down.index)), language),
        targets=_names(list(map(str, up.index)), language),
        weeks=len(plan.spend),
    )


def _bounds(plan: BudgetPlan) -> str:
    """Return what shuts today's plan out: ``limits``, ``data`` or ``both``."""
    limits, data = (bool(plan.today_breaks.get(what)) for what in ("limits", "data"))
    return "both" if limits and data else "data" if data else "limits"


def _gain(plan: BudgetPlan, situation: Situation, language: str) -> str:
    say, row = texts("budget", language), _row(plan.gain.table().set_index("versus"), "today")
    ends = (-row[UPPER], -row[LOWER]) if situation.gain == "limits_less" else (row[LOWER], row[UPPER])  # what it costs
    low, high = (plan.value_unit.end(end, language) for end in ends)
    breaks = [
        say[f"breaks_{what}"].format(names=_names(list(plan.today_breaks[what]), language))
        for what in ("limits", "data")
        if plan.today_breaks.get(what)
    ]
    return say[situation.gain].format(
        range=between(low, high, language),
        expected=plan.value_unit.told(abs(row["corrected"]), language),
        odds=odds(situation.probability, language),
        Odds=capital(odds(situation.probability, language)),
        breaks=listing(breaks, language),
    )


def _sceptic(plan: BudgetPlan, situation: Situation, language: str) -> str:
    """Return what somebody would expect of the plan who believes in smaller differences between channels."""
    if situation.gain == "same":
        return ""
    say, row = texts("budget", language), _row(plan.gain.table().set_index(VERSUS), TODAY)
    expected = row[SCEPTICAL]
    if not isfinite(expected):
        return say["sceptic_unknown"]
    low, high = (plan.value_unit.end(row[end], language) for end in (SCEPTICAL_LOWER, SCEPTICAL_UPPER))
    return say["sceptic" if expected >= 0 else "sceptic_less"].format(
        expected=plan.value_unit.told(abs(expected), language),
        range=between(low, high, language),
    )


def _weeks(plan: BudgetPlan, language: str) -> str:
    """Return what other weeks would bring or have brought, where that is much and likely; else nothing."""
    say, table = texts("budget", language), plan.phasing.table().set_index(PART)
    brought = abs(float(plan.value.draws.sel({PLAN: PLAN}).mean()))
    free = plan.assumptions.phasing == "free"
    row, much = _row(table, TIMING if free else PLAN_EVENLY), SMALL * plan.value_unit.yardstick(plan.total, brought)
    if row[MEAN] < much or row["probability_positive"] < SURE:
        return ""
    split = float(_row(table, SPLIT)[MEAN])
    low, high = (plan.value_unit.end(row[end], language) for end in (LOWER, UPPER))
    return say["weeks_free" if free else "weeks_first" if row[MEAN] > split else "weeks"].format(
        expected=plan.value_unit.told(row[MEAN], language),
        split=plan.value_unit.told(split, language),
        range=between(low, high, language),
        odds=odds(row["probability_positive"], language),
    )


def _today(plan: BudgetPlan, language: str) -> str:
    """Return what today's plan is: the weeks it is read from, and the channels that are read from others."""
    say = texts("budget", language)
    told: list[str] = []
    for rule in map(str, plan.today_from["rule"].unique()):
        table = plan.today_from[plan.today_from["rule"] == rule]
        if rule == "given":
            told.insert(0, say["today_given"])
        elif rule in ("last_year", "last_weeks"):
            first, last = table["first"].iloc[0], table["last"].iloc[0]
            count = (last - first).days // 7 + 1
            told.insert(
                0,
                say["today_again" if len(plan.spend) > count else f"today_{rule}"].format(
                    first=day(first.date(), language), last=day((last + SIX_DAYS).date(), language), count=count
                ),
            )
        elif rule in ("since_start", "stopped"):
            told += [
                say[f"today_{rule}"].format(
                    Channel=capital(called(str(name), language)), first=day(first.date(), language)
                )
                for name, first in table["first"].items()
            ]
    if plan.assumptions.total_from == "today":
        told.append(say["today_total"])
    return " ".join(told)


def narrate_silos(cost: SiloCost, language: str) -> str:
    """Return what separate budgets cost, in one or two sentences."""
    rows, words = cost.table().set_index("part"), Language.of(language, "budget", cost.value_unit)

    def amount(part: str, column: str) -> str:
        return words.value(_row(rows, part)[column])

    return words.say(
        "silos" if cost.between == TEAM else "silos_geo",
        cost=amount(SILOS, MEAN),
        range=words.span(words.end_of_value, _row(rows, SILOS)),
        odds=odds(_row(rows, SILOS)["probability_positive"], language),
        split=amount(WRONG_SPLIT, MEAN),
        goal=amount(WRONG_GOAL, MEAN),
    )


def _flat(plan: BudgetPlan, language: str) -> str:
    """Return the channel that can be moved furthest at little cost."""
    width = (plan.free[UPPER] - plan.free[LOWER]).dropna()
    width = width[width >= SMALL * plan.total]
    if width.empty:
        return ""
    name = str(width.idxmax())
    low, high = (money(_row(plan.free, name)[end], plan.currency, language) for end in (LOWER, UPPER))
    return texts("budget", language)["flat"].format(
        Channel=capital(called(name, language)), range=between(low, high, language)
    )


def _row(table: pd.DataFrame, label: str) -> dict[str, float]:
    """Return a row of numbers by column."""
    numbers = table.select_dtypes("number")
    return dict(zip(map(str, numbers.columns), numbers.loc[[label]].to_numpy(dtype=float)[0].tolist(), strict=True))


def _names(names: list[str], language: str) -> str:
    return listing([called(n, language) for n in names], language)
