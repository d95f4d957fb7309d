"""One node's series with what may explain it: the baseline's columns and the exposure of all media that reach it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from omnimix.data import Panel
from omnimix.errors import DataError
from omnimix.mechanics import Array, fit_scaling, scaled_exposure, scaled_series, window_design
from omnimix.spec import Channel, Funnel, Node

FEWEST_LEFT = 26  # weeks beyond the columns that explain them; below it nothing is said
RANK = 1e-8  # singular values below this share of the largest are none


@dataclass(frozen=True)
class NodeSeries:
    """A node's observed weeks with the level, season, holidays and controls taken out.

    Channels that answer to a stage are not among ``exposure``: what they spend is made by demand. All others are that
    reach the node, directly or through parents, because parents are left out: their weeks hold demand that nobody
    measured, and holding it fixed would turn signs around.

    Attributes:
        node: the stage or outcome.
        known: an orthonormal basis of the baseline's columns, shape (weeks, columns).
        left: what they leave of the series, shape (weeks,).
        seen: whether each week of the data window was observed.
        window: weeks of media history before the data window.
        exposure: by channel, in typical weeks over all weeks, media history included.
    """

    node: Node
    known: Array
    left: Array
    seen: Array
    window: int
    exposure: dict[str, Array]

    def without_known(self, columns: Array) -> Array:
        """Return rows over all weeks, shape (rows, weeks), in the observed weeks of the window, less the baseline."""
        rows = columns[:, self.window :][:, self.seen]
        return np.asarray(rows - (rows @ self.known) @ self.known.T)

    @property
    def spare(self) -> int:
        """Weeks beyond the columns of the baseline and one a channel."""
        return len(self.left) - self.known.shape[1] - len(self.exposure)


def node_series(funnel: Funnel, panel: Panel) -> Iterator[NodeSeries]:
    """Give the nodes of which enough weeks are known and that media reach; none where the data cannot be fitted."""
    try:
        scaling = fit_scaling(funnel, panel)
    except DataError:
        return
    weeks, frame = scaling.window_weeks, panel.frame
    matrix = window_design(funnel, scaling, panel).matrix
    for node in funnel.nodes:
        series = scaled_series(scaling.scale(node.name), frame[node.name].reindex(weeks))
        seen = np.isfinite(series)
        rows, sizes, _ = np.linalg.svd(matrix[seen], full_matrices=False)
        known = rows[:, sizes > RANK * sizes[0]]
        exposure = {c.name: scaled_exposure(scaling, c, frame) for c in reaching(funnel, node)}
        found = NodeSeries(node, known, series[seen] - known @ (known.T @ series[seen]), seen, scaling.window, exposure)
        if exposure and found.spare >= FEWEST_LEFT:
            yield found


def reaching(funnel: Funnel, node: Node) -> list[Channel]:
    """Return the levers that reach a node by any way, in the funnel's order."""
    names = {c.name for c in funnel.drivers(node)}
    for parent in node.parents:
        names |= {c.name for c in reaching(funnel, funnel.node(parent))}
    return [c for c in funnel.channels if c.name in names and c.responds_to is None]


def carried(exposure: Array, kernel: Array) -> Array:
    """Return exposure carried over by a kernel that is scaled to add up to one.

    >>> carried(np.array([4.0, 0.0, 0.0]), np.array([1.0, 1.0])).tolist()
    [2.0, 2.0, 0.0]
    """
    return np.asarray(np.convolve(exposure, kernel / kernel.sum())[: len(exposure)])


def explained(rows: Array, left: Array, others: Array) -> tuple[Array, float]:
    """Return by how much each row, beside ``others``, lowers the sum of squares with a positive sign, and that sum.

    Args:
        rows: candidates, shape (candidates, weeks).
        left: the series, shape (weeks,).
        others: columns that are there already, shape (columns, weeks).
    """
    if len(others):
        basis, _ = np.linalg.qr(others.T)
        left, rows = left - basis @ (basis.T @ left), rows - (rows @ basis) @ basis.T
    squares, along = (rows**2).sum(axis=1), rows @ left
    alive = (squares > RANK) & (along > 0)
    gains = np.where(alive, along**2 / np.where(alive, squares, 1.0), 0.0)
    return gains, float(left @ left)
