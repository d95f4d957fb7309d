"""From funnel and panel to the tables of the density, with the sampled parameters in order."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics import (
    SCALED_GROUPS,
    Array,
    Design,
    Parameter,
    Part,
    Scaling,
    node_values,
    sampled_parameters,
    scaled_exposure,
    scaled_series,
    total_priors,
    value_prior,
    window_design,
)
from omnimix.mechanics.audience import audience
from omnimix.mechanics.campaigns import (
    CAMPAIGN_AWAY,
    CAMPAIGN_LOOSENESS,
    campaign_exposure,
    mixed,
    weights,
    widths,
)
from omnimix.mechanics.frequency import known_frequency
from omnimix.mechanics.parameters import (
    DEGREES_OF_FREEDOM,
    MISSING_WEEK,
    NOISE,
    STAGE_EFFECT,
    UNSPENT_WEEK,
    equations,
    shocks,
)
from omnimix.mechanics.periods import EFFECT_AWAY, EFFECT_SPREAD, period_of, periods
from omnimix.mechanics.structure import Places, places_of, structure
from omnimix.mechanics.tables import (
    CAMPAIGN,
    CELL,
    CHANGE,
    MISSING,
    MIX,
    OUTCOME_PART,
    PARAMETER,
    PART,
    SHOCK,
    SIZES,
    TOTAL_PRIOR,
    table,
)
from omnimix.mechanics.total_priors import FOLLOWS, following
from omnimix.model.means import ROW, Tables
from omnimix.model.tracker_tables import tracker_tables
from omnimix.spec import FAMILIES, Funnel

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class Layout:
    """The model as the compiled density reads it, with the parameters in order."""

    tables: Tables
    parameters: tuple[Parameter, ...]

    @functools.cached_property
    def packed(self) -> Ints:
        """The tables end to end: the form in which they go to compiled code and through other packages."""
        return pack(self.tables)


def pack(tables: Sequence[Any]) -> Ints:
    """Lay tables end to end in one array: first a row each with where it starts, in bytes, and its dimensions.

    It holds no address, so that it can be copied, pickled and sent to another process.
    """
    raw = [np.ascontiguousarray(t).reshape(-1).view(np.int64) for t in tables]
    starts = 8 * (len(raw) * ROW + np.concatenate([[0], np.cumsum([r.size for r in raw])[:-1]]))
    head = [[start, *t.shape, *[1] * (ROW - 1 - t.ndim)] for start, t in zip(starts, tables, strict=True)]
    return np.concatenate([np.array(head, dtype=np.int64).reshape(-1), *raw])


def build_layout(funnel: Funnel, panel: Panel, scaling: Scaling) -> Layout:
    """Lay out a funnel with its training panel."""
    window = window_design(funnel, scaling, panel)
    parameters = sampled_parameters(funnel, scaling, window)
    return Layout(density_tables(funnel, panel, scaling, window, parameters), parameters)


def density_tables(
    funnel: Funnel, panel: Panel, scaling: Scaling, window: Design, parameters: tuple[Parameter, ...]
) -> Tables:
    """Return the tables of a funnel with its parameters."""
    places, frame, names = places_of(parameters), panel.frame, [n.name for n in funnel.nodes]
    effects, parents, answers = structure(funnel, places)
    columns = names + [c.spend_column for c in funnel.responding]
    level = np.array([window.prior_mean(s)[0] for s in scaling.equations])
    observed = np.array(
        [scaled_series(s, frame[c].reindex(scaling.weeks)) for s, c in zip(scaling.equations, columns, strict=True)]
    )
    observed[:, : scaling.window] = np.nan
    missing = list(_missing(scaling, places))
    unseen, stretches = list(_shocks(funnel)), periods(funnel, scaling.window_weeks)
    seen = np.isfinite(observed)
    seen[len(names) :] &= observed[len(names) :] > 0  # weeks without spend: set by hand, or sampled along
    for row in missing:
        seen[row["cell"], row["week"]] = True
    whole = np.vstack([np.zeros((scaling.window, window.matrix.shape[1])), window.matrix])
    sds = np.array([window.sds(s) for s in scaling.equations])
    matrix = np.ascontiguousarray((whole[None] * sds[:, None, :] * seen[:, :, None]).transpose(0, 2, 1))
    groups = [f"{g}_scale" if g in SCALED_GROUPS else "" for g in window.groups]
    totals, parts, followed = _total_priors(funnel, scaling, places)
    return Tables(
        sizes=table(SIZES, [_sizes(funnel, scaling)]),
        parameters=table(PARAMETER, parameter_rows(parameters)),
        cells=table(CELL, _cells(funnel, scaling, places, parents["cell"], unseen, seen.sum(axis=1), level)),
        effects=effects,
        parents=parents,
        answers=answers,
        totals=table(TOTAL_PRIOR, totals),
        parts=table(PART, parts),
        followed=np.array(followed, dtype=np.int64),
        missing=table(MISSING, missing),
        term_scales=np.array([[places.get((s.name, "", g), -1) for g in groups] for s in scaling.equations]),
        exposure=np.vstack([scaled_exposure(scaling, c, frame) for c in funnel.channels]),
        audience=_audiences(funnel, panel, scaling),
        series=np.where(seen, np.nan_to_num(observed - level[:, None]), 0.0),
        seen=seen.astype(np.float64),
        design=matrix,
        gram=np.ascontiguousarray(matrix @ matrix.transpose(0, 2, 1)),
        outcomes=table(OUTCOME_PART, _outcome_parts(funnel, scaling, names)),
        shocks=table(SHOCK, unseen),
        mixes=table(MIX, _mixes(funnel, places)),
        campaigns=table(CAMPAIGN, _campaigns(funnel, scaling, places)),
        campaign_exposure=campaign_exposure(funnel, scaling, frame),
        changes=table(CHANGE, _changes(funnel, places, len(stretches))),
        periods=period_of(stretches, scaling.weeks) if stretches else np.empty(0, dtype=np.int64),
        frequency=_frequencies(funnel, scaling, frame),
        **tracker_tables(funnel, panel, scaling, places),
    )


def _frequencies(funnel: Funnel, scaling: Scaling, frame: pd.DataFrame) -> Array:
    rows = [np.log(known_frequency(scaling, c, frame)) for n in funnel.nodes for c in funnel.drivers(n) if c.frequency]
    return np.array(rows).reshape(len(rows), len(scaling.weeks))


def _mixes(funnel: Funnel, places: Places) -> Iterator[dict[str, int]]:
    first = 0
    for channel in mixed(funnel):
        stop = first + len(channel.campaigns)
        lever = funnel.channel_names.index(channel.name)
        yield {"lever": lever, "first": first, "stop": stop, "looseness": places["", "", CAMPAIGN_LOOSENESS]}
        first = stop


def _campaigns(funnel: Funnel, scaling: Scaling, places: Places) -> Iterator[dict[str, float]]:
    number = 0
    for channel in mixed(funnel):
        shares = weights(channel, scaling.campaign_spend)
        for share, width in zip(shares, widths(shares), strict=True):
            yield {"parameter": places["", "", CAMPAIGN_AWAY] + number, "weight": float(share), "width": float(width)}
            number += 1


def _changes(funnel: Funnel, places: Places, count: int) -> Iterator[dict[str, int]]:
    for channel in funnel.channel_names if count else ():
        yield {"spread": places["", "", EFFECT_SPREAD], "first": places["", channel, EFFECT_AWAY]}


def _outcome_parts(funnel: Funnel, scaling: Scaling, names: list[str]) -> Iterator[dict[str, float]]:
    """Return a row for every outcome that shares the joint total; the prior of that total stands in each."""
    together = value_prior(funnel, scaling)
    if together is None:
        return
    for part in together.parts:
        yield {
            "cell": names.index(part.node),
            "family": FAMILIES[together.total.family].code,
            "worth": part.worth,
            "concentration": part.concentration,
            "first": together.total.arguments[0],
            "second": (*together.total.arguments, 0.0)[1],
        }


def _sizes(funnel: Funnel, scaling: Scaling) -> dict[str, int]:
    return {
        "nodes": len(funnel.nodes),
        "channels": len(funnel.channels),
        "window": scaling.window,
        "longest": max([c.lags for c in funnel.channels] + [n.lags for n in funnel.nodes]),
    }


def parameter_rows(parameters: tuple[Parameter, ...]) -> Iterator[dict[str, float]]:
    """Return the rows of the parameters' table."""
    labels = [s.label for s in parameters]
    for parameter in parameters:
        yield {
            "family": FAMILIES[parameter.prior.family].code,
            "leader": -1 if parameter.follows is None else labels.index(parameter.follows),
            "spread": -1 if parameter.spread is None else labels.index(parameter.spread),
            "first": parameter.prior.arguments[0],
            "second": (*parameter.prior.arguments, 0.0)[1],
            "looseness": parameter.looseness,
        }


def _missing(scaling: Scaling, places: Places) -> Iterator[dict[str, int]]:
    """Say which weeks of which equations are sampled along, and where: empty ones, and spend that was cut off at 0."""
    for cell, name in enumerate(s.name for s in scaling.equations):
        for parameter, weeks, sign in (
            (MISSING_WEEK, scaling.missing_weeks(name), 1),
            (UNSPENT_WEEK, scaling.unspent_weeks(name), -1),
        ):
            for k, week in enumerate(weeks):
                yield {
                    "cell": cell,
                    "week": int(scaling.weeks.searchsorted(week)),
                    "parameter": places[name, "", parameter] + k,
                    "sign": sign,
                }


def _shocks(funnel: Funnel) -> Iterator[dict[str, float]]:
    names = [n.name for n in funnel.nodes]
    for cell, equation in enumerate(equations(funnel)):
        for shock in shocks(equation):
            yield {"cell": cell, "parent": names.index(shock.parent), "lag": shock.lag, "spread": shock.spread}


def _cells(
    funnel: Funnel,
    scaling: Scaling,
    places: Places,
    cell_of_parents: Array,
    unseen: Sequence[Mapping[str, float]],
    seen: Array,
    level: Array,
) -> Iterator[dict[str, float]]:
    worth, shocked = node_values(funnel, scaling), [row["cell"] for row in unseen]
    for cell, scale in enumerate(scaling.equations):
        node = funnel.node(scale.name) if cell < len(funnel.nodes) else None
        yield {
            "student": int(node is not None and node.likelihood == "student_t"),
            "noise": places[scale.name, "", NOISE],
            "freedom": places.get((scale.name, "", DEGREES_OF_FREEDOM), -1),
            "first_parent": int(np.searchsorted(cell_of_parents, cell)),
            "stop_parent": int(np.searchsorted(cell_of_parents, cell, side="right")),
            "first_shock": int(np.searchsorted(shocked, cell)),
            "stop_shock": int(np.searchsorted(shocked, cell, side="right")),
            "seen": seen[cell],
            "level": level[cell],
            "worth": worth.get(scale.name, 0.0),
        }


def _audiences(funnel: Funnel, panel: Panel, scaling: Scaling) -> Array:
    rows = [
        np.ones(len(scaling.weeks)) if c.fuelled_by is None else audience(scaling, panel, c)
        for n in funnel.nodes
        for c in funnel.drivers(n)
    ]
    return np.vstack(rows)


def _total_priors(
    funnel: Funnel, scaling: Scaling, places: Places
) -> tuple[list[dict[str, float]], list[dict[str, float]], list[int]]:
    """Return rows of total priors, of their parts, and the cells whose split they follow."""
    names = [n.name for n in funnel.nodes]
    totals: list[dict[str, float]] = []
    parts: list[dict[str, float]] = []
    followed: list[int] = []
    for group in total_priors(funnel, scaling):
        follow = following(funnel, group)
        first_direct, first_other = len(parts), len(parts) + len(group.direct)
        parts += [_part(funnel, p, places, follow) for p in group.parts]
        first_followed = len(followed)
        followed += [names.index(p) for p in group.follows if follow]
        totals.append(
            {
                "family": -1 if group.total is None else FAMILIES[group.total.family].code,
                "first_direct": first_direct,
                "stop_direct": first_other,
                "first_other": first_other,
                "stop_other": len(parts),
                "first_followed": first_followed,
                "stop_followed": len(followed),
                "first": 0.0 if group.total is None else group.total.arguments[0],
                "second": 0.0 if group.total is None else (*group.total.arguments, 0.0)[1],
                "concentration": group.direct_concentration,
                "rate": group.direct[0].rate if group.direct else 1.0,
                "inner": sum(p.concentration for p in group.direct),
                "follows": FOLLOWS,
            }
        )
    return totals, parts, followed


def _part(funnel: Funnel, part: Part, places: Places, follow: tuple[str, ...]) -> dict[str, float]:
    names, channels = [n.name for n in funnel.nodes], funnel.channel_names
    name = CONTRIBUTION_SHARE if part.channel is not None else STAGE_EFFECT
    return {
        "parameter": places[part.node, part.channel or part.parent or "", name],
        "channel": -1 if part.channel is None or part.channel not in follow else channels.index(part.channel),
        "total": names.index(part.of) if part.factor == "total" else -1,
        "worth": names.index(part.of) if part.factor == "worth" else -1,
        "concentration": part.concentration,
        "rate": part.rate,
    }
