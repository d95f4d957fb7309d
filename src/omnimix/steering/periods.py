"""Two periods of the data window, each as weights that make a mean a week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.errors import OmnimixError
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec.budget import as_day
from omnimix.steering.weeks import part_of_weeks

type Days = tuple[dt.date | str, dt.date | str]
FULL = 0.999  # of a period's weeks, by days


@dataclass(frozen=True)
class Periods:
    """Weights of every week of the data window, each adding up to 1; ``weeks`` says how many weeks each has."""

    before: Array
    after: Array
    weeks: tuple[float, float]

    def means(self, values: Array) -> tuple[Array, Array]:
        """Return the means a week of both periods, of values with the weeks as their last axis."""
        return _mean(values, self.before), _mean(values, self.after)

    def change(self, values: Array) -> Array:
        """Return the mean of the later period less that of the earlier one."""
        first, second = self.means(values)
        return np.asarray(second - first)


def periods(posterior: Posterior, before: Days, after: Days, columns: Sequence[str]) -> Periods:
    """Lay two periods on the data window.

    Raises :class:`OmnimixError`, with everything that is wrong, for days that are none, in the wrong order or outside
    the data, and for weeks of a period in which one of the ``columns`` is empty.
    """
    weeks = posterior.scaling.window_weeks
    last = (weeks[-1] + pd.Timedelta(days=6)).date()
    found, wrong = [], []
    for name, given in (("before", before), ("after", after)):
        try:
            first, stop = (as_day(day) for day in given)
        except (TypeError, ValueError):
            wrong.append(f"`{name}` is a pair of days such as ('2024-01-01', '2024-12-29'), not {given!r}")
            continue
        if first > stop:
            wrong.append(f"`{name}` begins {first}, after it ends {stop}")
            continue
        if first < weeks[0].date() or stop > last:
            wrong.append(f"`{name}` is {first} to {stop}, and the data are {weeks[0].date()} to {last}")
            continue
        part = part_of_weeks(weeks, first, stop)
        frame = posterior.panel.frame.reindex(weeks)
        empty = weeks[(part > 0) & frame[list(columns)].isna().any(axis=1).to_numpy()]
        if len(empty):
            told = ", ".join(str(w.date()) for w in empty[:5])
            wrong.append(f"`{name}` has weeks in which {', '.join(columns)} are not all known ({told})")
        found.append(part)
    if wrong:
        raise OmnimixError(f"these periods cannot be compared: {'; '.join(wrong)}.")
    one, other = found
    return Periods(one / one.sum(), other / other.sum(), (float(one.sum()), float(other.sum())))


def _mean(values: Array, weights: Array) -> Array:
    known = weights > 0
    return np.asarray(values[..., known] @ weights[known])
