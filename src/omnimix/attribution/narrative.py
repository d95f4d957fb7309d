"""Journeys in sentences that a manager reads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from omnimix.attribution.credit import MARKOV, METHODS, REMOVAL_EFFECT
from omnimix.labels import CHANNEL
from omnimix.words import Language

if TYPE_CHECKING:
    from omnimix.attribution.record import Journeys

MOVED = 0.05  # of all orders, from which a share is said to move


def narrative(found: Journeys, language: str) -> dict[str, str]:
    """Return how many orders can be followed, where they start, how long they take, and what hangs on the method."""
    words = Language(language, "journeys", found.currency)
    said = {"followed": _followed(found, words), "starts": _starts(found, words), "length": _length(found, words)}
    if len(found.credit) > 1:
        said["methods"] = _methods(found, words)
    said["removal"] = _removal(found, words)
    if len(found.robustness):
        said["robustness"] = _robustness(found, words)
    return {**said, "warning": words.say("warning")}


def _followed(found: Journeys, words: Language) -> str:
    guests = found.all_orders - found.named
    return words.say(
        "followed",
        share=words.percent(found.orders / found.all_orders),
        orders=words.exact(found.orders),
        every=words.exact(found.all_orders),
        guests=words.exact(guests),
        untouched=words.exact(max(found.named - found.orders, 0)),
        window=found.rules.window,
    )


def _starts(found: Journeys, words: Language) -> str:
    rows = found.starts.head(2).to_dict("records")
    first = {"first": words.name(rows[0][CHANNEL]), "share": words.percent(rows[0]["share"])}
    if len(rows) < 2:
        return words.say("starts_one", **first)
    return words.say("starts", **first, second=words.name(rows[1][CHANNEL]), other=words.percent(rows[1]["share"]))


def _length(found: Journeys, words: Language) -> str:
    touches, days = found.typical_length, found.typical_days
    key = "length_one" if touches <= 1 else "length"
    return words.say(key, touches=words.exact(touches), days=words.exact(days + 1))


def _methods(found: Journeys, words: Language) -> str:
    """Tell the channel whose share hangs most on the method."""
    table = found.table("share").set_index(CHANNEL)[list(METHODS)]
    apart = table.max(axis=1) - table.min(axis=1)
    channel = str(apart.idxmax())
    row = {str(name): float(table[name][channel]) for name in METHODS}
    lowest, highest = min(row, key=row.__getitem__), max(row, key=row.__getitem__)
    return words.say(
        "methods",
        channel=words.name(channel),
        low=words.percent(row[lowest]),
        low_method=words.say(f"method_{lowest}"),
        high=words.percent(row[highest]),
        high_method=words.say(f"method_{highest}"),
    )


def _removal(found: Journeys, words: Language) -> str:
    top = found.credit.sort_values(REMOVAL_EFFECT, ascending=False).to_dict("records")[0]
    return words.say("removal", channel=words.name(top[CHANNEL]), lost=words.percent(top[REMOVAL_EFFECT]))


def _robustness(found: Journeys, words: Language) -> str:
    wide = found.robustness.pivot(index=CHANNEL, columns="variant", values=MARKOV)
    apart = wide.max(axis=1) - wide.min(axis=1)
    most, channel = float(apart.max()), str(apart.idxmax())
    if not math.isfinite(most) or most < MOVED:
        return words.say("robust", most=words.figure(100 * most, 1))
    low, high = (words.percent(float(end[channel])) for end in (wide.min(axis=1), wide.max(axis=1)))
    return words.say("not_robust", channel=words.name(channel), low=low, high=high)
