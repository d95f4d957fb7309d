"""Let the weeks of a declared world happen in the order of its funnel, and write down what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.errors import SpecError, did_you_mean
from omnimix.labels import WEEK
from omnimix.mechanics import Array
from omnimix.spec import Channel, Funnel, Outcome, Stage
from omnimix.truth.draw import DrawnWorld, draw_world, own_names
from omnimix.truth.mechanism import (
    Course,
    Demand,
    Mechanism,
    TrueAnswer,
    TrueEffect,
    TrueMedium,
    TrueNode,
    expected_demand,
    linked_media,
)
from omnimix.truth.media import Medium, bought_exposure, spend_pattern, stream, walk
from omnimix.truth.steps import Step
from omnimix.truth.surroundings import TrueBaseline, draw_shocks, true_baseline
from omnimix.truth.truth import Truth
from omnimix.truth.world import World

SIMULATED = "SIMULATED by omnimix.truth"
Missing = Mapping[str, int | Sequence[str]]


@dataclass(frozen=True)
class Calendar:
    """The weeks of a world: ``weeks`` with observed nodes from ``start`` on, after ``history`` weeks of media only."""

    weeks: int
    start: str
    history: int

    @property
    def index(self) -> pd.DatetimeIndex:
        """All simulated weeks, media history included."""
        first = pd.Timestamp(self.start) - pd.Timedelta(weeks=self.history)
        return pd.date_range(first, periods=self.weeks + self.history, freq="7D", name=WEEK)

    @property
    def window(self) -> pd.DatetimeIndex:
        """The weeks in which nodes are observed."""
        return self.index[self.history :]


def build_world(
    media: Iterable[Medium | Channel | str],
    steps: Iterable[Step | Stage | Outcome],
    *,
    seed: int = 0,
    weeks: int = 156,
    start: str = "2022-01-03",
    history: int = 0,
    media_share: float = 0.25,
    missing: Missing | None = None,
) -> World:
    """Build a world from its declared media and steps; see :func:`omnimix.truth.simulate`."""
    wanted = tuple(m if isinstance(m, Medium) else Medium(m) for m in media)
    given = tuple(s if isinstance(s, Step) else Step(s) for s in steps)
    _require_distinct(wanted)
    funnel = _funnel(wanted, given)
    by_name = {s.node.name: s for s in given}
    ordered = [by_name[n.name] for n in funnel.nodes]
    calendar = Calendar(weeks, start, history)
    unfolding = _Unfolding(
        media={m.name: m for m in wanted},
        steps=ordered,
        drawn=draw_world(funnel, ordered, wanted, media_share, seed),
        calendar=calendar,
        seed=seed,
        empty=_empty_weeks(missing or {}, list(by_name), calendar, seed),
    )
    mechanism = unfolding.unfold(funnel)
    spend = pd.DataFrame({m.name: mechanism.media[m.name].spend for m in wanted}, index=calendar.index)
    panel = Panel(_seen(unfolding, funnel).rename_axis(WEEK).reset_index())
    object.__setattr__(panel, "source", f"{SIMULATED}, seed {seed}")
    return World(panel, funnel, Truth(spend, calendar.window, mechanism))


@dataclass
class _Unfolding:
    """The weeks of a world while they happen, node by node: each lies in the past of those that come after it."""

    media: Mapping[str, Medium]
    steps: Sequence[Step]
    drawn: DrawnWorld
    calendar: Calendar
    seed: int
    empty: Mapping[str, pd.DatetimeIndex]
    bought: dict[str, TrueMedium] = field(default_factory=dict)
    baselines: dict[str, TrueBaseline] = field(default_factory=dict)
    demand: dict[str, Array] = field(default_factory=dict)
    parts: dict[str, Array] = field(default_factory=dict)
    nodes: list[TrueNode] = field(default_factory=list)

    def unfold(self, funnel: Funnel) -> Mechanism:
        """Let all weeks happen and return how they did."""
        for medium in self.media.values():
            if medium.record.responds_to is None:
                pattern = spend_pattern(medium.style, self.calendar.index, stream(self.seed, "spend", medium.name))
                self._buy(medium, pattern * self.drawn.weekly_spend[medium.name])
        for step in self.steps:
            self._unfold_node(step, [c.name for c in funnel.drivers(step.node)])
        return self.mechanism

    @property
    def mechanism(self) -> Mechanism:
        """How the weeks went so far."""
        media = {n: self.bought[n] for n in self.media if n in self.bought}
        return Mechanism(media, tuple(self.nodes), self.calendar.history)

    def series(self, node: TrueNode) -> pd.Series:
        """Return what was seen of a node, in own units; empty where it was not."""
        values = pd.Series(node.units(self.demand[node.name] + self.parts[node.name]), index=self.calendar.index)
        values[: self.calendar.history] = np.nan
        values[values.index.isin(self.empty.get(node.name, ()))] = np.nan
        return values

    def _unfold_node(self, step: Step, drivers: Sequence[str]) -> None:
        name, own, given = step.node.name, own_names(step, self.steps), step.around
        baseline = true_baseline(given, self.calendar.index, self.seed, *own)
        links = self.drawn.links[name]
        shocks = self._shocks(step, own)
        demand = expected_demand(baseline.at(self.calendar.index), links, self.demand) + shocks
        media = linked_media(links, self.parts, len(shocks))
        answering = [m for m in self.media.values() if m.record.responds_to == name]
        effects = {d: self._effect(name, d) for d in drivers if d not in {m.name for m in answering}}
        media = media + self._sum(effects.values())
        for medium in answering:
            self._answer(medium, demand, media)
        late = {d: self._effect(name, d) for d in drivers if d not in effects}
        self.baselines[name], self.demand[name], self.parts[name] = baseline, demand, media + self._sum(late.values())
        effects |= late
        node = TrueNode(
            node=step.node,
            effects=tuple(effects[d] for d in drivers),
            links=links,
            baseline=baseline,
            level=given.level,
            multiplies=given.multiplies,
            shocks=shocks,
            typical=1.0,
        )
        seen = self.series(node).dropna()
        typical = float(np.exp(np.log(seen).mean()) if node.multiplies else seen.mean())
        self.nodes.append(replace(node, typical=typical))

    def _shocks(self, step: Step, own: Sequence[str]) -> Array:
        """Return a node's own shocks: what unseen demand leaves of them."""
        past, seen = self.calendar.history, self.calendar.weeks
        left = 1.0 - sum(link.correlation**2 for link in self.drawn.links[step.node.name])
        parts = [
            draw_shocks(step.around, weeks, stream(self.seed, "noise", *own, *when))
            for weeks, when in ((past, ("history",)), (seen, ()))
        ]
        return np.asarray(np.sqrt(left) * np.concatenate(parts))

    def _effect(self, node: str, channel: str) -> TrueEffect:
        drawn, medium = self.drawn.effects[node][channel], self.bought[channel]
        effect = TrueEffect(medium, drawn.share, drawn.adstock, drawn.saturation)
        raw = effect.raw(medium.spend, self._audience(medium))[self.calendar.history :]
        return replace(effect, size=float(raw.mean()))

    def _sum(self, effects: Iterable[TrueEffect]) -> Array | float:
        return sum((e.part(e.medium.spend, self._audience(e.medium)) for e in effects), 0.0)

    def _audience(self, medium: TrueMedium) -> Array | None:
        return self.mechanism.audience(medium, Course(Demand(self.demand, {}), {}, self.parts, {}))

    def _answer(self, medium: Medium, demand: Array, media: Array) -> None:
        """Let a channel answer to what its stage is without it."""
        size, how = self.drawn.weekly_spend[medium.name], medium.answer
        generator, weeks = stream(self.seed, "answer", medium.name), len(demand)
        drift = walk(generator, weeks, retention=0.9, spread=how.wander)
        noise = generator.normal(0.0, how.noise, weeks)
        middle = float((demand + media)[self.calendar.history :].mean())
        base, money = size * (1.0 + drift - how.slope * middle), size * how.slope
        spend = np.maximum(base + money * (demand + media) + size * noise, 0.0)
        self._buy(medium, spend, TrueAnswer(str(medium.record.responds_to), money, base, media))

    def _buy(self, medium: Medium, spend: Array, answer: TrueAnswer | None = None) -> None:
        exposure = bought_exposure(medium, spend, stream(self.seed, "exposure", medium.name))
        self.bought[medium.name] = TrueMedium(medium.record, spend, exposure, answer)


def _seen(unfolding: _Unfolding, funnel: Funnel) -> pd.DataFrame:
    """Return the weekly table as an analyst gets it."""
    columns: dict[str, Array | pd.Series] = {}
    for name in unfolding.media:
        medium = unfolding.bought[name]
        columns[medium.channel.spend_column] = medium.spend
        columns[medium.channel.exposure_column] = medium.exposure
    for control in funnel.controls:
        columns[control] = next(b.controls[control] for b in unfolding.baselines.values() if control in b.controls)
    for node in unfolding.nodes:
        columns[node.name] = unfolding.series(node)
    return pd.DataFrame(columns, index=unfolding.calendar.index)


def _funnel(media: Sequence[Medium], steps: Sequence[Step]) -> Funnel:
    countries = sorted({s.around.holidays for s in steps if s.around.holidays is not None})
    if len(countries) > 1:
        raise SpecError(f"the nodes of a world share one calendar of holidays, not {' and '.join(countries)}")
    return Funnel(
        channels=[m.record for m in media],
        stages=[s.node for s in steps if isinstance(s.node, Stage)],
        outcomes=[s.node for s in steps if isinstance(s.node, Outcome)],
        controls=list(dict.fromkeys(c for s in steps for c in s.around.controls)),
        holidays=countries[0] if countries else None,
    )


def _empty_weeks(missing: Missing, names: Sequence[str], calendar: Calendar, seed: int) -> dict[str, pd.DatetimeIndex]:
    """Return the weeks in which a node is not observed: those named, or so many drawn between first and last."""
    for name in missing:
        if name not in names:
            raise SpecError(f"missing names {name!r}, which is no stage or outcome{did_you_mean(name, names)}")
    out = {}
    for name, given in missing.items():
        if isinstance(given, int):
            drawn = stream(seed, "missing", name).choice(calendar.window[1:-1], given, replace=False)
            out[name] = pd.DatetimeIndex(drawn)
        else:
            out[name] = pd.DatetimeIndex(pd.to_datetime(list(given)))
    return out


def _require_distinct(media: Sequence[Medium]) -> None:
    names = [m.name for m in media]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice or not names:
        raise SpecError(f"every channel of a world needs its own name; used twice: {', '.join(twice) or 'none given'}")
