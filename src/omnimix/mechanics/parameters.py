"""The sampled parameters in their fixed order, each with its prior on the model's scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy

from omnimix.curves import ADSTOCKS
from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics.campaigns import CAMPAIGN_AWAY, CAMPAIGN_LOOSENESS, LOOSENESS_PRIOR, campaign_names
from omnimix.mechanics.design import SCALED_GROUPS, Design
from omnimix.mechanics.periods import EFFECT_AWAY, EFFECT_SPREAD, periods
from omnimix.mechanics.scaling import NodeScale, Scaling, spend_equation
from omnimix.mechanics.total_priors import ALONE, SIGNED, SIGNED_CHANNEL, TotalPrior, part_of, total_priors
from omnimix.spec import LONG_SHARE_PRIOR, Channel, Funnel, Node, Prior, scaled

NOISE = "noise"
DEGREES_OF_FREEDOM = "degrees_of_freedom"
RAW_BASELINE = "raw_baseline"
STAGE_EFFECT = "stage_effect"
SPEND_RESPONSE = "spend_response"
MISSING_WEEK = "missing_week"
UNSPENT_WEEK = "unspent_week"  # how far below nothing demand called for, in a week that spent nothing
SAMPLED_WEEKS = {MISSING_WEEK: "missing", UNSPENT_WEEK: "unspent"}  # with the dimension that names their weeks
SHOCK_COEFFICIENT = "shock_coefficient"
LATER_SHOCK = "later_shock_coefficient"  # of unseen demand some weeks before
LONG_SHARE = "long_run_share"  # of what a channel brings: that which comes through the slow stock
HALF_LIFE = "half_life"  # of the stock, in weeks
TRACKER_SLOPE = "tracker_slope"  # of the survey by the stock: log odds by which twice the usual stock would move it
TRACKER_SPREAD = "tracker_spread"  # of the survey, beyond chance: its variance is 1 + this times that of a lottery
TRACKER_SCALES = {"level": "tracker_level_scale", "season": "tracker_season_scale"}  # what moves it beside the stock
TRACKER_PRIORS = {
    TRACKER_SLOPE: Prior("HalfNormal", 1.0),
    TRACKER_SPREAD: Prior("LogNormal", 0.0, 1.0),  # nine times in ten 0.2 to 5: design effects, and what nobody models
    "tracker_level_scale": Prior("HalfNormal", 0.1),  # log odds from knot to knot
    "tracker_season_scale": Prior("HalfNormal", 0.2),  # log odds
}
LAG = "lag"  # its dimension: how many
LINK = "link_"  # before the name of a parameter of a parent's carryover
LINK_PRIORS = {"retention": Prior("Beta", 1.0, 3.0)}  # most of a parent's effect falls in the same week
RESPONSE_PRIOR = Prior("HalfNormal", 1.0)  # 1: spend moves in proportion with the stage it answers to
SHOCK_SPREAD = {"none": 0.0, "some": 0.5, "strong": 2.0}  # prior sd of kappa noise_parent / noise_child
SHOCK_LAGS = 3  # weeks for which unseen demand of a parent still moves a child
SHOCK_FADE = 0.5  # of that prior sd, from one week to the next
LOOSENESS = 0.5  # how far a channel's curve may be from its curve at the parent, in prior spreads of the parameter
MISSING_SD = 5.0  # of a missing week around a typical one, in the series' own spreads: the model decides, not this


@dataclass(frozen=True)
class Shock:
    """Unseen demand of ``parent`` moves an equation ``lag`` weeks later, with ``spread`` the prior sd of its ratio."""

    parent: str
    lag: int
    spread: float

    @property
    def term(self) -> str:
        """The name of its column."""
        return f"shock_of_{self.parent}" + f"_{self.lag}_before" * bool(self.lag)


@dataclass(frozen=True)
class Parameter:
    """One sampled number: its name, where it belongs and its prior on the model's scale.

    One that ``follows`` another (by label) stands, on the unbounded scale of its family, around that other one with
    standard deviation ``looseness``, times the value of the parameter labelled ``spread`` where there is one: members
    of a pool follow their leader with a looseness that is sampled.
    """

    name: str
    node: str
    prior: Prior
    channel: str | None = None
    parent: str | None = None
    term: str | None = None
    follows: str | None = None
    looseness: float = 0.0
    spread: str | None = None
    geo: str | None = None

    @property
    def label(self) -> str:
        """A unique name, such as ``sales/tv/retention``."""
        where = (self.node, self.channel or self.parent, self.term, self.geo, self.name)
        return "/".join(x for x in where if x)


def sampled_parameters(funnel: Funnel, scaling: Scaling, design: Design) -> tuple[Parameter, ...]:
    """Return every sampled parameter.

    Node by node its channels, parents, noise and baseline, then spend equations, campaigns and effects that change.
    """
    groups = total_priors(funnel, scaling)
    found = [parameter for node in funnel.nodes for parameter in _of_node(funnel, scaling, groups, design, node)]
    for channel in funnel.responding:
        found += _of_spend(funnel, scaling, design, channel)
    found += _of_campaigns(funnel)
    found += _of_periods(funnel, scaling)
    return tuple(found)


def _of_campaigns(funnel: Funnel) -> Iterator[Parameter]:
    """Yield how far campaigns may differ, then how far each lies from its channel; they belong to no node."""
    names = campaign_names(funnel)
    if names:
        yield Parameter(CAMPAIGN_LOOSENESS, "", LOOSENESS_PRIOR)
    for name in names:
        yield Parameter(CAMPAIGN_AWAY, "", Prior("Normal", 0.0, 1.0), term=name)


def _of_periods(funnel: Funnel, scaling: Scaling) -> Iterator[Parameter]:
    """Yield how far effects differ between periods, then how far each channel's lies from its usual one in each."""
    found = periods(funnel, scaling.window_weeks)
    if found:
        yield Parameter(EFFECT_SPREAD, "", funnel.change_scale)
    for channel in funnel.channel_names:
        for period in found:
            yield Parameter(EFFECT_AWAY, "", Prior("Normal", 0.0, 1.0), channel, term=period.name)


def _of_node(
    funnel: Funnel, scaling: Scaling, groups: tuple[TotalPrior, ...], design: Design, node: Node
) -> Iterator[Parameter]:
    for channel in funnel.drivers(node):
        yield Parameter(CONTRIBUTION_SHARE, node.name, _contribution_prior(groups, node, channel), channel.name)
        leader = next((p for p in node.parents if channel in funnel.drivers(funnel.node(p))), None)
        for curve in channel.curves:
            for parameter in curve.parameters:
                prior = channel.priors.get(parameter.name, Prior(parameter.family, *parameter.arguments))
                if leader is None:
                    yield Parameter(parameter.name, node.name, prior, channel.name)
                    continue
                followed = Parameter(parameter.name, leader, prior, channel.name).label
                loose = LOOSENESS * unbounded_spread(prior)
                yield Parameter(parameter.name, node.name, prior, channel.name, follows=followed, looseness=loose)
        if funnel.is_slow(node, channel) and funnel.slow_nodes(channel)[0] == node.name:  # one of all nodes it reaches
            yield Parameter(LONG_SHARE, node.name, LONG_SHARE_PRIOR, channel.name)
    yield from _of_stock(funnel, design, node)
    for parent in node.parents:
        yield Parameter(STAGE_EFFECT, node.name, _effect_prior(groups, node, parent), parent=parent)
        for parameter in ADSTOCKS[node.adstock].parameters:
            prior = LINK_PRIORS.get(parameter.name, Prior(parameter.family, *parameter.arguments))
            yield Parameter(LINK + parameter.name, node.name, prior, parent=parent)
    scale = scaling.scale(node.name)
    yield from _of_baseline(funnel, design, scale)
    if node.likelihood == "student_t":
        yield Parameter(DEGREES_OF_FREEDOM, node.name, Prior("Gamma", 2.0, 0.1))
        for term in (*design.terms, *(s.term for s in shocks(node))):
            yield Parameter(RAW_BASELINE, node.name, Prior("Normal", 0.0, 1.0), term=term)
    for week in scaling.missing_weeks(node.name):
        prior = Prior("Normal", 0.0 if scale.log else 1.0, MISSING_SD * scale.spread)
        yield Parameter(MISSING_WEEK, node.name, prior, term=str(week.date()))


def _of_stock(funnel: Funnel, design: Design, node: Node) -> Iterator[Parameter]:
    """Yield how long the stock lasts and what a survey that follows it has, at the first node that it reaches."""
    if funnel.stock is None or funnel.slow_nodes()[:1] != (node.name,):
        return
    yield Parameter(HALF_LIFE, node.name, funnel.stock.stock.prior)
    if funnel.roles.tracker is not None:
        grouped = {TRACKER_SCALES[g] for g in design.groups if g in TRACKER_SCALES}
        for name, prior in TRACKER_PRIORS.items():
            if name in grouped or name not in TRACKER_SCALES.values():
                yield Parameter(name, node.name, prior)


def unbounded_spread(prior: Prior) -> float:
    """Return the standard deviation of a prior on the unbounded scale on which it is sampled."""
    match prior.family:
        case "Beta":
            return float(
                np.sqrt(scipy.special.polygamma(1, prior.arguments[0]) + scipy.special.polygamma(1, prior.arguments[1]))
            )
        case "LogNormal" | "Normal":
            return prior.arguments[1]
        case _:
            return 1.0


def shocks(equation: Node | Channel) -> tuple[Shock, ...]:
    """Return the columns by which unseen demand may move a node, or the spend of a channel that answers to a stage.

    It moves a node by its parents in the same week and in some that follow, spend in the same week.
    """
    spread = SHOCK_SPREAD[equation.confounding]
    if spread == 0.0:
        return ()
    if isinstance(equation, Channel):
        return () if equation.responds_to is None else (Shock(equation.responds_to, 0, spread),)
    return tuple(Shock(p, k, spread * SHOCK_FADE**k) for p in equation.parents for k in range(SHOCK_LAGS + 1))


def equations(funnel: Funnel) -> tuple[Node | Channel, ...]:
    """Return what has an equation: the nodes, then the channels whose spend answers to a stage."""
    return (*funnel.nodes, *funnel.responding)


def _contribution_prior(groups: tuple[TotalPrior, ...], node: Node, channel: Channel) -> Prior:
    if channel.signed:
        return SIGNED_CHANNEL
    part = part_of(groups, node.name, channel=channel.name)
    assert part is not None
    return Prior("Gamma", part.concentration, part.rate)


def _effect_prior(groups: tuple[TotalPrior, ...], node: Node, parent: str) -> Prior:
    if parent in node.signed:
        return SIGNED
    part = part_of(groups, node.name, parent=parent)
    return ALONE if part is None else Prior("Gamma", part.concentration, part.rate)


def _of_spend(funnel: Funnel, scaling: Scaling, design: Design, channel: Channel) -> Iterator[Parameter]:
    name = spend_equation(channel)
    yield Parameter(SPEND_RESPONSE, name, RESPONSE_PRIOR)
    yield from _of_baseline(funnel, design, scaling.scale(name))
    for week in scaling.unspent_weeks(name):
        depth = Prior("HalfNormal", MISSING_SD * scaling.scale(name).spread)
        yield Parameter(UNSPENT_WEEK, name, depth, term=str(week.date()))


def _of_baseline(funnel: Funnel, design: Design, scale: NodeScale) -> Iterator[Parameter]:
    baseline = funnel.baseline
    yield Parameter(NOISE, scale.name, scaled(baseline.noise, scale.spread))
    for group in SCALED_GROUPS:
        if group in design.groups:
            yield Parameter(f"{group}_scale", scale.name, scaled(getattr(baseline, f"{group}_scale"), scale.spread))
