"""The weeks that count for a goal, and what was observed of it already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.errors import OmnimixError
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Goal, Names

MOST_WEEKS = 104
DAYS = 7


@dataclass(frozen=True)
class Counted:
    """A goal on the calendar of a fit.

    Attributes:
        goal: the goal.
        ahead: part of every week after the data that counts, shape (weeks to the last day,).
        observed: units that the weeks of the data which count have brought.
    """

    goal: Goal
    ahead: Array
    observed: float

    @property
    def weeks(self) -> int:
        """Weeks after the data up to the last day."""
        return len(self.ahead)


def counted(posterior: Posterior, goals: Sequence[Goal]) -> tuple[Counted, ...]:
    """Lay goals on the calendar. Raises :class:`OmnimixError` with every goal that cannot be asked for."""
    wrong = [f"goal {g.name!r} {told}" for g in goals for told in _wrong(posterior, g)]
    twice = {g.name for k, g in enumerate(goals) if g.name in [h.name for h in goals[:k]]}
    wrong += [f"two goals are called {name!r}; give each a name of its own" for name in sorted(twice)]
    if not goals:
        wrong.append('there is none; give at least one, such as om.Goal("revenue", node=..., target=..., by=...)')
    if wrong:
        raise OmnimixError(f"these goals cannot be judged: {'; '.join(wrong)}.")
    return tuple(_counted(posterior, g) for g in goals)


def _counted(posterior: Posterior, goal: Goal) -> Counted:
    known = posterior.scaling.window_weeks
    first = goal.first or _after(posterior)
    ahead = pd.date_range(known[-1], periods=_weeks_ahead(posterior, goal) + 1, freq="7D")[1:]
    observed = posterior.panel.series(goal.node).reindex(known).to_numpy(dtype=float)
    part = part_of_weeks(known, first, goal.last)
    return Counted(goal, part_of_weeks(ahead, first, goal.last), float((observed[part > 0] * part[part > 0]).sum()))


def part_of_weeks(weeks: pd.DatetimeIndex, first: dt.date, last: dt.date) -> Array:
    """Return which part of every week lies between two days, both counted.

    >>> part_of_weeks(pd.date_range("2026-12-21", periods=3, freq="7D"), dt.date(2026, 12, 1), dt.date(2026, 12, 31))
    array([1.        , 0.57142857, 0.        ])
    """
    from_first = (weeks - pd.Timestamp(first)).days.to_numpy()
    to_last = (pd.Timestamp(last) - weeks).days.to_numpy() + 1
    days = np.minimum(from_first + DAYS, DAYS).clip(0) + np.minimum(to_last, DAYS).clip(0) - DAYS
    return np.asarray(np.clip(days, 0, DAYS) / DAYS, dtype=np.float64)


def _after(posterior: Posterior) -> dt.date:
    """Return the first day after the data."""
    return (posterior.scaling.weeks[-1] + pd.Timedelta(days=DAYS)).date()


def _weeks_ahead(posterior: Posterior, goal: Goal) -> int:
    days = (goal.last - _after(posterior)).days + 1
    return -(-days // DAYS)


def _wrong(posterior: Posterior, goal: Goal) -> Iterator[str]:
    no_node = Names.of(posterior.funnel).no_node(goal.node)
    if no_node:
        yield f"cannot be counted: {no_node}"
    ahead, window = _weeks_ahead(posterior, goal), len(posterior.scaling.window_weeks)
    most = min(MOST_WEEKS, window)
    last_known = _after(posterior) - dt.timedelta(days=1)
    if ahead < 1:
        yield (
            f"ends on {goal.last}, which is past: the data reach to {last_known}. Give a later day; what was "
            "reached until then stands in the table"
        )
    elif ahead > most:
        furthest = _after(posterior) + dt.timedelta(days=DAYS * most - 1)
        yield (
            f"ends on {goal.last}, {ahead} weeks after the data; {window} weeks of data allow forecasts up to "
            f"{furthest}. Give that day or an earlier one, or fit on more weeks"
        )
    if goal.first is None or no_node:
        return
    known = posterior.scaling.window_weeks
    if goal.first < known[0].date():
        yield f"starts on {goal.first}, before the data do ({known[0].date()}); give a later day"
    series = posterior.panel.series(goal.node).reindex(known)
    empty = known[series.isna().to_numpy() & (part_of_weeks(known, goal.first, goal.last) > 0)]
    if len(empty):
        weeks = ", ".join(str(w.date()) for w in empty[:5])
        yield f"counts weeks in which `{goal.node}` is empty ({weeks}); start after them, or complete the table"
