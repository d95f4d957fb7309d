"""From a funnel to the tables of its effects: which lever acts on which cell, by which curves, and what feeds what."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from omnimix.curves import ADSTOCKS, Curve
from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics.campaigns import mixed
from omnimix.mechanics.parameters import HALF_LIFE, LINK, LONG_SHARE, SPEND_RESPONSE, STAGE_EFFECT, Parameter
from omnimix.mechanics.scaling import spend_equation
from omnimix.mechanics.tables import ANSWER, CHANNEL_EFFECT, Structure, table
from omnimix.mechanics.tables import STAGE_EFFECT as STAGE_EFFECTS
from omnimix.mechanics.total_priors import in_totals, positive_parents
from omnimix.spec import Funnel

type Places = Mapping[tuple[str, str, str], int]  # (node, channel or parent, name) -> place of the parameter


@dataclass(frozen=True)
class Cell:
    """One weekly series with one likelihood: a node in a geo; national data have no geo."""

    node: str
    geo: str | None = None


@dataclass(frozen=True)
class Lever:
    """What money is decided for: a channel, or a channel in a geo."""

    channel: str
    geo: str | None = None


def cells(funnel: Funnel) -> tuple[Cell, ...]:
    """Return the cells of a funnel's nodes in the order in which they act: as long as there are no geos, one a node."""
    return tuple(Cell(n.name) for n in funnel.nodes)


def levers(funnel: Funnel) -> tuple[Lever, ...]:
    """Return the levers, one row of exposure each: as long as there are no geos, one a channel."""
    return tuple(Lever(c) for c in funnel.channel_names)


def places_of(parameters: tuple[Parameter, ...]) -> Places:
    """Return where every parameter stands among the sampled numbers; of several of one name, the first."""
    return {(s.node, s.channel or s.parent or "", s.name): k for k, s in reversed(list(enumerate(parameters)))}


def structure(funnel: Funnel, places: Places | None = None, *, set_answering: Collection[str] = ()) -> Structure:
    """Return how effects connect levers and cells.

    Args:
        funnel: the channels, stages and outcomes.
        places: where the parameters of effects stand; without it these fields are -1.
        set_answering: channels that respond to a stage but are set: their spend is a plan's, not an answer.
    """
    at, acts, buys = _Nowhere() if places is None else places, cells(funnel), levers(funnel)
    return Structure(
        table(CHANNEL_EFFECT, _effects(funnel, at, acts, buys)),
        table(STAGE_EFFECTS, _parents(funnel, at, acts)),
        table(ANSWER, _answers(funnel, at, acts, buys, set_answering)),
    )


class _Nowhere(dict[tuple[str, str, str], int]):
    """Where parameters stand for those who read none of them."""

    def __missing__(self, key: tuple[str, str, str]) -> int:
        return -1


def _effects(funnel: Funnel, at: Places, acts: tuple[Cell, ...], buys: tuple[Lever, ...]) -> Iterator[dict[str, int]]:
    mixes, numbers = mixed(funnel), itertools.count()
    for number, cell in enumerate(acts):
        node = funnel.node(cell.node)
        sharing = in_totals(funnel, node)
        for channel in funnel.drivers(node):
            adstock, saturation = channel.curves
            fuel, slow = channel.fuelled_by, funnel.is_slow(node, channel)
            yield {
                "cell": number,
                "lever": buys.index(Lever(channel.name, cell.geo)),
                "channel": funnel.channel_names.index(channel.name),
                "adstock": adstock.code,
                "saturation": saturation.code,
                "lags": channel.lags,
                "contribution": at[node.name, channel.name, CONTRIBUTION_SHARE],
                **_curve("adstock", 3, adstock, at, node.name, channel.name),
                **_curve("saturation", 2, saturation, at, node.name, channel.name),
                "shares": int(channel.name in sharing),
                "answers": int(channel.responds_to == node.name),
                "fuelled_by": -1 if fuel is None else acts.index(Cell(fuel, cell.geo)),
                "fuel_weeks": channel.fuel_weeks,
                "long_share": at[funnel.slow_nodes(channel)[0], channel.name, LONG_SHARE] if slow else -1,
                "half_life": at[funnel.slow_nodes()[0], "", HALF_LIFE] if slow else -1,
                "mix": mixes.index(channel) if channel.campaigns else -1,
                "frequency": next(numbers) if channel.frequency else -1,
            }


def _parents(funnel: Funnel, at: Places, acts: tuple[Cell, ...]) -> Iterator[dict[str, int]]:
    for number, cell in enumerate(acts):
        node = funnel.node(cell.node)
        for parent in node.parents:
            yield {
                "cell": number,
                "parent": acts.index(Cell(parent, cell.geo)),
                "adstock": ADSTOCKS[node.adstock].code,
                "lags": node.lags,
                "effect": at[node.name, parent, STAGE_EFFECT],
                **_curve("adstock", 3, ADSTOCKS[node.adstock], at, node.name, parent, LINK),
                "positive": int(parent in positive_parents(node)),
            }


def _answers(
    funnel: Funnel, at: Places, acts: tuple[Cell, ...], buys: tuple[Lever, ...], set_answering: Collection[str]
) -> list[dict[str, int]]:
    rows = [
        {
            "cell": len(acts) + number,
            "stage": acts.index(Cell(str(channel.responds_to))),
            "lever": buys.index(Lever(channel.name)),
            "response": at[spend_equation(channel), "", SPEND_RESPONSE],
        }
        for number, channel in enumerate(funnel.responding)
        if channel.name not in set_answering
    ]
    return sorted(rows, key=lambda row: row["stage"])


def _curve(kind: str, most: int, curve: Curve, at: Places, node: str, other: str, before: str = "") -> dict[str, int]:
    found = [at[node, other, before + p.name] for p in curve.parameters] + [-1] * (most - len(curve.parameters))
    names = [f"{kind}_{place}" for place in ("first", "second", "third")[:most]]
    return dict(zip(names, found, strict=True))  # a curve with more parameters than the compiled code reads is refused
