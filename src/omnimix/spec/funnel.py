"""A funnel: channels, stages and outcomes, declared in a few lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import pandas as pd

from omnimix import notebook
from omnimix.arguments import checked
from omnimix.data import Roles
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec.channel import Channel, PriorLike, stated
from omnimix.spec.funnel_faults import faults_of
from omnimix.spec.graph import acting_channels, in_order
from omnimix.spec.node import Confounding, Node, Outcome, Stage
from omnimix.spec.prior import Prior
from omnimix.spec.stock import FedStock, stock_of_channels

EffectsChange = Literal["half_year", "year"]
EFFECTS_CHANGE: tuple[EffectsChange, ...] = get_args(EffectsChange)
MEDIA_SHARE = Prior("Gamma", 2.0, 8.0)  # mean 25 %, nine times in ten 4 to 59 %; see docs/decisions/005
CHANGE_SCALE = Prior("HalfNormal", 0.15)  # an effect strays by a tenth from its mean; see docs/decisions/071
MEDIA_ROAS = Prior("LogNormal", 0.0, 1.0)  # nine times in ten 0.19 to 5.2; see docs/decisions/019


@checked
@dataclass(frozen=True)
class Baseline:
    """What the outcome would do without media: level, trend, season, holidays and controls.

    Args:
        harmonics: yearly sine and cosine pairs.
        knot_weeks: weeks between the knots of the slow level; 0 keeps the level on a straight line.
        level_scale: prior of the level's step from knot to knot, in standard deviations of the outcome.
        season_scale: prior of the size of the season, in standard deviations of the outcome.
        holiday_scale: prior of the size of a holiday, in standard deviations of the outcome.
        noise: prior of the weekly noise, in standard deviations of the outcome.
        control_sd: prior standard deviation of the effect of one standard deviation of a control, in standard
            deviations of the outcome.
    """

    harmonics: int = 3
    knot_weeks: int = 13
    level_scale: Prior = Prior("HalfNormal", 0.3)
    season_scale: Prior = Prior("HalfNormal", 0.7)
    holiday_scale: Prior = Prior("HalfNormal", 0.7)
    noise: Prior = Prior("HalfNormal", 1.0)
    control_sd: float = 1.5

    def __post_init__(self) -> None:
        if self.harmonics < 0 or self.knot_weeks < 0:
            raise SpecError(
                f"harmonics and knot_weeks are whole numbers from 0, not {self.harmonics} and {self.knot_weeks}"
            )
        for name in ("level_scale", "season_scale", "holiday_scale", "noise"):
            if getattr(self, name).support != "positive":
                raise SpecError(f"baseline {name} needs a positive prior such as HalfNormal or LogNormal")


@checked
@dataclass(frozen=True, init=False, repr=False)
class Funnel:
    """Channels, stages and outcomes with what surrounds them.

    Args:
        channels: channels, or their names.
        outcomes: outcomes, or their names.
        stages: stages between media and outcomes, or their names.
        controls: columns that move the baseline: price, promotions, weather.
        holidays: country code, such as ``"NL"``, for the holidays of package ``holidays``.
        baseline: settings of the baseline.
        media_roas: what is believed that a euro in all media returns over all outcomes, as ``(low, high)`` of nine
            times in ten or a :class:`Prior`: the experience of your company. Channels without a prior of their own
            divide it among themselves, so that one channel more does not raise what is believed of them all.
        media_share: the same as a share of a stage or outcome. It holds for stages, for outcomes without a value,
            and for all of them if it is stated and ``media_roas`` is not.
        stock: the slow stock as a funnel keeps it, which it makes of a stage declared with ``stock=`` or of channels
            declared with ``long_run=True``. That stage is no node: it has no equation of its own.
        effects_change: ``"half_year"`` or ``"year"`` lets what a channel brings for the same exposure differ between
            stretches of 26 or 52 weeks, around its mean over the data window; weeks after the data have the effects of
            the latest. By default effects are the same in all weeks.
        change_scale: what is believed of how far they differ, as standard deviation of the logarithm of an effect; a
            positive :class:`Prior`.

    Raises :class:`SpecError` listing everything that is wrong.

    >>> Funnel(channels=["tv", "search"], outcomes=["sales"]).channel_names
    ('tv', 'search')
    """

    channels: tuple[Channel, ...]
    outcomes: tuple[Outcome, ...]
    stages: tuple[Stage, ...]
    controls: tuple[str, ...]
    holidays: str | None
    baseline: Baseline
    media_share: Prior
    media_roas: Prior | None
    stock: FedStock | None
    effects_change: EffectsChange | None
    change_scale: Prior

    def __init__(  # noqa: PLR0913  every one is a keyword, most with a default
        self,
        *,
        channels: Iterable[Channel | str],
        outcomes: Iterable[Outcome | str],
        stages: Iterable[Stage | str] = (),
        controls: Iterable[str] = (),
        holidays: str | None = None,
        baseline: Baseline | None = None,
        media_share: PriorLike | None = None,
        media_roas: PriorLike | None = None,
        stock: FedStock | None = None,
        effects_change: EffectsChange | None = None,
        change_scale: Prior = CHANGE_SCALE,
    ) -> None:
        put = object.__setattr__
        put(self, "channels", _records(channels, Channel))
        slow, measured, ends = _apart(_records(stages, Stage), _records(outcomes, Outcome))
        put(self, "outcomes", ends)
        put(self, "stages", measured)
        acting = [(o.name, [c.name for c in self.drivers(o)]) for o in ends]
        held, unheld = stock_of_channels(self.channels, acting, slow[0] if slow else stock)
        put(self, "stock", held)
        put(self, "controls", (controls,) if isinstance(controls, str) else tuple(controls))
        put(self, "holidays", holidays)
        put(self, "baseline", baseline or Baseline())
        put(self, "media_share", MEDIA_SHARE if media_share is None else stated(media_share))
        if media_roas is None and media_share is None and not self.unvalued:
            media_roas = MEDIA_ROAS
        put(self, "media_roas", None if media_roas is None else stated(media_roas))
        put(self, "effects_change", effects_change)
        put(self, "change_scale", change_scale)
        wrong = [*faults_of(self), *unheld]
        if len(slow) + (stock is not None) > 1:
            named = ", ".join(s.name for s in (*slow, *([stock] if stock else [])))
            wrong.append(f"only one stage may have a stock, and {named} have; let one of them hold all that is slow")
        if wrong:
            raise SpecError("the funnel is not usable: " + "; ".join(wrong))

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Names of the channels, in the order given."""
        return tuple(c.name for c in self.channels)

    @property
    def bought(self) -> tuple[Channel, ...]:
        """The channels that cost money: ROAS, budgets and totals are about these."""
        return tuple(c for c in self.channels if c.paid)

    @property
    def bought_names(self) -> tuple[str, ...]:
        """Names of the channels that cost money, in the order given."""
        return tuple(c.name for c in self.bought)

    @property
    def unpaid(self) -> tuple[Channel, ...]:
        """The channels without spend, such as e-mail: they have contributions and no ROAS."""
        return tuple(c for c in self.channels if not c.paid)

    @property
    def _declared(self) -> tuple[Node, ...]:
        return (*self.stages, *self.outcomes)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Stages and outcomes in the order in which they act: whatever drives another comes before it."""
        return in_order(self.channels, self._declared)

    @property
    def responding(self) -> tuple[Channel, ...]:
        """The channels whose spend answers to a stage."""
        return tuple(c for c in self.channels if c.responds_to is not None)

    @property
    def unvalued(self) -> tuple[str, ...]:
        """The outcomes of which nobody said what a unit is worth: all or none; results then count units, not money."""
        return tuple(o.name for o in self.outcomes if o.value is None)

    @property
    def roles(self) -> Roles:
        """Which column of the panel plays which part."""
        return Roles(
            outcomes=tuple(n.name for n in self.nodes),
            spend={c.name: c.spend_column for c in self.bought},
            exposure={c.name: c.measured for c in self.channels if c.measured},
            frequency={c.name: c.frequency for c in self.channels if c.frequency},
            controls=self.controls,
            national=(
                *(c for channel in self.channels if channel.scope == "national" for c in channel.columns),
                *(n.name for n in self.nodes if n.scope == "national"),
            ),
            campaigns={c.name: tuple(c.campaigns) for c in self.channels if c.campaigns},
            tracker=_tracker(self.stock),
        )

    def with_confounding(self, confounding: Confounding | None = None, *, spend: Confounding | None = None) -> Funnel:
        """Return the same funnel with one belief about unseen demand at every node, or in all spend that answers.

        Args:
            confounding: of every node with its parents; ``None`` leaves them as they are.
            spend: of the spend of channels that answer to a stage with that stage; ``None`` leaves it as it is.

        >>> funnel = Funnel(channels=["tv"], stages=["visits"], outcomes=[Outcome("sales", parents=["visits"])])
        >>> funnel.with_confounding("none").outcomes[0].confounding
        'none'
        """
        return Funnel(
            channels=[
                c if spend is None or c.responds_to is None else replace(c, confounding=spend) for c in self.channels
            ],
            outcomes=[replace(o, confounding=confounding or o.confounding) for o in self.outcomes],
            stages=[replace(s, confounding=confounding or s.confounding) for s in self.stages],
            controls=self.controls,
            holidays=self.holidays,
            baseline=self.baseline,
            media_share=self.media_share,
            media_roas=self.media_roas,
            stock=self.stock,
            effects_change=self.effects_change,
            change_scale=self.change_scale,
        )

    def drawing(self) -> str:
        """Return the funnel as an SVG drawing: what acts on what, each channel in its colour.

        It needs nothing from the network and takes the text colour of the page that it stands on.

        >>> Funnel(channels=["tv"], outcomes=["sales"]).drawing()[:4]
        '<svg'
        """
        from omnimix.spec.drawing import draw

        return draw(self)

    def __repr__(self) -> str:
        slow = () if self.stock is None else (self.stock,)
        between = (*self.stages, *slow)
        way = [", ".join(n.name for n in part) for part in (self.channels, between, self.outcomes) if part]
        return f"Funnel({' -> '.join(way)})"

    def _repr_html_(self) -> str:
        """Show the drawing and a row a channel in a notebook."""
        counts = [(len(self.channels), "channel"), (len(self.stages), "stage"), (len(self.outcomes), "outcome")]
        told = ", ".join(f"{k} {word}{'' if k == 1 else 's'}" for k, word in counts if k)
        around = [
            f"controls {', '.join(self.controls)}" if self.controls else "no controls",
            f"holidays {self.holidays}" if self.holidays else "no holidays",
            *([f"effects may change by {self.effects_change.replace('_', ' ')}"] if self.effects_change else []),
            *(f"one of {o.name} is worth {o.value:g}" for o in self.outcomes if o.value is not None),
        ]
        return notebook.card(f"Funnel: {told}", self.drawing(), notebook.table(_told(self)), under="; ".join(around))

    def channel(self, name: str) -> Channel:
        """Return the channel of that name; raises :class:`SpecError` with the nearest name."""
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise SpecError(f"there is no channel {name!r}{did_you_mean(name, self.channel_names)}")

    def is_slow(self, node: Node, channel: Channel) -> bool:
        """Return whether a part of what a channel brings to a node directly comes through the slow stock."""
        fed = self.stock
        if fed is None or node.name not in fed.feeds or channel not in self.drivers(node):
            return False
        return fed.takes(channel.name, channel.fuelled_by)

    def slow_nodes(self, channel: Channel | None = None) -> tuple[str, ...]:
        """Return the nodes that a channel, or any, reaches through the stock, in the order in which they act."""
        asked = self.channels if channel is None else (channel,)
        return tuple(n.name for n in self.nodes if any(self.is_slow(n, c) for c in asked))

    def drivers(self, node: Node) -> tuple[Channel, ...]:
        """Return the channels that act on a node directly, in the funnel's order."""
        return acting_channels(self.channels, self._declared, node)

    def node(self, name: str) -> Node:
        """Return the stage or outcome of that name; raises :class:`SpecError` with the nearest name."""
        for node in self._declared:
            if node.name == name:
                return node
        raise SpecError(f"there is no stage or outcome {name!r}{did_you_mean(name, [n.name for n in self._declared])}")


def _records[R: (Channel, Outcome, Stage)](given: Iterable[R | str] | R | str, kind: type[R]) -> tuple[R, ...]:
    """Read names as records, and one name or record as a list of one."""
    several = (given,) if isinstance(given, (str, kind)) else given
    return tuple(kind(x) if isinstance(x, str) else x for x in several)  # type: ignore[union-attr]


def _apart(
    stages: tuple[Stage, ...], outcomes: tuple[Outcome, ...]
) -> tuple[list[FedStock], tuple[Stage, ...], tuple[Outcome, ...]]:
    """Take stages with a stock out of the nodes: they have no series of their own."""
    slow = {s.name: s for s in stages if s.stock is not None}
    measured = [s for s in stages if s.name not in slow]
    feeds = {name: tuple(n.name for n in (*measured, *outcomes) if name in n.parents) for name in slow}

    def without[AnyNode: Node](node: AnyNode) -> AnyNode:
        left = tuple(p for p in node.parents if p not in slow)
        return node if left == node.parents else replace(node, parents=left)

    fed = [
        FedStock(
            s.name, s.stock, feeds[s.name], None if s.drivers is None else tuple(s.drivers), s.tracker, s.tracker_n
        )
        for s in slow.values()
        if s.stock is not None
    ]
    return fed, tuple(without(s) for s in measured), tuple(without(o) for o in outcomes)


def _tracker(stock: FedStock | None) -> tuple[str, str] | None:
    """Return the columns of the survey that follows a stock: the share, and how many were asked."""
    if stock is None or stock.tracker is None or stock.tracker_n is None:
        return None
    return stock.tracker, stock.tracker_n


def _told(funnel: Funnel) -> pd.DataFrame:
    """Return a row a channel: its columns, curves and belief, in words."""
    rows = [
        {
            "channel": c.name,
            "team": c.team or "",
            "pool": c.pool or "",
            "spend column": ("" if c.spend_column == c.name else c.spend_column) if c.paid else "none: not paid",
            "exposure column": c.exposure or "",
            "reach and frequency columns": f"{c.reach}, {c.frequency}" if c.reach else "",
            "campaigns": ", ".join(c.campaigns),
            "carryover": c.adstock if c.adstock == "none" else f"{c.adstock}, up to {c.max_lag} weeks",
            "saturation": c.saturation,
            "belief": _belief(c),
        }
        for c in funnel.channels
    ]
    table = pd.DataFrame(rows)
    return table.loc[:, (table != "").any()]


def _belief(channel: Channel) -> str:
    for what, prior in (("ROAS", channel.roas_prior), ("contribution", channel.contribution_prior)):
        if prior is not None:
            return f"{what} {stated(prior)!r}"
    return ""  # it divides with others what is believed of all media
