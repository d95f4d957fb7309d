r"""How often a customer comes back, and for how much: the likelihoods of BG/NBD and gamma-gamma.

BG/NBD (Fader, Hardie and Lee 2005, "Counting your customers" the easy way, Marketing Science 24): while active,
somebody orders at a rate that is gamma(r, alpha) over customers; after every repeat order they leave with a chance that
is beta(a, b). Gamma-gamma (Fader and Hardie 2013): the mean order of a customer is gamma around a scale that is gamma.
Times are weeks. Each function is the sum over customers, of whom ``count`` are alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

FAR = 15.0  # of the logarithm of a parameter; beyond it nothing changes
STEP = 0.003  # of a second difference
OPTIONS: Any = {"maxiter": 4000, "xatol": 1e-5, "fatol": 1e-6}


@dataclass(frozen=True)
class Repeats:
    """Customers by what they did.

    Attributes:
        x: days of repeat orders.
        last: week of the last of them, since the first order.
        observed: weeks since the first order.
        count: customers who are alike.
    """

    x: np.ndarray
    last: np.ndarray
    observed: np.ndarray
    count: np.ndarray


def bg_nbd(logs: np.ndarray, seen: Repeats) -> float:
    """Return the log likelihood of BG/NBD at the logarithms of ``r, alpha, a, b``."""
    r, alpha, a, b = np.exp(logs)
    x, last, observed = seen.x, seen.last, seen.observed
    before = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    before += special.gammaln(a + b) + special.gammaln(b + x) - special.gammaln(b) - special.gammaln(a + b + x)
    active = -(r + x) * np.log(alpha + observed)
    gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + last)
    return float(seen.count @ (before + np.where(x > 0, np.logaddexp(active, gone), active)))


def repeats_of_new(logs: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Return the repeat orders that are expected of a new customer up to each week."""
    r, alpha, a, b = np.exp(logs)
    gap = a - 1 if abs(a - 1) > 1e-6 else 1e-6
    inside = special.hyp2f1(r, b, a + b - 1, weeks / (alpha + weeks))
    return np.asarray((a + b - 1) / gap * (1 - (alpha / (alpha + weeks)) ** r * inside))


@dataclass(frozen=True)
class Baskets:
    """Customers who came back: ``x`` repeat orders of ``mean`` money each."""

    x: np.ndarray
    mean: np.ndarray


def gamma_gamma(logs: np.ndarray, seen: Baskets) -> float:
    """Return the log likelihood of gamma-gamma at the logarithms of ``p, q, v``."""
    p, q, v = np.exp(logs)
    x, mean = seen.x, seen.mean
    each = special.gammaln(p * x + q) - special.gammaln(p * x) - special.gammaln(q) + q * np.log(v)
    each += (p * x - 1) * np.log(mean) + p * x * np.log(x) - (p * x + q) * np.log(v + mean * x)
    return float(each.sum())


def mean_basket(logs: np.ndarray) -> float:
    """Return the mean order over all customers, nan where the distribution has none."""
    p, q, v = np.exp(logs)
    return float(p * v / (q - 1)) if q > 1 else float("nan")


@dataclass(frozen=True)
class Fitted:
    """Logarithms of parameters at their most likely, with their covariance."""

    logs: np.ndarray
    covariance: np.ndarray

    def draws(self, size: int, generator: np.random.Generator) -> np.ndarray:
        """Return draws around the most likely, normal on the logarithms; shape (size, parameters)."""
        return generator.multivariate_normal(self.logs, self.covariance, size)


def most_likely(
    likelihood: Callable[[np.ndarray], float], starts: tuple[np.ndarray, ...], prior: float
) -> Fitted | None:
    """Return the parameters at which a likelihood is highest, or None where it has no inner maximum.

    ``prior`` is the standard deviation of a weak normal on every logarithm around its start, which only keeps what the
    data do not tell at all from running off.
    """
    best = None
    for start in starts:

        def cost(logs: np.ndarray) -> float:
            with np.errstate(all="ignore"):
                value = likelihood(np.clip(logs, -FAR, FAR))
            return -value + 0.5 * float((((logs - starts[0]) / prior) ** 2).sum()) if np.isfinite(value) else 1e18

        found = optimize.minimize(cost, start, method="Nelder-Mead", options=OPTIONS)
        if best is None or found.fun < best[0]:
            best = (float(found.fun), found.x, cost)
    assert best is not None
    curvature = _hessian(best[2], best[1])
    values, vectors = np.linalg.eigh(curvature)
    if best[0] >= 1e17 or values.min() <= 0:
        return None
    return Fitted(best[1], vectors @ np.diag(1 / values) @ vectors.T)


def _hessian(cost: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    size = len(at)
    out = np.empty((size, size))
    steps = np.eye(size) * STEP
    for i in range(size):
        for j in range(size):
            corners = [cost(at + s * steps[i] + t * steps[j]) for s, t in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            out[i, j] = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * STEP**2)
    return (out + out.T) / 2
