"""A world on a person's own calendar, spend, exposure and controls, whose truth is one draw of a posterior.

Fitting it again tells what this calendar can and cannot recover.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from omnimix.curves import ADSTOCKS
from omnimix.errors import OmnimixError
from omnimix.labels import ALL_MEDIA, BASELINE_COEFFICIENT, CHANNEL, CONTRIBUTION_SHARE, NODE, PARENT
from omnimix.mechanics import Array, spend_equation
from omnimix.mechanics.parameters import (
    DEGREES_OF_FREEDOM,
    LATER_SHOCK,
    LINK,
    NOISE,
    SHOCK_COEFFICIENT,
    SPEND_RESPONSE,
    STAGE_EFFECT,
    shocks,
)
from omnimix.spec import Channel, Node, Outcome, Stage
from omnimix.truth.build import simulated, true_world
from omnimix.truth.mechanism import TrueLink, TrueMedium
from omnimix.truth.media import stream
from omnimix.truth.simulate_weeks import DrawnEffect, DrawnNode, DrawnSpend, WeekSimulation
from omnimix.truth.true_curves import TrueCurve, true_saturation
from omnimix.truth.world import World

if TYPE_CHECKING:
    from omnimix.posterior import Posterior


def world_from_posterior(posterior: Posterior, *, draw: int | None = None, seed: int = 0) -> World:
    """Return a world like a posterior's data, with one of its draws for a truth.

    Spend, exposure and controls are those of the data, but for channels that respond to a stage: their spend answers
    to the new one. Weeks in which a node is empty stay so. Shocks are new.

    Args:
        posterior: a fitted model.
        draw: number of the draw, chains end to end; ``None`` takes the one whose all-media ROAS is in the middle.
        seed: seed of the shocks.

    Raises :class:`OmnimixError` for a draw that there is not.
    """
    chosen = _middle(posterior) if draw is None else draw
    if not 0 <= chosen < posterior.size:
        raise OmnimixError(f"draw is a number from 0 to {posterior.size - 1}, not {chosen}")
    if posterior.funnel.effects_change is not None:
        raise OmnimixError(
            "a world like this fit cannot be made yet: its effects change over time, and those of simulated worlds do "
            "not; fit the same funnel without effects_change for that."
        )
    if posterior.funnel.stock is not None:
        raise OmnimixError(
            f"a world like this fit cannot be made yet: {posterior.funnel.stock.name} has a slow stock, and simulated "
            "worlds have none."
        )
    one = _Draw(posterior, chosen, seed)
    funnel = posterior.funnel
    if any(c.campaigns for c in funnel.channels):
        raise OmnimixError(
            "a world like a posterior cannot have campaigns yet; declare one of your own, om.simulate(channels=[...])."
        )
    if any(c.frequency for c in funnel.channels):
        raise OmnimixError(
            "a world like a posterior cannot have reach and frequency yet; declare one of your own, "
            "om.simulate(channels=[...])."
        )
    simulation = WeekSimulation(
        weeks=posterior.scaling.weeks,
        window=posterior.scaling.window,
        nodes=[one.node(n) for n in funnel.nodes],
        spends=[one.answering(c) for c in funnel.responding],
        media={c.name: one.medium(c) for c in funnel.channels if c.responds_to is None},
    )
    truth = true_world(simulation, funnel.channel_names)
    frame = posterior.panel.frame.reindex(posterior.scaling.weeks)
    for channel in funnel.responding:
        medium = truth.mechanism.media[channel.name]
        frame[channel.spend_column], frame[channel.exposure_column] = medium.spend, medium.exposure
    for node in truth.nodes:
        frame[node.name] = simulation.series(node)
    how = f"like {posterior.panel.source}, draw {chosen}, seed {seed}"
    return World(simulated(frame, how, posterior.panel.currency), funnel, truth)


def _middle(posterior: Posterior) -> int:
    """Return the draw whose all-media ROAS is the median."""
    from omnimix.effects import roas  # a world without a posterior needs none of it

    returns = roas(posterior, allow_unconverged=True).draws.sel({CHANNEL: ALL_MEDIA}).to_numpy()
    return int(np.argsort(returns)[len(returns) // 2])


@dataclass(frozen=True, eq=False)
class DrawnBaseline:
    """The fitted linear part of one equation with the coefficients of one draw, for any weeks.

    ``size`` and ``shift`` turn its deviation from a typical week into what is asked: an index, or money.
    """

    posterior: Posterior
    coefficients: Array
    size: float = 1.0
    shift: float = 0.0

    def at(self, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None = None) -> Array:
        """Return it for any weeks; controls of unknown weeks are at their mean."""
        names = list(self.posterior.funnel.controls)
        known = None
        if names:
            known = self.posterior.panel.frame[names].reindex(weeks)
            if controls is not None:
                known = controls.reindex(index=weeks, columns=names).combine_first(known)[names]
            known = known.fillna(pd.Series(self.posterior.scaling.control_center))
        matrix = self.posterior.design(weeks, known).matrix
        return np.asarray(self.shift + self.size * (matrix @ self.coefficients))


@dataclass(frozen=True, eq=False)
class _Draw:
    """One draw of a posterior, read as the truth of a world."""

    posterior: Posterior
    number: int
    seed: int

    def node(self, node: Node) -> DrawnNode:
        """Return a node before its weeks have happened."""
        assert isinstance(node, Stage | Outcome)
        scale, weeks = self.posterior.scaling.scale(node.name), self.posterior.scaling.weeks
        noise = self._value(NOISE, node=node.name)
        lift = 0.5 * noise**2 if scale.log else 0.0  # shocks have mean one here; the fit's are those of the middle
        empty = self.posterior.panel.series(node.name).reindex(weeks).isna()
        return DrawnNode(
            node=node,
            effects={c.name: self._effect(node, c) for c in self.posterior.funnel.drivers(node)},
            links=[self._link(node, p) for p in node.parents],
            baseline=DrawnBaseline(self.posterior, self._coefficients(node.name), shift=lift),
            shocks=self._shocks(node, noise) - lift,
            level=scale.level,
            multiplies=scale.log,
            empty=pd.DatetimeIndex(weeks[empty.to_numpy()]),
        )

    def medium(self, channel: Channel) -> TrueMedium:
        """Return a channel whose spend is set, as it was."""
        weeks, series = self.posterior.scaling.weeks, self.posterior.panel.series
        columns = (channel.columns[0], channel.exposure_column)
        spend, exposure = (series(c).reindex(weeks).to_numpy(dtype=np.float64) for c in columns)
        return TrueMedium(channel, spend, exposure)

    def answering(self, channel: Channel) -> DrawnSpend:
        """Return a channel that responds to a stage, at the prices and with the silent weeks that were."""
        medium, equation = self.medium(channel), spend_equation(channel)
        size, weeks = self.posterior.scaling.scale(equation).scale, len(medium.spend)
        unspent = self.posterior.scaling.unspent_weeks(equation)
        noise = self._value(NOISE, node=equation)
        paid = np.where(medium.spend > 0, medium.spend, 1.0)
        return DrawnSpend(
            channel=channel,
            baseline=DrawnBaseline(self.posterior, self._coefficients(equation), size=size, shift=size),
            money=size * self._value(SPEND_RESPONSE, node=equation),
            noise=size * stream(self.seed, "like", equation).normal(0.0, noise, weeks),
            rate=medium.bought(paid) / paid,
            silent=(medium.spend <= 0) & ~self.posterior.scaling.weeks.isin(unspent),
        )

    def _effect(self, node: Node, channel: Channel) -> DrawnEffect:
        place = {NODE: node.name, CHANNEL: channel.name}
        adstock, saturation = (
            {p.name: self._value(p.name, **place) for p in curve.parameters} for curve in channel.curves
        )
        return DrawnEffect(
            share=self._value(CONTRIBUTION_SHARE, **place),
            adstock=TrueCurve(channel.adstock, adstock),
            saturation=TrueCurve(true_saturation(channel.saturation), saturation),
        )

    def _link(self, node: Node, parent: str) -> TrueLink:
        place = {NODE: node.name, PARENT: parent}
        kernel = {p.name: self._value(LINK + p.name, **place) for p in ADSTOCKS[node.adstock].parameters}
        unseen = self._value(SHOCK_COEFFICIENT, **place)
        ratio = unseen * self._value(NOISE, node=parent) / self._value(NOISE, node=node.name)
        return TrueLink(
            parent=parent,
            effect=self._value(STAGE_EFFECT, **place),
            adstock=TrueCurve(node.adstock, kernel),
            lags=node.lags,
            correlation=float(ratio / np.hypot(1.0, ratio)),
            shock_coefficient=unseen,
            later_shocks=tuple(
                self._value(LATER_SHOCK, **place, lag=s.lag) for s in shocks(node) if s.parent == parent and s.lag
            ),
        )

    def _shocks(self, node: Node, noise: float) -> Array:
        generator, weeks = stream(self.seed, "like", node.name), len(self.posterior.scaling.weeks)
        if node.likelihood == "student_t":
            return np.asarray(noise * generator.standard_t(self._value(DEGREES_OF_FREEDOM, node=node.name), weeks))
        return generator.normal(0.0, noise, weeks)

    def _coefficients(self, equation: str) -> Array:
        return np.asarray(self.posterior.numbers(BASELINE_COEFFICIENT, node=equation)[self.number])

    def _value(self, name: str, **place: str | int) -> float:
        """Return a parameter in this draw; 0 where the model has none there."""
        if name not in self.posterior.draws["posterior"]:
            return 0.0
        value = float(self.posterior.numbers(name, **place)[self.number])
        return 0.0 if np.isnan(value) else value
