"""A funnel as an SVG drawing: channels at the left, stages on the way, outcomes at the right."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from omnimix.colours import channel_colours
from omnimix.spec.graph import arrows

if TYPE_CHECKING:
    from omnimix.spec.channel import Channel
    from omnimix.spec.funnel import Funnel

ROW, TOP, BAR = 30.0, 14.0, 4.0  # pixels
LETTER = 6.9  # pixels of a letter, on the wide side
GAP = 190.0  # between columns
MOST_LETTERS = 28
# Letters stand clear of lines where the notebook tells its background; elsewhere the halo is not seen.
HALO = (
    "style='paint-order:stroke;stroke:var(--jp-layout-color0,var(--vscode-editor-background,transparent));"
    "stroke-width:4px;stroke-linejoin:round'"
)
type Place = tuple[float, float]


def draw(funnel: Funnel) -> str:
    """Return a funnel as SVG text; names are escaped, lines and letters take the colour of the page."""
    columns = _columns(funnel)
    left = 16 + LETTER * max(len(_short(line)) for c in funnel.channels for line in (c.name, _note(c)))
    deepest = max(len(names) for names in columns)
    height = 2 * TOP + ROW * max(len(funnel.channels), deepest)
    places = {
        name: (left + GAP * k, height * (row + 0.5) / len(names))
        for k, names in enumerate(columns)
        for row, name in enumerate(names)
    }
    right = max(x + 14 + LETTER * len(_short(n)) for n, (x, _) in places.items() if n in columns[-1])
    colours = channel_colours(funnel.channel_names)
    parts = [
        *_ways(funnel, places, colours),
        *(_channel(c, places[c.name], colours[c.name]) for c in funnel.channels),
        *(_node(n.name, places[n.name], above=n.name not in columns[-1]) for n in funnel.nodes),
    ]
    label = escape(f"{', '.join(funnel.channel_names)} on the way to {', '.join(o.name for o in funnel.outcomes)}")
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' aria-label='{label}' "
        f"viewBox='0 0 {right:.0f} {height:.0f}' width='{right:.0f}' height='{height:.0f}' "
        f"style='max-width:100%;height:auto;color:inherit' "
        f"font-family='system-ui,sans-serif' font-size='12'>{''.join(parts)}</svg>"
    )


def _columns(funnel: Funnel) -> list[list[str]]:
    """Return the names in each column: every node right of all that acts on it, outcomes that feed nothing last."""
    column = {c.name: 0 for c in funnel.channels}
    acting = [(source, target) for source, target, _ in arrows(funnel.channels, funnel.nodes)]
    for node in funnel.nodes:
        column[node.name] = 1 + max((column[s] for s, t in acting if t == node.name), default=0)
    feeding = {source for source, _ in acting}
    last = max(column.values())
    column |= {n.name: last for n in funnel.nodes if n.name not in feeding}
    return [[name for name, k in column.items() if k == place] for place in range(last + 1)]


def _ways(funnel: Funnel, places: dict[str, Place], colours: dict[str, str]) -> Iterator[str]:
    for node in funnel.nodes:
        for channel in funnel.drivers(node):
            yield _curve(places[channel.name], places[node.name], colours[channel.name], "1.6", "0.75")
        for parent in node.parents:
            yield _curve(places[parent], places[node.name], "currentColor", "3", "0.45")


def _curve(start: Place, end: Place, colour: str, width: str, opacity: str) -> str:
    (x0, y0), (x1, y1) = (start[0] + BAR, start[1]), end
    middle = (x0 + x1) / 2
    return (
        f"<path d='M{x0:.1f} {y0:.1f} C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}' fill='none' "
        f"stroke='{colour}' stroke-width='{width}' stroke-opacity='{opacity}'/>"
    )


def _channel(channel: Channel, place: Place, colour: str) -> str:
    x, y = place
    note = _note(channel)
    name = _text(x - 6, y + (-1 if note else 4), channel.name, "end")
    return name + (_text(x - 6, y + 11, note, "end", quiet=True) if note else "") + _bar(x, y, colour, 9)


def _node(name: str, place: Place, *, above: bool) -> str:
    """Write an outcome beside its bar and a stage above it, where no line goes through the name."""
    x, y = place
    text = (
        _text(x + BAR / 2, y - 20, name, "middle", bold=True)
        if above
        else _text(x + BAR + 6, y + 4, name, "start", bold=True)
    )
    return text + _bar(x, y, "currentColor", 15)


def _bar(x: float, y: float, colour: str, half: float) -> str:
    return f"<rect x='{x:.1f}' y='{y - half:.1f}' width='{BAR:.0f}' height='{2 * half:.0f}' fill='{colour}'/>"


def _text(x: float, y: float, text: str, anchor: str, *, bold: bool = False, quiet: bool = False) -> str:
    look = f" font-weight='600' {HALO}" if bold else " font-size='10' opacity='0.7'" if quiet else ""
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' fill='currentColor'{look}>{escape(_short(text))}</text>"
    )


def _note(channel: Channel) -> str:
    answers = f"spend answers to {channel.responds_to}" if channel.responds_to else ""
    fuelled = f"audience: {channel.fuelled_by}" if channel.fuelled_by else ""
    return "; ".join(filter(None, (answers, fuelled)))


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 3]}..."
