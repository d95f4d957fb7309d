"""How the nodes of a funnel hang together: who acts on whom, in which order, and what cannot be.

An arrow from one node to a later one is a parent's effect, a channel whose spend answers to the one and drives the
other, or a channel whose effect the one fuels and the other receives. A channel that answers to a stage and drives
that same stage closes no circle: it answers to what the stage would be without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING

from omnimix.errors import did_you_mean
from omnimix.spec.node import Node

if TYPE_CHECKING:
    from omnimix.spec.channel import Channel

Arrow = tuple[str, str, str]  # from, to, why


def acting_channels(channels: Sequence[Channel], nodes: Sequence[Node], node: Node) -> tuple[Channel, ...]:
    """Return the channels that act on a node directly, in the order given."""
    if node.drivers is not None:
        return tuple(c for c in channels if c.name in node.drivers)
    later = _later(nodes, node.name)
    return tuple(c for c in channels if c.fuelled_by not in {node.name, *later} and c.responds_to not in later)


def _later(nodes: Sequence[Node], name: str) -> set[str]:
    """Return the nodes that come after one by their parents."""
    found: set[str] = set()
    new = {name}
    while new:
        new = {n.name for n in nodes if new & set(n.parents)} - found
        found |= new
    return found - {name}


def arrows(channels: Sequence[Channel], nodes: Sequence[Node]) -> Iterator[Arrow]:
    """Give every arrow between nodes with its reason."""
    for node in nodes:
        for parent in node.parents:
            yield parent, node.name, "parent"
        for channel in acting_channels(channels, nodes, node):
            if channel.responds_to is not None and channel.responds_to != node.name:
                yield channel.responds_to, node.name, f"{channel.name} answers to {channel.responds_to}"
            if channel.fuelled_by is not None:
                yield channel.fuelled_by, node.name, f"{channel.name} is fuelled by {channel.fuelled_by}"


def in_order(channels: Sequence[Channel], nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the nodes, whatever acts before what it acts on, otherwise in the order given."""
    sorter = _sorter(channels, nodes)
    by_name = {n.name: n for n in nodes}
    place = {n.name: k for k, n in enumerate(nodes)}
    out: list[Node] = []
    sorter.prepare()
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=place.__getitem__)
        first = ready.pop(0)
        sorter.done(first)
        out.append(by_name[first])
    return tuple(out)


def _sorter(channels: Sequence[Channel], nodes: Sequence[Node]) -> TopologicalSorter[str]:
    names = {n.name for n in nodes}
    sorter: TopologicalSorter[str] = TopologicalSorter({n.name: () for n in nodes})
    for source, target, _ in arrows(channels, nodes):
        if source in names:
            sorter.add(target, source)
    return sorter


def wrong_links(channels: Sequence[Channel], nodes: Sequence[Node], stages: Sequence[str]) -> list[str]:
    """List names that do not exist, circles, and what hangs on nothing."""
    wrong = [*_unknown(channels, nodes, stages)]
    return wrong or [*_circles(channels, nodes), *_loose(channels, nodes, stages)]


def _unknown(channels: Sequence[Channel], nodes: Sequence[Node], stages: Sequence[str]) -> Iterator[str]:
    channel_names, node_names = [c.name for c in channels], [n.name for n in nodes]
    for node in nodes:
        for driver in node.drivers or ():
            if driver not in channel_names:
                yield (f"{node.name} names driver {driver!r}, which is no channel{did_you_mean(driver, channel_names)}")
        for parent in node.parents:
            if parent not in node_names:
                yield (
                    f"{node.name} names parent {parent!r}, which is no stage or outcome"
                    f"{did_you_mean(parent, node_names)}"
                )
    for channel in channels:
        for words, target in (("responds to", channel.responds_to), ("is fuelled by", channel.fuelled_by)):
            if target is not None and target not in stages:
                yield f"channel {channel.name} {words} {target!r}, which is no stage{did_you_mean(target, stages)}"


def _circles(channels: Sequence[Channel], nodes: Sequence[Node]) -> Iterator[str]:
    try:
        _sorter(channels, nodes).prepare()
    except CycleError as problem:
        circle: list[str] = problem.args[1]  # each acts on the next, the last is the first
        reasons = {(a, b): why for a, b, why in arrows(channels, nodes)}
        steps = [circle[0]]
        for source, target in pairwise(circle):
            why = reasons[source, target]
            steps.append(target if why == "parent" else f"{target} ({why})")
        yield (
            f"it runs in a circle: {' -> '.join(steps)}; a week would be its own cause. Take one of these "
            "arrows out, or name the drivers of the first node without the channel that closes the circle"
        )


def _loose(channels: Sequence[Channel], nodes: Sequence[Node], stages: Sequence[str]) -> Iterator[str]:
    acting = {n.name: acting_channels(channels, nodes, n) for n in nodes}
    for node in nodes:
        if not acting[node.name] and not node.parents:
            yield f"{node.name} has no drivers and no parents, so no media reach it; name some, or make it a control"
    read = {p for n in nodes for p in n.parents}
    read |= {t for c in channels for t in (c.responds_to, c.fuelled_by) if t is not None}
    for stage in stages:
        if stage not in read:
            yield f"nobody reads stage {stage}; name it among the parents of an outcome, or leave it out"
    for channel in channels:
        if not any(channel in found for found in acting.values()):
            yield f"channel {channel.name} acts on nothing; name it among the drivers of a node, or leave it out"
