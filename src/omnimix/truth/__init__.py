"""Simulated worlds whose truth is known, and how well a posterior recovers it."""

from omnimix.truth._example import QUARTER, SPRING, example
from omnimix.truth._recover import Recovery, crps, money_weighted, recover, score
from omnimix.truth.baseline import Surroundings
from omnimix.truth.buyers import simulate_customers
from omnimix.truth.campaigns import campaign_truth
from omnimix.truth.future import PlanWorth
from omnimix.truth.geo_world import GeoTruth, GeoWorld
from omnimix.truth.media import Answer, Medium
from omnimix.truth.project import config_text
from omnimix.truth.reach import frequency_truth
from omnimix.truth.scenarios import SCENARIOS
from omnimix.truth.simulation import simulate
from omnimix.truth.steps import Bond, Effect, Step
from omnimix.truth.true_curves import TRUE_ADSTOCKS, TRUE_SATURATIONS
from omnimix.truth.truth import Truth
from omnimix.truth.world import World

__all__ = [
    "QUARTER",
    "SCENARIOS",
    "SPRING",
    "TRUE_ADSTOCKS",
    "TRUE_SATURATIONS",
    "Answer",
    "Bond",
    "Effect",
    "GeoTruth",
    "GeoWorld",
    "Medium",
    "PlanWorth",
    "Recovery",
    "Step",
    "Surroundings",
    "Truth",
    "World",
    "campaign_truth",
    "config_text",
    "crps",
    "example",
    "frequency_truth",
    "money_weighted",
    "recover",
    "score",
    "simulate",
    "simulate_customers",
]
