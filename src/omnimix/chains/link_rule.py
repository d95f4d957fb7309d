"""The rule that judges every link on its own figures, and what following it costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from omnimix.chains.coalitions import Coalitions
from omnimix.effects import middle
from omnimix.labels import ROAS
from omnimix.mechanics import Array

Clash = Literal["", "stops what the chain needs", "keeps what the chain does not need", "weak and not needed"]


@dataclass(frozen=True)
class LinkRule:
    """What the per-link rule decides: stop every link of which own ROAS, without later links, is below the hurdle.

    Own ROAS is read as it is told, by its median.

    The account of the chain runs the set of links that is expected to earn most beyond the hurdle, and stops the rest.

    Attributes:
        stops: links that the rule stops.
        best: the links that are expected to earn most beyond the hurdle, by the account of the whole chain.
        wrong: by link, the probability that its own ROAS and what it adds to all others lie on either side of the
            hurdle: that the rule, were both known, would decide otherwise than the chain.
        clashes: by link, how both clash: the rule stops what is among the best, or keeps what is not; or the link is
            weak by itself and the chain does not need it, which nothing excuses.
        regret: money lost by running the links that the rule keeps instead of the best ones, one figure a draw: profit
            beyond the hurdle of the best set less that of the rule's.
    """

    stops: tuple[str, ...]
    best: tuple[str, ...]
    wrong: Mapping[str, float]
    clashes: Mapping[str, Clash]
    regret: Array = field(repr=False)

    @property
    def needed(self) -> tuple[str, ...]:
        """Links that the rule stops and the best set runs."""
        return tuple(n for n in self.stops if n in self.best)

    @property
    def spare(self) -> tuple[str, ...]:
        """Links that the rule runs and the best set does not."""
        if not self.decides:
            return ()
        return tuple(n for n in self.wrong if n not in self.stops and n not in self.best)

    @property
    def decides(self) -> bool:
        """Whether there is a rule: not where value is no money."""
        return bool(np.isfinite(self.regret).all())

    def contradicts(self, link: str) -> bool:
        """Return whether the rule decides otherwise about a link than the account of the chain."""
        return link in self.needed or link in self.spare


def own_gains(coalitions: Coalitions, later: Mapping[str, Collection[str]]) -> dict[str, tuple[Array, Array]]:
    """Return value and cost of every link as it stands without later links, two figures a draw."""
    return {n: coalitions.gain(n, [k for k in coalitions.links if k not in later[n]]) for n in coalitions.links}


def link_rule(coalitions: Coalitions, own: Mapping[str, tuple[Array, Array]], hurdle: float) -> LinkRule:
    """Follow the per-link rule and settle its account.

    Args:
        coalitions: every set of links.
        own: value and cost of every link as it stands without later links; see :func:`own_gains`.
        hurdle: the ROAS to reach.
    """
    alone = {n: value - hurdle * cost for n, (value, cost) in own.items()}
    within: dict[str, Array] = {}
    for name in coalitions.links:
        value, cost = coalitions.gain(name, coalitions.links)
        within[name] = value - hurdle * cost
    kept = [n for n in coalitions.links if middle(alone[n], ROAS) >= 0]  # as its own ROAS is told
    profit = coalitions.profit(hurdle)
    expected = profit.mean(axis=1)
    best = int(np.flatnonzero(expected == expected.max())[-1])  # of equals the largest: silent links do no harm
    wrong = {n: float(((alone[n] >= 0) != (within[n] >= 0)).mean()) for n in coalitions.links}
    return LinkRule(
        stops=tuple(n for n in coalitions.links if n not in kept),
        best=coalitions.of(best),
        wrong=wrong,
        clashes={n: _clash(n not in kept, n in coalitions.of(best)) for n in coalitions.links},
        regret=profit[best] - profit[coalitions.number(kept)],
    )


def no_rule(coalitions: Coalitions) -> LinkRule:
    """Return the rule where value is no money: it decides nothing, and what following it costs is not known."""
    nothing = dict.fromkeys(coalitions.links, float("nan"))
    clashes: dict[str, Clash] = dict.fromkeys(coalitions.links, "")
    return LinkRule((), (), nothing, clashes, np.full(coalitions.value.shape[1], np.nan))


def _clash(stopped: bool, needed: bool) -> Clash:
    """Name how the rule and the account of the chain clash over a link."""
    if stopped:
        return "stops what the chain needs" if needed else "weak and not needed"
    return "" if needed else "keeps what the chain does not need"
