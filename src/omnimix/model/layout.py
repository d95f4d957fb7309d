"""Lay the model out in two flat arrays: the form in which the compiled density reads any funnel.

``ints`` begins with the integers of :class:`Header`. Every equation (a node, or the spend of a channel that answers to
a stage) has a block of integers in the order of :class:`Block`; its rows of links (channels acting on it), of parents
and of beliefs are described at :func:`_link`, :func:`_parent` and :func:`_belief`. A place of -1 means: there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from omnimix.curves import ADSTOCKS, Curve
from omnimix.data import Panel
from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics import (
    SCALED_GROUPS,
    Array,
    Belief,
    Design,
    Learned,
    NodeScale,
    Part,
    Slot,
    beliefs,
    in_totals,
    links,
    scaled_exposure,
    scaled_series,
    spend_equation,
    worths,
)
from omnimix.mechanics.audience import audience
from omnimix.mechanics.beliefs import FOLLOWS, following
from omnimix.mechanics.parameters import (
    DEGREES_OF_FREEDOM,
    LINK,
    MISSING_WEEK,
    NOISE,
    SHOCK_SPREAD,
    SPEND_RESPONSE,
    STAGE_EFFECT,
)
from omnimix.spec import FAMILIES, Channel, Funnel, Node

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Places = dict[tuple[str, str, str], int]  # (node, channel or parent, name) -> place of the parameter


@dataclass(frozen=True)
class Header:
    """The first integers of the layout."""

    parameters: int
    equations: int
    weeks: int
    channels: int
    exposures_at: int
    codes_at: int
    first_at: int
    second_at: int
    table_at: int
    window: int
    nodes: int
    beliefs: int
    beliefs_at: int
    worths_at: int
    all_links: int
    all_parents: int
    longest: int
    follows_at: int
    loose_at: int


@dataclass(frozen=True)
class Block:
    """The integers of an equation: what it is, sizes, and where its arrays start."""

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
    spend: int
    parents: int
    parents_at: int
    first_link: int
    first_parent: int
    readers: int
    level_at: int
    missing: int
    missing_at: int
    missing_place: int
    sharing: int
    sharing_at: int


@dataclass
class _Tape:
    """Two growing arrays; appending returns where the piece starts."""

    floats: list[Array] = field(default_factory=list)
    ints: list[Ints] = field(default_factory=list)
    float_size: int = 0
    int_size: int = len(fields(Header))

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


def block_of(layout: Layout, number: int) -> Block:
    """Return the block of the equation with that number."""
    start = int(layout.ints[header_of(layout).table_at + number])
    return Block(*(int(x) for x in layout.ints[start : start + len(fields(Block))]))


def header_of(layout: Layout) -> Header:
    """Return the header."""
    return Header(*(int(x) for x in layout.ints[: len(fields(Header))]))


def lay_out(funnel: Funnel, learned: Learned, panel: Panel, design: Design, slots: tuple[Slot, ...]) -> Layout:
    """Lay out a funnel with its training panel; ``design`` covers the weeks of the data window."""
    tape = _Tape()
    places: Places = {(s.node, s.channel or s.parent or "", s.name): k for k, s in reversed(list(enumerate(slots)))}
    labels = [s.label for s in slots]
    exposures = np.vstack([scaled_exposure(learned, c, panel.frame) for c in funnel.channels])
    exposures_at = tape.put_floats(exposures)
    codes_at = tape.put_ints([FAMILIES[s.prior.family].code for s in slots])
    first_at = tape.put_floats(np.array([s.prior.arguments[0] for s in slots]))
    second_at = tape.put_floats(np.array([(*s.prior.arguments, 0.0)[1] for s in slots]))
    writer = _Writer(tape, funnel, learned, panel, design, places)
    blocks = [writer.node_block(n) for n in funnel.nodes] + [writer.spend_block(c) for c in funnel.responding]
    table_at = tape.put_ints([tape.put_ints([getattr(b, f.name) for f in fields(b)]) for b in blocks])
    groups = [writer.belief(b) for b in beliefs(funnel, learned)]
    header = Header(
        parameters=len(slots),
        equations=len(blocks),
        weeks=len(learned.weeks),
        channels=len(funnel.channels),
        exposures_at=exposures_at,
        codes_at=codes_at,
        first_at=first_at,
        second_at=second_at,
        table_at=table_at,
        window=learned.window,
        nodes=len(funnel.nodes),
        beliefs=len(groups),
        beliefs_at=tape.put_ints(groups),
        worths_at=tape.put_floats(np.array([worths(funnel, learned)[n.name] for n in funnel.nodes])),
        all_links=writer.links_so_far,
        all_parents=writer.parents_so_far,
        follows_at=tape.put_ints([-1 if s.follows is None else labels.index(s.follows) for s in slots]),
        loose_at=tape.put_floats(np.array([s.looseness for s in slots])),
        longest=max([c.lags for c in funnel.channels] + [n.lags for n in funnel.nodes]),
    )
    start = np.array([getattr(header, f.name) for f in fields(header)], dtype=np.int64)
    return Layout(ints=np.concatenate([start, *tape.ints]), floats=np.concatenate(tape.floats), slots=slots)


@dataclass
class _Writer:
    """Writes blocks on the tape and counts rows as it goes."""

    tape: _Tape
    funnel: Funnel
    learned: Learned
    panel: Panel
    design: Design
    places: Places
    links_so_far: int = 0
    parents_so_far: int = 0

    def node_block(self, node: Node) -> Block:
        """Write the equation of a stage or an outcome."""
        scale = self.learned.scale(node.name)
        series = scaled_series(scale, self.panel.series(node.name).reindex(self.learned.window_weeks))
        missing = np.flatnonzero(self.learned.window_weeks.isin(self.learned.missing_weeks(node.name)))
        seen = np.flatnonzero(np.isfinite(series) | np.isin(np.arange(len(series)), missing))
        rows = [self._link(node, c) for c in self.funnel.drivers(node)]
        parents = [self._parent(node, p) for p in node.parents]
        student = node.likelihood == "student_t"
        readers = sum(node.name in n.parents for n in self.funnel.nodes)
        readers += sum(c.responds_to == node.name for c in self.funnel.responding)
        numbers = self.funnel.channel_names.index
        sharing = [(self.places[node.name, c, CONTRIBUTION_SHARE], numbers(c)) for c in in_totals(self.funnel, node)]
        block = self._block(
            scale, series, seen, rows, parents, student=int(student), spend=0, readers=readers, missing=missing
        )
        return replace(block, sharing=len(sharing), sharing_at=self.tape.put_ints(np.array(sharing, dtype=np.int64)))

    def spend_block(self, channel: Channel) -> Block:
        """Write the equation of a channel's spend: it answers to its stage in the same week."""
        scale = self.learned.scale(spend_equation(channel))
        series = scaled_series(scale, self.panel.series(channel.spend_column).reindex(self.learned.window_weeks))
        seen = np.flatnonzero(series > 0)
        stage = [n.name for n in self.funnel.nodes].index(str(channel.responds_to))
        place = self.places[scale.name, "", SPEND_RESPONSE]
        row = [stage, ADSTOCKS["none"].code, 1, place, -1, -1, -1, 1]
        nothing = np.array([], dtype=np.int64)
        return self._block(scale, series, seen, [], [row], student=0, spend=1, readers=0, missing=nothing)

    def _block(
        self,
        scale: NodeScale,
        series: Array,
        seen: Ints,
        rows: list[list[int]],
        parents: list[list[int]],
        *,
        student: int,
        spend: int,
        readers: int,
        missing: Ints,
    ) -> Block:
        tape, design, level = self.tape, self.design, self.design.prior_mean(scale)
        matrix = (design.matrix * np.asarray(design.sds(scale)))[seen]
        groups = [SCALED_GROUPS.index(g) if g in SCALED_GROUPS else -1 for g in design.groups]
        first_link, first_parent = self.links_so_far, self.parents_so_far
        self.links_so_far += len(rows)
        self.parents_so_far += len(parents)
        scales = [f"{g}_scale" for g in SCALED_GROUPS]
        return Block(
            student=student,
            seen=len(seen),
            terms=matrix.shape[1],
            links=len(rows),
            series_at=tape.put_floats(np.nan_to_num(series - level)[seen]),
            design_at=tape.put_floats(matrix.T),
            gram_at=tape.put_floats(matrix.T @ matrix),
            index_at=tape.put_ints(seen + self.learned.window),
            groups_at=tape.put_ints(groups),
            positions_at=tape.put_ints(
                [self.places.get((scale.name, "", s), -1) for s in (*scales, DEGREES_OF_FREEDOM)]
            ),
            noise_at=self.places[scale.name, "", NOISE],
            links_at=tape.put_ints(np.array(rows, dtype=np.int64)),
            spend=spend,
            parents=len(parents),
            parents_at=tape.put_ints(np.array(parents, dtype=np.int64)),
            first_link=first_link,
            first_parent=first_parent,
            readers=readers,
            level_at=tape.put_floats(level[:1]),
            missing=len(missing),
            missing_at=tape.put_ints(np.searchsorted(seen, missing)),
            missing_place=self.places.get((scale.name, "", MISSING_WEEK), -1),
            sharing=0,
            sharing_at=0,
        )

    def _link(self, node: Node, channel: Channel) -> list[int]:
        """Return channel number, adstock and saturation code, lags, where its five parameters stand, audience.

        The last two are where the weekly audience of a fuelled channel starts, and the number of the node whose
        own part the channel is left out of, because its spend answers to it.
        """
        adstock, saturation = channel.curves
        answers = channel.responds_to == node.name
        return [
            self.funnel.channel_names.index(channel.name),
            adstock.code,
            saturation.code,
            channel.lags,
            self.places[node.name, channel.name, CONTRIBUTION_SHARE],
            *self._two(adstock, node.name, channel.name),
            *self._two(saturation, node.name, channel.name),
            -1 if channel.fuelled_by is None else self.tape.put_floats(audience(self.learned, self.panel, channel)),
            int(answers),
        ]

    def _parent(self, node: Node, parent: str) -> list[int]:
        """Return parent's number, adstock code, lags, place of its effect and of two parameters, shock spread, sign.

        The shock spread is where the prior sd of kappa noise_parent / noise stands, -1 without such a term; the sign
        is 1 where the effect cannot be negative.
        """
        spread = SHOCK_SPREAD[node.confounding]
        return [
            [n.name for n in self.funnel.nodes].index(parent),
            ADSTOCKS[node.adstock].code,
            node.lags,
            self.places[node.name, parent, STAGE_EFFECT],
            *self._two(ADSTOCKS[node.adstock], node.name, parent, LINK),
            self.tape.put_floats(np.array([spread])) if spread else -1,
            int(parent in links(node)),
        ]

    def _two(self, curve: Curve, node: str, other: str, before: str = "") -> list[int]:
        found = [self.places[node, other, before + p.name] for p in curve.parameters]
        return [*found, -1, -1][:2]

    def belief(self, group: Belief) -> int:
        """Write a joint prior; return where it starts.

        Integers: code of the total's family, where its numbers stand (two arguments, concentration of the direct part,
        its rate, sum of the direct concentrations, how much the direct split follows), number of direct parts and of
        others, where the followed parents stand and how many. Then of each direct part: place, channel (-1: it
        follows nothing), where its concentration stands. Then of each other: place, kind of factor (1 total, 2
        worth), node, where concentration and rate stand.
        """
        tape, nodes = self.tape, [n.name for n in self.funnel.nodes]
        inner = sum(p.concentration for p in group.direct)
        rate = group.direct[0].rate if group.direct else 1.0
        arguments = (*group.total.arguments, 0.0)[:2]
        numbers = tape.put_floats(np.array([*arguments, group.direct_concentration, rate, inner, FOLLOWS]))
        followed = tape.put_ints([nodes.index(p) for p in group.follows])
        follow = following(self.funnel, group)
        row = [FAMILIES[group.total.family].code, numbers, len(group.direct), len(group.others)]
        row += [followed, len(group.follows) if follow else 0]
        for part in group.direct:
            channel = self.funnel.channel_names.index(str(part.channel)) if part.channel in follow else -1
            row += [self._place(part), channel, tape.put_floats(np.array([part.concentration]))]
        for part in group.others:
            at = tape.put_floats(np.array([part.concentration, part.rate]))
            row += [self._place(part), 1 if part.factor == "total" else 2, nodes.index(part.of), at]
        return tape.put_ints(row)

    def _place(self, part: Part) -> int:
        if part.channel is not None:
            return self.places[part.node, part.channel, CONTRIBUTION_SHARE]
        return self.places[part.node, part.parent or "", STAGE_EFFECT]
