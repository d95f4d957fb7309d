"""Lay the model out in two flat arrays: the form in which the compiled density reads any funnel.

``ints`` begins with: number of parameters, nodes, weeks and channels; where exposures, prior codes and prior
arguments start; where the table of nodes starts; the first week of the data window. Each node has a block of integers,
in the order of :class:`NodeBlock`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from omnimix.data import Panel
from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics import (
    SCALED_GROUPS,
    Array,
    Design,
    Learned,
    NodeScale,
    Slot,
    scaled_exposure,
    scaled_series,
    total_prior,
)
from omnimix.mechanics.parameters import DEGREES_OF_FREEDOM, NOISE
from omnimix.spec import FAMILIES, Funnel, Node

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
HEADER = 10


@dataclass(frozen=True)
class NodeBlock:
    """The integers of a node: sizes, and where its arrays start."""

    student: int
    seen: int
    terms: int
    links: int
    series_at: int
    design_at: int
    gram_at: int
    index_at: int
    groups_at: int
    positions_at: int
    noise_at: int
    links_at: int
    totals: int
    totals_at: int
    total_code: int
    total_at: int


@dataclass
class _Tape:
    """Two growing arrays; appending returns where the piece starts."""

    floats: list[Array] = field(default_factory=list)
    ints: list[Ints] = field(default_factory=list)
    float_size: int = 0
    int_size: int = HEADER

    def put_floats(self, values: Array) -> int:
        start = self.float_size
        self.floats.append(np.ascontiguousarray(values, dtype=np.float64).ravel())
        self.float_size += self.floats[-1].size
        return start

    def put_ints(self, values: Sequence[int] | Ints) -> int:
        start = self.int_size
        self.ints.append(np.asarray(values, dtype=np.int64).ravel())
        self.int_size += self.ints[-1].size
        return start


@dataclass(frozen=True)
class Layout:
    """The model as the compiled density reads it, with the parameters in order."""

    ints: Ints
    floats: Array
    slots: tuple[Slot, ...]


def node_block(layout: Layout, number: int) -> NodeBlock:
    """Return the block of the node with that number."""
    start = int(layout.ints[layout.ints[8] + number])
    return NodeBlock(*(int(x) for x in layout.ints[start : start + len(fields(NodeBlock))]))


def lay_out(funnel: Funnel, learned: Learned, panel: Panel, design: Design, slots: tuple[Slot, ...]) -> Layout:
    """Lay out a funnel with its training panel; ``design`` covers the weeks of the data window."""
    tape = _Tape()
    exposures = np.vstack([scaled_exposure(learned, c, panel.frame) for c in funnel.channels])
    exposures_at = tape.put_floats(exposures)
    codes_at = tape.put_ints([FAMILIES[s.prior.family].code for s in slots])
    first_at = tape.put_floats(np.array([s.prior.arguments[0] for s in slots]))
    second_at = tape.put_floats(np.array([(*s.prior.arguments, 0.0)[1] for s in slots]))
    blocks = [
        _node_block(tape, funnel, learned, panel, design, slots, node, scale)
        for node, scale in zip(funnel.nodes, learned.nodes, strict=True)
    ]
    starts = [tape.put_ints([getattr(b, f.name) for f in fields(b)]) for b in blocks]
    table_at = tape.put_ints(starts)
    header = [len(slots), len(blocks), len(learned.weeks), len(funnel.channels)]
    header += [exposures_at, codes_at, first_at, second_at, table_at, learned.window]
    ints = np.concatenate([np.asarray(header, dtype=np.int64), *tape.ints])
    return Layout(ints=ints, floats=np.concatenate(tape.floats), slots=slots)


def _node_block(
    tape: _Tape,
    funnel: Funnel,
    learned: Learned,
    panel: Panel,
    design: Design,
    slots: tuple[Slot, ...],
    node: Node,
    scale: NodeScale,
) -> NodeBlock:
    at = {(s.channel, s.name): k for k, s in reversed(list(enumerate(slots))) if s.node == node.name and s.term is None}
    series = scaled_series(scale, panel.frame[node.name].reindex(learned.window_weeks))
    seen = np.flatnonzero(np.isfinite(series))
    matrix = (design.matrix * np.asarray(design.sds(scale)))[seen]
    groups = [SCALED_GROUPS.index(g) if g in SCALED_GROUPS else -1 for g in design.groups]
    positions = [at.get((None, f"{g}_scale"), -1) for g in SCALED_GROUPS] + [at.get((None, DEGREES_OF_FREEDOM), -1)]
    links = [_link(funnel, at, c.name) for c in funnel.drivers(node)]
    joint = total_prior(funnel, learned, node)
    return NodeBlock(
        student=int(node.likelihood == "student_t"),
        seen=len(seen),
        terms=matrix.shape[1],
        links=len(links),
        series_at=tape.put_floats(series[seen] - design.prior_mean(scale)[seen]),
        design_at=tape.put_floats(matrix.T),
        gram_at=tape.put_floats(matrix.T @ matrix),
        index_at=tape.put_ints(seen + learned.window),
        groups_at=tape.put_ints(groups),
        positions_at=tape.put_ints(positions),
        noise_at=at[None, NOISE],
        links_at=tape.put_ints(np.array(links)),
        totals=len(joint.channels),
        totals_at=tape.put_ints([at[c, CONTRIBUTION_SHARE] for c in joint.channels]),
        total_code=FAMILIES[joint.total.family].code,
        total_at=tape.put_floats(np.array([*(*joint.total.arguments, 0.0)[:2], sum(joint.concentrations), joint.rate])),
    )


def _link(funnel: Funnel, at: dict[tuple[str | None, str], int], name: str) -> list[int]:
    """Return channel number, adstock and saturation code, lags, and where its five parameters stand (-1: none)."""
    channel = funnel.channel(name)
    adstock, saturation = channel.curves
    names = [*_two(p.name for p in adstock.parameters), *_two(p.name for p in saturation.parameters)]
    return [
        funnel.channel_names.index(name),
        adstock.code,
        saturation.code,
        channel.lags,
        at[name, CONTRIBUTION_SHARE],
        *(-1 if n is None else at[name, n] for n in names),
    ]


def _two(names: Iterable[str]) -> list[str | None]:
    return [*names, None, None][:2]
