"""Journeys in plain Python, written apart from the SQL: for a few hundred touches, to hold the database against."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from omnimix.attribution.walks import Rules

MINUTES_A_DAY = 24 * 60


@dataclass
class Journey:
    """Channels in order with the minute of each, and what it ended in."""

    channels: list[str] = field(default_factory=list)
    minutes: list[int] = field(default_factory=list)
    ordered: int | None = None
    value: float = 0.0


def followed(touches: list[tuple[str, int, str]], orders: list[tuple[str, int, float]], rules: Rules) -> list[Journey]:
    """Return all journeys of (customer, minute, channel) and (customer, minute, revenue)."""
    found: list[Journey] = []
    for customer in sorted({who for who, _, _ in touches}):
        mine = sorted((minute, channel) for who, minute, channel in touches if who == customer)
        bought: dict[int, float] = defaultdict(float)
        for who, minute, revenue in orders:
            if who == customer and revenue >= 0:
                bought[minute] += revenue
        found += _of_one(mine, bought, rules)
    return [_cut(journey, rules.longest) for journey in found]


def _of_one(mine: list[tuple[int, str]], bought: dict[int, float], rules: Rules) -> list[Journey]:
    found: list[Journey] = []
    before: tuple[int, str] | None = None
    for minute, channel in mine:
        following = min((at for at in bought if at >= minute), default=None)
        won = following is not None and following - minute <= rules.window * MINUTES_A_DAY
        broken = before is None or any(before[0] <= at < minute for at in bought)
        last = found[-1] if found else None
        if not broken and before is not None and last is not None:
            paused = not won and minute - before[0] > rules.window * MINUTES_A_DAY
            broken = (last.ordered is not None) != won or paused
        same = not broken and before is not None and channel == before[1] and minute - before[0] <= rules.session
        before = (minute, channel)
        if same:
            continue
        if broken:
            ended = following if won else None
            found.append(Journey(ordered=ended, value=bought[ended] if ended is not None else 0.0))
        found[-1].channels.append(channel)
        found[-1].minutes.append(minute)
    return found


def _cut(journey: Journey, longest: int) -> Journey:
    return Journey(journey.channels[-longest:], journey.minutes[-longest:], journey.ordered, journey.value)


def rule_credit(journey: Journey, rule: str, half_life: float) -> dict[str, float]:
    """Return the shares of one journey's order by a rule."""
    size = len(journey.channels)
    assert journey.ordered is not None
    if rule == "first":
        weights = [1.0] + [0.0] * (size - 1)
    elif rule == "last":
        weights = [0.0] * (size - 1) + [1.0]
    elif rule == "linear":
        weights = [1.0 / size] * size
    elif rule == "position":
        middle = [0.2 / (size - 2)] * (size - 2) if size > 2 else []
        weights = {1: [1.0], 2: [0.5, 0.5]}.get(size, [0.4, *middle, 0.4])
    else:
        decay = [0.5 ** ((journey.ordered - minute) / MINUTES_A_DAY / half_life) for minute in journey.minutes]
        weights = [one / sum(decay) for one in decay]
    shares: dict[str, float] = defaultdict(float)
    for channel, weight in zip(journey.channels, weights, strict=True):
        shares[channel] += weight
    return dict(shares)
