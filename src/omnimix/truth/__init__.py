"""Simulated worlds whose truth is known, and how well a posterior recovers it."""

from omnimix.truth.example import config_text, example
from omnimix.truth.media import Medium
from omnimix.truth.recover import Recovery, crps, recover, score
from omnimix.truth.surroundings import Surroundings
from omnimix.truth.true_curves import TRUE_ADSTOCKS, TRUE_SATURATIONS
from omnimix.truth.truth import Truth
from omnimix.truth.world import World, simulate

__all__ = [
    "TRUE_ADSTOCKS",
    "TRUE_SATURATIONS",
    "Medium",
    "Recovery",
    "Surroundings",
    "Truth",
    "World",
    "config_text",
    "crps",
    "example",
    "recover",
    "score",
    "simulate",
]
