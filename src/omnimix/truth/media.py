"""One true channel: who buys it, how it is spent, and what it really does."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from omnimix.data import fourier_terms
from omnimix.errors import SpecError, did_you_mean
from omnimix.mechanics import Array
from omnimix.mechanics.learned import typical_week
from omnimix.spec import Channel
from omnimix.truth.true_curves import TRUE_ADSTOCKS, TRUE_SATURATIONS, TrueCurve, draw_curve

SpendStyle = Literal["always_on", "flighted", "pulsed", "seasonal"]
STYLES: tuple[str, ...] = get_args(SpendStyle)
_TRUE_NAME = {"none": "linear"}  # a fitted saturation whose true family has another name
TYPICAL_ROAS = (0.8, 4.0)  # range of true ROAS, from which a channel's spend follows where it is not given


@dataclass(frozen=True)
class Medium:
    """One channel of a simulated world.

    Args:
        channel: the channel that a fit will use, or its name.
        style: ``always_on``, ``flighted`` (bursts with silence between), ``pulsed`` (bursts on a low base) or
            ``seasonal`` (follows the time of year).
        share: mean weekly contribution as a share of the outcome's level; 0 is a placebo. Drawn where ``None``.
        weekly_spend: mean spend of a week in money; where ``None`` it follows from a plausible ROAS.
        adstock: true carryover family; the channel's own by default.
        saturation: true saturation family; the channel's own by default.
        parameters: true curve parameters; drawn where absent.
        exposure_price: money for one unit of exposure, for a channel whose exposure is measured.

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

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise SpecError(
                f"{self.name}: style is one of {', '.join(STYLES)}, not {self.style!r}"
                f"{did_you_mean(self.style, STYLES)}"
            )
        if self.exposure_price is not None and self.record.exposure is None:
            raise SpecError(f"{self.name}: exposure_price is given, but the channel has no exposure column; name one")
        known = {p for families in (TRUE_ADSTOCKS, TRUE_SATURATIONS) for f in families.values() for p in f.ranges}
        for name in self.parameters:
            if name not in known:
                raise SpecError(f"{self.name}: there is no true parameter {name!r}{did_you_mean(name, known)}")

    @property
    def record(self) -> Channel:
        """The channel as a fit will use it."""
        return Channel(self.channel) if isinstance(self.channel, str) else self.channel

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.record.name


@dataclass(frozen=True)
class TrueMedium:
    """A channel's truth: its curves, its share and the spend and exposure of all weeks, history included.

    ``exposure`` is in the unit that the fit sees (money where none is measured).
    """

    channel: Channel
    share: float
    adstock: TrueCurve
    saturation: TrueCurve
    spend: pd.Series
    exposure: pd.Series

    @property
    def typical(self) -> float:
        """The median exposure of a running week: the unit of the saturation curve."""
        return typical_week(self.exposure.to_numpy(dtype=float))

    @property
    def price(self) -> float:
        """Money for one unit of exposure, over all weeks."""
        return float(self.spend.sum() / self.exposure.sum())

    def carried(self, exposure: Array) -> Array:
        """Return exposure after carryover, in typical weeks; weeks before the first are silent."""
        weights = self.adstock.weights(self.channel.lags)
        return np.asarray(np.convolve(exposure / self.typical, weights)[: len(exposure)])

    def bought(self, spend: pd.Series) -> Array:
        """Return the exposure that spend buys: at that week's own price where it was paid, else at the average."""
        paid = self.spend.reindex(spend.index)
        own = (self.exposure.reindex(spend.index) / paid).where(paid > 0)
        return np.asarray((spend * own.fillna(1 / self.price)).to_numpy(dtype=float))


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the random numbers of one thing by its name, so that the order of channels changes nothing."""
    return np.random.default_rng([seed, *(zlib.crc32(n.encode()) for n in names)])


def true_medium(medium: Medium, share: float, level: float, weeks: pd.DatetimeIndex, seed: int) -> TrueMedium:
    """Draw what a medium leaves open: its curves, its weekly spend and the exposure it buys."""
    record, generator = medium.record, stream(seed, "curves", medium.name)
    adstock = draw_curve(TRUE_ADSTOCKS, medium.adstock or record.adstock, medium.parameters, generator)
    saturation = medium.saturation or _TRUE_NAME.get(record.saturation, record.saturation)
    low, high = TYPICAL_ROAS
    roas = low * (high / low) ** generator.uniform()
    mean = medium.weekly_spend or (share or 0.02) * level / roas
    pattern = spend_pattern(medium.style, weeks, stream(seed, "spend", medium.name))
    spend = pd.Series(pattern * mean, index=weeks, name=record.spend_column)
    return TrueMedium(
        channel=record,
        share=share,
        adstock=adstock,
        saturation=draw_curve(TRUE_SATURATIONS, saturation, medium.parameters, generator),
        spend=spend,
        exposure=_exposure(medium, spend, stream(seed, "exposure", medium.name)),
    )


def with_families(medium: Medium, adstock: str | None, saturation: str | None) -> Medium:
    """Return the medium with true families where it names none itself."""
    return replace(medium, adstock=medium.adstock or adstock, saturation=medium.saturation or saturation)


def spend_pattern(style: SpendStyle, weeks: pd.DatetimeIndex, generator: np.random.Generator) -> Array:
    """Return weekly spend of a style with a mean of one, shape (weeks,)."""
    size = len(weeks)
    wobble = np.exp(generator.normal(0.0, 0.25, size))
    if style == "always_on":
        drift = _walk(generator, size, retention=0.9, spread=0.3)
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


def _walk(generator: np.random.Generator, size: int, *, retention: float, spread: float) -> Array:
    """Return an autoregressive series of the given standard deviation, shape (size,)."""
    steps = generator.normal(0.0, 1.0, size)
    out = np.empty(size)
    state = steps[0]
    for week in range(size):
        state = retention * state + np.sqrt(1 - retention**2) * steps[week] if week else state
        out[week] = state
    return out * spread


def _exposure(medium: Medium, spend: pd.Series, generator: np.random.Generator) -> pd.Series:
    if medium.record.exposure is None:
        return spend
    price = (medium.exposure_price or 1.0) * np.exp(_walk(generator, len(spend), retention=0.8, spread=0.12))
    return (spend / price).rename(medium.record.exposure)
