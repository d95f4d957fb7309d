"""The structural equations, once: parameters and spend become the mean of every node."""

from omnimix.mechanics.beliefs import Belief, Part, beliefs, in_totals, links, worths
from omnimix.mechanics.design import SCALED_GROUPS, Design, design
from omnimix.mechanics.learned import (
    Array,
    Learned,
    NodeScale,
    learn,
    scaled_exposure,
    scaled_series,
    spend_equation,
)
from omnimix.mechanics.parameters import Slot, slots
from omnimix.mechanics.prior_draws import Draws, draw_prior, node_worths, over_paths, totals

__all__ = [
    "SCALED_GROUPS",
    "Array",
    "Belief",
    "Design",
    "Draws",
    "Learned",
    "NodeScale",
    "Part",
    "Slot",
    "beliefs",
    "design",
    "draw_prior",
    "in_totals",
    "learn",
    "links",
    "node_worths",
    "over_paths",
    "scaled_exposure",
    "scaled_series",
    "slots",
    "spend_equation",
    "totals",
    "worths",
]
