"""Which way does a channel's value come? Direct and mediated effects, path by path, in money."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.effects.engine import Engine, Trajectory, at_once
from omnimix.effects.figures import Figures, require_usable
from omnimix.effects.geos import parts_of
from omnimix.effects.plan import Plan, data_window, without
from omnimix.effects.respond import answer, expected, money
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, DRAW, OUTCOME, PATH
from omnimix.mechanics import Array
from omnimix.posterior import GeoPart, GeoPosterior, Posterior
from omnimix.spec import Channel, Funnel, Node

DIRECT, MEDIATED, INTERACTION = "direct", "mediated", "interaction"
KIND = "kind"
ALL_OUTCOMES = "all"


@dataclass(frozen=True)
class Step:
    """One arrow of a path: into ``node``, by its parent's link or through a fuelled or answering channel."""

    node: Node
    through: Channel | None = None


@dataclass(frozen=True)
class Path:
    """A way from a channel to an outcome."""

    channel: Channel
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        """The path in words, such as ``tv -> visits -> online_sales``."""
        names = [self.channel.name]
        for step in self.steps:
            names += [step.through.name] if step.through is not None else []
            names.append(step.node.name)
        return " -> ".join(names)


@checked
def paths(
    posterior: Posterior | GeoPosterior | GeoPart,
    *,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return what every channel's spend in the data window brings along each path, in money, tail included.

    Where outcomes have no value it is in their units, as ``unit`` says. Of several geos it is that of all together.

    The value of a path is that of the plan less that of the plan in which the channel is silent along this path alone.
    Where effects add up, the paths of a channel add up to its value; the rest, where channels share an audience, answer
    to demand or multiply, stands as path ``interaction``, so that the rows of a channel always add up to its value.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    each = [_of_one(part) for _, part in parts_of(posterior)]
    rows = each[0][0]
    coords = {n: (PATH, [r[k] for r in rows]) for k, n in enumerate((PATH, CHANNEL, OUTCOME, KIND))}
    found = xr.DataArray(functools.reduce(np.add, [draws for _, draws in each]), coords=coords, dims=(DRAW, PATH))
    unit = posterior.value_unit
    told = f"{unit.noun} brought by the data window's spend, tail included"
    return Figures("paths", found, told, interval, value_unit=unit)


def _of_one(posterior: Posterior) -> tuple[list[tuple[str, str, str, str]], Array]:
    """Return path, channel, outcome and kind of every row, and its money, shape (draws, rows)."""
    plan = data_window(posterior)
    engine = Engine(posterior, pd.DatetimeIndex(plan.spend.index))
    planned = money(posterior, answer(engine, plan, plan.weeks).nodes)
    rows: list[tuple[str, str, str, str]] = []
    draws: list[Array] = []
    for channel in posterior.funnel.channels:
        silent = without(plan, [channel.name])
        total = (planned - money(posterior, answer(engine, silent, plan.weeks).nodes)).to_numpy()
        ways = list(ways_of(posterior.funnel, channel))
        parts = at_once(partial(_value, engine, plan, silent), ways)
        for way, part in zip(ways, parts, strict=True):
            kind = DIRECT if len(way.steps) == 1 else MEDIATED
            rows.append((way.label, channel.name, way.steps[-1].node.name, kind))
            draws.append(part)
        rows.append((INTERACTION, channel.name, ALL_OUTCOMES, INTERACTION))
        draws.append(total - np.sum(parts, axis=0) if parts else total)
    return rows, np.stack(draws, axis=1)


def ways_of(funnel: Funnel, channel: Channel) -> Iterator[Path]:
    """Give every path from a channel to an outcome, the direct ones first."""
    found = [p for n in funnel.nodes if channel in funnel.drivers(n) for p in _onward(funnel, channel, (Step(n),))]
    yield from sorted(found, key=lambda p: len(p.steps))


def _onward(funnel: Funnel, channel: Channel, steps: tuple[Step, ...]) -> Iterator[Path]:
    here, last = steps[-1].node, steps[-1]
    if here.name in {o.name for o in funnel.outcomes}:
        yield Path(channel, steps)
    arrived = last.through or (channel if len(steps) == 1 else None)  # the channel that acts on this node
    answered = arrived is not None and arrived.responds_to == here.name  # what it brings is no demand to answer to
    for node in funnel.nodes:
        if here.name in node.parents:
            yield from _onward(funnel, channel, (*steps, Step(node)))
        for other in funnel.drivers(node):
            fuelled = other.fuelled_by == here.name
            answers = other.responds_to == here.name and not answered
            if other != channel and (fuelled or answers):
                yield from _onward(funnel, channel, (*steps, Step(node, other)))


def _value(engine: Engine, plan: Plan, silent: Plan, way: Path) -> Array:
    """Return the money lost by switching one path off, one figure a draw."""
    first = way.steps[0].node
    change = engine.effect_change(first, way.channel, silent, Trajectory())
    for before, step in pairwise(way.steps):
        if change is None:
            break
        change = _next(engine, plan, before.node, step, change)
    posterior, rows = engine.posterior, plan.reported
    if change is None:
        return np.zeros(posterior.size)
    outcome = way.steps[-1].node
    scale = posterior.scaling.scale(outcome.name)
    mean = engine.mean(outcome.name, Trajectory())
    lost = expected(posterior, scale, mean[:, rows]) - expected(posterior, scale, (mean + change)[:, rows])
    return np.asarray((outcome.value or 1.0) * lost.sum(axis=1))


def _next(engine: Engine, plan: Plan, here: Node, step: Step, change: Array) -> Array | None:
    """Carry a difference at one node along one arrow."""
    if step.through is None:
        return engine.link_change(step.node, here.name, change)
    trajectory = Trajectory()
    if step.through.fuelled_by == here.name:
        trajectory.media[here.name] = change
    if step.through.responds_to == here.name:
        engine.answer(step.through, here, plan, change, trajectory)
    return engine.effect_change(step.node, step.through, plan, trajectory)
