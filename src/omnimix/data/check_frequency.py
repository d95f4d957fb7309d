"""Reach with its frequency: what the two columns of a channel cannot say together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from omnimix.data.panel import Panel
from omnimix.data.phrases import amount, in_weeks
from omnimix.data.roles import Roles, Use
from omnimix.findings import Finding, Severity

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST = 50.0  # contacts of a person in a week: more is impressions, or a sum over weeks
ROUNDED = 0.005  # below 1: an average of 1 written with two decimals
FOLLOWS = 0.25  # percent more frequency for one percent more contacts; from there on more money meets the same people
FEWEST = 12  # weeks from which that is told
HARDLY = 0.05  # of its mean: a frequency that moves less says nothing of another one


def check_frequency(panel: Panel, roles: Roles) -> Iterator[Finding]:
    """Give the findings on every channel of which reach and frequency are in the table."""
    for channel, column in roles.frequency.items():
        reached = roles.exposure[channel]
        if column not in panel.columns or reached not in panel.columns:
            continue
        use = Use(column, "frequency", channel)
        reach, frequency = (panel.series(c).to_numpy(dtype=np.float64) for c in (reached, column))
        yield from _impossible(panel, use, reach, frequency, reached)
        runs = (reach > 0) & np.isfinite(frequency) & (frequency >= 1 - ROUNDED)
        if runs.any():
            yield from _doubtful(panel, use, frequency, runs)
            yield from _follows(use, np.log(reach[runs]), np.log(frequency[runs]), reached)


def _impossible(panel: Panel, use: Use, reach: Floats, frequency: Floats, reached: str) -> Iterator[Finding]:
    """Find weeks in which people were reached less than once, or nobody knows how often."""
    unread = np.asarray(panel.weeks.isin([cell.week for cell in panel.unread.get(use.column, ())]))
    people = reach > 0
    empty = people & np.isnan(frequency) & ~unread
    low = (people & (frequency < 1 - ROUNDED)) | (frequency < 0)
    if empty.any():
        message = f"The {use} is empty in {in_weeks(panel.weeks, empty)}, in which '{reached}' is above 0."
        remedy = "Fill in how often each person was reached on average; only where reach is 0 may it be empty or 0."
        yield _found("empty_frequency", "blocks", use, message, remedy, empty)
    if low.any():
        least = amount(float(frequency[low].min()))
        message = f"The {use} is below 1 in {in_weeks(panel.weeks, low)}, at the least {least}."
        remedy = (
            f"Whoever counts in '{reached}' was reached at least once: frequency is impressions / reach of the week, 1 "
            "or more. Correct these cells; only where reach is 0 may it be empty or 0."
        )
        yield _found("frequency_below_one", "blocks", use, message, remedy, low)
    alone = (reach == 0) & (frequency > 0)
    if alone.any():
        message = f"The {use} is above 0 in {in_weeks(panel.weeks, alone)}, in which '{reached}' is 0."
        remedy = "It is not read there. Is the reach of these weeks missing?"
        yield _found("frequency_without_reach", "warns", use, message, remedy, alone)


def _doubtful(panel: Panel, use: Use, frequency: Floats, runs: Mask) -> Iterator[Finding]:
    high = runs & (frequency > MOST)
    if high.any():
        most = amount(float(frequency[high].max()))
        message = f"The {use} is above {amount(MOST)} in {in_weeks(panel.weeks, high)}, up to {most}."
        remedy = "So often nobody is reached in a week. Are these impressions, or contacts since the campaign began?"
        yield _found("frequency_too_high", "warns", use, message, remedy, high)
    held = frequency[runs]
    share = float(np.std(held) / held.mean())
    if share < HARDLY:
        message = f"The {use} hardly varies: it moves {share:.1%} around {amount(float(held.mean()))}."
        remedy = (
            "What another frequency would do cannot be told then, and the best one is what was believed beforehand; "
            "run some weeks at another frequency cap."
        )
        yield Finding("frequency_never_varies", "warns", message, remedy, figure=share, where=use.column)


def _follows(use: Use, reach: Floats, frequency: Floats, reached: str) -> Iterator[Finding]:
    """Find a frequency that rises with contacts: there reach levels off, and plans take it not to."""
    contacts = reach + frequency
    if len(contacts) < FEWEST or np.ptp(contacts) == 0:
        return
    slope, _ = np.polyfit(contacts, frequency, 1)
    left = frequency - frequency.mean() - slope * (contacts - contacts.mean())
    error = np.sqrt(left @ left / (len(left) - 2) / ((contacts - contacts.mean()) ** 2).sum())
    if slope - 2 * error > FOLLOWS:
        message = f"The {use} is {10 * slope:.1f}% higher for 10% more contacts ('{reached}' x it)."
        remedy = (
            "More money met the same people more often, and plans take it to reach more people as often: what they "
            "tell of more money in this channel is an upper limit."
        )
        yield Finding("frequency_follows_spend", "warns", message, remedy, figure=float(slope), where=use.column)


def _found(name: str, severity: Severity, use: Use, message: str, remedy: str, weeks: Mask) -> Finding:
    return Finding(name, severity, message, remedy, figure=float(weeks.sum()), where=use.column)
