"""A finished fit takes tests in: its draws are weighed by how well each foretold the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from omnimix.arguments import checked
from omnimix.effects import require_usable
from omnimix.errors import FitError, SpecError
from omnimix.experiments.arms import predicted
from omnimix.experiments.likelihood import log_likelihood, surprise
from omnimix.mechanics import Array
from omnimix.posterior import Evidence, Posterior
from omnimix.posterior.importance import Weights, same_draws, smoothed_weights
from omnimix.spec import Experiment

WEIGHED = "the weights of tests"  # what the effective number of draws is worst for, then


@checked
def calibrate(
    posterior: Posterior,
    experiments: Sequence[Experiment],
    *,
    refit: bool = False,
    allow_unconverged: bool = False,
) -> Posterior:
    """Return a posterior that has taken in the results of tests, in seconds and without a fit.

    Draws are weighed by how likely the results are under each, the largest weights smoothed (PSIS), and drawn anew in
    proportion: as many draws as before, the likely ones several times. Every verb then works on them as on any other
    draws. It is allowed where three things hold: k-hat at most 0.7, at least 400 draws left in effect and no draw with
    2 % of all weight. `posterior.evidence` has every test with what was expected of it before.

    Args:
        posterior: a fitted model.
        experiments: results to take in; those that it has taken in before stay in it.
        refit: where weighing is not allowed, fit again with the results in the likelihood, by the settings of the fit.
        allow_unconverged: weigh the draws of a fit that did not converge all the same.

    Raises :class:`SpecError` for tests that do not fit the model, with everything wrong at once, and :class:`FitError`
    where the results are too surprising for these draws; it says which of the three rules fails.

    >>> posterior = calibrate(posterior, [lift])                                              # doctest: +SKIP
    """
    require_usable(posterior, allow_unconverged)
    tests = [experiments] if isinstance(experiments, Experiment) else list(experiments)
    _require_new(posterior, tests)
    found = predicted(posterior, tests)
    weights = weighing(posterior, np.sum([log_likelihood(e, found[:, k]) for k, e in enumerate(tests)], axis=0))
    after = _only_weighed(posterior, tests) if weights.wrong else []
    if weights.wrong and refit and not after:
        return _fitted_again(posterior, tests)
    if weights.wrong:
        raise FitError(_refusal(tests, found, weights, after))
    places = weights.drawn(posterior.size, np.random.default_rng(posterior.run.seed))
    diagnostics = posterior.run.diagnostics
    if weights.effective < diagnostics.ess_bulk_min:
        diagnostics = replace(diagnostics, ess_bulk_min=weights.effective, ess_bulk_worst=WEIGHED)
    evidence = [
        Evidence(
            experiment=e,
            predicted=float(found[:, k].mean()),
            spread=float(found[:, k].std()),
            z=surprise(e, float(found[:, k].mean()), float(found[:, k].std())),
            how="reweighted",
            k_hat=weights.shape,
            effective=weights.effective,
            largest_weight=weights.largest,
        )
        for k, e in enumerate(tests)
    ]
    return replace(
        posterior.taking(places),
        run=replace(posterior.run, diagnostics=diagnostics),
        evidence=(*posterior.evidence, *evidence),
    )


def _only_weighed(posterior: Posterior, tests: Sequence[Experiment]) -> list[Experiment]:
    """Return the tests that a fit cannot take into its likelihood."""
    from omnimix.experiments.in_likelihood import parted  # names the density, which weighing does not need

    return parted(posterior.funnel, posterior.panel, posterior.scaling, tests)[1]


def _fitted_again(posterior: Posterior, tests: Sequence[Experiment]) -> Posterior:
    """Fit again with all results that the posterior knows and these."""
    from omnimix.model import fit  # names the sampling libraries, which weighing does not need

    run = posterior.run
    fitted = fit(
        posterior.funnel,
        posterior.panel,
        draws=run.draws,
        tune=run.tune,
        chains=run.chains,
        seed=run.seed,
        progress=False,
        experiments=[*(e.experiment for e in posterior.evidence), *tests],
    )
    return fitted.declared_as(posterior)


def weighing(posterior: Posterior, log_weights: Array) -> Weights:
    """Return weights of the draws; draws that stand several times, after an earlier weighing, count as one each."""
    noise = posterior.flat("noise").to_numpy().reshape(posterior.size, -1)
    return smoothed_weights(log_weights, same_draws(noise))


def _require_new(posterior: Posterior, tests: Sequence[Experiment]) -> None:
    if not tests:
        raise SpecError("there are no tests to take in; give at least one om.Experiment.")
    known = {e.experiment.name: e.experiment for e in posterior.evidence}
    again = [e.name for e in tests if e.name in known]
    if again:
        raise SpecError(
            f"this posterior has taken in {', '.join(repr(n) for n in again)} before, and a result counts once; leave "
            "it out, or give another test another name."
        )


def _refusal(tests: Sequence[Experiment], found: Array, weights: Weights, after: Sequence[Experiment]) -> str:
    """Say why draws are not weighed; ``after`` are tests that a fit cannot take into its likelihood either."""
    told = "; ".join(
        f"{e.name!r} found {e.result:,.4g} where {found[:, k].mean():,.4g} +- {found[:, k].std():,.4g} was expected"
        for k, e in enumerate(tests)
    )
    remedy = (
        f"they do, {', '.join(repr(e.name) for e in after)} cannot be taken in: this model takes results of "
        "that kind in by weighing alone (campaigns, a slow stock, shares, answers and audiences). A wider error, or a "
        "funnel without these, can."
        if after
        else "they do, fit again with the results in the likelihood: refit=True, or --refit in the shell."
    )
    return (
        f"these draws cannot be weighed by these tests: {'; '.join(weights.wrong)}. {told}. Look first whether "
        f"test and table speak of the same spend; if {remedy}"
    )
