"""How a shared pool is best divided as it grows, such as a video budget over TV and online video."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from omnimix.arguments import checked
from omnimix.budget.costs import PoolSplit
from omnimix.budget.current_plan import pattern
from omnimix.budget.labelled import labelled
from omnimix.budget.outlook import Outlook
from omnimix.budget.problem import Problem, pose_problem
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.progress import bar
from omnimix.spec import Limits

STEPS = {2: 32, 3: 20, 4: 9, 5: 6}  # into how many parts a pool of so many members is cut at most
SIZES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5)  # times what the pool spends in today's plan
HALF = 0.5
POOL_SPEND = "pool_spend"
CROSSOVER = "money of the pool over the window from which the other member has the larger share"


@checked
def pool_split(
    posterior: Posterior | GeoPosterior,
    pool: str,
    *,
    weeks: int = 13,
    sizes: Sequence[float] | None = None,
    limits: Limits | None = None,
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    progress: bool = True,
    allow_unconverged: bool = False,
) -> PoolSplit:
    """Return the best share of every member of a pool at several sizes of it, all else as in today's plan.

    Every draw is solved by trying divisions on a lattice: 32 steps for two members (and a parabola through the best
    three), fewer for more. Members keep their weekly pattern and may run outside what the data have seen; that is
    marked.

    Args:
        posterior: a fitted model whose channels have pools.
        pool: the pool.
        weeks: length of the window, which begins the week after the data.
        sizes: money of the pool over the window; by default from a quarter to two and a half times today's.
        limits: its ``levers`` name responding channels that the plan sets; limits on money are not used.
        outlook: today's plan, horizon, discount, number of draws.
        interval: probability mass of the intervals.
        progress: show a progress bar.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`BudgetError` for a pool that is not there, has fewer than two set channels or more than five, and for
    sizes that are no money; :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    problem = pose_problem(
        posterior, None, weeks, limits or Limits(), outlook or Outlook(), allow_unconverged=allow_unconverged
    )
    members = _members(problem, pool)
    now = float(problem.today[members].sum())
    sizes = _sizes(sizes, now, pool)
    lattice = _lattice(len(members))
    with bar(f"Dividing {pool}", len(sizes), progress) as done:
        shares, mean = [], []
        for size in sizes:
            values = _values(problem, members, lattice * size)
            shares.append(_tops(values, lattice))
            mean.append(_tops(values.mean(axis=0, keepdims=True), lattice)[0])
            if done is not None:
                done()
    names, best = [problem.future.names[m] for m in members], np.stack(mean, axis=1)
    draws = np.stack(shares, axis=2)
    crossings = _crossings(draws, best, np.array(sizes))
    crossed = crossings[np.isfinite(crossings)][:, None]
    outside = _outside(problem, members, best, sizes)
    labels: dict[str, Sequence[Any]] = {CHANNEL: names, POOL_SPEND: sizes}
    unit = f"share of pool {pool}"
    return PoolSplit(
        pool=pool,
        shares=labelled("best_share", draws, labels, unit, interval, share=best, extrapolated=outside),
        crossover=labelled("crossover", crossed, {"pool": [pool]}, CROSSOVER, interval),
        crosses=float(np.isfinite(crossings).mean()),
        now=now,
        weeks=weeks,
        currency=problem.constraints.currency,
        channels=problem.future.names,
    )


def _members(problem: Problem, pool: str) -> list[int]:
    """Return the places of the set channels of a pool. Raises :class:`BudgetError`."""
    channels = problem.future.posterior.funnel.bought
    pools = sorted({c.pool for c in channels if c.pool is not None})
    if pool not in pools:
        raise BudgetError(f"{pool!r} is no pool of this funnel{did_you_mean(str(pool), pools)}")
    found = [c.name for c in channels if c.pool == pool and c.name in problem.future.set_channels]
    if not 2 <= len(found) <= max(STEPS):
        raise BudgetError(
            f"pool {pool} has {len(found)} channels that a plan sets; a division needs from 2 to {max(STEPS)}."
        )
    return [problem.future.names.index(n) for n in found]


def _sizes(sizes: Sequence[float] | None, now: float, pool: str) -> list[float]:
    if sizes is None:
        if now <= 0:
            raise BudgetError(f"today's plan spends nothing on pool {pool}; give sizes=[...] in money.")
        return [round(now * s, 2) for s in SIZES]
    wrong = [s for s in sizes if not np.isfinite(s) or s <= 0]
    if wrong or not len(sizes):
        raise BudgetError(f"sizes are money above 0 over the window, such as [100_000, 200_000], not {list(sizes)!r}.")
    return sorted({float(s) for s in sizes})


def _lattice(members: int) -> Array:
    """Return every division of a pool on a lattice, shape (divisions, members)."""
    steps = STEPS[members]
    whole = [c for c in itertools.product(range(steps + 1), repeat=members) if sum(c) == steps]
    return np.array(whole, dtype=np.float64) / steps


def _values(problem: Problem, members: list[int], sizes: Array) -> Array:
    """Return what divisions bring, all money that answering channels then spend taken off, shape (draws, divisions)."""
    wanted = problem.future.weights(problem.unit_values, cost=problem.value_unit.price)
    laid = problem.today.copy()
    found = []
    for division in sizes:
        for member, amount in zip(members, division, strict=True):
            laid[member] = amount * pattern(problem.today[member])
        found.append(problem.future.plan_value(laid, wanted, slopes=False).value)
    return np.stack(found, axis=1)


def _tops(values: Array, lattice: Array) -> Array:
    """Return the best division by draw, shape (draws, members)."""
    best = np.argmax(values, axis=1)
    found = lattice[best]
    if lattice.shape[1] == 2:
        step = 1.0 / (len(lattice) - 1)
        inside = np.clip(best, 1, len(lattice) - 2)
        rows = np.arange(len(values))
        left, middle, right = (values[rows, inside + k] for k in (-1, 0, 1))
        bend = left - 2.0 * middle + right
        shift = np.where((bend < 0) & (best == inside), 0.5 * (left - right) / np.where(bend < 0, bend, -1.0), 0.0)
        first = np.clip(found[:, 0] + np.clip(shift, -0.5, 0.5) * step, 0.0, 1.0)
        found = np.stack([first, 1.0 - first], axis=1)
    return found


def _outside(problem: Problem, members: list[int], shares: Array, sizes: Sequence[float]) -> Array:
    """Return whether members run outside what the data have seen, shape (members, sizes)."""
    marks = np.zeros(shares.shape, dtype=bool)
    for k, size in enumerate(sizes):
        laid = problem.today.copy()
        for member, share in zip(members, shares[:, k], strict=True):
            laid[member] = share * size * pattern(problem.today[member])
        marks[:, k] = problem.constraints.support.outside(laid)[members].any(axis=1)
    return marks


def _crossings(shares: Array, best: Array, sizes: Array) -> Array:
    """Return by draw the size from which the second member has more than half; nan where there is none.

    The second member is the one that the expected value gives less of the smallest pool; draws in which the other one
    comes from behind do not count. ``shares`` has shape (draws, members, sizes), ``best`` (members, sizes). A pool of
    more than two members has no crossover.
    """
    out = np.full(len(shares), np.nan)
    if shares.shape[1] != 2 or len(sizes) < 2:
        return out
    second = int(best[0, 0] >= best[1, 0])
    for draw, smaller in enumerate(shares[:, second]):
        after = np.flatnonzero((smaller[1:] > HALF) & (smaller[:-1] <= HALF))
        if smaller[0] < HALF and after.size:
            k = int(after[0])
            part = (HALF - smaller[k]) / (smaller[k + 1] - smaller[k])
            out[draw] = sizes[k] + part * (sizes[k + 1] - sizes[k])
    return out
