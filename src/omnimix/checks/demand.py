"""Is a channel bought when demand is there, without the funnel saying so?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omnimix.findings import Finding
from omnimix.mechanics import Array, scaled_series
from omnimix.posterior import Posterior
from omnimix.spec import Channel

FOLLOWS = 0.5  # correlation of spend with a node, week by week
ALWAYS_ON = 0.9  # share of weeks in which it runs; what is switched by hand answers to no demand


def demand_check(posterior: Posterior) -> Iterator[Finding]:
    """Name channels whose spend moves with a stage or an outcome beside season, trend, holidays and controls.

    A channel with ``responds_to`` is not among them, nor one whose demand a control measures.
    """
    for channel in posterior.funnel.bought:
        if channel.responds_to is not None:
            continue
        found = _followed(posterior, channel)
        if not found:
            continue
        node = max(found, key=lambda n: found[n])
        message = (
            f"Spend of {channel.name} moves with {node} from week to week (correlation {found[node]:.2f} beside "
            "season, trend and controls). It brings much of that, or it is bought when demand is there anyway: the fit "
            "takes all of it for its effect."
        )
        yield Finding(
            "spend_follows_demand", "warns", message, _remedy(posterior, channel, node), found[node], channel.name
        )


def _remedy(posterior: Posterior, channel: Channel, node: str) -> str:
    stages = {s.name for s in posterior.funnel.stages}
    answer = f"responds_to={node!r}" if node in stages else "responds_to with the stage it answers to"
    return (
        f"If {channel.name} is bought on demand, as paid clicks are, say so with {answer}, or add a control that "
        "measures demand; if its budget is set by hand, an on-and-off test tells."
    )


def _followed(posterior: Posterior, channel: Channel) -> dict[str, float]:
    """Return the correlation with every node that a channel's spend follows."""
    scaling, funnel = posterior.scaling, posterior.funnel
    weeks = scaling.window_weeks
    frame = posterior.panel.frame.reindex(weeks)
    spend = frame[channel.spend_column].to_numpy(dtype=float)
    if (spend > 0).mean() < ALWAYS_ON:
        return {}
    known = posterior.design(weeks, frame[list(funnel.controls)] if funnel.controls else None).matrix
    out = {}
    for node in funnel.nodes:
        series = scaled_series(scaling.scale(node.name), frame[node.name])
        seen = np.isfinite(series)
        correlation = _correlation(_left(spend[seen], known[seen]), _left(series[seen], known[seen]))
        if correlation > FOLLOWS:
            out[node.name] = correlation
    return out


def _left(series: Array, known: Array) -> Array:
    """Return what the columns of the baseline do not explain."""
    return np.asarray(series - known @ np.linalg.lstsq(known, series, rcond=None)[0])


def _correlation(one: Array, other: Array) -> float:
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0
