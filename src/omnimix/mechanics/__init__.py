"""The structural equations, once: parameters and spend become the mean of every node."""

from omnimix.mechanics.design import SCALED_GROUPS, Design, design
from omnimix.mechanics.learned import Array, Learned, NodeScale, learn, scaled_exposure, scaled_series
from omnimix.mechanics.parameters import Slot, TotalPrior, prior_shares, slots, total_prior

__all__ = [
    "SCALED_GROUPS",
    "Array",
    "Design",
    "Learned",
    "NodeScale",
    "Slot",
    "TotalPrior",
    "design",
    "learn",
    "prior_shares",
    "scaled_exposure",
    "scaled_series",
    "slots",
    "total_prior",
]
