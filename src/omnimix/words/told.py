"""By which middle a quantity is told: what adds up by its mean, everything else by its median.

Means of parts add up to the mean of the whole, so money that is split (contributions, paths, the gain of a plan, the
cost of silos) is told as what is expected. Returns, shares of traffic and what a campaign still lacks are never added
up, and their draws lean to one side: they are told by the middle estimate, which the truth is as likely to pass as not.

=========  ==================================================================================================
told by    quantities
=========  ==================================================================================================
median     ROAS of every kind and basis, marginal and combined ROAS, shares (of traffic, of a typical week, of a
           pool), the balance that says when money is back, the size from which another member of a pool leads
mean       contributions, paths, value, cost, profit, gain, regret, cost of silos, predictions
=========  ==================================================================================================
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from omnimix.labels import MEAN, MEDIAN

BY_MEDIAN = ("roas", "roas_*", "*_roas", "share", "*_share", "payback", "crossover")
PARTS = ("shapley_share",)  # shares of one whole, which add up


def told(quantity: str) -> str:
    """Return the column that a quantity is told by: ``median`` or ``mean``.

    >>> told("marginal_roas"), told("roas_direct"), told("traffic_share"), told("contribution"), told("gain")
    ('median', 'median', 'median', 'mean', 'mean')
    """
    by_median = any(fnmatchcase(quantity, name) for name in BY_MEDIAN) and quantity not in PARTS
    return MEDIAN if by_median else MEAN
