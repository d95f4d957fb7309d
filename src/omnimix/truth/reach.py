"""Reach and frequency of a simulated channel: how often people are met, what that is worth, and which is best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from omnimix.curves.frequency import FREQUENCY_SLOPE, HALF_FREQUENCY
from omnimix.labels import CHANNEL
from omnimix.mechanics import Array
from omnimix.mechanics.scaling import typical_week
from omnimix.spec import Channel
from omnimix.truth.mechanism import TrueMedium

if TYPE_CHECKING:
    from omnimix.truth.truth import Truth

TRUE_FREQUENCY = {FREQUENCY_SLOPE: (1.2, 2.2), HALF_FREQUENCY: (1.5, 4.0)}  # where a world states none


@dataclass(frozen=True, eq=False)
class ReachMedium(TrueMedium):
    """A channel whose exposure is the people it reaches, each worth by how often.

    Attributes:
        reach: people reached in every simulated week.
        frequency: how often each of them was.
        parameters: the true ones of what a frequency is worth.
    """

    reach: Array = field(kw_only=True)
    frequency: Array = field(kw_only=True)
    parameters: Mapping[str, float] = field(kw_only=True)

    @cached_property
    def typical(self) -> float:
        """The median reach of a running week."""
        return typical_week(self.reach)

    @property
    def best_frequency(self) -> float:
        """The frequency at which the same contacts do most, found by trying."""
        tried = np.geomspace(1.0, 200.0, 200_001)
        return float(tried[np.argmax(_worth(tried, self.parameters) / tried)])

    def columns(self) -> dict[str, Array]:
        """Return the columns of the table; nobody counts how often those were met who were not."""
        reached = np.where(self.reach > 0, self.frequency, 0.0)
        return {str(self.channel.reach): self.reach, str(self.channel.frequency): reached}


def reach_medium(
    channel: Channel, spend: Array, contacts: Array, walk: Array, mean: float, parameters: Mapping[str, float]
) -> ReachMedium:
    """Return a channel whose contacts of a week fall on people, each met about ``mean`` times.

    ``contacts`` is what was bought, shape (weeks,); ``walk`` is how far the frequency wanders, as a logarithm.
    """
    frequency = 1.0 + (mean - 1.0) * np.exp(walk)
    reach = contacts / frequency
    return ReachMedium(
        channel,
        spend,
        reach * _worth(frequency, parameters),
        reach=reach,
        frequency=frequency,
        parameters=dict(parameters),
    )


def drawn_parameters(given: Mapping[str, float], generator: np.random.Generator) -> dict[str, float]:
    """Return what a frequency is worth as given, drawing what is not from its plausible range."""
    drawn = {name: float(generator.uniform(low, high)) for name, (low, high) in TRUE_FREQUENCY.items()}
    return {name: float(given.get(name, value)) for name, value in drawn.items()}


def frequency_truth(truth: Truth) -> pd.DataFrame:
    """Return one row a channel with reach and frequency: its true parameters and its true best frequency.

    >>> from omnimix.truth import Medium, simulate
    >>> video = Medium(
    ...     Channel("video", reach="video_reach", frequency="video_frequency"),
    ...     parameters={"frequency_slope": 2.0, "half_frequency": 3.0},
    ... )
    >>> frequency_truth(simulate(seed=1, channels=[video, "radio"]).truth).best_frequency.round(2).tolist()
    [3.0]
    """
    media = [m for m in truth.mechanism.media.values() if isinstance(m, ReachMedium)]
    rows = [{CHANNEL: m.name, **m.parameters, "best_frequency": m.best_frequency} for m in media]
    return pd.DataFrame(rows, columns=[CHANNEL, *TRUE_FREQUENCY, "best_frequency"])


def _worth(frequency: Array, parameters: Mapping[str, float]) -> Array:
    slope, half = parameters[FREQUENCY_SLOPE], parameters[HALF_FREQUENCY]
    return np.asarray(frequency**slope / (frequency**slope + half**slope))
