"""What is learned from the panel of several geos before any sampling: one scaling a geo, and that of all together.

An outcome is put on the scale of a geo's own typical week, exposure on that of a typical running week *per head*: a
geo of twice the size needs twice the exposure to be reached alike. Heads are those of ``population``; where nobody gave
it, a geo counts by what its outcomes are worth in a typical week. The series of a national channel is divided over geos
by heads, so that every head gets as much of it and the money of all geos is the money that was spent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.data import GeoPanel, Panel
from omnimix.data.table import WeeklyTable
from omnimix.errors import DataError
from omnimix.labels import WEEK
from omnimix.mechanics.scaling import NodeScale, Scaling, fit_node_scale, fit_scaling, typical_week
from omnimix.spec import Channel, Funnel

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class GeoScaling:
    """Constants learned from a panel of geos.

    Attributes:
        pooled: of all geos together: the calendar, levels, money and exposure of a typical week summed over geos.
        by_geo: of every geo, on the same calendar.
        heads: every geo's part of all heads; they add up to one.
        own_controls: the controls that differ between geos.
    """

    pooled: Scaling
    by_geo: Mapping[str, Scaling]
    heads: Mapping[str, float]
    own_controls: tuple[str, ...]

    @property
    def geos(self) -> tuple[str, ...]:
        """The geos, in the order of the panel."""
        return tuple(self.by_geo)


def fit_geo_scaling(funnel: Funnel, panel: GeoPanel) -> GeoScaling:
    """Learn scales and codings from a checked panel of geos.

    Raises :class:`DataError` where a channel, a control or a node of any geo cannot be scaled.
    """
    heads = _heads(funnel, panel)
    frames = geo_frames(funnel, panel, heads)
    whole = all_together(funnel, frames)
    learned = fit_scaling(funnel, Panel.from_table(WeeklyTable(whole, panel.source, (), {})))
    window = learned.window_weeks
    nodes = {geo: _nodes(funnel, geo, frame.loc[window]) for geo, frame in frames.items()}
    own = tuple(c for c in funnel.controls if not _is_shared([frame[c] for frame in frames.values()]))
    spread = {c: _spread_within(c, panel, window) if c in own else learned.control_spread[c] for c in funnel.controls}
    typical = {c.name: _typical(c, frames, heads) for c in funnel.channels}
    pooled = replace(
        learned,
        typical_exposure=typical,
        control_spread=spread,
        nodes=tuple(_together(k, nodes, frames, window) for k in range(len(funnel.nodes))),
        missing={},
    )
    by_geo = {
        geo: replace(
            pooled,
            typical_exposure={name: size * heads[geo] for name, size in typical.items()},
            exposure_per_spend={c.name: _price(c, frame, learned) for c in funnel.channels},
            mean_spend={
                c.name: float(frame.loc[window, c.spend_column].mean()) if c.paid else 0.0 for c in funnel.channels
            },
            control_center={
                c: float(panel.of(geo).series(c).reindex(window).mean()) if c in own else learned.control_center[c]
                for c in funnel.controls
            },
            nodes=nodes[geo],
            missing=_missing(funnel, frame.loc[window]),
        )
        for geo, frame in frames.items()
    }
    return GeoScaling(pooled, by_geo, heads, own)


def geo_frames(
    funnel: Funnel, panel: GeoPanel, heads: Mapping[str, float], geos: Sequence[str] | None = None
) -> Frames:
    """Return the table of every geo, or of those named, on the calendar of all.

    A week that a geo lacks has no outcome and no media, and its controls at the geo's mean: it is not fitted. National
    channels are divided by ``heads``.
    """
    weeks = panel.weeks
    national = {c for channel in funnel.channels if channel.scope == "national" for c in channel.columns}
    media = [c for channel in funnel.channels for c in channel.columns]
    shared = {c: _national(panel, c) for c in national}
    found = {}
    for geo in panel.geos if geos is None else geos:
        frame = panel.of(geo).frame.reindex(weeks)
        for column in dict.fromkeys(media):
            frame[column] = shared[column] * heads[geo] if column in national else frame[column].fillna(0.0)
        for column in funnel.controls:
            everywhere = _national(panel, column) if column in panel.national_columns else frame[column]
            frame[column] = everywhere.fillna(frame[column].mean())
        found[geo] = frame.rename_axis(WEEK)
    return found


def _national(panel: GeoPanel, column: str) -> pd.Series[float]:
    """Return a series that all geos share, from the national table or from whichever geo has the week."""
    if column in panel.national_columns:
        return panel.national[column].reindex(panel.weeks)
    wide = pd.DataFrame({geo: panel.of(geo).series(column) for geo in panel.geos}).reindex(panel.weeks)
    return wide.max(axis=1).fillna(0.0)


def _heads(funnel: Funnel, panel: GeoPanel) -> dict[str, float]:
    sizes = dict(panel.population)
    if not sizes:
        for geo in panel.geos:
            frame = panel.of(geo).frame
            sizes[geo] = float(sum((o.value or 1.0) * frame[o.name].abs().mean() for o in funnel.outcomes))
    whole = sum(sizes.values())
    if not whole > 0:
        raise DataError("the outcomes of all geos are zero or empty; give `population`, or outcomes that are observed.")
    return {geo: size / whole for geo, size in sizes.items()}


def all_together(funnel: Funnel, frames: Frames) -> pd.DataFrame:
    """Return the table of all geos together: sums of media and outcomes, means of controls."""
    parts = list(frames.values())
    summed = dict.fromkeys([c for channel in funnel.channels for c in channel.columns] + [n.name for n in funnel.nodes])
    columns = {c: pd.concat([p[c] for p in parts], axis=1).sum(axis=1, min_count=1) for c in summed}
    columns |= {c: pd.concat([p[c] for p in parts], axis=1).mean(axis=1) for c in funnel.controls}
    for control in funnel.controls:  # one that moves in some geo moves, whatever it does on average
        if columns[control].nunique() < 2:
            moving = (p[control] for p in parts if p[control].min() < p[control].max())
            columns[control] = next(moving, columns[control])
    return pd.DataFrame(columns)


def _nodes(funnel: Funnel, geo: str, window: pd.DataFrame) -> tuple[NodeScale, ...]:
    empty = [n.name for n in funnel.nodes if window[n.name].nunique() < 2]
    if empty:
        raise DataError(
            f"geo '{geo}' has no {' and no '.join(empty)} that moves; leave its rows out, or complete them."
        )
    return tuple(fit_node_scale(n, window[n.name]) for n in funnel.nodes)


def _together(
    k: int, nodes: Mapping[str, tuple[NodeScale, ...]], frames: Frames, window: pd.DatetimeIndex
) -> NodeScale:
    """Return the scale of a node over all geos: the sum of their levels, and how far their mean index moves."""
    own = {geo: scales[k] for geo, scales in nodes.items()}
    name, log = next(iter(own.values())).name, next(iter(own.values())).log
    level = sum(scale.level for scale in own.values())
    series = [
        (np.log(frames[geo].loc[window, name]) - s.shift) if log else frames[geo].loc[window, name] / s.scale
        for geo, s in own.items()
    ]
    spread = float(pd.concat(series, axis=1).mean(axis=1).std())
    if log:
        return NodeScale(name, float(np.log(level)), 1.0, spread, log=True)
    return NodeScale(name, 0.0, level, spread, log=False)


def _typical(channel: Channel, frames: Frames, heads: Mapping[str, float]) -> float:
    per_head = [frame[channel.exposure_column].to_numpy(dtype=float) / heads[geo] for geo, frame in frames.items()]
    return typical_week(np.concatenate(per_head))


def _price(channel: Channel, frame: pd.DataFrame, learned: Scaling) -> float:
    if not channel.paid:
        return 0.0
    spend, exposure = (float(frame[c].sum()) for c in (channel.spend_column, channel.exposure_column))
    return exposure / spend if spend > 0 else learned.exposure_per_spend[channel.name]


def _spread_within(control: str, panel: GeoPanel, window: pd.DatetimeIndex) -> float:
    spreads = [panel.of(geo).series(control).reindex(window).std(ddof=0) for geo in panel.geos]
    return float(np.nanmean(spreads))


def _is_shared(series: list[pd.Series[float]]) -> bool:
    first = series[0].to_numpy()
    return all(np.allclose(s.to_numpy(), first, rtol=1e-9, atol=0.0, equal_nan=True) for s in series)


def _missing(funnel: Funnel, window: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Name the weeks without a figure of the nodes that others read: they are estimated along."""
    read = {p for n in funnel.nodes for p in n.parents}
    found = {n.name: window.index[window[n.name].isna()] for n in funnel.nodes if n.name in read}
    return {name: tuple(str(w.date()) for w in weeks) for name, weeks in found.items() if len(weeks)}
