"""Let the weeks of a funnel happen, given its parameters: the model's equations in numpy, apart from the package.

Carryover and saturation are those of :mod:`omnimix.truth.true_curves`. A node is first what it is without the spend that
answers to it; that spend follows, and then what it brings. Learned constants are given, not learned again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from omnimix.mechanics import NodeScale, Scaling, design
from omnimix.spec import Channel, Funnel, Node
from omnimix.truth.true_curves import TrueCurve

SHOCK = {"none": 0.0, "some": 0.5, "strong": 2.0}
LATER_SHOCKS = 3  # weeks after its own in which demand still moves a child, with half the spread from week to week


@dataclass
class Trajectory:
    """The weeks of one draw of all parameters, by label; deviations from a typical week on the model's scale.

    ``coefficients`` of the baseline and ``shocks`` are drawn on the way, as they are integrated out in the density.
    """

    funnel: Funnel
    scaling: Scaling
    frame: pd.DataFrame
    drawn: Mapping[str, float]
    generator: np.random.Generator
    deviations: dict[str, np.ndarray] = field(default_factory=dict)
    media: dict[str, np.ndarray] = field(default_factory=dict)
    coefficients: dict[tuple[str, str], float] = field(default_factory=dict)
    shocks: dict[tuple[str, str, int], float] = field(default_factory=dict)

    def run(self) -> pd.DataFrame:
        """Return the table with every node and every answering spend as they come about, in their own units."""
        self.frame = self.frame.copy()
        for node in self.funnel.nodes:
            self._node(node)
        return self.frame

    def _node(self, node: Node) -> None:
        name, funnel = node.name, self.funnel
        answering = [c for c in funnel.drivers(node) if c.responds_to == name]
        given = sum(
            (self._media(node, c) for c in funnel.drivers(node) if c not in answering), np.zeros(len(self.frame))
        )
        series, media = self._own(self.scaling.scale(name), node) + given, given
        for parent in node.parents:
            effect, weights = self.drawn[f"{name}/{parent}/stage_effect"], self._link(node, parent)
            series = series + effect * _carried(self.deviations[parent], weights)
            media = media + effect * _carried(self.media[parent], weights)
            if SHOCK[node.confounding]:
                demand = self.deviations[parent] - self.media[parent]
                for lag in range(LATER_SHOCKS + 1):
                    series = series + self._shock(node, parent, lag) * self._later(demand, lag)
        for channel in (c for c in funnel.channels if c.responds_to == name):
            self._spend(channel, series)
        brought = sum((self._media(node, c) for c in answering), np.zeros(len(self.frame)))
        self.deviations[name], self.media[name] = self._in_window(series + brought), media + brought
        self._write(name, self.scaling.scale(name), self.deviations[name])

    def _spend(self, channel: Channel, stage: np.ndarray) -> None:
        scale = self.scaling.scale(f"spend of {channel.name}")
        slope = self.drawn[f"{scale.name}/spend_response"]
        self._write(channel.spend_column, scale, self._own(scale, None) + slope * self._in_window(stage))

    def _write(self, column: str, scale: NodeScale, deviation: np.ndarray) -> None:
        values = scale.shift + scale.scale * (deviation + (0.0 if scale.log else 1.0))
        values = np.exp(values) if scale.log else values
        self.frame.loc[self.scaling.window_weeks, column] = values[self.scaling.window :]

    def _own(self, scale: NodeScale, node: Node | None) -> np.ndarray:
        """Return baseline and noise of an equation in the window, and draw the baseline's coefficients."""
        controls = self.frame[list(self.funnel.controls)] if self.funnel.controls else None
        window = design(self.funnel, self.scaling, self.scaling.window_weeks, controls)
        scales = np.array([self.drawn.get(f"{scale.name}/{g}_scale", 1.0) for g in window.groups])
        raw = np.array([self._raw(scale.name, term) for term in window.terms])
        values = raw * scales * window.sds(scale)
        self.coefficients |= {(scale.name, t): float(v) for t, v in zip(window.terms, values, strict=True)}
        freedom = self.drawn.get(f"{scale.name}/degrees_of_freedom")
        size = len(self.scaling.window_weeks)
        error = self.generator.standard_normal(size) if freedom is None else self.generator.standard_t(freedom, size)
        own = window.matrix @ values + self.drawn[f"{scale.name}/noise"] * error
        return np.concatenate([np.zeros(self.scaling.window), own])

    def _raw(self, name: str, term: str) -> float:
        return self.drawn.get(f"{name}/{term}/raw_baseline", float(self.generator.standard_normal()))

    def _shock(self, node: Node, parent: str, lag: int) -> float:
        spread = 0.5**lag * SHOCK[node.confounding] * self.drawn[f"{node.name}/noise"] / self.drawn[f"{parent}/noise"]
        term = f"shock_of_{parent}" + f"_{lag}_before" * bool(lag)
        self.shocks[node.name, parent, lag] = spread * self._raw(node.name, term)
        return self.shocks[node.name, parent, lag]

    def _later(self, demand: np.ndarray, lag: int) -> np.ndarray:
        """Return demand of the window some weeks later; before its first week nothing is known."""
        moved = np.zeros_like(demand)
        moved[self.scaling.window + lag :] = demand[self.scaling.window : len(demand) - lag]
        return moved

    def _in_window(self, series: np.ndarray) -> np.ndarray:
        """Return a series that is as in a typical week before the window, where nothing is known of it."""
        return np.where(np.arange(len(series)) < self.scaling.window, 0.0, series)

    def _link(self, node: Node, parent: str) -> np.ndarray:
        start = f"{node.name}/{parent}/link_"
        given = {k.removeprefix(start): v for k, v in self.drawn.items() if k.startswith(start)}
        return np.ones(1) if node.adstock == "none" else TrueCurve(node.adstock, given).weights(node.lags)

    def _media(self, node: Node, channel: Channel) -> np.ndarray:
        at = {p.name: self.drawn[f"{node.name}/{channel.name}/{p.name}"] for c in channel.curves for p in c.parameters}
        adstock, saturation = channel.curves
        carry = TrueCurve(adstock.name, {p.name: at[p.name] for p in adstock.parameters})
        family = "linear" if saturation.name == "none" else saturation.name
        bend = TrueCurve(family, {p.name: at[p.name] for p in saturation.parameters})
        exposure = self.frame[channel.exposure_column].to_numpy() / self.scaling.typical_exposure[channel.name]
        value = bend.value(_carried(exposure, carry.weights(channel.lags)))
        share = self.drawn[f"{node.name}/{channel.name}/contribution_share"]
        return np.asarray(share * value / value[self.scaling.window :].mean())


def _carried(series: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.convolve(series, weights)[: len(series)]
