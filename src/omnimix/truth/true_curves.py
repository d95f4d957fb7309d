r"""The curves of simulated worlds, written apart from :mod:`omnimix.curves` and wider than it.

A recovery study that makes its data with the fitted formulas can only confirm them. These are plain numpy, and
some families here (``exponential``, ``linear``, ``logit``, ``lasting``) are offered to no fit. A curve added to
:mod:`omnimix.curves` and is not written here is read from its record, so that it too can be the truth of a world.
Carryover weights sum to one; saturation reads exposure in typical (median running) weeks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from omnimix.curves import ADSTOCKS, FREQUENCY, SATURATIONS, Curve, lag_weights
from omnimix.errors import SpecError, did_you_mean
from omnimix.mechanics import Array

Formula = Callable[..., Array]


@dataclass(frozen=True)
class TrueFamily:
    """A family of true curves.

    ``ranges`` gives the plausible range of every parameter; where a world does not state one it is drawn from there,
    evenly on the scale of logarithms for ``half_saturation`` and evenly otherwise. ``slope`` is the derivative of a
    saturation by its exposure.
    """

    name: str
    ranges: Mapping[str, tuple[float, float]]
    formula: Formula
    slope: Formula | None = None


@dataclass(frozen=True)
class TrueCurve:
    """One true curve: a family with its parameters.

    >>> TrueCurve("geometric", {"retention": 0.5}).weights(3).round(3)
    array([0.571, 0.286, 0.143])
    """

    family: str
    parameters: Mapping[str, float]

    def weights(self, lags: int) -> Array:
        """Return the share of the effect that falls in every lag, shape (lags,); a sum of one."""
        if self.family in TRUE_ADSTOCKS:
            raw = TRUE_ADSTOCKS[self.family].formula(np.arange(lags, dtype=float), **self.parameters)
            return np.asarray(raw / raw.sum())
        curve = ADSTOCKS[self.family]
        given = [self.parameters[p.name] for p in curve.parameters]
        return np.asarray(lag_weights(curve.code, *given, *[1.0] * (3 - len(given)), lags)[0])

    def value(self, exposure: Array) -> Array:
        """Return the saturated value of carried-over exposure in typical weeks."""
        if self.family in TRUE_SATURATIONS:
            return TRUE_SATURATIONS[self.family].formula(exposure, **self.parameters)
        return _read(SATURATIONS[self.family], exposure, self.parameters)[0]

    def slope(self, exposure: Array) -> Array:
        """Return the derivative of :meth:`value` by the exposure."""
        if self.family not in TRUE_SATURATIONS:
            return _read(SATURATIONS[self.family], exposure, self.parameters)[1]
        slope = TRUE_SATURATIONS[self.family].slope
        assert slope is not None
        return slope(exposure, **self.parameters)


def _read(curve: Curve, points: Array, parameters: Mapping[str, float]) -> list[Array]:
    """Return value and derivatives of a curve that is written in its record alone, shape (points,) each."""
    plain = getattr(curve.formula, "py_func", curve.formula)  # as it was written, before it was compiled
    given = [parameters[p.name] for p in curve.parameters]
    return list(np.array([plain(x, *given, *[1.0] * (2 - len(given))) for x in points]).T)


def draw_curve(
    families: Mapping[str, TrueFamily], name: str, given: Mapping[str, float], generator: np.random.Generator
) -> TrueCurve:
    """Return a curve of a family with the given parameters, drawing the others from their plausible ranges.

    Parameters of other families among ``given`` are left alone, so that one mapping can serve both curves.
    """
    if name not in families:
        raise SpecError(f"a true curve is one of {', '.join(families)}, not {name!r}{did_you_mean(name, families)}")
    parameters = {}
    for parameter, (low, high) in families[name].ranges.items():
        at = generator.uniform()
        drawn = low * (high / low) ** at if parameter == "half_saturation" else low + at * (high - low)
        parameters[parameter] = float(given.get(parameter, drawn))
    return TrueCurve(name, parameters)


def _hill(u: Array, half_saturation: float, slope: float) -> Array:
    return np.asarray(u**slope / (u**slope + half_saturation**slope))


def _hill_slope(u: Array, half_saturation: float, slope: float) -> Array:
    u = np.maximum(u, 1e-12)
    return np.asarray(slope * half_saturation**slope * u ** (slope - 1) / (u**slope + half_saturation**slope) ** 2)


def _logit(u: Array, midpoint: float, steepness: float) -> Array:
    return np.asarray(_expit(steepness * (u - midpoint)) - _expit(-steepness * midpoint))


def _logit_slope(u: Array, midpoint: float, steepness: float) -> Array:
    share = _expit(steepness * (u - midpoint))
    return np.asarray(steepness * share * (1 - share))


def _expit(x: Array | float) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.asarray(x, dtype=float))))


def _shares(weights: Array) -> Array:
    return np.asarray(weights / weights.sum())


_LOGISTIC, _LN2 = np.arctanh(0.5), np.log(2.0)
_HALF = {"half_saturation": (0.6, 4.0)}

TRUE_ADSTOCKS: dict[str, TrueFamily] = {
    family.name: family
    for family in (
        TrueFamily("none", {}, lambda k: np.where(k == 0, 1.0, 0.0)),
        TrueFamily("geometric", {"retention": (0.2, 0.75)}, lambda k, retention: retention**k),
        TrueFamily(
            "gamma",
            {"retention": (0.2, 0.65), "delay": (0.0, 2.0)},
            lambda k, retention, delay: (k + 1) ** delay * retention**k,
        ),
        TrueFamily(
            "two_speed",
            {"retention": (0.2, 0.65), "delay": (0.0, 2.0), "slow_share": (0.0, 0.4)},
            lambda k, retention, delay, slow_share: (
                (1 - slow_share) * _shares((k + 1) ** delay * retention**k) + slow_share * _shares(retention ** (k / 3))
            ),
        ),
        TrueFamily(
            "lasting",
            {"retention": (0.2, 0.65), "lasting_share": (0.1, 0.4), "half_life": (3.0, 8.0)},
            lambda k, retention, lasting_share, half_life: (
                (1 - lasting_share) * _shares(retention**k) + lasting_share * _shares(0.5 ** (k / half_life))
            ),
        ),
        TrueFamily(
            "delayed",
            {"retention": (0.4, 0.8), "peak": (1.0, 3.0)},
            lambda k, retention, peak: retention ** ((k - peak) ** 2),
        ),
        TrueFamily(
            "weibull",
            {"lag_scale": (1.0, 4.0), "lag_shape": (0.8, 2.0)},
            lambda k, lag_scale, lag_shape: (
                ((k + 1) / lag_scale) ** (lag_shape - 1) * np.exp(-(((k + 1) / lag_scale) ** lag_shape))
            ),
        ),
    )
}

TRUE_SATURATIONS: dict[str, TrueFamily] = {
    family.name: family
    for family in (
        TrueFamily("hill", {**_HALF, "slope": (0.8, 2.0)}, _hill, _hill_slope),
        TrueFamily(
            "michaelis_menten",
            _HALF,
            lambda u, half_saturation: u / (u + half_saturation),
            lambda u, half_saturation: half_saturation / (u + half_saturation) ** 2,
        ),
        TrueFamily(
            "logistic",
            _HALF,
            lambda u, half_saturation: np.tanh(_LOGISTIC * u / half_saturation),
            lambda u, half_saturation: _LOGISTIC / half_saturation / np.cosh(_LOGISTIC * u / half_saturation) ** 2,
        ),
        TrueFamily(
            "exponential",
            _HALF,
            lambda u, half_saturation: 1 - np.exp(-_LN2 * u / half_saturation),
            lambda u, half_saturation: _LN2 / half_saturation * np.exp(-_LN2 * u / half_saturation),
        ),
        TrueFamily(
            "elastic",
            {"elasticity": (0.3, 0.95), "bend": (0.0, 0.5)},
            lambda u, elasticity, bend: u ** (1 + bend) / ((1 - elasticity) * u ** (1 + bend) + elasticity),
            lambda u, elasticity, bend: (
                (1 + bend) * elasticity * u**bend / ((1 - elasticity) * u ** (1 + bend) + elasticity) ** 2
            ),
        ),
        TrueFamily("linear", {}, lambda u: u, np.ones_like),
        TrueFamily("logit", {"midpoint": (0.8, 2.0), "steepness": (2.0, 4.0)}, _logit, _logit_slope),
    )
}


def require_known_parameters(who: str, names: Iterable[str]) -> None:
    """Refuse a parameter that no true curve has, with the nearest that one has."""
    known = {p for families in (TRUE_ADSTOCKS, TRUE_SATURATIONS) for f in families.values() for p in f.ranges}
    known |= {p.name for p in FREQUENCY.parameters}
    for name in names:
        if name not in known:
            raise SpecError(f"{who}: there is no true parameter {name!r}{did_you_mean(name, known)}")


def true_saturation(fitted: str) -> str:
    """Return the true family that is the same curve as a fitted saturation."""
    return "linear" if fitted in ("none", FREQUENCY.name) else fitted
