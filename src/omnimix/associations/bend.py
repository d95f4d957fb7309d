"""Does the response to a channel bend: little at first, much in the middle?

For every channel the best curve without a bend (a straight line, or levelling off from the first unit of money) is held
against the best S-shaped one, each with the carryover that suits it, while the other channels have curves without a
bend. What is compared is least squares on a grid, so that it takes a fraction of a second and no fit. In none of
100 clean worlds is the difference in log likelihood above 8, in 48 of 50 with S-shaped channels it is
(`python -m benchmarks.accuracy.silent_failures --door`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omnimix.associations.node_series import NodeSeries, carried, explained, node_series
from omnimix.data import Panel
from omnimix.findings import Finding
from omnimix.mechanics import Array
from omnimix.spec import Funnel

CLEARLY = 8.0  # log likelihood
LAGS = np.arange(14.0)
KERNELS = [
    (LAGS + 1) ** delay * retention**LAGS
    for delay in (0.0, 1.0, 2.0, 4.0)
    for retention in (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
]
HALF_WAY = (0.1, 0.3, 0.6, 1.2, 2.5, 5.0)  # typical weeks of exposure at half of the whole response, without a bend
BENT = [(slope, half) for slope in (2.0, 4.0) for half in (0.5, 0.8, 1.2, 2.0)]
ROUNDS = 3  # in which every channel is given its best curve, the others held
REMEDY = (
    "The default curve does not expect a bend: part of it goes into carryover, and the return comes out too high. Try "
    'saturation="hill" with priors={"slope": om.Prior("LogNormal", 1.0, 0.5)}; `om.compare` of both fits decides.'
)


def bent_responses(funnel: Funnel, panel: Panel) -> Iterator[Finding]:
    """Name channels whose response is clearly S-shaped, each on the node where that is clearest."""
    found: dict[str, tuple[float, str]] = {}
    passed = {c.name for c in funnel.channels if c.signed or c.reach}  # of reach no curve is a choice
    for series in node_series(funnel, panel):
        for channel, gain in bends(series).items():
            if channel not in passed and gain > max(CLEARLY, found.get(channel, (0.0, ""))[0]):
                found[channel] = gain, series.node.name
    for channel, (gain, node) in found.items():
        message = (
            f"The response of {node} to {channel} bends: little at low spend, most in the middle. An S-shaped curve "
            f"fits clearly better than any without a bend (log likelihood {gain:.0f} higher)."
        )
        yield Finding("bent_response", "warns", message, REMEDY, gain, channel)


def bends(series: NodeSeries) -> dict[str, float]:
    """Return by channel how much higher the log likelihood of the best S-shaped curve is; never below zero."""
    plain = {c: series.without_known(_without_bend(x)) for c, x in series.exposure.items()}
    chosen = {c: rows[0] for c, rows in plain.items()}
    for _ in range(ROUNDS):
        for channel, rows in plain.items():
            gains, _whole = explained(rows, series.left, _others(chosen, channel))
            chosen[channel] = rows[int(gains.argmax())]
    out = {}
    for channel, exposure in series.exposure.items():
        others = _others(chosen, channel)
        straight, whole = explained(plain[channel], series.left, others)
        bent, _ = explained(series.without_known(_with_bend(exposure)), series.left, others)
        gain = len(series.left) / 2 * np.log((whole - straight.max()) / (whole - bent.max()))
        out[channel] = max(float(gain), 0.0)
    return out


def _others(chosen: dict[str, Array], channel: str) -> Array:
    kept = [row for name, row in chosen.items() if name != channel]
    return np.array(kept, dtype=float).reshape(len(kept), len(chosen[channel]))  # a channel by itself has none


def _without_bend(exposure: Array) -> Array:
    """Return the straight line and the curves that level off at once, for every kernel, one a row."""
    rows = []
    for kernel in KERNELS:
        u = carried(exposure, kernel)
        rows += [u, *(u / (u + half) for half in HALF_WAY)]
    return np.array(rows)


def _with_bend(exposure: Array) -> Array:
    """Return the S-shaped curves for every kernel, one a row."""
    powers = [(carried(exposure, kernel) ** slope, half**slope) for kernel in KERNELS for slope, half in BENT]
    return np.array([raised / (raised + half) for raised, half in powers])
