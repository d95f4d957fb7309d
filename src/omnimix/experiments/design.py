"""Which test to do next: candidates, what each would find, what it costs and what its answer is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from omnimix.arguments import checked
from omnimix.budget import BudgetPlan
from omnimix.budget.current_plan import current_spend, expected_spend, weekly_spend
from omnimix.effects import require_usable
from omnimix.effects.future import Future, ValueWeights
from omnimix.errors import SpecError
from omnimix.experiments.designs import TestDesigns
from omnimix.experiments.information import learn
from omnimix.experiments.plans_nearby import net_value, plans_nearby, wanted_value
from omnimix.experiments.weeks_ahead import error_against_forecast, weeks_ahead
from omnimix.labels import CHANNEL
from omnimix.mechanics import Array
from omnimix.posterior import Posterior

QUARTER = 13  # weeks of a plan
ACTIONS = {"off": 0.0, "half": 0.5, "double": 2.0}
MOST_DRAWS = 1000
NOTHING_SPENT = (
    "no channel that a plan sets spends anything in the weeks after the data, as these were a year before; there is "
    "nothing to test. Give a plan that spends, plan=om.optimize_budget(...)."
)
ODDS, POWER = 1.64, 0.84  # normal quantiles: 90 % two-sided, found in four of five
LONGEST = 26


@checked
def design_tests(
    posterior: Posterior,
    plan: BudgetPlan | None = None,
    *,
    weeks: Sequence[int] = (4, 6, 8),
    geos: Sequence[str] | None = None,
    quarters: float = 4.0,
    seed: int = 0,
    allow_unconverged: bool = False,
) -> TestDesigns:
    """Return tests that could be done next, the one worth most first.

    Every channel may be switched off, halved or doubled, everywhere, for so many weeks from the first after the data.
    It is held against what the model foresees for these weeks as usual, so that the error of the result holds their
    noise, the wander of the level and all else that is not known (:mod:`omnimix.experiments.weeks_ahead`). What the
    answer is worth is the expected gain of choosing a plan for the quarter after it instead of now (EVSI), among
    today's plan, yours and those that single draws would choose, times the quarters in which it is still true; its cost
    is the profit expected to be lost while it runs, none where less spend saves more than it loses: for that no test is
    needed, and the best plan of now may do it.

    Args:
        posterior: a fitted model.
        plan: a plan that may be followed as well; its window begins after the data.
        weeks: lengths of tests.
        geos: markets to test in; a fit without markets has none.
        quarters: how long what is learned stays true.
        seed: of the draws that choose plans.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`SpecError` for lengths that are none or markets that the fit does not know, and :class:`FitError` for
    a fit that did not converge, unless ``allow_unconverged``.

    >>> design_tests(posterior).best                                                          # doctest: +SKIP
    """
    require_usable(posterior, allow_unconverged)
    lengths = sorted(set(weeks))
    wrong = [*_wrong(lengths, geos, quarters)]
    if wrong:
        raise SpecError(f"tests cannot be designed: {'; '.join(wrong)}.")
    thin = posterior.thinned(MOST_DRAWS)
    future = Future(thin, max(QUARTER, *lengths))
    today = current_spend(thin, future, None)
    given = None if plan is None or plan.assumptions is None else laid(future, today, plan)
    nearby = plans_nearby(future, today, given, seed)
    rows = []
    usual = expected_spend(future, today)
    for found in _candidates(thin, future, usual, lengths, seed):
        learning = learn(found.quantity, nearby.net)
        worth = learning.sample(found.error) * quarters
        rows.append(
            {
                "test": f"{found.channel} {found.action} for {found.weeks} weeks",
                CHANNEL: found.channel,
                "action": found.action,
                "weeks": found.weeks,
                "geos": "",
                "expected": float(found.quantity.mean()),
                "spread": float(found.quantity.std()),
                "error": found.error,
                "mde": (ODDS + POWER) * found.error,
                "power": float(np.mean(ndtr(np.abs(found.quantity) / found.error - ODDS))),
                "cost": found.cost,
                "evsi": worth,
                "evppi": learning.perfect * quarters,
                "net_value": worth - found.cost,
                "spend": found.usual,
            }
        )
    if not rows:
        raise SpecError(NOTHING_SPENT)
    table = pd.DataFrame(rows).sort_values("net_value", ascending=False, kind="stable", ignore_index=True)
    return TestDesigns(
        rows=table,
        start=future.calendar[0].date(),
        tail_weeks=future.followed - future.weeks,
        quarters=quarters,
        plans=len(nearby.plans),
        perfect=float((nearby.net.max(axis=1).mean() - nearby.net.mean(axis=0).max()) * quarters),
        currency=posterior.panel.currency,
        unvalued=posterior.funnel.unvalued,
        made_from=posterior.fingerprint,
    )


@dataclass(frozen=True)
class Candidate:
    """A test that could be done.

    Attributes:
        quantity: what it would measure: the return of the money that it moves, shape (draws,).
        moved: that money.
        usual: money of the channel as usual in those weeks.
        cost: profit expected to be lost; 0 where the test saves more than it loses.
        error: the standard error of what it measures.
    """

    channel: str
    action: str
    weeks: int
    quantity: Array
    moved: float
    usual: float
    cost: float
    error: float


def _candidates(
    posterior: Posterior, future: Future, usual: Array, lengths: Sequence[int], seed: int
) -> Iterator[Candidate]:
    """Give every test of a channel that spends something in its weeks.

    A channel that answers to a stage is set by its test, in a future in which it is a lever.
    """
    answering, known = {c.name for c in future.answering}, _as_usual(posterior, future, usual, seed)
    for row, channel in enumerate(future.names):
        own = Future(posterior, future.weeks, levers=[channel]) if channel in answering else future
        wanted, before, weeks, foreseen = known if own is future else _as_usual(posterior, own, usual, seed)
        for action, scale in ACTIONS.items():
            for length in lengths:
                changed = usual.copy()
                changed[row, :length] *= scale
                spent = float(usual[row, :length].sum())
                moved = abs(scale - 1.0) * spent
                if moved <= 0:
                    continue
                lost = before - net_value(own, changed, wanted)
                price = posterior.value_unit.price
                brought = np.sign(1.0 - scale) * lost + moved * price  # value, with the money put back
                error = error_against_forecast(brought / moved, foreseen, weeks(changed))
                cost = max(float(lost.mean()), 0.0)
                yield Candidate(channel, action, length, brought / moved, moved, spent, cost, error)


def _as_usual(
    posterior: Posterior, future: Future, usual: Array, seed: int
) -> tuple[ValueWeights, Array, Callable[[Array], Array], Array]:
    """Return what tests of one future are held against: what is wanted, what it brings, and its weeks as foreseen."""
    wanted, weeks = wanted_value(future), weeks_ahead(posterior, future, seed)
    return wanted, net_value(future, usual, wanted), weeks, weeks(usual)


def laid(future: Future, today: Array, plan: BudgetPlan) -> Array:
    """Return a plan on the weeks that are looked at: its own where they are the same, else by channel in today's."""
    if len(plan.spend) == future.weeks and plan.weeks.equals(future.calendar):
        return weekly_spend(future, plan.spend)
    lacking = [n for n in future.set_channels if n not in plan.spend.columns]
    if lacking:
        raise SpecError(
            f"the plan has no money for {', '.join(lacking)}; give a plan that was made from this posterior."
        )
    by_week = plan.spend.mean()
    out = today.copy()
    for name in future.set_channels:
        row = future.names.index(name)
        mean = float(today[row].mean())
        out[row] = today[row] * float(by_week[name]) / mean if mean > 0 else float(by_week[name])
    return out


def _wrong(lengths: Sequence[int], geos: Sequence[str] | None, quarters: float) -> Iterator[str]:
    if not lengths or any(type(w) is not int or not 1 <= w <= LONGEST for w in lengths):
        yield f"`weeks` are whole numbers from 1 to {LONGEST}, not {list(lengths)!r}"
    if geos is not None:
        yield "this fit knows no markets; leave out `geos`, and tests are designed for the whole country"
    if not 0 < quarters <= 40:
        yield f"`quarters` is a number above 0, up to 40, not {quarters!r}"
