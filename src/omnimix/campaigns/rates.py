r"""The rate of every campaign at one stage, pooled over the campaigns of the same step.

    theta_c ~ Beta(mu k, (1 - mu) k),    k = 1 / (tau^2 mu (1 - mu))

mu is the rate of the peers and tau, for small tau, the standard deviation of the log odds between campaigns. Given
mu, tau and omega (see :mod:`omnimix.campaigns.overdispersion`) the rate of a campaign is a beta distribution. All three
are integrated over a grid of their marginal likelihood rather than set at its peak: with two or three peers, the peak
says far more than the data know. A campaign without peers keeps what its own counts say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, expit, logit

from omnimix.campaigns.overdispersion import (
    Evidence,
    Floats,
    Ints,
    StageCounts,
    evidence,
    fit_overdispersion,
)

USUAL_SPREAD = 0.7  # scale of the half-Student-t prior of tau: campaigns of one step differ by a factor of two
SMALLEST, LARGEST = np.log(0.02), np.log(3.0)  # log tau
REACH = 4.0  # of the grid for the log odds of mu, in standard deviations
FEW_PEERS, POINTS, POINTS_MANY = 100, 15, 9  # with many peers mu and tau are all but known
NEGLIGIBLE = 10.0


@dataclass(frozen=True)
class RateDraws:
    """Draws of the rates of one stage.

    Attributes:
        rates: of every campaign; shape (draws, campaigns).
        peers: the pooled rate of the campaign's step, NaN for a campaign without peers; shape (draws, campaigns).
        overdispersion: the median standard deviation of the log odds from period to period; NaN where no campaign has
            two.
    """

    rates: Floats
    peers: Floats
    overdispersion: float


@dataclass(frozen=True)
class _Grid:
    """Points of (tau, log odds of mu) with their probabilities, and the distance to the next point."""

    log_tau: Floats
    log_odds: Floats
    step: Floats
    weight: Floats


def pooled_rates(counts: StageCounts, pool: Ints, *, draws: int, seed: np.random.Generator) -> RateDraws:
    """Draw the rate of every campaign from its posterior; `pool` numbers the step of each campaign.

    >>> counts = StageCounts(np.array([1000.0, 1000.0, 10.0]), np.array([50.0, 60.0, 3.0]), np.arange(3), 3)
    >>> found = pooled_rates(counts, np.zeros(3, np.intp), draws=2000, seed=np.random.default_rng(0))
    >>> bool(found.rates[:, 2].mean() < 0.25)  # 3 of 10 is drawn towards its peers
    True
    """
    wander = fit_overdispersion(counts)
    said = [evidence(counts, omega, pool) for omega in wander.nodes]
    rates, peers = np.empty((draws, counts.campaigns)), np.full((draws, counts.campaigns), np.nan)
    node = seed.permutation(np.arange(draws) % wander.nodes.size)
    sizes = np.bincount(pool)
    alone = np.flatnonzero(sizes[pool] == 1)
    rates[:, alone] = _alone(said, alone, node, seed)
    for number in np.flatnonzero(sizes > 1):
        members = np.flatnonzero(pool == number)
        rates[:, members], peers[:, members] = _together(said, members, node, seed)
    return RateDraws(rates, peers, float(np.median(wander.nodes)) if wander.known else float("nan"))


def _alone(said: list[Evidence], members: Ints, node: Ints, seed: np.random.Generator) -> Floats:
    """Draw rates of campaigns without peers, under the prior of Jeffreys."""
    successes = np.stack([e.successes[members] for e in said])[node]
    trials = np.stack([e.trials[members] for e in said])[node]
    return seed.beta(successes + 0.5, trials - successes + 0.5)


def _together(said: list[Evidence], members: Ints, node: Ints, seed: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw (mu, tau) given omega, and the rates given all three."""
    rates, peers = np.empty((node.size, members.size)), np.empty((node.size, 1))
    middle = said[len(said) // 2]
    spreads = _spreads(middle.successes[members], middle.trials[members])
    for number, each in enumerate(said):
        chosen = np.flatnonzero(node == number)
        successes, trials = each.successes[members], each.trials[members]
        grid = _points(spreads, successes, trials)
        cell = seed.choice(grid.weight.size, size=chosen.size, p=grid.weight)
        odds = grid.log_odds[cell] + grid.step[cell] * seed.uniform(-0.5, 0.5, chosen.size)
        mu = expit(odds)[:, None]
        k = 1.0 / (np.exp(2.0 * grid.log_tau[cell])[:, None] * mu * (1.0 - mu))
        rates[chosen] = seed.beta(mu * k + successes, (1.0 - mu) * k + trials - successes)
        peers[chosen] = mu
    return rates, peers


def _spreads(successes: Floats, trials: Floats) -> Floats:
    """Return the values of log tau that are worth a look, from what a coarse grid over all of them finds."""
    size = POINTS if trials.size <= FEW_PEERS else POINTS_MANY
    coarse = np.linspace(SMALLEST, LARGEST, POINTS)
    mass = _points(coarse, successes, trials).weight.reshape(POINTS, -1).sum(axis=1)
    kept = np.flatnonzero(mass > mass.max() * np.exp(-NEGLIGIBLE))
    return np.linspace(coarse[max(kept[0] - 1, 0)], coarse[min(kept[-1] + 1, POINTS - 1)], size)


def _points(log_tau: Floats, successes: Floats, trials: Floats) -> _Grid:
    """Weigh the points of a grid; for each tau the log odds of mu are laid around their normal approximation."""
    rate = (successes + 0.5) / (trials + 1.0)
    precision = 1.0 / (np.exp(2.0 * log_tau)[:, None] + 1.0 / ((trials + 1.0) * rate * (1.0 - rate)))
    spread = precision.sum(axis=1) ** -0.5
    centre = (precision * logit(rate)).sum(axis=1) * spread**2
    offsets = np.linspace(-REACH, REACH, POINTS if trials.size <= FEW_PEERS else POINTS_MANY)
    odds = centre[:, None] + spread[:, None] * offsets
    mu = expit(odds)
    tau = np.exp(log_tau)[:, None]
    k = 1.0 / (tau**2 * mu * (1.0 - mu))
    a, b = (mu * k)[..., None], ((1.0 - mu) * k)[..., None]
    likelihood = (betaln(a + successes, b + trials - successes) - betaln(a, b)).sum(axis=-1)
    # half-t with 4 degrees of freedom for tau, Beta(1/2, 1/2) for mu, both on the scale of the grid
    prior = -2.5 * np.log1p((tau / USUAL_SPREAD) ** 2 / 4.0) + np.log(tau) + 0.5 * np.log(mu * (1.0 - mu))
    step = np.broadcast_to((offsets[1] - offsets[0]) * spread[:, None], odds.shape)
    weight = np.exp(likelihood + prior - (likelihood + prior).max()) * step
    return _Grid(
        np.broadcast_to(log_tau[:, None], odds.shape).ravel(),
        odds.ravel(),
        step.ravel(),
        weight.ravel() / weight.sum(),
    )
