"""What would have happened: the simulated weeks lived again under another plan, followed by silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from omnimix.labels import WEEK
from omnimix.mechanics import Array
from omnimix.truth.mechanism import Demand, Mechanism, Trajectory, TrueNode

FOLLOWED = 52  # weeks after the last simulated one that are followed at least
EVERYWHERE = slice(None)
STEP = 1e-3  # marginal figures of a funnel compare so much more with so much less


def stretched(weeks: pd.DatetimeIndex, stop: pd.Timestamp) -> pd.DatetimeIndex:
    """Return weeks continued up to ``stop``, if that is later than their last."""
    return pd.date_range(weeks[0], max(weeks[-1], stop), freq="7D", name=WEEK)


@dataclass(frozen=True, eq=False)
class Counterfactuals:
    """Counterfactuals of one world on one calendar: the simulated weeks, then silence in which nothing is spent.

    Rows are week numbers from the first simulated week on.
    """

    mechanism: Mechanism
    weeks: pd.DatetimeIndex

    @cached_property
    def calendar(self) -> pd.DatetimeIndex:
        """All weeks that are followed: long enough for every effect to have ended."""
        return stretched(self.weeks, self.weeks[-1] + pd.Timedelta(weeks=max(FOLLOWED, self._longest_path())))

    @property
    def bought(self) -> tuple[str, ...]:
        """Names of the channels that cost money."""
        return tuple(name for name, medium in self.mechanism.media.items() if medium.channel.paid)

    @property
    def window(self) -> slice:
        """The data window."""
        return slice(self.mechanism.window, len(self.weeks))

    @property
    def onwards(self) -> slice:
        """The data window and all that follows it."""
        return slice(self.mechanism.window, None)

    def counted(self, tail: bool) -> slice:
        """Return the data window, with or without what follows it."""
        return self.onwards if tail else self.window

    @cached_property
    def demand(self) -> Demand:
        """The demand of all followed weeks."""
        return self.mechanism.demand(self.calendar)

    @cached_property
    def as_it_was(self) -> Trajectory:
        """The trajectory of the world under its own plan."""
        return self.mechanism.follow(self.plan({}), self.demand)

    def plan(self, levers: Mapping[str, Array], *, responding: bool = True) -> dict[str, Array]:
        """Return spend of every channel on the calendar: as given, else as it was, or open where a channel responds."""
        rest = np.zeros(len(self.calendar) - len(self.weeks))
        plan = {}
        for name, medium in self.mechanism.media.items():
            answers = responding and medium.answer is not None
            as_was = np.full(len(self.weeks), np.nan) if answers else medium.spend
            plan[name] = levers[name] if name in levers else np.concatenate([as_was, rest])
        return plan

    def spent(self, channel: str) -> Array:
        """Return what was spent on a channel, shape (followed weeks,)."""
        return self.as_it_was.spend[channel]

    def scaled(self, factors: Mapping[str, float], rows: slice | None = None, *, responding: bool = True) -> Trajectory:
        """Return the trajectory with channels multiplied in some weeks (by default the window), all else as it was.

        Channels that respond to a stage do so, unless they are among those given or ``responding`` is off.
        """
        where = self.window if rows is None else rows
        levers = {}
        for name, factor in factors.items():
            levers[name] = self.spent(name).copy()
            levers[name][where] *= factor
        return self.mechanism.follow(self.plan(levers, responding=responding), self.demand)

    def without(self, channels: Iterable[str], rows: slice | None = None, *, responding: bool = True) -> Trajectory:
        """Return the trajectory with channels silent in some weeks; see :meth:`scaled`."""
        return self.scaled(dict.fromkeys(channels, 0.0), rows, responding=responding)

    def mean(self, trajectory: Trajectory, node: TrueNode) -> Array:
        """Return the expected series of a node in own units, shape (followed weeks,)."""
        return node.units(trajectory.demand.expected[node.name] + trajectory.media[node.name])

    def lost(self, trajectory: Trajectory, node: TrueNode) -> Array:
        """Return what a node loses against how it was, in own units, shape (followed weeks,)."""
        return self.mean(self.as_it_was, node) - self.mean(trajectory, node)

    def lost_money(self, trajectory: Trajectory) -> Array:
        """Return the money that all outcomes lose against how it was, shape (followed weeks,)."""
        return sum((n.value * self.lost(trajectory, n) for n in self.mechanism.nodes), np.zeros(len(self.calendar)))

    def saved(self, trajectory: Trajectory, channels: Iterable[str]) -> Array:
        """Return the money that is not spent on channels against how it was, shape (followed weeks,)."""
        return sum(
            (self.spent(c) - trajectory.spend[c] for c in channels if c in self.bought), np.zeros(len(self.calendar))
        )

    def marginal_roas(self, channels: Sequence[str], rows: slice) -> float:
        """Return money in some weeks for one unit more of all money, where some channels get a little more or less."""
        more, less = (self.scaled(dict.fromkeys(channels, 1 + step)) for step in (STEP, -STEP))
        money = self.saved(less, self.mechanism.media) - self.saved(more, self.mechanism.media)
        return float((self.lost_money(less) - self.lost_money(more))[rows].sum() / money.sum())

    def marginal_slope(self, channels: Sequence[str], rows: slice) -> float:
        """Return the same where nothing but channels acts on a node: the derivative itself."""
        gained = 0.0
        for node in self.mechanism.nodes:
            size = self.mean(self.as_it_was, node) if node.multiplies else node.level
            for effect in (e for e in node.effects if e.name in channels):
                slope = effect.slope(self.spent(effect.name), self.mechanism.window)
                gained += node.value * float((slope * size)[rows].sum())
        return gained / sum(float(self.spent(c)[self.window].sum()) for c in channels)

    def others_that_respond(self, channels: Iterable[str]) -> list[str]:
        """Return the channels outside a group whose spend responds to a stage."""
        group = set(channels)
        return [n for n, m in self.mechanism.media.items() if m.answer is not None and n not in group]

    def _longest_path(self) -> int:
        lags: dict[str, int] = {}
        for node in self.mechanism.nodes:
            own = [e.medium.channel.lags - 1 for e in node.effects]
            lags[node.name] = max([*own, *(lags[link.parent] + link.lags - 1 for link in node.links)])
        return max(lags.values())
