"""The sampled parameters in their fixed order, each with its prior on the model's scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics.design import SCALED_GROUPS, Design
from omnimix.mechanics.learned import Learned, NodeScale
from omnimix.spec import Channel, Funnel, Node, Prior, scaled, stated

NOISE = "noise"
DEGREES_OF_FREEDOM = "degrees_of_freedom"
RAW_BASELINE = "raw_baseline"
MEDIA_SHARE_SD = 0.5  # prior sd of the share of all media together, were one channel to bring it all


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


def _node_slots(
    funnel: Funnel, learned: Learned, design: Design, node: Node, scale: NodeScale
) -> Iterator[Slot]:
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


def contribution_prior(
    funnel: Funnel, learned: Learned, node: Node, scale: NodeScale, channel: Channel
) -> Prior:
    """Return the prior of a channel's mean weekly contribution as a share of the outcome.

    A prior on ROAS is restated by the channel's mean spend and the value of a unit. Without either, the share
    is half-normal; its size comes half from an equal split over channels and half from spend.
    """
    if channel.roas_prior is not None:
        factor = learned.mean_spend[channel.name] / ((node.value or 1.0) * scale.level)
        return scaled(stated(channel.roas_prior), factor)
    if channel.contribution_prior is not None:
        return stated(channel.contribution_prior)
    return Prior("HalfNormal", MEDIA_SHARE_SD * default_share(funnel, learned, node, channel))


def default_share(funnel: Funnel, learned: Learned, node: Node, channel: Channel) -> float:
    """Return a channel's part of the default media prior: half an equal part, half its part of spend."""
    drivers = funnel.drivers(node)
    total = sum(learned.mean_spend[c.name] for c in drivers)
    return 0.5 / len(drivers) + 0.5 * learned.mean_spend[channel.name] / total
