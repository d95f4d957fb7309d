"""Charts as Vega-Lite: bars with ranges, stacked bars, dots with ranges, lines with bands.

Every row of data carries its own text for who points at it (``tip``), so that figures are written in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omnimix.colours import INK, PALE, QUIET
from omnimix.page.parts import Spec

type Rows = list[dict[str, Any]]

WIDTH = 640  # pixels of the charts that stand in the page before, or without, any script
ROW = 34  # pixels of a bar with the space around it
TIP = {"field": "tip", "type": "nominal"}
SOLID_AND_DASHED = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


@dataclass(frozen=True)
class Scale:
    """What is written along the axis of a chart: its words, and the text of numbers (d3-format)."""

    title: str
    form: str = "~g"


def chart(rows: Rows, height: int, layers: Sequence[Spec], **more: object) -> Spec:
    """Return a chart of some layers over the same rows."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": rows},
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": list(layers),
        **more,
    }


def bars_with_ranges(rows: Rows, scale: Scale, colours: Mapping[str, str], *, line_at: float | None = None) -> Spec:
    """Return horizontal bars from zero to ``mean``, with the range from ``lower`` to ``upper``.

    Rows have ``label``, ``key`` (that of its colour), ``mean``, ``lower``, ``upper`` and ``tip``.
    """
    y = _names(rows)
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "height": {"band": 0.62}},
            "encoding": {"x": _x("mean", scale), "y": y, **_by_key(colours)},
        },
        _range(y),
        {
            "mark": {"type": "point", "filled": True, "size": 46, "color": INK},
            "encoding": {"x": {"field": "mean", "type": "quantitative"}, "y": y, "tooltip": TIP},
        },
    ]
    return chart(rows, ROW * len(rows), layers + _line(line_at))


def dots_with_ranges(
    rows: Rows, scale: Scale, *, line_at: float | None = None, line: str = "", second: str = "", first: str = ""
) -> Spec:
    """Return a dot a row with its range; where rows have ``other``, a hollow diamond for it as well.

    ``first`` and ``second`` name the dot and the diamond, ``line`` the line at ``line_at``.
    """
    y = _names(rows)
    kinds = {"scale": {"domain": [first, second], "range": ["circle", "diamond"]}, "legend": _legend()}
    dot: Spec = {"x": _x("mean", scale), "y": y, "tooltip": TIP}
    layers: list[Spec] = [
        _range(y),
        {
            "mark": {"type": "point", "filled": True, "size": 90, "color": INK},
            "encoding": {**dot, "shape": {"datum": first, **kinds}} if second else dot,
        },
    ]
    if second:
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.other)"}],
                "mark": {"type": "point", "filled": False, "size": 110, "strokeWidth": 2, "color": INK},
                "encoding": {"x": _x("other", scale), "y": y, "tooltip": TIP, "shape": {"datum": second, **kinds}},
            }
        )
    return chart(rows, ROW * len(rows), layers + _line(line_at, line))


def stacked(rows: Rows, scale: Scale, colours: Mapping[str, str], *, spent: str = "") -> Spec:
    """Return stacked horizontal bars: ``label``, ``part`` (that of its colour), ``order``, ``amount`` and ``tip``.

    Rows with ``spent`` carry a mark at what was spent, named ``spent`` in the legend.
    """
    y = _names(rows)
    colour = {"field": "part", "type": "nominal", "scale": _palette(colours), "legend": _legend(), "title": None}
    layers: list[Spec] = [
        {
            "transform": [{"filter": "isValid(datum.amount)"}],
            "mark": {"type": "bar", "height": {"band": 0.66}, "stroke": "white", "strokeWidth": 0.7},
            "encoding": {
                "x": {**_x("amount", scale), "stack": "zero"},
                "y": y,
                "color": colour,
                "order": {"field": "order", "type": "quantitative"},
                "tooltip": TIP,
            },
        }
    ]
    if spent:
        shape = {"datum": spent, "scale": {"domain": [spent], "range": ["stroke"]}, "legend": _legend()}
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.spent)"}],
                "mark": {"type": "point", "size": 420, "strokeWidth": 3, "angle": 90, "color": INK},
                "encoding": {"x": _x("spent", scale), "y": y, "tooltip": TIP, "shape": shape},
            }
        )
    return chart(rows, ROW * len({r["label"] for r in rows}) + 8, layers)


def lines_with_bands(
    rows: Rows,
    across: Scale,
    up: Scale,
    colours: Mapping[str, str],
    *,
    upright: Mapping[float, str] | None = None,
    shaded: Iterable[tuple[float, float, str]] = (),
    level: bool = True,
    height: int = 260,
) -> Spec:
    """Return a line and a band a ``label`` over ``x``: rows have ``x``, ``mean``, ``lower``, ``upper``, ``tip``.

    ``upright`` are lines with their words by place; ``shaded`` stretches with theirs; ``level`` marks zero.
    """
    dashes = {"type": "nominal", "scale": {"domain": list(colours), "range": _dashes(len(colours))}, "legend": None}
    legend = _legend() if len(colours) > 1 else None
    colour = {"field": "label", "type": "nominal", "scale": _palette(colours), "legend": legend, "title": None}
    x, y = _x("x", across, zero=False), {**_x("mean", up), "axis": {**_axis(up), "grid": True}}
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
            "encoding": {"x": x, "y": {"field": "mean", "type": "quantitative"}, "tooltip": TIP},
        }
    )
    for place, words in (upright or {}).items():
        layers += _line(place, words)
    return chart(rows, height, layers)


def _names(rows: Rows) -> Spec:
    """Return the axis of row names, in the order of the rows."""
    labels = list(dict.fromkeys(r["label"] for r in rows))
    axis = {"title": None, "ticks": False, "domain": False, "labelLimit": 150, "labelPadding": 6, "minExtent": 84}
    return {"field": "label", "type": "nominal", "sort": labels, "axis": axis}


def _x(name: str, scale: Scale, *, zero: bool = True) -> Spec:
    return {"field": name, "type": "quantitative", "axis": _axis(scale), "scale": {"zero": zero, "nice": zero}}


def _axis(scale: Scale) -> Spec:
    return {"title": scale.title, "format": scale.form, "tickCount": 6, "grid": False}


def _by_key(colours: Mapping[str, str]) -> Spec:
    return {"color": {"field": "key", "type": "nominal", "scale": _palette(colours), "legend": None}, "tooltip": TIP}


def _palette(colours: Mapping[str, str]) -> Spec:
    return {"domain": list(colours), "range": list(colours.values())}


def _legend() -> Spec:
    return {"orient": "bottom", "title": None, "columns": 2, "symbolLimit": 24, "labelLimit": 260}


def _dashes(number: int) -> list[list[int]]:
    return [list(SOLID_AND_DASHED[k % len(SOLID_AND_DASHED)]) for k in range(number)]


def _range(y: Spec) -> Spec:
    low = {"field": "lower", "type": "quantitative"}
    return {
        "mark": {"type": "rule", "strokeWidth": 2.5, "color": INK},
        "encoding": {"x": low, "x2": {"field": "upper"}, "y": y, "tooltip": TIP},
    }


def _line(at: float | None, words: str = "", *, horizontal: bool = False) -> list[Spec]:
    """Return a dashed line at a value, with words beside its end."""
    if at is None:
        return []
    along = "y" if horizontal else "x"
    here = {along: {"datum": at, "type": "quantitative"}}
    found: list[Spec] = [
        {"data": {"values": [{}]}, "mark": {"type": "rule", "strokeDash": [5, 4], "color": QUIET}, "encoding": here}
    ]
    if words:
        text = {"type": "text", "text": words, "align": "left", "baseline": "top", "dx": 4, "y": 2, "color": INK}
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
