"""A bridge as Vega-Lite: parts one below another, each beginning where the one above it ends, and their sum."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.labels import LOWER, UPPER
from omnimix.page.charts import FLUSH, LETTERS, Rows, Scale, chart, height_of, names
from omnimix.page.parts import Spec

UP, DOWN, SUM = "up", "down", "sum"
COLOURS = {UP: OKABE_ITO[3], DOWN: OKABE_ITO[4], SUM: QUIET}
KEPT = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Part:
    """A part of a bridge.

    Attributes:
        label: what it is called.
        value: what it adds.
        told: the same as it is written.
        low: lower end of its range; ``None`` where it has none.
        high: upper end.
    """

    label: str
    value: float
    told: str
    low: float | None = None
    high: float | None = None


def bridge(parts: Sequence[Part], whole: Part, scale: Scale) -> Spec:
    """Return the parts from nothing to the whole, each with its figure below its name and its range, where it has one.

    On a narrow screen there is no room beside the bars for what they amount to.
    """
    rows: Rows = []
    reached = 0.0
    for part in parts:
        rows.append(_row(part, reached, UP if part.value >= 0 else DOWN))
        reached += part.value
    rows.append(_row(whole, 0.0, SUM))
    y = names(rows)
    along: Spec = {
        "field": "from",
        "type": "quantitative",
        "axis": {"title": scale.title, "titleAnchor": "end", "format": scale.form, "tickCount": 5, "grid": False}
        | {"labelFlush": FLUSH},
        "scale": {"nice": False},
    }
    colour: Spec = {
        "field": "way",
        "type": "nominal",
        "scale": {"domain": list(COLOURS), "range": list(COLOURS.values())},
        "legend": None,
    }
    tip = {"field": "tip", "type": "nominal"}
    layers: list[Spec] = [
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "strokeDash": [5, 4], "color": QUIET},
            "encoding": {"x": {"datum": 0.0, "type": "quantitative"}},
        },
        {
            "mark": {"type": "bar", "height": {"band": 0.6}},
            "encoding": {"x": along, "x2": {"field": "to"}, "y": y, "color": colour, "tooltip": tip},
        },
    ]
    if any(row[LOWER] is not None for row in rows):
        ends = {"x": {"field": LOWER, "type": "quantitative"}, "x2": {"field": UPPER}, "y": y, "tooltip": tip}
        known = [{"filter": f"isValid(datum.{LOWER})"}]
        mark = {"type": "rule", "strokeWidth": 2, "color": INK}
        layers.append({"transform": known, "mark": mark, "encoding": ends})
    return chart(rows, height_of(rows), layers)


def _row(part: Part, start: float, way: str) -> dict[str, object]:
    return {
        "label": textwrap.fill(f"{part.label} {part.told.replace(' ', KEPT)}", LETTERS),
        "from": start,
        "to": start + part.value,
        LOWER: None if part.low is None else start + part.low,
        UPPER: None if part.high is None else start + part.high,
        "way": way,
        "tip": f"{part.label}: {part.told}",
    }
