"""Whether a channel started, or stopped, within the weeks that are known: by its own silences, and by the year before.

A silence is a run of weeks without spend, or with next to none: a few coins that are booked late, or tried out once,
count for nothing. A channel that runs in flights or in a season is silent often; what tells a start or a stop from that
is a silence unlike its others.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

YEAR = 52  # weeks
MONTH = 4  # weeks: a shorter silence says nothing
LONG_PAUSE = 26  # weeks: with that much of it silent, the last year is no picture of today
TRIAL = 0.1  # of the weeks of spend since: what ran in the year before a start was no more than a trial
UNLIKE = 1.5  # times the longest silence between flights: the next one is late, and then it stays away
NEXT_TO_NONE = 0.01  # of the mean of all weeks with spend


def last_start(spend: Floats, since: int) -> int | None:
    """Return the first week, after week ``since``, of a channel that started and still runs; ``None`` where none did.

    It started in its first week of spend after a silence that is longer than any later one and that

    - lasted from the beginning of the data, for at least a month; or
    - came, for at least a month, after a year without spend or with no more than a trial; or
    - lasted for half a year, in weeks in most of which it ran a year before: a pause, and no season.

    It still runs if it spent within the last month, or has been silent no longer than between its flights since.

    Args:
        spend: money of every week, shape (weeks,).
        since: the place of a week; only later ones are looked at.

    >>> last_start(np.r_[np.zeros(60), np.full(10, 5.0)], since=18), last_start(np.full(70, 5.0), since=18)
    (60, None)
    """
    on = _weeks_on(spend)
    if not on.size:
        return None
    before = np.diff(on, prepend=-1) - 1  # weeks of silence before every week of spend
    starts = _starts(on, before)
    if not starts.size:
        return None
    place = int(starts[-1])
    later, now = int(before[place + 1 :].max(initial=0)), len(spend) - 1 - int(on[-1])
    runs = now < MONTH or now <= later
    if not runs or before[place] <= max(later, now) or on[place] <= since:
        return None
    return int(on[place])


def last_stop(spend: Floats) -> int | None:
    """Return the first silent week of a channel that stopped; ``None`` where none did.

    It stopped if it has been silent for a month or more, half as long again as ever between two of its weeks of spend
    since it started, and spent in some of the same weeks a year before: what is silent in the same weeks every year
    follows a season. Where the data do not reach back that far it stopped if it had run for longer than it is silent
    now.

    Args:
        spend: money of every week, shape (weeks,).

    >>> last_stop(np.r_[np.full(60, 5.0), np.zeros(10)]), last_stop(np.full(70, 5.0))
    (60, None)
    """
    on = _weeks_on(spend)
    if not on.size:
        return None
    before = np.diff(on, prepend=-1) - 1
    begun = int(_starts(on, before).max(initial=0))
    first, longest = int(on[-1]) + 1, int(before[begun + 1 :].max(initial=0))
    silent = len(spend) - first
    if silent < MONTH or silent <= UNLIKE * longest:
        return None
    since, until = max(first - YEAR, 0), max(len(spend) - YEAR, 0)  # the same weeks a year before
    ran = ((on >= since) & (on < until)).any() if until - since >= MONTH else first - int(on[0]) > silent
    return first if ran else None


def _starts(on: Places, before: Places) -> Places:
    """Return which weeks of spend, counted among themselves, begin anew after a silence."""
    return np.flatnonzero((before >= MONTH) & ((on == on[0]) | _after_a_trial(on)) | _after_a_pause(on, before))


def _after_a_trial(on: Places) -> Mask:
    """Tell of every week of spend whether the year before it held next to none of the weeks of spend from it on."""
    year_before = np.arange(on.size) - np.searchsorted(on, on - YEAR)
    mask: Mask = (on >= YEAR) & (year_before <= TRIAL * np.arange(on.size, 0, -1))
    return mask


def _after_a_pause(on: Places, before: Places) -> Mask:
    """Tell of every week of spend whether a long silence before it fell in weeks that had spend a year before."""
    ran = np.searchsorted(on, on - YEAR) - np.searchsorted(on, on - before - YEAR)
    mask: Mask = (before >= LONG_PAUSE) & (on - before >= YEAR) & (2 * ran > before)
    return mask


def _weeks_on(spend: Floats) -> Places:
    """Return the places of the weeks in which a channel runs."""
    paid = spend[spend > 0]
    return np.flatnonzero(spend > NEXT_TO_NONE * paid.mean()) if paid.size else np.zeros(0, dtype=np.intp)
