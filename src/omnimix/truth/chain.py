"""What is true of a chained campaign: every set of its links lived again on the true mechanism."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from omnimix.mechanics import Array
from omnimix.truth.counterfactuals import Counterfactuals

STEP = 1e-3


@dataclass(frozen=True, eq=False)
class TrueChain:
    """A chain whose links are whole channels, over some weeks of the data window.

    Value is money over all outcomes, what follows the weeks included; cost is money spent on all channels. Channels
    outside a set of links keep what they spent or, where they respond to a stage, respond.

    Attributes:
        counterfactuals: counterfactuals of the world.
        links: names of channels.
        weeks: week numbers of the chain.
    """

    counterfactuals: Counterfactuals
    links: tuple[str, ...]
    weeks: slice

    def value(self, kept: Collection[str], *, responding: bool = True) -> float:
        """Return the money that a set of links brings beyond none of them."""
        return self._account(self._factors(kept), responding)[0] - self._account(self._factors(()), responding)[0]

    def cost(self, kept: Collection[str]) -> float:
        """Return the money that is spent with a set of links beyond none of them."""
        return self._account(self._factors(kept))[1] - self._account(self._factors(()))[1]

    @cached_property
    def spend(self) -> float:
        """Money spent on the links themselves."""
        return sum(float(self.counterfactuals.spent(c)[self.weeks].sum()) for c in self.links)

    @cached_property
    def combined(self) -> dict[str, float]:
        """Combined ROAS: net of induced spend, gross, responding channels frozen, marginal and of half the spend."""
        value = self.value(self.links)
        return {
            "net": value / self.cost(self.links),
            "gross": value / self.spend,
            "frozen": self.value(self.links, responding=False) / self.spend,
            "marginal": self._marginal(self.links),
            "half": self._half(self.links),
        }

    def roas(self, link: str, among: Sequence[str] | None = None) -> float:
        """Return what a link adds to other links (by default all) over what it costs."""
        value, cost = self.gain(link, self.links if among is None else among)
        return value / cost

    def gain(self, link: str, among: Sequence[str]) -> tuple[float, float]:
        """Return value and cost that a link adds to others."""
        rest = [k for k in among if k != link]
        return self.value([*rest, link]) - self.value(rest), self.cost([*rest, link]) - self.cost(rest)

    def marginal(self, link: str) -> float:
        """Return the ROAS of the next money spent on a link."""
        return self._marginal([link])

    def half(self, link: str) -> float:
        """Return the ROAS that a link would have at half its spend."""
        return self._half([link])

    def game(self) -> tuple[Array, Array]:
        """Return value and cost of every set of links, numbered by bits, shape (sets, 1)."""
        sets = [[n for k, n in enumerate(self.links) if s >> k & 1] for s in range(1 << len(self.links))]
        return np.array([[self.value(s)] for s in sets]), np.array([[self.cost(s)] for s in sets])

    def _factors(self, kept: Collection[str]) -> dict[str, float]:
        return dict.fromkeys((c for c in self.links if c not in kept), 0.0)

    def _account(self, factors: Mapping[str, float], responding: bool = True) -> tuple[float, float]:
        """Return money brought and spent beyond what was, with channels multiplied in the chain's weeks."""
        key = (tuple(sorted(factors.items())), responding)
        if key not in self._settled:
            plan = self.counterfactuals.plan({}, responding=responding)
            for name, factor in factors.items():
                plan[name] = plan[name].copy()  # in other weeks a channel that responds to a stage does so
                plan[name][self.weeks] = factor * self.counterfactuals.spent(name)[self.weeks]
            trajectory = self.counterfactuals.mechanism.follow(plan, self.counterfactuals.demand)
            channels = [*self.counterfactuals.mechanism.media]
            lost, saved = (
                self.counterfactuals.lost_money(trajectory).sum(),
                self.counterfactuals.saved(trajectory, channels).sum(),
            )
            self._settled[key] = (-float(lost), -float(saved))
        return self._settled[key]

    @cached_property
    def _settled(self) -> dict[tuple[tuple[tuple[str, float], ...], bool], tuple[float, float]]:
        return {}

    def _marginal(self, group: Sequence[str]) -> float:
        more, less = (self._account(dict.fromkeys(group, 1 + step)) for step in (STEP, -STEP))
        return (more[0] - less[0]) / (more[1] - less[1])

    def _half(self, group: Sequence[str]) -> float:
        half, none = (self._account(dict.fromkeys(group, factor)) for factor in (0.5, 0.0))
        return (half[0] - none[0]) / (half[1] - none[1])


def chain_weeks(counterfactuals: Counterfactuals, window: pd.DatetimeIndex) -> slice:
    """Return the week numbers of some weeks."""
    first = int(counterfactuals.weeks.get_loc(window[0]))  # type: ignore[arg-type]
    return slice(first, first + len(window))
