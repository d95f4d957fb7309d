r"""How a simulated world works, week by week, in plain numpy: written apart from the fitted model.

Every node has an index y around 0, its level times 1 + y (or times exp(y) where effects multiply) in own units:

    y = D + M                        demand and media
    M = sum of effects of channels + sum over parents of effect * carryover(M of the parent)
    D = surroundings + sum over parents of [effect * carryover(D) + sum_k kappa_k D(t - k) of the parent] + shock

No plan moves D, shocks included. An effect is share * R F / mean of R F over the window as it was; F is the audience of
a fuelled channel. The spend of a channel that responds to a stage follows its y without what such channels bring it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from omnimix.mechanics import Array
from omnimix.mechanics.scaling import typical_week
from omnimix.spec import Channel, Outcome, Stage
from omnimix.truth.true_curves import TrueCurve

Series = Mapping[str, Array]


class Baseline(Protocol):
    """What a node does without media and parents as an index, or what a channel spends at an index of 0."""

    def at(self, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None = None) -> Array:
        """Return it for any weeks from the first simulated one on, shape (weeks,)."""
        ...


@dataclass(frozen=True, eq=False)
class TrueAnswer:
    """How the spend of a channel answers to a stage.

    Attributes:
        stage: the stage.
        baseline: spend in money at an index of 0, its own noise left out.
        money: spend for one unit more of the stage's index.
        media: the media part of what it answered to, as it was.
    """

    stage: str
    baseline: Baseline
    money: float
    media: Array

    def spend(self, realised: Array, media: Array, called_for: Array) -> Array:
        """Return spend when the media part of what it answers to is ``media``, shape (weeks,).

        In simulated weeks it is what was spent and the answer to the change, but a week that was set to zero by hand
        stays so; in later weeks it is the answer on top of what demand alone calls for.
        """
        known = len(realised)
        changed = np.where(realised > 0, realised + self.money * (media[:known] - self.media), 0.0)
        later = (called_for + self.money * media)[known:]
        return np.asarray(np.maximum(np.concatenate([changed, later]), 0.0))


@dataclass(frozen=True, eq=False)
class TrueMedium:
    """A channel's spend (exposure if not paid) and exposure of all weeks, media history included; how it answers."""

    channel: Channel
    spend: Array
    exposure: Array
    answer: TrueAnswer | None = None

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.channel.name

    @cached_property
    def typical(self) -> float:
        """The median exposure of a running week: the unit of saturation curves."""
        return typical_week(self.exposure)

    @cached_property
    def _per_money(self) -> tuple[Array, float]:
        average = float(self.exposure.sum() / self.spend.sum())
        paid = self.spend > 0
        return np.where(paid, self.exposure / np.where(paid, self.spend, 1.0), average), average

    def bought(self, spend: Array) -> Array:
        """Return the exposure that spend buys: at that week's own price where it was paid, else at the average.

        What a week had for nothing it keeps as long as nothing is spent on it.
        """
        own, average = self._per_money
        known = min(len(own), len(spend))
        out = spend * average
        out[:known] = spend[:known] * own[:known]
        free = (self.spend[:known] <= 0) & (spend[:known] <= 0)
        out[:known][free] = self.exposure[:known][free]
        return np.asarray(out)


@dataclass(frozen=True, eq=False)
class TrueEffect:
    """What one channel does to one node directly.

    ``size`` is the mean of the raw response over the window as it was: ``share`` is the mean effect.
    """

    medium: TrueMedium
    share: float
    adstock: TrueCurve
    saturation: TrueCurve
    size: float = 1.0

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.medium.name

    def raw(self, spend: Array, audience: Array | None) -> Array:
        """Return the response before it is put to size, shape (weeks,)."""
        value = self.saturation.value(self._carried(self.medium.bought(spend)))
        return value if audience is None else np.asarray(value * audience)

    def part(self, spend: Array, audience: Array | None) -> Array:
        """Return what the channel adds to the node's index, shape (weeks,)."""
        return np.asarray(self.share / self.size * self.raw(spend, audience))

    def slope(self, spend: Array, window: int) -> Array:
        """Return the derivative of :meth:`part` by a factor on spend from week number ``window`` on, shape (weeks,)."""
        exposure = self.medium.bought(spend)
        later = np.where(np.arange(len(spend)) >= window, exposure, 0.0)
        slope = self.saturation.slope(self._carried(exposure)) * self._carried(later)
        return np.asarray(self.share / self.size * slope)

    def _carried(self, exposure: Array) -> Array:
        return carried(exposure / self.medium.typical, self.adstock.weights(self.medium.channel.lags))


@dataclass(frozen=True)
class TrueLink:
    """What an earlier node does to a later one.

    Attributes:
        parent: the earlier node.
        effect: change of the later index for one unit of the earlier one.
        adstock: how the effect carries over.
        lags: number of lags, the week itself included.
        correlation: correlation of both nodes' shocks.
        shock_coefficient: how far the parent's demand moves the later index in the same week beside the effect.
        later_shocks: the same, one week after that demand, two weeks after, and so on.
    """

    parent: str
    effect: float
    adstock: TrueCurve
    lags: int
    correlation: float
    shock_coefficient: float
    later_shocks: tuple[float, ...] = ()

    def part(self, index: Array) -> Array:
        """Return what the parent's index does to the later one, carried over, shape (weeks,)."""
        return np.asarray(self.effect * carried(index, self.adstock.weights(self.lags)))


@dataclass(frozen=True, eq=False)
class TrueNode:
    """The mechanism of one stage or outcome.

    Attributes:
        node: the stage or outcome as a fit will use it.
        effects: what channels do to it directly.
        links: what earlier nodes do to it.
        baseline: what it does without either.
        level: a week at an index of 0, in own units.
        multiplies: whether effects multiply instead of adding up.
        shocks: its own shocks of the simulated weeks.
        typical: a typical week of its observed series in own units: its mean, or its geometric mean where effects
            multiply. A fit measures in these.
    """

    node: Stage | Outcome
    effects: tuple[TrueEffect, ...]
    links: tuple[TrueLink, ...]
    baseline: Baseline
    level: float
    multiplies: bool
    shocks: Array
    typical: float

    @property
    def name(self) -> str:
        """The node's name."""
        return self.node.name

    @property
    def value(self) -> float:
        """Money for one unit; zero for a stage, which earns nothing itself."""
        return 0.0 if isinstance(self.node, Stage) else self.node.value or 1.0

    @property
    def unit(self) -> float:
        """What one unit of its index is in own units; one log point where effects multiply."""
        return 1.0 if self.multiplies else self.level

    @property
    def typical_ratio(self) -> float:
        """Its level over a typical week of its observed series: the way to the scale of a fit."""
        return 1.0 if self.multiplies else self.level / self.typical

    def units(self, index: Array) -> Array:
        """Return the series in own units from its index."""
        return self.level * (np.exp(index) if self.multiplies else 1.0 + index)


@dataclass(frozen=True, eq=False)
class Demand:
    """The part of every node that no plan moves: as it was (later weeks: without shocks), and without own shocks.

    ``spend`` is the money that it alone calls for, by channel that responds to a stage.
    """

    realised: Series
    expected: Series
    spend: Series


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What happens under a plan, by channel and node, shape (weeks,) each.

    ``media`` is the media part M of a node; ``answered`` of a stage the part of M that channels answer to.
    """

    demand: Demand
    spend: Series
    media: Series
    answered: Series


@dataclass(frozen=True, eq=False)
class Mechanism:
    """A whole world: its media and its nodes in the order in which they act.

    ``window`` is the number of the first week in which nodes were observed.
    """

    media: Mapping[str, TrueMedium]
    nodes: tuple[TrueNode, ...]
    window: int

    def demand(self, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None = None) -> Demand:
        """Return the demand of every node in weeks that start with the first simulated one."""
        realised: dict[str, Array] = {}
        expected: dict[str, Array] = {}
        for node in self.nodes:
            expected[node.name] = expected_demand(node.baseline.at(weeks, controls), node.links, realised)
            shocks = np.zeros(len(weeks))
            shocks[: len(node.shocks)] = node.shocks[: len(weeks)]
            realised[node.name] = expected[node.name] + shocks
        answers = {n: m.answer for n, m in self.media.items() if m.answer is not None}
        spend = {n: a.baseline.at(weeks) + a.money * realised[a.stage] for n, a in answers.items()}
        return Demand(realised, expected, spend)

    def follow(self, spend: Series, demand: Demand) -> Trajectory:
        """Follow a plan through the funnel.

        ``spend`` is money a week from the first simulated week on; ``nan`` where a channel answers to its stage.
        """
        spent, media, answered = dict(spend), dict[str, Array](), dict[str, Array]()
        trajectory = Trajectory(demand, spent, media, answered)
        for node in self.nodes:
            first, last = split_effects(node)
            total = linked_media(node.links, media, demand.expected[node.name].size) + self._effects(first, trajectory)
            answered[node.name] = total
            for medium in self.answering(node.name):
                spent[medium.name] = self.answer(medium, spend[medium.name], total, demand)
            media[node.name] = total + self._effects(last, trajectory)
        return trajectory

    def _effects(self, effects: Iterable[TrueEffect], trajectory: Trajectory) -> Array | float:
        return sum((e.part(trajectory.spend[e.name], self.audience(e.medium, trajectory)) for e in effects), 0.0)

    def answering(self, stage: str) -> tuple[TrueMedium, ...]:
        """Return the media whose spend answers to a stage."""
        return tuple(m for m in self.media.values() if m.channel.responds_to == stage)

    def answer(self, medium: TrueMedium, planned: Array, media: Array, demand: Demand) -> Array:
        """Return the spend of a channel that responds to a stage, where the plan leaves it open."""
        open_weeks = np.isnan(planned)
        if medium.answer is None or not open_weeks.any():
            return planned
        found = medium.answer.spend(medium.spend, media, demand.spend[medium.name])
        return np.where(open_weeks, found, planned)

    def audience(self, medium: TrueMedium, trajectory: Trajectory, change: Array | float = 0.0) -> Array | None:
        """Return the audience of a fuelled channel in typical weeks, the index of its stage changed by ``change``."""
        stage = medium.channel.fuelled_by
        if stage is None:
            return None
        node = self.node(stage)
        series = np.maximum(node.units(trajectory.demand.realised[stage] + trajectory.media[stage] + change), 0.0)
        return gathered(series / node.typical, self.window, medium.channel.fuel_weeks)

    def node(self, name: str) -> TrueNode:
        """Return the node of that name."""
        return next(n for n in self.nodes if n.name == name)


def carried(series: Array, weights: Array) -> Array:
    """Return a series after carryover, shape (weeks,); weeks before the first are silent."""
    return np.asarray(np.convolve(series, weights)[: len(series)])


def gathered(audience: Array, window: int, weeks: int) -> Array:
    """Return the mean audience of the last ``weeks`` weeks, shape (weeks,).

    An audience is known from week number ``window`` on; where none is known it counts as typical.
    """
    known = np.where(np.arange(len(audience)) >= window, 1.0, 0.0)
    total = carried(audience * known, np.ones(weeks))
    count = carried(known, np.ones(weeks))
    return np.where(count > 0, total / np.maximum(count, 1.0), 1.0)


def split_effects(node: TrueNode) -> tuple[list[TrueEffect], list[TrueEffect]]:
    """Return the effects on a node of channels that do not answer to it, and those of channels that do."""
    parts: tuple[list[TrueEffect], list[TrueEffect]] = [], []
    for effect in node.effects:
        parts[effect.medium.channel.responds_to == node.name].append(effect)
    return parts


def linked_media(links: Iterable[TrueLink], media: Series, weeks: int) -> Array:
    """Return what the media part of the parents does to a node's index, shape (weeks,)."""
    return sum((link.part(media[link.parent]) for link in links), np.zeros(weeks))


def expected_demand(baseline: Array, links: Iterable[TrueLink], realised: Series) -> Array:
    """Return the demand of a node without its own shocks, given that of its parents as it was."""
    out = baseline
    for link in links:
        unseen = np.array([link.shock_coefficient, *link.later_shocks])
        out = out + link.part(realised[link.parent]) + carried(realised[link.parent], unseen)
    return out
