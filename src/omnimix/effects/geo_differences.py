r"""Which geos differ from all of them together, and how much of what is told of a geo is its own weeks.

A geo differs for sure where its ROAS lies above, or below, that of all geos in 95 of 100 draws. Geos were drawn together
before that, so that many comparisons do not make a difference by luck (Gelman, Hill and Yajima 2012,
https://doi.org/10.1080/19345747.2011.618213). Of the logarithm of what a channel brings in geo g over all,

    own = Var_g(E[r_g]) / E[Var_g(r_g)]

is how far the geos' own weeks tell them apart: 1 where they settle every geo, 0 where a geo is told by all of them. It is
one less the pooling factor of Gelman and Pardoe (2006, https://doi.org/10.1198/004017005000000517).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.effects.figures import Figures
from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, DRAW, GEO, LOWER, NODE, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior

SURE = 0.95
ABOVE, BELOW, NOT_SURE = "above", "below", ""
SMALL = 1e-12


def geo_differences(returns: Figures, by_geo: Figures) -> pd.DataFrame:
    """Return one row a channel and geo, from the highest ROAS of a channel to its lowest.

    Columns: ``channel``, ``geo``, ``roas`` with ``lower`` and ``upper``, ``spend``, ``all_geos`` (the ROAS of all of them),
    ``probability_above`` it, and ``differs``: ``above``, ``below`` or empty. A geo without spend on a channel has no row.

    Args:
        returns: ROAS of all geos, of the same draws.
        by_geo: ROAS of every geo.
    """
    rows, told = by_geo.table().set_index([GEO, CHANNEL]), by_geo.told
    whole = returns.table().set_index(CHANNEL)[told]
    found = []
    for channel in map(str, by_geo.draws[CHANNEL].to_numpy()):
        together = returns.draws.sel({CHANNEL: channel}).to_numpy()
        for geo in map(str, by_geo.draws[GEO].to_numpy()):
            row = rows.loc[(geo, channel)]
            own = by_geo.draws.sel({CHANNEL: channel, GEO: geo}).transpose(DRAW).to_numpy()
            if not (row[SPEND] > 0 and np.isfinite(own).all()):
                continue
            above = float((own > together).mean())
            differs = ABOVE if above >= SURE else BELOW if (own < together).mean() >= SURE else NOT_SURE
            found.append(
                {
                    CHANNEL: channel,
                    GEO: geo,
                    "roas": float(row[told]),
                    LOWER: float(row[LOWER]),
                    UPPER: float(row[UPPER]),
                    SPEND: float(row[SPEND]),
                    "all_geos": float(whole[channel]),
                    "probability_above": above,
                    "differs": differs,
                }
            )
    columns = [CHANNEL, GEO, "roas", LOWER, UPPER, SPEND, "all_geos", "probability_above", "differs"]
    frame = pd.DataFrame(found, columns=columns)
    order = {c: k for k, c in enumerate(map(str, by_geo.draws[CHANNEL].to_numpy()))}
    place = frame[CHANNEL].map(order)
    return frame.assign(place=place).sort_values(["place", "roas"], ascending=[True, False], ignore_index=True)[columns]


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
