"""What the best plans of other totals bring: the question of one plan asked again with more and with less money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.budget.evaluate import SAME, brought
from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.budget.labelled import labelled
from omnimix.budget.optimize import solve
from omnimix.budget.outlook import Outlook
from omnimix.budget.plan import PLAN, TODAY, BudgetPlan
from omnimix.budget.problem import Problem, pose_problem
from omnimix.budget.support import NEAR
from omnimix.effects import Figures, middle
from omnimix.effects.accounts import Account
from omnimix.errors import BudgetError
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, GEO, LOWER, MEAN
from omnimix.mechanics import Array
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.progress import bar

FACTORS = (0.6, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5)  # times the plan's total
TOTAL = "total"


@dataclass(frozen=True, repr=False)
class BudgetLevels(words.Counted):
    """The best plans of several totals.

    Attributes:
        gain: what each brings more than today's plan at the plan's total, all money spent taken off, label ``total``;
            with ``probability_positive``, ``next_roas`` (what each unit of money from the total before this one on
            brings, the median; nan for the first) and ``extrapolated`` (whether any channel, or all together, leave
            what the data have seen).
        value: what each brings more than no media in these weeks, label ``total``, in money.
        spend: money by channel (index) and total (column).
        extrapolated: by total, the channels outside what the data have seen.
        today: money of today's plan, brought to the plan's total.
        weeks: length of the window.
        left_out: by total that was asked and has no plan, why not.
        currency: of all money.
        unvalued: outcomes without a value in money. Gain, value and ``next_roas`` count units then, and no money is
            taken off: more money brings more units, and which total is best only a value can say.
    """

    gain: Figures
    value: Figures
    spend: pd.DataFrame
    extrapolated: dict[float, tuple[str, ...]]
    today: float
    weeks: int
    left_out: dict[float, str]
    currency: str
    unvalued: tuple[str, ...] = ()

    @property
    def totals(self) -> tuple[float, ...]:
        """The totals that have a plan, least first."""
        return tuple(map(float, self.spend.columns))

    def table(self) -> pd.DataFrame:
        """Return one row a total: gain over today's plan with its interval and odds, what the last money earned."""
        return self.gain.table()

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the gain by total; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        unit = self.value_unit
        counted = self.currency if unit.is_money else f"money in {self.currency}, gain in {unit.name()}"
        told = notebook.text(self.table(), notebook.summary(words.amount))
        return f"Best plans by total over {self.weeks} weeks, {counted}\n{told}"

    def _repr_html_(self) -> str:
        return notebook.card(
            f"Best plans by total over {self.weeks} weeks",
            notebook.table(self.table(), dict.fromkeys((MEAN, LOWER), words.amount)),
            under=f"gain in {self.value_unit.name()} over today's plan, "
            f"{'all' if self.value_unit.is_money else 'no'} money spent taken off; next ROAS: of the last money"
            + ("" if self.value_unit.is_money else f", {self.value_unit.per_money()}"),
        )


@checked
def budget_levels(
    posterior: Posterior | GeoPosterior,
    plan: BudgetPlan,
    totals: Sequence[float] | None = None,
    *,
    outlook: Outlook | None = None,
    interval: float = DEFAULT_INTERVAL,
    progress: bool = True,
    allow_unconverged: bool = False,
) -> BudgetLevels:
    """Return the best plans at other totals than a plan's, under its limits, and what they gain over today's plan.

    Every total is searched as :func:`omnimix.optimize_budget` does, with weekly patterns kept. Totals that no plan
    inside what the data have seen can spend are marked ``extrapolated``; those that limits cannot spend are left out.

    Args:
        posterior: the fitted model that the plan was made from.
        plan: the plan; its weeks, limits, objective, horizon and today's plan are kept.
        totals: money over the window; by default from 60 to 150 % of the plan's, the plan's own among them.
        outlook: controls and seed of the plan, where it had any.
        interval: probability mass of the intervals.
        progress: show a progress bar.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`BudgetError` for totals that are no money and where no total has a plan; :class:`FitError` for a fit
    that did not converge, unless ``allow_unconverged``.
    """
    wanted = _totals(totals, plan)
    given, limits = outlook or Outlook(), plan.assumptions.limits
    kept = replace(plan.outlook, controls=given.controls, seed=given.seed)
    found: dict[float, _Level] = {}
    left_out: dict[float, str] = {}
    by = GEO if isinstance(plan, GeoBudgetPlan) else None
    problem = pose_problem(
        posterior, plan.total, len(plan.spend), limits, kept, by=by, allow_unconverged=allow_unconverged
    )
    usual = problem.accounts({TODAY: problem.today})[TODAY]
    with bar("Asking for other totals", len(wanted), progress) as done:
        for total in wanted:
            try:
                found[total] = _best(problem, plan, total)
            except BudgetError as refusal:
                left_out[total] = str(refusal)
            if done is not None:
                done()
    if not found:
        raise BudgetError(f"no plan was found at any of these totals; {next(iter(left_out.values()))}")
    return _record(plan, usual, found, left_out, interval)


@dataclass(frozen=True)
class _Level:
    """The best plan of one total: money by channel, what it brings and costs, and what leaves the data."""

    spend: Array
    account: Account
    far: tuple[str, ...]
    beyond: bool


def _totals(given: Sequence[float] | None, plan: BudgetPlan) -> list[float]:
    if given is None:
        return [round(f * plan.total, 2) for f in FACTORS]
    if not len(given) or any(not np.isfinite(t) or t <= 0 for t in given):
        raise BudgetError(f"totals are money above 0 over the window, such as [100_000, 200_000], not {list(given)!r}.")
    return sorted({round(float(t), 2) for t in given})


def _best(problem: Problem, plan: BudgetPlan, total: float) -> _Level:
    """Return the best plan at a total; at the plan's own total it is the plan. Raises :class:`BudgetError`."""
    at = problem.at(total)
    if total == plan.total:
        spend = np.asarray(plan.spend.to_numpy(dtype=float).T)
    else:
        found = solve(at, at.objective(plan.assumptions.objective))
        spend = at.to_the_cent(found.feasible.spend(found.best.variables), found.feasible)
    account = at.accounts({PLAN: spend})[PLAN]
    marks = at.constraints.support.outside(spend).any(axis=1)
    far = tuple(n for n, mark in zip(at.future.names, marks, strict=True) if mark)
    beyond = total > at.constraints.support.highest_total * (1 + NEAR)
    return _Level(spend.sum(axis=1), account, far, beyond)


def _record(
    plan: BudgetPlan, usual: Account, found: dict[float, _Level], left_out: dict[float, str], interval: float
) -> BudgetLevels:
    totals, levels = list(found), list(found.values())
    value = np.stack([level.account.value.sum(axis=1) for level in levels], axis=1)
    cost = np.stack([level.account.spend for level in levels], axis=1)
    unit = plan.value_unit
    gain = np.stack([level.account.net(unit) for level in levels], axis=1) - usual.net(unit)[:, None]
    same = SAME * unit.yardstick(plan.total, float(value.mean(axis=0).max()))
    known = {
        "probability_positive": (gain > same).mean(axis=0),
        "next_roas": [np.nan, *(middle(step, "next_roas") for step in (np.diff(value) / np.diff(cost)).T)],
        "extrapolated": [bool(level.far) or level.beyond for level in levels],
    }
    told = f"{unit.noun} brought more than by today's plan at the plan's total, "
    told += f"{'all' if unit.is_money else 'no'} money spent taken off"
    return BudgetLevels(
        gain=labelled("gain", gain, {TOTAL: totals}, told, interval, **known),
        value=labelled("value", value, {TOTAL: totals}, brought(unit), interval),
        spend=pd.DataFrame(
            np.stack([x.spend for x in levels], axis=1),
            index=pd.Index(plan.channels, name=CHANNEL),
            columns=pd.Index(totals, name=TOTAL),
        ),
        extrapolated={total: level.far for total, level in found.items()},
        today=float(plan.today.to_numpy().sum()),
        weeks=len(plan.spend),
        left_out=left_out,
        currency=plan.currency,
        unvalued=plan.unvalued,
    )
