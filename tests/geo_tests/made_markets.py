"""Long tables of markets that move together, made here and in which a lift can be hidden."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

WEEKS, BEFORE = 60, 52
START, END = "2025-01-06", "2025-03-02"  # the last eight weeks
COMMON = {"start": START, "end": END, "outcome": "sales"}


def markets(
    seed: int = 1,
    *,
    count: int = 16,
    lift: float = 0.0,
    treated: Sequence[str] = ("m00", "m01"),
    noise: float = 0.03,
    step: int = 7,
    rows: int = WEEKS,
) -> pd.DataFrame:
    """Return weekly sales of markets of about one size with a season and a wandering level in common."""
    generator = np.random.default_rng(seed)
    size = np.exp(generator.normal(6.0, 0.4, count))
    at = np.arange(rows)
    together = 1 + 0.2 * np.sin(2 * np.pi * at / 26) + 0.01 * np.cumsum(generator.normal(0, 1, rows))
    sales = size * (together[:, None] + generator.normal(0, noise, (rows, count)))
    days = pd.date_range("2024-01-08", periods=rows, freq=f"{step}D")
    names = [f"m{k:02}" for k in range(count)]
    wide = pd.DataFrame(sales, index=days, columns=names)
    wide.loc[wide.index >= START, list(treated)] *= 1 + lift
    long = wide.rename_axis(index="week").reset_index().melt("week", var_name="geo", value_name="sales")
    return long.sample(frac=1.0, random_state=seed).reset_index(drop=True)


def without(table: pd.DataFrame, lift: float, treated: Sequence[str] = ("m00", "m01")) -> float:
    """Return the sales that a lift brought to the treated markets in the test."""
    rows = table["geo"].isin(list(treated)) & (table["week"] >= START)
    return float(table.loc[rows, "sales"].sum() * lift / (1 + lift))
