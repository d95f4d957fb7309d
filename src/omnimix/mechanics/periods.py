r"""Effects that change over time: what a channel brings for the same exposure, by stretch of weeks.

With R(t) what a channel's exposure calls forth in week t and z_h standard normal, one for every channel and period h::

    B(t) = R(t) exp(tau z_h(t))        f(t) = contribution B(t) / mean_window(B)

Divided by its own mean over the data window, the contribution is what it was: the mean week of that window, so that
priors keep their meaning. An effect stays above zero. One z holds for all nodes that a channel acts on, and one tau for
all channels. The numbers are sampled, not integrated out: see docs/decisions/071-effects-that-change.md.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.errors import DataError
from omnimix.spec import Funnel

PERIOD_WEEKS = {"half_year": 26, "year": 52}
EFFECT_SPREAD = "effect_spread"  # tau
EFFECT_AWAY = "effect_away"  # z
EFFECT_LEVEL = "effect_level"  # exp(tau z), over its mean by periods
Integers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class Period:
    """Weeks ``first`` to ``stop`` of the data window, ``stop`` not among them, with their first and last day."""

    first: int
    stop: int
    starts: pd.Timestamp
    ends: pd.Timestamp

    @property
    def name(self) -> str:
        """The first day, by which it is known as long as weeks are added."""
        return str(self.starts.date())

    @property
    def label(self) -> str:
        """First and last day, as ISO 8601 writes a span."""
        return f"{self.starts.date()}/{self.ends.date()}"


def periods(funnel: Funnel, window: pd.DatetimeIndex) -> tuple[Period, ...]:
    """Return the stretches in which effects are the same, from the first week of the data window on.

    What is left over at the end is one more if it is half as long as the others, else it belongs to the last: so those
    that there are stay where they are when weeks are added. None for effects that do not change.

    >>> weeks = pd.date_range("2023-01-02", periods=70, freq="7D")
    >>> one = Funnel(channels=["tv"], outcomes=["sales"], effects_change="half_year")
    >>> [p.label for p in periods(one, weeks)]
    ['2023-01-02/2023-07-02', '2023-07-03/2023-12-31', '2024-01-01/2024-05-05']
    """
    if funnel.effects_change is None:
        return ()
    return stretches(PERIOD_WEEKS[funnel.effects_change], window)


def stretches(size: int, window: pd.DatetimeIndex) -> tuple[Period, ...]:
    """Return a window parted in stretches of so many weeks, as :func:`periods` parts it."""
    count = (len(window) + size // 2) // size
    bounds = [*range(0, size * count, size), len(window)]
    last = pd.Timedelta(days=6)
    return tuple(Period(k, stop, window[k], window[stop - 1] + last) for k, stop in itertools.pairwise(bounds))


def require_periods(funnel: Funnel, window: pd.DatetimeIndex) -> None:
    """Raise :class:`DataError` for a window too short to hold two periods."""
    if funnel.effects_change is None or len(window) >= 2 * PERIOD_WEEKS[funnel.effects_change]:
        return
    size = PERIOD_WEEKS[funnel.effects_change]
    shorter = funnel.effects_change == "year" and len(window) >= 2 * PERIOD_WEEKS["half_year"]
    raise DataError(
        f"effects_change={funnel.effects_change!r} holds stretches of {size} weeks against each other, which takes "
        f"{2 * size} weeks with an outcome, and the table has {len(window)} ({window[0].date()} to "
        f"{window[-1].date()}); give a longer table, "
        f"{"take 'half_year' " if shorter else ''}or leave effects_change out."
    )


def period_of(found: tuple[Period, ...], weeks: pd.DatetimeIndex) -> Integers:
    """Return which period holds for every week: those before the window have the first, later ones the latest."""
    starts = pd.DatetimeIndex([p.starts for p in found[1:]])
    return np.asarray(starts.searchsorted(weeks, side="right"), dtype=np.int64)
