"""What somebody would expect of a plan who believes less in differences between channels than the model does.

Under a right prior the expected gain of a plan is right on average, even though the plan was chosen by the same data:
E[gain | data] needs no correction for the choice. So where plans bring less than was stated, world after world, the
prior is wider than the world: it lets channels differ more than channels do. What one would expect who believes in
smaller differences is therefore a question of the prior, and it is answered by one.

The sceptic's prior is the model's times a factor: what next money in channel c brings under today's plan, m_c, lies
around the mean m of all channels (weighed by today's money) with a relative spread of one half::

    factor = exp(-1/2 sum_c ((m_c / m - 1) / SPREAD)^2)

Whoever divides money with some skill makes m_c equal, for otherwise moving it would help. The factor is a function of
the parameters and knows nothing of the plan, so the sceptic's posterior is the model's with its draws weighed by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnimix.budget.current_plan import pattern
from omnimix.budget.lever import set_rows
from omnimix.budget.problem import Problem
from omnimix.mechanics import Array
from omnimix.posterior.importance import smoothed_weights

SPREAD = 0.5  # of what next money brings in single channels around what it brings on average
NOTHING = 1e-12


@dataclass(frozen=True)
class ScepticalGain:
    """The gain over several references as a sceptic expects it, each of shape (references,); nan where not known.

    Attributes:
        mean: expected gain.
        lower: lower end of the interval.
        upper: upper end of the interval.
        shape: k-hat of the weights; above about 0.7 the draws cannot tell.
    """

    mean: Array
    lower: Array
    upper: Array
    shape: float


def next_returns(problem: Problem) -> tuple[Array, Array]:
    """Return what next money in each channel brings under today's plan, and today's money of these channels.

    Shapes (draws, channels) and (channels,), of the channels that today's plan sets and runs. What answering channels
    then spend is taken off; money comes in today's weekly pattern.
    """
    future, today = problem.future, problem.today
    rows = [row for row in set_rows(future) if today[row].sum() > 0]
    wanted = future.weights(problem.unit_values, cost=problem.value_unit.price)
    slopes = future.plan_value(today, wanted).slopes[:, 0]
    return np.stack([slopes[:, row] @ pattern(today[row]) for row in rows], axis=1), today[rows].sum(axis=1)


def sceptical_gain(
    gains: Array, returns: Array, money: Array, interval: float, *, spread: float = SPREAD
) -> ScepticalGain:
    """Return gains, shape (draws, references), as a sceptic expects them.

    ``returns`` and ``money`` are those of :func:`next_returns`; ``spread`` is how far the sceptic lets channels lie
    apart: an infinite one leaves what the model expects.

    >>> gains = np.arange(10.0)[:, None]
    >>> sceptical_gain(gains, np.ones((10, 2)), np.ones(2), 0.8).mean
    array([4.5])
    """
    usual = returns @ (money / money.sum())
    apart = (returns - usual[:, None]) / np.maximum(np.abs(usual), NOTHING)[:, None]
    weights = smoothed_weights(-0.5 * (apart**2).sum(axis=1) / spread**2)
    if not weights.usable:
        unknown = np.full(gains.shape[1], np.nan)
        return ScepticalGain(unknown, unknown, unknown, weights.shape)
    ends = 0.5 - 0.5 * interval, 0.5 + 0.5 * interval
    low, high = (np.array([weights.quantile(g, end) for g in gains.T]) for end in ends)
    return ScepticalGain(np.array([weights.mean(g) for g in gains.T]), low, high, weights.shape)
