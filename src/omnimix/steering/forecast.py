"""What a node brings in the weeks to come under a plan, with everything that is not known about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.budget.current_plan import expected_spend
from omnimix.budget.problem import Problem
from omnimix.effects import predict
from omnimix.labels import OUTCOME, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.steering.weeks import Counted


@dataclass(frozen=True)
class Forecasts:
    """Forecasts under plans, all with the same noise, so that plans are compared on the same futures.

    Attributes:
        posterior: on the draws that are looked at.
        controls: of the weeks to come, ``None`` without any.
        seed: of the noise.
    """

    posterior: Posterior
    controls: pd.DataFrame | None
    seed: int

    def reached(self, spend: pd.DataFrame, goal: Counted) -> Array:
        """Return how many units of a goal come together under a plan, shape (draws,).

        ``spend`` is money a week and channel that is set; channels without a column answer to their stage.
        """
        funnel = self.posterior.funnel
        rows = spend.iloc[: goal.weeks]
        table = rows.rename(columns={c.name: c.spend_column for c in funnel.bought})
        if self.controls is not None:
            table = table.join(self.controls.loc[rows.index])
        draws = predict(self.posterior, table.rename_axis(WEEK), stages=True, seed=self.seed).draws
        weekly = draws.sel({OUTCOME: goal.goal.node}).transpose("draw", WEEK).to_numpy()
        return np.asarray(weekly @ goal.ahead + goal.observed)


def set_money(problem: Problem, spend: Array) -> pd.DataFrame:
    """Return the money of a plan that is set, one column a channel; what answers to demand has none."""
    return problem.frame(spend).drop(columns=[c.name for c in problem.future.answering])


def whole_total(problem: Problem, spend: Array) -> float:
    """Return what all channels are expected to spend under a plan."""
    return float(expected_spend(problem.future, spend).sum())
