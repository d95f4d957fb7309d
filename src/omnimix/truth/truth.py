r"""What is true in a simulated world, every figure defined as the package defines it.

Plan "without A": the spend of A is zero in the data window, and channels outside A that respond to a stage do so. Value
is money over all outcomes, in the window and in the silent weeks after it. ROAS of A is the value lost without A over
its spend: gross; net (the one reported) also divides by the spend it induces in responding channels; frozen keeps those
at what they spent. Marginal ROAS is the derivative of net value and money by a common factor on A's spend.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.errors import OmnimixError
from omnimix.labels import ALL_MEDIA, CHANNEL, MARGINAL_ROAS, OUTCOME, ROAS, SPEND, WEEK
from omnimix.spec import Outcome
from omnimix.truth.chain import TrueChain, chain_weeks
from omnimix.truth.counterfactuals import EVERYWHERE, Counterfactuals, stretched
from omnimix.truth.future import PlanWorth, future
from omnimix.truth.mechanism import Mechanism, Trajectory, TrueNode
from omnimix.truth.oracle import best_plan
from omnimix.truth.paths import path_table
from omnimix.truth.payback import payback_table
from omnimix.truth.tables import answer_table, link_table, parameter_table

INDUCED_SPEND = "induced_spend"
Basis = Literal["net", "gross", "frozen"]


@dataclass(frozen=True, eq=False, repr=False)
class Truth:
    """The truth of a simulated world.

    Attributes:
        spend: money (exposure where unpaid), one row a week (media history included), one column a channel.
        window: the weeks in which nodes were observed.
        mechanism: how every channel and node works.

    Tables are worked out anew at every call; none of them is noisy.
    """

    spend: pd.DataFrame
    window: pd.DatetimeIndex
    mechanism: Mechanism

    @property
    def nodes(self) -> tuple[TrueNode, ...]:
        """The mechanism of every stage and outcome, in the order in which they act."""
        return self.mechanism.nodes

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        return tuple(n.name for n in self.nodes if isinstance(n.node, Outcome))

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the stages."""
        return tuple(n.name for n in self.nodes if n.name not in self.outcomes)

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return tuple(self.spend.columns)

    def respond(
        self, spend: pd.DataFrame | None = None, controls: pd.DataFrame | None = None, *, responding: bool = True
    ) -> pd.DataFrame:
        """Return every true node under a spend plan, without its own noise, one row a week, one column a node.

        Args:
            spend: money a week, one column a channel, indexed by week; ``None`` is what was spent in the window.
                Weeks that it does not name keep what was spent and carry over into it; later weeks may follow. A
                channel that responds to a stage does so unless the plan names it.
            controls: controls of the plan's weeks; the simulated ones where absent, their mean in later weeks.
            responding: whether channels respond; else they keep what was spent, later nothing.
        """
        trajectory, weeks, rows = self._follow(spend, controls, responding)
        means = {n.name: self.counterfactuals.mean(trajectory, n)[rows] for n in self.nodes}
        return pd.DataFrame(means, index=weeks[rows])

    def resulting_spend(
        self, spend: pd.DataFrame | None = None, controls: pd.DataFrame | None = None, *, responding: bool = True
    ) -> pd.DataFrame:
        """Return the spend of every channel that a plan results in; arguments as in :meth:`respond`."""
        trajectory, weeks, rows = self._follow(spend, controls, responding)
        return pd.DataFrame({c: trajectory.spend[c][rows] for c in self.channels}, index=weeks[rows])

    def contributions(self, node: str | None = None) -> pd.DataFrame:
        """Return the weekly contribution of every channel to a node in the window, in its own units.

        The node as it was less the node without the channel's spend *in all simulated weeks*. By default the first
        outcome: where effects add up, baseline and contributions add up to the mean.
        """
        counterfactuals, asked = self.counterfactuals, self._node(node)
        parts = {
            c: counterfactuals.lost(counterfactuals.without([c], EVERYWHERE), asked)[counterfactuals.window]
            for c in self.channels
        }
        return pd.DataFrame(parts, index=self.window)

    def baseline(self, node: str | None = None) -> pd.Series:
        """Return a node without any media in the window, in its own units."""
        counterfactuals = self.counterfactuals
        silent = counterfactuals.without(self.channels, EVERYWHERE)
        return pd.Series(
            counterfactuals.mean(silent, self._node(node))[counterfactuals.window], index=self.window, name="baseline"
        )

    def mean(self, node: str | None = None) -> pd.Series:
        """Return a node without its own noise in the window, in its own units."""
        counterfactuals, asked = self.counterfactuals, self._node(node)
        return pd.Series(
            counterfactuals.mean(counterfactuals.as_it_was, asked)[counterfactuals.window],
            index=self.window,
            name=asked.name,
        )

    def incremental_value(self, channels: Iterable[str], *, tail: bool = True, responding: bool = True) -> float:
        """Return the money that the window's spend on these channels brings, with or without the weeks after it."""
        counterfactuals = self.counterfactuals
        trajectory = counterfactuals.without(list(channels), counterfactuals.onwards, responding=responding)
        return float(counterfactuals.lost_money(trajectory)[self.counterfactuals.counted(tail)].sum())

    def induced_spend(self) -> pd.Series:
        """Return the money that each channel's spend in the window draws into channels that respond to a stage."""
        return pd.Series({c: self._induced([c]) for c in self.counterfactuals.bought}, name=INDUCED_SPEND)

    def roas(self, *, tail: bool = True, basis: Basis = "net") -> pd.Series:
        """Return true ROAS by channel, the tail after the window included or not."""
        return pd.Series({c: self._roas([c], tail, basis) for c in self.counterfactuals.bought}, name=ROAS)

    def all_media_roas(self, *, tail: bool = True, basis: Basis = "net") -> float:
        """Return true ROAS of all channels together."""
        return self._roas(self.counterfactuals.bought, tail, basis)

    def marginal_roas(self, *, tail: bool = True) -> pd.Series:
        """Return what one more euro returns, spread over the window as the money was, net of what it induces."""
        return pd.Series(
            {c: self._marginal([c], self.counterfactuals.counted(tail)) for c in self.counterfactuals.bought},
            name=MARGINAL_ROAS,
        )

    def cross_table(self) -> pd.DataFrame:
        """Return what every channel brought to every outcome in the window, all paths together.

        Columns channel, outcome, contribution (units of the outcome), value (money) and share of the outcome.
        """
        rows = []
        for name in self.outcomes:
            node, total = self._node(name), float(self.mean(name).sum())
            for channel, part in self.contributions(name).sum().items():
                rows.append((channel, name, part, part * node.value, part / total))
        return pd.DataFrame(rows, columns=[CHANNEL, OUTCOME, "contribution", "value", "share"])

    def paths(self, *, tail: bool = True) -> pd.DataFrame:
        """Return the money that every channel brings along every path, and what paths bring only together.

        A path's effect is what is lost when only that path is switched off. Columns channel, outcome, path, value; the
        last row of a channel and outcome is ``interaction``, and its rows add up to what the channel brings there.

        Args:
            tail: the window's spend with the weeks after it, as in ROAS; else all spend within the window, as in
                :meth:`contributions`.
        """
        counterfactuals = self.counterfactuals
        return path_table(
            counterfactuals,
            *((counterfactuals.onwards, counterfactuals.onwards) if tail else (EVERYWHERE, counterfactuals.window)),
        )

    def traffic_share(self) -> pd.DataFrame:
        """Return the share of every stage in the window that each channel brings, and all media, over all paths.

        Columns stage, channel, share (of the stage) and share_of_media (of what all media bring to it). Shares of
        channels add up to more than all media where one channel answers to what another brings.
        """
        rows = []
        for stage in self.stages:
            total, base = float(self.mean(stage).sum()), float(self.baseline(stage).sum())
            parts = {**self.contributions(stage).sum(), ALL_MEDIA: total - base}
            rows += [(stage, channel, part / total, part / (total - base)) for channel, part in parts.items()]
        return pd.DataFrame(rows, columns=["stage", CHANNEL, "share", "share_of_media"])

    def payback(self) -> pd.DataFrame:
        """Return how far every channel's campaign has paid itself back by week; see :func:`payback_table`."""
        return payback_table(self.counterfactuals)

    def chain(self, links: Sequence[str], weeks: pd.DatetimeIndex | None = None) -> TrueChain:
        """Return what is true of a chain of whole channels over some weeks, by default the window."""
        counterfactuals = self.counterfactuals
        return TrueChain(
            counterfactuals, tuple(links), chain_weeks(counterfactuals, self.window if weeks is None else weeks)
        )

    def plan_value(self, spend: pd.DataFrame, *, horizon: int | None = None) -> PlanWorth:
        """Return what a plan for the weeks after the simulated ones is truly worth.

        Args:
            spend: money a week, one column a channel. A channel that responds to a stage does so unless it is named;
                any other that is not named is silent.
            horizon: weeks from the plan's first on whose value counts; ``None``: all in which it still works.
        """
        ahead = future(self.mechanism, self.counterfactuals.weeks, spend, horizon)
        return ahead.plan_worth({str(c): spend[c].to_numpy(dtype=float) for c in spend.columns})

    def best_plan(
        self, reference: pd.DataFrame, total: float, *, horizon: int | None = None, **more: Any
    ) -> pd.DataFrame:
        """Return the plan that truly brings most: every lever keeps its pattern in ``reference`` and gets a factor.

        ``total`` is the true spend of all channels. ``answering`` names the channels that answer to their stage and
        are not set, by default all that can; ``lower`` and ``upper`` bound the money of levers, by channel. Raises
        :class:`OmnimixError` where they leave no plan of that total.
        """
        ahead = future(self.mechanism, self.counterfactuals.weeks, reference, horizon)
        return best_plan(ahead, reference, total, **more)

    @property
    def parameters(self) -> pd.DataFrame:
        """Every true curve parameter and contribution share: columns node, channel, parameter, family, value.

        A ``contribution_share`` is a share of the node's level without media; times :meth:`typical_ratio` it is the
        share of a typical week that a fit speaks of.
        """
        return parameter_table(self.mechanism)

    @property
    def links(self) -> pd.DataFrame:
        """What nodes do to later nodes, one row a link.

        ``effect`` is in units of the node for one unit of its parent (log points where effects multiply);
        ``stage_effect`` and ``shock_coefficient`` are in typical weeks of both, and ``link_retention`` and its like are
        parameters of the carryover, as in a fit. ``correlation`` is that of the shocks of both.
        """
        return link_table(self.mechanism)

    @property
    def answers(self) -> pd.DataFrame:
        """How spend answers to stages, one row a responding channel.

        ``slope`` is money for one unit of the stage (one log point where effects multiply); ``spend_response`` is in
        mean running weeks of spend for one typical week of the stage, as in a fit.
        """
        return answer_table(self.mechanism)

    def typical_ratio(self, node: str) -> float:
        """Return a node's level over a typical week of its observed series: the way to the scale of a fit."""
        return self._node(node).typical_ratio

    def table(self) -> pd.DataFrame:
        """Return one row a channel and one for all media: spend, contribution, share, ROAS both ways, marginal ROAS.

        Where a channel responds to a stage, induced spend and gross and frozen ROAS stand there as well.
        """
        parts = self.cross_table().groupby(CHANNEL, sort=False)["value"].sum()
        whole = sum(self._node(n).value * float(self.mean(n).sum()) for n in self.outcomes)
        table = pd.DataFrame(
            {
                SPEND: self.spend.loc[self.window, list(self.counterfactuals.bought)].sum(),
                "contribution": parts,
                "share": parts / whole,
                ROAS: self.roas(),
                "roas_in_window": self.roas(tail=False),
                MARGINAL_ROAS: self.marginal_roas(),
            },
            index=list(self.channels),
        )
        total = table[[SPEND, "contribution", "share"]].sum()
        if self._linked:  # no sum there: a channel answers to, or works on, what another brings
            silent = sum(self._node(n).value * float(self.baseline(n).sum()) for n in self.outcomes)
            total["contribution"] = whole - silent
            total["share"] = total["contribution"] / whole
        total[ROAS], total["roas_in_window"] = self.all_media_roas(), self.all_media_roas(tail=False)
        total[MARGINAL_ROAS] = self._marginal(self.counterfactuals.bought, self.counterfactuals.onwards)
        if self.counterfactuals.others_that_respond([]):
            table = table.assign(
                induced_spend=self.induced_spend(),
                roas_gross=self.roas(basis="gross"),
                roas_frozen=self.roas(basis="frozen"),
            )
            total[INDUCED_SPEND], total["roas_gross"], total["roas_frozen"] = 0.0, total[ROAS], total[ROAS]
        table.loc[ALL_MEDIA] = total
        return table.rename_axis(CHANNEL).reset_index()

    @cached_property
    def counterfactuals(self) -> Counterfactuals:
        """The same weeks lived again under other plans."""
        return Counterfactuals(self.mechanism, pd.DatetimeIndex(self.spend.index, name=WEEK))

    @property
    def _linked(self) -> bool:
        """Whether anything but the channels themselves acts on a node."""
        media = self.mechanism.media.values()
        return any(n.links for n in self.nodes) or any(m.answer or m.channel.fuelled_by for m in media)

    def _node(self, name: str | None) -> TrueNode:
        wanted = name or self.outcomes[0]
        return next(n for n in self.nodes if n.name == wanted)

    def _induced(self, channels: Iterable[str]) -> float:
        lived, group = self.counterfactuals, list(channels)
        return float(lived.saved(lived.without(group), lived.others_that_respond(group)).sum())

    def _roas(self, channels: Iterable[str], tail: bool, basis: Basis) -> float:
        group = list(channels)
        spend = float(self.spend.loc[self.window, group].to_numpy().sum())
        induced = self._induced(group) if basis == "net" else 0.0
        return self.incremental_value(group, tail=tail, responding=basis != "frozen") / (spend + induced)

    def _marginal(self, channels: Sequence[str], rows: slice) -> float:
        how = self.counterfactuals.marginal_roas if self._linked else self.counterfactuals.marginal_slope
        return how(channels, rows)

    def _follow(
        self, spend: pd.DataFrame | None, controls: pd.DataFrame | None, responding: bool
    ) -> tuple[Trajectory, pd.DatetimeIndex, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Follow a plan; return its trajectory, the weeks from the first simulated one on and the rows of the plan."""
        plan = self.spend.loc[self.window] if spend is None else spend
        if unknown := [str(c) for c in plan.columns if c not in self.spend.columns]:
            raise OmnimixError(f"the plan names {', '.join(unknown)}, but the channels are {', '.join(self.channels)}")
        weeks = stretched(self.counterfactuals.weeks, plan.index[-1])
        planned = weeks.get_indexer(pd.DatetimeIndex(plan.index))
        if (planned < 0).any():
            raise OmnimixError(f"the plan has weeks that are not those of this world, which begins {weeks[0].date()}")
        levers = {}
        for name, medium in self.mechanism.media.items():
            answers = responding and medium.answer is not None and name not in plan.columns
            whole = np.full(len(weeks), np.nan if answers else 0.0)
            if not answers:
                whole[: len(medium.spend)] = medium.spend
            if name in plan.columns:
                whole[planned] = plan[name].to_numpy(dtype=float)
            levers[name] = whole
        return self.mechanism.follow(levers, self.mechanism.demand(weeks, controls)), weeks, weeks.isin(plan.index)

    def __repr__(self) -> str:
        return f"Truth of {', '.join(self.outcomes)}\n{notebook.text(self.table(), {'contribution': words.amount})}"

    def _repr_html_(self) -> str:
        under = "simulated: what a fit of this world should come out near"
        table = notebook.table(self.table(), {"contribution": words.amount})
        return notebook.card(f"Truth of {', '.join(self.outcomes)}", table, under=under)
