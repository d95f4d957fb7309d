"""The structural equations, once: parameters and spend become the mean of every node."""

from omnimix.mechanics.design import SCALED_GROUPS, Design, design, window_design
from omnimix.mechanics.parameters import Parameter, sampled_parameters
from omnimix.mechanics.prior_draws import Draws, draw_prior, drawn_node_values, over_paths, totals
from omnimix.mechanics.scaling import (
    Array,
    NodeScale,
    Scaling,
    extend_scaling,
    fit_scaling,
    scaled_exposure,
    scaled_series,
    spend_equation,
)
from omnimix.mechanics.total_priors import (
    Part,
    TotalPrior,
    ValuePrior,
    in_totals,
    node_values,
    positive_parents,
    total_priors,
    value_prior,
)

__all__ = [
    "SCALED_GROUPS",
    "Array",
    "Design",
    "Draws",
    "NodeScale",
    "Parameter",
    "Part",
    "Scaling",
    "TotalPrior",
    "ValuePrior",
    "design",
    "draw_prior",
    "drawn_node_values",
    "extend_scaling",
    "fit_scaling",
    "in_totals",
    "node_values",
    "over_paths",
    "positive_parents",
    "sampled_parameters",
    "scaled_exposure",
    "scaled_series",
    "spend_equation",
    "total_priors",
    "totals",
    "value_prior",
    "window_design",
]
