"""What a measurement is worth: by how much plans chosen after it are expected to beat the one chosen now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnimix.mechanics import Array

KNOTS = 4  # inner knots of the regression spline
PENALTIES = np.logspace(-3, 4, 15)
RESULTS = 161  # results of a test that are looked at
BEYOND = 4.0  # standard errors beyond what draws foretell, to which they reach


@dataclass(frozen=True)
class Learning:
    """What each plan is expected to bring where a measured quantity were known, for every draw of that.

    Attributes:
        quantity: what is measured, shape (draws,).
        expected: what plans bring beyond the first, given that, shape (draws, plans).
    """

    quantity: Array
    expected: Array

    @property
    def perfect(self) -> float:
        """The worth of knowing the quantity exactly (EVPPI)."""
        return float(self.expected.max(axis=1).mean() - self.expected.mean(axis=0).max())

    def sample(self, error: float) -> float:
        """Return the worth of a measurement with a standard error (EVSI).

        For every result y of the measurement, plans are weighed by what they bring in draws that foretell it: the
        integral of max_a sum_s N(y; h_s, error) g_a(h_s) / S over y, less max_a mean g_a. It is never more than
        knowing the quantity exactly, and falls as the error grows.
        """
        if error <= 0:
            return self.perfect
        low, high = self.quantity.min() - BEYOND * error, self.quantity.max() + BEYOND * error
        count = int(min(2000, max(RESULTS, 4 * (high - low) / error)))
        results = np.linspace(low, high, count)
        density = np.exp(-0.5 * ((results[:, None] - self.quantity[None, :]) / error) ** 2)
        density *= (results[1] - results[0]) / (error * np.sqrt(2 * np.pi) * len(self.quantity))
        gained = float((density @ self.expected).max(axis=1).sum() - self.expected.mean(axis=0).max())
        return min(max(gained, 0.0), max(self.perfect, 0.0))


def learn(quantity: Array, brings: Array) -> Learning:
    """Learn what plans bring, shape (draws, plans), from a quantity that a test would measure, shape (draws,).

    A cubic regression spline, its ridge chosen by generalised cross-validation so that a quantity that tells nothing is
    worth nothing (Strong, Oakley and Brennan 2014, https://doi.org/10.1177/0272989X13505910; Strong et al. 2015).
    """
    beyond = brings - brings[:, [int(brings.mean(axis=0).argmax())]]  # much of what moves all plans alike drops out
    basis = _basis(quantity)
    mean = beyond.mean(axis=0)
    left, sizes, _ = np.linalg.svd(basis - basis.mean(axis=0), full_matrices=False)
    kept = sizes > 1e-9 * sizes.max() if sizes.size and sizes.max() > 0 else np.zeros(sizes.shape, dtype=bool)
    left, sizes = left[:, kept], sizes[kept]
    along = left.T @ (beyond - mean)
    scale = beyond.var(axis=0) + 1e-300
    best, chosen = np.inf, np.zeros(len(sizes))
    for penalty in PENALTIES:
        shrink = sizes**2 / (sizes**2 + penalty)
        missed = (beyond - mean) - left @ (shrink[:, None] * along)
        freedom = 1.0 - (1.0 + shrink.sum()) / len(quantity)
        score = float(np.mean(np.mean(missed**2, axis=0) / scale) / freedom**2)
        if score < best:
            best, chosen = score, shrink
    return Learning(quantity, mean + left @ (chosen[:, None] * along))


def _basis(quantity: Array) -> Array:
    """Return a straight line and cubic terms between quantiles, in standard deviations, shape (draws, terms)."""
    spread = float(quantity.std())
    if spread <= 0:
        return np.zeros((len(quantity), 1))
    x = (quantity - quantity.mean()) / spread
    knots = np.quantile(x, np.linspace(0, 1, KNOTS + 2)[1:-1])
    return np.column_stack([x, x**2, *(np.maximum(x - k, 0.0) ** 3 for k in knots)])
