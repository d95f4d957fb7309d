"""Monday morning: what to do first, who does it, and how much money goes where in which week."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from omnimix.budget import BudgetPlan
from omnimix.budget.rounding import SMALL, rounded, step_of
from omnimix.experiments import TestDesigns
from omnimix.labels import LOWER, UPPER
from omnimix.mechanics import Array
from omnimix.page.gather import Advice
from omnimix.page.parts import Block
from omnimix.words import Language, capital, listing, texts

LARGE = 0.5  # of today's money: a larger change is made in steps
MOST_WEEKS = 26  # that have a column each
TOGETHER = 4  # weeks a column beyond that
SIX_DAYS = pd.Timedelta(days=6)


def monday(advice: Advice, words: Language, tests: TestDesigns | None = None) -> Block:
    """Return dated actions, the calendar by week, and what can be negotiated without regret.

    Where ``tests`` were designed, one is asked for only where its answer is worth more than it costs.
    """
    plan = advice.plan
    more: dict[str, Any] = {
        "actions": [*_actions(advice, words), *_test(advice, tests, words)],
        "calendar": _calendar(plan, words),
        "free_heading": words.say("free_heading"),
        "free": _free(plan, words),
    }
    return Block("monday", words.say("monday"), (), (), "monday", more)


def _actions(advice: Advice, words: Language) -> Iterator[dict[str, Any]]:
    plan = advice.plan
    now, steps = _moves(plan)
    start, half = plan.weeks[0], plan.weeks[len(plan.weeks) // 2]
    yield {
        "when": words.say("act_now", day=words.day(start.date())),
        "what": list(_by_team(plan, now, words)) or [words.say("act_nothing")],
    }
    if steps:
        told = words.say("act_steps", day=words.day(start.date()), half=words.day(half.date()))
        yield {"when": told, "what": list(_by_team(plan, steps, words))}


def _test(advice: Advice, tests: TestDesigns | None, words: Language) -> Iterator[dict[str, Any]]:
    """Give the test to be done, if there is one: the best of those designed, or of the channel that matters most."""
    plan, channel, start = advice.plan, advice.sensitivity.next_test, advice.plan.weeks[0].date()
    best = None if tests is None else tests.best
    if best is not None:
        channel, start = best.channel if best.net_value > 0 else None, best.start
    if channel is None:
        return
    what = (
        words.say("act_test_what", channel=words.name(channel))
        if best is None
        else words.say(
            "act_test_designed",
            channel=words.name(channel),
            action=texts("tests", words.code)[best.action],
            weeks=best.weeks,
            net=words.booked_value(best.net_value),
        )
    )
    owner = plan.teams.get(channel)
    who = words.say("act_owner", team=capital(words.name(owner))) if owner else ""
    yield {"when": words.say("act_test", day=words.day(start)), "what": [who + capital(what)]}


def _moves(plan: BudgetPlan) -> tuple[dict[str, float], dict[str, float]]:
    """Return the changes to make at once and those to make in steps: large ones, and where data end."""
    step = step_of(plan.total)
    ends = [rounded({str(n): float(v) for n, v in f.sum().items()}, step) for f in (plan.today, plan.spend)]
    change = {n: ends[1][n] - ends[0][n] for n in plan.channels if n not in plan.answering}
    moved = {n: c for n, c in change.items() if abs(c) >= SMALL * plan.total}
    late = {n for n, c in moved.items() if abs(c) > LARGE * ends[0][n] or plan.extrapolated[n].any()}
    return {n: c for n, c in moved.items() if n not in late}, {n: c for n, c in moved.items() if n in late}


def _by_team(plan: BudgetPlan, moves: dict[str, float], words: Language) -> Iterator[str]:
    """Give a sentence a team: which of its channels get how much more or less."""
    for team in dict.fromkeys(plan.teams.get(n, "") for n in moves):
        own = sorted((n for n in moves if plan.teams.get(n, "") == team), key=lambda n: -moves[n])
        parts = [
            words.say(
                "act_more" if moves[n] > 0 else "act_less", channel=words.name(n), money=words.whole(abs(moves[n]))
            )
            for n in own
        ]
        who = words.say("act_owner", team=capital(words.name(team))) if team else ""
        yield f"{who}{listing(parts, words.code)}."


def _calendar(plan: BudgetPlan, words: Language) -> dict[str, Any]:
    """Return money by channel and week, or by four weeks where there are many, with its shade."""
    stride = 1 if len(plan.weeks) <= MOST_WEEKS else TOGETHER
    starts = plan.weeks[::stride]
    sums = np.add.reduceat(plan.spend.to_numpy(dtype=float), range(0, len(plan.weeks), stride), axis=0)
    far = np.maximum.reduceat(plan.extrapolated.to_numpy(dtype=bool), range(0, len(plan.weeks), stride), axis=0)
    step, short = step_of(plan.total), words.months_short
    whole = rounded({str(n): float(v) for n, v in plan.spend.sum().items()}, step)
    most = float(sums.max()) or 1.0
    return {
        "caption": words.say(
            "calendar" if stride == 1 else "calendar_months",
            unit=words.say("times", currency=plan.currency, step=words.counted(step)) if step > 1 else plan.currency,
        ),
        "head": [words.say("channel"), *(f"{d.day} {short[d.month - 1]}" for d in starts), words.say("total")],
        "rows": [
            {
                "name": words.title(name),
                "cells": [
                    {"told": words.counted(told / step) if told else "", "shade": round((m / most) ** 0.5, 2), "far": f}
                    for told, m, f in zip(_in_steps(sums[:, k], whole[name], step), sums[:, k], far[:, k], strict=True)
                ],
                "total": words.counted(whole[name] / step),
            }
            for k, name in enumerate(plan.channels)
        ],
        "far": words.say("outside") if far.any() else "",
    }


def _in_steps(weeks: Array, whole: float, step: float) -> list[float]:
    """Round the weeks of a channel so that they add up to what is shown of it."""
    total = float(weeks.sum())
    scale = whole / total if total > 0 else 1.0
    return list(rounded({str(k): float(m) * scale for k, m in enumerate(weeks)}, step).values())


def _free(plan: BudgetPlan, words: Language) -> list[str]:
    """Return what every channel can get at little cost, the widest range first."""
    widths = (plan.free[UPPER] - plan.free[LOWER]).drop(list(plan.answering), errors="ignore").dropna()
    wide = {str(n): float(w) for n, w in widths.items()}
    order = sorted((n for n, w in wide.items() if w >= SMALL * plan.total), key=lambda n: -wide[n])
    parts = []
    for name in order[1:]:
        ends = words.between(*(words.money(float(plan.free[end].loc[name])) for end in (LOWER, UPPER)))
        parts.append(words.say("free_row", channel=words.name(name), range=ends))
    first = [text for text in (plan.sentences(words.code).get("flat"),) if text]
    return [*first, *([words.say("free_one", rows="; ".join(parts))] if parts else [])]
