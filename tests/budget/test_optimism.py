"""How far a channel can be moved, on returns that are known."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.budget import optimism
from omnimix.budget.feasible_set import Constraint, FeasibleSet
from omnimix.budget.objective import Objective, ObjectiveFunction
from omnimix.budget.optimism import furthest
from omnimix.mechanics import Array
from tests.budget.test_search import ANY, LARGE, NOTHING, TOTAL, Known, search, value_of

RETURNS = (LARGE, (700.0, 400.0), (300.0, 2_000.0))
PLACES = range(len(RETURNS))


def posed(*rows: Constraint, upper: float = TOTAL) -> tuple[ObjectiveFunction, Array]:
    """Return the value of plans of one week as a function of their money, and the best plan."""
    count = len(RETURNS)
    basis = np.eye(count).reshape(count, count, 1)
    total = Constraint("the total", np.ones(count), NOTHING, TOTAL, TOTAL)
    feasible = FeasibleSet(basis, np.zeros(count), np.full(count, upper), rows, total)
    objective, future = Objective(ANY, np.zeros(1)), Known(RETURNS)
    best = search(future, feasible, objective, [np.full(count, TOTAL / count)]).variables  # type: ignore[arg-type]
    return ObjectiveFunction(future, feasible, objective), best  # type: ignore[arg-type]


def ends(function: ObjectiveFunction, best: Array, place: int, cost: float) -> tuple[Array, Array]:
    own = np.eye(len(best))[place]
    down, up = (furthest(function, function, best, sign * own, cost) for sign in (1.0, -1.0))
    return down, up


@pytest.fixture(params=["finished", "unfinished", "lost"])
def searching(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The search for an end as it is; said to be unfinished; and gone astray, as an unfinished one may be."""
    usual = optimism.sequential_quadratic

    def unfinished(function, start, unit, least, **more):  # type: ignore[no-untyped-def]
        ended, _ = usual(function, start, unit, least, **more)
        return (start - (ended - start) if request.param == "lost" else ended), False

    if request.param != "finished":
        monkeypatch.setattr(optimism, "sequential_quadratic", unfinished)
    return str(request.param)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("share", [0.001, 0.01, 0.1])
def test_a_range_holds_the_plan_and_loses_no_more_than_it_says(searching: str, place: int, share: float) -> None:
    function, best = posed()
    top = value_of(best, *RETURNS)
    down, up = ends(function, best, place, share * top)
    assert down[place] <= best[place] <= up[place]
    for end in (down, up):
        for part in np.linspace(0.0, 1.0, 21):
            assert top - value_of(best + part * (end - best), *RETURNS) <= share * top * (1 + 1e-9)
        assert end.sum() == pytest.approx(TOTAL)
    assert up[place] - down[place] > 0.01 * TOTAL, "however the search went, there is room"


def test_a_range_ends_where_a_limit_does() -> None:
    function, best = posed(Constraint("a limit", np.array([1.0, 0.0, 0.0]), NOTHING, high=5_000.0))
    for place in PLACES:
        down, up = ends(function, best, place, 1e9)
        assert up[0] <= 5_000.0 + 1e-3
        assert down[place] == pytest.approx(0.0, abs=1.0)


def test_a_plan_that_cannot_move_has_no_range() -> None:
    function, best = posed(upper=TOTAL / len(RETURNS))
    for place in PLACES:
        for end in ends(function, best, place, 1e9):
            assert end[place] == pytest.approx(best[place], abs=1e-3)


def test_what_holds_on_some_draws_only_is_no_range() -> None:
    """Ends are looked for where the third channel brings most; on all draws it brings nothing."""
    quick, _ = posed()
    whole, best = posed()
    whole.future = Known((LARGE, (700.0, 400.0), (0.0, 1.0)))  # type: ignore[assignment]
    down, up = ends(quick, best, 0, 1.0)
    real = furthest(quick, whole, best, np.array([0.0, 0.0, -1.0]), 1.0)
    lost = value_of(best, *whole.future.returns) - value_of(real, *whole.future.returns)  # type: ignore[attr-defined]
    assert lost <= 1.0 + 1e-9
    assert down[0] <= best[0] <= up[0]
