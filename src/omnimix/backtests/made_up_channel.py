"""What would a channel seem to earn that does nothing? One is made up, added and fitted along.

The made-up channel has the spend of a real one in blocks of weeks, and the blocks in another order. So it is as large,
as bursty and as tempting as a real channel, but does not run when anything happened. A shift in time would keep more:
shifted by less than the carryover the real effect follows it, shifted by more it runs in the wrong season year after
year, which the season of the baseline takes up or gives; and there is one shift, but many orders. Single weeks, on the
other hand, would tear flights apart, and noise is easier to see through than a flight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.backtests.refits import Settings, fitted, unconverged
from omnimix.data import Panel, check_panel, require, with_sums
from omnimix.effects import roas, summarise
from omnimix.errors import OmnimixError
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, INTERVAL, LOWER, MEAN, MEDIAN, SPEND, UPPER
from omnimix.posterior import Posterior
from omnimix.spec import USUAL_SATURATION, Channel, Funnel, Node

NAME = "placebo"
EVEN = 0.5  # odds from which a channel is called no better than nothing
BLOCK = 8  # weeks: most flights last no longer
# What is said of the channel that is copied and would not be of one that nobody knows.
UNLIKE_THE_COPIED = (
    "team", "pool", "spend", "exposure", "responds_to", "fuelled_by", "roas_prior", "contribution_prior",
    "reach", "frequency",
)  # fmt: skip
SHARE, LARGER, HIGHER = "share", "probability_placebo_larger", "probability_placebo_higher"


@dataclass(frozen=True, repr=False)
class Placebo:
    """What a made-up channel without any effect seems to earn, beside the real ones.

    Attributes:
        rows: one row a channel, the made-up one last: ROAS (``mean``, ``median``, ``lower``, ``upper``), ``spend``,
            ``share`` (median part of what all channels bring), ``probability_placebo_larger`` (that the made-up channel
            brings more in all), ``probability_placebo_higher`` (that it has the higher ROAS; both nan for itself) and
            ``interval``.
        channel: the made-up channel.
        copied: the channel whose spend it has in another order.
        probability_above_hurdle: that its ROAS seems to be above the hurdle; nan where outcomes have no value.
        hurdle: the ROAS to reach.
        remarks: a fit that did not converge.
        seed: of the order and of the fit.
    """

    rows: pd.DataFrame
    channel: str
    copied: str
    probability_above_hurdle: float
    hurdle: float
    remarks: tuple[str, ...]
    seed: int

    def table(self) -> pd.DataFrame:
        """Return one row a channel, the made-up one last."""
        return self.rows.copy()

    def sentence(self, language: str = "en") -> str:
        """Return what it comes to. Raises :class:`OmnimixError` for a language that is not spoken."""
        say = words.Language(language, "backtest")
        row = self.rows[self.rows[CHANNEL] == self.channel].iloc[0]
        real = self.rows[self.rows[CHANNEL] != self.channel]
        below = [str(c) for c in real.loc[real[HIGHER] > EVEN, CHANNEL]]
        told = say.say(
            "placebo" if np.isfinite(self.probability_above_hurdle) else "placebo_in_units",
            copied=say.name(self.copied),
            roas=say.ratio(row[MEDIAN]),
            range=say.span(say.ratio, dict(row)),
            odds=say.odds(self.probability_above_hurdle),
            hurdle=say.figure(self.hurdle, 0 if float(self.hurdle).is_integer() else 2),
            share=say.percent(row[SHARE]),
        )
        key = "placebo_below" if len(below) == 1 else "placebo_below_many"
        return told + (" " + say.say(key, names=say.names(below)) if below else "")

    def __repr__(self) -> str:
        return "\n".join([self._title, notebook.text(self.rows, self._forms), self.sentence(), *self.remarks])

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.lines([self.sentence(), *self.remarks]),
            notebook.table(self.rows, self._forms),
            under=f"ROAS; the placebo has the spend of {self.copied} in another order",
        )

    @property
    def _forms(self) -> dict[str, words.Form]:
        return dict.fromkeys((MEAN, MEDIAN, LOWER, UPPER), words.ratio)

    @property
    def _title(self) -> str:
        return "A channel that does nothing, beside the real ones"


@checked
def placebo(  # noqa: PLR0913  one question; all but funnel and panel may be left out
    funnel: Funnel,
    panel: Panel,
    *,
    channel: str | None = None,
    block: int = BLOCK,
    hurdle: float = 1.0,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    seed: int | None = None,
    interval: float = DEFAULT_INTERVAL,
    progress: bool = True,
) -> Placebo:
    """Add a made-up channel that does nothing, fit, and return what it seems to earn.

    Its spend is that of a real channel with blocks of weeks in another order, no block in its own place. What the fit
    gives it comes from chance and from what was believed beforehand; a real channel that does not stand above it is not
    told from nothing by the data. One order is one draw: try several seeds before a conclusion.

    Args:
        funnel: what to estimate.
        panel: the weekly table.
        channel: the channel whose spend to reorder; by default that with the most spend, of those that answer to none.
        block: weeks of a block.
        hurdle: the ROAS that a channel should reach.
        draws: draws kept of each chain.
        tune: draws of each chain spent on adapting.
        chains: independent chains.
        seed: of the order and of the fit.
        interval: probability mass of the intervals.
        progress: show a progress bar.

    Raises :class:`SpecError` for a channel that does not exist, :class:`OmnimixError` for blocks that cannot be
    reordered, :class:`DataError` and :class:`FitError` as :func:`omnimix.fit` does.
    """
    settings = Settings.of(draws, tune, chains, seed)
    require(check_panel(panel, funnel.roles))
    panel = with_sums(panel, funnel.roles)
    copied = _copied(funnel, panel) if channel is None else funnel.channel(channel)
    if not copied.paid:
        raise OmnimixError(
            f"`{copied.name}` is not paid; a placebo is made of the spend of a channel that costs money."
        )
    more, table = with_placebo(funnel, panel, copied, block, np.random.default_rng(settings.seed))
    posterior = fitted(more, table, settings, progress=progress)
    rows, draws_of = _rows(posterior, interval)
    name = more.channel_names[-1]
    money = posterior.value_unit.is_money
    above = float((draws_of > hurdle).mean()) if money else float("nan")
    remarks = unconverged(posterior, "The fit with the placebo")
    return Placebo(rows, name, copied.name, above, hurdle, remarks, settings.seed)


def with_placebo(
    funnel: Funnel, panel: Panel, copied: Channel, block: int, generator: np.random.Generator
) -> tuple[Funnel, Panel]:
    """Return funnel and panel with the made-up channel, last of the channels."""
    name = next(n for n in _names() if n not in (*funnel.channel_names, *panel.columns))
    frame = panel.frame
    made = reordered(frame[copied.spend_column].to_numpy(dtype=float), block, generator)
    nothing: dict[str, Any] = dict.fromkeys(UNLIKE_THE_COPIED)
    saturation = USUAL_SATURATION if copied.reach else copied.saturation  # it has spend alone, no frequency
    channel = replace(copied, name=name, campaigns=(), saturation=saturation, **nothing)

    def driven[AnyNode: Node](node: AnyNode) -> AnyNode:
        if node.drivers is None or copied.name not in node.drivers:
            return node
        return replace(node, drivers=(*node.drivers, name))

    more = replace(
        funnel,
        channels=(*funnel.channels, channel),
        stages=tuple(driven(x) for x in funnel.stages),
        outcomes=tuple(driven(x) for x in funnel.outcomes),
    )
    return more, panel.with_frame(frame.assign(**{name: made}))


def reordered(
    spend: np.ndarray[tuple[int, ...], np.dtype[np.float64]], block: int, generator: np.random.Generator
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return spend with its blocks of weeks in another order, no block where it was; the last one may be longer.

    >>> made = reordered(np.arange(8.0), 2, np.random.default_rng(1))
    >>> sorted(made.tolist()) == list(range(8)), bool((made == np.arange(8.0)).any())
    (True, False)
    """
    count = len(spend) // block if block > 0 else 0
    if count < 3:
        raise OmnimixError(
            f"a placebo has at least 3 blocks in another order, and {len(spend)} weeks in blocks of {block} make "
            f"{count}; give a block from 1 to {len(spend) // 3} weeks."
        )
    blocks = [*np.split(spend, np.arange(block, block * count, block))]
    while True:  # a bit more than one order in three leaves no block in its place
        order = generator.permutation(count)
        if (order != np.arange(count)).all():
            return np.concatenate([blocks[k] for k in order])


def _names() -> Iterator[str]:
    yield NAME
    number = 2
    while True:
        yield f"{NAME}_{number}"
        number += 1


def _copied(funnel: Funnel, panel: Panel) -> Channel:
    free = [c for c in funnel.bought if c.responds_to is None and c.fuelled_by is None] or list(funnel.bought)
    return max(free, key=lambda c: float(panel.series(c.spend_column).sum()))


def _rows(
    posterior: Posterior, interval: float
) -> tuple[pd.DataFrame, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Return a row a channel, and the draws of the made-up channel's ROAS."""
    figures = roas(posterior, basis="gross", interval=interval, allow_unconverged=True)
    names = list(posterior.funnel.bought_names)
    draws, spend = (x.sel({CHANNEL: names}) for x in (figures.draws, figures.known[SPEND]))
    brought = draws * spend
    shares = brought / brought.sum(CHANNEL)
    table = pd.DataFrame({k: v.to_series() for k, v in summarise(draws, interval).items()}).reset_index()
    table[SPEND] = spend.to_series().reindex(names).to_numpy()
    table[SHARE] = shares.median("draw").to_series().reindex(names).to_numpy()
    for column, of in ((LARGER, brought), (HIGHER, draws)):
        odds = (of.sel({CHANNEL: names[-1]}, drop=True) > of).mean("draw").to_series()
        table[column] = odds.where(odds.index != names[-1]).reindex(names).to_numpy()
    return table.assign(**{INTERVAL: interval}), draws.sel({CHANNEL: names[-1]}).to_numpy()
