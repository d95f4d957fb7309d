"""The posterior of a funnel in several geos, and that of one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd
import xarray as xr

from omnimix.data import GeoPanel, Panel
from omnimix.data.table import WeeklyTable
from omnimix.errors import OmnimixError, SpecError, did_you_mean
from omnimix.labels import GEO, TERM
from omnimix.mechanics import design
from omnimix.mechanics.geo_scaling import GeoScaling, geo_frames
from omnimix.mechanics.parameters import MISSING_WEEK, SAMPLED_WEEKS
from omnimix.posterior.posterior import Posterior

POOLINGS = ("partial", "full", "none")
POOLED = "pooled_"  # before the name of what all geos share of a quantity that each has


@dataclass(frozen=True, repr=False)
class GeoPart(Posterior):
    """One geo of a posterior of several: the verbs that report what media brought take it.

    ``pooled`` says whether it was fitted with the others. It has no model of its own, because its draws learned from
    the other geos too.
    """

    by_geo: ClassVar[bool] = True  # a verb takes it only where it says so; see omnimix.arguments

    geo: str = ""
    pooled: bool = True

    @property
    def model(self) -> Any:
        """Refuse: the model is that of all geos."""
        raise SpecError(f"geo '{self.geo}' has no model of its own: its draws come from the fit of all geos.")


@dataclass(frozen=True, repr=False)
class GeoPosterior(Posterior):
    """A model fitted to several geos at once.

    ``draws`` hold what each geo has under the dimension ``geo`` and what all share without it: ``contribution_share``
    is what a channel brings a week in a geo at the mean response of all, in the geo's typical weeks, and
    ``pooled_contribution_share`` what that is spread around. ``scaling`` is that of all geos together.

    Attributes:
        geo_scaling: scales and codings of every geo.
        pooling: ``partial``, ``full`` or ``none``.
    """

    by_geo: ClassVar[bool] = True  # a verb takes it only where it says so; see omnimix.arguments

    geo_scaling: GeoScaling | None = field(default=None, kw_only=True)
    pooling: str = field(default="partial", kw_only=True)

    @property
    def geos(self) -> tuple[str, ...]:
        """The geos, in the order of the panel."""
        return self._scalings.geos

    @property
    def _scalings(self) -> GeoScaling:
        assert self.geo_scaling is not None
        return self.geo_scaling

    @property
    def model(self) -> Any:
        """Refuse: several geos have no open PyMC model yet."""
        raise SpecError(
            "a fit of several geos has no open PyMC model yet; fit one of them, `om.fit(funnel, panel.of(geo))`."
        )

    @property
    def national_columns(self) -> tuple[str, ...]:
        """The columns of channels that all geos share."""
        return tuple(c for channel in self.funnel.channels if channel.scope == "national" for c in channel.columns)

    def head(self, geo: str) -> float:
        """Return a geo's part of all heads."""
        return self._scalings.heads[geo]

    def parts(self, node: str) -> dict[str, float]:
        """Return every geo's part of a stage or outcome in a typical week; they add up to one."""
        levels = {geo: own.scale(node).level for geo, own in self._scalings.by_geo.items()}
        return {geo: level / sum(levels.values()) for geo, level in levels.items()}

    def of(self, geo: str) -> Posterior:
        """Return the posterior of one geo, for every verb that reports figures.

        National channels are in it with the geo's part of their spend, by heads.

        Raises :class:`OmnimixError` with the nearest name for a geo that is not there.
        """
        if geo not in self.geos:
            raise OmnimixError(
                f"there is no geo {geo!r}{did_you_mean(str(geo), self.geos)} The geos are {', '.join(self.geos)}."
            )
        assert isinstance(self.panel, GeoPanel)
        scaling = self._scalings.by_geo[geo]
        frame = geo_frames(self.funnel, self.panel, self._scalings.heads, (geo,))[geo].loc[scaling.weeks]
        held = self.draws["posterior"].to_dataset()
        held = held.drop_vars([n for n in held.data_vars if str(n).startswith(POOLED)])
        own = _without_other_weeks(held.sel({GEO: geo}, drop=True) if GEO in held.dims else held, geo)
        terms = design(self.funnel, scaling, scaling.window_weeks, None).terms  # fitted alone, each has its own knots
        own = own.sel({TERM: list(terms)})
        tree = xr.DataTree.from_dict({"posterior": own, "sample_stats": self.draws["sample_stats"].to_dataset()})
        return GeoPart(
            draws=tree,
            funnel=self.funnel,
            panel=Panel.from_table(WeeklyTable(frame, self.panel.source, (), {}), currency=self.panel.currency),
            scaling=scaling,
            run=self.run,
            geo=geo,
            pooled="own_noise" in own,
        )

    def __repr__(self) -> str:
        count = len(self.geos)
        names = ", ".join(self.geos[:5]) + (", ..." if count > 5 else "")
        return f"{super().__repr__()}, {count} geos ({names}), pooling {self.pooling}"


def missing_label(geo: str, node: str, week: pd.Timestamp) -> str:
    """Return the label of a figure that a geo lacks."""
    return f"{geo}: {node} {week.date()}"


def _without_other_weeks(held: xr.Dataset, geo: str) -> xr.Dataset:
    """Keep the figures that this geo lacks, under the labels of one geo."""
    if MISSING_WEEK not in held:
        return held
    dim, start = SAMPLED_WEEKS[MISSING_WEEK], f"{geo}: "
    labels = [str(x) for x in held[dim].to_numpy()]
    own = [x for x in labels if x.startswith(start)]
    if not own:
        return held.drop_vars([MISSING_WEEK, dim])
    return held.sel({dim: own}).assign_coords({dim: [x.removeprefix(start) for x in own]})
