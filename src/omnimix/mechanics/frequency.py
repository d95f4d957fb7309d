"""How often people were reached: the frequency of every week as the model reads it, and the usual one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.mechanics.scaling import Array, Scaling
from omnimix.spec import Channel

YEAR = 52  # weeks


def known_frequency(scaling: Scaling, channel: Channel, frame: pd.DataFrame) -> Array:
    """Return the frequency of the training weeks, shape (weeks,); 1 in weeks without reach, which nothing reads."""
    reach, frequency = _known(scaling, channel, frame)
    return np.where(reach > 0, frequency, 1.0)


def usual_frequency(scaling: Scaling, channel: Channel, frame: pd.DataFrame) -> float:
    """Return contacts over people reached, of the last year of the data window, or of all weeks if it has none."""
    reach, frequency = _known(scaling, channel, frame)
    contacts = np.where(reach > 0, reach * frequency, 0.0)
    last = slice(max(scaling.window, len(reach) - YEAR), None)
    if reach[last].sum() > 0:
        reach, contacts = reach[last], contacts[last]
    return float(contacts.sum() / reach.sum())


def _known(scaling: Scaling, channel: Channel, frame: pd.DataFrame) -> tuple[Array, Array]:
    columns = frame[[channel.reach, channel.frequency]].reindex(scaling.weeks)
    reach, frequency = columns.to_numpy(dtype=np.float64).T
    return reach, frequency
