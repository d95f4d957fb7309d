"""The search on returns that are known: where the best plan lies can be worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import omnimix as om
from omnimix.budget.feasible_set import Constraint, FeasibleSet
from omnimix.budget.objective import Objective
from omnimix.budget.problem import pose_problem
from omnimix.budget.search import CRUMB, FORGONE, Best, search
from omnimix.effects.future import PlanValue, ValueWeights
from omnimix.mechanics import Array

TOTAL = 10_000.0
LARGE = (1_000.0, 1_000.0)  # two such channels share the total: the last money of both brings 1/6
NOTHING = np.zeros(0)
ANY = ValueWeights(np.zeros((0, 0)), np.zeros((0, 0)), np.zeros((0, 0)))


@dataclass(frozen=True)
class Known:
    """Weeks to come in which every week's money ``m`` of a channel brings ``most * log(1 + m / half)``."""

    returns: tuple[tuple[float, float], ...]
    answering: tuple[str, ...] = ()
    posterior: Any = field(default_factory=lambda: SimpleNamespace(size=1))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"channel {k}" for k in range(len(self.returns)))

    @property
    def places(self) -> dict[str, tuple[str, None]]:
        return {name: (name, None) for name in self.names}

    @property
    def set_channels(self) -> tuple[str, ...]:
        return self.names

    def plan_value(self, money: Array, wanted: ValueWeights, draws: object = None, *, slopes: bool = True) -> PlanValue:
        most, half = (np.array(r)[:, None] for r in zip(*self.returns, strict=True))
        return PlanValue(
            value=np.array([(most * np.log1p(money / half)).sum()]),
            answered=np.zeros((1, 0)),
            slopes=(most / (half + money))[None, None],
        )


def best_of(
    *returns: tuple[float, float], weeks: int = 1, rows: tuple[Constraint, ...] = ()
) -> tuple[Best, FeasibleSet]:
    """Search with one variable for every channel and week."""
    count = len(returns) * weeks
    basis = np.eye(count).reshape(count, len(returns), weeks)
    total = Constraint("the total", np.ones(count), NOTHING, TOTAL, TOTAL)
    feasible = FeasibleSet(basis, np.zeros(count), np.full(count, TOTAL), rows, total)
    objective = Objective(ANY, np.zeros(weeks))
    starts = [np.full(count, TOTAL / count), *(TOTAL * np.eye(count))]
    return search(Known(returns), feasible, objective, starts), feasible  # type: ignore[arg-type]


def value_of(variables: Array, *returns: tuple[float, float]) -> float:
    return float(Known(returns).plan_value(variables[:, None], ANY).value[0])


# A channel whose first money brings a twentieth more than the last money of the others, and soon less: its best is 5.
HARDLY = (1.05 * 100.0 / 6.0, 100.0)
# A channel whose best is 6, and without which ten times as much is lost.
SMALL_BUT_DEAR = (1.0, 1e-4)


@pytest.mark.parametrize("half", [40.0, 100.0, 150.0])
@pytest.mark.parametrize("above", [1.01, 1.03, 1.05])
def test_next_to_nothing_becomes_nothing_at_hardly_a_cost(half: float, above: float) -> None:
    returns = (LARGE, LARGE, (above * half / 6.0, half))
    crumb = half * (above - 1.0)  # where its next money brings as much as that of the others
    found, _ = best_of(*returns)
    assert 0 < crumb < CRUMB * TOTAL
    assert found.variables[2] == 0.0
    assert found.variables.sum() == pytest.approx(TOTAL)
    with_it = np.array([(TOTAL - crumb) / 2, (TOTAL - crumb) / 2, crumb])
    assert found.value == pytest.approx(value_of(found.variables, *returns))
    assert found.value >= value_of(with_it, *returns) - FORGONE * TOTAL


def test_what_earns_its_place_stays_however_small() -> None:
    found, _ = best_of(LARGE, LARGE, SMALL_BUT_DEAR)
    assert found.variables[2] == pytest.approx(6.0, rel=0.05)
    assert found.variables[2] < CRUMB * TOTAL


def test_one_crumb_that_must_stay_does_not_keep_another() -> None:
    found, _ = best_of(LARGE, LARGE, HARDLY, SMALL_BUT_DEAR)
    assert found.variables[2] == 0.0
    assert found.variables[3] > 0.0


def test_a_limit_that_needs_a_crumb_keeps_it() -> None:
    pool = Constraint("a pool", np.array([0.0, 0.0, 1.0, 1.0]), NOTHING, low=8.0)
    found, _ = best_of(LARGE, LARGE, HARDLY, HARDLY, rows=(pool,))
    assert found.variables[2:].sum() >= 8.0 - 1e-6 * TOTAL
    assert found.variables.sum() == pytest.approx(TOTAL)


def test_weeks_that_are_next_to_nothing_together_become_nothing() -> None:
    found, feasible = best_of(LARGE, LARGE, HARDLY, weeks=2)
    by_week = feasible.spend(found.variables)
    assert (by_week[2] == 0.0).all()
    np.testing.assert_allclose(by_week[:2], TOTAL / 4, rtol=0.01)


@pytest.mark.parametrize("left", [0.02, -0.02])
def test_a_channel_that_does_not_run_is_not_begun_for_cents(levers: om.Posterior, left: float) -> None:
    limits, outlook = om.Limits(widen=5.0), om.Outlook(draws=10)
    usual = pose_problem(levers, None, 6, limits, outlook)
    for place in range(len(usual.future.names)):
        spend = usual.today.copy()
        spend[place] = 0.0
        problem = replace(usual, total=round(spend.sum(), 2) + left)
        laid = problem.to_the_cent(spend, usual.feasible_set()[0])
        assert laid[place].sum() == 0.0
        assert round(laid.sum() - spend.sum(), 2) == left
