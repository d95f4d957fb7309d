"""Can the data tell how far unseen demand moves a stage and what comes after it together?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import stats

from omnimix.checks.unseen_demand import shock_correlations
from omnimix.findings import Finding
from omnimix.mechanics.parameters import SHOCK_SPREAD
from omnimix.posterior import Posterior

OPEN = 0.8  # posterior over prior spread of the correlation from which on the data are said to be silent
REMEDY = (
    "See `om.sensitivity(posterior)` for how far the verdicts hang on it; a control that measures demand settles it."
)


def confounding_check(posterior: Posterior) -> Iterator[Finding]:
    """Name the pairs of parent and child whose shock correlation is as open after the data as it was before."""
    for (parent, child), drawn in shock_correlations(posterior).items():
        believed = prior_spread(SHOCK_SPREAD[posterior.funnel.node(child).confounding])
        ratio = float(drawn.std()) / believed
        if ratio < OPEN:
            continue
        low, high = np.quantile(drawn, [0.05, 0.95])
        message = (
            f"The data cannot tell how far unseen demand moves {parent} and {child} together: the correlation of their "
            f"shocks lies between {low:.2f} and {high:.2f} (90 % interval), its spread is {ratio:.0%} of the prior's."
        )
        yield Finding("confounding_open", "notes", message, REMEDY, ratio, f"{parent}, {child}")


def prior_spread(setting: float) -> float:
    """Return the standard deviation of rho = r / sqrt(1 + r^2) where r is normal with the setting's own.

    >>> round(prior_spread(0.5), 3)
    0.397
    """
    r = setting * stats.norm.ppf((np.arange(2_000) + 0.5) / 2_000)
    return float(np.sqrt(np.mean(r**2 / (1 + r**2))))
