"""The current plan: the weeks of the data that it is read from, laid on the weeks to come, at another total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from omnimix.budget.lever import set_rows
from omnimix.data.starts_and_stops import YEAR, last_start, last_stop
from omnimix.effects.future import Future
from omnimix.effects.plan import history
from omnimix.errors import BudgetError
from omnimix.labels import CHANNEL, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Names

LAST_YEAR, LAST_WEEKS, SINCE_START, STOPPED = "last_year", "last_weeks", "since_start", "stopped"
GIVEN, ANSWERS = "given", "answers"


@dataclass(frozen=True)
class Basis:
    """The weeks of the data that a channel's spend in today's plan is read from.

    Attributes:
        rule: ``last_year`` (the same weeks of the last year), ``last_weeks`` (the last weeks of data shorter than a
            year), ``since_start`` (an average week since the channel started) or ``stopped`` (nothing).
        first: place of the first of these weeks; of a channel that stopped, of its first silent one.
        end: place after the last.
    """

    rule: str
    first: int
    end: int

    def spend(self, money: Array, weeks: int) -> Array:
        """Return money of the weeks to come, from that of the weeks that are known."""
        if self.rule == STOPPED:
            return np.zeros(weeks)
        if self.rule == SINCE_START:
            return np.full(weeks, money[self.first :].mean())
        return np.resize(money[self.first : self.end], weeks)  # more weeks than there are begin again with the first


def current_spend(posterior: Posterior, future: Future, today: pd.DataFrame | Mapping[str, float] | None) -> Array:
    """Return money of today's plan, shape (channels, weeks of the plan).

    By default a channel spends what it spent in the same weeks of the last year of the data, or in the last weeks of
    data shorter than a year. A channel for which those weeks are today no more, because it started or stopped after
    the first of them, is laid by itself: started, it has an average week since its start in every week; stopped, it has
    nothing. :func:`omnimix.data.starts_and_stops.last_start` and ``last_stop`` say when that is so; flights and seasons
    are neither. Money by channel is laid on weeks in the pattern of this plan.

    Raises :class:`BudgetError` for a plan of other weeks or channels.
    """
    if isinstance(today, pd.DataFrame):
        return weekly_spend(future, today)
    spend = _known(posterior)
    rows = [basis_of(money, future.weeks).spend(money, future.weeks) for money in spend]
    usual = np.ascontiguousarray(rows, dtype=np.float64)
    return usual if today is None else spread_over_weeks(future, today, usual)


def current_basis(posterior: Posterior, future: Future, *, given: bool) -> pd.DataFrame:
    """Return which weeks of the data today's plan is read from, one row a channel: rule, first and last week.

    ``rule`` is that of :class:`Basis`, ``given`` for a plan that was ``given``, ``answers`` for a channel that answers
    to a stage; those two have no weeks.
    """
    weeks = posterior.scaling.window_weeks
    rows: list[tuple[object, ...]] = []
    for name, money in zip(future.names, _known(posterior), strict=True):
        if given or name not in future.set_channels:
            rows.append((GIVEN if name in future.set_channels else ANSWERS, pd.NaT, pd.NaT))
        else:
            found = basis_of(money, future.weeks)
            rows.append((found.rule, weeks[found.first], weeks[found.end - 1]))
    return pd.DataFrame(rows, index=pd.Index(future.names, name=CHANNEL), columns=["rule", "first", "last"])


def basis_of(money: Array, weeks: int) -> Basis:
    """Return the weeks that the plan of as many weeks to come is read from, for one channel.

    >>> basis_of(np.full(104, 5.0), 13)
    Basis(rule='last_year', first=52, end=65)
    >>> basis_of(np.r_[np.zeros(94), np.full(10, 5.0)], 13)
    Basis(rule='since_start', first=94, end=104)
    """
    known = len(money)
    first = known - (YEAR if known >= YEAR else min(weeks, known))
    usual = Basis(LAST_YEAR if known >= YEAR else LAST_WEEKS, first, min(first + weeks, known))
    stopped, started = last_stop(money), last_start(money, first)
    if stopped is not None and stopped > first:
        return Basis(STOPPED, stopped, known)
    return usual if started is None else Basis(SINCE_START, started, known)


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
    if own <= 0:
        raise BudgetError("today's plan spends nothing on any channel that a plan sets; give one with Outlook(today=).")
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
    most = total / own
    if not future.answering:
        return spend * most
    factor = optimize.brentq(lambda k: own * k + answered(k) - total, 0.0, most, xtol=1e-13 * most, rtol=1e-13)
    return spend * float(factor)


def _known(posterior: Posterior) -> Array:
    """Return money of every channel that costs any in the weeks that were fitted to, shape (channels, weeks)."""
    spend = history(posterior)[list(posterior.funnel.bought_names)]
    return spend.to_numpy(dtype=np.float64)[posterior.scaling.window :].T


def _unknown(future: Future, given: Iterable[object]) -> list[str]:
    """Return what is wrong with names that should be channels."""
    names = Names.of(future.posterior.funnel)
    return [why for c in map(str, given) if (why := names.no_channel(c))]
