"""A survey beside the sales: a share between 0 and 1 with how many were asked, in the weeks in which it was held."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from omnimix.data.panel import Panel
from omnimix.data.phrases import amount, listed
from omnimix.data.roles import Roles
from omnimix.findings import Finding

FEWEST = 8  # weeks with a survey: fewer say nothing of how slowly anything fades


def check_tracker(panel: Panel, roles: Roles) -> Iterator[Finding]:
    """Give the findings on a brand tracker; empty weeks are weeks in which nobody was asked."""
    if roles.tracker is None:
        return
    share, asked = roles.tracker
    found = [f for name in roles.tracker for f in _texts(panel, name)]
    yield from found
    if not {share, asked} <= set(panel.columns):
        return
    p, n = (panel.series(name).to_numpy() for name in (share, asked))
    held = np.isfinite(p)
    percent = held & (p > 1) & (p <= 100)
    remedy = "Give a share between 0 and 1, or leave the cell empty where nobody was asked."
    if percent.any():
        remedy = "Divide a percentage by 100: 34 % is 0.34. " + remedy
    yield from _cells(panel, share, p, ~np.isnan(p) & ~((p >= 0) & (p <= 1)), "is outside 0 to 1", remedy)
    yield from _cells(
        panel,
        asked,
        n,
        ~np.isnan(n) & ~((n >= 1) & np.isfinite(n)),
        "is no number of people from 1",
        "Give how many were asked in that week, or leave both cells empty where nobody was.",
    )
    unread = [cell.week for cell in panel.unread.get(asked, ())]
    alone = held & np.isnan(n) & ~np.asarray(panel.weeks.isin(unread))
    yield from _cells(
        panel,
        share,
        p,
        alone,
        f"stands without how many were asked ('{asked}')",
        f"Fill '{asked}' in these weeks: a share of few people is worth less than one of many.",
    )
    both = held & (n >= 1)
    if both.sum() < FEWEST and not found:
        message = f"The tracker '{share}' has a share and a number asked in {both.sum()} of {len(panel)} weeks."
        remedy = f"Give at least {FEWEST} weeks, or leave the tracker out of the stage."
        yield Finding("tracker_too_short", "blocks", message, remedy, float(both.sum()), share)
    elif both.sum() >= FEWEST and np.ptp(p[both]) == 0:
        message = f"The tracker '{share}' is {amount(float(p[both][0]))} in every week."
        remedy = "Give the share that was measured each time, or leave the tracker out of the stage."
        yield Finding("tracker_never_varies", "blocks", message, remedy, 0.0, share)


def _texts(panel: Panel, name: str) -> Iterator[Finding]:
    cells = panel.unread.get(name, ())
    if cells:
        told = listed([f"row {cell.row} (week {cell.week:%Y-%m-%d}) '{cell.text}'" for cell in cells])
        message = f"Column '{name}' of the tracker holds {len(cells)} cell(s) that are not numbers: {told}."
        remedy = "Correct these cells, or leave them empty where nobody was asked."
        yield Finding("text_in_numbers", "blocks", message, remedy, float(len(cells)), name)


def _cells(
    panel: Panel, name: str, values: npt.NDArray[np.float64], wrong: npt.NDArray[np.bool_], why: str, remedy: str
) -> Iterator[Finding]:
    """Find cells of a column, each with its row of data, its week and what stands there."""
    if not wrong.any():
        return
    places = np.flatnonzero(wrong).tolist()
    told = listed(
        [
            f"row {place + 1} of the weeks ({panel.weeks[place]:%Y-%m-%d}): {amount(float(values[place]))}"
            for place in places
        ]
    )
    message = f"Column '{name}' of the tracker {why} in {len(places)} week{'s' if len(places) > 1 else ''}: {told}."
    yield Finding("wrong_tracker", "blocks", message, remedy, float(len(places)), name)
