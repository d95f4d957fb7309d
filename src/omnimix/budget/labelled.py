"""Plain arrays become figures with labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from omnimix.effects import Figures
from omnimix.labels import DRAW
from omnimix.mechanics import Array


def labelled(
    name: str, draws: Array, labels: Mapping[str, Sequence[Any]], unit: str, interval: float, **known: Any
) -> Figures:
    """Return draws, shape (draws, labels, ...), as figures; ``known`` goes with every label, shape (labels, ...).

    >>> labelled("gain", np.ones((2, 1)), {"plan": ["a"]}, "EUR", 0.9, spend=[3.0]).table()["spend"].item()
    3.0
    """
    dims, coords = tuple(labels), {label: list(values) for label, values in labels.items()}
    beside = {key: xr.DataArray(np.asarray(values), coords=coords, dims=dims) for key, values in known.items()}
    return Figures(name, xr.DataArray(draws, coords=coords, dims=(DRAW, *dims)), unit, interval, beside)
