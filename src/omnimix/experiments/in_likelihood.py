"""Tests in the likelihood of a fit: their two arms as the compiled density reads them, and what they then said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from omnimix.data import Panel
from omnimix.experiments.arms import Arms, lay_out_all, predicted
from omnimix.experiments.likelihood import log_likelihood, surprise
from omnimix.mechanics import Array, Scaling
from omnimix.model.tests_density import ArmsOfTests
from omnimix.posterior import Diagnostics, Evidence, Posterior, Run
from omnimix.posterior.importance import smoothed_weights
from omnimix.spec import Experiment, Funnel

NOT_RUN = Diagnostics(float("nan"), "", 0.0, "", 0.0, "", 0, 0.0, float("nan"))


def parted(
    funnel: Funnel, panel: Panel, scaling: Scaling, experiments: Sequence[Experiment]
) -> tuple[list[Arms], list[Experiment]]:
    """Return the tests that can stand in the likelihood, and those that have to be taken in afterwards.

    Raises :class:`SpecError`, with everything wrong at once, for tests that do not fit the funnel or its calendar.
    """
    nothing = Run(0, 0, 0, 0, 0.0, "none", {}, NOT_RUN)
    laid = lay_out_all(Posterior(xr.DataTree(), funnel, panel, scaling, nothing), experiments)
    sums = [is_a_sum(funnel, a.experiment) for a in laid]
    inside = [a for a, is_sum in zip(laid, sums, strict=True) if is_sum]
    return inside, [a.experiment for a, is_sum in zip(laid, sums, strict=True) if not is_sum]


def arms_of(funnel: Funnel, scaling: Scaling, laid: Sequence[Arms]) -> ArmsOfTests:
    """Return tests as the density reads them."""
    weeks = max(len(a.usual.spend) for a in laid)
    nodes = [n.name for n in funnel.nodes]
    more, less = (
        np.zeros((len(laid), len(funnel.channels), weeks)),
        np.zeros((len(laid), len(funnel.channels), weeks)),
    )
    weights = np.zeros((len(laid), len(nodes), weeks))
    for k, arms in enumerate(laid):
        for out, plan in zip((more[k], less[k]), arms.ordered, strict=True):
            for row, channel in enumerate(funnel.channel_names):
                exposure = plan.exposure_by_channel[channel]
                out[row, : len(exposure)] = exposure
        first = int(arms.usual.spend.index.searchsorted(arms.weeks[0]))
        for name, weight in _by_node(funnel, arms):
            weights[k, nodes.index(name), first : first + len(arms.weeks)] = weight * scaling.scale(name).scale
    return ArmsOfTests(
        more=more,
        less=less,
        weights=weights,
        values=np.array([a.experiment.result for a in laid]),
        errors=np.array([a.experiment.standard_error for a in laid]),
    )


def with_evidence(posterior: Posterior, experiments: Sequence[Experiment]) -> Posterior:
    """Return a posterior that was fitted with tests, with what it would have expected of each without that one.

    Draws are weighed by one over the likelihood of the result: what is left out that way is the one test.
    """
    found = predicted(posterior, experiments)
    evidence = [_without(e, found[:, k]) for k, e in enumerate(experiments)]
    return replace(posterior, evidence=(*posterior.evidence, *evidence))


def _without(one: Experiment, found: Array) -> Evidence:
    weights = smoothed_weights(-log_likelihood(one, found))
    mean = weights.mean(found)
    spread = float(np.sqrt(max(weights.mean((found - mean) ** 2), 0.0)))
    return Evidence(
        experiment=one,
        predicted=mean,
        spread=spread,
        z=surprise(one, mean, spread),
        how="fitted",
        k_hat=weights.shape,
        effective=float(1.0 / np.sum(weights.of_draws**2)),
        largest_weight=float(weights.of_draws.max()),
    )


def _by_node(funnel: Funnel, arms: Arms) -> Iterator[tuple[str, float]]:
    """Give what a unit of each node counts in the metric of a test."""
    one = arms.experiment
    if one.metric == "increment":
        yield str(one.outcome), 1.0
        return
    for outcome in funnel.outcomes:
        if one.outcome in (None, outcome.name):
            yield outcome.name, (outcome.value or 1.0) / arms.spent


def is_a_sum(funnel: Funnel, one: Experiment) -> bool:
    """Return whether what a test should find is a sum of what its channels add to nodes, whatever else happens.

    It is none where effects multiply or change over time, with a slow stock, for a share, and where the test changes an
    audience or the demand that another channel answers to: then what it finds hangs on more than its own channels. Nor
    is it where campaigns or a frequency make the exposure of a channel, which the density of tests does not read.
    """
    moved = {n.name for n in funnel.nodes if any(c.name in one.levers for c in funnel.drivers(n))}
    for node in funnel.nodes:  # in the order in which they act
        if moved & set(node.parents):
            moved.add(node.name)
    multiplied = any(funnel.node(name).likelihood == "log_normal" for name in moved)
    fuelled = any(c.fuelled_by and (c.name in one.levers or c.fuelled_by in moved) for c in funnel.channels)
    answers = any(c.responds_to in moved and c.name not in one.levers for c in funnel.channels)
    mixed = any(funnel.channel(c).campaigns or funnel.channel(c).reach for c in one.levers)
    answering_chain = one.chain is not None and any(funnel.channel(c).responds_to for c in one.levers)
    return (
        one.metric != "lift_share"
        and funnel.stock is None
        and funnel.effects_change is None
        and not (multiplied or fuelled or answers or answering_chain or mixed)
    )
