"""The weeks after the data in several geos at once: what a search sees of a plan is the sum over geos.

Given the parameters, what happens in one geo is no matter of another. Every geo therefore has its own
:class:`omnimix.effects.future.Future`, and a *row* of money is divided over geos by fixed parts, week by week: all of
it for a channel in one geo, by heads for a national channel, as it was for a channel that is decided for all geos
together. To everything that works on budgets it is one future with so many channels.
"""

from __future__ import annotations

import copy
import functools
import operator
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from omnimix.budget.current_plan import basis_of
from omnimix.budget.lever import Lever
from omnimix.budget.outlook import Outlook, future_of
from omnimix.data import Panel
from omnimix.data.table import WeeklyTable
from omnimix.effects.accounts import Account
from omnimix.effects.future import Future, Integers, PlanValue, ValueWeights
from omnimix.effects.plan import history
from omnimix.errors import BudgetError
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.spec import Channel, Funnel


class GeoFuture(Future):
    """The weeks after the data in all geos; see the module.

    Args:
        posterior: a fitted model of several geos, with the draws that are looked at.
        weeks: weeks of a plan.
        by_geo: whether channels that are bought by geo have a row a geo.
        outlook: horizon, discount and controls, which are alike in all geos.
    """

    def __init__(self, posterior: GeoPosterior, weeks: int, *, by_geo: bool, outlook: Outlook) -> None:
        parts = {geo: posterior.of(geo) for geo in posterior.geos}
        _require_plannable(posterior, parts)
        self.parts = {geo: future_of(part, weeks, frozenset(), outlook) for geo, part in parts.items()}
        first = next(iter(self.parts.values()))
        self.weeks, self.followed, self.horizon = weeks, first.followed, first.horizon
        self.calendar, self.discount, self.counted = first.calendar, first.discount, first.counted
        self.levers, self.answering = frozenset(), ()
        self.first = len(posterior.scaling.weeks)
        self.rows = tuple(_rows(posterior, by_geo=by_geo))
        self.places = {row.name: (row.channel, row.geo) for row in self.rows}
        self.columns: Integers = np.array([posterior.funnel.channel_names.index(r.channel) for r in self.rows])
        money = np.array([_known_money(part, posterior.scaling.weeks) for part in parts.values()])
        self.division = np.array([self._division(posterior, row, money) for row in self.rows])
        self.posterior = _seen_by_row(posterior, self.rows, money)
        self._last: dict[int, tuple[tuple[object, ...], PlanValue]] = {}

    @property
    def kernels(self) -> Array:
        """The mean carryover of every row over draws, nodes and its geos, shape (rows, lags)."""
        each = np.array([part.kernels for part in self.parts.values()])  # (geos, channels, lags)
        weight = self.division.mean(axis=2)
        whole = np.einsum("rg,grl->rl", weight, each[:, self.columns])
        return np.asarray(whole / weight.sum(axis=1, keepdims=True))

    def known_exposure(self, name: str) -> tuple[Array, float]:
        """Return exposure of the known weeks in money at average prices, and 1."""
        row, whole = [r.name for r in self.rows].index(name), np.zeros(self.first)
        channel = self.rows[row].channel
        for k, part in enumerate(self.parts.values()):
            if self.division[row, k].any():
                exposure, price = part.known_exposure(channel)
                whole[-len(exposure) :] += exposure * price
        return whole, 1.0

    def followed_by(self, money: Array) -> GeoFuture:
        """Return the same weeks, with money of every row in each week after the window, shape (rows,)."""
        going_on, own = copy.copy(self), self._by_geo(np.tile(money[:, None], self.weeks)).mean(axis=2)
        going_on.parts = {g: part.followed_by(x) for (g, part), x in zip(self.parts.items(), own, strict=True)}
        going_on._last = {}
        return going_on

    def plan(self, money: Array) -> Array:  # type: ignore[override]
        """Return money of a plan, shape (rows, weeks): it is laid on the calendar of every geo by :meth:`accounts`."""
        return money

    def accounts(self, plans: Iterable[Array]) -> list[Account]:  # type: ignore[override]
        """Return what plans bring and cost beyond no media at all in these weeks, over all geos."""
        divided = [self._by_geo(money) for money in plans]
        each = [part.accounts(part.plan(m[k]) for m in divided) for k, part in enumerate(self.parts.values())]
        return [functools.reduce(operator.add, own) for own in zip(*each, strict=True)]

    def answered(self, plan: Array) -> dict[str, Array]:  # type: ignore[override]
        """Return nothing: no channel answers to a stage."""
        return {}

    def weights(
        self,
        nodes: Mapping[str, float],
        *,
        direct: Mapping[tuple[str, str], float] | None = None,
        cost: float = 1.0,
        counted: Array | None = None,
    ) -> ValueWeights:
        """Return what to look at, the same in every geo; see :meth:`Future.weights`."""
        first = next(iter(self.parts.values()))
        return first.weights(nodes, direct=direct, cost=cost, counted=counted)

    def plan_value(
        self, money: Array, wanted: ValueWeights, draws: Integers | None = None, *, slopes: bool = True
    ) -> PlanValue:
        """Return what a plan brings over all geos under some draws, with derivatives where asked for."""
        size = self.posterior.size if draws is None else len(draws)
        value, out = np.zeros(size), np.zeros((size if slopes else 0, 1, *money.shape))
        for k, (part, own) in enumerate(zip(self.parts.values(), self._by_geo(money), strict=True)):
            found = self._remembered(k, part, own, wanted, draws, slopes=slopes)
            value += found.value
            for row in np.flatnonzero(self.division[:, k].any(axis=1)) if slopes else ():
                out[:, 0, row] += found.slopes[:, 0, self.columns[row]] * self.division[row, k]
        return PlanValue(value, np.zeros((size, 0)), out)

    def _remembered(
        self, k: int, part: Future, own: Array, wanted: ValueWeights, draws: Integers | None, *, slopes: bool
    ) -> PlanValue:
        """Return what a plan brings in a geo; the last answer again where nothing has changed there."""
        chosen = b"" if draws is None else draws.tobytes()
        key = (own.tobytes(), wanted.nodes.tobytes(), wanted.direct.tobytes(), chosen, slopes)
        known = self._last.get(k)
        if known is None or known[0] != key:
            known = key, part.plan_value(own, wanted, draws, slopes=slopes)
            self._last[k] = known
        return known[1]

    def _by_geo(self, money: Array) -> Array:
        """Return money of every channel in every geo, shape (geos, channels, weeks)."""
        out = np.zeros((len(self.parts), self.columns.max() + 1, self.weeks))
        for row, channel in enumerate(self.columns):
            out[:, channel] += money[row] * self.division[row]
        return out

    def _division(self, posterior: GeoPosterior, row: Lever, money: Array) -> Array:
        """Return which part of a row's money every geo gets, shape (geos, weeks)."""
        channel = posterior.funnel.channel(row.channel)
        if row.geo is not None:
            return np.tile([[float(geo == row.geo)] for geo in self.parts], self.weeks)
        if channel.scope == "national":
            return np.tile([[posterior.head(geo)] for geo in self.parts], self.weeks)
        own = money[:, posterior.funnel.channel_names.index(row.channel), posterior.scaling.window :]
        basis = basis_of(own.sum(axis=0), self.weeks)
        laid = np.array([basis.spend(series, self.weeks) for series in own])
        usual = own.sum(axis=1) / own.sum() if own.sum() > 0 else np.array([posterior.head(g) for g in self.parts])
        total = laid.sum(axis=0)
        return np.where(total > 0, laid / np.where(total > 0, total, 1.0), usual[:, None])


def any_future(
    posterior: Posterior, weeks: int, answering: frozenset[str], outlook: Outlook, *, by_geo: bool = False
) -> Future:
    """Return the weeks to come of a fit, of several geos or not; ``by_geo`` for a row of money a channel and geo."""
    if isinstance(posterior, GeoPosterior):
        return GeoFuture(posterior, weeks, by_geo=by_geo, outlook=outlook)
    return future_of(posterior, weeks, answering, outlook)


def names_a_geo(posterior: Posterior, plan: Iterable[object]) -> bool:
    """Tell whether the names in a plan are those of channels in geos, such as ``radio (Noord)``."""
    if not isinstance(posterior, GeoPosterior):
        return False
    labels = {row.name for row in _rows(posterior, by_geo=True) if row.geo is not None}
    return any(str(name) in labels for name in plan)


def _rows(posterior: GeoPosterior, *, by_geo: bool) -> Iterable[Lever]:
    places = [
        (channel.name, geo)
        for channel in posterior.funnel.channels
        for geo in (posterior.geos if by_geo and channel.scope != "national" else (None,))
    ]
    for row, (channel, geo) in enumerate(places):
        yield Lever(channel if geo is None else f"{channel} ({geo})", row, channel, geo)


def _known_money(part: Posterior, weeks: pd.DatetimeIndex) -> Array:
    """Return money of every channel in the weeks of all geos, shape (channels, weeks)."""
    return history(part).reindex(weeks, fill_value=0.0).to_numpy(dtype=np.float64).T


def _seen_by_row(posterior: GeoPosterior, rows: tuple[Lever, ...], money: Array) -> Posterior:
    """Return the posterior as budgets see it: a channel a row, with its money in the known weeks."""
    names, geos = posterior.funnel.channel_names, posterior.geos
    own = (money.sum(axis=0) if r.geo is None else money[geos.index(r.geo)] for r in rows)
    columns = {r.name: series[names.index(r.channel)] for r, series in zip(rows, own, strict=True)}
    frame = pd.DataFrame(columns, index=posterior.scaling.weeks)
    return Posterior(
        draws=posterior.draws,
        funnel=_funnel_of(posterior.funnel, rows),
        panel=Panel.from_table(WeeklyTable(frame, posterior.panel.source, (), {}), currency=posterior.panel.currency),
        scaling=posterior.scaling,
        run=posterior.run,
    )


def _funnel_of(funnel: Funnel, rows: tuple[Lever, ...]) -> Funnel:
    channels = tuple(_named(funnel.channel(row.channel), row.name) for row in rows)
    acts = {n.name: {c.name for c in funnel.drivers(n)} for n in funnel.nodes}

    def drivers(node: str) -> list[str]:
        return [row.name for row in rows if row.channel in acts[node]]

    return replace(
        funnel,
        channels=channels,
        stages=tuple(replace(s, drivers=drivers(s.name)) for s in funnel.stages),
        outcomes=tuple(replace(o, drivers=drivers(o.name)) for o in funnel.outcomes),
    )


def _named(channel: Channel, label: str) -> Channel:
    return replace(channel, name=label, spend=label, exposure=None)


def _require_plannable(posterior: GeoPosterior, parts: Mapping[str, Posterior]) -> None:
    """Raise :class:`BudgetError` with all that budgets of several geos do not know yet."""
    last = posterior.scaling.weeks[-1]
    wrong = [f"channel {c.name} answers to stage {c.responds_to}" for c in posterior.funnel.responding]
    wrong += [f"channel {c.name} is not paid" for c in posterior.funnel.unpaid]
    wrong += [
        f"the weeks of geo {geo} end on {part.scaling.weeks[-1].date()}, those of all on {last.date()}"
        for geo, part in parts.items()
        if part.scaling.weeks[-1] != last
    ]
    if wrong:
        raise BudgetError(
            f"a budget of several geos does not know this yet: {'; '.join(wrong)}. Plan one geo alone with "
            "om.fit(funnel, panel.of(geo)), or leave the geo out of the table."
        )
