"""The spend of a channel that is bought in campaigns: the sum of their columns, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omnimix.data.panel import Panel
from omnimix.data.phrases import amount, in_weeks
from omnimix.data.roles import Roles
from omnimix.findings import Finding

CENTS = 0.01  # of the sum, relative to the largest week: what rounding of whole amounts may differ


def with_sums(panel: Panel, roles: Roles) -> Panel:
    """Return the panel with a column for every channel with campaigns, where all of these are in the table.

    A column of that name which is there stays: :func:`check_sums` refuses one that is another amount.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"week": pd.date_range("2024-01-01", periods=12, freq="7D"), "lead": 2.0, "sale": 3.0})
    >>> roles = Roles((), {"social": "social"}, campaigns={"social": ("lead", "sale")})
    >>> float(with_sums(Panel(frame), roles).series("social").iloc[0])
    5.0
    """
    missing = {
        roles.spend[channel]: list(names)
        for channel, names in roles.campaigns.items()
        if roles.spend[channel] not in panel.columns and set(names) <= set(panel.columns)
    }
    if not missing:
        return panel
    frame = panel.frame
    return panel.with_frame(frame.assign(**{column: frame[names].sum(axis=1) for column, names in missing.items()}))


def check_sums(panel: Panel, roles: Roles) -> Iterator[Finding]:
    """Give the findings on campaigns together: a total that is not theirs, and campaigns that never run."""
    for channel, names in roles.campaigns.items():
        known = [n for n in names if n in panel.columns]
        for name in known:
            if (panel.series(name) == 0).all():
                message = f"Campaign '{name}' of channel '{channel}' is 0 in every week."
                yield Finding(
                    "campaign_never_runs", "warns", message, "Nothing is learned of it; leave it out.", 0.0, name
                )
        column = roles.spend[channel]
        if column not in panel.columns or len(known) < len(names):
            continue
        given, total = panel.series(column), panel.frame[known].sum(axis=1)
        apart = ((given - total).abs() > CENTS * total.abs().max()).to_numpy() | given.isna().to_numpy()
        if apart.any():
            week = int(np.argmax(apart))
            message = (
                f"Column '{column}' is not the sum of the campaigns of channel '{channel}' in "
                f"{in_weeks(panel.weeks, apart)}: {amount(float(given.iloc[week]))} where they add up to "
                f"{amount(float(total.iloc[week]))}."
            )
            remedy = (
                "The spend of the channel is that sum: leave this column out, or name the campaigns that are missing."
            )
            yield Finding("not_the_sum", "blocks", message, remedy, float(apart.sum()), column)
