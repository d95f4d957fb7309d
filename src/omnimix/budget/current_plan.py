"""The current plan laid on the weeks to come, and brought to another total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy import optimize

from omnimix.budget.lever import set_rows
from omnimix.effects.future import Future
from omnimix.effects.plan import history
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior

YEAR = 52  # weeks


def current_spend(posterior: Posterior, future: Future, today: pd.DataFrame | Mapping[str, float] | None) -> Array:
    """Return money of today's plan, shape (channels, weeks of the plan).

    Raises :class:`BudgetError` for a plan of other weeks or channels.
    """
    usual = _same_weeks_before(posterior, future.weeks)
    if today is None:
        return usual
    if isinstance(today, pd.DataFrame):
        return weekly_spend(future, today)
    return spread_over_weeks(future, today, usual)


def spread_over_weeks(future: Future, spend: Mapping[str, float], like: Array) -> Array:
    """Lay money by channel on the weeks in the pattern of another plan, evenly where that has none."""
    wrong = _unknown(future, spend)
    lacking = [n for n in future.set_channels if n not in spend]
    if lacking:
        wrong.append(f"there is no money for {', '.join(lacking)}; give 0 where a channel is to be silent")
    if wrong:
        raise BudgetError(f"the plan is not usable: {'; '.join(wrong)}.")
    rows = np.zeros(like.shape)
    for name, amount in spend.items():
        rows[future.names.index(str(name))] = float(amount) * pattern(like[future.names.index(str(name))])
    return rows


def pattern(spend: Array) -> Array:
    """Return how money divides over weeks, in shares; evenly where there is none.

    >>> pattern(np.array([1.0, 3.0])), pattern(np.zeros(2))
    (array([0.25, 0.75]), array([0.5, 0.5]))
    """
    total = float(spend.sum())
    return spend / total if total > 0 else np.full(spend.shape, 1.0 / spend.size)


def weekly_spend(future: Future, plan: pd.DataFrame) -> Array:
    """Read a plan of one row a week and one column a channel, shape (channels, weeks of the plan).

    Channels that answer to a stage may be left out. Raises :class:`BudgetError` with everything that is wrong.
    """
    frame = plan.set_index(WEEK) if WEEK in plan.columns else plan
    wrong = []
    try:
        weeks = pd.DatetimeIndex(pd.to_datetime(frame.index))
    except (TypeError, ValueError):
        raise BudgetError("a plan needs its weeks as its index or in a column `week`.") from None
    if not weeks.equals(future.calendar):
        first, last = future.calendar[0].date(), future.calendar[-1].date()
        wrong.append(
            f"a plan has the {future.weeks} weeks from {first} to {last}, one row each; this one has {len(weeks)}"
            + (f" from {weeks.min().date()} to {weeks.max().date()}" if len(weeks) else "")
        )
    wrong += _unknown(future, frame.columns)
    lacking = [n for n in future.set_channels if n not in frame.columns]
    if lacking:
        wrong.append(f"there is no column for {', '.join(lacking)}; plan 0 where a channel is to be silent")
    known = [n for n in future.names if n in frame.columns]
    numbers = frame[known].apply(pd.to_numeric, errors="coerce")
    for name in known:
        bad = ~(np.isfinite(numbers[name]) & (numbers[name] >= 0))
        if bad.any():
            wrong.append(f"`{name}` is empty, negative or no number in week {frame.index[bad.to_numpy()][0]}")
    if wrong:
        raise BudgetError(f"the plan is not usable: {'; '.join(wrong)}.")
    rows = numbers.reindex(columns=list(future.names), fill_value=0.0)
    return np.ascontiguousarray(rows.to_numpy(dtype=np.float64).T)


def expected_spend(future: Future, spend: Array) -> Array:
    """Return money of every channel and week, what answering channels are expected to spend filled in."""
    whole = spend.copy()
    for name, answered in future.answered(future.plan(spend)).items():
        whole[future.names.index(name)] = answered.mean(axis=0)
    return whole


def scaled_to(future: Future, spend: Array, total: float) -> Array:
    """Return a plan with every lever multiplied by one factor, so that all channels are expected to spend a total.

    Raises :class:`BudgetError` where channels that answer spend more by themselves, or no lever spends anything.
    """
    own = float(spend[set_rows(future)].sum())
    wanted = future.weights({}, cost=0.0)

    def answered(factor: float) -> float:
        return float(future.plan_value(spend * factor, wanted, slopes=False).answered.mean(axis=0).sum())

    alone = answered(0.0) if future.answering else 0.0
    if alone >= total:
        names = ", ".join(c.name for c in future.answering)
        raise BudgetError(
            f"the total is {total:,.0f}, but what answers to demand ({names}) is expected to spend {alone:,.0f} by "
            "itself; raise the total, or let the plan set it: Limits(levers=[...]), or levers below [budget] in "
            "omnimix.toml."
        )
    if own <= 0:
        raise BudgetError("today's plan spends nothing on any channel that a plan sets; give one with Outlook(today=).")
    most = total / own
    if not future.answering:
        return spend * most
    factor = optimize.brentq(lambda k: own * k + answered(k) - total, 0.0, most, xtol=1e-13 * most, rtol=1e-13)
    return spend * float(factor)


def _same_weeks_before(posterior: Posterior, weeks: int) -> Array:
    """Return what was spent in the same weeks of the last year of the data; of shorter data in its last weeks."""
    spend = history(posterior).to_numpy()[posterior.scaling.window :]
    known = len(spend)
    back = YEAR if known >= YEAR else min(weeks, known)
    rows = known + np.arange(weeks)
    while (rows >= known).any():
        rows = np.where(rows >= known, rows - back, rows)
    return np.ascontiguousarray(spend[rows].T)


def _unknown(future: Future, given: Iterable[object]) -> list[str]:
    """Return what is wrong with names that should be channels."""
    return [f"{c!r} is no channel{did_you_mean(c, future.names)}" for c in map(str, given) if c not in future.names]
