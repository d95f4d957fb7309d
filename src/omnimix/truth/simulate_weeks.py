"""Let the weeks of a world happen once, node by node in the order of its funnel, when all that is random is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from omnimix.mechanics import Array
from omnimix.spec import Channel, Outcome, Stage
from omnimix.truth.mechanism import (
    Baseline,
    Demand,
    Mechanism,
    Trajectory,
    TrueAnswer,
    TrueEffect,
    TrueLink,
    TrueMedium,
    TrueNode,
    expected_demand,
    linked_media,
)
from omnimix.truth.true_curves import TrueCurve

Weeks = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]  # which of them


@dataclass(frozen=True)
class DrawnEffect:
    """What a channel will do to a node: its share and curves, whatever its spend will be."""

    share: float
    adstock: TrueCurve
    saturation: TrueCurve


@dataclass(frozen=True, eq=False)
class DrawnNode:
    """A node before its weeks have happened: everything but what media and parents will bring.

    ``effects`` are by channel; ``shocks`` are its own, of every week; ``empty`` are the weeks in which it is not seen.
    """

    node: Stage | Outcome
    effects: Mapping[str, DrawnEffect]
    links: Sequence[TrueLink]
    baseline: Baseline
    shocks: Array
    level: float
    multiplies: bool
    empty: pd.DatetimeIndex


@dataclass(frozen=True, eq=False)
class DrawnSpend:
    """The spend of a channel that responds to a stage, before that stage has happened.

    Attributes:
        channel: the channel.
        baseline: money at an index of 0 of the stage.
        money: money for one unit more of that index.
        noise: money that a week spends on its own.
        rate: exposure for one unit of money, week by week.
        silent: weeks that are set to nothing by hand.
    """

    channel: Channel
    baseline: Baseline
    money: float
    noise: Array
    rate: Array
    silent: Weeks | None = None


@dataclass(eq=False)
class WeekSimulation:
    """The weeks of a world while they happen: every node lies in the past of those that come after it.

    Attributes:
        weeks: all simulated weeks.
        window: number of the first week in which nodes are seen.
        nodes: in the order in which they act.
        spends: of the channels that respond to a stage.
        media: the channels whose spend is set; those that respond join them as they go.
    """

    weeks: pd.DatetimeIndex
    window: int
    nodes: Sequence[DrawnNode]
    spends: Sequence[DrawnSpend]
    media: dict[str, TrueMedium]
    demand: dict[str, Array] = field(default_factory=dict)
    parts: dict[str, Array] = field(default_factory=dict)
    done: list[TrueNode] = field(default_factory=list)

    def simulate(self, order: Sequence[str]) -> Mechanism:
        """Let all weeks happen; return how they did, with the channels in the order given."""
        for node in self.nodes:
            self._simulate(node)
        return replace(self._mechanism, media={name: self.media[name] for name in order})

    def series(self, node: TrueNode | DrawnNode) -> pd.Series:
        """Return what is seen of a node in own units; empty where it is not."""
        name = node.node.name
        index = self.demand[name] + self.parts[name]
        values = pd.Series(node.level * (np.exp(index) if node.multiplies else 1.0 + index), index=self.weeks)
        values[: self.window] = np.nan
        return values.mask(values.index.isin(self.empty(name)))

    def empty(self, name: str) -> pd.DatetimeIndex:
        """Return the weeks of the window in which a node is not seen."""
        return next(n.empty for n in self.nodes if n.node.name == name)

    def _simulate(self, node: DrawnNode) -> None:
        name = node.node.name
        demand = expected_demand(node.baseline.at(self.weeks), node.links, self.demand) + node.shocks
        media = linked_media(node.links, self.parts, len(self.weeks))
        late = [s.channel.name for s in self.spends if s.channel.responds_to == name]
        effects = {c: self._effect(c, e) for c, e in node.effects.items() if c not in late}
        media = media + self._sum(effects.values())
        for spend in (s for s in self.spends if s.channel.name in late):
            self._answer(spend, demand, media)
        effects |= {c: self._effect(c, e) for c, e in node.effects.items() if c in late}
        media = media + self._sum(effects[c] for c in node.effects if c in late)
        self.demand[name], self.parts[name] = demand, media
        seen = self.series(node).dropna()
        typical = float(np.exp(np.log(seen).mean()) if node.multiplies else seen.mean())
        self.done.append(
            TrueNode(
                node=node.node,
                effects=tuple(effects[c] for c in node.effects),
                links=tuple(node.links),
                baseline=node.baseline,
                level=node.level,
                multiplies=node.multiplies,
                shocks=node.shocks,
                typical=typical,
            )
        )

    @property
    def _mechanism(self) -> Mechanism:
        return Mechanism(self.media, tuple(self.done), self.window)

    def _effect(self, channel: str, drawn: DrawnEffect) -> TrueEffect:
        medium = self.media[channel]
        effect = TrueEffect(medium, drawn.share, drawn.adstock, drawn.saturation)
        return replace(effect, size=float(effect.raw(medium.spend, self._audience(medium))[self.window :].mean()))

    def _sum(self, effects: Iterable[TrueEffect]) -> Array | float:
        return sum((e.part(e.medium.spend, self._audience(e.medium)) for e in effects), 0.0)

    def _audience(self, medium: TrueMedium) -> Array | None:
        return self._mechanism.audience(medium, Trajectory(Demand(self.demand, {}, {}), {}, self.parts, {}))

    def _answer(self, drawn: DrawnSpend, demand: Array, media: Array) -> None:
        """Let a channel answer to what its stage is without it."""
        spend = np.maximum(drawn.baseline.at(self.weeks) + drawn.money * (demand + media) + drawn.noise, 0.0)
        if drawn.silent is not None:
            spend = np.where(drawn.silent, 0.0, spend)
        answer = TrueAnswer(str(drawn.channel.responds_to), drawn.baseline, drawn.money, media)
        self.media[drawn.channel.name] = TrueMedium(drawn.channel, spend, spend * drawn.rate, answer)
