"""What a refit was made from, kept with its draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Method = Literal["reweighted", "sampled"]


@dataclass(frozen=True)
class Revision:
    """A figure of a week that was known before and is another now; ``nan`` where it was or is empty."""

    week: str
    column: str
    old: float
    new: float

    def __str__(self) -> str:
        before, after = ("empty" if math.isnan(x) else f"{x:,.6g}" for x in (self.old, self.new))
        return f"{self.column} in week {self.week} was {before} and is {after}"


@dataclass(frozen=True)
class Refitted:
    """How a fit came from an earlier one.

    Attributes:
        method: ``reweighted`` where the draws of the earlier fit were weighed by the new weeks and drawn again,
            ``sampled`` where they only said where to start.
        weeks_before: weeks with an outcome that the earlier fit had.
        weeks_added: how many came after those.
        revised: figures of earlier weeks that are others now.
        k_hat: of the Pareto tail of the weights; nan where nothing could be weighed.
        effective_draws: how many equally weighted draws the weights are worth; nan likewise.
        largest_weight: of one draw; nan likewise.
    """

    method: Method
    weeks_before: int
    weeks_added: int
    revised: tuple[Revision, ...] = ()
    k_hat: float = float("nan")
    effective_draws: float = float("nan")
    largest_weight: float = float("nan")
