"""The search: the best plan in a feasible set, from several starts, with a certificate of how near it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from omnimix.budget.feasible_set import Constraint, FeasibleSet
from omnimix.budget.infeasibility import inequalities
from omnimix.budget.objective import Objective, ObjectiveFunction
from omnimix.effects.future import Future
from omnimix.errors import BudgetError
from omnimix.mechanics import Array

NEAR = 0.05  # of the total: how far the certificate looks around
GAP = 1e-3  # of the total: a plan that could be bettered by more was not found
CRUMB = 1e-3  # of the total, for a channel or shared by its weeks: less than that is next to nothing
FORGONE = 0.1 * GAP  # of the total: what a plan may bring less for leaving that out
ENOUGH = 1e-8
HALVED = 14  # times a step is halved on the way back to the plan
STEPS = 300
TRIES = 4
FEW = 128  # draws on which starts are tried
FOLLOWED = 2  # of their ends, the best ones, are followed on all draws
Step = Callable[[], None] | None


@dataclass(frozen=True)
class Best:
    """The best plan found.

    Attributes:
        variables: of its feasible set.
        value: of its objective, in money.
        gap: money by which a plan near it could be better; see :func:`certificate`.
    """

    variables: Array
    value: float
    gap: float


def search(
    future: Future,
    feasible: FeasibleSet,
    objective: Objective,
    starts: Iterable[Array],
    *,
    done: Step = None,
) -> Best:
    """Return the best plan in a feasible set: starts are tried on some of the draws, the best ends followed on all.

    Raises :class:`BudgetError` where no start ends at a plan that keeps all constraints and cannot be bettered nearby.
    """
    size = future.posterior.size
    few = np.unique(np.linspace(0, size - 1, min(FEW, size)).astype(np.int64))
    quick = ObjectiveFunction(future, feasible, objective, few)
    tried = []
    for start in starts:
        ended = climb(quick, start)
        if ended is not None:
            tried.append((quick.evaluate(ended)[0], ended))
        if done is not None:
            done()
    whole = ObjectiveFunction(future, feasible, objective)
    found: list[Best] = []
    for k, (_, start) in enumerate(distinct(tried, feasible)):
        if k >= FOLLOWED and found:
            break  # the others are followed only where the best ones lead to no plan
        best = settle(whole, start)
        if best is not None:
            found.append(best)
    if not found:
        raise BudgetError(
            "the search did not end at a plan: no start led to one that keeps every limit and cannot be bettered "
            "nearby, so none is given. Loosen limits that leave little room, or plan fewer weeks."
        )
    if done is not None:
        done()
    return max(found, key=lambda b: b.value)


def settle(function: ObjectiveFunction, start: Array) -> Best | None:
    """Climb until the certificate holds; ``None`` where it does not."""
    now = start
    for _ in range(TRIES):
        ended = climb(function, now)
        if ended is None:
            return None
        gap, better = certificate(function, ended)
        if gap <= GAP * scale(function.feasible, ended):
            return _without_crumbs(function, Best(ended, function.evaluate(ended)[0], gap))
        now = better
    return None


def _without_crumbs(function: ObjectiveFunction, best: Best) -> Best:
    """Return a plan in which what gets next to nothing gets nothing, where limits allow it and it costs hardly more.

    All of it is left out at once; where that breaks a limit or costs too much, one channel after the other, from the
    smallest on. What earns its place stays, however small.
    """
    feasible, unit = function.feasible, scale(function.feasible, best.variables)
    channel = feasible.basis.any(axis=2).argmax(axis=1)
    now, upper, kept = best.variables, feasible.upper, np.zeros(len(best.variables), dtype=bool)
    while (crumbs := _crumbs(feasible, now, unit) & ~kept).any():
        by_size = sorted(np.unique(channel[crumbs]), key=lambda k: float(now[channel == k].sum()))
        for tiny in (crumbs, *(crumbs & (channel == k) for k in by_size)):
            tried = np.where(tiny, 0.0, upper)
            narrowed = feasible.within(feasible.lower, tried)
            swept = ObjectiveFunction(function.future, narrowed, function.objective, function.draws)
            start = np.where(tiny, 0.0, now)
            ended = climb(swept, start)
            if ended is None:
                ended = nearest(swept, start)
            if ended is not None and function.evaluate(ended)[0] >= best.value - FORGONE * unit:
                now, upper = ended, tried
                break
        else:
            kept |= crumbs
    return best if now is best.variables else Best(now, function.evaluate(now)[0], certificate(function, now)[0])


def _crumbs(feasible: FeasibleSet, variables: Array, unit: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which variables are next to nothing and may be nothing: by themselves, or with all of their channel."""
    of = feasible.basis.any(axis=2).astype(float)  # (variables, channels)
    whole = of @ (of.T @ variables)
    return np.asarray(
        (variables > 0)
        & (feasible.lower <= 0)
        & ((variables < CRUMB * unit / (of @ of.sum(axis=0))) | (whole < CRUMB * unit))
    )


def distinct(tried: list[tuple[float, Array]], feasible: FeasibleSet) -> list[tuple[float, Array]]:
    """Return ends from the best on, those left out that are the same plan."""
    kept: list[tuple[float, Array]] = []
    for value, variables in sorted(tried, key=lambda t: -t[0]):
        if all(np.abs(variables - other).sum() > 0.01 * scale(feasible, variables) for _, other in kept):
            kept.append((value, variables))
    return kept


def climb(function: ObjectiveFunction, start: Array) -> Array | None:
    """Climb from a start by sequential quadratic programming; ``None`` where it ends outside the feasible set."""
    unit = scale(function.feasible, start)

    def downhill(x: Array) -> tuple[float, Array]:
        value, slopes, _, _ = function.evaluate(x * unit)
        return -value / unit, -slopes

    return _kept(function, sequential_quadratic(function, start, unit, downhill)[0], unit)


def nearest(function: ObjectiveFunction, wished: Array) -> Array | None:
    """Return the variables nearest to some that keep all constraints; ``None`` where none were found."""
    unit = scale(function.feasible, wished)
    goal = wished / unit
    ended, _ = sequential_quadratic(
        function, wished, unit, lambda x: (float(((x - goal) ** 2).sum()), 2.0 * (x - goal))
    )
    return _kept(function, ended, unit)


def sequential_quadratic(
    function: ObjectiveFunction,
    start: Array,
    unit: float,
    least: Callable[[Array], tuple[float, Array]],
    *,
    also: Sequence[dict[str, object]] = (),
    tolerance: float = ENOUGH,
    steps: int = STEPS,
) -> tuple[Array, bool]:
    """Return where SLSQP makes ``least`` smallest under all constraints and those of ``also``, and whether it finished.

    ``least`` returns a value and its slopes; it and ``also`` read variables in units of ``unit`` money.
    """
    lower, upper = function.feasible.lower, function.feasible.upper
    found = optimize.minimize(  # type: ignore[call-overload]
        least,
        np.clip(start, lower, upper) / unit,
        jac=True,
        method="SLSQP",
        bounds=np.column_stack([lower, upper]) / unit,
        constraints=[*solver_constraints(function, unit), *also],
        options={"ftol": tolerance, "maxiter": steps},
    )
    return np.asarray(np.clip(found.x * unit, lower, upper)), bool(found.success)


def _kept(function: ObjectiveFunction, ended: Array, unit: float) -> Array | None:
    return ended if np.isfinite(ended).all() and violation(function, ended) <= 1e-6 * unit else None


def certificate(function: ObjectiveFunction, variables: Array) -> tuple[float, Array]:
    """Return by how much a plan near this one could be better, and the best one tried.

    A linear programme gives the most that any plan near it is better to first order. Where that is much, because the
    first money of a channel works at a slope that soon ends, plans on the way to its answer are tried instead.
    """
    feasible = function.feasible
    value, slopes, answered, answer_slopes = function.evaluate(variables)
    near = NEAR * scale(feasible, variables)
    steps = np.stack([np.maximum(feasible.lower - variables, -near), np.minimum(feasible.upper - variables, near)])
    moved = []
    for row in feasible.all_constraints:
        known = float(row.weights @ variables + row.answers @ answered)
        weights = row.weights + row.answers @ answer_slopes if row.answers.any() else row.weights
        moved.append(Constraint(row.label, weights, np.zeros(0), min(row.low - known, 0.0), max(row.high - known, 0.0)))
    matrix, bounds = inequalities(moved, np.zeros(0))
    found = optimize.linprog(  # type: ignore[call-overload]
        -slopes, A_ub=matrix, b_ub=bounds, bounds=np.sort(steps, axis=0).T, method="highs"
    )
    if found.status != 0:
        return np.inf, variables
    first_order = max(float(-found.fun), 0.0)
    if first_order <= GAP * scale(feasible, variables):
        return first_order, variables
    tried = [np.clip(variables + found.x * 0.5**k, feasible.lower, feasible.upper) for k in range(HALVED)]
    values = [function.evaluate(t)[0] for t in tried]
    best = int(np.argmax(values))
    return max(values[best] - value, 0.0), tried[best]


def violation(function: ObjectiveFunction, variables: Array) -> float:
    """Return the money by which the most violated constraint is missed."""
    answered = function.evaluate(variables)[2]
    sums = [(c, float(c.weights @ variables + c.answers @ answered)) for c in function.feasible.all_constraints]
    return max(max(c.low - found, found - c.high, 0.0) for c, found in sums)


def scale(feasible: FeasibleSet, variables: Array) -> float:
    """Return the money that the search counts in: the total, where it is given."""
    for bound in (feasible.total.low, feasible.total.high):
        if np.isfinite(bound) and bound > 0:
            return float(bound)
    return max(float(variables.sum()), 1.0)


def solver_constraints(function: ObjectiveFunction, unit: float) -> list[dict[str, object]]:
    """Return the constraints as SLSQP reads them, in units of ``unit`` money."""
    known = function.feasible.all_constraints
    equal = _independent([c for c in known if c.low == c.high])
    between = [c for c in known if c.low < c.high]
    above = [(c, 1.0, c.low) for c in between if np.isfinite(c.low)]
    below = [(c, -1.0, c.high) for c in between if np.isfinite(c.high)]
    kinds = (("eq", [(c, 1.0, c.low) for c in equal]), ("ineq", above + below))
    return [_solver_constraint(function, unit, kind, signed) for kind, signed in kinds if signed]


def _independent(equal: list[Constraint]) -> list[Constraint]:
    """Leave out equations that follow from others, such as a total that team budgets already add up to."""
    kept: list[Constraint] = []
    for constraint in equal:
        matrix = np.array([np.concatenate([c.weights, c.answers]) for c in (*kept, constraint)])
        if np.linalg.matrix_rank(matrix) == len(matrix):
            kept.append(constraint)
    return kept


def _solver_constraint(
    function: ObjectiveFunction, unit: float, kind: str, signed: list[tuple[Constraint, float, float]]
) -> dict[str, object]:
    weights = np.array([sign * c.weights for c, sign, _ in signed])
    answers = np.array([sign * c.answers for c, sign, _ in signed])
    bounds = np.array([sign * bound for _, sign, bound in signed]) / unit
    if not answers.any():
        return {"type": kind, "fun": lambda x: weights @ x - bounds, "jac": lambda x: weights}
    return {
        "type": kind,
        "fun": lambda x: weights @ x + answers @ function.evaluate(x * unit)[2] / unit - bounds,
        "jac": lambda x: weights + answers @ function.evaluate(x * unit)[3],
    }
