"""Where searches start: plans that a person might try, and some that nobody would."""

from __future__ import annotations

import numpy as np

from omnimix.budget.current_plan import brought_to, expected_spend, pattern
from omnimix.budget.feasible_set import FREE, Space
from omnimix.budget.problem import Question
from omnimix.mechanics import Array

RANDOM = 4


def pattern_starts(asked: Question, space: Space, seed: int) -> list[Array]:
    """Return starts in a space of one variable a channel: today's plan, money by return, corners and random ones."""
    lower, upper = space.lower, np.where(space.upper < FREE, space.upper, asked.total)
    free = float(asked.total - asked.demands.answered.sum())
    found = [space.variables(asked.today), space.variables(by_return(asked))]
    found += [_towards(np.eye(len(lower))[k], lower, upper, free) for k in range(len(lower))]
    generator = np.random.default_rng(seed)
    found += [_towards(generator.dirichlet(np.ones(len(lower))), lower, upper, free) for _ in range(RANDOM)]
    return found


def by_return(asked: Question) -> Array:
    """Return the rule of thumb: money in proportion to every channel's estimated ROAS under today's plan, same total.

    Channels keep their weekly pattern; one that loses money, or that today's plan does not run, gets nothing. Expected
    spend of answering channels is filled in.
    """
    future, today = asked.future, asked.today
    wanted = future.wanted(asked.unit_values)
    whole = future.look(today, wanted, slopes=False).value.mean()
    rows = np.zeros(today.shape)
    for name in future.set_channels:
        place = future.names.index(name)
        spent = float(today[place].sum())
        if spent > 0:
            without = today.copy()
            without[place] = 0.0
            lost = whole - future.look(without, wanted, slopes=False).value.mean()
            rows[place] = max(float(lost) / spent, 0.0) * pattern(today[place])
    if rows.sum() <= 0:
        return today
    return expected_spend(future, brought_to(future, rows / rows.sum() * asked.total, asked.total))


def _towards(shares: Array, lower: Array, upper: Array, total: float) -> Array:
    """Return variables within their bounds that add up to a total, what is free divided by shares as far as it goes."""
    found, left = lower.copy(), total - float(lower.sum())
    weights = shares + 1e-3
    for _ in range(len(lower)):
        open_ = found < upper - 1e-9
        if left <= 1e-9 * max(total, 1.0) or not open_.any():
            break
        step = np.where(open_, weights, 0.0)
        step = np.minimum(left * step / step.sum(), upper - found)
        found, left = found + step, left - float(step.sum())
    return found
