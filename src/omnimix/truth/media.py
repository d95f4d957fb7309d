"""One channel of a simulated world: who buys it, how it is spent, and the random numbers of its own."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.data import fourier_terms
from omnimix.errors import SpecError, did_you_mean
from omnimix.mechanics import Array
from omnimix.spec import Channel
from omnimix.truth.campaigns import require_known_campaigns
from omnimix.truth.true_curves import require_known_parameters

SpendStyle = Literal["always_on", "flighted", "pulsed", "seasonal"]
STYLES: tuple[str, ...] = get_args(SpendStyle)


@checked
@dataclass(frozen=True, kw_only=True)
class Answer:
    """How the spend of a channel answers to its stage, week by week. Sizes are shares of its weekly spend.

    Args:
        slope: how much more is spent when the stage is one typical week higher; 1 keeps in step with it.
        noise: standard deviation of what a week's spend does on its own.
        wander: standard deviation of a slow drift of its own.
    """

    slope: float = 0.8
    noise: float = 0.20
    wander: float = 0.20


@checked
@dataclass(frozen=True)
class Medium:
    """One channel of a simulated world.

    Args:
        channel: the channel that a fit will use, or its name.
        style: how spend is set: ``always_on``, ``flighted`` (bursts with silence between), ``pulsed`` (bursts on a
            low base) or ``seasonal`` (follows the time of year). A channel that responds to a stage follows that.
        share: mean weekly contribution as a share of a node's level; 0 is a placebo. Drawn where ``None``.
        weekly_spend: mean spend of a week in money; where ``None`` it follows from a plausible ROAS. Of a
            channel that is not paid it is its mean exposure of a week.
        adstock: true carryover family; the channel's own by default.
        saturation: true saturation family; the channel's own by default.
        parameters: true curve parameters; drawn where absent.
        exposure_price: money for one unit of exposure, for a channel whose exposure is measured; for one contact where
            that is reach and frequency.
        frequency: how often people are met in a usual week, for a channel with reach and frequency; it wanders.
        answer: how its spend answers, for a channel that responds to a stage.
        multipliers: true multipliers of its campaigns by name, which are put on a spend-weighted mean logarithm of
            zero; drawn where absent.

    >>> Medium("tv", share=0.1, adstock="delayed", parameters={"peak": 2.0}).name
    'tv'
    """

    channel: Channel | str
    style: SpendStyle = field(default="pulsed", kw_only=True)
    share: float | None = field(default=None, kw_only=True)
    weekly_spend: float | None = field(default=None, kw_only=True)
    adstock: str | None = field(default=None, kw_only=True)
    saturation: str | None = field(default=None, kw_only=True)
    parameters: Mapping[str, float] = field(default_factory=dict, kw_only=True)
    exposure_price: float | None = field(default=None, kw_only=True)
    frequency: float | None = field(default=None, kw_only=True)
    answer: Answer = field(default=Answer(), kw_only=True)
    multipliers: Mapping[str, float] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise SpecError(
                f"{self.name}: style is one of {', '.join(STYLES)}, not {self.style!r}"
                f"{did_you_mean(self.style, STYLES)}"
            )
        if self.exposure_price is not None and self.record.measured is None:
            raise SpecError(f"{self.name}: exposure_price is given, but the channel has no exposure column; name one")
        if self.exposure_price is not None and not self.record.paid:
            raise SpecError(f"{self.name}: exposure_price is given, and it is not paid; give one of the two")
        if self.frequency is not None and (self.record.frequency is None or not self.frequency > 1):
            raise SpecError(
                f"{self.name}: frequency is a number above 1, of a channel with reach and frequency, not "
                f"{self.frequency!r}"
            )
        if self.record.frequency is not None and self.record.responds_to is not None:
            raise SpecError(f"{self.name}: a simulated channel with reach and frequency cannot respond to a stage yet")
        require_known_parameters(self.name, self.parameters)
        require_known_campaigns(self.record, self.multipliers)
        if self.record.campaigns and self.record.responds_to is not None:
            raise SpecError(f"{self.name}: a simulated channel with campaigns cannot respond to a stage yet")

    @property
    def record(self) -> Channel:
        """The channel as a fit will use it."""
        return Channel(self.channel) if isinstance(self.channel, str) else self.channel

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.record.name


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the random numbers of one thing by its name, so that the order of channels changes nothing."""
    return np.random.default_rng([seed, *(zlib.crc32(n.encode()) for n in names)])


def spend_pattern(style: SpendStyle, weeks: pd.DatetimeIndex, generator: np.random.Generator) -> Array:
    """Return weekly spend of a style with a mean of one, shape (weeks,)."""
    size = len(weeks)
    wobble = np.exp(generator.normal(0.0, 0.25, size))
    if style == "always_on":
        drift = walk(generator, size, retention=0.9, spread=0.3)
        pattern = np.exp(drift) * wobble
    elif style == "seasonal":
        waves = fourier_terms(weeks, 1).to_numpy() @ generator.normal(0.0, 0.4, 2)
        pattern = np.exp(waves) * wobble
    else:
        floor = 0.0 if style == "flighted" else 0.35
        pattern = (floor + (1 - floor) * _bursts(generator, size)) * wobble
    return np.asarray(pattern / pattern.mean())


def _bursts(generator: np.random.Generator, size: int) -> Array:
    """Return bursts of 2 to 6 weeks, each of its own weight, with 2 to 7 weeks between them."""
    out, week = np.zeros(size), int(generator.integers(0, 4))
    while week < size:
        stop = week + int(generator.integers(2, 7))
        out[week:stop] = generator.uniform(0.5, 1.6)
        week = stop + int(generator.integers(2, 8))
    return out


def walk(generator: np.random.Generator, size: int, *, retention: float, spread: float) -> Array:
    """Return an autoregressive series of the given standard deviation, shape (size,)."""
    steps = generator.normal(0.0, 1.0, size)
    out = np.empty(size)
    state = steps[0]
    for week in range(size):
        state = retention * state + np.sqrt(1 - retention**2) * steps[week] if week else state
        out[week] = state
    return out * spread


def frequency_walk(medium: Medium, weeks: int, seed: int) -> Array:
    """Return how far the frequency of every week wanders from the usual one, as a logarithm, shape (weeks,)."""
    return walk(stream(seed, "frequency", medium.name), weeks, retention=0.6, spread=0.5)


def exposure_prices(medium: Medium, weeks: int, seed: int) -> Array:
    """Return the money that one unit of exposure costs every week, shape (weeks,); 1 where none is measured."""
    if medium.record.measured is None or not medium.record.paid:
        return np.ones(weeks)
    drift = walk(stream(seed, "exposure", medium.name), weeks, retention=0.8, spread=0.12)
    return np.asarray((medium.exposure_price or 1.0) * np.exp(drift))
