"""Weeks without spend of a channel that answers to demand: was so little asked for, or was it switched off?

Where demand decides, spend is cut off at zero: a bell curve of which the lower end is missing. Then small weeks are
about as many as the curve has just above zero. With z the share of weeks without spend and Phi the normal distribution
function, the cut lies at a = Phi^-1(z) standard deviations, a running week has mean m = phi(a) / (1 - z) - a above it,
and weeks below half of that have the share Phi(a + m / 2) - z. A channel that somebody switches off has far fewer: its
weeks run at their usual size, and then at nothing.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

LONGEST = 4  # weeks without spend one after the other; more is a month in which the channel was switched off
ENOUGH = 0.5  # of the small weeks that a bell curve cut off at zero would have

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Weeks = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def unspent(spend: Array) -> Weeks:
    """Return the weeks without spend in which so little was asked for: the others were switched off by hand.

    Args:
        spend: money a week, shape (weeks,).

    >>> int(unspent(np.array([9.0, 0.0, 2.0, 5.0, 3.0, 0.0, 7.0, 1.0, 6.0, 4.0])).sum())
    2
    >>> int(unspent(np.array([9.0, 0.0, 8.0, 9.0, 10.0, 0.0, 9.0, 8.0, 9.0, 10.0])).sum())
    0
    """
    nothing = spend <= 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], nothing.astype(int), [0]])))
    scattered = np.zeros(len(spend), dtype=bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        scattered[start:stop] = stop - start <= LONGEST
    running = spend[~nothing]
    if not scattered.any() or not running.size:
        return np.zeros(len(spend), dtype=bool)
    weeks = running.size + scattered.sum()
    small = (running < running.mean() / 2).sum()
    return np.asarray(scattered & (small >= ENOUGH * weeks * _small_share(scattered.sum() / weeks)))


def _small_share(nothing: float) -> float:
    """Return the share of weeks above zero and below half a mean running week, of a bell curve cut off at zero."""
    curve = NormalDist()
    cut = curve.inv_cdf(nothing)
    mean = curve.pdf(cut) / (1 - nothing) - cut
    return curve.cdf(cut + mean / 2) - nothing
