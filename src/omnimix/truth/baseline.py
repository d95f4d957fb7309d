"""What a node does without media: level, trend, season, slow wander, controls, holidays and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from omnimix.data import fourier_terms, holiday_terms
from omnimix.errors import SpecError
from omnimix.mechanics import Array
from omnimix.spec import LIKELIHOODS, Likelihood
from omnimix.truth.media import stream, walk

CONTROLS = {"price_index": -0.9, "promo": 0.08}  # effect, in levels, of one unit more of a control
DEGREES_OF_FREEDOM = 4.0


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Everything but media. Sizes are shares of that level.

    Args:
        level: a typical week of the node without media, in its own units.
        trend: change over a year.
        season: size of the yearly wave.
        wander: standard deviation of a slow drift of the level that no column explains.
        wave: standard deviation of a demand wave that all nodes of a world share.
        wave_retention: what is left of that wave a week later: 0 for demand of single weeks, 0.9 for demand that lasts.
        noise: standard deviation of the weekly noise (scale for ``student_t``, log points for ``log_normal``).
        controls: effect of one unit more of each control; ``price_index`` (about 1) and ``promo`` (0 or 1) are
            simulated as such, any other as a standard normal series.
        holidays: country code whose public holidays move the outcome.
        holiday: typical size of the effect of a holiday.
        likelihood: ``normal``, ``student_t`` (4 degrees of freedom) or ``log_normal`` (everything multiplies).
    """

    level: float = 1_000_000.0
    trend: float = 0.03
    season: float = 0.10
    wander: float = 0.03
    wave: float = 0.0
    wave_retention: float = 0.9
    noise: float = 0.04
    controls: Mapping[str, float] = field(default_factory=lambda: dict(CONTROLS))
    holidays: str | None = None
    holiday: float = 0.05
    likelihood: Likelihood = "normal"

    def __post_init__(self) -> None:
        if self.likelihood not in LIKELIHOODS:
            raise SpecError(f"likelihood is one of {', '.join(LIKELIHOODS)}, not {self.likelihood!r}")
        if not self.level > 0 or self.noise < 0:
            raise SpecError(f"level must be above 0 and noise 0 or more, not {self.level} and {self.noise}")
        if not 0 <= self.wave_retention < 1:
            raise SpecError(f"wave_retention must be from 0 to below 1, not {self.wave_retention}")

    @property
    def multiplies(self) -> bool:
        """Whether effects multiply (``log_normal``) instead of adding up."""
        return self.likelihood == "log_normal"

    @property
    def shock_sd(self) -> float:
        """The standard deviation of a week's shock, as a share of the level."""
        heavy = np.sqrt(DEGREES_OF_FREEDOM / (DEGREES_OF_FREEDOM - 2)) if self.likelihood == "student_t" else 1.0
        return float(self.noise * heavy)


@dataclass(frozen=True, eq=False)
class Drift:
    """A weekly series that stays where it was after its last week."""

    series: pd.Series

    def at(self, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None = None) -> Array:
        """Return it for any weeks, whatever the controls."""
        return np.asarray(self.series.reindex(weeks).ffill().fillna(self.series.iloc[-1]).to_numpy())


@dataclass(frozen=True, eq=False)
class TrueBaseline:
    """The drawn surroundings of one node; :meth:`at` gives them for any week, past or future."""

    surroundings: Surroundings
    origin: pd.Timestamp
    waves: Array
    wander: Drift
    holiday_effects: Mapping[str, float]
    controls: pd.DataFrame

    def at(self, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None = None) -> Array:
        """Return the baseline as a share of the level, shape (weeks,), around 0 = the level itself.

        The wander stays where it was after the last simulated week. Controls of unknown weeks are at their mean.
        """
        given = self.surroundings
        years = np.asarray((weeks - self.origin).days, dtype=float) / 365.25
        out = given.trend * years + given.season * (fourier_terms(weeks, 2).to_numpy() @ self.waves)
        out += self.wander.at(weeks)
        if given.holidays is not None:
            names = list(self.holiday_effects)
            days = holiday_terms(weeks, given.holidays, columns=names).to_numpy()
            out += days @ np.array([self.holiday_effects[n] for n in names])
        known = self.controls.reindex(weeks)
        if controls is not None:
            known = controls.reindex(weeks).combine_first(known)
        for name, effect in given.controls.items():
            mean = float(self.controls[name].mean())
            out += effect * (known[name].fillna(mean).to_numpy() - mean)
        return np.asarray(out)


def true_baseline(surroundings: Surroundings, weeks: pd.DatetimeIndex, seed: int, *names: str) -> TrueBaseline:
    """Draw the surroundings of one node over all simulated weeks; ``names`` make its random numbers its own."""
    generator = stream(seed, "baseline", *names)
    waves = generator.normal(0.0, 1.0, 4) * np.array([1.0, 1.0, 0.4, 0.4])
    drift = np.cumsum(np.cumsum(generator.normal(0.0, 1.0, len(weeks))))
    drift = drift - np.polyval(np.polyfit(np.arange(len(weeks)), drift, 1), np.arange(len(weeks)))
    wander = surroundings.wander * drift / max(float(drift.std()), 1e-300)
    wander = wander + walk(
        stream(seed, "wave"), len(weeks), retention=surroundings.wave_retention, spread=surroundings.wave
    )
    return TrueBaseline(
        surroundings=surroundings,
        origin=weeks[0],
        waves=waves / np.sqrt((waves**2).sum() / 2),
        wander=Drift(pd.Series(wander, index=weeks)),
        holiday_effects=_holiday_effects(surroundings, weeks, seed, *names),
        controls=pd.DataFrame(
            {c: _control(c, len(weeks), stream(seed, c)) for c in surroundings.controls}, index=weeks
        ),
    )


def _holiday_effects(surroundings: Surroundings, weeks: pd.DatetimeIndex, seed: int, *names: str) -> dict[str, float]:
    if surroundings.holidays is None:
        return {}
    days = [str(day) for day in holiday_terms(weeks, surroundings.holidays).columns]
    return {d: float(stream(seed, "holiday", d, *names).normal(0.0, surroundings.holiday)) for d in days}


def _control(name: str, size: int, generator: np.random.Generator) -> Array:
    if name == "price_index":
        steps = np.cumsum(generator.normal(0.0, 0.008, size))
        return np.asarray(np.round(1.0 + steps - steps.mean() + generator.normal(0.0, 0.012, size), 4))
    if name == "promo":
        out, week = np.zeros(size), int(generator.integers(1, 8))
        while week < size:
            out[week : week + int(generator.integers(1, 4))] = 1.0
            week += int(generator.integers(7, 14))
        return out
    return generator.normal(0.0, 1.0, size)


def draw_shocks(surroundings: Surroundings, weeks: int, generator: np.random.Generator) -> Array:
    """Return the shock of every week as a share of the level, shape (weeks,); log points where effects multiply."""
    size = surroundings.noise
    if surroundings.multiplies:
        # The noise has mean one, so that the mean is the expected outcome here as elsewhere.
        return np.asarray(generator.normal(-0.5 * size**2, size, weeks))
    if surroundings.likelihood == "student_t":
        return np.asarray(size * generator.standard_t(DEGREES_OF_FREEDOM, weeks))
    return np.asarray(generator.normal(0.0, size, weeks))
