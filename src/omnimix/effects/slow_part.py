"""What comes through the slow stock in every draw, and how high the stock stands for a channel at some week."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from omnimix.curves.slow_stock import FADING, NO_STOCK, SHARE, SLOW, START
from omnimix.effects.levels import height
from omnimix.labels import CHANNEL, NODE
from omnimix.mechanics import Array, scaled_exposure
from omnimix.mechanics.compiled import effect_over_draws
from omnimix.mechanics.parameters import HALF_LIFE, LONG_SHARE
from omnimix.mechanics.structure import structure
from omnimix.mechanics.tables import Structure
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Funnel, Node


def long_share(posterior: Posterior, channel: Channel) -> Array:
    """Return the share of what a channel brings directly that comes through the stock, shape (draws,)."""
    home = posterior.funnel.slow_nodes(channel)[0]
    return posterior.numbers(LONG_SHARE, **{NODE: home, CHANNEL: channel.name})


def half_life(posterior: Posterior) -> Array:
    """Return the half-life of the stock in weeks, shape (draws,)."""
    return posterior.numbers(HALF_LIFE, **{NODE: posterior.funnel.slow_nodes()[0]})


class SlowParts:
    """Share, rho and height of the stock by node and channel, worked out when first asked for.

    Args:
        posterior: a fitted model.
        rows: its structure.
        exposure: as carried out, by channel, from the first training week on.
    """

    def __init__(self, posterior: Posterior, rows: Structure, exposure: Mapping[str, Array]) -> None:
        self._posterior, self._rows, self._exposure = posterior, rows, exposure
        self._known: dict[tuple[str, str, int], Array] = {}

    def __call__(self, node: Node, channel: Channel, week: int = 0) -> Array:
        """Return share, rho and the height of the stock before a week as carried out, shape (draws, SLOW).

        In the first week the stock stands at the mean response of the data window, as in the fit.
        """
        key = node.name, channel.name, week
        if key not in self._known:
            self._known[key] = _slow_part(self._posterior, self._rows, node, channel, week, self._exposure)
        return self._known[key]


def _slow_part(
    posterior: Posterior, rows: Structure, node: Node, channel: Channel, week: int, exposure: Mapping[str, Array]
) -> Array:
    out = np.full((posterior.size, SLOW), NO_STOCK)
    if not posterior.funnel.is_slow(node, channel):
        return out
    response = _response(posterior, rows, node, channel, exposure[channel.name])
    fading = _fading(posterior)
    level = response[:, posterior.scaling.window :].mean(axis=1)
    for earlier in range(week):
        level = fading * level + (1.0 - fading) * response[:, earlier]
    out[:, SHARE], out[:, FADING], out[:, START] = long_share(posterior, channel), fading, level
    return out


def _response(posterior: Posterior, rows: Structure, node: Node, channel: Channel, exposure: Array) -> Array:
    """Return the response of a node to a channel before anything slow, shape (draws, training weeks)."""
    trained = len(posterior.scaling.weeks)
    response = np.empty((posterior.size, trained))
    effect_over_draws()(
        rows.effects,
        _row(posterior.funnel, node, channel),
        posterior.curve_draws(node.name, channel.name),
        np.ones(posterior.size),
        np.full((posterior.size, SLOW), NO_STOCK),
        np.ascontiguousarray(exposure[None, :trained]),
        response,
    )
    return response


def _fading(posterior: Posterior) -> Array:
    """Return what the stock keeps of itself in a week, shape (draws,)."""
    return np.asarray(2.0 ** (-1.0 / half_life(posterior)))


def stock_path(posterior: Posterior) -> Array:
    """Return the stock as a share of its usual height, less 1, shape (draws, training weeks)."""
    funnel, scaling, frame = posterior.funnel, posterior.scaling, posterior.panel.frame
    rows, fading = structure(funnel), _fading(posterior)
    path = np.zeros((posterior.size, len(scaling.weeks)))
    for node in funnel.nodes:
        for channel in (c for c in funnel.drivers(node) if funnel.is_slow(node, c)):
            response = _response(posterior, rows, node, channel, scaled_exposure(scaling, channel, frame))
            part = height(posterior, node.name, channel.name) * long_share(posterior, channel)
            level = response[:, scaling.window :].mean(axis=1)
            for week in range(path.shape[1]):
                level = fading * level + (1.0 - fading) * response[:, week]
                path[:, week] += part * level
    return np.asarray(path / path[:, scaling.window :].mean(axis=1, keepdims=True) - 1.0)


def _row(funnel: Funnel, node: Node, channel: Channel) -> int:
    pairs = [(n.name, c.name) for n in funnel.nodes for c in funnel.drivers(n)]
    return pairs.index((node.name, channel.name))
