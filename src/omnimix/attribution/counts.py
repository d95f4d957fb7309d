"""Counts over all journeys, part by part: what every method of credit is worked out from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from omnimix.attribution.markov import NOTHING, ORDER, Steps
from omnimix.attribution.walks import DAY, MEMORY, Rules, cut, walks
from omnimix.mechanics import Array
from omnimix.tracking.engine import Store

RULES = ("first", "last", "linear", "time_decay", "position")
ENDS = 0.4  # of position-based credit, for the first and for the last touch each
CODE, ORDERS, VALUE, JOURNEYS = "code", "orders", "value", "journeys"

_LONGEST = "SELECT max(n) FROM (SELECT count(*) AS n FROM {table} GROUP BY customer, journey)"
_WEIGHTS = {
    "first": "CASE WHEN place = 1 THEN 1.0 ELSE 0.0 END",
    "last": "CASE WHEN place = length THEN 1.0 ELSE 0.0 END",
    "linear": "1.0 / length",
    "time_decay": "decay / sum(decay) OVER (PARTITION BY customer, journey)",
    "position": f"""CASE WHEN length = 1 THEN 1.0 WHEN length = 2 THEN 0.5
        WHEN place IN (1, length) THEN {ENDS} ELSE {1 - 2 * ENDS} / (length - 2) END""",
}


@dataclass(frozen=True)
class Counts:
    """What was counted over all journeys.

    Attributes:
        channels: names; a channel's code is its place from 1.
        orders: orders with a touch before them.
        value: what these are worth.
        journeys: all journeys, those without an order too.
        touches: in all journeys, after sessions were drawn together.
        rules: credit by rule, shape (channels, rules), in orders.
        rules_value: the same in value.
        starts: journeys that began with a channel, shape (channels,); those without an order too.
        sets: orders and value by the set of channels of the journey, as codes from 0.
        steps: steps between states with a memory of three channels.
        lengths: by number of touches before an order: orders.
        days: by whole days from the first touch to the order: orders.
    """

    channels: tuple[str, ...]
    orders: float
    value: float
    journeys: int
    touches: int
    rules: Array
    rules_value: Array
    starts: Array
    sets: dict[tuple[int, ...], tuple[float, float]]
    steps: Steps
    lengths: pd.DataFrame
    days: pd.DataFrame

    def steps_of_order(self, memory: int) -> Steps:
        """Return the steps between states with a shorter memory."""
        if memory == MEMORY:
            return self.steps
        base = (len(self.channels) + 1) ** memory
        short = pd.DataFrame(
            {
                "source": self.steps.source % base,
                "target": np.where(self.steps.target > 0, self.steps.target % base, self.steps.target),
                "count": self.steps.count,
            }
        )
        summed = short.groupby(["source", "target"], as_index=False).sum()
        return Steps(self.channels, *(summed[name].to_numpy() for name in ("source", "target", "count")))


def count(
    rules: Rules,
    *,
    touches: Store,
    orders: Store,
    channels: tuple[str, ...],
    parts: list[str],
    done: Callable[[], None] | None = None,
) -> Counts:
    """Count journeys part by part; what is kept between parts are counts, however many touches there are.

    ``orders`` and ``touches`` are in one connection; ``done`` is called after each part.
    """
    connection = touches.connection
    codes = Store.made(connection, _codes(channels), "codes", list(channels))
    base = len(channels) + 1
    kept: dict[str, list[pd.DataFrame]] = {name: [] for name in _counting(rules, base)}
    for part in parts:
        walk = Store.made(
            connection,
            walks(rules, touches=touches.name, orders=orders.name, codes=codes.name, base=base, part=part),
            "walks",
        )
        ((longest,),) = walk.rows(_LONGEST)
        if (longest or 0) > rules.longest:
            walk = Store.made(connection, cut(rules, walk.name, base), "walks")
        for name, query in _counting(rules, base).items():
            kept[name].append(walk.frame(query))
        if done is not None:
            done()
    return _summed(channels, {name: pd.concat(frames, ignore_index=True) for name, frames in kept.items()})


def _codes(channels: tuple[str, ...]) -> str:
    rows = ", ".join(f"(?, {k + 1}::BIGINT)" for k in range(len(channels)))
    return f"SELECT * FROM (VALUES {rows}) AS codes(channel, code)"


def _counting(rules: Rules, base: int) -> dict[str, str]:
    """Return by name the queries that count walks."""
    shares = ", ".join(f"{weight} AS {name}" for name, weight in _WEIGHTS.items())
    sums = ", ".join(f"sum({name} * {what}) AS {name}_{what}" for what in (ORDERS, VALUE) for name in RULES)
    end = f"CASE WHEN orders IS NULL THEN {NOTHING} ELSE {ORDER} END"
    after = f"(source * {base}) % {base**MEMORY} + code"
    within = "PARTITION BY customer, journey"
    return {
        "rules": f"""SELECT code, {sums} FROM (SELECT *, {shares} FROM (
            SELECT customer, journey, code, orders, value, row_number() OVER ({within} ORDER BY stamp, code) AS place,
                count(*) OVER ({within}) AS length, pow(2.0, (stamp - moment) / {DAY * rules.half_life}) AS decay
            FROM {{table}} WHERE orders IS NOT NULL)) GROUP BY code""",
        "starts": "SELECT code, count(*) AS journeys FROM {table} WHERE begins GROUP BY code",
        "sets": """SELECT held, sum(orders) AS orders, sum(value) AS value FROM (
            SELECT list_sort(list(DISTINCT code - 1)) AS held, any_value(orders) AS orders, any_value(value) AS value
            FROM {table} WHERE orders IS NOT NULL GROUP BY customer, journey) GROUP BY held""",
        "steps": f"""SELECT source, {after} AS target, sum(coalesce(orders, 1))::DOUBLE AS count FROM {{table}}
            GROUP BY 1, 2 UNION ALL SELECT {after}, {end}, sum(coalesce(orders, 1))::DOUBLE FROM {{table}} WHERE ends
            GROUP BY 1, 2""",
        "lengths": """SELECT touches, sum(orders) AS orders FROM (
            SELECT count(*) AS touches, any_value(orders) AS orders FROM {table} WHERE orders IS NOT NULL
            GROUP BY customer, journey) GROUP BY touches""",
        "days": f"""SELECT floor((moment - stamp) / {DAY})::BIGINT AS days, sum(orders) AS orders FROM {{table}}
            WHERE begins AND orders IS NOT NULL GROUP BY 1""",
        "all": """SELECT coalesce(sum(orders) FILTER (begins), 0)::DOUBLE AS orders, count(*) AS touches,
            coalesce(sum(value) FILTER (begins), 0)::DOUBLE AS value, count(*) FILTER (begins) AS journeys
            FROM {table}""",
    }


def _summed(channels: tuple[str, ...], found: dict[str, pd.DataFrame]) -> Counts:
    rules = found["rules"].groupby(CODE).sum().reindex(range(1, len(channels) + 1)).fillna(0.0)
    starts = found["starts"].groupby(CODE)[JOURNEYS].sum().reindex(range(1, len(channels) + 1)).fillna(0)
    steps = found["steps"].groupby(["source", "target"], as_index=False)["count"].sum()
    sets: dict[tuple[int, ...], tuple[float, float]] = {}
    for held, orders, value in found["sets"].itertuples(index=False):
        key = tuple(int(k) for k in held)
        before = sets.get(key, (0.0, 0.0))
        sets[key] = (before[0] + float(orders), before[1] + float(value))
    lengths = found["lengths"].groupby("touches", as_index=False).sum()
    totals = found["all"].sum()
    return Counts(
        channels=channels,
        orders=float(totals[ORDERS]),
        value=float(totals[VALUE]),
        journeys=int(totals[JOURNEYS]),
        touches=int(totals["touches"]),
        rules=_matrix(rules, ORDERS),
        rules_value=_matrix(rules, VALUE),
        starts=starts.to_numpy(dtype=float),
        sets=sets,
        steps=Steps(channels, *(steps[name].to_numpy() for name in ("source", "target", "count"))),
        lengths=lengths,
        days=found["days"].groupby("days", as_index=False).sum(),
    )


def _matrix(rules: pd.DataFrame, what: str) -> Any:
    return rules[[f"{name}_{what}" for name in RULES]].to_numpy(dtype=float)
