"""A joint plan whose money is decided by channel and geo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from omnimix.budget.plan import BudgetPlan
from omnimix.labels import CHANNEL, GEO


@dataclass(frozen=True, repr=False)
class GeoBudgetPlan(BudgetPlan):
    """The best use found of one joint budget over channels and geos.

    Everything stands as in :class:`BudgetPlan`, where a *channel* is now a channel in one geo, by the name
    ``radio (Noord)``; a national channel keeps its name. Tables have ``geo`` in a column of its own, empty for national
    channels. Of more than 40 of them only the twelve with most money have a range in ``free``.

    Attributes:
        places: channel and geo by that name; no geo for a national channel.
    """

    places: Mapping[str, tuple[str, str | None]] = field(default_factory=dict, kw_only=True)

    @property
    def geos(self) -> tuple[str, ...]:
        """The geos in which channels are bought."""
        return tuple(dict.fromkeys(geo for _, geo in self.places.values() if geo is not None))

    def table(self) -> pd.DataFrame:
        """Return one row a channel and geo, ``geo`` second; see :meth:`BudgetPlan.table`."""
        return self.placed(self.levers())

    def calendar(self) -> pd.DataFrame:
        """Return one row a week, channel and geo; see :meth:`BudgetPlan.calendar`."""
        return self.placed(super().calendar())

    def by(self, group: str) -> pd.DataFrame:
        """Return money a week for every ``geo`` or ``channel``, ``team`` or ``pool``: index week, columns the groups.

        Money of national channels is in no geo.
        """
        if group not in (GEO, CHANNEL):
            return super().by(group)
        owner = {name: (geo if group == GEO else channel) for name, (channel, geo) in self.places.items()}
        known = {name: group for name, group in owner.items() if group is not None}
        return self.spend[list(known)].T.groupby(list(known.values()), sort=False).sum().T

    def placed(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table with one name a channel and geo as one with a column of each."""
        names = [str(n) for n in table[CHANNEL]]
        out = table.assign(**{CHANNEL: [self.places[n][0] for n in names]})
        out.insert(list(out.columns).index(CHANNEL) + 1, GEO, [self.places[n][1] or "" for n in names])
        return out
