"""Let the weeks of a declared world happen in the order of its funnel, and write down what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.data.raw import raw_from_frame
from omnimix.data.table import Reading, weekly_table
from omnimix.errors import SpecError, did_you_mean
from omnimix.labels import WEEK
from omnimix.mechanics import Array
from omnimix.spec import Channel, Funnel, Outcome, Stage
from omnimix.truth.baseline import Drift, TrueBaseline, draw_shocks, true_baseline
from omnimix.truth.campaigns import MixedMedium, mixed_medium
from omnimix.truth.draw import DrawnWorld, draw_world, own_names
from omnimix.truth.mechanism import TrueMedium
from omnimix.truth.media import Medium, exposure_prices, frequency_walk, spend_pattern, stream, walk
from omnimix.truth.reach import ReachMedium, drawn_parameters, reach_medium
from omnimix.truth.simulate_weeks import DrawnNode, DrawnSpend, WeekSimulation
from omnimix.truth.steps import Step
from omnimix.truth.truth import Truth
from omnimix.truth.world import World

SIMULATED = "SIMULATED by omnimix.truth"
USUAL_FREQUENCY = 3.0  # contacts of a person in a week, where a world states none
Missing = Mapping[str, int | Sequence[str]]


@dataclass(frozen=True)
class Calendar:
    """The weeks of a world: ``weeks`` with observed nodes from ``start`` on, after ``history`` weeks of media only.

    ``missing`` is the number of weeks in which a node is not observed, drawn between first and last, or those weeks.
    """

    weeks: int = 156
    start: str = "2022-01-03"
    history: int = 0
    missing: Missing = field(default_factory=dict)

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
    calendar: Calendar = Calendar(),
    media_share: float = 0.25,
    shared: Shared | None = None,
) -> World:
    """Build a world from its declared media and steps; see :func:`omnimix.truth.simulate`.

    ``shared`` is what it has in common with other worlds, of which it is one geo.
    """
    wanted = tuple(m if isinstance(m, Medium) else Medium(m) for m in media)
    given = tuple(s if isinstance(s, Step) else Step(s) for s in steps)
    names = [m.name for m in wanted]
    funnel, drawn = declared_world(wanted, given, media_share, seed)
    by_name = {s.node.name: s for s in given}
    ordered = [by_name[n.name] for n in funnel.nodes]
    empty = _empty_weeks(list(by_name), calendar, seed)
    lot = _Lot(calendar, seed, drawn, shared)
    simulation = WeekSimulation(
        weeks=calendar.index,
        window=calendar.history,
        nodes=[lot.node(s, own_names(s, given), empty.get(s.node.name)) for s in ordered],
        spends=[lot.answering(m) for m in wanted if m.record.responds_to is not None],
        media={m.name: lot.medium(m) for m in wanted if m.record.responds_to is None},
    )
    truth = true_world(simulation, names)
    return World(simulated(_seen(simulation, truth, funnel), f"seed {seed}"), funnel, truth)


@dataclass(frozen=True)
class Shared:
    """What the geos of a world have in common: random numbers of national media, and a part of the weekly shocks."""

    seed: int
    media: frozenset[str]
    correlation: float


def declared_world(
    media: Sequence[Medium], steps: Sequence[Step], media_share: float, seed: int
) -> tuple[Funnel, DrawnWorld]:
    """Return the funnel of a world and what is drawn of its truth."""
    names = [m.name for m in media]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice or not names:
        raise SpecError(f"every channel of a world needs its own name; used twice: {', '.join(twice) or 'none given'}")
    slow = [s.node.name for s in steps if isinstance(s.node, Stage) and s.node.stock is not None]
    if slow:
        raise SpecError(f"simulated worlds have no slow stock yet; leave out {', '.join(slow)}")
    funnel = _funnel(media, steps)
    by_name = {s.node.name: s for s in steps}
    return funnel, draw_world(funnel, [by_name[n.name] for n in funnel.nodes], media, media_share, seed)


def true_world(simulation: WeekSimulation, channels: Sequence[str]) -> Truth:
    """Let the weeks happen and return what is true of them."""
    mechanism = simulation.simulate(channels)
    spend = pd.DataFrame({c: mechanism.media[c].spend for c in channels}, index=simulation.weeks)
    return Truth(spend, simulation.weeks[simulation.window :], mechanism)


def simulated(frame: pd.DataFrame, how: str, currency: str = "EUR") -> Panel:
    """Return the panel of a table by week whose source says that it is simulated, and how."""
    raw = raw_from_frame(frame.rename_axis(WEEK), week=WEEK, source=f"{SIMULATED}, {how}")
    return Panel.from_table(weekly_table(raw, Reading(currency=currency)), currency=currency)


@dataclass(frozen=True)
class _Lot:
    """Draws what happens week by week: spends, prices, surroundings and shocks."""

    calendar: Calendar
    seed: int
    drawn: DrawnWorld
    shared: Shared | None = None

    def medium(self, medium: Medium) -> TrueMedium:
        """Return a channel whose spend is set."""
        seed = self.shared.seed if self.shared is not None and medium.name in self.shared.media else self.seed
        pattern = spend_pattern(medium.style, self.calendar.index, stream(seed, "spend", medium.name))
        spend = pattern * self.drawn.weekly_spend[medium.name]
        if medium.record.campaigns:
            return mixed_medium(medium.record, spend, medium.multipliers, stream(seed, "campaigns", medium.name))
        exposure = spend / exposure_prices(medium, len(spend), seed)
        if medium.record.frequency is not None:
            worth = drawn_parameters(medium.parameters, stream(seed, "worth of a frequency", medium.name))
            around = frequency_walk(medium, len(spend), seed)
            return reach_medium(medium.record, spend, exposure, around, medium.frequency or USUAL_FREQUENCY, worth)
        return TrueMedium(medium.record, spend, exposure)

    def answering(self, medium: Medium) -> DrawnSpend:
        """Return a channel that responds to a stage; at the stage's usual height it spends its usual money."""
        size, how, stage = self.drawn.weekly_spend[medium.name], medium.answer, str(medium.record.responds_to)
        generator, weeks = stream(self.seed, "answer", medium.name), self.calendar.index
        drift = walk(generator, len(weeks), retention=0.9, spread=how.wander)
        direct = self.drawn.effects[stage]
        own = direct[medium.name].share if medium.name in direct else 0.0
        usual = sum(self.drawn.shares[stage].values()) - own
        return DrawnSpend(
            channel=medium.record,
            baseline=Drift(pd.Series(size * (1.0 + drift - how.slope * usual), index=weeks)),
            money=size * how.slope,
            noise=size * generator.normal(0.0, how.noise, len(weeks)),
            rate=1.0 / exposure_prices(medium, len(weeks), self.seed),
        )

    def node(self, step: Step, own: Sequence[str], empty: pd.DatetimeIndex | None) -> DrawnNode:
        """Return a node before its weeks have happened."""
        around, name = step.around, step.node.name
        return DrawnNode(
            node=step.node,
            effects=self.drawn.effects[name],
            links=self.drawn.links[name],
            baseline=true_baseline(around, self.calendar.index, self.seed, *own),
            shocks=self._shocks(step, own),
            level=around.level,
            multiplies=around.multiplies,
            empty=pd.DatetimeIndex([]) if empty is None else empty,
        )

    def _shocks(self, step: Step, own: Sequence[str]) -> Array:
        """Return a node's own shocks: what unseen demand leaves of them."""
        left = 1.0 - sum(link.correlation**2 for link in self.drawn.links[step.node.name])
        alone = self._drawn_shocks(step, own, self.seed)
        if self.shared is not None:
            part = self.shared.correlation
            alone = np.sqrt(1.0 - part) * alone + np.sqrt(part) * self._drawn_shocks(step, own, self.shared.seed)
        return np.asarray(np.sqrt(left) * alone)

    def _drawn_shocks(self, step: Step, own: Sequence[str], seed: int) -> Array:
        parts = [
            draw_shocks(step.around, weeks, stream(seed, "noise", *own, *when))
            for weeks, when in ((self.calendar.history, ("history",)), (self.calendar.weeks, ()))
        ]
        return np.concatenate(parts)


def _seen(simulation: WeekSimulation, truth: Truth, funnel: Funnel) -> pd.DataFrame:
    """Return the weekly table as an analyst gets it."""
    columns: dict[str, Array | pd.Series] = {}
    for medium in truth.mechanism.media.values():
        if isinstance(medium, MixedMedium):
            columns |= medium.campaigns.columns()
            continue
        if medium.channel.paid:
            columns[medium.channel.spend_column] = medium.spend
        columns |= _exposed(medium)
    baselines = [n.baseline for n in truth.nodes if isinstance(n.baseline, TrueBaseline)]
    for control in funnel.controls:
        columns[control] = next(b.controls[control] for b in baselines if control in b.controls)
    for node in truth.nodes:
        columns[node.name] = simulation.series(node)
    return pd.DataFrame(columns, index=simulation.weeks)


def _exposed(medium: TrueMedium) -> dict[str, Array]:
    return medium.columns() if isinstance(medium, ReachMedium) else {medium.channel.exposure_column: medium.exposure}


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


def _empty_weeks(names: Sequence[str], calendar: Calendar, seed: int) -> dict[str, pd.DatetimeIndex]:
    """Return the weeks in which a node is not observed."""
    for name in calendar.missing:
        if name not in names:
            raise SpecError(f"missing names {name!r}, which is no stage or outcome{did_you_mean(name, names)}")
    out = {}
    for name, given in calendar.missing.items():
        if isinstance(given, int):
            drawn = stream(seed, "missing", name).choice(calendar.window[1:-1], given, replace=False)
            out[name] = pd.DatetimeIndex(drawn)
        else:
            out[name] = pd.DatetimeIndex(pd.to_datetime(list(given)))
    return out
