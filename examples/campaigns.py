"""Judge two chains of campaigns from a plain export: a lead campaign that sells nothing, and what comes after it."""

import numpy as np
import pandas as pd

import omnimix as om

# campaign, chain, step, weekly spend, visits, share of visits that becomes a lead or an order
CAMPAIGNS = [
    ("style guide", "spring", "1 lead", 1000, 900, 0.20),
    ("spring offer", "spring", "2 sell", 300, 500, 0.14),
    ("retargeting", "spring", "2 sell", 300, 480, 0.05),
    ("gift quiz", "gifts", "1 lead", 1200, 700, 0.12),
    ("gift deal", "gifts", "2 sell", 400, 350, 0.13),
]


def export(weeks: int = 10, seed: int = 4) -> pd.DataFrame:
    """Make up an export; rates wander by a fifth from week to week."""
    numbers = np.random.default_rng(seed)
    rows = []
    for campaign, chain, step, spend, visits, rate in CAMPAIGNS:
        for week in pd.date_range("2025-01-06", periods=weeks, freq="7D"):
            came = numbers.poisson(visits)
            went_on = int(numbers.binomial(came, rate * numbers.lognormal(0.0, 0.2)))
            sells = step.endswith("sell")
            row = {"campaign": campaign, "chain": chain, "step": step, "week": week, "spend": spend, "visits": came}
            row |= {"leads": 0 if sells else went_on, "orders": went_on if sells else 0}
            rows.append(row | {"revenue": 60.0 * row["orders"]})
    return pd.DataFrame(rows)


def main(draws: int = 0) -> None:
    verdict = om.evaluate_campaigns(export(), hurdle=1.5)
    print(verdict.warning)
    for sentence in verdict.sentences:
        print("-", sentence)
    print(verdict.weakest()[["campaign", "target", "own_rate", "peers_rate", "median", "lower", "upper"]].round(3))


if __name__ == "__main__":
    main()
