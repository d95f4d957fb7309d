"""Does a channel's return rest on the data or on what was believed before?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.checks.believed import after, before
from omnimix.mechanics import Array, Draws, node_values
from omnimix.posterior import GeoPosterior, Posterior

PRIOR, BOTH, DATA = "prior", "both", "data"
FROM_DATA, FROM_PRIOR = 0.4, 0.7  # posterior over prior width of the 90 % interval: below and above
PRIOR_DRAWS = 8_000
ENDS = (0.05, 0.95)


def rests_on(posterior: Posterior) -> pd.Series:
    """Return ``data``, ``both`` or ``prior`` by channel: how much of what was open the data have settled.

    Compared are the 90 % intervals, before and after the data, of the channel's value over all outcomes and paths.
    """
    ratio = settled(posterior)
    words = np.where(ratio < FROM_DATA, DATA, np.where(ratio > FROM_PRIOR, PRIOR, BOTH))
    return pd.Series(words, index=ratio.index)


def settled(posterior: Posterior) -> pd.Series:
    """Return the width of the posterior over that of the prior interval of every channel's value.

    Of geos that were fitted by themselves it is the median over them, because no figure of all was believed before.
    """
    if isinstance(posterior, GeoPosterior) and posterior.pooling == "none":
        return pd.DataFrame({geo: settled(posterior.of(geo)) for geo in posterior.geos}).median(axis=1)
    believed, found = _values(posterior, before(posterior, size=PRIOR_DRAWS)), _values(posterior, after(posterior))
    widths = [np.diff(np.quantile(part[c], ENDS))[0] for c in believed for part in (found, believed)]
    return pd.Series(np.divide(widths[::2], widths[1::2]), index=list(believed))


def _values(posterior: Posterior, drawn: Draws) -> dict[str, Array]:
    """Return every channel's value over all outcomes and paths as a share of that of all outcomes."""
    funnel = posterior.funnel
    size = next(iter(drawn.values())).size
    worth = {n: np.full(size, w) for n, w in node_values(funnel, posterior.scaling).items()}
    for node in reversed(funnel.nodes):
        for parent in node.parents:
            worth[parent] = worth[parent] + drawn[node.name, parent] * worth[node.name]
    return {
        c.name: np.sum([worth[n.name] * drawn[n.name, c.name] for n in funnel.nodes if c in funnel.drivers(n)], axis=0)
        for c in funnel.channels
    }
