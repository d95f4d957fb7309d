"""Stacking: the weights by which a mixture foresees weeks best."""

from __future__ import annotations

from typing import Any

import numpy as np

from omnimix.mechanics import Array

LEAST = 1e-12  # of a mixture's density: no logarithm of zero on the way


def stacking_weights(elpd: Array) -> Array:
    """Return the weights that make the mixture's log density, summed over weeks, as large as possible.

    Yao, Vehtari, Simpson and Gelman (2018), https://arxiv.org/abs/1704.02030. What is sought is concave, so that there
    is one best value.

    Args:
        elpd: log density of every week left out, shape (weeks, members).

    >>> stacking_weights(np.array([[-1.0, -9.0], [-1.0, -9.0]])).round(6).tolist()
    [1.0, 0.0]
    """
    from scipy.optimize import minimize

    members = elpd.shape[1]
    if members == 1:
        return np.ones(1)
    density = np.exp(elpd - elpd.max(axis=1, keepdims=True))

    def loss(weights: Array) -> tuple[float, Array]:
        mixed = np.maximum(density @ weights, LEAST)
        return -float(np.log(mixed).mean()), -(density / mixed[:, None]).mean(axis=0)

    found: Any = minimize(  # type: ignore[call-overload]
        loss,
        np.full(members, 1 / members),
        jac=True,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * members,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1.0, "jac": np.ones_like},
        options={"ftol": 1e-10, "maxiter": 1_000},
    )
    weights = np.clip(found.x, 0.0, None)
    weights[weights < 1e-6] = 0.0
    return np.asarray(weights / weights.sum())


def counts(weights: Array, size: int) -> Array:
    """Divide ``size`` draws by weights; what is left after rounding down goes to the largest remainders.

    >>> counts(np.array([0.5, 0.3, 0.2]), 7).tolist()
    [4, 2, 1]
    """
    exact = weights * size
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: size - whole.sum()]] += 1
    return whole


def evenly(available: int, wanted: int) -> Array:
    """Return the places of ``wanted`` draws spread evenly over those available, some twice where they are too few."""
    return np.floor((np.arange(wanted) + 0.5) * available / max(wanted, 1)).astype(int)
