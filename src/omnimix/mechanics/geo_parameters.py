r"""The sampled parameters of several geos: those that geos share, and how geos differ.

    beta_gc = beta_c exp(tau_c z_gc)        z ~ N(0, 1), tau_c ~ HalfNormal(0.5)        what a channel brings in geo g
    noise_g = noise x spread_g / spread x exp(0.5 z_g)

What is shared has the parameters and priors of one geo: curves, effects of parents and the totals, which are those of
all geos together. A baseline has a shared part with the scales of one geo and an own part, of which every group of
terms has a sampled size in units of the geo's noise. Weekly shocks that all geos have in common have a size of their
own. How unseen demand moves a node (kappa), and what a control does that differs between geos, is shared and sampled;
a figure that a geo lacks is too, as distance from its mean.
"""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.mechanics.design import SCALED_GROUPS, Design
from omnimix.mechanics.geo_scaling import GeoScaling
from omnimix.mechanics.parameters import Parameter, sampled_parameters, shocks
from omnimix.mechanics.scaling import Array
from omnimix.spec import Funnel, Node, Prior

GEO_SPREAD = "geo_spread"  # tau
GEO_DEVIATION = "geo_deviation"  # z
GEO_NOISE = "geo_noise_deviation"
COMMON_NOISE = "common_noise"
SHOCK_RATIO = "shock_ratio"  # kappa noise_parent / noise_child, in its prior sds
CONTROL_EFFECT = "control_effect"
MISSING_RESIDUAL = "missing_residual"
SPREAD_PRIOR = Prior("HalfNormal", 0.5)
NOISE_LOOSENESS = 0.5
COMMON_SHARE = 0.5  # prior scale of common shocks, in spreads of the node
STANDARD = Prior("Normal", 0.0, 1.0)
RESIDUAL_SD = 3.0  # of a missing residual where the sampler starts; the density takes this prior off again

# Own parts of the baseline: group of terms -> the parameter that sizes it, its prior scale in units of the geo's noise.
OWN_SIZES = {
    "trend": ("own_trend_scale", 1.0),
    "carry_in": ("own_trend_scale", 1.0),
    "level": ("own_level_scale", 0.5),
    "season": ("own_season_scale", 0.5),
    "holiday": ("own_holiday_scale", 0.5),
    "control": ("own_control_scale", 0.5),
}
OWN_TREND = 3.0  # of the trend over the whole window, in units of OWN_SIZES
OWN_INTERCEPT = 0.3  # a geo's noise, in spreads of the node, at which its intercept is as free as that of one geo


def geo_parameters(
    funnel: Funnel, scaling: GeoScaling, design: Design, missing: Array, *, varying: bool
) -> tuple[Parameter, ...]:
    """Return every sampled parameter, shared ones first.

    Args:
        funnel: what to estimate.
        scaling: what was learned.
        design: the baseline's terms that all geos share.
        missing: (node, geo, week) of every figure in the data window that is not known, shape (figures, 3).
        varying: whether what channels bring differs between geos.
    """
    found = list(sampled_parameters(funnel, scaling.pooled, design))
    for node in funnel.nodes:
        found += _of_node(funnel, scaling, design, node, varying=varying)
    weeks = scaling.pooled.window_weeks
    for node, geo, week in missing:
        name, place = funnel.nodes[int(node)].name, scaling.geos[int(geo)]
        prior = Prior("Normal", 0.0, RESIDUAL_SD * scaling.by_geo[place].nodes[int(node)].spread)
        found.append(Parameter(MISSING_RESIDUAL, name, prior, term=str(weeks[int(week)].date()), geo=place))
    return tuple(found)


def _of_node(funnel: Funnel, scaling: GeoScaling, design: Design, node: Node, *, varying: bool) -> Iterator[Parameter]:
    spread = scaling.pooled.scale(node.name).spread
    for channel in funnel.drivers(node) if varying else ():
        yield Parameter(GEO_SPREAD, node.name, SPREAD_PRIOR, channel.name)
        for geo in scaling.geos:
            yield Parameter(GEO_DEVIATION, node.name, STANDARD, channel.name, geo=geo)
    for geo in scaling.geos:
        yield Parameter(GEO_NOISE, node.name, STANDARD, geo=geo)
    yield Parameter(COMMON_NOISE, node.name, Prior("HalfNormal", COMMON_SHARE * spread))
    sizes = dict(OWN_SIZES[g] for g in design.groups if g in OWN_SIZES)
    for name, size in sizes.items():
        yield Parameter(name, node.name, Prior("HalfNormal", size))
    for shock in shocks(node):
        yield Parameter(SHOCK_RATIO, node.name, STANDARD, term=shock.term)
    for control in scaling.own_controls:
        sd = funnel.baseline.control_sd * spread
        yield Parameter(CONTROL_EFFECT, node.name, Prior("Normal", 0.0, sd), term=control)


def own_size(group: str, relative_sd: float, spread: float) -> float:
    """Return the fixed part of a term's own size, in prior sds of the shared part and units of the geo's noise."""
    if group == "intercept":
        return 1.0 / (OWN_INTERCEPT * spread)
    if group in SCALED_GROUPS:
        return 1.0
    if group == "trend":
        return OWN_TREND / (relative_sd * spread)
    return 1.0 / (relative_sd * spread) if group == "control" else 1.0 / spread
