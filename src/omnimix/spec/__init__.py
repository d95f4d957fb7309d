"""What to estimate: frozen records of channels, stages, outcomes, chains and priors. No sampling library here."""

from omnimix.spec.budget import (
    OBJECTIVES,
    PHASINGS,
    RETURNS,
    Budget,
    Cvar,
    Limit,
    Limits,
    ObjectiveName,
    Phasing,
    Target,
    TeamGoal,
    wrong_window,
)
from omnimix.spec.chain import JOBS, MOST_LINKS, Chain, Link, told_together
from omnimix.spec.channel import Channel, stated
from omnimix.spec.experiment import METRICS, Experiment
from omnimix.spec.funnel import Baseline, Funnel
from omnimix.spec.goal import Goal
from omnimix.spec.identity import Identity
from omnimix.spec.names import Names
from omnimix.spec.node import CONFOUNDINGS, LIKELIHOODS, SCOPES, Confounding, Likelihood, Node, Outcome, Stage
from omnimix.spec.prior import FAMILIES, Prior, frozen_distribution, interval_prior, prior_mean, scaled
from omnimix.spec.stock import LONG_SHARE_PRIOR, FedStock, Stock
from omnimix.spec.value import value_findings

__all__ = [
    "CONFOUNDINGS",
    "FAMILIES",
    "JOBS",
    "LIKELIHOODS",
    "LONG_SHARE_PRIOR",
    "METRICS",
    "MOST_LINKS",
    "OBJECTIVES",
    "PHASINGS",
    "RETURNS",
    "SCOPES",
    "Baseline",
    "Budget",
    "Chain",
    "Channel",
    "Confounding",
    "Cvar",
    "Experiment",
    "FedStock",
    "Funnel",
    "Goal",
    "Identity",
    "Likelihood",
    "Limit",
    "Limits",
    "Link",
    "Names",
    "Node",
    "ObjectiveName",
    "Outcome",
    "Phasing",
    "Prior",
    "Stage",
    "Stock",
    "Target",
    "TeamGoal",
    "frozen_distribution",
    "interval_prior",
    "prior_mean",
    "scaled",
    "stated",
    "told_together",
    "value_findings",
    "wrong_window",
]
