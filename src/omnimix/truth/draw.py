"""What a declared world leaves open is drawn here: shares, curves, links and the size of spends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Funnel, Outcome
from omnimix.truth.mechanism import TrueLink
from omnimix.truth.media import Medium, stream
from omnimix.truth.simulate_weeks import DrawnEffect
from omnimix.truth.steps import Bond, Effect, Step
from omnimix.truth.true_curves import TRUE_ADSTOCKS, TRUE_SATURATIONS, TrueCurve, draw_curve, true_saturation

TYPICAL_ROAS = (0.8, 4.0)  # range of true ROAS, from which a channel's spend follows where it is not given
SMALLEST_SHARE = 0.02  # what a placebo's spend is sized by
TYPICAL_LINK = {"effect": (0.2, 0.6), "retention": (0.0, 0.5)}


@dataclass(frozen=True)
class DrawnWorld:
    """A declared world with nothing left open but what its weeks bring.

    Attributes:
        effects: by node and channel.
        links: by node.
        shares: about what a channel brings to a node over all paths, in shares of its level; by node and channel.
        weekly_spend: mean money a week, by channel.
    """

    effects: Mapping[str, Mapping[str, DrawnEffect]]
    links: Mapping[str, tuple[TrueLink, ...]]
    shares: Mapping[str, Mapping[str, float]]
    weekly_spend: Mapping[str, float]


def draw_world(funnel: Funnel, steps: Sequence[Step], media: Sequence[Medium], total: float, seed: int) -> DrawnWorld:
    """Draw what a world leaves open. Steps come in the order in which they act; ``total`` is the share of all media."""
    by_name = {m.name: m for m in media}
    effects: dict[str, dict[str, DrawnEffect]] = {}
    returns: dict[str, float] = {}
    for step in steps:
        own = own_names(step, steps)
        drivers = [by_name[c.name] for c in funnel.drivers(step.node)]
        effects[step.node.name] = {}
        for name, stated in _stated_effects(step, drivers, total, seed, *own).items():
            effect, roas = _draw_effect(by_name[name], stated, stream(seed, "curves", name, *own))
            effects[step.node.name][name] = effect
            returns.setdefault(name, roas)
    links = {s.node.name: _draw_links(s, steps, seed) for s in steps}
    shares = _shares(steps, effects, links)
    brings = _brings(steps, shares, list(by_name))
    spend = {m.name: m.weekly_spend or brings[m.name] / returns[m.name] for m in media}
    return DrawnWorld(effects, links, shares, spend)


def own_names(step: Step, steps: Sequence[Step]) -> tuple[str, ...]:
    """Return what makes random numbers a node's own: nothing in a world of a single node."""
    return () if len(steps) == 1 else (step.node.name,)


def _stated_effects(step: Step, drivers: Sequence[Medium], total: float, seed: int, *own: str) -> dict[str, Effect]:
    """Return the effect of every driver: as the step states it, else by the shares of the media themselves."""
    if step.media is None:
        return {n: Effect(share) for n, share in _split(drivers, total, seed, *own).items()}
    names = [m.name for m in drivers]
    for name in step.media:
        if name not in names:
            raise SpecError(
                f"{step.node.name}: media names {name!r}, which does not act on it{did_you_mean(name, names)}"
            )
    given = {n: step.media.get(n, 0.0) for n in names}
    return {n: e if isinstance(e, Effect) else Effect(float(e)) for n, e in given.items()}


def _split(media: Sequence[Medium], total: float, seed: int, *own: str) -> dict[str, float]:
    """Share what media bring: stated shares stay, the others split ``total`` by uneven random parts."""
    parts = {m.name: float(stream(seed, "share", m.name, *own).gamma(3.0)) for m in media if m.share is None}
    return {m.name: parts[m.name] / sum(parts.values()) * total if m.share is None else m.share for m in media}


def _draw_effect(medium: Medium, stated: Effect, generator: np.random.Generator) -> tuple[DrawnEffect, float]:
    """Return an effect, and a plausible return by which spend is sized where it is not given."""
    parameters = {**medium.parameters, **stated.parameters}
    adstock = stated.adstock or medium.adstock or medium.record.adstock
    saturation = stated.saturation or medium.saturation or true_saturation(medium.record.saturation)
    kernel = draw_curve(TRUE_ADSTOCKS, adstock, parameters, generator)
    low, high = TYPICAL_ROAS
    roas = float(low * (high / low) ** generator.uniform())
    return DrawnEffect(stated.share, kernel, draw_curve(TRUE_SATURATIONS, saturation, parameters, generator)), roas


def _draw_links(step: Step, steps: Sequence[Step], seed: int) -> tuple[TrueLink, ...]:
    """Return what the parents do to a node; unseen demand takes its part of the node's shock, adding nothing to it."""
    shocks = {s.node.name: s.around.shock_sd for s in steps}
    links = []
    for parent in step.node.parents:
        given = step.links.get(parent)
        if given is None:
            generator = stream(seed, "link", parent, step.node.name)
            effect, retention = (float(generator.uniform(*TYPICAL_LINK[k])) for k in ("effect", "retention"))
            given = Bond(effect, retention=retention)
        bond = given if isinstance(given, Bond) else Bond(float(given))
        unseen = bond.correlation * shocks[step.node.name] / (shocks[parent] or 1.0)
        kernel = TrueCurve("geometric", {"retention": bond.retention})
        links.append(TrueLink(parent, bond.effect, kernel, step.node.lags, bond.correlation, unseen))
    return tuple(links)


def _shares(
    steps: Sequence[Step],
    effects: Mapping[str, Mapping[str, DrawnEffect]],
    links: Mapping[str, tuple[TrueLink, ...]],
) -> dict[str, dict[str, float]]:
    """Return about what every channel brings to every node over all paths, in shares of its level."""
    shares: dict[str, dict[str, float]] = {}
    for step in steps:
        own = {c: e.share for c, e in effects[step.node.name].items()}
        for link in links[step.node.name]:
            for channel, share in shares[link.parent].items():
                own[channel] = own.get(channel, 0.0) + link.effect * share
        shares[step.node.name] = own
    return shares


def _brings(
    steps: Sequence[Step], shares: Mapping[str, Mapping[str, float]], channels: Sequence[str]
) -> dict[str, float]:
    """Return about what every channel brings in a week, to size its spend.

    Money, or units of the outcome in a world of a single node.
    """
    alone = len(steps) == 1
    worth = {
        s.node.name: s.around.level * (1.0 if alone else s.node.value or 1.0)
        for s in steps
        if isinstance(s.node, Outcome)
    }
    least = SMALLEST_SHARE * sum(worth.values())
    return {c: sum(w * shares[n].get(c, 0.0) for n, w in worth.items()) or least for c in channels}
