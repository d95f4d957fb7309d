"""The best frequency of every channel of which reach and frequency are known, and what going there would bring."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.curves.frequency import FREQUENCY, FREQUENCY_SLOPE, HALF_FREQUENCY, best_of, worth_of
from omnimix.effects.accounts import accounts
from omnimix.effects.engine import Engine
from omnimix.effects.figures import require_usable
from omnimix.effects.levels import height
from omnimix.effects.plan import Plan, data_window, within, without
from omnimix.errors import OmnimixError
from omnimix.frequency.record import DATA, PRIOR, BestFrequency
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, NODE, PARENT, SPEND
from omnimix.mechanics import Array
from omnimix.mechanics.frequency import YEAR, known_frequency, usual_frequency
from omnimix.mechanics.parameters import STAGE_EFFECT
from omnimix.mechanics.prior_draws import drawn_node_values
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Node, Prior, frozen_distribution

LEARNED = 0.8  # of the prior's spread of the best frequency; above it the data have not said which it is
TRIED = np.geomspace(1.0, 100.0, 500)  # frequencies, where several nodes disagree about the best
BELIEVED = 20_000  # draws of the prior, always the same ones


@checked
def best_frequency(
    posterior: Posterior, *, interval: float = DEFAULT_INTERVAL, allow_unconverged: bool = False
) -> BestFrequency:
    """Return how often people should be reached in a week, by channel, and what going there would bring.

    The money stays, and with it contacts: reach times frequency. At another frequency they fall on more people or on
    fewer, in proportion to h(F) / F, with h what a person met so often is worth (:mod:`omnimix.curves.frequency`). The
    best is the F of 1 or more at which that is highest, in every draw; of a channel that acts on several nodes, by what
    each is worth with all that it feeds. What going there brings is told for one frequency, the median, as somebody
    would decide: the best of every draw by itself would always seem to gain. It goes no further than was seen.

    Args:
        posterior: a fitted model in which at least one channel has ``reach`` and ``frequency``.
        interval: probability mass of the intervals.
        allow_unconverged: report a fit that did not converge all the same.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``, and :class:`OmnimixError`
    where no channel has reach and frequency.

    >>> import omnimix as om
    >>> om.best_frequency(posterior).table()[["channel", "frequency", "best_frequency"]]    # doctest: +SKIP
    """
    channels = [c for c in posterior.funnel.channels if c.frequency]
    if not channels:
        raise OmnimixError(
            "no channel has reach and frequency, so nothing is known of how often people are reached; declare "
            "om.Channel('tv', reach='tv_reach', frequency='tv_frequency') and fit"
        )
    require_usable(posterior, allow_unconverged)
    plan = data_window(posterior)
    engine = Engine(posterior, pd.DatetimeIndex(plan.spend.index))
    return BestFrequency(
        rows=tuple(_row(engine, plan, c, interval) for c in channels),
        interval=interval,
        currency=posterior.panel.currency,
        unvalued=posterior.funnel.unvalued,
    )


def best_draws(posterior: Posterior, channel: Channel) -> Array:
    """Return the best frequency of a channel in every draw, shape (draws,)."""
    nodes = [n for n in posterior.funnel.nodes if channel in posterior.funnel.drivers(n)]
    curves = [posterior.curve_draws(n.name, channel.name)[:, 3:].T for n in nodes]
    if len(nodes) == 1:
        return best_of(*curves[0])
    total = np.zeros((posterior.size, len(TRIED)))
    for weight, (slope, half) in zip(_weights(posterior, channel, nodes), curves, strict=True):
        total += weight[:, None] * worth_of(TRIED, slope[:, None], half[:, None]) / TRIED
    return np.asarray(TRIED[total.argmax(axis=1)])


def _weights(posterior: Posterior, channel: Channel, nodes: list[Node]) -> list[Array]:
    """Return what a full response of every node to the channel is worth, all that the node feeds included."""
    funnel, numbers = posterior.funnel, posterior.numbers
    sizes = [np.abs(height(posterior, n.name, channel.name)) for n in nodes]
    drawn = {(n.name, p): numbers(STAGE_EFFECT, **{NODE: n.name, PARENT: p}) for n in funnel.nodes for p in n.parents}
    worth = drawn_node_values(funnel, posterior.scaling, drawn | {(nodes[0].name, channel.name): sizes[0]})
    return [size * worth[n.name, ""] for n, size in zip(nodes, sizes, strict=True)]


def _learned(channel: Channel, best: Array) -> float:
    """Return the posterior spread of the logarithm of the best frequency over its prior's."""
    generator, believed = np.random.default_rng(0), {}
    for parameter in FREQUENCY.parameters:
        prior = channel.priors.get(parameter.name, Prior(parameter.family, *parameter.arguments))
        believed[parameter.name] = frozen_distribution(prior).rvs(BELIEVED, random_state=generator)
    before = np.log(best_of(believed[FREQUENCY_SLOPE], believed[HALF_FREQUENCY]))
    return float(np.log(best).std() / before.std())


def _row(engine: Engine, plan: Plan, channel: Channel, interval: float) -> dict[str, object]:
    posterior, name = engine.posterior, channel.name
    frame, scaling = posterior.panel.frame, posterior.scaling
    best, ends = best_draws(posterior, channel), [(1 - interval) / 2, (1 + interval) / 2]
    known, reach = known_frequency(scaling, channel, frame), plan.exposure_by_channel[name][: len(scaling.weeks)]
    seen = known[reach > 0]
    advised = float(np.clip(np.median(best), seen.min(), seen.max()))
    first = max(scaling.window, len(known) - YEAR)
    own = within(plan, first, len(known) - first)
    as_it_was, moved, silent = accounts(engine, [own, at_frequency(engine, own, name, advised), without(own, [name])])
    unit = posterior.value_unit
    gain = moved.net(unit) - as_it_was.net(unit)
    brought = float((as_it_was.value - silent.value).sum(axis=1).mean())
    learned, (low, high) = _learned(channel, best), np.quantile(best, ends)
    return {
        CHANNEL: name,
        "frequency": usual_frequency(scaling, channel, frame),
        "lowest_seen": float(seen.min()),
        "highest_seen": float(seen.max()),
        "best_frequency": float(np.median(best)),
        "frequency_lower": float(low),
        "frequency_upper": float(high),
        "advised": advised,
        "gain": float(gain.mean()),
        **dict(zip(("gain_lower", "gain_upper"), map(float, np.quantile(gain, ends)), strict=True)),
        "gain_share": float(gain.mean()) / brought if brought else float("nan"),
        "probability_better": float((gain > 0).mean()),
        SPEND: float(own.spend_by_channel[name][own.reported].sum()),
        "weeks": len(known) - first,
        "weeks_beyond": int((reach[first:] * known[first:] / advised > reach.max() * (1 + 1e-9)).sum()),
        "learned": learned,
        "told": PRIOR if learned > LEARNED else DATA,
    }


def at_frequency(engine: Engine, plan: Plan, channel: str, frequency: float) -> Plan:
    """Return the plan with the contacts of a channel, in its own weeks, at one frequency: on more people or fewer."""
    often, rows = engine.mixes.frequency[channel].copy(), plan.reported
    exposure = plan.exposure.copy()
    exposure.loc[exposure.index[rows], channel] *= often[rows] / frequency
    often[rows] = frequency
    return replace(plan, exposure=exposure, frequency={**plan.frequency, channel: often})
