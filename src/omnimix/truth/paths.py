"""Every way from a channel to an outcome, and what is lost when only that way is switched off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from omnimix.labels import CHANNEL, OUTCOME
from omnimix.mechanics import Array
from omnimix.spec import Outcome
from omnimix.truth.counterfactuals import Counterfactuals
from omnimix.truth.mechanism import TrueEffect, TrueMedium, TrueNode

INTERACTION = "interaction"


@dataclass(frozen=True, eq=False)
class Arrival:
    """A path that has come as far as a node.

    Attributes:
        path: channel, nodes and channels passed, the node last.
        node: the node.
        lost: what its index loses when the path is switched off, shape (followed weeks,).
        answered: whether channels that respond to the node answer to it: not where such a channel brought it.
    """

    path: tuple[str, ...]
    node: TrueNode
    lost: Array
    answered: bool


def path_table(counterfactuals: Counterfactuals, silent: slice, counted: slice) -> pd.DataFrame:
    """Return the money of every path by channel and outcome, and of their interaction.

    Args:
        counterfactuals: counterfactuals of the world.
        silent: weeks in which a channel's spend is in question.
        counted: weeks whose outcomes count.
    """
    rows: list[tuple[str, str, str, float]] = []
    outcomes = [n for n in counterfactuals.mechanism.nodes if isinstance(n.node, Outcome)]
    for channel in counterfactuals.mechanism.media:
        arrivals = [*all_arrivals(counterfactuals, channel, silent)]
        trajectory = counterfactuals.without([channel], silent)
        for node in outcomes:
            total = float(node.value * counterfactuals.lost(trajectory, node)[counted].sum())
            found = [(" -> ".join(a.path), _money(counterfactuals, a, counted)) for a in arrivals if a.node is node]
            rows += [(channel, node.name, path, money) for path, money in found]
            rows.append((channel, node.name, INTERACTION, total - sum(money for _, money in found)))
    return pd.DataFrame(rows, columns=[CHANNEL, OUTCOME, "path", "value"])


def all_arrivals(counterfactuals: Counterfactuals, channel: str, silent: slice) -> Iterator[Arrival]:
    """Give every arrival of a channel at a node, shorter paths before their continuations."""
    without = counterfactuals.spent(channel).copy()
    without[silent] = 0.0
    for node in counterfactuals.mechanism.nodes:
        for effect in (e for e in node.effects if e.name == channel):
            audience = counterfactuals.mechanism.audience(effect.medium, counterfactuals.as_it_was)
            lost = effect.part(counterfactuals.spent(channel), audience) - effect.part(without, audience)
            answered = effect.medium.channel.responds_to != node.name
            yield from _onwards(counterfactuals, Arrival((channel, node.name), node, lost, answered))


def _onwards(counterfactuals: Counterfactuals, arrival: Arrival) -> Iterator[Arrival]:
    yield arrival
    for node in counterfactuals.mechanism.nodes:
        for link in (k for k in node.links if k.parent == arrival.node.name):
            path = (*arrival.path, node.name)
            yield from _onwards(counterfactuals, Arrival(path, node, link.part(arrival.lost), True))
        for effect in node.effects:
            lost = _through(counterfactuals, arrival, effect)
            if lost is not None:
                path = (*arrival.path, effect.name, node.name)
                answered = effect.medium.channel.responds_to != node.name
                yield from _onwards(counterfactuals, Arrival(path, node, lost, answered))


def _through(counterfactuals: Counterfactuals, arrival: Arrival, effect: TrueEffect) -> Array | None:
    """Return what an effect loses when its channel answers to, or is fuelled by, less of the node; None if neither."""
    medium, was = effect.medium, counterfactuals.as_it_was
    answers = arrival.answered and medium.channel.responds_to == arrival.node.name
    fuelled = medium.channel.fuelled_by == arrival.node.name
    if medium.name == arrival.path[0] or not (answers or fuelled):
        return None
    audience = counterfactuals.mechanism.audience(medium, was)
    spend = _answer(counterfactuals, medium, arrival) if answers else was.spend[medium.name]
    less = counterfactuals.mechanism.audience(medium, was, -arrival.lost) if fuelled else audience
    return effect.part(was.spend[medium.name], audience) - effect.part(spend, less)


def _answer(counterfactuals: Counterfactuals, medium: TrueMedium, arrival: Arrival) -> Array:
    media = counterfactuals.as_it_was.answered[arrival.node.name] - arrival.lost
    return counterfactuals.mechanism.answer(
        medium, counterfactuals.plan({})[medium.name], media, counterfactuals.demand
    )


def _money(counterfactuals: Counterfactuals, arrival: Arrival, counted: slice) -> float:
    """Return the money that the outcome loses where the path has arrived."""
    node, index = (
        arrival.node,
        counterfactuals.demand.expected[arrival.node.name] + counterfactuals.as_it_was.media[arrival.node.name],
    )
    return float(node.value * (node.units(index) - node.units(index - arrival.lost))[counted].sum())
