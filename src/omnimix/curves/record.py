"""What a media-response curve is: one record with formula, derivatives, priors, meaning and LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MOST_PARAMETERS = 3  # that compiled code passes to an adstock; a saturation has two


@dataclass(frozen=True)
class CurveParameter:
    """One parameter of a curve, with the default prior that a marketer could have stated.

    ``family`` and ``arguments`` name a prior of :mod:`omnimix.spec.prior`.
    """

    name: str
    family: str
    arguments: tuple[float, ...]
    meaning: str
    latex: str


@dataclass(frozen=True)
class Curve:
    """One media-response curve.

    ``formula`` is compiled and returns the value followed by its derivatives: for an adstock
    ``(log_weight, d/dp0, d/dp1)`` at a lag in weeks (of a mixture: of its fast part), for a saturation
    ``(value, d/du, d/dp0, d/dp1)`` at a carried-over exposure ``u`` in typical (median running) weekly exposures. A
    curve with fewer parameters ignores the rest and returns zero derivatives for them.
    """

    name: str
    code: int
    parameters: tuple[CurveParameter, ...]
    formula: Any
    meaning: str
    latex: str
    source: str

    def __post_init__(self) -> None:
        if len(self.parameters) > MOST_PARAMETERS:
            raise ValueError(f"curve {self.name} has {len(self.parameters)} parameters; at most {MOST_PARAMETERS}.")
