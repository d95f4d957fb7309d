"""What a test said beside what the model expected: kept with a posterior that has taken it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from omnimix.spec import Experiment

How = Literal["reweighted", "fitted"]


@dataclass(frozen=True)
class Evidence:
    """A test that a posterior has taken in.

    Attributes:
        experiment: the test and its result.
        predicted: what the model expected before it knew the result, in the metric of the test.
        spread: the standard deviation of that.
        z: how far the result lies from it, in standard deviations of expectation and result together.
        how: ``reweighted`` where draws were weighed anew, ``fitted`` where it is in the likelihood.
        k_hat: shape of the tail of the weights; nan where none were needed.
        effective: effective number of draws after weighing; nan likewise.
        largest_weight: of any one draw; nan likewise.
    """

    experiment: Experiment
    predicted: float
    spread: float
    z: float
    how: How
    k_hat: float = float("nan")
    effective: float = float("nan")
    largest_weight: float = float("nan")
