"""What should be known before a figure is used: one protocol, one file a check.

To add a check: write a function from posterior to findings in a file of its own and add it to ``CHECKS``.
"""

from __future__ import annotations

from omnimix.arguments import checked
from omnimix.checks._convergence import convergence
from omnimix.checks.advice import PlanSensitivity, plan_sensitivity
from omnimix.checks.baseline import baseline_check
from omnimix.checks.bent_response import bent_response_check
from omnimix.checks.confounding import confounding_check
from omnimix.checks.demand import demand_check
from omnimix.checks.effects_change import effects_change_check
from omnimix.checks.experiments import experiments_check
from omnimix.checks.exposure import exposure_check
from omnimix.checks.fit import fit_check
from omnimix.checks.geos import geo_check
from omnimix.checks.health import Check, Health, ordered
from omnimix.checks.level import level_check
from omnimix.checks.modes import modes_check
from omnimix.checks.prior import prior_check, prior_posterior
from omnimix.checks.slow_tail import slow_tail_check, slow_tails
from omnimix.checks.unseen_demand import Sensitivity, sensitivity
from omnimix.checks.unspent import unspent_check
from omnimix.checks.value import value_check
from omnimix.checks.wrong_sign import wrong_sign_check
from omnimix.posterior import GeoPosterior, Posterior

CHECKS: tuple[Check, ...] = (
    convergence,
    modes_check,
    prior_check,
    fit_check,
    baseline_check,
    level_check,
    wrong_sign_check,
    bent_response_check,
    demand_check,
    confounding_check,
    exposure_check,
    slow_tail_check,
    effects_change_check,
    unspent_check,
    value_check,
    experiments_check,
)
CHECKS_OF_GEOS: tuple[Check, ...] = (convergence, geo_check, value_check)

__all__ = [
    "CHECKS",
    "CHECKS_OF_GEOS",
    "Check",
    "Health",
    "PlanSensitivity",
    "Sensitivity",
    "check",
    "plan_sensitivity",
    "prior_posterior",
    "sensitivity",
    "slow_tails",
]


@checked
def check(posterior: Posterior | GeoPosterior) -> Health:
    """Run every check on a fit and return its health: named findings, each with severity, figure and remedy.

    Of a fit of several geos the chains, what the prior decided, geos beside each other, the fit of each, and the values
    of outcomes are judged.
    """
    several = isinstance(posterior, GeoPosterior)
    return Health(ordered(finding for each in (CHECKS_OF_GEOS if several else CHECKS) for finding in each(posterior)))
