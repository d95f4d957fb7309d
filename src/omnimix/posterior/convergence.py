"""R-hat and effective sample sizes of many parameters at once, as ArviZ computes them.

Rank-normalised split R-hat, bulk and tail effective sample size of Vehtari, Gelman, Simpson, Carpenter and Bürkner
(2021), https://arxiv.org/abs/1903.08008. They stand here because importing ArviZ takes as long as sampling does; the
tests hold them to it.

Draws have shape (parameters, chains, draws). The result has one figure a parameter: nan where a draw is not finite or
a chain has fewer than four.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

from omnimix.mechanics import Array

FEWEST_DRAWS = 4


def rhat(draws: Array) -> Array:
    """Return R-hat of the bulk or of the tails, whichever is larger; nan for a single chain."""
    return rhat_of_halves(draws) if draws.shape[1] > 1 else np.full(len(draws), np.nan)


def rhat_of_halves(draws: Array) -> Array:
    """Return R-hat of the halves of all chains; of a single chain it says whether that chain has settled."""

    def larger(x: Array) -> Array:
        halves = _halved(x)
        folded = np.abs(halves - np.median(halves, axis=(1, 2), keepdims=True))
        return np.fmax(_rhat(_normal_scores(halves)), _rhat(_normal_scores(folded)))

    return _judged(larger, draws)


def ess_bulk(draws: Array) -> Array:
    """Return the effective sample size for the middle of the distribution."""
    return _judged(lambda x: _effective_size(_normal_scores(_halved(x))), draws)


def ess_tail(draws: Array, probabilities: tuple[float, float] = (0.05, 0.95)) -> Array:
    """Return the smaller of the effective sample sizes for a low and a high quantile."""

    def smaller(x: Array) -> Array:
        low, high = np.quantile(x, probabilities, axis=(1, 2))[:, :, None, None]
        return np.minimum(_effective_size(_halved(x <= low)), _effective_size(_halved(x <= high)))

    return _judged(smaller, draws)


def _judged(figure: Callable[[Array], Array], draws: Array) -> Array:
    """Return a figure of the parameters that can be judged, and nan for the others."""
    out = np.full(len(draws), np.nan)
    finite = np.isfinite(draws).all(axis=(1, 2))
    if draws.shape[2] >= FEWEST_DRAWS and finite.any():
        out[finite] = figure(draws[finite])
    return out


def _halved(draws: Array) -> Array:
    """Make two chains of every chain, so that a drift within it counts as well."""
    half = draws.shape[2] // 2
    return np.concatenate([draws[:, :, :half], draws[:, :, -half:]], axis=1)


def _normal_scores(draws: Array) -> Array:
    """Replace every draw by the normal quantile of its rank over all chains; equal draws share their mean rank."""
    ranks = np.empty((len(draws), draws[0].size))
    for row, of_parameter in zip(ranks, draws, strict=True):
        _, where, counts = np.unique(of_parameter.ravel(), return_inverse=True, return_counts=True)
        row[:] = (np.cumsum(counts) - (counts - 1) / 2)[where]
    return np.asarray(ndtri((ranks - 3 / 8) / (ranks.shape[1] + 1 / 4))).reshape(draws.shape)


def _rhat(draws: Array) -> Array:
    size = draws.shape[2]
    between = size * draws.mean(axis=2).var(axis=1, ddof=1)
    within = draws.var(axis=2, ddof=1).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # chains that never moved: infinite, or nan if all stand equal
        return np.sqrt((between / within + size - 1) / size)


def _effective_size(draws: Array) -> Array:
    """Divide the number of draws by their autocorrelation time, cut off as Geyer (1992) does."""
    chains, size = draws.shape[1:]
    covariance = _autocovariance(draws)
    within = covariance[:, :, 0].mean(axis=1) * size / (size - 1)
    total = within * (size - 1) / size + (draws.mean(axis=2).var(axis=1, ddof=1) if chains > 1 else 0.0)
    still = total < np.finfo(float).resolution ** 2  # a parameter that never moves counts every draw
    correlation = 1 - (within[:, None] - covariance.mean(axis=1)) / np.where(still, 1.0, total)[:, None]
    correlation[:, 0] = 1.0
    pairs = correlation[:, : 2 * max((size - 1) // 2, 1)].reshape(len(draws), -1, 2)
    sums = pairs.sum(axis=2)
    positive = np.minimum((sums > 0).cumprod(axis=1).sum(axis=1), sums.shape[1] - 1)
    counted = np.arange(sums.shape[1]) < positive[:, None]
    falling = np.minimum.accumulate(sums, axis=1)
    next_even = np.take_along_axis(pairs[:, :, 0], positive[:, None], axis=1)[:, 0]
    time = -1 + 2 * np.where(counted, falling, 0.0).sum(axis=1) + np.maximum(next_even, 0.0)
    count = chains * size
    return np.where(still, count, count / np.maximum(time, 1 / np.log10(count)))


def _autocovariance(draws: Array) -> Array:
    size = draws.shape[2]
    centred = draws - draws.mean(axis=2, keepdims=True)
    spectrum = np.fft.rfft(centred, n=2 * size, axis=2)
    return np.fft.irfft(spectrum * spectrum.conj(), n=2 * size, axis=2)[:, :, :size] / size
