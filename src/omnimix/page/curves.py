"""A response curve as a small drawing: both points marked, what was never seen hatched."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from omnimix.words import Language

WIDE, HIGH = 240.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 8.0, 8.0, 10.0, 22.0
BEYOND = 1.6  # times the larger of today's money and the plan's, at least, are drawn
NEVER = 1.15  # times the last point that was seen: how far the unseen is drawn

type Point = tuple[float, float, float, float, bool]


def curve(row: dict[str, Any], words: Language) -> dict[str, Any]:
    """Return the places of everything drawn of a curve, in units of its box."""
    points = _cut(row["points"], max(row["today"][0], row["plan"][0]))
    most = max(p[0] for p in points) or 1.0
    low, high = min(0.0, *(p[2] for p in points)), max(p[3] for p in points) or 1.0

    def x(spend: float) -> float:
        return round(LEFT + (WIDE - LEFT - RIGHT) * spend / most, 1)

    def y(value: float) -> float:
        return round(HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * (value - low) / (high - low), 1)

    band = [(x(p[0]), y(p[3])) for p in points] + [(x(p[0]), y(p[2])) for p in reversed(points)]
    unseen = [(x(a[0]), x(b[0])) for a, b in pairwise(points) if b[4] and (a[4] or a[0] > 0 or b[0] > a[0])]
    end = min(most, high)
    return {
        "name": row["name"],
        "told": row["told"],
        "colour": row["colour"],
        "line": _path((x(p[0]), y(p[1])) for p in points),
        "band": _path(band) + "Z",
        "unseen": [(a, round(b - a, 1)) for a, b in unseen if b > a],
        "even": (x(0.0), y(0.0), x(end), y(end)) if words.value_unit.is_money else None,
        "floor": y(0.0),
        "today": (x(row["today"][0]), y(row["today"][1])),
        "plan": (x(row["plan"][0]), y(row["plan"][1])),
        "most": words.brief(most),
        "top": words.brief_value(high),
        "box": (WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM),
    }


def _cut(points: list[Point], money: float) -> list[Point]:
    """Return the points up to a little beyond what today and the plan spend."""
    far = BEYOND * money if money > 0 else points[-1][0]
    last = next((k for k, p in enumerate(points) if p[0] > far), len(points) - 1)
    return points[: max(last, 2) + 1]


def _path(points: Any) -> str:
    return "M" + "L".join(f"{a} {b}" for a, b in points)
