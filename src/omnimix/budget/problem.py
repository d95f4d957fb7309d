"""A budget question prepared: the weeks to come, today's plan at the same total, all demands, what counts as value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.budget.constraints import Demands, demands, levers, require_known
from omnimix.budget.current_plan import brought_to, expected_spend, todays_money
from omnimix.budget.feasible_set import Space
from omnimix.budget.outlook import Outlook
from omnimix.budget.search import Aim
from omnimix.effects import require_usable
from omnimix.effects.account import Account
from omnimix.effects.future import Future
from omnimix.errors import BudgetError
from omnimix.labels import CHANNEL
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Cvar, Limits, told_together, wrong_window

CENT = 0.01
SOFT = 1e-3  # of the total: money over which the worst draws pass into the rest


@dataclass(frozen=True)
class Question:
    """What every verb on budgets begins with.

    Attributes:
        future: the weeks to come, on the draws that are looked at.
        demands: all demands on plans.
        today: money of today's plan at the total, shape (channels, weeks), rows of answering channels filled in.
        total: money of all channels over the window.
    """

    future: Future
    demands: Demands
    today: Array
    total: float

    @property
    def unit_values(self) -> dict[str, float]:
        """Money for a unit of every outcome."""
        return {o.name: float(o.value or 1.0) for o in self.future.posterior.funnel.outcomes}

    def at(self, total: float) -> Question:
        """Return the same question at another total."""
        today = expected_spend(self.future, brought_to(self.future, self.today, total))
        return Question(self.future, demands(self.future, self.demands.limits, today), today, total)

    @property
    def running(self) -> Array:
        """What a unit of money counts in every week of the plan."""
        return self.future.discount[: self.future.weeks]

    def aim(self, objective: str | Cvar, price: float | None = None) -> Aim:
        """Return what is made as large as possible; ``price`` is what a unit of money costs, by default as asked."""
        costs = (0.0 if objective == "value" else 1.0) if price is None else price
        aim = Aim(self.future.wanted(self.unit_values, cost=costs), costs * self.running)
        if not isinstance(objective, Cvar) or objective.level == 0:
            return aim
        own = [self.future.names.index(n) for n in self.future.set_channels]
        usual = self.future.look(self.today, aim.wanted, slopes=False).value - (self.today[own] @ aim.price).sum()
        return replace(aim, level=objective.level, reference=usual, softness=SOFT * self.total)

    def accounts(self, plans: Mapping[str, Array]) -> dict[str, Account]:
        """Return what plans bring and cost beyond no media at all in these weeks."""
        laid = [self.future.plan(money) for money in plans.values()]
        return dict(zip(plans, self.future.accounts(laid), strict=True))

    def frame(self, money: Array) -> pd.DataFrame:
        """Return money as a table, one row a week and one column a channel."""
        columns = pd.Index(self.future.names, name=CHANNEL)
        return pd.DataFrame(money.T, index=self.future.calendar, columns=columns)

    def filled(self, money: Array) -> Array:
        """Return money with the expected spend of answering channels filled in."""
        return expected_spend(self.future, money)

    def to_the_cent(self, money: Array, space: Space, total: float) -> Array:
        """Return money in whole cents that adds up to the total, expected spend of answering channels filled in.

        Every channel keeps its own sum to the cent; what is left over goes to the set channel with most room.
        """
        own = [self.future.names.index(n) for n in self.future.set_channels]
        rounded = np.zeros(money.shape)
        for place in own:
            rounded[place] = _cents(money[place], round(float(money[place].sum()), 2))
        filled = expected_spend(self.future, rounded)
        answering = [self.future.names.index(c.name) for c in self.future.answering]
        for place in answering:
            rounded[place] = _cents(filled[place], round(float(filled[place].sum()), 2))
        left = round(total - float(rounded.sum()), 2)
        if left:
            allowed, sums = self.demands.allowed(space).iloc[own], rounded[own].sum(axis=1)
            highest, lowest = (allowed[c].to_numpy(dtype=float) for c in ("allowed_highest", "allowed_lowest"))
            place = own[int(np.argmax(highest - sums if left > 0 else sums - lowest))]
            week = _roomiest(rounded[place], left)
            rounded[place, week] = round(rounded[place, week] + left, 2)
        return rounded


def question(
    posterior: Posterior,
    total: float | None,
    weeks: int,
    limits: Limits,
    outlook: Outlook,
    *,
    phasing: str = "pattern",
    allow_unconverged: bool = False,
) -> Question:
    """Prepare a question. Raises :class:`BudgetError` for what cannot be asked, :class:`FitError` for a bad fit."""
    require_usable(posterior, allow_unconverged)
    wrong = wrong_window(total, weeks, phasing)
    if wrong:
        raise BudgetError(f"the budget cannot be asked for: {told_together(wrong)}")
    require_known(posterior, limits)
    few = posterior.thinned(outlook.draws)
    future = Future(
        few,
        weeks,
        levers=levers(posterior, limits),
        controls=outlook.controls,
        horizon=outlook.horizon,
        discount=outlook.discount,
    )
    today = todays_money(few, future, outlook.today)
    if total is None:
        total = round(float(expected_spend(future, today).sum()), 2)
    today = expected_spend(future, brought_to(future, today, float(total)))
    return Question(future, demands(future, limits, today), today, float(total))


def _roomiest(money: Array, left: float) -> int:
    """Return the week that takes a few cents: of the running ones the smallest to add to, the largest to take from."""
    return int(np.argmin(np.where(money > 0, money, np.inf))) if left > 0 and money.any() else int(np.argmax(money))


def _cents(money: Array, total: float) -> Array:
    """Round money to cents so that it adds up to a total of whole cents; the largest rests are rounded up."""
    cents = np.floor(money / CENT + 1e-6)
    missing = round(total / CENT - cents.sum())
    rests = np.argsort(cents - money / CENT, kind="stable")
    cents[rests[: max(missing, 0)]] += 1
    return np.asarray(np.round(cents * CENT, 2))
