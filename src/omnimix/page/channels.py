"""The table of channels: spend, value, return and its range, odds, next euro, how precise it is, what it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from omnimix.budget.next_euro import AT
from omnimix.budget.plan import TODAY
from omnimix.labels import ALL_MEDIA, CHANNEL, DRAW, LOWER, SPEND, UPPER
from omnimix.page.earnings import ways
from omnimix.page.gather import Advice
from omnimix.page.parts import Block, Chart
from omnimix.page.witnessed import claimed
from omnimix.posterior import Posterior
from omnimix.rows.table import Row, by_label, records
from omnimix.triangulation import Witnesses
from omnimix.words import Language

PRECISE, ROUGH = 2.0, 4.0  # times its lower end is the upper end of a range at most
SHOWN = 1.35  # times the largest middle estimate that is drawn of ranges
SMALL_VALUE = 0.95  # money for a unit: below it a unit is said to be money itself, of which a part is earned


def channels(
    posterior: Posterior,
    advice: Advice,
    charts: tuple[Chart, ...],
    said: list[str],
    words: Language,
    witnesses: Witnesses | None = None,
) -> Block:
    """Return the table of channels, with the charts behind it to be opened.

    What platforms claim stands in it where ``witnesses`` know, and a channel that was tested rests on that.
    """
    more: dict[str, Any] = {
        "table": _table(advice, claimed(witnesses), _tested(posterior), words)
        | {"unpaid": _unpaid(posterior, advice, words)},
        "margin": _margin(posterior, words),
        "charts_heading": words.say("channels_charts"),
    }
    return Block("earns", words.say("earns"), tuple(said), charts, "channels", more)


def precision(row: Row) -> str:
    """Return how precise a return is known: ``precise``, ``rough`` or ``unknown``.

    >>> precision({"lower": 0.8, "upper": 1.3}), precision({"lower": 0.4, "upper": 2.6})
    ('precise', 'unknown')
    """
    low, high = float(row[LOWER]), float(row[UPPER])
    if low <= 0:
        return "unknown"
    return "precise" if high <= PRECISE * low else "rough" if high <= ROUGH * low else "unknown"


def _tested(posterior: Posterior) -> set[str]:
    """Return the channels of which a test alone has been taken in."""
    tests = [e.experiment for e in posterior.evidence]
    return {t.channels[0] for t in tests if t.chain is None and len(t.channels) == 1}


def _table(advice: Advice, claims: Mapping[str, float], tested: set[str], words: Language) -> dict[str, Any]:
    found, money = advice.results.roas, words.value_unit.is_money
    returns = by_label(found.table(), CHANNEL)
    worth = {n: sum(parts.values()) for n, parts in ways(advice.results.paths).items()}
    following = {
        str(r[CHANNEL]): float(r[advice.next_euro.told]) for r in records(advice.next_euro.table()) if r[AT] == TODAY
    }
    told = {n: float(r[found.told]) for n, r in returns.items()}
    most = min(max(float(r[UPPER]) for r in returns.values()), max(SHOWN * 2 * max(told.values()), 0.0)) or 1.0
    order = sorted((n for n in returns if n != ALL_MEDIA), key=lambda n: -told[n])
    above = {n: float((found.draws.sel({CHANNEL: n}) > 1).mean(DRAW)) for n in order}
    head = [CHANNEL, SPEND, "value", "roas", *(("odds_back",) if money else ()), "next_today", "precision", "source"]
    if claims and money:
        head.insert(4, "platform")
    return {
        "caption": words.say("channels_caption", currency=words.currency),
        "head": [words.say(k) for k in head],
        "line": 1.0 / most if money and most > 1 else None,
        "rows": [
            {
                "name": words.title(n),
                "spend": words.amount(float(returns[n][SPEND])),
                "value": words.amount(worth.get(n, math.nan)),
                "roas": words.ratio(told[n]),
                "range": words.span(words.ratio, returns[n]),
                "at": min(max(told[n] / most, 0.0), 1.0),
                "low": min(max(float(returns[n][LOWER]) / most, 0.0), 1.0),
                "high": min(float(returns[n][UPPER]) / most, 1.0),
                "platform": words.ratio(claims.get(n, math.nan)) if claims and money else None,
                "odds": words.cases(above[n]) if money else None,
                "next": words.ratio(following[n]) if n in following else words.say("answers_mark"),
                "precision": precision(returns[n]),
                "precision_told": words.say(f"precision_{precision(returns[n])}"),
                "source": words.say("rests_test" if n in tested else f"rests_{advice.rests_on[n]}"),
            }
            for n in order
        ],
    }


def _unpaid(posterior: Posterior, advice: Advice, words: Language) -> list[dict[str, str]]:
    """Return a row for every channel that is not paid: what it brings, and why it has no return."""
    worth = {n: sum(parts.values()) for n, parts in ways(advice.results.paths).items()}
    return [
        {
            "name": words.title(c.name),
            "spend": words.say("unpaid_mark"),
            "value": words.brief_value(worth.get(c.name, float("nan"))),
            "why": words.say("unpaid_why"),
        }
        for c in posterior.funnel.unpaid
    ]


def _margin(posterior: Posterior, words: Language) -> list[str]:
    """Return what a return of 1 is as an ad platform counts, for outcomes of which a part is earned."""
    out = []
    for outcome in posterior.funnel.outcomes:
        if outcome.value is not None and 0 < outcome.value < SMALL_VALUE:
            out.append(
                words.say(
                    "margin",
                    outcome=words.name(outcome.name),
                    value=f"{words.currency} {words.figure(outcome.value, 2 if outcome.value >= 0.01 else 6)}",
                    roas=words.figure(1 / outcome.value, 1),
                )
            )
    return out
