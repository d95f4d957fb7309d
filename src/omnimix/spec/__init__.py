"""What to estimate: frozen records of channels, outcomes, funnel and priors. No sampling library here."""

from omnimix.spec.channel import Channel, stated
from omnimix.spec.funnel import Baseline, Funnel, Node, Outcome, Stage
from omnimix.spec.prior import FAMILIES, Prior, frozen_distribution, interval_prior, scaled

__all__ = [
    "FAMILIES",
    "Baseline",
    "Channel",
    "Funnel",
    "Node",
    "Outcome",
    "Prior",
    "Stage",
    "frozen_distribution",
    "interval_prior",
    "scaled",
    "stated",
]
