"""Backtests made of plain numbers, without a fit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.backtests import Backtest, Fold
from omnimix.backtests.judgement import judge
from omnimix.backtests.scores import total_scores, week_scores

HORIZON = 6
FIRST = pd.Timestamp("2024-01-01")


def made_backtest(
    *,
    error: float = 5.0,
    folds: int = 2,
    outcomes: tuple[str, ...] = ("online_sales", "store_sales"),
    roas: tuple[float, ...] = (1.0, 1.1),
    sd: float = 0.5,
    unsound: int = 0,
) -> Backtest:
    """Return a backtest whose forecasts are ``error`` too high, beside last year's that are 10 too high.

    Observed are 100 a week; draws are normal with sd 4. ``roas`` are the medians of TV by fold; the last ``unsound``
    folds did not converge.
    """
    generator = np.random.default_rng(4)
    weekly, totals, returns, went = [], [], [], []
    for number in range(1, folds + 1):
        weeks = pd.date_range(FIRST + pd.Timedelta(weeks=HORIZON * (number - 1)), periods=HORIZON, freq="7D")
        origin = weeks[0] - pd.Timedelta(weeks=1)
        converged = number <= folds - unsound
        told = "" if converged else "R-hat is 1.200"
        went.append(Fold(number, origin, 98 + HORIZON * number, weeks[0], weeks[-1], True, converged, told))
        for name in (*outcomes, "visits"):
            draws = 100 + error + 4 * generator.standard_normal((2_000, HORIZON))
            observed = np.full(HORIZON, 100.0)
            scored = week_scores(draws, observed).assign(seasonal_naive=110.0, ridge=104.0)
            weekly.append(scored.assign(fold=number, origin=origin, outcome=name, week=weeks))
            labels = {"fold": number, "origin": origin, "outcome": name}
            totals += [{**labels, **t} for t in total_scores(draws, observed, HORIZON)]
        middle = roas[(number - 1) % len(roas)]
        row = {"fold": number, "channel": "tv", "median": middle, "lower": middle - sd, "upper": middle + sd, "sd": sd}
        returns.append({**row, "plan_share": np.nan})
    whole = pd.concat(weekly, ignore_index=True)
    findings = judge(went, whole, outcomes, asked=folds, fallen_back={})
    return Backtest(whole, pd.DataFrame(totals), tuple(went), pd.DataFrame(returns), HORIZON, outcomes, findings, 4)
