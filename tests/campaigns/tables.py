"""Campaign tables that the tests share: a lead campaign feeds a selling one; plain NumPy."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

TWO_STEPS = """campaign,chain,step,period,spend,impressions,clicks,visits,leads,orders,revenue
guide,spring,1,2025-01,1000,100000,1000,900,200,0,0
guide,spring,1,2025-02,1100,110000,1200,950,220,0,0
offer,spring,2,2025-01,500,30000,600,500,,80,4000
offer,spring,2,2025-02,550,31000,660,520,,90,4500
"""


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


def two_steps(*more: str) -> pd.DataFrame:
    return table(TWO_STEPS + "\n".join(more))


def many(campaigns: int = 8, periods: int = 6, seed: int = 3) -> pd.DataFrame:
    """Return campaigns in chains of two, the first of each bringing leads and the second orders."""
    numbers = np.random.default_rng(seed)
    rows = []
    for number in range(campaigns):
        for period in pd.date_range("2025-01-06", periods=periods, freq="7D"):
            sells = number % 2 == 1
            visits = numbers.poisson(900)
            on = numbers.binomial(visits, (0.06 if sells else 0.2) * numbers.lognormal(0.0, 0.2))
            row = {"campaign": f"c{number}", "chain": f"chain{number // 2}", "step": 1 + sells, "period": period}
            row |= {"spend": numbers.uniform(500, 900), "visits": visits, "leads": 0 if sells else on}
            rows.append(row | {"orders": on if sells else 0, "revenue": 45.0 * on if sells else 0.0})
    return pd.DataFrame(rows)
