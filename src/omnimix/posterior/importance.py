"""Draws weighed anew: Pareto-smoothed importance sampling, as ArviZ does it.

Vehtari, Simpson, Gelman, Yao and Gabry (2024), https://jmlr.org/papers/v25/19-556.html. It stands here because
importing ArviZ takes as long as sampling does; the tests hold it to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from omnimix.mechanics import Array

FEWEST_IN_TAIL = 5
PRIOR_COUNT = 10  # observations that a shape of one half weighs as
WORST_SHAPE, FEWEST_EFFECTIVE, LARGEST_WEIGHT = 0.7, 400.0, 0.02  # the rule for weighing in place of sampling
TINY = 1e-12


type Places = np.ndarray[tuple[int, ...], np.dtype[np.intp]]


@dataclass(frozen=True)
class Weights:
    """Weights of draws.

    Attributes:
        of_draws: they add up to one, shape (draws,).
        shape: of the Pareto tail of the raw weights, k-hat; infinite where too few draws make up the tail,
            minus infinity where all draws weigh the same.
        alike: a number for every draw, the same for draws that are one, shape (draws,): after an earlier weighing some
            stand several times. All are different where it is ``None``.
    """

    of_draws: Array
    shape: float
    alike: Places | None = None

    @property
    def usable(self) -> bool:
        """Whether means under these weights can be trusted with so many draws.

        >>> smoothed_weights(np.zeros(100)).usable, smoothed_weights(-(np.arange(100.0) ** 2)).usable
        (True, False)
        """
        return bool(self.shape < min(1.0 - 1.0 / np.log10(max(len(self.of_draws), 2)), WORST_SHAPE))

    @cached_property
    def of_different(self) -> Array:
        """The weights of draws that differ, each with all of its places, shape (different draws,)."""
        return self.of_draws if self.alike is None else np.bincount(self.alike, weights=self.of_draws)

    @property
    def effective(self) -> float:
        """How many equal draws they are worth (Kish).

        >>> round(Weights(np.full(10, 0.1), 0.2).effective)
        10
        """
        return float(1.0 / np.sum(self.of_different**2))

    @property
    def largest(self) -> float:
        """The weight of any one draw."""
        return float(self.of_different.max())

    @property
    def wrong(self) -> list[str]:
        """Why weighed draws may not stand in the place of sampled ones; empty where they may.

        Any one of three reasons is enough: a shape alone says little where a few draws are worth everything.
        """
        told = []
        if self.shape > WORST_SHAPE:
            told.append(f"the tail of the weights is too long: k-hat is {self.shape:.2f}, at most {WORST_SHAPE}")
        if self.effective < FEWEST_EFFECTIVE:
            told.append(
                f"only {self.effective:.0f} of {len(self.of_draws):,} draws are left in effect, at least "
                f"{FEWEST_EFFECTIVE:.0f} are needed"
            )
        if self.largest >= LARGEST_WEIGHT:
            told.append(f"one draw alone weighs {self.largest:.1%}, less than {LARGEST_WEIGHT:.0%} is allowed")
        return told

    def drawn(self, size: int, generator: np.random.Generator) -> Places:
        """Return places of draws in proportion to their weights, shape (size,), in random order.

        They are drawn systematically, so that chance adds as little as it can.
        """
        at = (np.arange(size) + generator.random()) / size
        places = np.minimum(np.searchsorted(np.cumsum(self.of_draws), at), len(self.of_draws) - 1)
        return generator.permutation(places)

    def mean(self, draws: Array) -> float:
        """Return the mean of draws, shape (draws,), under the weights."""
        return float(self.of_draws @ draws)

    def quantile(self, draws: Array, at: float) -> float:
        """Return a quantile of draws, shape (draws,), under the weights; with equal ones that of NumPy."""
        order = np.argsort(draws, kind="stable")
        ordered = self.of_draws[order]
        places = np.cumsum(ordered) - ordered
        whole = places[-1]
        return float(np.interp(at, places / whole, draws[order])) if whole > 0 else float(draws[order[-1]])


def same_draws(numbers: Array) -> Places:
    """Number draws, shape (draws, parameters), so that those which are one have the same number.

    >>> same_draws(np.array([[0.5], [0.1], [0.5]])).tolist()
    [1, 0, 1]
    """
    return np.unique(numbers, axis=0, return_inverse=True)[1].reshape(-1)


def smoothed_weights(log_weights: Array, alike: Places | None = None) -> Weights:
    """Return weights of draws from the logarithms of raw ones, shape (draws,), the largest smoothed.

    The largest raw weights are replaced by what is expected of them under the generalised Pareto distribution that fits
    them best: less depends on a few draws, and the shape of that distribution tells how much still does.
    """
    logs = np.asarray(log_weights, dtype=np.float64) - np.max(log_weights)
    if -logs.min() <= TINY:
        return Weights(np.full(len(logs), 1.0 / len(logs)), -np.inf, alike)
    count = int(min(0.2 * len(logs), 3.0 * np.sqrt(len(logs))))
    order = np.argsort(logs, kind="stable")
    cut = max(float(logs[order[-count - 1]]), float(np.log(np.finfo(float).tiny)))
    tail = order[logs[order] > cut]  # fewer where many draws weigh the same, or nothing
    shape = np.inf
    if len(tail) >= FEWEST_IN_TAIL:
        beyond = np.exp(logs[tail]) - np.exp(cut)
        shape, size = _pareto(beyond)
        if np.isfinite(shape):
            at = (np.arange(len(tail)) + 0.5) / len(tail)
            logs[tail] = np.minimum(np.log(_pareto_quantile(at, shape, size) + np.exp(cut)), 0.0)
    raw = np.exp(logs)
    return Weights(raw / raw.sum(), float(shape), alike)


def _pareto(beyond: Array) -> tuple[float, float]:
    """Fit a generalised Pareto distribution to ordered excesses (Zhang and Stephens 2009); return shape and scale."""
    count = len(beyond)
    tries = 30 + int(np.sqrt(count))
    rates = 1.0 - np.sqrt(tries / (np.arange(1, tries + 1) - 0.5))
    rates = rates / (3.0 * beyond[int(count / 4.0 + 0.5) - 1]) + 1.0 / beyond[-1]
    shapes = np.log1p(-rates[:, None] * beyond).mean(axis=1)
    fits = count * (np.log(-(rates / shapes)) - shapes - 1.0)
    weights = 1.0 / np.exp(fits - fits[:, None]).sum(axis=1)
    kept = weights >= 10.0 * np.finfo(float).eps
    rate = float(np.sum(rates[kept] * weights[kept] / weights[kept].sum()))
    shape = float(np.log1p(-rate * beyond).mean())
    scale = -shape / rate
    return shape * count / (count + PRIOR_COUNT) + 0.5 * PRIOR_COUNT / (count + PRIOR_COUNT), scale


def _pareto_quantile(at: Array, shape: float, scale: float) -> Array:
    if abs(shape) < TINY:
        return np.asarray(-scale * np.log1p(-at))
    return np.asarray(scale * np.expm1(-shape * np.log1p(-at)) / shape)
