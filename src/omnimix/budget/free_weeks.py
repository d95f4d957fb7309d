"""The space of plans in which every week of every channel is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from omnimix.budget.current_plan import pattern
from omnimix.budget.feasible_set import Row, Space
from omnimix.budget.support import carried
from omnimix.effects.future import Integers
from omnimix.mechanics import Array
from omnimix.spec import Limit

if TYPE_CHECKING:
    from omnimix.budget.constraints import Demands


def weekly(demands: Demands, space: Space, allowed: Array) -> Space:
    """Return the space of one variable a set channel and week, from that of one a channel.

    A week stays between the lowest and the highest week seen, and the level after carryover below the highest seen.
    ``allowed`` is least and most of every set channel by what the data have seen, shape (2, set channels).
    """
    weeks, levers = demands.future.weeks, demands.levers
    of: Integers = np.repeat(np.arange(len(levers)), weeks)
    week: Integers = np.tile(np.arange(weeks), len(levers))
    basis = np.zeros((len(of), len(demands.future.names), weeks))
    basis[np.arange(len(of)), np.array(levers)[of], week] = 1.0
    highest = demands.region.iloc[levers]["highest"].to_numpy()
    times = np.maximum(np.divide(allowed[1], highest, out=np.ones(len(levers)), where=highest > 0), 1.0)
    least, most = _weeks(demands, space, times)
    on = demands.runs.ravel() > 0
    nothing = np.zeros(len(demands.future.answering))
    rows = [
        Row(name, (of == k).astype(float), nothing, float(space.lower[k]), float(space.upper[k]))
        for k, name in enumerate(demands.future.set_channels)
    ]
    rows += [Row(r.label, r.weights[of], r.answers, r.low, r.high) for r in space.rows]
    rows += _levels(demands, space, of, week, times)
    rows += _groups(demands, of, week)
    total = space.total
    return Space(
        basis,
        np.where(on, least[of], 0.0),
        np.where(on, most[of], 0.0),
        tuple(rows),
        Row(total.label, np.ones(len(of)), total.answers, total.low, total.high),
    )


def _weeks(demands: Demands, space: Space, times: Array) -> tuple[Array, Array]:
    """Return least and most money of a week by set channel."""
    region = demands.region.iloc[demands.levers]
    even = space.lower / np.maximum(demands.runs.sum(axis=1), 1.0)  # what is asked for has to fit in
    most = np.maximum(region["highest_week"].to_numpy() * times, even)
    least = np.minimum(region["lowest_week"].to_numpy() * max(0.0, 2.0 - float(times.max())), even)
    for k, name in enumerate(demands.future.set_channels):
        limit = demands.limits.channels.get(name, Limit())
        if limit.weekly_max is not None:
            most[k] = min(most[k], limit.weekly_max)
        if limit.weekly_min is not None:
            least[k] = 0.0
    return np.minimum(least, most), most


def _levels(demands: Demands, space: Space, of: Integers, week: Integers, times: Array) -> list[Row]:
    """Return the demands that no level after carryover is above the highest seen, nor above what is asked for needs."""
    rows, nothing = [], np.zeros(len(demands.future.answering))
    for k, place in enumerate(demands.levers):
        kernel, before = demands.support.kernels[place], demands.support.before[place]
        asked = [space.lower[k] * pattern(demands.runs[k]), demands.today[place] * demands.runs[k]]
        needed = max(float((before + carried(money, kernel)).max()) for money in asked)
        most = max(float(times[k]) * float(demands.region["highest_level"].iloc[place]), needed)
        for w in range(demands.future.weeks):
            ago = w - week
            reach = (of == k) & (ago >= 0) & (ago < len(kernel))
            weights = np.where(reach, kernel[np.clip(ago, 0, len(kernel) - 1)], 0.0)
            rows.append(Row("level after carryover", weights, nothing, high=most - float(before[w])))
    return rows


def _groups(demands: Demands, of: Integers, week: Integers) -> list[Row]:
    """Return the ceilings a week of pools and teams."""
    rows = []
    for kind, given in (("pool", demands.limits.pools), ("team", demands.limits.teams)):
        for name, limit in given.items():
            if limit.weekly_max is not None:
                weights, answers = demands.members(kind, name)
                rows += [
                    Row(f"{kind} {name} a week", weights[of] * (week == w), answers, high=limit.weekly_max)
                    for w in range(demands.future.weeks)
                ]
    return rows
