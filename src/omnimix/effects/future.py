"""Plans for the weeks after the data: what they bring, per draw, with the derivative by every week's money.

:class:`Future` holds all that no plan for these weeks changes. Searches ask :meth:`Future.plan_value`, which is quick;
figures that are told come from :meth:`Future.accounts`, which asks the same engine as every other figure. Both agree to
rounding.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.curves import ADSTOCKS
from omnimix.effects.accounts import Account, accounts
from omnimix.effects.engine import Engine
from omnimix.effects.future_compiled import carried_from_before, kernels_over_draws, values_and_slopes
from omnimix.effects.future_unpaid import among_all, carry_sent, of_bought
from omnimix.effects.levels import height, latest_level
from omnimix.effects.plan import Plan, longest_effect, planned_ahead
from omnimix.effects.plan_gradient import Weeks
from omnimix.effects.unseen import moved_by_unseen
from omnimix.labels import NODE, PARENT, WEEK
from omnimix.mechanics import Array, spend_equation
from omnimix.mechanics.parameters import LINK, SPEND_RESPONSE, STAGE_EFFECT
from omnimix.mechanics.structure import structure
from omnimix.mechanics.tables import NODE_SCALE, Table, table
from omnimix.posterior import Posterior
from omnimix.processors import count_processors
from omnimix.spec import Channel, Node

WEEKS_A_YEAR = 52.18
Integers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class ValueWeights:
    """What a search looks at: weights of what a plan brings.

    Attributes:
        nodes: of every node's expected units, shape (nodes, weeks followed).
        direct: of what channels add to nodes directly, in units of the node, shape (pairs, weeks followed).
        cost: of the money that answering channels spend, shape (answering channels, weeks of the plan).
    """

    nodes: Array
    direct: Array
    cost: Array


@dataclass(frozen=True)
class PlanValue:
    """What a search sees of one plan.

    Attributes:
        value: the wanted sum, shape (draws,).
        answered: money that answering channels spend over the plan, shape (draws, answering channels).
        slopes: derivative of ``value``, then of every column of ``answered``, by the money of every channel and week,
            shape (draws, 1 + answering channels, channels, weeks of the plan); no rows where not asked for.
    """

    value: Array
    answered: Array
    slopes: Array


class Future:
    """The weeks after the data under plans; see the module.

    Args:
        posterior: a fitted model.
        weeks: weeks of a plan; it begins the week after the data, and nothing is spent after it.
        levers: channels that respond to a stage and are to be set instead.
        controls: controls of the plan's weeks; the training mean where not given, which cancels between plans.
        horizon: weeks from the plan's first on whose value counts; by default all in which the plan still works.
        discount: yearly rate by which later money counts less.
    """

    def __init__(
        self,
        posterior: Posterior,
        weeks: int,
        *,
        levers: Collection[str] = (),
        controls: pd.DataFrame | None = None,
        horizon: int | None = None,
        discount: float = 0.0,
    ) -> None:
        trained = posterior.scaling.weeks
        self.posterior, self.weeks, self.levers = posterior, weeks, frozenset(levers)
        self.places: dict[str, tuple[str, str | None]] = {n: (n, None) for n in self.names}  # channel and geo
        self.followed = weeks + longest_effect(posterior)
        self.horizon = self.followed if horizon is None else horizon
        calendar = pd.date_range(trained[0], periods=len(trained) + self.followed, freq="7D", name=WEEK)
        self.first = len(trained)
        self.engine = Engine(posterior, calendar, controls, rows=slice(self.first, len(calendar)))
        self.calendar = pd.DatetimeIndex(calendar[self.first : self.first + weeks], name=WEEK)
        self.answering = tuple(
            c for n in posterior.funnel.nodes for c in posterior.funnel.responding
            if c.responds_to == n.name and c.name not in self.levers
        )  # fmt: skip
        self.discount = (1.0 + discount) ** (-np.arange(self.followed) / WEEKS_A_YEAR)
        self.counted = np.where(np.arange(self.followed) < self.horizon, self.discount, 0.0)

    @property
    def names(self) -> tuple[str, ...]:
        """The channels that cost money, as the funnel lists them: plans are about these."""
        return self.posterior.funnel.bought_names

    @property
    def set_channels(self) -> tuple[str, ...]:
        """The channels whose spend a plan sets."""
        answering = {c.name for c in self.answering}
        return tuple(n for n in self.names if n not in answering)

    @functools.cached_property
    def pairs(self) -> tuple[tuple[Node, Channel], ...]:
        """Every channel that acts on a node directly, ordered by node."""
        funnel = self.posterior.funnel
        return tuple((n, c) for n in funnel.nodes for c in funnel.drivers(n))

    @functools.cached_property
    def kernels(self) -> Array:
        """The mean carryover of every channel over draws and the nodes it acts on, shape (channels, lags)."""
        weights = self._later.kernels[:, :, 0].mean(axis=0)
        own = [[k for k, (_, c) in enumerate(self.pairs) if c.name == n] for n in self.names]
        return np.array([weights[rows].mean(axis=0) for rows in own])

    def known_exposure(self, name: str) -> tuple[Array, float]:
        """Return exposure of a channel in the known weeks, and its average price in money."""
        price = self.posterior.scaling.typical_exposure[name] / self.posterior.scaling.exposure_per_spend[name]
        return self.engine.exposure[name][: self.first], price

    def followed_by(self, money: Array) -> Future:
        """Return the same weeks, with money of every channel in each week after the window, shape (channels,).

        Only :meth:`plan_value` sees it, the same after every plan: searches that place money in weeks need it, because
        in the silence that is told of nothing else saturates what the last weeks leave behind.
        """
        later, funnel = self._later, self.posterior.funnel
        exposures = among_all(funnel, money) * later.exposure_per_spend
        before, after = later.carried_before.copy(), np.arange(self.followed - self.weeks)
        for k, (_, channel) in enumerate(self.pairs):
            kept = np.cumsum(later.kernels[:, k, 0], axis=1)  # of one exposure a week, by weeks since the first
            exposure = exposures[:, funnel.channel_names.index(channel.name), None]
            before[:, k, self.weeks :] += exposure * kept[:, np.minimum(after, kept.shape[1] - 1)]
        going_on = copy.copy(self)
        going_on.__dict__["_later"] = later._replace(carried_before=before)
        return going_on

    def plan(self, money: Array) -> Plan:
        """Lay money, shape (channels, weeks of the plan), on the calendar; rows of answering channels are not read."""
        frame = pd.DataFrame(self._set(money).T, index=self.calendar, columns=list(self.names))
        tail = self.followed - self.weeks
        return planned_ahead(self.posterior, frame, tail, levers=self.set_channels)

    def accounts(self, plans: Iterable[Plan]) -> list[Account]:
        """Return what plans bring and cost beyond no media at all in these weeks, as horizon and discount count."""
        return accounts(self.engine, plans, worth=self.counted, cost=self.discount)

    def answered(self, plan: Plan) -> dict[str, Array]:
        """Return what channels spend in answer to their stages under a plan, shape (draws, weeks of the plan)."""
        trajectory = self.engine.trajectory(plan)
        return {c.name: trajectory.spend[c.name][:, : self.weeks] for c in self.answering}

    def weights(
        self,
        nodes: Mapping[str, float],
        *,
        direct: Mapping[tuple[str, str], float] | None = None,
        cost: float = 1.0,
        counted: Array | None = None,
    ) -> ValueWeights:
        """Return what to look at.

        ``nodes`` and ``direct`` are weights of a unit of nodes and of direct effects, by node and by node and channel;
        ``cost`` is that of money that answering channels spend, ``counted`` that of the weeks followed.
        """
        weeks = self.counted if counted is None else counted
        by_node = [nodes.get(n.name, 0.0) * weeks for n in self.posterior.funnel.nodes]
        by_pair = [(direct or {}).get((n.name, c.name), 0.0) * weeks for n, c in self.pairs]
        answers = np.tile(cost * self.discount[: self.weeks], (len(self.answering), 1))
        return ValueWeights(np.array(by_node), np.array(by_pair), np.ascontiguousarray(answers))

    def plan_value(
        self, money: Array, wanted: ValueWeights, draws: Integers | None = None, *, slopes: bool = True
    ) -> PlanValue:
        """Return what a plan brings under some draws (by default all), with derivatives where asked for.

        ``money`` has shape (channels, weeks of the plan); rows of answering channels are not read.
        """
        chosen = np.arange(self.posterior.size) if draws is None else np.asarray(draws, dtype=np.int64)
        given = among_all(self.posterior.funnel, self._set(money))
        size, answers = len(chosen), len(self.answering)
        value, spent = np.empty(size), np.empty((size, answers))
        out = np.empty((size if slopes else 0, 1 + answers, *given.shape))
        parts = np.array_split(np.arange(size), min(count_processors(), max(1, size // 8)))

        later = self._later  # worked out once, before the threads ask for it

        def run(part: Integers) -> None:
            rows = slice(int(part[0]), int(part[-1]) + 1)
            values_and_slopes()(
                chosen[rows], later, given, wanted.nodes, wanted.direct, wanted.cost,
                value[rows], spent[rows], out[rows] if slopes else out,
            )  # fmt: skip

        if len(parts) == 1:
            run(parts[0])
        else:
            list(_pool().map(run, parts))
        return PlanValue(value, spent, of_bought(self.posterior.funnel, out))

    def _set(self, money: Array) -> Array:
        given = np.array(money, dtype=np.float64, order="C")
        given[[self.names.index(c.name) for c in self.answering]] = 0.0
        return given

    @functools.cached_property
    def _later(self) -> Weeks:
        """All that no plan changes, as the compiled pass reads it."""
        posterior, scaling, pairs = self.posterior, self.posterior.scaling, self.pairs
        effects, parents, answers = structure(posterior.funnel, set_answering=self.levers)
        curves = np.stack([posterior.curve_draws(n.name, c.name) for n, c in pairs], axis=1)
        ahead = [self.engine.mixes.worth_ahead(n, c) for n, c in pairs]
        scales = [
            height(posterior, n.name, c.name) * latest_level(posterior, c.name) * a
            for (n, c), a in zip(pairs, ahead, strict=True)
        ]
        kernels = _kernels(effects, np.ascontiguousarray(curves[:, :, :3]))
        known = self.engine.mixes.known(pairs, self.engine.exposure, self.first)
        before = np.empty((posterior.size, len(pairs), self.followed))
        carried_from_before()(kernels, effects["lags"].copy(), known, np.arange(len(pairs)), before)
        carry_sent(self.engine, pairs, kernels, self.first, before)
        crowd = np.zeros(before.shape)
        for k, (_, channel) in enumerate(pairs):
            if channel.fuelled_by is not None:
                crowd[:, k] = self._former_audience(channel)
        parent_kernels, parent_effects = self._links(parents)
        media_before, demand, linear, lift = self._nodes(parents, parent_kernels, parent_effects)
        called, responses, sizes = self._answers()
        shapes = ({"log": int(s.log), "shift": s.shift, "scale": s.scale} for s in scaling.nodes)
        return Weeks(
            effects=effects,
            parents=parents,
            answers=answers,
            node_scales=table(NODE_SCALE, shapes),
            kernels=kernels,
            curves=np.ascontiguousarray(curves[:, :, 3:]),
            scales=np.stack(scales, axis=1),
            carried_before=before,
            crowd_before=crowd,
            gathered=np.array([self._known_weeks(c) for _, c in pairs]),
            parent_kernels=parent_kernels,
            parent_effects=parent_effects,
            media_before=media_before,
            demand=demand,
            linear=linear,
            lift=lift,
            called=called,
            responses=responses,
            spend_sizes=sizes,
            exposure_per_spend=self.engine.mixes.bought_ahead(),
            slow=np.stack([self.engine.slow(n, c, self.first) for n, c in pairs], axis=1),
        )

    def _links(self, parents: Table) -> tuple[Array, Array]:
        links = [(n, p) for n in self.posterior.funnel.nodes for p in n.parents]
        if not links:
            return np.zeros((self.posterior.size, 0, 1, 1)), np.zeros((self.posterior.size, 0))
        effects = [self.posterior.numbers(STAGE_EFFECT, **{NODE: n.name, PARENT: p}) for n, p in links]
        curves = np.ones((self.posterior.size, len(links), 3))
        for k, (node, parent) in enumerate(links):
            for j, parameter in enumerate(ADSTOCKS[node.adstock].parameters):
                name = LINK + parameter.name
                curves[:, k, j] = self.posterior.numbers(name, **{NODE: node.name, PARENT: parent})
        return _kernels(parents, curves), np.stack(effects, axis=1)

    def _nodes(self, parents: Table, kernels: Array, effects: Array) -> tuple[Array, ...]:
        """Return what earlier weeks bring through links, demand, all that no plan moves, and half the noise squared."""
        engine, nodes, later = self.engine, self.posterior.funnel.nodes, slice(self.first, None)
        before = np.zeros((self.posterior.size, len(nodes), self.followed))
        if len(parents):
            media = np.stack([engine.media[n.name][:, : self.first] for n in nodes], axis=1)
            out = np.empty((self.posterior.size, len(parents), self.followed))
            carried_from_before()(kernels, parents["lags"].copy(), media, parents["parent"].copy(), out)
            for k, cell in enumerate(parents["cell"]):
                before[:, cell] += effects[:, k, None] * out[:, k]
        demand = np.zeros(before.shape)
        for k, node in enumerate(nodes):
            if node.name in engine.demand:
                demand[:, k] = engine.demand[node.name][:, later]
        linear = np.stack([engine.linear[n.name][:, later] for n in nodes], axis=1)
        lift = np.zeros((self.posterior.size, len(nodes)))
        for k, scale in enumerate(self.posterior.scaling.nodes):
            if scale.log:
                lift[:, k] = 0.5 * self.posterior.numbers("noise", **{NODE: scale.name}) ** 2
        return before, demand, np.ascontiguousarray(linear), lift

    def _answers(self) -> tuple[Array, Array, Array]:
        size, running = self.posterior.size, slice(self.first, self.first + self.weeks)
        called = np.zeros((size, len(self.answering), self.weeks))
        responses, sizes = np.zeros((size, len(self.answering))), np.ones(len(self.answering))
        for k, channel in enumerate(self.answering):
            scale = self.posterior.scaling.scale(spend_equation(channel))
            responses[:, k] = self.posterior.numbers(SPEND_RESPONSE, **{NODE: scale.name})
            demand = self.engine.demand[str(channel.responds_to)][:, running]
            moved = self.engine.baseline(scale) + moved_by_unseen(self.posterior, channel, self.engine.demand)
            called[:, k] = moved[:, running] + responses[:, k, None] * demand
            sizes[k] = scale.scale
        return called, responses, sizes

    def _known_weeks(self, channel: Channel) -> Array:
        """Return over how many known weeks the audience of every followed week is a mean."""
        if channel.fuelled_by is None:
            return np.ones(self.followed)
        known = self._observed(channel)
        counts = np.convolve(np.concatenate([known, np.ones(self.followed)]), np.ones(channel.fuel_weeks))
        return np.asarray(counts[self.first : self.first + self.followed])

    def _former_audience(self, channel: Channel) -> Array:
        """Return the part of the sum over an audience's weeks that lies before the plan, shape (draws, followed)."""
        former = self.engine.audience_size(str(channel.fuelled_by), slice(0, self.first)) * self._observed(channel)
        out = np.zeros((self.posterior.size, self.followed))
        for lag in range(1, channel.fuel_weeks):
            for week in range(min(lag, self.followed)):
                if self.first + week - lag >= 0:
                    out[:, week] += former[:, self.first + week - lag]
        return out

    def _observed(self, channel: Channel) -> Array:
        """Return 1 for the weeks of the data in which the audience of a channel is known, else 0."""
        return np.where(self.engine.unobserved(str(channel.fuelled_by))[: self.first], 0.0, 1.0)


def _kernels(rows: Table, curves: Array) -> Array:
    """Return the carryover kernel of every row of a table in every draw, shape (draws, rows, 1, lags)."""
    out = np.empty((curves.shape[0], curves.shape[1], 1, int(rows["lags"].max())))
    kernels_over_draws()(rows["adstock"].copy(), rows["lags"].copy(), curves, out)
    return out


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=count_processors())
