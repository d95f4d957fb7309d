"""A budget problem: the weeks to come, the current plan at the same total, all constraints, what counts as value."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.budget.constraints import Constraints, answering_under, constraints_on, require_known
from omnimix.budget.current_plan import current_spend, expected_spend, scaled_to
from omnimix.budget.feasible_set import FeasibleSet
from omnimix.budget.geo_future import any_future
from omnimix.budget.lever import answering_rows, set_rows
from omnimix.budget.objective import Objective
from omnimix.budget.outlook import Outlook
from omnimix.effects import require_usable
from omnimix.effects.accounts import Account
from omnimix.effects.future import Future
from omnimix.effects.geos import require_by
from omnimix.errors import BudgetError
from omnimix.labels import CHANNEL
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Cvar, Limits, told_together, wrong_window
from omnimix.words import ValueUnit

CENT = 0.01
SOFT = 1e-3  # of the total: money over which the worst draws pass into the rest


@dataclass(frozen=True)
class Problem:
    """What every verb on budgets begins with: what is asked, on the draws it is asked of.

    Attributes:
        future: the weeks to come, on the draws that are looked at.
        constraints: all constraints on plans.
        today: money of today's plan at the total, shape (channels, weeks), rows of answering channels filled in.
        total: money of all channels over the window.
        outlook: what plans are valued against.
        phasing: ``pattern`` or ``free``.
        total_from: ``given``, or ``today`` where the total is what today's plan spends.
        made_from: fingerprint of the funnel and data of the posterior that was given.
    """

    future: Future
    constraints: Constraints
    today: Array
    total: float
    outlook: Outlook
    phasing: str = "pattern"
    total_from: str = "given"
    made_from: str = ""

    @property
    def value_unit(self) -> ValueUnit:
        """What value is counted in."""
        return self.future.posterior.value_unit

    @functools.cached_property
    def scale(self) -> float:
        """What searches count a unit of value as: 1 where it is money.

        Units are brought to the scale of money, on which tolerances of searches stand: as if today's plan broke even.
        """
        if self.value_unit.is_money:
            return 1.0
        brought = float(self.accounts({"today": self.today})["today"].value.sum(axis=1).mean())
        return self.total / brought if brought > 0 else 1.0

    @property
    def unit_values(self) -> dict[str, float]:
        """Money for a unit of every outcome; see :attr:`scale` for outcomes without a value."""
        return {o.name: self.scale * float(o.value or 1.0) for o in self.future.posterior.funnel.outcomes}

    def at(self, total: float) -> Problem:
        """Return the same problem at another total."""
        today = expected_spend(self.future, scaled_to(self.future, self.today, total))
        return replace(
            self, constraints=constraints_on(self.future, self.constraints.limits, today), today=today, total=total
        )

    def followed_by(self, spend: Array) -> Problem:
        """Return the problem in which the average week of a plan goes on after the window, whatever the plan.

        In silence money of the last weeks would meet no other spend and be saturated by none, and a search that places
        money in weeks would move it there. The same money after every plan cancels between plans; what saturates it
        does not.
        """
        return replace(self, future=self.future.followed_by(spend.mean(axis=1)))

    def feasible_set(self, phasing: str | None = None) -> tuple[FeasibleSet, tuple[str, ...]]:
        """Return the plans that spend the total and keep everything, and remarks on how; see :class:`Constraints`."""
        return self.constraints.feasible_set(self.total, self.total, phasing or self.phasing)

    def objective(self, goal: str | Cvar) -> Objective:
        """Return the objective by its name; from value that is no money no money is taken."""
        made = self.objective_at_price(0.0 if goal == "value" else self.value_unit.price)
        if not isinstance(goal, Cvar) or goal.level == 0:
            return made
        value = self.future.plan_value(self.today, made.value_weights, slopes=False).value
        usual = value - (self.today[set_rows(self.future)] @ made.price).sum()
        return replace(made, level=goal.level, reference=usual, softness=SOFT * self.total)

    def objective_at_price(self, price: float) -> Objective:
        """Return the mean value of all outcomes less spend at a price of a unit of money in the plan's first week."""
        running = self.future.discount[: self.future.weeks]
        return Objective(self.future.weights(self.unit_values, cost=price), price * running)

    def accounts(self, plans: Mapping[str, Array]) -> dict[str, Account]:
        """Return what plans bring and cost beyond no media at all in these weeks."""
        laid = [self.future.plan(spend) for spend in plans.values()]
        return dict(zip(plans, self.future.accounts(laid), strict=True))

    def frame(self, spend: Array) -> pd.DataFrame:
        """Return money as a table, one row a week and one column a channel."""
        columns = pd.Index(self.future.names, name=CHANNEL)
        return pd.DataFrame(spend.T, index=self.future.calendar, columns=columns)

    def to_the_cent(self, spend: Array, feasible: FeasibleSet) -> Array:
        """Return money in whole cents that adds up to the total, expected spend of answering channels filled in.

        Every channel keeps its own sum to the cent; what is left over goes to the running channel with most room.
        """
        own = set_rows(self.future)
        rounded = np.zeros(spend.shape)
        for place in own:
            rounded[place] = _cents(spend[place], round(float(spend[place].sum()), 2))
        filled = expected_spend(self.future, rounded)
        for place in answering_rows(self.future):
            rounded[place] = _cents(filled[place], round(float(filled[place].sum()), 2))
        left = round(self.total - float(rounded.sum()), 2)
        if left:
            allowed, sums = self.constraints.allowed(feasible).iloc[own], rounded[own].sum(axis=1)
            highest, lowest = (allowed[c].to_numpy(dtype=float) for c in ("allowed_highest", "allowed_lowest"))
            room = highest - sums if left > 0 else sums - lowest
            takes = (sums > 0) & (room >= abs(left))  # a channel that does not run is not begun for cents
            place = own[int(np.argmax(np.where(takes | ~takes.any(), room, -np.inf)))]
            week = _roomiest(rounded[place], left)
            rounded[place, week] = round(rounded[place, week] + left, 2)
        return rounded


def pose_problem(
    posterior: Posterior,
    total: float | None,
    weeks: int,
    limits: Limits,
    outlook: Outlook,
    *,
    phasing: str = "pattern",
    allow_unconverged: bool = False,
    by: str | None = None,
) -> Problem:
    """Prepare a problem; ``by`` is ``geo`` for a row of money a channel and geo.

    Raises :class:`BudgetError` for what cannot be asked, :class:`FitError` for a bad fit.
    """
    require_usable(posterior, allow_unconverged)
    wrong = wrong_window(total, weeks, phasing)
    if wrong:
        raise BudgetError(f"the budget cannot be asked for: {told_together(wrong)}")
    require_by(posterior, by)
    require_known(posterior, limits, by_geo=by is not None)
    few, answering = posterior.thinned(outlook.draws), answering_under(posterior, limits)
    future = any_future(few, weeks, answering, outlook, by_geo=by is not None)
    today, total_from = current_spend(future.posterior, future, outlook.today), "given"
    if total is None:
        total, total_from = round(float(expected_spend(future, today).sum()), 2), "today"
    today = expected_spend(future, scaled_to(future, today, float(total)))
    constraints = constraints_on(future, limits, today)
    made_from = posterior.fingerprint
    return Problem(future, constraints, today, float(total), outlook, phasing, total_from, made_from)


def _roomiest(spend: Array, left: float) -> int:
    """Return the week that takes a few cents: of the running ones the smallest to add to, the largest to take from."""
    return int(np.argmin(np.where(spend > 0, spend, np.inf))) if left > 0 and spend.any() else int(np.argmax(spend))


def _cents(spend: Array, total: float) -> Array:
    """Round money to cents so that it adds up to a total of whole cents; the largest rests are rounded up."""
    cents = np.floor(spend / CENT + 1e-6)
    missing = round(total / CENT - cents.sum())
    rests = np.argsort(cents - spend / CENT, kind="stable")
    cents[rests[: max(missing, 0)]] += 1
    return np.asarray(np.round(cents * CENT, 2))
