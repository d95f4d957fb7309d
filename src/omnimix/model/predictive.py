"""Draw the weeks of a cell from the model, given parameters and what was drawn for the nodes before it.

Spend is as it was, for channels that answer to a stage too: what is drawn is what could have been seen under the spend
that was. The linear part is drawn from its prior.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from omnimix.mechanics import Array, NodeScale, Scaling
from omnimix.mechanics.audience import gathered
from omnimix.mechanics.parameters import equations, shocks
from omnimix.mechanics.tracker import Tracker
from omnimix.model.build import Ints, Layout, pack
from omnimix.model.means import Tables
from omnimix.model.native import machine
from omnimix.spec import Funnel


@dataclass(frozen=True)
class Generative:
    """The equations of a funnel, to be drawn one after the other."""

    funnel: Funnel
    scaling: Scaling
    layout: Layout

    def known(self, number: int) -> Ints:
        """Return the training weeks that were observed in a cell, as places from the first week."""
        tables = self.layout.tables
        seen = tables.seen[number] > 0
        seen[tables.missing["week"][tables.missing["cell"] == number]] = False
        return np.flatnonzero(seen)

    def read(self, number: int) -> tuple[str, ...]:
        """Return the nodes whose weeks a cell depends on, by parents, by audiences or through these."""
        funnel, names = self.funnel, [n.name for n in self.funnel.nodes]
        if number >= len(names):
            answering = str(funnel.responding[number - len(names)].responds_to)
            found = {answering, *self.read(names.index(answering))}
        else:
            node = funnel.nodes[number]
            found = {*node.parents, *(c.fuelled_by for c in funnel.drivers(node) if c.fuelled_by is not None)}
            for name in tuple(found):
                found |= set(self.read(names.index(name)))
        return tuple(n for n in names if n in found)

    def draw(self, number: int, theta: Array, earlier: Mapping[str, Array], generator: np.random.Generator) -> Array:
        """Return the known weeks of a cell in its own units.

        ``earlier`` has the known weeks, in their own units, of the nodes that :meth:`read` names; their missing weeks
        are parameters in ``theta``.
        """
        tables, cell, scale = self.layout.tables, self.layout.tables.cells[number], self.scaling.equations[number]
        unseen = shocks(equations(self.funnel)[number])
        weeks = tables.series.shape[1]
        mean, columns = np.empty(weeks), np.empty((tables.design.shape[1] + len(unseen), weeks))
        scales = np.empty(columns.shape[0])
        machine().linear_parts(pack(self._given(earlier)), number, theta, mean, columns, scales)
        known = self.known(number)
        if cell["student"]:
            freedom = int(cell["freedom"])
            raw = theta[freedom + 1 : freedom + 1 + len(scales)]
            noise = generator.standard_t(theta[freedom], size=len(known))
        else:
            raw, noise = generator.standard_normal(len(scales)), generator.standard_normal(len(known))
        drawn = cell["level"] + mean[known] + (raw * scales) @ columns[:, known] + theta[cell["noise"]] * noise
        return _own_units(scale, drawn)

    def draw_survey(self, tracker: Tracker, theta: Array, generator: np.random.Generator) -> Array:
        """Return the shares that a survey which follows the stock finds in the weeks in which people were asked."""
        tables, known = self.layout.tables, np.flatnonzero(tracker.seen)
        mean, columns = np.empty(tables.series.shape[1]), np.empty(tables.tracker_design.shape)
        scales = np.empty(columns.shape[0])
        machine().linear_parts(self.layout.packed, len(tables.cells), theta, mean, columns, scales)
        beside = (generator.standard_normal(len(scales)) * scales) @ columns[:, known]
        chance = np.sqrt(1.0 + theta[tables.tracker[0]["spread"]]) * generator.standard_normal(len(known))
        drawn = mean[known] + tracker.sd[known] * (beside + chance)
        return np.clip(tracker.level + tracker.unit * drawn, 0.0, 1.0)

    def _given(self, earlier: Mapping[str, Array]) -> Tables:
        """Return the tables with the weeks that were drawn for nodes, and the audiences that these are."""
        tables, names = self.layout.tables, [n.name for n in self.funnel.nodes]
        series, audience = tables.series.copy(), tables.audience.copy()
        for name, own in earlier.items():
            number, scale = names.index(name), self.scaling.scale(name)
            values = np.log(own) if scale.log else own
            series[number, self.known(number)] = (values - scale.shift) / scale.scale - tables.cells["level"][number]
        pairs = [(n, c) for n in self.funnel.nodes for c in self.funnel.drivers(n)]
        for row, (_, channel) in enumerate(pairs):
            stage = channel.fuelled_by
            if stage is not None and stage in earlier:
                whole = np.full(series.shape[1], np.nan)
                whole[self.known(names.index(stage))] = earlier[stage] / self.scaling.scale(stage).level
                audience[row] = gathered(whole, channel.fuel_weeks)
        return tables._replace(series=series, audience=audience)


def _own_units(scale: NodeScale, values: Array) -> Array:
    own = scale.shift + scale.scale * values
    return np.asarray(np.exp(own) if scale.log else own)
