"""Plans of which everything is stated: what channels get, what today's plan was, what the data have seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.budget import Assumptions, BudgetPlan
from omnimix.effects import Figures
from omnimix.spec import Limit, Limits

DRAWS = 200
TEAMS = {
    "tv": "brand",
    "online_video": "brand",
    "radio": "brand",
    "search": "e-commerce",
    "social": "e-commerce",
    "display": "e-commerce",
}
POOLS = {"tv": "video", "online_video": "video"}
TODAY = {"tv": 260_000.0, "online_video": 130_000.0, "radio": 60_000.0, "search": 90_000.0, "social": 70_000.0}
CHANGES = {"tv": 50_000.0, "online_video": -60_000.0, "radio": 10_000.0, "search": 5_000.0, "social": 25_000.0}
LIMITS = Limits(
    channels={"radio": Limit(min=40_000), "display": Limit(change=(-0.7, 0.5)), "social": Limit(weekly_max=13_000)},
    pools={"video": Limit(max=400_000)},
    teams={"e-commerce": Limit(min=200_000)},
)


def made_plan(
    today: Mapping[str, float] | None = None,
    changes: Mapping[str, float] | None = None,
    *,
    weeks: int = 13,
    start: str = "2026-09-07",
    answering: tuple[str, ...] = ("search",),
    limits: Limits = LIMITS,
    highest: float = 1.2,
    seed: int = 3,
    **fields: Any,
) -> BudgetPlan:
    """Return a plan that moves money between channels.

    Args:
        today: money over the window by channel; by default six channels of two teams.
        changes: what the plan spends more or less; what they do not name takes the rest.
        weeks: length of the window.
        start: its first day.
        answering: channels that answer to a stage.
        limits: what the plan had to keep.
        highest: most money seen over the window, in shares of today's.
        seed: of the weekly pattern and of the draws.
        fields: of the plan, in place of those made here.
    """
    money = pd.Series(dict(TODAY, display=50_000.0) if today is None else dict(today), dtype=float)
    moved = pd.Series(dict(CHANGES) if changes is None else dict(changes), dtype=float).reindex(
        money.index, fill_value=0
    )
    moved.iloc[-1] -= moved.sum()
    generator = np.random.default_rng(seed)
    index = pd.date_range(start, periods=weeks, freq="7D", name="week")
    pattern = pd.DataFrame(generator.gamma(9.0, 1.0, (weeks, len(money))), index, money.index)
    pattern /= pattern.sum()
    before, after = pattern * money, pattern * (money + moved)
    region = _region(money, pattern, weeks, highest)
    plan: dict[str, Any] = {
        "spend": after,
        "today": before,
        "proportional": pattern * money.mean(),
        "total": float(money.sum()),
        "teams": {c: TEAMS[c] for c in money.index if c in TEAMS},
        "pools": {c: POOLS[c] for c in money.index if c in POOLS},
        "answering": tuple(c for c in answering if c in money.index),
        "gain": _gain(generator),
        "phasing": made_phasing(split=52_000.0),
        "value": _value(generator, float(money.sum())),
        "shares": _shares((money + moved) / money.sum(), generator),
        "free": pd.DataFrame({"lower": 0.85 * (money + moved), "upper": 1.1 * (money + moved)}),
        "regret": {"plan": 9_000.0, "today": 61_000.0},
        "region": region,
        "extrapolated": outside(after, region).mask(_one_week(after), True),
        "gap": 12.0,
        "assumptions": Assumptions("profit", None, limits, "pattern", weeks + 13, 0.05, DRAWS, ("Prices stay.",)),
        "currency": "EUR",
        "today_from": _today_from(money.index, index),
        "today_breaks": {"limits": (), "data": ()},
    }
    return BudgetPlan(**{**plan, **fields})


def _today_from(channels: pd.Index, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Return that today's plan is read from the same weeks of the last year."""
    first, last = weeks[0] - pd.Timedelta(weeks=52), weeks[-1] - pd.Timedelta(weeks=52)
    table = pd.DataFrame({"rule": "last_year", "first": first, "last": last}, index=channels)
    return table.rename_axis("channel")


def outside(spend: pd.DataFrame, region: pd.DataFrame) -> pd.DataFrame:
    """Return by week and channel whether money lies outside what the data have seen."""
    whole = spend.sum()
    channel = (whole > region["highest"] + 0.005) | (whole < region["lowest"] - 0.005)
    return spend.gt(region["highest_week"] + 0.005, axis=1) | channel


def _one_week(spend: pd.DataFrame) -> pd.DataFrame:
    """Return one week of the first channel, which earlier weeks are to have brought above the data."""
    here = pd.DataFrame(False, spend.index, spend.columns)
    here.iloc[len(here) // 2, 0] = True
    return here


def _region(money: pd.Series, pattern: pd.DataFrame, weeks: int, highest: float) -> pd.DataFrame:
    seen = pd.DataFrame(
        {"lowest": 0.4 * money, "highest": highest * money, "highest_week": 1.5 * (pattern * money).max()}
    )
    seen.index.name = "channel"
    return seen.assign(allowed_lowest=seen["lowest"], allowed_highest=seen["highest"])


def _gain(generator: np.random.Generator) -> Figures:
    draws = np.stack([generator.normal(m, 40_000.0, DRAWS) for m in (52_000.0, 31_000.0)], axis=1)
    labels = ["today", "proportional"]
    known = {
        "probability_positive": xr.DataArray((draws > 0).mean(axis=0), {"versus": labels}, ("versus",)),
        "corrected": xr.DataArray(0.9 * draws.mean(axis=0), {"versus": labels}, ("versus",)),
        "draw_luck": xr.DataArray(0.1 * draws.mean(axis=0), {"versus": labels}, ("versus",)),
        **made_scepticism(0.5 * draws.mean(axis=0), labels),
    }
    return Figures("gain", _drawn(draws, "versus", labels), "EUR", known=known)


def made_scepticism(mean: np.ndarray, labels: list[str]) -> dict[str, xr.DataArray]:
    """Return what a sceptic expects of gains, with ends and k-hat."""
    ends = {"sceptical": mean, "sceptical_lower": mean - 30_000.0, "sceptical_upper": mean + 30_000.0}
    return {
        name: xr.DataArray(value, {"versus": labels}, ("versus",))
        for name, value in {**ends, "sceptical_k_hat": np.full(len(labels), 0.2)}.items()
    }


def made_phasing(
    *, split: float = 50_000.0, timing: float = 0.0, today: float = 2_000.0, plan: float = 1_000.0, odds: float = 0.6
) -> Figures:
    """Return what comes of the split and of the weeks: constant draws, with the odds of all but the split."""
    parts = {"split": split, "timing": timing, "today_evenly": today, "plan_evenly": plan}
    draws = np.tile(list(parts.values()), (DRAWS, 1))
    known = {"probability_positive": xr.DataArray([0.9, odds, odds, odds], {"part": list(parts)}, ("part",))}
    return Figures("phasing", _drawn(draws, "part", list(parts)), "EUR", known=known)


def _value(generator: np.random.Generator, total: float) -> Figures:
    draws = np.stack([generator.normal(m * total, 90_000.0, DRAWS) for m in (1.6, 1.5, 1.55)], axis=1)
    labels = ["plan", "today", "proportional"]
    spend = xr.DataArray(np.full(3, total), {"plan": labels}, ("plan",))
    profit = xr.DataArray(draws.mean(axis=0) - total, {"plan": labels}, ("plan",))
    return Figures("value", _drawn(draws, "plan", labels), "EUR", known={"spend": spend, "profit": profit})


def _shares(share: pd.Series, generator: np.random.Generator) -> Figures:
    draws = np.stack([np.clip(generator.normal(s, 0.02, DRAWS), 0, 1) for s in share], axis=1)
    labels = list(share.index)
    known = {"share": xr.DataArray(share.to_numpy(), {"channel": labels}, ("channel",))}
    return Figures("share", _drawn(draws, "channel", labels), "share of the total", known=known)


def _drawn(draws: np.ndarray, label: str, names: list[str]) -> xr.DataArray:
    return xr.DataArray(draws, {label: names}, ("draw", label))
