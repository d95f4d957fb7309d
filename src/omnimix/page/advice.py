"""The cover: the finding, what to move, what it should bring and how sure that is, and every channel's change."""

from __future__ import annotations

from typing import Any

import numpy as np

from omnimix.budget import BudgetLevels, BudgetPlan
from omnimix.budget.plan import PART, PLAN, PLAN_EVENLY, SPLIT, TODAY, VERSUS
from omnimix.budget.rounding import SMALL, rounded, step_of
from omnimix.budget.situation import Situation, situation_of
from omnimix.labels import LOWER, UPPER
from omnimix.page.bounds import reached
from omnimix.page.parts import Block, Table
from omnimix.page.teams import marked
from omnimix.rows.table import Row, by_label, records
from omnimix.words import Language

CLEAR = 0.8  # odds from which another total is said to be better
NOTICED = 0.01  # of the total: a smaller gain from another total is not told
SAID_FIRST = ("advice", "gain")


def advise(plan: BudgetPlan, found: BudgetLevels | None, words: Language) -> Block:
    """Return what to move, what it should bring and how sure that is, with today's money and the plan's by channel.

    Where another total is clearly better, that is said here too: a good division of too much money is half an advice.
    """
    said = plan.sentences(words.code)
    keys = (*SAID_FIRST, *(("weeks",) if weeks_first(plan) else ()), "sceptic")
    first = tuple(said[key] for key in keys if key in said)
    other = _other_total(plan, found, words) if found is not None else ""
    first += (other,) if other else ()
    then = tuple(said[key] for key in ("extrapolated", "answers", "today") if key in said)
    more: dict[str, Any] = {
        "first": first,
        "then": then,
        "tiles": _tiles(plan, words),
        "changes": changes(plan, words),
        "bounds_heading": words.say("bounds"),
        "bounds": reached(plan, words),
        "reading": f"{said['reading']} {words.say('how_to_read')}",
    }
    return Block("advice", words.say("advise"), (), (), "advice", more, (_split_table(plan, words),))


def weeks_first(plan: BudgetPlan) -> bool:
    """Return whether other weeks would bring more than the division between channels does: then that is said first."""
    parts = by_label(plan.phasing.table(), PART)
    return float(parts[PLAN_EVENLY]["mean"]) > float(parts[SPLIT]["mean"])


def finding(plan: BudgetPlan, words: Language) -> str:
    """Return the advice as a headline: what to move and what that is expected to bring."""
    situation = situation_of(plan)
    moved, gain = moved_money(plan), float(plan.gain.known["corrected"].sel({VERSUS: TODAY}))
    return words.say(
        f"finding_{_kind(situation, moved, plan)}",
        moved=words.money(moved),
        gain=words.value(abs(gain)),
        weeks=len(plan.spend),
    )


def moved_money(plan: BudgetPlan) -> float:
    """Return how much money changes channel: as the sentence of the advice counts it, answering channels left out."""
    change = (plan.spend.sum() - plan.today.sum()).drop(list(plan.answering))
    told = change[change.abs() >= SMALL * plan.total]
    up, down = float(told[told > 0].sum()), -float(told[told < 0].sum())
    return min(up, down) if min(up, down) > 0 else max(up, down)


def _kind(situation: Situation, moved: float, plan: BudgetPlan) -> str:
    if situation.headline in ("sure", "try"):
        return situation.headline
    if situation.headline == "within" and moved >= SMALL * plan.total:
        return f"within_{situation.outcome}"
    return "keep"


def _tiles(plan: BudgetPlan, words: Language) -> list[dict[str, Any]]:
    row = by_label(plan.gain.table(), VERSUS)[TODAY]
    gain, low, high = (float(row[key]) for key in ("corrected", LOWER, UPPER))
    left, right = min(low, 0.0), max(high, 0.0)
    width = (right - left) or 1.0
    return [
        {"label": words.say("tile_move"), "figure": words.money(moved_money(plan)), "note": _of_total(plan, words)},
        {
            "label": words.say("tile_gain"),
            "figure": words.value(gain),
            "note": words.between(words.end_of_value(low), words.end_of_value(high)),
            "bar": {
                "zero": (0.0 - left) / width,
                "low": (low - left) / width,
                "high": (high - left) / width,
                "at": (min(max(gain, low), high) - left) / width,
            },
            "zero": words.say("tile_zero"),
        },
        {
            "label": words.say("tile_odds"),
            "figure": words.cases(plan.probability_better),
            "note": words.say("tile_odds_note"),
        },
    ]


def _of_total(plan: BudgetPlan, words: Language) -> str:
    return words.say("tile_move_note", total=words.total(plan.total), weeks=len(plan.spend))


def changes(plan: BudgetPlan, words: Language) -> dict[str, Any]:
    """Return every channel's money today and in the plan, the largest rise first; parts add up to the total shown."""
    rows = by_label(plan.levers(), "channel")
    step = step_of(plan.total)
    today, planned = (rounded({n: float(r[k]) for n, r in rows.items()}, step) for k in (TODAY, PLAN))
    ends = [float(r["free_upper"]) for r in rows.values() if np.isfinite(float(r["free_upper"]))]
    most = max([*today.values(), *planned.values(), *ends, 1.0])
    order = sorted(rows, key=lambda name: today[name] - planned[name])
    return {
        "caption": words.say("changes", weeks=len(plan.spend)),
        "head": [words.say(k) for k in ("channel", TODAY, PLAN, "change")],
        "rows": [_changed(n, rows[n], today[n], planned[n], most, plan, words) for n in order],
        "total": [words.say("total"), words.counted(sum(today.values())), words.counted(sum(planned.values())), ""],
        "unit": plan.currency,
        "key": [words.say(k) for k in (TODAY, PLAN, "free_key")],
    }


def _changed(
    name: str, row: Row, today: float, planned: float, most: float, plan: BudgetPlan, words: Language
) -> dict[str, Any]:
    moved = planned - today
    low, high = float(row["free_lower"]), float(row["free_upper"])
    return {
        "name": words.title(name),
        "mark": words.say("answers_mark")
        if row["answers"]
        else words.say("outside_mark")
        if row["extrapolated"]
        else "",
        "today": words.counted(today),
        "plan": words.counted(planned),
        "change": words.say("same") if abs(moved) < SMALL * plan.total else words.signed(moved),
        "way": "" if abs(moved) < SMALL * plan.total else "up" if moved > 0 else "down",
        "at": {"today": today / most, "plan": planned / most},
        "free": {"low": low / most, "high": high / most} if np.isfinite([low, high]).all() else None,
    }


def _other_total(plan: BudgetPlan, found: BudgetLevels, words: Language) -> str:
    """Return that another total inside the data is clearly expected to gain more than the plan's; else nothing."""
    if plan.total not in found.totals or not found.value_unit.is_money:
        return ""  # more money always brings more units: which total is best, only their value can say
    rows = {float(r["total"]): r for r in records(found.table()) if not r["extrapolated"]}
    best = max(rows, key=lambda t: float(rows[t][found.gain.told]), default=plan.total)
    more = found.gain.draws.sel(total=best) - found.gain.draws.sel(total=plan.total)
    better = float((more > 0).mean())
    if best == plan.total or float(more.mean()) < NOTICED * plan.total or better < CLEAR:
        return ""
    return words.say(
        "advise_total",
        total=words.total(best),
        more=words.money(float(more.mean())),
        odds=words.odds(better),
    )


def _split_table(plan: BudgetPlan, words: Language) -> Table:
    """Return money today and in the plan by channel, its share, and what can be negotiated."""
    rows = by_label(plan.levers(), "channel")
    head = tuple(words.say(k) for k in ("channel", TODAY, PLAN, "change", "share", "best_share", "free"))
    body = [
        (
            marked(name, row, words),
            words.brief(float(row[TODAY])),
            words.brief(float(row[PLAN])),
            words.change(float(row["change"])),
            words.percent(float(row["share"])),
            words.span(words.percent, {LOWER: row["share_lower"], UPPER: row["share_upper"]}),
            _free(row, words),
        )
        for name, row in rows.items()
    ]
    whole = words.brief(plan.total)
    body.append((words.say("total"), whole, whole, words.brief(0.0), words.percent(1.0), "", ""))
    return Table(words.say("advise_split"), head, tuple(body))


def _free(row: Row, words: Language) -> str:
    low, high = float(row["free_lower"]), float(row["free_upper"])
    return words.between(words.brief(low), words.brief(high)) if np.isfinite([low, high]).all() else ""
