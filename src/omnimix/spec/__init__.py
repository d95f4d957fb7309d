"""What to estimate: frozen records of channels, stages, outcomes, chains and priors. No sampling library here."""

from omnimix.spec.chain import JOBS, MOST_LINKS, Chain, Link, told_together
from omnimix.spec.channel import Channel, stated
from omnimix.spec.funnel import Baseline, Funnel
from omnimix.spec.node import CONFOUNDINGS, LIKELIHOODS, Confounding, Likelihood, Node, Outcome, Stage
from omnimix.spec.prior import FAMILIES, Prior, frozen_distribution, interval_prior, scaled

__all__ = [
    "CONFOUNDINGS",
    "FAMILIES",
    "JOBS",
    "LIKELIHOODS",
    "MOST_LINKS",
    "Baseline",
    "Chain",
    "Channel",
    "Confounding",
    "Funnel",
    "Likelihood",
    "Link",
    "Node",
    "Outcome",
    "Prior",
    "Stage",
    "frozen_distribution",
    "interval_prior",
    "scaled",
    "stated",
    "told_together",
]
