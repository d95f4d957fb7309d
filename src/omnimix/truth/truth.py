r"""What is true in a simulated world, every figure defined as the package defines it.

ROAS of a channel is the value of [outcome as planned - outcome without its spend in the data window], counted over the
window and the silent weeks after it in which it still works, divided by its spend in the window. Marginal ROAS is
the derivative of the same value by a common factor on that spend, divided by the spend.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from omnimix.errors import OmnimixError
from omnimix.labels import ALL_MEDIA, CHANNEL, MARGINAL_ROAS, ROAS, SPEND, WEEK
from omnimix.mechanics import Array
from omnimix.truth.media import TrueMedium
from omnimix.truth.surroundings import TrueBaseline

ONE_WEEK = pd.Timedelta(weeks=1)


@dataclass(frozen=True)
class TrueNode:
    """The mechanism of one outcome: its media, its baseline and the value of one unit in money."""

    name: str
    media: tuple[TrueMedium, ...]
    baseline: TrueBaseline
    window: pd.DatetimeIndex
    value: float = 1.0

    @property
    def multiplies(self) -> bool:
        """Whether effects multiply (``log_normal``) instead of adding up."""
        return self.baseline.surroundings.likelihood == "log_normal"

    def media_part(self, medium: TrueMedium, spend: pd.Series) -> Array:
        """Return what a channel adds to the mean, as a share of the level, for every week of ``spend``.

        ``spend`` starts with the first simulated week.
        """
        value = medium.saturation.value(medium.carried(medium.bought(spend)))
        return np.asarray(medium.share * value / self._size(medium))

    def media_slope(self, medium: TrueMedium, spend: pd.Series) -> Array:
        """Return the derivative of :meth:`media_part` by a factor on the spend from the window's first week on."""
        exposure = medium.bought(spend)
        later = np.where(spend.index >= self.window[0], exposure, 0.0)
        slope = medium.saturation.slope(medium.carried(exposure)) * medium.carried(later)
        return np.asarray(medium.share * slope / self._size(medium))

    def mean(self, spend: pd.DataFrame, controls: pd.DataFrame | None = None) -> pd.Series:
        """Return the noiseless outcome of every week of ``spend`` (its expectation, multiplicative or not)."""
        weeks = pd.DatetimeIndex(spend.index, name=WEEK)
        index = self.baseline.at(weeks, controls)
        for medium in self.media:
            index = index + self.media_part(medium, spend[medium.channel.name])
        level = self.baseline.surroundings.level
        return pd.Series(level * (np.exp(index) if self.multiplies else 1.0 + index), index=weeks, name=self.name)

    def _size(self, medium: TrueMedium) -> float:
        seen = medium.saturation.value(medium.carried(medium.exposure.to_numpy(dtype=float)))
        return float(seen[medium.spend.index.isin(self.window)].mean())


@dataclass(frozen=True)
class Truth:
    """The truth of a simulated world.

    Attributes:
        spend: what was spent, one row a week (media history included), one column a channel, in money.
        window: the weeks in which outcomes were observed.
        nodes: the mechanism of every outcome.

    Tables are worked out anew at every call; none of them is noisy.
    """

    spend: pd.DataFrame
    window: pd.DatetimeIndex
    nodes: tuple[TrueNode, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        return tuple(n.name for n in self.nodes)

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return tuple(self.spend.columns)

    def respond(self, spend: pd.DataFrame | None = None, controls: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return the true noiseless outcomes under a spend plan, one row a week, one column an outcome.

        Args:
            spend: money a week, one column a channel, indexed by week; ``None`` is what was spent in the window.
                Weeks that it does not name keep what was spent and carry over into it; later weeks may follow.
            controls: controls of the plan's weeks; the simulated ones where absent, their mean in later weeks.
        """
        plan = self.spend.loc[self.window] if spend is None else spend
        unknown = [str(c) for c in plan.columns if c not in self.spend.columns]
        if unknown:
            raise OmnimixError(f"the plan names {', '.join(unknown)}, but the channels are {', '.join(self.channels)}")
        whole = self._whole(pd.DatetimeIndex(plan.index, name=WEEK))
        whole.loc[plan.index, list(plan.columns)] = plan
        rows = whole.index[whole.index.isin(plan.index)]
        return pd.DataFrame({n.name: n.mean(whole, controls).loc[rows] for n in self.nodes}, index=rows)

    def contributions(self, outcome: str | None = None) -> pd.DataFrame:
        """Return the weekly contribution of every channel to an outcome in the window, in its own units.

        The outcome as it was less the outcome without the channel's spend *in all simulated weeks*: for an additive
        outcome, baseline and contributions add up to the mean.
        """
        node = self._node(outcome)
        full = node.mean(self.spend).loc[self.window]
        parts = {c: full - node.mean(self.spend.assign(**{c: 0.0})).loc[self.window] for c in self.channels}
        return pd.DataFrame(parts)

    def baseline(self, outcome: str | None = None) -> pd.Series:
        """Return the weekly outcome without any media in the window, in its own units."""
        return self._node(outcome).mean(self.spend * 0.0).loc[self.window].rename("baseline")

    def mean(self, outcome: str | None = None) -> pd.Series:
        """Return the noiseless weekly outcome in the window, in its own units."""
        return self._node(outcome).mean(self.spend).loc[self.window]

    def incremental_value(self, channels: Iterable[str], *, tail: bool = True) -> float:
        """Return the money that the window's spend on these channels brings, with or without the weeks after it."""
        weeks = self._with_tail() if tail else self.window
        plan = self._whole(weeks).loc[weeks]
        silent = plan.assign(**dict.fromkeys(channels, 0.0))
        lost = self.respond(plan) - self.respond(silent)
        return float(sum(n.value * lost[n.name].sum() for n in self.nodes))

    def roas(self, *, tail: bool = True) -> pd.Series:
        """Return true ROAS by channel, the tail after the window included or not."""
        total = self.spend.loc[self.window].sum()
        return pd.Series({c: self.incremental_value([c], tail=tail) / total[c] for c in self.channels}, name=ROAS)

    def all_media_roas(self, *, tail: bool = True) -> float:
        """Return true ROAS of all channels together."""
        return self.incremental_value(self.channels, tail=tail) / float(self.spend.loc[self.window].sum().sum())

    def marginal_roas(self, *, tail: bool = True) -> pd.Series:
        """Return what one more euro returns, spread over the window as the money was."""
        weeks = self._with_tail() if tail else self.window
        whole = self._whole(weeks)
        out = dict.fromkeys(self.channels, 0.0)
        for node in self.nodes:
            level = node.baseline.surroundings.level
            size = (node.mean(whole) if node.multiplies else level * pd.Series(1.0, index=whole.index)).loc[weeks]
            for medium in node.media:
                slope = pd.Series(node.media_slope(medium, whole[medium.channel.name]), index=whole.index).loc[weeks]
                out[medium.channel.name] += node.value * float((slope * size).sum())
        return (pd.Series(out) / self.spend.loc[self.window].sum()).rename(MARGINAL_ROAS)

    @property
    def parameters(self) -> pd.DataFrame:
        """Every true curve parameter and contribution share: columns outcome, channel, parameter, family, value."""
        rows = [
            (node.name, medium.channel.name, name, family, value)
            for node in self.nodes
            for medium in node.media
            for name, family, value in _parameters(medium)
        ]
        return pd.DataFrame(rows, columns=["outcome", CHANNEL, "parameter", "family", "value"])

    def table(self) -> pd.DataFrame:
        """Return one row a channel and one for all media: spend, contribution, share, ROAS both ways, marginal ROAS."""
        spend = self.spend.loc[self.window].sum()
        parts = sum(n.value * self.contributions(n.name).sum() for n in self.nodes)
        whole = sum(n.value * float(self.mean(n.name).sum()) for n in self.nodes)
        table = pd.DataFrame(
            {
                SPEND: spend,
                "contribution": parts,
                "share": parts / whole,
                ROAS: self.roas(),
                "roas_in_window": self.roas(tail=False),
                MARGINAL_ROAS: self.marginal_roas(),
            }
        )
        total = table[[SPEND, "contribution", "share"]].sum()
        total[ROAS], total["roas_in_window"] = self.all_media_roas(), self.all_media_roas(tail=False)
        total[MARGINAL_ROAS] = float((table[MARGINAL_ROAS] * spend).sum() / spend.sum())
        table.loc[ALL_MEDIA] = total
        return table.rename_axis(CHANNEL).reset_index()

    def _node(self, outcome: str | None) -> TrueNode:
        wanted = outcome or self.nodes[0].name
        return next(n for n in self.nodes if n.name == wanted)

    def _with_tail(self) -> pd.DatetimeIndex:
        lags = max(m.channel.lags for n in self.nodes for m in n.media)
        return pd.date_range(self.window[0], periods=len(self.window) + lags - 1, freq="7D", name=WEEK)

    def _whole(self, weeks: pd.DatetimeIndex) -> pd.DataFrame:
        """Return the spend of all simulated weeks followed by silence up to the last of ``weeks``."""
        last = max(self.spend.index[-1], weeks[-1])
        index = pd.date_range(self.spend.index[0], last, freq="7D", name=WEEK)
        return self.spend.reindex(index, fill_value=0.0)

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        return f"<p><b>Truth</b> of {escape(', '.join(self.outcomes))}</p>" + self.table().to_html(
            index=False, border=0, float_format=lambda v: f"{v:,.4g}"
        )


def _parameters(medium: TrueMedium) -> list[tuple[str, str, float]]:
    curves: list[tuple[str, Mapping[str, float]]] = [
        (medium.adstock.family, medium.adstock.parameters),
        (medium.saturation.family, medium.saturation.parameters),
    ]
    rows = [(name, family, value) for family, found in curves for name, value in found.items()]
    return [("contribution_share", "", medium.share), *rows]
