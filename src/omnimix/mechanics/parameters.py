"""The sampled parameters in their fixed order, each with its prior on the model's scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics.design import SCALED_GROUPS, Design
from omnimix.mechanics.learned import Array, Learned, NodeScale
from omnimix.spec import Channel, Funnel, Node, Prior, frozen_distribution, scaled, stated

NOISE = "noise"
DEGREES_OF_FREEDOM = "degrees_of_freedom"
RAW_BASELINE = "raw_baseline"


@dataclass(frozen=True)
class Slot:
    """One sampled number: its name, where it belongs and its prior on the model's scale."""

    name: str
    node: str
    prior: Prior
    channel: str | None = None
    term: str | None = None

    @property
    def label(self) -> str:
        """A unique name, such as ``sales/tv/retention``."""
        return "/".join(x for x in (self.node, self.channel or self.term, self.name) if x)


def slots(funnel: Funnel, learned: Learned, design: Design) -> tuple[Slot, ...]:
    """Return every sampled parameter, node by node: its channels first, then noise and baseline scales."""
    return tuple(
        slot
        for node, scale in zip(funnel.nodes, learned.nodes, strict=True)
        for slot in _node_slots(funnel, learned, design, node, scale)
    )


def _node_slots(funnel: Funnel, learned: Learned, design: Design, node: Node, scale: NodeScale) -> Iterator[Slot]:
    for channel in funnel.drivers(node):
        prior = contribution_prior(funnel, learned, node, scale, channel)
        yield Slot(CONTRIBUTION_SHARE, node.name, prior, channel.name)
        for curve in channel.curves:
            for parameter in curve.parameters:
                default = Prior(parameter.family, *parameter.arguments)
                yield Slot(parameter.name, node.name, channel.priors.get(parameter.name, default), channel.name)
    baseline = funnel.baseline
    yield Slot(NOISE, node.name, scaled(baseline.noise, scale.spread))
    for group in SCALED_GROUPS:
        if group in design.groups:
            yield Slot(f"{group}_scale", node.name, scaled(getattr(baseline, f"{group}_scale"), scale.spread))
    if node.likelihood == "student_t":
        yield Slot(DEGREES_OF_FREEDOM, node.name, Prior("Gamma", 2.0, 0.1))
        for term in design.terms:
            yield Slot(RAW_BASELINE, node.name, Prior("Normal", 0.0, 1.0), term=term)


def contribution_prior(funnel: Funnel, learned: Learned, node: Node, scale: NodeScale, channel: Channel) -> Prior:
    """Return the prior of a channel's mean weekly contribution as a share of the outcome.

    A prior on ROAS is restated by the channel's mean spend and the value of a unit. A channel without a prior of
    its own has a part in :func:`total_prior`; what is returned for it is the gamma factor of that joint prior.
    """
    if channel.roas_prior is not None:
        factor = learned.mean_spend[channel.name] / ((node.value or 1.0) * scale.level)
        return scaled(stated(channel.roas_prior), factor)
    if channel.contribution_prior is not None:
        return stated(channel.contribution_prior)
    total = total_prior(funnel, learned, node)
    return Prior("Gamma", total.concentrations[total.channels.index(channel.name)], total.rate)


@dataclass(frozen=True)
class TotalPrior:
    r"""The joint prior of the channels of a node that have none of their own: a total, and its split.

    The total S has the prior ``total``, the split is Dirichlet with the given concentrations alpha. In terms of the
    channels c that is a product of gamma densities times a factor of their sum,

        p(c) = prod_k Gamma(c_k | alpha_k, rate) * p_total(S) / Gamma(S | sum alpha, rate),

    whatever the rate; it is set to give both totals one mean.
    """

    channels: tuple[str, ...]
    total: Prior
    concentrations: tuple[float, ...]
    rate: float


def total_prior(funnel: Funnel, learned: Learned, node: Node) -> TotalPrior:
    """Return the prior that the channels of a node without a prior of their own share.

    A channel's concentration comes half from an equal split over these channels and half from spend, one on
    average. Channels that have a prior of their own take their part out of the total.
    """
    drivers = funnel.drivers(node)
    spend = {c.name: learned.mean_spend[c.name] for c in drivers}
    parts = {k: 0.5 / len(spend) + 0.5 * x / sum(spend.values()) for k, x in spend.items()}
    names = tuple(c.name for c in drivers if c.roas_prior is None and c.contribution_prior is None)
    weight = sum(parts[n] for n in names)
    total = scaled(funnel.media_share, weight) if names else funnel.media_share
    concentrations = tuple(len(names) * parts[n] / weight for n in names)
    return TotalPrior(names, total, concentrations, len(names) / float(frozen_distribution(total).mean()))


def prior_shares(
    funnel: Funnel, learned: Learned, node: Node, scale: NodeScale, *, size: int, seed: int = 0
) -> dict[str, Array]:
    """Draw the contribution shares of a node's channels from their prior, ``size`` draws a channel."""
    generator = np.random.default_rng(seed)
    joint = total_prior(funnel, learned, node)
    out = {}
    if joint.channels:
        total = frozen_distribution(joint.total).rvs(size, random_state=generator)
        split = generator.dirichlet(joint.concentrations, size)
        out = {name: total * split[:, k] for k, name in enumerate(joint.channels)}
    for channel in funnel.drivers(node):
        if channel.name not in out:
            prior = frozen_distribution(contribution_prior(funnel, learned, node, scale, channel))
            out[channel.name] = prior.rvs(size, random_state=generator)
    return {c.name: out[c.name] for c in funnel.drivers(node)}
