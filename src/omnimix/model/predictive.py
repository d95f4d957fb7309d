"""Draw the weeks of an equation from the model, given parameters and what was drawn for the nodes before it.

Spend is as it was, for channels that answer to a stage too: what is drawn is what could have been seen under the spend
that was. The linear part is drawn from its prior.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from omnimix.mechanics import Array, Learned, NodeScale
from omnimix.mechanics.audience import gathered
from omnimix.mechanics.parameters import shock_terms
from omnimix.model.kernel import LINK_COLUMNS
from omnimix.model.layout import Block, Ints, Layout, block_of, header_of
from omnimix.model.native import machine
from omnimix.spec import Funnel

AUDIENCE = 9  # of a row of links: where the weekly audience of a fuelled channel starts


@dataclass(frozen=True)
class Generative:
    """The equations of a funnel, to be drawn one after the other."""

    funnel: Funnel
    learned: Learned
    layout: Layout

    def known(self, number: int) -> Ints:
        """Return the training weeks that were observed in an equation, as places from the first week."""
        block = block_of(self.layout, number)
        index, missing = self._seen(block)
        return index[np.setdiff1d(np.arange(block.seen), missing)]

    def read(self, number: int) -> tuple[str, ...]:
        """Return the nodes whose weeks an equation depends on, by parents, by audiences or through these."""
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
        """Return the known weeks of an equation in its own units.

        ``earlier`` has the known weeks, in their own units, of the nodes that :meth:`read` names; their missing weeks
        are parameters in ``theta``.
        """
        layout, block, scale = self.layout, block_of(self.layout, number), self.learned.equations[number]
        mean = np.empty(header_of(layout).weeks)
        shocks = shock_terms(self.funnel.nodes[number]) if number < len(self.funnel.nodes) else ()
        columns = np.empty((block.terms + len(shocks), block.seen))
        scales = np.empty(columns.shape[0])
        floats, series = self._with_audiences(earlier), self._series(theta, earlier)
        machine().linear_parts(layout.ints, floats, number, theta, series, mean, columns, scales)
        if block.student:
            freedom_at = int(layout.ints[block.positions_at + 3])
            raw = theta[freedom_at + 1 : freedom_at + 1 + len(scales)]
            noise = generator.standard_t(theta[freedom_at], size=block.seen)
        else:
            raw, noise = generator.standard_normal(len(scales)), generator.standard_normal(block.seen)
        index, missing = self._seen(block)
        drawn = layout.floats[block.level_at] + mean[index] + (raw * scales) @ columns + theta[block.noise_at] * noise
        return _own_units(scale, np.delete(drawn, missing))

    def _seen(self, block: Block) -> tuple[Ints, Ints]:
        """Return the weeks of a block as places from the first week, and which of them are missing."""
        ints = self.layout.ints
        index = ints[block.index_at : block.index_at + block.seen]
        return index, ints[block.missing_at : block.missing_at + block.missing]

    def _series(self, theta: Array, earlier: Mapping[str, Array]) -> Array:
        """Return the deviation of every node from a typical week, zero where it is unknown."""
        layout, header = self.layout, header_of(self.layout)
        out = np.zeros((header.nodes, header.weeks))
        for number, scale in enumerate(self.learned.nodes):
            block = block_of(layout, number)
            level = layout.floats[block.level_at]
            index, missing = self._seen(block)
            out[number, index] = layout.floats[block.series_at : block.series_at + block.seen]
            out[number, index[missing]] = theta[block.missing_place : block.missing_place + block.missing] - level
            if scale.name in earlier:
                values = np.log(earlier[scale.name]) if scale.log else earlier[scale.name]
                out[number, self.known(number)] = (values - scale.shift) / scale.scale - level
        return out

    def _with_audiences(self, earlier: Mapping[str, Array]) -> Array:
        """Return the numbers of the layout with the audiences that the drawn stages are."""
        layout, names = self.layout, [n.name for n in self.funnel.nodes]
        floats, weeks = layout.floats.copy(), header_of(self.layout).weeks
        for number, node in enumerate(self.funnel.nodes):
            block = block_of(layout, number)
            for k, channel in enumerate(self.funnel.drivers(node)):
                stage = channel.fuelled_by
                if stage is None or stage not in earlier:
                    continue
                whole = np.full(weeks, np.nan)
                whole[self.known(names.index(stage))] = earlier[stage] / self.learned.scale(stage).level
                start = int(layout.ints[block.links_at + k * LINK_COLUMNS + AUDIENCE])
                floats[start : start + weeks] = gathered(whole, channel.fuel_weeks)
        return floats


def _own_units(scale: NodeScale, values: Array) -> Array:
    own = scale.shift + scale.scale * values
    return np.asarray(np.exp(own) if scale.log else own)
