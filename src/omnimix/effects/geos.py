"""Figures of several geos: each geo is simulated by itself, draw by draw, and all of them are added up.

Given the parameters, what happens in one geo is no matter of another: a posterior of several geos is so many funnels
that share draws. Sums over geos are therefore sums of the same draws, and the figure of all geos is exact.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import CAMPAIGN, GEO, PERIOD
from omnimix.posterior import GeoPosterior, Posterior

BY = (GEO,)


def parts_of(posterior: Posterior) -> Iterator[tuple[str, Posterior]]:
    """Yield every geo with its posterior, one after the other to be light on memory; one without a name if none."""
    if not isinstance(posterior, GeoPosterior):
        yield "", posterior
        return
    for geo in posterior.geos:
        yield geo, posterior.of(geo)


def observed(posterior: Posterior, node: str, weeks: pd.DatetimeIndex) -> pd.Series[float]:
    """Return what was seen of a stage or outcome, of all geos together where there are several.

    A week that any of them lacks is nan: what the others sum up to is not what all had.
    """
    parts = [part.panel.series(node).reindex(weeks) for _, part in parts_of(posterior)]
    return pd.concat(parts, axis=1).sum(axis=1, skipna=False) if len(parts) > 1 else parts[0]


def require_by(posterior: Posterior, by: str | None, *more: str) -> None:
    """Refuse to part figures by what there is not; ``more`` is what these figures can be parted by beside geos."""
    if by is None:
        return
    known = (*BY, *more)
    if by not in known:
        raise OmnimixError(f"by is one of {', '.join(map(repr, known))}, not {by!r}{did_you_mean(str(by), known)}")
    if by == CAMPAIGN:
        if not any(c.campaigns for c in posterior.funnel.channels):
            raise OmnimixError(
                "by='campaign' parts the figures of channels that are bought in campaigns, and this fit has none; name "
                'their columns, om.Channel("social", campaigns=("lead", "sale")), and fit that.'
            )
        return
    if by == PERIOD:
        if posterior.funnel.effects_change is None:
            raise OmnimixError(
                "by='period' parts the figures of a fit whose effects change over time, and those of this one are the "
                "same in all weeks; declare om.Funnel(..., effects_change='half_year') and fit that."
            )
        return
    if not isinstance(posterior, GeoPosterior):
        raise OmnimixError(
            "by='geo' parts the figures of a fit of several geos, and this one has none; read the table with "
            "om.read_panel(..., geo='region') and fit that."
        )
