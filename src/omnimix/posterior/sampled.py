"""The sampled numbers of every draw in the order of the parameters: what the labelled draws were made from."""

from __future__ import annotations

import numpy as np

from omnimix.labels import CAMPAIGN, CHANNEL, NODE, PARENT, PERIOD
from omnimix.mechanics import Array, Parameter, sampled_parameters, window_design
from omnimix.mechanics.campaigns import CAMPAIGN_AWAY, CAMPAIGN_LOOSENESS
from omnimix.mechanics.parameters import RAW_BASELINE, SAMPLED_WEEKS
from omnimix.mechanics.periods import EFFECT_AWAY, EFFECT_SPREAD
from omnimix.posterior.posterior import Posterior


def parameters_of(posterior: Posterior) -> tuple[Parameter, ...]:
    """Return the sampled parameters of a fit in their fixed order."""
    funnel, scaling = posterior.funnel, posterior.scaling
    return sampled_parameters(funnel, scaling, window_design(funnel, scaling, posterior.panel))


def sampled_numbers(posterior: Posterior) -> Array:
    """Return every sampled number of every draw, shape (draws, parameters), chains end to end.

    The raw baseline of a Student-t node is zero here: draws keep its coefficients instead.
    """
    return np.stack([_numbers(posterior, p) for p in parameters_of(posterior)], axis=1)


def sampled_by_chain(posterior: Posterior) -> tuple[list[str], Array]:
    """Return the labels of the parameters that draws keep, and their draws, shape (parameters, chains, draws)."""
    kept = [p for p in parameters_of(posterior) if p.name != RAW_BASELINE]
    chains = len(posterior.draws["posterior"]["chain"])
    return [p.label for p in kept], np.stack([_numbers(posterior, p).reshape(chains, -1) for p in kept])


def _numbers(posterior: Posterior, parameter: Parameter) -> Array:
    if parameter.name == RAW_BASELINE:
        return np.zeros(posterior.size)
    if parameter.name in SAMPLED_WEEKS:
        return posterior.numbers(
            parameter.name, **{SAMPLED_WEEKS[parameter.name]: f"{parameter.node} {parameter.term}"}
        )
    if parameter.name in (CAMPAIGN_LOOSENESS, EFFECT_SPREAD):
        return posterior.numbers(parameter.name)
    if parameter.name == CAMPAIGN_AWAY:
        return posterior.numbers(parameter.name, **{CAMPAIGN: str(parameter.term)})
    if parameter.name == EFFECT_AWAY:
        return posterior.numbers(EFFECT_AWAY, **{CHANNEL: str(parameter.channel), PERIOD: str(parameter.term)})
    place = {NODE: parameter.node, CHANNEL: parameter.channel, PARENT: parameter.parent}
    return posterior.numbers(parameter.name, **{k: v for k, v in place.items() if v is not None})
