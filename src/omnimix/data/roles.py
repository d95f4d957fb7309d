"""Which column plays which part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Role = Literal["outcome", "spend", "exposure", "frequency", "control", "tracker", "number asked by the tracker"]


@dataclass(frozen=True)
class Use:
    """One column in one role; `channel` is set for spend, exposure and frequency."""

    column: str
    role: Role
    channel: str | None = None

    def __str__(self) -> str:
        """Name the use as a message does."""
        if self.channel is None:
            return f"{self.role} '{self.column}'"
        own = f" (column '{self.column}')" if self.column != self.channel else ""
        return f"{self.role} of channel '{self.channel}'{own}"


@dataclass(frozen=True)
class Roles:
    """The columns a model uses: outcomes, spend and exposure by channel, controls; ``national`` ones all geos share.

    ``campaigns`` are columns of money by channel whose sum is the spend of the channel, under its name in ``spend``.
    A channel with a ``frequency`` has its reach in ``exposure``.
    ``tracker`` is the column of a survey share with that of how many were asked. Both may be empty in most weeks, so
    that they are ``named`` and not among the ``uses``, whose every week counts.

    >>> Roles(outcomes=("sales",), spend={"tv": "tv_eur"}).uses[1].channel
    'tv'
    """

    outcomes: tuple[str, ...]
    spend: Mapping[str, str]
    exposure: Mapping[str, str] = field(default_factory=dict)
    controls: tuple[str, ...] = ()
    national: tuple[str, ...] = ()
    campaigns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    frequency: Mapping[str, str] = field(default_factory=dict)
    tracker: tuple[str, str] | None = None

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every column of the table with its role, in the order outcomes, spend, exposure, frequency, controls."""
        return (
            *(Use(column, "outcome") for column in self.outcomes),
            *(
                Use(column, "spend", channel)
                for channel, whole in self.spend.items()
                for column in self.campaigns.get(channel, (whole,))
            ),
            *(Use(column, "exposure", channel) for channel, column in self.exposure.items()),
            *(Use(column, "frequency", channel) for channel, column in self.frequency.items()),
            *(Use(column, "control") for column in self.controls),
        )

    @property
    def named(self) -> tuple[Use, ...]:
        """Every column that is read: those of a tracker, and the uses."""
        kinds: tuple[Role, Role] = ("tracker", "number asked by the tracker")
        return (*(Use(column, kind) for column, kind in zip(self.tracker or (), kinds, strict=False)), *self.uses)

    @property
    def summed(self) -> Roles:
        """The same with the spend of every channel in one column, as :func:`omnimix.data.with_sums` makes it."""
        return replace(self, campaigns={})
