"""The block on what changes for every team, in money a week and over the window."""

from __future__ import annotations

from typing import Any

from omnimix.budget import BudgetPlan
from omnimix.budget.plan import PLAN, TODAY
from omnimix.budget.rounding import SMALL, rounded, step_of
from omnimix.page.parts import Block
from omnimix.rows.table import Row, by_label
from omnimix.words import Language

type Money = dict[str, float]


def whom(plan: BudgetPlan, words: Language) -> Block:
    """Return what changes for every team, and for shared pools, over the window and in money a week."""
    rows = by_label(plan.levers(), "channel")
    teams = dict.fromkeys([*plan.teams.values(), *([""] if set(plan.channels) - set(plan.teams) else [])])
    rest = "no_team" if len(teams) > 1 else "all channels"
    money = [_shown(rows, weeks) for weeks in (1, len(plan.spend))]

    def group(title: str, in_all: str, names: list[str]) -> dict[str, Any]:
        return {
            "title": title,
            "in_all": words.say("in_all", what=in_all),
            "sum": _moved(names, money, plan.total, words),
            "rows": [{"name": marked(n, rows[n], words), **_moved([n], money, plan.total, words)} for n in names],
        }

    groups = [
        group(words.title(t or rest), words.title(t or rest), [n for n in rows if plan.teams.get(n, "") == t])
        for t in teams
    ]
    pools = [
        group(words.say("pool_row", pool=words.name(p)), words.title(p), [n for n in rows if plan.pools.get(n) == p])
        for p in dict.fromkeys(plan.pools.values())
    ]
    lead = words.say("whom_lead" if len(set(plan.teams.values())) > 1 else "whom_lead_one")
    switch = [words.say("per_window", weeks=len(plan.spend)), words.say("per_week")]
    return Block("whom", words.say("whom"), (lead,), (), "whom", {"groups": groups, "pools": pools, "switch": switch})


def _shown(rows: dict[str, Row], weeks: int) -> tuple[Money, Money]:
    """Return money today and in the plan by channel, rounded so that it adds up."""
    step = step_of(sum(float(r[PLAN]) for r in rows.values()) / weeks)
    today, plan = (rounded({n: float(r[key]) / weeks for n, r in rows.items()}, step) for key in (TODAY, PLAN))
    return today, plan


def _moved(names: list[str], money: list[tuple[Money, Money]], total: float, words: Language) -> dict[str, Any]:
    """Return which way money goes and how much, over the window and a week."""
    sums = [tuple(sum(part[n] for n in names) for part in pair) for pair in money]
    change = sums[0][1] - sums[0][0]
    word = "same" if abs(change) < SMALL * total else "up" if change > 0 else "down"
    pairs = [
        {
            "change": "" if word == "same" else words.whole(abs(after - before)),
            "from": words.whole(before),
            "to": words.whole(after),
        }
        for before, after in sums
    ]
    return {"word": word, "told": words.say(word), "per": pairs}


def marked(name: str, row: Row, words: Language) -> str:
    """Return a channel's name with what has to be known of its money in the plan."""
    marks = [
        words.say(f"{m}_mark") for m, holds in (("outside", row["extrapolated"]), ("answers", row["answers"])) if holds
    ]
    return f"{words.title(name)} ({', '.join(marks)})" if marks else words.title(name)
