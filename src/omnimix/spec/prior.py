"""Priors: what is believed before the data, as small frozen records that a marketer's words can be turned into."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from omnimix.arguments import checked
from omnimix.errors import SpecError, did_you_mean

Support = Literal["real", "positive", "unit"]


@dataclass(frozen=True)
class Family:
    """A family of priors: its code in the compiled density, its arguments and where its mass lies."""

    name: str
    code: int
    arguments: tuple[str, ...]
    support: Support


FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        Family("Normal", 0, ("mu", "sigma"), "real"),
        Family("HalfNormal", 1, ("sigma",), "positive"),
        Family("LogNormal", 2, ("mu", "sigma"), "positive"),
        Family("Beta", 3, ("alpha", "beta"), "unit"),
        Family("Gamma", 4, ("alpha", "beta"), "positive"),
    )
}


@checked
@dataclass(frozen=True, init=False)
class Prior:
    """A prior by family and arguments, named and ordered as in PyMC.

    Families: ``Normal(mu, sigma)``, ``HalfNormal(sigma)``, ``LogNormal(mu, sigma)``, ``Beta(alpha, beta)`` and
    ``Gamma(alpha, beta)`` (beta is a rate). Raises :class:`SpecError` for anything else.

    >>> Prior("LogNormal", 0.0, 0.5)
    Prior('LogNormal', 0.0, 0.5)
    """

    family: str
    arguments: tuple[float, ...]

    def __init__(self, family: str, *arguments: float) -> None:
        object.__setattr__(self, "family", family)
        object.__setattr__(self, "arguments", tuple(float(a) for a in arguments))
        _require_valid(self)

    def __repr__(self) -> str:
        return f"Prior({', '.join([repr(self.family), *map(repr, self.arguments)])})"

    @property
    def support(self) -> Support:
        """Where the prior's mass lies: ``real``, ``positive`` or ``unit``."""
        return FAMILIES[self.family].support


def _require_valid(prior: Prior) -> None:
    if prior.family not in FAMILIES:
        raise SpecError(
            f"a prior's family is one of {', '.join(FAMILIES)}, not {prior.family!r}"
            f"{did_you_mean(prior.family, FAMILIES)}"
        )
    names = FAMILIES[prior.family].arguments
    if len(prior.arguments) != len(names):
        raise SpecError(
            f"{prior.family} takes {len(names)} argument(s) ({', '.join(names)}), but {len(prior.arguments)} came"
        )
    positive = [n for n in names if n != "mu"]
    for name, value in zip(names, prior.arguments, strict=True):
        if not math.isfinite(value) or (name in positive and value <= 0):
            raise SpecError(
                f"`{name}` of {prior.family} must be {'above 0' if name in positive else 'finite'}, not {value}"
            )


def interval_prior(low: float, high: float, *, mass: float = 0.9) -> Prior:
    """Turn "between low and high, nine times in ten" into a log-normal prior.

    >>> interval_prior(0.5, 2.0)
    Prior('LogNormal', 0.0, 0.4214...)
    """
    if not (0 < low < high and math.isfinite(high)):
        raise SpecError(f"an interval prior needs 0 < low < high, but ({low}, {high}) came")
    from scipy.special import ndtri

    z = float(ndtri(0.5 + mass / 2))
    return Prior("LogNormal", (math.log(low) + math.log(high)) / 2, (math.log(high) - math.log(low)) / (2 * z))


def scaled(prior: Prior, factor: float) -> Prior:
    """Return the prior of ``factor`` times the quantity; raises :class:`SpecError` for a Beta prior.

    >>> scaled(Prior("HalfNormal", 2.0), 3.0)
    Prior('HalfNormal', 6.0)
    """
    match prior.family:
        case "Normal":
            return Prior("Normal", prior.arguments[0] * factor, prior.arguments[1] * factor)
        case "HalfNormal":
            return Prior("HalfNormal", prior.arguments[0] * factor)
        case "LogNormal":
            return Prior("LogNormal", prior.arguments[0] + math.log(factor), prior.arguments[1])
        case "Gamma":
            return Prior("Gamma", prior.arguments[0], prior.arguments[1] / factor)
        case _:
            raise SpecError(
                f"a {prior.family} prior cannot be restated in other units; use LogNormal, HalfNormal or Gamma"
            )


def prior_mean(prior: Prior) -> float:
    """Return the mean of a prior.

    >>> prior_mean(Prior("Gamma", 3.0, 2.0))
    1.5
    """
    a = prior.arguments
    match prior.family:
        case "Normal":
            return a[0]
        case "HalfNormal":
            return math.sqrt(2 / math.pi) * a[0]
        case "LogNormal":
            return math.sqrt(math.exp(a[1] ** 2)) * math.exp(a[0])
        case "Beta":
            return a[0] / (a[0] + a[1])
        case _:
            return a[0] * (1 / a[1])


def frozen_distribution(prior: Prior) -> Any:
    """Return the prior as a frozen scipy distribution, for quantiles, plots and simulation."""
    from scipy import stats  # takes longer to import than a check of a table takes

    a = prior.arguments
    match prior.family:
        case "Normal":
            return stats.norm(a[0], a[1])
        case "HalfNormal":
            return stats.halfnorm(scale=a[0])
        case "LogNormal":
            return stats.lognorm(s=a[1], scale=math.exp(a[0]))
        case "Beta":
            return stats.beta(a[0], a[1])
        case _:
            return stats.gamma(a[0], scale=1 / a[1])
