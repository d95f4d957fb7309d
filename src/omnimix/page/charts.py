"""Charts as Vega-Lite: bars with ranges, stacked bars, dots with ranges, lines with bands.

Every row of data carries its own text for who points at it (``tip``), so that figures are written in one place.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omnimix.colours import INK, PALE, QUIET
from omnimix.page.parts import Spec

type Rows = list[dict[str, Any]]
type Key = tuple[str, str, str]  # words, colour and mark (square, line-N, dot, diamond, tick)

WIDTH = 640  # pixels of the charts that stand in the page before, or without, any script
LETTERS = 24  # of a line of a row's name
LINE = 15  # pixels
TITLE = 28  # letters of a line of an axis title
LINES = 260  # pixels high is a chart of lines
SHORT = 190  # those of what was seen beside what was expected
NAMES = 80  # pixels that names or numbers take beside a chart at least
FLUSH = 18  # pixels from the end of an axis within which a number keeps to the inner side
ROW = 34  # pixels of a bar with the space around it
TIP = {"field": "tip", "type": "nominal"}
SOLID_AND_DASHED = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


@dataclass(frozen=True)
class Scale:
    """What is written along the axis of a chart: its words, and the text of numbers (d3-format)."""

    title: str
    form: str


def chart(rows: Rows, height: int, layers: Sequence[Spec], keys: Iterable[Key] = ()) -> Spec:
    """Return a chart of some layers over the same rows, with the keys that stand under it."""
    return {
        "data": {"values": rows},
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": list(layers),
        "usermeta": {"keys": [list(key) for key in keys]},
    }


def bars_with_ranges(rows: Rows, scale: Scale, colours: Mapping[str, str]) -> Spec:
    """Return horizontal bars from zero to ``told``, with the range from ``lower`` to ``upper``.

    Rows have ``label``, ``key`` (that of its colour), ``told``, ``lower``, ``upper`` and ``tip``.
    """
    rows = _in_lines(rows)
    y = names(rows)
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "height": {"band": 0.62}, "stroke": QUIET, "strokeWidth": 0.6},
            "encoding": {"x": _x("told", scale), "y": y, **_by_key(colours)},
        },
        _range(y),
        {
            "mark": {"type": "point", "filled": True, "size": 46, "opacity": 1, "color": INK},
            "encoding": {"x": {"field": "told", "type": "quantitative"}, "y": y, "tooltip": TIP},
        },
    ]
    return chart(rows, height_of(rows), layers)


def dots_with_ranges(
    rows: Rows,
    scale: Scale,
    *,
    colours: Mapping[str, str] | None = None,
    line_at: float | None = None,
    line: str = "",
    first: str = "",
    second: str = "",
    zero: bool = True,
) -> Spec:
    """Return a dot a row with its range; where rows have ``other``, a hollow diamond for it as well.

    ``colours`` are by the rows' ``key``; without any, dots are black. ``first`` and ``second`` name the dot and the
    diamond, ``line`` the line at ``line_at``. The axis begins at ``zero`` or where there is something to see.
    """
    rows = _in_lines(rows)
    y = names(rows)
    kinds = {"scale": {"domain": [first, second], "range": ["circle", "diamond"]}, "legend": None}
    dot: Spec = {"x": _x("told", scale, zero=zero), "y": y, "tooltip": TIP, **(_by_key(colours) if colours else {})}
    layers: list[Spec] = [
        _range(y),
        {
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "color": INK},
            "encoding": {**dot, "shape": {"datum": first, **kinds}} if second else dot,
        },
    ]
    if second:
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.other)"}],
                "mark": {"type": "point", "filled": False, "size": 130, "strokeWidth": 2, "opacity": 1, "color": INK},
                "encoding": {"x": _x("other", scale), "y": y, "tooltip": TIP, "shape": {"datum": second, **kinds}},
            }
        )
    keys = [(first, INK, "dot"), (second, INK, "diamond")] if second else []
    return chart(rows, height_of(rows), layers + _line(line_at, line), keys)


def stacked(rows: Rows, scale: Scale, colours: Mapping[str, str], *, spent: str = "") -> Spec:
    """Return stacked horizontal bars: ``label``, ``part`` (that of its colour), ``order``, ``amount`` and ``tip``.

    Rows with ``spent`` carry a mark at what was spent, named ``spent`` in the legend.
    """
    rows = _in_lines(rows)
    y = names(rows)
    shade = {"field": "part", "type": "nominal", "scale": _palette(colours), "legend": None}
    layers: list[Spec] = [
        {
            "transform": [{"filter": "isValid(datum.amount)"}],
            "mark": {"type": "bar", "height": {"band": 0.66}, "stroke": QUIET, "strokeWidth": 0.6},
            "encoding": {
                "x": {**_x("amount", scale), "stack": "zero"},
                "y": y,
                "color": shade,
                "order": {"field": "order", "type": "quantitative"},
                "tooltip": TIP,
            },
        }
    ]
    if spent:
        shape = {"datum": spent, "scale": {"domain": [spent], "range": ["stroke"]}, "legend": None}
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.spent)"}],
                "mark": {"type": "point", "size": 420, "strokeWidth": 3, "angle": 90, "opacity": 1, "color": INK},
                "encoding": {"x": _x("spent", scale), "y": y, "tooltip": TIP, "shape": shape},
            }
        )
    keys = [(part, colour, "square") for part, colour in colours.items()]
    return chart(rows, height_of(rows) + 8, layers, [*keys, *([(spent, INK, "tick")] if spent else [])])


def lines_with_bands(
    rows: Rows,
    across: Scale,
    up: Scale,
    colours: Mapping[str, str],
    *,
    upright: Mapping[float, str] | None = None,
    shaded: Iterable[tuple[float, float, str]] = (),
    level: bool = True,
) -> Spec:
    """Return a line and a band a ``label`` over ``x``: rows have ``x``, ``told``, ``lower``, ``upper``, ``tip``.

    ``upright`` are lines with their words by place; ``shaded`` stretches with theirs; ``level`` marks zero.
    """
    dashes = {
        "type": "nominal",
        "scale": {
            "domain": list(colours),
            "range": [SOLID_AND_DASHED[k % len(SOLID_AND_DASHED)] for k in range(len(colours))],
        },
        "legend": None,
    }
    colour = {"field": "label", "type": "nominal", "scale": _palette(colours), "legend": None}
    x, y = _x("x", across, zero=False), {**_x("told", up), "axis": {**_axis(up), "grid": True}}
    low = {"field": "lower", "type": "quantitative"}
    band = {"x": x, "y": low, "y2": {"field": "upper"}, "color": colour}
    layers: list[Spec] = [_shade(stretch) for stretch in shaded]
    layers.append({"mark": {"type": "area", "opacity": 0.2}, "encoding": band})
    if level:
        layers += _line(0.0, horizontal=True)
    layers.append(
        {
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {
                "x": x,
                "y": y,
                "color": colour,
                "strokeDash": {"field": "label", "type": "nominal", **dashes},
            },
        }
    )
    layers.append(
        {
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0},
            "encoding": {"x": x, "y": {"field": "told", "type": "quantitative"}, "tooltip": TIP},
        }
    )
    for place, words in (upright or {}).items():
        layers += _line(place, words)
    keys = [(name, colour, f"line-{k}") for k, (name, colour) in enumerate(colours.items())]
    return chart(rows, LINES, layers, keys if len(keys) > 1 else ())


def sold_and_baseline(rows: Rows, up: Scale, start: float, names: Sequence[str], colours: tuple[str, str]) -> Spec:
    """Return a line of what was seen over an area from ``base`` to ``all``, week by week; the axis begins at ``start``.

    Rows have ``x`` (a day), ``base`` with ``lower`` and ``upper``, ``all``, ``seen`` and ``tip``; ``names`` are those
    of what was seen, the area and the line of ``base``, ``colours`` those of lines and area.
    """
    ink, accent = colours
    x, y = (
        _days(),
        {
            **_x("base", up),
            "axis": {**_axis(up), "grid": True},
            "scale": {"domainMin": start, "zero": False, "nice": False},
        },
    )
    low, high = {"field": "lower", "type": "quantitative"}, {"field": "upper"}
    layers: list[Spec] = [
        {
            "mark": {"type": "area", "opacity": 0.45, "color": accent},
            "encoding": {"x": x, "y": y, "y2": {"field": "all"}},
        },
        {"mark": {"type": "area", "opacity": 0.3, "color": PALE}, "encoding": {"x": x, "y": low, "y2": high}},
        {"mark": {"type": "line", "strokeWidth": 1.4, "color": QUIET}, "encoding": {"x": x, "y": y}},
        _seen(x, ink),
        _pointed_at(x, "all"),
        {
            "data": {"values": [{}]},
            "mark": {"type": "text", "text": "\u2248", "fontSize": 18, "color": INK, "angle": 0},
            "encoding": {"x": {"value": 0}, "y": {"value": LINES - 8}},
        },
    ]
    keys = [(names[0], ink, "line-0"), (names[1], accent, "square"), (names[2], QUIET, "line-0")]
    return chart(rows, LINES, layers, keys)


def observed_and_expected(rows: Rows, up: Scale, names: Sequence[str], colours: tuple[str, str]) -> Spec:
    """Return what was seen over the range that a model expects: ``x``, ``seen``, ``told``, ``lower``, ``upper``."""
    ink, accent = colours
    x, y = _days(), {**_x("told", up), "axis": {**_axis(up), "grid": True}, "scale": {"zero": False}}
    band = {"x": x, "y": {"field": "lower", "type": "quantitative"}, "y2": {"field": "upper"}}
    layers: list[Spec] = [
        {"mark": {"type": "area", "opacity": 0.3, "color": accent}, "encoding": band},
        {"mark": {"type": "line", "strokeWidth": 1.2, "color": accent}, "encoding": {"x": x, "y": y}},
        _seen(x, ink),
        _pointed_at(x, "told"),
    ]
    return chart(rows, SHORT, layers, [(names[0], ink, "line-0"), (names[1], accent, "square")])


def _days() -> Spec:
    """Return an axis of days."""
    axis = {"title": None, "grid": False, "tickCount": 5, "format": "%Y", "labelOverlap": True}
    return {"field": "x", "type": "temporal", "axis": {**axis, "tickCount": {"interval": "year", "step": 1}}}


def _seen(x: Spec, colour: str) -> Spec:
    seen = {"field": "seen", "type": "quantitative"}
    return {"mark": {"type": "line", "strokeWidth": 1.1, "color": colour}, "encoding": {"x": x, "y": seen}}


def _pointed_at(x: Spec, field: str) -> Spec:
    """Return marks that are only there to be pointed at."""
    at = {"x": x, "y": {"field": field, "type": "quantitative"}, "tooltip": TIP}
    return {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 0}, "encoding": at}


def height_of(rows: Rows) -> int:
    """Return the height of rows whose names may take several lines."""
    labels = {str(r["label"]) for r in rows}
    return max(ROW, 12 + LINE * max(label.count("\n") + 1 for label in labels)) * len(labels)


def _in_lines(rows: Rows) -> Rows:
    """Return rows whose names are broken into lines that stand beside a bar."""
    return [{**row, "label": textwrap.fill(row["label"], LETTERS)} for row in rows]


def names(rows: Rows) -> Spec:
    """Return the axis of row names, in the order of the rows."""
    labels = list(dict.fromkeys(r["label"] for r in rows))
    axis: Spec = {"title": None, "ticks": False, "domain": False, "labelLimit": 190, "labelPadding": 6, "minExtent": 84}
    axis |= {"labelExpr": "split(datum.label, '\\n')", "labelLineHeight": LINE}
    return {"field": "label", "type": "nominal", "sort": labels, "axis": axis}


def _x(name: str, scale: Scale, *, zero: bool = True) -> Spec:
    # A long title runs out over the names, and a number near an end keeps to its inner side: not over the edge.
    axis = {**_axis(scale), "titleAnchor": "end", "labelFlush": FLUSH}
    return {"field": name, "type": "quantitative", "axis": axis, "scale": {"zero": zero, "nice": zero}}


def _axis(scale: Scale) -> Spec:
    return {"title": textwrap.wrap(scale.title, TITLE), "format": scale.form, "tickCount": 6, "grid": False}


def _by_key(colours: Mapping[str, str]) -> Spec:
    return {"color": {"field": "key", "type": "nominal", "scale": _palette(colours), "legend": None}, "tooltip": TIP}


def _palette(colours: Mapping[str, str]) -> Spec:
    return {"domain": list(colours), "range": list(colours.values())}


def _range(y: Spec) -> Spec:
    low = {"field": "lower", "type": "quantitative"}
    return {
        "mark": {"type": "rule", "strokeWidth": 2.5, "color": INK},
        "encoding": {"x": low, "x2": {"field": "upper"}, "y": y, "tooltip": TIP},
    }


def _line(at: float | None, words: str = "", *, horizontal: bool = False) -> list[Spec]:
    """Return a dashed line at a value, with words over its end, on the side where the chart has more room for them.

    Which side that is depends on the width of the reader's screen, so the chart decides it when it is drawn.
    """
    if at is None:
        return []
    along = "y" if horizontal else "x"
    here = {along: {"datum": at, "type": "quantitative"}}
    found: list[Spec] = [
        {"data": {"values": [{}]}, "mark": {"type": "rule", "strokeDash": [5, 4], "color": QUIET}, "encoding": here}
    ]
    if words:
        before = {"expr": f"2 * scale('x', {at!r}) + {NAMES} > width ? 'right' : 'left'"}
        text = {"type": "text", "text": words, "baseline": "bottom", "y": -3, "color": INK, "align": before}
        found.append({"data": {"values": [{}]}, "mark": text, "encoding": here})
    return found


def _shade(stretch: tuple[float, float, str]) -> Spec:
    low, high, words = stretch
    return {
        "data": {"values": [{"from": low, "to": high, "tip": words}]},
        "mark": {"type": "rect", "color": PALE, "opacity": 0.45},
        "encoding": {
            "x": {"field": "from", "type": "quantitative"},
            "x2": {"field": "to"},
            "tooltip": TIP,
        },
    }
