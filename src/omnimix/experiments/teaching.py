"""A schedule that teaches: the same money in other weeks, so that channels which always move together come apart.

Where a country has no markets to test in, weeks are all that can be varied. With y the weeks to come, drawn from the
posterior with all their noise, and r the return of a channel, the part of the variance of r that these weeks will
explain is that of its least-squares regression on y over draws,

    1 - sd(after)^2 / sd(now)^2 = R^2,    adjusted for the number of regressors.

It is the expected posterior variance where (r, y) are jointly normal, and an upper bound of it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.budget import BudgetPlan
from omnimix.budget.current_plan import current_spend
from omnimix.effects import require_usable, roas, summarise
from omnimix.effects.future import Future
from omnimix.errors import SpecError
from omnimix.experiments.design import NOTHING_SPENT, laid
from omnimix.experiments.plans_nearby import net_value, wanted_value
from omnimix.experiments.schedule import TeachingSchedule
from omnimix.experiments.weeks_ahead import weeks_ahead
from omnimix.labels import CHANNEL, DRAW
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.progress import bar

FEWEST, LONGEST = 6, 52  # weeks
MOST_DRAWS = 1000
CODES = 5  # ways of raising and lowering that are tried of each channel
RUNS = (1, 4)  # weeks for which one level is held, from and to
PASSES = 3
EPSILON = 1e-9


@checked
def teaching_schedule(
    posterior: Posterior,
    plan: BudgetPlan | None = None,
    *,
    weeks: int = 13,
    swing: float = 0.5,
    interval: float = 0.9,
    seed: int = 0,
    allow_unconverged: bool = False,
    progress: bool = True,
) -> TeachingSchedule:
    """Lay the money of every channel on weeks so that the weeks tell more; every channel's total stays as it is.

    Weeks of a channel are raised and lowered by ``swing`` in runs of one to four, or its flights are moved, as one
    channel after the other adds most to what all returns together would be known by. A schedule gives up no more
    expected profit than it takes away of the spread of what channels bring.

    Args:
        posterior: a fitted model.
        plan: the plan whose money is laid anew; by default what was spent in the same weeks of the last year. One of
            another window than the ``weeks`` after the data is laid in the pattern of these.
        weeks: length of the schedule, from the first week after the data.
        swing: how far a week may be raised or lowered, as a share of its money before totals are made equal again.
        interval: probability mass of the interval of the price.
        seed: of the schedules that are tried and of the noise of the weeks to come.
        allow_unconverged: use a fit that did not converge all the same.
        progress: show a progress bar.

    Controls are taken to be those of the same weeks a year before. Channels that answer to a stage are not set.

    Raises :class:`SpecError` for a length or a swing that is none, and :class:`FitError` for a fit that did not
    converge, unless ``allow_unconverged``.

    >>> teaching_schedule(posterior, weeks=13).table()                                        # doctest: +SKIP
    """
    require_usable(posterior, allow_unconverged)
    wrong = [*_wrong(weeks, swing)]
    if wrong:
        raise SpecError(f"no schedule can be made: {'; '.join(wrong)}.")
    thin = posterior.thinned(MOST_DRAWS)
    future = Future(thin, weeks)
    usual = current_spend(thin, future, None)
    usual = usual if plan is None or plan.assumptions is None else laid(future, usual, plan)
    if not usual[[future.names.index(n) for n in future.set_channels]].sum() > 0:
        raise SpecError(NOTHING_SPENT)
    ways = {n: [*_ways(usual[future.names.index(n)], swing, seed + k)] for k, n in enumerate(future.set_channels)}
    lesson = Lesson.of(thin, future, usual, seed)
    with bar("Schedules that teach", 2 + sum(map(len, ways.values())), progress) as done:
        chosen = _chosen(lesson, future, usual, ways, done or (lambda: None))
        told = replace(lesson, weeks=weeks_ahead(thin, future, seed + 1))  # other noise than the search has seen
        before, after = told.explained(told.weeks(usual)), told.explained(told.weeks(chosen))
    now = told.returns.std(axis=0)
    rows = pd.DataFrame(
        {
            CHANNEL: told.names,
            "roas": np.median(told.returns, axis=0),
            "width_now": now,
            "width_usual": now * np.sqrt(1.0 - before),
            "width_schedule": now * np.sqrt(1.0 - after),
        }
    )
    wanted = wanted_value(future)
    price = xr.DataArray(net_value(future, usual, wanted) - net_value(future, chosen, wanted), dims=DRAW)
    columns = pd.Index(future.names, name=CHANNEL)
    set_rows = [future.names.index(n) for n in future.set_channels]
    frames = [pd.DataFrame(m.T, index=future.calendar, columns=columns).iloc[:, set_rows] for m in (usual, chosen)]
    return TeachingSchedule(
        rows=rows,
        usual=frames[0],
        spend=frames[1],
        price={k: float(v) for k, v in summarise(price, interval).items()},
        interval=interval,
        currency=posterior.panel.currency,
        unvalued=posterior.funnel.unvalued,
    )


@dataclass(frozen=True)
class Lesson:
    """What weeks to come would tell of returns.

    Attributes:
        names: the channels with a return.
        returns: of the data window, shape (draws, channels).
        money: that each spends in the weeks to come as usual, shape (channels,).
        weeks: from money, shape (channels, weeks), to all nodes of the weeks in every draw, shape (draws, series).
    """

    names: tuple[str, ...]
    returns: Array
    money: Array
    weeks: Callable[[Array], Array]

    @classmethod
    def of(cls, posterior: Posterior, future: Future, usual: Array, seed: int) -> Lesson:
        """Return the lesson of weeks that carry one and the same noise, whatever is spent in them."""
        figures = roas(posterior, allow_unconverged=True).draws.transpose(DRAW, CHANNEL)
        names = tuple(str(n) for n in figures[CHANNEL].to_numpy() if str(n) in future.set_channels)
        money = np.array([usual[future.names.index(n)].sum() for n in names])
        return cls(names, figures.sel({CHANNEL: list(names)}).to_numpy(), money, weeks_ahead(posterior, future, seed))

    def explained(self, found: Array) -> Array:
        """Return the part of each return's variance that the weeks explain, shape (channels,), from 0 to below 1."""
        draws, series = found.shape
        apart = found - found.mean(axis=0)
        apart = apart / np.maximum(apart.std(axis=0), EPSILON)
        away = self.returns - self.returns.mean(axis=0)
        fitted = apart @ np.linalg.lstsq(apart, away, rcond=None)[0]
        left = ((away - fitted) ** 2).sum(axis=0) / np.maximum((away**2).sum(axis=0), EPSILON)
        free = max(draws - series - 1, 1)
        return np.clip(1.0 - left * (draws - 1) / free, 0.0, 1.0 - EPSILON)

    def at_stake(self, found: Array) -> float:
        """Return the spread that is left of what channels bring in these weeks, in money, added up."""
        left = np.sqrt(1.0 - self.explained(found))
        return float((self.money * self.returns.std(axis=0) * left).sum())


def _ways(row: Array, swing: float, seed: int) -> Iterator[Array]:
    """Give other ways to lay a channel's money on its weeks, the total as it is."""
    generator, total = np.random.default_rng(seed), float(row.sum())
    if total <= 0:
        return
    for _ in range(CODES):
        signs: list[float] = []
        while len(signs) < len(row):
            sign = -np.sign(signs[-1]) if signs else float(generator.choice([-1.0, 1.0]))
            signs += [sign] * int(generator.integers(RUNS[0], RUNS[1] + 1))
        changed = row * (1.0 + swing * np.array(signs[: len(row)]))
        if changed.sum() > 0:
            yield changed * total / changed.sum()
    if (row == 0).any():
        yield from (np.roll(row, int(by)) for by in generator.permutation(np.arange(1, len(row)))[:CODES])


def _chosen(
    lesson: Lesson, future: Future, usual: Array, ways: dict[str, list[Array]], done: Callable[[], None]
) -> Array:
    """Choose a way for every channel, one after the other: nodes are taken to add up over channels for the search."""
    wanted = wanted_value(future)
    profit, start = float(net_value(future, usual, wanted).mean()), lesson.weeks(usual)
    done()
    moved: dict[str, list[tuple[Array | float, float, Array]]] = {}
    for name, rows in ways.items():
        place = future.names.index(name)
        moved[name] = [(0.0, 0.0, usual[place])]
        for row in rows:
            changed = usual.copy()
            changed[place] = row
            lost = profit - float(net_value(future, changed, wanted).mean())
            moved[name].append((lesson.weeks(changed) - start, lost, row))
            done()
    taken = dict.fromkeys(moved, 0)
    for _ in range(PASSES):
        before = dict(taken)
        for name, found in moved.items():
            rest = start + sum(moved[n][k][0] for n, k in taken.items() if n != name)
            price = sum(moved[n][k][1] for n, k in taken.items() if n != name)
            taken[name] = min(
                range(len(found)),
                key=lambda k, r=rest, p=price, f=found: lesson.at_stake(r + f[k][0]) + max(p + f[k][1], 0.0),  # type: ignore[misc]
            )
        if taken == before:
            break
    out = usual.copy()
    for name, k in taken.items():
        out[future.names.index(name)] = moved[name][k][2]
    done()
    return out


def _wrong(weeks: int, swing: float) -> Iterator[str]:
    if not FEWEST <= weeks <= LONGEST:
        yield f"`weeks` is a whole number from {FEWEST} to {LONGEST}, not {weeks!r}"
    if not 0 < swing <= 1:
        yield f"`swing` is a number above 0, up to 1, not {swing!r}"
