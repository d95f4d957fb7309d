"""Where the spots and ribbons of a funnel lie on paper, in inches from the top left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from omnimix.flows.amounts import Arrow, Flows

LINE = 0.16  # height of a line of text
BOLD, PLAIN, SMALL = 0.078, 0.066, 0.06  # width of a character
BAR = 0.1  # width of a spot's bar
BETWEEN_COLUMNS = 2.5
BETWEEN_SPOTS = 0.14
BETWEEN_STAGES = 0.32
BETWEEN_LANES = 0.03
ALL_BARS = 2.4  # height of what all channels bring
EACH_ARROW = 0.045  # of a funnel without a fit
HEADING = 0.3
BEND = 0.15

type Key = tuple[str, ...]  # ("spot", name), ("lane", source, target) or ("team", name)


@dataclass(frozen=True)
class Label:
    """Lines of text of a spot: its name, its money, and quieter notes."""

    name: tuple[str, ...]
    money: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines from top to bottom."""
        return (*self.name, *self.money, *self.notes)

    @property
    def height(self) -> float:
        """Height in inches."""
        return LINE * len(self.lines)

    @property
    def width(self) -> float:
        """Width in inches, roughly."""
        kinds = ((BOLD, self.name), (PLAIN, self.money), (SMALL, self.notes))
        return max(wide * len(line) for wide, lines in kinds for line in lines)


@dataclass(frozen=True)
class Place:
    """A spot's bar: its left edge, top and height."""

    x: float
    top: float
    height: float

    @property
    def middle(self) -> float:
        """The middle of the bar."""
        return self.top + self.height / 2


@dataclass(frozen=True)
class Ribbon:
    """An arrow on paper: the points its middle passes, and its width."""

    arrow: Arrow
    points: tuple[tuple[float, float], ...]
    width: float


@dataclass(frozen=True)
class Paper:
    """A whole funnel on paper, ``scale`` inches for one unit of money; ``headings`` are teams and where they stand."""

    places: Mapping[str, Place]
    ribbons: tuple[Ribbon, ...]
    headings: Mapping[str, float]
    scale: float
    width: float
    height: float


@dataclass(frozen=True)
class _Item:
    """Something in a column, with the room it wants above and below."""

    key: Key
    above: float
    height: float
    below: float = 0.0


def lay_out(flows: Flows, labels: Mapping[str, Label], teams: Mapping[str, str]) -> Paper:
    """Lay out a funnel: channels by team at the left; in later columns arrows that pass go above or below the spots."""
    scale = _scale(flows)
    column = {s.name: s.column for s in flows.spots}
    last = max(column.values())
    stacks = [_channels(flows, labels, teams, scale)]
    order = [key[1] for key in (item.key for item in stacks[0]) if key[0] == "spot"]
    order += [s.name for s in sorted(flows.spots, key=lambda s: s.column) if s.column > 0]
    stacks += [_column(flows, c, labels, order, scale) for c in range(1, last + 1)]
    height = max(sum(i.above + i.height + i.below for i in stack) for stack in stacks)
    tops = [_tops(stack, height) for stack in stacks]
    left = max(labels[n].width for n in order if column[n] == 0) + 0.2
    places = {
        n: Place(left + column[n] * BETWEEN_COLUMNS, tops[column[n]]["spot", n], _bar(flows, n, scale)) for n in order
    }
    right = max(labels[n].width for n in order if column[n] == last) + 0.2
    return Paper(
        places=places,
        ribbons=tuple(_ribbons(flows, places, tops, column, scale, left)),
        headings={key[1]: top for key, top in tops[0].items() if key[0] == "team"},
        scale=scale,
        width=left + last * BETWEEN_COLUMNS + BAR + right,
        height=height,
    )


def forward(flows: Flows) -> list[Arrow]:
    """Return the arrows that lead on, without those back to channels."""
    return [a for a in flows.arrows if a.kind == "flow"]


def _scale(flows: Flows) -> float:
    """Return inches for one unit of money."""
    if flows.total is None:
        return EACH_ARROW
    channels = {s.name for s in flows.spots if s.column == 0}
    return ALL_BARS / max(sum(abs(a.mean) for a in forward(flows) if a.source in channels), 1e-300)


def _bar(flows: Flows, name: str, scale: float) -> float:
    """Return the height of a spot's bar: what flows in or out, whichever is more."""
    inwards = sum(abs(a.mean) for a in forward(flows) if a.target == name)
    outwards = sum(abs(a.mean) for a in forward(flows) if a.source == name)
    return scale * max(inwards, outwards)


def _channels(flows: Flows, labels: Mapping[str, Label], teams: Mapping[str, str], scale: float) -> list[_Item]:
    """Stack channels, those of one team together under its name."""
    names = [s.name for s in flows.spots if s.column == 0]
    named = any(n in teams for n in names)
    items: list[_Item] = []
    for team in dict.fromkeys(teams.get(n, "other") for n in names):
        if named:
            items.append(_Item(("team", team), BETWEEN_SPOTS if items else 0.0, HEADING))
        items += [_beside_label(n, flows, labels, scale) for n in names if teams.get(n, "other") == team]
    return items


def _beside_label(name: str, flows: Flows, labels: Mapping[str, Label], scale: float) -> _Item:
    """Return a spot whose text stands beside its bar."""
    bar = _bar(flows, name, scale)
    spare = max(0.0, labels[name].height - bar) / 2
    return _Item(("spot", name), spare + BETWEEN_SPOTS / 2, bar, spare + BETWEEN_SPOTS / 2)


def _column(flows: Flows, column: int, labels: Mapping[str, Label], order: Sequence[str], scale: float) -> list[_Item]:
    """Stack the spots of a later column, the ways past it to the upper outcomes above and the others below."""
    where = {s.name: s.column for s in flows.spots}
    last = max(where.values())
    ends = [n for n in order if where[n] == last]
    upper = set(ends[: len(ends) // 2])
    past = [a for a in forward(flows) if where[a.source] < column < where[a.target]]
    past.sort(key=lambda a: (order.index(a.target), order.index(a.source)))
    lanes = {a: _Item(("lane", a.source, a.target), BETWEEN_LANES, scale * abs(a.mean)) for a in past}
    items = [lanes[a] for a in past if a.target in upper]
    for name in [n for n in order if where[n] == column]:
        if column == last:
            items.append(_beside_label(name, flows, labels, scale))
            continue
        above = BETWEEN_STAGES + labels[name].height
        items.append(_Item(("spot", name), above, _bar(flows, name, scale), BETWEEN_STAGES))
    return items + [lanes[a] for a in past if a.target not in upper]


def _tops(items: Sequence[_Item], height: float) -> dict[Key, float]:
    """Return the top of every item of a column that is centred on the paper."""
    at = (height - sum(i.above + i.height + i.below for i in items)) / 2
    tops = {}
    for item in items:
        tops[item.key] = at + item.above
        at += item.above + item.height + item.below
    return tops


def _ribbons(
    flows: Flows,
    places: Mapping[str, Place],
    tops: Sequence[Mapping[Key, float]],
    column: Mapping[str, int],
    scale: float,
    left: float,
) -> list[Ribbon]:
    """Lead every arrow from its place on one bar, through its lanes, to its place on another."""
    ways: dict[Arrow, list[tuple[float, float]]] = {}
    for a in forward(flows):
        ways[a] = []
        for c in range(column[a.source] + 1, column[a.target]):
            x, y = left + c * BETWEEN_COLUMNS + BAR / 2, tops[c]["lane", a.source, a.target] + scale * abs(a.mean) / 2
            ways[a] += [(x - BEND, y), (x + BEND, y)]
    starts: dict[Arrow, float] = {}
    ends: dict[Arrow, float] = {}
    for name, place in places.items():
        out = [a for a in ways if a.source == name]
        out.sort(key=lambda a: ways[a][0][1] if ways[a] else places[a.target].middle)
        starts |= _ports(out, place, scale)
        into = [a for a in ways if a.target == name]
        into.sort(key=lambda a: ways[a][-1][1] if ways[a] else places[a.source].middle)
        ends |= _ports(into, place, scale)
    return [
        Ribbon(
            a,
            ((places[a.source].x + BAR, starts[a]), *way, (places[a.target].x, ends[a])),
            scale * abs(a.mean),
        )
        for a, way in ways.items()
    ]


def _ports(arrows: Sequence[Arrow], place: Place, scale: float) -> dict[Arrow, float]:
    """Return where on a bar each arrow's middle lies, one below the other."""
    at = place.middle - scale * sum(abs(a.mean) for a in arrows) / 2
    found = {}
    for a in arrows:
        width = scale * abs(a.mean)
        found[a] = at + width / 2
        at += width
    return found
