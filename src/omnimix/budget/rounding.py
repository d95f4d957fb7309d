"""Money as a page shows it: one rounding for all of it, and parts that add up to the total that stands beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping

DIGITS = 4  # of the largest amount, that count
SMALL = 0.01  # of the total: a change that is not spoken of


def step_of(total: float) -> float:
    """Return what money is rounded to beside a total: about a thousandth of it, a power of ten.

    >>> step_of(1_018_639), step_of(94_000)
    (1000.0, 10.0)
    """
    return 10.0 ** max(math.floor(math.log10(total)) - DIGITS + 1, 0) if total > 0 else 1.0


def rounded(parts: Mapping[str, float], step: float) -> dict[str, float]:
    """Round parts so that they add up to their rounded total: what is furthest from its step gives way.

    >>> rounded({"tv": 14.6, "radio": 14.6, "search": 70.8}, 10.0)
    {'tv': 20.0, 'radio': 10.0, 'search': 70.0}
    """
    low = {name: math.floor(amount / step) for name, amount in parts.items()}
    left = round(sum(parts.values()) / step) - sum(low.values())
    first = sorted(parts, key=lambda name: low[name] - parts[name] / step)
    up = set(first[:left])
    return {name: (count + (name in up)) * step for name, count in low.items()}
