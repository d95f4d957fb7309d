"""Every figure of a posterior that the shell tells, worked out once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from omnimix.effects import Contributions, Figures, contributions, paths, payback, roas, traffic_share
from omnimix.labels import DRAW, GEO, PATH
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.words import ValueUnit


@dataclass(frozen=True)
class Results:
    """What a posterior says of the data window.

    Attributes:
        roas: value for one unit of money spent, net of what a channel makes answering channels spend.
        contributions: what every channel brought to every outcome.
        paths: the same in money by path; none of several geos.
        traffic_share: the share of every stage by channel; ``None`` for a funnel without stages.
        payback: how soon every channel has earned back what it spent in the weeks with most media money; ``None`` where
            value is no money.
        by_geo: ``roas`` of every geo; ``None`` where there are none.
        value_unit: what value is counted in.
    """

    roas: Figures
    contributions: Contributions
    paths: Figures
    traffic_share: Figures | None
    payback: Figures | None
    value_unit: ValueUnit
    by_geo: Figures | None = None


def results(posterior: Posterior) -> Results:
    """Work out every figure, whether or not the fit converged; who prints them says so."""
    if isinstance(posterior, GeoPosterior):
        return Results(
            roas=roas(posterior, allow_unconverged=True),
            contributions=contributions(posterior, allow_unconverged=True),
            paths=Figures("paths", xr.DataArray(np.empty((posterior.size, 0)), dims=(DRAW, PATH)), ""),
            traffic_share=None,
            payback=None,
            value_unit=posterior.value_unit,
            by_geo=roas(posterior, by=GEO, allow_unconverged=True),
        )
    return Results(
        roas=roas(posterior, allow_unconverged=True),
        contributions=contributions(posterior, allow_unconverged=True),
        paths=paths(posterior, allow_unconverged=True),
        traffic_share=traffic_share(posterior, allow_unconverged=True) if posterior.funnel.stages else None,
        payback=payback(posterior, common=True, allow_unconverged=True) if posterior.value_unit.is_money else None,
        value_unit=posterior.value_unit,
    )
