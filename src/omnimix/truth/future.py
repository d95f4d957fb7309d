"""The weeks after the simulated ones, and what a plan for them is truly worth.

No shock strikes there, controls are at their mean over the data window, and after the plan nothing is spent, whatever
the demand. What had been spent before carries over into it under every plan alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from omnimix.errors import OmnimixError, did_you_mean
from omnimix.mechanics import Array
from omnimix.truth.baseline import TrueBaseline
from omnimix.truth.counterfactuals import Counterfactuals, stretched
from omnimix.truth.mechanism import Demand, Mechanism, Trajectory

ONE_WEEK = pd.Timedelta(weeks=1)


@dataclass(frozen=True, eq=False)
class PlanWorth:
    """What a plan is truly worth.

    Attributes:
        value: money of all outcomes, in the plan's weeks and after them, beyond every channel silent in these weeks.
        spent: what every channel truly spends, one row a week of the plan, one column a channel, in money.
    """

    value: float
    spent: pd.DataFrame

    @property
    def spend(self) -> float:
        """Money spent on all channels."""
        return float(self.spent.to_numpy().sum())

    @property
    def profit(self) -> float:
        """Value less all money spent."""
        return self.value - self.spend


@dataclass(frozen=True, eq=False)
class Future:
    """The weeks of a plan and those in which it still works, on the true mechanism.

    Attributes:
        mechanism: how the world works.
        simulated: all simulated weeks.
        weeks: the weeks of the plan, which follow them.
        horizon: weeks, from the first of the plan on, whose value counts; ``None``: until every effect has ended.
    """

    mechanism: Mechanism
    simulated: pd.DatetimeIndex
    weeks: pd.DatetimeIndex
    horizon: int | None = None

    @cached_property
    def calendar(self) -> pd.DatetimeIndex:
        """Simulated weeks, those of the plan, and silence until every effect has ended."""
        return Counterfactuals(self.mechanism, stretched(self.simulated, self.weeks[-1])).calendar

    @cached_property
    def demand(self) -> Demand:
        """The demand of all those weeks."""
        later = self.calendar[len(self.simulated) :]
        centers: dict[str, float] = {}
        for baseline in (n.baseline for n in self.mechanism.nodes):
            if isinstance(baseline, TrueBaseline):  # others know the mean of their own data window
                centers |= {str(c): float(x) for c, x in baseline.controls.iloc[self.mechanism.window :].mean().items()}
        controls = pd.DataFrame(centers, index=later) if centers else None
        return self.mechanism.demand(self.calendar, controls)

    @cached_property
    def money_in_silence(self) -> float:
        """Money of all outcomes that count when every channel is silent in the plan's weeks."""
        return self._money(self.trajectory({name: np.zeros(len(self.weeks)) for name in self.mechanism.media}))

    def trajectory(self, levers: Mapping[str, Array]) -> Trajectory:
        """Follow what is spent a week on levers; other channels answer to their stage or are silent."""
        first, stop = len(self.simulated), len(self.simulated) + len(self.weeks)
        spend = {}
        for name, medium in self.mechanism.media.items():
            spend[name] = np.zeros(len(self.calendar))
            spend[name][:first] = medium.spend
            spend[name][first:stop] = levers.get(name, 0.0 if medium.answer is None else np.nan)
        return self.mechanism.follow(spend, self.demand)

    def worth(self, levers: Mapping[str, Array]) -> tuple[float, float]:
        """Return the value of a plan and all money spent on it."""
        trajectory = self.trajectory(levers)
        bought = [c for c, m in self.mechanism.media.items() if m.channel.paid]
        spend = sum(float(trajectory.spend[c][len(self.simulated) :].sum()) for c in bought)
        return self._money(trajectory) - self.money_in_silence, spend

    def plan_worth(self, levers: Mapping[str, Array]) -> PlanWorth:
        """Return the value of a plan with what every channel truly spends."""
        trajectory, rows = self.trajectory(levers), slice(len(self.simulated), len(self.simulated) + len(self.weeks))
        spent = pd.DataFrame({c: trajectory.spend[c][rows] for c in self.mechanism.media}, index=self.weeks)
        return PlanWorth(self._money(trajectory) - self.money_in_silence, spent)

    def _money(self, trajectory: Trajectory) -> float:
        first = len(self.simulated)
        rows = slice(first, None if self.horizon is None else first + self.horizon)
        demand, total = trajectory.demand.expected, 0.0
        for node in (n for n in self.mechanism.nodes if n.value):
            index = demand[node.name] + trajectory.media[node.name]
            total += node.value * float(node.units(index)[rows].sum())
        return total


def future(mechanism: Mechanism, simulated: pd.DatetimeIndex, spend: pd.DataFrame, horizon: int | None) -> Future:
    """Return the future in which a plan acts. Raises :class:`OmnimixError` for a plan that does not fit there."""
    names, weeks = list(mechanism.media), pd.DatetimeIndex(spend.index, name=simulated.name)
    wrong = [f"`{c}` is no channel{did_you_mean(str(c), names)}" for c in spend.columns if c not in names]
    first = simulated[-1] + ONE_WEEK
    if not len(weeks) or not weeks.equals(pd.date_range(first, periods=len(weeks), freq="7D")):
        wrong.append(f"its weeks have to follow the simulated ones every 7 days from {first.date()}")
    if not wrong and not (np.isfinite(spend.to_numpy(dtype=float)) & (spend.to_numpy(dtype=float) >= 0)).all():
        wrong.append("money is empty, infinite or negative somewhere")
    if horizon is not None and horizon < 1:
        wrong.append(f"a horizon is a number of weeks from 1, not {horizon}")
    if wrong:
        raise OmnimixError("the plan cannot be followed: " + "; ".join(wrong))
    return Future(mechanism, simulated, weeks, horizon)
