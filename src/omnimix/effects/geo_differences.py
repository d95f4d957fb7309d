r"""Which geos differ from all of them together, and how much of what is told of a geo is its own weeks.

A geo differs for sure where its ROAS lies above, or below, that of all geos in 95 of 100 draws. Geos were drawn
together before that, so that many comparisons do not make a difference by luck (Gelman, Hill and Yajima 2012,
https://doi.org/10.1080/19345747.2011.618213). Of the logarithm of what a channel brings in geo g over all,

    own = Var_g(E[r_g]) / E[Var_g(r_g)]

is how far the geos' own weeks tell them apart: 1 where they settle every geo, 0 where a geo is told by all of them. It
is one less the pooling factor of Gelman and Pardoe (2006, https://doi.org/10.1198/004017005000000517).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.effects.figures import Figures
from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, DRAW, GEO, LOWER, NODE, ROAS, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior

SURE = 0.95
ABOVE, BELOW, NOT_SURE = "above", "below", ""
SMALL = 1e-12
COLUMNS = (CHANNEL, GEO, ROAS, LOWER, UPPER, SPEND, "all_geos", "probability_above", "differs")


def geo_differences(returns: Figures, by_geo: Figures) -> pd.DataFrame:
    """Return one row a channel and geo, from the highest ROAS of a channel to its lowest.

    Columns: ``channel``, ``geo``, ``roas`` with ``lower`` and ``upper``, ``spend``, ``all_geos`` (the ROAS of all of
    them), ``probability_above`` it, and ``differs``: ``above``, ``below`` or empty. A geo that spent nothing on a
    channel has no row.

    Args:
        returns: ROAS of all geos, of the same draws.
        by_geo: ROAS of every geo.
    """
    frame = by_geo.table().rename(columns={by_geo.told: ROAS})
    above = (by_geo.draws > returns.draws).mean(DRAW).rename("probability_above").to_series()
    below = (by_geo.draws < returns.draws).mean(DRAW).to_series()
    places = pd.MultiIndex.from_frame(frame[list(above.index.names)])
    high, low = (side.reindex(places).to_numpy(dtype=float) for side in (above, below))
    whole = returns.table().set_index(CHANNEL)[by_geo.told]
    order = {str(c): k for k, c in enumerate(by_geo.draws[CHANNEL].to_numpy())}
    frame = frame.assign(
        all_geos=frame[CHANNEL].map(whole),
        probability_above=high,
        differs=np.where(high >= SURE, ABOVE, np.where(low >= SURE, BELOW, NOT_SURE)),
        place=frame[CHANNEL].map(order),
    )
    known = (frame[SPEND] > 0) & np.isfinite(frame[ROAS])
    kept = frame.loc[known, [*COLUMNS, "place"]]
    ordered: pd.DataFrame = kept.sort_values(["place", ROAS], ascending=[True, False], ignore_index=True)
    return ordered.drop(columns="place")


def own_share(posterior: GeoPosterior) -> pd.Series:
    """Return by channel how far the geos' own weeks tell them apart, from 0 to 1; nan where geos share all or nothing.

    Of a channel that acts on several stages or outcomes it is the mean over them.
    """
    names = [c.name for c in posterior.funnel.channels]
    if posterior.pooling != "partial":
        return pd.Series(np.nan, index=pd.Index(names, name=CHANNEL))
    held = posterior.draws["posterior"]
    found: dict[str, list[float]] = {name: [] for name in names}
    for node in posterior.funnel.nodes:
        for channel in posterior.funnel.drivers(node):
            share = held[CONTRIBUTION_SHARE].sel({NODE: node.name, CHANNEL: channel.name})
            values = share.transpose(..., GEO).to_numpy().reshape(-1, len(posterior.geos))
            if not channel.signed:
                found[channel.name].append(_own(np.log(np.maximum(values, SMALL))))
    return pd.Series({n: float(np.mean(v)) if v else np.nan for n, v in found.items()}).rename_axis(CHANNEL)


def _own(logs: Array) -> float:
    """Return the share for draws of one channel and node, shape (draws, geos)."""
    whole = float(logs.var(axis=1).mean())
    return float(logs.mean(axis=0).var()) / whole if whole > SMALL else 0.0
