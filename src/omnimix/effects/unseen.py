"""What unseen demand of the stages does to an equation beside their effect."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from omnimix.labels import NODE, PARENT
from omnimix.mechanics import Array, spend_equation
from omnimix.mechanics.parameters import LAG, LATER_SHOCK, SHOCK_COEFFICIENT, shocks
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Node


def moved_by_unseen(posterior: Posterior, equation: Node | Channel, demand: Mapping[str, Array]) -> Array | float:
    """Return how far unseen demand moves a node, or the spend of a channel that answers to a stage, on its scale.

    ``demand`` has shape (draws, weeks) by parent, from the first training week on. Posteriors of older versions know of
    the same week alone.
    """
    name = spend_equation(equation) if isinstance(equation, Channel) else equation.name
    out: Array | float = 0.0
    for shock in shocks(equation):
        variable = LATER_SHOCK if shock.lag else SHOCK_COEFFICIENT
        if variable in posterior.draws["posterior"]:
            place: dict[str, str | int] = {NODE: name, PARENT: shock.parent}
            kappa = posterior.numbers(variable, **place | ({LAG: shock.lag} if shock.lag else {}))
            out = out + kappa[:, None] * _before(demand[shock.parent], shock.lag, posterior.scaling.window)
    return out


def _before(demand: Array, lag: int, window: int) -> Array:
    """Return demand ``lag`` weeks before; nothing where that lies before the data window."""
    out = np.zeros(demand.shape)
    start = min(window + lag, demand.shape[1])
    out[:, start:] = demand[:, start - lag : demand.shape[1] - lag]
    return out
