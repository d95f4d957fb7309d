"""What to estimate: frozen records of channels, stages, outcomes, chains and priors. No sampling library here."""

from omnimix.spec.budget import (
    LONGEST_HORIZON,
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
    wrong_worth,
)
from omnimix.spec.chain import JOBS, MOST_LINKS, Chain, Link, told_together
from omnimix.spec.channel import USUAL_SATURATION, Channel, stated
from omnimix.spec.experiment import METRICS, Experiment
from omnimix.spec.funnel import CHANGE_SCALE, EFFECTS_CHANGE, Baseline, Funnel
from omnimix.spec.goal import Goal
from omnimix.spec.identity import Identity
from omnimix.spec.names import Names
from omnimix.spec.node import CONFOUNDINGS, LIKELIHOODS, SCOPES, Confounding, Likelihood, Node, Outcome, Stage
from omnimix.spec.prior import FAMILIES, Prior, frozen_distribution, interval_prior, prior_mean, scaled
from omnimix.spec.stock import LONG_RUN, LONG_SHARE_PRIOR, FedStock, Stock
from omnimix.spec.value import value_findings

__all__ = [
    "CHANGE_SCALE",
    "CONFOUNDINGS",
    "EFFECTS_CHANGE",
    "FAMILIES",
    "JOBS",
    "LIKELIHOODS",
    "LONGEST_HORIZON",
    "LONG_RUN",
    "LONG_SHARE_PRIOR",
    "METRICS",
    "MOST_LINKS",
    "OBJECTIVES",
    "PHASINGS",
    "RETURNS",
    "SCOPES",
    "USUAL_SATURATION",
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
    "wrong_worth",
]
