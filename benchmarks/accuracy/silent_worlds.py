"""Worlds that the default model cannot represent, each with the finding that it must raise, and worlds that it can.

Plain NumPy, none of the package's formulas. A world is one table with one outcome, some channels and a price. In a
clean world media add up, saturate by a curve without a bend and carry over geometrically, and nobody buys media because
demand is there. The other kinds change one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

type Array = np.ndarray
NAMES = ("tv", "radio", "search", "social", "outdoor", "display")
YEAR = 52.18
CLEAN = "clean"


@dataclass(frozen=True)
class World:
    """A table with its true contributions, money for money: what every channel brought over all weeks."""

    frame: pd.DataFrame
    channels: tuple[str, ...]
    brought: Mapping[str, float]

    @property
    def roas(self) -> dict[str, float]:
        """True value over spend, by channel and of all media."""
        spend = {c: float(self.frame[c].sum()) for c in self.channels}
        whole = sum(self.brought.values()) / sum(spend.values())
        return {**{c: self.brought[c] / spend[c] for c in self.channels}, "all_media": whole}


@dataclass(frozen=True)
class Kind:
    """What is changed: the finding that has to be raised, and how a world of it is made."""

    finding: str | None
    make: Callable[[np.random.Generator], World]


def world(kind: str, seed: int) -> World:
    """Return a world of a kind."""
    return KINDS[kind].make(np.random.default_rng([seed, list(KINDS).index(kind)]))


def build(
    draw: np.random.Generator,
    *,
    curve: str = "concave",
    negative: bool = False,
    economy: bool = False,
    tail: float = 0.0,
    periodic: bool = False,
    late: bool = False,
) -> World:
    """Return a world with one thing changed, or none.

    Args:
        draw: source of chance.
        curve: ``concave``, or ``s`` for a response with a bend.
        negative: the first channel takes away twice what it costs.
        economy: a slow force that nobody measures moves demand, and all spend with it.
        tail: share of every effect that fades with a half-life of five weeks.
        periodic: flights of the first channel come back after a fixed number of weeks.
        late: the first channel works three weeks after it ran.
    """
    weeks, size = int(draw.integers(104, 209)), int(draw.integers(3, 7))
    channels = NAMES[:size]
    force = _walk(draw, weeks, 0.97) if economy else np.zeros(weeks)
    spend = {
        c: _spend(draw, weeks, k, periodic=periodic and k == 0) * np.exp(0.5 * force) for k, c in enumerate(channels)
    }
    sales = draw.uniform(2e5, 2e6)
    share = draw.uniform(0.08, 0.3)
    cost = sum(x.sum() for x in spend.values())
    spend = {c: x * share * sales * weeks / cost for c, x in spend.items()}
    brought, media = {}, np.zeros(weeks)
    for k, (channel, money) in enumerate(spend.items()):
        carried = _carried(money, draw.uniform(0.1, 0.75), tail, late=late and k == 0)
        response = _curve(draw, carried, money, curve)
        returns = -2.0 if negative and k == 0 else float(np.exp(draw.normal(0.0, 0.5)))
        effect = returns * money.sum() * response / response.sum()
        brought[channel], media = float(effect.sum()), media + effect
    season = draw.uniform(0.03, 0.15) * np.sin(2 * np.pi * (np.arange(weeks) / YEAR + draw.uniform()))
    trend = draw.uniform(-0.15, 0.3) * np.linspace(-0.5, 0.5, weeks)
    price = 10 + np.convolve(draw.normal(0, 0.4, weeks + 3), np.ones(4) / 2, "valid")
    slow = draw.uniform(0.0, 0.03) * _walk(draw, weeks, 0.97) + draw.uniform(0.08, 0.15) * force
    noise = draw.uniform(0.01, 0.04) * draw.normal(size=weeks)
    base = sales * (1 + season + trend + slow - 0.02 * (price - 10) + noise)
    index = pd.date_range("2021-01-04", periods=weeks, freq="7D", name="week")
    return World(pd.DataFrame({**spend, "price": price, "sales": base + media}, index=index), channels, brought)


def _walk(draw: np.random.Generator, weeks: int, persistence: float) -> Array:
    """Return a slow series with mean 0 and sd 1."""
    out = np.zeros(weeks)
    for week in range(1, weeks):
        out[week] = persistence * out[week - 1] + draw.normal()
    return (out - out.mean()) / out.std()


def _spend(draw: np.random.Generator, weeks: int, number: int, *, periodic: bool) -> Array:
    """Return flights (every other channel) or steady spend that wanders."""
    if periodic:
        half = int(draw.integers(3, 6))
        return np.where(np.arange(weeks) % (2 * half) < half, draw.gamma(20.0, 1.0, weeks), 0.0)
    if number % 2 == 0:
        on = np.zeros(weeks, dtype=bool)
        start = int(draw.integers(0, 5))
        while start < weeks:
            length = int(draw.integers(2, 7))
            on[start : start + length] = True
            start += length + int(draw.integers(2, 9))
        return np.where(on, draw.gamma(6.0, 1.0, weeks), 0.0)
    return np.exp(0.3 * _walk(draw, weeks, 0.8) + 0.15 * draw.normal(size=weeks))


def _carried(money: Array, retention: float, tail: float, *, late: bool) -> Array:
    lags = np.arange(40.0)
    kernel = np.exp(-0.5 * ((lags - 3.0) / 1.0) ** 2) if late else retention**lags
    slow = 0.5 ** (lags / 5.0)
    kernel = (1 - tail) * kernel / kernel.sum() + tail * slow / slow.sum()
    return np.convolve(money, kernel)[: len(money)]


def _curve(draw: np.random.Generator, carried: Array, money: Array, curve: str) -> Array:
    typical = float(np.median(money[money > 0]))
    half = typical * draw.uniform(0.6, 4.0)
    if curve == "s":
        return carried**3.5 / (carried**3.5 + (0.8 * typical) ** 3.5)
    straight = draw.uniform() < 0.2
    return carried if straight else carried / (carried + half)


KINDS: Mapping[str, Kind] = {
    CLEAN: Kind(None, build),
    "clean, regular flights": Kind(None, lambda draw: build(draw, periodic=True)),
    "negative effect": Kind("wrong_sign", lambda draw: build(draw, negative=True)),
    "negative effect, regular flights": Kind("wrong_sign", lambda draw: build(draw, negative=True, periodic=True)),
    "S-shaped response": Kind("bent_response", lambda draw: build(draw, curve="s")),
    "hidden economy": Kind("media_follow_level", lambda draw: build(draw, economy=True)),
    "slow tail": Kind(None, lambda draw: build(draw, tail=0.3)),
    "late response, regular flights": Kind(None, lambda draw: build(draw, periodic=True, late=True)),
}
