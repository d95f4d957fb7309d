r"""Overdispersion: how far the rate of a campaign wanders from period to period, and what a period then weighs.

In period t a campaign with rate theta shows successes y of n trials,

    y_t ~ BetaBinomial(n_t, theta kappa, (1 - theta) kappa),      kappa = 1 / (omega^2 theta (1 - theta)),

so that omega is, for small omega, the standard deviation of the log odds from period to period: 0.3 says that a
rate of 2 % is 1.5 % in one week and 2.7 % in another. With the weights m_t = n_t (kappa + 1) / (kappa + n_t), the
number of independent trials that would tell as much (Kleinman 1973, doi:10.1080/01621459.1973.10481332), what all
periods say of theta is close to theta^S (1 - theta)^(M - S), with M = sum m_t and S = sum m_t y_t / n_t. A week of
100,000 impressions is then worth a few thousand trials and not 100,000. That is how omega is learned; the rate itself
stays successes over trials (see :func:`evidence`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

USUAL_OVERDISPERSION = 0.5  # scale of the half-Student-t prior of omega: rates that wander by a half are no surprise
SMALLEST, LARGEST = 0.003, 3.0
COARSE, FINE = 25, 41
NODES_UNSURE, NODES_SURE = 21, 5  # a few periods leave a long tail, hundreds do not
SURE = 0.2  # width of the 90 % interval of log omega
NEGLIGIBLE = 12.0  # in log density: e^-12 of the peak


@dataclass(frozen=True)
class StageCounts:
    """Trials and successes of one stage, one entry a row; `campaign` numbers the campaigns from 0.

    `trials` are positive, and `successes` are from 0 to `trials`. Counts need not be whole: platforms report shares
    of orders.
    """

    trials: Floats
    successes: Floats
    campaign: Ints
    campaigns: int

    def by_campaign(self, values: Floats) -> Floats:
        """Add up one value a row; shape (campaigns,)."""
        return np.bincount(self.campaign, weights=values, minlength=self.campaigns)

    @property
    def periods(self) -> Floats:
        """The number of rows of each campaign; shape (campaigns,)."""
        return self.by_campaign(np.ones(self.trials.size))


@dataclass(frozen=True)
class Overdispersion:
    """Equally likely values of omega; a single 0 where no campaign has two periods."""

    nodes: Floats
    known: bool


@dataclass(frozen=True)
class Evidence:
    """What the rows say of each campaign's rate: as many trials and successes, in effect; shape (campaigns,)."""

    trials: Floats
    successes: Floats


def fit_overdispersion(counts: StageCounts) -> Overdispersion:
    """Learn omega from the spread between periods within campaigns, shared by all campaigns of a stage.

    The rate of every campaign is integrated out, so that two periods count as one difference and not as two.

    >>> rows = StageCounts(np.full(8, 1e5), 1e3 * np.array([1, 2, 1, 2, 1, 2, 1, 2.0]), np.zeros(8, np.intp), 1)
    >>> bool(0.25 < np.median(fit_overdispersion(rows).nodes) < 0.6)
    True
    """
    repeated = counts.periods[counts.campaign] > 1
    if not repeated.any():
        return Overdispersion(np.zeros(1), known=False)
    rows = StageCounts(counts.trials[repeated], counts.successes[repeated], counts.campaign[repeated], counts.campaigns)
    plain = plain_rates(counts)
    grid = np.linspace(np.log(SMALLEST), np.log(LARGEST), COARSE)
    grid = _worth_looking_at(grid, np.array([_log_density(rows, plain, x) for x in grid]), FINE)
    density = np.array([_log_density(rows, plain, x) for x in grid])
    mass = np.cumsum(np.exp(density - density.max()))
    low, high = np.interp([0.05, 0.95], mass / mass[-1], grid)
    size = NODES_SURE if high - low < SURE else NODES_UNSURE
    middles = (np.arange(size) + 0.5) / size
    return Overdispersion(np.exp(np.interp(middles, mass / mass[-1], grid)), known=True)


def evidence(counts: StageCounts, omega: float, pool: Ints) -> Evidence:
    """Return how many independent trials the rows of every campaign are worth when rates wander by omega.

    The rate stays successes over trials, the figure that a reader can work out and that money followed; its variance
    under the model, sum n_t^2 / m_t / (sum n_t)^2 times that of one trial, says what it is worth. The weights m_t take
    kappa at the rate of the whole pool (`pool` numbers that of each campaign): at a campaign's own rate, one that is
    low by chance would seem steadier than it is, and its interval would miss the true rate above.
    """
    trials, successes = counts.by_campaign(counts.trials), counts.by_campaign(counts.successes)
    passed, entered = np.bincount(pool, weights=successes), np.bincount(pool, weights=trials)
    precision = _precision(((passed + 0.5) / (entered + 1.0))[pool], omega)[counts.campaign]
    worth = trials**2 / counts.by_campaign(counts.trials**2 / _worth(counts.trials, precision))
    return Evidence(worth, worth * successes / trials)


def plain_rates(counts: StageCounts) -> Floats:
    """Return successes over trials of each campaign, drawn to the rate of all by one success; shape (campaigns,)."""
    trials, successes = counts.by_campaign(counts.trials), counts.by_campaign(counts.successes)
    overall = (successes.sum() + 0.5) / (trials.sum() + 1.0)
    rates: Floats = (successes + 1.0) / (trials + 1.0 / overall)
    return rates


def _worth_looking_at(grid: Floats, density: Floats, size: int) -> Floats:
    """Return a finer grid over the part of a grid whose density is not negligible."""
    kept = np.flatnonzero(density > density.max() - NEGLIGIBLE)
    low, high = max(kept[0] - 1, 0), min(kept[-1] + 1, grid.size - 1)
    return np.linspace(grid[low], grid[high], size)


def _precision(rates: Floats, omega: float) -> Floats:
    return 1.0 / np.maximum(omega**2 * rates * (1.0 - rates), 1e-12)


def _worth(trials: Floats, precision: Floats) -> Floats:
    # a part of a trial, as fractional counts have it, is worth that part
    return np.where(trials > 1.0, trials * (precision + 1.0) / (precision + trials), trials)


def _log_density(rows: StageCounts, plain: Floats, log_omega: float) -> float:
    """Return the log posterior density of log omega.

    Each campaign's likelihood is its exact beta-binomial value at the weighted mean rate, times the integral of
    theta^S (1 - theta)^(M - S) relative to its value there.
    """
    omega = float(np.exp(log_omega))
    precision = _precision(plain, omega)
    worth = _worth(rows.trials, precision[rows.campaign])
    trials, successes = rows.by_campaign(worth), rows.by_campaign(worth * rows.successes / rows.trials)
    held = trials > 0
    rate = (successes + 0.5) / (trials + 1.0)
    first, second = rate * precision, (1.0 - rate) * precision
    a, b = first[rows.campaign], second[rows.campaign]
    each = gammaln(rows.successes + a) + gammaln(rows.trials - rows.successes + b) - gammaln(rows.trials + a + b)
    exact = rows.by_campaign(each - (gammaln(a) + gammaln(b) - gammaln(a + b)))
    shape = betaln(successes + 0.5, trials - successes + 0.5)
    peak = successes * np.log(rate) + (trials - successes) * np.log1p(-rate)
    prior = -2.0 * np.log1p((omega / USUAL_OVERDISPERSION) ** 2 / 3.0) + log_omega  # half-t with 3 degrees of freedom
    return float((exact + shape - peak)[held].sum() + prior)
