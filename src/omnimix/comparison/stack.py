"""Chains that ended in different modes, weighed by how well each foresees weeks that it has not seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from omnimix.arguments import checked
from omnimix.comparison.leave_one_out import FEWEST_DRAWS, smoothed, week_table
from omnimix.comparison.weights import counts, evenly, stacking_weights
from omnimix.errors import OmnimixError
from omnimix.labels import CHAIN, DRAW, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Diagnostics, Posterior
from omnimix.posterior.convergence import ess_tail
from omnimix.posterior.diagnostics import USABLE_R_HAT
from omnimix.posterior.modes import within
from omnimix.posterior.sampled import sampled_by_chain


@checked
def stack_chains(posterior: Posterior) -> Posterior:
    """Return a posterior whose draws come from each chain in proportion to its stacking weight.

    Where a posterior has several modes that the sampler does not cross, how many chains happen to sit in each says
    nothing of how likely it is. Leave-one-out of every chain does: the weights make the mixture foresee the weeks best
    (Yao, Vehtari and Gelman 2022, https://arxiv.org/abs/2006.12335). What such a mixture is, is not the posterior of
    the model but often a better forecast; `om.check` says so (``chains_stacked``).

    The draws are as many as before. ``run.chain_weights`` has the weights, ``run.diagnostics`` R-hat within chains and
    the effective sizes of the mixture, so that a chain that had not settled by itself is still refused.

    Raises :class:`OmnimixError` for a single chain, for chains that agree, for chains of fewer than 100 draws and for
    chains that were stacked before.

    >>> om.roas(om.stack_chains(posterior))                                                 # doctest: +SKIP
    """
    whole = posterior.draws["posterior"]
    chains, draws = whole.sizes[CHAIN], whole.sizes[DRAW]
    _require_chains(posterior, chains, draws)
    weights = stacking_weights(_elpd_by_chain(posterior, chains))
    found = counts(weights, chains * draws)
    places = np.concatenate([c * draws + evenly(draws, int(found[c])) for c in range(chains)])
    places = np.random.default_rng(posterior.run.seed).permutation(places)
    run = replace(
        posterior.run,
        chain_weights=tuple(float(w) for w in weights),
        diagnostics=_diagnostics(posterior, weights),
    )
    return replace(posterior.taking(places), run=run)


def _require_chains(posterior: Posterior, chains: int, draws: int) -> None:
    if posterior.run.chain_weights:
        raise OmnimixError("these chains were stacked before; stack the posterior that `om.fit` returned.")
    if chains < 2:
        raise OmnimixError("there is one chain, and nothing to weigh it against; fit with chains=4.")
    if posterior.run.diagnostics.rhat_max <= USABLE_R_HAT:
        raise OmnimixError("these chains agree and need no weights; use the posterior as it is.")
    if draws < FEWEST_DRAWS:
        raise OmnimixError(f"stacking needs at least {FEWEST_DRAWS} draws of every chain, not {draws}; fit with more.")


def _elpd_by_chain(posterior: Posterior, chains: int) -> Array:
    """Return leave-one-out of every chain by itself, shape (weeks, chains); nodes of a week are added up."""
    rows, densities = week_table(posterior)
    week = rows[WEEK].factorize()[0]
    parts = [smoothed(part)[0] for part in np.split(densities, chains)]
    return np.column_stack([np.bincount(week, weights=part) for part in parts])


def _diagnostics(posterior: Posterior, weights: Array) -> Diagnostics:
    """Judge the chains that count, each by itself: R-hat of halves, pooled; sizes are those of a weighted mean."""
    labels, draws = sampled_by_chain(posterior)
    used = np.flatnonzero(weights)
    judged = [within(draws[:, c]) for c in used]
    rhat = np.sqrt(np.sum([w * r**2 for w, (r, _) in zip(weights[used], judged, strict=True)], axis=0))
    bulk = _mixed(weights[used], [size for _, size in judged])
    tails = [np.nan_to_num(ess_tail(draws[:, [c]]), nan=0.0) for c in used]
    tail = _mixed(weights[used], tails)
    diverged = posterior.draws["sample_stats"]["diverging"].to_numpy()
    return replace(
        posterior.run.diagnostics,
        rhat_max=float(rhat.max()),
        rhat_worst=labels[int(rhat.argmax())],
        ess_bulk_min=float(bulk.min()),
        ess_bulk_worst=labels[int(bulk.argmin())],
        ess_tail_min=float(tail.min()),
        ess_tail_worst=labels[int(tail.argmin())],
        divergences=int(diverged[used].sum()),
        divergent_share=float(weights[used] @ diverged[used].mean(axis=1)),
    )


def _mixed(weights: Array, sizes: list[Array]) -> Array:
    return np.asarray(1.0 / sum(w**2 / np.maximum(size, 1.0) for w, size in zip(weights, sizes, strict=True)))
