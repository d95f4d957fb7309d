"""A slow stock between media and what they bring: a brand that is built up over months and fades as slowly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omnimix.arguments import checked
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec.prior import Prior, interval_prior

if TYPE_CHECKING:
    from omnimix.spec.channel import Channel
    from omnimix.spec.node import Node

USUAL_HALF_LIFE = (27.0, 100.0)  # weeks, nine times in ten: a log-normal around a year with a spread of .4
LONG_SHARE_PRIOR = Prior("Beta", 1.5, 4.0)  # share of what a channel brings that comes through the stock
LONG_RUN = "long_run"  # the name of the stock of channels that are declared with long_run=True
LONGEST_HALF_LIFE = 520.0  # weeks; longer cannot be told from a trend


@checked
@dataclass(frozen=True)
class Stock:
    """How slowly a stage takes up what media put into it, and loses it again.

    L(t) = rho L(t-1) + (1 - rho) R(t), with R what a channel brings to it in a week and rho = 2^(-1 / half-life).

    Args:
        half_life: weeks after which half of it has gone, nine times in ten.

    Raises :class:`SpecError` for a half-life that is no range of weeks.

    >>> Stock(half_life=(26, 78)).prior
    Prior('LogNormal', 3.80..., 0.33...)
    """

    half_life: tuple[float, float] = field(default=USUAL_HALF_LIFE, kw_only=True)

    def __post_init__(self) -> None:
        given = tuple(self.half_life) if isinstance(self.half_life, Sequence) else ()
        if len(given) != 2 or not 1.0 <= given[0] < given[1] <= LONGEST_HALF_LIFE:
            raise SpecError(
                f"half_life is a range of weeks, (low, high) of nine times in ten, from 1 to {LONGEST_HALF_LIFE:g}, "
                f"not {self.half_life!r}"
            )
        object.__setattr__(self, "half_life", (float(given[0]), float(given[1])))

    @property
    def prior(self) -> Prior:
        """What is believed of the half-life, in weeks."""
        return interval_prior(*self.half_life)

    @property
    def usual_fading(self) -> float:
        """What is left of it after a week, at the middle of what is believed."""
        return float(2.0 ** (-1.0 / math.sqrt(self.half_life[0] * self.half_life[1])))


@checked
@dataclass(frozen=True)
class FedStock:
    """A stock in a funnel: its name, the nodes that it feeds, and the channels that feed it (``None``: all that can).

    A funnel makes it of the stage that was declared with ``stock=``, or of the channels declared with
    ``long_run=True``. ``tracker`` and ``tracker_n`` are the columns of a survey that follows it.
    """

    name: str
    stock: Stock
    feeds: tuple[str, ...]
    drivers: tuple[str, ...] | None = None
    tracker: str | None = None
    tracker_n: str | None = None

    def takes(self, channel: str, fuelled_by: str | None) -> bool:
        """Return whether a channel feeds it: one that is named, or any whose effect needs no audience."""
        return channel in self.drivers if self.drivers is not None else fuelled_by is None


def stock_of_channels(
    channels: Iterable[Channel], outcomes: Iterable[tuple[str, Iterable[str]]], declared: FedStock | None
) -> tuple[FedStock | None, list[str]]:
    """Return the stock of channels declared with ``long_run=True``, and what is wrong with it.

    Args:
        channels: of the funnel.
        outcomes: by name, with the channels that act on each directly.
        declared: the stock of a stage, which says the same where it takes these channels.
    """
    asked = [c for c in channels if c.long_run]
    if not asked:
        return declared, []
    if declared is not None:
        return declared, [
            f"channel {c.name} is declared with long_run=True, and {declared.name}, which has the stock, does not take "
            f"it; name it among the drivers of {declared.name}, or leave long_run out"
            for c in asked
            if not declared.takes(c.name, c.fuelled_by)
        ]
    acting = {name: set(acts) for name, acts in outcomes}
    names = tuple(c.name for c in asked)
    wrong = [
        f"channel {c.name} is declared with long_run=True and acts directly on no outcome; declare a stage with a "
        f'stock and name it among the parents of what it acts on, such as Stage("brand", drivers=["{c.name}"], '
        "stock=Stock())"
        for c in asked
        if not any(c.name in acts for acts in acting.values())
    ]
    feeds = tuple(name for name, acts in acting.items() if acts & set(names))
    return (FedStock(LONG_RUN, Stock(), feeds, names) if feeds else None), wrong


def wrong_tracker(name: str, stock: object, tracker: str | None, tracker_n: str | None) -> Iterator[str]:
    """Say what is wrong with the columns of a survey."""
    if stock is None and (tracker is not None or tracker_n is not None):
        yield f"{name} has a tracker and no stock that it could follow; add stock=Stock(), or leave the tracker out"
    if tracker is not None and not tracker_n:
        yield (
            f"{name} has a tracker `{tracker}` without tracker_n; name the column of how many were asked each time: "
            "a share of 50 people is worth less than one of 1,000"
        )
    if tracker_n is not None and not tracker:
        yield f"{name} has tracker_n `{tracker_n}` without tracker; name the column of the share itself"
    if tracker and tracker == tracker_n:
        yield f"{name} has `{tracker}` as its tracker and as how many were asked; these are two columns"


def wrong_stock_stage(name: str, stock: object, node: Node) -> Iterator[str]:
    """Say what a stage with a stock cannot have."""
    if stock is None:
        return
    for label, given in (("parents", node.parents), ("signed", node.signed)):
        if given:
            yield f"{name} has a stock, which channels alone feed; leave out {label}"
    if node.scope == "national":
        yield f"{name} has a stock, which belongs to a fit without geos; leave out scope"


def wrong_stock(fed: FedStock, direct: dict[str, dict[str, str | None]]) -> Iterator[str]:
    """Say what hangs wrongly on a stock; ``direct`` has by node the channels that act on it, with what fuels each."""
    if not fed.feeds:
        yield f"nobody reads stage {fed.name}; name it among the parents of an outcome, or leave it out"
        return
    acting = {c: fuel for node in fed.feeds for c, fuel in direct.get(node, {}).items()}
    for name in fed.drivers or ():
        if name not in acting:
            yield (
                f"{fed.name} names driver {name!r}, which acts directly on nothing that {fed.name} feeds"
                f"{did_you_mean(name, acting)}"
            )
        elif acting[name] is not None:
            yield f"{fed.name} names driver {name!r}, which is fuelled by {acting[name]}; a stock needs no audience"
    for node in fed.feeds:
        if not any(fed.takes(c, fuel) for c, fuel in direct.get(node, {}).items()):
            yield f"{fed.name} feeds {node}, on which none of its channels acts directly; name them among its drivers"
