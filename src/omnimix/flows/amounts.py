"""What flows through a funnel: its spots and the arrows between them, with the money on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from omnimix.effects import Figures, paths
from omnimix.effects.geos import parts_of
from omnimix.effects.paths import INTERACTION, Path, ways_of
from omnimix.effects.plan import data_window, without
from omnimix.effects.respond import respond_each, values_by_draw
from omnimix.labels import CHANNEL, NODE, PATH, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Funnel
from omnimix.spec.graph import arrows as arrows_between

Kind = Literal["flow", "answers", "fuels"]
Way = tuple[Path, Array]


@dataclass(frozen=True)
class Amount:
    """Money with the ends of its interval."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Spot:
    """A channel, stage or outcome in its column; channels stand in column 0."""

    name: str
    column: int
    amount: Amount | None = None
    spend: float | None = None


@dataclass(frozen=True)
class Arrow:
    """What flows from one spot to another: mean money, negative where it takes money away.

    Kind ``answers`` and ``fuels`` lead back to a channel: demand that its spend answers to, or that is its audience.
    """

    source: str
    target: str
    mean: float
    channel: str | None = None
    kind: Kind = "flow"


@dataclass(frozen=True)
class Flows:
    """A funnel as spots and arrows.

    Attributes:
        spots: channels, stages and outcomes.
        arrows: the arrows between them.
        total: what all media bring; ``None`` for a funnel without a fit, whose arrows are all alike.
        together: mean of what channels bring only together, which no arrow shows.
    """

    spots: tuple[Spot, ...]
    arrows: tuple[Arrow, ...]
    total: Amount | None = None
    together: float = 0.0


def structure(funnel: Funnel) -> Flows:
    """Return what a funnel declares, every arrow alike."""
    columns = _columns(funnel)
    spots = [Spot(name, column) for name, column in columns.items()]
    arrows = [Arrow(c.name, n.name, 1.0, c.name) for n in funnel.nodes for c in funnel.drivers(n)]
    arrows += [Arrow(p, n.name, 1.0) for n in funnel.nodes for p in n.parents]
    arrows += [Arrow(stage, c.name, 1.0, c.name, kind) for c in funnel.channels for stage, kind in _read(c)]
    return Flows(tuple(spots), tuple(arrows))


def flows(
    posterior: Posterior, *, interval: float, allow_unconverged: bool = False, found: Figures | None = None
) -> Flows:
    """Return what the spend of the data window brings, tail included, by the way it takes.

    A path that turns back to an answering or fuelled channel is drawn up to that channel: from there on it is part of
    what the channel brings itself. So what flows into a stage flows out of it.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    funnel = posterior.funnel
    found = found or paths(posterior, allow_unconverged=allow_unconverged)
    ways = _draws_by_way(funnel, found)
    brought = _brought_by_all(posterior)
    amounts = {name: _amount(draws, interval) for name, draws in brought.items()}
    for channel in funnel.channels:
        rows = found.draws[CHANNEL].to_numpy() == channel.name
        amounts[channel.name] = _amount(found.draws.to_numpy()[:, rows].sum(axis=1), interval)
    for stage in funnel.stages:
        through = [draws for way, draws in ways if stage.name in _until_it_turns(way)[0]]
        amounts[stage.name] = _amount(np.sum(through, axis=0) if through else np.zeros(posterior.size), interval)
    bought = _spent(posterior)
    together = found.draws.to_numpy()[:, found.draws[PATH].to_numpy() == INTERACTION]
    return Flows(
        spots=tuple(Spot(n, column, amounts[n], bought.get(n)) for n, column in _columns(funnel).items()),
        arrows=tuple(_arrows(ways)),
        total=_amount(np.sum(list(brought.values()), axis=0), interval),
        together=float(together.sum(axis=1).mean()),
    )


def _columns(funnel: Funnel) -> dict[str, int]:
    """Return the column of every channel, stage and outcome: each one right of all that acts on it."""
    column = {c.name: 0 for c in funnel.channels}
    acting = [(source, target) for source, target, _ in arrows_between(funnel.channels, funnel.nodes)]
    stages = {s.name for s in funnel.stages}
    for node in sorted(funnel.nodes, key=lambda n: n.name not in stages):
        left = [column[source] for source, target in acting if target == node.name and source in column]
        least = 1 if node.name in stages else 1 + max((column[s] for s in stages), default=0)
        column[node.name] = max([least, *(k + 1 for k in left)])
    return column


def _read(channel: Channel) -> Iterator[tuple[str, Kind]]:
    """Give the stages a channel reads, and what they are to it."""
    if channel.responds_to is not None:
        yield channel.responds_to, "answers"
    if channel.fuelled_by is not None:
        yield channel.fuelled_by, "fuels"


def _draws_by_way(funnel: Funnel, found: Figures) -> list[Way]:
    rows = dict(
        zip(
            zip(found.draws[CHANNEL].to_numpy(), found.draws[PATH].to_numpy(), strict=True),
            found.draws.to_numpy().T,
            strict=True,
        )
    )
    return [(way, rows[c.name, way.label]) for c in funnel.channels for way in ways_of(funnel, c)]


def _brought_by_all(posterior: Posterior) -> dict[str, Array]:
    """Return what all media bring to every outcome in money over all geos, tail included, one figure a draw."""
    whole: dict[str, Array] = {o.name: np.zeros(posterior.size) for o in posterior.funnel.outcomes}
    for _, part in parts_of(posterior):
        plan = data_window(part)
        silent = without(plan, part.funnel.channel_names)
        found = respond_each(part, {"plan": plan, "silent": silent})
        brought = ((found["plan"] - found["silent"]) * values_by_draw(part)).sum(WEEK)
        whole = {name: sums + brought.sel({NODE: name}).to_numpy() for name, sums in whole.items()}
    return whole


def _spent(posterior: Posterior) -> dict[str, float]:
    """Return what was spent on every channel in the data window, over all geos."""
    whole: dict[str, float] = {}
    for _, part in parts_of(posterior):
        for name, money in data_window(part, tail=False).spend.iloc[part.scaling.window :].sum().items():
            whole[str(name)] = whole.get(str(name), 0.0) + float(money)
    return whole


def _until_it_turns(way: Path) -> tuple[list[str], Channel | None]:
    """Return the nodes of a path up to the first channel that it turns back through, and that channel."""
    names: list[str] = []
    for step in way.steps:
        if step.through is not None:
            return names, step.through
        names.append(step.node.name)
    return names, None


def _arrows(ways: Sequence[Way]) -> Iterator[Arrow]:
    sums: dict[tuple[str, str, str | None, Kind], float] = {}

    def add(mean: float, source: str, target: str, channel: str | None = None, kind: Kind = "flow") -> None:
        sums[source, target, channel, kind] = sums.get((source, target, channel, kind), 0.0) + mean

    for way, draws in ways:
        mean = float(draws.mean())
        names, turn = _until_it_turns(way)
        add(mean, way.channel.name, names[0], way.channel.name)
        for source, target in pairwise(names):
            add(mean, source, target)
        if turn is not None:
            kind = next(kind for stage, kind in _read(turn) if stage == names[-1])
            add(mean, names[-1], turn.name, turn.name, kind)
    yield from (Arrow(source, target, mean, channel, kind) for (source, target, channel, kind), mean in sums.items())


def _amount(draws: Array, interval: float) -> Amount:
    lower, upper = np.quantile(draws, [(1 - interval) / 2, (1 + interval) / 2])
    return Amount(float(draws.mean()), float(lower), float(upper))
