"""Why money moves: what the next euro of every channel brings, and where today and the plan lie on its curve."""

from __future__ import annotations

from typing import Any

from omnimix.budget import BudgetPlan
from omnimix.budget.next_euro import AT
from omnimix.budget.plan import PLAN, TODAY
from omnimix.budget.response import POINT
from omnimix.budget.rounding import rounded, step_of
from omnimix.colours import channel_colours
from omnimix.effects import Figures
from omnimix.labels import CHANNEL, LOWER, SPEND, UPPER
from omnimix.page.advice import weeks_first
from omnimix.page.curves import curve
from omnimix.page.gather import Advice
from omnimix.page.parts import Block
from omnimix.rows.table import Row, records
from omnimix.words import Language, capital

ROOM = 1.08  # beyond the largest return drawn
LEAST = 1.5  # the axis of returns goes at least so far


def why(advice: Advice, words: Language) -> Block | None:
    """Return what the next euro brings per channel today and in the plan, and the curves behind it."""
    plan, found = advice.plan, advice.next_euro
    if not found.draws.size:
        return None
    said = [words.say("why_lead")]
    evenly = plan.sentences(words.code).get("weeks") if not weeks_first(plan) else ""
    more: dict[str, Any] = {
        "rows": _rows(found, words),
        "curves": [curve(r, words) for r in _curves(advice.response, plan, words)],
        "curves_heading": words.say("curves"),
        "curves_note": words.say("curves_note", interval=round(10 * found.interval)),
        "phasing_heading": words.say("phasing"),
        "phasing": words.say("phasing_little") if evenly is None else evenly,
    }
    return Block("why", words.say("why"), tuple(said), (), "why", more)


def _rows(found: Figures, words: Language) -> dict[str, Any]:
    table = records(found.table())
    by: dict[str, dict[str, Row]] = {}
    for row in table:
        by.setdefault(str(row[CHANNEL]), {})[str(row[AT])] = row
    told, money = found.told, words.value_unit.is_money
    order = sorted(by, key=lambda name: -float(by[name][TODAY][told]))
    largest = max(float(r[end]) for r in table for end in (told, UPPER))
    most = ROOM * max(min(largest, 3.0 * max(float(r[told]) for r in table)), LEAST if money else 0.0)
    high, low = order[0], order[-1]
    return {
        "caption": words.say(
            "why_title",
            high=words.name(high),
            most=words.ratio(float(by[high][TODAY][told])),
            low=words.name(low),
            least=words.ratio(float(by[low][TODAY][told])),
        ),
        "head": [words.say("channel"), words.say("next_today"), words.say("next_plan"), words.say("range")],
        "line": 1.0 / most if money else None,
        "line_told": words.say("break_even") if money else "",
        "key": [words.say(TODAY), words.say(PLAN)],
        "rows": [
            {
                "name": words.title(name),
                "today": words.ratio(float(by[name][TODAY][told])),
                "plan": words.ratio(float(by[name][PLAN][told])),
                "range": words.span(words.ratio, by[name][PLAN]),
                "at": {at: max(float(by[name][at][told]), 0.0) / most for at in (TODAY, PLAN)},
                "low": max(float(by[name][PLAN][LOWER]), 0.0) / most,
                "high": min(float(by[name][PLAN][UPPER]) / most, 1.0),
            }
            for name in order
        ],
    }


def _curves(found: Figures, plan: BudgetPlan, words: Language) -> list[dict[str, Any]]:
    """Return the points of every channel's curve, with what they say in words."""
    table = found.table()
    colours = channel_colours(plan.channels)
    step, sums = step_of(plan.total), {k: f.sum() for k, f in ((TODAY, plan.today), (PLAN, plan.spend))}
    shown = {k: rounded({str(n): float(v) for n, v in s.items()}, step) for k, s in sums.items()}
    out = []
    for name in dict.fromkeys(map(str, table[CHANNEL])):
        rows = table[table[CHANNEL] == name].sort_values([SPEND, POINT])
        marks = {k: rows[rows[f"is_{k}"].astype(bool)].iloc[0] for k in (TODAY, PLAN)}
        parts = {
            f"{k}_{what}": text
            for k, mark in marks.items()
            for what, text in (
                ("spend", words.whole(shown[k].get(name, 0.0))),
                ("value", words.value(float(mark[found.told]))),
            )
        }
        out.append(
            {
                "name": words.title(name),
                "told": capital(words.say("curve_told", channel=words.name(name), **parts)),
                "colour": colours[name],
                "points": [
                    (float(r[SPEND]), float(r[found.told]), float(r[LOWER]), float(r[UPPER]), bool(r["extrapolated"]))
                    for r in records(rows)
                ],
                "today": (float(marks[TODAY][SPEND]), float(marks[TODAY][found.told])),
                "plan": (float(marks[PLAN][SPEND]), float(marks[PLAN][found.told])),
            }
        )
    return out
