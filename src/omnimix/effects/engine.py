r"""The whole funnel simulated forward under spend plans, per draw.

On the model's scale a node is ``linear + media``: what media bring over all paths, and everything that no plan moves -
its baseline, and through every parent the parent's *demand* D = y - media, which in the training weeks is what was
observed and in later weeks follows from baselines (and shocks, where a forecast draws them). A plan changes media::

    media_n = sum_c f_nc + sum_p delta_np A(media_p)
    linear_n = baseline_n + sum_p [ delta_np A(D_p) + kappa_np D_p ]

Fuelled channels multiply f by the audience under the plan; channels that answer to a stage spend what the stage without
them calls for. Plans are held as differences from what was carried out, so that what a plan leaves alone costs nothing,
and only in the weeks in which they may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from omnimix.curves import ADSTOCKS
from omnimix.effects.controls_ahead import known_controls
from omnimix.effects.levels import height, levels
from omnimix.effects.mixes import Mixes
from omnimix.effects.plan import Plan, as_carried_out, buy_exposure
from omnimix.effects.slow_part import SlowParts
from omnimix.effects.unseen import moved_by_unseen
from omnimix.labels import (
    BASELINE_COEFFICIENT,
    NODE,
    PARENT,
)
from omnimix.mechanics import Array, NodeScale, scaled_series, spend_equation
from omnimix.mechanics.audience import gathered
from omnimix.mechanics.compiled import carried_over_draws, effect_over_draws
from omnimix.mechanics.parameters import LINK, MISSING_WEEK, SPEND_RESPONSE, STAGE_EFFECT
from omnimix.mechanics.structure import structure
from omnimix.posterior import Posterior
from omnimix.processors import count_processors
from omnimix.spec import Channel, Node

MEMORY = 1 << 30  # bytes of effects that are remembered at most
Shocks = Mapping[str, Array]  # equation -> what is added to it, draws x weeks, on the model's scale


@dataclass
class Trajectory:
    """How a plan differs from what was carried out; a node or channel that is not named does not differ.

    ``media`` holds differences of the media part of nodes and ``spend`` the money of answering channels, shape (draws,
    rows of the engine); ``answered`` their exposure in typical weeks, shape (draws, weeks of the timeline).
    ``audiences`` holds those of fuelled channels, once they are known, in typical weeks.
    """

    media: dict[str, Array] = field(default_factory=dict)
    answered: dict[str, Array] = field(default_factory=dict)
    spend: dict[str, Array] = field(default_factory=dict)
    audiences: dict[str, Array] = field(default_factory=dict)


class Engine:
    """Simulates plans on one timeline, which begins with the training weeks.

    ``linear`` and ``media`` hold, by node, what was carried out, and ``demand`` that of nodes which others read, shape
    (draws, weeks); ``spend`` and ``exposure`` are by channel.

    Args:
        posterior: a fitted model.
        weeks: the timeline.
        controls: controls of weeks after the training data; see :func:`omnimix.effects.respond.respond`.
        shocks: what a forecast draws for the weeks after the training data.
        rows: the weeks of the timeline in which plans may differ from what was carried out, their effects included; by
            default all. Trajectories and means are about these weeks.
        remember: keep the effect of every lever under every plan it meets, within a gigabyte: many plans made of few
            parts go quicker.
    """

    def __init__(
        self,
        posterior: Posterior,
        weeks: pd.DatetimeIndex,
        controls: pd.DataFrame | None = None,
        shocks: Shocks | None = None,
        *,
        rows: slice | None = None,
        remember: bool = False,
    ) -> None:
        self.posterior, self.weeks, self._shocks = posterior, weeks, shocks or {}
        self.rows = slice(*(rows or slice(None)).indices(len(weeks))[:2])
        self._remembered: dict[tuple[str, str, bytes], Array] | None = {} if remember else None
        self._controls = known_controls(posterior, weeks, controls)
        self._design = posterior.design(weeks, self._controls)
        self._trained, self._structure = len(posterior.scaling.weeks), structure(posterior.funnel)
        pairs = ((n.name, c.name) for n in posterior.funnel.nodes for c in posterior.funnel.drivers(n))
        self._rows = {pair: k for k, pair in enumerate(pairs)}
        carried_out = as_carried_out(posterior, weeks)
        self.exposure, self.spend = carried_out.exposure_by_channel, carried_out.spend_by_channel
        self.slow = SlowParts(posterior, self._structure, self.exposure)
        self.mixes = Mixes(posterior, weeks)
        self._effects: dict[tuple[str, str], Array] = {}
        self._carried_out_mean: dict[str, Array] = {}
        self._unobserved: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}
        self.demand: dict[str, Array] = {}
        self.linear: dict[str, Array] = {}
        self.media: dict[str, Array] = {}
        for node in posterior.funnel.nodes:
            self._prepare(node)

    def mean(self, node: str, trajectory: Trajectory) -> Array:
        """Return the mean of a node on the model's scale, without its own shock, shape (draws, rows)."""
        carried_out = self._carried_out_mean[node]
        return carried_out + trajectory.media[node] if node in trajectory.media else carried_out

    def direct_effect(self, node: str, channel: str) -> Array:
        """Return what a channel brought to a node directly in all weeks, as carried out, on the model's scale."""
        return self._effects[node, channel]

    def trajectory(self, plan: Plan) -> Trajectory:
        """Simulate a plan."""
        trajectory = Trajectory()
        for node in self.posterior.funnel.nodes:
            change = self._without_answers(node, plan, trajectory)
            for channel in self.posterior.funnel.responding:
                if channel.responds_to == node.name and channel.name in plan.answering:
                    self.answer(channel, node, plan, change, trajectory)
            answers = [c for c in self.posterior.funnel.drivers(node) if c.responds_to == node.name]
            change = _sum([change, *(self.effect_change(node, c, plan, trajectory) for c in answers)])
            if change is not None:
                trajectory.media[node.name] = change
        return trajectory

    def effect_change(self, node: Node, channel: Channel, plan: Plan, trajectory: Trajectory) -> Array | None:
        """Return by how much a channel's direct effect on a node differs under a plan; ``None``: not at all."""
        exposure, split = trajectory.answered.get(channel.name), plan.split(channel.name)
        if exposure is None:
            planned = plan.exposure_by_channel[channel.name]
            same = split is None and np.array_equal(planned, self.exposure[channel.name])
            exposure = None if same else planned[None, :]
        as_it_was = self._effects[node.name, channel.name][:, self.rows]
        if channel.fuelled_by is None:
            if exposure is None:
                return None
            return self._once(
                node, channel, exposure, split, lambda x: self._effect(node, channel, x, self.rows, split) - as_it_was
            )
        if exposure is None and channel.fuelled_by not in trajectory.media:
            return None
        if channel.name not in trajectory.audiences:
            trajectory.audiences[channel.name] = self._audience(channel, self.rows, trajectory)
        met = self.exposure[channel.name][None, :] if exposure is None else exposure
        effect = self._once(node, channel, met, split, lambda x: self._effect(node, channel, x, self.rows, split))
        return effect * trajectory.audiences[channel.name] - as_it_was

    def _once(
        self, node: Node, channel: Channel, exposure: Array, split: Array | None, work: Callable[[Array], Array]
    ) -> Array:
        """Do some work on the exposure of a lever, or take it from memory; the result must not be changed."""
        if self._remembered is None or exposure.shape[0] > 1:
            return work(exposure)
        key = (node.name, channel.name, exposure.tobytes() + (b"" if split is None else split.tobytes()))
        if key in self._remembered:
            return self._remembered[key]
        done = work(exposure)
        if len(self._remembered) * done.nbytes < MEMORY:
            self._remembered[key] = done
        return done

    def link_change(self, node: Node, parent: str, change: Array) -> Array:
        """Return what a difference in a parent's media part makes of a node's, through the link between them."""
        return self._stage_effect(node, parent)[:, None] * self._carried(node, parent, change)

    def _without_answers(self, node: Node, plan: Plan, trajectory: Trajectory) -> Array | None:
        """Return the difference of a node's media part but for the channels that answer to this node."""
        others = [c for c in self.posterior.funnel.drivers(node) if c.responds_to != node.name]
        changes = [self.effect_change(node, c, plan, trajectory) for c in others]
        changes += [self.link_change(node, p, trajectory.media[p]) for p in node.parents if p in trajectory.media]
        return _sum(changes)

    def _prepare(self, node: Node) -> None:
        """Work out what was carried out, what no plan moves, and the demand that later nodes read."""
        drivers = self.posterior.funnel.drivers(node)
        total = np.zeros((self.posterior.size, len(self.weeks)))
        for channel, effect in zip(drivers, at_once(lambda c: self._as_carried_out(node, c), drivers), strict=True):
            self._effects[node.name, channel.name] = effect
            total += effect
        scale = self.posterior.scaling.scale(node.name)
        linear = self.baseline(scale)
        for parent in node.parents:
            total += self.link_change(node, parent, self.media[parent])
            demand = self.demand[parent]
            linear += self._stage_effect(node, parent)[:, None] * self._carried(node, parent, demand)
        linear += moved_by_unseen(self.posterior, node, self.demand)
        self.linear[node.name], self.media[node.name] = linear, total
        self._carried_out_mean[node.name] = (linear + total)[:, self.rows]
        if self._is_read(node):
            self.demand[node.name] = self._demand_of(node, scale, linear, total)
            series = self.posterior.panel.series(node.name).reindex(self.posterior.scaling.weeks)
            self._unobserved[node.name] = series.isna().to_numpy()

    def _as_carried_out(self, node: Node, channel: Channel) -> Array:
        always = slice(0, len(self.weeks))
        effect = self._effect(node, channel, self.exposure[channel.name][None, :], always)
        return effect if channel.fuelled_by is None else effect * self._audience(channel, always, Trajectory())

    def _demand_of(self, node: Node, scale: NodeScale, linear: Array, media: Array) -> Array:
        """Return y - media as deviation from a typical week: as observed, later as baselines and shocks make it."""
        level = float(self._design.prior_mean(scale)[0])
        demand = linear - level + self._shocks.get(node.name, 0.0)
        demand[:, : self._trained] = -media[:, : self._trained]
        observed = scaled_series(scale, self.posterior.panel.series(node.name).reindex(self.posterior.scaling.weeks))
        seen = np.flatnonzero(np.isfinite(observed))
        demand[:, seen] += observed[seen] - level
        for week in self.posterior.scaling.missing_weeks(node.name):
            drawn = self.posterior.numbers(MISSING_WEEK, missing=f"{node.name} {week.date()}")
            demand[:, self.weeks.get_loc(week)] += drawn - level
        return demand

    def answer(self, channel: Channel, node: Node, plan: Plan, change: Array | None, trajectory: Trajectory) -> None:
        """Put into ``trajectory`` what a channel spends in answer to its stage.

        ``change`` is by how much the media part of the stage differs, without what channels that answer to it bring.
        """
        place = np.arange(len(self.weeks))[self.rows]
        later = (place >= self._trained) & (place < plan.silent_from)
        observed = self.spend[channel.name][self.rows]
        part = plan.parts.get(channel.name, np.ones(len(self.weeks)))[self.rows]
        moves = np.zeros(observed.size) if change is None else part * observed
        rows = np.flatnonzero((moves > 0) & ~later)
        if not rows.size and not later.any():
            return
        scale = self.posterior.scaling.scale(spend_equation(channel))
        slope = self.posterior.numbers(SPEND_RESPONSE, **{NODE: scale.name})[:, None]
        spend = np.tile(plan.spend_by_channel[channel.name][self.rows], (self.posterior.size, 1))
        is_set = spend[0] - part * observed  # what answers to nothing
        if change is not None:
            answered = np.maximum(observed[rows] + scale.scale * slope * change[:, rows], 0.0)
            spend[:, rows] = is_set[rows] + part[rows] * answered
        if later.any():
            own = [self._effects[node.name, c.name][:, self.rows] for c in self._answering_drivers(node)]
            media = self.media[node.name][:, self.rows] - sum(own, np.zeros(1)) + (0.0 if change is None else change)
            moved = self.baseline(scale) + moved_by_unseen(self.posterior, channel, self.demand)
            called = moved[:, self.rows] + slope * (self.demand[node.name][:, self.rows] + media)
            called = called + self._shocks.get(scale.name, np.zeros((1, len(self.weeks))))[:, self.rows]
            spend[:, later] = is_set[later] + part[later] * np.maximum(scale.scale * called[:, later], 0.0)
        trajectory.spend[channel.name] = spend
        whole = np.tile(plan.spend_by_channel[channel.name], (self.posterior.size, 1))
        whole[:, self.rows] = spend
        trajectory.answered[channel.name] = buy_exposure(self.posterior, channel.name, whole)

    def _answering_drivers(self, node: Node) -> list[Channel]:
        return [c for c in self.posterior.funnel.drivers(node) if c.responds_to == node.name]

    def _audience(self, channel: Channel, rows: slice, trajectory: Trajectory) -> Array:
        """Return the audience of a fuelled channel in typical weeks, one row a draw, in some rows."""
        stage, start = str(channel.fuelled_by), max(0, rows.start - channel.fuel_weeks + 1)
        audience = self.audience_size(stage, slice(start, rows.stop), trajectory.media.get(stage))
        audience[:, np.flatnonzero(self.unobserved(stage)[start : rows.stop])] = np.nan
        return gathered(audience, channel.fuel_weeks)[:, rows.start - start :]

    def audience_size(self, stage: str, rows: slice, change: Array | None = None) -> Array:
        """Return a stage in typical weeks, never below 0; ``change`` of its media part fills the last rows."""
        audience = self.demand[stage][:, rows] + self.media[stage][:, rows]
        if change is not None:
            audience[:, -change.shape[1] :] += change
        if self.posterior.scaling.scale(stage).log:
            np.exp(audience, out=audience)
        else:
            audience += 1.0
            np.maximum(audience, 0.0, out=audience)
        return audience

    def unobserved(self, stage: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return which weeks of the data hold no figure of a stage."""
        return self._unobserved[stage]

    def _effect(self, node: Node, channel: Channel, exposure: Array, rows: slice, split: Array | None = None) -> Array:
        """Return what a channel adds to a node before its audience, on the model's scale, shape (draws, rows).

        ``split`` is what a plan changes of its exposure beside the money; see :meth:`omnimix.effects.plan.Plan.split`.
        """
        start = 0 if self.posterior.funnel.is_slow(node, channel) else max(0, rows.start - channel.lags + 1)
        exposure = self.mixes.exposure(node, channel, exposure, split)
        out = np.empty((self.posterior.size, rows.stop - start))
        effect_over_draws()(
            self._structure.effects,
            self._rows[node.name, channel.name],
            self.posterior.curve_draws(node.name, channel.name),
            height(self.posterior, node.name, channel.name),
            self.slow(node, channel),
            np.ascontiguousarray(exposure[:, start : rows.stop]),
            out,
        )
        out, level = out[:, rows.start - start :], levels(self.posterior, channel.name, self.weeks[rows])
        return out if level is None else out * level

    def _carried(self, node: Node, parent: str, series: Array) -> Array:
        """Return a parent's series after the carryover of its link."""
        curve = ADSTOCKS[node.adstock]
        if node.lags == 1:
            return series
        parameters = np.ones((self.posterior.size, 3))
        for k, parameter in enumerate(curve.parameters):
            parameters[:, k] = self._draws(LINK + parameter.name, node.name, PARENT, parent)
        out = np.empty_like(series)
        carried_over_draws()(curve.code, node.lags, parameters, np.ascontiguousarray(series), out)
        return out

    def _stage_effect(self, node: Node, parent: str) -> Array:
        return self.posterior.numbers(STAGE_EFFECT, **{NODE: node.name, PARENT: parent})

    def _draws(self, name: str, node: str, dim: str, label: str) -> Array | None:
        """Return the draws of a parameter; ``None`` where the model has none there."""
        if name not in self.posterior.draws["posterior"]:
            return None
        values = self.posterior.numbers(name, **{NODE: node, dim: label})
        return None if np.isnan(values).all() else values

    def baseline(self, scale: NodeScale) -> Array:
        """Return the baseline of an equation on the model's scale, shape (draws, weeks)."""
        coefficients = self.posterior.numbers(BASELINE_COEFFICIENT, **{NODE: scale.name})
        return np.asarray(coefficients @ self._design.matrix.T) + self._design.prior_mean(scale)

    def _is_read(self, node: Node) -> bool:
        funnel = self.posterior.funnel
        read = {p for n in funnel.nodes for p in n.parents}
        return node.name in read.union(*({c.responds_to, c.fuelled_by} for c in funnel.channels))


def at_once[Item, Result](work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Do the same work for several items on all cores; the compiled parts run side by side."""
    with ThreadPoolExecutor(max_workers=count_processors()) as pool:
        return list(pool.map(work, items))


def _sum(parts: list[Array | None]) -> Array | None:
    """Add up differences; ``None`` where there is none."""
    given = [p for p in parts if p is not None]
    if len(given) < 2:
        return given[0] if given else None
    total = given[0] + given[1]
    for part in given[2:]:
        total += part
    return total
