r"""What is believed of totals before the data, and how a total is divided among the paths that make it up.

A marketer knows what media bring in all, hardly what each path brings. So the prior is stated on totals, and paths
share it: a second path to an outcome does not raise what is believed of the channel.

*Of a node n*: the share S of it that its channels without a prior of their own bring, directly and through parents::

    S = sum_c d_nc + sum_p delta_np T_p        S ~ media_share x their part of the spend
    (direct, through p_1, ...) / S ~ Dirichlet        direct parts / direct ~ Dirichlet

*Of all outcomes n*, worth w_n each, where it is believed what a euro in all media returns, in place of their S alone::

    V = sum_n w_n S_n        V x money / spend ~ media_roas        (w_1 S_1, w_2 S_2, ...) / V ~ Dirichlet

with d the mean direct contribution and T_p the total of the same channels at parent p.

*Of a channel c with a prior of its own*: its share of the value of all outcomes over all paths::

    V = sum_n G_n d_nc        V ~ the stated prior        parts / V ~ Dirichlet
    G_n = worth of node n itself + sum over its children k of delta_kn G_k

All of them are densities of the sampled d and delta given the T and G that other parameters make.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from omnimix.mechanics.scaling import Scaling
from omnimix.spec import Channel, Funnel, Node, Prior, prior_mean, scaled, stated

SPLIT_CONCENTRATION = 2.0  # of the Dirichlet split over channels, a channel; see docs/decisions/019
OUTCOME_CONCENTRATION = 3.0  # of the split over outcomes, an outcome
SPEND_POWER = 0.85  # of a channel's weight in a total: what is small returns a little more for a euro
PATH_CONCENTRATION = 1.5  # of the Dirichlet split over paths: a broad one
FOLLOWS = 0.7  # how much what channels bring directly is divided as what they bring to the parents is
LEAST_PART = 0.1  # of a channel's even part that is left to its direct path, whatever comes through parents
TYPICAL_EFFECT = 0.5  # of a typical week of a parent, in typical weeks: only sets the scale of a sampled number
ALONE = Prior("HalfNormal", 1.0)  # of the effect of a parent that no media reach
SIGNED = Prior("Normal", 0.0, 1.0)  # of the effect of a parent that may be negative
UNPAID_SHAPE = 1.0  # of the gamma of what an unpaid channel brings: as likely next to nothing as twice its mean
SIGNED_CHANNEL = Prior("Normal", 0.0, 0.1)  # of what a signed channel brings to a node, in its typical weeks


@dataclass(frozen=True)
class Part:
    """One sampled number in a total: a channel's direct contribution to a node, or a parent's effect on it.

    It counts ``factor`` times: once (``one``), times the total of node ``of`` or times the worth of that node. Its
    own density is a gamma with ``concentration`` and ``rate``, which the joint prior corrects.
    """

    node: str
    channel: str | None
    parent: str | None
    factor: Literal["one", "total", "worth"]
    of: str
    concentration: float
    rate: float


@dataclass(frozen=True)
class TotalPrior:
    """The joint prior of a total: ``direct`` parts are split among themselves first, then share with ``others``.

    ``follows`` names the parents whose split the direct one follows, those that share channels with it; see
    :func:`following`.
    """

    name: str
    total: Prior | None  # of an outcome: None where it shares a total with the others
    direct: tuple[Part, ...]
    direct_concentration: float
    others: tuple[Part, ...]
    follows: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts."""
        return (*self.direct, *self.others)


@dataclass(frozen=True)
class OutcomePart:
    """The total of an outcome in what all outcomes bring together; ``worth`` is that of its typical week."""

    node: str
    worth: float
    concentration: float


@dataclass(frozen=True)
class ValuePrior:
    """The joint prior of what media bring over all outcomes, as a share of the value of their typical weeks.

    ``spend`` is what a typical week of the media that share it costs, as the same share: the total over it is a ROAS.
    """

    total: Prior
    spend: float
    parts: tuple[OutcomePart, ...]


def value_prior(funnel: Funnel, scaling: Scaling) -> ValuePrior | None:
    """Return the joint prior of the totals of outcomes; ``None`` where each has its own."""
    if funnel.media_roas is None:
        return None
    worth, names = node_values(funnel, scaling), {o.name for o in funnel.outcomes}
    sharing = {n.name: _sharing(funnel, n) for n in funnel.nodes if n.name in names}
    reached = {c for found in sharing.values() for c in found}
    if not reached:
        return None
    money = sum((o.value or 1.0) * scaling.scale(o.name).level for o in funnel.outcomes)
    spend = sum(scaling.mean_spend[c] for c in funnel.channel_names if c in reached) / money
    size = {name: worth[name] * sum(scaling.mean_spend[c] for c in found) for name, found in sharing.items() if found}
    whole = sum(size.values())
    parts = (OutcomePart(name, worth[name], OUTCOME_CONCENTRATION * len(size) * s / whole) for name, s in size.items())
    return ValuePrior(scaled(funnel.media_roas, spend), spend, tuple(parts))


def total_priors(funnel: Funnel, scaling: Scaling) -> tuple[TotalPrior, ...]:
    """Return the joint priors: of every node, then of every channel that has a prior of its own."""
    of_nodes = (_of_node(funnel, scaling, n) for n in funnel.nodes)
    of_channels = (_of_channel(funnel, scaling, c) for c in funnel.channels if _stated(funnel, c) is not None)
    return tuple(b for b in (*of_nodes, *of_channels) if b.parts)


def node_values(funnel: Funnel, scaling: Scaling) -> dict[str, float]:
    """Return what a typical week of every node is worth itself, as a share of that of all outcomes together."""
    money = {o.name: (o.value or 1.0) * scaling.scale(o.name).level for o in funnel.outcomes}
    whole = sum(money.values())
    return {n.name: money.get(n.name, 0.0) / whole for n in funnel.nodes}


def in_totals(funnel: Funnel, node: Node) -> tuple[str, ...]:
    """Return the channels whose direct contribution to a node shares the node's total."""
    drivers = [c for c in funnel.drivers(node) if not c.signed]
    return tuple(c.name for c in drivers if _stated(funnel, c) is None or not _earns(funnel, node.name))


def positive_parents(node: Node) -> tuple[str, ...]:
    """Return the parents whose effect cannot be negative: what is believed of totals runs along these."""
    return tuple(p for p in node.parents if p not in node.signed)


def reached_by(funnel: Funnel, node: Node) -> set[str]:
    """Return the channels that reach a node directly or through its parents."""
    return {c.name for c in funnel.drivers(node)}.union(
        *(reached_by(funnel, funnel.node(p)) for p in positive_parents(node))
    )


def _stated(funnel: Funnel, channel: Channel) -> Prior | None:
    """Return what is believed of a channel by itself; ``None`` where it shares a total with others.

    A channel that is not paid has no part in what a euro returns: without a prior of its own it brings as much as an
    average channel of what media are believed to bring, and may bring next to nothing.
    """
    given = channel.roas_prior if channel.roas_prior is not None else channel.contribution_prior
    if given is None and not channel.paid and not channel.signed:
        mean = prior_mean(funnel.media_share) / len(funnel.channels)
        return Prior("Gamma", UNPAID_SHAPE, UNPAID_SHAPE / mean)
    return None if given is None else stated(given)


def _earns(funnel: Funnel, name: str) -> bool:
    """Return whether a node is an outcome or feeds one."""
    outcomes = {o.name for o in funnel.outcomes}
    return name in outcomes or any(_earns(funnel, n.name) for n in funnel.nodes if name in positive_parents(n))


def _sharing(funnel: Funnel, node: Node) -> tuple[str, ...]:
    """Return the channels that share the total of a node, whatever the path, in the funnel's order.

    Sums over them must not depend on the order of a set, which differs from one run of Python to the next.
    """
    found = set(in_totals(funnel, node)).union(*(_sharing(funnel, funnel.node(p)) for p in positive_parents(node)))
    return tuple(c for c in funnel.channel_names if c in found)


def _of_node(funnel: Funnel, scaling: Scaling, node: Node) -> TotalPrior:
    """Divide a node's total so that every channel keeps its own weight in it, by whatever paths it comes."""
    sharing, together = _sharing(funnel, node), value_prior(funnel, scaling)
    joint = together is not None and node.name in {p.node for p in together.parts}
    believed = _believed(funnel, scaling, node, sharing)
    direct = in_totals(funnel, node)
    through = tuple(p for p in positive_parents(node) if _sharing(funnel, funnel.node(p)))
    split = _Split.of(funnel, scaling, node, direct, through)
    whole = SPLIT_CONCENTRATION * len(direct)
    concentration = PATH_CONCENTRATION * (len(through) + bool(direct))
    rate = whole / (prior_mean(believed) * split.direct) if direct else 1.0
    return TotalPrior(
        name=node.name,
        total=None if joint else believed,
        direct=tuple(Part(node.name, c, None, "one", node.name, whole * split.channels[c], rate) for c in direct),
        direct_concentration=concentration * split.direct if through else whole,
        others=tuple(
            Part(node.name, None, p, "total", p, concentration * split.parents[p], PATH_CONCENTRATION / TYPICAL_EFFECT)
            for p in through
        ),
        follows=tuple(p for p in through if set(direct) & set(_sharing(funnel, funnel.node(p)))),
    )


def following(funnel: Funnel, group: TotalPrior) -> tuple[str, ...]:
    """Return the channels of a direct split that also reach a parent it follows.

    Their concentrations are (1 - FOLLOWS) times their own, and FOLLOWS times the sum of their own divided as they
    divide what they bring to the parents: a channel that brings many visits is expected to bring more of everything.
    Were both splits independent, one effect of visits that happens to fit all channels would always seem likelier
    than as many direct effects, and what is direct would be called mediated.
    """
    reach = {c for p in group.follows for c in _sharing(funnel, funnel.node(p))}
    return tuple(str(p.channel) for p in group.direct if p.channel in reach)


def _weights(funnel: Funnel, scaling: Scaling, node: Node) -> dict[str, float]:
    """Weigh the channels that reach a node by what is spent on them; they add up to one.

    What is not paid has a prior of its own and takes no part; at a stage that earns nothing it counts as the average.
    """
    reached = reached_by(funnel, node)
    spend = {c.name: scaling.mean_spend[c.name] for c in funnel.channels if c.name in reached}
    unpaid = [c.name for c in funnel.unpaid if c.name in reached]
    if unpaid and not _earns(funnel, node.name):
        spend |= dict.fromkeys(unpaid, sum(spend.values()) / max(len(spend) - len(unpaid), 1) or 1.0)
    if not any(spend.values()):
        spend = dict.fromkeys(spend, 1.0)
    weights = {c: share**SPEND_POWER for c, share in _within(spend, tuple(spend)).items()}
    return _within(weights, tuple(weights))


def _believed(funnel: Funnel, scaling: Scaling, node: Node, sharing: tuple[str, ...]) -> Prior:
    """Return what is believed of a node by itself; of an outcome in a joint total it only sets scales."""
    together = value_prior(funnel, scaling)
    if together is not None and node.name in {p.node for p in together.parts}:
        return scaled(together.total, 1.0 / sum(p.worth for p in together.parts))
    weights = _weights(funnel, scaling, node)
    return scaled(funnel.media_share, sum(weights[c] for c in sharing)) if sharing else funnel.media_share


@dataclass(frozen=True)
class _Split:
    """What is expected of the paths to a node: shares of what is direct, of every parent, of channels in the direct."""

    direct: float
    parents: dict[str, float]
    channels: dict[str, float]

    @classmethod
    def of(
        cls, funnel: Funnel, scaling: Scaling, node: Node, direct: tuple[str, ...], through: tuple[str, ...]
    ) -> _Split:
        """Give every channel its weight in equal parts to its own paths; what is direct makes up for differences.

        Otherwise a channel would be believed to bring more for having a path that others have not.
        """
        sharing, at = _sharing(funnel, node), {p: _sharing(funnel, funnel.node(p)) for p in through}
        share = _within(_weights(funnel, scaling, node), sharing)
        parts = {c: share[c] / (sum(c in found for found in at.values()) + (c in direct)) for c in sharing}
        parents = {p: sum(parts[c] for c in found) for p, found in at.items()}
        there = {p: _within(_weights(funnel, scaling, funnel.node(p)), found) for p, found in at.items()}
        left = {c: share[c] - sum(parents[p] * there[p].get(c, 0.0) for p in through) for c in direct}
        kept = {c: max(left[c], LEAST_PART * parts[c]) for c in direct}
        return cls(
            direct=sum(parts[c] for c in direct),
            parents=parents,
            channels=_within(kept, direct),
        )


def _within(weights: dict[str, float], names: tuple[str, ...]) -> dict[str, float]:
    """Return the weights of some names, to add up to one."""
    whole = sum(weights[n] for n in names)
    return {n: weights[n] / whole for n in names}


def _of_channel(funnel: Funnel, scaling: Scaling, channel: Channel) -> TotalPrior:
    """Divide a stated total over the nodes the channel acts on, half equally and half by what a node is worth."""
    prior = _stated(funnel, channel)
    assert prior is not None
    own = node_values(funnel, scaling)
    if channel.roas_prior is not None:
        money = sum((o.value or 1.0) * scaling.scale(o.name).level for o in funnel.outcomes)
        prior = scaled(prior, scaling.mean_spend[channel.name] / money)
    nodes = [n for n in funnel.nodes if channel in funnel.drivers(n) and _earns(funnel, n.name)]
    worth = {n.name: _typical_worth(funnel, own, n.name) for n in nodes}
    mean = prior_mean(prior)
    parts = []
    for name, size in worth.items():
        share = 0.5 / len(nodes) + 0.5 * size / sum(worth.values())
        concentration = len(nodes) * share
        parts.append(
            Part(name, channel.name, None, "worth", name, concentration, concentration * size / (mean * share))
        )
    return TotalPrior(channel.name, prior, (), 0.0, tuple(parts))


def _typical_worth(funnel: Funnel, own: dict[str, float], name: str) -> float:
    later = (n.name for n in funnel.nodes if name in positive_parents(n))
    return own[name] + TYPICAL_EFFECT * sum(_typical_worth(funnel, own, k) for k in later)


def part_of(
    groups: tuple[TotalPrior, ...], node: str, *, channel: str | None = None, parent: str | None = None
) -> Part | None:
    """Return the part that a sampled number plays in a total; ``None`` where it plays none."""
    found: Iterator[Part] = (
        p for g in groups for p in g.parts if (p.node, p.channel, p.parent) == (node, channel, parent)
    )
    return next(found, None)
