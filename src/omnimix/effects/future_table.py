"""The table of weeks to be predicted, checked: spend, controls, and the exposure of what is not paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from omnimix.data.sums import CENTS
from omnimix.effects.by_week import by_week
from omnimix.effects.plan import Plan
from omnimix.errors import DataError, did_you_mean
from omnimix.labels import GEO
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.spec import Channel


@dataclass(frozen=True)
class GivenRows:
    """Rows as they were given, and the part of a column that is this geo's: that of national channels, by heads."""

    table: pd.DataFrame
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class FutureTable:
    """What is known of the weeks to be predicted, by week.

    Attributes:
        spend: money by channel.
        controls: by name; ``None`` where the funnel has none.
        sent: exposure, in units of its column, of channels that are not paid and have one in the table.
    """

    spend: pd.DataFrame
    controls: pd.DataFrame | None
    sent: pd.DataFrame


def read_future(posterior: Posterior, given: GivenRows) -> FutureTable:
    """Read a table of weeks to be predicted. Raises :class:`DataError` with everything that is wrong in it."""
    funnel = posterior.funnel
    answering, sent = {c.name for c in funnel.responding}, {c.name: c.exposure_column for c in funnel.unpaid}
    campaigns = [k for c in funnel.bought for k in c.campaigns]
    wanted = [*(c.spend_column for c in funnel.bought), *campaigns, *funnel.controls, *sent.values()]
    frame, wrong = by_week(given.table, wanted)
    if wrong:
        raise DataError(f"the future table is not usable: {'; '.join(wrong)}.")
    frame = frame.assign(**{c: frame[c] * part for c, part in given.parts.items() if c in frame.columns})
    spend = {}
    for channel in funnel.bought:
        wrong += _wrong_campaigns(channel, frame)
        money = _money(channel, frame)
        if money is not None:
            spend[channel.name] = money
        elif channel.name not in answering and not set(channel.campaigns) & set(frame.columns):
            wrong.append(
                f"it lacks the column `{channel.spend_column}`; give spend for every week, 0 where there is none"
            )
    lacking = [c for c in funnel.controls if c not in frame.columns]
    if lacking:
        wrong.append(f"it lacks the controls {', '.join(lacking)}; give them for every week")
    sent = {name: column for name, column in sent.items() if column in frame.columns}
    wrong += _not_whole(frame, [c for c in funnel.controls if c not in lacking], "a number")
    wrong += _not_whole(frame, list(sent.values()), "a number of 0 or more", least=0.0)
    if wrong:
        raise DataError(f"the future table is not usable: {'; '.join(wrong)}.")
    return FutureTable(
        pd.DataFrame(spend, index=frame.index),
        frame[list(funnel.controls)] if funnel.controls else None,
        frame[list(sent.values())].set_axis(list(sent), axis=1),
    )


def as_sent(posterior: Posterior, plan: Plan, read: FutureTable) -> Plan:
    """Return the plan with the exposure that is known of channels that are not paid."""
    if not len(read.sent.columns):
        return plan
    exposure = plan.exposure.copy()
    for name in read.sent.columns:
        exposure.loc[read.sent.index, name] = read.sent[name] / posterior.scaling.typical_exposure[str(name)]
    return replace(plan, exposure=exposure)


def require_same_everywhere(posterior: Posterior, future: pd.DataFrame | None) -> None:
    """Refuse a table of geos that are not those of the fit, or whose weeks or national columns differ by geo."""
    if future is None or not isinstance(posterior, GeoPosterior):
        return
    if GEO not in future.columns:
        raise DataError("the future table has no column `geo`; give a row a geo and week.")
    names = future[GEO].map(str)
    wrong = [
        f"there is no geo {g!r} in the fit{did_you_mean(g, posterior.geos)}"
        for g in dict.fromkeys(names)
        if g not in posterior.geos
    ]
    wrong += [f"it has no rows for geo {g!r}" for g in posterior.geos if not (names == g).any()]
    if not wrong:
        wrong += _differ_by_geo(posterior, future, names)
    if wrong:
        raise DataError(f"the future table is not usable: {'; '.join(wrong)}.")


def rows_of_geo(posterior: Posterior, future: pd.DataFrame | None, geo: str) -> GivenRows | None:
    """Return the rows of one geo; of national channels its part is by heads."""
    if future is None:
        return None
    if not isinstance(posterior, GeoPosterior):
        return GivenRows(future)
    own = future.loc[future[GEO].map(str) == geo].drop(columns=GEO)
    return GivenRows(own, dict.fromkeys(posterior.national_columns, posterior.head(geo)))


def _differ_by_geo(posterior: GeoPosterior, future: pd.DataFrame, names: pd.Series[str]) -> Iterator[str]:
    national = [c for c in posterior.national_columns if c in future.columns]
    read = {g: by_week(future.loc[names == g].drop(columns=GEO), national) for g in posterior.geos}
    if any(wrong for _, wrong in read.values()):
        return  # told when the geo is read
    first = posterior.geos[0]
    for geo in posterior.geos[1:]:
        one, other = read[first][0], read[geo][0]
        if not one.index.equals(other.index):
            yield f"geo {geo!r} has other weeks than {first!r}; give every geo the same"
            continue
        for column in national:
            apart = ~np.isclose(one[column], other[column], rtol=1e-6, equal_nan=True)
            if apart.any():
                week = one.index[int(np.argmax(apart))]
                yield (
                    f"`{column}` is national and the same in every geo, and in week {week.date()} it is "
                    f"{one.loc[week, column]:,g} in {first!r} and {other.loc[week, column]:,g} in {geo!r}"
                )


def _money(channel: Channel, frame: pd.DataFrame) -> pd.Series[float] | None:
    """Return what a channel spends: its column, or the sum of its campaigns; the split stays as it was."""
    if channel.spend_column in frame.columns:
        return frame[channel.spend_column]
    if channel.campaigns and set(channel.campaigns) <= set(frame.columns):
        return frame[list(channel.campaigns)].sum(axis=1, min_count=len(channel.campaigns))
    return None


def _wrong_campaigns(channel: Channel, frame: pd.DataFrame) -> Iterator[str]:
    there = [k for k in channel.campaigns if k in frame.columns]
    if not there:
        return
    lacking = [k for k in channel.campaigns if k not in there]
    if lacking:
        yield (
            f"`{channel.name}` has campaigns {', '.join(there)} and lacks {', '.join(lacking)}; give all of them, or "
            f"only `{channel.spend_column}`"
        )
    bad = list(_not_whole(frame, there, "money of 0 or more", least=0.0))
    yield from bad
    if lacking or bad or channel.spend_column not in frame.columns:
        return
    total, whole = frame[there].sum(axis=1), frame[channel.spend_column]
    apart = ((whole - total).abs() > CENTS * total.abs().max()).to_numpy()
    if apart.any():
        week = frame.index[int(np.argmax(apart))]
        yield (
            f"campaigns {', '.join(there)} add up to {total[week]:,.2f} in week {week.date()} and "
            f"`{channel.spend_column}` is {whole[week]:,.2f}; leave one of the two out"
        )


def _not_whole(frame: pd.DataFrame, columns: list[str], what: str, least: float = -np.inf) -> Iterator[str]:
    for column in columns:
        bad = ~(np.isfinite(frame[column]) & (frame[column] >= least)).to_numpy()
        if bad.any():
            week, cell = frame.index[int(np.argmax(bad))], frame[column].to_numpy()[int(np.argmax(bad))]
            said = "empty" if np.isnan(cell) else f"{cell:,g}"
            yield f"`{column}` is {said} in week {week.date()}; give {what} for every week"
