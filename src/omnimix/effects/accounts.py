"""What a plan brings and costs beyond what was carried out, in one figure a draw: the account of many plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from omnimix.effects.engine import Engine, Trajectory, at_once
from omnimix.effects.plan import Plan
from omnimix.effects.respond import expected, values_by_draw
from omnimix.mechanics import Array
from omnimix.words import ValueUnit


@dataclass(frozen=True)
class Account:
    """What a plan brings and costs beyond what was carried out, over the rows of its engine.

    Attributes:
        value: money of every outcome, or its units where it has no value, shape (draws, outcomes).
        spend: money of all channels, what answering channels spend of themselves included, shape (draws,).
    """

    value: Array
    spend: Array

    def __add__(self, other: Account) -> Account:
        """Add what the same plan brings and costs in another geo."""
        return Account(self.value + other.value, self.spend + other.spend)

    def net(self, unit: ValueUnit) -> Array:
        """Return the value of all outcomes with the money spent taken off, if value is money; shape (draws,)."""
        return np.asarray(self.value.sum(axis=1) - unit.price * self.spend)


def accounts(
    engine: Engine,
    plans: Iterable[Plan],
    done: Callable[[], None] | None = None,
    *,
    worth: Array | None = None,
    cost: Array | None = None,
) -> list[Account]:
    """Return the account of every plan; ``done`` is called after each.

    ``worth`` and ``cost`` weigh the value and the money of every row of the engine; 1 by default.
    """
    rows = np.ones(engine.rows.stop - engine.rows.start)
    weights = (rows if worth is None else worth, rows if cost is None else cost)
    usual = [_worth(engine, o.name, Trajectory(), weights[0]) for o in engine.posterior.funnel.outcomes]
    value = values_by_draw(engine.posterior).to_numpy()

    def settle(plan: Plan) -> Account:
        found = _account(engine, plan, usual, value, weights)
        if done is not None:
            done()
        return found

    return at_once(settle, plans)


def _account(engine: Engine, plan: Plan, usual: list[Array], value: Array, weights: tuple[Array, Array]) -> Account:
    posterior, trajectory = engine.posterior, engine.trajectory(plan)
    worth = []
    for outcome, as_it_was in zip(posterior.funnel.outcomes, usual, strict=True):
        same = outcome.name not in trajectory.media
        worth.append(
            np.zeros(posterior.size) if same else _worth(engine, outcome.name, trajectory, weights[0]) - as_it_was
        )
    spend = np.zeros(posterior.size)
    for channel in posterior.funnel.channels:
        planned = plan.spend_by_channel[channel.name][engine.rows]
        spend += (
            trajectory.spend[channel.name] @ weights[1] if channel.name in trajectory.spend else planned @ weights[1]
        )
        spend -= engine.spend[channel.name][engine.rows] @ weights[1]
    return Account(np.stack(worth, axis=1) * value, spend)


def _worth(engine: Engine, outcome: str, trajectory: Trajectory, weights: Array) -> Array:
    """Return an outcome over all rows in its own units, every row with its weight, shape (draws,)."""
    scale = engine.posterior.scaling.scale(outcome)
    return np.asarray(expected(engine.posterior, scale, engine.mean(outcome, trajectory)) @ weights)
