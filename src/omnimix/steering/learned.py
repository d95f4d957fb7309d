"""What moved a node that the model has learned: channels, controls, season, level, demand, and what is unexplained."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omnimix.effects.plan import Plan, data_window, everywhere, without
from omnimix.effects.respond import respond_each
from omnimix.labels import BASELINE_COEFFICIENT, NODE
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.steering.periods import Periods

CHANNEL, CONTROL, SEASON, HOLIDAYS, LEVEL, DEMAND, UNEXPLAINED = (
    "channel",
    "control",
    "season",
    "holidays",
    "level",
    "demand",
    "unexplained",
)
GROUPS = {"season": SEASON, "holiday": HOLIDAYS, "level": LEVEL, "trend": LEVEL, "carry_in": LEVEL}


def learned_parts(posterior: Posterior, periods: Periods) -> dict[str, list[tuple[str, str, Array]]]:
    """Return by node what moved it: name, kind and change of its mean a week, shape (draws,); parts add up.

    The part of a channel counts all its paths. Where effects multiply, parts of what is not media go by the logarithmic
    mean of both periods, and ``demand`` takes what is left.
    """
    weeks = posterior.scaling.window_weeks
    plan = data_window(posterior, tail=False)
    names = list(posterior.funnel.channel_names)
    always = everywhere(plan)
    orders = (names, names[::-1])
    plans: dict[frozenset[str], Plan] = {frozenset(): plan}
    for order in orders:
        plans |= {frozenset(order[:k]): without(always, order[:k]) for k in range(1, len(order) + 1)}
    found = respond_each(posterior, plans, weeks=weeks)
    out: dict[str, list[tuple[str, str, Array]]] = {}
    for node in posterior.funnel.nodes:
        series = {k: v.sel({NODE: node.name}).transpose("draw", "week").to_numpy() for k, v in found.items()}
        media: dict[str, Array] = dict.fromkeys(names, np.zeros(posterior.size))
        for order in orders:
            for k, name in enumerate(order):
                step = series[frozenset(order[:k])] - series[frozenset(order[: k + 1])]
                media[name] = media[name] + periods.change(step) / len(orders)
        observed = posterior.panel.series(node.name).reindex(weeks).to_numpy(dtype=float)
        rest = series[frozenset(names)]
        parts: list[tuple[str, str, Array]] = [(name, CHANNEL, change) for name, change in media.items()]
        parts += list(_without_media(posterior, node.name, rest, periods))
        known = np.full(posterior.size, float(periods.change(observed)))
        parts.append((UNEXPLAINED, UNEXPLAINED, known - periods.change(series[frozenset()])))
        out[node.name] = parts
    return out


def _without_media(posterior: Posterior, node: str, rest: Array, periods: Periods) -> Iterator[tuple[str, str, Array]]:
    """Give the parts of what comes without media: controls by name, season, holidays, level, demand of parents."""
    scale = posterior.scaling.scale(node)
    frame = posterior.panel.frame
    controls = frame[list(posterior.funnel.controls)] if posterior.funnel.controls else None
    window = posterior.design(posterior.scaling.window_weeks, controls)
    coefficients = posterior.numbers(BASELINE_COEFFICIENT, **{NODE: node})
    before, after = periods.means(rest)
    factor = _logarithmic_mean(before, after) if scale.log else np.ones(len(before))
    moved = periods.change(window.matrix.T)  # by term
    parts: dict[tuple[str, str], Array] = {}
    for k, (term, group) in enumerate(zip(window.terms, window.groups, strict=True)):
        if group == "intercept":
            continue
        key = (term, CONTROL) if group == "control" else (GROUPS[group], GROUPS[group])
        change = scale.scale * factor * coefficients[:, k] * moved[k]
        parts[key] = parts.get(key, np.zeros(posterior.size)) + change
    for (name, kind), change in parts.items():
        yield name, kind, change
    if posterior.funnel.node(node).parents or scale.log:
        yield DEMAND, DEMAND, after - before - sum(parts.values(), np.zeros(posterior.size))


def _logarithmic_mean(one: Array, other: Array) -> Array:
    """Return (b - a) / log(b / a), and a where both are the same.

    >>> _logarithmic_mean(np.array([1.0, 2.0]), np.array([np.e, 2.0])).round(3)
    array([1.718, 2.   ])
    """
    ratio = np.log(other / one)
    small = np.abs(ratio) < 1e-9
    return np.asarray(np.where(small, one, (other - one) / np.where(small, 1.0, ratio)))
