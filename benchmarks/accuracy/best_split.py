"""The best split of one budget over the channels whose spend is set, found on the true mechanism."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from omnimix.errors import OmnimixError
from omnimix.labels import CHANNEL, SPEND
from omnimix.truth import Truth

MOST = 3.0  # times what was spent
STARTS = 4
NOTHING = 1e-6  # a factor so small is none
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Split:
    """The best split of a budget.

    Attributes:
        table: one row a lever: channel, spend (as it was), best_spend and factor.
        gain: money that the best split brings beyond the split that was, brought to the same total.
    """

    table: pd.DataFrame
    gain: float


def best_split(truth: Truth, total: float | None = None) -> Split:
    """Return the split of a total over the levers that brings most money, in the window and after it.

    Every lever keeps its weekly pattern and gets one factor from 0 to 3 on its spend in the window; channels that
    respond to a stage do so, and what they spend is not counted. ``total`` is money over the whole window, by default
    what the levers spent. Raises :class:`OmnimixError` for a total that no factor up to 3 reaches.
    """
    counterfactuals = truth.counterfactuals
    spend = {
        n: float(counterfactuals.spent(n)[counterfactuals.window].sum())
        for n, m in counterfactuals.mechanism.media.items()
        if m.answer is None
    }
    names, was = list(spend), np.fromiter(spend.values(), dtype=np.float64)
    budget = float(was.sum()) if total is None else total
    if not 0 < budget <= MOST * was.sum():
        raise OmnimixError(f"a total must be above 0 and at most {MOST:g} times the {was.sum():,.0f} that was spent")

    def lost(factors: Vector) -> float:
        return float(counterfactuals.lost_money(counterfactuals.scaled(dict(zip(names, factors, strict=True)))).sum())

    even = np.full(len(names), budget / was.sum())
    unit = max(abs(lost(0.0 * even)), 1.0)

    def lost_share(factors: Vector) -> float:
        return lost(factors) / unit

    generator = np.random.default_rng(0)
    starts = [even, *(_onto(generator.uniform(0.0, 2.0, len(names)) * even, was, budget) for _ in range(STARTS))]
    whole = scipy.optimize.LinearConstraint(was / budget, 1.0, 1.0)
    answers = [
        scipy.optimize.minimize(
            lost_share, start, method="SLSQP", bounds=[(0.0, MOST)] * len(names), constraints=whole
        ).x
        for start in starts
    ]
    best = min((_onto(x, was, budget) for x in [even, *answers]), key=lost)
    table = pd.DataFrame({CHANNEL: names, SPEND: was, "best_spend": was * best, "factor": best})
    return Split(table, lost(even) - lost(best))


def _onto(factors: Vector, spend: Vector, budget: float) -> Vector:
    """Return factors within their bounds that spend the budget exactly: all moved by one multiple."""
    factors = np.where(factors < NOTHING, 0.0, np.minimum(factors, MOST))
    for _ in range(100):
        free = factors < MOST
        rest = budget - float((factors * spend)[~free].sum())
        held = float((factors * spend)[free].sum())
        if abs(rest - held) <= 1e-12 * budget:
            break
        factors = np.where(
            free, np.minimum(factors * rest / held if held > 0 else rest / spend[free].sum(), MOST), factors
        )
    return factors
