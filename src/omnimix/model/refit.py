"""Refit: the same funnel on a table that goes on, from what an earlier fit has learned."""

from __future__ import annotations

import secrets
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from omnimix.arguments import checked
from omnimix.data import Panel, check_panel, require, with_sums
from omnimix.errors import FitError, OmnimixWarning
from omnimix.mechanics import Array, Scaling, extend_scaling
from omnimix.mechanics.parameters import RAW_BASELINE
from omnimix.model.build import Layout, build_layout
from omnimix.model.draws import draws_tree
from omnimix.model.revisions import require_continuing, revisions, told_revisions
from omnimix.model.sampling import Settings, require_settings, sample, versions
from omnimix.model.warm import log_densities, unbounded, warm_start
from omnimix.posterior import Posterior, Refitted, Revision, Run
from omnimix.posterior.importance import Weights, same_draws, smoothed_weights
from omnimix.posterior.sampled import parameters_of, sampled_numbers
from omnimix.processors import count_processors

PART_SAMPLED, FEWEST_DRAWS = 0.4, 250  # of the draws of an earlier fit; a refit takes less than a third of its time
WARM_TUNE = 200  # draws to adapt from a warm start: the metric is known, the step size is not


@checked
def refit(
    posterior: Posterior,
    panel: Panel,
    experiments: Sequence[object] = (),
    *,
    draws: int | None = None,
    tune: int = WARM_TUNE,
    seed: int | None = None,
    cores: int | None = None,
    progress: bool = True,
    reweight: bool = True,
) -> Posterior:
    """Fit the same funnel to a table that goes on from the one that was fitted, and return the new posterior.

    Scales and codings stay what they were, so that a parameter means the same in both fits. Where weeks were only
    added, the draws are weighed by how well each foresees them, p(new weeks | draw), and drawn again, if these weights
    can be trusted: k-hat at most .7, worth at least 400 draws, none heavier than 2 %. Else it is sampled, beginning
    from the earlier draws and with steps as long and directed as they lie.

    Args:
        posterior: the earlier fit.
        panel: the whole table: the old weeks and those that came.
        experiments: none yet; tests cannot be added to a fit in this version.
        draws: draws kept of each chain; by default as many as the earlier fit where they are weighed, and two fifths
            of that where it is sampled.
        tune: draws of each chain to adapt, where it is sampled.
        seed: the same seed, data and versions give the same draws.
        cores: chains at once; all cores by default.
        progress: show a progress bar.
        reweight: ``False`` samples in any case.

    Figures of old weeks that are others now are named in an :class:`OmnimixWarning`, week by week, and kept in
    ``refitted.revised``; the new figures count.

    Raises :class:`DataError` for a table that lacks a channel or an old week, leaves a gap or ends earlier, and
    :class:`FitError` for settings that cannot be.
    """
    if len(experiments):
        raise FitError("tests cannot be added to a fit in this version; leave `experiments` out.")
    if posterior.evidence:
        raise FitError(
            "a fit that has taken in results of tests cannot be refitted in this version, as they would be lost; fit "
            "the new table anew with `experiments=`."
        )
    run = posterior.run
    kept = posterior.size // run.chains
    require_settings(posterior.funnel, kept if draws is None else draws, tune, run.chains, seed)
    require_continuing(posterior, panel)
    require(check_panel(panel, posterior.funnel.roles))
    panel = with_sums(panel, posterior.funnel.roles)
    revised = revisions(posterior, panel)
    if revised:
        warnings.warn(
            f"{len(revised)} figures of weeks that were fitted before are others now: {told_revisions(revised)}. The "
            "new ones count; om.compare_fits(old, new) says how much of the change in results comes from them.",
            OmnimixWarning,
            stacklevel=3,
        )
    settings = Settings(
        kept if draws is None else draws,
        tune,
        run.chains,
        cores or min(run.chains, count_processors()),
        secrets.randbelow(2**31) if seed is None else int(seed),
    )
    if draws is None:
        fewer = replace(settings, draws=min(kept, max(FEWEST_DRAWS, round(PART_SAMPLED * kept))))
    else:
        fewer = settings
    weigh = reweight and not revised
    return _refit(posterior, panel, settings, fewer, revised, weigh=weigh, progress=progress)


def _refit(
    posterior: Posterior,
    panel: Panel,
    settings: Settings,
    fewer: Settings,
    revised: tuple[Revision, ...],
    *,
    weigh: bool,
    progress: bool,
) -> Posterior:
    began, funnel = time.perf_counter(), posterior.funnel
    scaling = extend_scaling(posterior.scaling, funnel, panel)
    layout = build_layout(funnel, panel, scaling)
    weeks = len(posterior.scaling.window_weeks)
    told = Refitted("sampled", weeks, len(scaling.window_weeks) - weeks, revised)
    if weigh:
        weights, theta = _weighed(posterior, layout)
        if weights is not None:
            told = replace(
                told,
                k_hat=float(weights.shape),
                effective_draws=weights.effective,
                largest_weight=weights.largest,
            )
            if weights.usable and not weights.wrong:
                found = _drawn_again(posterior, panel, scaling, layout, theta, weights, settings, began)
                return replace(found.declared_as(posterior), refitted=replace(told, method="reweighted"))
    known = [k for k, p in enumerate(parameters_of(posterior)) if p.name != RAW_BASELINE]
    names = [parameters_of(posterior)[k] for k in known]
    warm = warm_start(layout.parameters, names, sampled_numbers(posterior)[:, known])
    found = sample(funnel, panel, scaling, fewer, progress=progress, warm=warm)
    seconds = time.perf_counter() - began
    run = replace(found.run, sampler=f"{found.run.sampler}, warm start", seconds=seconds)
    return replace(found.declared_as(posterior), run=run, refitted=told)


def _weighed(posterior: Posterior, layout: Layout) -> tuple[Weights | None, Array]:
    """Return weights of the draws under the new density, where it has the same parameters."""
    old = build_layout(posterior.funnel, posterior.panel, posterior.scaling)
    theta = sampled_numbers(posterior)
    if old.parameters != layout.parameters or any(p.name == RAW_BASELINE for p in old.parameters):
        return None, theta
    z = unbounded(old.parameters, theta)
    return smoothed_weights(log_densities(layout, z) - log_densities(old, z), same_draws(theta)), theta


def _drawn_again(
    posterior: Posterior,
    panel: Panel,
    scaling: Scaling,
    layout: Layout,
    theta: Array,
    weights: Weights,
    settings: Settings,
    began: float,
) -> Posterior:
    """Return equally weighted draws, systematically drawn by their weights and laid on chains at random."""
    generator = np.random.default_rng(settings.seed)
    chosen = weights.drawn(settings.chains * settings.draws, generator)
    shape = (settings.chains, settings.draws)
    statistics = {
        str(name): values.to_numpy().reshape(-1)[chosen].reshape(shape)
        for name, values in posterior.draws["sample_stats"].data_vars.items()
    }
    tree = draws_tree(posterior.funnel, scaling, layout, theta[chosen].reshape(*shape, -1), statistics, generator)
    kept = weights.effective / len(theta)
    seen = posterior.run.diagnostics
    run = Run(
        draws=settings.draws,
        tune=0,
        chains=settings.chains,
        seed=settings.seed,
        seconds=time.perf_counter() - began,
        sampler=f"draws of an earlier fit, weighed by new weeks ({posterior.run.sampler})",
        versions=versions(),
        diagnostics=replace(seen, ess_bulk_min=kept * seen.ess_bulk_min, ess_tail_min=kept * seen.ess_tail_min),
    )
    return Posterior(draws=tree, funnel=posterior.funnel, panel=panel, scaling=scaling, run=run)
