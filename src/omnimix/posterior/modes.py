"""Chains that sit in different modes: each fine by itself, together not."""

from __future__ import annotations

import numpy as np

from omnimix.mechanics import Array
from omnimix.posterior import convergence
from omnimix.posterior.diagnostics import USABLE_R_HAT
from omnimix.posterior.geo_posterior import GeoPosterior
from omnimix.posterior.posterior import Posterior
from omnimix.posterior.sampled import sampled_by_chain

R_HAT_WITHIN = 1.1  # of one chain's halves: over some hundred parameters chance alone reaches 1.05
ESS_WITHIN = 25.0


def sit_apart(posterior: Posterior) -> bool:
    """Return whether the chains disagree though each of them, by itself, has settled.

    Of several geos that is never told: their draws are kept by geo, and chains of theirs cannot be weighed.
    """
    if (
        isinstance(posterior, GeoPosterior)
        or posterior.run.chain_weights
        or not posterior.run.diagnostics.rhat_max > USABLE_R_HAT
    ):
        return False
    _, draws = sampled_by_chain(posterior)
    chains = [within(draws[:, chain]) for chain in range(draws.shape[1])]
    return all(rhat.max() <= R_HAT_WITHIN and size.min() >= ESS_WITHIN for rhat, size in chains)


def within(draws: Array) -> tuple[Array, Array]:
    """Return R-hat of both halves of one chain and its effective sample size, one figure a parameter.

    ``draws`` of one chain have shape (parameters, draws). A parameter that never moved has settled.
    """
    moved = np.ptp(draws, axis=1) > 0
    rhat, size = np.ones(len(draws)), np.full(len(draws), float(draws.shape[1]))
    rhat[moved] = convergence.rhat_of_halves(draws[moved, None])
    size[moved] = convergence.ess_bulk(draws[moved, None])
    return np.nan_to_num(rhat, nan=np.inf), np.nan_to_num(size, nan=0.0)
