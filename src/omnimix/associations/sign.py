"""Would the data rather have a negative effect?

Every node is regressed on the baseline's columns and on all levers that reach it, carried over geometrically by the
one retention that fits best. A channel is named where its coefficient is more than four standard errors below zero,
by the usual ones and by those that allow for residuals that follow one another (Newey and West 1987). In 100 clean
worlds with 3 to 6 channels no channel is (`python -m benchmarks.accuracy.silent_failures --door`).

A channel that works weeks after it ran, in flights that come back regularly, looks negative as well. So its column is
also moved by one to eight weeks: where that fits clearly better it is carryover and nothing is said, where it fits
about as well the table cannot tell the two apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from omnimix.associations.node_series import NodeSeries, carried, explained, node_series
from omnimix.data import Panel
from omnimix.findings import Finding
from omnimix.mechanics import Array
from omnimix.spec import Funnel, Node

NEGATIVE = -4.0  # standard errors
APART = 10.0  # log likelihood by which one reading is clearly better than the other
RETENTIONS = (0.0, 0.3, 0.5, 0.7, 0.85)
LAGS = np.arange(14.0)
LATEST = 8  # weeks by which an effect may be late
FOLLOWING = 4  # weeks over which residuals may follow one another
CAUSES = (
    "Is it bought when sales are low, switched on with price cuts or in a competitor's season, or does it take sales "
    "from somewhere else? Add what explains it as a control; if the effect is real, say so with signed=True."
)
UNTOLD = (
    "Vary the length of its flights or the weeks between them, or state what you know of its carryover: "
    'priors={"delay": ...}, or adstock="geometric" if it works at once.'
)


@dataclass(frozen=True)
class Sign:
    """A channel whose coefficient on a node is clearly negative.

    ``t`` is the smaller of both t-values in size; ``better_late`` the log likelihood that a positive effect ``late``
    weeks later has beyond a negative one at once.
    """

    node: str
    channel: str
    t: float
    better_late: float
    late: int


def wrong_signs(funnel: Funnel, panel: Panel) -> Iterator[Finding]:
    """Name channels that the data would rather give a negative effect, each on the node where that is clearest."""
    found: dict[str, Sign] = {}
    signed = {c.name for c in funnel.channels if c.signed}
    for series in node_series(funnel, panel):
        if any(n.signed for n in (series.node, *_above(funnel, series.node.name))):
            continue  # a parent may take away: a negative sum is what was declared
        for sign in negative(series):
            if sign.channel not in signed and sign.t <= found.get(sign.channel, sign).t:
                found[sign.channel] = sign
    for sign in found.values():
        if sign.better_late < -APART:
            message = (
                f"The data would rather give {sign.channel} a negative effect on {sign.node} (t {sign.t:.1f} beside "
                "level, season, controls and the other channels). The model cannot, so it looks for a positive one "
                "elsewhere, such as weeks later."
            )
            yield Finding("wrong_sign", "warns", message, CAUSES, sign.t, sign.channel)
        elif sign.better_late <= APART:
            message = (
                f"{sign.node} is lower in the weeks in which {sign.channel} runs "
                f"(t {sign.t:.1f}). Either it takes away, or it works {sign.late} weeks later: its flights come back "
                "so regularly that the data cannot tell."
            )
            yield Finding("late_or_negative", "warns", message, UNTOLD, sign.t, sign.channel)


def negative(series: NodeSeries) -> Iterator[Sign]:
    """Give the channels whose coefficient is clearly negative."""
    names = list(series.exposure)
    best = min((_regression(series, r) for r in RETENTIONS), key=lambda fit: fit[0])
    _, columns, ordinary, robust = best
    for k, name in enumerate(names):
        t = max(float(ordinary[k]), float(robust[k]))
        if t >= NEGATIVE:
            continue
        others = np.delete(columns, k, axis=0)
        better, late = _late(series, name, others)
        yield Sign(series.node.name, name, t, better, late)


def _regression(series: NodeSeries, retention: float) -> tuple[float, Array, Array, Array]:
    """Return the sum of squares, the columns and the t-values of the channels, ordinary and robust."""
    rows = np.array([carried(x, retention**LAGS) for x in series.exposure.values()])
    columns = series.without_known(rows)
    inverse = np.linalg.pinv(columns @ columns.T, hermitian=True)
    coefficients = inverse @ (columns @ series.left)
    rest = series.left - coefficients @ columns
    squares, spare = float(rest @ rest), series.spare
    scores = columns * rest
    middle = scores @ scores.T
    for lag in range(1, FOLLOWING + 1):
        product = scores[:, lag:] @ scores[:, :-lag].T
        middle = middle + (1 - lag / (FOLLOWING + 1)) * (product + product.T)
    ordinary = np.diag(inverse) * squares / spare
    robust = np.diag(inverse @ middle @ inverse) * len(rest) / spare
    return squares, columns, _ratio(coefficients, ordinary), _ratio(coefficients, robust)


def _ratio(coefficients: Array, variance: Array) -> Array:
    """Return t-values; zero where a column is none or the variance came out as nothing."""
    alive = variance > np.finfo(float).tiny
    return np.where(alive, coefficients / np.sqrt(np.where(alive, variance, 1.0)), 0.0)


def _late(series: NodeSeries, channel: str, others: Array) -> tuple[float, int]:
    """Return how much better a positive effect some weeks later fits than a negative one, and how many weeks later."""
    exposure = series.exposure[channel]
    at_once = series.without_known(np.array([carried(exposure, r**LAGS) for r in RETENTIONS]))
    moved = [
        carried(exposure, np.concatenate([np.zeros(late), r**LAGS]))
        for late in range(1, LATEST + 1)
        for r in RETENTIONS
    ]
    taken, whole = explained(-at_once, series.left, others)
    brought, _ = explained(series.without_known(np.array(moved)), series.left, others)
    weeks = len(series.left)
    better = weeks / 2 * np.log((whole - taken.max()) / (whole - brought.max()))
    return float(better), int(brought.argmax()) // len(RETENTIONS) + 1


def _above(funnel: Funnel, name: str) -> Iterator[Node]:
    """Give the nodes that act on a node, directly or through others."""
    for parent in funnel.node(name).parents:
        yield funnel.node(parent)
        yield from _above(funnel, parent)
