"""What treated markets would have done without the test, from the markets that had none: three methods.

Every method is learned from covariances of the weeks before the test, so that hundreds of placebos share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from omnimix.mechanics import Array

Method = Literal["synthetic_control", "did", "tbr"]
METHODS: tuple[str, ...] = get_args(Method)
RIDGE = 1e-6  # of the mean variance of the controls: settles weights that data leave open, and no more
CLEARLY = 0.7  # of the squared error, below which shares fit clearly better than units
HARD = 1e3  # how much harder the weights are held to their sum than to the data


@dataclass(frozen=True)
class Learned:
    """Means and covariances of all markets over some rows; shapes (markets,) and (markets, markets)."""

    mean: Array
    covariance: Array


Weigh = Callable[[Learned, Sequence[int], Sequence[int]], Array]


def learned(values: Array) -> Learned:
    """Return what can be learned from values of shape (rows, markets)."""
    mean = values.mean(axis=0)
    centred = values - mean
    return Learned(mean, centred.T @ centred)


def expected(values: Array, known: Learned, treated: Sequence[int], weights: Array, controls: Sequence[int]) -> Array:
    """Return the mean of the treated markets as the controls foretell it, shape (rows,)."""
    moved = (values[:, controls] - known.mean[controls]) @ weights
    return np.asarray(known.mean[list(treated)].mean() + moved)


def synthetic_control(known: Learned, treated: Sequence[int], controls: Sequence[int]) -> Array:
    """Weigh the controls so that together they move like the treated markets: no weight below 0, their sum 1.

    Markets are held against their own means (Doudchenko and Imbens 2016; Ferman and Pinto 2021), a tiny ridge settles
    ties (Ben-Michael, Feller and Rothstein 2021). Where the treated markets are so large that no such mixture moves as
    much, every market is told in shares of its own mean first; that is done where it fits clearly better.
    """
    own = known.covariance[np.ix_(controls, controls)]
    towards = known.covariance[np.ix_(controls, treated)].mean(axis=1)
    in_units = _mixture(own, towards)
    level, levels = known.mean[list(treated)].mean(), known.mean[list(controls)]
    if level <= 0 or levels.min() <= 0:
        return in_units
    sizes = level / levels
    in_shares = sizes * _mixture(own * np.outer(sizes, sizes), towards * sizes)
    errors = [float(w @ own @ w - 2 * w @ towards) for w in (in_units, in_shares)]
    moved = float(known.covariance[np.ix_(treated, treated)].mean())
    return in_shares if moved + errors[1] < CLEARLY * (moved + errors[0]) else in_units


def _mixture(own: Array, towards: Array) -> Array:
    """Return weights from 0 that add up to 1 and minimise w' own w - 2 w' towards."""
    from scipy.optimize import nnls  # slow to import

    count = len(own)
    size = float(np.trace(own)) / count or 1.0
    root = np.linalg.cholesky(own / size + RIDGE * np.eye(count))
    wanted = np.linalg.solve(root, towards / size)
    rows = np.vstack([root.T, np.full(count, HARD)])
    weights = np.asarray(nnls(rows, np.append(wanted, HARD), maxiter=30 * count)[0])
    return np.asarray(weights / weights.sum())


def differences(known: Learned, treated: Sequence[int], controls: Sequence[int]) -> Array:
    """Weigh all controls alike, in proportion to the size of the treated markets: difference in differences."""
    ratio = known.mean[list(treated)].mean() / known.mean[list(controls)].mean()
    return np.full(len(controls), ratio / len(controls))


def regression(known: Learned, treated: Sequence[int], controls: Sequence[int]) -> Array:
    """Regress the treated markets on the sum of the controls: time-based regression (Kerman, Wang and Vaver 2017)."""
    by_sum = float(known.covariance[np.ix_(controls, controls)].sum())
    together = float(known.covariance[np.ix_(controls, treated)].mean(axis=1).sum())
    return np.full(len(controls), together / by_sum if by_sum > 0 else 0.0)


WEIGHERS: dict[str, Weigh] = {"synthetic_control": synthetic_control, "did": differences, "tbr": regression}
