"""What would turn the advice: how far a plan's gain hangs on what is assumed, and on what is not well known.

A quantity that the posterior leaves open is split over its draws: the median of the quarter of draws in which it is
lowest, and of the quarter in which it is highest, with what the plan is expected to gain in each. What is stated and
not estimated, the money that a unit of an outcome is worth, is moved by a fifth either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix import notebook
from omnimix.arguments import checked
from omnimix.budget import BudgetPlan
from omnimix.budget.current_plan import weekly_spend
from omnimix.budget.geo_future import any_future
from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.budget.plan import TODAY, VERSUS
from omnimix.checks.badge import rests_on
from omnimix.checks.unseen_demand import shock_correlations
from omnimix.effects import middle, require_usable, roas
from omnimix.errors import BudgetError
from omnimix.labels import ALL_MEDIA, CHANNEL, ROAS
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.words import Counted, Form, amount, percent, ratio

QUARTER = 0.25  # share of draws at either end
FIFTH = 0.2  # by which a stated value is moved
RETURN, UNSEEN_DEMAND, VALUE = "return", "unseen_demand", "value"
STATED = "stated"
FORMS: dict[str, Form] = {
    **dict.fromkeys(("low", "high"), ratio),
    **dict.fromkeys(("gain_low", "gain_high", "swing"), amount),
    **dict.fromkeys(("probability_low", "probability_high", "explained"), percent),
}
COLUMNS = (
    "assumption", "name", "low", "high", "gain_low", "gain_high", "probability_low", "probability_high", "swing",
    "turns", "explained", "rests_on",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class PlanSensitivity(Counted):
    """How far a plan's gain over today's hangs on single assumptions.

    Attributes:
        rows: one row an assumption, widest swing first. ``assumption`` is ``return`` (ROAS of channel ``name`` in the
            data window), ``unseen_demand`` (correlation of the shocks of two nodes) or ``value`` (money for a unit of
            outcome ``name``); ``low`` and ``high`` are its levels, ``gain_low`` and ``gain_high`` the plan's expected
            gain there and ``probability_low``, ``probability_high`` its odds; ``swing`` is their difference, ``turns``
            whether at either level a gain is less likely than a loss; ``explained`` the share of the gain's variance
            that goes with it (nan for what is stated), ``rests_on`` where its figure comes from: ``data``, ``both``,
            ``prior`` or ``stated``.
        currency: of all money.
        unvalued: outcomes without a value in money: gains are in units then, and there is no stated value to move.
    """

    rows: pd.DataFrame
    currency: str
    unvalued: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row an assumption, widest swing first."""
        return self.rows.copy()

    def most(self, number: int = 3) -> pd.DataFrame:
        """Return the assumptions that the gain hangs on most."""
        return self.rows.head(number)

    @property
    def next_test(self) -> str | None:
        """The channel whose return, if it were known, would tell most about the gain; ``None`` if no return would."""
        found = self.rows[(self.rows["assumption"] == RETURN) & (self.rows["swing"] > 0)]
        return None if found.empty else str(found.sort_values("explained", ascending=False)["name"].iloc[0])

    def __repr__(self) -> str:
        unit = self.value_unit.name()
        return f"What the gain of a plan hangs on, {unit}\n{notebook.text(self.rows, FORMS)}"

    def _repr_html_(self) -> str:
        test = f"; the next test: {self.next_test}" if self.next_test else ""
        return notebook.card(
            "What the gain of a plan hangs on",
            notebook.table(self.rows, FORMS),
            under=f"{self.value_unit.name()}{test}",
        )


@checked
def plan_sensitivity(
    posterior: Posterior | GeoPosterior, plan: BudgetPlan, *, allow_unconverged: bool = False
) -> PlanSensitivity:
    """Return how far the gain of a plan over today's hangs on single assumptions.

    Looked at are the return of every channel, the shocks that unseen demand gives two nodes together, and the money
    that a unit of every outcome is said to be worth. Nothing is fitted again: see :func:`omnimix.sensitivity` for fits
    under other beliefs.

    Args:
        posterior: the fitted model that the plan was made from.
        plan: the result of :func:`omnimix.optimize_budget`.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`BudgetError` for a plan of other draws than the posterior's, :class:`FitError` for a fit that did not
    converge, unless ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    few = posterior.thinned(plan.assumptions.draws)
    gain = plan.gain.draws.sel({VERSUS: TODAY}).to_numpy()
    decided = {c for c, _ in plan.places.values()} if isinstance(plan, GeoBudgetPlan) else set(plan.channels)
    if gain.size != few.size or decided != set(posterior.funnel.bought_names):
        raise BudgetError(
            f"this plan was made from {gain.size} draws of {', '.join(plan.channels)}, the posterior has {few.size} of "
            f"{', '.join(posterior.funnel.bought_names)}; give the posterior that the plan was made from."
        )
    rows = [*_open(posterior, few, gain), *(_stated(few, plan) if posterior.value_unit.is_money else ())]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return PlanSensitivity(table.sort_values("swing", ascending=False, ignore_index=True), plan.currency, plan.unvalued)


def _open(posterior: Posterior, few: Posterior, gain: Array) -> Iterator[tuple[object, ...]]:
    """Give the rows of what the posterior leaves open."""
    returns, source = roas(few, allow_unconverged=True).draws, rests_on(posterior)
    for name in (str(c) for c in returns[CHANNEL].to_numpy() if c != ALL_MEDIA):
        yield RETURN, name, *_halves(returns.sel({CHANNEL: name}).to_numpy(), gain), source[name]
    for (parent, child), correlation in shock_correlations(few).items():
        if correlation.std() > 0:
            yield UNSEEN_DEMAND, f"{parent}, {child}", *_halves(correlation, gain), "both"


def _halves(quantity: Array, gain: Array) -> tuple[object, ...]:
    ends = np.quantile(quantity, [QUARTER, 1 - QUARTER])
    low, high = quantity <= ends[0], quantity >= ends[1]
    varies = gain.std() > 0 and quantity.std() > 0
    explained = float(np.corrcoef(quantity, gain)[0, 1] ** 2) if varies else 0.0
    return middle(quantity[low], ROAS), middle(quantity[high], ROAS), *_gains(gain[low], gain[high]), explained


def _gains(low: Array, high: Array) -> tuple[object, ...]:
    odds = float((low > 0).mean()), float((high > 0).mean())
    means = float(low.mean()), float(high.mean())
    return *means, *odds, abs(means[1] - means[0]), min(odds) < 0.5 and max(map(abs, means)) > 0


def _stated(few: Posterior, plan: BudgetPlan) -> Iterator[tuple[object, ...]]:
    """Give the rows of what is stated: money for a unit of every outcome."""
    by_geo = isinstance(plan, GeoBudgetPlan)
    future = any_future(few, len(plan.spend), frozenset(plan.answering), plan.outlook, by_geo=by_geo)
    laid = [future.plan(weekly_spend(future, f.drop(columns=list(plan.answering)))) for f in (plan.spend, plan.today)]
    ours, theirs = future.accounts(laid)
    cost = ours.spend - theirs.spend
    by_outcome = ours.value - theirs.value
    for k, outcome in enumerate(few.funnel.outcomes):
        worth = float(outcome.value or 1.0)
        ends = [by_outcome.sum(axis=1) + f * by_outcome[:, k] - cost for f in (-FIFTH, FIFTH)]
        yield VALUE, outcome.name, worth * (1 - FIFTH), worth * (1 + FIFTH), *_gains(*ends), np.nan, STATED
