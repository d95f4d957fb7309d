"""Which method of attribution is wrong by how much, where it is known what each channel brings?

Customers are simulated day by day for thirty days. A tenth is about to buy (*in the market*). Each channel meets a
customer on a day with some chance; touches raise the chance to order on that day and, less, on later ones. What a channel
truly brings is the difference between the orders with it and without it, with the same luck of everyone. Worlds differ in
one thing each: touches meet everybody alike (*alike*); search is met by whoever is about to buy and brings little
(*harvest*); social makes people search (*opener*); much is brought by TV that nobody tracks
(*untracked*); one channel is everywhere and brings nothing (*wallpaper*); two channels work only together (*together*).

Touches that are tracked go through `om.journeys`, and credit is held against the truth. `misplaced` is the share of the
credit that would have to be moved between tracked channels to make it right; `worst` is the channel whose share is off by
most, and by how many points. `credited_per_brought` is how many orders are credited for one that tracked channels brought.
Run: ``python -m benchmarks.accuracy.journey_worlds`` (about five minutes).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import omnimix as om
from benchmarks.accuracy.study import Study
from omnimix.attribution.credit import METHODS

DAYS = 30
IN_MARKET = 0.1
START = pd.Timestamp("2024-01-01")
SEEDS = range(3)


@dataclass(frozen=True)
class World:
    """What differs between worlds.

    Attributes:
        meets: chance of a touch on a day, by channel.
        hunts: how many times likelier a touch is for those who are in the market.
        lifts: chance to order that a fresh touch adds; a day later it adds ``KEPT`` of that, and so on.
        leads: chance of a touch of the second channel on a day after a touch of the first.
        joint: chance to order that fresh touches of two channels add only together.
        hidden: channels that nobody tracks.
        base: chance to order on a day without any touch, for others and for those in the market.
    """

    meets: dict[str, float]
    lifts: dict[str, float]
    hunts: dict[str, float] = field(default_factory=dict)
    leads: dict[tuple[str, str], float] = field(default_factory=dict)
    joint: dict[tuple[str, str], float] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    base: tuple[float, float] = (0.0005, 0.01)


KEPT = 0.6
MEETS = {"social": 0.03, "display": 0.04, "search": 0.02, "mail": 0.02}
LIFTS = {"social": 0.006, "display": 0.003, "search": 0.008, "mail": 0.004}
WORLDS = {
    "alike": World(MEETS, LIFTS),
    "harvest": World(MEETS, LIFTS | {"search": 0.001}, hunts={"search": 12.0}),
    "opener": World(
        MEETS | {"search": 0.004}, LIFTS | {"social": 0.001, "search": 0.02}, leads={("social", "search"): 0.3}
    ),
    "untracked": World(MEETS | {"tv": 0.15}, LIFTS | {"tv": 0.006}, leads={("tv", "search"): 0.05}, hidden=("tv",)),
    "wallpaper": World(MEETS | {"display": 0.3}, LIFTS | {"display": 0.0}),
    "together": World(MEETS, LIFTS | {"social": 0.0, "display": 0.0}, joint={("social", "display"): 0.05}),
}


def main() -> None:
    """Simulate the worlds, follow their journeys and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=120_000, help="customers of a world")
    parser.add_argument("--keep", action="store_true", help="make the tables anew from the cells of the last run")
    given = parser.parse_args()
    study = Study("journey_worlds", settings={"customers": given.customers}, rooms=("attribution",), keep=given.keep)
    found = study.run(
        [f"{world}|{seed}" for world in WORLDS for seed in SEEDS], lambda key: _cell(key, given.customers)
    )
    rows = pd.DataFrame([row for cell in found for row in cell["rows"]])
    wide = rows.pivot_table(index="world", columns="method", values="misplaced", sort=False)[list(METHODS)]
    told = pd.DataFrame(
        [
            {"world": world, "method": method, **_told(part)}
            for (world, method), part in rows.groupby(["world", "method"], sort=False)
        ]
    )
    shares = rows.drop_duplicates(["world", "seed"]).groupby("world", sort=False)["true"].first()
    tables = {
        "Share of credit that is misplaced": wide.reset_index(),
        "By world and method": told,
        "True shares of what tracked channels bring": pd.DataFrame({"world": shares.index, "true": shares.to_numpy()}),
    }
    text = f"# Journey worlds\n\n{__doc__.split('Run:')[0].split(chr(10), 2)[2].strip()}\n\n{len(SEEDS)} seeds a world, {given.customers:,} customers each."
    study.write({"cells": rows.to_dict("records")}, text, tables)


def _told(part: pd.DataFrame) -> dict[str, Any]:
    """Return the mean over seeds; the channel that is off by most in most of them, and by how many points there."""
    worst = part["worst"].mode().iloc[0]
    means = part[["misplaced", "credited_per_brought"]].mean()
    return {
        "misplaced": means["misplaced"],
        "worst": worst,
        "points": part.loc[part["worst"] == worst, "points"].mean(),
        "credited_per_brought": means["credited_per_brought"],
    }


def _cell(key: str, customers: int) -> dict[str, Any]:
    name, seed = key.split("|")
    world = WORLDS[name]
    touches, orders = simulate(world, customers, int(seed))
    tracked = [channel for channel in world.meets if channel not in world.hidden]
    brought = {c: len(orders) - len(simulate(world, customers, int(seed), without=(c,))[1]) for c in tracked}
    together = len(orders) - len(simulate(world, customers, int(seed), without=tuple(tracked))[1])
    true = {c: max(n, 0) / sum(max(n, 0) for n in brought.values()) for c, n in brought.items()}
    seen = touches[~touches["channel"].isin(world.hidden)]
    found = om.journeys(om.read_touches(seen), om.read_orders(orders), robustness=False)
    table = found.table("share").set_index("channel").reindex(tracked).fillna(0.0)
    rows = []
    for method in METHODS:
        off = {c: float(table.loc[c, method]) - true[c] for c in tracked}
        worst = max(off, key=lambda c: abs(off[c]))
        rows.append(
            {
                "world": name,
                "seed": int(seed),
                "method": method,
                "misplaced": sum(abs(v) for v in off.values()) / 2,
                "worst": worst,
                "points": 100 * off[worst],
                "credited_per_brought": found.orders / together,
                "true": ", ".join(f"{c} {true[c]:.0%}" for c in tracked),
            }
        )
    return {"rows": rows}


def simulate(
    world: World, customers: int, seed: int, without: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return touches and orders of a world; luck is the same whichever channels are left out."""
    draw = np.random.default_rng(seed)
    hot = draw.random(customers) < IN_MARKET
    bought = np.full(customers, -1)
    stock = {channel: np.zeros(customers) for channel in world.meets}
    before = {channel: np.zeros(customers, dtype=bool) for channel in world.meets}
    seen = []
    for day in range(DAYS):
        luck, minute = (
            draw.random((customers, len(world.meets) + 1)),
            draw.integers(0, 600, (customers, len(world.meets))),
        )
        met = {}
        for k, channel in enumerate(world.meets):
            chance = world.meets[channel] * np.where(hot, world.hunts.get(channel, 1.0), 1.0)
            for (first, second), added in world.leads.items():
                chance = chance + (added * before[first] if second == channel else 0.0)
            met[channel] = (luck[:, k] < chance) & (bought < 0) & (channel not in without)
            stock[channel] = KEPT * stock[channel] + met[channel]
            who = np.flatnonzero(met[channel])
            seen.append(pd.DataFrame({"customer": who, "minute": 1440 * day + minute[who, k], "channel": channel}))
        order = np.where(hot, world.base[1], world.base[0])
        for channel, lift in world.lifts.items():
            order = order + lift * np.minimum(stock[channel], 2.0)
        for (one, other), lift in world.joint.items():
            order = order + lift * np.minimum(np.minimum(stock[one], stock[other]), 2.0)
        bought[(luck[:, -1] < order) & (bought < 0)] = day
        before = met
    touches = pd.concat(seen, ignore_index=True)
    who = np.flatnonzero(bought >= 0)
    orders = pd.DataFrame({"customer": who, "minute": 1440 * bought[who] + 700, "channel": "shop", "revenue": 50.0})
    return tuple(  # type: ignore[return-value]
        frame.assign(time=START + pd.to_timedelta(frame["minute"], "min")).drop(columns="minute")
        for frame in (touches, orders)
    )


if __name__ == "__main__":
    main()
